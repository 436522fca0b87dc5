#include "reports/result_lines.h"

#include <inttypes.h>

#include "reports/json_out.h"

static rh_out begin(rh_text *text, const char *kind)
{
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_string(&out, "kind", kind);
    return out;
}

static void end(rh_out *out)
{
    rh_out_end_object(out);
    rh_text_putc(out->text, '\n');
}

void rh_report_results_begin(rh_text *text, size_t total)
{
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    rh_out_string(&out, "kind", "suite");
    rh_out_integer(&out, "tests", (int64_t)total);
    end(&out);
}

static const char *or_null(const char *string)
{
    return string && string[0] ? string : NULL;
}

/* Lists that are JSON already. */
static void write_list(rh_out *out, const char *key, const char *json)
{
    if (json)
        rh_text_printf(out->text, ",\"%s\":%s", key, json);
}

void rh_report_results_result(rh_text *text, const rh_test_result *result, bool real_times)
{
    rh_out out = begin(text, "test");
    rh_out_string(&out, "module", result->module);
    rh_out_string(&out, "name", result->name);
    rh_out_string(&out, "verdict", rh_verdict_name(result->verdict));
    if (result->file) {
        rh_out_string(&out, "file", result->file);
        rh_out_integer(&out, "line", result->line);
    }
    rh_out_string(&out, "message", or_null(result->message));
    rh_out_string(&out, "report", or_null(result->report));
    rh_out_string(&out, "output", or_null(result->output));
    rh_out_string(&out, "replay", result->replay);
    rh_out_integer(&out, "virtual_ns", result->virtual_ns);
    if (real_times)
        rh_out_integer(&out, "real_ns", result->real_ns);
    rh_out_integer(&out, "runs", (int64_t)result->runs);
    if (result->evidence.faults) {
        rh_out_long(&out, "seed", result->seed);
        write_list(&out, "faults", result->evidence.faults);
        write_list(&out, "choices", result->evidence.choices);
        rh_out_integer(&out, "entries", (int64_t)result->evidence.entries);
        rh_out_string(&out, "hash", rh_format(text->arena, "%016" PRIx64, result->evidence.hash));
    }
    end(&out);
}

void rh_report_results_end(rh_text *text, const rh_suite_result *result, bool real_times)
{
    rh_out out = begin(text, "end");
    rh_out_integer(&out, "passed", (int64_t)result->passed);
    rh_out_integer(&out, "failed", (int64_t)result->failed);
    rh_out_integer(&out, "skipped", (int64_t)result->skipped);
    rh_out_integer(&out, "virtual_ns", result->virtual_ns);
    if (real_times)
        rh_out_integer(&out, "real_ns", result->real_ns);
    end(&out);
}
