/* What rehearse does where the Go test suite does otherwise: the other half of
 * ../go/deviations_test.go, test by test. */
#include "rehearse/rehearse.h"

static const rh_activity_options start_to_close = {.start_to_close = RH_MINUTES(1),
                                                   .retry = {.maximum_attempts = 2}};
static const rh_activity_options schedule_to_close = {.schedule_to_close = RH_MINUTES(1)};
static const rh_activity_options heartbeat = {.start_to_close = RH_HOURS(2),
                                              .heartbeat_timeout = RH_MINUTES(1),
                                              .retry = {.maximum_attempts = 1}};
static const rh_activity_options default_policy = {.schedule_to_close = RH_HOURS(1),
                                                   .start_to_close = RH_MINUTES(1)};
static const rh_activity_options waiting = {.start_to_close = RH_HOURS(1),
                                            .heartbeat_timeout = RH_MINUTES(1),
                                            .cancellation = RH_WAIT_FOR_CANCELLATION};

static const rh_activity_options listed_timeout = {
    .start_to_close = RH_MINUTES(1),
    .retry = {.maximum_attempts = 4,
              .non_retryable_types = RH_NAMES("TemporalTimeout:StartToClose")},
};
static const rh_activity_options no_timeouts = {.heartbeat_timeout = 0};

static const rh_failure *one(rh_workflow *wf, const rh_activity_options *options)
{
    return rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, options), NULL);
}

#define WORKFLOW_OF_ONE(name)                                                                      \
    static const rh_failure *one_##name(rh_workflow *wf, const rh_value *input,                    \
                                        const rh_value **result)                                   \
    {                                                                                              \
        (void)input;                                                                               \
        (void)result;                                                                              \
        return one(wf, &name);                                                                     \
    }
WORKFLOW_OF_ONE(start_to_close)
WORKFLOW_OF_ONE(schedule_to_close)
WORKFLOW_OF_ONE(heartbeat)
WORKFLOW_OF_ONE(default_policy)
WORKFLOW_OF_ONE(waiting)
WORKFLOW_OF_ONE(listed_timeout)
WORKFLOW_OF_ONE(no_timeouts)

static const rh_failure *non_fatal(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *failed = one(wf, &start_to_close);
    if (failed)
        rh_warn(wf, "not fatal: %s", rh_failure_message(rh_failure_root(failed)));
    return NULL;
}

static const rh_failure *looks_at_cancel(rh_workflow *wf, const rh_value *input,
                                         const rh_value **result)
{
    (void)input;
    (void)result;
    const rh_failure *failed = one(wf, &waiting);
    bool is_wrapped = failed && failed->kind == RH_FAILURE_ACTIVITY && failed->cause &&
                      failed->cause->kind == RH_FAILURE_CANCELED;
    rh_log(wf, is_wrapped ? "wrapped" : "bare");
    return failed;
}

static const rh_failure *waits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    return rh_receive(wf, "approve", result);
}

static const rh_failure *sleeps(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    return rh_sleep(wf, RH_HOURS(1));
}

static const rh_failure *broken(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_check(wf, 1 + 1 == 3);
    return NULL;
}

/* ---- runs and other runs --------------------------------------------------------------------- */

static const rh_failure *fails(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_log(wf, "run");
    return rh_fail(wf, "", "no");
}

static const rh_failure *succeeds(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)wf;
    (void)input;
    (void)result;
    return NULL;
}

/* Two runs follow the first. */
static const rh_failure *goes_on(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    int64_t left = input ? rh_integer_of(input) : 2;
    return left ? rh_continue_as_new(wf, rh_integer(left - 1), NULL) : NULL;
}

static const rh_child_options three_runs = {.retry = {.maximum_attempts = 3}};
static const rh_child_options by_schedule = {.workflow_id = "child", .cron = "0 * * * *"};
static const rh_child_options a_minute = {.run_timeout = RH_MINUTES(1)};

static const rh_failure *child_with_policy(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    return rh_await(wf, rh_child(wf, "Fails", input, &three_runs), result);
}

static const rh_failure *child_by_schedule(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    (void)result;
    rh_child(wf, "StartToClose", input, &by_schedule);
    return rh_sleep(wf, RH_MINUTES(150));
}

static const rh_failure *child_for_a_minute(rh_workflow *wf, const rh_value *input,
                                            const rh_value **result)
{
    return rh_await(wf, rh_child(wf, "SleepsLong", input, &a_minute), result);
}

