#include "sim/retry.h"

#include <math.h>
#include <string.h>

#include "rehearse/failure.h"

static const double GREATEST_DURATION = 9223372036854775807.0;

bool rh_retry_is_unset(const rh_retry_policy *policy)
{
    return !policy->initial_interval && policy->backoff_coefficient == 0 &&
           !policy->maximum_interval && !policy->maximum_attempts && !policy->non_retryable_types;
}

rh_retry_policy_filled rh_retry_defaults(const rh_retry_policy *policy)
{
    rh_retry_policy_filled filled = {
        .initial_interval = policy->initial_interval ? policy->initial_interval : RH_SECONDS(1),
        .backoff_coefficient = policy->backoff_coefficient != 0 ? policy->backoff_coefficient : 2.0,
        .maximum_interval = policy->maximum_interval,
        .maximum_attempts = policy->maximum_attempts,
        .non_retryable_types = policy->non_retryable_types,
    };
    if (!filled.maximum_interval) {
        rh_duration initial = filled.initial_interval;
        filled.maximum_interval = initial > INT64_MAX / 100 ? INT64_MAX : initial * 100;
    }
    return filled;
}

rh_retry_policy_filled rh_retry_fill(rh_arena *arena, const rh_retry_policy *policy)
{
    rh_retry_policy_filled filled = rh_retry_defaults(policy);
    filled.non_retryable_types = rh_arena_strings(arena, policy->non_retryable_types);
    return filled;
}

static bool refuse(rh_text *message, const char *field, const char *why)
{
    rh_text_printf(message, "retry.%s %s", field, why);
    return false;
}

static bool timeout_types_valid(const rh_retry_policy_filled *policy, rh_text *message)
{
    static const char prefix[] = "TemporalTimeout:";
    if (!policy->non_retryable_types)
        return true;
    for (const char *const *type = policy->non_retryable_types; *type; type++) {
        if (strncmp(*type, prefix, sizeof prefix - 1) != 0)
            continue;
        bool known = false;
        for (rh_timeout_type t = RH_TIMEOUT_START_TO_CLOSE; t <= RH_TIMEOUT_HEARTBEAT; t++)
            known = known || !strcmp(*type + sizeof prefix - 1, rh_timeout_type_name(t));
        if (!known) {
            rh_text_printf(message,
                           "retry.non_retryable_types: '%s' names no timeout type; expected one "
                           "of StartToClose, ScheduleToStart, ScheduleToClose, Heartbeat",
                           *type);
            return false;
        }
    }
    return true;
}

bool rh_retry_valid(const rh_retry_policy_filled *policy, rh_text *message)
{
    if (policy->maximum_attempts == 1)
        return true;
    if (policy->initial_interval < 0)
        return refuse(message, "initial_interval", "is negative");
    if (!(policy->backoff_coefficient >= 1.0))
        return refuse(message, "backoff_coefficient", "is less than 1");
    if (policy->maximum_interval < 0)
        return refuse(message, "maximum_interval", "is negative");
    if (policy->maximum_interval < policy->initial_interval)
        return refuse(message, "maximum_interval", "is less than retry.initial_interval");
    if (policy->maximum_attempts < 0)
        return refuse(message, "maximum_attempts", "is negative");
    return timeout_types_valid(policy, message);
}

/* Splits a finite positive double into a fraction in [0.5, 1) and a power of two. */
static double split(double number, int64_t *exponent)
{
    const uint64_t exponent_bits = UINT64_C(0x7ff) << 52;
    int64_t shifted = 0;
    if (number < 2.2250738585072014e-308) { /* subnormal */
        number *= 4503599627370496.0;
        shifted = 52;
    }
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    *exponent = (int64_t)(bits >> 52 & 0x7ff) - 1022 - shifted;
    bits = (bits & ~exponent_bits) | UINT64_C(1022) << 52;
    memcpy(&number, &bits, sizeof bits);
    return number;
}

/* number x 2^exponent; whatever is beyond double is infinite. */
static double scale(double number, int64_t exponent)
{
    for (; exponent > 0 && number < (double)INFINITY; exponent--)
        number += number;
    for (; exponent < 0 && number > 0; exponent++)
        number *= 0.5;
    return number;
}

double rh_go_pow(double base, int64_t exponent)
{
    if (exponent == 0 || base == 1)
        return 1;
    if (base > 1.7976931348623157e308)
        return base;
    double result = 1;
    int64_t result_exponent = 0;
    int64_t power_exponent;
    double power = split(base, &power_exponent);
    for (; exponent != 0; exponent >>= 1) {
        if (power_exponent < -4096 || power_exponent > 4096) {
            result_exponent += power_exponent;
            break;
        }
        if (exponent & 1) {
            result *= power;
            result_exponent += power_exponent;
        }
        power *= power;
        power_exponent *= 2;
        if (power < 0.5) {
            power += power;
            power_exponent--;
        }
    }
    return scale(result, result_exponent);
}

rh_duration rh_retry_interval(const rh_retry_policy_filled *policy, int32_t attempt)
{
    double factor = rh_go_pow(policy->backoff_coefficient, (int64_t)attempt - 1);
    double interval = (double)policy->initial_interval * factor;
    rh_duration rounded = interval < GREATEST_DURATION ? (rh_duration)interval : INT64_MAX;
    return rounded < policy->maximum_interval ? rounded : policy->maximum_interval;
}

