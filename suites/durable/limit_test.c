/* What a server does not let workflows in C have, and what they learn of it; the cases of
 * suites/lifecycle/limits.test have the rest. Workflow tasks that take time, as code sees them. */
#include "rehearse/messages.h"
#include "rehearse/recorded.h"
#include "rehearse/testing.h"
#include "sim/base/value.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

/* A text of so many bytes in JSON. */
static const rh_value *text_of(rh_arena *arena, size_t bytes)
{
    char *text = rh_arena_alloc(arena, bytes);
    memset(text, 'x', bytes);
    return rh_value_string(arena, text, bytes - 2);
}

/* ---- payloads -------------------------------------------------------------------------------- */

static const rh_failure *passes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    return rh_await(wf, rh_activity(wf, "Work", RH_ARGS(input, input), &minute), NULL);
}

static const char *reason_of(rh_env *env)
{
    const rh_entry *entry = nth_entry(env, RH_ENTRY_RUN_TERMINATED, 0);
    return entry ? entry->text : NULL;
}

static void all_arguments_together_are_one_payload(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(1));
    rh_world(env, .payload_limit = 100);
    rh_run(env, "passes", text_of(&env->arena, 50));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_env_restart(env);
    rh_world(env, .payload_limit = 100);
    rh_run(env, "passes", text_of(&env->arena, 51));
    rh_assert_status(env, RH_TERMINATED);
    assert_string_equal(reason_of(env), "BadScheduleActivityAttributes: "
                                        "ScheduleActivityTaskCommandAttributes.Input exceeds size "
                                        "limit.");
    assert_clean(env);
}

static void two_mebibytes_by_default(void **state)
{
    enum { MOST = 2 * 1024 * 1024, WARNED = 512 * 1024 };
    static const struct {
        size_t bytes; /* of each of the two */
        rh_status status;
        size_t warnings;
    } cases[] = {{WARNED / 2, RH_SUCCEEDED, 0},
                 {WARNED / 2 + 1, RH_SUCCEEDED, 1},
                 {MOST / 2, RH_SUCCEEDED, 1},
                 {MOST / 2 + 1, RH_TERMINATED, 0}};
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(1));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_run(env, "passes", text_of(&env->arena, cases[i].bytes));
        rh_assert_status(env, cases[i].status);
        assert_int_equal(count_entries(env, RH_ENTRY_WARNING), cases[i].warnings);
        rh_env_restart(env);
    }
    assert_clean(env);
}

static void an_input_that_is_too_large_starts_nothing(void **state)
{
    rh_env *env = *state;
    rh_world(env, .payload_limit = 100);
    rh_run(env, "passes", text_of(&env->arena, 101));
    assert_one_error(env, "input: Blob data size exceeds limit.");
}

static void a_memo_that_is_too_large_starts_nothing(void **state)
{
    rh_env *env = *state;
    rh_world(env, .memo_limit = 100);
    rh_start(env, "passes", NULL,
             &(rh_run_options){.memo = RH_OBJECT_OF({"about", text_of(&env->arena, 96)})});
    assert_one_error(env, "memo: Memo size exceeds limit.");
}

static const rh_failure *notes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_upsert_memo(wf, RH_OBJECT_OF({"about", input}));
    return NULL;
}

static void a_memo_counts_keys_and_values(void **state)
{
    rh_env *env = *state;
    rh_world(env, .memo_limit = 100);
    rh_run(env, "notes", text_of(&env->arena, 95));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_env_restart(env);
    rh_world(env, .memo_limit = 100);
    rh_run(env, "notes", text_of(&env->arena, 96));
    rh_assert_status(env, RH_TERMINATED);
    assert_string_equal(reason_of(env),
                        "BadModifyWorkflowPropertiesAttributes: "
                        "ModifyWorkflowPropertiesCommandAttributes. Memo exceeds size limit.");
    assert_clean(env);
}

static const rh_failure *listens(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    return rh_receive(wf, "go", result);
}

static void a_signal_that_is_too_large_does_not_arrive(void **state)
{
    rh_env *env = *state;
    rh_world(env, .payload_limit = 100);
    rh_start(env, "listens", NULL, NULL);
    rh_signal_at(env, S(1), NULL, "go", text_of(&env->arena, 101));
    rh_signal_at(env, S(2), NULL, "go", rh_integer(2));
    rh_play(env);
    rh_assert_result(env, rh_integer(2));
    rh_assert_duration(env, S(2));
    rh_assert_warning(env, "signal 'go' from outside is refused: Blob data size exceeds limit.");
    assert_clean(env);
}

/* ---- the size of a history ------------------------------------------------------------------- */

static const rh_failure *measures(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    int64_t before = rh_info(wf)->history_size;
    (void)input;
    rh_check(wf, rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &minute), NULL) == NULL);
    *result = rh_copy(wf, RH_LIST_OF(rh_integer(before), rh_integer(rh_info(wf)->history_size)));
    return NULL;
}

/* Names and payloads count, byte by byte; the rest is flat. */
static void a_history_has_a_size(void **state)
{
    enum { STARTED = 160, SCHEDULED = 110, OTHER = 64 };
    rh_env *env = *state;
    rh_mock(env, "Work", .result = rh_string("12345678"));
    rh_run(env, "measures", rh_string("1234"));
    int64_t before = STARTED + 8 + 6 + OTHER; /* started, with type and input; task scheduled */
    int64_t after = before + OTHER + OTHER + (SCHEDULED + 4) + OTHER + (OTHER + 10) + OTHER;
    rh_assert_result(env, RH_LIST_OF(rh_integer(before), rh_integer(after)));
    assert_clean(env);
}

