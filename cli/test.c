#include "cli/cli.h"

#include <string.h>

#include "cli/console.h"
#include "cli/elsewhere.h"
#include "cli/events.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "cli/scenarios.h"
#include "cli/store.h"
#include "cli/stream.h"
#include "cli/test_lines.h"
#include "harness/suite.h"
#include "reports/cobertura.h"
#include "reports/fault_coverage.h"
#include "reports/journal_lines.h"
#include "reports/junit.h"
#include "reports/lcov.h"
#include "reports/timeline.h"

#define OUTPUT_LINES 20

typedef struct test_settings {
    cli_common common;
    cli_texts workflows, fault_files, filters, reports;
    cli_number jobs, time_limit, seed;
    const char *cache, *format, *junit, *store, *profile;
    bool fail_fast, keep_journals, update;
    cli_again_settings again;
} test_settings;

#define AGAIN(field) offsetof(test_settings, again.field)

static const cli_option options[] = {
    {"--workflows", "FILE", CLI_LIST, offsetof(test_settings, workflows),
     "a shared object with workflows and tests; may be given several times"},
    {"--faults", "FILE", CLI_LIST, offsetof(test_settings, fault_files),
     "faults of one's own, in YAML or JSON, which tests can then name; may be given several times"},
    {"--filter", "GLOB", CLI_LIST, offsetof(test_settings, filters),
     "runs only tests whose name, or module/name, matches; may be given several times"},
    {"--jobs", "N", CLI_NUMBER, offsetof(test_settings, jobs),
     "tests at a time, each in a process of its own; as many as there are processors unless given; "
     "0: all in this process, for debuggers",
     .least = 0, .most = 256},
    {"--time-limit", "S", CLI_NUMBER, offsetof(test_settings, time_limit),
     "real seconds a test may take, instead of its own limit (10 unless it says otherwise)",
     .least = 1, .most = 86400},
    {"--update", NULL, CLI_FLAG, offsetof(test_settings, update),
     "first rewrites what scenario files expect and the runs do not show, and prints what it has "
     "changed: statuses, conclusions, results, outputs, durations, costs, counts, starts, "
     "effects, masked failures; nothing "
     "but these values changes"},
    {"--fail-fast", NULL, CLI_FLAG, offsetof(test_settings, fail_fast),
     "skips the tests after the first that does not pass"},
    {"--seed", "N", CLI_NUMBER, offsetof(test_settings, seed),
     "of all random draws, in tests that do not set their own", .least = 0, .most = UINT64_MAX},
    {"--profile", "NAME|FILE", CLI_TEXT, offsetof(test_settings, profile),
     "tests that choose no profile of their own are played by this one: durations, faults and "
     "outages are drawn by the seed"},
    {"--cache", "0|1", CLI_CHOICE, offsetof(test_settings, cache),
     "0: every workflow task replays from the history, in tests that do not set their own world",
     .choices = "0|1"},
    CLI_AGAIN_OPTIONS(AGAIN),
    {"--format", "FORMAT", CLI_CHOICE, offsetof(test_settings, format),
     "text (the default): what did not pass, and a summary; tap (TAP version 14) or jsonl (JSON "
     "Lines): each result as soon as it is there",
     .choices = "text|tap|jsonl"},
    {"--report", "KIND=PATH", CLI_LIST, offsetof(test_settings, reports),
     "also writes a report: junit (JUnit XML), fault-coverage (which faults were rehearsed at "
     "which calls; a table, or JSON if PATH ends in .json), track (JSON Lines: what was journaled, "
     "with rolling hashes, to compare two machines); PATH - is standard output, which then has "
     "nothing else; may be given several times"},
    {"--junit", "full|strict", CLI_CHOICE, offsetof(test_settings, junit),
     "strict: JUnit XML without what Jenkins' schema does not know: file, line and properties of "
     "test cases",
     .choices = "full|strict"},
    {"--store", "FILE", CLI_TEXT, offsetof(test_settings, store),
     "where results are kept for 'rehearse history': " CLI_STORE_DEFAULT " unless given; none: "
     "nowhere"},
    {"--keep-journals", NULL, CLI_FLAG, offsetof(test_settings, keep_journals),
     "keeps the journals of all tests, not only of those that fail"},
    {0},
};

