/* Children, requests to other runs and continue-as-new, as workflow code sees them. */
#include "reports/history.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static int64_t milliseconds(const rh_workflow *wf)
{
    return (rh_now(wf) - RH_WORLD_START) / RH_MILLISECONDS(1);
}

static const char *text_of(rh_workflow *wf, const rh_failure *failure)
{
    char text[512];
    rh_failure_text(failure, text, sizeof text);
    return rh_print(wf, "%s", failure ? text : "fine");
}

/* ---- workflows of children ------------------------------------------------------------------- */

static const rh_failure *doubles(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failed = rh_sleep(wf, S(2));
    *result = rh_copy(wf, rh_integer(2 * rh_integer_of(input)));
    return failed;
}

static const rh_failure *fails(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_sleep(wf, S(1));
    return rh_fail(wf, "Boom", "no luck with %s", rh_text_of(input));
}

/* Takes three seconds to stop when it is asked to. */
static const rh_failure *stops_slowly(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *failed = rh_sleep(wf, RH_HOURS(1));
    rh_scope *after = rh_scope_begin_disconnected(wf);
    rh_sleep(wf, S(3));
    rh_scope_end(wf, after);
    return failed;
}

static const rh_failure *waits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    return rh_receive(wf, "go", result);
}

/* ---- starting -------------------------------------------------------------------------------- */

static const rh_failure *starts_one(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_future *child = rh_child(wf, "doubles", rh_integer(21), NULL);
    const rh_value *run_id = NULL;
    rh_check(wf, !rh_is_ready(rh_child_started(wf, child)));
    rh_check(wf, !rh_await(wf, rh_child_started(wf, child), &run_id));
    rh_check(wf, !rh_is_ready(child) && strlen(rh_text_of(run_id)) == 36);
    rh_log(wf, "started@%lld", (long long)milliseconds(wf));
    const char *id = rh_print(wf, "%s_1", rh_info(wf)->run_id);
    rh_check(wf, !strcmp(rh_child_workflow_id(wf, child), id));
    const rh_failure *failed = rh_await(wf, child, result);
    rh_log(wf, "done@%lld", (long long)milliseconds(wf));
    return failed;
}

static void a_child_and_its_result(void **state)
{
    rh_env *env = *state;
    rh_run(env, "starts_one", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_integer(42));
    assert_string_equal(told(env), "started@0, done@2000");
    assert_clean(env);
}

static const rh_failure *tells_family(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    (void)result;
    rh_log(wf, "%s parent %s memo %s attribute %s", info->workflow_id,
           info->parent_workflow_id ? info->parent_workflow_id : "none",
           rh_text_of(rh_get(info->memo, "team")),
           rh_text_of(rh_get(info->search_attributes, "Region")));
    rh_check(wf, (info->parent_run_id != NULL) == (info->parent_workflow_id != NULL));
    rh_check(wf, !strcmp(info->first_run_id, info->run_id) && !info->continued_run_id);
    if (!rh_is_true(input))
        return NULL;
    rh_check(wf, info->run_timeout == S(60) && info->execution_timeout == S(90));
    rh_check(wf, info->task_timeout == S(7) && !strcmp(info->workflow_namespace, "default"));
    rh_check(wf, info->retry && info->retry->maximum_attempts == 4 &&
                     info->retry->backoff_coefficient == 2);
    /* The run at the top of the family, also of a grandchild that continues as new. */
    rh_check(wf, !strcmp(info->root_workflow_id, "pa"));
    return rh_await(wf, rh_child(wf, "is_grandchild", rh_string(info->root_run_id), NULL), NULL);
}

static const rh_failure *is_grandchild(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    (void)result;
    rh_check(wf, !strcmp(info->root_workflow_id, "pa"));
    rh_check(wf, !strcmp(info->root_run_id, rh_text_of(input)));
    rh_check(wf, strcmp(info->root_run_id, info->parent_run_id) != 0 && !info->retry);
    return info->continued_run_id ? NULL : rh_continue_as_new(wf, input, NULL);
}

