/* A workflow as it was when its histories were recorded; order_now.c is what became of it. */
#include "rehearse/rehearse.h"

static const rh_activity_options step = {.start_to_close = RH_MINUTES(5)};

static const rh_failure *order(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failed =
        rh_await(wf, rh_activity(wf, "Reserve", RH_ARGS(input), &step), NULL);
    if (!failed)
        failed = rh_await(wf, rh_activity(wf, "Charge", RH_ARGS(input), &step), NULL);
    if (!failed)
        failed = rh_await(wf, rh_activity(wf, "Ship", RH_ARGS(input), &step), result);
    return failed;
}

static void given(rh_env *env)
{
    rh_fixture_mock(env, "Reserve", .takes = RH_SECONDS(2));
    rh_fixture_mock(env, "Charge", .takes = RH_SECONDS(3));
    rh_fixture_mock(env, "Ship", .takes = RH_MINUTES(1), .result = rh_string("shipped"));
}

static const rh_workflow_definition workflows[] = {
    {.name = "Order", .run = order, .given = given, .input = "\"book\""},
    {0},
};

RH_MODULE("order", workflows, NULL)
