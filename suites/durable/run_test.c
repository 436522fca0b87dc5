/* Runs: how they close, their deadlines, retries of workflows, and runs side by side. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_failure *follows(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(1),
                                                .retry = {.maximum_attempts = 1}};
    const char *what = rh_text_of(input);
    if (!strcmp(what, "result"))
        *result = rh_copy(wf, RH_OBJECT_OF({"a", rh_integer(1)}));
    if (!strcmp(what, "fail"))
        return rh_fail(wf, "Broken", "no %d", 5);
    if (!strcmp(what, "fail for good"))
        return rh_fail_with(wf, &(rh_failure_options){.type = "Broken", .non_retryable = true});
    if (!strcmp(what, "fail slowly")) {
        rh_sleep(wf, S(5));
        return rh_fail(wf, "Broken", "slow");
    }
    if (!strcmp(what, "wait"))
        rh_sleep(wf, RH_HOURS(1));
    if (!strcmp(what, "work"))
        return rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &options), NULL);
    if (!strcmp(what, "listen"))
        return rh_receive(wf, "go", NULL);
    if (!strcmp(what, "twice") && rh_info(wf)->attempt < 3)
        return rh_fail(wf, "Flaky", "again");
    if (!strcmp(what, "delay") && rh_info(wf)->attempt < 2)
        return rh_fail_with(wf, &(rh_failure_options){.type = "Later", .next_retry_delay = S(77)});
    rh_log(wf, "attempt %d at %lld", (int)rh_info(wf)->attempt,
           (long long)((rh_now(wf) - RH_WORLD_START) / S(1)));
    return NULL;
}

static const rh_workflow_definition workflows[] = {{.name = "follows", .run = follows}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "run", workflows, NULL};
DEFINE_ENVS(module)

static void play(rh_env *env, const char *input, rh_run_options options)
{
    rh_start(env, "follows", rh_string(input), &options);
    rh_play(env);
}

/* ---- closing --------------------------------------------------------------------------------- */

static void ways_to_close(void **state)
{
    rh_env *env = *state;
    play(env, "result", (rh_run_options){0});
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, RH_OBJECT_OF({"a", rh_integer(1)}));
    assert_null(rh_failure_of(env));
    rh_env_restart(env);
    play(env, "fail", (rh_run_options){0});
    rh_assert_status(env, RH_FAILED);
    rh_assert_result(env, NULL);
    assert_string_equal(failure_of(env), "no 5 (type: Broken, retryable: true)");
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_FAILED, 0)->code, RH_RETRY_RETRY_POLICY_NOT_SET);
    rh_env_restart(env);
    rh_cancel_at(env, S(4), NULL);
    play(env, "listen", (rh_run_options){0});
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(4));
    assert_string_equal(history(env), "run-started run-cancel-requested run-canceled");
    assert_clean(env);
}

static void terminated(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(9));
    rh_terminate_at(env, S(3), NULL, "enough");
    rh_terminate_at(env, S(4), NULL, "too late");
    play(env, "work", (rh_run_options){.retry_with_defaults = true}); /* never retried */
    rh_assert_status(env, RH_TERMINATED);
    rh_assert_duration(env, S(3));
    assert_string_equal(failure_of(env), "terminated");
    assert_string_equal(history(env), "run-started activity-scheduled run-terminated");
    assert_string_equal(nth_entry(env, RH_ENTRY_RUN_TERMINATED, 0)->text, "enough");
    /* The attempt goes on outside; its answer is dropped. */
    const rh_entry *late = nth_entry(env, RH_ENTRY_LATE_ANSWER, 0);
    assert_int_equal(since_start(env, late), S(9));
    assert_string_equal(late->text, "result");
    assert_string_equal(nth_entry(env, RH_ENTRY_CALL_LEFT_OPEN, 0)->text, "running");
    assert_clean(env);
}

