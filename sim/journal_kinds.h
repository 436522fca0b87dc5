/* The kinds of journal entries: one list, for the enum, the names in JSON and the docs.
 *
 * KIND(NAME, "name in JSON Lines", "event of the Temporal history" or NULL)
 *
 * An entry with a history event is visible to workflow code and has an event id; the others are
 * the simulator's own. Above each stands which fields of rh_entry (sim/journal.h) it uses. Included
 * several times; no include guard.
 */

/* The world: number = seed. */
KIND(WORLD_STARTED, "world-started", NULL)
/* text = host */
KIND(HOST_LOST, "host-lost", NULL)
KIND(HOST_STOPPED, "host-stopped", NULL)
KIND(HOST_DRAINED, "host-drained", NULL)
KIND(HOST_RESTARTED, "host-restarted", NULL)
/* name = label, number = value, span = bound */
KIND(CHOICE, "choice", NULL)

/* A run: name = workflow type, text = workflow id, value = input; the rest is in its record. */
KIND(RUN_STARTED, "run-started", "WORKFLOW_EXECUTION_STARTED")
/* name = signal, value; number = the run that sent it + 1, 0: from outside */
KIND(SIGNALED, "signaled", "WORKFLOW_EXECUTION_SIGNALED")
/* number = the run that asks for it + 1, 0: from outside */
KIND(RUN_CANCEL_REQUESTED, "run-cancel-requested", "WORKFLOW_EXECUTION_CANCEL_REQUESTED")
/* value = result */
KIND(RUN_COMPLETED, "run-completed", "WORKFLOW_EXECUTION_COMPLETED")
/* failure, code = retry state */
KIND(RUN_FAILED, "run-failed", "WORKFLOW_EXECUTION_FAILED")
/* value = details */
KIND(RUN_CANCELED, "run-canceled", "WORKFLOW_EXECUTION_CANCELED")
/* text = reason */
KIND(RUN_TERMINATED, "run-terminated", "WORKFLOW_EXECUTION_TERMINATED")
/* failure, code = retry state */
KIND(RUN_TIMED_OUT, "run-timed-out", "WORKFLOW_EXECUTION_TIMED_OUT")
/* The code asks for a next run with a fresh history: value = its input; the run is `next`. */
KIND(RUN_CONTINUED, "run-continued", "WORKFLOW_EXECUTION_CONTINUED_AS_NEW")
/* Another start with the workflow id of this run is refused: name = workflow type, text = why */
KIND(START_REFUSED, "start-refused", NULL)

/* A workflow task: number = which, attempt = its attempt. */
KIND(TASK_SCHEDULED, "task-scheduled", "WORKFLOW_TASK_SCHEDULED")
KIND(TASK_STARTED, "task-started", "WORKFLOW_TASK_STARTED")
KIND(TASK_COMPLETED, "task-completed", "WORKFLOW_TASK_COMPLETED")
/* and name = cause, text = message */
KIND(TASK_FAILED, "task-failed", "WORKFLOW_TASK_FAILED")

/* A call: name = activity type, value = arguments; the rest is in its record. The call of a local
 * activity has these entries, too, as the worker sees it: they have no event ids. */
KIND(ACTIVITY_SCHEDULED, "activity-scheduled", "ACTIVITY_TASK_SCHEDULED")
KIND(ACTIVITY_CANCEL_REQUESTED, "activity-cancel-requested", "ACTIVITY_TASK_CANCEL_REQUESTED")
/* Its end: attempt = the last one, number = id of the started event that is written just before
 * this one (0: none), span = when that attempt started, code = retry state; and value = result.
 * If it is written later, its start has an entry of its own, and span is when it ended. */
KIND(ACTIVITY_COMPLETED, "activity-completed", "ACTIVITY_TASK_COMPLETED")
/* ... and failure */
KIND(ACTIVITY_FAILED, "activity-failed", "ACTIVITY_TASK_FAILED")
KIND(ACTIVITY_TIMED_OUT, "activity-timed-out", "ACTIVITY_TASK_TIMED_OUT")
/* ... and value = details */
KIND(ACTIVITY_CANCELED, "activity-canceled", "ACTIVITY_TASK_CANCELED")

