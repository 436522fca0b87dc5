/* YAML as a tree: types of the core schema, places, limits, mistakes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/yaml.h"

static rh_arena arena;

static const rh_yaml *read_with(const char *text, const rh_yaml_options *options, rh_error *error)
{
    return rh_yaml_read(&arena, text, strlen(text), "file.yml", options, error);
}

static const rh_yaml *read_good(const char *text)
{
    rh_error error = {.message = ""};
    const rh_yaml *root = read_with(text, NULL, &error);
    if (!root)
        fail_msg("'%s': %u:%u: %s", text, error.line, error.column, error.message);
    return root;
}

/* As JSON, which tells 1 from "1". */
static const char *as_json(const char *text)
{
    rh_text json = rh_text_in(&arena);
    rh_json_write(&json, rh_yaml_value(&arena, read_good(text)), RH_JSON_COMPACT);
    return rh_text_string(&json);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void plain_scalars_have_the_types_of_the_core_schema(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"null", "null"},
        {"Null", "null"},
        {"NULL", "null"},
        {"~", "null"},
        {"", "null"},
        {"nULL", "\"nULL\""},
        {"true", "true"},
        {"True", "true"},
        {"TRUE", "true"},
        {"false", "false"},
        {"False", "false"},
        {"FALSE", "false"},
        {"yes", "\"yes\""},
        {"on", "\"on\""},
        {"off", "\"off\""},
        {"n", "\"n\""},
        {"0", "0"},
        {"-0", "0"},
        {"007", "7"},
        {"+12", "12"},
        {"-19", "-19"},
        {"0o14", "12"},
        {"0o18", "\"0o18\""},
        {"0x1F", "31"},
        {"0xg", "\"0xg\""},
        {"0x", "\"0x\""},
        {"-0x1", "\"-0x1\""},
        {"0b1", "\"0b1\""},
        {"1_000", "\"1_000\""},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775808", "9223372036854776000"},
        {"1.5", "1.5"},
        {"1.", "1"},
        {".5", "0.5"},
        {"-.5", "-0.5"},
        {"+1.25e+2", "125"},
        {"1e3", "1000"},
        {"1e", "\"1e\""},
        {"e3", "\"e3\""},
        {".", "\".\""},
        {"..", "\"..\""},
        {"1.2.0", "\"1.2.0\""},
        {"12:30", "\"12:30\""},
        {"2026-01-01", "\"2026-01-01\""},
        {".inf", "\"Infinity\""},
        {"-.INF", "\"-Infinity\""},
        {".nan", "\"NaN\""},
        {"90s", "\"90s\""},
        {"'1'", "\"1\""},
        {"\"true\"", "\"true\""},
        {"'null'", "\"null\""},
        {"''", "\"\""},
        {"|\n  1\n", "\"1\\n\""},
        {">-\n  a\n  b\n", "\"a b\""},
        {"!!str 5", "\"5\""},
        {"! 5", "\"5\""},
        {"!!int '5'", "5"},
        {"!!float 5", "5"},
        {"!!null ''", "null"},
        {"!!bool true", "true"},
        {"\xef\xbb\xbf"
         "1",
         "1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(as_json(cases[i][0]), cases[i][1]);
}

static void collections_keep_their_order(void **state)
{
    (void)state;
    assert_string_equal(as_json("b: 1\na: [x, {y: ~}]\n? c\n: - 1\n  - - 2\n"),
                        "{\"b\":1,\"a\":[\"x\",{\"y\":null}],\"c\":[1,[2]]}");
    assert_string_equal(as_json("{}"), "{}");
    assert_string_equal(as_json("[]"), "[]");
    assert_string_equal(as_json("---\na: 1\n...\n"), "{\"a\":1}");
    assert_string_equal(as_json("# only a comment\n"), "null");
    assert_string_equal(as_json("1: a\ntrue: b\n"), "{\"1\":\"a\",\"true\":\"b\"}");
}

static void aliases_are_the_nodes_of_their_anchors(void **state)
{
    (void)state;
    assert_string_equal(as_json("a: &x {n: 1}\nb: *x\nc: &x 2\nd: *x\n"),
                        "{\"a\":{\"n\":1},\"b\":{\"n\":1},\"c\":2,\"d\":2}");
    const rh_yaml *root = read_good("a: &x [1, 2]\nb: *x\n");
    assert_int_equal(root->size, 1 + 2 + 3 + 3);
    assert_int_equal(rh_yaml_get(root, "b")->line, 1);
    assert_string_equal(as_json("<<: 1\n"), "{\"<<\":1}");
}

/* ---- places ---------------------------------------------------------------------------------- */

static void assert_place(const rh_yaml *node, uint32_t line, uint32_t column)
{
    assert_int_equal(node->line, line);
    assert_int_equal(node->column, column);
}

static void every_node_knows_its_place(void **state)
{
    (void)state;
    static const char text[] = "a: 1\n"
                               "\xc3\xa4\xc3\xb6: \xc3\xbc # letters of two bytes\r\n"
                               "list:\n"
                               "  - one\n"
                               "  -   {k: [v,  w]}\n"
                               "end: |\n"
                               "  text\n"
                               "\n"
                               "last: 'q'\n";
    const rh_yaml *root = read_good(text);
    assert_place(root, 1, 1);
    assert_place(root->as.pairs[1].key, 2, 1);
    assert_place(root->as.pairs[1].value, 2, 7);
    const rh_yaml *list = rh_yaml_get(root, "list");
    assert_place(list, 4, 3);
    assert_place(list->as.items[1], 5, 7);
    const rh_yaml *inner = rh_yaml_get(list->as.items[1], "k");
    assert_place(inner, 5, 11);
    assert_place(inner->as.items[1], 5, 16);
    assert_place(rh_yaml_get(root, "end"), 6, 6);
    assert_place(rh_yaml_get(root, "last"), 9, 7);
    assert_int_equal(root->depth, 4);
}

static const char *written(const char *text, const rh_yaml *node)
{
    return rh_arena_text(&arena, text + node->begin, node->end - node->begin);
}

static void every_node_knows_what_was_written(void **state)
{
    (void)state;
    static const char text[] = "\xc3\xa4: \"\xc3\xb6\"\n"
                               "flow: [1, {a: b}] # comment\n"
                               "block:\n"
                               "  x: 1\n"
                               "  y:\n"
                               "    - 2\n"
                               "    - three\n"
                               "\n"
                               "# comment\n"
                               "none:\n"
                               "last: end\n";
    const rh_yaml *root = read_good(text);
    assert_string_equal(written(text, root->as.pairs[0].value), "\"\xc3\xb6\"");
    assert_string_equal(written(text, rh_yaml_get(root, "flow")), "[1, {a: b}]");
    assert_string_equal(written(text, rh_yaml_get(root, "block")),
                        "x: 1\n  y:\n    - 2\n    - three");
    assert_string_equal(written(text, rh_yaml_get(root, "none")), "");
    assert_string_equal(written(text, rh_yaml_get(root, "last")), "end");
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static const struct {
    const char *text;
    uint32_t line, column;
    const char *message;
} mistakes[] = {
    {"a: 1\na: 2\n", 2, 1, "the key 'a' stands here twice, first in line 1"},
    {"a: &x [*x]", 1, 8, "'*x' stands inside its own anchor"},
    {"a: *x", 1, 4, "there is no anchor '&x' before this"},
    {"a: *x\nb: &x 1", 1, 4, "there is no anchor '&x' before this"},
    {"a: !!set {}", 1, 4, "unknown tag '!!set'; quote the text if no tag is meant"},
    {"a: !x 1", 1, 4, "unknown tag '!x'; quote the text if no tag is meant"},
    {"a: !!int x", 1, 4, "'x' is not what its tag !!int says"},
    {"[1]: 2", 1, 1, "a key must be text, not a list or mapping; quote it"},
    {"\"a\\0b\": 2", 1, 1, "a key holds the character NUL"},
    {"--- 1\n--- 2", 2, 1, "a second document; a file is one document"},
    {"a: 'b", 1, 4, "the file ends inside quotes"},
    {"a: [b", 1, 6, "the file ends inside a list in brackets that begins in line 1"},
    {"a: {b: 1\nc", 2, 2, "the file ends inside a mapping in braces that begins in line 1"},
    {"a: b: c", 1, 5,
     "a ': ' where no key can stand; quote the text, or begin the key on a line of its own with "
     "the "
     "indentation of its neighbours"},
    {"a:\n\tb: 1", 2, 1, "a tab; YAML indents with spaces"},
    {"a: \"\\q\"", 1, 5,
     "an unknown escape in double quotes; use single quotes for text with backslashes"},
    {"a: \x01", 1, 4, "a control character; write it as an escape in double quotes"},
    {"a: \xff", 1, 4, "not UTF-8"},
    {"a: \xc3", 1, 4, "not UTF-8"},
    {"a: %x", 1, 4, "a value cannot begin with '%'; quote it"},
};

static void mistakes_are_told_in_words_that_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        rh_error error = {.message = ""};
        assert_null(read_with(mistakes[i].text, NULL, &error));
        assert_string_equal(error.message, mistakes[i].message);
        assert_string_equal(error.file, "file.yml");
        assert_int_equal(error.line, mistakes[i].line);
        assert_int_equal(error.column, mistakes[i].column);
    }
}

