/* What a run of a workflow file came to, as a scenario's expectations ask for it. */
#ifndef RH_HARNESS_SCENARIO_CHECK_FILE_H
#define RH_HARNESS_SCENARIO_CHECK_FILE_H

#include "harness/job_cost.h"
#include "harness/scenario.h"

/* The run that assertions look at; `of_file` is false if it is none of a workflow file. */
typedef struct rh_file_run {
    bool of_file;
    rh_arena *arena;
    rh_job_tree tree;
    const rh_value *jobs; /* what the server says of them at the end: {LABEL: {result, outputs}} */
} rh_file_run;
rh_file_run rh_file_run_of(const rh_env *env, rh_arena *arena);

/* Jobs, steps or commands of a path, one after the other: NULL `after` begins. */
const rh_job_node *rh_file_run_find(const rh_file_run *run, const char *path,
                                    const rh_job_node *after);
/* What the jobs or steps of a path came to, all of them: NONE if there is none, they differ, or are
 * not over. */
rh_conclusion rh_file_run_conclusion(const rh_file_run *run, const char *path, bool is_outcome);
/* NULL: it has no such output, or there is no such job or step. */
const rh_value *rh_file_run_output(const rh_file_run *run, const char *path, const char *name);
/* Of the jobs of a path; of all for NULL. */
rh_job_cost rh_file_run_cost(const rh_file_run *run, const char *path);
/* Where the run went wrong: the command or step that failed it first, of those below `path` unless
 * NULL. All zero if nothing did. */
rh_place rh_file_run_blame(const rh_file_run *run, const char *path);

/* Whether an expectation that only workflow files have holds, or that means something of its own
 * for them (masked); otherwise why not. */
bool rh_file_run_check(rh_env *env, const rh_expectation *expectation, rh_text *message);

#endif
