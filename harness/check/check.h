/* Checking a definition: it is played without faults, then under each fault at each fault point,
 * and the pairs of journals are looked at. Nothing has to be written for it. */
#ifndef RH_CHECK_CHECK_H
#define RH_CHECK_CHECK_H

#include "harness/check/finding.h"
#include "harness/explore/subject.h"
#include "sim/actions/catalog.h"
#include "sim/actions/model.h"
#include "sim/base/error.h"

/* A way to play the definition: an event, and what becomes of conditions on what is not known. */
typedef struct rh_check_world {
    rh_subject subject;
    const char *event; /* options of `rehearse run` that describe it; "" for a workflow in C */
    /* The same in which conditions on what is not known hold; NULL: there is none. */
    const rh_subject *holding;
} rh_check_world;

typedef struct rh_check_options {
    const rh_actions_file *file; /* NULL: a workflow in C */
    const char *root; /* in front of the paths of what the file calls and uses; NULL: nothing */
    const rh_actions_catalog *catalog; /* what actions do; NULL: nothing is known */
    const char *target;           /* of replay commands: "release.yml", "--workflows lib.so Name" */
    const rh_check_world *worlds; /* what publishes most first */
    size_t world_count;
    uint32_t most_faults; /* in one run; 0: 1 */
    size_t most_plans;    /* runs of each world; 0: as many as a large file is given */
    uint32_t jobs;        /* threads; the findings do not depend on it */
} rh_check_options;

/* What can go wrong with a call, whatever it is called: one fault of each class that is worth a
 * look. A profile, for rh_env_read_profile. */
extern const char rh_check_profile[];

/* Findings live in `arena`. 0, or -1 with an error: a world cannot be played. */
int rh_check_definition(rh_arena *arena, const rh_check_options *options, rh_findings *findings,
                        rh_error *error);

#endif
