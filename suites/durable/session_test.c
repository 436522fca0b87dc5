/* Sessions: one host for several activities, and what its loss does. */
#include "harness/replay.h"
#include "rehearse/session.h"
#include "rehearse/testing.h"
#include "reports/history.h"
#include "suites/support/playing.h"

#include "suites/support/again.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options hour = {.start_to_close = RH_HOURS(1),
                                         .retry = {.maximum_attempts = 1}};
static const rh_session_options usual = {.execution_timeout = RH_HOURS(2),
                                         .creation_timeout = RH_MINUTES(1)};

static rh_env *another_env(void **state)
{
    rh_env *env = rh_env_create(rh_env_module(*state));
    assert_non_null(env);
    rh_world(env, .no_cache = *without_cache());
    return env;
}

static void two_hosts(rh_env *env)
{
    rh_host(env, "h1", .slots = 2);
    rh_host(env, "h2", .slots = 2);
}

/* Where and when the attempts of activities that the code asks for begin: "Fetch h1 0s, ...". */
static const char *placed(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_ATTEMPT_STARTED || journal->calls[entry->call - 1]->session)
            continue;
        rh_text_printf(&text, "%s%s %s ", text.length ? ", " : "",
                       journal->calls[entry->call - 1]->type->text, entry->text);
        rh_duration_write(&text, entry->time - journal->start);
    }
    return rh_text_string(&text);
}

/* ---- one host for all ------------------------------------------------------------------------ */

static const rh_failure *works_in_a_session(rh_workflow *wf, const rh_value *input,
                                            const rh_value **result)
{
    const rh_failure *failure;
    (void)input;
    rh_await(wf, rh_activity(wf, "Before", RH_NO_ARGS, &hour), NULL);
    rh_session *session = rh_session_create(wf, &usual, &failure);
    if (!session)
        return failure;
    rh_log(wf, "on %s", rh_session_look(session)->host);
    failure = rh_await(wf, rh_activity(wf, "Fetch", RH_NO_ARGS, &hour), NULL);
    if (!failure)
        failure = rh_await(wf, rh_activity(wf, "Build", RH_NO_ARGS, &hour), NULL);
    rh_session_complete(wf, session);
    rh_log(wf, "%d", (int)rh_session_look(session)->state);
    if (failure)
        return failure;
    return rh_await(wf, rh_activity(wf, "After", RH_NO_ARGS, &hour), result);
}

static void given_work(rh_env *env)
{
    rh_mock(env, "Before", .takes = S(1));
    rh_mock(env, "Fetch", .takes = S(5));
    rh_mock(env, "Build", .takes = S(30), .heartbeat_every = S(1));
    rh_mock(env, "After", .takes = S(1));
}

/* The host is taken when the session is made; others are not held up. */
static void all_run_on_one_host(void **state)
{
    rh_env *env = *state;
    two_hosts(env);
    given_work(env);
    rh_run(env, "works_in_a_session", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, S(37));
    assert_string_equal(placed(env), "Before h1 0s, Fetch h1 1s, Build h1 6s, After h1 36s");
    assert_string_equal(told(env), "on h1, 2");
    assert_clean(env);

    env = another_env(state);
    two_hosts(env);
    given_work(env);
    rh_drain_host_at(env, S(1) / 2, "h1");
    rh_run(env, "works_in_a_session", NULL);
    assert_string_equal(placed(env), "Before h1 0s, Fetch h2 1s, Build h2 6s, After h2 36s");
    assert_clean(env);
    rh_env_destroy(env);
}

