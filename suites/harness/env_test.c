/* The env: problems and reports, settings, copies, restarts, several runs in one world. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    rh_log(wf, "%s on %s", rh_info(wf)->workflow_id, rh_info(wf)->task_queue);
    *result = input;
    return rh_await(wf, rh_activity(wf, "Work", RH_ARGS(rh_string("x")), &options), NULL);
}

static const rh_failure *tells(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    char text[] = "text";
    rh_failure_options options = {.type = text, .message = text, .details = rh_string(text)};
    const char *printed = rh_print(wf, "%s %d", text, 5);
    const rh_value *copied = rh_copy(wf, RH_LIST_OF(rh_string(text)));
    const rh_failure *failure = rh_fail_with(wf, &options);
    int *zero = rh_workflow_alloc(wf, 1000 * sizeof *zero);
    (void)result;
    text[0] = 'X';
    rh_check(wf, !strcmp(printed, "text 5"));
    rh_check(wf, !strcmp(rh_text_of(rh_at(copied, 0)), "text"));
    rh_check(wf, !strcmp(failure->type, "text") && !strcmp(failure->message, "text"));
    rh_check(wf, !strcmp(rh_text_of(failure->details), "text") && !failure->non_retryable);
    for (int i = 0; i < 1000; i++)
        rh_check(wf, zero[i] == 0);
    rh_check(wf, rh_integer_of(rh_at(rh_json(wf, "[1, 2]"), 1)) == 2);
    const rh_failure *wrapped = rh_wrap(wf, failure, "outer %d", 1);
    rh_check(wf, wrapped->cause == failure && !strcmp(wrapped->type, "wrapError"));
    rh_check(wf, !strcmp(wrapped->message, "outer 1"));
    rh_check(wf, !strcmp(info->workflow_type, "tells") && !strcmp(info->workflow_id, "an id"));
    rh_check(wf, strlen(info->run_id) == 36 && !strcmp(info->task_queue, "fast"));
    rh_check(wf, info->attempt == 1 && info->start_time == rh_now(wf));
    rh_check(wf, rh_integer_of(input) == 3);
    return NULL;
}

static const rh_workflow_definition workflows[] = {
    {.name = "works", .run = works},
    {.name = "tells", .run = tells},
    {.name = "set",
     .run = works,
     .options = {.workflow_id = "own", .task_queue = "queue", .run_timeout = S(5)}},
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "env", workflows, NULL};
DEFINE_ENVS(module)

/* ---- problems and reports -------------------------------------------------------------------- */

static void describes(rh_text *text, const rh_journal *journal)
{
    rh_text_printf(text, "(%zu runs)\n", journal->run_count);
}

static void problems_are_counted_and_reported(void **state)
{
    rh_env *env = *state;
    assert_string_equal(rh_env_report(env), "");
    assert_int_equal(rh_env_finish(env), 0);
    rh_env_destroy(env);
    *state = env = rh_env_create(&module);
    rh_env_set_describe(env, describes);
    rh_mock(env, "Work");
    rh_mock(env, "Unused");
    rh_run(env, "works", NULL);
    rh_assert_at(env, "a.c", 3, false, "this");
    rh_run(env, "wroks", NULL);
    assert_int_equal(rh_env_problem_count(env), 2);
    assert_int_equal(rh_env_finish(env), 2);
    assert_int_equal(rh_env_finish(env), 2); /* twice reports once */
    const char *report = rh_env_report(env);
    assert_contains(report, "a.c:3: does not hold: this\n"
                            "error: unknown workflow 'wroks'; did you mean 'works'?\n"
                            "warning: ");
    assert_contains(report, "mock 'Unused' answered nothing\n\n(1 runs)\n");
    assert_int_equal(rh_env_warning_count(env), 1);
    rh_env_set_describe(env, NULL);
    assert_null(strstr(rh_env_report(env), "(1 runs)"));
}

static void a_clean_env_is_not_described(void **state)
{
    rh_env *env = *state;
    rh_env_set_describe(env, describes);
    rh_mock(env, "Work");
    rh_run(env, "works", NULL);
    assert_string_equal(rh_env_report(env), "");
    assert_clean(env);
    rh_env_destroy(NULL);
}

static void an_env_without_a_module(void **state)
{
    (void)state;
    static const rh_module empty = {RH_ABI_VERSION, sizeof(rh_module), "empty", NULL, NULL};
    for (int i = 0; i < 2; i++) {
        rh_env *env = rh_env_create(i ? &empty : NULL);
        assert_ptr_equal(rh_env_module(env), i ? &empty : NULL);
        rh_run(env, "works", NULL);
        assert_one_error(env, "unknown workflow 'works'");
        rh_env_destroy(env);
    }
}

