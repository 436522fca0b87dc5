#include "reports/tap.h"

#include <string.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"

void rh_report_tap_begin(rh_text *text, size_t total)
{
    rh_text_printf(text, "TAP version 14\n1..%zu\n", total);
}

/* '#' would begin a directive. */
static void write_description(rh_text *text, const char *words)
{
    for (; *words; words++) {
        if (*words == '#' || *words == '\\')
            rh_text_putc(text, '\\');
        rh_text_putc(text, *words == '\n' ? ' ' : *words);
    }
}

/* ---- YAML ------------------------------------------------------------------------------------ */

/* Whether it can stand in a block as it is. */
static bool is_printable(const char *words)
{
    size_t left = strlen(words);
    while (left) {
        size_t length = rh_utf8_length(words, left);
        unsigned char c = (unsigned char)*words;
        bool is_control = (c < ' ' && c != '\n') || c == 0x7f;
        /* U+0080 to U+009F, and what YAML takes for line breaks or refuses */
        bool is_odd = (c == 0xc2 && (unsigned char)words[1] < 0xa0) ||
                      (c == 0xe2 && (unsigned char)words[1] == 0x80 &&
                       ((unsigned char)words[2] & 0xfe) == 0xa8) ||
                      (c == 0xef && (unsigned char)words[1] >= 0xbb);
        if (!length || is_control || is_odd)
            return false;
        words += length;
        left -= length;
    }
    return true;
}

/* JSON strings are YAML, too. */
static void write_string(rh_text *text, const char *key, const char *value)
{
    rh_text_printf(text, "  %s: ", key);
    rh_json_write_string(text, value, strlen(value));
    rh_text_putc(text, '\n');
}

static void write_block(rh_text *text, const char *key, const char *value)
{
    if (!is_printable(value)) {
        write_string(text, key, value);
        return;
    }
    rh_text_printf(text, "  %s: |2\n", key);
    while (*value) {
        size_t line = strcspn(value, "\n");
        if (line)
            rh_text_printf(text, "    %.*s", (int)line, value);
        rh_text_putc(text, '\n');
        value += line + (value[line] == '\n');
    }
}

static void write_place(rh_text *text, const rh_test_result *result)
{
    rh_text_puts(text, "  at:\n    file: ");
    rh_json_write_string(text, result->file, strlen(result->file));
    rh_text_printf(text, "\n    line: %d\n", result->line);
}

static void write_details(rh_text *text, const rh_test_result *result, bool real_times)
{
    rh_text_puts(text, "  ---\n");
    write_string(text, "message", result->message);
    write_string(text, "severity", result->verdict == RH_FAILED_TEST ? "fail" : "error");
    write_string(text, "verdict", rh_verdict_name(result->verdict));
    if (result->file)
        write_place(text, result);
    rh_text_puts(text, "  virtual_time: ");
    rh_duration_write(text, result->virtual_ns);
    if (real_times)
        rh_text_printf(text, "\n  duration_ms: %jd", (intmax_t)(result->real_ns / 1000000));
    rh_text_printf(text, "\n  seed: \"%ju\"\n", (uintmax_t)result->seed);
    if (result->evidence.faults)
        rh_text_printf(text, "  faults: %s\n", result->evidence.faults);
    if (result->evidence.choices)
        rh_text_printf(text, "  choices: %s\n", result->evidence.choices);
    write_string(text, "replay", result->replay);
    if (result->report[0])
        write_block(text, "report", result->report);
    if (result->output[0])
        write_block(text, "output", result->output);
    rh_text_puts(text, "  ...\n");
}

/* ---- results --------------------------------------------------------------------------------- */

void rh_report_tap_result(rh_text *text, const rh_test_result *result, bool real_times)
{
    bool skipped = result->verdict == RH_SKIPPED_TEST;
    bool ok = skipped || result->verdict == RH_PASSED;
    rh_text_printf(text, "%sok %zu - ", ok ? "" : "not ", result->index + 1);
    write_description(text, result->module);
    rh_text_putc(text, '/');
    write_description(text, result->name);
    if (skipped) {
        rh_text_puts(text, " # SKIP ");
        write_description(text, result->message);
    }
    rh_text_putc(text, '\n');
    if (!ok)
        write_details(text, result, real_times);
}