static const rh_failure *has_family(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_check(wf, !rh_info(wf)->root_workflow_id && rh_info(wf)->task_timeout == S(10));
    rh_await(wf, rh_child(wf, "tells_family", rh_boolean(false), NULL), NULL);
    return rh_await(wf,
                    rh_child(wf, "tells_family", rh_boolean(true),
                             &(rh_child_options){
                                 .workflow_id = "kid",
                                 .run_timeout = S(60),
                                 .execution_timeout = S(90),
                                 .task_timeout = S(7),
                                 .retry = {.maximum_attempts = 4},
                                 .memo = RH_OBJECT_OF({"team", rh_string("red")}),
                                 .search_attributes = RH_OBJECT_OF({"Region", rh_string("eu")}),
                             }),
                    NULL);
}

static void what_a_child_knows(void **state)
{
    rh_env *env = *state;
    rh_start(env, "has_family", NULL,
             &(rh_run_options){.workflow_id = "pa",
                               .memo = RH_OBJECT_OF({"team", rh_string("blue")})});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_contains(told(env), "_1 parent pa memo  attribute ");
    assert_contains(told(env), "kid parent pa memo red attribute eu");
    rh_look_at(env, "kid");
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static const rh_failure *has_grandchild(rh_workflow *wf, const rh_value *input,
                                        const rh_value **result)
{
    int64_t depth = rh_integer_of(input);
    if (depth == 0)
        return rh_sleep(wf, S(1));
    return rh_await(wf,
                    rh_child(wf, "has_grandchild", rh_copy(wf, rh_integer(depth - 1)),
                             &(rh_child_options){.workflow_id = depth == 2 ? "ma" : "kid"}),
                    result);
}

/* The run that nobody is the parent of, not the one above. */
static void histories_name_the_root_of_a_tree(void **state)
{
    rh_env *env = *state;
    rh_text text = rh_text_in(&env->arena);
    rh_start(env, "has_grandchild", rh_integer(2), &(rh_run_options){.workflow_id = "granny"});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_report_history(&text, rh_env_journal(env), 2);
    assert_contains(rh_text_string(&text), "\"parentWorkflowExecution\":{\"workflowId\":\"ma\"");
    assert_contains(rh_text_string(&text), "\"rootWorkflowExecution\":{\"workflowId\":\"granny\"");
    assert_clean(env);
}

/* Their timers fire together; each run has a task of its own. */
static void timers_of_two_runs_at_one_instant(void **state)
{
    rh_env *env = *state;
    for (int i = 0; i < 3; i++)
        rh_start(env, "has_grandchild", NULL, NULL);
    rh_play(env);
    assert_non_null(nth_entry(env, RH_ENTRY_RUN_COMPLETED, 2));
    assert_clean(env);
}

/* ---- failures -------------------------------------------------------------------------------- */

static const rh_failure *sees_failures(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *failed = rh_await(
        wf, rh_child(wf, "fails", rh_string("it"), &(rh_child_options){.workflow_id = "f"}), NULL);
    rh_check(wf, failed->kind == RH_FAILURE_CHILD && !strcmp(failed->workflow_type, "fails"));
    rh_check(wf, failed->retry_state == RH_RETRY_RETRY_POLICY_NOT_SET);
    rh_check(wf, !strcmp(rh_failure_type(failed->cause), "Boom"));
    rh_check(wf, failed->scheduled_event_id == 5 && failed->started_event_id == 6);

    rh_future *child = rh_child(wf, "waits", NULL, &(rh_child_options){.workflow_id = "me"});
    failed = rh_await(wf, rh_child_started(wf, child), NULL);
    rh_check(wf, failed && rh_await(wf, child, NULL) == failed);
    rh_log(wf, "%s", rh_failure_type(failed->cause));
    rh_check(wf, !failed->started_event_id && !failed->run_id[0]);

    failed = rh_await(wf,
                      rh_child(wf, "waits", NULL,
                               &(rh_child_options){.run_timeout = S(7), .workflow_id = "late"}),
                      NULL);
    const rh_failure *timeout = rh_failure_as(failed, RH_FAILURE_TIMEOUT);
    rh_log(wf, "%s@%lld", rh_failure_message(timeout), (long long)milliseconds(wf));
    rh_check(wf, timeout->timeout_type == RH_TIMEOUT_START_TO_CLOSE);
    return NULL;
}

static void failures_of_children(void **state)
{
    rh_env *env = *state;
    rh_start(env, "sees_failures", NULL, &(rh_run_options){.workflow_id = "me"});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env),
                        "ChildWorkflowExecutionAlreadyStartedError, Child workflow timeout@8000");
    assert_clean(env);
}

