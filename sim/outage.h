/* Outages: times in which the server of the world is away, or its workflow code does not run.
 *
 * While the server is down no workflow task runs, nothing is dispatched or tried again, and its
 * timers wait; what runs on hosts goes on, does what it does to the world, and its answers are told
 * when the server is back, before timers that are then overdue. Heartbeats count as heard: an
 * outage alone makes nobody miss one.
 *
 * While no worker runs workflow code, workflow tasks wait. While a deploy is bad they fail and are
 * tried again until it is mended: none runs. Everything else goes on.
 *
 * Runs that are elsewhere (rh_start_request) have another server, GitHub's: none of this stops
 * them, but that one may be down, too. Timers are not told apart: those of all runs wait for either
 * server.
 */
#ifndef RH_OUTAGE_H
#define RH_OUTAGE_H

#include "sim/world.h"

typedef enum rh_outage_kind {
    RH_OUTAGE_SERVER,
    RH_OUTAGE_WORKER,
    RH_OUTAGE_DEPLOY,
    RH_OUTAGE_ELSEWHERE, /* the other server */
    RH_OUTAGE_KINDS
} rh_outage_kind;

/* "server", "worker", "deploy", "github" */
const char *rh_outage_name(rh_outage_kind kind);
/* Begins now and lasts so long (> 0); one that is on already is over when the later one is.
 * Journaled, with its end. */
void rh_outage_begin(rh_world *world, rh_outage_kind kind, rh_duration lasts);

/* The same, behind what ends at this instant and is still heard of, and before workflow tasks. */
void rh_outage_come(rh_world *world, rh_outage_kind kind, rh_duration lasts);
/* Begins those that have come; false: none had. */
bool rh_outages_begin(rh_world *world);

/* Whether an outage of the kind is on. */
static inline bool rh_outage_is_on(const rh_world *world, rh_outage_kind kind)
{
    return world->outage_ends[kind] > world->clock.now;
}

/* Until when timers of servers wait; the past, if they do not. */
static inline rh_time rh_outage_timers_go_on(const rh_world *world)
{
    rh_time own = world->outage_ends[RH_OUTAGE_SERVER];
    rh_time other = world->outage_ends[RH_OUTAGE_ELSEWHERE];
    return own > other ? own : other;
}

/* Until when the server of a run is away; the past, if it is there. */
static inline rh_time rh_outage_server_back(const rh_execution *execution)
{
    return execution->world
        ->outage_ends[execution->is_elsewhere ? RH_OUTAGE_ELSEWHERE : RH_OUTAGE_SERVER];
}

static inline bool rh_outage_stops_server(const rh_execution *execution)
{
    return rh_outage_server_back(execution) > execution->world->clock.now;
}

/* Whether one of them keeps the workflow tasks of a run waiting. */
static inline bool rh_outage_stops_tasks(const rh_execution *execution)
{
    return rh_outage_stops_server(execution) ||
           (!execution->is_elsewhere && (rh_outage_is_on(execution->world, RH_OUTAGE_WORKER) ||
                                         rh_outage_is_on(execution->world, RH_OUTAGE_DEPLOY)));
}

#endif
