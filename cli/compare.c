/* rehearse compare: the same pipeline on several engines, under the same faults. */
#include "cli/cli.h"

#include <string.h>

#include "cli/check_events.h"
#include "cli/console.h"
#include "cli/events.h"
#include "cli/reports.h"
#include "cli/run_actions.h"
#include "harness/explore/actions_subject.h"
#include "harness/explore/served.h"
#include "harness/shell.h"
#include "reports/compare/console.h"
#include "reports/compare/data.h"
#include "reports/compare/page.h"
#include "reports/lcov.h"
#include "sim/actions/lift.h"
#include "sim/base/timetext.h"

enum { MOST_ENGINES = 5 };

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
#define X(name, value, kind, field, what) {name, value, kind, EVENT(field), what, .most = 1000000},
#include "cli/event_option_rows.h"
#undef X
    {"--input", "NAME=VALUE", CLI_LIST, EVENT(inputs),
     "an input of workflow_dispatch, or only its NAME: it has a value that is not known; may be "
     "given several times"},
    {"--secret", "NAME=VALUE", CLI_LIST, ACTIONS(secrets),
     "may be given several times; those that are not given are made up"},
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
     "at most so many: a number of faults that would need more is left out; if not given, 200000, "
     "and of a large file fewer, the likeliest",
     .least = 1, .most = 100000000},
    {"--worlds", "N", CLI_NUMBER, HERE(worlds),
     "so many worlds are drawn for durations; if not given, 4000, and of a large file fewer",
     .least = 100, .most = 10000000},
    {"--seed", "N", CLI_NUMBER, HERE(seed), "of these draws", .least = 1, .most = INT64_MAX},
    {"--jobs", "N", CLI_NUMBER, HERE(jobs),
     "threads; one for each processor if not given. They change no result", .least = 1, .most = 64},
    {"--report", "KIND=PATH", CLI_LIST, HERE(reports),
     "also writes a report: html (one page that needs nothing else), markdown (for a job's "
     "summary), "
     "json, csv (all plans), junit (a suite for each engine), lcov (lines of the file, over all "
     "plans); PATH - is standard output, which "
     "then "
     "has nothing else; may be given several times"},
    {0},
};

/* What a comparison is made of; lives in the command's arena. */
typedef struct comparing {
    cli_context *cli;
    const compare_settings *settings;
    const char *profile;
    rh_duration human;
    cli_opened opened, starting;
    rh_actions_definition lifted, wrapped;
    rh_actions_settings lifted_rules, wrapped_rules;
    rh_actions_subject actions, retrying, durable, starter;
    rh_durable_subject workflow;
    rh_hybrid_subject hybrid;
    rh_both_subjects both;
    rh_subject starter_subject, both_subject;
    rh_subject subjects[MOST_ENGINES], inner[MOST_ENGINES];
    rh_served_subject served[MOST_ENGINES];
    rh_contender contenders[MOST_ENGINES];
    const char *run_file;     /* plays the file as it is: faults follow */
    size_t count, durable_at; /* which of them is the lifted file */
} comparing;

static int give(rh_env *env, void *data, rh_error *error)
{
    const comparing *c = data;
    return cli_give_workflow_file(c->cli, env, &c->settings->actions) != CLI_OK
               ? rh_error_set(error, NULL, 0, 0, "a mock or an approval is wrong")
               : cli_use_profile(c->cli, env, c->profile, error);
}

static void add(comparing *c, rh_subject subject, rh_contender contender)
{
    c->subjects[c->count] = subject;
    contender.subject = &c->subjects[c->count];
    c->contenders[c->count++] = contender;
}

/* What has a server that may be down. `name`: of its own one, and of its workers. */
static void add_served(comparing *c, rh_subject subject, const char *name, rh_contender contender)
{
    size_t at = c->count;
    c->inner[at] = subject;
    c->served[at] = (rh_served_subject){&c->inner[at], name, c->human};
    add(c, rh_subject_of_served(subject.name, &c->served[at]), contender);
}

static const char *run_of(comparing *c, const char *path)
{
    rh_text text = rh_text_in(&c->cli->arena);
    rh_text_puts(&text, "rehearse run ");
    rh_shell_word(&text, path);
    rh_text_printf(
        &text, "%s %s", c->opened.options,
        cli_check_event_of(&c->cli->arena, c->opened.event, &c->settings->actions.event).options);
    return rh_text_string(&text);
}

