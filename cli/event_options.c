#include "cli/event_options.h"

#include <inttypes.h>
#include <string.h>

#include "cli/files.h"
#include "harness/shell.h"
#include "sim/base/json.h"

/* The options of all verbs, with offsets in cli_event_settings. */
#define AT(field) offsetof(cli_event_settings, field)
static const cli_option rows[] = {
    {"--event", "NAME", CLI_TEXT, AT(event), NULL},
#define X(name, value, kind, field, what) {name, value, kind, AT(field), what},
#include "cli/event_option_rows.h"
#undef X
    {"--input", "NAME=VALUE", CLI_LIST, AT(inputs), NULL},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static const void *field_of(const cli_event_settings *settings, const cli_option *row)
{
    return (const char *)settings + row->offset;
}

static bool is_given(const cli_event_settings *settings, const cli_option *row)
{
    const void *field = field_of(settings, row);
    switch (row->kind) {
    case CLI_LIST:
        return ((const cli_texts *)field)->count > 0;
    case CLI_NUMBER:
        return ((const cli_number *)field)->given;
    case CLI_FLAG:
        return *(const bool *)field;
    default:
        return *(const char *const *)field != NULL;
    }
}

const char *cli_event_given(const cli_event_settings *settings)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (is_given(settings, &rows[i]))
            return rows[i].name;
    return NULL;
}

static void put_option(rh_text *text, const char *name, const char *value)
{
    rh_text_printf(text, "%s%s", text->length ? " " : "", name);
    if (!value)
        return;
    rh_text_putc(text, ' ');
    rh_shell_word(text, value);
}

static void put_row(rh_text *text, const cli_event_settings *settings, const cli_option *row)
{
    const void *field = field_of(settings, row);
    if (row->kind == CLI_LIST)
        for (size_t i = 0; i < ((const cli_texts *)field)->count; i++)
            put_option(text, row->name, ((const cli_texts *)field)->items[i]);
    else if (row->kind == CLI_NUMBER)
        rh_text_printf(text, "%s%s %" PRIu64, text->length ? " " : "", row->name,
                       ((const cli_number *)field)->value);
    else
        put_option(text, row->name, row->kind == CLI_FLAG ? NULL : *(const char *const *)field);
}

const char *cli_event_words(rh_arena *arena, const cli_event_settings *settings)
{
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (is_given(settings, &rows[i]))
            put_row(&text, settings, &rows[i]);
    return rh_text_string(&text);
}

static void split_changed(rh_arena *arena, const cli_texts *given, rh_actions_event_options *to)
{
    cli_texts paths = {0};
    for (size_t i = 0; i < given->count; i++)
        for (const char *at = given->items[i]; *at;) {
            size_t length = strcspn(at, ",");
            if (length)
                cli_texts_add(arena, &paths, rh_arena_text(arena, at, length));
            at += length + (at[length] == ',');
        }
    to->changed = paths.items;
    to->changed_count = paths.count;
    to->changed_is_known = given->count > 0;
}

/* NAME=VALUE; false after saying that it is not. */
static bool read_pair(cli_context *cli, const char *option, const char *text, uint8_t flags,
                      rh_field *field)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text) {
        cli_bad(cli, "%s: expected NAME=VALUE, got '%s'", option, text);
        return false;
    }
    const rh_value *value = rh_value_string(&cli->arena, equals + 1, strlen(equals + 1));
    *field = (rh_field){rh_arena_text(&cli->arena, text, (size_t)(equals - text)),
                        rh_value_flagged(&cli->arena, value, flags)};
    return true;
}

const rh_value *cli_read_pairs(cli_context *cli, const char *option, const cli_texts *given,
                               uint8_t flags)
{
    rh_field *fields = RH_NEW_ARRAY(&cli->arena, rh_field, given->count + 1);
    for (size_t i = 0; i < given->count; i++)
        if (!read_pair(cli, option, given->items[i], flags, &fields[i]))
            return NULL;
    return rh_value_object(&cli->arena, fields, given->count);
}

/* A name alone is an input that has a value, but not one that is known. */
static const rh_value *read_inputs(cli_context *cli, const cli_texts *given)
{
    rh_arena *arena = &cli->arena;
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, given->count + 1);
    for (size_t i = 0; i < given->count; i++) {
        const char *text = given->items[i];
        if (*text && !strchr(text, '='))
            fields[i] =
                (rh_field){text, rh_value_unknown(arena, rh_format(arena, "inputs.%s", text), 0)};
        else if (!read_pair(cli, "--input", text, 0, &fields[i]))
            return NULL;
    }
    return rh_value_object(arena, fields, given->count);
}

static int read_payload(cli_context *cli, const char *path, rh_actions_event_options *to)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    if (text)
        to->payload = rh_json_read(&cli->arena, text, length, path, &error);
    return to->payload ? CLI_OK : cli_bad_error(cli, &error);
}

int cli_read_event(cli_context *cli, const cli_event_settings *settings,
                   rh_actions_event_options *to)
{
    *to = (rh_actions_event_options){
        .name = settings->event,
        .ref = settings->ref,
        .base_ref = settings->base_ref,
        .commit_count = settings->commits.given ? (uint32_t)settings->commits.value : 0,
        .action = settings->action,
        .actor = settings->actor,
        .repository = settings->repository,
        .default_branch = settings->default_branch,
        .sha = settings->sha,
        .schedule = settings->schedule,
        .workflow = settings->after,
        .is_fork = settings->fork,
        .is_new = settings->new_ref,
        .is_deleted = settings->deleted,
        .is_merged = settings->merged,
        .by_token = settings->by_token,
    };
    split_changed(&cli->arena, &settings->changed, to);
    if (settings->inputs.count) {
        to->inputs = read_inputs(cli, &settings->inputs);
        if (!to->inputs)
            return CLI_BAD;
    }
    return settings->payload ? read_payload(cli, settings->payload, to) : CLI_OK;
}

const rh_actions_event *cli_build_event(cli_context *cli, const cli_event_settings *settings)
{
    rh_error error;
    rh_actions_event_options to;
    if (cli_read_event(cli, settings, &to) != CLI_OK)
        return NULL;
    const rh_actions_event *event = rh_actions_event_build(&cli->arena, &to, &error);
    if (!event)
        cli_bad_error(cli, &error);
    else if (event->note)
        cli_bad(cli, "note: %s", event->note);
    return event;
}
