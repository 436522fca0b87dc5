/* Failures: what goes wrong inside the simulated world, in Temporal's failure model.
 *
 * A failure is immutable and lives as long as the run it belongs to; nobody frees one. An *error*
 * (a bad file, a bad argument) is something else and never becomes a failure.
 *
 * Source of the model: temporal api, failure/v1; texts as Go SDK internal/error.go prints them.
 */
#ifndef REHEARSE_FAILURE_H
#define REHEARSE_FAILURE_H

#include "rehearse/export.h"
#include "rehearse/time.h"
#include "rehearse/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* name, JSON field of Temporal's Failure message */
#define RH_FAILURE_KINDS(X)                                                                        \
    X(APPLICATION, "applicationFailureInfo")                                                       \
    X(TIMEOUT, "timeoutFailureInfo")                                                               \
    X(CANCELED, "canceledFailureInfo")                                                             \
    X(TERMINATED, "terminatedFailureInfo")                                                         \
    X(SERVER, "serverFailureInfo")                                                                 \
    X(ACTIVITY, "activityFailureInfo")                                                             \
    X(CHILD, "childWorkflowExecutionFailureInfo")

typedef enum rh_failure_kind {
#define X(name, field) RH_FAILURE_##name,
    RH_FAILURE_KINDS(X)
#undef X
} rh_failure_kind;

/* In the server's order, which also settles which of two equal deadlines fires first:
 * start-to-close < schedule-to-start < schedule-to-close < heartbeat. */
#define RH_TIMEOUT_TYPES(X)                                                                        \
    X(UNSPECIFIED, "Unspecified")                                                                  \
    X(START_TO_CLOSE, "StartToClose")                                                              \
    X(SCHEDULE_TO_START, "ScheduleToStart")                                                        \
    X(SCHEDULE_TO_CLOSE, "ScheduleToClose")                                                        \
    X(HEARTBEAT, "Heartbeat")

typedef enum rh_timeout_type {
#define X(name, text) RH_TIMEOUT_##name,
    RH_TIMEOUT_TYPES(X)
#undef X
} rh_timeout_type;

/* Why a call or a run is, or is not, tried again. Numbers and names of temporal api
 * enums/v1/workflow.proto. */
#define RH_RETRY_STATES(X)                                                                         \
    X(UNSPECIFIED)                                                                                 \
    X(IN_PROGRESS)                                                                                 \
    X(NON_RETRYABLE_FAILURE)                                                                       \
    X(TIMEOUT)                                                                                     \
    X(MAXIMUM_ATTEMPTS_REACHED)                                                                    \
    X(RETRY_POLICY_NOT_SET)                                                                        \
    X(INTERNAL_SERVER_ERROR)                                                                       \
    X(CANCEL_REQUESTED)

typedef enum rh_retry_state {
#define X(name) RH_RETRY_##name,
    RH_RETRY_STATES(X)
#undef X
} rh_retry_state;

typedef struct rh_failure rh_failure;

/* Fields not named for a kind are zero. Texts are never NULL. */
struct rh_failure {
    uint8_t kind;         /* rh_failure_kind */
    uint8_t timeout_type; /* TIMEOUT: rh_timeout_type */
    uint8_t retry_state;  /* ACTIVITY, CHILD: rh_retry_state */
    bool non_retryable;   /* APPLICATION, SERVER */
    uint64_t hash;
    const char *message;
    const char *type;             /* APPLICATION: the error type that retry policies name */
    const rh_value *details;      /* APPLICATION, CANCELED; TIMEOUT: last heartbeat's details */
    rh_duration next_retry_delay; /* APPLICATION: 0 none, RH_ZERO an explicit zero */
    const rh_failure *cause;
    const char *activity_type; /* ACTIVITY */
    const char *activity_id;
    const char *identity;
    const char *workflow_type; /* CHILD */
    const char *workflow_id;
    const char *run_id;
    uint32_t scheduled_event_id; /* ACTIVITY; CHILD: of the event that asked for it */
    uint32_t started_event_id;
};

/* An application failure, as activities and workflows return them. Zero means not set. */
typedef struct rh_failure_options {
    const char *type; /* what non_retryable_types compares; "" if not set */
    const char *message;
    bool non_retryable; /* never retried, whatever the policy says */
    const rh_value *details;
    rh_duration next_retry_delay; /* replaces the policy's interval and its maximum; RH_ZERO for an
                                   * explicit zero, which ends retries with TIMEOUT (a server rule:
                                   * mutable_state_impl.go) */
    const rh_failure *cause;
} rh_failure_options;

/* The message of this failure alone; "" for NULL. Borrowed. */
RH_API const char *rh_failure_message(const rh_failure *failure);
/* The application type of this failure alone; "" if it has none. Borrowed. */
RH_API const char *rh_failure_type(const rh_failure *failure);
/* The first failure of that kind in the cause chain, beginning with this one; NULL if none. */
RH_API const rh_failure *rh_failure_as(const rh_failure *failure, rh_failure_kind kind);
/* The last failure of the cause chain; NULL for NULL. */
RH_API const rh_failure *rh_failure_root(const rh_failure *failure);
/* Writes the whole chain as Go's Error() prints it into `buffer` (cut to `size`, always
 * NUL-terminated); returns the length the whole text has. Nothing and 0 when memory is out. */
RH_API size_t rh_failure_text(const rh_failure *failure, char *buffer, size_t size);
/* "application", "timeout", ... */
RH_API const char *rh_failure_kind_name(rh_failure_kind kind);
/* "StartToClose", ... */
RH_API const char *rh_timeout_type_name(rh_timeout_type type);
/* "MAXIMUM_ATTEMPTS_REACHED", ... */
RH_API const char *rh_retry_state_name(rh_retry_state state);

#ifdef __cplusplus
}
#endif
#endif