static void add_file(comparing *c)
{
    static const rh_actions_lift lift;
    static const rh_actions_wrap wrap;
    c->actions = (rh_actions_subject){.definition = &c->opened.definition,
                                      .input = c->opened.input,
                                      .rerun_after = c->human,
                                      .given = give,
                                      .data = c};
    c->wrapped_rules = c->lifted_rules = *c->opened.rules;
    c->wrapped_rules.wrap = &wrap;
    c->lifted_rules.lift = &lift;
    c->wrapped = c->lifted = c->opened.definition;
    c->wrapped.settings = &c->wrapped_rules;
    c->lifted.settings = &c->lifted_rules;
    c->retrying = c->durable = c->actions;
    c->retrying.definition = &c->wrapped;
    c->durable.definition = &c->lifted;
    add_served(c, rh_subject_of_actions("Actions", &c->actions), NULL,
               (rh_contender){.phrase = "on GitHub Actions",
                              .about = "The file as it is, by GitHub's rules; a human re-runs "
                                       "failed jobs.",
                              .run = c->run_file,
                              .is_file = true});
    add_served(c, rh_subject_of_actions("retrying", &c->retrying), NULL,
               (rh_contender){.phrase = "with retry wrappers",
                              .about = "The same, with the steps that talk to a network in retry "
                                       "wrappers: three attempts, whatever fails; what a step has "
                                       "done happens again.",
                              .run = rh_format(&c->cli->arena, "%s --engine actions+retry",
                                               c->run_file),
                              .is_file = true});
    c->durable_at = c->count;
    add_served(c, rh_subject_of_actions("durable", &c->durable), "durable",
               (rh_contender){.phrase = "as a durable workflow",
                              .about = "The same jobs and steps by durable rules: three attempts a "
                                       "step, and a lost host repeats its job.",
                              .run = rh_format(&c->cli->arena, "%s --engine durable", c->run_file),
                              .is_file = true});
}

/* ---- a workflow in C ------------------------------------------------------------------------- */

static int give_profile(rh_env *env, void *data, rh_error *error)
{
    const comparing *c = data;
    return cli_use_profile(c->cli, env, c->profile, error);
}

typedef struct path_search {
    rh_arena *arena;
    const char *path;
    const char *found; /* as exploration calls it; NULL: there is no such call */
} path_search;

static void find_path(void *data, const rh_played_plan *played, void *slot)
{
    path_search *search = data;
    const rh_journal *journal = played->journals[0];
    (void)slot;
    for (size_t i = 0; i < journal->call_count && !search->found; i++)
        if (rh_call_matches(journal->calls[i], search->path))
            search->found = rh_call_path_text(search->arena, journal->calls[i]);
}

/* "UpdateHomebrew=update-homebrew/Push the formula/git[push]" */
static int read_map(comparing *c)
{
    const cli_texts *given = &c->settings->map;
    rh_arena *arena = &c->cli->arena;
    const char *(*map)[2] = rh_arena_array(arena, sizeof *map, given->count + 1);
    const rh_plan nothing_fails = {0};
    rh_error error;
    memset(map, 0, (given->count + 1) * sizeof *map);
    for (size_t i = 0; i < given->count; i++) {
        const char *equals = strchr(given->items[i], '=');
        if (!equals || equals == given->items[i])
            return cli_bad(c->cli, "--map: expected CALL=PATH, got '%s'", given->items[i]);
        path_search search = {arena, equals + 1, NULL};
        if (rh_explore_plan(&c->contenders[0].subject, 1, &nothing_fails, find_path, &search, NULL,
                            &error) != 0)
            return cli_bad_error(c->cli, &error);
        if (!search.found)
            return cli_bad(c->cli,
                           "--map: nothing is called '%s'; 'rehearse run' shows jobs, steps and "
                           "commands",
                           equals + 1);
        map[i][0] = rh_arena_text(arena, given->items[i], (size_t)(equals - given->items[i]));
        map[i][1] = search.found;
    }
    c->workflow.stands_for = (const char *const(*)[2])map;
    return CLI_OK;
}

static int add_workflow(comparing *c)
{
    const compare_settings *settings = c->settings;
    const rh_loaded_module *module, *modules;
    rh_error error;
    if (!settings->workflows.count)
        return cli_bad(c->cli, "--against: pass --workflows FILE, a shared object that has '%s'",
                       settings->against);
    if (!(modules = cli_load(c->cli, &settings->workflows)))
        return CLI_BAD;
    const rh_workflow_definition *definition =
        rh_modules_find_workflow(modules, settings->workflows.count, settings->against, &module,
                                 &error);
    if (!definition)
        return cli_bad_error(c->cli, &error);
    c->workflow = (rh_durable_subject){
        .definition = definition, .rerun_after = c->human, .given = give_profile, .data = c};
    if (definition->input &&
        !(c->workflow.input = cli_read_json(c->cli, definition->input, definition->name, &error)))
        return cli_bad_error(c->cli, &error);
    if (read_map(c) != CLI_OK)
        return CLI_BAD;
    rh_text run = rh_text_in(&c->cli->arena);
    rh_text_puts(&run, "rehearse run --workflows ");
    rh_shell_word(&run, module->path);
    rh_text_putc(&run, ' ');
    rh_shell_word(&run, definition->name);
    add_served(c, rh_subject_of_durable("C code", module->module, &c->workflow), "C code",
               (rh_contender){.phrase = rh_format(&c->cli->arena, "as %s", definition->name),
                              .about = "The workflow in C, with the mocks of its fixture; a human "
                                       "starts it again.",
                              .run = rh_text_string(&run)});
    return CLI_OK;
}