/* As the SDK's worker and its workflow write it. */
static void the_history_of_a_session(void **state)
{
    static const char *const parts[] = {
        "\"activityType\":{\"name\":\"internalSessionCreationActivity\"},\"taskQueue\":{\"name\":"
        "\"default__internal_session_creation\"",
        "\"scheduleToStartTimeout\":\"60s\",\"startToCloseTimeout\":\"7200s\",\"heartbeatTimeout\":"
        "\"20s\"",
        "\"initialInterval\":\"1s\",\"backoffCoefficient\":1.1,\"maximumInterval\":\"10s\","
        "\"nonRetryableErrorTypes\":[\"TemporalTimeout:StartToClose\","
        "\"TemporalTimeout:Heartbeat\"]",
        "\"activityType\":{\"name\":\"internalSessionCompletionActivity\"},\"taskQueue\":{\"name\":"
        "\"session@host-1\"",
        "\"scheduleToStartTimeout\":\"3s\",\"startToCloseTimeout\":\"3s\"",
        "\"activityType\":{\"name\":\"Fetch\"},\"taskQueue\":{\"name\":\"session@host-1\"",
    };
    rh_env *env = *state;
    given_work(env);
    rh_run(env, "works_in_a_session", NULL);
    assert_string_equal(
        history(env),
        "run-started activity-scheduled activity-completed marker-recorded activity-scheduled "
        "signaled activity-scheduled activity-completed activity-scheduled activity-completed "
        "activity-cancel-requested activity-scheduled activity-completed activity-completed "
        "activity-scheduled activity-completed run-completed");
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    for (size_t i = 0; i < LENGTH(parts); i++)
        assert_contains(rh_text_string(&text), parts[i]);
    /* It beats three times in the heartbeat timeout. */
    const rh_entry *beat = nth_entry(env, RH_ENTRY_HEARTBEAT, 0);
    while (!rh_env_journal(env)->calls[beat->call - 1]->session)
        beat++;
    assert_int_equal(since_start(env, beat), S(1) + S(20) / 3);
    assert_clean(env);
}

static const rh_failure *is_quiet(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_session_options options = {.execution_timeout = RH_HOURS(2),
                                        .heartbeat_timeout = RH_MINUTES(1)};
    (void)input;
    (void)result;
    rh_session *session = rh_session_create(wf, &options, NULL);
    rh_sleep(wf, S(35));
    rh_session_complete(wf, session);
    return NULL;
}

/* At least every 10 s, however long the silence may last. */
static void it_beats_often(void **state)
{
    rh_env *env = *state;
    rh_run(env, "is_quiet", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_HEARTBEAT), 3);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_HEARTBEAT, 2)), S(30));
    assert_clean(env);
}

/* ---- failures -------------------------------------------------------------------------------- */

static const rh_failure *tells_failures(rh_workflow *wf, const rh_value *input,
                                        const rh_value **result)
{
    const rh_failure *failure;
    (void)input;
    (void)result;
    for (int i = 0; i < 2; i++) {
        rh_session *session = rh_session_create(wf, &usual, &failure);
        if (!session)
            return failure;
        rh_scope *cleanup = rh_scope_begin_disconnected(wf);
        rh_scope_end(wf, cleanup);
        failure = rh_await(wf, rh_activity(wf, "Build", RH_NO_ARGS, &hour), NULL);
        if (!failure) {
            rh_session_complete(wf, session);
            return NULL;
        }
        rh_log(wf, "%s", rh_failure_message(failure));
        failure = rh_await(wf, rh_activity(wf, "Fetch", RH_NO_ARGS, &hour), NULL);
        rh_log(wf, "%s", rh_failure_message(failure));
        rh_session_complete(wf, session);
    }
    return NULL;
}

