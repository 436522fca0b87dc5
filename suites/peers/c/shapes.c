/* Small workflows in whose histories every kind of event occurs that fixtures/ leave out: canceled
 * timers and activities, all timeouts, signals, coroutines whose commands interleave. Their equals
 * in Go are in ../go/shapes.go. */
#include "rehearse/rehearse.h"

/* ---- the texts of failures ------------------------------------------------------------------- */

static const struct failing {
    const char *activity;
    rh_activity_options options;
} failing[] = {
    {"Plain", {.start_to_close = RH_SECONDS(10), .retry = {.maximum_attempts = 2}}},
    {"Final", {.start_to_close = RH_SECONDS(10)}},
    {"Untyped", {.start_to_close = RH_SECONDS(10), .retry = {.maximum_attempts = 1}}},
    {"Listed",
     {.start_to_close = RH_SECONDS(10),
      .retry = {.non_retryable_types = (const char *const[]){"BadInput", NULL}}}},
    {"Endless", {.start_to_close = RH_SECONDS(10), .retry = {.maximum_attempts = 2}}},
    {"Silent",
     {.start_to_close = RH_MINUTES(1),
      .heartbeat_timeout = RH_SECONDS(5),
      .retry = {.maximum_attempts = 2}}},
    {"Late", {.schedule_to_close = RH_SECONDS(25), .start_to_close = RH_SECONDS(10)}},
    {"Overdue", {.schedule_to_close = RH_SECONDS(25)}},
    {"Unserved",
     {.start_to_close = RH_SECONDS(10),
      .schedule_to_start = RH_SECONDS(5),
      .task_queue = "nobody"}},
};

enum { FAILING = sizeof failing / sizeof *failing };

/* One after the other, and tells how each failed. */
static const rh_failure *failures(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *texts[FAILING];
    (void)input;
    for (size_t i = 0; i < FAILING; i++) {
        char *text = rh_workflow_alloc(wf, 1000);
        const rh_failure *failed =
            rh_await(wf, rh_activity(wf, failing[i].activity, RH_NO_ARGS, &failing[i].options),
                     NULL);
        rh_failure_text(failed, text, 1000);
        texts[i] = rh_copy(wf, rh_string(text));
    }
    const rh_value list = {.kind = RH_LIST, .count = FAILING, .as = {.items = texts}};
    *result = rh_copy(wf, &list);
    return NULL;
}

static void given_failures(rh_env *env)
{
    rh_host(env, "worker-1", .task_queues = RH_NAMES("default"));
    rh_fixture_mock(env, "Plain", .failure = RH_FAILURE("CompileError", "exit status 2"));
    rh_fixture_mock(env, "Final",
                    .failure = RH_FAILURE("Forbidden", "403", .non_retryable = true,
                                          .details = rh_string("token expired")));
    rh_fixture_mock(env, "Untyped", .failure = RH_FAILURE("", "boom"));
    rh_fixture_mock(env, "Listed", .failure = RH_FAILURE("BadInput", "no such tag"));
    rh_fixture_mock(env, "Endless", .hangs = true);
    rh_fixture_mock(env, "Silent", .hangs = true,
                    RH_HEARTBEATS({.at = RH_SECONDS(1), .details = rh_string("half")}));
    rh_fixture_mock(env, "Late", .hangs = true);
    rh_fixture_mock(env, "Overdue", .hangs = true);
    rh_fixture_mock(env, "Unserved", .result = rh_string("never"));
}

/* ---- an activity against a timer ------------------------------------------------------------- */

/* Input: Work and Limit in seconds, Wait: whether to wait for the canceled activity. The result
 * tells how the activity ended. */