static const rh_failure *leaves_child(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    (void)result;
    static const rh_child_options child = {.workflow_id = "child"};
    return rh_await(wf, rh_child_started(wf, rh_child(wf, "SleepsLong", input, &child)), NULL);
}

static const rh_workflow_definition workflows[] = {
    {.name = "Fails", .run = fails},
    {.name = "FailsThrice",
     .run = fails,
     .options = {.retry = {.initial_interval = RH_SECONDS(1), .maximum_attempts = 3}}},
    {.name = "ByTheHour",
     .run = succeeds,
     .options = {.cron = "0 * * * *", .execution_timeout = RH_MINUTES(90)}},
    {.name = "Succeeds", .run = succeeds},
    {.name = "SleepsLong", .run = sleeps},
    {.name = "GoesOn", .run = goes_on},
    {.name = "ChildWithPolicy", .run = child_with_policy},
    {.name = "ChildBySchedule", .run = child_by_schedule},
    {.name = "ChildForAMinute", .run = child_for_a_minute},
    {.name = "LeavesChild", .run = leaves_child},
    {.name = "StartToClose", .run = one_start_to_close},
    {.name = "ScheduleToClose", .run = one_schedule_to_close},
    {.name = "Heartbeat", .run = one_heartbeat},
    {.name = "DefaultPolicy", .run = one_default_policy},
    {.name = "Waiting", .run = one_waiting},
    {.name = "LooksAtCancel", .run = looks_at_cancel},
    {.name = "ListedTimeout", .run = one_listed_timeout},
    {.name = "NoTimeouts", .run = one_no_timeouts},
    {.name = "NonFatal", .run = non_fatal},
    {.name = "Waits", .run = waits},
    {.name = "Sleeps", .run = sleeps, .options = {.run_timeout = RH_SECONDS(10)}},
    {.name = "Broken", .run = broken},
    {0},
};

/* ---- timeouts fire --------------------------------------------------------------------------- */

static void start_to_close_fires(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_HOURS(1));
    rh_run(env, "StartToClose", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_starts(env, "Work", 0, RH_SECONDS(61));
    rh_assert_failure(env, RH_FAILURE_TIMEOUT, "activity StartToClose timeout");
}

static void schedule_to_close_fires(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_HOURS(1));
    rh_run(env, "ScheduleToClose", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_duration(env, RH_MINUTES(1));
}

static void heartbeat_timeout_fires(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_HOURS(1));
    rh_run(env, "Heartbeat", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_duration(env, RH_MINUTES(1));
    rh_assert_failure(env, RH_FAILURE_TIMEOUT, "activity Heartbeat timeout");
}

/* ---- retries --------------------------------------------------------------------------------- */

/* 1, 2, 4 ... 64 s, then 100 s each; as long as the hour lasts. */
static void default_policy_has_no_last_attempt(rh_env *env)
{
    rh_mock(env, "Work", .failure = RH_FAILURE("", "no"));
    rh_run(env, "DefaultPolicy", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_attempts(env, "Work", 42);
    rh_assert_duration(env, RH_SECONDS(127) + 34 * RH_SECONDS(100));
}

static void activity_failures_tell_all(rh_env *env)
{
    rh_mock(env, "Work", .failure = RH_FAILURE("", "no"));
    rh_run(env, "StartToClose", NULL);
    const rh_failure *failed = rh_failure_as(rh_failure_of(env), RH_FAILURE_ACTIVITY);
    rh_assert(env, failed != NULL);
    if (!failed)
        return;
    rh_assert(env, failed->retry_state == RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    rh_assert(env, failed->scheduled_event_id == 5);
    rh_assert(env, failed->started_event_id == 6);
}

static void listed_timeout_is_not_retried(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_HOURS(1));
    rh_run(env, "ListedTimeout", NULL);
    rh_assert_attempts(env, "Work", 1);
    rh_assert_failure(env, RH_FAILURE_TIMEOUT, "activity StartToClose timeout");
}

static void refused_options_fail_the_workflow_task(rh_env *env)
{
    rh_run(env, "NoTimeouts", NULL);
    rh_assert_stuck(env, "BadScheduleActivityAttributes");
}

/* ---- mocks ----------------------------------------------------------------------------------- */

/* Must fail; ci/peers checks that it does. */
static void must_fail_violated_mock_of_a_non_fatal_step(rh_env *env)
{
    rh_mock(env, "Work", .never = true);
    rh_run(env, "NonFatal", NULL);
}

/* ---- the run --------------------------------------------------------------------------------- */

static void wait_for_cancellation_waits(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_MINUTES(1));
    rh_cancel_at(env, RH_SECONDS(10), NULL);
    rh_run(env, "Waiting", NULL);
    rh_assert_duration(env, RH_MINUTES(1));
}

