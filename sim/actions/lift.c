#include "sim/actions/lift.h"

#include "sim/base/timetext.h"

static const rh_duration START_TO_CLOSE = RH_MINUTES(30);
static const rh_duration HEARTBEAT_TIMEOUT = RH_MINUTES(5);
static const rh_duration HEARTBEAT_EVERY = RH_MINUTES(1);
static const rh_duration LONGEST_BACK_OFF = RH_MINUTES(1);
enum { ATTEMPTS = 3 };

static rh_duration or_default(rh_duration given, rh_duration otherwise)
{
    return given == RH_FOREVER ? 0 : given ? given : otherwise;
}

static rh_retry_policy policy_of(const rh_retry_policy *given)
{
    rh_retry_policy policy = *given;
    if (!policy.maximum_attempts)
        policy.maximum_attempts = ATTEMPTS;
    if (!policy.maximum_interval && policy.initial_interval <= LONGEST_BACK_OFF)
        policy.maximum_interval = LONGEST_BACK_OFF;
    return policy;
}

rh_lift_rules rh_lift_fill(const rh_actions_lift *lift)
{
    rh_lift_rules rules = {
        .retry = policy_of(&lift->retry),
        .start_to_close = or_default(lift->start_to_close, START_TO_CLOSE),
        .heartbeat_timeout = or_default(lift->heartbeat_timeout, HEARTBEAT_TIMEOUT),
        .heartbeat_every = or_default(lift->heartbeat_every, HEARTBEAT_EVERY),
    };
    rules.filled = rh_retry_defaults(&rules.retry);
    return rules;
}

bool rh_lift_valid(const rh_actions_lift *lift, rh_text *message)
{
    const rh_lift_rules rules = rh_lift_fill(lift);
    return rh_duration_valid(rules.start_to_close, "start_to_close", message) &&
           rh_duration_valid(rules.heartbeat_timeout, "heartbeat_timeout", message) &&
           rh_duration_valid(rules.heartbeat_every, "heartbeat_every", message) &&
           rh_retry_valid(&rules.filled, message);
}
