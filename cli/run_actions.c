#include "cli/run_actions.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/files.h"
#include "cli/secrets.h"
#include "sim/actions/actions.h"
#include "sim/actions/likely.h"
#include "sim/actions/trigger.h"
#include "sim/base/timetext.h"

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
    const rh_value *outputs = cli_read_pairs(cli, "--mock", &pairs, 0);
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
        rh_add_mock(env, RH_LAYER_TEST,
                    &(rh_mock_options){.type = path,
                                       .answer = {.result = result, .no_effect = true}});
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

static rh_unknown_mode unknown_mode(const char *name)
{
    if (name && !strcmp(name, "error"))
        return RH_UNKNOWN_ERROR;
    if (name && !strcmp(name, "holds"))
        return RH_UNKNOWN_HOLDS;
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

/* A timeout, or `none`. */
static int read_timeout(cli_context *cli, const char *option, const char *text,
                        rh_duration *timeout)
{
    if (!text)
        return CLI_OK;
    if (!strcmp(text, "none"))
        *timeout = RH_FOREVER;
    else if (!rh_duration_read(text, strlen(text), timeout) || *timeout <= 0)
        return cli_bad(cli, "%s: expected a time like 5m, or none, got '%s'", option, text);
    return CLI_OK;
}

/* NULL in *lift: GitHub's rules. */
static int read_lift(cli_context *cli, const cli_actions_settings *settings,
                     const rh_actions_lift **lift)
{
    bool is_durable = settings->engine && !strcmp(settings->engine, "durable");
    *lift = NULL;
    if (!is_durable && (settings->retry_attempts.given || settings->retry_interval.given ||
                        settings->start_to_close || settings->heartbeat))
        return cli_bad(cli, "--retry-attempts, --retry-interval, --start-to-close and --heartbeat "
                            "need --engine durable");
    if (!is_durable)
        return CLI_OK;
    rh_actions_lift *made = RH_NEW(&cli->arena, rh_actions_lift);
    made->retry.maximum_attempts = (int32_t)settings->retry_attempts.value;
    made->retry.initial_interval = settings->retry_interval.value;
    if (read_timeout(cli, "--start-to-close", settings->start_to_close, &made->start_to_close) ||
        read_timeout(cli, "--heartbeat", settings->heartbeat, &made->heartbeat_timeout))
        return CLI_BAD;
    rh_text why = rh_text_in(&cli->arena);
    if (!rh_lift_valid(made, &why))
        return cli_bad(cli, "--engine durable: %s", rh_text_string(&why));
    *lift = made;
    return CLI_OK;
}

static void say_stand_ins(cli_context *cli, const rh_actions_event_options *given,
                          const rh_actions_event *event)
{
    const rh_value *inputs = event->options.inputs;
    for (size_t i = 0; i < rh_count_of(inputs); i++) {
        const rh_field *input = &inputs->as.fields[i];
        if (rh_get(given->inputs, input->key))
            continue;
        if (rh_kind_of(input->value) == RH_UNKNOWN)
            cli_bad(cli, "note: the input '%s' is not given, and unknown", input->key);
        else
            cli_bad(cli, "note: the input '%s' is not given; '%s' stands for it", input->key,
                    rh_text_of(rh_value_as_string(&cli->arena, input->value)));
    }
}

static const rh_actions_catalog *read_catalog(cli_context *cli, const cli_texts *paths)
{
    rh_error error;
    const char **texts = RH_NEW_ARRAY(&cli->arena, const char *, paths->count);
    for (size_t i = 0; i < paths->count; i++) {
        size_t length;
        texts[i] = cli_file_read(&cli->arena, paths->items[i], &length, &error);
        if (!texts[i]) {
            cli_bad_error(cli, &error);
            return NULL;
        }
    }
    const rh_actions_catalog *catalog =
        rh_actions_catalog_read(&cli->arena, texts, paths->items, paths->count, &error);
    if (!catalog)
        cli_bad_error(cli, &error);
    return catalog;
}

static rh_rerun rerun_of(const char *name)
{
    if (!name)
        return RH_RERUN_NONE;
    return strcmp(name, "all") ? RH_RERUN_FAILED : RH_RERUN_ALL;
}

const char *cli_actions_given(const cli_actions_settings *settings)
{
    const char *event = cli_event_given(&settings->event);
    const struct {
        bool is_given;
        const char *name;
    } options[] = {
        {event != NULL, event},
        {settings->secrets.count > 0, "--secret"},
        {settings->vars.count > 0, "--var"},
        {settings->mocks.count > 0, "--mock"},
        {settings->approvals.count > 0, "--approve"},
        {settings->unknown != NULL, "--unknown"},
        {settings->engine != NULL, "--engine"},
        {settings->retry_attempts.given, "--retry-attempts"},
        {settings->retry_interval.given, "--retry-interval"},
        {settings->start_to_close != NULL, "--start-to-close"},
        {settings->heartbeat != NULL, "--heartbeat"},
        {settings->includes.count > 0, "--include"},
        {settings->catalogs.count > 0, "--catalog"},
        {settings->rerun != NULL, "--rerun"},
        {settings->runners.given, "--runners"},
        {settings->runner_start.given, "--runner-start"},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].is_given)
            return options[i].name;
    return NULL;
}

