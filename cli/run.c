#include "cli/cli.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/console.h"
#include "cli/elsewhere.h"
#include "cli/events.h"
#include "cli/reports.h"
#include "cli/run_actions.h"
#include "cli/run_scenario.h"
#include "cli/store.h"
#include "harness/job_tree.h"
#include "harness/scenario.h"
#include "reports/cobertura.h"
#include "reports/history.h"
#include "reports/job_json.h"
#include "reports/journal_lines.h"
#include "reports/lcov.h"
#include "reports/timeline.h"
#include "reports/trace.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"

typedef struct run_settings {
    cli_common common;
    cli_texts workflows, fault_files, faults, rates, step_classes, durations, signals, lost_hosts,
        shown, reports, server_down, worker_down, bad_deploy;
    const char *profile, *server, *cache, *store;
    cli_actions_settings actions;
    cli_number seed, random_faults;
    cli_duration cancel_at;
    cli_again_settings again;
} run_settings;

#define AGAIN(field) offsetof(run_settings, again.field)

#define ACTIONS(field) offsetof(run_settings, actions.field)
#define EVENT(field) offsetof(run_settings, actions.event.field)

static const cli_option options[] = {
    {"--event", "NAME", CLI_TEXT, EVENT(event),
     "of a workflow file: the event that starts it; if neither it nor --ref is given, the one "
     "that the workflow is most likely written for"},
#define X(name, value, kind, field, what) {name, value, kind, EVENT(field), what, .most = 1000000},
#include "cli/event_option_rows.h"
#undef X
    {"--secret", "NAME=VALUE", CLI_LIST, ACTIONS(secrets),
     "a secret of a workflow file; may be given several times; '*' makes up all that it asks for"},
    {"--var", "NAME=VALUE", CLI_LIST, ACTIONS(vars),
     "a variable of a workflow file (vars context); may be given several times"},
    {"--mock", "PATH:OUTPUTS", CLI_LIST, ACTIONS(mocks),
     "what a job or step of a workflow file gives, instead of being played: "
     "'release/version:outputs.version=1.0.0'; may be given several times"},
    {"--approve", "ENV@TIME", CLI_LIST, ACTIONS(approvals),
     "an environment has a reviewer, who approves at a virtual time: 'production@5m'"},
    {"--unknown", "MODE", CLI_CHOICE, ACTIONS(unknown),
     "what becomes of a condition that hangs on something unknown: taken for empty, an error, "
     "chosen, or taken to hold",
     .choices = "empty|error|explore|holds"},
    {"--engine", "ENGINE", CLI_CHOICE, ACTIONS(engine),
     "whose rules a workflow file is played by: actions (the default); actions+retry: its steps "
     "are "
     "in retry wrappers; or durable: they are activities that are tried again",
     .choices = "actions|actions+retry|durable"},
    {"--retry-attempts", "N", CLI_NUMBER, ACTIONS(retry_attempts),
     "of --engine durable: how often a step is tried; 3 if not given", .least = 1, .most = 1000000},
    {"--retry-interval", "TIME", CLI_DURATION, ACTIONS(retry_interval),
     "of --engine durable: the first wait between two attempts, which then doubles up to 1 min; "
     "1s if not given"},
    {"--start-to-close", "TIME|none", CLI_TEXT, ACTIONS(start_to_close),
     "of --engine durable: how long an attempt of a step may take; 30m if not given"},
    {"--heartbeat", "TIME|none", CLI_TEXT, ACTIONS(heartbeat),
     "of --engine durable: how long nothing is heard of a host or process before it is given up; "
     "5m if not given"},
    {"--include", "NAME=PATH", CLI_LIST, ACTIONS(includes),
     "a file that stands for a remote action or called workflow, as in 'rehearse show'"},
    {"--catalog", "FILE", CLI_LIST, ACTIONS(catalogs),
     "of a workflow file: what more actions and commands do, as JSON (docs/catalog.md); may "
     "be given several times"},
    {"--runners", "N", CLI_NUMBER, ACTIONS(runners),
     "of a workflow file: jobs on hosted runners at a time; any number unless given", .least = 1,
     .most = INT32_MAX},
    {"--runner-start", "TIME", CLI_DURATION, ACTIONS(runner_start),
     "of a workflow file: how long it takes until a hosted runner is there, like 20s"},
    {"--rerun", "WHICH", CLI_CHOICE, ACTIONS(rerun),
     "of a workflow file: runs it once more when it is over, as its second attempt: all jobs, or "
     "those that failed and what needs them; faults strike the first attempt, unless they name "
     "another (@2) or all (@*)",
     .choices = "all|failed"},
    {"--scenario", "FILE[:NAME]", CLI_TEXT, ACTIONS(scenario),
     "plays a scenario of a scenario file, and shows how it goes; what it expects is left to "
     "'rehearse test'"},
    {"--format", "FORMAT", CLI_CHOICE, ACTIONS(format),
     "of a workflow file: text (the default) or json", .choices = "text|json"},
    {"--workflows", "FILE", CLI_LIST, offsetof(run_settings, workflows),
     "a shared object that has the workflow; may be given several times"},
    {"--input", "JSON|@FILE", CLI_LIST, EVENT(inputs),
     "what the workflow is started with, instead of what its definition says; @- reads standard "
     "input; of a workflow file NAME=VALUE, or NAME: its value is not known; may be given several "
     "times"},
    {"--fault", "CALL=FAULT", CLI_LIST, offsetof(run_settings, faults),
     "a fault of the catalog strikes a call, like 'UpdateHomebrew@1=homebrew-auth', "
     "'BuildMacOS[arm64]@2=dns'; the first attempt unless another is named, @* for all; or a host, "
     "like 'host:host-1 at 3m=runner-lost'; may be given several times"},
    {"--faults", "FILE", CLI_LIST, offsetof(run_settings, fault_files),
     "faults of one's own, in YAML or JSON, which then are part of the catalog; may be given "
     "several "
     "times"},
    {"--profile", "NAME|FILE", CLI_TEXT, offsetof(run_settings, profile),
     "draws by the seed how long attempts take and which faults and outages strike them: calm, "
     "typical, stormy, or a file; 'rehearse faults --profile NAME' shows what it says"},
    {"--step", "CALL=CLASS", CLI_LIST, offsetof(run_settings, step_classes),
     "of which class of the profile a call is, like 'Sync=publish'; none: nothing is drawn for it; "
     "may be given several times"},
    {"--fault-rate", "CALL=FAULT:N", CLI_LIST, offsetof(run_settings, rates),
     "a fault strikes N of a million attempts of a call, whatever the profile says; may be given "
     "several times"},
    {"--takes", "CALL=TIME", CLI_LIST, offsetof(run_settings, durations),
     "how long the attempts of a call take, like 'BuildLinux=12m'; may be given several times"},
    {"--random-faults", "PER_MILLE", CLI_NUMBER, offsetof(run_settings, random_faults),
     "so many of a thousand attempts fail by a fault of the catalog, drawn by the seed", .least = 0,
     .most = 1000},
    {"--seed", "N", CLI_NUMBER, offsetof(run_settings, seed), "of all random draws", .least = 0,
     .most = UINT64_MAX},
    {"--signal", "SIGNAL", CLI_LIST, offsetof(run_settings, signals),
     "a signal at a virtual time: 'approve=JSON at 5m', or 'approve at 5m'; may be given several "
     "times"},
    {"--cancel-at", "TIME", CLI_DURATION, offsetof(run_settings, cancel_at),
     "cancels the run at a virtual time, like 5m"},
    {"--lose-host", "HOST", CLI_LIST, offsetof(run_settings, lost_hosts),
     "a host is lost with all that runs there: 'macos-1 at 3m'; may be given several times"},
    {"--server-down", "OUTAGE", CLI_LIST, offsetof(run_settings, server_down),
     "the server is down for a time: '10m at 3m'; what runs goes on, and is heard of when it is "
     "back; may be given several times"},
    {"--worker-down", "OUTAGE", CLI_LIST, offsetof(run_settings, worker_down),
     "no worker runs workflow code for a time: '10m at 3m'; workflow tasks wait, everything else "
     "goes on; may be given several times"},
    {"--bad-deploy", "OUTAGE", CLI_LIST, offsetof(run_settings, bad_deploy),
     "workflow code that cannot go on is deployed, and mended after a time: '2h at 3m'; meanwhile "
     "no workflow task runs; may be given several times"},
    {"--server", "VERSION", CLI_CHOICE, offsetof(run_settings, server),
     "whose rules hold: 1.31 (the default, and later) or 1.30 (and earlier)",
     .choices = "1.30|1.31"},
    {"--cache", "0|1", CLI_CHOICE, offsetof(run_settings, cache),
     "0: every workflow task replays from the history", .choices = "0|1"},
    CLI_AGAIN_OPTIONS(AGAIN),
    {"--args", "CALL", CLI_LIST, offsetof(run_settings, shown),
     "also prints what a call was given, and its result; may be given several times"},
    {"--report", "KIND=PATH", CLI_LIST, offsetof(run_settings, reports),
     "also writes a report: timeline, journal (JSON Lines), history (Temporal's JSON), trace (for "
     "ui.perfetto.dev), track (to compare with another machine, as in 'rehearse test'); of a "
     "workflow file also lcov and cobertura (which lines and branches were played); PATH - is "
     "standard output, which then has nothing else; may be given several times"},
    {"--store", "FILE", CLI_TEXT, offsetof(run_settings, store),
     "keeps the run, with its journal, for 'rehearse history'; the store of 'rehearse test' "
     "is " CLI_STORE_DEFAULT},
    {0},
};

