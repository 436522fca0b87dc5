/* Queries and updates of runs.
 *
 *   update:  ADMITTED -- validator --> ACCEPTED -- handler returns --> COMPLETED
 *               |  |                      |
 *               |  +--> REJECTED          +--- the run closes --> ABORTED
 *               +------ the run closes ------> ABORTED
 *
 * A workflow task that only an update has caused is speculative: it is written into the history
 * when it has had an effect, and forgotten when all its updates were rejected (server,
 * service/history/workflow/workflow_task_state_machine.go).
 */
#ifndef RH_MESSAGE_H
#define RH_MESSAGE_H

#include "sim/execution.h"

typedef enum rh_update_state {
    RH_UPDATE_STATE_ADMITTED,
    RH_UPDATE_STATE_ACCEPTED,
    RH_UPDATE_STATE_REJECTED,
    RH_UPDATE_STATE_COMPLETED,
    RH_UPDATE_STATE_ABORTED
} rh_update_state;

/* An update has come to nothing: its run closed before a worker had seen it. */
typedef void rh_update_unseen(rh_world *world, void *data);

struct rh_update_record {
    const char *id;
    const rh_name *name;
    const rh_value *args;
    rh_update_state state;
    rh_execution *execution;
    uint32_t number;
    size_t event; /* which of the run's events tells of it */
    uint32_t accepted_event_id;
    rh_update_unseen *unseen; /* NULL: nobody cares */
    void *unseen_data;
};

/* A query that waits until the workflow task in progress is over. */
struct rh_waiting_query {
    rh_waiting_query *next;
    const rh_name *name;
    const rh_value *args;
};

/* From outside. An update with the id of an earlier one is that one: nothing happens, and NULL is
 * returned. `args` are copied. */
rh_update_record *rh_execution_update(rh_execution *execution, const char *id, const char *name,
                                      const rh_value *args);
/* The update of that id; NULL: there was none. */
rh_update_record *rh_update_find(const rh_execution *execution, const char *id);
/* Asks now, or when the workflow task that is scheduled is over; the answer is journaled. */
void rh_execution_query(rh_execution *execution, const char *name, const rh_value *args);
/* Asks the state after the last completed workflow task. */
const rh_failure *rh_execution_query_now(rh_execution *execution, const rh_name *name,
                                         const rh_value *args, const rh_value **answer);

/* For workflow tasks. Takes the rejections out of the commands from `first` on. */
void rh_updates_reject(rh_execution *execution, size_t first);
/* Journals an acceptance or a completion. */
void rh_update_apply(rh_execution *execution, const rh_command *command);
void rh_update_describe(rh_text *text, const rh_command *command);
/* The run has closed. */
void rh_updates_abort(rh_execution *execution);
/* Answers the queries that wait. */
void rh_queries_answer(rh_execution *execution);

#endif
