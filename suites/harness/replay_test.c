/* Replay: what a version of a workflow has recorded, against another version of it.
 *
 * A version is a program of words: a=T a call of activity T (a=T/id, a=T(3)), t=5s a timer, w waits
 * for the last of both, o opens a scope, c cancels it, r=N receives a signal, u=N/5s for so long,
 * y=T a coroutine that calls T and waits, v=1 the result, f=T a failure, x a broken check, z a
 * workflow task without end; k=T/id a child, b waits until it has started, g=W/N a signal to
 * workflow W, q=W a cancel of it, j waits for the child and fails as it does, e for the last,
 * n=1 goes on as a new run.
 */
#include "harness/replay.h"
#include "reports/history.h"
#include "sim/base/json.h"
#include "sim/durable/durable.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const char *program;

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

/* ---- the interpreter ------------------------------------------------------------------------- */

typedef struct program_state {
    rh_scope *scope;
    rh_future *last, *child;
    const rh_failure *failure;
    const rh_value *result;
} program_state;

static const rh_failure *side(rh_workflow *wf, void *data, const rh_value **result)
{
    return rh_await(wf, rh_activity(wf, data, RH_NO_ARGS, &minute), result);
}

static rh_duration duration_of(const char *text)
{
    rh_duration duration = 0;
    rh_duration_read(text, strlen(text), &duration);
    return duration;
}

static rh_future *call(rh_workflow *wf, const char *what)
{
    char type[64];
    rh_activity_options options = minute;
    size_t length = strcspn(what, "/(");
    snprintf(type, sizeof type, "%.*s", (int)length, what);
    if (what[length] == '/')
        options.activity_id = what + length + 1;
    if (what[length] == '(')
        return rh_activity(wf, type, RH_ARGS(rh_integer(atoi(what + length + 1))), &options);
    return rh_activity(wf, type, RH_NO_ARGS, &options);
}

static void step(rh_workflow *wf, program_state *s, char what, char *text)
{
    bool received;
    char *slash = strchr(text, '/');
    switch (what) {
    case 'a':
        s->last = call(wf, text);
        return;
    case 't':
        s->last = rh_timer(wf, duration_of(text));
        return;
    case 'w':
        rh_await(wf, s->last, NULL);
        return;
    case 'o':
        s->scope = rh_scope_begin(wf);
        return;
    case 'c':
        rh_scope_cancel(wf, s->scope);
        rh_scope_end(wf, s->scope);
        return;
    case 'r':
        s->failure = rh_receive(wf, text, NULL);
        return;
    case 'u':
        *slash = '\0';
        s->failure = rh_receive_for(wf, text, duration_of(slash + 1), NULL, &received);
        return;
    case 'y':
        s->last = rh_spawn(wf, "beside", side, text);
        return;
    case 'k':
        *slash = '\0';
        s->last = s->child =
            rh_child(wf, text, rh_string("for the child"),
                     &(rh_child_options){.workflow_id = slash[1] ? slash + 1 : NULL,
                                         .run_timeout = S(20)});
        return;
    case 'j':
        s->failure = rh_await(wf, s->child, NULL);
        if (s->failure)
            s->failure = rh_wrap(wf, s->failure, "state %d", (int)s->failure->retry_state);
        return;
    case 'e':
        s->failure = rh_await(wf, s->last, NULL);
        return;
    case 'b':
        rh_await(wf, rh_child_started(wf, s->last), NULL);
        return;
    case 'g':
        *slash = '\0';
        s->last = rh_signal_external(wf, text, NULL, slash + 1, rh_integer(1));
        return;
    case 'q':
        s->last = rh_cancel_external(wf, text, NULL);
        return;
    case 'n':
        s->failure = rh_continue_as_new(wf, rh_copy(wf, rh_integer(atoi(text))), NULL);
        return;
    case 'v':
        s->result = rh_copy(wf, rh_integer(atoi(text)));
        return;
    case 'f':
        s->failure = rh_fail(wf, text, "it was to fail");
        return;
    case 'x':
        rh_check(wf, !"possible");
        return;
    default:
        for (;;)
            rh_timer(wf, S(1));
    }
}

