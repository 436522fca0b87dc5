/* The workflow of order_then.c with a check for fraud put in: runs that have begun before cannot go
 * on with it. */
#include "rehearse/rehearse.h"

static const rh_activity_options step = {.start_to_close = RH_MINUTES(5)};

static const rh_failure *order(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failed =
        rh_await(wf, rh_activity(wf, "Reserve", RH_ARGS(input), &step), NULL);
    if (!failed)
        failed = rh_await(wf, rh_activity(wf, "CheckFraud", RH_ARGS(input), &step), NULL);
    if (!failed)
        failed = rh_await(wf, rh_activity(wf, "Charge", RH_ARGS(input), &step), NULL);
    if (!failed)
        failed = rh_await(wf, rh_activity(wf, "Ship", RH_ARGS(input), &step), result);
    return failed;
}

static const rh_workflow_definition workflows[] = {{.name = "Order", .run = order}, {0}};

RH_MODULE("order", workflows, NULL)