static void stuck_workflow_is_stuck_at_once(rh_env *env)
{
    rh_run(env, "Waits", NULL);
    rh_assert_stuck(env, "approve");
    rh_assert(env, rh_duration_of(env) == 0);
}

static void run_timeout_of_start_options_fires(rh_env *env)
{
    rh_run(env, "Sleeps", NULL);
    rh_assert_status(env, RH_TIMED_OUT);
    rh_assert_duration(env, RH_SECONDS(10));
}

static void broken_workflow_stays_open(rh_env *env)
{
    rh_run(env, "Broken", NULL);
    rh_assert_stuck(env, "1 + 1 == 3");
}

static void canceled_activity_is_wrapped(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_MINUTES(1), .heartbeat_every = RH_SECONDS(10));
    rh_cancel_at(env, RH_SECONDS(15), NULL);
    rh_run(env, "LooksAtCancel", NULL);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_log(env, "wrapped");
}

static void run_timeout_is_start_to_close(rh_env *env)
{
    rh_run(env, "Sleeps", NULL);
    const rh_failure *failed = rh_failure_as(rh_failure_of(env), RH_FAILURE_TIMEOUT);
    rh_assert(env, failed && failed->timeout_type == RH_TIMEOUT_START_TO_CLOSE);
    rh_assert_failure_text(env, "workflow timeout");
}

static void policy_of_start_options_is_kept(rh_env *env)
{
    rh_run(env, "FailsThrice", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_duration(env, RH_SECONDS(3)); /* 1 s and 2 s of back-off */
}

static void schedule_of_start_options_is_kept(rh_env *env)
{
    rh_run(env, "ByTheHour", NULL);
    rh_assert_status(env, RH_TIMED_OUT); /* as it waits for its second slot */
    rh_assert_duration(env, RH_MINUTES(90));
}

static void runs_follow_a_second_apart(rh_env *env)
{
    rh_run(env, "GoesOn", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, RH_SECONDS(2));
}

/* ---- children -------------------------------------------------------------------------------- */

static void policy_of_a_child_is_filled_in(rh_env *env)
{
    rh_run(env, "ChildWithPolicy", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_duration(env, RH_SECONDS(3));
}

static void cron_of_a_child_waits(rh_env *env)
{
    rh_mock(env, "Work", .takes = RH_SECONDS(10));
    rh_run(env, "ChildBySchedule", NULL);
    rh_look_at(env, "child");
    rh_assert_starts(env, "Work", RH_HOURS(1), RH_HOURS(2));
}

static void run_timeout_of_a_child_fires(rh_env *env)
{
    rh_run(env, "ChildForAMinute", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_duration(env, RH_MINUTES(1));
    rh_assert_failure(env, RH_FAILURE_TIMEOUT, "Child workflow timeout");
}

static void child_ends_with_its_parent_by_default(rh_env *env)
{
    rh_run(env, "LeavesChild", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_look_at(env, "child");
    rh_assert_status(env, RH_TERMINATED);
}

static const rh_test tests[] = {
    RH_TEST(start_to_close_fires),
    RH_TEST(schedule_to_close_fires),
    RH_TEST(heartbeat_timeout_fires),
    RH_TEST(default_policy_has_no_last_attempt),
    RH_TEST(activity_failures_tell_all),
    RH_TEST(listed_timeout_is_not_retried),
    RH_TEST(refused_options_fail_the_workflow_task),
    RH_TEST(must_fail_violated_mock_of_a_non_fatal_step),
    RH_TEST(wait_for_cancellation_waits),
    RH_TEST(stuck_workflow_is_stuck_at_once),
    RH_TEST(run_timeout_of_start_options_fires),
    RH_TEST(broken_workflow_stays_open),
    RH_TEST(canceled_activity_is_wrapped),
    RH_TEST(run_timeout_is_start_to_close),
    RH_TEST(policy_of_start_options_is_kept),
    RH_TEST(schedule_of_start_options_is_kept),
    RH_TEST(runs_follow_a_second_apart),
    RH_TEST(policy_of_a_child_is_filled_in),
    RH_TEST(cron_of_a_child_waits),
    RH_TEST(run_timeout_of_a_child_fires),
    RH_TEST(child_ends_with_its_parent_by_default),
    {0},
};

RH_MODULE("rules", workflows, tests)
