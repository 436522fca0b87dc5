/* What tests leave behind: plans, journals, fault coverage, from their processes to the caller. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "harness/suite.h"
#include "harness/trial.h"
#include "sim/base/json.h"

#define SELFTEST RH_BUILD_DIR "/fixtures/libselftest.so"
#define MANY RH_BUILD_DIR "/suites/modules/libmany.so"

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

/* ---- from the processes of tests ------------------------------------------------------------- */

/* The harness knows no reports; this stands for one. */
static void count_entries(rh_text *text, const rh_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        rh_text_puts(text, "entry\n");
}

static void note_journal(const rh_test_result *result, size_t done, size_t total, void *data)
{
    const char **lengths = data;
    (void)done, (void)total;
    const rh_evidence *evidence = &result->evidence;
    if (!evidence->journal)
        return;
    assert_int_equal(evidence->journal_length, evidence->entries * strlen("entry\n"));
    assert_memory_equal(evidence->journal, "entry\nentry\n", 12);
    assert_false(evidence->journal_cut);
    lengths[result->index] = result->name;
}

static rh_suite_result play_tests(const char *path, const rh_suite_options *options)
{
    rh_loaded_module *module = RH_NEW(&arena, rh_loaded_module);
    rh_suite_tests tests = {0};
    rh_suite_result result;
    assert_int_equal(rh_module_load(&arena, path, module, NULL), 0);
    rh_suite_tests_add_module(&arena, &tests, module);
    assert_int_equal(rh_suite_run(&arena, &tests, options, &result, NULL), 0);
    return result;
}

static void journals_of_failures_or_of_all(void **state)
{
    (void)state;
    for (int all = 0; all < 2; all++)
        for (int no_fork = 0; no_fork < 2; no_fork++) {
            const char *kept[100] = {0};
            rh_suite_result result =
                play_tests(MANY, &(rh_suite_options){.evidence = {.journal = count_entries,
                                                                  .all_journals = all},
                                                     .no_fork = no_fork,
                                                     .finished = note_journal,
                                                     .data = kept});
            assert_int_equal(result.count, 100);
            for (size_t i = 0; i < result.count; i++) {
                assert_int_equal(kept[i] != NULL, all || i % 10 == 0);
                assert_int_equal(result.tests[i].index, i);
                assert_null(result.tests[i].evidence.journal); /* only while it is told */
                assert_null(result.tests[i].evidence.coverage);
            }
        }
}

static void plans_name_the_faults_that_struck(void **state)
{
    (void)state;
    rh_suite_result result = play_tests(MANY, &(rh_suite_options){0});
    assert_string_equal(result.tests[10].evidence.faults, "[\"Work[1]@1=homebrew-auth\"]");
    assert_string_equal(result.tests[11].evidence.faults, "[]");
    assert_string_equal(result.tests[11].evidence.choices, "[]");
    assert_true(result.tests[11].evidence.entries > 10 && result.tests[11].evidence.hash);
    assert_false(result.tests[10].evidence.plan_cut);
}

static void a_crash_leaves_nothing(void **state)
{
    (void)state;
    const char *const filter = "aborts";
    rh_suite_result result =
        play_tests(SELFTEST,
                   &(rh_suite_options){.evidence = {.journal = count_entries, .coverage = true},
                                       .filters = &filter,
                                       .filter_count = 1});
    assert_null(result.tests[0].evidence.faults);
    assert_null(result.tests[0].evidence.coverage);
    assert_int_equal(result.tests[0].evidence.entries, 0);
}

static void coverage_comes_over_the_pipe(void **state)
{
    (void)state;
    rh_suite_result result = play_tests(MANY, &(rh_suite_options){.evidence = {.coverage = true}});
    rh_coverage *all = rh_coverage_create(&arena);
    for (size_t i = 0; i < result.count; i++)
        rh_coverage_add(all, result.tests[i].evidence.coverage);
    assert_int_equal(all->count, 1);
    assert_string_equal(all->rows[0].definition, "Many");
    assert_string_equal(all->rows[0].path, "Work[1]");
    assert_int_equal(all->rows[0].fault_count, 1);
    assert_string_equal(all->rows[0].faults[0].name, "homebrew-auth");
    assert_string_equal(all->rows[0].faults[0].class, "permanent");
    assert_int_equal(all->rows[0].faults[0].count, 10);
}