/* What reports are about. */
typedef struct played {
    const rh_journal *journal;
    const rh_actions_file *file; /* NULL: a workflow in C */
    const char *path;            /* of the file, from the root of its repository */
    const rh_suite_test *again;  /* plays the same once more */
} played;

static int write_timeline(rh_text *text, const void *subject, rh_error *error)
{
    const played *run = subject;
    (void)error;
    rh_report_timeline(text, run->journal, NULL);
    return 0;
}

static int write_journal(rh_text *text, const void *subject, rh_error *error)
{
    const played *run = subject;
    (void)error;
    rh_report_journal(text, run->journal);
    return 0;
}

/* Of the last try, if the workflow was retried. */
static int write_history(rh_text *text, const void *subject, rh_error *error)
{
    const rh_journal *journal = ((const played *)subject)->journal;
    uint32_t run = 0;
    if (journal->run_count == 0)
        return rh_error_set(error, NULL, 0, 0, "--report history: nothing was started");
    while (journal->runs[run]->next != RH_NO_RUN)
        run = journal->runs[run]->next;
    rh_report_history(text, journal, run);
    return 0;
}

static int write_trace(rh_text *text, const void *subject, rh_error *error)
{
    const played *run = subject;
    (void)error;
    rh_report_trace(text, run->journal);
    return 0;
}

