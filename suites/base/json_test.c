#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/base64.h"
#include "sim/base/json.h"

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

/* A copy without a NUL or anything else behind it, so that a sanitizer sees reads past the end. */
static char *exact(rh_arena *arena, const char *bytes, size_t length)
{
    return length ? memcpy(rh_arena_alloc(arena, length), bytes, length) : NULL;
}

static const rh_value *read_text(rh_arena *arena, const char *text, size_t length)
{
    rh_error error = {.message = ""};
    const rh_value *value = rh_json_read(arena, exact(arena, text, length), length, NULL, &error);
    if (!value)
        fail_msg("%.60s: %s", text, error.message);
    return value;
}

static const rh_value *read_string(rh_arena *arena, const char *text)
{
    return read_text(arena, text, strlen(text));
}

static const char *written(rh_arena *arena, const rh_value *value, unsigned flags)
{
    rh_text text = rh_text_in(arena);
    rh_json_write(&text, value, flags);
    return rh_text_string(&text);
}

static rh_text read_file(rh_arena *arena, const char *folder, const char *name)
{
    const char *path = rh_format(arena, "%s/base/json/%s/%s", RH_SUITES_DIR, folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s is not there", path);
    rh_text text = rh_text_in(arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    return text;
}

static size_t count_files(const char *folder)
{
    char path[1000];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/base/json/%s", RH_SUITES_DIR, folder);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        count += strstr(entry->d_name, ".json") != NULL;
    closedir(directory);
    return count;
}

/* ---- reading -------------------------------------------------------------------------------- */

static void good_files_are_read(void **state)
{
    static const struct {
        const char *name;
        const char *compact; /* NULL: as in the file */
    } files[] = {
        {"scalars.json", "[null,true,false,0,-1,1.5,\"text\"]"},
        {"release.json",
         "{\"action\":\"published\",\"release\":{\"tag_name\":\"v1.2.0\",\"draft\":false,"
         "\"assets\":"
         "[{\"name\":\"rehearse-linux-amd64.tar.gz\",\"size\":1048576},"
         "{\"name\":\"rehearse-darwin-arm64.tar.gz\",\"size\":998001}],"
         "\"body\":\"## What's new\\n\\n* \\\"quoted\\\" \xe2\x80\x94 and \xf0\x9f\x9a\x80\\n\","
         "\"target_commitish\":null},\"repository\":{\"full_name\":\"octo/rehearse\","
         "\"stargazers_count\":80,\"score\":0.125}}"},
        {"spaces.json", "{\"a\":[],\"b\":[1,2],\"c\":{}}"},
        {"escapes.json", "[\"\\\"\\\\/\\b\\f\\n\\r\\t\",\"A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\","
                         "\"\\u0000\",\"\\u001f\x7f\"]"},
        {"utf8.json",
         "[\"gr\xc3\xbc\xc3\x9f"
         "e\",\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\",\"\xf0\x9f\x9a\x80\","
         "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"]"},
        {"numbers.json",
         "[0,0,0,1,1000,100,0.01,0.1,1.5e+300,9007199254740993,9007199254740993,"
         "9223372036854775807,-9223372036854775808,9223372036854776000,100000000000000000000,"
         "1e+21,5e-324,0,0.30000000000000004]"},
        {"duplicates.json", "{\"b\":1,\"a\":2,\"c\":5}"},
        {"empty.json", "[[],{},\"\",{\"\":\"\"}]"},
        {"deep.json", NULL},
        {"deepobjects.json", NULL},
    };
    enum { COUNT = sizeof files / sizeof files[0] };
    for (size_t i = 0; i < COUNT; i++) {
        rh_text file = read_file(*state, "ok", files[i].name);
        const rh_value *value = read_text(*state, file.data, file.length);
        const char *compact = written(*state, value, RH_JSON_COMPACT);
        assert_string_equal(compact, files[i].compact ? files[i].compact : rh_text_string(&file));
        assert_true(rh_equal(read_string(*state, compact), value));
        const char *pretty = written(*state, value, RH_JSON_PRETTY);
        assert_true(rh_equal(read_string(*state, pretty), value));
        assert_true(value->flags & RH_KEPT);
    }
    assert_int_equal(count_files("ok"), COUNT);
}

static const struct {
    const char *name;
    uint32_t line;
    uint32_t column;
    const char *message;
} bad_files[] = {
    {"empty.json", 1, 1, "expected a value, found end of text"},
    {"only-space.json", 2, 3, "expected a value, found end of text"},
    {"byte-order-mark.json", 1, 1,
     "expected a value, found a byte order mark; save the text without one"},
    {"two-values.json", 2, 1, "expected end of text, found '{'"},
    {"comment.json", 2, 3, "expected a key in double quotes, found '/'"},
    {"trailing-comma-list.json", 3, 1, "expected a value, found ']'"},
    {"trailing-comma-object.json", 1, 9, "expected a key in double quotes, found '}'"},
    {"missing-comma-list.json", 1, 4, "expected ',' or ']' after an item, found '2'"},
    {"missing-comma-object.json", 2, 2, "expected ',' or '}' after a field, found '\"'"},
    {"missing-colon.json", 1, 6, "expected ':' after a key, found '1'"},
    {"missing-value.json", 1, 6, "expected a value, found '}'"},
    {"open-list.json", 2, 1, "expected a value, found end of text"},
    {"open-object.json", 1, 8, "expected ',' or '}' after a field, found end of text"},
    {"open-key.json", 1, 2, "expected a key in double quotes, found end of text"},
    {"mismatch.json", 1, 9, "expected ',' or ']' after an item, found '}'"},
    {"mismatch2.json", 1, 5, "expected ',' or ']' after an item, found ':'"},
    {"bare-key.json", 1, 2, "expected a key in double quotes, found 'name'"},
    {"single-quotes.json", 1, 2, "expected a value, found '''"},
    {"capital-true.json", 1, 2, "expected a value, found 'True'"},
    {"nan.json", 1, 2, "expected a value, found 'NaN'"},
    {"nul.json", 1, 2, "expected a value, found 'nul'"},
    {"nullx.json", 1, 2, "expected a value, found 'nullx'"},
    {"infinity.json", 1, 2, "expected a number like -1, 0.5 or 2e10, found '-Infinity'"},
    {"leading-zero.json", 2, 3, "expected a number like -1, 0.5 or 2e10, found '01'"},
    {"leading-plus.json", 1, 2, "expected a value, found '+1'"},
    {"leading-point.json", 1, 2, "expected a value, found '.5'"},
    {"trailing-point.json", 1, 2, "expected a number like -1, 0.5 or 2e10, found '1.'"},
    {"hex.json", 1, 2, "expected a number like -1, 0.5 or 2e10, found '0x1F'"},
    {"minus.json", 1, 2, "expected a number like -1, 0.5 or 2e10, found '-'"},
    {"exponent.json", 1, 2, "expected a number like -1, 0.5 or 2e10, found '1e'"},
    {"too-large.json", 1, 5, "expected a number that fits in a double, found '1e400'"},
    {"too-large-negative.json", 1, 2, "expected a number that fits in a double, found '-1e400'"},
    {"long-number.json", 1, 2,
     "expected a number of at most 100,000 characters, found "
     "'1111111111111111111111111111111111111111...'"},
    {"open-string.json", 1, 6, "expected '\"' at the end of the string, found end of text"},
    {"newline-in-string.json", 1, 6,
     "expected control characters in a string to be escaped, found the control character 0x0a"},
    {"tab-in-string.json", 1, 3,
     "expected control characters in a string to be escaped, found the control character 0x09"},
    {"nul-byte.json", 1, 4, "expected a value, found the control character 0x00"},
    {"nul-in-string.json", 1, 3,
     "expected control characters in a string to be escaped, found the control character 0x00"},
    {"escape.json", 1, 5, "expected one of \"\\/bfnrtu after a backslash, found 'x41'"},
    {"escape-end.json", 1, 5, "expected one of \"\\/bfnrtu after a backslash, found end of text"},
    {"escape-short.json", 1, 7, "expected four hexadecimal digits after \\u, found '\"'"},
    {"escape-hex.json", 1, 7, "expected four hexadecimal digits after \\u, found 'g4'"},
    {"surrogate-high.json", 1, 5, "expected a pair of surrogates, found a lone \\ud83d"},
    {"surrogate-high-text.json", 1, 3, "expected a pair of surrogates, found a lone \\ud83d"},
    {"surrogate-low.json", 1, 3, "expected a pair of surrogates, found a lone \\ude00"},
    {"surrogate-pair.json", 1, 3, "expected a pair of surrogates, found a lone \\ud83d"},
    {"nul-in-key.json", 1, 11, "expected a key without \\u0000, found one"},
    {"utf8-byte.json", 1, 4,
     "expected '\"' at the end of the string, found the byte 0xff, which is not UTF-8"},
    {"utf8-cut.json", 1, 3,
     "expected '\"' at the end of the string, found the byte 0xe2, which is not UTF-8"},
    {"utf8-overlong.json", 1, 3,
     "expected '\"' at the end of the string, found the byte 0xc0, which is not UTF-8"},
    {"utf8-surrogate.json", 1, 3,
     "expected '\"' at the end of the string, found the byte 0xed, which is not UTF-8"},
    {"utf8-outside.json", 1, 2, "expected a value, found the byte 0xff, which is not UTF-8"},
    {"utf8-letter.json", 2, 13, "expected a value, found '\xc3\xbc'"},
    {"utf8-in-key.json", 1, 3,
     "expected '\"' at the end of the string, found the byte 0xff, which is not UTF-8"},
    {"too-deep.json", 1, 513, "expected at most 512 levels of lists and objects, found more"},
    {"too-deep-objects.json", 1, 2561,
     "expected at most 512 levels of lists and objects, found more"},
    {"delete.json", 1, 2, "expected a value, found the control character 0x7f"},
};

static void bad_files_are_refused(void **state)
{
    enum { COUNT = sizeof bad_files / sizeof bad_files[0] };
    for (size_t i = 0; i < COUNT; i++) {
        rh_text file = read_file(*state, "bad", bad_files[i].name);
        rh_error error = {.message = ""};
        const rh_value *value = rh_json_read(*state, exact(*state, file.data, file.length),
                                             file.length, bad_files[i].name, &error);
        if (value)
            fail_msg("%s is read", bad_files[i].name);
        assert_string_equal(error.message, bad_files[i].message);
        assert_string_equal(error.file, bad_files[i].name);
        if (error.line != bad_files[i].line || error.column != bad_files[i].column)
            fail_msg("%s: %u:%u", bad_files[i].name, error.line, error.column);
    }
    assert_int_equal(count_files("bad"), COUNT);
}

/* Each beginning of a good text is either good itself or refused, and nothing worse. */
static void cut_texts_are_refused(void **state)
{
    const char *text = "{\"a\": [1.5e3, \"\\ud83d\\ude00\xc3\xbc\", true], \"b\": {}}";
    for (size_t length = 0; length < strlen(text); length++) {
        rh_error error = {.message = ""};
        assert_null(rh_json_read(*state, exact(*state, text, length), length, NULL, &error));
        assert_string_equal(error.file, "");
        assert_int_equal(error.line, 1);
        assert_in_range(error.column, 1, length + 1);
        assert_null(rh_json_read(*state, text, length, NULL, NULL));
    }
}

static void huge_texts_are_refused(void **state)
{
    rh_error error;
    size_t size = ((size_t)1 << 30) + 1;
    assert_null(rh_json_read(*state, "[]", size, "huge.json", &error));
    assert_string_equal(error.message, "expected at most 1 GiB of JSON, found 1073741825 bytes");
    assert_string_equal(error.file, "huge.json");
    assert_int_equal(error.line, 0);
}

static void strings_keep_every_byte(void **state)
{
    const rh_value *value = read_string(*state, "[\"a\\u0000b\", \"plain\", \"\\n\", \"a\\nb\"]");
    assert_int_equal(rh_at(value, 0)->count, 3);
    assert_memory_equal(rh_at(value, 0)->as.text, "a\0b", 4);
    assert_string_equal(rh_text_of(rh_at(value, 1)), "plain");
    assert_string_equal(rh_text_of(rh_at(value, 2)), "\n");
    assert_string_equal(rh_text_of(rh_at(value, 3)), "a\nb");
}

static void kinds_of_numbers(void **state)
{
    static const struct {
        const char *text;
        rh_kind kind;
    } cases[] = {
        {"1", RH_INTEGER},      {"1.0", RH_INTEGER}, {"1e2", RH_INTEGER},
        {"1.5", RH_NUMBER},     {"-0", RH_INTEGER},  {"9223372036854775807", RH_INTEGER},
        {"1e-5", RH_NUMBER},    {"1e19", RH_NUMBER}, {"9223372036854775808", RH_NUMBER},
        {"1e-999", RH_INTEGER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(rh_kind_of(read_string(*state, cases[i].text)), cases[i].kind);
}

static void the_value_does_not_need_the_text(void **state)
{
    char text[] = "{\"key\": \"text\"}";
    const rh_value *value = rh_json_read(*state, text, strlen(text), NULL, NULL);
    memset(text, '!', sizeof text);
    assert_true(rh_equal(value, RH_OBJECT_OF({"key", rh_string("text")})));
}

static void many_keys_and_items(void **state)
{
    rh_text text = rh_text_in(*state);
    for (int i = 0; i < 20000; i++)
        rh_text_printf(&text, "%c\"key-%d\":[%d,{\"id\":%d}]", i ? ',' : '{', i % 15000, i, i);
    rh_text_putc(&text, '}');
    const rh_value *value = read_text(*state, text.data, text.length);
    assert_int_equal(value->count, 15000);
    for (size_t i = 0; i < 15000; i++) {
        assert_true(rh_integer_of(rh_at(rh_at(value, i), 0)) == (int64_t)i);
        assert_true(rh_integer_of(rh_get(rh_at(rh_at(value, i), 1), "id")) == (int64_t)i);
    }
}

/* ---- writing -------------------------------------------------------------------------------- */

static void special_values_are_written(void **state)
{
    const struct {
        const rh_value *value;
        const char *text;
    } cases[] = {
        {NULL, "null"},
        {RH_LIST_OF(NULL), "[null]"},
        {rh_unknown(), "{\"$unknown\":true}"},
        {RH_LITERAL_({.kind = RH_BYTES, .count = 3, .as = {.text = "\xff\x00\x01"}}),
         "{\"$bytes\":\"/wAB\"}"},
        {RH_ANY, "{\"$matcher\":\"anything\"}"},
        {RH_WHERE(NULL, NULL, "a \"good\" one"), "{\"$matcher\":\"a \\\"good\\\" one\"}"},
        {RH_WHERE(NULL, NULL, NULL), "{\"$matcher\":\"\"}"},
        {rh_number((double)NAN), "\"NaN\""},
        {rh_number((double)INFINITY), "\"Infinity\""},
        {rh_number(-(double)INFINITY), "\"-Infinity\""},
        {rh_integer(INT64_MIN), "-9223372036854775808"},
        {rh_number(0.1), "0.1"},
        {RH_LITERAL_({.kind = RH_STRING}), "\"\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(written(*state, cases[i].value, RH_JSON_COMPACT), cases[i].text);
}

static void strings_are_escaped(void **state)
{
    static const struct {
        const char *string;
        size_t length;
        const char *text;
    } cases[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
        {"gr\xc3\xbc\xf0\x9f\x9a\x80", 8, "\"gr\xc3\xbc\xf0\x9f\x9a\x80\""},
        {"a\xff"
         "b",
         3,
         "\"a\xef\xbf\xbd"
         "b\""},
        {"\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc3\xbc", 1, "\"\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text text = rh_text_in(*state);
        rh_json_write_string(&text, exact(*state, cases[i].string, cases[i].length),
                             cases[i].length);
        assert_string_equal(rh_text_string(&text), cases[i].text);
    }
    assert_string_equal(written(*state, RH_OBJECT_OF({"a\"\n", NULL}), RH_JSON_COMPACT),
                        "{\"a\\\"\\n\":null}");
}

static void secrets_are_hidden(void **state)
{
    rh_value password = *rh_string("hunter2"), number = *rh_integer(42);
    rh_value list = *RH_LIST_OF(rh_string("hunter2")), tainted = *rh_string("seen");
    password.flags = number.flags = list.flags = RH_SECRET;
    tainted.flags = RH_TAINTED;
    const rh_value *literal = RH_OBJECT_OF({"password", &password}, {"list", &list},
                                           {"number", &number}, {"tainted", &tainted});
    const rh_value *values[] = {literal, rh_value_copy(*state, literal),
                                rh_value_clone(*state, literal)};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(
            written(*state, values[i], RH_JSON_COMPACT),
            "{\"password\":\"***\",\"list\":\"***\",\"number\":\"***\",\"tainted\":\"seen\"}");
        assert_string_equal(
            written(*state, values[i], RH_JSON_SHOW_SECRETS),
            "{\"password\":\"hunter2\",\"list\":[\"hunter2\"],\"number\":42,\"tainted\":\"seen\"}");
    }
}

static void pretty_text_has_one_field_a_line(void **state)
{
    const rh_value *value =
        RH_OBJECT_OF({"a", rh_integer(1)},
                     {"list", RH_LIST_OF(rh_string("x"), RH_LITERAL_({.kind = RH_LIST}))},
                     {"object", RH_OBJECT_OF({"deep", RH_LITERAL_({.kind = RH_OBJECT})})});
    assert_string_equal(written(*state, value, RH_JSON_PRETTY), "{\n"
                                                                "  \"a\": 1,\n"
                                                                "  \"list\": [\n"
                                                                "    \"x\",\n"
                                                                "    []\n"
                                                                "  ],\n"
                                                                "  \"object\": {\n"
                                                                "    \"deep\": {}\n"
                                                                "  }\n"
                                                                "}");
}

static void what_is_too_deep_is_unknown(void **state)
{
    const rh_value *one = rh_integer(1);
    rh_value lists[514];
    const rh_value *items[514];
    for (size_t i = 0; i < 514; i++) {
        items[i] = i ? &lists[i - 1] : one;
        lists[i] = (rh_value){.kind = RH_LIST, .count = 1, .as = {.items = &items[i]}};
    }
    assert_null(strstr(written(*state, &lists[511], RH_JSON_COMPACT), "unknown"));
    assert_non_null(
        strstr(written(*state, &lists[512], RH_JSON_COMPACT), "[[{\"$unknown\":true}]]"));
    assert_true(rh_equal(rh_value_copy(*state, &lists[511]),
                         read_string(*state, written(*state, &lists[511], RH_JSON_COMPACT))));
}

static void base64(void **state)
{
    static const struct {
        const char *bytes;
        const char *text;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
        {"\xff", "/w=="},
        {"\xff\xff", "//8="},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i].bytes);
        rh_text text = rh_text_in(*state);
        rh_base64_write(&text, exact(*state, cases[i].bytes, length), length);
        assert_string_equal(rh_text_string(&text), cases[i].text);
        rh_text bytes = rh_text_in(*state);
        assert_true(rh_base64_read(&bytes, cases[i].text, strlen(cases[i].text)));
        assert_string_equal(rh_text_string(&bytes), cases[i].bytes);
    }
}

static void base64_is_read_in_either_alphabet_with_and_without_padding(void **state)
{
    static const struct {
        const char *text;
        const char *bytes; /* NULL: it is none */
    } cases[] = {
        {"-_-_", "\xfb\xff\xbf"}, {"Zg", "f"},     {"Zm8", "fo"},    {"Zg=", "f"}, {"Z", NULL},
        {"Zg==Zg==", NULL},       {"Zm 9v", NULL}, {"Zm9v\n", NULL}, {"=", ""},    {"===", NULL},
        {"Zm9v*", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text bytes = rh_text_in(*state);
        size_t length = strlen(cases[i].text);
        bool good = rh_base64_read(&bytes, exact(*state, cases[i].text, length), length);
        assert_int_equal(good, cases[i].bytes != NULL);
        if (good)
            assert_string_equal(rh_text_string(&bytes), cases[i].bytes);
    }
}

/* ---- how long it would be -------------------------------------------------------------------- */

/* The size is that of the text, and the weight of a kept value is no less. */
static void sizes_are_those_of_the_text(void **state)
{
    static const char *const texts[] = {
        "null",
        "true",
        "false",
        "0",
        "-9223372036854775808",
        "1.5e-300",
        "\"\"",
        "\"plain\"",
        "\"\\u0001\\u001f\\n\\t\\\"\\\\\"",
        "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
        "[]",
        "{}",
        "[1,[2,[3,[]]],{\"a\\\"b\":null}]",
        "{\"one\":1,\"two\":[true,false],\"\":{\"deep\":\"\\u0002\"}}",
        "{\"$bytes\":\"AAEC\"}",
        "{\"$unknown\":true}",
    };
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rh_error error;
        const rh_value *read = rh_json_read(&arena, texts[i], strlen(texts[i]), NULL, &error);
        assert_non_null(read);
        const rh_value *value = rh_value_clone(&arena, read);
        rh_text text = rh_text_in(&arena);
        rh_json_write(&text, value, RH_JSON_SHOW_SECRETS);
        assert_int_equal(rh_json_size(value), text.length);
        assert_true(value->weight > 0);
        assert_true((UINT64_C(1) << value->weight) >= text.length);
    }
    rh_value bad = rh_string_value("a\xff"
                                   "b");
    assert_int_equal(rh_json_size(&bad), 7); /* U+FFFD */
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_read),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(cut_texts_are_refused),
        cmocka_unit_test(huge_texts_are_refused),
        cmocka_unit_test(strings_keep_every_byte),
        cmocka_unit_test(kinds_of_numbers),
        cmocka_unit_test(the_value_does_not_need_the_text),
        cmocka_unit_test(many_keys_and_items),
        cmocka_unit_test(special_values_are_written),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(secrets_are_hidden),
        cmocka_unit_test(pretty_text_has_one_field_a_line),
        cmocka_unit_test(what_is_too_deep_is_unknown),
        cmocka_unit_test(base64),
        cmocka_unit_test(base64_is_read_in_either_alphabet_with_and_without_padding),
        cmocka_unit_test(sizes_are_those_of_the_text),
    };
    int failed = cmocka_run_group_tests_name("base/json", tests, set_up, tear_down);
    return failed != 0;
}