static const rh_failure *interpreter(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    program_state s = {0};
    char *copy = (char *)rh_print(wf, "%s", program);
    if (rh_kind_of(input) == RH_INTEGER)
        return NULL; /* of the run that follows */
    for (char *save, *word = strtok_r(copy, " ", &save); word && !s.failure;
         word = strtok_r(NULL, " ", &save))
        step(wf, &s, word[0], strlen(word) > 2 ? word + 2 : word);
    *result = s.result;
    return s.failure;
}

/* ---- children -------------------------------------------------------------------------------- */

static const rh_failure *kid(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failed = rh_sleep(wf, S(5));
    *result = rh_copy(wf, input);
    return failed;
}

static const rh_failure *bad_kid(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_fail(wf, "Rotten", "the child fails");
}

static const rh_failure *idle(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    return rh_receive(wf, "wake", result);
}

static const rh_workflow_definition workflows[] = {
    {.name = "Interpreter", .run = interpreter},
    {.name = "Kid", .run = kid},
    {.name = "BadKid", .run = bad_kid},
    {.name = "Idle", .run = idle},
    {0},
};
static const rh_module module = {.workflows = workflows};
DEFINE_ENVS(module)

/* ---- recording and replaying ----------------------------------------------------------------- */

/* The history of a version, as JSON. Signals "go" come at 10 s and 40 s, a cancel when it says. */
static const char *record_with(rh_env *env, const char *version, rh_duration cancel_at)
{
    rh_text text = rh_text_in(&env->arena);
    program = version;
    rh_mock(env, "A", .takes = S(1), .result = rh_integer(7));
    rh_mock(env, "B", .takes = S(2));
    rh_mock(env, "C", .takes = S(3), .heartbeat_every = S(1));
    rh_mock(env, "D", .takes = S(20), .heartbeat_every = S(1));
    rh_mock(env, "Bad",
            .failure = &(const rh_failure_options){
                .type = "Rotten", .message = "no", .non_retryable = true});
    rh_signal_at(env, S(10), NULL, "go", NULL);
    rh_signal_at(env, S(40), NULL, "go", NULL);
    rh_allow_unhandled_signals(env);
    if (cancel_at)
        rh_cancel_at(env, cancel_at, NULL);
    rh_run(env, "Interpreter", rh_string("input"));
    if (rh_env_problem_count(env))
        fail_msg("'%s': %s", version, rh_env_report(env));
    rh_report_history(&text, rh_env_journal(env), 0);
    return rh_text_string(&text);
}

static const char *record(rh_env *env, const char *version)
{
    return record_with(env, version, 0);
}

static const rh_recording *read_history(rh_env *env, const char *json)
{
    rh_error error = {.message = ""};
    const rh_recording *recording =
        rh_recording_read(&env->arena, json, strlen(json), "h.json", &error);
    if (!recording)
        fail_msg("%s", error.message);
    return recording;
}

static rh_replay_result replay(rh_env *env, const char *json, const char *version, bool strict)
{
    rh_error error = {.message = ""};
    rh_replay_result result;
    const rh_replay_options options = {.strict = strict};
    program = version;
    if (rh_replay(&env->arena, read_history(env, json), &workflows[0], &options, &result, &error))
        fail_msg("%s", error.message);
    return result;
}

static const char *const versions[] = {
    "v=1",
    "a=A w v=2",
    "a=A/own w",
    "a=pkg.A(3) w",
    "a=A a=B a=C w",
    "t=5s w a=A w t=1m w",
    "r=go a=A w r=go",
    "u=go/3s a=A w u=go/1m a=B w",
    "o a=D t=30s r=go c t=1s w",
    "o a=A t=9s c t=1s w",
    "y=A y=B a=C w",
    "a=Bad w f=Other",
    "f=Some",
    "k=Kid/ w v=1",
    "k=Kid/own b w v=2",
    "k=BadKid/ w f=Other",
    "k=Kid/twin k=Kid/twin w t=9s w",
    "k=Kid/twin k=Kid/twin j",
    "k=BadKid/ j",
    "k=Idle/ j",
    "k=Idle/idle b q=idle w j",
    "k=Idle/idle b g=idle/wake w t=1s w",
    "k=Idle/idle b q=idle w t=1s w",
    "o k=Idle/idle b c w t=1s w",
    "o k=Kid/ a=A c t=1s w",
    "o k=Kid/never c k=Kid/ever w",
    "g=nobody/wake w t=1s w",
    "g=nobody/wake e",
    "q=nobody w t=1s w",
    "a=A w n=1",
    "n=2",
    "r=never",
};

