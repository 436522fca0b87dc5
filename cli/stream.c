#include "cli/stream.h"

#include <string.h>

#include "reports/result_lines.h"
#include "reports/tap.h"

void cli_stream_begin(cli_stream *stream, cli_context *cli, const char *format, bool fail_fast)
{
    *stream = (cli_stream){.cli = cli, .fail_fast = fail_fast};
    if (format && strcmp(format, "tap") == 0)
        stream->format = CLI_STREAM_TAP;
    else if (format && strcmp(format, "jsonl") == 0)
        stream->format = CLI_STREAM_LINES;
    stream->text = rh_text_to(&cli->arena, cli->out);
}

static void print_begin(cli_stream *stream, size_t total)
{
    stream->is_over = RH_NEW_ARRAY(&stream->cli->arena, bool, total);
    if (stream->format == CLI_STREAM_TAP)
        rh_report_tap_begin(&stream->text, total);
    else
        rh_report_results_begin(&stream->text, total);
}

static void print_result(cli_stream *stream, const rh_test_result *result)
{
    bool real_times = !stream->cli->hide_wall;
    if (stream->format == CLI_STREAM_TAP)
        rh_report_tap_result(&stream->text, result, real_times);
    else
        rh_report_results_result(&stream->text, result, real_times);
    stream->next++;
}

void cli_stream_add(cli_stream *stream, const rh_test_result *result, size_t total)
{
    if (stream->format == CLI_STREAM_NONE)
        return;
    if (!stream->is_over)
        print_begin(stream, total);
    stream->is_over[result->index] = true;
    const rh_test_result *all = result - result->index;
    while (!stream->is_held && stream->next < total && stream->is_over[stream->next]) {
        const rh_test_result *ready = &all[stream->next];
        print_result(stream, ready);
        stream->is_held = stream->fail_fast && ready->verdict != RH_PASSED;
    }
    rh_text_flush(&stream->text);
}

void cli_stream_end(cli_stream *stream, const rh_suite_result *result)
{
    if (stream->format == CLI_STREAM_NONE)
        return;
    while (stream->next < result->count)
        print_result(stream, &result->tests[stream->next]);
    if (stream->format == CLI_STREAM_LINES)
        rh_report_results_end(&stream->text, result, !stream->cli->hide_wall);
    rh_text_flush(&stream->text);
}