static const rh_failure *returns_failure(rh_workflow *wf, const rh_value *input,
                                         const rh_value **result)
{
    (void)input;
    return rh_await(wf,
                    rh_child(wf, "fails", rh_string("it"), &(rh_child_options){.workflow_id = "f"}),
                    result);
}

static void the_text_of_a_childs_failure(void **state)
{
    rh_env *env = *state;
    rh_run(env, "returns_failure", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_failure(env, RH_FAILURE_CHILD, "child workflow execution error");
    rh_assert_failure(env, RH_FAILURE_APPLICATION, "no luck with it");
    assert_contains(failure_of(env),
                    "child workflow execution error (type: fails, workflowID: f, runID: ");
    assert_contains(failure_of(env), ", initiatedEventID: 5, startedEventID: 6): no luck with it "
                                     "(type: Boom, retryable: true)");
    assert_clean(env);
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* Cancels a child after five seconds; tells when the future failed and how the child closed. */
static const rh_failure *cancels(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *child = rh_child(wf, "stops_slowly", NULL,
                                &(rh_child_options){
                                    .workflow_id = "kid",
                                    .cancellation = (rh_cancellation_type)rh_integer_of(input),
                                    .parent_close = RH_PARENT_CLOSE_ABANDON,
                                });
    rh_scope_end(wf, scope);
    rh_sleep(wf, S(5));
    rh_scope_cancel(wf, scope);
    const rh_failure *failed = rh_await(wf, child, NULL);
    rh_check(wf, rh_failure_as(failed, RH_FAILURE_CANCELED));
    rh_log(wf, "%s@%lld", rh_failure_kind_name((rh_failure_kind)failed->kind),
           (long long)milliseconds(wf));
    rh_sleep(wf, S(10));
    return NULL;
}

static void ways_to_cancel_a_child(void **state)
{
    rh_env *env = *state;
    static const struct {
        rh_cancellation_type type;
        const char *told;
        rh_status child;
        rh_duration took;
    } cases[] = {
        {RH_TRY_CANCEL, "canceled@5000", RH_CANCELED, S(8)},
        {RH_WAIT_FOR_CANCELLATION, "child@8000", RH_CANCELED, S(8)},
        {RH_WAIT_CANCELLATION_REQUESTED, "canceled@5000", RH_CANCELED, S(8)},
        {RH_ABANDON, "canceled@5000", RH_SUCCEEDED, RH_HOURS(1) + S(3)},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env_restart(env);
        rh_look_at(env, NULL);
        rh_run(env, "cancels", rh_integer(cases[i].type));
        rh_assert_status(env, RH_SUCCEEDED);
        assert_string_equal(told(env), cases[i].told);
        rh_look_at(env, "kid");
        rh_assert_status(env, cases[i].child);
        rh_assert_duration(env, cases[i].took);
        assert_int_equal(count_entries(env, RH_ENTRY_CANCEL_DELIVERED),
                         cases[i].type != RH_ABANDON);
    }
    assert_clean(env);
}

/* The request is on its way before the child is told: two workflow tasks. */
static const rh_failure *hears_of_the_request(rh_workflow *wf, const rh_value *input,
                                              const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *child =
        rh_child(wf, "waits", NULL,
                 &(rh_child_options){.workflow_id = "gone",
                                     .cancellation = RH_WAIT_CANCELLATION_REQUESTED});
    rh_scope_end(wf, scope);
    rh_sleep(wf, S(1));
    rh_scope_cancel(wf, scope);
    rh_check(wf, !rh_is_ready(child));
    rh_check(wf, rh_await(wf, child, NULL)->kind == RH_FAILURE_CANCELED);
    return NULL;
}

static void the_request_is_waited_for(void **state)
{
    rh_env *env = *state;
    rh_run(env, "hears_of_the_request", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static const rh_failure *cancels_early(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_future *never = rh_child(wf, "waits", NULL, NULL);
    rh_scope_cancel(wf, scope); /* in the task that asks for it: it is not asked for */
    rh_check(wf, rh_await(wf, never, NULL)->kind == RH_FAILURE_CANCELED);
    rh_check(wf, rh_await(wf, rh_child_started(wf, never), NULL)->kind == RH_FAILURE_CANCELED);
    rh_future *late = rh_child(wf, "waits", NULL, NULL); /* on a canceled scope */
    rh_check(wf, rh_is_ready(late) && rh_is_ready(rh_child_started(wf, late)));
    rh_scope_end(wf, scope);
    const rh_value *twice = NULL;
    rh_check(wf, !rh_await(wf, rh_child(wf, "doubles", rh_integer(1), NULL), &twice));
    rh_check(wf, rh_integer_of(twice) == 2);
    return NULL;
}

static void a_child_canceled_before_it_is_asked_for(void **state)
{
    rh_env *env = *state;
    rh_run(env, "cancels_early", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_int_equal(count_entries(env, RH_ENTRY_CHILD_INITIATED), 1);
    assert_int_equal(count_entries(env, RH_ENTRY_CANCEL_INITIATED), 0);
    assert_clean(env);
}

static const rh_failure *is_parent(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    return rh_await(wf,
                    rh_child(wf, "stops_slowly", NULL,
                             &(rh_child_options){.workflow_id = "kid",
                                                 .cancellation = RH_WAIT_FOR_CANCELLATION}),
                    result);
}

static void canceling_the_parent_cancels_its_children(void **state)
{
    rh_env *env = *state;
    rh_cancel_at(env, S(4), NULL);
    rh_run(env, "is_parent", NULL);
    rh_assert_status(env, RH_CANCELED); /* a canceled failure is in the chain */
    rh_assert_duration(env, S(7));
    assert_clean(env);
}

/* ---- other runs ------------------------------------------------------------------------------ */

static const rh_failure *signals_child(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    (void)input;
    rh_future *child = rh_child(wf, "waits", NULL, NULL);
    rh_future *sent = rh_child_signal(wf, child, "go", rh_integer(5));
    rh_check(wf, !rh_await(wf, sent, NULL));
    rh_check(wf, !rh_await(wf, child, result));
    const rh_failure *failed = rh_await(wf, rh_child_signal(wf, child, "go", NULL), NULL);
    rh_log(wf, "%s", text_of(wf, failed)); /* it has closed */
    return NULL;
}

static void a_signal_to_a_child(void **state)
{
    rh_env *env = *state;
    rh_run(env, "signals_child", NULL);
    rh_assert_result(env, rh_integer(5));
    assert_string_equal(told(env), "unknown external workflow execution (type: "
                                   "UnknownExternalWorkflowExecutionError, retryable: true)");
    assert_clean(env);
}

static const rh_failure *asks_others(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    (void)result;
    rh_log(wf, "signal %s",
           text_of(wf,
                   rh_await(wf, rh_signal_external(wf, "other", NULL, "go", rh_integer(7)), NULL)));
    rh_log(wf, "run %s",
           rh_failure_message(
               rh_await(wf, rh_signal_external(wf, "third", "no such run", "go", NULL), NULL)));
    rh_log(wf, "stop %s", text_of(wf, rh_await(wf, rh_cancel_external(wf, "third", NULL), NULL)));
    rh_log(wf, "nobody %s",
           rh_failure_message(rh_await(wf, rh_cancel_external(wf, "nobody", NULL), NULL)));
    rh_check(wf, !input);
    return NULL;
}

static void requests_to_workflows_elsewhere(void **state)
{
    rh_env *env = *state;
    rh_external_workflow(env, "third");
    rh_external_workflow(env, "other");
    for (int i = 0; i < 2; i++) { /* they are there again in the next world */
        rh_run(env, "asks_others", NULL);
        assert_string_equal(told(env), "signal fine, run , stop fine, nobody unknown external "
                                       "workflow execution");
        rh_assert_signals_sent(env, "other", "go", 1);
        rh_assert_signals_sent(env, "third", "go", 1);
        rh_assert_signals_sent(env, "third", "stop", 0);
        rh_assert_cancels_sent(env, "third", 1);
        rh_assert_cancels_sent(env, "nobody", 0); /* did not arrive */
        assert_clean(env);
        if (i == 0)
            rh_env_restart(env);
    }
}

static void requests_that_were_not_sent(void **state)
{
    rh_env *env = *state;
    rh_external_workflow(env, "third");
    rh_run(env, "asks_others", NULL);
    rh_assert_signals_sent(env, "other", "go", 1);
    assert_one_failing(env, "expected signal go to be sent to other 1 times, found 0");
}

static void requests_to_other_runs(void **state)
{
    rh_env *env = *state;
    rh_start(env, "asks_others", NULL, NULL);
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "other"});
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "third"});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "signal fine, run unknown external workflow execution, stop "
                                   "fine, nobody unknown external workflow execution");
    rh_look_at(env, "other");
    rh_assert_result(env, rh_integer(7));
    rh_look_at(env, "third");
    rh_assert_status(env, RH_CANCELED);
    assert_clean(env);
}

