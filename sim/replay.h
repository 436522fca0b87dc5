/* The code of a run against what somebody recorded: no clock, no stage. The caller hands over what
 * happened, workflow task by workflow task, and looks at the commands that come out.
 *
 * `world` must have been reset, and its `escape` be set; runs of this kind are not for playing.
 */
#ifndef RH_REPLAY_H
#define RH_REPLAY_H

#include "sim/execution.h"

/* What is recorded of the run itself; texts are copied. */
typedef struct rh_replay_facts {
    const char *run_id;
    rh_time started;
    int32_t attempt;
} rh_replay_facts;

/* A run whose code sees nothing but what rh_replay_task hands over. */
rh_execution *rh_replay_begin(rh_world *world, const rh_start_request *request,
                              const rh_replay_facts *facts);
/* Plays one recorded workflow task. *commands are those that came out, until the next task. If the
 * code cannot go on, the execution's task_failure says why. */
rh_activation rh_replay_task(rh_execution *execution, const rh_task *task,
                             const rh_command **commands, size_t *count);

#endif
