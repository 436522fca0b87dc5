#include "cli/cli.h"

#include <string.h>

#include "cli/console.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "harness/suite.h"
#include "reports/junit.h"
#include "reports/timeline.h"

#define OUTPUT_LINES 20

typedef struct test_settings {
    cli_common common;
    cli_texts workflows, filters, reports;
    cli_number jobs, time_limit, seed;
    const char *cache;
    bool fail_fast;
} test_settings;

static const cli_option options[] = {
    {"--workflows", "FILE", CLI_LIST, offsetof(test_settings, workflows),
     "a shared object with workflows and tests; may be given several times"},
    {"--filter", "GLOB", CLI_LIST, offsetof(test_settings, filters),
     "runs only tests whose name, or module/name, matches; may be given several times"},
    {"--jobs", "N", CLI_NUMBER, offsetof(test_settings, jobs),
     "tests at a time, each in a process of its own; as many as there are processors unless given; "
     "0: all in this process, for debuggers",
     .least = 0, .most = 256},
    {"--time-limit", "S", CLI_NUMBER, offsetof(test_settings, time_limit),
     "real seconds a test may take, instead of its own limit (10 unless it says otherwise)",
     .least = 1, .most = 86400},
    {"--fail-fast", NULL, CLI_FLAG, offsetof(test_settings, fail_fast),
     "skips the tests after the first that does not pass"},
    {"--seed", "N", CLI_NUMBER, offsetof(test_settings, seed),
     "of all random draws, in tests that do not set their own", .least = 0, .most = UINT64_MAX},
    {"--cache", "0|1", CLI_CHOICE, offsetof(test_settings, cache),
     "0: every workflow task replays from the history, in tests that do not set their own world",
     .choices = "0|1"},
    {"--report", "KIND=PATH", CLI_LIST, offsetof(test_settings, reports),
     "also writes a report: junit (JUnit XML), junit-strict (without what Jenkins' schema does not "
     "know: file, line, properties of test cases); PATH - is standard output, which then has "
     "nothing "
     "else; may be given several times"},
    {0},
};

/* What reports are about. */
typedef struct outcome {
    rh_suite_result result;
    bool hide_wall;
    int64_t started_ns; /* since the epoch */
} outcome;

static int write_junit_as(rh_text *text, const outcome *done, bool strict, rh_error *error)
{
    rh_junit_options look = {
        .stable = done->hide_wall,
        .strict = strict,
        .started_ns = done->started_ns,
    };
    return rh_report_junit(text, done->result.tests, done->result.count, &look, error);
}

static int write_junit(rh_text *text, const void *subject, rh_error *error)
{
    return write_junit_as(text, subject, false, error);
}

static int write_junit_strict(rh_text *text, const void *subject, rh_error *error)
{
    return write_junit_as(text, subject, true, error);
}

static const cli_report_kind report_kinds[] = {
    {"junit", write_junit},
    {"junit-strict", write_junit_strict},
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

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    (void)arguments, (void)count;
    const test_settings *settings = read;
    if (!settings->workflows.count)
        return cli_bad(cli, "nothing to test; pass --workflows FILE, a shared object with tests");
    cli_reports reports;
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK)
        return CLI_BAD;
    const rh_loaded_module *modules = cli_load(cli, &settings->workflows);
    if (!modules)
        return CLI_BAD;

    rh_world_options world = {
        .seed = settings->seed.value,
        .no_cache = settings->cache && strcmp(settings->cache, "0") == 0,
    };
    bool no_fork = settings->jobs.given && settings->jobs.value == 0;
    cli_progress progress = {.cli = cli};
    rh_suite_options suite = {
        .jobs = (uint32_t)settings->jobs.value,
        .no_fork = no_fork,
        .fail_fast = settings->fail_fast,
        .time_limit_s = (uint32_t)settings->time_limit.value,
        .filters = settings->filters.items,
        .filter_count = settings->filters.count,
        .world = &world,
        .describe = rh_report_timeline_brief,
        .finished = no_fork ? NULL : cli_progress_step, /* the terminal is the test's own */
        .data = &progress,
    };
    outcome done = {.hide_wall = cli->hide_wall, .started_ns = cli_clock_epoch()};
    rh_error error;
    if (rh_suite_run(&cli->arena, modules, settings->workflows.count, &suite, &done.result,
                     &error) != 0)
        return cli_bad_error(cli, &error);
    cli_progress_end(&progress);

    if (!reports.on_stdout)
        print_result(cli, &done.result);
    if (cli_reports_write(cli, &reports, &done) != CLI_OK)
        return CLI_BAD;
    return done.result.failed ? CLI_FAILED : CLI_OK;
}

const cli_verb cli_test = {
    .name = "test",
    .arguments = "",
    .summary = "Runs the tests of shared objects",
    .about = "Runs the tests of shared objects and prints what did not pass: where, why, how the "
             "run went, what was printed, and the command that runs that one test again.\n"
             "A test that crashes or does not end costs nothing but itself.",
    .options = options,
    .settings_size = sizeof(test_settings),
    .run = run,
};