static const rh_failure *asks_on_canceled_scope(rh_workflow *wf, const rh_value *input,
                                                const rh_value **result)
{
    (void)input;
    (void)result;
    rh_scope *scope = rh_scope_begin(wf);
    rh_scope_cancel(wf, scope);
    rh_future *sent = rh_signal_external(wf, "other", NULL, "go", NULL);
    rh_check(wf, rh_is_ready(sent) && rh_await(wf, sent, NULL)->kind == RH_FAILURE_CANCELED);
    rh_scope_end(wf, scope);
    return NULL;
}

static void a_request_on_a_canceled_scope(void **state)
{
    rh_env *env = *state;
    rh_run(env, "asks_on_canceled_scope", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNAL_INITIATED), 0);
    assert_clean(env);
}

/* ---- continue-as-new ------------------------------------------------------------------------- */

static const rh_failure *counts_down(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    int64_t left = rh_integer_of(input);
    rh_log(wf, "%lld@%lld", (long long)left, (long long)milliseconds(wf));
    rh_check(wf, (info->continued_run_id != NULL) == (left < 3));
    rh_check(wf, !strcmp(rh_text_of(rh_get(info->memo, "team")), "red"));
    rh_check(wf, info->attempt == 1 && info->history_length == 3);
    if (left > 0)
        return rh_continue_as_new(wf, rh_integer(left - 1), NULL);
    *result = rh_copy(wf, rh_string("end"));
    return NULL;
}