static const rh_failure *swells(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    while (!rh_info(wf)->continue_as_new_suggested)
        rh_check(wf, rh_await(wf, rh_activity(wf, "Work", RH_ARGS(input), &minute), NULL) == NULL);
    rh_check(wf, rh_info(wf)->continue_as_new_reasons == RH_HISTORY_SIZE_TOO_LARGE);
    *result = rh_copy(wf, rh_integer(rh_info(wf)->history_size));
    return NULL;
}

static void a_large_history_suggests_a_new_one(void **state)
{
    enum { MEBIBYTE = 1024 * 1024 };
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_run(env, "swells", text_of(&env->arena, MEBIBYTE / 2));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_attempts(env, "Work", 7); /* and the input itself: 4 MiB */
    rh_env_restart(env);
    rh_world(env, .history_size_suggestion = 10000);
    rh_run(env, "swells", text_of(&env->arena, 900));
    rh_assert_status(env, RH_SUCCEEDED);
    int64_t size = rh_integer_of(rh_result_of(env));
    assert_in_range(size, 10000, 11500); /* an activity more, and it would have been too late */
    assert_clean(env);
}

/* ---- tasks that take time -------------------------------------------------------------------- */

static const rh_failure *tell(rh_workflow *wf, const rh_value *args, const rh_value **result,
                              void *data)
{
    (void)args;
    (void)data;
    *result = rh_copy(wf, rh_integer((rh_now(wf) - RH_WORLD_START) / S(1)));
    return NULL;
}

static const rh_failure *closes(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_on_query(wf, "when", tell, NULL);
    rh_on_update(wf, "touch", &(rh_update_handler){.handle = tell});
    rh_sleep(wf, S(10));
    *result = rh_copy(wf, rh_integer((rh_now(wf) - RH_WORLD_START) / S(1)));
    return NULL;
}

/* Its task is over at 4 s; it sees the time at which a task began: 14 s, not 18 s. */
static void code_sees_the_start_of_its_task(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_duration = S(4), .no_cache = *without_cache());
    rh_start(env, "closes", NULL, NULL);
    rh_play(env);
    rh_assert_result(env, rh_integer(14));
    rh_assert_duration(env, S(18));
    assert_clean(env);
}

static void a_query_waits_until_the_task_is_over(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_duration = S(4), .no_cache = *without_cache());
    rh_start(env, "closes", NULL, NULL);
    rh_query_at(env, S(1), NULL, "when", NULL);
    rh_query_at(env, S(6), NULL, "when", NULL);
    rh_play(env);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_QUERY_ANSWERED, 0)), S(4));
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_QUERY_ANSWERED, 1)), S(6));
    rh_assert_answer(env, "when", 1, rh_integer(0));
    assert_clean(env);
}

/* An update is no event: a run that closes does not wait for it. */
static void an_update_does_not_send_a_task_back(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_duration = S(4), .no_cache = *without_cache());
    rh_start(env, "closes", NULL, NULL);
    rh_update_at(env, S(15), NULL, "a", "touch", NULL);
    rh_play(env);
    rh_assert_duration(env, S(18));
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_FAILED), 0);
    rh_assert_update(env, "a", RH_UPDATE_ABORTED, NULL);
    assert_clean(env);
}

/* ... but one that goes on takes it up in a task of its own. */
static void an_update_waits_until_the_task_is_over(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_duration = S(4), .no_cache = *without_cache());
    rh_start(env, "closes", NULL, NULL);
    rh_update_at(env, S(1), NULL, "a", "touch", NULL);
    rh_play(env);
    rh_assert_update(env, "a", RH_UPDATE_COMPLETED, rh_integer(4));
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_UPDATE_COMPLETED, 0)), S(8));
    rh_assert_duration(env, S(18));
    assert_clean(env);
}

/* While the server is away no answer reaches it, and its timers wait: the answer is in time. */
static void an_answer_waits_until_the_server_is_back(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_duration = S(4), .no_cache = *without_cache());
    rh_start(env, "closes", NULL, NULL);
    rh_server_down_at(env, S(2), S(30));
    rh_play(env);
    rh_assert_duration(env, S(46)); /* 32 s, the timer, the task */
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_TIMED_OUT), 0);
    assert_clean(env);
}

static const rh_failure *fails(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_check(wf, wf == NULL);
    return NULL;
}

static void a_task_that_fails_for_ever_is_named_as_what_loops(void **state)
{
    rh_env *env = *state;
    rh_world(env, .task_attempts = -1, .max_skips = 100);
    rh_run(env, "fails", NULL);
    assert_one_error(env, "workflow 'fails' is at attempt 102 of a workflow task; does it fail, or "
                          "take longer than its timeout, each time?");
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(passes), WORKFLOW(notes),  WORKFLOW(listens), WORKFLOW(measures),
    WORKFLOW(swells), WORKFLOW(closes), WORKFLOW(fails),   {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "limit", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(all_arguments_together_are_one_payload),
        PLAYED(two_mebibytes_by_default),
        PLAYED(an_input_that_is_too_large_starts_nothing),
        PLAYED(a_memo_that_is_too_large_starts_nothing),
        PLAYED(a_memo_counts_keys_and_values),
        PLAYED(a_signal_that_is_too_large_does_not_arrive),
        PLAYED(a_history_has_a_size),
        PLAYED(a_large_history_suggests_a_new_one),
        PLAYED(code_sees_the_start_of_its_task),
        PLAYED(a_query_waits_until_the_task_is_over),
        PLAYED(an_update_does_not_send_a_task_back),
        PLAYED(an_update_waits_until_the_task_is_over),
        PLAYED(an_answer_waits_until_the_server_is_back),
        PLAYED(a_task_that_fails_for_ever_is_named_as_what_loops),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
