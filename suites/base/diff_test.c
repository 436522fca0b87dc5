#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/value.h"

static int set_up(void **state)
{
    static rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    return 0;
}

static bool refuse(const rh_value *value, const void *data)
{
    (void)value;
    (void)data;
    return false;
}

static const char *diff(rh_arena *arena, const rh_value *pattern, const rh_value *value,
                        size_t differences)
{
    rh_text text = rh_text_in(arena);
    assert_int_equal(rh_value_diff(&text, pattern, value, "", 10), differences);
    assert_int_equal(rh_match(pattern, value), differences == 0);
    return rh_text_string(&text);
}

static void differences(void **state)
{
    const rh_value *semver = RH_WHERE(refuse, NULL, "a semantic version");
    const rh_value *a1 = RH_OBJECT_OF({"a", rh_integer(1)});
    const struct {
        const rh_value *pattern;
        const rh_value *value;
        size_t count;
        const char *text;
    } cases[] = {
        {NULL, rh_null(), 0, ""},
        {rh_integer(1), rh_number(1.0), 0, ""},
        {rh_string("1"), rh_integer(2), 1, "$: expected \"1\", got 2\n"},
        {rh_null(), rh_unknown(), 1, "$: expected null, got {\"$unknown\":true}\n"},
        {RH_OBJECT_OF({"Version", rh_string("1")}), RH_OBJECT_OF({"Version", rh_integer(2)}), 1,
         "$.Version: expected \"1\", got 2\n"},
        {a1, RH_OBJECT_OF({"b", rh_null()}), 2,
         "$.a: expected 1, got nothing\n$.b: expected nothing, got null\n"},
        {RH_LIST_OF(rh_integer(1), a1), RH_LIST_OF(rh_integer(2)), 2,
         "$.0: expected 1, got 2\n$.1: expected {\"a\":1}, got nothing\n"},
        {RH_LIST_OF(rh_integer(1)), RH_LIST_OF(rh_integer(1), rh_boolean(true)), 1,
         "$.1: expected nothing, got true\n"},
        {RH_LIST_OF(RH_OBJECT_OF({"x", a1})), RH_LIST_OF(RH_OBJECT_OF({"x", RH_LIST_OF(a1)})), 1,
         "$.0.x: expected {\"a\":1}, got [{\"a\":1}]\n"},
        {RH_OBJECT_OF({"a.b", a1}), RH_OBJECT_OF({"a.b", RH_OBJECT_OF({"a", NULL})}), 1,
         "$[\"a.b\"].a: expected 1, got null\n"},
        {RH_OBJECT_OF({"", a1}), RH_OBJECT_OF({"", NULL}), 1,
         "$[\"\"]: expected {\"a\":1}, got null\n"},
        {RH_OBJECT_OF({"a b", a1}), RH_OBJECT_OF({"a b", NULL}), 1,
         "$[\"a b\"]: expected {\"a\":1}, got null\n"},
        {RH_OBJECT_OF({"v", semver}), RH_OBJECT_OF({"v", rh_string("x")}), 1,
         "$.v: expected a semantic version, got \"x\"\n"},
        {RH_LITERAL_(
             {.kind = RH_MATCHER, .as = {.matcher = (const rh_matcher[1]){{.accepts = refuse}}}}),
         NULL, 1, "$: expected a match, got null\n"},
        {RH_OBJECT_OF({"v", RH_ANY}), RH_OBJECT_OF({"w", NULL}), 2,
         "$.v: expected anything, got nothing\n$.w: expected nothing, got null\n"},
        {RH_SUBSET({"a", rh_integer(1)}), RH_OBJECT_OF({"b", NULL}, {"a", rh_integer(1)}), 0, ""},
        {RH_SUBSET({"a", rh_integer(1)}, {"c", RH_ANY}),
         RH_OBJECT_OF({"b", NULL}, {"a", rh_integer(2)}), 2,
         "$.a: expected 1, got 2\n$.c: expected anything, got nothing\n"},
        {RH_SUBSET({"a", rh_integer(1)}), rh_integer(1), 1,
         "$: expected an object with {\"a\":1}, got 1\n"},
        {RH_OBJECT_OF({"a", NULL}, {"a", rh_integer(1)}), RH_OBJECT_OF({"a", NULL}), 0, ""},
        {RH_OBJECT_OF({"a", NULL}), RH_OBJECT_OF({"a", NULL}, {"b", NULL}, {"b", NULL}), 1,
         "$.b: expected nothing, got null\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = diff(*state, cases[i].pattern, cases[i].value, cases[i].count);
        assert_string_equal(text, cases[i].text);
    }
}

static void secrets_stay_secret(void **state)
{
    rh_value password = *rh_string("hunter2");
    rh_value list = *RH_LIST_OF(rh_string("hunter2"));
    password.flags = list.flags = RH_SECRET;
    assert_string_equal(diff(*state, RH_LIST_OF(rh_string("x")), RH_LIST_OF(&password), 1),
                        "$.0: expected \"x\", got \"***\"\n");
    assert_string_equal(diff(*state, RH_LIST_OF(NULL), &list, 1),
                        "$: expected [null], got \"***\"\n");
    assert_string_equal(diff(*state, &list, RH_LIST_OF(rh_string("hunter3")), 1),
                        "$: expected \"***\", got [\"hunter3\"]\n");
    assert_string_equal(diff(*state, &list, RH_LIST_OF(rh_string("hunter2")), 0), "");
}

static void lines_are_limited_and_indented(void **state)
{
    const rh_value *left = RH_LIST_OF(rh_integer(0), rh_integer(1), rh_integer(2), rh_integer(3));
    const rh_value *right = RH_LIST_OF(NULL, NULL, NULL, rh_integer(3), NULL);
    static const struct {
        size_t limit;
        const char *text;
    } cases[] = {
        {0, "> ... and 4 more\n"},
        {2, "> $.0: expected 0, got null\n> $.1: expected 1, got null\n> ... and 2 more\n"},
        {4, "> $.0: expected 0, got null\n> $.1: expected 1, got null\n"
            "> $.2: expected 2, got null\n> $.4: expected nothing, got null\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text text = rh_text_in(*state);
        rh_text_puts(&text, "before\n");
        assert_int_equal(rh_value_diff(&text, left, right, "> ", cases[i].limit), 4);
        assert_string_equal(rh_text_string(&text), rh_format(*state, "before\n%s", cases[i].text));
    }
}

static void long_values_are_cut(void **state)
{
    char left[600], right[600];
    memset(left, 'x', sizeof left);
    memset(right, 'x', sizeof right);
    left[599] = right[598] = '\0';
    memcpy(left + 198, "\xe2\x82\xac", 3); /* at the cut: it goes as a whole */
    memcpy(right + 198, "\xe2\x82\xac", 3);
    const char *text = diff(*state, rh_string(left), rh_string(right), 1);
    const char *cut = rh_format(*state, "\"%.198s...", left);
    assert_string_equal(text,
                        rh_format(*state, "$: expected %s, got %s (they differ from byte 598 on)\n",
                                  cut, cut));

    rh_value secret = *rh_string(left);
    secret.flags = RH_SECRET;
    text = diff(*state, rh_string(right), &secret, 1);
    assert_string_equal(text, rh_format(*state, "$: expected %s, got \"***\"\n", cut));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences),
        cmocka_unit_test(secrets_stay_secret),
        cmocka_unit_test(lines_are_limited_and_indented),
        cmocka_unit_test(long_values_are_cut),
    };
    int failed = cmocka_run_group_tests_name("base/diff", tests, set_up, tear_down);
    return failed != 0;
}