static void a_chain_of_runs(void **state)
{
    rh_env *env = *state;
    rh_start(env, "counts_down", rh_integer(3),
             &(rh_run_options){.memo = RH_OBJECT_OF({"team", rh_string("red")})});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED); /* of the last run */
    rh_assert_result(env, rh_string("end"));
    rh_assert_duration(env, S(3));
    assert_string_equal(told(env), "3@0, 2@1000, 1@2000, 0@3000");
    assert_clean(env);
}

static const rh_failure *continues_otherwise(rh_workflow *wf, const rh_value *input,
                                             const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *end =
        rh_continue_as_new(wf, rh_string("x"),
                           &(rh_continue_options){
                               .workflow_type = "second",
                               .task_queue = "other",
                               .run_timeout = S(30),
                               .memo = RH_OBJECT_OF({"team", rh_string("blue")}),
                           });
    return rh_wrap(wf, end, "that is all for now"); /* also inside another failure */
}

static const rh_failure *second(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    (void)result;
    rh_log(wf, "%s %s %s %s %llds", info->workflow_type, rh_text_of(input), info->task_queue,
           rh_text_of(rh_get(info->memo, "team")), (long long)(info->run_timeout / S(1)));
    return NULL;
}

static void the_next_run_may_be_otherwise(void **state)
{
    rh_env *env = *state;
    rh_run(env, "continues_otherwise", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(told(env), "second x other blue 30s");
    assert_clean(env);
}

static const rh_failure *continues_as_nobody(rh_workflow *wf, const rh_value *input,
                                             const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_continue_as_new(wf, NULL, &(rh_continue_options){.workflow_type = "secnd"});
}

static void continuing_as_an_unknown_type(void **state)
{
    rh_env *env = *state;
    rh_run(env, "continues_as_nobody", NULL);
    assert_one_error(env, "no workflow and no mock has the type 'secnd', which a run continues as; "
                          "did you mean 'second'?");
}

static const rh_failure *grows(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    while (!rh_info(wf)->continue_as_new_suggested)
        rh_sleep(wf, S(1));
    *result = rh_copy(wf, rh_integer(rh_info(wf)->history_length));
    return NULL;
}

static void a_long_history_suggests_a_new_one(void **state)
{
    rh_env *env = *state;
    rh_run(env, "grows", NULL);
    rh_assert_result(env, rh_integer(4098)); /* five events a timer, from 4,096 on */
    rh_env_restart(env);
    rh_world(env, .history_suggestion = 20);
    rh_run(env, "grows", NULL);
    rh_assert_result(env, rh_integer(23));
    assert_clean(env);
}

/* ---- cron ------------------------------------------------------------------------------------ */

/* Sums up; every third run fails. */
static const rh_failure *sums(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_workflow_info *info = rh_info(wf);
    int64_t last = rh_integer_of(info->last_result);
    (void)input;
    rh_log(wf, "%lld%s@%lldh", (long long)last, info->last_failure ? "!" : "",
           (long long)(rh_now(wf) - RH_WORLD_START) / RH_HOURS(1));
    rh_check(wf, !strcmp(info->cron, "0 * * * *"));
    if (last % 3 == 2 && !info->last_failure)
        return rh_fail(wf, "Boom", "third");
    *result = rh_copy(wf, rh_integer(last + 1));
    return NULL;
}

static void results_are_carried_over(void **state)
{
    rh_env *env = *state;
    rh_start(env, "sums", NULL, &(rh_run_options){.cron = "0 * * * *"});
    rh_terminate_at(env, RH_HOURS(5) + S(1), NULL, "enough");
    rh_play(env);
    rh_assert_status(env, RH_TERMINATED);
    assert_string_equal(told(env), "0@1h, 1@2h, 2@3h, 2!@4h, 3@5h");
    assert_clean(env);
}

static void a_schedule_that_the_server_refuses(void **state)
{
    rh_env *env = *state;
    rh_start(env, "sums", NULL, &(rh_run_options){.cron = "60 * * * *"});
    assert_one_error(env, "workflow 'sums': cron '60 * * * *': column 1: '60' is no minute");
}

static void a_time_zone_that_is_none(void **state)
{
    rh_env *env = *state;
    rh_start(env, "sums", NULL, &(rh_run_options){.cron = "CRON_TZ=Europe/Berlni 0 3 * * *"});
    assert_one_error(env, "workflow 'sums': cron 'CRON_TZ=Europe/Berlni 0 3 * * *': column 9: the "
                          "time zone 'Europe/Berlni' is not in the tz database 2025b; did you mean "
                          "'Europe/Berlin'?");
}

static void a_time_zone_without_a_rule(void **state)
{
    rh_env *env = *state;
    rh_start(env, "sums", NULL, &(rh_run_options){.cron = "TZ=Africa/Casablanca 0 3 * * *"});
    assert_one_error(env, "workflow 'sums': cron 'TZ=Africa/Casablanca 0 3 * * *': the clocks of "
                          "'Africa/Casablanca' are simulated from 2088 on only, and this is 2026: "
                          "write the schedule in UTC");
}

/* ---- starts from outside --------------------------------------------------------------------- */

static const rh_failure *collects(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *value;
    (void)input;
    (void)result;
    rh_check(wf, rh_receive_now(wf, "go", &value)); /* it was there before the first task */
    rh_log(wf, "%lld", (long long)rh_integer_of(value));
    for (int i = 0; i < 1; i++) {
        rh_receive(wf, "go", &value);
        rh_log(wf, "%lld", (long long)rh_integer_of(value));
    }
    return NULL;
}

static void signal_with_start(void **state)
{
    rh_env *env = *state;
    rh_signal_with_start(env, "collects", NULL, "go", rh_integer(1), NULL);
    rh_signal_with_start(env, "collects", NULL, "go", rh_integer(2), &(rh_run_options){.at = S(5)});
    rh_signal_with_start(env, "collects", NULL, "go", rh_integer(3), &(rh_run_options){.at = S(9)});
    rh_signal_with_start(env, "collects", NULL, "go", rh_integer(4), &(rh_run_options){.at = S(9)});
    rh_play(env);
    assert_string_equal(told(env), "1, 2, 3, 4");
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    const rh_entry *signaled = nth_entry(env, RH_ENTRY_SIGNALED, 0);
    assert_int_equal(signaled->event_id, 2); /* behind the start, before the first task */
    assert_clean(env);
}

static void policies_of_starts(void **state)
{
    rh_env *env = *state;
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "w"});
    rh_start(env, "waits", NULL,
             &(rh_run_options){.workflow_id = "w", .conflict = RH_USE_EXISTING});
    assert_int_equal(rh_env_journal(env)->run_count, 1);
    rh_start(env, "waits", NULL,
             &(rh_run_options){.workflow_id = "w", .conflict = RH_TERMINATE_EXISTING});
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    assert_int_equal(rh_env_journal(env)->runs[0]->status, RH_RUN_TERMINATED);
    rh_signal_at(env, S(1), "w", "go", NULL);
    rh_start(env, "waits", NULL,
             &(rh_run_options){.workflow_id = "w", .at = S(2), .reuse = RH_REJECT_DUPLICATE});
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    assert_one_error(env, "workflow 'waits': a run with workflow id 'w' has closed, and .reuse "
                          "allows no other");
}