/* ---- hybrid, and both ------------------------------------------------------------------------ */

#define WEBHOOK "https://hooks.example/start"
static const char starter_text[] = "name: starter of the durable workflow\n"
                                   "on: push\n"
                                   "jobs:\n"
                                   "  start:\n"
                                   "    runs-on: ubuntu-latest\n"
                                   "    timeout-minutes: 5\n"
                                   "    steps:\n"
                                   "      - name: Send the webhook\n"
                                   "        run: curl -fsS -X POST " WEBHOOK "\n";

/* A small workflow on GitHub that only sends a webhook; what it starts is the durable one. */
static int add_hybrid(comparing *c)
{
    rh_actions_errors errors;
    c->starting = c->opened;
    c->starting.definition.file =
        rh_actions_read(&c->cli->arena, starter_text, sizeof starter_text - 1, "(the starter)",
                        NULL, &errors);
    if (!c->starting.definition.file)
        return cli_bad_error(c->cli, &errors.items[0]);
    c->starter = c->actions;
    c->starter.definition = &c->starting.definition;
    c->starter_subject = rh_subject_of_actions("starter", &c->starter);
    c->hybrid = (rh_hybrid_subject){&c->starter_subject, &c->inner[c->count - 1], WEBHOOK};
    add_served(c, rh_subject_of_hybrid("hybrid", &c->hybrid), c->served[c->count - 1].name,
               (rh_contender){.phrase = "in a hybrid of both",
                              .about = "A job on GitHub Actions only sends a webhook, which starts "
                                       "the durable workflow; its id is the idempotency key."});
    return CLI_OK;
}

typedef struct twice_search {
    rh_arena *arena;
    cli_texts found;
} twice_search;

static void find_twice(void *data, const rh_played_plan *played, void *slot)
{
    twice_search *search = data;
    const rh_journal *journal = played->journals[0];
    (void)slot;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_EFFECT && entry->number == 2)
            cli_texts_add(search->arena, &search->found,
                          rh_format(search->arena, "%s %s", entry->name->text,
                                    entry->text ? entry->text : ""));
    }
}

