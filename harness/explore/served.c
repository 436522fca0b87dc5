#include "harness/explore/served.h"

#include "harness/explore/point.h"

/* Suggested, not measured: no public figures of small self-hosted servers are known. */
static const rh_fault server_down = {.name = "server-down",
                                     .class = RH_FAULT_TRANSIENT,
                                     .retryable = true,
                                     .message = "the server cannot be reached",
                                     .summary = "the durable server is down for half an hour; the "
                                                "run begins when it is back",
                                     .typical_duration = RH_MINUTES(30)};
static const rh_fault worker_down = {.name = "worker-down",
                                     .class = RH_FAULT_TRANSIENT,
                                     .retryable = true,
                                     .message = "no worker polls the task queue",
                                     .summary = "no worker polls for ten minutes; the run begins "
                                                "when one does",
                                     .typical_duration = RH_MINUTES(10)};
static const rh_fault broken_deploy = {.name = "nondeterministic-deploy",
                                       .class = RH_FAULT_PERMANENT,
                                       .message = "the code of the workflow is not that of its "
                                                  "history",
                                       .summary = "a deploy has changed the workflow under its "
                                                  "runs; they wait until somebody rolls it back"};

static const rh_risk server_risk = {&server_down, 1000};
static const rh_risk worker_risk = {&worker_down, 2000};
static const rh_risk deploy_risk = {&broken_deploy, 1000};

const char *const rh_served_assumptions[] = {
    "What is durable pays for itself, in rates that are suggested, not measured: in 1 of 1,000 "
    "releases its server is down (30 min), in 2 no worker polls (10 min), in 1 a deploy has broken "
    "the workflow (a human). What servers and workers cost to run is not counted.",
    NULL};

static int given(rh_env *env, void *data, rh_error *error)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    return inner->given ? inner->given(env, inner->data, error) : 0;
}

static bool strikes(rh_env *env, const char *path, const rh_risk *risk)
{
    return rh_prompt_point(env, path, &(rh_risks){risk, 1, risk->per_million}) != NULL;
}

static uint32_t start(rh_env *env, rh_duration at, void *data)
{
    const rh_served_subject *served = data;
    uint32_t interventions = 0;
    if (strikes(env, "(server)", &server_risk))
        at += server_down.typical_duration;
    if (strikes(env, "(worker)", &worker_risk))
        at += worker_down.typical_duration;
    if (served->human && strikes(env, "(deploy)", &deploy_risk)) {
        at += served->human;
        interventions++;
    }
    return interventions + served->inner->start(env, at, served->inner->data);
}

static bool again(rh_env *env, uint32_t nth, void *data)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    return inner->again && inner->again(env, nth, inner->data);
}

static const char *stands_for(const rh_call *call, void *data)
{
    const rh_subject *inner = ((const rh_served_subject *)data)->inner;
    return inner->stands_for(call, inner->data);
}

rh_subject rh_subject_of_served(const char *name, rh_served_subject *served)
{
    return (rh_subject){
        .name = name,
        .given = given,
        .start = start,
        .again = again,
        .stands_for = served->inner->stands_for ? stands_for : NULL,
        .module = served->inner->module,
        .data = served,
    };
}
