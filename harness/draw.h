/* What is drawn at random for calls: keyed by (seed, what for, which call, which attempt), so that
 * no other call, and no other draw of the same call, changes it. Integers only. */
#ifndef RH_HARNESS_DRAW_H
#define RH_HARNESS_DRAW_H

#include "sim/base/random.h"
#include "sim/stage.h"

/* What draws are for. */
enum {
    RH_DRAW_DURATION = 0x7461b5,
    RH_DRAW_WHETHER = 0xfa17, /* whether a random fault strikes */
    RH_DRAW_WHICH = 0xfa18,   /* and which of the catalog */
    RH_DRAW_RATE = 0xfa19,    /* whether a fault of a profile strikes */
    RH_DRAW_SPREAD = 0xfa1a,  /* how much longer than its mock says an attempt takes */
    RH_DRAW_HIT = 0xfa1b,     /* whether an outage hits an attempt */
    RH_DRAW_OUTAGE = 0xfa1c,  /* whether an outage begins in a slot of time */
    RH_DRAW_OUTAGE_AT = 0xfa1d,
    RH_DRAW_OUTAGE_LENGTH = 0xfa1e
};

/* Which call: run, type, key and number. */
uint64_t rh_call_identity(const rh_call *call);

/* From a table of equal shares in rising order (at least one entry), linear in between. */
int64_t rh_draw_quantile(const int64_t *table, size_t count, uint64_t bits);

#endif
