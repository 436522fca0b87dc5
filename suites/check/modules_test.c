/* Findings of workflows in C: those of suites/modules/checked.c. */
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

static rh_arena arena;

/* "warning half-published BuildDockerImage": level, kind, call; one line each. The change
 * that the first one asks for has `change` in it. */
static const struct {
    const char *workflow, *expected, *change;
} cases[] = {
    {"Silent", "error timeout-too-short Slow\nnote fails-without-fault Slow\n"},
    {"Hurried", "error timeout-too-short Slow\nnote fails-without-fault Slow\n"},
    {"Patient", ""},
    {"GivenUp", "warning retry-never-fires Slow\n"},
    {"Tried", ""},
    {"Asks", "error waits-forever Slow\n"},
    {"Hides", "warning swallowed-failure Publish\n", "Return its failure"},
    {"Warns", ""},
    {"Tells", ""},
};

static const char *read_all(FILE *from)
{
    rh_text text = rh_text_in(&arena);
    assert_non_null(from);
    for (int c; (c = getc(from)) != EOF;)
        rh_text_putc(&text, (char)c);
    return rh_text_string(&text);
}

static const rh_value *check(const char *workflow)
{
    const char *command =
        rh_format(&arena,
                  "%s/rehearse check --workflows %s/suites/modules/libchecked.so %s "
                  "--format json --fail-on never 2>/dev/null",
                  RH_BUILD_DIR, RH_BUILD_DIR, workflow);
    FILE *pipe = popen(command, "r");
    const char *json = read_all(pipe);
    rh_error error;
    assert_int_equal(pclose(pipe), 0);
    const rh_value *read = rh_json_read(&arena, json, strlen(json), workflow, &error);
    assert_non_null(read);
    return rh_get(rh_at(rh_get(read, "files"), 0), "findings");
}

static void each_mistake_is_found_and_its_neighbour_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rh_value *findings = check(cases[i].workflow);
        rh_text found = rh_text_in(&arena);
        for (size_t k = 0; k < rh_count_of(findings); k++) {
            const rh_value *finding = rh_at(findings, k);
            rh_text_printf(&found, "%s %s %s\n", rh_text_of(rh_get(finding, "level")),
                           rh_text_of(rh_get(finding, "kind")),
                           rh_text_of(rh_get(rh_get(finding, "at"), "call")));
        }
        const char *change = rh_text_of(rh_get(rh_at(findings, 0), "change"));
        if (cases[i].change && !strstr(change, cases[i].change))
            fail_msg("%s: is to change: %s", cases[i].workflow, change);
        if (strcmp(rh_text_string(&found), cases[i].expected) != 0)
            fail_msg("%s: expected\n%sfound\n%s", cases[i].workflow, cases[i].expected,
                     rh_text_string(&found));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_found_and_its_neighbour_is_not),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("check modules", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed ? 1 : 0;
}