static int write_track(rh_text *text, const void *subject, rh_error *error)
{
    return cli_write_track(text, ((const played *)subject)->again, error);
}

/* NULL with an error for a workflow in C. */
static const rh_lines *read_lines(rh_arena *arena, const played *run, const char *kind,
                                  rh_error *error)
{
    if (!run->file) {
        rh_error_set(error, NULL, 0, 0,
                     "--report %s is about workflow files; of code in C, gcov counts the lines",
                     kind);
        return NULL;
    }
    rh_lines *lines = rh_lines_create(arena);
    rh_lines_add_file(lines, run->file, run->path);
    rh_lines_add_journal(lines, run->journal);
    return lines;
}

static int write_lcov(rh_text *text, const void *subject, rh_error *error)
{
    const rh_lines *lines = read_lines(text->arena, subject, "lcov", error);
    if (!lines)
        return -1;
    rh_report_lcov(text, lines);
    return 0;
}

static int write_cobertura(rh_text *text, const void *subject, rh_error *error)
{
    const rh_lines *lines = read_lines(text->arena, subject, "cobertura", error);
    return lines ? rh_report_cobertura(text, lines, error) : -1;
}

static const cli_report_kind report_kinds[] = {
    {"timeline", write_timeline},   {"journal", write_journal},
    {"history", write_history},     {"lcov", write_lcov},
    {"trace", write_trace},         {"track", write_track},
    {"cobertura", write_cobertura}, {0},
};

