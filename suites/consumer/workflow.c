/* A project that uses rehearse as it is installed: one workflow, one test. */
#include <rehearse/rehearse.h>

static const rh_failure *greet(rh_workflow *workflow, const rh_value *input,
                               const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = RH_SECONDS(10),
        .retry = {.maximum_attempts = 2},
    };
    rh_future *greeting = rh_activity(workflow, "ComposeGreeting", RH_ARGS(input), &options);
    return rh_await(workflow, greeting, result);
}

static void greets_at_the_second_attempt(rh_env *env)
{
    rh_mock(env, "ComposeGreeting", .args = RH_ARGS(rh_string("Ada")),
            RH_SEQUENCE({.failure = RH_FAILURE("Busy", "try again")},
                        {.result = rh_string("Hello, Ada")}));

    rh_run(env, "Greet", rh_string("Ada"));

    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_string("Hello, Ada"));
    rh_assert_attempts(env, "ComposeGreeting", 2);
}

static const rh_workflow_definition workflows[] = {
    {.name = "Greet", .run = greet, .summary = "asks for a greeting", .input = "\"Ada\""},
    {0},
};

static const rh_test tests[] = {
    RH_TEST(greets_at_the_second_attempt),
    {0},
};

RH_MODULE("consumer", workflows, tests)
