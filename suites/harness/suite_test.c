/* The suite runner, on fixtures/selftest: what tests do to their process costs those tests only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/module.h"
#include "harness/suite.h"
#include "harness/trial.h"

#define SELFTEST RH_BUILD_DIR "/fixtures/libselftest.so"
#define SECOND_NS INT64_C(1000000000)

static rh_arena arena;

static rh_loaded_module load_selftest(void)
{
    rh_loaded_module module;
    rh_error error;
    int failed = rh_module_load(&arena, SELFTEST, &module, &error);
    if (failed)
        print_error("%s\n", error.message);
    assert_int_equal(failed, 0);
    return module;
}

static int run_module(const rh_loaded_module *module, const rh_suite_options *options,
                      rh_suite_result *result, rh_error *error)
{
    rh_suite_tests tests = {0};
    rh_suite_tests_add_module(&arena, &tests, module);
    return rh_suite_run(&arena, &tests, options, result, error);
}

static rh_suite_result run_suite(const rh_suite_options *options)
{
    rh_loaded_module *module = RH_NEW(&arena, rh_loaded_module);
    rh_suite_result result;
    rh_error error;
    *module = load_selftest();
    assert_int_equal(run_module(module, options, &result, &error), 0);
    return result;
}

static const rh_test_result *find(const rh_suite_result *result, const char *name)
{
    for (size_t i = 0; i < result->count; i++)
        if (strcmp(result->tests[i].name, name) == 0)
            return &result->tests[i];
    fail_msg("no result of '%s'", name);
    return NULL;
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not contain '%s'", text, part);
}

/* ---- what becomes of tests ------------------------------------------------------------------- */

static const struct {
    const char *name;
    rh_verdict verdict;
    const char *message, *output; /* what they contain */
} expected[] = {
    {"passes", RH_PASSED, "", ""},
    {"fails", RH_FAILED_TEST, "2", ""},
    {"has_no_mock", RH_ERROR_TEST, "Greet", ""},
    {"aborts", RH_CRASHED_TEST, "crashed with SIGABRT (Aborted)", "about to abort\n"},
    {"writes_nowhere", RH_CRASHED_TEST, "crashed with SIGSEGV (Segmentation fault)", ""},
    {"never_ends", RH_TIMED_OUT_TEST, "killed: took longer than its limit of 1 s", "still here\n"},
    {"exits_early", RH_CRASHED_TEST, "ended with exit code 3 before the test was over", ""},
    {"prints_much_and_fails", RH_FAILED_TEST, "1 + 1 == 3", "\nline 20000\n"},
    {"leaves_a_process", RH_PASSED, "", ""},
    {"passes_as_well", RH_PASSED, "", "this is not shown\n"},
};
#define EXPECTED_COUNT (sizeof expected / sizeof *expected)

static void assert_as_expected(const rh_suite_result *result)
{
    assert_int_equal(result->count, EXPECTED_COUNT);
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        const rh_test_result *test = &result->tests[i];
        assert_string_equal(test->name, expected[i].name);
        assert_string_equal(rh_verdict_name(test->verdict), rh_verdict_name(expected[i].verdict));
        assert_contains(test->message, expected[i].message);
        assert_contains(test->output, expected[i].output);
        assert_null(strchr(test->message, '\n'));
        assert_contains(test->file, "selftest.c");
        assert_true(test->line > 0);
    }
    assert_int_equal(result->passed, 3);
    assert_int_equal(result->failed, 7);
    assert_int_equal(result->skipped, 0);
}

static void results_do_not_depend_on_jobs(void **state)
{
    (void)state;
    static const uint32_t jobs[] = {1, 3, 0, 1000};
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        rh_suite_result result = run_suite(&(rh_suite_options){.jobs = jobs[i]});
        assert_as_expected(&result);
    }
}

static void counts_come_over_the_pipe(void **state)
{
    (void)state;
    rh_suite_result result =
        run_suite(&(rh_suite_options){.world = &(rh_world_options){.seed = UINT64_MAX - 5}});
    const rh_test_result *test = find(&result, "passes");
    assert_true(test->virtual_ns >= RH_DAYS(3) + RH_HOURS(2) + RH_MINUTES(14));
    assert_int_equal(test->runs, 1);
    assert_true(test->seed == UINT64_MAX - 5);
    assert_true(test->real_ns > 0 && test->real_ns < 10 * SECOND_NS);
    assert_true(result.virtual_ns >= 3 * test->virtual_ns);
    assert_true(result.real_ns >= find(&result, "never_ends")->real_ns);
}