static bool equals(const char *text, const char *other)
{
    return text && strcmp(text, other) == 0;
}

/* What is played. */
typedef struct subject {
    const rh_workflow_definition *definition; /* NULL: a workflow file */
    const char *name;                         /* of the definition, or the path of the file */
    const rh_scenario *scenario;              /* NULL: none */
    rh_catalog catalog;                       /* of faults */
} subject;

/* The env with everything that the definition and the options say; not yet played. */
static int prepare(cli_context *cli, const run_settings *settings, const subject *what, rh_env *env,
                   rh_error *error)
{
    const rh_workflow_definition *definition = what->definition;
    rh_env_set_catalog(env, &what->catalog);
    rh_world(env, .seed = settings->seed.value, .no_cache = equals(settings->cache, "0"),
             .server = equals(settings->server, "1.30") ? RH_SERVER_1_30 : RH_SERVER_NEWEST,
             .random_choices = equals(settings->actions.unknown, "explore"));
    if (what->scenario)
        rh_scenario_prepare(env, what->scenario);
    else if (definition && definition->given)
        definition->given(env);
    if (cli_use_profile(cli, env, settings->profile, error) != 0 ||
        cli_add_step_classes(cli, env, &settings->step_classes, error) != 0 ||
        cli_add_fault_rates(cli, env, &settings->rates, error) != 0 ||
        cli_add_faults(cli, env, &settings->faults, error) != 0 ||
        cli_add_durations(cli, env, &settings->durations, error) != 0 ||
        cli_add_signals(cli, env, &settings->signals, error) != 0 ||
        cli_add_lost_hosts(cli, env, &settings->lost_hosts, error) != 0 ||
        cli_add_outages(cli, env, "--server-down", &settings->server_down, rh_server_down_at,
                        error) != 0 ||
        cli_add_outages(cli, env, "--worker-down", &settings->worker_down, rh_worker_down_at,
                        error) != 0 ||
        cli_add_outages(cli, env, "--bad-deploy", &settings->bad_deploy, rh_bad_deploy_at, error) !=
            0)
        return -1;
    if (settings->random_faults.value)
        rh_random_faults(env, (uint32_t)settings->random_faults.value);
    if (settings->cancel_at.given)
        rh_cancel_at(env, settings->cancel_at.value, NULL);
    return 0;
}

static int read_input(cli_context *cli, const run_settings *settings,
                      const rh_workflow_definition *definition, const rh_value **input,
                      rh_error *error)
{
    const cli_texts *given = &settings->actions.event.inputs;
    const char *json = given->count ? given->items[given->count - 1] : definition->input;
    *input = NULL;
    if (!json)
        return 0;
    *input = cli_read_json(cli, json, given->count ? "--input" : definition->name, error);
    return *input ? 0 : -1;
}

static void annotate_problem(cli_context *cli, const char *kind, const rh_problem *problem)
{
    if (cli->annotations)
        rh_annotate(cli->annotations,
                    &(rh_annotation){.level = *kind ? RH_ANNOTATE_WARNING : RH_ANNOTATE_ERROR,
                                     .file = problem->file,
                                     .line = problem->line > 0 ? (uint32_t)problem->line : 0,
                                     .title = "rehearse run",
                                     .message = problem->message});
}

static void print_problem(cli_context *cli, const char *kind, const rh_problem *problem)
{
    annotate_problem(cli, kind, problem);
    if (problem->file)
        cli_bad(cli, "%s%s:%d: %s", kind, problem->file, problem->line, problem->message);
    else
        cli_bad(cli, "%s%s", kind, problem->message);
}

