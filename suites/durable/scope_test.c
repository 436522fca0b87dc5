/* Cancellation scopes: what their cancellation reaches, and what the server is told. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static int create_env(void **state);

static rh_activity_options options_of(rh_cancellation_type cancellation)
{
    return (rh_activity_options){.start_to_close = RH_HOURS(1),
                                 .retry = {.initial_interval = S(10), .maximum_attempts = 2},
                                 .cancellation = cancellation};
}

static bool is_canceled(const rh_failure *failure)
{
    return failure && failure->kind == RH_FAILURE_CANCELED;
}

/* ---- the three ways to cancel an activity ---------------------------------------------------- */

static const rh_failure *cancels(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_activity_options options =
        options_of((rh_cancellation_type)rh_integer_of(rh_at(input, 0)));
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *work = rh_activity(wf, "Work", RH_ARGS(rh_string("x")), &options);
    (void)result;
    rh_scope_end(wf, scope);
    if (rh_integer_of(rh_at(input, 1)))
        rh_sleep(wf, S(rh_integer_of(rh_at(input, 1))));
    rh_scope_cancel(wf, scope);
    rh_scope_cancel(wf, scope); /* twice is fine */
    bool at_once = rh_is_ready(work);
    const rh_failure *failure = rh_await(wf, work, NULL);
    rh_log(wf, "%s %lld %s", at_once ? "at once" : "later",
           (long long)((rh_now(wf) - rh_info(wf)->start_time) / S(1)),
           !failure ? "succeeded"
                    : rh_failure_kind_name((rh_failure_kind)(failure->cause ? failure->cause->kind
                                                                            : failure->kind)));
    if (failure && at_once) {
        rh_check(wf, failure->kind == RH_FAILURE_CANCELED && !failure->cause);
    } else if (failure) {
        rh_check(wf, failure->kind == RH_FAILURE_ACTIVITY);
        rh_check(wf, failure->retry_state == RH_RETRY_CANCEL_REQUESTED);
        rh_check(wf, !strcmp(failure->activity_type, "Work"));
    }
    rh_sleep(wf, S(100));
    return NULL;
}

#define CLOSE " timer-started timer-fired run-completed"

static void ways_to_cancel(void **state)
{
    static const struct {
        rh_cancellation_type cancellation;
        int64_t after_s;
        rh_cancel_reaction reaction;
        const char *told;
        const char *history;
    } cases[] = {
        {RH_TRY_CANCEL, 5, RH_OBEYS, "at once 5 canceled",
         "run-started activity-scheduled timer-started timer-fired activity-cancel-requested "
         "timer-started activity-canceled timer-fired run-completed"},
        {RH_WAIT_FOR_CANCELLATION, 5, RH_OBEYS, "later 6 canceled",
         "run-started activity-scheduled timer-started timer-fired activity-cancel-requested "
         "activity-canceled" CLOSE},
        {RH_WAIT_FOR_CANCELLATION, 5, RH_TAKES, "later 8 canceled",
         "run-started activity-scheduled timer-started timer-fired activity-cancel-requested "
         "activity-canceled" CLOSE},
        {RH_WAIT_FOR_CANCELLATION, 5, RH_IGNORES, "later 20 succeeded",
         "run-started activity-scheduled timer-started timer-fired activity-cancel-requested "
         "activity-completed" CLOSE},
        {RH_ABANDON, 5, RH_OBEYS, "at once 5 canceled",
         "run-started activity-scheduled timer-started timer-fired "
         "timer-started activity-completed timer-fired run-completed"},
        /* In the task that asked for it: it is sent all the same, as Go does. */
        {RH_TRY_CANCEL, 0, RH_OBEYS, "at once 0 canceled",
         "run-started activity-scheduled activity-cancel-requested timer-started "
         "activity-canceled timer-fired run-completed"},
        {RH_WAIT_FOR_CANCELLATION, 0, RH_OBEYS, "later 0 canceled",
         "run-started activity-scheduled activity-cancel-requested activity-canceled" CLOSE},
        {RH_ABANDON, 0, RH_OBEYS, "at once 0 canceled",
         "run-started activity-scheduled timer-started activity-completed timer-fired "
         "run-completed"},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int no_cache = 0; no_cache < 2; no_cache++) {
            rh_env_destroy(env);
            create_env(state);
            env = *state;
            rh_world(env, .no_cache = no_cache);
            rh_mock(env, "Work", .takes = S(20), .heartbeat_every = S(3),
                    .on_cancel = cases[i].reaction,
                    .cancel_takes = cases[i].reaction == RH_TAKES ? S(2) : 0);
            rh_run(env, "cancels",
                   RH_LIST_OF(rh_integer(cases[i].cancellation), rh_integer(cases[i].after_s)));
            assert_string_equal(told(env), cases[i].told);
            assert_string_equal(history(env), cases[i].history);
            assert_clean(env);
        }
}

