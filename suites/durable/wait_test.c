/* Waiting: await, await_all, await_any, conditions, timers, coroutines, rh_now. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options hour = {.start_to_close = RH_HOURS(1),
                                         .retry = {.maximum_attempts = 1}};

static const rh_failure *fails(rh_workflow *wf, const char *type)
{
    return rh_fail(wf, type, "%s failed", type);
}

static const rh_failure *awaits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *value = rh_integer(-1);
    rh_future *good = rh_activity(wf, "Good", RH_NO_ARGS, &hour);
    (void)input;
    rh_check(wf, !rh_is_ready(good));
    rh_check(wf, rh_await(wf, good, &value) == NULL);
    rh_check(wf, rh_is_ready(good) && rh_integer_of(value) == 7);
    value = NULL;
    rh_check(wf, rh_await(wf, good, &value) == NULL && rh_integer_of(value) == 7); /* again */
    rh_check(wf, rh_await(wf, good, NULL) == NULL);

    rh_future *bad = rh_activity(wf, "Bad", RH_NO_ARGS, &hour);
    const rh_failure *failure = rh_await(wf, bad, &value);
    rh_check(wf, failure && failure->kind == RH_FAILURE_ACTIVITY && !value);
    rh_check(wf, rh_await(wf, bad, NULL) == failure);
    *result = rh_copy(wf, rh_string(rh_failure_type(failure->cause)));
    return NULL;
}

