/* What a run of a workflow file costs: its jobs' minutes, each rounded up, by the dated price list
 * of sim/actions/prices.h. */
#ifndef RH_HARNESS_JOB_COST_H
#define RH_HARNESS_JOB_COST_H

#include "harness/job_tree.h"

typedef struct rh_job_cost {
    int64_t micro_usd;
    int64_t minutes;
    size_t unpriced;            /* jobs on runners whose price is not known */
    const char *unpriced_label; /* of the first of them */
} rh_job_cost;

/* Jobs that never started cost nothing. */
rh_job_cost rh_job_cost_of(rh_arena *arena, const rh_job_tree *tree);
/* Adds what one job costs. */
void rh_job_cost_add(rh_arena *arena, const rh_job_tree *tree, const rh_job_node *job,
                     rh_job_cost *cost);

#endif
