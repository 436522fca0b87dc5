/* Workflows with one mistake each, and beside each its neighbour without it: for `rehearse
 * check`. */
#include "rehearse/rehearse.h"

static const rh_failure *call(rh_workflow *wf, const char *type, const rh_activity_options *options)
{
    return rh_await(wf, rh_activity(wf, type, RH_NO_ARGS, options), NULL);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

static const rh_failure *silent(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return call(wf, "Slow",
                &(rh_activity_options){.start_to_close = RH_HOURS(1),
                                       .heartbeat_timeout = RH_MINUTES(1),
                                       .retry = {.maximum_attempts = 2}});
}

static const rh_failure *hurried(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return call(wf, "Slow",
                &(rh_activity_options){.start_to_close = RH_MINUTES(2),
                                       .retry = {.maximum_attempts = 2}});
}

static const rh_failure *patient(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return call(wf, "Slow",
                &(rh_activity_options){.start_to_close = RH_HOURS(1),
                                       .heartbeat_timeout = RH_MINUTES(10)});
}

/* ---- retries --------------------------------------------------------------------------------- */

static const rh_failure *given_up(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return call(wf, "Slow",
                &(rh_activity_options){.start_to_close = RH_HOURS(1),
                                       .retry = {.maximum_attempts = 3,
                                                 .non_retryable_types =
                                                     RH_NAMES("ExitCode", "ReplyLost")}});
}

static const rh_failure *tried(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return call(wf, "Slow",
                &(rh_activity_options){.start_to_close = RH_HOURS(1),
                                       .retry = {.maximum_attempts = 3,
                                                 .non_retryable_types = RH_NAMES("ReplyLost")}});
}

/* ---- what a failure leads to ----------------------------------------------------------------- */

static const rh_activity_options once = {.start_to_close = RH_HOURS(1),
                                         .retry = {.maximum_attempts = 1}};

/* When it has failed, somebody has to say go, and nobody does. */
static const rh_failure *asks(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    if (!call(wf, "Slow", &once))
        return NULL;
    return rh_receive(wf, "go", NULL);
}

static const rh_failure *hides(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    call(wf, "Publish", &once);
    return NULL;
}

/* What it publishes may be missing, and it says so. */
static const rh_failure *warns(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    const rh_failure *failed = call(wf, "Publish", &once);
    if (failed)
        rh_warn(wf, "not published (non-fatal): %s", rh_failure_message(failed));
    return NULL;
}

static const rh_failure *tells(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    const rh_failure *failed = call(wf, "Announce", &once);
    if (failed)
        rh_warn(wf, "not announced: %s", rh_failure_message(failed));
    return NULL;
}

/* ---- the module ------------------------------------------------------------------------------ */

static void given(rh_env *env)
{
    rh_fixture_mock(env, "Slow", .takes = RH_MINUTES(5), .no_effect = true);
    rh_fixture_mock(env, "Publish", RH_EFFECTS({"github-release", "v1"}));
    rh_fixture_mock(env, "Announce", RH_EFFECTS({"chat-message", "team"}));
}

static const rh_workflow_definition workflows[] = {
    {.name = "Silent", .run = silent, .given = given},
    {.name = "Hurried", .run = hurried, .given = given},
    {.name = "Patient", .run = patient, .given = given},
    {.name = "GivenUp", .run = given_up, .given = given},
    {.name = "Tried", .run = tried, .given = given},
    {.name = "Asks", .run = asks, .given = given},
    {.name = "Hides", .run = hides, .given = given},
    {.name = "Warns", .run = warns, .given = given},
    {.name = "Tells", .run = tells, .given = given},
    {0},
};

static const rh_test tests[] = {{0}};

RH_MODULE("checked", workflows, tests)