static void canceled_before_it_started(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .failure = RH_FAILURE("Down", "down"), .takes = S(2));
    /* At 5 s it backs off. */
    rh_run(env, "cancels", RH_LIST_OF(rh_integer(RH_WAIT_FOR_CANCELLATION), rh_integer(5)));
    assert_string_equal(told(env), "later 5 canceled");
    assert_string_equal(history(env), "run-started activity-scheduled timer-started timer-fired "
                                      "activity-cancel-requested activity-canceled" CLOSE);
    const rh_entry *canceled = nth_entry(env, RH_ENTRY_ACTIVITY_CANCELED, 0);
    assert_int_equal(since_start(env, canceled), S(5));
    assert_int_equal(canceled->code, RH_RETRY_CANCEL_REQUESTED);
    assert_int_equal(canceled->number, 0); /* no started event */
    assert_string_equal(rh_text_of(canceled->value), "ACTIVITY_ID_NOT_STARTED");
    rh_assert_attempts(env, "Work", 1);
    rh_env_restart(env);
    /* At 1 s it runs and then fails: not tried again. */
    rh_run(env, "cancels", RH_LIST_OF(rh_integer(RH_WAIT_FOR_CANCELLATION), rh_integer(1)));
    assert_string_equal(told(env), "later 2 application");
    assert_int_equal(nth_entry(env, RH_ENTRY_ACTIVITY_FAILED, 0)->code, RH_RETRY_CANCEL_REQUESTED);
    rh_assert_attempts(env, "Work", 1);
    assert_clean(env);
}

/* ---- what a cancellation reaches ------------------------------------------------------------- */

static const rh_failure *nests(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_activity_options options = options_of(RH_TRY_CANCEL);
    (void)input;
    (void)result;
    rh_scope *outer = rh_scope_begin(wf);
    rh_future *a = rh_timer(wf, S(60));
    rh_future *b = rh_activity(wf, "Work", RH_NO_ARGS, &options);
    rh_scope *inner = rh_scope_begin(wf);
    rh_future *c = rh_timer(wf, S(50));
    rh_scope_end(wf, inner);
    rh_scope *free_ = rh_scope_begin_disconnected(wf);
    rh_future *d = rh_timer(wf, S(40));
    rh_scope *inside = rh_scope_begin(wf);
    rh_future *e = rh_timer(wf, S(30));
    rh_check(wf, !rh_is_canceled(wf));
    rh_scope_end(wf, inside);
    rh_scope_end(wf, free_);
    rh_scope_end(wf, outer);
    rh_future *f = rh_timer(wf, S(20));

    rh_sleep(wf, S(1));
    rh_scope_cancel(wf, outer);
    rh_check(wf, rh_is_ready(a) && rh_is_ready(b) && rh_is_ready(c));
    rh_check(wf, is_canceled(rh_await(wf, a, NULL)) && is_canceled(rh_await(wf, c, NULL)));
    rh_check(wf, !rh_is_ready(d) && !rh_is_ready(e) && !rh_is_ready(f));
    rh_check(wf, !rh_is_canceled(wf));
    rh_scope_cancel(wf, free_);
    rh_check(wf, rh_is_ready(d) && rh_is_ready(e) && !rh_is_ready(f));
    return rh_await(wf, f, NULL);
}

static void cancellation_goes_inwards(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(20));
    for (int no_cache = 0; no_cache < 2; no_cache++) {
        rh_world(env, .no_cache = no_cache);
        rh_run(env, "nests", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        rh_assert_duration(env, S(20));
        /* in the order they were made, the outer scope's before those inside */
        assert_string_equal(
            history(env),
            "run-started timer-started activity-scheduled timer-started timer-started "
            "timer-started timer-started timer-started timer-fired timer-canceled "
            "activity-cancel-requested timer-canceled timer-canceled timer-canceled "
            "activity-completed timer-fired run-completed");
        static const char *const canceled[] = {"5", "7", "8", "9"};
        for (size_t i = 0; i < LENGTH(canceled); i++)
            assert_string_equal(nth_entry(env, RH_ENTRY_TIMER_CANCELED, i)->text, canceled[i]);
        rh_env_restart(env);
    }
    assert_clean(env);
}

static const rh_failure *siblings(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *outer = rh_scope_begin(wf);
    for (int i = 0; i < 3; i++) {
        rh_scope *inner = rh_scope_begin(wf);
        rh_timer(wf, S(60));
        rh_scope_end(wf, inner);
    }
    rh_timer(wf, S(60));
    rh_scope_end(wf, outer);
    rh_sleep(wf, S(1));
    rh_scope_cancel(wf, outer);
    rh_sleep(wf, S(1));
    return NULL;
}

static void siblings_are_canceled_in_the_order_they_were_made(void **state)
{
    static const char *const order[] = {"8", "5", "6", "7"};
    rh_env *env = *state;
    rh_run(env, "siblings", NULL);
    for (size_t i = 0; i < LENGTH(order); i++)
        assert_string_equal(nth_entry(env, RH_ENTRY_TIMER_CANCELED, i)->text, order[i]);
    assert_clean(env);
}

