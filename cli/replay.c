#include "cli/cli.h"

#include <string.h>

#include "cli/console.h"
#include "cli/files.h"
#include "cli/find.h"
#include "cli/progress.h"
#include "cli/reports.h"
#include "cli/stream.h"
#include "harness/replay_suite.h"
#include "harness/shell.h"
#include "reports/junit.h"
#include "reports/words.h"

enum { COLUMNS = 80, INDENT = 9 };

typedef struct replay_settings {
    cli_common common;
    cli_texts workflows, reports;
    const char *workflow, *format, *junit;
    cli_number jobs, time_limit;
    bool strict;
} replay_settings;

static const cli_option options[] = {
    {"--workflows", "FILE", CLI_LIST, offsetof(replay_settings, workflows),
     "a shared object that has the workflows; may be given several times"},
    {"--workflow", "NAME", CLI_TEXT, offsetof(replay_settings, workflow),
     "the workflow to replay with, whatever type the histories name"},
    {"--strict", NULL, CLI_FLAG, offsetof(replay_settings, strict),
     "arguments of activities, durations of timers and failures count, too; SDKs do not look at "
     "them"},
    {"--format", "FORMAT", CLI_CHOICE, offsetof(replay_settings, format),
     "text (the default), tap (TAP version 14) or jsonl (JSON Lines)", .choices = "text|tap|jsonl"},
    {"--report", "KIND=PATH", CLI_LIST, offsetof(replay_settings, reports),
     "also writes a report: junit (JUnit XML); PATH - is standard output, which then has nothing "
     "else"},
    {"--junit", "full|strict", CLI_CHOICE, offsetof(replay_settings, junit),
     "strict: JUnit XML without what Jenkins' schema does not know", .choices = "full|strict"},
    {"--jobs", "N", CLI_NUMBER, offsetof(replay_settings, jobs),
     "histories at a time, each in a process of its own; as many as there are processors unless "
     "given; 0: all in this process, for debuggers",
     .least = 0, .most = 256},
    {"--time-limit", "S", CLI_NUMBER, offsetof(replay_settings, time_limit),
     "real seconds that one history may take; 10 unless given", .least = 1, .most = 86400},
    {0},
};

/* ---- all of them ----------------------------------------------------------------------------- */

static const char *replay_command(cli_context *cli, const replay_settings *settings,
                                  const char *path)
{
    rh_text text = rh_text_in(&cli->arena);
    rh_text_puts(&text, "rehearse replay ");
    rh_shell_word(&text, path);
    for (size_t i = 0; i < settings->workflows.count; i++) {
        rh_text_puts(&text, " --workflows ");
        rh_shell_word(&text, settings->workflows.items[i]);
    }
    if (settings->workflow) {
        rh_text_puts(&text, " --workflow ");
        rh_shell_word(&text, settings->workflow);
    }
    rh_text_printf(&text, "%s --jobs=0", settings->strict ? " --strict" : "");
    return rh_text_string(&text);
}

static int add_history(cli_context *cli, const replay_settings *settings,
                       const rh_loaded_module *modules, const char *path, rh_suite_tests *tests)
{
    rh_error error;
    size_t length;
    const char *text = cli_file_read(&cli->arena, path, &length, &error);
    if (!text)
        return cli_bad_error(cli, &error);
    rh_replay_add_test(&cli->arena, tests,
                       &(rh_replay_test){
                           .path = path,
                           .text = text,
                           .length = length,
                           .modules = modules,
                           .module_count = settings->workflows.count,
                           .workflow = settings->workflow,
                           .options = {.strict = settings->strict},
                           .replay = replay_command(cli, settings, path),
                       });
    return CLI_OK;
}

typedef struct outcome {
    rh_suite_result result;
    rh_junit_options look;
} outcome;

static int write_junit(rh_text *text, const void *subject, rh_error *error)
{
    const outcome *done = subject;
    return rh_report_junit(text, done->result.tests, done->result.count, &done->look, error);
}

static const cli_report_kind report_kinds[] = {
    {"junit", write_junit, NULL},
    {0},
};

typedef struct listeners {
    cli_progress *progress; /* NULL: in this process, whose terminal the workflows write to */
    cli_stream stream;
} listeners;

static void tell(const rh_test_result *result, size_t done, size_t total, void *data)
{
    listeners *told = data;
    cli_stream_add(&told->stream, result, total);
    if (told->progress)
        cli_progress_step(result, done, total, told->progress);
}

/* "differs", or how else it was not the same. */
static const char *verdict_of(const rh_test_result *result)
{
    switch (result->verdict) {
    case RH_PASSED:
        return "same";
    case RH_FAILED_TEST:
        return "differs";
    case RH_ERROR_TEST:
        return "bad";
    default:
        return rh_verdict_name(result->verdict);
    }
}

/* What is said of a history, below its line. */
static const char *explanation(cli_context *cli, const rh_test_result *result)
{
    const char *text = result->report[0] ? result->report : result->message;
    /* The place stands at the call, "bad" is said. */
    const char *place = rh_format(&cli->arena, "%s:%d: ", result->file, result->line);
    if (strncmp(text, place, strlen(place)) == 0)
        text += strlen(place);
    if (result->verdict == RH_ERROR_TEST && strncmp(text, "error: ", 7) == 0)
        text += 7;
    return text;
}

/* The columns of the label that a line begins with, as "  expected  "; 0: it has none. */
static size_t label_of(const char *line, size_t length)
{
    static const char *const labels[] = {"  expected  ", "  got       ", "  by        "};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (length > strlen(labels[i]) && !strncmp(line, labels[i], strlen(labels[i])))
            return strlen(labels[i]);
    return 0;
}