static bool is_listed(const char *const *list, const char *prefix, const char *type)
{
    size_t length = strlen(prefix);
    for (; list && *list; list++)
        if (!strncmp(*list, prefix, length) && !strcmp(*list + length, type))
            return true;
    return false;
}

bool rh_retry_is_retryable(const rh_retry_policy_filled *policy, const rh_failure *failure)
{
    switch ((rh_failure_kind)failure->kind) {
    case RH_FAILURE_TERMINATED:
    case RH_FAILURE_CANCELED:
        return false;
    case RH_FAILURE_TIMEOUT:
        if (failure->timeout_type != RH_TIMEOUT_START_TO_CLOSE &&
            failure->timeout_type != RH_TIMEOUT_HEARTBEAT)
            return false;
        return !is_listed(policy->non_retryable_types, "TemporalTimeout:",
                          rh_timeout_type_name((rh_timeout_type)failure->timeout_type));
    case RH_FAILURE_SERVER:
        return !failure->non_retryable;
    case RH_FAILURE_APPLICATION:
        return !failure->non_retryable &&
               !is_listed(policy->non_retryable_types, "", failure->type);
    case RH_FAILURE_ACTIVITY:
    case RH_FAILURE_CHILD:
        break;
    }
    return true;
}

/* The first failure of each kind in the chain counts, in this order. */
static bool is_retryable_locally(const rh_retry_policy_filled *policy, const rh_failure *failure)
{
    if (rh_failure_as(failure, RH_FAILURE_TERMINATED) ||
        rh_failure_as(failure, RH_FAILURE_CANCELED))
        return false;
    const rh_failure *found = rh_failure_as(failure, RH_FAILURE_TIMEOUT);
    if (found)
        return found->timeout_type == RH_TIMEOUT_START_TO_CLOSE ||
               found->timeout_type == RH_TIMEOUT_HEARTBEAT;
    found = rh_failure_as(failure, RH_FAILURE_APPLICATION);
    return !found ||
           (!found->non_retryable && !is_listed(policy->non_retryable_types, "", found->type));
}

static bool is_schedule_timeout(const rh_failure *failure)
{
    return failure->kind == RH_FAILURE_TIMEOUT &&
           (failure->timeout_type == RH_TIMEOUT_SCHEDULE_TO_START ||
            failure->timeout_type == RH_TIMEOUT_SCHEDULE_TO_CLOSE);
}

/* A retry exactly at the expiration is allowed. */
static bool has_room(const rh_retry_question *question, rh_duration interval)
{
    if (!question->expiration)
        return true;
    return question->now <= question->expiration &&
           interval <= question->expiration - question->now;
}

rh_retry_state rh_retry_decide_local(const rh_retry_question *question, rh_duration *interval)
{
    const rh_retry_policy_filled *policy = question->policy;
    const rh_failure *failure = question->failure;
    if (question->cancel_requested)
        return RH_RETRY_CANCEL_REQUESTED;
    if (is_schedule_timeout(failure))
        return RH_RETRY_TIMEOUT;
    if (!is_retryable_locally(policy, failure))
        return RH_RETRY_NON_RETRYABLE_FAILURE;
    if (policy->maximum_attempts > 0 && question->attempt >= policy->maximum_attempts)
        return RH_RETRY_MAXIMUM_ATTEMPTS_REACHED;
    rh_duration delay = failure->kind == RH_FAILURE_APPLICATION ? failure->next_retry_delay : 0;
    *interval = delay > 0 ? delay : rh_retry_interval(policy, question->attempt);
    return *interval > 0 && has_room(question, *interval) ? RH_RETRY_IN_PROGRESS : RH_RETRY_TIMEOUT;
}

rh_retry_state rh_retry_decide(const rh_retry_question *question, rh_duration *interval)
{
    const rh_retry_policy_filled *policy = question->policy;
    const rh_failure *failure = question->failure;
    if (!policy)
        return RH_RETRY_RETRY_POLICY_NOT_SET;
    if (question->cancel_requested)
        return RH_RETRY_CANCEL_REQUESTED;
    if (is_schedule_timeout(failure) && !question->before_1_31)
        return RH_RETRY_TIMEOUT;
    if (!rh_retry_is_retryable(policy, failure))
        return RH_RETRY_NON_RETRYABLE_FAILURE;
    if (policy->maximum_attempts > 0 && question->attempt >= policy->maximum_attempts)
        return RH_RETRY_MAXIMUM_ATTEMPTS_REACHED;

    rh_duration delay = failure->kind == RH_FAILURE_APPLICATION ? failure->next_retry_delay : 0;
    bool is_no_delay = delay < 0; /* RH_ZERO, too: a delay that is set and not positive */
    if (is_no_delay && !question->of_workflow)
        return RH_RETRY_TIMEOUT;
    *interval = delay ? delay : rh_retry_interval(policy, question->attempt);
    if (question->of_workflow && (is_no_delay || *interval > policy->maximum_interval))
        *interval = policy->maximum_interval;
    return has_room(question, *interval) ? RH_RETRY_IN_PROGRESS : RH_RETRY_TIMEOUT;
}