/* What reports are about. */
typedef struct outcome {
    const rh_suite_tests *tests;
    rh_suite_result result;
    bool hide_wall, strict_junit;
    int64_t started_ns; /* since the epoch */
} outcome;

static int write_junit(rh_text *text, const void *subject, rh_error *error)
{
    const outcome *done = subject;
    rh_junit_options look = {
        .stable = done->hide_wall,
        .strict = done->strict_junit,
        .started_ns = done->started_ns,
    };
    return rh_report_junit(text, done->result.tests, done->result.count, &look, error);
}

static int write_coverage(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    const outcome *done = subject;
    rh_report_fault_coverage(text, done->result.tests, done->result.count);
    return 0;
}

static int write_coverage_json(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    const outcome *done = subject;
    rh_report_fault_coverage_json(text, done->result.tests, done->result.count);
    return 0;
}

static int write_tracks(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    const outcome *done = subject;
    rh_tracks_begin(text);
    for (size_t i = 0; i < done->result.count; i++)
        rh_tracks_add(text, &done->result.tests[i]);
    return 0;
}

static int write_lcov(rh_text *text, const void *subject, rh_error *error)
{
    (void)error;
    const outcome *done = subject;
    rh_report_lcov(text, cli_test_lines(text->arena, done->tests, &done->result));
    return 0;
}

static int write_cobertura(rh_text *text, const void *subject, rh_error *error)
{
    const outcome *done = subject;
    return rh_report_cobertura(text, cli_test_lines(text->arena, done->tests, &done->result),
                               error);
}

static const cli_report_kind report_kinds[] = {
    {"junit", write_junit, NULL},
    {"lcov", write_lcov, NULL},
    {"cobertura", write_cobertura, NULL},
    {"track", write_tracks, NULL},
    {"fault-coverage", write_coverage, write_coverage_json},
    {0},
};

/* What a test printed must not reach the terminal as commands to it. */
static void print_harmless(cli_context *cli, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        fputc((c < ' ' && c != '\t') || c == 0x7f ? '?' : c, cli->out);
    }
}

/* The last lines of what a test printed, indented. */
static void print_output(cli_context *cli, const char *output)
{
    size_t length = strlen(output);
    while (length && output[length - 1] == '\n')
        length--;
    size_t start = length;
    int lines = 0;
    while (start > 0 && (output[start - 1] != '\n' || ++lines < OUTPUT_LINES))
        start--;
    if (length)
        fprintf(cli->out, "    %s:\n", start ? "last lines of output" : "output");
    while (start < length) {
        size_t line = strcspn(output + start, "\n");
        if (line > length - start)
            line = length - start;
        fputs("      ", cli->out);
        print_harmless(cli, output + start, line);
        fputc('\n', cli->out);
        start += line + 1;
    }
}

static void print_indented(cli_context *cli, const char *text)
{
    while (*text) {
        size_t line = strcspn(text, "\n");
        if (line)
            fprintf(cli->out, "    %.*s", (int)line, text);
        fputc('\n', cli->out);
        text += line + (text[line] == '\n');
    }
}

static void print_failure(cli_context *cli, const rh_test_result *result)
{
    const char *place =
        result->file ? rh_format(&cli->arena, "%s:%d", result->file, result->line) : "";
    fprintf(cli->out, "%s%s%s %s%s/%s%s", cli_paint(cli->color_out, CLI_WRONG),
            rh_verdict_name(result->verdict), cli_paint(cli->color_out, CLI_PLAIN),
            cli_paint(cli->color_out, CLI_STRONG), result->module, result->name,
            cli_paint(cli->color_out, CLI_PLAIN));
    /* The report mostly begins with the place. */
    if (strncmp(result->report, place, strlen(place)) != 0)
        fprintf(cli->out, "  %s", place);
    fputc('\n', cli->out);
    print_indented(cli, result->report[0] ? result->report : result->message);
    print_output(cli, result->output);
    fprintf(cli->out, "    %sreplay: %s%s\n\n", cli_paint(cli->color_out, CLI_FAINT),
            result->replay, cli_paint(cli->color_out, CLI_PLAIN));
}