static void keys_can_be_compared_without_case(void **state)
{
    (void)state;
    rh_error error;
    const rh_yaml_options fold = {.fold_keys = true};
    assert_non_null(read_with("a: 1\nA: 2", NULL, &error));
    assert_null(read_with("a: 1\nA: 2", &fold, &error));
    assert_string_equal(error.message, "the key 'A' stands here twice, first in line 1");
}

static void limits_hold(void **state)
{
    (void)state;
    rh_error error;
    assert_non_null(read_with("[1, 2]", &(rh_yaml_options){.max_nodes = 3}, &error));
    assert_null(read_with("[1, 2]", &(rh_yaml_options){.max_nodes = 2}, &error));
    assert_string_equal(error.message, "more than 2 nodes (aliases count as often as used)");
    assert_non_null(read_with("[[1]]", &(rh_yaml_options){.max_depth = 2}, &error));
    assert_null(read_with("[[1]]", &(rh_yaml_options){.max_depth = 1}, &error));
    assert_string_equal(error.message, "nested deeper than 1 levels");
    assert_null(read_with("{a: &x [1], b: [*x]}", &(rh_yaml_options){.max_depth = 2}, &error));
    assert_null(read_with("12345", &(rh_yaml_options){.max_bytes = 4}, &error));
    assert_string_equal(error.message, "larger than 4 bytes");
}

