/* Workflow tasks: events to a dialect, commands back.
 *
 *   NONE -- an event --> SCHEDULED -- latency --> STARTED -- activate --> NONE (completed)
 *                            ^                       |
 *                            +--- tried again -------+ failed: nondeterminism, crash, bad command
 *
 * The second try of a failed task is made at once, by replay from the history; the same failure
 * twice and the run is stuck. Other failures back off as the server does.
 */
#ifndef RH_TASK_H
#define RH_TASK_H

#include "sim/execution.h"

/* Makes sure that a workflow task is scheduled. */
void rh_task_schedule(rh_execution *execution);
/* The same, for an update. */
void rh_task_schedule_speculative(rh_execution *execution);
/* Builds the dialect's state from the history, which there must be something of. */
rh_activation rh_task_replay(rh_execution *execution);
/* As rh_task_schedule, for a task that may not start before `at`. */
void rh_task_schedule_at(rh_execution *execution, rh_time at);
/* "schedule activity 'Build'" */
void rh_command_describe(rh_text *text, const rh_command *command);
/* "release.c:12, coroutine 'main'", as far as it is known. */
void rh_code_place_write(rh_text *text, const rh_code_place *place);

/* Runs the scheduled task of a run. */
void rh_task_run(rh_execution *execution);

#endif