/* What fails nothing, but is to be known: a mock that nothing reached. */
static void print_warnings(cli_context *cli, const rh_test_result *result)
{
    fprintf(cli->out, "passed %s%s/%s%s, but:\n", cli_paint(cli->color_out, CLI_STRONG),
            result->module, result->name, cli_paint(cli->color_out, CLI_PLAIN));
    print_indented(cli, result->report);
    fputc('\n', cli->out);
}

static void print_summary(cli_context *cli, const rh_suite_result *result)
{
    fprintf(cli->out, "%s%zu passed%s", cli_paint(cli->color_out && !result->failed, CLI_GOOD),
            result->passed, cli_paint(cli->color_out && !result->failed, CLI_PLAIN));
    if (result->failed)
        fprintf(cli->out, ", %s%zu failed%s", cli_paint(cli->color_out, CLI_WRONG), result->failed,
                cli_paint(cli->color_out, CLI_PLAIN));
    if (result->skipped)
        fprintf(cli->out, ", %zu skipped", result->skipped);
    fprintf(cli->out, "; %s\n", cli_signature(cli, result->virtual_ns, result->real_ns));
}

static void annotate(cli_context *cli, const rh_suite_result *result)
{
    for (size_t i = 0; i < result->count && cli->annotations; i++) {
        const rh_test_result *test = &result->tests[i];
        if (test->verdict == RH_PASSED || test->verdict == RH_SKIPPED_TEST)
            continue;
        rh_annotate(cli->annotations,
                    &(rh_annotation){.level = RH_ANNOTATE_ERROR,
                                     .file = test->file,
                                     .line = test->line > 0 ? (uint32_t)test->line : 0,
                                     .title =
                                         rh_format(&cli->arena, "%s/%s", test->module, test->name),
                                     .message = rh_format(&cli->arena, "%s\nreplay: %s",
                                                          test->message, test->replay)});
    }
}

static void print_result(cli_context *cli, const rh_suite_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const rh_test_result *test = &result->tests[i];
        if (test->verdict == RH_PASSED && test->report[0])
            print_warnings(cli, test);
        else if (test->verdict != RH_PASSED && test->verdict != RH_SKIPPED_TEST)
            print_failure(cli, test);
    }
    print_summary(cli, result);
}

/* Who is told of each result. */
typedef struct listeners {
    cli_progress *progress; /* NULL: the terminal is the tests' own */
    cli_stream stream;
    cli_store store;
} listeners;

/* First kept, then told: what was printed is not lost. */
static void tell(const rh_test_result *result, size_t done, size_t total, void *data)
{
    listeners *told = data;
    told->store.session.planned = total;
    cli_store_add_test(&told->store, result);
    cli_stream_add(&told->stream, result, total);
    if (told->progress)
        cli_progress_step(result, done, total, told->progress);
}

/* "libx.so tests/a.rehearse.yml": what is tested. */
static const char *what_is_tested(cli_context *cli, const test_settings *settings,
                                  const cli_texts *paths)
{
    rh_text what = rh_text_in(&cli->arena);
    for (size_t i = 0; i < settings->workflows.count; i++)
        rh_text_printf(&what, "%s%s", i ? " " : "", settings->workflows.items[i]);
    for (size_t i = 0; i < paths->count; i++)
        rh_text_printf(&what, "%s%s", what.length ? " " : "", paths->items[i]);
    return rh_text_string(&what);
}

