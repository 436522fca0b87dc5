/* Children and requests to other runs: what one run does to another.
 *
 * A child:  INITIATED -- starts ------> STARTED -- its last run closes --> CLOSED
 *                     -- cannot start ----------------------------------> CLOSED
 *
 * Commands first make events (initiated); when the workflow task is complete and its run still
 * open, the server acts on them in order (rh_others_act). A run that closes in that task starts no
 * child and reaches nobody (transfer_queue_active_task_executor.go).
 */
#ifndef RH_OTHER_RUNS_H
#define RH_OTHER_RUNS_H

#include "sim/execution.h"

/* Whether the server would take the command; false, and why in `message`. */
bool rh_child_valid(const rh_child_start *start, rh_time now, rh_text *message);
bool rh_external_valid(const rh_external_request *request, rh_text *message);

/* The events of a command; `command` is one of commands. */
void rh_child_initiate(rh_execution *execution, const rh_command *command);
void rh_external_initiate(rh_execution *execution, const rh_command *command);
/* Acts on those commands of a completed task: starts children, delivers signals and cancels. */
void rh_others_act(rh_execution *execution, size_t first, size_t end);
/* A workflow id (borrowed) of which a run is open somewhere else: requests to it arrive. */
void rh_others_add_external(rh_world *world, const char *workflow_id);

/* The last run of a child has closed: tells the parent, if it is still open. */
void rh_child_closed(rh_execution *execution, const rh_entry *closing);
/* The run has closed: its open children meet their policies. */
void rh_children_left(rh_execution *execution);

#endif
