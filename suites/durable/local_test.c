/* Local activities, as code sees them; suites/lifecycle/local.test has their times. */
#include "harness/replay.h"
#include "rehearse/messages.h"
#include "rehearse/testing.h"
#include "reports/history.h"
#include "suites/support/playing.h"

#include "suites/support/again.h"

#define S(n) RH_SECONDS(n)

static const rh_local_activity_options quick = {.start_to_close = S(5),
                                                .schedule_to_close = RH_MINUTES(10),
                                                .retry = {.maximum_attempts = 3}};

static rh_env *another_env(void **state)
{
    rh_env *env = rh_env_create(rh_env_module(*state));
    assert_non_null(env);
    rh_world(env, .no_cache = *without_cache());
    return env;
}

/* ---- results and failures -------------------------------------------------------------------- */

/* [type, argument] */
static const rh_failure *asks_once(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failure = rh_await(
        wf, rh_local_activity(wf, rh_text_of(rh_at(input, 0)), RH_ARGS(rh_at(input, 1)), &quick),
        result);
    rh_log(wf, "at %llds", (long long)((rh_now(wf) - RH_WORLD_START) / S(1)));
    return failure;
}

static void ask_once(rh_env *env, const char *type)
{
    rh_run(env, "asks_once", RH_LIST_OF(rh_string(type), rh_integer(4)));
}

static void results_come_back(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .args = RH_ARGS(rh_integer(4)), .result = rh_string("four"),
            .takes = S(3));
    rh_start(env, "asks_once", RH_LIST_OF(rh_string("Work"), rh_integer(4)),
             &(rh_run_options){.run_timeout = RH_HOURS(1)});
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->calls[0]->schedule_to_start, 0);
    rh_assert_result(env, rh_string("four"));
    rh_assert_duration(env, S(3));
    rh_assert_attempts(env, "Work", 1);
    assert_string_equal(history(env), "run-started marker-recorded run-completed");
    assert_string_equal(told(env), "at 3s"); /* time goes on within the task */
    assert_clean(env);
}