static const rh_failure *on_canceled(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    const rh_activity_options options = options_of(RH_TRY_CANCEL);
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_scope_cancel(wf, scope);
    rh_check(wf, rh_is_canceled(wf));
    rh_check(wf, is_canceled(rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &options), NULL)));
    rh_check(wf, is_canceled(rh_sleep(wf, S(5))));
    rh_check(wf, is_canceled(rh_sleep(wf, 0)));
    rh_check(wf, is_canceled(rh_receive(wf, "go", NULL)));
    rh_scope *inner = rh_scope_begin(wf);
    rh_check(wf, rh_is_canceled(wf)); /* made inside a canceled one */
    rh_scope_end(wf, inner);
    rh_scope *apart = rh_scope_begin_disconnected(wf);
    rh_check(wf, !rh_is_canceled(wf) && rh_sleep(wf, S(1)) == NULL);
    rh_scope_end(wf, apart);
    rh_check(wf, rh_is_canceled(wf));
    rh_scope_end(wf, scope);
    rh_check(wf, !rh_is_canceled(wf) && rh_sleep(wf, S(1)) == NULL);
    return NULL;
}

static void on_a_canceled_scope_nothing_is_asked(void **state)
{
    rh_env *env = *state;
    rh_run(env, "on_canceled", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(history(env), "run-started timer-started timer-fired timer-started "
                                      "timer-fired run-completed");
    assert_clean(env);
}

static const rh_failure *sleeps(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)data;
    (void)result;
    const rh_failure *failure = rh_sleep(wf, S(60));
    rh_log(wf, "coroutine %s", failure ? "canceled" : "slept");
    return failure;
}

static const rh_failure *spawns_in_scope(rh_workflow *wf, const rh_value *input,
                                         const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *inside = rh_spawn(wf, "inside", sleeps, NULL);
    rh_scope_end(wf, scope);
    rh_future *beside = rh_spawn(wf, "beside", sleeps, NULL);
    rh_sleep(wf, S(1));
    rh_scope_cancel(wf, scope);
    rh_check(wf, !rh_is_ready(inside));
    rh_check(wf, is_canceled(rh_await(wf, inside, NULL)));
    rh_check(wf, rh_await(wf, beside, NULL) == NULL);
    return NULL;
}

static void coroutines_start_in_the_scope_they_were_spawned_in(void **state)
{
    rh_env *env = *state;
    rh_run(env, "spawns_in_scope", NULL);
    assert_string_equal(told(env), "coroutine canceled, coroutine slept");
    rh_assert_duration(env, S(60));
    assert_clean(env);
}

/* ---- the run is canceled --------------------------------------------------------------------- */

static const rh_failure *cleans_up(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_activity_options options = options_of(RH_TRY_CANCEL);
    (void)input;
    (void)result;
    const rh_failure *failure = rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &options), NULL);
    rh_check(wf, failure && rh_is_canceled(wf));
    rh_scope *scope = rh_scope_begin_disconnected(wf);
    rh_check(wf, rh_await(wf, rh_activity(wf, "Clean", RH_NO_ARGS, &options), NULL) == NULL);
    rh_scope_end(wf, scope);
    return rh_wrap(wf, failure, "gave up");
}

static void a_canceled_run_cleans_up(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(20));
    rh_mock(env, "Clean", .takes = S(3));
    rh_cancel_at(env, S(5), NULL);
    rh_cancel_at(env, S(6), NULL); /* once is enough */
    rh_run(env, "cleans_up", NULL);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(8));
    assert_string_equal(history(env), "run-started activity-scheduled run-cancel-requested "
                                      "activity-cancel-requested activity-scheduled "
                                      "activity-completed run-canceled");
    assert_string_equal(failure_of(env), "canceled");
    assert_int_equal(count_entries(env, RH_ENTRY_CALL_LEFT_OPEN), 1);
    assert_clean(env);
}

/* ---- misuse ---------------------------------------------------------------------------------- */

static const rh_failure *ends_twice(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_scope_end(wf, scope);
    rh_scope_end(wf, scope);
    return NULL;
}

static const rh_failure *ends_outer(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_scope_begin(wf);
    rh_scope_end(wf, scope);
    return NULL;
}

static void only_the_current_scope_can_be_left(void **state)
{
    rh_env *env = *state;
    rh_run(env, "ends_twice", NULL);
    rh_assert_stuck(env, "rh_scope_end was called with a scope that is not the current one");
    rh_env_restart(env);
    rh_run(env, "ends_outer", NULL);
    rh_assert_stuck(env, "rh_scope_end was called with a scope that is not the current one");
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(cancels),         WORKFLOW(nests),     WORKFLOW(on_canceled),
    WORKFLOW(spawns_in_scope), WORKFLOW(cleans_up), WORKFLOW(ends_twice),
    WORKFLOW(ends_outer),      WORKFLOW(siblings),  {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "scope", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(ways_to_cancel),
        PLAYED(canceled_before_it_started),
        PLAYED(cancellation_goes_inwards),
        PLAYED(siblings_are_canceled_in_the_order_they_were_made),
        PLAYED(on_a_canceled_scope_nothing_is_asked),
        PLAYED(coroutines_start_in_the_scope_they_were_spawned_in),
        PLAYED(a_canceled_run_cleans_up),
        PLAYED(only_the_current_scope_can_be_left),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