static const rh_failure *deadline(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_activity_options options = {.start_to_close = RH_HOURS(1),
                                   .heartbeat_timeout = RH_SECONDS(10)};
    if (rh_is_true(rh_get(input, "Wait")))
        options.cancellation = RH_WAIT_FOR_CANCELLATION;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *race[] = {
        rh_activity(wf, "Work", RH_ARGS(input), &options),
        rh_timer(wf, RH_SECONDS(rh_integer_of(rh_get(input, "Limit")))),
    };
    size_t winner = rh_await_any(wf, race, 2);
    rh_scope_cancel(wf, scope);
    const rh_failure *failed = rh_await(wf, race[0], NULL);
    rh_scope_end(wf, scope);
    const rh_failure *slept = rh_sleep(wf, RH_SECONDS(1));
    if (slept)
        return slept;
    char *text = rh_workflow_alloc(wf, 1000);
    rh_failure_text(failed, text, 1000);
    *result = rh_copy(wf, rh_string(winner == 0 ? "done" : text));
    return NULL;
}

static void work(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)data;
    answer->takes = RH_SECONDS(rh_integer_of(rh_get(rh_at(attempt->args, 0), "Work")));
}

static void given_work(rh_env *env)
{
    rh_fixture_mock(env, "Work", .call = work, .heartbeat_every = RH_SECONDS(4));
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* Canceled from outside, it undoes its work before it ends. */
static const rh_failure *cleanup(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    (void)input;
    (void)result;
    rh_future *both[] = {
        rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(600)})), &options),
        rh_timer(wf, RH_HOURS(2)),
    };
    const rh_failure *failed = rh_await_all(wf, both, 2, NULL);
    if (!failed || !rh_is_canceled(wf))
        return failed;
    rh_scope *scope = rh_scope_begin_disconnected(wf);
    const rh_failure *undone = rh_await(wf, rh_activity(wf, "Undo", RH_NO_ARGS, &options), NULL);
    if (!undone)
        undone = rh_sleep(wf, RH_SECONDS(5));
    rh_scope_end(wf, scope);
    return undone ? undone : failed;
}

static void given_cleanup(rh_env *env)
{
    given_work(env);
    rh_fixture_mock(env, "Undo", .takes = RH_SECONDS(3));
}

/* What is taken back in the same workflow task leaves no trace. */
static const rh_failure *same_task(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_activity(wf, "Work", RH_ARGS(input), &options);
    rh_timer(wf, RH_SECONDS(9));
    rh_scope_cancel(wf, scope);
    rh_scope_end(wf, scope);
    const rh_failure *failed = rh_sleep(wf, RH_SECONDS(1));
    return failed ? failed : rh_await(wf, rh_activity(wf, "Work", RH_ARGS(input), &options), NULL);
}

/* Scopes inside a scope are canceled in the order they were begun. */
static const rh_failure *nested(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    (void)input;
    (void)result;
    rh_scope *outer = rh_scope_begin(wf);
    for (int64_t i = 0; i < 3; i++) {
        rh_scope *inner = rh_scope_begin(wf);
        rh_timer(wf, RH_SECONDS(60 + i));
        rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(60 + i)})), &options);
        rh_scope_end(wf, inner);
    }
    rh_scope_end(wf, outer);
    const rh_failure *failed = rh_sleep(wf, RH_SECONDS(1));
    if (failed)
        return failed;
    rh_scope_cancel(wf, outer);
    return rh_sleep(wf, RH_SECONDS(1));
}

/* ---- signals and conditions ------------------------------------------------------------------ */

/* Collects what comes in less than 10 s after the one before. */
static const rh_failure *batch(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int64_t sum = 0;
    bool received = true;
    (void)input;
    while (received) {
        const rh_value *item = NULL;
        const rh_failure *failed = rh_receive_for(wf, "item", RH_SECONDS(10), &item, &received);
        if (failed)
            return failed;
        sum += rh_integer_of(item);
    }
    *result = rh_copy(wf, rh_integer(sum));
    return NULL;
}

static bool is_set(void *data)
{
    return *(const bool *)data;
}

static const rh_failure *set_later(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)result;
    const rh_failure *failed = rh_sleep(wf, RH_SECONDS(5));
    *(bool *)data = true;
    return failed;
}

