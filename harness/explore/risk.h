/* Risks: the ways in which an attempt can go wrong that make a difference.
 *
 * Faults of one class that are retried alike have the same consequences for who only sees how an
 * attempt ends, so one stands for all of them, with the sum of their rates. Which there are says
 * the class of the call in the profile; their text is, where one is known, that of a typical fault
 * of the command or action.
 */
#ifndef RH_EXPLORE_RISK_H
#define RH_EXPLORE_RISK_H

#include "harness/env.h"

typedef struct rh_risk {
    const rh_fault *fault;
    uint32_t per_million; /* attempts; 0: it is only tried, never counted */
} rh_risk;

typedef struct rh_risks {
    const rh_risk *items; /* in the order of the classes of faults */
    size_t count;
    uint32_t per_million; /* of all together */
} rh_risks;

/* What an attempt has that a fault can make a difference to. */
typedef struct rh_risk_traits {
    bool has_effects, has_result;
    rh_duration takes;
} rh_risk_traits;
rh_risk_traits rh_risk_traits_of(const rh_script *script);

/* The risks of an attempt with such traits. Lives in `arena`.
 *
 * Of steps and commands that are known only what is typical for them goes wrong, and that a reply
 * is lost; and what strikes their machine (it is lost, something hangs), in proportion to their
 * time: the rate of the profile is that of ten minutes. So sed or echo, which take no time, have
 * none. With `unlikely` those are among them that the call is typical for and the profile has no
 * rate for. */
rh_risks rh_risks_of(rh_arena *arena, rh_env *env, const rh_call *call,
                     const rh_risk_traits *traits, bool unlikely);

#endif