/* Also histories of workflow tasks that took time, and lost an answer on the way. */
static void every_history_replays_without_difference(void **state)
{
    static const rh_duration durations[] = {0, RH_MILLISECONDS(1500), S(12)};
    for (size_t i = 0; i < LENGTH(versions) * LENGTH(durations); i++) {
        const char *version = versions[i % LENGTH(versions)];
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_world(env, .task_duration = durations[i / LENGTH(versions)]);
        rh_mock(env, "pkg.A", .takes = S(1));
        const char *json = record(env, version);
        rh_replay_result result = replay(env, json, version, true);
        if (!result.is_same)
            fail_msg("'%s': event %ju: expected %s, got %s", version, (uintmax_t)result.event_id,
                     result.expected, result.got);
        assert_int_equal(result.loose, 0);
        assert_int_equal(result.is_open, !strcmp(version, "r=never"));
        rh_env_destroy(env);
    }
}

/* ---- differences ----------------------------------------------------------------------------- */

static const struct difference {
    const char *recorded, *today;
    uint64_t event;
    const char *expected, *got, *who;
} differences[] = {
    {"a=A w", "a=B w", 5, "ACTIVITY_TASK_SCHEDULED 'A'", "schedule activity 'B'", "main"},
    {"a=A/one w", "a=A/two w", 5, "ACTIVITY_TASK_SCHEDULED 'A' with id 'one'",
     "schedule activity 'A' with id 'two'", "main"},
    {"a=A/one w", "a=A w", 5, "ACTIVITY_TASK_SCHEDULED 'A' with id 'one'", "schedule activity 'A'",
     "main"},
    {"a=A w", "a=A/one w", 5, "ACTIVITY_TASK_SCHEDULED 'A'", "schedule activity 'A' with id 'one'",
     "main"},
    {"a=A w a=B w", "a=A w t=5s w", 11, "ACTIVITY_TASK_SCHEDULED 'B'", "start a timer of 5s",
     "main"},
    {"t=5s w a=A w", "a=A w t=5s w", 5, "TIMER_STARTED of 5s", "schedule activity 'A'", "main"},
    {"a=A w", "a=A a=B w", 6, "no further command; ACTIVITY_TASK_STARTED follows",
     "schedule activity 'B'", "main"},
    {"a=A a=B w", "a=A w", 6, "ACTIVITY_TASK_SCHEDULED 'B'",
     "no command; coroutine 'main' waits for activity 'A'", NULL},
    {"a=A w v=1", "a=A w v=2", 11, "WORKFLOW_EXECUTION_COMPLETED",
     "complete the run, but not the same:\n      $: expected 1, got 2", "main"},
    {"a=A w v=1", "a=A w f=Late", 11, "WORKFLOW_EXECUTION_COMPLETED", "fail the run", "main"},
    {"f=Some", "v=1", 5, "WORKFLOW_EXECUTION_FAILED", "complete the run", "main"},
    {"a=A w", "a=A w t=1m w", 11, "WORKFLOW_EXECUTION_COMPLETED", "start a timer of 1m", "main"},
    {"a=A w t=1m w", "a=A w", 11, "TIMER_STARTED of 1m", "complete the run", "main"},
    {"o t=30s r=go c t=1s w", "o t=30s r=go t=1s w", 10, "TIMER_CANCELED of event 5",
     "start a timer of 1s", "main"},
    {"o t=30s r=go c t=1s w", "t=30s o t=31s r=go c t=1s w", 6,
     "no further command; WORKFLOW_EXECUTION_SIGNALED follows", "start a timer of 31s", "main"},
    {"t=30s o t=31s r=go c t=1s w", "o t=30s t=31s r=go c t=1s w", 11, "TIMER_CANCELED of event 6",
     "cancel the timer of event 5", "main"},
    {"o a=D r=go c t=1s w", "o a=D r=go t=1s w", 10,
     "ACTIVITY_TASK_CANCEL_REQUESTED 'D' of event 5", "start a timer of 1s", "main"},
    {"o a=D r=go t=1s w", "o a=D r=go c t=1s w", 10, "TIMER_STARTED of 1s",
     "cancel activity 'D' of event 5", "main"},
    {"y=A y=B a=C w", "y=A y=C a=C w", 7, "ACTIVITY_TASK_SCHEDULED 'B'", "schedule activity 'C'",
     "beside"},
    {"a=A w v=1", "x", 4, "WORKFLOW_TASK_COMPLETED", "suites/harness/replay_test.c:", NULL},
    {"a=A w a=B w", "a=A w x", 10, "WORKFLOW_TASK_COMPLETED", "check failed: !\"possible\"", NULL},
    {"a=A w", "z", 4, "the end of the workflow task", "gives commands without end", NULL},
    {"k=Kid/ w", "k=BadKid/ w", 5,
     "START_CHILD_WORKFLOW_EXECUTION_INITIATED 'Kid' with workflow id",
     "start child 'BadKid' with workflow id '", "main"},
    {"k=Kid/ w", "a=A w", 5, "START_CHILD_WORKFLOW_EXECUTION_INITIATED 'Kid'",
     "schedule activity 'A'", "main"},
    {"g=nobody/wake w", "g=nobody/sleep w", 5,
     "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED 'wake' to workflow 'nobody'",
     "signal 'sleep' to workflow 'nobody'", "main"},
    {"g=nobody/wake w", "g=somebody/wake w", 5,
     "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED 'wake' to workflow 'nobody'",
     "signal 'wake' to workflow 'somebody'", "main"},
    {"q=nobody w", "q=somebody w", 5,
     "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED to workflow 'nobody'",
     "ask workflow 'somebody' to cancel", "main"},
    {"q=nobody w", "g=nobody/wake w", 5, "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
     "signal 'wake' to workflow 'nobody'", "main"},
    {"a=A w n=1", "a=A w n=2", 11, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
     "continue as new, but not the same:\n      $: expected 1, got 2", "main"},
    {"a=A w n=1", "a=A w v=1", 11, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW", "complete the run",
     "main"},
    {"r=never", "v=1", 5, "no further command; WORKFLOW_EXECUTION_SIGNALED follows",
     "complete the run", "main"},
};

