#include "cli/cli.h"

#include <string.h>

#include "cli/console.h"
#include "cli/events.h"
#include "cli/files.h"
#include "harness/profile.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

typedef struct faults_settings {
    cli_common common;
    cli_texts files;
    const char *format, *profile;
} faults_settings;

static const cli_option options[] = {
    {"--faults", "FILE", CLI_LIST, offsetof(faults_settings, files),
     "faults of one's own, in YAML or JSON, are shown as well; may be given several times"},
    {"--profile", "NAME", CLI_TEXT, offsetof(faults_settings, profile),
     "writes a profile instead, in JSON: to be changed and given to 'rehearse run --profile'"},
    {"--format", "FORMAT", CLI_CHOICE, offsetof(faults_settings, format),
     "text (the default), or json", .choices = "text|json"},
    {0},
};

enum { NAME_COLUMN = 29, CLASS_COLUMN = 41, FIELD_COLUMN = 16 };

/* ---- words ----------------------------------------------------------------------------------- */

/* Writes words from `column` on, breaking lines before `width`. */
static void write_wrapped(rh_text *text, const char *words, size_t column, size_t width)
{
    size_t at = column;
    while (*words) {
        size_t length = strcspn(words, " \n");
        size_t columns = rh_text_columns(words, length);
        if (at > column && at + 1 + columns > width) {
            rh_text_putc(text, '\n');
            rh_text_fill(text, ' ', column);
            at = column;
        } else if (at > column) {
            rh_text_putc(text, ' ');
            at++;
        }
        rh_text_add(text, words, length);
        at += columns;
        words += length;
        if (*words == '\n') {
            rh_text_putc(text, '\n');
            rh_text_fill(text, ' ', column);
            at = column;
        }
        words += *words != '\0';
    }
    rh_text_putc(text, '\n');
}

