/* Code that cannot go on: crashes, failed checks, refused options, nondeterminism. */
#include <signal.h>

#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options hour = {.start_to_close = RH_HOURS(1)};

/* ---- crashes --------------------------------------------------------------------------------- */

static volatile int depth_limit = 1 << 30;

static int recurse(int depth)
{
    volatile char frame[512];
    frame[0] = (char)depth;
    frame[511] = frame[0];
    return depth < depth_limit ? recurse(depth + 1) + frame[511] : frame[0];
}

static const rh_failure *breaks(rh_workflow *wf, void *data, const rh_value **result)
{
    const char *how = data;
    (void)result;
    rh_sleep(wf, S(5));
    rh_log(wf, "breaking");
    if (!strcmp(how, "SIGSEGV"))
        raise(SIGSEGV);
    else if (!strcmp(how, "abort"))
        abort();
    else if (!strcmp(how, "overflow"))
        rh_log(wf, "%d", recurse(0));
    else if (!strcmp(how, "check"))
        rh_check(wf, how == NULL);
    else if (!strcmp(how, "json"))
        rh_json(wf, "{\"a\": tru}");
    else if (!strcmp(how, "args"))
        rh_activity(wf, "Work", rh_string("no list"), &hour);
    return NULL;
}

static const rh_failure *crashes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    char *how = rh_workflow_alloc(wf, 32);
    (void)result;
    snprintf(how, 32, "%s", rh_text_of(input));
    return rh_await(wf, rh_spawn(wf, "breaker", breaks, how), NULL);
}

static void a_crash_fails_the_task_twice_and_then_the_run_is_stuck(void **state)
{
    static const struct {
        const char *how;
        const char *why;
        bool poisons;
    } cases[] = {
        {"SIGSEGV", "coroutine 'breaker': crashed: SIGSEGV (bad memory access)", true},
        {"abort", "coroutine 'breaker': crashed: SIGABRT (abort or failed assertion)", true},
        {"overflow", "coroutine 'breaker': crashed: SIGSEGV (stack overflow)", true},
        {"check", ": check failed: how == NULL", false},
        {"json", "coroutine 'breaker': rh_json: 1:7: ", false},
        {"args", "the arguments of activity 'Work' are no list; pass RH_ARGS(...)", false},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_run(env, "crashes", rh_string(cases[i].how));
        rh_assert_status(env, RH_STUCK);
        rh_assert_stuck(env, "its workflow task fails each time: coroutine 'breaker': ");
        rh_assert_stuck(env, cases[i].why);
        rh_assert_stuck(env, "(WorkflowWorkerUnhandledFailure)");
        assert_string_equal(told(env), "breaking, breaking"); /* once for each try */
        assert_int_equal(env->world.poisoned, cases[i].poisons);
        assert_int_equal(count_entries(env, RH_ENTRY_CRASHED), 2);
        assert_contains(nth_entry(env, RH_ENTRY_CRASHED, 0)->text, cases[i].why);
        assert_contains(nth_entry(env, RH_ENTRY_CRASHED, 0)->text, "a timer of 5s");
        /* Only the first failure of a streak is in the history. */
        const rh_entry *first = nth_entry(env, RH_ENTRY_TASK_FAILED, 0);
        const rh_entry *second = nth_entry(env, RH_ENTRY_TASK_FAILED, 1);
        assert_true(first->event_id > 0 && second->event_id == 0);
        assert_int_equal(first->attempt, 1);
        assert_int_equal(second->attempt, 2);
        assert_string_equal(first->name->text, "WorkflowWorkerUnhandledFailure");
        assert_int_equal(first->time, second->time); /* the second try is made at once */
        assert_null(nth_entry(env, RH_ENTRY_TASK_FAILED, 2));
        assert_true(nth_entry(env, RH_ENTRY_TASK_STARTED, 1)->event_id > 0);
        assert_int_equal(nth_entry(env, RH_ENTRY_TASK_STARTED, 2)->event_id, 0);
        rh_assert_duration(env, S(5));
        rh_env_restart(env);
        assert_false(env->world.poisoned);
    }
    assert_clean(env);
}

static int tries; /* what workflows must not have */

static const rh_failure *recovers(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_sleep(wf, S(5));
    rh_log(wf, "try");
    rh_check(wf, ++tries > 1);
    *result = rh_copy(wf, rh_integer(tries));
    return NULL;
}

static void a_second_try_may_succeed(void **state)
{
    rh_env *env = *state;
    tries = 0;
    rh_run(env, "recovers", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_integer(2));
    assert_contains(everything(env), "crashed task-failed task-started log task-scheduled "
                                     "task-started task-completed run-completed");
    assert_clean(env);
}

static const rh_failure *stumbles(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    for (int i = 0; i < 2; i++) {
        rh_sleep(wf, S(1));
        rh_check(wf, ++tries != 1 && tries != 3);
    }
    return NULL;
}

/* The same failure twice is too much only in one task. */
static void each_task_may_fail_once(void **state)
{
    rh_env *env = *state;
    tries = 0;
    rh_run(env, "stumbles", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_FAILED), 2);
    rh_assert_duration(env, S(2));
    assert_clean(env);
}

static const rh_failure *differs(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    if (++tries < 8)
        rh_json(wf, rh_print(wf, "\n%.*s", tries, "        !"));
    return NULL;
}