static void a_start_that_must_be_refused(void **state)
{
    rh_env *env = *state;
    rh_run_options again = {.workflow_id = "w", .at = S(1)};
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "w"});
    rh_start_refused(env, "waits", NULL, &again);
    rh_signal_at(env, S(2), "w", "go", NULL);
    again.at = S(3);
    again.reuse = RH_REJECT_DUPLICATE;
    rh_start_refused(env, "waits", NULL, &again);
    rh_play(env);
    const rh_journal *journal = rh_env_journal(env);
    assert_int_equal(journal->run_count, 1);
    unsigned refused = 0;
    for (size_t i = 0; i < journal->count; i++)
        refused += journal->entries[i].kind == RH_ENTRY_START_REFUSED;
    assert_int_equal(refused, 2);
    assert_clean(env);
}

static void a_start_that_is_not_refused(void **state)
{
    rh_env *env = *state;
    rh_start(env, "doubles", rh_integer(1), &(rh_run_options){.workflow_id = "w"});
    rh_start_refused(env, "doubles", rh_integer(1),
                     &(rh_run_options){.workflow_id = "w", .at = S(60)});
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->run_count, 1);
    assert_one_error(env, "workflow 'doubles': expected a start with workflow id 'w' to be "
                          "refused");
}

static void a_delayed_start(void **state)
{
    rh_env *env = *state;
    rh_start(env, "doubles", rh_integer(1),
             &(rh_run_options){.start_delay = S(30), .run_timeout = S(10)});
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED); /* the delay extends the run timeout */
    rh_assert_duration(env, S(32));
    assert_clean(env);
}