static void the_first_command_that_differs_is_named(void **state)
{
    for (size_t i = 0; i < LENGTH(differences); i++) {
        const struct difference *row = &differences[i];
        rh_env *env = rh_env_create(rh_env_module(*state));
        const char *json = record(env, row->recorded);
        rh_replay_result result = replay(env, json, row->today, false);
        if (result.is_same || result.event_id != row->event)
            fail_msg("'%s' by '%s': event %ju, expected %s, got %s", row->recorded, row->today,
                     (uintmax_t)result.event_id, result.expected, result.got);
        assert_contains(result.expected, row->expected);
        assert_contains(result.got, row->got);
        if (row->who) {
            assert_string_equal(result.place.who, row->who);
            bool has_called = strchr(row->today, '='), says = result.place.file != NULL;
            assert_int_equal(says, has_called && row->today[0] != 'v');
            if (says)
                assert_contains(result.place.file, "suites/harness/replay_test.c");
            assert_int_equal(result.place.line > 20, says);
        } else {
            assert_null(result.place.who);
        }
        rh_env_destroy(env);
    }
}

/* Every version against every other one: a replay tells the same of both directions, whether they
 * are the same, and never falls over. */
static void different_versions_differ(void **state)
{
    for (size_t i = 0; i < LENGTH(versions); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_mock(env, "pkg.A", .takes = S(1));
        const char *json = record(env, versions[i]);
        for (size_t k = 0; k < LENGTH(versions); k++) {
            rh_replay_result result = replay(env, json, versions[k], true);
            assert_int_equal(result.is_same, i == k);
            if (i != k)
                assert_true(result.event_id > 0 && result.expected[0] && result.got[0]);
        }
        rh_env_destroy(env);
    }
}