static void a_failure_with_a_canceled_one_inside_closes_as_canceled(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(9), .heartbeat_every = S(1));
    rh_cancel_at(env, S(4), NULL);
    play(env, "work", (rh_run_options){.retry_with_defaults = true});
    rh_assert_status(env, RH_CANCELED);
    assert_string_equal(failure_of(env), "canceled");
    assert_clean(env);
}

/* ---- deadlines ------------------------------------------------------------------------------- */

static void run_timeout(void **state)
{
    rh_env *env = *state;
    play(env, "wait", (rh_run_options){.run_timeout = S(30)});
    rh_assert_status(env, RH_TIMED_OUT);
    rh_assert_duration(env, S(30));
    assert_string_equal(failure_of(env), "workflow timeout (type: StartToClose)");
    assert_string_equal(history(env), "run-started timer-started run-timed-out");
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_TIMED_OUT, 0)->code,
                     RH_RETRY_RETRY_POLICY_NOT_SET);
    assert_clean(env);
}

static void the_run_timeout_comes_before_the_activitys(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .hangs = true);
    play(env, "work", (rh_run_options){.run_timeout = S(30)});
    rh_assert_status(env, RH_TIMED_OUT);
    assert_int_equal(count_entries(env, RH_ENTRY_ACTIVITY_TIMED_OUT), 0);
    assert_int_equal(rh_env_journal(env)->calls[0]->start_to_close, S(30)); /* capped by it */
    assert_int_equal(rh_env_journal(env)->calls[0]->schedule_to_close, S(30));
    assert_clean(env);
}

static void timeouts_are_normalised(void **state)
{
    static const struct {
        rh_duration run, execution, run_is, execution_is;
    } cases[] = {
        {0, 0, 0, 0},
        {S(5), 0, S(5), 0},
        {0, S(9), S(9), S(9)},
        {S(5), S(9), S(5), S(9)},
        {S(19), S(9), S(9), S(9)},
        {RH_FOREVER, S(9), S(9), S(9)},
        {RH_FOREVER, RH_FOREVER, 0, 0},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        play(env, "result",
             (rh_run_options){.run_timeout = cases[i].run,
                              .execution_timeout = cases[i].execution});
        const rh_run_record *run = rh_env_journal(env)->runs[0];
        assert_int_equal(run->run_timeout, cases[i].run_is);
        assert_int_equal(run->execution_timeout, cases[i].execution_is);
        assert_int_equal(run->execution_expiration,
                         cases[i].execution_is ? RH_WORLD_START + cases[i].execution_is : 0);
        rh_env_restart(env);
    }
    assert_clean(env);
}

/* ---- retries --------------------------------------------------------------------------------- */

static void assert_run_starts(rh_env *env, size_t count, const rh_duration *starts)
{
    assert_int_equal(count_entries(env, RH_ENTRY_RUN_STARTED), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_RUN_STARTED, i)), starts[i]);
}

static void a_failed_workflow_is_retried_as_a_new_run(void **state)
{
    rh_env *env = *state;
    play(env, "fail slowly",
         (rh_run_options){.retry = {.initial_interval = S(10), .maximum_attempts = 3}});
    rh_assert_status(env, RH_FAILED);
    assert_run_starts(env, 3, (const rh_duration[]){0, S(5), S(20)}); /* closes, back-off inside */
    rh_assert_duration(env, S(45));                                   /* 5 + 10 + 5 + 20 + 5 */
    const rh_journal *journal = rh_env_journal(env);
    static const rh_retry_state states[] = {RH_RETRY_IN_PROGRESS, RH_RETRY_IN_PROGRESS,
                                            RH_RETRY_MAXIMUM_ATTEMPTS_REACHED};
    static const rh_duration back_offs[] = {0, S(10), S(20)};
    for (uint32_t i = 0; i < 3; i++) {
        const rh_run_record *run = journal->runs[i];
        assert_int_equal(run->attempt, i + 1);
        assert_int_equal(run->previous, i == 0 ? RH_NO_RUN : i - 1);
        assert_int_equal(run->next, i == 2 ? RH_NO_RUN : i + 1);
        assert_string_equal(run->first_run_id, journal->runs[0]->run_id);
        assert_int_equal(run->first_task_backoff, back_offs[i]);
        assert_int_equal(nth_entry(env, RH_ENTRY_RUN_STARTED, i)->span, back_offs[i]);
        assert_int_equal(nth_entry(env, RH_ENTRY_RUN_STARTED, i)->event_id, 1);
        assert_int_equal(nth_entry(env, RH_ENTRY_RUN_FAILED, i)->code, states[i]);
        assert_string_equal(run->workflow_id, "follows");
        assert_string_equal(rh_text_of(run->input), "fail slowly");
    }
    assert_string_not_equal(journal->runs[0]->run_id, journal->runs[1]->run_id);
    assert_string_not_equal(journal->runs[1]->run_id, journal->runs[2]->run_id);
    assert_int_equal(rh_env_runs_started(env), 1);
    assert_clean(env);
}

