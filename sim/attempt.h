/* One try of an activity call: plays its script on virtual time, or stands for pending work.
 *
 * An attempt outlives the server's interest in it: timed out or abandoned it goes on in the outside
 * world, its effects happen, its answer comes too late. It learns of that by its next heartbeat.
 */
#ifndef RH_ATTEMPT_H
#define RH_ATTEMPT_H

#include "sim/clock.h"
#include "sim/dialect.h"
#include "sim/stage.h"

struct rh_host_record;

/* Who made the attempt, and is told how it goes while it is not detached. */
typedef struct rh_attempt_owner {
    /* Returns whether the attempt shall stop. */
    bool (*on_heartbeat)(void *owner, const rh_value *details);
    void (*on_result)(void *owner, const rh_value *result);
    void (*on_failure)(void *owner, const rh_failure *failure);
    void (*on_canceled)(void *owner, const rh_value *details);
    void (*on_lost)(void *owner); /* nothing will ever be heard of it */
} rh_attempt_owner;

/* What is to be tried. */
typedef struct rh_attempt_request {
    rh_execution *execution;
    const rh_call *call;
    uint32_t call_index;
    int32_t number;
    const rh_attempt_owner *owner;
    void *owner_data;
    rh_attempt **kept; /* where the owner keeps it: set before the stage is asked */
    struct rh_host_record *host;
    bool hears_at_once;                /* of a cancel: before its next heartbeat */
    bool is_child;                     /* of an inside: it takes no slot of the host */
    bool is_local;                     /* of a local activity: it takes no slot either, hears of a
                                        * cancel at once, and its heartbeats go nowhere */
    bool is_activity;                  /* its end is told to the server, when that is not down */
    const char *host_stops;            /* as of rh_activity_request; not of a child */
    const rh_value *heartbeat_details; /* of the attempt before */
    rh_inside_body *body;              /* its inside, if it has one */
    void *data;
    const rh_script *fallback;
} rh_attempt_request;

struct rh_attempt {
    rh_world *world;
    rh_attempt_request request;
    struct rh_host_record *host;
    rh_attempt *host_next, *host_previous; /* others on the host */
    int32_t number;
    rh_time started;
    bool detached; /* the server no longer waits for it */
    bool finished;
    bool pending; /* the stage answers later */
    bool told_to_stop;
    bool inside_is_over;            /* its body has returned; `step` is when the attempt ends */
    bool ends_canceled;             /* obeys a cancellation: `step` is its end */
    const struct rh_untold *untold; /* it is over and the server is down: what is told when `step`
                                     * is due */
    size_t next_heartbeat;
    int64_t periodic_heartbeats; /* so far */
    rh_script script;
    rh_clock_timer step;
    rh_inside *inside; /* if it is played from inside */
    void *data;        /* the stage's */
};

/* Starts an attempt and asks the stage what it does. A child that ends in no time is over when this
 * returns. */
rh_attempt *rh_attempt_begin(rh_world *world, const rh_attempt_request *request);
/* The server no longer waits for it. */
void rh_attempt_detach(rh_attempt *attempt);
/* It shall stop: a pending one and one with an inside are told; a script learns by its next
 * heartbeat, the script of a child at once. */
void rh_attempt_ask_to_stop(rh_attempt *attempt);
/* Its host is gone: no effect, no answer. */
void rh_attempt_vanish(rh_attempt *attempt);
/* Its host is told to stop: an attempt that hears of it (host_stops) tells its inside, or fails if
 * it has none that still runs; one that does not vanishes. */
void rh_attempt_host_stops(rh_attempt *attempt);
/* Ends it now, as canceled. */
void rh_attempt_kill(rh_attempt *attempt);
/* Ends it now, by an answer. */
void rh_attempt_end_with(rh_attempt *attempt, const rh_value *result, const rh_failure *failure);
void rh_attempt_end_canceled(rh_attempt *attempt, const rh_value *details);
/* The body of its inside has returned: it ends so, as soon as it has taken its time. */
void rh_attempt_inside_over(rh_attempt *attempt);

#endif