static void play_failures(rh_env *env, void *data)
{
    (void)data;
    two_hosts(env);
    rh_mock(env, "Build", .takes = S(30));
    rh_mock(env, "Fetch");
    rh_lose_host_at(env, S(10), "h1");
    rh_run(env, "tells_failures", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
}

/* The heartbeat timeout notices the loss; the code makes another session. */
static void a_lost_host_fails_its_session(void **state)
{
    rh_env *env = *state;
    play_failures(env, NULL);
    assert_string_equal(told(env), "canceled, session has failed");
    /* The last heartbeat was at 20/3 s. */
    rh_assert_duration(env, S(20) / 3 + S(20) + S(30));
    assert_contains(placed(env), "Build h1 0s, Build h2 26.666666666s");
    assert_clean(env);
}

static void stop_host(rh_env *env, void *host)
{
    rh_host_stop(&env->world, rh_host_find(&env->world, host));
}

static void a_host_that_shuts_down_says_so(void **state)
{
    for (int i = 0; i < 2; i++) {
        static char host[] = "h1";
        rh_env *env = another_env(state);
        two_hosts(env);
        rh_mock(env, "Build", .takes = S(30));
        rh_mock(env, "Fetch");
        if (i == 0)
            rh_drain_host_at(env, S(10), host);
        else
            rh_call_at(env, S(10), stop_host, host);
        rh_run(env, "tells_failures", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        assert_string_equal(told(env), "canceled, session has failed");
        rh_assert_duration(env, S(40));
        const rh_entry *entry = nth_entry(env, RH_ENTRY_ACTIVITY_FAILED, 0);
        assert_string_equal(entry->failure->type, "SessionWorkerShutdown");
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* A fault that loses the host of an activity is one of its session, too. */
static void a_fault_may_lose_the_host(void **state)
{
    rh_env *env = *state;
    two_hosts(env);
    rh_mock(env, "Build", .takes = S(30));
    rh_mock(env, "Fetch");
    rh_fault_at(env, "Build#1", "runner-lost");
    rh_run(env, "tells_failures", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "canceled, session has failed");
    rh_assert_effects(env, "Build", 1);
    assert_clean(env);
}

/* ---- places ---------------------------------------------------------------------------------- */

static const rh_failure *takes_a_place(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    const rh_session_options options = {.execution_timeout = S(rh_integer_of(input)),
                                        .creation_timeout = S(10)};
    const rh_failure *failure;
    (void)result;
    rh_session *session = rh_session_create(wf, &options, &failure);
    if (!session)
        return failure;
    rh_log(wf, "%s has a place at %d s", rh_info(wf)->workflow_id,
           (int)((rh_now(wf) - RH_WORLD_START) / S(1)));
    failure = rh_await(wf, rh_activity(wf, "Build", RH_NO_ARGS, &hour), NULL);
    rh_session_complete(wf, session);
    return failure;
}

/* Places are not slots: a session waits for a place, as long as its creation may take. */
static void a_host_takes_so_many(void **state)
{
    static const struct {
        rh_duration build;
        int32_t sessions;
        const char *told, *failure;
    } cases[] = {
        {S(4), 1, "one has a place at 0 s, two has a place at 4 s", ""},
        {S(4), 2, "one has a place at 0 s, two has a place at 0 s", ""},
        {S(15), 1, "one has a place at 0 s",
         "activity error (type: internalSessionCreationActivity, scheduledEventID: 6, "
         "startedEventID: 0, identity: ): activity ScheduleToStart timeout (type: "
         "ScheduleToStart)"},
        {S(4), -1, "",
         "activity error (type: internalSessionCreationActivity, scheduledEventID: 6, "
         "startedEventID: 0, identity: ): activity ScheduleToStart timeout (type: "
         "ScheduleToStart)"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = another_env(state);
        rh_host(env, "h1", .slots = 2, .sessions = cases[i].sessions);
        rh_mock(env, "Build", .takes = cases[i].build);
        rh_start(env, "takes_a_place", rh_integer(1000), &(rh_run_options){.workflow_id = "one"});
        rh_start(env, "takes_a_place", rh_integer(1000), &(rh_run_options){.workflow_id = "two"});
        rh_play(env);
        assert_string_equal(told(env), cases[i].told);
        rh_look_at(env, "two");
        assert_string_equal(failure_of(env), cases[i].failure);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* The server no longer waits for it; its host learns by the next heartbeat, and has a place then,
 * also while all slots are taken. */
static void a_place_may_be_free_later(void **state)
{
    rh_env *env = *state;
    rh_host(env, "h1", .slots = 1, .sessions = 1);
    rh_mock(env, "Build", .takes = S(30));
    rh_start(env, "takes_a_place", rh_integer(10), &(rh_run_options){.workflow_id = "one"});
    rh_start(env, "takes_a_place", rh_integer(1000),
             &(rh_run_options){.workflow_id = "two", .at = S(5)});
    rh_play(env);
    assert_string_equal(told(env), "one has a place at 0 s, two has a place at 13 s");
    assert_clean(env);
}

static void it_lasts_as_long_as_it_may(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Build", .takes = S(15));
    rh_run(env, "takes_a_place", rh_integer(10));
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(10));
    assert_clean(env);
}

/* ---- misuse and cancellation ----------------------------------------------------------------- */

static const rh_failure *misuses(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const char *how = rh_text_of(input);
    const rh_failure *failure = NULL;
    (void)result;
    if (!strcmp(how, "token"))
        rh_session_recreate(wf, RH_OBJECT_OF({"Queue", rh_integer(1)}), &usual, &failure);
    rh_session *session = rh_session_create(wf, &usual, &failure);
    if (!strcmp(how, "twice"))
        rh_session_create(wf, &usual, &failure);
    if (!strcmp(how, "scope"))
        rh_scope_begin(wf);
    if (session)
        rh_session_complete(wf, session);
    return failure;
}

static void misuse_is_told(void **state)
{
    rh_env *env = *state;
    rh_run(env, "misuses", rh_string("twice"));
    assert_string_equal(failure_of(env), "found exisiting open session in the context");
    rh_env_restart(env);
    rh_run(env, "misuses", rh_string("scope"));
    rh_assert_stuck(env, "rh_session_complete was called in a scope that is not the session's");
    rh_env_restart(env);
    rh_run(env, "misuses", rh_string("token"));
    rh_assert_stuck(env, "this is no token of a session");
    assert_clean(env);
}

static const rh_failure *cleans_up(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_session_options options = {.execution_timeout = RH_HOURS(2), .task_queue = "big"};
    const rh_failure *failure;
    (void)input;
    (void)result;
    rh_session *session = rh_session_create(wf, &options, &failure);
    if (!session)
        return failure;
    rh_scope *inner = rh_scope_begin(wf);
    failure = rh_await(wf, rh_activity(wf, "Build", RH_NO_ARGS, &hour), NULL);
    rh_scope_end(wf, inner);
    rh_scope *cleanup = rh_scope_begin_disconnected(wf);
    rh_sleep(wf, S(1));
    rh_await(wf, rh_activity(wf, "Clean", RH_NO_ARGS, &hour), NULL);
    rh_scope_end(wf, cleanup);
    rh_session_complete(wf, session);
    return failure;
}

/* Scopes inside of it belong to it, those for cleaning up too; canceled, it has not failed. */
static void what_belongs_to_it(void **state)
{
    rh_env *env = *state;
    rh_host(env, "h1", .task_queues = RH_NAMES("default"));
    rh_host(env, "h2", .task_queues = RH_NAMES("big"));
    rh_mock(env, "Build", .takes = S(30));
    rh_mock(env, "Clean");
    rh_cancel_at(env, S(8), NULL);
    rh_run(env, "cleans_up", NULL);
    rh_assert_status(env, RH_CANCELED);
    assert_string_equal(placed(env), "Build h2 0s, Clean h2 9s");
    assert_clean(env);
}

static void canceling_the_run_cancels_its_session(void **state)
{
    rh_env *env = *state;
    given_work(env);
    rh_cancel_at(env, S(8), NULL);
    rh_run(env, "works_in_a_session", NULL);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(8));
    assert_contains(told(env), "the session on host-1 could not be completed: canceled");
    assert_clean(env);
}

/* ---- the next run goes on on the same host --------------------------------------------------- */

static const rh_failure *goes_on(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failure;
    (void)result;
    rh_session *session = input ? rh_session_recreate(wf, input, &usual, &failure)
                                : rh_session_create(wf, &usual, &failure);
    if (!session)
        return failure;
    failure = rh_await(wf, rh_activity(wf, "Build", RH_NO_ARGS, &hour), NULL);
    const rh_value *token = rh_session_token(wf, session);
    rh_session_complete(wf, session);
    if (failure || input)
        return failure;
    return rh_continue_as_new(wf, token, NULL);
}

static void it_is_recreated_by_its_token(void **state)
{
    rh_env *env = *state;
    two_hosts(env);
    rh_mock(env, "Build", .takes = S(1) / 2);
    rh_drain_host_at(env, S(1) / 2, "h2");
    rh_run(env, "goes_on", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(placed(env), "Build h1 0s, Build h1 1s");
    assert_clean(env);

    /* Nobody else has what is on that host. */
    env = another_env(state);
    two_hosts(env);
    rh_mock(env, "Build", .takes = S(1) / 2);
    rh_lose_host_at(env, RH_MILLISECONDS(700), "h1");
    rh_run(env, "goes_on", NULL);
    rh_assert_status(env, RH_FAILED);
    assert_contains(failure_of(env), "activity ScheduleToStart timeout");
    assert_clean(env);
    rh_env_destroy(env);
}

/* On a host that has no place for it, it is tried again (1 s x1.1). */
static void a_host_may_have_no_place_again(void **state)
{
    rh_env *env = *state;
    rh_host(env, "h1", .sessions = 1);
    rh_mock(env, "Build", .takes = S(3));
    rh_start(env, "takes_a_place", rh_integer(1000), &(rh_run_options){.workflow_id = "one"});
    rh_start(env, "goes_on", RH_OBJECT_OF({"Taskqueue", rh_string("session@h1")}),
             &(rh_run_options){.workflow_id = "two"});
    rh_play(env);
    assert_string_equal(placed(env), "Build h1 0s, Build h1 3.31s");
    assert_clean(env);
}

/* ---- again ----------------------------------------------------------------------------------- */

static void playing_again_is_the_same(void **state)
{
    assert_same_again(*state, play_failures);
}

static void exported_histories_replay(void **state)
{
    rh_env *env = *state;
    rh_error error;
    rh_replay_result result = {0};
    play_failures(env, NULL);
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    const rh_recording *recording =
        rh_recording_read(&env->arena, rh_text_string(&text), text.length, "h.json", &error);
    assert_non_null(recording);
    assert_int_equal(rh_replay(&env->arena, recording, rh_env_definition(env, "tells_failures"),
                               &(rh_replay_options){.strict = true}, &result, &error),
                     0);
    if (!result.is_same)
        fail_msg("event %ju: %s, got %s", (uintmax_t)result.event_id, result.expected, result.got);
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(works_in_a_session),
    WORKFLOW(tells_failures),
    WORKFLOW(takes_a_place),
    WORKFLOW(misuses),
    WORKFLOW(goes_on),
    WORKFLOW(is_quiet),
    WORKFLOW(cleans_up),
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "session", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(all_run_on_one_host),
        PLAYED(the_history_of_a_session),
        PLAYED(it_beats_often),
        PLAYED(a_lost_host_fails_its_session),
        PLAYED(a_host_that_shuts_down_says_so),
        PLAYED(a_fault_may_lose_the_host),
        PLAYED(a_host_takes_so_many),
        PLAYED(a_place_may_be_free_later),
        PLAYED(it_lasts_as_long_as_it_may),
        PLAYED(misuse_is_told),
        PLAYED(what_belongs_to_it),
        PLAYED(canceling_the_run_cancels_its_session),
        PLAYED(it_is_recreated_by_its_token),
        PLAYED(a_host_may_have_no_place_again),
        PLAYED(playing_again_is_the_same),
        PLAYED(exported_histories_replay),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