/* ---- what counts ----------------------------------------------------------------------------- */

static const struct leniency {
    const char *recorded, *today, *strictly;
    uint64_t event;
} leniencies[] = {
    {"a=A(1) w", "a=A(2) w", "$.0: expected 1, got 2", 5},
    {"a=A(1) w", "a=A w", "expected", 5},
    {"t=5s w", "t=6s w", "start a timer of 6s", 5},
    {"f=Some", "f=Other", "expected \"it was to fail (type: Some, retryable: true)\"", 5},
    {"k=Kid/one w", "k=Kid/two w", "start child 'Kid' with workflow id 'two'", 5},
    {"k=Kid/ w", "k=pkg.Kid/ w", NULL, 0},
    {"a=pkg.A w", "a=A w", NULL, 0},
    {"a=A w", "a=other.pkg.A w", NULL, 0},
};

static void what_sdks_do_not_compare_counts_only_strictly(void **state)
{
    for (size_t i = 0; i < LENGTH(leniencies); i++) {
        const struct leniency *row = &leniencies[i];
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_mock(env, "pkg.A", .takes = S(1));
        const char *json = record(env, row->recorded);
        rh_replay_result result = replay(env, json, row->today, false);
        if (!result.is_same)
            fail_msg("'%s' by '%s': %s", row->recorded, row->today, result.got);
        assert_int_equal(result.loose, row->strictly != NULL);
        assert_int_equal(result.loose_event_id, row->event);
        result = replay(env, json, row->today, true);
        assert_int_equal(result.is_same, !row->strictly);
        if (row->strictly) {
            assert_int_equal(result.event_id, row->event);
            assert_contains(result.got, row->strictly);
        }
        rh_env_destroy(env);
    }
}

