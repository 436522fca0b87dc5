/* The code of a run against what somebody recorded: no clock, no stage. The caller hands over what
 * happened, workflow task by workflow task, and looks at the commands that come out.
 *
 * `world` must have been reset, and its `escape` be set; runs of this kind are not for playing.
 */
#ifndef RH_REPLAY_H
#define RH_REPLAY_H

#include "sim/execution.h"

/* What is recorded of the run itself, for rh_info. All borrowed; must live as long as the world. */
typedef struct rh_replay_facts {
    const char *run_id;
    const char *first_run_id;                       /* NULL: it is the first */
    const char *continued_run_id;                   /* the run before it; NULL: none */
    const char *parent_workflow_id, *parent_run_id; /* NULL: it is no child */
    const char *cron;
    rh_time started;
    int32_t attempt;
    rh_duration run_timeout, execution_timeout, task_timeout;
    const char *root_workflow_id, *root_run_id; /* NULL: it is its own */
    const rh_retry_policy_filled *retry;        /* NULL: none */
    const rh_value *memo, *search_attributes, *last_result;
    const rh_failure *last_failure;
} rh_replay_facts;

/* A run whose code sees nothing but what rh_replay_task hands over. */
rh_execution *rh_replay_begin(rh_world *world, const rh_start_request *request,
                              const rh_replay_facts *facts);
/* Plays one recorded workflow task. *commands are those that came out, until the next task. If the
 * code cannot go on, the execution's task_failure says why. */
rh_activation rh_replay_task(rh_execution *execution, const rh_task *task,
                             const rh_command **commands, size_t *count);

#endif