/* Says what is wrong with the rehearsal itself: promises of its mocks that were broken make it
 * fail, what stopped it makes it bad. */
static int print_problems(cli_context *cli, rh_env *env)
{
    int code = CLI_OK;
    if (rh_env_finish(env) && !rh_env_problem_count(env))
        return cli_bad(cli, "out of memory");
    for (size_t i = 0; i < rh_env_problem_count(env); i++) {
        const rh_problem *problem = rh_env_problem(env, i);
        print_problem(cli, "", problem);
        if (problem->is_error)
            code = CLI_BAD;
        else if (code == CLI_OK)
            code = CLI_FAILED;
    }
    for (size_t i = 0; i < rh_env_warning_count(env); i++)
        print_problem(cli, "warning: ", rh_env_warning(env, i));
    return code;
}

static const rh_value *result_of(const rh_journal *journal, uint32_t call)
{
    for (size_t i = journal->count; i-- > 0;)
        if (journal->entries[i].call == call &&
            journal->entries[i].kind == RH_ENTRY_ACTIVITY_COMPLETED)
            return journal->entries[i].value;
    return NULL;
}

static void print_call(rh_text *text, const rh_journal *journal, uint32_t call)
{
    const rh_call *record = journal->calls[call - 1];
    const rh_value *result = result_of(journal, call);
    rh_call_path(text, record);
    rh_text_puts(text, " was given ");
    rh_json_write(text, record->args, RH_JSON_PRETTY);
    if (result) {
        rh_text_puts(text, "\nand returned ");
        rh_json_write(text, result, RH_JSON_PRETTY);
    }
    rh_text_puts(text, "\n\n");
}

/* Arguments and results of the calls that --args names. */
static int print_args(cli_context *cli, const run_settings *settings, const rh_journal *journal)
{
    rh_text text = rh_text_to(&cli->arena, cli->out);
    for (size_t i = 0; i < settings->shown.count; i++) {
        const char *path = settings->shown.items[i];
        rh_nearest nearest = rh_nearest_begin(path);
        char hint[128];
        bool any = false;
        for (uint32_t call = 1; call <= journal->call_count; call++) {
            const rh_call *record = journal->calls[call - 1];
            rh_nearest_offer(&nearest, record->type->text);
            if (!rh_call_matches(record, path))
                continue;
            print_call(&text, journal, call);
            any = true;
        }
        if (!any)
            return cli_bad(cli, "--args: no call of '%s'%s", path,
                           rh_nearest_hint(&nearest, hint, sizeof hint));
    }
    rh_text_flush(&text);
    return CLI_OK;
}

/* The timeline, which ends with the virtual and the real time, and what to compare runs by. */
static void print_console(cli_context *cli, rh_env *env, int64_t real_ns)
{
    rh_timeline_options look = {
        .color = cli->color_out,
        .ascii = cli->ascii,
        .width = cli->width,
        .wall_ns = cli->hide_wall ? -1 : real_ns,
    };
    rh_text text = rh_text_to(&cli->arena, cli->out);
    rh_report_timeline(&text, rh_env_journal(env), &look);
    rh_text_printf(&text, "%sjournal %zu entries, hash %016jx%s\n",
                   cli_paint(cli->color_out, CLI_FAINT), rh_journal_length(env),
                   (uintmax_t)rh_journal_hash(env), cli_paint(cli->color_out, CLI_PLAIN));
    rh_text_flush(&text);
}

static bool is_of_file(const rh_env *env)
{
    return rh_job_tree_is_of(rh_env_journal(env), 0);
}

