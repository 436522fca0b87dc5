#include "cli/run_actions.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/files.h"
#include "sim/actions/actions.h"
#include "sim/actions/event.h"
#include "sim/actions/trigger.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

bool cli_is_workflow_file(const char *name)
{
    size_t length = strlen(name);
    return (length > 4 && !strcmp(name + length - 4, ".yml")) ||
           (length > 5 && !strcmp(name + length - 5, ".yaml"));
}

/* "NAME=VALUE" texts as an object; NULL after saying what is wrong. */
static const rh_value *read_pairs(cli_context *cli, const char *option, const cli_texts *given,
                                  uint8_t flags)
{
    rh_field *fields = RH_NEW_ARRAY(&cli->arena, rh_field, given->count + 1);
    for (size_t i = 0; i < given->count; i++) {
        const char *text = given->items[i], *equals = strchr(text, '=');
        if (!equals || equals == text) {
            cli_bad(cli, "%s: expected NAME=VALUE, got '%s'", option, text);
            return NULL;
        }
        const rh_value *value = rh_value_string(&cli->arena, equals + 1, strlen(equals + 1));
        fields[i] = (rh_field){rh_arena_text(&cli->arena, text, (size_t)(equals - text)),
                               rh_value_flagged(&cli->arena, value, flags)};
    }
    return rh_value_object(&cli->arena, fields, given->count);
}

/* ---- the event ------------------------------------------------------------------------------- */

static const rh_actions_event *build_event(cli_context *cli, const cli_actions_settings *settings)
{
    rh_error error;
    rh_actions_event_options options = {
        .name = settings->event ? settings->event : "push",
        .ref = settings->ref,
        .base_ref = settings->base_ref,
        .action = settings->action,
        .actor = settings->actor,
        .repository = settings->repository,
        .changed = settings->changed.items,
        .changed_count = settings->changed.count,
        .changed_is_known = settings->changed.count > 0,
    };
    if (settings->inputs.count) {
        options.inputs = read_pairs(cli, "--input", &settings->inputs, 0);
        if (!options.inputs)
            return NULL;
    }
    if (settings->payload) {
        size_t length;
        const char *text = cli_file_read(&cli->arena, settings->payload, &length, &error);
        if (text)
            options.payload = rh_json_read(&cli->arena, text, length, settings->payload, &error);
        if (!options.payload) {
            cli_bad_error(cli, &error);
            return NULL;
        }
    }
    const rh_actions_event *event = rh_actions_event_build(&cli->arena, &options, &error);
    if (!event)
        cli_bad_error(cli, &error);
    return event;
}

/* ---- mocks and approvals --------------------------------------------------------------------- */

/* "outputs.a=x,outputs.b=y" behind a path */
static const rh_value *read_outputs(cli_context *cli, const char *text)
{
    static const char prefix[] = "outputs.";
    cli_texts pairs = {0};
    for (const char *at = text; *at;) {
        const char *next = strstr(at + 1, ",outputs.");
        size_t length = next ? (size_t)(next - at) : strlen(at);
        if (strncmp(at, prefix, sizeof prefix - 1) != 0)
            return NULL;
        cli_texts_add(&cli->arena, &pairs,
                      rh_arena_text(&cli->arena, at + sizeof prefix - 1,
                                    length - (sizeof prefix - 1)));
        at += length + (next != NULL);
    }
    const rh_value *outputs = read_pairs(cli, "--mock", &pairs, 0);
    return outputs ? rh_value_object(&cli->arena, &(rh_field){"outputs", outputs}, 1) : NULL;
}

/* "release/version:outputs.version=1.0.0" */
static int add_mocks(cli_context *cli, rh_env *env, const cli_texts *mocks)
{
    for (size_t i = 0; i < mocks->count; i++) {
        const char *colon = strstr(mocks->items[i], ":outputs.");
        const rh_value *result = colon ? read_outputs(cli, colon + 1) : NULL;
        if (!result)
            return cli_bad(cli,
                           "--mock: expected PATH:outputs.NAME=VALUE, like "
                           "release/version:outputs.version=1.0.0, got '%s'",
                           mocks->items[i]);
        const char *path =
            rh_arena_text(&cli->arena, mocks->items[i], (size_t)(colon - mocks->items[i]));
        rh_add_mock(env, RH_LAYER_TEST, &(rh_mock_options){.type = path, .answer.result = result});
    }
    return CLI_OK;
}