static const rh_workflow_definition workflows[] = {
    {.name = "doubles", .run = doubles},
    {.name = "fails", .run = fails},
    {.name = "stops_slowly", .run = stops_slowly},
    {.name = "waits", .run = waits},
    {.name = "starts_one", .run = starts_one},
    {.name = "tells_family", .run = tells_family},
    {.name = "has_family", .run = has_family},
    {.name = "has_grandchild", .run = has_grandchild},
    {.name = "is_grandchild", .run = is_grandchild},
    {.name = "sees_failures", .run = sees_failures},
    {.name = "returns_failure", .run = returns_failure},
    {.name = "cancels", .run = cancels},
    {.name = "hears_of_the_request", .run = hears_of_the_request},
    {.name = "cancels_early", .run = cancels_early},
    {.name = "is_parent", .run = is_parent},
    {.name = "signals_child", .run = signals_child},
    {.name = "asks_others", .run = asks_others},
    {.name = "asks_on_canceled_scope", .run = asks_on_canceled_scope},
    {.name = "counts_down", .run = counts_down},
    {.name = "continues_otherwise", .run = continues_otherwise},
    {.name = "second", .run = second},
    {.name = "continues_as_nobody", .run = continues_as_nobody},
    {.name = "grows", .run = grows},
    {.name = "sums", .run = sums},
    {.name = "collects", .run = collects},
    {0},
};

