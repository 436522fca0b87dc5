/* Expressions of GitHub Actions, from the .test files beside this one. Each line of them is a case:
 *
 *     EXPR => KIND VALUE          the value, as JSON; "secret" and "tainted" before the kind
 *     EXPR => unknown "ORIGIN"
 *     EXPR => error STAGE MESSAGE
 *     EXPR -> TEXT                how it is written after rewriting
 *     EXPR ?> truthy              falsy, unknown
 *
 * EXPR in double quotes is a JSON string. What these lines set holds until they come again:
 *
 *     read expression             or template, condition
 *     allowed github status       names of contexts, and status, job-status, hash-files; anything
 *     contexts {"github": {}}     {"$unknown": "origin"}, {"$secret": x} and {"$tainted": x} stand
 *                                 for such values; one line
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/expression/expression.h"

static const char *const context_names[] = {
#define X(name, text) text,
    RH_EXPRESSION_CONTEXTS(X)
#undef X
};

struct reading {
    const char *file;
    int line;
    rh_arena arena;
    const rh_value *contexts;
    const char *names[64]; /* of contexts that GitHub does not have */
    uint32_t allowed;
    char mode; /* 'e', 't', 'c' */
    size_t cases;
};

/* ---- contexts -------------------------------------------------------------------------------- */

static const rh_value *convert(rh_arena *arena, const rh_value *value)
{
    size_t count = rh_count_of(value);
    if (!count)
        return value;
    if (value->kind == RH_LIST) {
        const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, count);
        for (size_t i = 0; i < count; i++)
            items[i] = convert(arena, rh_at(value, i));
        return rh_value_list(arena, items, count);
    }
    if (rh_get(value, "$unknown"))
        return rh_value_unknown(arena, rh_text_of(rh_get(value, "$unknown")), 0);
    if (rh_get(value, "$secret"))
        return rh_value_flagged(arena, convert(arena, rh_get(value, "$secret")), RH_SECRET);
    if (rh_get(value, "$tainted"))
        return rh_value_flagged(arena, convert(arena, rh_get(value, "$tainted")), RH_TAINTED);
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, count);
    for (size_t i = 0; i < count; i++)
        fields[i] = (rh_field){value->as.fields[i].key, convert(arena, value->as.fields[i].value)};
    return rh_value_object(arena, fields, count);
}

static const rh_value *read_json(struct reading *r, const char *text)
{
    rh_error error;
    const rh_value *value = rh_json_read(&r->arena, text, strlen(text), r->file, &error);
    if (!value)
        fail_msg("%s:%d: %s in: %s", r->file, r->line, error.message, text);
    return value;
}

static void set_contexts(struct reading *r, const char *json)
{
    size_t count = 0;
    r->contexts = convert(&r->arena, read_json(r, json));
    for (size_t i = 0; i < rh_count_of(r->contexts) && count < 63; i++)
        r->names[count++] = r->contexts->as.fields[i].key;
    r->names[count] = NULL;
}

static const rh_value *answer(void *data, rh_expression_context context)
{
    const struct reading *r = data;
    size_t index = (size_t)context;
    return rh_get(r->contexts, index < RH_CONTEXT_COUNT ? context_names[index]
                                                        : r->names[index - RH_CONTEXT_COUNT]);
}

/* failure() is unknown when it is asked for "maybe", and true for "broken". */
static rh_truth answer_status(void *data, rh_status_function function,
                              const rh_value *const *arguments, size_t count)
{
    (void)data;
    if (function == RH_STATUS_FAILURE && count)
        return strcmp(rh_text_of(arguments[0]), "maybe") == 0    ? RH_TRUTH_UNKNOWN
               : strcmp(rh_text_of(arguments[0]), "broken") == 0 ? RH_TRUTHY
                                                                 : RH_FALSY;
    return function == RH_STATUS_ALWAYS || function == RH_STATUS_SUCCESS ? RH_TRUTHY : RH_FALSY;
}

