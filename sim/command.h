/* Commands of a workflow task: whether a server would take them, and carrying them out. */
#ifndef RH_COMMAND_H
#define RH_COMMAND_H

#include "sim/execution.h"

/* Those of the current task. What a server refuses, or is pending too often, fails the task. */
rh_activation rh_commands_check(rh_execution *execution);
/* Carries out those from `first` until `end`, or until one closes the run. */
void rh_commands_apply(rh_execution *execution, size_t first, size_t end);
/* Of those: an activity that has not started closes as canceled, but only if the run stays open in
 * the task that asks for it (workflow_task_completed_handler.go:681-715). */
void rh_commands_cancel_unstarted(rh_execution *execution, size_t first, size_t end);

#endif