static void what_is_retried(void **state)
{
    static const char *const broken[] = {"Other", "Broken", NULL};
    static const struct {
        const char *input;
        rh_run_options options;
        const char *told;
        rh_status status;
        size_t runs;
    } cases[] = {
        {"twice", {.retry_with_defaults = true}, "attempt 3 at 3", RH_SUCCEEDED, 3},
        {"twice", {0}, "", RH_FAILED, 1},
        {"twice", {.retry = {.maximum_attempts = 2}}, "", RH_FAILED, 2},
        {"twice",
         {.retry = {.initial_interval = RH_MILLISECONDS(1)}},
         "attempt 3 at 2",
         RH_SUCCEEDED,
         3}, /* one second between runs at least */
        {"twice",
         {.retry = {.initial_interval = RH_MILLISECONDS(600)}},
         "attempt 3 at 2",
         RH_SUCCEEDED,
         3}, /* 1 s for 0.6, then 1.2 s: at 2.2 */
        {"delay", {.retry = {.maximum_interval = S(2)}}, "attempt 2 at 2", RH_SUCCEEDED, 2},
        {"fail for good", {.retry_with_defaults = true}, "", RH_FAILED, 1},
        {"fail", {.retry = {.non_retryable_types = broken}}, "", RH_FAILED, 1},
        {"fail",
         {.retry = {.maximum_attempts = 2}, .execution_timeout = RH_MILLISECONDS(999)},
         "",
         RH_FAILED,
         1}, /* no room */
        {"fail",
         {.retry = {.maximum_attempts = 2}, .execution_timeout = S(1)},
         "",
         RH_TIMED_OUT,
         2}, /* exactly at the end: the deadline wins */
        {"wait", {.retry = {.maximum_attempts = 3}, .run_timeout = S(30)}, "", RH_TIMED_OUT, 3},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        play(env, cases[i].input, cases[i].options);
        if (rh_status_of(env) != cases[i].status ||
            count_entries(env, RH_ENTRY_RUN_STARTED) != cases[i].runs)
            fail_msg("case %zu: %s, %zu runs", i, rh_status_name(rh_status_of(env)),
                     count_entries(env, RH_ENTRY_RUN_STARTED));
        assert_string_equal(told(env), cases[i].told);
        rh_env_restart(env);
    }
    assert_clean(env);
}

static void run_timeouts_are_retried_and_extended_by_the_back_off(void **state)
{
    rh_env *env = *state;
    play(env, "wait",
         (rh_run_options){.retry = {.initial_interval = S(10), .maximum_attempts = 3},
                          .run_timeout = S(30)});
    rh_assert_status(env, RH_TIMED_OUT);
    assert_run_starts(env, 3, (const rh_duration[]){0, S(30), S(70)});
    rh_assert_duration(env, S(120));
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_TIMED_OUT, 0)->code, RH_RETRY_IN_PROGRESS);
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_TIMED_OUT, 2)->code,
                     RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    assert_clean(env);
}