/* Prints and reports what happened, and says how the verb ends. */
static int conclude(cli_context *cli, const run_settings *settings, const cli_reports *reports,
                    const cli_planned *planned, const rh_suite_test *again, rh_env *env,
                    int64_t real_ns)
{
    const played run = {rh_env_journal(env), planned->definition ? planned->definition->file : NULL,
                        planned->path, again};
    int shown = CLI_OK;
    if (!reports->on_stdout && is_of_file(env) && equals(settings->actions.format, "json")) {
        rh_text text = rh_text_to(&cli->arena, cli->out);
        rh_report_jobs_json(&text, rh_env_journal(env));
        rh_text_flush(&text);
    } else if (!reports->on_stdout) {
        shown = print_args(cli, settings, rh_env_journal(env));
        print_console(cli, env, real_ns);
    }
    int code = print_problems(cli, env);
    if (cli->annotations && run.file)
        rh_annotate_run(cli->annotations, run.journal, 0, run.file->path, run.path);
    if (shown != CLI_OK)
        code = shown;
    if (cli_reports_write(cli, reports, &run) != CLI_OK)
        return CLI_BAD;
    if (code == CLI_OK)
        code = cli_play_again(cli, options, &settings->again, again, !reports->on_stdout);
    if (code != CLI_OK)
        return code;
    return rh_status_of(env) == RH_SUCCEEDED ? CLI_OK : CLI_FAILED;
}

/* What a scenario of a workflow file has planned itself. */
static cli_planned planned_by(cli_context *cli, const rh_scenario *scenario)
{
    const rh_actions_definition *definition = scenario->plays[0].definition;
    return (cli_planned){
        .definition = definition,
        .path = cli_path_in_repository(&cli->arena, definition->file->path),
        .rerun = scenario->rerun,
        .rerun_id = scenario->rerun_id,
    };
}

/* Plans what is not planned by preparing. */
static int plan(cli_context *cli, const run_settings *settings, const subject *what, rh_env *env,
                cli_planned *planned)
{
    *planned = (cli_planned){0};
    if (!what->definition && !what->scenario)
        return cli_plan_workflow_file(cli, env, what->name, &settings->actions, planned);
    if (what->scenario && what->scenario->play_count)
        *planned = planned_by(cli, what->scenario);
    return CLI_OK;
}

static void play_planned(const subject *what, const rh_value *input, const cli_planned *planned,
                         rh_env *env)
{
    if (what->definition && !what->scenario)
        rh_run(env, what->name, input);
    else
        cli_play_workflow_file(env, planned);
}

/* What it takes to play the same in an env of its own. */
typedef struct replayable {
    cli_context *cli;
    const run_settings *settings;
    const subject *what;
    const rh_value *input;
} replayable;

static void play_again(rh_env *env, const void *data)
{
    const replayable *same = data;
    rh_error error;
    cli_planned planned;
    if (prepare(same->cli, same->settings, same->what, env, &error) != 0 ||
        plan(same->cli, same->settings, same->what, env, &planned) != CLI_OK)
        return; /* what was well once is well again */
    int folder = cli_go_elsewhere(&same->settings->again);
    play_planned(same->what, same->input, &planned, env);
    cli_come_back(folder);
}

static int play(cli_context *cli, const run_settings *settings, const cli_reports *reports,
                const subject *what, rh_env *env, cli_store *store)
{
    rh_error error;
    const rh_value *input = NULL;
    cli_planned planned;
    bool reads_input = what->definition && !what->scenario;
    if ((reads_input && read_input(cli, settings, what->definition, &input, &error) != 0) ||
        prepare(cli, settings, what, env, &error) != 0)
        return cli_bad_error(cli, &error);
    if (plan(cli, settings, what, env, &planned) != CLI_OK)
        return CLI_BAD;

    int64_t started_ns = cli_clock_now();
    play_planned(what, input, &planned, env);
    int64_t real_ns = cli_clock_now() - started_ns;

    const replayable same = {cli, settings, what, input};
    const rh_suite_test again = {.module = "run",
                                 .name = what->name,
                                 .definitions = rh_env_module(env),
                                 .run = play_again,
                                 .data = &same};
    int code = conclude(cli, settings, reports, &planned, &again, env, real_ns);
    cli_store_add_run(store, env, what->name, code, real_ns);
    return code;
}

