/* The lift: a workflow file played by the rules of durable workflows. A second policy over the same
 * model, server and runner: what differs is asked for here.
 *
 * Each job is a sequence of activities on one host, each step an activity: it is tried again by a
 * policy, killed at its start-to-close timeout, and given up when it no longer beats. A host that
 * is lost repeats its job's sequence on another one. What is mapped to what: docs/lift.md.
 */
#ifndef RH_ACTIONS_LIFT_H
#define RH_ACTIONS_LIFT_H

#include "sim/base/text.h"
#include "sim/inside.h"
#include "sim/retry.h"

/* Zero fields take the defaults; RH_FOREVER is "none" and "never". */
typedef struct rh_actions_lift {
    rh_retry_policy retry;         /* of steps; default 3 attempts, 1 s, x2.0, at most 1 min or
                                    * the first wait. Lost hosts are replaced by it, too */
    rh_duration start_to_close;    /* of one attempt of a step; default 30 min. The step's own
                                    * timeout-minutes make it shorter */
    rh_duration heartbeat_timeout; /* until a lost host or process is known; default 5 min */
    rh_duration heartbeat_every;   /* default 1 min */
} rh_actions_lift;

/* With defaults filled in; 0 is "none" and "never" here. */
typedef struct rh_lift_rules {
    rh_retry_policy retry;
    rh_retry_policy_filled filled;
    rh_duration start_to_close, heartbeat_timeout, heartbeat_every;
} rh_lift_rules;

rh_lift_rules rh_lift_fill(const rh_actions_lift *lift);
/* The rules in words, for reports. */
const char *rh_lift_text(rh_arena *arena, const rh_actions_lift *lift);
/* Whether a server would take it; otherwise why not, naming the field, in `message`. */
bool rh_lift_valid(const rh_actions_lift *lift, rh_text *message);

#endif