/* The failure is the activity's own; one that is canceled closes the run so. */
static void failures_are_not_wrapped(void **state)
{
    static const struct {
        const char *fault;
        rh_duration takes;
        const char *failure;
        size_t attempts;
    } cases[] = {
        {"homebrew-auth", 0, "(type: HomebrewAuthError, retryable: false)", 1},
        {NULL, S(6), "deadline exceeded (type: StartToClose)", 3},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = another_env(state);
        rh_mock(env, "Work", .takes = cases[i].takes, .fault = cases[i].fault);
        ask_once(env, "Work");
        rh_assert_status(env, RH_FAILED);
        assert_contains(failure_of(env), cases[i].failure);
        rh_assert_attempts(env, "Work", cases[i].attempts);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- options --------------------------------------------------------------------------------- */

static const rh_failure *asks_badly(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_local_activity_options options[] = {
        {.schedule_to_close = -1, .start_to_close = 1},
        {.start_to_close = -1},
        {.retry = {.maximum_attempts = 1}},
    };
    int64_t which = rh_integer_of(input);
    if (which == 3)
        return rh_await(wf, rh_local_activity(wf, "Work", rh_integer(1), &quick), result);
    return rh_await(wf, rh_local_activity(wf, "Work", NULL, &options[which]), result);
}

/* The SDK fails the future; nothing is asked for (internal_activity.go). */
static void refused_options_fail_the_call(void **state)
{
    static const char *const texts[] = {
        "negative ScheduleToCloseTimeout",
        "negative StartToCloseTimeout",
        "at least one of ScheduleToCloseTimeout and StartToCloseTimeout is required",
    };
    rh_env *env = *state;
    for (int i = 0; i < 3; i++) {
        rh_run(env, "asks_badly", rh_integer(i));
        rh_assert_status(env, RH_FAILED);
        assert_string_equal(failure_of(env), texts[i]);
        assert_string_equal(history(env), "run-started run-failed");
        rh_env_restart(env);
    }
    rh_run(env, "asks_badly", rh_integer(3));
    rh_assert_stuck(env, "the arguments of local activity 'Work' are no list; pass RH_ARGS(...)");
    assert_clean(env);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static const rh_failure *works(rh_workflow *wf, void *data, const rh_value **result)
{
    const rh_local_activity_options patient = {.start_to_close = RH_MINUTES(10)};
    (void)data;
    return rh_await(wf, rh_local_activity(wf, "Work", RH_NO_ARGS, &patient), result);
}

/* ["outside"]: canceled by the run; ["inside", type]: when that activity is over. */
static const rh_failure *is_canceled(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    if (!strcmp(rh_text_of(rh_at(input, 0)), "outside"))
        return works(wf, NULL, result);
    rh_scope *scope = rh_scope_begin(wf);
    if (!strcmp(rh_text_of(rh_at(input, 0)), "before")) {
        rh_scope_cancel(wf, scope);
        return works(wf, NULL, result);
    }
    rh_future *work = rh_spawn(wf, "worker", works, NULL);
    rh_scope_end(wf, scope);
    rh_await(wf, rh_local_activity(wf, "First", RH_NO_ARGS, &quick), NULL);
    rh_scope_cancel(wf, scope);
    const rh_failure *failure = rh_await(wf, work, NULL);
    rh_log(wf, "%s", rh_failure_message(failure));
    rh_scope_begin(wf);
    return NULL;
}

static void a_canceled_scope_ends_them(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = RH_MINUTES(5));
    rh_mock(env, "First", .takes = S(2));
    rh_run(env, "is_canceled", RH_LIST_OF(rh_string("inside")));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, S(2));
    assert_string_equal(told(env), "canceled");
    assert_string_equal(history(env), "run-started marker-recorded marker-recorded run-completed");
    rh_env_restart(env);

    rh_run(env, "is_canceled", RH_LIST_OF(rh_string("before")));
    rh_assert_status(env, RH_CANCELED);
    rh_assert_attempts(env, "Work", 0);
    assert_string_equal(history(env), "run-started marker-recorded run-canceled");
    rh_env_restart(env);

    /* A request to cancel the run waits for the heartbeat of the task, as all news do. */
    rh_cancel_at(env, S(1), NULL);
    rh_run(env, "is_canceled", RH_LIST_OF(rh_string("outside")));
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(8));
    assert_clean(env);
}

/* ---- long back-offs -------------------------------------------------------------------------- */

static const rh_failure *is_patient(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_local_activity_options options = {
        .start_to_close = RH_HOURS(1),
        .retry = {.initial_interval = S(1), .backoff_coefficient = 20, .maximum_attempts = 4}};
    (void)input;
    return rh_await(wf, rh_local_activity(wf, "Work", RH_NO_ARGS, &options), result);
}

/* 1 s in the task, then 20 s and 100 s (the most) by timers. */
static void attempts_count_on_over_timers(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .failure = RH_FAILURE("Busy", "503"));
    rh_run(env, "is_patient", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_attempts(env, "Work", 4);
    rh_assert_duration(env, S(121));
    assert_string_equal(history(env), "run-started marker-recorded timer-started timer-fired "
                                      "marker-recorded timer-started timer-fired "
                                      "marker-recorded run-failed");
    assert_clean(env);
}

/* ---- the test's tools ------------------------------------------------------------------------ */

static const rh_failure *asks_for_two(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    (void)result;
    const rh_local_activity_options keyed = {.start_to_close = RH_MINUTES(1),
                                             .key = rh_text_of(input),
                                             .retry = {.maximum_attempts = 2}};
    rh_future *local = rh_local_activity(wf, "Upload", RH_ARGS(input), &keyed);
    const rh_failure *failure = rh_await(wf, local, NULL);
    return failure ? failure
                   : rh_await(wf, rh_local_activity(wf, "Tell", RH_NO_ARGS, &quick), NULL);
}

/* Mocks, faults with their path, effects and their keys are those of activities. A lost worker,
 * noticed by the task timeout, repeats what no marker tells of, with its effects. */
