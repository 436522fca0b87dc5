/* Queries and updates: what they may do, what stands in the history, what who asks hears. */
#include "rehearse/messages.h"

#include "harness/replay.h"
#include "rehearse/recorded.h"
#include "rehearse/testing.h"
#include "rehearse/together.h"
#include "reports/history.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

static bool is(const rh_value *input, const char *what)
{
    return !strcmp(rh_text_of(input), what);
}

typedef struct order {
    int64_t count;
    bool is_closed;
} order;

/* ---- an order: counted by updates, told by queries ------------------------------------------- */

static const rh_failure *tell_count(rh_workflow *wf, const rh_value *args, const rh_value **result,
                                    void *data)
{
    const order *o = data;
    if (args)
        return rh_fail(wf, "BadQuery", "no arguments, please");
    *result = rh_copy(wf, rh_integer(o->count));
    return NULL;
}

static const rh_failure *at_most_ten(rh_workflow *wf, const rh_value *args, void *data)
{
    (void)data;
    if (rh_integer_of(args) > 10)
        return rh_fail(wf, "TooMany", "%lld is too many", (long long)rh_integer_of(args));
    return NULL;
}

/* Adds at once, or (an even number) when an activity has been asked. */
static const rh_failure *add(rh_workflow *wf, const rh_value *args, const rh_value **result,
                             void *data)
{
    order *o = data;
    int64_t more = rh_integer_of(args);
    rh_log(wf, "%s %s", rh_current_update(wf)->name, rh_current_update(wf)->id);
    if (more % 2 == 0) {
        const rh_failure *failure =
            rh_await(wf, rh_activity(wf, "Reserve", RH_ARGS(args), &minute), NULL);
        if (failure)
            return failure;
    }
    if (more == 9)
        return rh_fail(wf, "Nine", "nine is refused late");
    o->count += more;
    *result = rh_copy(wf, rh_integer(o->count));
    return NULL;
}

static const rh_failure *close_order(rh_workflow *wf, const rh_value *args, const rh_value **result,
                                     void *data)
{
    (void)wf;
    (void)args;
    (void)result;
    ((order *)data)->is_closed = true;
    return NULL;
}

static bool is_closed(void *data)
{
    return ((const order *)data)->is_closed;
}

static const rh_failure *takes_orders(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    order *o = rh_workflow_alloc(wf, sizeof *o);
    rh_on_query(wf, "count", tell_count, o);
    rh_on_update(wf, "add", &(rh_update_handler){add, at_most_ten, o, is(input, "may be left")});
    rh_on_update(wf, "close", &(rh_update_handler){.handle = close_order, .data = o});
    const rh_failure *failure = rh_await_condition(wf, is_closed, o, RH_HOURS(1), NULL);
    if (!failure && is(input, "finishes"))
        failure = rh_await_condition(wf, rh_all_handlers_finished, wf, 0, NULL);
    *result = rh_copy(wf, rh_integer(o->count));
    return failure;
}

static void updates_are_handled(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Reserve", .takes = S(3));
    rh_start(env, "takes_orders", NULL, NULL);
    rh_update_at(env, S(1), NULL, "a", "add", rh_integer(3));
    rh_update_at(env, S(2), NULL, "b", "add", rh_integer(4));
    rh_update_at(env, S(3), NULL, "c", "add", rh_integer(9));
    rh_update_at(env, S(3), NULL, "c", "add", rh_integer(9)); /* the same */
    rh_query_at(env, S(4), NULL, "count", NULL);
    rh_update_at(env, S(6), NULL, "d", "close", NULL);
    rh_query_at(env, S(6), NULL, "count", NULL);
    rh_update_at(env, S(7), NULL, "e", "close", NULL);
    rh_play(env);
    rh_assert_result(env, rh_integer(7));
    rh_assert_duration(env, S(6));
    rh_assert_update(env, "a", RH_UPDATE_COMPLETED, rh_integer(3));
    rh_assert_update(env, "b", RH_UPDATE_COMPLETED, rh_integer(7));
    rh_assert_update(env, "c", RH_UPDATE_FAILED, rh_string("nine is refused late"));
    rh_assert_update(env, "d", RH_UPDATE_COMPLETED, rh_null());
    rh_assert_update(env, "e", RH_UPDATE_ABORTED,
                     rh_string("workflow execution already completed"));
    rh_assert_update(env, "f", RH_UPDATE_UNKNOWN, NULL);
    rh_assert_answer(env, "count", 1, rh_integer(3));
    rh_assert_answer(env, "count", 2, rh_integer(7));
    rh_assert_query(env, "count", rh_integer(7)); /* it has closed */
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_UPDATE_COMPLETED, 2)), S(5));
    assert_string_equal(told(env), "add a, add b, add c");
    assert_string_equal(history(env),
                        "run-started timer-started update-accepted update-completed "
                        "update-accepted activity-scheduled update-accepted update-completed "
                        "activity-completed update-completed update-accepted update-completed "
                        "timer-canceled run-completed");
    assert_clean(env);
}

