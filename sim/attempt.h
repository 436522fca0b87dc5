/* One try of an activity call: plays its script on virtual time, or stands for pending work.
 *
 * An attempt outlives the server's interest in it: timed out or abandoned it goes on in the outside
 * world, its effects happen, its answer comes too late. It learns of that by its next heartbeat.
 */
#ifndef RH_ATTEMPT_H
#define RH_ATTEMPT_H

#include "sim/clock.h"
#include "sim/stage.h"

struct rh_activity_record;
struct rh_host_record;

struct rh_attempt {
    rh_world *world;
    struct rh_activity_record *activity;
    struct rh_host_record *host;
    rh_attempt *host_next, *host_previous; /* others on the host */
    int32_t number;
    rh_time started;
    bool detached; /* the server no longer waits for it */
    bool finished;
    bool pending; /* the stage answers later */
    bool told_to_stop;
    bool ends_canceled; /* obeys a cancellation: `step` is its end */
    size_t next_heartbeat;
    int64_t periodic_heartbeats; /* so far */
    rh_script script;
    rh_clock_timer step;
    void *data; /* the stage's */
};

/* Starts the attempt that `activity` is at. */
rh_attempt *rh_attempt_begin(struct rh_activity_record *activity, struct rh_host_record *host);
/* The server no longer waits for it. */
void rh_attempt_detach(rh_attempt *attempt);
/* The run asks to cancel it: a pending one is told; a script learns by its next heartbeat. */
void rh_attempt_ask_to_stop(rh_attempt *attempt);
/* Its host is gone: no effect, no answer. */
void rh_attempt_vanish(rh_attempt *attempt);

#endif