/* Nine levels of nine aliases each: a billion nodes in 300 bytes. */
static void laughs_are_counted(void **state)
{
    (void)state;
    rh_error error;
    rh_text text = rh_text_in(&arena);
    rh_text_puts(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
        rh_text_printf(&text, "a%d: &a%d [", i, i);
        for (int j = 0; j < 9; j++)
            rh_text_printf(&text, "%s*a%d", j ? "," : "", i - 1);
        rh_text_puts(&text, "]\n");
    }
    assert_null(read_with(rh_text_string(&text), NULL, &error));
    assert_string_equal(error.message, "more than 50000 nodes (aliases count as often as used)");
}

/* Duplicates are found by a table: this would take minutes otherwise. */
static void many_keys_are_read_quickly(void **state)
{
    (void)state;
    rh_text text = rh_text_in(&arena);
    for (int i = 0; i < 24000; i++)
        rh_text_printf(&text, "key%d: %d\n", i, i);
    const rh_yaml *root = read_good(rh_text_string(&text));
    assert_int_equal(root->count, 24000);
    assert_place(root->as.pairs[23999].value, 24000, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_scalars_have_the_types_of_the_core_schema),
        cmocka_unit_test(collections_keep_their_order),
        cmocka_unit_test(aliases_are_the_nodes_of_their_anchors),
        cmocka_unit_test(every_node_knows_its_place),
        cmocka_unit_test(every_node_knows_what_was_written),
        cmocka_unit_test(mistakes_are_told_in_words_that_help),
        cmocka_unit_test(keys_can_be_compared_without_case),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(laughs_are_counted),
        cmocka_unit_test(many_keys_are_read_quickly),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