/* ---- settings -------------------------------------------------------------------------------- */

static void settings_come_first(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_run(env, "works", NULL);
    rh_world(env, .seed = 5);
    assert_one_error(env, "rh_world must be called before anything is started or planned");
    assert_int_equal(rh_env_journal(env)->seed, 0);
    rh_env_restart(env);
    rh_world(env, .seed = 5); /* a new world */
    assert_int_equal(rh_env_journal(env)->seed, 5);
    rh_env_restart(env);
    assert_int_equal(rh_env_journal(env)->seed, 5);
    assert_int_equal(rh_env_problem_count(env), 1);
}

static void impossible_settings_are_refused(void **state)
{
    static const rh_world_options wrong[] = {
        {.max_time = -1},   {.dispatch_latency = -1}, {.task_latency = -1},
        {.stack_fill = -1}, {.stack_fill = 256},      {.task_duration = -1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        rh_env *env = rh_env_create(&module);
        rh_set_world(env, &wrong[i]);
        assert_one_error(env,
                         "rh_world: max_time, dispatch_latency, task_latency and task_duration "
                         "must not be negative, stack_fill is 0 to 255");
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_world(env, .stack_fill = 255);
    assert_clean(env);
}

static void latencies(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(4), .failure = RH_FAILURE("Down", "down"), .attempt = 1);
    rh_mock(env, "Work", .takes = S(4));
    rh_world(env, .dispatch_latency = S(2), .task_latency = S(3));
    rh_run(env, "works", NULL);
    /* task 3, dispatch 2, work 4, back-off 1, dispatch 2, work 4, task 3 */
    rh_assert_starts(env, "Work", S(5), S(12));
    rh_assert_duration(env, S(19));
    assert_clean(env);
}

static void options_of_a_definition(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(9));
    rh_run(env, "set", NULL);
    rh_assert_status(env, RH_TIMED_OUT);
    rh_assert_duration(env, S(5));
    assert_string_equal(told(env), "own on queue");
    rh_env_restart(env);
    rh_start(env, "set", NULL, &(rh_run_options){.workflow_id = "other", .run_timeout = S(20)});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "other on queue");
    assert_clean(env);
}

/* ---- copies ---------------------------------------------------------------------------------- */

static void copies_live_as_long_as_the_env(void **state)
{
    rh_env *env = *state;
    char text[] = "text";
    const rh_value *copy = rh_env_copy(env, RH_LIST_OF(rh_string(text)));
    const rh_value *json = rh_env_json(env, "{\"a\": [1, true]}");
    const char *printed = rh_env_print(env, "%s-%d", text, 4);
    text[0] = 'X';
    rh_env_restart(env);
    assert_string_equal(rh_text_of(rh_at(copy, 0)), "text");
    assert_int_equal(rh_integer_of(rh_at(rh_get(json, "a"), 0)), 1);
    assert_string_equal(printed, "text-4");
    assert_null(rh_env_copy(env, NULL));
    assert_int_equal(rh_env_finish(env), 0);
    assert_null(rh_env_json(env, "{\"a\":\n  tru}"));
    assert_int_equal(rh_env_problem_count(env), 1);
    assert_contains(rh_env_problem(env, 0)->message, "rh_env_json: 2:3: ");
    assert_true(rh_env_problem(env, 0)->is_error);
}

static void what_a_run_gave_outlives_it_when_copied(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_run(env, "works", RH_LIST_OF(rh_string("deep"), rh_integer(1)));
    const rh_value *kept = rh_env_copy(env, rh_result_of(env));
    rh_env_restart(env);
    rh_run(env, "works", RH_LIST_OF(rh_string("other"), rh_integer(2)));
    assert_string_equal(rh_text_of(rh_at(kept, 0)), "deep");
    assert_clean(env);
}