static void the_execution_timeout_ends_the_chain(void **state)
{
    rh_env *env = *state;
    rh_run_options options = {.retry = {.initial_interval = S(10)},
                              .run_timeout = S(30),
                              .execution_timeout = S(95)};
    play(env, "wait", options);
    rh_assert_status(env, RH_TIMED_OUT);
    assert_run_starts(env, 3, (const rh_duration[]){0, S(30), S(70)});
    rh_assert_duration(env, S(95)); /* in the third run, before its own 30 s are over */
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_TIMED_OUT, 2)->code, RH_RETRY_TIMEOUT);
    rh_env_restart(env);
    options.execution_timeout = S(75);
    play(env, "wait", options);
    assert_run_starts(env, 2, (const rh_duration[]){0, S(30)}); /* no room for a third */
    rh_assert_duration(env, S(70));
    assert_int_equal(nth_entry(env, RH_ENTRY_RUN_TIMED_OUT, 1)->code, RH_RETRY_TIMEOUT);
    assert_clean(env);
}

/* Signals and cancel requests that come in the back-off wait for the first task. */
static void a_run_in_back_off_takes_no_task(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(3), NULL, "unheard", NULL);
    rh_allow_unhandled_signals(env);
    play(env, "twice", (rh_run_options){.retry = {.initial_interval = S(5)}});
    assert_string_equal(told(env), "attempt 3 at 15");
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_TASK_SCHEDULED, 1)), S(5));
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_SCHEDULED), 3);
    assert_clean(env);
}

/* ---- runs side by side ----------------------------------------------------------------------- */

static void several_runs_in_one_world(void **state)
{
    rh_env *env = *state;
    rh_start(env, "follows", rh_string("listen"), NULL);
    rh_start(env, "follows", rh_string("listen"), &(rh_run_options){.at = S(5)});
    rh_start(env, "follows", rh_string("listen"),
             &(rh_run_options){.workflow_id = "own", .task_queue = "fast", .at = S(6)});
    rh_signal_at(env, S(7), "own", "go", NULL);
    rh_signal_at(env, S(8), "follows-2", "go", NULL);
    rh_signal_at(env, S(9), NULL, "go", NULL);
    rh_play(env);
    const rh_journal *journal = rh_env_journal(env);
    static const char *const ids[] = {"follows", "follows-2", "own"};
    static const char *const queues[] = {"default", "default", "fast"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(journal->runs[i]->workflow_id, ids[i]);
        assert_string_equal(journal->runs[i]->task_queue, queues[i]);
    }
    rh_assert_duration(env, S(9));
    rh_look_at(env, "follows-2");
    rh_assert_duration(env, S(3));
    rh_look_at(env, "own");
    rh_assert_duration(env, S(1));
    rh_look_at(env, NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_int_equal(rh_env_runs_started(env), 3);
    assert_clean(env);
    rh_look_at(env, "folows-2");
    assert_int_equal(rh_status_of(env), RH_NOT_STARTED);
    assert_int_equal(rh_env_problem_count(env), 1);
    assert_string_equal(rh_env_problem(env, 0)->message,
                        "no run has workflow id 'folows-2'; did you mean 'follows-2'?");
}

/* A bounded play says nothing about what may still come from outside. */
static void a_bounded_play_finds_nobody_stuck(void **state)
{
    rh_env *env = *state;
    rh_start(env, "follows", rh_string("listen"), NULL);
    rh_play_for(env, S(5));
    assert_int_equal(rh_status_of(env), RH_RUNNING);
    rh_signal_at(env, S(7), NULL, "go", NULL);
    rh_play(env);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, S(7));
    assert_clean(env);
}

static void play_again(rh_env *env, void *data)
{
    (void)data;
    rh_play(env);
    rh_env_restart(env);
}

static void a_world_that_plays_cannot_be_played(void **state)
{
    rh_env *env = *state;
    rh_call_at(env, S(1), play_again, NULL);
    rh_signal_at(env, S(2), NULL, "go", NULL);
    rh_run(env, "follows", rh_string("listen"));
    rh_assert_status(env, RH_SUCCEEDED);
    assert_int_equal(rh_env_problem_count(env), 2);
    assert_string_equal(rh_env_problem(env, 0)->message,
                        "rh_play was called while the world plays");
    assert_string_equal(rh_env_problem(env, 1)->message,
                        "rh_env_restart was called while the world plays");
}

