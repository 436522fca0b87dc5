/* Outages: times in which the server of the world is away, or its workflow code does not run.
 *
 * While the server is down no workflow task runs, nothing is dispatched or tried again, and its
 * timers wait; what runs on hosts goes on, does what it does to the world, and its answers are told
 * when the server is back, before timers that are then overdue. Heartbeats count as heard: an
 * outage alone makes nobody miss one.
 *
 * While a deploy is bad, workflow tasks fail and are tried again until it is mended: none runs.
 * Everything else goes on.
 */
#ifndef RH_OUTAGE_H
#define RH_OUTAGE_H

#include "sim/world.h"

typedef enum rh_outage_kind { RH_OUTAGE_SERVER, RH_OUTAGE_DEPLOY, RH_OUTAGE_KINDS } rh_outage_kind;

/* "server", "deploy" */
const char *rh_outage_name(rh_outage_kind kind);
/* Begins now and lasts so long (> 0); one that is on already is over when the later one is.
 * Journaled, with its end. */
void rh_outage_begin(rh_world *world, rh_outage_kind kind, rh_duration lasts);

/* Whether an outage of the kind is on. */
static inline bool rh_outage_is_on(const rh_world *world, rh_outage_kind kind)
{
    return world->outage_ends[kind] > world->clock.now;
}

#endif
