/* Where two journals part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/journal_diff.h"

#define HEAD "{\"schema\":1,\"kind\":\"journal\",\"seed\":\"1\"}\n"
#define WORLD(seed) "{\"at_ns\":0,\"kind\":\"world-started\",\"seed\":\"" seed "\"}\n"
#define STARTED(run)                                                                               \
    "{\"at_ns\":0,\"kind\":\"run-started\",\"run\":\"" run "\",\"first_run\":\"" run "\"}\n"
#define CALL(run, call)                                                                            \
    "{\"at_ns\":60000000000,\"kind\":\"attempt-started\",\"run\":\"" run "\",\"call\":\"" call     \
    "\",\"attempt\":1,\"host\":\"h\"}\n"
#define DONE(run, result)                                                                          \
    "{\"at_ns\":90000000000,\"kind\":\"run-completed\",\"run\":\"" run "\",\"result\":" result "}" \
    "\n"
#define END(hash) "{\"kind\":\"end\",\"at_ns\":90000000000,\"entries\":4,\"hash\":\"" hash "\"}\n"

static rh_arena arena;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static const char *compare(const char *left, const char *right, bool *same)
{
    rh_text text = rh_text_in(&arena);
    rh_error error;
    rh_journal_text a = {"A", "a.jsonl", left, strlen(left)};
    rh_journal_text b = {"B", "b.jsonl", right, strlen(right)};
    if (rh_report_journal_diff(&text, &a, &b, 58, same, &error) != 0)
        return rh_format(&arena, "%s: %s", error.file, error.message);
    return rh_text_string(&text);
}

static void seeds_and_run_ids_do_not_count(void **state)
{
    (void)state;
    bool same = false;
    assert_string_equal(
        compare(HEAD WORLD("1") STARTED("x") CALL("x", "Build") DONE("x", "1") END("aa"),
                HEAD WORLD("2") STARTED("y") CALL("y", "Build") DONE("y", "1") END("bb"), &same),
        "");
    assert_true(same);
}

/* Two runs that change places are a difference. */
static void which_run_it_is_counts(void **state)
{
    (void)state;
    bool same = true;
    compare(HEAD STARTED("x") STARTED("y") CALL("x", "Build") END("aa"),
            HEAD STARTED("x") STARTED("y") CALL("y", "Build") END("aa"), &same);
    assert_false(same);
}

static void the_first_difference_stands_in_its_surroundings(void **state)
{
    (void)state;
    bool same = true;
    assert_string_equal(
        compare(HEAD WORLD("1") STARTED("x") CALL("x", "Build") DONE("x", "1") END("aa"),
                HEAD WORLD("2") STARTED("y") CALL("y", "Build[a]") DONE("y", "[1,2]") END("bb"),
                &same),
        "the same for 2 entries:\n"
        "        1          0 s  world-started  seed \"1\"\n"
        "        2          0 s  run-started\n"
        "\n"
        "then:\n"
        "  A     3         1:00  attempt-started Build@1  host \"h\"\n"
        "  A     4         1:30  run-completed  result 1\n"
        "  B     3         1:00  attempt-started Build[a]@1  hos...\n"
        "  B     4         1:30  run-completed  result [1,2]\n"
        "\n"
        "in the end:\n"
        "  A     4         1:30  run-completed  result 1\n"
        "  B     4         1:30  run-completed  result [1,2]\n");
    assert_false(same);
}

static void the_same_kind_with_other_fields_names_them(void **state)
{
    (void)state;
    bool same = true;
    const char *text = compare(HEAD STARTED("x") DONE("x", "1") END("aa"),
                               HEAD STARTED("y") DONE("y", "{\"a\":2}") END("bb"), &same);
    assert_non_null(strstr(text, "the same kind of entry, but:\n    result: 1 | {\"a\":2}\n"));
}

static void one_may_go_on(void **state)
{
    (void)state;
    bool same = true;
    const char *text = compare(HEAD STARTED("x") END("aa"), /* and this one was cut: */
                               HEAD STARTED("x") DONE("x", "1"), &same);
    assert_non_null(strstr(text, "  A  ends here\n  B     2         1:30  run-completed"));
    assert_false(same);
}

static void what_is_no_journal_is_an_error(void **state)
{
    (void)state;
    bool same = true;
    assert_string_equal(compare("", HEAD, &same), "a.jsonl: is not a journal as JSON Lines");
    assert_string_equal(compare(HEAD, "{\"schema\":1}\n", &same),
                        "b.jsonl: is not a journal as JSON Lines");
    const char *text = compare(HEAD "{\"at_ns\":0\n", HEAD WORLD("1"), &same);
    assert_ptr_equal(strstr(text, "a.jsonl: "), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seeds_and_run_ids_do_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(which_run_it_is_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_difference_stands_in_its_surroundings, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_same_kind_with_other_fields_names_them, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_may_go_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_journal_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("reports-journal-diff", tests, NULL, NULL) != 0;
}
