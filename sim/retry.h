/* Retry policies: defaults, validation, intervals and the decision whether to try again, as the
 * Temporal server takes it. */
#ifndef RH_RETRY_H
#define RH_RETRY_H

#include "rehearse/workflow.h"
#include "sim/base/text.h"

/* A policy with its defaults filled in. */
typedef struct rh_retry_policy_filled {
    rh_duration initial_interval;
    double backoff_coefficient;
    rh_duration maximum_interval;
    int32_t maximum_attempts;               /* 0: unlimited */
    const char *const *non_retryable_types; /* NULL-terminated, or NULL */
} rh_retry_policy_filled;

/* Whether all fields are unset. */
bool rh_retry_is_unset(const rh_retry_policy *policy);
/* Each unset field gets the server's default (retry_policy.go:70-101). The list of types is shared;
 * rh_retry_fill copies it. */
rh_retry_policy_filled rh_retry_defaults(const rh_retry_policy *policy);
rh_retry_policy_filled rh_retry_fill(rh_arena *arena, const rh_retry_policy *policy);
/* What the server refuses (retry_policy.go:103-140), on a filled policy: false, and why in
 * `message`. With maximum_attempts 1 nothing else is looked at. */
bool rh_retry_valid(const rh_retry_policy_filled *policy, rh_text *message);

/* The wait after attempt n (from 1): initial x coefficient^(n-1) in float64 as Go computes it,
 * truncated to ns, saturated, capped by the maximum (backoff/retry.go:178). No jitter. */
rh_duration rh_retry_interval(const rh_retry_policy_filled *policy, int32_t attempt);

/* Whether the policy lets this failure be tried again; looks at the top failure only
 * (retry_policy.go:27-64). */
bool rh_retry_is_retryable(const rh_retry_policy_filled *policy, const rh_failure *failure);

/* In this order: no policy, cancel requested, schedule timeouts, non-retryable, attempts used up,
 * no room before `expiration` (0: none; a retry exactly at it is allowed)
 * (mutable_state_impl.go:6868-6964). */
typedef struct rh_retry_question {
    const rh_retry_policy_filled *policy; /* NULL: none */
    const rh_failure *failure;            /* what the attempt ended with */
    int32_t attempt;
    bool cancel_requested;
    bool of_workflow; /* its next_retry_delay is capped by the maximum interval, and an explicit
                       * zero is that maximum (retry.go) */
    bool before_1_31; /* schedule timeouts say NON_RETRYABLE_FAILURE instead of TIMEOUT */
    rh_time now;
    rh_time expiration;
} rh_retry_question;

/* IN_PROGRESS: try again after *interval. */
rh_retry_state rh_retry_decide(const rh_retry_question *question, rh_duration *interval);
/* The same for a local activity, of which the worker's SDK decides. It looks through the causes of
 * the failure, knows nothing of "TemporalTimeout:" in lists, and takes a next_retry_delay of zero
 * for none (Go SDK, internal_task_handlers.go getRetryBackoffWithNowTime, error.go IsRetryable). */
rh_retry_state rh_retry_decide_local(const rh_retry_question *question, rh_duration *interval);

/* Go's math.Pow for a whole exponent >= 0: frexp and repeated squaring. glibc's pow differs in the
 * last place in about one case in ten. */
double rh_go_pow(double base, int64_t exponent);

#endif