static void hosts_have_names_of_their_own(void **state)
{
    rh_env *env = *state;
    rh_host(env, "one");
    rh_host(env, "one");
    assert_int_equal(rh_env_problem_count(env), 1);
    assert_string_equal(rh_env_problem(env, 0)->message, "host 'one' is declared twice");
}

static void a_workflow_id_is_open_once(void **state)
{
    rh_env *env = *state;
    const rh_run_options same = {.workflow_id = "same"};
    rh_start(env, "follows", rh_string("result"), &same);
    rh_play(env);
    rh_start(env, "follows", rh_string("listen"), &same); /* closed: may be used again */
    rh_start(env, "follows", rh_string("listen"), &same);
    rh_terminate_at(env, S(5), "same", "end");
    rh_play(env);
    assert_int_equal(rh_env_journal(env)->run_count, 2);
    assert_int_equal(rh_env_journal(env)->runs[1]->status, RH_RUN_TERMINATED);
    assert_one_error(env, "workflow 'follows': a run with workflow id 'same' is open already");
}

static void impossible_options_are_refused(void **state)
{
    static const struct {
        rh_run_options options;
        const char *message;
    } cases[] = {
        {{.run_timeout = -S(1)}, "workflow 'follows': run_timeout is negative (-1s)"},
        {{.execution_timeout = -1}, "workflow 'follows': execution_timeout is negative (-1ns)"},
        {{.retry = {.backoff_coefficient = 0.5}},
         "workflow 'follows': retry.backoff_coefficient is less than 1"},
        {{.retry = {.maximum_attempts = -1}}, "retry.maximum_attempts is negative"},
        {{.at = -1}, "rh_start: .at is negative"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        play(env, "result", cases[i].options);
        assert_int_equal(rh_status_of(env), RH_NOT_STARTED);
        assert_one_error(env, cases[i].message);
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_run(env, "folows", NULL);
    assert_one_error(env, "unknown workflow 'folows'; did you mean 'follows'?");
}

static void run_ids_are_drawn_by_the_seed(void **state)
{
    rh_env *env = *state;
    char first[64];
    play(env, "result", (rh_run_options){0});
    snprintf(first, sizeof first, "%s", rh_env_journal(env)->runs[0]->run_id);
    assert_int_equal(strlen(first), 36);
    assert_true(first[8] == '-' && first[14] == '4' && strchr("89ab", first[19]));
    rh_env_restart(env);
    play(env, "fail", (rh_run_options){0});
    assert_string_equal(rh_env_journal(env)->runs[0]->run_id, first);
    rh_env_restart(env);
    rh_world(env, .seed = 1);
    play(env, "result", (rh_run_options){0});
    assert_string_not_equal(rh_env_journal(env)->runs[0]->run_id, first);
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(ways_to_close),
        PLAYED(terminated),
        PLAYED(a_failure_with_a_canceled_one_inside_closes_as_canceled),
        PLAYED(run_timeout),
        PLAYED(the_run_timeout_comes_before_the_activitys),
        PLAYED(timeouts_are_normalised),
        PLAYED(a_failed_workflow_is_retried_as_a_new_run),
        PLAYED(what_is_retried),
        PLAYED(run_timeouts_are_retried_and_extended_by_the_back_off),
        PLAYED(the_execution_timeout_ends_the_chain),
        PLAYED(a_run_in_back_off_takes_no_task),
        PLAYED(several_runs_in_one_world),
        PLAYED(a_workflow_id_is_open_once),
        PLAYED(a_bounded_play_finds_nobody_stuck),
        PLAYED(a_world_that_plays_cannot_be_played),
        PLAYED(hosts_have_names_of_their_own),
        PLAYED(impossible_options_are_refused),
        PLAYED(run_ids_are_drawn_by_the_seed),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