void cli_play_workflow_file(rh_env *env, const cli_planned *planned)
{
    rh_play(env);
    if (!planned->rerun)
        return;
    size_t before = rh_env_journal(env)->run_count;
    rh_env_rerun(env, planned->definition, planned->rerun, planned->rerun_id);
    if (rh_env_journal(env)->run_count > before)
        rh_look_at(env, planned->rerun_id);
}

/* The event that the workflow is most likely written for, with all that the options say. */
static const rh_actions_event *likely_event(cli_context *cli, const cli_actions_settings *settings,
                                            const rh_actions_file *file, rh_error *error)
{
    rh_actions_event_options options;
    if (cli_read_event(cli, &settings->event, &options) != CLI_OK)
        return NULL;
    const rh_actions_event *event = rh_actions_likely_event(&cli->arena, file, &options, error);
    if (event)
        say_stand_ins(cli, &options, event);
    return event;
}

/* The event that the options say. */
static const rh_actions_event *choose_event(cli_context *cli, const cli_actions_settings *settings,
                                            bool likely, const rh_actions_file *file)
{
    rh_error error = {0};
    cli_event_settings given = settings->event;
    if (likely || (!given.event && !given.ref)) {
        const rh_actions_event *event = likely_event(cli, settings, file, &error);
        if (!event && likely && *error.message)
            cli_bad_error(cli, &error);
        if (event || likely || !*error.message)
            return event;
    }
    if (!given.event)
        given.event = "push";
    return cli_build_event(cli, &given);
}

int cli_define_workflow(cli_context *cli, const rh_actions_file *file,
                        const rh_actions_files *files, const rh_actions_event *event,
                        const cli_actions_settings *settings, cli_opened *opened)
{
    rh_arena *arena = &cli->arena;
    rh_error error;
    const rh_value *secrets = cli_read_secrets(cli, file, &settings->secrets);
    const rh_value *vars = secrets ? cli_read_pairs(cli, "--var", &settings->vars, 0) : NULL;
    if (!vars)
        return CLI_BAD;
    const rh_value *inputs = rh_actions_event_inputs(arena, event, file, &error);
    rh_actions_settings *rules = RH_NEW(arena, rh_actions_settings);
    rules->unknown = unknown_mode(settings->unknown);
    rules->hosted_runners = (uint32_t)settings->runners.value;
    rules->runner_start_delay = settings->runner_start.value;
    if (rules->unknown == RH_UNKNOWN_HOLDS && !settings->vars.count)
        vars = rh_value_unknown(arena, "vars", 0); /* they may be anything */
    static const rh_actions_wrap in_wrappers;
    if (settings->engine && !strcmp(settings->engine, "actions+retry"))
        rules->wrap = &in_wrappers;
    if (read_lift(cli, settings, &rules->lift) != CLI_OK)
        return CLI_BAD;
    if (!inputs)
        return cli_bad_error(cli, &error);
    rules->catalog = read_catalog(cli, &settings->catalogs);
    if (!rules->catalog)
        return CLI_BAD;
    const rh_field fields[] = {
        {"github", rh_actions_event_github(arena, event, file, inputs)},
        {"inputs", inputs},
        {"vars", vars},
        {"secrets", secrets},
        {"environments", environments(cli, &settings->approvals)},
    };
    *opened = (cli_opened){
        .definition = {file, rules, files},
        .rules = rules,
        .event = event,
        .input = rh_value_object(arena, fields, 5),
    };
    return CLI_OK;
}

int cli_open_workflow_file(cli_context *cli, const char *path, const cli_actions_settings *settings,
                           bool likely, cli_opened *opened)
{
    const rh_actions_files *files;
    const rh_actions_file *file = cli_read_workflow(cli, path, &settings->includes, &files);
    const rh_actions_event *event = file ? choose_event(cli, settings, likely, file) : NULL;
    cli_actions_settings all = *settings;
    if (event && likely)
        all.secrets = cli_with_all_secrets(cli, file, &settings->secrets);
    if (!event || cli_define_workflow(cli, file, files, event, &all, opened) != CLI_OK)
        return CLI_BAD;
    opened->options = cli_world_options(&cli->arena, &all);
    opened->path = cli_path_in_repository(&cli->arena, path);
    return CLI_OK;
}

int cli_give_workflow_file(cli_context *cli, rh_env *env, const cli_actions_settings *settings)
{
    return add_mocks(cli, env, &settings->mocks) == CLI_OK
               ? add_approvals(cli, env, &settings->approvals)
               : CLI_BAD;
}

int cli_plan_workflow_file(cli_context *cli, rh_env *env, const char *path,
                           const cli_actions_settings *settings, cli_planned *planned)
{
    cli_opened *opened = RH_NEW(&cli->arena, cli_opened);
    if (cli_open_workflow_file(cli, path, settings, false, opened) != CLI_OK ||
        cli_give_workflow_file(cli, env, settings) != CLI_OK)
        return CLI_BAD;
    const rh_actions_file *file = opened->definition.file;
    say_trigger(cli, file, opened->event);
    *planned = (cli_planned){&opened->definition, opened->path, rerun_of(settings->rerun),
                             rh_format(&cli->arena, "%s-2", file->name)};
    rh_env_start(env, &(rh_start_request){
                          .dialect = &rh_actions_dialect,
                          .definition = &opened->definition,
                          .workflow_type = file->name,
                          .input = opened->input,
                      });
    return CLI_OK;
}