static void output_is_bounded(void **state)
{
    (void)state;
    const char *const filter = "prints_much_and_fails";
    rh_suite_result result = run_suite(&(rh_suite_options){.filters = &filter, .filter_count = 1});
    const char *output = result.tests[0].output;
    assert_true(strlen(output) < (64 << 10) + 100);
    assert_true(strlen(output) > (63 << 10));
    assert_int_equal(output[0], '[');
    assert_contains(output, " bytes before this were left out]\nline ");
}

static void a_limit_replaces_the_tests_own(void **state)
{
    (void)state;
    const char *const filter = "never_ends";
    rh_suite_result result =
        run_suite(&(rh_suite_options){.filters = &filter, .filter_count = 1, .time_limit_s = 2});
    assert_string_equal(result.tests[0].message, "killed: took longer than its limit of 2 s");
    assert_true(result.tests[0].real_ns >= 2 * SECOND_NS);
    assert_true(result.tests[0].real_ns < 10 * SECOND_NS);
}

static void what_a_test_leaves_behind_is_not_waited_for(void **state)
{
    (void)state;
    const char *const filter = "leaves_a_process";
    rh_suite_result result = run_suite(&(rh_suite_options){.filters = &filter, .filter_count = 1});
    assert_int_equal(result.passed, 1);
    assert_true(result.real_ns < 10 * SECOND_NS);
}

static void fail_fast_skips_the_same_tests_always(void **state)
{
    (void)state;
    for (uint32_t jobs = 1; jobs <= 8; jobs++) {
        rh_suite_result result = run_suite(&(rh_suite_options){.jobs = jobs, .fail_fast = true});
        assert_int_equal(result.passed, 1);
        assert_int_equal(result.failed, 1);
        assert_int_equal(result.skipped, EXPECTED_COUNT - 2);
        assert_int_equal(result.tests[1].verdict, RH_FAILED_TEST);
        assert_int_equal(result.tests[2].verdict, RH_SKIPPED_TEST);
        assert_string_equal(result.tests[2].output, "");
    }
}

static void without_fork_all_happens_here(void **state)
{
    (void)state;
    const char *const filters[] = {"passes", "fails"};
    rh_suite_result result =
        run_suite(&(rh_suite_options){.no_fork = true, .filters = filters, .filter_count = 2});
    assert_int_equal(result.count, 2);
    assert_int_equal(result.passed, 1);
    assert_int_equal(result.failed, 1);
    assert_string_equal(result.tests[1].output, "");
}

static void count_call(const rh_test_result *result, size_t done, size_t total, void *data)
{
    size_t *calls = data;
    assert_non_null(result->message);
    assert_int_equal(done, ++*calls);
    assert_int_equal(total, EXPECTED_COUNT);
}

static void each_end_is_told_once(void **state)
{
    (void)state;
    size_t calls = 0;
    run_suite(&(rh_suite_options){.finished = count_call, .data = &calls});
    assert_int_equal(calls, EXPECTED_COUNT);
}

/* ---- which tests, and how to run them again -------------------------------------------------- */

static size_t count_matching(const char *filter)
{
    rh_loaded_module module = load_selftest();
    rh_suite_result result;
    rh_error error;
    rh_suite_options options = {.filters = &filter, .filter_count = 1, .jobs = 8};
    return run_module(&module, &options, &result, &error) == 0 ? result.count : 0;
}

static void filters_are_globs_on_either_name(void **state)
{
    (void)state;
    assert_int_equal(count_matching("passes"), 1);
    assert_int_equal(count_matching("passes*"), 2);
    assert_int_equal(count_matching("selftest/passes*"), 2);
    assert_int_equal(count_matching("*/passe?"), 1);
    assert_int_equal(count_matching("self*as_well"), 1);
    assert_int_equal(count_matching("[pf]a*s"), 2);
}

static void nothing_to_see(rh_env *env, const void *data)
{
    (void)env, (void)data;
}