/* A timer of a run: text = its id, span = duration; value = its summary, if it has one */
KIND(TIMER_STARTED, "timer-started", "TIMER_STARTED")
/* text = its id, number = id of its started event; canceled: code = 1: a wait with this timeout was
 * over before it */
KIND(TIMER_FIRED, "timer-fired", "TIMER_FIRED")
KIND(TIMER_CANCELED, "timer-canceled", "TIMER_CANCELED")

/* A child: number = its record in the journal, from 1; name = workflow type, text = workflow id.
 * value = input */
KIND(CHILD_INITIATED, "child-initiated", "START_CHILD_WORKFLOW_EXECUTION_INITIATED")
/* code = why (rh_start_cause) */
KIND(CHILD_START_FAILED, "child-start-failed", "START_CHILD_WORKFLOW_EXECUTION_FAILED")
KIND(CHILD_STARTED, "child-started", "CHILD_WORKFLOW_EXECUTION_STARTED")
/* value = result */
KIND(CHILD_COMPLETED, "child-completed", "CHILD_WORKFLOW_EXECUTION_COMPLETED")
/* failure, code = retry state */
KIND(CHILD_FAILED, "child-failed", "CHILD_WORKFLOW_EXECUTION_FAILED")
/* value = details */
KIND(CHILD_CANCELED, "child-canceled", "CHILD_WORKFLOW_EXECUTION_CANCELED")
/* code = retry state */
KIND(CHILD_TIMED_OUT, "child-timed-out", "CHILD_WORKFLOW_EXECUTION_TIMED_OUT")
KIND(CHILD_TERMINATED, "child-terminated", "CHILD_WORKFLOW_EXECUTION_TERMINATED")

/* A request to another run: number = its record in the journal, from 1; text = workflow id; of a
 * signal: name, value. */
KIND(SIGNAL_INITIATED, "signal-initiated", "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED")
KIND(SIGNAL_DELIVERED, "signal-delivered", "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED")
KIND(SIGNAL_FAILED, "signal-failed", "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED")
KIND(CANCEL_INITIATED, "cancel-initiated", "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED")
KIND(CANCEL_DELIVERED, "cancel-delivered", "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED")
KIND(CANCEL_FAILED, "cancel-failed", "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED")

/* From here to EFFECT_SKIPPED: call and attempt. text = host */
KIND(ATTEMPT_STARTED, "attempt-started", NULL)
/* value = details; text: set if nobody waits for the attempt any more */
KIND(HEARTBEAT, "heartbeat", NULL)
/* name = fault, text = its class */
KIND(FAULT, "fault", NULL)
/* value = result; of a command, here and below: number = exit status */
KIND(ATTEMPT_COMPLETED, "attempt-completed", NULL)
/* failure */
KIND(ATTEMPT_FAILED, "attempt-failed", NULL)
KIND(ATTEMPT_TIMED_OUT, "attempt-timed-out", NULL)
/* value = details */
KIND(ATTEMPT_CANCELED, "attempt-canceled", NULL)
/* Nothing will be heard of it: text = host, or why */
KIND(ATTEMPT_LOST, "attempt-lost", NULL)
/* attempt = the one that ended, span = interval */
KIND(BACK_OFF, "back-off", NULL)
/* An answer after its attempt was over, dropped: text = what it was, value or failure */
KIND(LATE_ANSWER, "late-answer", NULL)
/* Its run closed before it: text = what it was doing */
KIND(CALL_LEFT_OPEN, "call-left-open", NULL)
/* name = kind, text = key, number = how often so far, code = 1: made from what came of a failed
 * command */
KIND(EFFECT, "effect", NULL)
/* The same; an idempotency key says that it happened already. */
KIND(EFFECT_SKIPPED, "effect-skipped", NULL)

/* text */
KIND(LOG, "log", NULL)
KIND(WARNING, "warning", NULL)
/* Nobody received it before the run closed: name = signal, text = why, code = 1: never asked for */
KIND(SIGNAL_UNHANDLED, "signal-unhandled", NULL)
/* The code of the run crashed: text = what happened */
KIND(CRASHED, "crashed", NULL)
/* name = coroutine, text = what it waits for */
KIND(WAITING, "waiting", NULL)
/* text = why */
KIND(RUN_STUCK, "run-stuck", NULL)
/* The rehearsal cannot go on: text = why */
KIND(TEST_ERROR, "test-error", NULL)