/* The first wait is too short, the second is not. */
static const rh_failure *condition(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    bool *set = rh_workflow_alloc(wf, sizeof *set);
    bool met[2] = {false, false};
    (void)input;
    rh_spawn(wf, "set later", set_later, set);
    const rh_failure *failed = rh_await_condition(wf, is_set, set, RH_SECONDS(2), &met[0]);
    if (!failed)
        failed = rh_await_condition(wf, is_set, set, RH_SECONDS(20), &met[1]);
    if (!failed)
        failed = rh_sleep(wf, RH_SECONDS(1));
    *result = rh_copy(wf, RH_LIST_OF(rh_boolean(met[0]), rh_boolean(met[1])));
    return failed;
}

/* ---- coroutines ------------------------------------------------------------------------------ */

static const rh_failure *finger(rh_workflow *wf, void *data, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    int64_t number = *(const int64_t *)data;
    (void)result;
    const rh_failure *failed = rh_sleep(wf, RH_SECONDS(1 + number % 2));
    if (failed)
        return failed;
    rh_future *both[] = {
        rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(3)})), &options),
        rh_timer(wf, RH_SECONDS(3)),
    };
    failed = rh_await_all(wf, both, 2, NULL);
    return failed ? failed : rh_sleep(wf, RH_SECONDS(1 + number));
}

/* Five coroutines, two or three of which always wake at the same instant. */
static const rh_failure *fan(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *fingers[5];
    (void)input;
    (void)result;
    for (int64_t i = 0; i < 5; i++) {
        int64_t *number = rh_workflow_alloc(wf, sizeof *number);
        *number = i;
        fingers[i] = rh_spawn(wf, rh_print(wf, "finger %d", (int)i), finger, number);
    }
    return rh_await_all(wf, fingers, 5, NULL);
}

/* ---- local activities ------------------------------------------------------------------------ */

static rh_time seconds_of(rh_workflow *wf)
{
    return (rh_now(wf) - RH_WORLD_START) / RH_SECONDS(1);
}

/* Tells how each ended, and when: retried in its task, by a timer, in vain, beside others, longer
 * than a workflow task may take. */
static const rh_failure *local(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_local_activity_options options = {.start_to_close = RH_MINUTES(5),
                                                      .retry = {.maximum_attempts = 3},
                                                      .summary = "close by"};
    static const rh_local_activity_options patient = {.start_to_close = RH_MINUTES(5),
                                                      .retry = {.initial_interval = RH_SECONDS(30),
                                                                .maximum_attempts = 2}};
    static const struct {
        const char *type;
        const rh_local_activity_options *options;
    } calls[] = {{"Flaky", &options}, {"Patient", &patient}, {"Broken", &options}};
    enum { CALLS = sizeof calls / sizeof *calls };
    const rh_value *told[CALLS + 1];
    (void)input;
    for (size_t i = 0; i < CALLS; i++) {
        char *text = rh_workflow_alloc(wf, 500);
        const rh_failure *failed =
            rh_await(wf, rh_local_activity(wf, calls[i].type, RH_NO_ARGS, calls[i].options), NULL);
        size_t length = rh_failure_text(failed, text, 400);
        told[i] = rh_copy(wf, rh_string(rh_print(wf, "%s at %d", length ? text : "done",
                                                 (int)seconds_of(wf))));
    }
    rh_future *both[] = {rh_local_activity(wf, "Long", RH_NO_ARGS, &options),
                         rh_local_activity(wf, "Short", RH_NO_ARGS, &options)};
    rh_await(wf, both[1], NULL);
    rh_future *timer = rh_timer_with(wf, RH_SECONDS(seconds_of(wf)),
                                     &(rh_timer_options){.summary = "as long again"});
    const rh_failure *failed = rh_await_all(wf, both, 2, NULL);
    if (!failed)
        failed = rh_await(wf, timer, NULL);
    told[CALLS] = rh_copy(wf, rh_string(rh_print(wf, "at %d", (int)seconds_of(wf))));
    const rh_value list = {.kind = RH_LIST, .count = CALLS + 1, .as = {.items = told}};
    *result = rh_copy(wf, &list);
    return failed;
}