static const char *with(rh_env *env, const char *json, const char *from, const char *to)
{
    const char *at = strstr(json, from);
    if (!at)
        fail_msg("no %s in %s", from, json);
    return rh_format(&env->arena, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
}

/* Ids of other SDKs: TypeScript and Python count, Java makes UUIDs. */
static void made_up_ids_match_each_other(void **state)
{
    static const char *const ids[] = {"\"1\"", "\"0b3f6e9a-7a5f-4c8f-9d53-0123456789ab\""};
    rh_env *env = *state;
    const char *json = record(env, "a=A w t=5s w");
    for (size_t i = 0; i < LENGTH(ids); i++) {
        const char *other = with(env, json, "\"activityId\":\"5\"",
                                 rh_format(&env->arena, "\"activityId\":%s", ids[i]));
        other = with(env, other, "\"timerId\":\"11\"",
                     rh_format(&env->arena, "\"timerId\":%s", ids[i]));
        assert_true(replay(env, other, "a=A w t=5s w", true).is_same);
    }
    assert_false(replay(env, with(env, json, "\"activityId\":\"5\"", "\"activityId\":\"mine\""),
                        "a=A w t=5s w", false)
                     .is_same);
}

/* Go cancels the timer of a wait that is over only where its SDK flag 6 is set. */
static void waits_end_their_timers_only_with_the_flag(void **state)
{
    rh_env *env = *state;
    const char *json = record(env, "u=go/1m t=5s w");
    assert_non_null(strstr(json, "langUsedFlags"));
    assert_true(replay(env, json, "u=go/1m t=5s w", true).is_same);

    const char *canceled = strstr(json, "\"EVENT_TYPE_TIMER_CANCELED\"");
    assert_non_null(canceled);
    const char *unmade = with(env, json, "\"EVENT_TYPE_TIMER_CANCELED\"",
                              "\"EVENT_TYPE_OF_TOMORROW\",\"workerMayIgnore\":true");
    rh_replay_result result = replay(env, unmade, "u=go/1m t=5s w", true);
    assert_false(result.is_same);
    assert_string_equal(result.got, "cancel the timer of event 5");
    const char *without = with(env, unmade, "\"langUsedFlags\":[6]", "\"langUsedFlags\":[1]");
    assert_true(replay(env, without, "u=go/1m t=5s w", true).is_same);
}

/* ---- what the code sees ---------------------------------------------------------------------- */

static const rh_value *seen_input;
static const char *seen_info;
static const char *seen_failure;
static rh_time seen_time;

static const rh_failure *looker(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    seen_input = input;
    rh_text memo = rh_text_in(&wf->world->arena);
    rh_json_write(&memo, info->memo, RH_JSON_COMPACT);
    seen_info = strdup(
        rh_print(wf, "%s %s %s %s %d %s %s %s %s %s %lld %s %s %s %lld %d", info->workflow_type,
                 info->workflow_id, info->run_id, info->task_queue, (int)info->attempt,
                 info->first_run_id, info->continued_run_id ? info->continued_run_id : "-",
                 info->parent_workflow_id ? info->parent_workflow_id : "-",
                 info->parent_run_id ? info->parent_run_id : "-", info->cron ? info->cron : "-",
                 (long long)info->run_timeout, rh_text_string(&memo),
                 info->root_workflow_id ? info->root_workflow_id : "-",
                 info->root_run_id ? info->root_run_id : "-", (long long)info->task_timeout,
                 info->retry ? (int)info->retry->maximum_attempts : -1));
    rh_log(wf, "not on replay");
    const rh_failure *failure = rh_await(wf, rh_activity(wf, "Bad", RH_NO_ARGS, &minute), result);
    char text[512];
    rh_failure_text(failure, text, sizeof text);
    seen_failure = strdup(text);
    rh_sleep(wf, S(30));
    seen_time = rh_now(wf);
    return NULL;
}

static const rh_failure *mother(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    return rh_await(wf,
                    rh_child(wf, "Looker", input,
                             &(rh_child_options){.workflow_id = "mine",
                                                 .task_queue = "queue",
                                                 .run_timeout = RH_HOURS(1),
                                                 .retry = {.maximum_attempts = 2},
                                                 .memo = RH_OBJECT_OF({"note", rh_integer(7)})}),
                    result);
}

static const rh_failure *once_more(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    if (rh_info(wf)->continued_run_id)
        return looker(wf, input, result);
    return rh_continue_as_new(wf, input, NULL);
}

static const rh_workflow_definition lookers[] = {{.name = "Looker", .run = looker},
                                                 {.name = "Mother", .run = mother},
                                                 {.name = "Again", .run = once_more},
                                                 {0}};

/* Plays the workflow, then replays that run of it, whose code is the definition's. */
static void play_and_replay(rh_env *env, const char *name, uint32_t run, size_t definition)
{
    static const rh_module looking = {.workflows = lookers};
    rh_env *other = rh_env_create(&looking);
    rh_mock(other, "Bad",
            .failure = &(const rh_failure_options){.type = "Rotten",
                                                   .message = "no",
                                                   .non_retryable = true,
                                                   .details = rh_string("details")});
    rh_start(other, name, rh_string("in"),
             &(rh_run_options){.workflow_id = name, .task_queue = "elsewhere"});
    rh_play(other);
    rh_assert_status(other, RH_SUCCEEDED);
    assert_clean(other);
    const char *info = seen_info, *failure = seen_failure;
    rh_time time = seen_time;
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(other), run);
    rh_env_destroy(other);

    rh_error error;
    rh_replay_result result;
    assert_int_equal(rh_replay(&env->arena, read_history(env, rh_text_string(&text)),
                               &lookers[definition], &(rh_replay_options){.strict = true}, &result,
                               &error),
                     0);
    assert_true(result.is_same);
    assert_true(rh_equal(seen_input, rh_string("in")));
    assert_string_equal(seen_info, info);
    assert_string_equal(seen_failure, failure);
    assert_contains(seen_failure, "no (type: Rotten, retryable: false)");
    assert_int_equal(seen_time, time);
    free((char *)info);
    free((char *)failure);
    free((char *)seen_info);
    free((char *)seen_failure);
}

static void the_code_sees_what_it_saw(void **state)
{
    play_and_replay(*state, "Looker", 0, 0);
}

static void a_child_and_a_later_run_know_where_they_come_from(void **state)
{
    play_and_replay(*state, "Mother", 1, 0);
    play_and_replay(*state, "Again", 1, 2);
}

/* ---- other shapes of histories --------------------------------------------------------------- */