/* Workflow files. A job or step is over: call, attempt; code = its outcome, number = its conclusion
 * (both rh_conclusion), text = why, if it needs saying */
KIND(CONCLUDED, "concluded", NULL)
/* A call that is never made: call, text = why */
KIND(SKIPPED, "skipped", NULL)
/* An output of a step or job: call, name, value */
KIND(OUTPUT, "output", NULL)
/* What a run shows to people: call, name = notice, warning or error, text */
KIND(ANNOTATION, "annotation", NULL)
/* A condition hangs on something that is not known: call, name = what, text = the condition, code =
 * which way it went (1: true), number = how that was decided (rh_unknown_mode) */
KIND(UNKNOWN, "unknown", NULL)
/* What the rehearsal assumes or does not model: text; said once */
KIND(NOTE, "note", NULL)
/* A job's needs are over and its `if` was looked at: name = its path, text = its file, code = 1:
 * all that it needs succeeded, number = what came of it (rh_job_verdict), value = the paths of what
 * it needs, if it needs something */
KIND(CONSIDERED, "considered", NULL)
/* A job begins to play the workflow that it calls: name = its path, text = its file, value = the
 * called file */
KIND(CALLED, "called", NULL)
/* A job or step has exceeded its timeout-minutes: call, attempt, span = how long it may take */
KIND(TIME_LIMIT, "time-limit", NULL)
/* The env or `if` of a step cannot be evaluated, which fails it: call, text = why */
KIND(REFUSED, "refused", NULL)

/* What workflow code keeps. A marker: code = its kind (rh_marker_kind), name = the same as a name,
 * text = the id or name of what it is about, number as in rh_marker, value; of a local activity:
 * call, attempt and span = its number and back-off in rh_marker, number = its
 * time, value or failure */
KIND(MARKER_RECORDED, "marker-recorded", "MARKER_RECORDED")
/* value = name -> {"type", "value"}; no value: taken away */
KIND(ATTRIBUTES_UPSERTED, "attributes-upserted", "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES")
/* value = an object; fields that are null are taken away */
KIND(MEMO_UPSERTED, "memo-upserted", "WORKFLOW_PROPERTIES_MODIFIED")

/* What a run is asked from outside. An update: name, text = its id; value = arguments */
KIND(UPDATE_REQUESTED, "update-requested", NULL)
/* and number = id of the event that scheduled the workflow task it came with */
KIND(UPDATE_ACCEPTED, "update-accepted", "WORKFLOW_EXECUTION_UPDATE_ACCEPTED")
/* failure; the same of one that the run closed before */
KIND(UPDATE_REJECTED, "update-rejected", NULL)
KIND(UPDATE_ABORTED, "update-aborted", NULL)
/* number = id of the event that accepted it; value = result, or failure */
KIND(UPDATE_COMPLETED, "update-completed", "WORKFLOW_EXECUTION_UPDATE_COMPLETED")
/* A query: name, value = arguments; answered: value or failure */
KIND(QUERIED, "queried", NULL)
KIND(QUERY_ANSWERED, "query-answered", NULL)

/* Workflow files again. A command has failed, and the script goes on as if it had not
 * mattered: call, code = why (rh_shell_fate), text = the same in words */
KIND(IGNORED, "ignored", NULL)

/* Outages of the world (sim/outage.h): text = rh_outage_name, span = how long */
KIND(OUTAGE, "outage", NULL)
KIND(OUTAGE_OVER, "outage-over", NULL)

/* A workflow task whose answer did not come in time: number = index of the task (from 1),
 * attempt, span = its timeout */
KIND(TASK_TIMED_OUT, "task-timed-out", "WORKFLOW_TASK_TIMED_OUT")
/* The start of an activity that ended while a workflow task ran: written later, as its end is */
KIND(ACTIVITY_STARTED, "activity-started", "ACTIVITY_TASK_STARTED")