/* ---- rejected: nothing of it in the history -------------------------------------------------- */

static void rejected_updates_leave_nothing(void **state)
{
    rh_env *env = *state;
    char *without = NULL;
    for (int with = 0; with < 2; with++) {
        rh_mock(env, "Reserve", .takes = S(3));
        rh_start(env, "takes_orders", NULL, NULL);
        rh_update_at(env, S(1), NULL, "a", "add", rh_integer(3));
        rh_update_at(env, S(5), NULL, "z", "close", NULL);
        if (with) {
            rh_update_at(env, S(2), NULL, "b", "add", rh_integer(11));
            rh_update_at(env, S(3), NULL, "c", "ad", rh_integer(1));
            rh_update_at(env, S(5), NULL, "d", "add", rh_integer(12)); /* with another one */
        }
        rh_play(env);
        rh_assert_result(env, rh_integer(3));
        if (with) {
            rh_assert_update(env, "b", RH_UPDATE_REJECTED, rh_string("11 is too many"));
            rh_assert_update(env, "c", RH_UPDATE_REJECTED,
                             rh_string("unknown update 'ad'; did you mean 'add'?"));
            rh_assert_update(env, "d", RH_UPDATE_REJECTED, rh_string("12 is too many"));
            assert_string_equal(whole_history(env), without);
        } else {
            without = strdup(whole_history(env));
            rh_env_restart(env);
        }
    }
    free(without);
    env->layers[RH_LAYER_TEST].count = 0; /* nobody reserved */
    assert_clean(env);
}

/* ---- updates that come early, and handlers that are left ------------------------------------- */

static void early_updates_find_their_handlers(void **state)
{
    rh_env *env = *state;
    rh_start(env, "takes_orders", NULL, &(rh_run_options){.at = S(1)});
    rh_update_at(env, S(1), NULL, "a", "add", rh_integer(3));
    rh_update_at(env, S(1), NULL, "b", "close", NULL);
    rh_play(env);
    rh_assert_result(env, rh_integer(3));
    rh_assert_duration(env, 0);
    assert_string_equal(history(env), "run-started timer-started update-accepted update-completed "
                                      "update-accepted update-completed timer-canceled "
                                      "run-completed");
    assert_clean(env);
}

static void handlers_may_be_left(void **state)
{
    static const struct {
        const char *how;
        bool warns;
        rh_duration closes;
        rh_update_status status;
    } cases[] = {
        {"leaves", true, S(2), RH_UPDATE_ABORTED},
        {"may be left", false, S(2), RH_UPDATE_ABORTED},
        {"finishes", false, S(4), RH_UPDATE_COMPLETED},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_mock(env, "Reserve", .takes = S(3));
        rh_start(env, "takes_orders", rh_string(cases[i].how), NULL);
        rh_update_at(env, S(1), NULL, "a", "add", rh_integer(4));
        rh_update_at(env, S(2), NULL, "b", "close", NULL);
        rh_play(env);
        rh_assert_duration(env, cases[i].closes);
        rh_assert_update(env, "a", cases[i].status, NULL);
        if (cases[i].warns)
            rh_assert_warning(env, "the run closed while the handler of update 'add' (a) was "
                                   "running; await rh_all_handlers_finished first");
        else
            assert_int_equal(count_entries(env, RH_ENTRY_WARNING), 0);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- with latency: a task is scheduled already ----------------------------------------------- */

static void tasks_of_updates_become_real(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_latency = S(2), .no_cache = *without_cache());
    rh_allow_unhandled_signals(env);
    rh_start(env, "takes_orders", NULL, NULL);
    rh_update_at(env, S(5), NULL, "a", "add", rh_integer(11));  /* rejected, alone: 5 to 7 */
    rh_update_at(env, S(10), NULL, "b", "add", rh_integer(11)); /* rejected, with a signal */
    rh_signal_at(env, S(11), NULL, "hello", NULL);
    rh_query_at(env, S(11), NULL, "count", NULL);
    rh_update_at(env, S(20), NULL, "c", "close", NULL);
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, S(22));
    rh_assert_update(env, "a", RH_UPDATE_REJECTED, NULL);
    rh_assert_answer(env, "count", 1, rh_integer(0));
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_QUERY_ANSWERED, 0)), S(12));
    size_t tasks = 0;
    for (size_t i = 0; nth_entry(env, RH_ENTRY_TASK_COMPLETED, i); i++)
        tasks += nth_entry(env, RH_ENTRY_TASK_COMPLETED, i)->event_id != 0;
    assert_int_equal(tasks, 3); /* the first, the signal's, the one that closes */
    assert_clean(env);
}

