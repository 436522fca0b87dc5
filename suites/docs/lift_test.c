/* docs/lift.md names, in quotes, cases of suites/actions/lift.test: they must be there. */
#include "suites/docs/manual.h"

enum { LEAST_NAMES = 40 };

static void cases_are_there(void **state)
{
    rh_arena arena;
    size_t count = 0;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const char *at = project_file(&arena, "docs/lift.md");
    const char *cases = project_file(&arena, "suites/actions/lift.test");
    assert_true(at && cases);
    for (const char *end; (at = strchr(at, '"')) && (end = strchr(at + 1, '"')); at = end + 1) {
        rh_text name = rh_text_in(&arena);
        for (const char *c = at + 1; c < end; c++) /* a name may go on in the next line */
            rh_text_putc(&name, *c == '\n' ? ' ' : *c);
        if (!strstr(cases, rh_format(&arena, "\ntest %s\n", rh_text_string(&name))))
            fail_msg("docs/lift.md: lift.test has no case \"%s\"", rh_text_string(&name));
        count++;
    }
    assert_true(count >= LEAST_NAMES);
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_are_there)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
