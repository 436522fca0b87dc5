/* Copies and builders; how values read and compare is in match_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static rh_value flagged(const rh_value *value, unsigned flags)
{
    rh_value copy = *value;
    copy.flags = (uint8_t)flags;
    return copy;
}

static bool is_kept(const rh_value *value)
{
    return value->flags & RH_KEPT;
}

/* Everything in a kept value is kept, and hashes and depths are right. */
static void check_kept(const rh_value *value)
{
    uint16_t depth = 0;
    assert_true(is_kept(value));
    rh_value plain = *value;
    plain.flags = 0;
    assert_true(value->hash == rh_value_hash(&plain));
    for (size_t i = 0; i < rh_count_of(value); i++) {
        check_kept(rh_at(value, i));
        if (depth < rh_at(value, i)->depth)
            depth = rh_at(value, i)->depth;
    }
    if (value->kind == RH_LIST || value->kind == RH_OBJECT)
        assert_int_equal(value->depth, depth + 1);
}

static const rh_value *sample(rh_arena *arena)
{
    return rh_value_clone(
        arena, RH_OBJECT_OF(
                   {"name", rh_string("x")}, {"list", RH_LIST_OF(rh_integer(1), NULL)},
                   {"number", rh_number(0.5)}, {"yes", rh_boolean(true)}, {"no", rh_boolean(false)},
                   {"unknown", rh_unknown()}, {"empty", RH_LITERAL_({.kind = RH_OBJECT})},
                   {"bytes", RH_LITERAL_({.kind = RH_BYTES, .count = 3, .as = {.text = "a\0b"}})}));
}

static void copies_are_independent(void **state)
{
    char text[] = "text", key[] = "key";
    const rh_value *items[] = {rh_string(text)};
    rh_field fields[] = {{key, RH_LITERAL_({.kind = RH_LIST, .count = 1, .as = {.items = items}})}};
    const rh_value *literal =
        RH_LITERAL_({.kind = RH_OBJECT, .count = 1, .as = {.fields = fields}});
    const rh_value *copy = rh_value_copy(*state, literal);
    text[0] = key[0] = '!';
    items[0] = NULL;
    fields[0].value = NULL;
    check_kept(copy);
    assert_true(rh_equal(copy, RH_OBJECT_OF({"key", RH_LIST_OF(rh_string("text"))})));
}

static void texts_end_in_nul(void **state)
{
    const rh_value *part = RH_LITERAL_({.kind = RH_STRING, .count = 2, .as = {.text = "abc"}});
    const rh_value *bytes = RH_LITERAL_({.kind = RH_BYTES, .count = 2, .as = {.text = "abc"}});
    const rh_value *empty = RH_LITERAL_({.kind = RH_STRING});
    assert_string_equal(rh_value_copy(*state, part)->as.text, "ab");
    assert_string_equal(rh_value_copy(*state, bytes)->as.text, "ab");
    assert_string_equal(rh_value_copy(*state, empty)->as.text, "");
    assert_int_equal(rh_value_copy(*state, part)->count, 2);
}

static void null_pointers(void **state)
{
    assert_null(rh_value_copy(*state, NULL));
    assert_null(rh_value_clone(*state, NULL));
    const rh_value *list = rh_value_copy(*state, RH_LIST_OF(NULL));
    assert_non_null(rh_at(list, 0));
    assert_int_equal(rh_kind_of(rh_at(list, 0)), RH_NULL);
    const rh_value *object = rh_value_copy(*state, RH_OBJECT_OF({"a", NULL}));
    assert_non_null(rh_get(object, "a"));
    assert_true(rh_value_hash(NULL) == rh_value_hash(rh_null()));
    assert_true(rh_value_hash(NULL) == rh_value_hash(rh_value_null()));
}

static void copies_share_what_is_kept(void **state)
{
    const rh_value *kept = sample(*state);
    assert_ptr_equal(rh_value_copy(*state, kept), kept);
    const rh_value *list = rh_value_copy(*state, RH_LIST_OF(kept, rh_integer(1)));
    assert_ptr_equal(rh_at(list, 0), kept);
    check_kept(list);
}

