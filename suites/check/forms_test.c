/* The forms in which findings are written: JSON and SARIF by their schemas, JUnit, workflow
 * commands, Markdown; the same findings with any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/base/value.h"
#include "suites/support/schema.h"

#define WORKFLOWS RH_SUITES_DIR "/../fixtures/workflows"

static rh_arena arena;

static const char *read_all(FILE *from)
{
    rh_text text = rh_text_in(&arena);
    assert_non_null(from);
    for (int c; (c = getc(from)) != EOF;)
        rh_text_putc(&text, (char)c);
    return rh_text_string(&text);
}

/* The fixtures, checked. */
static const char *check(const char *options)
{
    FILE *pipe = popen(rh_format(&arena,
                                 "exec 2>&1 </dev/null; cd %s && %s/rehearse check tool "
                                 "tool-four-jobs called %s",
                                 WORKFLOWS, RH_BUILD_DIR, options),
                       "r");
    const char *output = read_all(pipe);
    int ended = pclose(pipe);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 1);
    return output;
}

static const rh_value *parse(const char *json, const char *name)
{
    rh_error error;
    const rh_value *value = rh_json_read(&arena, json, strlen(json), name, &error);
    char shown[500];
    if (!value)
        fail_msg("%s", rh_error_text(&error, shown, sizeof shown));
    return value;
}

static void assert_fits(const char *json, const char *schema_path)
{
    FILE *file = fopen(schema_path, "rb");
    const rh_value *schema = parse(read_all(file), schema_path);
    fclose(file);
    rh_text why = rh_text_in(&arena);
    if (!schema_accepts(schema, schema, parse(json, "output"), "", &why))
        fail_msg("%s: %s", schema_path, rh_text_string(&why));
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static void json_fits_its_schema(void **state)
{
    (void)state;
    assert_fits(check("--format json"), RH_SUITES_DIR "/../schemas/findings.schema.json");
}

static void sarif_fits_its_schema(void **state)
{
    (void)state;
    const char *sarif = check("--format sarif");
    assert_fits(sarif, RH_SUITES_DIR "/check/sarif.schema.json");
    const rh_value *run = rh_at(rh_get(parse(sarif, "sarif"), "runs"), 0);
    const rh_value *rules = rh_get(rh_get(rh_get(run, "tool"), "driver"), "rules");
    const rh_value *results = rh_get(run, "results");
    assert_true(rh_count_of(results) > 10);
    for (size_t i = 0; i < rh_count_of(results); i++) {
        const rh_value *result = rh_at(results, i);
        const rh_value *rule = rh_at(rules, (size_t)rh_integer_of(rh_get(result, "ruleIndex")));
        assert_string_equal(rh_text_of(rh_get(rule, "id")), rh_text_of(rh_get(result, "ruleId")));
        for (size_t k = 0; k < i; k++) /* fingerprints tell results apart */
            if (!strcmp(rh_text_of(rh_value_at_path(result, "ruleId")),
                        rh_text_of(rh_get(rh_at(results, k), "ruleId"))))
                assert_string_not_equal(
                    rh_text_of(rh_get(rh_get(result, "partialFingerprints"), "rehearse/v1")),
                    rh_text_of(
                        rh_get(rh_get(rh_at(results, k), "partialFingerprints"), "rehearse/v1")));
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    assert_string_equal(check("--format json --jobs 1"), check("--format json --jobs 3"));
}

static void annotations_are_ten_of_a_level(void **state)
{
    (void)state;
    const char *lines = check("--format github");
    size_t all = count_of(check("--format json"), "\"level\":\"warning\"");
    assert_true(all > 10);
    assert_int_equal(count_of(lines, "::warning "), 10);
    assert_non_null(strstr(lines, "::error file=tool/.github/workflows/release.yml,line=57,"));
    assert_null(strstr(lines, "\n\n"));
}

static void junit_fails_for_what_fails_the_check(void **state)
{
    (void)state;
    const char *errors = check("--report junit=-");
    assert_int_equal(count_of(errors, "<failure "),
                     count_of(check("--format json"), "\"level\":\"error\""));
    const char *all = check("--report junit=- --fail-on note");
    assert_int_equal(count_of(all, "<failure "), count_of(check("--format json"), "\"level\":"));
    assert_int_equal(count_of(all, "<testsuite "), count_of(all, "</testsuite>"));
}

static void markdown_has_a_row_for_each(void **state)
{
    (void)state;
    const char *text = check("--report markdown=-");
    size_t findings = count_of(check("--format json"), "\"level\":");
    assert_int_equal(count_of(text, "<details>"), findings);
    assert_int_equal(count_of(text, "\n| "), findings + 2);
    assert_int_equal(count_of(text, "\n```\n"),
                     count_of(text, "\n```sh\n") + count_of(text, "\n```yaml\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_fits_its_schema),
        cmocka_unit_test(sarif_fits_its_schema),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(annotations_are_ten_of_a_level),
        cmocka_unit_test(junit_fails_for_what_fails_the_check),
        cmocka_unit_test(markdown_has_a_row_for_each),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("check forms", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed ? 1 : 0;
}
