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
    if (!policy.maximum_interval)
        policy.maximum_interval =
            policy.initial_interval > LONGEST_BACK_OFF ? policy.initial_interval : LONGEST_BACK_OFF;
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

static void put_limit(rh_text *text, const char *what, rh_duration limit)
{
    rh_text_printf(text, ", %s ", what);
    if (limit)
        rh_duration_write(text, limit);
    else
        rh_text_puts(text, "none");
}

const char *rh_lift_text(rh_arena *arena, const rh_actions_lift *lift)
{
    const rh_lift_rules rules = rh_lift_fill(lift);
    rh_text text = rh_text_in(arena);
    rh_text_printf(&text,
                   "played by the rules of durable workflows: a step has at most %d attempt%s, ",
                   (int)rules.retry.maximum_attempts, rules.retry.maximum_attempts == 1 ? "" : "s");
    rh_text_puts(&text, "first back-off ");
    rh_duration_write(&text, rules.filled.initial_interval);
    put_limit(&text, "start-to-close", rules.start_to_close);
    put_limit(&text, "heartbeat timeout", rules.heartbeat_timeout);
    return rh_text_string(&text);
}

bool rh_lift_valid(const rh_actions_lift *lift, rh_text *message)
{
    const rh_lift_rules rules = rh_lift_fill(lift);
    return rh_duration_valid(rules.start_to_close, "start_to_close", message) &&
           rh_duration_valid(rules.heartbeat_timeout, "heartbeat_timeout", message) &&
           rh_duration_valid(rules.heartbeat_every, "heartbeat_every", message) &&
           rh_retry_valid(&rules.filled, message);
}