static void check_apart(const rh_value *left, const rh_value *right)
{
    if (left != rh_value_null())
        assert_ptr_not_equal(left, right);
    if (left->kind == RH_STRING || left->kind == RH_BYTES)
        assert_ptr_not_equal(left->as.text, right->as.text);
    for (size_t i = 0; i < rh_count_of(left); i++) {
        check_apart(rh_at(left, i), rh_at(right, i));
        if (left->kind == RH_OBJECT)
            assert_ptr_not_equal(left->as.fields[i].key, right->as.fields[i].key);
    }
}

static void clones_share_nothing(void **state)
{
    const rh_value *kept = sample(*state);
    rh_arena other;
    rh_arena_init(&other, NULL, NULL);
    const rh_value *clone = rh_value_clone(&other, kept);
    check_kept(clone);
    check_apart(kept, clone);
    assert_true(rh_equal(kept, clone));
    rh_arena_reset(*state);
    memset(rh_arena_alloc(*state, 4096), 0xff, 4096);
    check_kept(clone);
    rh_arena_free(&other);
}

static void flags_travel(void **state)
{
    rh_value secret = flagged(rh_string("s"), RH_SECRET);
    rh_value tainted = flagged(rh_integer(1), RH_TAINTED);
    rh_value both = flagged(RH_LIST_OF(&secret, &tainted), RH_SECRET | RH_TAINTED);
    rh_value null = flagged(rh_null(), RH_TAINTED);
    const rh_value *object =
        rh_value_copy(*state, RH_OBJECT_OF({"a", &both}, {"b", rh_string("x")}, {"c", &null}));
    for (int cloned = 0; cloned < 2; cloned++) {
        const rh_value *list = rh_get(object, "a");
        assert_int_equal(object->flags, RH_KEPT);
        assert_int_equal(list->flags, RH_KEPT | RH_SECRET | RH_TAINTED);
        assert_int_equal(rh_at(list, 0)->flags, RH_KEPT | RH_SECRET);
        assert_int_equal(rh_at(list, 1)->flags, RH_KEPT | RH_TAINTED);
        assert_int_equal(rh_get(object, "b")->flags, RH_KEPT);
        assert_int_equal(rh_get(object, "c")->flags, RH_KEPT | RH_TAINTED);
        object = rh_value_clone(*state, object);
    }
    /* They are no part of the content. */
    assert_true(rh_value_hash(&secret) == rh_value_hash(rh_string("s")));
    assert_true(rh_equal(object, RH_OBJECT_OF({"a", RH_LIST_OF(rh_string("s"), rh_integer(1))},
                                              {"b", rh_string("x")}, {"c", NULL})));
}

static void the_first_of_equal_keys_is_kept(void **state)
{
    const rh_value *copy =
        rh_value_copy(*state,
                      RH_OBJECT_OF({"b", rh_integer(1)}, {"a", rh_integer(2)}, {"b", rh_integer(3)},
                                   {"c", rh_integer(4)}, {"a", rh_integer(5)}));
    assert_int_equal(copy->count, 3);
    check_kept(copy);
    assert_string_equal(copy->as.fields[0].key, "b");
    assert_string_equal(copy->as.fields[1].key, "a");
    assert_string_equal(copy->as.fields[2].key, "c");
    assert_true(rh_integer_of(rh_at(copy, 0)) == 1);
    assert_true(rh_integer_of(rh_at(copy, 1)) == 2);
}

/* 0 to 300 fields with many equal keys, against the obvious way. */
static void equal_keys_in_large_objects(void **state)
{
    static rh_field fields[300];
    for (size_t count = 0; count <= 300; count += count < 40 ? 1 : 65) {
        size_t distinct = 0;
        bool seen[100] = {false};
        for (size_t i = 0; i < count; i++) {
            size_t key = i * i % (i < 150 ? 100 : 97);
            fields[i].key = rh_format(*state, "%zu", key);
            fields[i].value = rh_value_integer(*state, (int64_t)i);
        }
        const rh_value *object = rh_value_object(*state, fields, count);
        for (size_t i = 0; i < count; i++) {
            size_t key = strtoul(fields[i].key, NULL, 10);
            if (seen[key])
                continue;
            seen[key] = true;
            assert_string_equal(object->as.fields[distinct].key, fields[i].key);
            assert_ptr_equal(object->as.fields[distinct].value, fields[i].value);
            distinct++;
        }
        assert_int_equal(object->count, distinct);
    }
}

