#include <math.h>
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

/* ---- reading -------------------------------------------------------------------------------- */

static void literals_have_their_kinds(void **state)
{
    (void)state;
    const struct {
        const rh_value *value;
        rh_kind kind;
        const char *name;
    } cases[] = {
        {NULL, RH_NULL, "null"},
        {rh_null(), RH_NULL, "null"},
        {rh_string(NULL), RH_NULL, "null"},
        {rh_boolean(true), RH_BOOLEAN, "boolean"},
        {rh_integer(1), RH_INTEGER, "integer"},
        {rh_number(1.5), RH_NUMBER, "number"},
        {rh_number(1.0), RH_INTEGER, "integer"},
        {rh_string("x"), RH_STRING, "string"},
        {RH_LITERAL_({.kind = RH_BYTES}), RH_BYTES, "bytes"},
        {RH_LIST_OF(rh_null()), RH_LIST, "list"},
        {RH_OBJECT_OF({"k", rh_null()}), RH_OBJECT, "object"},
        {rh_unknown(), RH_UNKNOWN, "unknown"},
        {RH_ANY, RH_MATCHER, "matcher"},
        {RH_NO_ARGS, RH_NULL, "null"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(rh_kind_of(cases[i].value), cases[i].kind);
        assert_string_equal(rh_kind_name(cases[i].kind), cases[i].name);
    }
    assert_string_equal(rh_kind_name((rh_kind)77), "unknown");
}

static void numbers_that_are_whole_become_integers(void **state)
{
    (void)state;
    static const struct {
        double number;
        bool whole;
        int64_t integer;
    } cases[] = {
        {0.0, true, 0},
        {-0.0, true, 0},
        {1.0, true, 1},
        {-3.0, true, -3},
        {0.5, false, 0},
        {1e15, true, 1000000000000000},
        {0x1p62, true, INT64_C(1) << 62},
        {0x1.fffffffffffffp62, true, INT64_C(9223372036854774784)},
        {0x1p63, false, 0},
        {-0x1p63, true, INT64_MIN},
        {-0x1.0000000000001p63, false, 0},
        {1e300, false, 0},
        {(double)INFINITY, false, 0},
        {-(double)INFINITY, false, 0},
        {(double)NAN, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_value value = rh_number_value(cases[i].number);
        assert_int_equal(value.kind, cases[i].whole ? RH_INTEGER : RH_NUMBER);
        if (cases[i].whole)
            assert_true(value.as.integer == cases[i].integer);
        else
            assert_memory_equal(&value.as.number, &cases[i].number, sizeof(double));
    }
}

static void reading_numbers(void **state)
{
    (void)state;
    const struct {
        const rh_value *value;
        int64_t integer;
        double number;
    } cases[] = {
        {NULL, 0, 0.0},
        {rh_integer(INT64_MIN), INT64_MIN, -0x1p63},
        {rh_integer(7), 7, 7.0},
        {rh_number(2.9), 2, 2.9},
        {rh_number(-2.9), -2, -2.9},
        {rh_number(1e30), INT64_MAX, 1e30},
        {rh_number(-1e30), INT64_MIN, -1e30},
        {rh_number(0x1p63), INT64_MAX, 0x1p63},
        {rh_number((double)INFINITY), INT64_MAX, (double)INFINITY},
        {rh_number(-(double)INFINITY), INT64_MIN, -(double)INFINITY},
        {rh_string("7"), 0, 0.0},
        {rh_boolean(true), 0, 0.0},
        {rh_unknown(), 0, 0.0},
        {RH_LIST_OF(rh_integer(1)), 0, 0.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(rh_integer_of(cases[i].value) == cases[i].integer);
        assert_true(rh_number_of(cases[i].value) == cases[i].number);
    }
    assert_true(rh_integer_of(rh_number((double)NAN)) == 0);
}

static void reading_texts_and_booleans(void **state)
{
    (void)state;
    assert_string_equal(rh_text_of(rh_string("abc")), "abc");
    assert_string_equal(rh_text_of(NULL), "");
    assert_string_equal(rh_text_of(rh_integer(1)), "");
    assert_string_equal(
        rh_text_of(RH_LITERAL_({.kind = RH_BYTES, .count = 1, .as = {.text = "x"}})), "");
    assert_string_equal(rh_text_of(RH_LITERAL_({.kind = RH_STRING})), "");
    assert_true(rh_is_true(rh_boolean(true)));
    assert_false(rh_is_true(rh_boolean(false)));
    assert_false(rh_is_true(NULL));
    assert_false(rh_is_true(rh_integer(1)));
    assert_false(rh_is_true(rh_string("true")));
}

static void reading_parts(void **state)
{
    (void)state;
    const rh_value *list = RH_LIST_OF(rh_integer(1), rh_string("two"));
    const rh_value *object = RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_integer(2)},
                                          {"a", rh_integer(3)}, {"", rh_integer(4)});
    assert_int_equal(rh_count_of(list), 2);
    assert_int_equal(rh_count_of(object), 4);
    assert_int_equal(rh_count_of(NULL), 0);
    assert_int_equal(rh_count_of(rh_string("abc")), 0);
    assert_string_equal(rh_text_of(rh_at(list, 1)), "two");
    assert_true(rh_integer_of(rh_at(object, 1)) == 2);
    assert_null(rh_at(list, 2));
    assert_null(rh_at(object, 4));
    assert_null(rh_at(rh_string("abc"), 0));
    assert_null(rh_at(NULL, 0));
    assert_true(rh_integer_of(rh_get(object, "a")) == 1); /* the first of that key */
    assert_true(rh_integer_of(rh_get(object, "b")) == 2);
    assert_true(rh_integer_of(rh_get(object, "")) == 4);
    assert_null(rh_get(object, "c"));
    assert_null(rh_get(object, "A"));
    assert_null(rh_get(object, "aa"));
    assert_null(rh_get(list, "a"));
    assert_null(rh_get(NULL, "a"));
    assert_ptr_equal(rh_value_field(object, "b"), &object->as.fields[1]);
    assert_null(rh_value_field(object, "bc"));
    assert_null(rh_value_field(list, "a"));
    assert_null(rh_value_field(NULL, "a"));
}

static void following_paths(void **state)
{
    (void)state;
    const rh_value *value =
        RH_LIST_OF(RH_OBJECT_OF({"TagName", rh_string("v1")}, {"0", rh_string("zero")},
                                {"", RH_OBJECT_OF({"deep", rh_integer(5)})},
                                {"list", RH_LIST_OF(rh_null(), rh_integer(9))}),
                   rh_integer(2));
    const struct {
        const char *path;
        const rh_value *expected;
    } cases[] = {
        {"", value},
        {"0", rh_at(value, 0)},
        {"1", rh_at(value, 1)},
        {"2", NULL},
        {"-1", NULL},
        {"x", NULL},
        {"0x", NULL},
        {"99999999999999999999", NULL},
        {"4294967296", NULL},
        {"18446744073709551616", NULL},
        {"0.TagName", rh_at(rh_at(value, 0), 0)},
        {"0.Tag", NULL},
        {"0.TagName2", NULL},
        {"0.TagName.x", NULL},
        {"0.0", rh_at(rh_at(value, 0), 1)},
        {"0..deep", rh_get(rh_get(rh_at(value, 0), ""), "deep")},
        {"0.", rh_get(rh_at(value, 0), "")},
        {"0.list.1", rh_at(rh_get(rh_at(value, 0), "list"), 1)},
        {"0.list.", NULL},
        {"1.x", NULL},
        {".", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (rh_value_at_path(value, cases[i].path) != cases[i].expected)
            fail_msg("'%s'", cases[i].path);
    assert_null(rh_value_at_path(NULL, ""));
    assert_null(rh_value_at_path(NULL, "a"));
}

/* ---- comparing ------------------------------------------------------------------------------ */

/* Whether two values are equal, as literals and as kept values, and their hashes with them. */
static void check_equal(rh_arena *arena, const rh_value *left, const rh_value *right, bool equal)
{
    const rh_value *kept_left = rh_value_copy(arena, left);
    const rh_value *kept_right = rh_value_copy(arena, right);
    assert_int_equal(rh_equal(left, right), equal);
    assert_int_equal(rh_equal(right, left), equal);
    assert_int_equal(rh_equal(kept_left, right), equal);
    assert_int_equal(rh_equal(left, kept_right), equal);
    assert_int_equal(rh_equal(kept_left, kept_right), equal);
    assert_int_equal(rh_match(left, right), equal);
    assert_int_equal(rh_match(kept_left, kept_right), equal);
    assert_int_equal(rh_value_hash(left) == rh_value_hash(right), equal);
    assert_int_equal(rh_value_hash(kept_left) == rh_value_hash(right), equal);
    if (left)
        assert_true(kept_left->hash == rh_value_hash(left));
    assert_true(rh_value_hash(left) != 0);
}

static void values_that_are_equal(void **state)
{
    const rh_value *secret =
        RH_LITERAL_({.kind = RH_INTEGER, .flags = RH_SECRET, .as = {.integer = 1}});
    const rh_value *one = RH_LITERAL_({.kind = RH_NUMBER, .as = {.number = 1.0}});
    const rh_value *minus_zero = RH_LITERAL_({.kind = RH_NUMBER, .as = {.number = -0.0}});
    check_equal(*state, NULL, rh_null(), true);
    check_equal(*state, rh_boolean(true), rh_boolean(true), true);
    check_equal(*state, rh_integer(1), rh_number(1.0), true);
    check_equal(*state, rh_integer(1), one, true);
    check_equal(*state, rh_integer(0), minus_zero, true);
    check_equal(*state, rh_integer(1), secret, true);
    check_equal(*state, rh_number((double)NAN), rh_number(-(double)NAN), true);
    check_equal(*state, rh_string("a"), rh_string("a"), true);
    check_equal(*state, rh_string(""), RH_LITERAL_({.kind = RH_STRING}), true);
    check_equal(*state, rh_unknown(), rh_unknown(), true);
    check_equal(*state, RH_ANY, RH_ANY, true);
    check_equal(*state, RH_LIST_OF(rh_integer(1), NULL), RH_LIST_OF(rh_integer(1), rh_null()),
                true);
    check_equal(*state, RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_string("x")}),
                RH_OBJECT_OF({"b", rh_string("x")}, {"a", rh_integer(1)}), true);
    check_equal(*state, RH_OBJECT_OF({"a", rh_integer(1)}, {"a", rh_integer(2)}),
                RH_OBJECT_OF({"a", rh_integer(1)}), true);
    check_equal(*state,
                RH_OBJECT_OF({"a", rh_null()}, {"b", rh_null()}, {"a", rh_integer(1)},
                             {"b", rh_integer(1)}),
                RH_OBJECT_OF({"b", rh_null()}, {"b", rh_integer(2)}, {"a", rh_null()}), true);
}

static void values_that_differ(void **state)
{
    const rh_value *values[] = {
        rh_null(),
        rh_boolean(false),
        rh_boolean(true),
        rh_integer(0),
        rh_integer(1),
        rh_integer(-1),
        rh_integer(INT64_MAX),
        rh_number(0x1p63),
        rh_number(0.5),
        rh_number((double)NAN),
        rh_number((double)INFINITY),
        rh_number(-(double)INFINITY),
        rh_string(""),
        rh_string("0"),
        rh_string("a"),
        rh_string("A"),
        rh_string("ab"),
        RH_LITERAL_({.kind = RH_STRING, .count = 2, .as = {.text = "a\0"}}),
        RH_LITERAL_({.kind = RH_BYTES, .as = {.text = ""}}),
        RH_LITERAL_({.kind = RH_BYTES, .count = 1, .as = {.text = "a"}}),
        RH_LITERAL_({.kind = RH_LIST}),
        RH_LITERAL_({.kind = RH_OBJECT}),
        rh_unknown(),
        RH_LIST_OF(rh_null()),
        RH_LIST_OF(rh_unknown()),
        RH_LIST_OF(rh_integer(1), rh_integer(2)),
        RH_LIST_OF(rh_integer(2), rh_integer(1)),
        RH_LIST_OF(rh_integer(1), rh_integer(2), rh_integer(3)),
        RH_LIST_OF(RH_LIST_OF(rh_integer(1)), rh_integer(2)),
        RH_LIST_OF(RH_LIST_OF(rh_integer(1), rh_integer(2))),
        RH_OBJECT_OF({"a", rh_null()}),
        RH_OBJECT_OF({"b", rh_null()}),
        RH_OBJECT_OF({"", rh_null()}),
        RH_OBJECT_OF({"a", rh_integer(1)}),
        RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_integer(2)}),
        RH_OBJECT_OF({"a", rh_integer(2)}, {"b", rh_integer(1)}),
        RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_integer(2)}, {"c", rh_integer(2)}),
        RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_integer(2)}, {"d", rh_integer(2)}),
    };
    enum { COUNT = sizeof values / sizeof values[0] };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++)
            check_equal(*state, values[i], values[j], i == j);
}