/* ---- queries must change nothing ------------------------------------------------------------- */

static const rh_failure *misbehaves(rh_workflow *wf, const rh_value *args, const rh_value **result,
                                    void *data)
{
    (void)result;
    if (is(args, "rh_activity"))
        rh_activity(wf, "A", RH_NO_ARGS, &minute);
    if (is(args, "a function that waits"))
        rh_await(wf, data, NULL);
    if (is(args, "rh_send"))
        rh_send_now(wf, rh_channel_new(wf, NULL, 1), NULL);
    if (is(args, "rh_on_query"))
        rh_on_query(wf, "more", tell_count, NULL);
    if (is(args, "a cancel"))
        rh_scope_cancel(wf, rh_scope_begin(wf)), rh_scope_end(wf, NULL);
    if (is(args, "crash"))
        abort();
    if (is(args, "fails"))
        return rh_fail(wf, "Failed", "it fails");
    return NULL;
}

static const rh_failure *is_asked(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    order *o = rh_workflow_alloc(wf, sizeof *o);
    (void)input;
    (void)result;
    rh_on_query(wf, "misbehave", misbehaves, rh_promise(wf, "never"));
    rh_on_query(wf, "count", tell_count, o);
    rh_sleep(wf, S(10));
    o->count = 1;
    rh_sleep(wf, S(10));
    return NULL;
}

