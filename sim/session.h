/* Sessions, as hosts see them: the two activities that workers of the Go SDK answer themselves.
 *
 *   creation      takes a place of the host, signals the host's own queue to the run, and beats
 *                 until it is told to stop, its completion comes, or the host shuts down
 *   completion    on the host's own queue: ends the creation
 *
 * Source: Go SDK 1.50.0, session.go. Workflows see them as include/rehearse/session.h tells.
 */
#ifndef RH_SESSION_H
#define RH_SESSION_H

#include "sim/host.h"

/* "internalSessionCreationActivity", as histories have it. */
const char *rh_session_activity(rh_session_part part);
/* The queue on which sessions of a task queue are created. */
const char *rh_session_creation_queue(rh_arena *arena, const char *task_queue);
/* Whose own queue this is; NULL: it is no host's own. */
const char *rh_session_host_of(const rh_name *queue);
/* The task queue, as a length, whose sessions are created on `queue`; all of it for other ones. */
size_t rh_session_base_length(const rh_name *queue);

/* What such an attempt does, in place of the stage. */
void rh_session_start(rh_attempt *attempt, rh_script *script);
/* An attempt of a creation is over: its place is free. */
void rh_session_leave(rh_attempt *attempt);
/* The host ends what it has: its sessions fail. */
void rh_session_shut_down(rh_host_record *host);

#endif
