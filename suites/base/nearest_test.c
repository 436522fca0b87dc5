#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/nearest.h"

#define LETTERS_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void near_enough(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        const char *known;
        int distance; /* -1: too far */
    } cases[] = {
        {"timeout", "timeout", 0},
        {"TimeOut", "tIMEoUT", 0},
        {"timeot", "timeout", 1},   /* insert */
        {"timeoutt", "timeout", 1}, /* delete */
        {"tineout", "timeout", 1},  /* replace */
        {"tiemout", "timeout", 1},  /* swap */
        {"itmeuot", "timeout", 2},
        {"itemuot", "timeout", -1},
        {"TIEMOUT", "timeout", 1},
        {"cab", "abc", -1}, /* 2 edits, 1 allowed */
        {"a", "b", 1},      /* at least 1 is allowed */
        {"ab", "ba", 1},
        {"ab", "cd", -1},
        {"", "x", 1},
        {"", "xy", -1},
        {"", "", 0},
        {"abcde", "abcxy", -1}, /* 5 / 3 = 1 */
        {"abcdef", "abcdxy", 2},
        {"abc", "abcdef", -1}, /* a third of the longer one is 2 */
        {"abcd", "abcdef", 2},
        {"abcdefghijkl", "abcdefghwxyz", 4},
        {"abcdefghijklmno", "abcdefghijvwxyz", -1}, /* 5, and never more than 4 */
        {LETTERS_63, LETTERS_63, 0},
        {LETTERS_63, "x" LETTERS_63, -1},
        {"x" LETTERS_63, "X" LETTERS_63, 0},
        {"xx" LETTERS_63, "x" LETTERS_63, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int swapped = 0; swapped < 2; swapped++) {
            const char *wanted = swapped ? cases[i].known : cases[i].wanted;
            const char *known = swapped ? cases[i].wanted : cases[i].known;
            rh_nearest nearest = rh_nearest_begin(wanted);
            assert_null(nearest.best);
            rh_nearest_offer(&nearest, known);
            if (nearest.best != (cases[i].distance < 0 ? NULL : known))
                fail_msg("'%s' for '%s'", known, wanted);
            if (nearest.best)
                assert_int_equal(nearest.distance, cases[i].distance);
        }
    }
}

static void the_nearest_wins_and_the_first_of_equals(void **state)
{
    (void)state;
    static const char *const known[] = {"failures", "failed", "fails", "faile", "FAIL"};
    rh_nearest nearest = rh_nearest_begin("fail");
    static const char *const best[] = {NULL, "failed", "fails", "fails", "FAIL"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        rh_nearest_offer(&nearest, known[i]);
        if (best[i])
            assert_string_equal(nearest.best, best[i]);
        else
            assert_null(nearest.best);
    }
}

static void hints(void **state)
{
    (void)state;
    char buffer[40];
    rh_nearest nearest = rh_nearest_begin("tiemout");
    assert_string_equal(rh_nearest_hint(&nearest, buffer, sizeof buffer), "");
    rh_nearest_offer(&nearest, "timeout");
    assert_ptr_equal(rh_nearest_hint(&nearest, buffer, sizeof buffer), buffer);
    assert_string_equal(buffer, "; did you mean 'timeout'?");
    assert_string_equal(rh_nearest_hint(&nearest, buffer, 26), "; did you mean 'timeout'?");
    assert_string_equal(rh_nearest_hint(&nearest, buffer, 25), ""); /* it does not fit */
    strcpy(buffer, "as it was");
    rh_nearest_hint(&nearest, buffer, 0);
    assert_string_equal(buffer, "as it was");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_enough),
        cmocka_unit_test(the_nearest_wins_and_the_first_of_equals),
        cmocka_unit_test(hints),
    };
    int failed = cmocka_run_group_tests_name("base/nearest", tests, NULL, NULL);
    return failed != 0;
}