/* A list in a list in a list ...: `levels` of them around 1. */
static const rh_value *nested(rh_arena *arena, unsigned levels, bool keep)
{
    const rh_value *value = rh_value_integer(arena, 1);
    for (unsigned i = 0; i < levels; i++) {
        const rh_value **item = RH_NEW(arena, const rh_value *);
        rh_value *list = RH_NEW(arena, rh_value);
        *item = value;
        *list = (rh_value){.kind = RH_LIST, .count = 1, .as = {.items = item}};
        value = keep ? rh_value_list(arena, item, 1) : list;
    }
    return value;
}

/* What is in the innermost list, and how deep that is. */
static rh_kind innermost(const rh_value *value, unsigned *levels)
{
    for (*levels = 0; rh_kind_of(value) == RH_LIST; ++*levels)
        value = rh_at(value, 0);
    return rh_kind_of(value);
}

static void what_is_too_deep_becomes_unknown(void **state)
{
    static const struct {
        unsigned levels;
        unsigned kept_levels;
        rh_kind innermost;
    } cases[] = {
        {0, 0, RH_INTEGER},     {1, 1, RH_INTEGER},     {511, 511, RH_INTEGER},
        {512, 512, RH_INTEGER}, {513, 512, RH_UNKNOWN}, {2000, 512, RH_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const rh_value *literal = nested(*state, cases[i].levels, false);
        const rh_value *kept = nested(*state, cases[i].levels, true);
        const rh_value *copies[] = {rh_value_copy(*state, literal), rh_value_clone(*state, literal),
                                    kept, rh_value_clone(*state, kept)};
        for (size_t j = 0; j < sizeof copies / sizeof copies[0]; j++) {
            unsigned levels;
            assert_int_equal(innermost(copies[j], &levels), cases[i].innermost);
            assert_int_equal(levels, cases[i].kept_levels);
            assert_int_equal(copies[j]->depth, cases[i].kept_levels);
            check_kept(copies[j]);
            assert_true(rh_equal(copies[j], literal));
            assert_true(rh_match(literal, copies[j]));
            assert_true(copies[j]->hash == rh_value_hash(literal));
        }
        assert_false(rh_equal(copies[0], rh_value_null()));
    }
    /* A kept value in a literal: together they are too deep. */
    const rh_value *deep = RH_LIST_OF(nested(*state, 512, true));
    unsigned levels;
    assert_int_equal(innermost(rh_value_copy(*state, deep), &levels), RH_UNKNOWN);
    assert_int_equal(levels, 512);
    assert_true(rh_value_copy(*state, deep)->hash == rh_value_hash(deep));
}

static bool accept(const rh_value *value, const void *data)
{
    return value == data;
}

static void matchers_are_copied(void **state)
{
    char description[] = "nothing";
    const rh_value *literal = RH_WHERE(accept, description, description);
    const rh_value *copy = rh_value_copy(*state, RH_LIST_OF(literal, RH_ANY));
    const rh_matcher *matcher = rh_at(copy, 0)->as.matcher;
    description[0] = '!';
    assert_ptr_not_equal(matcher, literal->as.matcher);
    assert_true(matcher->accepts == accept);
    assert_ptr_equal(matcher->data, description);
    assert_string_equal(matcher->description, "nothing");
    assert_ptr_equal(rh_at(copy, 1)->as.matcher, &rh_match_any);
    assert_true(copy->flags & RH_MATCHING);

    const rh_value *subset = rh_value_copy(*state, RH_SUBSET({"a", rh_integer(1)}));
    assert_true(rh_equal(subset->as.matcher->subset, RH_OBJECT_OF({"a", rh_integer(1)})));
    check_kept(subset->as.matcher->subset);
    const rh_value *plain = rh_value_copy(*state, RH_LIST_OF(rh_integer(1)));
    assert_false(plain->flags & RH_MATCHING);
    assert_true(rh_value_copy(*state, RH_OBJECT_OF({"k", copy}))->flags & RH_MATCHING);
}

static void builders(void **state)
{
    char text[] = "a\0b", key[] = "k";
    const rh_value *string = rh_value_string(*state, text, 3);
    const rh_value *bytes = rh_value_bytes(*state, text, 3);
    const rh_value *object = rh_value_object(*state, &(rh_field){key, rh_string(text)}, 1);
    text[0] = key[0] = '!';
    assert_memory_equal(string->as.text, "a\0b", 4);
    assert_memory_equal(bytes->as.text, "a\0b", 4);
    assert_int_equal(bytes->kind, RH_BYTES);
    assert_string_equal(rh_text_of(rh_get(object, "k")), "a");
    const rh_value *items[] = {string, NULL, rh_integer(7)};
    const rh_value *list = rh_value_list(*state, items, 3);
    assert_ptr_equal(rh_at(list, 0), string);
    const rh_value *values[] = {
        string,
        bytes,
        object,
        list,
        rh_value_null(),
        rh_value_boolean(*state, true),
        rh_value_boolean(*state, false),
        rh_value_integer(*state, -5),
        rh_value_number(*state, 0.5),
        rh_value_number(*state, 2.0),
        rh_value_string(*state, NULL, 0),
        rh_value_bytes(*state, NULL, 0),
        rh_value_list(*state, NULL, 0),
        rh_value_object(*state, NULL, 0),
        rh_value_object_borrowing(*state, NULL, 0),
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        check_kept(values[i]);
    assert_true(rh_is_true(values[5]) && !rh_is_true(values[6]));
    assert_int_equal(values[6]->kind, RH_BOOLEAN);
    assert_true(rh_integer_of(values[7]) == -5);
    assert_true(rh_number_of(values[8]) == 0.5);
    assert_int_equal(values[9]->kind, RH_INTEGER);
}

static void keys_can_be_borrowed(void **state)
{
    static const char key[] = "key";
    char text[] = "text";
    const rh_field fields[] = {{key, rh_string(text)}, {key, NULL}};
    const rh_value *object = rh_value_object_borrowing(*state, fields, 2);
    text[0] = '!';
    check_kept(object);
    assert_int_equal(object->count, 1);
    assert_ptr_equal(object->as.fields[0].key, key);
    assert_string_equal(rh_text_of(rh_at(object, 0)), "text");
    assert_ptr_not_equal(rh_value_clone(*state, object)->as.fields[0].key, key);
}

/* An unknown value may know where it came from; a clone must not need the arena of the first. */
static void clones_keep_origins(void **state)
{
    rh_arena first, second;
    (void)state;
    rh_arena_init(&first, NULL, NULL);
    rh_arena_init(&second, NULL, NULL);
    rh_value unknown = {.kind = RH_UNKNOWN};
    unknown.as.text = rh_arena_string(&first, "steps.build.outputs.digest");
    const rh_value *clone = rh_value_clone(&second, &unknown);
    rh_arena_free(&first);
    assert_string_equal(clone->as.text, "steps.build.outputs.digest");
    rh_arena_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clones_keep_origins),
        cmocka_unit_test(copies_are_independent),
        cmocka_unit_test(texts_end_in_nul),
        cmocka_unit_test(null_pointers),
        cmocka_unit_test(copies_share_what_is_kept),
        cmocka_unit_test(clones_share_nothing),
        cmocka_unit_test(flags_travel),
        cmocka_unit_test(the_first_of_equal_keys_is_kept),
        cmocka_unit_test(equal_keys_in_large_objects),
        cmocka_unit_test(what_is_too_deep_becomes_unknown),
        cmocka_unit_test(matchers_are_copied),
        cmocka_unit_test(builders),
        cmocka_unit_test(keys_can_be_borrowed),
    };
    int failed = cmocka_run_group_tests_name("base/value", tests, set_up, tear_down);
    return failed != 0;
}