/* "production@5m" */
static int add_approvals(cli_context *cli, rh_env *env, const cli_texts *approvals)
{
    for (size_t i = 0; i < approvals->count; i++) {
        const char *text = approvals->items[i], *at = strrchr(text, '@');
        rh_duration when;
        if (!at || at == text || !rh_duration_read(at + 1, strlen(at + 1), &when) || when < 0)
            return cli_bad(cli,
                           "--approve: expected ENVIRONMENT@TIME, like production@5m, got '%s'",
                           text);
        const char *name = rh_arena_text(&cli->arena, text, (size_t)(at - text));
        rh_signal_at(env, when, NULL, "approve", rh_value_string(&cli->arena, name, strlen(name)));
    }
    return CLI_OK;
}

/* An environment that somebody approves has a reviewer. */
static const rh_value *environments(cli_context *cli, const cli_texts *approvals)
{
    rh_field *fields = RH_NEW_ARRAY(&cli->arena, rh_field, approvals->count + 1);
    for (size_t i = 0; i < approvals->count; i++) {
        const char *text = approvals->items[i], *at = strrchr(text, '@');
        fields[i] =
            (rh_field){rh_arena_text(&cli->arena, text, at ? (size_t)(at - text) : strlen(text)),
                       rh_value_object(&cli->arena,
                                       &(rh_field){"reviewers", rh_value_integer(&cli->arena, 1)},
                                       1)};
    }
    return rh_value_object(&cli->arena, fields, approvals->count);
}

/* ---- planning -------------------------------------------------------------------------------- */

static const rh_actions_file *read_file(cli_context *cli, const char *path,
                                        const rh_actions_files *files)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    if (!text) {
        cli_bad_error(cli, &error);
        return NULL;
    }
    rh_actions_errors *errors = RH_NEW(&cli->arena, rh_actions_errors);
    const rh_actions_file *file =
        rh_actions_read(&cli->arena, text, length, path, &(rh_actions_read_options){.files = files},
                        errors);
    if (!file)
        cli_write_actions_errors(&cli->arena, cli->err, errors, files, path, text, cli->color_err);
    return file;
}

static rh_unknown_mode unknown_mode(const char *name)
{
    if (name && !strcmp(name, "error"))
        return RH_UNKNOWN_ERROR;
    return name && !strcmp(name, "explore") ? RH_UNKNOWN_EXPLORE : RH_UNKNOWN_EMPTY;
}

/* Says why the event would not start the workflow; it is rehearsed all the same. */
static void say_trigger(cli_context *cli, const rh_actions_file *file,
                        const rh_actions_event *event)
{
    const rh_trigger_answer answer = rh_actions_triggered(&cli->arena, file, event);
    if (!answer.runs)
        cli_bad(cli,
                "note: this event does not start the workflow (%s); it is rehearsed all the "
                "same",
                answer.why);
}

int cli_plan_workflow_file(cli_context *cli, rh_env *env, const char *path,
                           const cli_actions_settings *settings)
{
    rh_arena *arena = &cli->arena;
    rh_error error;
    const rh_actions_files *files = cli_actions_files(arena, path, &settings->includes, &error);
    if (!files)
        return cli_bad_error(cli, &error);
    const rh_actions_file *file = read_file(cli, path, files);
    const rh_actions_event *event = file ? build_event(cli, settings) : NULL;
    const rh_value *secrets =
        event ? read_pairs(cli, "--secret", &settings->secrets, RH_SECRET) : NULL;
    const rh_value *vars = secrets ? read_pairs(cli, "--var", &settings->vars, 0) : NULL;
    if (!vars || add_mocks(cli, env, &settings->mocks) != CLI_OK ||
        add_approvals(cli, env, &settings->approvals) != CLI_OK)
        return CLI_BAD;
    const rh_value *inputs = rh_actions_event_inputs(arena, event, file, &error);
    rh_actions_settings *rules = RH_NEW(arena, rh_actions_settings);
    rules->unknown = unknown_mode(settings->unknown);
    rules->catalog = rh_actions_catalog_read(arena, NULL, NULL, 0, &error);
    if (!inputs || !rules->catalog)
        return cli_bad_error(cli, &error);
    say_trigger(cli, file, event);
    rh_actions_definition *definition = RH_NEW(arena, rh_actions_definition);
    *definition = (rh_actions_definition){file, rules, files};
    const rh_field fields[] = {
        {"github", rh_actions_event_github(arena, event, file, inputs)},
        {"inputs", inputs},
        {"vars", vars},
        {"secrets", secrets},
        {"environments", environments(cli, &settings->approvals)},
    };
    rh_env_start(env, &(rh_start_request){
                          .dialect = &rh_actions_dialect,
                          .definition = definition,
                          .workflow_type = file->name,
                          .input = rh_value_object(arena, fields, 5),
                      });
    return CLI_OK;
}