static const char frame[] =
    "{\"events\":["
    "{\"eventId\":\"1\",\"eventType\":\"WorkflowExecutionStarted\","
    "\"workflowExecutionStartedEventAttributes\":{\"workflowType\":{\"name\":\"Interpreter\"}}},"
    "{\"eventId\":\"2\",\"eventType\":\"WorkflowTaskScheduled\"},"
    "{\"eventId\":\"3\",\"eventType\":\"WorkflowTaskStarted\"}%s]}";

static rh_replay_result replay_frame(rh_env *env, const char *rest, const char *version)
{
    char json[4096];
    snprintf(json, sizeof json, frame, rest);
    return replay(env, json, version, false);
}

#define TASK_FAILED                                                                                \
    ",{\"eventId\":4,\"eventType\":9},{\"eventId\":5,\"eventType\":5},"                            \
    "{\"eventId\":6,\"eventType\":26,\"workflowExecutionSignaledEventAttributes\":"                \
    "{\"signalName\":\"go\"}},{\"eventId\":7,\"eventType\":6}"

static void failed_tasks_leave_their_news_to_the_next(void **state)
{
    rh_env *env = *state;
    rh_replay_result result = replay_frame(env,
                                           TASK_FAILED ",{\"eventId\":8,\"eventType\":7},"
                                                       "{\"eventId\":9,\"eventType\":2}",
                                           "r=go");
    assert_true(result.is_same);
    assert_int_equal(result.tasks, 1);
    assert_false(result.is_open);
}

/* A signal that came while the task ran is told in the next one. */
static void what_comes_during_a_task_is_told_later(void **state)
{
    static const char late[] =
        ",{\"eventId\":4,\"eventType\":26,\"workflowExecutionSignaledEventAttributes\":"
        "{\"signalName\":\"go\"}},{\"eventId\":5,\"eventType\":7}%s";
    rh_env *env = *state;
    char json[1024];
    snprintf(json, sizeof json, late, "");
    assert_true(replay_frame(env, json, "r=go").is_same);
    snprintf(json, sizeof json, late, ",{\"eventId\":6,\"eventType\":2}");
    rh_replay_result result = replay_frame(env, json, "r=go");
    assert_false(result.is_same);
    assert_int_equal(result.event_id, 6);
    assert_string_equal(result.got, "no command; coroutine 'main' waits for signal 'go'");
    snprintf(json, sizeof json, late,
             ",{\"eventId\":6,\"eventType\":5},{\"eventId\":7,\"eventType\":6},"
             "{\"eventId\":8,\"eventType\":7},{\"eventId\":9,\"eventType\":2}");
    result = replay_frame(env, json, "r=go");
    assert_true(result.is_same && !result.is_open);
    assert_int_equal(result.tasks, 2);
}

static void a_run_that_others_end_is_the_same(void **state)
{
    rh_env *env = *state;
    rh_replay_result result =
        replay_frame(env,
                     ",{\"eventId\":4,\"eventType\":\"WorkflowTaskCompleted\"},"
                     "{\"eventId\":5,\"eventType\":27}",
                     "r=go");
    assert_true(result.is_same && !result.is_open);
    result = replay_frame(env, ",{\"eventId\":4,\"eventType\":7},{\"eventId\":5,\"eventType\":4}",
                          "v=1");
    assert_false(result.is_same);
    assert_int_equal(result.event_id, 5);
}

static void a_history_may_end_before_its_first_task(void **state)
{
    rh_env *env = *state;
    rh_replay_result result = replay_frame(env, "", "v=1");
    assert_true(result.is_same && result.is_open);
    assert_int_equal(result.tasks, 0);
    result = replay_frame(env, ",{\"eventId\":4,\"eventType\":7}", "v=1");
    assert_false(result.is_same);
    assert_string_equal(result.expected, "nothing: the history ends here");
}