/* What happens twice when the file still runs and the durable workflow runs already. */
static int find_what_is_twice(comparing *c, const char *const **twice)
{
    const rh_plan nothing_fails = {0};
    rh_error error;
    twice_search search = {.arena = &c->cli->arena};
    c->both = (rh_both_subjects){&c->inner[0], &c->inner[c->durable_at]};
    c->both_subject = rh_subject_of_both("both", &c->both);
    const rh_subject *list[] = {&c->both_subject};
    if (rh_explore_plan(list, 1, &nothing_fails, find_twice, &search, NULL, &error) != 0)
        return cli_bad_error(c->cli, &error);
    cli_texts_add(search.arena, &search.found, NULL);
    *twice = search.found.items;
    return CLI_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

static int write_html(rh_text *text, const void *page, rh_error *error)
{
    (void)error;
    rh_compare_html(text, page);
    return 0;
}

static int write_markdown(rh_text *text, const void *page, rh_error *error)
{
    (void)error;
    rh_compare_markdown(text, page);
    return 0;
}

static int write_json(rh_text *text, const void *page, rh_error *error)
{
    (void)error;
    rh_compare_json(text, page);
    return 0;
}

static int write_csv(rh_text *text, const void *page, rh_error *error)
{
    (void)error;
    rh_compare_csv(text, page);
    return 0;
}

static int write_junit(rh_text *text, const void *page, rh_error *error)
{
    return rh_compare_junit(text, page, error);
}

/* What reports are written about: the page, and what it was made of. */
typedef struct compare_subject {
    rh_compare_page page; /* first: most kinds know nothing else */
    comparing *c;
} compare_subject;

static void count_lines(void *data, const rh_played_plan *played, void *slot)
{
    (void)slot;
    rh_lines_add_journal(data, played->journals[0]);
}

/* Of the file as it is, under the plans that the page is about. */
static int write_lcov(rh_text *text, const void *subject, rh_error *error)
{
    const compare_subject *about = subject;
    const comparing *c = about->c;
    rh_lines *lines = rh_lines_create(text->arena);
    rh_exploration exploration;
    const rh_explore_options how = {
        .subjects = &c->contenders[0].subject,
        .subject_count = 1,
        .most_faults = about->page.comparison->most_faults,
        .most_plans = c->settings->plans.value,
        .look = count_lines,
        .data = lines,
    };
    rh_lines_add_file(lines, c->opened.definition.file, c->opened.path);
    int failed = rh_explore(&how, &exploration, error);
    rh_exploration_free(&exploration);
    if (!failed)
        rh_report_lcov(text, lines);
    return failed;
}

static const cli_report_kind report_kinds[] = {
    {.name = "html", .write = write_html},
    {.name = "markdown", .write = write_markdown},
    {.name = "json", .write = write_json},
    {.name = "csv", .write = write_csv},
    {.name = "junit", .write = write_junit},
    {.name = "lcov", .write = write_lcov},
    {0},
};

/* The command as it was typed, without what changes nothing on the page. */
static const char *command_of(cli_context *cli)
{
    rh_text text = rh_text_in(&cli->arena);
    rh_text_puts(&text, "rehearse compare");
    for (size_t i = 0; i < cli->argument_count; i++) {
        const char *word = cli->arguments[i];
        bool is_quoted = word[strcspn(word, " ;&|[]*'\\\"$()<>")] != '\0';
        if (!strncmp(word, "--report", 8) || !strncmp(word, "--jobs", 6)) {
            i += !strchr(word, '='); /* its value is a word of its own */
            continue;
        }
        rh_text_printf(&text, is_quoted ? " '%s'" : " %s", word);
    }
    return rh_text_string(&text);
}

static int write_out(const cli_reports *reports, const compare_subject *subject)
{
    cli_context *cli = subject->c->cli;
    if (!reports->on_stdout) {
        rh_text text = rh_text_to(&cli->arena, cli->out);
        rh_canvas canvas;
        rh_canvas_init(&canvas, &text, cli->width, cli->color_out, cli->ascii);
        rh_compare_console(&canvas, &subject->page);
        rh_text_flush(&text);
    }
    return cli_reports_write(cli, reports, subject);
}

static int report(comparing *c, const cli_reports *reports, const rh_comparison *comparison,
                  const char *const *twice)
{
    rh_arena *arena = &c->cli->arena;
    const rh_actions_event *event = c->opened.event;
    const compare_subject subject = {.c = c,
                                     .page = {
                                         .comparison = comparison,
                                         .title = c->opened.definition.file->name,
                                         .file = c->opened.path,
                                         .event = rh_format(arena, "%s%s%s", event->name,
                                                            *event->ref ? " of " : "", event->ref),
                                         .profile = c->profile,
                                         .command = command_of(c->cli),
                                         .human = c->human,
                                         .notes = rh_served_assumptions,
                                         .twice = twice,
                                     }};
    return write_out(reports, &subject);
}

static int play(comparing *c, const cli_reports *reports)
{
    const compare_settings *settings = c->settings;
    const char *const *twice = NULL;
    if (find_what_is_twice(c, &twice) != CLI_OK)
        return CLI_BAD;
    const rh_compare_options how = {
        .contenders = c->contenders,
        .contender_count = c->count,
        .most_faults = settings->faults.given ? (uint32_t)settings->faults.value : 2,
        .most_plans = settings->plans.value,
        .most_entries = settings->plans.given ? SIZE_MAX : 0,
        .worlds = settings->worlds.value,
        .seed = settings->seed.value,
        .jobs = cli_threads(&settings->jobs),
    };
    rh_comparison comparison;
    rh_error error;
    int code = rh_compare(&c->cli->arena, &how, &comparison, &error) == 0
                   ? report(c, reports, &comparison, twice)
                   : cli_bad_error(c->cli, &error);
    rh_comparison_free(&comparison);
    return code;
}

static int compare(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const compare_settings *settings = read;
    comparing *c = RH_NEW(&cli->arena, comparing);
    cli_reports reports;
    (void)count;
    c->cli = cli;
    c->settings = settings;
    c->profile = settings->profile ? settings->profile : "typical";
    c->human = settings->human.given ? settings->human.value : RH_MINUTES(55);
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK ||
        cli_open_workflow_file(cli, arguments[0], &settings->actions, true, &c->opened) != CLI_OK)
        return CLI_BAD;
    c->run_file = run_of(c, arguments[0]);
    add_file(c);
    if (settings->against && add_workflow(c) != CLI_OK)
        return CLI_BAD;
    return add_hybrid(c) == CLI_OK ? play(c, &reports) : CLI_BAD;
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
