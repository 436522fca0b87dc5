/* Sessions: activities that all run on one host, because the first ones leave something there.
 *
 * Creating one asks the hosts of a task queue for a place; the one that takes it signals its own
 * task queue to the run, and beats for as long as the session lasts. Activities asked for in the
 * scope of the session go to that host. When its heartbeats stop, since the host is lost, the
 * session has failed: what is open in its scope is canceled, and further activities in it fail with
 * "session has failed".
 *
 *     create --> OPEN -- rh_session_complete --> CLOSED
 *                  +---- its host is lost -----> FAILED
 *
 * The two activities by which the SDK does this stand in histories by its names; they need no
 * mocks. Source of the rules: Go SDK, session.go.
 */
#ifndef REHEARSE_SESSION_H
#define REHEARSE_SESSION_H

#include "rehearse/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_session rh_session;

typedef enum rh_session_state {
    RH_SESSION_OPEN,
    RH_SESSION_FAILED,
    RH_SESSION_CLOSED
} rh_session_state;

typedef struct rh_session_options {
    rh_duration execution_timeout; /* how long it may last; required */
    rh_duration creation_timeout;  /* how long it may take to find a host; 0: any time */
    rh_duration heartbeat_timeout; /* default 20 s; the host beats three times as often, and at
                                    * least every 10 s */
    const char *task_queue;        /* whose hosts to ask; default: that of the run */
} rh_session_options;

/* Creates a session and waits until a host has taken it. Its scope is the current one then, until
 * rh_session_complete. NULL without one: *failure (unless NULL) says why, and the scope is the one
 * before. A host takes at most 1000 at a time (`.sessions` of rh_host). Inside a session that is
 * open there can be no other. Lives as long as the run. */
RH_API rh_session *rh_session_create(rh_workflow *workflow, const rh_session_options *options,
                                     const rh_failure **failure);
/* Creates one on the host of an earlier session, also of an earlier run, by its token. While that
 * host is down it waits, up to the creation timeout. */
RH_API rh_session *rh_session_recreate(rh_workflow *workflow, const rh_value *token,
                                       const rh_session_options *options,
                                       const rh_failure **failure);
/* Leaves the scope of the session, which must be the current one (otherwise the workflow task
 * fails). One that is open is closed: what is open in its scope is canceled, and its host is told,
 * which is waited for, at most 3 s twice over. */
RH_API void rh_session_complete(rh_workflow *workflow, rh_session *session);

typedef struct rh_session_info {
    const char *id; /* a UUID */
    const char *host;
    rh_session_state state;
} rh_session_info;

/* Borrowed; its state changes with the session. */
RH_API const rh_session_info *rh_session_look(const rh_session *session);
/* For rh_session_recreate: a value that may be part of the input of a next run. */
RH_API const rh_value *rh_session_token(rh_workflow *workflow, const rh_session *session);

/* They note where they stand, as those of rehearse/workflow.h do. */
#ifndef RH_NO_PLACES
#define rh_session_create(workflow, ...) rh_session_create(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_session_recreate(workflow, ...) rh_session_recreate(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_session_complete(workflow, ...) rh_session_complete(RH_HERE_IN_(workflow), __VA_ARGS__)
#endif

#ifdef __cplusplus
}
#endif
#endif