static void queries_change_nothing(void **state)
{
    static const struct {
        const char *how, *why;
    } cases[] = {
        {"rh_activity", "query 'misbehave' must change nothing, but rh_activity was called"},
        {"a function that waits", "query 'misbehave' must change nothing, but a function that "
                                  "waits was called"},
        {"rh_send", "query 'misbehave' must change nothing, but rh_send was called"},
        {"rh_on_query", "query 'misbehave' must change nothing, but rh_on_query was called"},
        {"crash", "crashed: "},
        {"fails", "it fails"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_start(env, "is_asked", NULL, NULL);
        rh_query_at(env, S(5), NULL, "misbehave", rh_string(cases[i].how));
        rh_query_at(env, S(6), NULL, "count", NULL);
        rh_query_at(env, S(15), NULL, "count", NULL);
        rh_play(env);
        rh_assert_status(env, RH_SUCCEEDED); /* nothing of it has harmed the run */
        rh_assert_duration(env, S(20));
        assert_contains(rh_failure_message(nth_entry(env, RH_ENTRY_QUERY_ANSWERED, 0)->failure),
                        cases[i].why);
        rh_assert_answer(env, "count", 1, rh_integer(0));
        rh_assert_answer(env, "count", 2, rh_integer(1));
        assert_string_equal(history(env), "run-started timer-started timer-fired timer-started "
                                          "timer-fired run-completed");
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void ask_inside(rh_env *env, void *data)
{
    const rh_failure *failure;
    rh_assert_query(env, "count", rh_integer(0));
    assert_null(rh_query(env, NULL, "coun", NULL, &failure));
    assert_string_equal(rh_failure_message(failure), "unknown query 'coun'; did you mean 'count'?");
    assert_null(rh_query(env, NULL, "count", rh_integer(1), &failure));
    assert_string_equal(rh_failure_message(failure), "no arguments, please");
    assert_contains(rh_text_of(rh_query(env, NULL, "__stack_trace", NULL, NULL)),
                    "main waits for a timer of 10s\n");
    ++*(int *)data;
}

static void questions_in_between(void **state)
{
    rh_env *env = *state;
    int asked = 0;
    rh_start(env, "is_asked", NULL, NULL);
    rh_call_at(env, S(3), ask_inside, &asked);
    rh_play(env);
    assert_int_equal(asked, 1);
    rh_assert_query(env, "count", rh_integer(1));
    assert_int_equal(count_entries(env, RH_ENTRY_QUERIED), 0);
    assert_clean(env);
}

static void questions_nobody_answers(void **state)
{
    rh_env *env = *state;
    rh_run(env, "is_asked", NULL);
    rh_query(env, "is_askd", "count", NULL, NULL);
    assert_one_error(env, "no run has workflow id 'is_askd'; did you mean 'is_asked'?");
    env = rh_env_create(rh_env_module(*state));
    rh_run(env, "is_asked", NULL);
    rh_assert_query(env, "count", rh_integer(3));
    assert_one_failing(env, "query 'count': the answer is not as expected\n  $: expected 3, got 1");
    rh_env_destroy(env);
    env = rh_env_create(rh_env_module(*state));
    rh_run(env, "is_asked", NULL);
    rh_assert_update(env, "a", RH_UPDATE_COMPLETED, NULL);
    assert_one_failing(env, "update 'a': expected completed, it is unknown");
    rh_env_destroy(env);
    env = rh_env_create(rh_env_module(*state));
    rh_run(env, "is_asked", NULL);
    rh_assert_answer(env, "count", 1, NULL);
    assert_one_failing(env, "query 'count' number 1: there were 0 answers");
    rh_env_destroy(env);
}

/* ---- validators and names -------------------------------------------------------------------- */

static const rh_failure *bad_validator(rh_workflow *wf, const rh_value *args, void *data)
{
    (void)args;
    (void)data;
    rh_timer(wf, S(1));
    return NULL;
}

static const rh_failure *is_wrong(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    order *o = rh_workflow_alloc(wf, sizeof *o);
    (void)result;
    if (is(input, "query"))
        rh_on_query(wf, "__mine", tell_count, o);
    if (is(input, "update"))
        rh_on_update(wf, "__mine", &(rh_update_handler){.handle = close_order});
    rh_on_update(wf, "validated",
                 &(rh_update_handler){.handle = close_order, .validate = bad_validator});
    return rh_sleep(wf, S(9));
}

static void wrong_handlers_fail_the_task(void **state)
{
    static const struct {
        const char *how, *why;
    } cases[] = {
        {"query", "'__mine': names that begin with '__' are reserved"},
        {"update", "'__mine': names that begin with '__' are reserved"},
        {"validator", "the validator of update 'validated' must change nothing, but rh_timer was "
                      "called"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_start(env, "is_wrong", rh_string(cases[i].how), NULL);
        rh_update_at(env, S(1), NULL, "a", "validated", NULL);
        rh_play(env);
        rh_assert_stuck(env, cases[i].why);
        rh_assert_update(env, "a", RH_UPDATE_ABORTED, NULL);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- update-with-start ----------------------------------------------------------------------- */

static void add_with_start(rh_env *env, rh_duration at, const char *id, int64_t more)
{
    rh_update_with_start(env, "takes_orders", NULL, id, "add", rh_integer(more),
                         &(rh_run_options){.at = at});
}

/* It is there for the first task, goes to the open run, and is the same by its id, also when that
 * has closed. */
static void an_update_may_start_a_run(void **state)
{
    rh_env *env = *state;
    add_with_start(env, 0, "a", 3);
    add_with_start(env, S(2), "a", 3);
    add_with_start(env, S(5), "b", 5);
    rh_update_at(env, S(6), NULL, "c", "close", NULL);
    add_with_start(env, S(7), "b", 5);
    rh_play(env);
    rh_assert_result(env, rh_integer(8));
    assert_int_equal(rh_env_journal(env)->run_count, 1);
    rh_assert_update(env, "a", RH_UPDATE_COMPLETED, rh_integer(3));
    rh_assert_update(env, "b", RH_UPDATE_COMPLETED, rh_integer(8));
    const rh_entry *accepted = nth_entry(env, RH_ENTRY_UPDATE_ACCEPTED, 0);
    assert_int_equal(accepted->event_id, 6); /* in the first task, behind its timer */
    assert_int_equal(since_start(env, accepted), 0);
    assert_clean(env);

    rh_env_restart(env);
    add_with_start(env, 0, "a", 3);
    rh_update_at(env, S(6), NULL, "c", "close", NULL);
    add_with_start(env, S(7), "b", 5); /* another one: another run */
    rh_terminate_at(env, S(8), NULL, "enough");
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    assert_clean(env);
}

/* Before a worker has seen the update, its run is terminated: the server tries once more. */
static void an_unseen_update_starts_another_run(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_latency = S(1), .no_cache = *without_cache());
    rh_start(env, "takes_orders", NULL, NULL);
    add_with_start(env, S(5), "a", 3);
    rh_terminate_at(env, S(5), NULL, "enough");
    rh_terminate_at(env, S(9), NULL, "enough");
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    assert_int_equal(rh_env_journal(env)->runs[1]->started - RH_WORLD_START, S(5));
    assert_int_equal(count_entries(env, RH_ENTRY_UPDATE_ABORTED), 1);
    assert_int_equal(count_entries(env, RH_ENTRY_UPDATE_COMPLETED), 1);
    assert_clean(env);
}

static void an_update_may_be_refused_with_its_start(void **state)
{
    static const struct {
        rh_run_options options;
        const char *message;
    } cases[] = {
        {{.cron = "@daily"}, "an update with start takes no .cron"},
        {{.start_delay = S(1)}, "an update with start takes no .start_delay"},
        {{.conflict = RH_TERMINATE_EXISTING, .reuse = RH_REJECT_DUPLICATE}, NULL},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_start(env, "takes_orders", NULL, NULL);
        rh_update_with_start(env, "takes_orders", NULL, "a", "add", rh_integer(3),
                             &cases[i].options);
        if (cases[i].message)
            assert_one_error(env, cases[i].message);
        else
            assert_int_equal(rh_env_journal(env)->runs[0]->status, RH_RUN_TERMINATED);
        rh_env_destroy(env);
    }
}

/* ---- the exported history -------------------------------------------------------------------- */

static void updates_stand_in_exported_histories(void **state)
{
    static const char *const parts[] = {
        "\"workflowExecutionUpdateAcceptedEventAttributes\":{\"protocolInstanceId\":\"a\","
        "\"acceptedRequestMessageId\":\"a/request\",\"acceptedRequestSequencingEventId\":\"6\","
        "\"acceptedRequest\":{\"meta\":{\"updateId\":\"a\",\"identity\":\"rehearse\"},\"input\":{"
        "\"name\":\"add\",\"args\":{\"payloads\":[{\"metadata\":{\"encoding\":"
        "\"anNvbi9wbGFpbg==\"},\"data\":\"Mw==\"}]}}}}",
        "\"workflowExecutionUpdateCompletedEventAttributes\":{\"meta\":{\"updateId\":\"a\"},"
        "\"acceptedEventId\":\"9\",\"outcome\":{\"success\":{",
        "\"sdkMetadata\":{\"langUsedFlags\":[3,4", /* without them Go does not replay it */
        "\"outcome\":{\"failure\":{\"message\":\"nine is refused late\"",
    };
    rh_env *env = *state;
    rh_error error;
    rh_replay_result result = {0};
    rh_start(env, "takes_orders", NULL, NULL);
    rh_update_at(env, S(1), NULL, "a", "add", rh_integer(3));
    rh_update_at(env, S(2), NULL, "x", "add", rh_integer(11));
    rh_update_at(env, S(3), NULL, "b", "add", rh_integer(9));
    rh_update_at(env, S(4), NULL, "c", "close", NULL);
    rh_play(env);
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    for (size_t i = 0; i < LENGTH(parts); i++)
        assert_contains(rh_text_string(&text), parts[i]);
    const rh_recording *recording =
        rh_recording_read(&env->arena, text.data, text.length, "h.json", &error);
    assert_non_null(recording);
    assert_int_equal(rh_replay(&env->arena, recording, rh_env_definition(env, "takes_orders"),
                               &(rh_replay_options){.strict = true}, &result, &error),
                     0);
    if (!result.is_same)
        fail_msg("event %ju: %s, got %s", (uintmax_t)result.event_id, result.expected, result.got);
    assert_int_equal(rh_replay(&env->arena, recording, rh_env_definition(env, "is_wrong"),
                               &(rh_replay_options){0}, &result, &error),
                     0);
    assert_false(result.is_same);
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(takes_orders),
    WORKFLOW(is_asked),
    WORKFLOW(is_wrong),
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "message", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(updates_are_handled),
        PLAYED(rejected_updates_leave_nothing),
        PLAYED(early_updates_find_their_handlers),
        PLAYED(handlers_may_be_left),
        PLAYED(tasks_of_updates_become_real),
        PLAYED(queries_change_nothing),
        PLAYED(questions_in_between),
        PLAYED(questions_nobody_answers),
        PLAYED(wrong_handlers_fail_the_task),
        PLAYED(an_update_may_start_a_run),
        PLAYED(an_unseen_update_starts_another_run),
        PLAYED(an_update_may_be_refused_with_its_start),
        PLAYED(updates_stand_in_exported_histories),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