static const rh_failure *awaits_all(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *values[4] = {rh_null(), rh_null(), rh_null(), rh_null()};
    rh_future *futures[] = {
        rh_activity(wf, "Slow", RH_NO_ARGS, &hour),
        rh_activity(wf, "BadLate", RH_NO_ARGS, &hour),
        rh_activity(wf, "Bad", RH_NO_ARGS, &hour),
        rh_activity(wf, "Good", RH_NO_ARGS, &hour),
    };
    (void)input;
    const rh_failure *failure = rh_await_all(wf, futures, 4, values);
    rh_log(wf, "%lld s", (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    rh_log(wf, "%s", rh_failure_type(failure->cause)); /* first in the array, not in time */
    rh_check(wf, rh_integer_of(values[0]) == 1 && !values[1] && !values[2]);
    rh_check(wf, rh_integer_of(values[3]) == 7);
    rh_check(wf, rh_await_all(wf, futures, 4, NULL) == failure);
    rh_check(wf, rh_await_all(wf, futures, 1, NULL) == NULL);
    rh_check(wf, rh_await_all(wf, futures, 0, NULL) == NULL);
    *result = rh_copy(wf, rh_boolean(true));
    return NULL;
}

static const rh_failure *awaits_any(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *futures[] = {rh_timer(wf, S(9)), rh_timer(wf, S(5)), rh_timer(wf, S(5)),
                            rh_timer(wf, S(7))};
    (void)input;
    (void)result;
    size_t first = rh_await_any(wf, futures, 4);
    rh_log(wf, "%zu at %lld", first, (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    rh_check(wf, rh_await_any(wf, futures + 2, 2) == 0); /* ready already */
    rh_check(wf, rh_await_any(wf, futures, 1) == 0);
    rh_sleep(wf, S(1));
    rh_log(wf, "%zu", rh_await_any(wf, futures, 4)); /* the first of the array, not in time */
    return NULL;
}

static const rh_failure *awaits_none(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    (void)input;
    (void)result;
    rh_await_any(wf, NULL, 0);
    return NULL;
}

static void awaiting(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Good", .result = rh_integer(7), .takes = S(2));
    rh_mock(env, "Bad", .failure = RH_FAILURE("Broken", "no"), .takes = S(3));
    rh_run(env, "awaits", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_string("Broken"));
    rh_assert_duration(env, S(5));
    assert_clean(env);
}

static void awaiting_all(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Good", .result = rh_integer(7), .takes = S(2));
    rh_mock(env, "Slow", .result = rh_integer(1), .takes = S(8));
    rh_mock(env, "Bad", .failure = RH_FAILURE("Early", "no"), .takes = S(1));
    rh_mock(env, "BadLate", .failure = RH_FAILURE("Late", "no"), .takes = S(6));
    rh_run(env, "awaits_all", NULL);
    assert_string_equal(told(env), "8 s, Late");
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static void awaiting_any(void **state)
{
    rh_env *env = *state;
    rh_run(env, "awaits_any", NULL);
    assert_string_equal(told(env), "1 at 5, 0");
    rh_assert_duration(env, S(10));
    rh_env_restart(env);
    rh_run(env, "awaits_none", NULL);
    rh_assert_stuck(env, "rh_await_any was called with no futures");
    assert_clean(env);
}

/* ---- coroutines ------------------------------------------------------------------------------ */

static const rh_failure *speaker(rh_workflow *wf, void *data, const rh_value **result)
{
    const char *name = data;
    rh_log(wf, "%s1", name);
    rh_sleep(wf, S(1));
    rh_log(wf, "%s2", name);
    *result = rh_copy(wf, rh_string(name));
    return strcmp(name, "c") ? NULL : fails(wf, "C");
}

static const rh_failure *spawns(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    char name[] = "first";
    const rh_value *values[3] = {NULL};
    rh_future *all[] = {
        rh_spawn(wf, name, speaker, "a"),
        rh_spawn(wf, "b", speaker, "b"),
        rh_spawn(wf, NULL, speaker, "c"),
    };
    (void)input;
    name[0] = 'X';
    rh_log(wf, "main");
    const rh_failure *failure = rh_await_all(wf, all, 3, values);
    rh_check(wf, !strcmp(rh_text_of(values[0]), "a") && !values[2]);
    rh_check(wf, !strcmp(rh_failure_type(failure), "C"));
    *result = values[1];
    return NULL;
}

static void coroutines_run_in_the_order_they_were_made(void **state)
{
    rh_env *env = *state;
    rh_run(env, "spawns", NULL);
    assert_string_equal(told(env), "main, a1, b1, c1, a2, b2, c2");
    rh_assert_result(env, rh_string("b"));
    rh_assert_duration(env, S(1));
    assert_clean(env);
}

static const rh_failure *parent(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    rh_log(wf, "parent");
    rh_spawn(wf, "child", speaker, data);
    return NULL;
}

/* A coroutine made by a coroutine runs in the same task, after those made before it. */
static const rh_failure *spawns_in_turn(rh_workflow *wf, const rh_value *input,
                                        const rh_value **result)
{
    (void)input;
    (void)result;
    rh_spawn(wf, "p", parent, "x");
    rh_spawn(wf, "q", speaker, "q");
    rh_sleep(wf, S(2));
    rh_log(wf, "end");
    rh_spawn(wf, "never", speaker, "never"); /* the run ends first */
    return NULL;
}

static void coroutines_of_coroutines(void **state)
{
    rh_env *env = *state;
    rh_run(env, "spawns_in_turn", NULL);
    assert_string_equal(told(env), "parent, q1, x1, q2, x2, end");
    assert_clean(env);
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool is_three(void *data)
{
    return *(const int *)data == 3;
}

static bool is_never(void *data)
{
    (void)data;
    return false;
}

static const rh_failure *counts(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    for (int *counter = data; *counter < 3; ++*counter)
        rh_sleep(wf, S(1));
    return NULL;
}

static const rh_failure *conditions(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int *counter = rh_workflow_alloc(wf, sizeof *counter);
    bool met = false;
    (void)input;
    (void)result;
    rh_spawn(wf, "counter", counts, counter);
    rh_check(wf, !rh_await_condition(wf, is_three, counter, S(2), &met) && !met);
    rh_log(wf, "not after %lld", (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    rh_check(wf, !rh_await_condition(wf, is_three, counter, S(100), &met) && met);
    rh_log(wf, "at %lld", (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    rh_check(wf, !rh_await_condition(wf, is_three, counter, 0, &met) && met);
    *counter = 4;
    met = true;
    rh_check(wf, !rh_await_condition(wf, is_three, counter, S(5), NULL));
    rh_log(wf, "end at %lld", (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    return NULL;
}

static void conditions_hold_or_time_out(void **state)
{
    rh_env *env = *state;
    rh_run(env, "conditions", NULL);
    assert_string_equal(told(env), "not after 2, at 3, end at 8");
    /* The timer of a condition that holds is canceled; one that holds at once needs none. */
    assert_int_equal(count_entries(env, RH_ENTRY_TIMER_CANCELED), 1);
    assert_int_equal(count_entries(env, RH_ENTRY_TIMER_STARTED), 3 + 3);
    assert_clean(env);
}

static const rh_failure *canceled_condition(rh_workflow *wf, const rh_value *input,
                                            const rh_value **result)
{
    bool met = true;
    (void)input;
    (void)result;
    const rh_failure *failure = rh_await_condition(wf, is_never, NULL, 0, &met);
    rh_check(wf, failure && failure->kind == RH_FAILURE_CANCELED && !met);
    rh_log(wf, "canceled");
    failure = rh_await_condition(wf, is_never, NULL, S(3), &met); /* at once */
    rh_check(wf, failure && failure->kind == RH_FAILURE_CANCELED && !met);
    int three = 3;
    rh_check(wf, !rh_await_condition(wf, is_three, &three, 0, &met) && met);
    return NULL;
}

static void conditions_are_canceled(void **state)
{
    rh_env *env = *state;
    rh_cancel_at(env, S(4), NULL);
    rh_run(env, "canceled_condition", NULL);
    assert_string_equal(told(env), "canceled");
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, S(4));
    assert_string_equal(history(env), "run-started run-cancel-requested run-completed");
    assert_clean(env);
}

/* Two that wait for what the other does: each is asked again after every step. */
static const rh_failure *pings(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    for (int *turn = data; *turn < 6;) {
        rh_await_condition(wf, is_three, turn, 0, NULL);
        ++*turn;
        rh_log(wf, "ping %d", *turn);
    }
    return NULL;
}

static const rh_failure *interlock(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int *turn = rh_workflow_alloc(wf, sizeof *turn);
    (void)input;
    (void)result;
    rh_future *pinging = rh_spawn(wf, "pinger", pings, turn);
    rh_sleep(wf, S(1));
    *turn = 3;
    rh_log(wf, "set");
    rh_sleep(wf, S(1));
    *turn = 2;
    rh_sleep(wf, S(1));
    *turn = 3;
    rh_sleep(wf, S(1));
    *turn = 5;
    rh_log(wf, "%d", rh_is_ready(pinging));
    return rh_await(wf, pinging, NULL);
}

static void conditions_are_asked_after_every_step(void **state)
{
    rh_env *env = *state;
    rh_run(env, "interlock", NULL);
    assert_string_equal(told(env), "set, ping 4, ping 4, 0");
    rh_assert_status(env, RH_STUCK);
    rh_assert_stuck(env, "main waits for coroutine 'pinger'; pinger waits for a condition that "
                         "does not hold");
    assert_clean(env);
}

static const rh_failure *sets_and_waits(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    rh_sleep(wf, S(1));
    *(int *)data = 3;
    return rh_await_condition(wf, is_never, NULL, S(5), NULL);
}

/* Whoever changes something and then waits for a condition of its own has made progress. */
static const rh_failure *hears_at_once(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    int *counter = rh_workflow_alloc(wf, sizeof *counter);
    (void)input;
    (void)result;
    rh_spawn(wf, "setter", sets_and_waits, counter);
    rh_await_condition(wf, is_three, counter, 0, NULL);
    rh_log(wf, "at %lld", (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)));
    return NULL;
}

static void a_change_is_heard_at_once(void **state)
{
    rh_env *env = *state;
    rh_run(env, "hears_at_once", NULL);
    assert_string_equal(told(env), "at 1");
    assert_clean(env);
}

/* ---- timers ---------------------------------------------------------------------------------- */

static const rh_failure *timers(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_time start = rh_now(wf);
    (void)input;
    (void)result;
    rh_check(wf, rh_is_ready(rh_timer(wf, 0)));
    rh_check(wf, rh_is_ready(rh_timer(wf, -5)));
    rh_check(wf, rh_sleep(wf, 0) == NULL && rh_sleep(wf, -1) == NULL);
    rh_check(wf, !rh_is_ready(rh_timer(wf, 1)));
    rh_check(wf, rh_sleep(wf, RH_MILLISECONDS(1500)) == NULL);
    rh_check(wf, rh_now(wf) - start == RH_MILLISECONDS(1500));
    return NULL;
}

static void timers_without_a_duration_have_fired(void **state)
{
    rh_env *env = *state;
    rh_run(env, "timers", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(history(env), "run-started timer-started timer-started timer-fired "
                                      "timer-fired run-completed");
    assert_clean(env);
}

static const rh_failure *sleeper(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    rh_sleep(wf, *(const rh_duration *)data);
    rh_log(wf, "%lld@%lld", (long long)*(const rh_duration *)data,
           (long long)(rh_now(wf) - rh_info(wf)->start_time));
    return NULL;
}

static const rh_failure *ticks(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_duration times[] = {1500000, 1999999, 2000000, 1000001, 1999999};
    rh_future *all[5];
    (void)input;
    (void)result;
    for (size_t i = 0; i < 5; i++)
        all[i] = rh_spawn(wf, "sleeper", sleeper, (void *)(uintptr_t)&times[i]);
    return rh_await_all(wf, all, 5, NULL);
}

/* Server timers of one millisecond come in one workflow task, in due order. */
static void timers_of_one_millisecond_come_together(void **state)
{
    rh_env *env = *state;
    rh_run(env, "ticks", NULL);
    assert_string_equal(told(env), "1500000@1999999, 1999999@1999999, 1000001@1999999, "
                                   "1999999@1999999, 2000000@2000000");
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_COMPLETED), 3);
    static const char *const fired[] = {"8", "5", "6", "9", "7"};
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(nth_entry(env, RH_ENTRY_TIMER_FIRED, i)->text, fired[i]);
    assert_clean(env);
}

static const rh_failure *time_stands_still(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    rh_time now = rh_now(wf);
    (void)input;
    (void)result;
    rh_check(wf, now == rh_info(wf)->start_time + S(3)); /* the task has a latency */
    for (int i = 0; i < 100; i++) {
        rh_sleep(wf, 0);
        rh_check(wf, rh_now(wf) == now);
    }
    rh_sleep(wf, S(1));
    rh_check(wf, rh_now(wf) == now + S(4));
    return NULL;
}

static void now_is_constant_within_a_task(void **state)
{
    rh_env *env = *state;
    for (int i = 0; i < 2; i++) {
        rh_world(env, .task_latency = S(3), .no_cache = i);
        rh_run(env, "time_stands_still", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        rh_assert_duration(env, S(7));
        rh_env_restart(env);
    }
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(awaits),        WORKFLOW(awaits_all),
    WORKFLOW(awaits_any),    WORKFLOW(awaits_none),
    WORKFLOW(spawns),        WORKFLOW(spawns_in_turn),
    WORKFLOW(conditions),    WORKFLOW(canceled_condition),
    WORKFLOW(interlock),     WORKFLOW(timers),
    WORKFLOW(ticks),         WORKFLOW(time_stands_still),
    WORKFLOW(hears_at_once), {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "wait", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(awaiting),
        PLAYED(awaiting_all),
        PLAYED(awaiting_any),
        PLAYED(coroutines_run_in_the_order_they_were_made),
        PLAYED(coroutines_of_coroutines),
        PLAYED(conditions_hold_or_time_out),
        PLAYED(conditions_are_canceled),
        PLAYED(conditions_are_asked_after_every_step),
        PLAYED(a_change_is_heard_at_once),
        PLAYED(timers_without_a_duration_have_fired),
        PLAYED(timers_of_one_millisecond_come_together),
        PLAYED(now_is_constant_within_a_task),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