static int listen(cli_context *cli, const test_settings *settings, const cli_reports *reports,
                  const char *what, listeners *told)
{
    bool streams = settings->format && strcmp(settings->format, "text") != 0;
    if (streams && reports->on_stdout)
        return cli_bad(cli, "--format %s and a --report both want standard output",
                       settings->format);
    int code = cli_store_open(cli, settings->store, true, &told->store);
    if (code == CLI_OK && settings->keep_journals && settings->store && !told->store.store)
        return cli_bad(cli, "--keep-journals keeps them in the store, and --store says none");
    cli_store_about(&told->store, "test", what, 0);
    cli_stream_begin(&told->stream, cli, settings->format, settings->fail_fast);
    return code;
}

/* The tests of shared objects, then those of scenario files. */
static int gather(cli_context *cli, const test_settings *settings, const rh_world_options *world,
                  const rh_catalog *catalog, const cli_texts *paths, rh_suite_tests *tests)
{
    size_t count = settings->workflows.count;
    cli_scenarios scenarios = {0};
    const rh_loaded_module *modules = cli_load(cli, &settings->workflows);
    if (!modules || cli_scenarios_load(cli, paths, catalog, modules, count, &scenarios) != CLI_OK)
        return CLI_BAD;
    if (settings->update) {
        const rh_suite_options wanted = {.filters = settings->filters.items,
                                         .filter_count = settings->filters.count,
                                         .world = world,
                                         .catalog = catalog};
        if (cli_scenarios_update(cli, &scenarios, &wanted) != CLI_OK)
            return CLI_BAD;
        scenarios.count = 0;
        if (cli_scenarios_load(cli, paths, catalog, modules, count, &scenarios) != CLI_OK)
            return CLI_BAD;
    }
    for (size_t i = 0; i < count; i++)
        rh_suite_tests_add_module(&cli->arena, tests, &modules[i]);
    for (size_t i = 0; i < scenarios.count; i++)
        rh_scenario_add_tests(&cli->arena, tests, scenarios.files[i]);
    if (!tests->count && settings->workflows.count == 1)
        return cli_bad(cli, "%s: has no tests", settings->workflows.items[0]);
    return CLI_OK;
}

/* The profile that --profile names, read once to see that it is one. */
static int find_profile(cli_context *cli, const char *name, const rh_catalog *catalog,
                        rh_profile_text *found)
{
    rh_error error;
    rh_profile_record record;
    if (!name)
        return CLI_OK;
    if (cli_find_profile(cli, name, found, &error) != 0 ||
        rh_profile_read(&cli->arena, catalog, found->text, found->length, found->name, &record,
                        &error) != 0)
        return cli_bad_error(cli, &error);
    return CLI_OK;
}

/* Stores, prints and reports what came of them, and says how the verb ends. */
static int conclude(cli_context *cli, const cli_reports *reports, listeners *told,
                    const rh_suite_tests *tests, outcome *done)
{
    const rh_suite_result *result = &done->result;
    bool has_unused = cli_scenarios_unused(cli, tests, result);
    int kept = cli_store_close(&told->store, result->real_ns, result->count - result->skipped);
    cli_stream_end(&told->stream, result);
    annotate(cli, result);
    if (!reports->on_stdout && told->stream.format == CLI_STREAM_NONE)
        print_result(cli, result);
    if (cli_reports_write(cli, reports, done) != CLI_OK || kept != CLI_OK)
        return CLI_BAD;
    return result->failed || has_unused ? CLI_FAILED : CLI_OK;
}

