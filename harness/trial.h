/* A trial: one test, run in this process, and what became of it; also as JSON, in which a forked
 * process tells its parent. */
#ifndef RH_HARNESS_TRIAL_H
#define RH_HARNESS_TRIAL_H

#include "harness/env.h"
#include "harness/suite.h"

typedef struct rh_trial {
    const rh_suite_test *test;
    const rh_world_options *world;  /* what the env begins with; NULL: defaults */
    const rh_catalog *catalog;      /* the faults it knows; NULL: the library's */
    const rh_profile_text *profile; /* NULL: none */
    rh_describe *describe;          /* may be NULL */
    const rh_evidence_wish *evidence;
    rh_again_wish again;
    const struct rh_told_track *elsewhere; /* what it came to in another process, or NULL */
} rh_trial;

/* Runs the test. Fills in verdict, place, message, report, evidence, and what was counted; the
 * caller sets the rest. Texts are copied into `arena`. */
void rh_trial_run(rh_arena *arena, const rh_trial *trial, rh_test_result *result);

/* Writes what rh_trial_run fills in. */
void rh_trial_write(rh_text *text, const rh_test_result *result);
/* Reads it back. The journal is borrowed from `json`. 0, or -1 if this is not the whole of what
 * rh_trial_write writes. */
int rh_trial_read(rh_arena *arena, const char *json, size_t length, rh_test_result *result,
                  rh_error *error);

#endif
