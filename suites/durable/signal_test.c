/* Signals: queued by name, received once, in order; what nobody receives. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static int seconds(const rh_workflow *wf)
{
    return (int)((rh_now(wf) - rh_info(wf)->start_time) / S(1));
}

static const rh_failure *receives(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *value = NULL;
    (void)input;
    (void)result;
    rh_sleep(wf, S(5)); /* two come before anybody asks */
    for (int i = 0; i < 3; i++) {
        rh_check(wf, rh_receive(wf, "go", &value) == NULL);
        rh_log(wf, "%lld@%d", (long long)rh_integer_of(value), seconds(wf));
    }
    rh_check(wf, rh_receive(wf, "stop", NULL) == NULL);
    rh_log(wf, "stop@%d", seconds(wf));
    return NULL;
}

static void signals_queue_by_name(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(1), NULL, "go", rh_integer(1));
    rh_signal_at(env, S(2), NULL, "go", rh_integer(2));
    rh_signal_at(env, S(3), NULL, "stop", NULL);
    rh_signal_at(env, S(8), NULL, "go", rh_integer(3));
    rh_run(env, "receives", NULL);
    assert_string_equal(told(env), "1@5, 2@5, 3@8, stop@8");
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(history(env), "run-started timer-started signaled signaled signaled "
                                      "timer-fired signaled run-completed");
    assert_clean(env);
}

static const rh_failure *receives_for(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    const rh_value *value = rh_null();
    bool received = true;
    (void)input;
    (void)result;
    rh_check(wf, !rh_receive_for(wf, "go", S(2), &value, &received) && !received && !value);
    rh_log(wf, "none@%d", seconds(wf));
    rh_check(wf, !rh_receive_for(wf, "go", S(20), &value, &received) && received);
    rh_log(wf, "%lld@%d", (long long)rh_integer_of(value), seconds(wf));
    rh_sleep(wf, S(5));
    /* What came meanwhile went into the queue, not to the one that has timed out. */
    rh_check(wf, !rh_receive_for(wf, "go", S(20), &value, &received) && received);
    rh_log(wf, "%lld@%d", (long long)rh_integer_of(value), seconds(wf));
    rh_check(wf, !rh_receive_for(wf, "go", S(1), NULL, NULL));
    rh_check(wf, !rh_receive_for(wf, "go", 0, &value, &received) && !received);
    rh_log(wf, "end@%d", seconds(wf));
    return NULL;
}

static void receiving_for_a_while(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(4), NULL, "go", rh_integer(1));
    rh_signal_at(env, S(6), NULL, "go", rh_integer(2));
    rh_run(env, "receives_for", NULL);
    assert_string_equal(told(env), "none@2, 1@4, 2@9, end@10");
    assert_int_equal(count_entries(env, RH_ENTRY_TIMER_CANCELED), 1);
    assert_clean(env);
}

/* A signal at the instant of the timeout is received: it comes first. */
static const rh_failure *races(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    bool received = false;
    (void)input;
    (void)result;
    rh_check(wf, !rh_receive_for(wf, "go", S(3), NULL, &received));
    rh_log(wf, "%d@%d", received, seconds(wf));
    return NULL;
}

static void a_signal_at_the_last_moment(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(3), NULL, "go", NULL);
    rh_run(env, "races", NULL);
    assert_string_equal(told(env), "1@3");
    assert_clean(env);
}

static const rh_failure *takes_now(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *value = rh_null();
    (void)input;
    (void)result;
    rh_check(wf, !rh_receive_now(wf, "go", &value));
    rh_sleep(wf, S(5));
    rh_check(wf, rh_receive_now(wf, "go", &value) && rh_integer_of(value) == 1);
    rh_check(wf, rh_receive_now(wf, "go", NULL));
    rh_check(wf, !rh_receive_now(wf, "go", &value) && rh_integer_of(value) == 1);

    rh_future *first = rh_next_signal(wf, "go"), *second = rh_next_signal(wf, "go");
    rh_future *stop = rh_next_signal(wf, "stop");
    rh_check(wf, !rh_is_ready(first) && !rh_is_ready(second));
    rh_check(wf, rh_await_any(wf, (rh_future *[]){stop, second, first}, 3) == 2);
    rh_check(wf, !rh_is_ready(second)); /* takers are served in turn */
    rh_check(wf, !rh_receive_now(wf, "go", NULL));
    rh_sleep(wf, S(5));
    rh_check(wf, rh_is_ready(second)); /* it took one though nobody awaited it */
    rh_check(wf, !rh_await(wf, second, &value) && rh_integer_of(value) == 4);
    rh_check(wf, !rh_await(wf, first, &value) && rh_integer_of(value) == 3);
    return NULL;
}

