/* rehearse triggers: which workflows an event starts, and which of their jobs. */
#include "cli/triggers.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/cli.h"
#include "cli/event_options.h"
#include "harness/scenario.h"

typedef struct triggers_settings {
    cli_common common;
    cli_event_settings event;
    const char *format;
    cli_texts includes;
} triggers_settings;

#define AT(field) offsetof(triggers_settings, event.field)

static const cli_option options[] = {
    {"--event", "NAME", CLI_TEXT, AT(event),
     "the event: push, pull_request, release, workflow_dispatch ...; without it the answer is what "
     "starts each workflow at all"},
#define X(name, value, kind, field, what) {name, value, kind, AT(field), what, .most = 1000000},
#include "cli/event_option_rows.h"
#undef X
    {"--input", "NAME=VALUE", CLI_LIST, AT(inputs),
     "an input of workflow_dispatch, or only its NAME: it has a value that is not known; may be "
     "given several times"},
    {"--include", "NAME=PATH", CLI_LIST, offsetof(triggers_settings, includes),
     "a file that stands for something remote, as in 'rehearse show'"},
    {"--format", "FORMAT", CLI_CHOICE, offsetof(triggers_settings, format),
     "text (the default) or json", .choices = "text|json"},
    {0},
};

/* ---- the event ------------------------------------------------------------------------------- */

/* NULL after saying what is wrong. */
static const rh_actions_event *build_event(cli_context *cli, const cli_event_settings *settings)
{
    const rh_actions_event *event = cli_build_event(cli, settings);
    if (event && settings->fork && strcmp(event->name, "pull_request_target") != 0)
        cli_bad(cli, "note: a pull request from a fork has no secrets, and its GITHUB_TOKEN can "
                     "only read");
    return event;
}

/* Options that say something of an event that is not there. */
static int check_options(cli_context *cli, const triggers_settings *settings)
{
    if (settings->event.event)
        return CLI_OK;
    for (size_t i = 0; i < cli->argument_count; i++) {
        const char *argument = cli->arguments[i];
        size_t length = strcspn(argument, "=");
        for (const cli_option *option = options; option->name; option++)
            if (strlen(option->name) == length && !strncmp(option->name, argument, length) &&
                strcmp(option->name, "--format") != 0 && strcmp(option->name, "--include") != 0)
                return cli_bad(cli, "%s says something of an event: add --event NAME",
                               option->name);
    }
    return CLI_OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void answer(rh_arena *arena, const rh_actions_event *event, cli_triggers_row *row)
{
    rh_error error;
    rh_actions_reach(arena, row->file, &row->reach);
    if (!event)
        return;
    row->answer = rh_actions_triggered(arena, row->file, event);
    if (!row->answer.runs)
        return;
    const rh_value *inputs = rh_actions_event_inputs(arena, event, row->file, &error);
    const rh_value *github = rh_actions_event_github(arena, event, row->file, inputs);
    row->jobs = rh_actions_jobs_started(arena, row->file, github, inputs);
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const triggers_settings *settings = read;
    cli_texts paths = {0};
    int code = check_options(cli, settings);
    if (code != CLI_OK)
        return code;
    const rh_actions_event *event =
        settings->event.event ? build_event(cli, &settings->event) : NULL;
    if (settings->event.event && !event)
        return CLI_BAD;
    for (size_t i = 0; i < count; i++)
        code = cli_add_workflows(cli, arguments[i], &paths) == CLI_OK ? code : CLI_BAD;

    cli_triggers_row *rows = RH_NEW_ARRAY(&cli->arena, cli_triggers_row, paths.count + 1);
    size_t row_count = 0;
    for (size_t i = 0; i < paths.count; i++) {
        cli_triggers_row *row = &rows[row_count];
        row->file = cli_read_workflow(cli, paths.items[i], &settings->includes, NULL);
        if (!row->file) {
            code = CLI_BAD;
            continue;
        }
        answer(&cli->arena, event, row);
        row_count++;
    }
    rh_text to = rh_text_to(&cli->arena, cli->out);
    if (settings->format && !strcmp(settings->format, "json"))
        cli_triggers_json(&to, event, rows, row_count);
    else
        cli_triggers_text(&to, event, rows, row_count);
    rh_text_flush(&to);
    return code;
}

const cli_verb cli_triggers = {
    .name = "triggers",
    .arguments = "FILE|FOLDER...",
    .least = 1,
    .most = SIZE_MAX,
    .summary = "Tells which GitHub Actions workflows an event starts, and why",
    .about =
        "Tells for each workflow file whether an event starts it, and why or why not, with the "
        "line that decided. Of a folder, all *.yml and *.yaml in its .github/workflows are read, "
        "or else those in itself.\n\n"
        "'runs?' is an answer that assumes something, and says what: path filters without "
        "--changed are taken to match. Jobs whose condition is false for the event are listed, "
        "then those that only some events reach, and those that nothing which starts the workflow "
        "can reach. What is not known (variables, outputs, fields of the payload) may be anything. "
        "With --repo, conditions on the repository are decided: give the name of a fork or mirror "
        "to see what it would not run.\n\n"
        "With --format json: a list; each entry has file, runs, why, and where there is something "
        "to say assumed, skipped, only and unreachable: lists of {\"job\", \"why\"}. Without "
        "--event "
        "it has starts, a list, instead of runs and why.\n\n"
        "A file that is refused is told about on stderr, and the exit code is 2; the others are "
        "shown.",
    .options = options,
    .settings_size = sizeof(triggers_settings),
    .run = run,
};
