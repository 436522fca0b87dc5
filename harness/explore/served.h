/* What a durable engine itself can get wrong, before a run of it begins: its server is down, no
 * worker polls, a deploy has made the workflow's code another than its history says.
 *
 * A wrapper around a subject: each is a fault point of its own, "(server)", "(worker)", "(deploy)",
 * with a rate of its own, as no profile has one.
 */
#ifndef RH_EXPLORE_SERVED_H
#define RH_EXPLORE_SERVED_H

#include "harness/explore/risk.h"
#include "harness/explore/subject.h"

typedef struct rh_served_subject {
    const rh_subject *inner;
    rh_duration human; /* until somebody has rolled a broken deploy back; 0: nobody ever looks, and
                        * such a deploy is not tried */
} rh_served_subject;

rh_subject rh_subject_of_served(const char *name, rh_served_subject *served);

/* One line each: what is assumed. NULL-terminated. */
extern const char *const rh_served_assumptions[];

#endif
