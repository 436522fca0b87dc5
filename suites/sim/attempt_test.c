/* Attempts and calls: what they are called, what a timeout carries, what goes on outside when
 * nobody waits any more. (The lifecycle itself is in suites/lifecycle.) */
#include "sim/failure.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options *asked;

static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    return rh_await(wf, rh_activity(wf, "Work", input, asked), result);
}

static const rh_failure *works_thrice(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    rh_future *all[3];
    (void)input;
    (void)result;
    for (int i = 0; i < 3; i++)
        all[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer(i)), asked);
    return rh_await_all(wf, all, 3, NULL);
}

static const rh_failure *sleeps(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *failure = rh_sleep(wf, S(5));
    rh_log(wf, "%s", failure ? rh_failure_message(failure) : "slept");
    return failure;
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(works), WORKFLOW(works_thrice), WORKFLOW(sleeps), {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "attempt", workflows, NULL};
DEFINE_ENVS(module)

/* ---- calls ----------------------------------------------------------------------------------- */

static void the_first_scalar_argument_is_the_key(void **state)
{
    static const rh_activity_options plain = {.start_to_close = S(5)};
    static const rh_activity_options keyed = {.start_to_close = S(5), .key = "own"};
    const struct {
        const rh_activity_options *options;
        const rh_value *args;
        const char *path;
    } cases[] = {
        {&plain, NULL, "Work"},
        {&plain, RH_ARGS(rh_string("arm64"), rh_string("x")), "Work[arm64]"},
        {&plain, RH_ARGS(RH_OBJECT_OF({"a", rh_string("b")}), rh_integer(-5)), "Work[-5]"},
        {&plain, RH_ARGS(rh_null(), rh_boolean(true)), "Work[true]"},
        {&plain, RH_ARGS(rh_boolean(false)), "Work[false]"},
        {&plain, RH_ARGS(rh_null(), RH_LIST_OF(rh_integer(1)), rh_number(1.5)), "Work"},
        {&keyed, RH_ARGS(rh_string("arm64")), "Work[own]"},
    };
    rh_env *env = *state;
    rh_mock(env, "Work");
    for (size_t i = 0; i < LENGTH(cases); i++) {
        asked = cases[i].options;
        rh_run(env, "works", cases[i].args);
        assert_string_equal(rh_call_path_text(&env->arena, rh_env_journal(env)->calls[0]),
                            cases[i].path);
        rh_env_restart(env);
    }
    assert_clean(env);
}

static void calls_are_numbered_by_path_and_by_type(void **state)
{
    static const rh_activity_options plain = {.start_to_close = S(5)};
    rh_env *env = *state;
    asked = &plain;
    rh_mock(env, "Work");
    rh_run(env, "works", RH_ARGS(rh_integer(1)));
    rh_run(env, "works_thrice", NULL);
    rh_run(env, "works_thrice", NULL);
    rh_call *const *calls = rh_env_journal(env)->calls;
    for (uint32_t i = 0; i < 7; i++) {
        assert_int_equal(calls[i]->number, 1);  /* in its run */
        assert_int_equal(calls[i]->nth, i + 1); /* in the world */
    }
    assert_clean(env);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

static void what_a_timeout_says(void **state)
{
    static const struct {
        rh_activity_options options;
        const char *text;
        rh_retry_state retry_state;
        int32_t attempts;
    } cases[] = {
        /* at one instant start-to-close comes before the heartbeat timeout */
        {{.start_to_close = S(5), .heartbeat_timeout = S(5), .retry = {.maximum_attempts = 1}},
         "activity StartToClose timeout (type: StartToClose)",
         RH_RETRY_MAXIMUM_ATTEMPTS_REACHED,
         1},
        {{.start_to_close = S(5), .heartbeat_timeout = S(4), .retry = {.maximum_attempts = 1}},
         "activity Heartbeat timeout (type: Heartbeat)",
         RH_RETRY_MAXIMUM_ATTEMPTS_REACHED,
         1},
        /* the failure of the attempt before it is the cause */
        {{.start_to_close = S(5), .retry = {.maximum_attempts = 2}},
         "activity StartToClose timeout (type: StartToClose): one (type: One, retryable: true)",
         RH_RETRY_MAXIMUM_ATTEMPTS_REACHED,
         2},
        {{.start_to_close = S(5), .schedule_to_close = S(7)},
         "Not enough time to schedule next retry before activity ScheduleToClose timeout, giving "
         "up retrying (type: ScheduleToClose): one (type: One, retryable: true)",
         RH_RETRY_TIMEOUT,
         2},
        {{.start_to_close = S(5), .schedule_to_start = S(3), .task_queue = "nobody"},
         "activity ScheduleToStart timeout (type: ScheduleToStart)",
         RH_RETRY_TIMEOUT,
         0},
    };
    rh_env *env = *state;
    rh_host(env, "a", .task_queues = RH_NAMES("default"));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        asked = &cases[i].options;
        if (i == 2)
            rh_mock(env, "Work", .attempt = 1, .failure = RH_FAILURE("One", "one"));
        if (i == 0)
            rh_fixture_mock(env, "Work", .hangs = true);
        rh_run(env, "works", NULL);
        const rh_failure *failure = rh_failure_of(env);
        assert_non_null(failure);
        assert_int_equal(failure->kind, RH_FAILURE_ACTIVITY);
        assert_int_equal(failure->retry_state, cases[i].retry_state);
        assert_string_equal(rh_failure_print(&env->arena, failure->cause), cases[i].text);
        assert_int_equal(rh_attempts_of(env, "Work"), cases[i].attempts);
        rh_env_restart(env);
    }
}

/* ---- heartbeat details ----------------------------------------------------------------------- */

static void looks(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    const char **seen = data;
    static const rh_failure_options down = {.type = "Down"};
    if (attempt->attempt == 1)
        answer->failure = &down;
    else
        *seen = attempt->heartbeat_details
                    ? rh_env_print(attempt->env, "%s", rh_text_of(attempt->heartbeat_details))
                    : "none";
}

static void details_survive_until_they_are_erased(void **state)
{
    static const rh_activity_options options = {.start_to_close = S(50)};
    rh_env *env = *state;
    const char *seen = NULL;
    asked = &options;
    rh_row_mock(env, "Work", .call = looks, .data = &seen, .takes = S(9), .nth = 1,
                RH_HEARTBEATS({S(1), rh_string("a")}, {S(2), rh_string("b")}));
    rh_mock(env, "Work", .call = looks, .data = &seen, .takes = S(9),
            RH_HEARTBEATS({S(1), rh_string("a")}, {S(2), NULL}));
    rh_run(env, "works", NULL);
    assert_string_equal(seen, "b");
    rh_run(env, "works", NULL);
    assert_string_equal(seen, "none"); /* a beat without details erases older ones */
    assert_clean(env);
}

/* ---- outside --------------------------------------------------------------------------------- */

static void an_attempt_that_ended_is_not_lost(void **state)
{
    static const rh_activity_options options = {.start_to_close = S(50),
                                                .retry = {.maximum_attempts = 1}};
    static const char *const first[] = {"[0]", "[1]", "[2]"};
    rh_env *env = *state;
    asked = &options;
    for (size_t i = 0; i < 3; i++) { /* the oldest, the one between, the newest ends first */
        rh_env_destroy(env);
        *state = env = rh_env_create(&module);
        rh_host(env, "a", .slots = 3);
        rh_mock(env, "Work", .args = RH_ARGS(rh_integer((int64_t)i)), .takes = S(2));
        rh_mock(env, "Work", .takes = S(9));
        rh_lose_host_at(env, S(4), "a");
        rh_run(env, "works_thrice", NULL);
        assert_int_equal(count_entries(env, RH_ENTRY_ATTEMPT_LOST), 2);
        for (size_t k = 0; k < 2; k++)
            assert_false(rh_call_matches(rh_env_call(env, nth_entry(env, RH_ENTRY_ATTEMPT_LOST, k)),
                                         rh_env_print(env, "Work%s", first[i])));
        assert_int_equal(rh_host_find(&env->world, "a")->used, 0);
        assert_clean(env);
    }
}

static void who_hangs_alone_is_silent_in_the_end(void **state)
{
    static const rh_activity_options options = {.start_to_close = S(10),
                                                .retry = {.maximum_attempts = 1}};
    rh_env *env = *state;
    asked = &options;
    rh_mock(env, "Work", .hangs = true, .heartbeat_every = S(3), .on_cancel = RH_IGNORES);
    rh_run(env, "works", NULL);
    rh_assert_status(env, RH_FAILED);
    assert_int_equal(count_entries(env, RH_ENTRY_HEARTBEAT), 4); /* at 3, 6, 9, and a last at 12 */
    assert_null(nth_entry(env, RH_ENTRY_HEARTBEAT, 2)->text);
    assert_string_equal(nth_entry(env, RH_ENTRY_HEARTBEAT, 3)->text, "nobody waits for it");
    assert_int_equal(rh_env_virtual_time(env), S(12));
    assert_clean(env);
}

static void a_late_end(void **state)
{
    static const rh_activity_options options = {.start_to_close = S(5),
                                                .retry = {.maximum_attempts = 1}};
    static const struct {
        rh_mock_options mock;
        const char *what;
        rh_duration at;
        size_t effects;
    } cases[] = {
        {{.takes = S(9)}, "result", S(9), 1},
        {{.takes = S(9), .heartbeat_every = S(4)}, "canceled", S(8), 0}, /* it obeys */
        {{.takes = S(9), .heartbeat_every = S(4), .on_cancel = RH_IGNORES}, "result", S(9), 1},
        {{.takes = S(9), .fault = "reply-lost"}, "failure", S(9), 1},
    };
    rh_env *env = *state;
    asked = &options;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_mock_options mock = cases[i].mock;
        rh_env_destroy(env);
        *state = env = rh_env_create(&module);
        mock.type = "Work";
        rh_add_mock(env, RH_LAYER_TEST, &mock);
        rh_run(env, "works", NULL);
        rh_assert_duration(env, S(5));
        assert_string_equal(nth_entry(env, RH_ENTRY_LATE_ANSWER, 0)->text, cases[i].what);
        assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_LATE_ANSWER, 0)), cases[i].at);
        rh_assert_effects(env, "Work", cases[i].effects);
        assert_clean(env);
    }
}