/* The patterns, joined. */
static const rh_value *answer_hash(void *data, const rh_value *const *patterns, size_t count)
{
    struct reading *r = data;
    rh_text text = rh_text_in(&r->arena);
    for (size_t i = 0; i < count; i++)
        rh_text_printf(&text, "<%s>", rh_text_of(patterns[i]));
    return rh_value_string(&r->arena, text.data, text.length);
}

static uint32_t read_allowed(const char *names)
{
    static const struct {
        const char *name;
        uint32_t bits;
    } others[] = {{"status", RH_USES_STATUS},
                  {"job-status", RH_USES_JOB_STATUS},
                  {"hash-files", RH_USES_HASH_FILES},
                  {"anything", (uint32_t)RH_USES_ANYTHING}};
    uint32_t bits = 0;
    for (size_t length; *names; names += length + (names[length] == ' ')) {
        length = strcspn(names, " ");
        for (size_t i = 0; i < RH_CONTEXT_COUNT; i++)
            if (strlen(context_names[i]) == length && !strncmp(context_names[i], names, length))
                bits |= 1u << i;
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
            if (strlen(others[i].name) == length && !strncmp(others[i].name, names, length))
                bits |= others[i].bits;
    }
    return bits;
}

/* ---- cases ----------------------------------------------------------------------------------- */

static const rh_expression *read_text(struct reading *r, const char *text, size_t length,
                                      rh_expression_error *error)
{
    if (r->mode == 't')
        return rh_expression_template(&r->arena, text, length, r->allowed, error);
    if (r->mode == 'c')
        return rh_expression_condition(&r->arena, text, length, r->allowed, error);
    return rh_expression_parse_with(&r->arena, text, length, r->allowed, r->names, error);
}

static const char *kind_name(const rh_value *value)
{
    return value->kind == RH_INTEGER ? "number"
           : value->kind == RH_LIST  ? "array"
                                     : rh_kind_name(value->kind);
}

/* In the form of the files. */
static const char *describe(struct reading *r, const rh_value *value,
                            const rh_expression_error *error)
{
    static const char *const stages[] = {"lexing", "parsing", "evaluation"};
    rh_text text = rh_text_in(&r->arena);
    if (!value)
        return rh_format(&r->arena, "error %s %s", stages[error->stage], error->message);
    rh_text_puts(&text, value->flags & RH_SECRET ? "secret " : "");
    rh_text_puts(&text, value->flags & RH_TAINTED ? "tainted " : "");
    rh_text_printf(&text, "%s ", kind_name(value));
    if (value->kind == RH_UNKNOWN)
        rh_text_printf(&text, "\"%s\"", rh_value_origin(value));
    else
        rh_json_write(&text, value, RH_JSON_COMPACT | RH_JSON_SHOW_SECRETS);
    return rh_text_string(&text);
}

static void compare(struct reading *r, const char *expected, const char *got)
{
    if (strcmp(expected, got) != 0)
        fail_msg("%s:%d:\n  expected %s\n  got      %s", r->file, r->line, expected, got);
}

static void check_case(struct reading *r, const char *text, size_t length, char sign,
                       const char *expected)
{
    static const char *const truths[] = {"falsy", "truthy", "unknown"};
    const rh_expression_scope scope = {r, answer, answer_status, answer_hash};
    rh_expression_error error = {.message = ""};
    const rh_expression *expression = read_text(r, text, length, &error);
    r->cases++;
    if (sign == '=' || !expression) {
        const rh_value *value =
            expression ? rh_expression_evaluate(&r->arena, expression, &scope, &error) : NULL;
        compare(r, expected, describe(r, value, &error));
    } else if (sign == '?') {
        compare(r, expected, truths[rh_expression_truth(&r->arena, expression, &scope, &error)]);
    } else {
        rh_text written = rh_text_in(&r->arena);
        rh_expression_write(&written, expression);
        compare(r, expected, rh_text_string(&written));
    }
}

/* Where the sign stands, with its spaces; NULL if there is none. */
static const char *find_sign(const char *line)
{
    static const char *const signs[] = {" => ", " -> ", " ?> "};
    const char *first = NULL;
    for (size_t i = 0; i < 3; i++) {
        const char *at = strstr(line, signs[i]);
        if (at && (!first || at < first))
            first = at;
    }
    return first;
}