static void mocks_faults_and_effects(void **state)
{
    static const struct {
        const char *fault_point;
        size_t uploads, upload_attempts;
        rh_duration takes;
    } cases[] = {
        {NULL, 1, 1, S(2)},
        {"Upload[linux]@1", 1, 2, S(12)},
        {"Tell@1", 2, 2, S(12)},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = another_env(state);
        rh_mock(env, "Upload", .takes = S(2), RH_EFFECTS({"upload"}));
        rh_mock(env, "Tell", RH_EFFECTS({"message"}));
        if (cases[i].fault_point)
            rh_fault_at(env, cases[i].fault_point, "runner-lost");
        rh_run(env, "asks_for_two", rh_string("linux"));
        rh_assert_status(env, RH_SUCCEEDED);
        rh_assert_attempts(env, "Upload", cases[i].upload_attempts);
        rh_assert_effects(env, "upload", cases[i].uploads);
        rh_assert_effects(env, "message", 1);
        rh_assert_duration(env, cases[i].takes);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void an_unmatched_call_fails_the_test(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Upload", .args = RH_ARGS(rh_string("macos")));
    rh_run(env, "asks_for_two", rh_string("linux"));
    assert_one_error(env, "no mock answers Upload");
}

/* ---- news while a task is held --------------------------------------------------------------- */

static const rh_failure *counts(rh_workflow *wf, const rh_value *args, const rh_value **result,
                                void *data)
{
    (void)args;
    (void)data;
    *result = rh_copy(wf, rh_integer(1));
    return NULL;
}

static const rh_update_handler counting = {.handle = counts};

static const rh_failure *listens(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_on_update(wf, "count", &counting);
    rh_await(wf, rh_local_activity(wf, "Work", RH_NO_ARGS, &quick), NULL);
    rh_log(wf, "worked");
    return rh_receive(wf, "go", result);
}

static void updates_and_signals_wait_for_the_task(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(4));
    rh_update_at(env, S(1), NULL, "u1", "count", RH_NO_ARGS);
    rh_signal_at(env, S(2), NULL, "go", rh_integer(7));
    rh_run(env, "listens", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_integer(7));
    rh_assert_duration(env, S(4));
    assert_string_equal(history(env), "run-started marker-recorded signaled update-accepted "
                                      "update-completed run-completed");
    assert_clean(env);
}

/* ---- histories ------------------------------------------------------------------------------- */

/* The data of a marker is {"ActivityID":"1","ActivityType":"Work",
 * "ReplayTime":"2026-01-01T00:00:03Z","Attempt":1,"Backoff":0}. */
static void markers_are_those_of_the_go_sdk(void **state)
{
    static const char *const parts[] = {
        "\"markerRecordedEventAttributes\":{\"markerName\":\"LocalActivity\",\"details\":{\"data\":"
        "{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":"
        "\"eyJBY3Rpdml0eUlEIjoiMSIsIkFjdGl2aXR5VHlwZSI6IldvcmsiLCJSZXBsYXlUaW1lIjoiMjAyNi0wMS0wMVQw"
        "MDowMDowM1oiLCJBdHRlbXB0IjoxLCJCYWNrb2ZmIjowfQ==\"}]},",
        "\"result\":{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":"
        "\"Nw==\"}]}}",
    };
    rh_env *env = *state;
    rh_mock(env, "Work", .result = rh_integer(7), .takes = S(3));
    ask_once(env, "Work");
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    for (size_t i = 0; i < LENGTH(parts); i++)
        assert_contains(rh_text_string(&text), parts[i]);
    assert_clean(env);
}

static rh_replay_result replay(rh_env *env, const char *text, const char *workflow)
{
    rh_error error;
    rh_replay_result result = {0};
    const rh_recording *recording =
        rh_recording_read(&env->arena, text, strlen(text), "h.json", &error);
    if (!recording || rh_replay(&env->arena, recording, rh_env_definition(env, workflow),
                                &(rh_replay_options){.strict = true}, &result, &error) != 0)
        fail_msg("%s", error.message);
    return result;
}

static const char *exported(rh_env *env)
{
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    return rh_text_string(&text);
}

/* Also those whose marker asks for a back-off, with a failure, and of tasks that beat. */
static const rh_failure *asks_in_turn(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    const rh_local_activity_options slow = {.start_to_close = RH_MINUTES(10),
                                            .retry = {.initial_interval = S(30),
                                                      .maximum_attempts = 2}};
    (void)input;
    (void)result;
    rh_await(wf, rh_local_activity(wf, "Flaky", RH_NO_ARGS, &slow), NULL);
    rh_await(wf, rh_local_activity(wf, "Long", RH_NO_ARGS, &slow), NULL);
    rh_sleep(wf, S(1));
    rh_time begun = rh_now(wf);
    rh_await(wf, rh_local_activity(wf, "Broken", RH_NO_ARGS, &slow), NULL);
    rh_sleep(wf, S(1) + (begun - RH_WORLD_START) % S(7));
    rh_future *both[] = {rh_local_activity(wf, "Long", RH_NO_ARGS, &slow),
                         rh_local_activity(wf, "Short", RH_NO_ARGS, &slow)};
    rh_await_all(wf, both, 2, NULL);
    return rh_sleep(wf, (rh_now(wf) - RH_WORLD_START) % S(60));
}

static void mock_in_turn(rh_env *env)
{
    rh_mock(env, "Flaky", .takes = S(1), .fault = "dns", .times = 1);
    rh_mock(env, "Flaky", .takes = S(1), .result = rh_integer(1));
    rh_mock(env, "Broken", .fault = "disk-full", .takes = S(3));
    rh_mock(env, "Long", .takes = S(17));
    rh_mock(env, "Short", .takes = S(4));
}

static void exported_histories_replay(void **state)
{
    static const char *const lost[] = {NULL, "Flaky@2", "Long@1", "Broken@1", "Short@1"};
    for (size_t i = 0; i < LENGTH(lost); i++) {
        rh_env *env = another_env(state);
        mock_in_turn(env);
        if (lost[i])
            rh_fault_at(env, lost[i], "runner-lost");
        rh_run(env, "asks_in_turn", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        rh_replay_result result = replay(env, exported(env), "asks_in_turn");
        if (!result.is_same)
            fail_msg("%s lost: event %ju: %s, got %s", lost[i] ? lost[i] : "nothing",
                     (uintmax_t)result.event_id, result.expected, result.got);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void play_in_turn(rh_env *env, void *data)
{
    (void)data;
    mock_in_turn(env);
    rh_fault_at(env, "Broken@1", "runner-lost");
    rh_run(env, "asks_in_turn", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
}

/* A cache that is lost before a task, also one that only beats, changes nothing; nor do other
 * surroundings. */
static void playing_again_is_the_same(void **state)
{
    assert_same_again(*state, play_in_turn);
}

static const rh_failure *has_changed(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    rh_await(wf, rh_local_activity(wf, "Wash", RH_NO_ARGS, &quick), NULL);
    (void)input;
    (void)result;
    return NULL;
}

static const rh_failure *asks_for_none(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_sleep(wf, S(1));
}

static void replays_of_changed_code_differ(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    ask_once(env, "Work");
    rh_replay_result result = replay(env, exported(env), "has_changed");
    assert_int_equal(result.event_id, 5);
    assert_string_equal(result.expected, "MARKER_RECORDED LocalActivity 'Work'");
    assert_string_equal(result.got, "no command; coroutine 'main' waits for local activity 'Wash'");
    result = replay(env, exported(env), "asks_for_none");
    assert_int_equal(result.event_id, 5);
    assert_string_equal(result.got, "start a timer of 1s");
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(asks_once),   WORKFLOW(asks_badly),
    WORKFLOW(is_canceled), WORKFLOW(asks_for_two),
    WORKFLOW(listens),     WORKFLOW(asks_in_turn),
    WORKFLOW(has_changed), WORKFLOW(asks_for_none),
    WORKFLOW(is_patient),  {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "local", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(results_come_back),
        PLAYED(failures_are_not_wrapped),
        PLAYED(refused_options_fail_the_call),
        PLAYED(a_canceled_scope_ends_them),
        PLAYED(attempts_count_on_over_timers),
        PLAYED(mocks_faults_and_effects),
        PLAYED(an_unmatched_call_fails_the_test),
        PLAYED(updates_and_signals_wait_for_the_task),
        PLAYED(markers_are_those_of_the_go_sdk),
        PLAYED(exported_histories_replay),
        PLAYED(playing_again_is_the_same),
        PLAYED(replays_of_changed_code_differ),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