/* The hash is only the first look: with a forged one, content still decides. */
static void equal_hashes_do_not_make_equal(void **state)
{
    rh_value forged = *rh_value_string(*state, "a", 1);
    forged.hash = rh_value_string(*state, "b", 1)->hash;
    assert_false(rh_equal(&forged, rh_value_string(*state, "b", 1)));
    assert_false(rh_equal(&forged, rh_value_string(*state, "a", 1))); /* the first look says no */
}

static bool is_positive(const rh_value *value, const void *data)
{
    return rh_integer_of(value) > *(const int64_t *)data;
}

static void matchers_decide(void **state)
{
    const int64_t zero = 0;
    const rh_value *positive = RH_WHERE(is_positive, &zero, "a positive number");
    const rh_value *subset = RH_SUBSET({"a", rh_integer(1)}, {"b", RH_ANY});
    const struct {
        const rh_value *pattern;
        const rh_value *value;
        bool matches;
    } cases[] = {
        {RH_ANY, rh_integer(1), true},
        {RH_ANY, NULL, true},
        {RH_ANY, rh_unknown(), true},
        {RH_ANY, RH_LIST_OF(rh_null()), true},
        {RH_LITERAL_({.kind = RH_MATCHER}), rh_integer(1), true},
        {positive, rh_integer(1), true},
        {positive, rh_integer(0), false},
        {positive, NULL, false},
        {subset, RH_OBJECT_OF({"a", rh_integer(1)}, {"b", rh_integer(2)}), true},
        {subset, RH_OBJECT_OF({"b", rh_integer(2)}, {"c", rh_null()}, {"a", rh_integer(1)}), true},
        {subset, RH_OBJECT_OF({"a", rh_integer(2)}, {"b", rh_integer(2)}), false},
        {subset, RH_OBJECT_OF({"a", rh_integer(1)}), false}, /* "any" must be there */
        {subset, RH_OBJECT_OF({"a", rh_integer(1)}, {"b", NULL}), true},
        {subset, RH_LIST_OF(rh_integer(1)), false},
        {subset, NULL, false},
        {RH_ARGS(RH_ANY, rh_string("arm64")), RH_ARGS(rh_null(), rh_string("arm64")), true},
        {RH_ARGS(RH_ANY, rh_string("arm64")), RH_ARGS(rh_null(), rh_string("amd64")), false},
        {RH_ARGS(RH_ANY), RH_ARGS(rh_null(), rh_null()), false},
        {RH_OBJECT_OF({"x", positive}, {"y", rh_integer(1)}),
         RH_OBJECT_OF({"y", rh_integer(1)}, {"x", rh_integer(7)}), true},
        {RH_OBJECT_OF({"x", positive}), RH_OBJECT_OF({"y", rh_integer(1)}, {"x", rh_integer(7)}),
         false},
        {RH_SUBSET({"deep", RH_LIST_OF(RH_SUBSET({"x", positive}))}),
         RH_OBJECT_OF({"deep", RH_LIST_OF(RH_OBJECT_OF({"x", rh_integer(1)}, {"y", NULL}))}), true},
        {RH_SUBSET({"deep", RH_LIST_OF(RH_SUBSET({"x", positive}))}),
         RH_OBJECT_OF({"deep", RH_LIST_OF(RH_OBJECT_OF({"x", rh_integer(0)}, {"y", NULL}))}),
         false},
        {rh_integer(1), RH_ANY, false}, /* only in the pattern */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const rh_value *kept_pattern = rh_value_copy(*state, cases[i].pattern);
        const rh_value *kept_value = rh_value_copy(*state, cases[i].value);
        if (rh_match(cases[i].pattern, cases[i].value) != cases[i].matches ||
            rh_match(kept_pattern, cases[i].value) != cases[i].matches ||
            rh_match(kept_pattern, kept_value) != cases[i].matches)
            fail_msg("case %zu", i);
    }
}