/* ---- with latency ---------------------------------------------------------------------------- */

static void a_timer_that_fired_is_not_canceled(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_latency = S(3)); /* the timer starts at 3 and fires at 8 */
    rh_cancel_at(env, S(7), NULL);       /* the code hears of both at 10, of this one first */
    rh_run(env, "sleeps", NULL);
    assert_string_equal(told(env), "canceled");
    assert_string_equal(history(env), "run-started timer-started run-cancel-requested timer-fired "
                                      "run-canceled");
    rh_assert_duration(env, S(10));
    assert_clean(env);
}

static void a_run_that_ends_leaves_no_task(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_latency = S(30));
    rh_terminate_at(env, S(3), NULL, NULL);
    rh_run(env, "sleeps", NULL);
    rh_assert_status(env, RH_TERMINATED);
    assert_int_equal(rh_env_virtual_time(env), S(3));
    assert_clean(env);
}

static void each_stuck_run_tells_its_own(void **state)
{
    static const rh_activity_options options = {.start_to_close = S(5), .task_queue = "nobody"};
    rh_env *env = *state;
    asked = &options;
    rh_host(env, "a", .task_queues = RH_NAMES("default"));
    rh_start(env, "works", NULL, NULL);
    rh_start(env, "works", NULL, NULL);
    rh_play(env);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(rh_env_journal(env)->runs[i]->stuck,
                            "main waits for activity 'Work'; activity 'Work' waits for a free host "
                            "that serves task queue 'nobody'; none is left");
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(the_first_scalar_argument_is_the_key),
        PLAYED(calls_are_numbered_by_path_and_by_type),
        PLAYED(what_a_timeout_says),
        PLAYED(details_survive_until_they_are_erased),
        PLAYED(an_attempt_that_ended_is_not_lost),
        PLAYED(who_hangs_alone_is_silent_in_the_end),
        PLAYED(a_late_end),
        PLAYED(a_timer_that_fired_is_not_canceled),
        PLAYED(a_run_that_ends_leaves_no_task),
        PLAYED(each_stuck_run_tells_its_own),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