/* What a name begins with before a '/' stands for all below it. */
static void filters_match_leading_parts(void **state)
{
    (void)state;
    static const char *const names[] = {"one", "one/a", "one/b", "one more"};
    static const struct {
        const char *filter;
        bool wanted[4];
    } cases[] = {
        {"file", {true, true, true, true}},      {"one", {true, true, true, false}},
        {"file/one", {true, true, true, false}}, {"one/a", {false, true, false, false}},
        {"*/b", {false, false, true, false}},    {"a", {false, false, false, false}},
        {"one m*", {false, false, false, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t j = 0; j < 4; j++) {
            const rh_suite_options options = {.filters = &cases[i].filter, .filter_count = 1};
            assert_int_equal(rh_suite_wants(&arena, &options, "file", names[j]),
                             cases[i].wanted[j]);
        }
}

static const char *tell_all(rh_arena *to, const rh_env *env, const void *data)
{
    (void)env;
    return rh_format(to, "told %s", (const char *)data);
}

/* A test need not be one of a module. */
static void tests_can_come_from_elsewhere(void **state)
{
    (void)state;
    rh_suite_tests tests = {0};
    rh_suite_result result;
    for (int jobs = 0; jobs < 2; jobs++) {
        tests.count = 0;
        rh_suite_tests_add(&arena, &tests,
                           &(rh_suite_test){.module = "file",
                                            .name = "a test",
                                            .file = "file.yml",
                                            .line = 7,
                                            .source = "dir/file.yml",
                                            .run = nothing_to_see,
                                            .tell = tell_all,
                                            .data = "data"});
        const rh_suite_options options = {.no_fork = jobs == 0};
        assert_int_equal(rh_suite_run(&arena, &tests, &options, &result, NULL), 0);
        assert_int_equal(result.passed, 1);
        assert_string_equal(result.tests[0].told, "told data");
        assert_string_equal(result.tests[0].file, "file.yml");
        assert_string_equal(result.tests[0].replay,
                            "rehearse test dir/file.yml --filter 'a test' --jobs=0");
    }
}

static void a_filter_that_matches_nothing_is_an_error(void **state)
{
    (void)state;
    const char *const filters[] = {"passes", "fials"};
    rh_loaded_module module = load_selftest();
    rh_suite_result result;
    rh_error error;
    rh_suite_options options = {.filters = filters, .filter_count = 2};
    assert_int_equal(run_module(&module, &options, &result, &error), -1);
    assert_string_equal(error.message, "no test matches 'fials'; did you mean 'fails'?");
}

static void nothing(rh_env *env)
{
    (void)env;
}

static void replay_commands_are_for_the_shell(void **state)
{
    (void)state;
    static const rh_test tests[] = {{.name = "it's [a] test", .run = nothing}, {0}};
    static const rh_module odd = {RH_ABI_VERSION, sizeof(rh_module), "odd", NULL, tests};
    rh_loaded_module module = {&odd, "my build/libodd.so"};
    rh_suite_result result;
    rh_suite_options options = {.no_fork = true, .world = &(rh_world_options){.seed = 7}};
    assert_int_equal(run_module(&module, &options, &result, NULL), 0);
    assert_string_equal(result.tests[0].replay,
                        "rehearse test --workflows 'my build/libodd.so' --filter 'it'\\''s [a] "
                        "test' --jobs=0 --seed 7");
    options.filters = &tests[0].name;
    options.filter_count = 1;
    assert_int_equal(run_module(&module, &options, &result, NULL), 0);
    assert_int_equal(result.count, 1);
}

static void a_module_without_tests_is_an_error(void **state)
{
    (void)state;
    static const rh_module empty = {RH_ABI_VERSION, sizeof(rh_module), "empty", NULL, NULL};
    rh_loaded_module module = {&empty, "libempty.so"};
    rh_suite_result result;
    rh_error error;
    assert_int_equal(run_module(&module, &(rh_suite_options){0}, &result, &error), -1);
    assert_string_equal(error.message, "there are no tests");
}

/* ---- the result as JSON ---------------------------------------------------------------------- */

static void results_survive_json(void **state)
{
    (void)state;
    rh_test_result written = {.verdict = RH_ERROR_TEST,
                              .message = "\"quoted\"",
                              .report = "a\n\tb",
                              .file = "x.c",
                              .line = 12,
                              .virtual_ns = INT64_MAX,
                              .runs = 3,
                              .seed = UINT64_MAX};
    rh_text text = rh_text_in(&arena);
    rh_trial_write(&text, &written);
    rh_test_result read = {0};
    assert_int_equal(rh_trial_read(&arena, rh_text_string(&text), text.length, &read, NULL), 0);
    assert_int_equal(read.verdict, written.verdict);
    assert_string_equal(read.message, written.message);
    assert_string_equal(read.report, written.report);
    assert_string_equal(read.file, written.file);
    assert_int_equal(read.line, written.line);
    assert_true(read.virtual_ns == written.virtual_ns && read.runs == written.runs);
    assert_true(read.seed == written.seed);

    /* a process killed in the middle of writing has no result */
    for (size_t length = 0; length < text.length - 2; length++)
        assert_int_equal(rh_trial_read(&arena, text.data, length, &read, NULL), -1);
    assert_int_equal(rh_trial_read(&arena, "{\"verdict\":0}", 13, &read, NULL), -1);
}

/* ---- modules --------------------------------------------------------------------------------- */

static void bad_files_are_named_and_explained(void **state)
{
    (void)state;
    static const struct {
        const char *path, *message;
    } cases[] = {
        {RH_BUILD_DIR "/fixtures/libnone.so", "there is no such file"},
        {RH_BUILD_DIR, "is not a file"},
        {RH_SUITES_DIR "/harness/suite_test.c", "is not a shared object"},
        {RH_BUILD_DIR "/suites/modules/libno_entry.so", "lacks the entry point `rehearse_module`"},
        {RH_BUILD_DIR "/suites/modules/libold_abi.so",
         "was built for ABI version 0, this rehearse has version 1; compile it again"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_loaded_module module;
        rh_error error;
        assert_int_equal(rh_module_load(&arena, cases[i].path, &module, &error), -1);
        assert_contains(error.message, cases[i].message);
        assert_string_equal(error.file, cases[i].path);
    }
}

static const rh_failure *no_work(rh_workflow *workflow, const rh_value *input,
                                 const rh_value **result)
{
    (void)workflow, (void)input, (void)result;
    return NULL;
}

static void bad_modules_are_explained(void **state)
{
    (void)state;
    static const rh_test twins[] = {{.name = "t", .run = nothing},
                                    {.name = "t", .run = nothing},
                                    {0}};
    static const rh_test hollow[] = {{.name = "t"}, {0}};
    static const rh_workflow_definition nameless[] = {{.run = no_work}, {0}};
    static const rh_workflow_definition same[] = {{.name = "W", .run = no_work},
                                                  {.name = "W", .run = no_work},
                                                  {0}};
    static const struct {
        rh_module module;
        const char *message;
    } cases[] = {
        {{RH_ABI_VERSION, sizeof(rh_module) + 8, "m", NULL, NULL}, "bytes, that of this rehearse"},
        {{RH_ABI_VERSION + 1, sizeof(rh_module), "m", NULL, NULL}, "ABI version 2"},
        {{RH_ABI_VERSION, sizeof(rh_module), NULL, NULL, NULL}, "has no name"},
        {{RH_ABI_VERSION, sizeof(rh_module), "m", NULL, twins}, "two tests have the name 't'"},
        {{RH_ABI_VERSION, sizeof(rh_module), "m", NULL, hollow}, "test 't' has no function"},
        {{RH_ABI_VERSION, sizeof(rh_module), "m", nameless, NULL}, "workflow 1 has no name"},
        {{RH_ABI_VERSION, sizeof(rh_module), "m", same, NULL}, "two workflows have the name 'W'"},
    };
    rh_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rh_module_check(&cases[i].module, "libm.so", &error), -1);
        assert_contains(error.message, cases[i].message);
    }
    assert_int_equal(rh_module_check(NULL, "libm.so", &error), -1);
}

static void an_unknown_workflow_has_a_nearest(void **state)
{
    (void)state;
    rh_loaded_module module = load_selftest();
    const rh_loaded_module *where = NULL;
    rh_error error;
    assert_non_null(rh_modules_find_workflow(&module, 1, "Nap", &where, &error));
    assert_ptr_equal(where, &module);
    assert_null(rh_modules_find_workflow(&module, 1, "Aproval", &where, &error));
    assert_string_equal(error.message, "there is no workflow 'Aproval'; did you mean 'Approval'?");
}

static int forget(void **state)
{
    (void)state;
    rh_arena_reset(&arena);
    return 0;
}

#define SUITE_TEST(function) cmocka_unit_test_teardown(function, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUITE_TEST(results_do_not_depend_on_jobs),
        SUITE_TEST(counts_come_over_the_pipe),
        SUITE_TEST(output_is_bounded),
        SUITE_TEST(a_limit_replaces_the_tests_own),
        SUITE_TEST(what_a_test_leaves_behind_is_not_waited_for),
        SUITE_TEST(fail_fast_skips_the_same_tests_always),
        SUITE_TEST(without_fork_all_happens_here),
        SUITE_TEST(each_end_is_told_once),
        SUITE_TEST(filters_are_globs_on_either_name),
        SUITE_TEST(filters_match_leading_parts),
        SUITE_TEST(tests_can_come_from_elsewhere),
        SUITE_TEST(a_filter_that_matches_nothing_is_an_error),
        SUITE_TEST(replay_commands_are_for_the_shell),
        SUITE_TEST(a_module_without_tests_is_an_error),
        SUITE_TEST(results_survive_json),
        SUITE_TEST(bad_files_are_named_and_explained),
        SUITE_TEST(bad_modules_are_explained),
        SUITE_TEST(an_unknown_workflow_has_a_nearest),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