static void equal_knows_matchers_by_address(void **state)
{
    (void)state;
    const int64_t zero = 0;
    const rh_value *positive = RH_WHERE(is_positive, &zero, "a positive number");
    assert_false(rh_equal(RH_ANY, rh_integer(1)));
    assert_true(rh_equal(positive, positive));
    assert_false(rh_equal(positive, RH_ANY));
    assert_false(rh_match(positive, positive)); /* not a positive number */
    const rh_value *kept = rh_value_copy(*state, positive);
    assert_false(rh_match(kept, kept));
    assert_true(rh_equal(kept, kept));
}

/* Comparing fields in another order must not take forever. */
static void large_objects_compare(void **state)
{
    enum { COUNT = 1000 };
    static rh_field fields[COUNT], reversed[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        fields[i].key = rh_format(*state, "key-%zu", i);
        fields[i].value = rh_value_integer(*state, (int64_t)i);
        reversed[COUNT - 1 - i] = fields[i];
    }
    const rh_value *object = rh_value_object(*state, fields, COUNT);
    assert_true(rh_equal(object, rh_value_object(*state, reversed, COUNT)));
    reversed[7].value = rh_value_null();
    assert_false(rh_equal(object, rh_value_object(*state, reversed, COUNT)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_have_their_kinds),
        cmocka_unit_test(numbers_that_are_whole_become_integers),
        cmocka_unit_test(reading_numbers),
        cmocka_unit_test(reading_texts_and_booleans),
        cmocka_unit_test(reading_parts),
        cmocka_unit_test(following_paths),
        cmocka_unit_test(values_that_are_equal),
        cmocka_unit_test(values_that_differ),
        cmocka_unit_test(equal_hashes_do_not_make_equal),
        cmocka_unit_test(matchers_decide),
        cmocka_unit_test(equal_knows_matchers_by_address),
        cmocka_unit_test(large_objects_compare),
    };
    int failed = cmocka_run_group_tests_name("base/match", tests, set_up, tear_down);
    return failed != 0;
}
