/* Test results as TAP and as JSON Lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/result_lines.h"
#include "reports/tap.h"
#include "sim/base/json.h"

static rh_arena arena;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static const rh_test_result passed = {
    .module = "m#1",
    .name = "all\\is well",
    .verdict = RH_PASSED,
    .message = "",
    .report = "a warning",
    .output = "",
    .replay = "rehearse test",
    .virtual_ns = 60000000000,
};

static const rh_test_result failed = {
    .module = "m",
    .name = "fails",
    .file = "x \"y\".c",
    .line = 12,
    .verdict = RH_FAILED_TEST,
    .message = "expected: 'x'",
    .report = "  indented\n\nλ # no comment\n",
    .output = "bell \a\n",
    .replay = "rehearse test --filter fails",
    .virtual_ns = 90000000000,
    .real_ns = 1500000,
    .seed = UINT64_MAX,
    .index = 1,
    .evidence = {.faults = "[\"Greet[world]@1=dns\"]", .choices = "[0,1]", .hash = 255},
};

static const rh_test_result skipped = {
    .module = "m",
    .name = "later",
    .verdict = RH_SKIPPED_TEST,
    .message = "not run: a test before it did not pass",
    .report = "",
    .output = "",
    .replay = "rehearse test",
    .index = 2,
};

static void tap(void **state)
{
    (void)state;
    rh_text text = rh_text_in(&arena);
    rh_report_tap_begin(&text, 3);
    rh_report_tap_result(&text, &passed, false);
    rh_report_tap_result(&text, &failed, true);
    rh_report_tap_result(&text, &skipped, false);
    assert_string_equal(rh_text_string(&text),
                        "TAP version 14\n"
                        "1..3\n"
                        "ok 1 - m\\#1/all\\\\is well\n"
                        "not ok 2 - m/fails\n"
                        "  ---\n"
                        "  message: \"expected: 'x'\"\n"
                        "  severity: \"fail\"\n"
                        "  verdict: \"failed\"\n"
                        "  at:\n"
                        "    file: \"x \\\"y\\\".c\"\n"
                        "    line: 12\n"
                        "  virtual_time: 1m30s\n"
                        "  duration_ms: 1\n"
                        "  seed: \"18446744073709551615\"\n"
                        "  faults: [\"Greet[world]@1=dns\"]\n"
                        "  choices: [0,1]\n"
                        "  replay: \"rehearse test --filter fails\"\n"
                        "  report: |2\n"
                        "      indented\n"
                        "\n"
                        "    λ # no comment\n"
                        "  output: \"bell \\u0007\\n\"\n"
                        "  ...\n"
                        "ok 3 - m/later # SKIP not run: a test before it did not pass\n");
}

/* Each line reads back as JSON. */
static const rh_value *line_of(rh_text *text, size_t *at)
{
    const char *line = rh_text_string(text) + *at;
    size_t length = strcspn(line, "\n");
    *at += length + 1;
    const rh_value *value = rh_json_read(&arena, line, length, NULL, NULL);
    assert_non_null(value);
    return value;
}

static void json_lines(void **state)
{
    (void)state;
    rh_text text = rh_text_in(&arena);
    size_t at = 0;
    rh_report_results_begin(&text, 3);
    rh_report_results_result(&text, &failed, true);
    rh_report_results_result(&text, &skipped, false);
    rh_report_results_end(&text, &(rh_suite_result){.count = 2, .failed = 1, .skipped = 1}, false);
    assert_int_equal(rh_integer_of(rh_get(line_of(&text, &at), "schema")), 1);
    const rh_value *line = line_of(&text, &at);
    assert_string_equal(rh_text_of(rh_get(line, "verdict")), "failed");
    assert_string_equal(rh_text_of(rh_get(line, "seed")), "18446744073709551615");
    assert_string_equal(rh_text_of(rh_at(rh_get(line, "faults"), 0)), "Greet[world]@1=dns");
    assert_string_equal(rh_text_of(rh_get(line, "hash")), "00000000000000ff");
    assert_int_equal(rh_integer_of(rh_get(line, "real_ns")), 1500000);
    line = line_of(&text, &at);
    assert_null(rh_get(line, "real_ns"));
    assert_null(rh_get(line, "report"));
    line = line_of(&text, &at);
    assert_int_equal(rh_integer_of(rh_get(line, "skipped")), 1);
    assert_int_equal(at, text.length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tap, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_lines, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("reports-results", tests, NULL, NULL) != 0;
}
