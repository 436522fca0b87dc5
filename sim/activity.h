/* The lifecycle of an activity call, as the Temporal server keeps it.
 *
 *              schedule                    start                  answer: result
 *   (command) ----------> SCHEDULED ------------------> STARTED ------------------> CLOSED
 *                          ^   |  schedule-to-start,       |  \  failure or timeout,   ^
 *                          |   |  schedule-to-close        |   \ no more tries         |
 *                          |   +-------------------------> | ---+----------------------+
 *             retry timer  |        cancel                 | failure, start-to-close or
 *                          |                               | heartbeat timeout: try again
 *                          +---------- BACKING_OFF <-------+
 *                                          | schedule-to-close, cancel
 *                                          +---------------------------> CLOSED
 *
 * All rules, with their sources, are in docs/semantics.md; retry decisions in sim/retry.h.
 */
#ifndef RH_ACTIVITY_H
#define RH_ACTIVITY_H

#include "sim/clock.h"
#include "sim/dialect.h"
#include "sim/host.h"
#include "sim/stage.h"

typedef enum rh_activity_state {
    RH_ACTIVITY_SCHEDULED,
    RH_ACTIVITY_STARTED,
    RH_ACTIVITY_BACKING_OFF,
    RH_ACTIVITY_CLOSED
} rh_activity_state;

typedef struct rh_activity_record rh_activity_record;
struct rh_activity_record {
    rh_execution *execution;
    rh_call *call;
    uint32_t call_index;
    uint32_t number; /* the dialect's */
    rh_activity_state state;
    bool cancel_requested;
    int32_t attempt;           /* the current or last one, from 1 */
    rh_time attempt_scheduled; /* when the current attempt was or will be scheduled */
    rh_time started;           /* STARTED: when */
    rh_time last_heartbeat;    /* of the current attempt; 0: none yet */
    rh_time expiration;        /* 0: none */
    const rh_value *heartbeat_details;
    const rh_failure *last_failure;                      /* of the last attempt that was retried */
    const char *identity;                                /* host of the last attempt */
    rh_attempt *current;                                 /* STARTED */
    rh_timeout_type timeout_type;                        /* what `timeout` stands for */
    rh_clock_timer timeout;                              /* the earliest deadline */
    rh_clock_timer retry;                                /* BACKING_OFF; or latency of dispatch */
    rh_activity_record *waiting_next, *waiting_previous; /* for a slot; see sim/world.h */
    bool waiting;
    const rh_activity_request *request; /* what the dialect asked for */
    bool is_lost;                       /* STARTED: its host is gone, and nobody knows yet */
    rh_time lost;                       /* when */
};

/* Schedules a call for a command; it is dispatched when the workflow task is over. */
rh_activity_record *rh_activity_schedule(rh_execution *execution, const rh_command *command);
/* Hands a scheduled activity to a host with a free slot, or lets it wait for one. */
void rh_activity_dispatch(rh_activity_record *activity);
/* The same, when `latency` has passed. */
void rh_activity_dispatch_after(rh_activity_record *activity, rh_duration latency);
/* Starts the next attempt on a host that has a free slot. */
void rh_activity_start(rh_activity_record *activity, rh_host_record *host);
/* The run asks for cancellation: journals it and tells a running attempt. */
void rh_activity_request_cancel(rh_activity_record *activity);
/* Second half of a cancel, when the run stays open in that task: an activity that has not started
 * closes as canceled. */
void rh_activity_cancel_unstarted(rh_activity_record *activity);
/* Its run is closing. */
void rh_activity_leave(rh_activity_record *activity);

#endif
