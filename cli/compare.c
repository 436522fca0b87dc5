/* rehearse compare: the same pipeline on several engines, under the same faults. */
#include "cli/cli.h"

#include <string.h>

#include "cli/console.h"
#include "cli/events.h"
#include "cli/reports.h"
#include "cli/run_actions.h"
#include "harness/explore/actions_subject.h"
#include "reports/compare/console.h"
#include "sim/actions/lift.h"
#include "sim/base/timetext.h"

typedef struct compare_settings {
    cli_common common;
    cli_actions_settings actions;
    cli_texts workflows, reports, map;
    const char *against, *profile;
    cli_number faults, plans, worlds, seed, jobs;
    cli_duration human;
} compare_settings;

#define ACTIONS(field) offsetof(compare_settings, actions.field)
#define EVENT(field) offsetof(compare_settings, actions.event.field)
#define HERE(field) offsetof(compare_settings, field)

static const cli_option options[] = {
    {"--event", "NAME", CLI_TEXT, EVENT(event),
     "the event that starts the workflow; if not given, the one it is most likely written for"},
    {"--ref", "REF", CLI_TEXT, EVENT(ref), "refs/heads/main, refs/tags/v1.2.0, or short"},
    {"--repo", "OWNER/NAME", CLI_TEXT, EVENT(repository), "the repository"},
    {"--payload", "FILE", CLI_TEXT, EVENT(payload), "JSON: what the event has (github.event)"},
    {"--input", "NAME=VALUE", CLI_LIST, EVENT(inputs),
     "an input of workflow_dispatch; may be given several times"},
    {"--secret", "NAME=VALUE", CLI_LIST, ACTIONS(secrets), "may be given several times"},
    {"--var", "NAME=VALUE", CLI_LIST, ACTIONS(vars), "may be given several times"},
    {"--mock", "PATH:OUTPUTS", CLI_LIST, ACTIONS(mocks),
     "what a job or step gives, as in 'rehearse run'; may be given several times"},
    {"--approve", "ENV@TIME", CLI_LIST, ACTIONS(approvals),
     "an environment has a reviewer, who approves at a virtual time"},
    {"--include", "NAME=PATH", CLI_LIST, ACTIONS(includes),
     "a file that stands for a remote action or called workflow"},
    {"--against", "WORKFLOW", CLI_TEXT, HERE(against),
     "a workflow in C that does the same, as one more column"},
    {"--workflows", "FILE", CLI_LIST, HERE(workflows),
     "a shared object that has it; may be given several times"},
    {"--map", "CALL=PATH", CLI_LIST, HERE(map),
     "which step or command an activity of that workflow stands for, so that both meet the same "
     "faults: 'UpdateHomebrew=update-homebrew/Push the formula/git[push]'; may be given several "
     "times"},
    {"--profile", "NAME|FILE", CLI_TEXT, HERE(profile),
     "how often what fails and how durations vary: calm, typical (the default), stormy, or a file"},
    {"--human-after", "TIME", CLI_DURATION, HERE(human),
     "how long it usually takes until somebody runs again what failed; 55m if not given"},
    {"--faults", "N", CLI_NUMBER, HERE(faults),
     "plans of up to so many faults are played, all of them; 2 if not given", .least = 0,
     .most = 6},
    {"--plans", "N", CLI_NUMBER, HERE(plans),
     "at most so many: a number of faults that would need more is left out; 200000 if not given",
     .least = 1, .most = 100000000},
    {"--worlds", "N", CLI_NUMBER, HERE(worlds),
     "so many worlds are drawn for durations; 4000 if not given", .least = 100, .most = 10000000},
    {"--seed", "N", CLI_NUMBER, HERE(seed), "of these draws", .least = 1, .most = INT64_MAX},
    {"--jobs", "N", CLI_NUMBER, HERE(jobs),
     "threads; one for each processor if not given. They change no result", .least = 1, .most = 64},
    {"--report", "KIND=PATH", CLI_LIST, HERE(reports),
     "also writes a report; PATH - is standard output, which then has nothing else; may be given "
     "several times"},
    {0},
};