static int play_in_env(cli_context *cli, const run_settings *settings, const subject *what,
                       const rh_module *module)
{
    cli_reports reports;
    cli_store store;
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK ||
        cli_store_open(cli, settings->store, false, &store) != CLI_OK)
        return CLI_BAD;
    cli_store_about(&store, "run", what->name, 1);
    rh_env *env = rh_env_create(module);
    int code =
        env ? play(cli, settings, &reports, what, env, &store) : cli_bad(cli, "out of memory");
    rh_env_destroy(env);
    int kept = cli_store_close(&store, RH_STORE_UNKNOWN, 1);
    return kept != CLI_OK ? kept : code;
}

/* The scenario that --scenario names, if it does. */
static int find_scenario(cli_context *cli, const run_settings *settings,
                         const rh_loaded_module *modules, subject *what)
{
    const char *option = settings->actions.scenario;
    if (!option)
        return CLI_OK;
    const char *given = cli_actions_given(&settings->actions);
    if (given)
        return cli_bad(cli,
                       "%s: the scenario says that itself; change it there, or leave --scenario "
                       "out",
                       given);
    return cli_find_scenario(cli, option, what->name, &what->catalog, modules,
                             settings->workflows.count, &what->scenario);
}

/* CLI_BAD, if an option was given that a workflow in C has no use for. */
static int check_in_c(cli_context *cli, const run_settings *settings, const char *name)
{
    cli_actions_settings others = settings->actions;
    others.event.inputs = (cli_texts){0};
    const char *given = others.format ? "--format" : cli_actions_given(&others);
    return given ? cli_bad(cli, "%s is for workflow files, and %s is a workflow in C", given, name)
                 : CLI_OK;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    (void)count;
    rh_error error;
    const run_settings *settings = read;
    subject what = {.name = arguments[0]};
    if (cli_read_fault_files(cli, &settings->fault_files, &what.catalog, &error) != 0)
        return cli_bad_error(cli, &error);
    if (strstr(what.name, RH_SCENARIO_SUFFIX))
        return cli_bad(cli,
                       "%s is a scenario file; play it with 'rehearse test', or one of it with "
                       "'rehearse run WORKFLOW --scenario FILE:NAME'",
                       what.name);
    if (rh_scenario_is_workflow_file(what.name))
        return find_scenario(cli, settings, NULL, &what) == CLI_OK
                   ? play_in_env(cli, settings, &what, NULL)
                   : CLI_BAD;
    if (!settings->workflows.count)
        return cli_bad(cli, "no workflows; pass --workflows FILE, a shared object that has '%s'",
                       arguments[0]);
    const rh_loaded_module *modules = cli_load(cli, &settings->workflows);
    const rh_loaded_module *module;
    if (!modules)
        return CLI_BAD;
    what.definition =
        rh_modules_find_workflow(modules, settings->workflows.count, arguments[0], &module, &error);
    if (!what.definition)
        return cli_bad_error(cli, &error);
    what.name = what.definition->name;
    if (find_scenario(cli, settings, modules, &what) != CLI_OK ||
        check_in_c(cli, settings, what.name) != CLI_OK)
        return CLI_BAD;
    return play_in_env(cli, settings, &what, module->module);
}

const cli_verb cli_run = {
    .name = "run",
    .arguments = "NAME|FILE.yml",
    .least = 1,
    .most = 1,
    .summary = "Plays a workflow and prints what happened",
    .about = "Plays a workflow on virtual time, with the mocks and the input its definition comes "
             "with, and prints what happened: attempts, back-offs, timeouts, how it ended.\n"
             "FILE.yml is a workflow file of GitHub Actions: its jobs and steps are played for an "
             "event, commands and actions as the catalog knows them.\n"
             "The exit code is 0 if the run succeeded, 1 if it did not, 2 if it could not be "
             "rehearsed (an unknown name, a call without a mock).",
    .options = options,
    .settings_size = sizeof(run_settings),
    .run = run,
};