static void what_workflow_code_has(void **state)
{
    rh_env *env = *state;
    rh_start(env, "tells", rh_integer(3),
             &(rh_run_options){.workflow_id = "an id", .task_queue = "fast"});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

/* ---- worlds one after the other -------------------------------------------------------------- */

static void a_restart_begins_anew(void **state)
{
    rh_env *env = *state;
    uint64_t hash = 0;
    rh_host(env, "own");
    rh_mock(env, "Work", .takes = S(4), .times = 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rh_status_of(env), RH_NOT_STARTED);
        assert_null(rh_result_of(env));
        assert_null(rh_failure_of(env));
        assert_int_equal(rh_duration_of(env), 0);
        assert_int_equal(rh_journal_length(env), 1);
        rh_run(env, "works", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        assert_string_equal(nth_entry(env, RH_ENTRY_ATTEMPT_STARTED, 0)->text, "own");
        assert_string_equal(told(env), "works on default");
        assert_true(i == 0 || rh_journal_hash(env) == hash);
        hash = rh_journal_hash(env);
        assert_int_equal(rh_env_runs_started(env), i + 1);
        assert_int_equal(rh_env_virtual_time(env), S(4) * (i + 1));
        if (i < 2)
            rh_env_restart(env);
    }
    assert_clean(env);
}

static void promises_are_checked_for_each_world(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .times = 2);
    rh_env_restart(env); /* nothing was played */
    assert_int_equal(rh_env_problem_count(env), 0);
    rh_run(env, "works", NULL);
    rh_env_restart(env);
    assert_int_equal(rh_env_problem_count(env), 1);
    assert_contains(rh_env_problem(env, 0)->message, "was to answer 2 attempts, it answered 1");
    rh_run(env, "works", NULL);
    rh_run(env, "works", NULL);
    assert_int_equal(rh_env_finish(env), 1);
    rh_env_restart(env); /* finished already: not checked again */
    assert_int_equal(rh_env_problem_count(env), 1);
}

static void two_runs_in_one_world(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(4), .nth = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_run(env, "works", rh_integer(1));
    rh_run(env, "works", rh_integer(2)); /* begins where the first ended */
    rh_assert_duration(env, S(4));
    rh_look_at(env, "works-2");
    rh_assert_duration(env, S(5));
    rh_assert_result(env, rh_integer(2));
    assert_int_equal(rh_env_virtual_time(env), S(9));
    assert_int_equal(rh_env_journal(env)->runs[1]->started, RH_WORLD_START + S(4));
    assert_clean(env);
}

static void playing_for_a_while(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(10));
    rh_start(env, "works", NULL, NULL);
    for (int i = 1; i <= 3; i++) {
        rh_play_for(env, S(3));
        assert_int_equal(rh_env_virtual_time(env), S(3) * i);
        assert_int_equal(rh_status_of(env), RH_RUNNING);
    }
    assert_int_equal(rh_env_journal(env)->end, RH_WORLD_START + S(9));
    rh_play_for(env, S(1)); /* what is due at the bound happens */
    assert_int_equal(rh_status_of(env), RH_SUCCEEDED);
    rh_play_for(env, S(5));
    assert_clean(env);
}

/* A host of the plan is lost in each world anew. */
static void planned_hosts_are_lost_in_every_world(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "host:host-1 at 3s", "runner-lost");
    rh_mock(env, "Work", .takes = RH_SECONDS(5));
    for (int i = 0; i < 2; i++) {
        rh_env_restart(env);
        rh_world(env, .seed = 1);
        rh_run(env, "works", NULL);
        assert_int_equal(count_entries(env, RH_ENTRY_HOST_LOST), 1);
        assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_HOST_LOST, 0)), RH_SECONDS(3));
    }
    assert_int_equal(rh_env_problem_count(env), 0);
}

/* A worker that is told to stop takes its activities with it: they do not hear of it. */
static void a_host_that_is_told_to_stop(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "host:host-1 at 3s", "runner-shutdown");
    rh_mock(env, "Work", .takes = RH_SECONDS(5));
    rh_run(env, "works", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_HOST_LOST), 0);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_HOST_STOPPED, 0)), RH_SECONDS(3));
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_ATTEMPT_LOST, 0)), RH_SECONDS(3));
    assert_string_equal(nth_entry(env, RH_ENTRY_ATTEMPT_STARTED, 1)->text, "host-2");
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(problems_are_counted_and_reported),
        PLAYED(a_clean_env_is_not_described),
        PLAYED(an_env_without_a_module),
        PLAYED(settings_come_first),
        PLAYED(impossible_settings_are_refused),
        PLAYED(latencies),
        PLAYED(options_of_a_definition),
        PLAYED(copies_live_as_long_as_the_env),
        PLAYED(what_a_run_gave_outlives_it_when_copied),
        PLAYED(what_workflow_code_has),
        PLAYED(a_restart_begins_anew),
        PLAYED(planned_hosts_are_lost_in_every_world),
        PLAYED(a_host_that_is_told_to_stop),
        PLAYED(promises_are_checked_for_each_world),
        PLAYED(two_runs_in_one_world),
        PLAYED(playing_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
