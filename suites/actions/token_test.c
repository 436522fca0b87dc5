/* Values of tokens: constants, expressions, keys that are expressions, what is inserted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/actions/model.h"
#include "sim/base/json.h"

static rh_arena arena;

static const rh_value *vars(void *data, rh_expression_context context)
{
    (void)data;
    if (context != RH_CONTEXT_VARS)
        return NULL;
    return rh_value_copy(
        &arena, RH_OBJECT_OF({"n", rh_integer(3)}, {"name", rh_string("KEY")}, {"u", rh_unknown()},
                             {"more", RH_OBJECT_OF({"C", rh_string("c")}, {"D", rh_integer(4)})}));
}

static const rh_expression_scope scope = {.context = vars};

/* The env of a workflow, whose text begins in line 2, column 6. */
static const rh_token *env_of(const char *text)
{
    const char *source = rh_format(&arena, "on: push\nenv: %s\njobs: {a: {runs-on: x}}\n", text);
    rh_actions_errors errors;
    const rh_actions_file *file =
        rh_actions_read(&arena, source, strlen(source), "w.yml", NULL, &errors);
    assert_non_null(file);
    return file->env.token;
}

static void is_value(const char *env, const char *expected)
{
    rh_error error;
    rh_text text = rh_text_in(&arena);
    const rh_value *value = rh_token_evaluate(&arena, env_of(env), &scope, "w.yml", &error);
    assert_non_null(value);
    rh_json_write(&text, value, RH_JSON_COMPACT);
    assert_string_equal(rh_text_string(&text), expected);
}

static void evaluates(void **state)
{
    (void)state;
    is_value("{A: 1, B: x}", "{\"A\":\"1\",\"B\":\"x\"}");
    is_value("{A: \"${{ vars.n }}\"}", "{\"A\":\"3\"}"); /* text, by the schema */
    is_value("{A: \"v${{ vars.n }}\", B: b}", "{\"A\":\"v3\",\"B\":\"b\"}");
    is_value("${{ vars.more }}", "{\"C\":\"c\",\"D\":4}");
    is_value("{\"${{ vars.name }}\": x}", "{\"KEY\":\"x\"}");
    is_value("{A: a, \"${{ insert }}\": \"${{ vars.more }}\", B: b}",
             "{\"A\":\"a\",\"C\":\"c\",\"D\":4,\"B\":\"b\"}");
    is_value("{A: \"${{ vars.none }}\"}", "{\"A\":\"\"}");
}

static void unknown_values_stay_where_they_are(void **state)
{
    (void)state;
    is_value("{A: \"${{ vars.u }}\", B: b}", "{\"A\":{\"$unknown\":true},\"B\":\"b\"}");
    is_value("{\"${{ vars.u }}\": x}", "{\"$unknown\":true}");
    is_value("{A: a, \"${{ insert }}\": \"${{ vars.u }}\"}", "{\"$unknown\":true}");
}

static void an_error_has_the_place_of_its_scalar(void **state)
{
    (void)state;
    rh_error error;
    const rh_token *env = env_of("{A: a, B: \"${{ fromJSON('{') }}\"}");
    assert_null(rh_token_evaluate(&arena, env, &scope, "w.yml", &error));
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 16);
    assert_string_equal(error.file, "w.yml");
}

static void nothing_is_null_and_empty(void **state)
{
    (void)state;
    rh_error error;
    assert_int_equal(rh_kind_of(rh_token_evaluate(&arena, NULL, &scope, "w", &error)), RH_NULL);
    const rh_value *text = rh_token_string(&arena, NULL, &scope, "w", &error);
    assert_int_equal(rh_kind_of(text), RH_STRING);
    assert_string_equal(rh_text_of(text), "");
}

static void keys_are_found_without_regard_to_case(void **state)
{
    (void)state;
    const rh_token *env = env_of("{Name: x, \"${{ vars.name }}\": y}");
    assert_non_null(rh_token_get(env, "nAME"));
    assert_null(rh_token_get(env, "KEY"));
    assert_null(rh_token_get(NULL, "a"));
    assert_null(rh_token_get(rh_token_get(env, "name"), "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluates),
        cmocka_unit_test(unknown_values_stay_where_they_are),
        cmocka_unit_test(an_error_has_the_place_of_its_scalar),
        cmocka_unit_test(nothing_is_null_and_empty),
        cmocka_unit_test(keys_are_found_without_regard_to_case),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("actions/token", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