/* What a comparison is made of; lives in the command's arena. */
typedef struct comparing {
    cli_context *cli;
    const compare_settings *settings;
    const char *profile;
    rh_duration human;
    cli_opened opened;
    rh_actions_definition lifted;
    rh_actions_settings lifted_rules;
    rh_actions_subject actions, durable;
    rh_subject subjects[5];
    const rh_subject *list[5];
    const char *abouts[5];
    size_t count;
} comparing;

static int give(rh_env *env, void *data, rh_error *error)
{
    const comparing *c = data;
    return cli_give_workflow_file(c->cli, env, &c->settings->actions) != CLI_OK
               ? rh_error_set(error, NULL, 0, 0, "a mock or an approval is wrong")
               : cli_use_profile(c->cli, env, c->profile, error);
}

static void add_subject(comparing *c, rh_subject subject, const char *about)
{
    c->subjects[c->count] = subject;
    c->list[c->count] = &c->subjects[c->count];
    c->abouts[c->count++] = about;
}

static void add_file(comparing *c)
{
    c->actions = (rh_actions_subject){.definition = &c->opened.definition,
                                      .input = c->opened.input,
                                      .rerun_after = c->human,
                                      .given = give,
                                      .data = c};
    static const rh_actions_lift defaults;
    c->lifted_rules = *c->opened.rules;
    c->lifted_rules.lift = &defaults;
    c->lifted = c->opened.definition;
    c->lifted.settings = &c->lifted_rules;
    c->durable = c->actions;
    c->durable.definition = &c->lifted;
    add_subject(c, rh_subject_of_actions("Actions", &c->actions),
                "the file as it is, by GitHub's rules; a human re-runs failed jobs");
    add_subject(c, rh_subject_of_actions("durable", &c->durable),
                "the same jobs and steps as a durable workflow: each step an activity with three "
                "attempts, a lost host repeats its job");
}

static int compare(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const compare_settings *settings = read;
    comparing *c = RH_NEW(&cli->arena, comparing);
    (void)count;
    c->cli = cli;
    c->settings = settings;
    c->profile = settings->profile ? settings->profile : "typical";
    c->human = settings->human.given ? settings->human.value : RH_MINUTES(55);
    if (cli_open_workflow_file(cli, arguments[0], &settings->actions, true, &c->opened) != CLI_OK)
        return CLI_BAD;
    add_file(c);
    const rh_compare_options options_of = {
        .subjects = c->list,
        .abouts = c->abouts,
        .subject_count = c->count,
        .most_faults = (uint32_t)settings->faults.value,
        .most_plans = settings->plans.value,
        .worlds = settings->worlds.value,
        .seed = settings->seed.value,
        .jobs = (uint32_t)settings->jobs.value,
    };
    rh_comparison comparison;
    rh_error error;
    if (rh_compare(&cli->arena, &options_of, &comparison, &error) != 0) {
        rh_comparison_free(&comparison);
        return cli_bad_error(cli, &error);
    }
    const rh_compare_page page = {
        .comparison = &comparison,
        .title = c->opened.definition.file->name,
        .file = c->opened.path,
        .event = rh_format(&cli->arena, "%s%s%s", c->opened.event->name,
                           *c->opened.event->ref ? " of " : "", c->opened.event->ref),
        .profile = c->profile,
        .run = rh_format(&cli->arena, "rehearse run %s", arguments[0]),
        .human = c->human,
    };
    rh_text text = rh_text_to(&cli->arena, cli->out);
    rh_canvas canvas;
    rh_canvas_init(&canvas, &text, cli->width, cli->color_out, cli->ascii);
    rh_compare_console(&canvas, &page);
    rh_text_flush(&text);
    rh_comparison_free(&comparison);
    return CLI_OK;
}

const cli_verb cli_compare = {
    .name = "compare",
    .arguments = "FILE.yml",
    .least = 1,
    .most = 1,
    .summary = "Plays a workflow file on several engines, under the same faults, and compares",
    .about =
        "Plays a workflow file of GitHub Actions as it is, and as a durable workflow, under all "
        "plans of up to two faults and in worlds that are drawn, and says how often each "
        "succeeds, what is published by halves or twice, how long it takes and what it costs.",
    .options = options,
    .settings_size = sizeof(compare_settings),
    .run = compare,
};
