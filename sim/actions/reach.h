/* Reach: which jobs an event starts, and which jobs no event can start.
 *
 * A job is evaluated in three-valued logic: whatever is not known (variables, outputs, results of
 * jobs that run) is unknown, and a job is out of reach only if its condition is false all the same.
 *
 * What starts a workflow is endless; it is represented by examples made from the file itself:
 * every trigger and activity type, a branch or tag for each pattern of its filters, and for each
 * text that stands in a condition, alone and put into the patterns. Everything else of an example
 * is unknown. A condition that asks three things at once of one name may escape them.
 */
#ifndef RH_ACTIONS_REACH_H
#define RH_ACTIONS_REACH_H

#include "sim/actions/event.h"

typedef struct rh_job_answer {
    const rh_actions_job *job;
    uint8_t runs;    /* rh_truth; unknown: it hangs on something that is not known */
    const char *why; /* of jobs that do not run: "its if is false: ... (release.yml:12)" */
} rh_job_answer;

/* One answer for each job of the file, in its order, for a run with these contexts (as from
 * rh_actions_event_github and rh_actions_event_inputs). */
const rh_job_answer *rh_actions_jobs_started(rh_arena *arena, const rh_actions_file *file,
                                             const rh_value *github, const rh_value *inputs);

typedef struct rh_reach_job {
    const rh_actions_job *job;
    bool is_reached;
    bool by_all; /* everything that starts the workflow reaches it */
    /* What reaches it: "push of a tag", "pull_request (closed)"; NULL-terminated. */
    const char *const *by;
    /* "only workflow_dispatch on a tag reaches it", or why nothing does; NULL if all do. */
    const char *why;
} rh_reach_job;

typedef struct rh_reach {
    const rh_reach_job *jobs; /* as many as the file has, in its order */
    size_t count;
    const char *const *starts; /* what starts the workflow, as in `by`; NULL-terminated */
} rh_reach;

void rh_actions_reach(rh_arena *arena, const rh_actions_file *file, rh_reach *reach);

#endif