static void taking_and_promising(void **state)
{
    rh_env *env = *state;
    for (int i = 1; i <= 4; i++)
        rh_signal_at(env, S(i * 2), NULL, "go", rh_integer(i));
    rh_run(env, "takes_now", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static const rh_failure *canceled_taker(rh_workflow *wf, const rh_value *input,
                                        const rh_value **result)
{
    const rh_value *value = NULL;
    bool received = true;
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *taker = rh_next_signal(wf, "go");
    rh_scope_end(wf, scope);
    rh_sleep(wf, S(1));
    rh_scope_cancel(wf, scope);
    rh_check(wf, rh_await(wf, taker, NULL)->kind == RH_FAILURE_CANCELED);
    rh_check(wf, !rh_receive(wf, "go", &value) && rh_integer_of(value) == 5);
    /* and then the run is canceled */
    const rh_failure *failure = rh_receive_for(wf, "go", S(60), &value, &received);
    rh_check(wf, failure && failure->kind == RH_FAILURE_CANCELED && !received && !value);
    return failure;
}

static void a_canceled_taker_takes_none(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(2), NULL, "go", rh_integer(5));
    rh_cancel_at(env, S(4), NULL);
    rh_run(env, "canceled_taker", NULL);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(4));
    assert_string_equal(history(env), "run-started timer-started timer-fired signaled "
                                      "timer-started run-cancel-requested timer-canceled "
                                      "run-canceled");
    assert_clean(env);
}

/* ---- what nobody receives -------------------------------------------------------------------- */

static const rh_failure *asks_for_approve(rh_workflow *wf, const rh_value *input,
                                          const rh_value **result)
{
    bool received;
    (void)input;
    (void)result;
    return rh_receive_for(wf, "approve", S(10), NULL, &received);
}

static void an_unknown_signal_fails_the_test(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(2), NULL, "aprove", NULL);
    rh_run(env, "asks_for_approve", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_one_error(env, "unknown signal 'aprove': the workflow never asked for it; did you mean "
                          "'approve'?");
    assert_string_equal(nth_entry(env, RH_ENTRY_SIGNAL_UNHANDLED, 0)->name->text, "aprove");
}

static void unknown_signals_may_be_allowed(void **state)
{
    rh_env *env = *state;
    rh_allow_unhandled_signals(env);
    rh_signal_at(env, S(2), NULL, "aprove", NULL);
    rh_run(env, "asks_for_approve", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNAL_UNHANDLED), 1);
    assert_clean(env);
}

static void one_too_many_is_journaled(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(2), NULL, "approve", NULL);
    rh_signal_at(env, S(2), NULL, "approve", NULL);
    rh_run(env, "asks_for_approve", NULL);
    assert_string_equal(nth_entry(env, RH_ENTRY_SIGNAL_UNHANDLED, 0)->text,
                        "it came after the last one was received");
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNAL_UNHANDLED), 1);
    assert_clean(env);
}

static const rh_failure *waits_for_ever(rh_workflow *wf, const rh_value *input,
                                        const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_receive(wf, "approve", NULL);
}

static void a_run_that_waits_for_a_signal_is_stuck(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(2), NULL, "aprove", NULL);
    rh_run(env, "waits_for_ever", NULL);
    rh_assert_status(env, RH_STUCK);
    rh_assert_stuck(env, "main waits for signal 'approve'; signal 'aprove' waits for somebody to "
                         "receive it: the workflow never asked for it; did you mean 'approve'?");
    assert_int_equal(count_entries(env, RH_ENTRY_WAITING), 2);
    assert_string_equal(nth_entry(env, RH_ENTRY_WAITING, 0)->name->text, "main");
    assert_string_equal(nth_entry(env, RH_ENTRY_WAITING, 0)->text, "signal 'approve'");
    assert_clean(env);
}

static void a_closed_run_takes_no_signal(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(20), NULL, "aprove", NULL);
    rh_run(env, "asks_for_approve", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNALED), 0);
    assert_clean(env);
}

static void values_are_copied(void **state)
{
    rh_env *env = *state;
    char text[] = "word", name[] = "go", id[] = "races";
    rh_signal_at(env, S(1), id, name, RH_LIST_OF(rh_string(text)));
    text[0] = name[0] = id[0] = 'X';
    rh_run(env, "races", NULL);
    const rh_entry *entry = nth_entry(env, RH_ENTRY_SIGNALED, 0);
    assert_string_equal(entry->name->text, "go");
    assert_string_equal(rh_text_of(rh_at(entry->value, 0)), "word");
    assert_string_equal(told(env), "1@1");
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(receives),       WORKFLOW(receives_for),
    WORKFLOW(races),          WORKFLOW(takes_now),
    WORKFLOW(canceled_taker), WORKFLOW(asks_for_approve),
    WORKFLOW(waits_for_ever), {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "signal", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(signals_queue_by_name),
        PLAYED(receiving_for_a_while),
        PLAYED(a_signal_at_the_last_moment),
        PLAYED(taking_and_promising),
        PLAYED(a_canceled_taker_takes_none),
        PLAYED(an_unknown_signal_fails_the_test),
        PLAYED(unknown_signals_may_be_allowed),
        PLAYED(one_too_many_is_journaled),
        PLAYED(a_run_that_waits_for_a_signal_is_stuck),
        PLAYED(a_closed_run_takes_no_signal),
        PLAYED(values_are_copied),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
