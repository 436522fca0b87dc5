/* Mocks of child workflows: they answer for children of their type. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static int64_t seconds(const rh_workflow *wf)
{
    return (rh_now(wf) - RH_WORLD_START) / S(1);
}

/* Starts a child "Validate"; tells how it went. */
static const rh_failure *starts(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_child_options options = {
        .workflow_id = "kid",
        .run_timeout = RH_MINUTES(5),
        .retry = {.initial_interval = RH_SECONDS(10), .maximum_attempts = 2},
        .cancellation = RH_WAIT_FOR_CANCELLATION,
    };
    const rh_failure *failed = rh_await(wf, rh_child(wf, "Validate", input, &options), result);
    rh_log(wf, "%s%s%s@%lld",
           failed ? rh_failure_kind_name((rh_failure_kind)failed->cause->kind) : "fine",
           failed ? " " : "", failed ? rh_failure_type(failed->cause) : "", (long long)seconds(wf));
    return failed && rh_failure_as(failed, RH_FAILURE_CANCELED) ? failed : NULL;
}

static const rh_failure *misspells(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    return rh_await(wf, rh_child(wf, "strats", input, NULL), result);
}

static void a_result_and_its_time(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .args = RH_ARGS(rh_string("pr-7")), .result = rh_integer(3),
            .takes = S(40), .times = 1);
    rh_run(env, "starts", rh_string("pr-7"));
    rh_assert_result(env, rh_integer(3));
    assert_string_equal(told(env), "fine@40");
    rh_assert_children(env, "Validate", 1);
    rh_look_at(env, "kid");
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_effect(env, "Validate", "pr-7", 1);
    assert_clean(env);
}

/* Each retry is a call of its own, for the mock. */
static void a_failure_and_a_retry(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .times = 2,
            RH_SEQUENCE({.failure = RH_FAILURE("Boom", "no"), .takes = S(1)},
                        {.result = rh_integer(4), .takes = S(2)}));
    rh_run(env, "starts", NULL);
    assert_string_equal(told(env), "fine@13");
    rh_assert_result(env, rh_integer(4));
    rh_assert_children(env, "Validate", 1);
    assert_clean(env);
}

static void a_fault(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .takes = S(1), .result = rh_integer(1));
    rh_fault_at(env, "Validate@*", "dns");
    rh_run(env, "starts", NULL);
    assert_contains(told(env), "application DNSError@20");
    assert_clean(env);
}

static void one_that_hangs_meets_its_timeouts(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .hangs = true);
    rh_run(env, "starts", NULL);
    assert_string_equal(told(env), "timeout @610"); /* twice five minutes, and a back-off */
    assert_clean(env);
}

static void a_start_that_fails(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .start_failure = RH_ALREADY_STARTED, .times = 1);
    rh_run(env, "starts", NULL);
    assert_string_equal(told(env), "application ChildWorkflowExecutionAlreadyStartedError@0");
    rh_assert_children(env, "Validate", 0);
    assert_clean(env);
}

static void a_namespace_that_is_not_there(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .start_failure = RH_NAMESPACE_NOT_FOUND);
    rh_run(env, "starts", NULL);
    assert_string_equal(told(env), "application NamespaceNotFoundError@0");
    assert_clean(env);
}

static void a_cancel_is_heard_at_once(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .takes = S(60), .on_cancel = RH_TAKES, .cancel_takes = S(4));
    rh_cancel_at(env, S(10), NULL);
    rh_run(env, "starts", NULL);
    rh_assert_status(env, RH_CANCELED);
    assert_string_equal(told(env), "canceled @14");
    assert_clean(env);
}

static void an_unknown_type_is_an_error(void **state)
{
    rh_env *env = *state;
    rh_run(env, "misspells", rh_string("x"));
    assert_one_error(env, "no workflow and no mock has the type 'strats', which a run starts as a "
                          "child; did you mean 'starts'?\n  arguments: [\"x\"]");
}

/* A mock of the type, even one that does not match, stands for the workflow. */
static void other_arguments_are_an_error(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .args = RH_ARGS(rh_string("pr-7")));
    rh_run(env, "starts", rh_string("pr-8"));
    assert_one_error(env, "no mock answers Validate[pr-8]@1");
}

static void only_children_fail_to_start(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate",
            RH_SEQUENCE({.failure = RH_FAILURE("Boom", "no")},
                        {.start_failure = RH_ALREADY_STARTED}));
    rh_run(env, "starts", NULL);
    assert_one_error(env, "mock 'Validate' says .start_failure, but Validate@1 has started: it is "
                          "a retry");
}

static void counting_children(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Validate", .result = rh_integer(1));
    rh_run(env, "starts", NULL);
    rh_assert_children(env, "Validate", 2);
    assert_one_failing(env, "expected 2 children of type Validate, found 1");
}

static const rh_workflow_definition workflows[] = {
    {.name = "starts", .run = starts},
    {.name = "misspells", .run = misspells},
    {0},
};

static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "children", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_result_and_its_time),
        PLAYED(a_failure_and_a_retry),
        PLAYED(a_fault),
        PLAYED(one_that_hangs_meets_its_timeouts),
        PLAYED(a_start_that_fails),
        PLAYED(a_namespace_that_is_not_there),
        PLAYED(a_cancel_is_heard_at_once),
        PLAYED(an_unknown_type_is_an_error),
        PLAYED(other_arguments_are_an_error),
        PLAYED(only_children_fail_to_start),
        PLAYED(counting_children),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