static void histories_that_make_no_sense_are_refused(void **state)
{
    static const struct {
        const char *rest, *message;
    } cases[] = {
        {",{\"eventId\":4,\"eventType\":7},{\"eventId\":5,\"eventType\":7}",
         "event 5: WORKFLOW_TASK_COMPLETED: there is no WORKFLOW_TASK_STARTED before it"},
        {",{\"eventId\":4,\"eventType\":9},{\"eventId\":5,\"eventType\":7}",
         "event 5: WORKFLOW_TASK_COMPLETED: there is no WORKFLOW_TASK_STARTED before it"},
        {",{\"eventId\":4,\"eventType\":33}",
         "event 4: CHILD_WORKFLOW_EXECUTION_FAILED: initiatedEventId leads to no "
         "START_CHILD_WORKFLOW_EXECUTION_INITIATED before it"},
        {",{\"eventId\":4,\"eventType\":39}",
         "event 4: EXTERNAL_WORKFLOW_EXECUTION_SIGNALED: initiatedEventId leads to no "
         "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED before it"},
        {",{\"eventId\":4,\"eventType\":2}",
         "event 4: WORKFLOW_EXECUTION_COMPLETED: there is no WORKFLOW_TASK_COMPLETED before it"},
        {",{\"eventId\":4,\"eventType\":12}",
         "event 4: ACTIVITY_TASK_COMPLETED: scheduledEventId leads to no ACTIVITY_TASK_SCHEDULED "
         "before it"},
        {",{\"eventId\":4,\"eventType\":18,\"timerFiredEventAttributes\":{\"startedEventId\":\"9\"}"
         "}",
         "event 4: TIMER_FIRED: startedEventId leads to no TIMER_STARTED before it"},
        {",{\"eventId\":4,\"eventType\":7},{\"eventId\":5,\"eventType\":2},"
         "{\"eventId\":6,\"eventType\":6}",
         "event 6: WORKFLOW_TASK_STARTED: the run is over already"},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char json[4096];
        rh_error error = {.message = ""};
        rh_replay_result result;
        snprintf(json, sizeof json, frame, cases[i].rest);
        program = strstr(cases[i].message, "over already") ? "" : "r=go";
        int code = rh_replay(&env->arena, read_history(env, json), &workflows[0],
                             &(rh_replay_options){0}, &result, &error);
        assert_int_equal(code, -1);
        assert_string_equal(error.message, cases[i].message);
        assert_string_equal(error.file, "h.json");
    }
}

static void a_cancel_request_is_told(void **state)
{
    rh_env *env = *state;
    const char *json = record_with(env, "t=1m w v=1", S(5));
    assert_non_null(strstr(json, "WORKFLOW_EXECUTION_CANCEL_REQUESTED"));
    assert_true(replay(env, json, "t=1m w v=1", true).is_same);
    rh_replay_result result = replay(env, json, "r=go v=1", true);
    assert_int_equal(result.event_id, 5);
}

static void payloads_of_unknown_codecs_are_bytes(void **state)
{
    rh_env *env = *state;
    const char *json = record(env, "a=A w v=1");
    assert_null(replay(env, json, "a=A w v=1", true).encoding);
    /* "json/plain" becomes "xson/plain" */
    const char *other =
        with(env, strstr(json, "ACTIVITY_TASK_COMPLETED"), "anNvbi9wbGFpbg==", "eHNvbi9wbGFpbg==");
    other = rh_format(&env->arena, "%.*s%s", (int)(strstr(json, "ACTIVITY_TASK_COMPLETED") - json),
                      json, other);
    assert_string_equal(replay(env, other, "a=A w v=1", true).encoding, "xson/plain");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(every_history_replays_without_difference),
        PLAYED(the_first_command_that_differs_is_named),
        PLAYED(different_versions_differ),
        PLAYED(what_sdks_do_not_compare_counts_only_strictly),
        PLAYED(made_up_ids_match_each_other),
        PLAYED(waits_end_their_timers_only_with_the_flag),
        PLAYED(the_code_sees_what_it_saw),
        PLAYED(a_child_and_a_later_run_know_where_they_come_from),
        PLAYED(failed_tasks_leave_their_news_to_the_next),
        PLAYED(what_comes_during_a_task_is_told_later),
        PLAYED(a_run_that_others_end_is_the_same),
        PLAYED(a_history_may_end_before_its_first_task),
        PLAYED(histories_that_make_no_sense_are_refused),
        PLAYED(a_cancel_request_is_told),
        PLAYED(payloads_of_unknown_codecs_are_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
