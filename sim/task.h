/* Workflow tasks: events to a dialect, commands back.
 *
 *   NONE -- an event --> SCHEDULED -- latency --> STARTED -- duration --> COMPLETING --> NONE
 *                            ^                       |
 *                            +--- tried again -------+ failed: nondeterminism, crash, bad command
 *                                                    | or closing without having seen all
 *                                                    | timed out: no answer came
 *
 * The code runs when a task starts; its commands are carried out when the answer arrives. What
 * happens to the run meanwhile is buffered (sim/news.h).
 *
 * A task whose code asks for local activities (sim/local.h) is held: it is answered when they are
 * over. After four fifths of the task timeout its worker answers with the commands so far, and gets
 * the next task at once (a heartbeat; Go SDK, internal_task_pollers.go).
 *
 * A task that has failed is tried again at once, by replay from the history; later attempts that
 * fail are not told of and time out, as a server has it. The same failure twice, and the run is
 * stuck.
 */
#ifndef RH_TASK_H
#define RH_TASK_H

#include "sim/execution.h"

/* How long an attempt (from 1) may take that is allowed `first` at first. From the fourth on it is
 * more: 5 s, doubled each time, at most 10 min (workflow_task_state_machine.go:1480; the server
 * takes up to a fifth of that away at random, which we do not). */
rh_duration rh_task_timeout(rh_duration first, int32_t attempt);

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
/* The answer of the started task arrives: its commands are carried out. */
void rh_task_answer(rh_execution *execution);
/* Nothing will be heard of the started task: it times out. What its code has done is forgotten. */
void rh_task_drop(rh_execution *execution);
/* Fails the started task if more is buffered than may be. */
void rh_task_bound_buffer(rh_execution *execution);
/* A local activity of a task that is held is done: its worker is to go on. */
void rh_task_wake(rh_execution *execution);
/* Goes on with a task that was woken. */
void rh_task_go_on(rh_execution *execution);
/* The worker is lost, with what it knows of the run and its local activities. */
void rh_task_lose_worker(rh_execution *execution);
/* The run is about to be closed from outside: a started task has failed, and what was buffered is
 * written. */
void rh_task_abandon(rh_execution *execution);

#endif