/* ---- from journals --------------------------------------------------------------------------- */

static const rh_failure *twice(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_MINUTES(1)};
    (void)input;
    const rh_failure *failed =
        rh_await(wf, rh_activity(wf, "Push", RH_ARGS(rh_string("x")), &options), result);
    return failed
               ? failed
               : rh_await(wf, rh_activity(wf, "Push", RH_ARGS(rh_string("x")), &options), result);
}

static const rh_workflow_definition workflows[] = {{.name = "Twice", .run = twice}, {0}};

static void plays_three_worlds(rh_env *env, const void *data)
{
    static const char *const faults[] = {"dns", "dns", "network-timeout"};
    (void)data;
    rh_mock(env, "Push", .result = rh_null());
    for (int i = 0; i < 3; i++) {
        rh_fault_at(env, i < 2 ? "Push#1@1" : "Push#2@1", faults[i]);
        rh_run(env, "Twice", NULL);
        if (i < 2)
            rh_env_restart(env);
    }
}

static void all_worlds_of_a_test_count(void **state)
{
    (void)state;
    static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "m", workflows, NULL};
    static const rh_suite_test test = {.name = "t",
                                       .run = plays_three_worlds,
                                       .definitions = &module};
    rh_evidence_wish wish = {.coverage = true};
    rh_test_result result = {0};
    rh_trial_run(&arena, &(rh_trial){.test = &test, .evidence = &wish}, &result);
    const rh_coverage *coverage = result.evidence.coverage;
    assert_int_equal(coverage->count, 1); /* the second call of the same is the same row */
    assert_string_equal(coverage->rows[0].path, "Push[x]");
    assert_string_equal(coverage->rows[0].faults[0].name, "dns");
    assert_true(coverage->rows[0].faults[0].count >= 3);
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void coverage_survives_json_and_has_bounds(void **state)
{
    (void)state;
    rh_text many = rh_text_in(&arena);
    rh_text_puts(&many, "[5");
    for (int i = 0; i < RH_COVERAGE_ROWS + 3; i++)
        rh_text_printf(&many, ",[\"d\",\"call-%04d\",1,\"dns\",\"transient\",2]", i);
    rh_text_puts(&many, ",[],[1],7]");
    const rh_value *value = rh_json_read(&arena, rh_text_string(&many), many.length, NULL, NULL);
    rh_coverage *coverage = rh_coverage_read(&arena, value);
    assert_int_equal(coverage->count, RH_COVERAGE_ROWS);
    assert_int_equal(coverage->left_out, 8);
    rh_text first = rh_text_in(&arena), second = rh_text_in(&arena);
    rh_coverage_write(&first, coverage);
    value = rh_json_read(&arena, rh_text_string(&first), first.length, NULL, NULL);
    rh_coverage_write(&second, rh_coverage_read(&arena, value));
    assert_string_equal(rh_text_string(&first), rh_text_string(&second));
    assert_null(rh_coverage_read(&arena, NULL));
}

static void a_journal_follows_its_line(void **state)
{
    (void)state;
    rh_test_result written = {.message = "", .report = "", .file = "x.c"}, read = {0};
    written.evidence = (rh_evidence){.journal = "{\"a\":1}\n{}\n",
                                     .journal_length = 11,
                                     .faults = "[\"A@1=dns\"]",
                                     .choices = "[1]",
                                     .hash = UINT64_MAX};
    rh_text text = rh_text_in(&arena);
    rh_trial_write(&text, &written);
    const char *json = rh_text_string(&text);
    assert_int_equal(rh_trial_read(&arena, json, text.length, &read, NULL), 0);
    assert_memory_equal(read.evidence.journal, written.evidence.journal, 11);
    assert_string_equal(read.evidence.faults, "[\"A@1=dns\"]");
    assert_true(read.evidence.hash == UINT64_MAX);
    for (size_t length = 0; length < text.length; length++)
        assert_int_equal(rh_trial_read(&arena, json, length, &read, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(journals_of_failures_or_of_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(plans_name_the_faults_that_struck, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_crash_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(coverage_comes_over_the_pipe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_worlds_of_a_test_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(coverage_survives_json_and_has_bounds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_journal_follows_its_line, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("harness-evidence", tests, NULL, NULL) != 0;
}
