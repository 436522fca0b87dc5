/* Local activities: what the worker of a run does while it runs a workflow task.
 *
 *   asked for          the code waits              answer, timeout, cancel        marker recorded
 *   --------> UNSTARTED -------------> RUNNING ------------------------> DONE ----------> CLOSED
 *                                       ^   |
 *                            retry      |   | failure or timeout, and a back-off
 *                                       |   v no longer than a workflow task may take
 *                                      BACKING_OFF
 *
 * The server knows nothing of them. The task that asked for them stays open until all have closed
 * (sim/task.h); their markers are commands of it. A longer back-off closes one with a marker that
 * says so: the code then waits for a timer and asks for another one. What a lost worker, or a task
 * that failed, has not recorded is VOID: replay asks for it again, and it runs from the beginning.
 *
 * Source: Go SDK 1.50.0, internal_task_handlers.go, internal_task_pollers.go,
 * internal_event_handlers.go.
 */
#ifndef RH_LOCAL_H
#define RH_LOCAL_H

#include "sim/execution.h"

/* For dialects, while activated: asks for local activity `number`, which counts from 0. One that
 * is asked for by replay, and known, goes on as it is. */
void rh_local_ask(rh_execution *execution, uint32_t number, const rh_local_request *request);
/* The same: the code cancels it. It ends so at once; in a back-off, when that is over. */
void rh_local_cancel(rh_execution *execution, uint32_t number);
/* The same: its marker has been told to the code. */
void rh_local_close(rh_execution *execution, uint32_t number);

/* For workflow tasks. Whether any is not closed. */
static inline bool rh_locals_are_open(const rh_execution *execution)
{
    return execution->open_locals > 0;
}
/* Starts those that are unstarted. */
void rh_locals_start(rh_execution *execution);
/* The marker of the next one that is done, in the order of their ends; NULL: none is. */
const rh_marker *rh_local_take(rh_execution *execution);
/* The task is completed: their markers stand in the history. What is not told of there, and what an
 * open one was asked for before, is asked for again by replay. */
void rh_locals_keep(rh_execution *execution);
/* Nothing of what the history does not have will be recorded. What runs goes on, or dies with its
 * worker. */
void rh_locals_forget(rh_execution *execution, bool is_worker_lost);
/* The run has closed. */
void rh_locals_leave(rh_execution *execution);

#endif