static void read_line(struct reading *r, const char *line)
{
    const char *sign = find_sign(line);
    if (!*line || *line == '#') {
        return;
    } else if (strncmp(line, "read ", 5) == 0) {
        r->mode = line[5];
    } else if (strncmp(line, "allowed ", 8) == 0) {
        r->allowed = read_allowed(line + 8);
    } else if (strncmp(line, "contexts ", 9) == 0) {
        set_contexts(r, line + 9);
    } else if (!sign) {
        fail_msg("%s:%d: expected a case, found: %s", r->file, r->line, line);
    } else {
        const char *text = rh_arena_text(&r->arena, line, (size_t)(sign - line));
        size_t length = strlen(text);
        if (*text == '"') {
            const rh_value *string = read_json(r, text);
            text = rh_text_of(string);
            length = string->count;
        }
        check_case(r, text, length, sign[1], sign + 4);
    }
}

static void run_file(const char *name, size_t least)
{
    static char line[16384];
    struct reading r = {.file = name, .mode = 'e', .allowed = (uint32_t)RH_USES_ANYTHING};
    char path[512];
    snprintf(path, sizeof path, "%s/expression/%s", RH_SUITES_DIR, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    rh_arena_init(&r.arena, NULL, NULL);
    for (r.line = 1; fgets(line, sizeof line, file); r.line++) {
        line[strcspn(line, "\n")] = '\0';
        read_line(&r, line);
    }
    fclose(file);
    rh_arena_free(&r.arena);
    if (r.cases < least)
        fail_msg("%s: expected at least %zu cases, found %zu", name, least, r.cases);
}

#define FILES(X)                                                                                   \
    X(literals, 40)                                                                                \
    X(operators, 90)                                                                               \
    X(strings, 50)                                                                                 \
    X(numbers, 50)                                                                                 \
    X(access, 60)                                                                                  \
    X(functions, 90)                                                                               \
    X(json, 80)                                                                                    \
    X(errors, 70)                                                                                  \
    X(templates, 40)                                                                               \
    X(conditions, 30)                                                                              \
    X(unknown, 70)                                                                                 \
    X(written, 20)

#define X(name, least)                                                                             \
    static void test_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        run_file(#name ".test", least);                                                            \
    }
FILES(X)
#undef X

/* ---- what does not fit on a line ------------------------------------------------------------- */

static rh_arena arena;

static int open_arena(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

/* `before` and `behind` that many times around `middle`. */
static const char *nest(const char *before, const char *middle, const char *behind, int times)
{
    rh_text text = rh_text_in(&arena);
    for (int i = 0; i < times; i++)
        rh_text_puts(&text, before);
    rh_text_puts(&text, middle);
    for (int i = 0; i < times; i++)
        rh_text_puts(&text, behind);
    return rh_text_string(&text);
}

static const char *error_of(const char *text)
{
    static rh_expression_error error;
    error.message[0] = '\0';
    const rh_expression *expression =
        rh_expression_parse(&arena, text, strlen(text), (uint32_t)RH_USES_ANYTHING, &error);
    assert_int_equal(expression == NULL, error.message[0] != '\0');
    return error.message;
}

static void test_depth(void **state)
{
    static const char too_deep[] = "Exceeded max expression depth 50";
    (void)state;
    assert_string_equal(error_of(nest("!", "1", "", 49)), "");
    assert_string_equal(error_of(nest("!", "1", "", 50)), too_deep);
    assert_string_equal(error_of(nest("(", "1", ")", 5000)), "");
    assert_string_equal(error_of(nest("format(", "1", ")", 49)), "");
    assert_string_equal(error_of(nest("format(", "1", ")", 50)), too_deep);
    assert_string_equal(error_of(nest("", "github", ".a", 49)), "");
    assert_string_equal(error_of(nest("", "github", ".a", 50)), too_deep);
    assert_string_equal(error_of(nest("", "github", ".a", 10000)), too_deep);
    assert_string_equal(error_of(nest("1 == ", "1", "", 49)), "");
    assert_string_equal(error_of(nest("1 == ", "1", "", 50)), too_deep);
    /* Chains of && and || are one level, also in parentheses. */
    assert_string_equal(error_of(nest("1 && ", "1", "", 4000)), "");
    assert_string_equal(error_of(nest("1 || (", "1", ")", 2000)), "");
}

static void test_length(void **state)
{
    static const char too_long[] = "Exceeded max expression length 21000";
    (void)state;
    assert_string_equal(error_of(nest("", "1", " ", 20999)), "");
    assert_string_equal(error_of(nest("", "1", " ", 21000)), too_long);
    /* UTF-16 units are counted, not bytes. */
    assert_string_equal(error_of(nest("", "", "", 0)), "");
    assert_string_equal(error_of(rh_format(&arena, "'%s'", nest("", "", "\xc3\xa4", 20998))), "");
    assert_string_equal(error_of(rh_format(&arena, "'%s'", nest("", "", "\xc3\xa4", 20999))),
                        too_long);
}

static void test_template_length(void **state)
{
    rh_expression_error error;
    const char *text = rh_format(&arena, "%s${{ github.ref }}", nest("", "", "x", 20975));
    (void)state;
    /* format('xxx{0}', github.ref) */
    assert_non_null(rh_expression_template(&arena, text, strlen(text), RH_USES_GITHUB, &error));
    text = rh_format(&arena, "%s${{ github.ref }}", nest("", "", "x", 20976));
    assert_null(rh_expression_template(&arena, text, strlen(text), RH_USES_GITHUB, &error));
    assert_string_equal(error.message, "Exceeded max expression length 21000");
    text = nest("${{ 1 }}", "", "", 255);
    assert_null(rh_expression_template(&arena, text, strlen(text), 0, &error));
}

/* What is kept borrows nothing: the text may change afterwards. */
static void test_borrows_nothing(void **state)
{
    char text[] = "format('a{0}', github.ref)";
    rh_expression_error error;
    (void)state;
    const rh_expression *expression =
        rh_expression_parse(&arena, text, strlen(text), RH_USES_GITHUB, &error);
    assert_non_null(expression);
    memset(text, '#', sizeof text - 1);
    const rh_value *value = rh_expression_evaluate(&arena, expression, NULL, &error);
    assert_non_null(value);
    assert_string_equal(rh_text_of(value), "a");
}

static void test_constants(void **state)
{
    rh_expression_error error;
    (void)state;
#define CONSTANT(text)                                                                             \
    rh_expression_constant(                                                                        \
        rh_expression_parse(&arena, text, strlen(text), (uint32_t)RH_USES_ANYTHING, &error))
    assert_string_equal(rh_text_of(CONSTANT("format('{0}', 'x')")), "x");
    assert_true(rh_is_true(CONSTANT("1 == 1")));
    assert_null(CONSTANT("github.ref"));
    assert_null(CONSTANT("false && github.ref"));
    assert_null(CONSTANT("always()"));
    assert_null(CONSTANT("hashFiles('x')"));
    assert_null(CONSTANT("fromJSON('x')"));
#undef CONSTANT
}

static void tell(void *data, rh_expression_context context, const char *const *path, size_t count,
                 size_t offset)
{
    rh_text *text = data;
    rh_text_printf(text, "%zu %s", offset, context_names[context]);
    for (size_t i = 0; i < count; i++)
        rh_text_printf(text, ".%s", path[i]);
    rh_text_puts(text, "; ");
}

static void test_references(void **state)
{
    static const char source[] = "a ${{ needs.Build.outputs['x'] && needs[matrix.os].y }} "
                                 "${{ env.*.a }} ${{ format('{0}', secrets.T) }} ${{ github }}";
    rh_expression_error error;
    rh_text text = rh_text_in(&arena);
    (void)state;
    const rh_expression *expression =
        rh_expression_template(&arena, source, strlen(source), (uint32_t)RH_USES_ANYTHING, &error);
    rh_expression_references(expression, tell, &text);
    assert_string_equal(rh_text_string(&text),
                        "6 needs.Build.outputs.x; 34 needs; 40 matrix.os; 60 env; "
                        "89 secrets.T; 107 github; ");
    assert_int_equal(rh_expression_uses(expression), RH_USES_NEEDS | RH_USES_MATRIX | RH_USES_ENV |
                                                         RH_USES_SECRETS | RH_USES_GITHUB);
}

static void test_asking_conditions(void **state)
{
    static const struct {
        const char *text;
        bool implies, calls;
    } cases[] = {{"", true, false},
                 {"github.ref", true, false},
                 {"always()", false, true},
                 {"${{ !cancelled() }}", false, true},
                 {"'success()' == 'x'", true, false},
                 {"${{ github.ref }} x", true, false},
                 {"${{ failure() }} x", false, true}};
    rh_expression_error error;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const rh_expression *expression =
            rh_expression_condition(&arena, cases[i].text, strlen(cases[i].text),
                                    (uint32_t)RH_USES_ANYTHING, &error);
        assert_non_null(expression);
        assert_int_equal(rh_expression_implies_success(expression), cases[i].implies);
        assert_int_equal(rh_expression_calls_status(expression), cases[i].calls);
    }
}

static void test_insert(void **state)
{
    (void)state;
    assert_true(rh_expression_is_insert("${{ insert }}", 13));
    assert_true(rh_expression_is_insert("${{insert}}", 11));
    assert_false(rh_expression_is_insert("${{ inserted }}", 15));
    assert_false(rh_expression_is_insert("a ${{ insert }}", 15));
    assert_false(rh_expression_is_insert("insert", 6));
    assert_false(rh_expression_is_insert("${{ insert", 10));
}

/* An offset tells where in the whole text the error is. */
static void test_offsets(void **state)
{
    static const char text[] = "a ${{ x.y }} ${{  matrix.os == }}";
    rh_expression_error error;
    (void)state;
    assert_null(rh_expression_template(&arena, text, strlen(text), RH_USES_MATRIX, &error));
    assert_int_equal(error.offset, 6);
    assert_null(
        rh_expression_template(&arena, text + 13, strlen(text) - 13, RH_USES_MATRIX, &error));
    assert_int_equal(error.offset, 15);
    assert_null(rh_expression_template(&arena, "xyz ${{ 'a' }", 13, 0, &error));
    assert_int_equal(error.offset, 4);
}

/* The message is set exactly if the truth could not be found. */
static void test_truth_errors(void **state)
{
    static const char *const texts[] = {"fromJSON('x')", "1 || fromJSON('x')", "0 || fromJSON('x')",
                                        "hashFiles('x') && fromJSON('x')"};
    static const rh_truth truths[] = {RH_TRUTH_UNKNOWN, RH_TRUTHY, RH_TRUTH_UNKNOWN,
                                      RH_TRUTH_UNKNOWN};
    static const bool failed[] = {true, false, true, false};
    rh_expression_error error;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const rh_expression *expression = rh_expression_parse(&arena, texts[i], strlen(texts[i]),
                                                              (uint32_t)RH_USES_ANYTHING, &error);
        assert_non_null(expression);
        assert_int_equal(rh_expression_truth(&arena, expression, NULL, &error), truths[i]);
        assert_int_equal(error.message[0] != '\0', failed[i]);
    }
}

int main(void)
{
#define X(name, least) cmocka_unit_test(test_##name),
    const struct CMUnitTest tests[] = {
        FILES(X) cmocka_unit_test(test_depth),    cmocka_unit_test(test_length),
        cmocka_unit_test(test_template_length),   cmocka_unit_test(test_borrows_nothing),
        cmocka_unit_test(test_constants),         cmocka_unit_test(test_references),
        cmocka_unit_test(test_asking_conditions), cmocka_unit_test(test_insert),
        cmocka_unit_test(test_offsets),           cmocka_unit_test(test_truth_errors)};
#undef X
    return cmocka_run_group_tests(tests, open_arena, close_arena) ? 1 : 0;
}