static void given_local(rh_env *env)
{
    rh_fixture_mock(env, "Flaky",
                    RH_SEQUENCE({.failure = RH_FAILURE("Busy", "503"), .takes = RH_SECONDS(1)},
                                {.result = rh_integer(1)}));
    rh_fixture_mock(env, "Patient",
                    RH_SEQUENCE({.failure = RH_FAILURE("Busy", "503"), .takes = RH_SECONDS(2)},
                                {.result = rh_integer(2)}));
    rh_fixture_mock(env, "Broken",
                    .failure = RH_FAILURE("Forbidden", "403", .non_retryable = true));
    rh_fixture_mock(env, "Long", .takes = RH_SECONDS(17));
    rh_fixture_mock(env, "Short", .takes = RH_SECONDS(3));
}

/* ---- sessions -------------------------------------------------------------------------------- */

/* As many as it takes until one lasts; tells how each went. */
static const rh_failure *sessions(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_session_options options = {.execution_timeout = RH_HOURS(1),
                                               .creation_timeout = RH_MINUTES(1)};
    static const rh_activity_options activity = {.start_to_close = RH_HOURS(1)};
    const rh_value *told[4];
    size_t count = 0;
    const rh_failure *failed;
    (void)input;
    do {
        rh_session *session = rh_session_create(wf, &options, &failed);
        if (!session)
            return failed;
        failed = rh_await(
            wf, rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(30)})), &activity),
            NULL);
        const rh_failure *last = rh_await(
            wf, rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(1)})), &activity),
            NULL);
        const char *text = last ? rh_failure_message(last) : "done";
        told[count++] = rh_copy(wf, rh_string(text));
        rh_session_complete(wf, session);
    } while (failed && count < 4);
    const rh_value list = {.kind = RH_LIST, .count = (uint32_t)count, .as = {.items = told}};
    *result = rh_copy(wf, &list);
    return NULL;
}

/* ---- what is recorded ------------------------------------------------------------------------ */

static const rh_value *gives(rh_workflow *wf, void *data)
{
    return rh_copy(wf, rh_integer(*(const int64_t *)data));
}

/* Side effects, mutable ones that change or do not, versions, attributes and memo, between commands
 * that have their numbers from events. */
static const rh_failure *recorded(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1)};
    static const int64_t values[] = {5, 5, 6};
    int64_t sum = 0;
    (void)input;
    for (size_t i = 0; i < 3; i++) {
        int64_t value = values[i];
        sum += rh_integer_of(rh_side_effect(wf, "look", gives, &value));
        sum += 10 * rh_integer_of(rh_mutable_side_effect(wf, "limit", gives, NULL, &value));
        sum += 100 * rh_change_version(wf, i ? "late" : "early", RH_DEFAULT_VERSION, 2);
        rh_await(wf,
                 rh_activity(wf, "Work", RH_ARGS(RH_OBJECT_OF({"Work", rh_integer(2)})), &options),
                 NULL);
    }
    rh_upsert_memo(wf, RH_OBJECT_OF({"note", rh_integer(sum)}));
    *result = rh_copy(wf, rh_integer(sum));
    return NULL;
}

/* ---- the module ------------------------------------------------------------------------------ */

static const rh_workflow_definition workflows[] = {
    {.name = "Failures", .run = failures, .given = given_failures},
    {.name = "Deadline",
     .run = deadline,
     .given = given_work,
     .input = "{\"Work\": 30, \"Limit\": 60, \"Wait\": false}"},
    {.name = "Cleanup", .run = cleanup, .given = given_cleanup},
    {.name = "SameTask", .run = same_task, .given = given_work, .input = "{\"Work\": 1}"},
    {.name = "Nested", .run = nested, .given = given_work},
    {.name = "Batch", .run = batch},
    {.name = "Condition", .run = condition},
    {.name = "Fan", .run = fan, .given = given_work},
    {.name = "Recorded", .run = recorded, .given = given_work},
    {.name = "Local",
     .run = local,
     .given = given_local,
     .options = {.summary = "local activities", .details = "of all kinds"}},
    {.name = "Sessions", .run = sessions, .given = given_work},
    {0},
};

RH_MODULE("shapes", workflows, NULL)