/* A worker tells of the first failure only; others time out, from the fourth on later and later. */
static void other_failures_back_off(void **state)
{
    static const rh_duration starts[] = {0, 0, S(10), S(20), S(35), S(55), S(85), S(135)};
    rh_env *env = *state;
    tries = 0;
    rh_run(env, "differs", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_TASK_STARTED, i)), starts[i]);
    assert_clean(env);
}

/* ---- refused options ------------------------------------------------------------------------- */

static const rh_activity_options *asked;

static const rh_failure *asks(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    return rh_await(wf, rh_activity(wf, rh_text_of(input), RH_NO_ARGS, asked), NULL);
}

static void refused_options_name_the_field(void **state)
{
    static const char *const unknown[] = {"TemporalTimeout:StartToClose", "TemporalTimeout:Start",
                                          NULL};
    static const struct {
        rh_activity_options options;
        const char *why;
    } cases[] = {
        {{0}, "neither start_to_close nor schedule_to_close is set"},
        {{.schedule_to_start = 5}, "neither start_to_close nor schedule_to_close is set"},
        {{.start_to_close = -S(1)}, "start_to_close is negative (-1s)"},
        {{.start_to_close = S(1), .schedule_to_close = -1}, "schedule_to_close is negative (-1ns)"},
        {{.start_to_close = S(1), .schedule_to_start = -1}, "schedule_to_start is negative"},
        {{.start_to_close = S(1), .heartbeat_timeout = -1}, "heartbeat_timeout is negative"},
        {{.start_to_close = S(1), .retry = {.backoff_coefficient = 0.5}},
         "retry.backoff_coefficient is less than 1"},
        {{.start_to_close = S(1), .retry = {.initial_interval = S(3), .maximum_interval = S(2)}},
         "retry.maximum_interval is less than retry.initial_interval"},
        {{.start_to_close = S(1), .retry = {.maximum_attempts = -2}},
         "retry.maximum_attempts is negative"},
        {{.start_to_close = S(1), .retry = {.non_retryable_types = unknown}},
         "retry.non_retryable_types: 'TemporalTimeout:Start' names no timeout type"},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        asked = &cases[i].options;
        rh_run(env, "asks", rh_string("Work"));
        rh_assert_stuck(env, "activity 'Work': ");
        rh_assert_stuck(env, cases[i].why);
        rh_assert_stuck(env, "(BadScheduleActivityAttributes)");
        assert_int_equal(rh_env_journal(env)->call_count, 0);
        assert_string_equal(nth_entry(env, RH_ENTRY_TASK_FAILED, 0)->name->text,
                            "BadScheduleActivityAttributes");
        rh_env_restart(env);
    }
    asked = NULL;
    rh_run(env, "asks", rh_string("Work"));
    rh_assert_stuck(env, "neither start_to_close nor schedule_to_close is set");
    rh_env_restart(env);
    asked = &hour;
    rh_run(env, "asks", rh_string(""));
    rh_assert_stuck(env, "the activity type is empty");
    assert_clean(env);
}

static void one_attempt_skips_the_policys_validation(void **state)
{
    static const rh_activity_options options = {
        .start_to_close = S(5), .retry = {.backoff_coefficient = 0.5, .maximum_attempts = 1}};
    rh_env *env = *state;
    asked = &options;
    rh_mock(env, "Work", .takes = 1);
    rh_run(env, "asks", rh_string("Work"));
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

/* ---- the limit of pending activities --------------------------------------------------------- */

static const rh_failure *crowd(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    size_t count = (size_t)rh_integer_of(input);
    rh_future **all = rh_workflow_alloc(wf, count * sizeof *all);
    (void)result;
    for (size_t i = 0; i < count; i++)
        all[i] = rh_activity(wf, "Work", RH_NO_ARGS, &hour);
    rh_check(wf, rh_await_all(wf, all, count, NULL) == NULL);
    return rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &hour), NULL); /* there is room again */
}

static void at_most_2000_activities_are_pending(void **state)
{
    static const struct {
        int32_t limit;
        int64_t count;
        const char *why; /* NULL: fine */
    } cases[] = {
        {0, 2000, NULL},
        {0, 2001, "activity 'Work' would be the 2001th pending one; the limit is 2000"},
        {-1, 2001, NULL},
        {3, 3, NULL},
        {3, 4, "activity 'Work' would be the 4th pending one; the limit is 3"},
    };
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(1));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_world(env, .pending_activities = cases[i].limit);
        rh_run(env, "crowd", rh_integer(cases[i].count));
        if (cases[i].why) {
            rh_assert_stuck(env, cases[i].why);
            rh_assert_stuck(env, "PendingActivitiesLimitExceeded");
        } else {
            rh_assert_status(env, RH_SUCCEEDED);
            rh_assert_attempts(env, "Work", (size_t)cases[i].count + 1);
        }
        rh_env_restart(env);
    }
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(crashes),
    WORKFLOW(recovers),
    WORKFLOW(differs),
    WORKFLOW(asks),
    WORKFLOW(crowd),
    WORKFLOW(stumbles),
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "crash", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_crash_fails_the_task_twice_and_then_the_run_is_stuck),
        PLAYED(a_second_try_may_succeed),
        PLAYED(each_task_may_fail_once),
        PLAYED(other_failures_back_off),
        PLAYED(refused_options_name_the_field),
        PLAYED(one_attempt_skips_the_policys_validation),
        PLAYED(at_most_2000_activities_are_pending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
