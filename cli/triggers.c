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
    {"--ref", "REF", CLI_TEXT, AT(ref),
     "refs/heads/main, refs/tags/v1, or short: what looks like a version is a tag; of a pull "
     "request its head branch, or refs/pull/7/merge; of workflow_run the branch of the run before"},
    {"--base-ref", "BRANCH", CLI_TEXT, AT(base_ref),
     "where a pull request or merge group goes to; the default branch if not given"},
    {"--changed", "PATH,PATH", CLI_LIST, AT(changed),
     "the files that were changed, from the root of the repository; may be given several times; "
     "--changed= means none. If not given, path filters are not evaluated: the workflow is taken "
     "to run, and 'runs?' and 'assumed' say so"},
    {"--commits", "N", CLI_NUMBER, AT(commits),
     "how many commits were pushed; beyond 1000 paths are not compared", .most = 1000000},
    {"--action", "TYPE", CLI_TEXT, AT(action),
     "the activity type: opened, published, completed ...; a usual one if not given"},
    {"--actor", "LOGIN", CLI_TEXT, AT(actor), "who did it; octocat if not given"},
    {"--repo", "OWNER/NAME", CLI_TEXT, AT(repository),
     "the repository, or a fork or mirror of it; if not given, conditions on it stay open"},
    {"--input", "NAME=VALUE", CLI_LIST, AT(inputs),
     "an input of workflow_dispatch; may be given several times"},
    {"--payload", "FILE", CLI_TEXT, AT(payload),
     "JSON: what the event has (github.event), laid over what is made up; - reads standard input"},
    {"--default-branch", "BRANCH", CLI_TEXT, AT(default_branch), "main if not given"},
    {"--sha", "SHA", CLI_TEXT, AT(sha), "the commit; made up if not given"},
    {"--schedule", "CRON", CLI_TEXT, AT(schedule), "which entry of schedule; its first otherwise"},
    {"--after", "WORKFLOW", CLI_TEXT, AT(after),
     "the name of the workflow that ran before (workflow_run)"},
    {"--fork", NULL, CLI_FLAG, AT(fork), "the pull request comes from a fork"},
    {"--new", NULL, CLI_FLAG, AT(new_ref), "the push makes the branch or tag"},
    {"--deleted", NULL, CLI_FLAG, AT(deleted), "the push deletes the branch or tag"},
    {"--merged", NULL, CLI_FLAG, AT(merged), "the pull request was merged"},
    {"--by-token", NULL, CLI_FLAG, AT(by_token),
     "another run caused the event with its GITHUB_TOKEN"},
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
