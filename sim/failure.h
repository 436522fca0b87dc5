/* Making failures. The public face, and the fields, are in rehearse/failure.h. */
#ifndef RH_FAILURE_H
#define RH_FAILURE_H

#include "rehearse/failure.h"
#include "sim/base/arena.h"
#include "sim/base/text.h"

/* All failures are owned by `arena`; texts and values are copied, causes are shared: they must live
 * as long. */
/* Any kind, as its parts say: "" for texts that are NULL, the hash is computed. Of an activity
 * failure its three texts are borrowed. */
const rh_failure *rh_failure_keep(rh_arena *arena, const rh_failure *parts);
const rh_failure *rh_failure_application(rh_arena *arena, const rh_failure_options *options);
/* "activity <Type> timeout", or "workflow timeout" when `message` says so; NULL: the former. */
const rh_failure *rh_failure_timeout(rh_arena *arena, rh_timeout_type type, const char *message,
                                     const rh_value *last_heartbeat, const rh_failure *cause);
const rh_failure *rh_failure_canceled(rh_arena *arena, const char *message,
                                      const rh_value *details);
/* Of an attempt that ended as canceled although nobody had asked it to: an application failure, as
 * SDKs report it. */
const rh_failure *rh_failure_unasked_cancel(rh_arena *arena, const rh_value *details);
/* A request to a run that is not there. */
const rh_failure *rh_failure_unknown_external(rh_arena *arena);
/* The server itself refuses something. */
const rh_failure *rh_failure_server(rh_arena *arena, const char *message, bool non_retryable,
                                    const rh_failure *cause);
const rh_failure *rh_failure_terminated(rh_arena *arena, const char *reason);

/* What a workflow sees of a failed activity call: wraps the cause. */
typedef struct rh_activity_failure {
    const char *activity_type, *activity_id, *identity;
    uint32_t scheduled_event_id, started_event_id;
    rh_retry_state retry_state;
    const rh_failure *cause;
} rh_activity_failure;
const rh_failure *rh_failure_activity(rh_arena *arena, const rh_activity_failure *parts);

/* What a workflow sees of a child that failed or never started: wraps the cause. */
typedef struct rh_child_failure {
    const char *workflow_type, *workflow_id, *run_id;
    uint32_t initiated_event_id, started_event_id;
    rh_retry_state retry_state;
    const rh_failure *cause;
} rh_child_failure;
const rh_failure *rh_failure_child(rh_arena *arena, const rh_child_failure *parts);

/* The whole chain, as Go's Error() prints it (internal/error.go). */
void rh_failure_write(rh_text *text, const rh_failure *failure);
const char *rh_failure_print(rh_arena *arena, const rh_failure *failure);

#endif