/* Only what is too long is broken: that makes one blank of several. */
static void print_line(cli_context *cli, rh_text *text, const char *line, size_t length)
{
    rh_text_fill(text, ' ', length ? INDENT : 0);
    if (rh_text_columns(line, length) > COLUMNS - INDENT) {
        size_t label = label_of(line, length);
        size_t indent = INDENT + (label ? label : 2);
        rh_text_add(text, line, label);
        rh_words_wrapped(text, rh_arena_text(&cli->arena, line + label, length - label),
                         INDENT + label, indent);
    } else {
        rh_text_add(text, line, length);
        rh_text_putc(text, '\n');
    }
}

static void print_history(cli_context *cli, const rh_test_result *result)
{
    bool is_same = result->verdict == RH_PASSED;
    rh_text text = rh_text_to(&cli->arena, cli->out);
    rh_text_printf(&text, "%s%-8s%s %s%s%s\n",
                   cli_paint(cli->color_out, is_same ? CLI_GOOD : CLI_WRONG), verdict_of(result),
                   cli_paint(cli->color_out, CLI_PLAIN), result->name, result->told ? ": " : "",
                   result->told ? result->told : "");
    for (const char *words = explanation(cli, result); words[strspn(words, "\n")];) {
        size_t line = strcspn(words, "\n");
        print_line(cli, &text, words, line);
        words += line + (words[line] == '\n');
    }
    rh_text_flush(&text);
}

static void print_all(cli_context *cli, const rh_suite_result *result)
{
    size_t bad = 0;
    for (size_t i = 0; i < result->count; i++) {
        print_history(cli, &result->tests[i]);
        bad += result->tests[i].verdict == RH_ERROR_TEST;
    }
    fprintf(cli->out, "%zu the same", result->passed);
    if (result->failed > bad)
        fprintf(cli->out, ", %zu not", result->failed - bad);
    if (bad)
        fprintf(cli->out, ", %zu bad", bad);
    fputc('\n', cli->out);
}

static int code_of(const rh_suite_result *result)
{
    int code = CLI_OK;
    for (size_t i = 0; i < result->count; i++)
        if (result->tests[i].verdict == RH_ERROR_TEST)
            return CLI_BAD;
        else if (result->tests[i].verdict != RH_PASSED)
            code = CLI_FAILED;
    return code;
}

static int play(cli_context *cli, const replay_settings *settings, const cli_reports *reports,
                const rh_suite_tests *tests)
{
    rh_error error;
    bool no_fork = settings->jobs.given && settings->jobs.value == 0;
    cli_progress progress = {.cli = cli};
    listeners told = {.progress = no_fork || !cli->progress ? NULL : &progress};
    cli_stream_begin(&told.stream, cli, settings->format, false);
    rh_suite_options suite = {
        .jobs = (uint32_t)settings->jobs.value,
        .no_fork = no_fork,
        .time_limit_s = (uint32_t)settings->time_limit.value,
        .finished = tell,
        .data = &told,
    };
    outcome done = {.look = {.stable = cli->hide_wall,
                             .strict = settings->junit && !strcmp(settings->junit, "strict"),
                             .started_ns = cli_clock_epoch()}};
    if (rh_suite_run(&cli->arena, tests, &suite, &done.result, &error) != 0)
        return cli_bad_error(cli, &error);
    cli_progress_end(&progress);
    cli_stream_end(&told.stream, &done.result);
    if (!reports->on_stdout && told.stream.format == CLI_STREAM_NONE)
        print_all(cli, &done.result);
    if (cli_reports_write(cli, reports, &done) != CLI_OK)
        return CLI_BAD;
    return code_of(&done.result);
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const replay_settings *settings = read;
    cli_reports reports;
    cli_texts found = {0};
    rh_suite_tests tests = {0};
    rh_error error;
    const rh_loaded_module *where;
    if (!settings->workflows.count)
        return cli_bad(cli, "--workflows FILE is missing: the shared object with today's code");
    if (cli_reports_read(cli, &settings->reports, report_kinds, &reports) != CLI_OK)
        return CLI_BAD;
    if (reports.on_stdout && settings->format && strcmp(settings->format, "text") != 0)
        return cli_bad(cli, "--format %s and a --report both want standard output",
                       settings->format);
    const rh_loaded_module *modules = cli_load(cli, &settings->workflows);
    if (!modules)
        return CLI_BAD;
    if (settings->workflow && !rh_modules_find_workflow(modules, settings->workflows.count,
                                                        settings->workflow, &where, &error))
        return cli_bad_error(cli, &error);
    for (size_t i = 0; i < count; i++)
        if (cli_find_files(cli, arguments[i], ".json", &found) != CLI_OK)
            return CLI_BAD;
    for (size_t i = 0; i < found.count; i++)
        if (add_history(cli, settings, modules, found.items[i], &tests) != CLI_OK)
            return CLI_BAD;
    return play(cli, settings, &reports, &tests);
}

const cli_verb cli_replay = {
    .name = "replay",
    .arguments = "FILE|FOLDER...",
    .least = 1,
    .most = SIZE_MAX,
    .summary = "Replays recorded histories against today's code",
    .about =
        "Replays histories in Temporal's JSON form against the workflows of shared objects, and "
        "names the first command that is not the one recorded: the event, what was expected, what "
        "came instead, and the call that did it. Histories come from 'rehearse run --report "
        "history=FILE' and from real servers ('temporal workflow show --output json'); of a folder "
        "all *.json are replayed.\n"
        "What counts is what counts for SDKs: the commands and their order, types and ids of "
        "activities, and the result of the run; with --strict arguments and durations, too. "
        "Ends with 1 if any history differs, and with 2 if one cannot be replayed at all.",
    .options = options,
    .settings_size = sizeof(replay_settings),
    .run = run,
};