/* Lines are counted of workflow files only. */
static int check_lines(cli_context *cli, const cli_reports *reports, const rh_suite_tests *tests)
{
    bool has_lcov = cli_reports_have(reports, "lcov");
    if ((!has_lcov && !cli_reports_have(reports, "cobertura")) || cli_tests_have_files(tests))
        return CLI_OK;
    return cli_bad(cli,
                   "--report %s is about workflow files, and none of these tests rehearses one; of "
                   "code in C, gcov counts the lines",
                   has_lcov ? "lcov" : "cobertura");
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const test_settings *settings = read;
    if (!settings->workflows.count && !count)
        return cli_bad(cli, "nothing to test; name scenario files or folders with them, or pass "
                            "--workflows FILE, a shared object with tests");
    cli_reports reports;
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK)
        return CLI_BAD;
    rh_catalog catalog = {0};
    rh_error error;
    if (cli_read_fault_files(cli, &settings->fault_files, &catalog, &error) != 0)
        return cli_bad_error(cli, &error);
    rh_profile_text profile = {0};
    if (find_profile(cli, settings->profile, &catalog, &profile) != CLI_OK)
        return CLI_BAD;
    const cli_texts paths = {.items = (const char **)arguments, .count = count};
    rh_world_options world = {
        .seed = settings->seed.value,
        .no_cache = settings->cache && strcmp(settings->cache, "0") == 0,
    };
    rh_suite_tests tests = {0};
    if (gather(cli, settings, &world, &catalog, &paths, &tests) != CLI_OK ||
        check_lines(cli, &reports, &tests) != CLI_OK)
        return CLI_BAD;

    rh_tracks elsewhere = {0};
    if (settings->again.check_determinism &&
        cli_play_elsewhere(cli, options, &settings->again,
                           (const char *const[]){"--store=none", NULL}, &elsewhere) != CLI_OK)
        return CLI_BAD;

    bool no_fork = settings->jobs.given && settings->jobs.value == 0;
    cli_progress progress = {.cli = cli};
    listeners told = {.progress = no_fork ? NULL : &progress};
    if (listen(cli, settings, &reports, what_is_tested(cli, settings, &paths), &told) != CLI_OK)
        return CLI_BAD;
    rh_suite_options suite = {
        .jobs = (uint32_t)settings->jobs.value,
        .no_fork = no_fork,
        .fail_fast = settings->fail_fast,
        .time_limit_s = (uint32_t)settings->time_limit.value,
        .filters = settings->filters.items,
        .filter_count = settings->filters.count,
        .world = &world,
        .catalog = &catalog,
        .fault_files = settings->fault_files.items,
        .fault_file_count = settings->fault_files.count,
        .profile = settings->profile ? &profile : NULL,
        .describe = rh_report_timeline_brief,
        .evidence = {.journal = told.store.store ? rh_report_journal : NULL,
                     .all_journals = settings->keep_journals,
                     .coverage = cli_reports_have(&reports, "fault-coverage"),
                     .plays = cli_reports_have(&reports, "lcov") ||
                              cli_reports_have(&reports, "cobertura"),
                     .track = cli_reports_have(&reports, "track")},
        .again = {.lose_worker = settings->again.lose_worker,
                  .determinism = settings->again.check_determinism},
        .elsewhere = settings->again.check_determinism ? &elsewhere : NULL,
        .finished = tell,
        .data = &told,
    };
    outcome done = {
        .tests = &tests,
        .hide_wall = cli->hide_wall,
        .strict_junit = settings->junit && !strcmp(settings->junit, "strict"),
        .started_ns = cli_clock_epoch(),
    };
    int folder = cli_go_elsewhere(&settings->again);
    int failed = rh_suite_run(&cli->arena, &tests, &suite, &done.result, &error);
    cli_come_back(folder);
    if (failed) {
        cli_store_close(&told.store, 0, 0);
        return cli_bad_error(cli, &error);
    }
    cli_progress_end(&progress);
    return conclude(cli, &reports, &told, &tests, &done);
}

const cli_verb cli_test = {
    .name = "test",
    .arguments = "[FILE|FOLDER]...",
    .most = SIZE_MAX,
    .summary = "Runs scenario files and the tests of shared objects",
    .about =
        "Runs scenario files (those given, and all *.rehearse.yml below the folders given) and "
        "the tests of shared objects, and prints what did not pass: where, why, how the run "
        "went, what was printed, and the command that runs that one test again.\n"
        "A test that crashes or does not end costs nothing but itself.",
    .options = options,
    .settings_size = sizeof(test_settings),
    .run = run,
};