static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "child", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_child_and_its_result),
        PLAYED(what_a_child_knows),
        PLAYED(histories_name_the_root_of_a_tree),
        PLAYED(timers_of_two_runs_at_one_instant),
        PLAYED(failures_of_children),
        PLAYED(the_text_of_a_childs_failure),
        PLAYED(ways_to_cancel_a_child),
        PLAYED(the_request_is_waited_for),
        PLAYED(a_child_canceled_before_it_is_asked_for),
        PLAYED(canceling_the_parent_cancels_its_children),
        PLAYED(a_signal_to_a_child),
        PLAYED(requests_to_workflows_elsewhere),
        PLAYED(requests_that_were_not_sent),
        PLAYED(requests_to_other_runs),
        PLAYED(a_request_on_a_canceled_scope),
        PLAYED(a_chain_of_runs),
        PLAYED(the_next_run_may_be_otherwise),
        PLAYED(continuing_as_an_unknown_type),
        PLAYED(a_long_history_suggests_a_new_one),
        PLAYED(results_are_carried_over),
        PLAYED(a_schedule_that_the_server_refuses),
        PLAYED(a_time_zone_that_is_none),
        PLAYED(a_time_zone_without_a_rule),
        PLAYED(signal_with_start),
        PLAYED(policies_of_starts),
        PLAYED(a_start_that_must_be_refused),
        PLAYED(a_start_that_is_not_refused),
        PLAYED(a_delayed_start),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