static void fill_to(rh_text *text, size_t *at, size_t column)
{
    size_t fill = *at < column ? column - *at : 1;
    rh_text_fill(text, ' ', fill);
    *at += fill;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void write_row(cli_context *cli, rh_text *text, const rh_fault *fault)
{
    const char *class = rh_fault_class_name(fault->class);
    size_t at = 2 + strlen(fault->name);
    rh_text_printf(text, "  %s%s%s", cli_paint(cli->color_out, CLI_STRONG), fault->name,
                   cli_paint(cli->color_out, CLI_PLAIN));
    fill_to(text, &at, NAME_COLUMN);
    rh_text_puts(text, class);
    at += strlen(class);
    fill_to(text, &at, CLASS_COLUMN);
    if (at > CLASS_COLUMN) { /* a long name: the summary stands below */
        rh_text_putc(text, '\n');
        rh_text_fill(text, ' ', CLASS_COLUMN);
    }
    write_wrapped(text, fault->summary, CLASS_COLUMN, cli->width);
}

/* A name in the left column, what it means in the right one. */
static void write_meaning(cli_context *cli, rh_text *text, const char *name, const char *meaning)
{
    size_t at = 2 + strlen(name);
    rh_text_printf(text, "  %s", name);
    fill_to(text, &at, FIELD_COLUMN);
    write_wrapped(text, meaning, at, cli->width);
}

static void write_classes(cli_context *cli, rh_text *text)
{
    rh_text_puts(text, "\nclasses\n");
    for (int i = 0; i <= RH_FAULT_SLOW; i++)
        write_meaning(cli, text, rh_fault_class_name((rh_fault_class)i),
                      rh_fault_class_meaning((rh_fault_class)i));
}

static void write_profiles(cli_context *cli, rh_text *text)
{
    rh_text_puts(text, "\nprofiles\n");
    for (const rh_profile_text *profile = rh_profile_texts; profile->name; profile++) {
        rh_profile_record read;
        if (rh_profile_read(&cli->arena, NULL, profile->text, profile->length, profile->name, &read,
                            NULL) == 0)
            write_meaning(cli, text, profile->name, read.summary);
    }
}

static void write_table(cli_context *cli, rh_text *text, const rh_catalog *catalog)
{
    const char *group = "";
    for (size_t i = 0; i < rh_catalog_count(catalog); i++) {
        const rh_fault *fault = rh_catalog_at(catalog, i);
        if (strcmp(group, fault->group) != 0)
            rh_text_printf(text, "%s%s\n", i ? "\n" : "", fault->group);
        group = fault->group;
        write_row(cli, text, fault);
    }
    write_classes(cli, text);
    write_profiles(cli, text);
}

/* ---- all of one fault ------------------------------------------------------------------------ */

static void write_field(cli_context *cli, rh_text *text, const char *name, const char *value)
{
    size_t at = 2 + strlen(name);
    rh_text_printf(text, "  %s%s%s", cli_paint(cli->color_out, CLI_FAINT), name,
                   cli_paint(cli->color_out, CLI_PLAIN));
    fill_to(text, &at, FIELD_COLUMN);
    write_wrapped(text, value, FIELD_COLUMN, cli->width);
}

static const char *takes_of(cli_context *cli, const rh_fault *fault)
{
    if (fault->class == RH_FAULT_SLOW)
        return rh_format(&cli->arena, "%u times as long as its mock says", (unsigned)fault->times);
    if (!fault->typical_duration)
        return "as long as its mock says";
    return rh_duration_text(&cli->arena, fault->typical_duration);
}

static const char *exit_of(cli_context *cli, const rh_fault *fault)
{
    return fault->exit_code == RH_NO_EXIT ? "none: the step does not come to its end"
                                          : rh_format(&cli->arena, "%d", (int)fault->exit_code);
}

static void write_whole(cli_context *cli, rh_text *text, const rh_fault *fault)
{
    rh_text_printf(text, "%s%s%s\n", cli_paint(cli->color_out, CLI_STRONG), fault->name,
                   cli_paint(cli->color_out, CLI_PLAIN));
    write_field(cli, text, "summary", fault->summary);
    write_field(cli, text, "class",
                rh_format(&cli->arena, "%s: %s", rh_fault_class_name(fault->class),
                          rh_fault_class_meaning(fault->class)));
    write_field(cli, text, "message", fault->message);
    if (rh_fault_class_fails(fault->class)) {
        write_field(cli, text, "failure type", fault->failure_type);
        write_field(cli, text, "retryable", fault->retryable ? "yes" : "no");
    }
    if (fault->result) {
        rh_text result = rh_text_in(&cli->arena);
        rh_json_write(&result, fault->result, RH_JSON_COMPACT);
        write_field(cli, text, "result", rh_text_string(&result));
    }
    write_field(cli, text, "exit code", exit_of(cli, fault));
    write_field(cli, text, "takes", takes_of(cli, fault));
    write_field(cli, text, "group", fault->group);
    write_field(cli, text, "source", fault->source);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_key(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, ",\"%s\":", key);
    rh_json_write_string(text, value, strlen(value));
}

static void write_json(rh_text *text, const rh_fault *fault, bool first)
{
    rh_text_printf(text, "%s  {\"name\":", first ? "\n" : ",\n");
    rh_json_write_string(text, fault->name, strlen(fault->name));
    write_key(text, "class", rh_fault_class_name(fault->class));
    write_key(text, "group", fault->group);
    write_key(text, "type", fault->failure_type);
    write_key(text, "message", fault->message);
    rh_text_printf(text, ",\"retryable\":%s", fault->retryable ? "true" : "false");
    if (fault->exit_code == RH_NO_EXIT)
        rh_text_puts(text, ",\"exit_code\":null");
    else
        rh_text_printf(text, ",\"exit_code\":%d", (int)fault->exit_code);
    rh_text_printf(text,
                   ",\"times\":%u,\"typical_duration_ns\":%jd,\"result\":", (unsigned)fault->times,
                   (intmax_t)fault->typical_duration);
    rh_json_write(text, fault->result, RH_JSON_COMPACT);
    write_key(text, "summary", fault->summary);
    write_key(text, "source", fault->source);
    rh_text_putc(text, '}');
}

/* ---- the verb -------------------------------------------------------------------------------- */

static int show_profile(cli_context *cli, const char *name)
{
    rh_error error;
    const rh_profile_text *profile = rh_profile_find(name, &error);
    if (!profile)
        return cli_bad_error(cli, &error);
    fwrite(profile->text, 1, profile->length, cli->out);
    return CLI_OK;
}

/* The faults of those names, or all of them. NULL after saying what is wrong. */
static const rh_fault **choose(cli_context *cli, const rh_catalog *catalog,
                               const char *const *names, size_t count, size_t *chosen)
{
    rh_error error;
    *chosen = count ? count : rh_catalog_count(catalog);
    const rh_fault **faults = RH_NEW_ARRAY(&cli->arena, const rh_fault *, *chosen);
    for (size_t i = 0; i < *chosen; i++) {
        faults[i] = count ? rh_catalog_need(catalog, names[i], &error) : rh_catalog_at(catalog, i);
        if (!faults[i]) {
            cli_bad_error(cli, &error);
            return NULL;
        }
    }
    return faults;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const faults_settings *settings = read;
    rh_catalog catalog = {0};
    rh_error error;
    size_t chosen;
    if (settings->profile)
        return show_profile(cli, settings->profile);
    if (cli_read_fault_files(cli, &settings->files, &catalog, &error) != 0)
        return cli_bad_error(cli, &error);
    const rh_fault **faults = choose(cli, &catalog, arguments, count, &chosen);
    if (!faults)
        return CLI_BAD;

    rh_text text = rh_text_to(&cli->arena, cli->out);
    bool json = settings->format && strcmp(settings->format, "json") == 0;
    if (json)
        rh_text_puts(&text, "{\"schema\":1,\n \"faults\":[");
    for (size_t i = 0; json && i < chosen; i++)
        write_json(&text, faults[i], i == 0);
    for (size_t i = 0; !json && count && i < chosen; i++) {
        rh_text_puts(&text, i ? "\n" : "");
        write_whole(cli, &text, faults[i]);
    }
    if (json)
        rh_text_puts(&text, "]}\n");
    else if (!count)
        write_table(cli, &text, &catalog);
    rh_text_flush(&text);
    return CLI_OK;
}

const cli_verb cli_faults = {
    .name = "faults",
    .arguments = "[NAME...]",
    .most = SIZE_MAX,
    .summary = "Shows the faults of the catalog, or profiles",
    .about = "Lists the faults of the catalog, which --fault, mocks and tests name, or shows all "
             "that is known of some of them: the text that real programs print, how it strikes, "
             "where it was seen.",
    .options = options,
    .settings_size = sizeof(faults_settings),
    .run = run,
};
