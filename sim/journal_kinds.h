/* The kinds of journal entries: one list, for the enum, the names in JSON and the docs.
 *
 * X(NAME, "name in JSON Lines", "Temporal history event" or NULL)
 *
 * An entry with a history event is visible to workflow code and has an event id; the others are the
 * simulator's own. Which fields an entry uses stands beside it; see rh_entry in sim/journal.h.
 */
#ifndef RH_JOURNAL_KINDS_H
#define RH_JOURNAL_KINDS_H

#define RH_ENTRY_KINDS(X)                                                                          \
    /* the world: number = seed */                                                                 \
    X(WORLD_STARTED, "world-started", NULL)                                                        \
    /* text = host */                                                                              \
    X(HOST_LOST, "host-lost", NULL)                                                                \
    X(HOST_DRAINED, "host-drained", NULL)                                                          \
    X(HOST_RESTARTED, "host-restarted", NULL)                                                      \
    /* name = label, number = value, span = bound */                                               \
    X(CHOICE, "choice", NULL)                                                                      \
    /* a run: name = workflow type, text = workflow id, value = input; the rest in rh_run_record */       \
    X(RUN_STARTED, "run-started", "WORKFLOW_EXECUTION_STARTED")                                    \
    /* name = signal, value */                                                                     \
    X(SIGNALED, "signaled", "WORKFLOW_EXECUTION_SIGNALED")                                         \
    X(RUN_CANCEL_REQUESTED, "run-cancel-requested", "WORKFLOW_EXECUTION_CANCEL_REQUESTED")         \
    X(RUN_COMPLETED, "run-completed", "WORKFLOW_EXECUTION_COMPLETED") /* value = result */         \
    /* failure, code = retry state */                                                              \
    X(RUN_FAILED, "run-failed", "WORKFLOW_EXECUTION_FAILED")                                       \
    X(RUN_CANCELED, "run-canceled", "WORKFLOW_EXECUTION_CANCELED")                                 \
    X(RUN_TERMINATED, "run-terminated", "WORKFLOW_EXECUTION_TERMINATED") /* text = reason */       \
    X(RUN_TIMED_OUT, "run-timed-out", "WORKFLOW_EXECUTION_TIMED_OUT") /* code = retry state */     \
    /* number = number of the task, attempt = its attempt */                                       \
    X(TASK_SCHEDULED, "task-scheduled", "WORKFLOW_TASK_SCHEDULED")                                 \
    X(TASK_STARTED, "task-started", "WORKFLOW_TASK_STARTED")                                       \
    X(TASK_COMPLETED, "task-completed", "WORKFLOW_TASK_COMPLETED")                                 \
    X(TASK_FAILED, "task-failed", "WORKFLOW_TASK_FAILED") /* name = cause, text = message */       \
    /* call; name = activity type, value = arguments; the rest in rh_call */                       \
    X(ACTIVITY_SCHEDULED, "activity-scheduled", "ACTIVITY_TASK_SCHEDULED")                         \
    X(ACTIVITY_CANCEL_REQUESTED, "activity-cancel-requested", "ACTIVITY_TASK_CANCEL_REQUESTED")    \
    /* call, attempt = the last one, number = id of the started event written just before it (0:   \
     * none), span = when that attempt started, code = retry state */                              \
    X(ACTIVITY_COMPLETED, "activity-completed", "ACTIVITY_TASK_COMPLETED") /* value = result */    \
    X(ACTIVITY_FAILED, "activity-failed", "ACTIVITY_TASK_FAILED")          /* failure */           \
    X(ACTIVITY_TIMED_OUT, "activity-timed-out", "ACTIVITY_TASK_TIMED_OUT") /* failure */           \
    X(ACTIVITY_CANCELED, "activity-canceled", "ACTIVITY_TASK_CANCELED")    /* value = details */   \
    /* text = timer id, span = duration; number = its started event's id in the other two */       \
    X(TIMER_STARTED, "timer-started", "TIMER_STARTED")                                             \
    X(TIMER_FIRED, "timer-fired", "TIMER_FIRED")                                                   \
    X(TIMER_CANCELED, "timer-canceled", "TIMER_CANCELED")                                          \
    /* call and attempt in all that follow down to EFFECT_SKIPPED; text = host */                  \
    X(ATTEMPT_STARTED, "attempt-started", NULL)                                                    \
    X(HEARTBEAT, "heartbeat", NULL)                 /* value = details */                          \
    X(FAULT, "fault", NULL)                         /* name = fault, text = its class */           \
    X(ATTEMPT_COMPLETED, "attempt-completed", NULL) /* value = result */                           \
    X(ATTEMPT_FAILED, "attempt-failed", NULL)       /* failure */                                  \
    X(ATTEMPT_TIMED_OUT, "attempt-timed-out", NULL) /* failure */                                  \
    X(ATTEMPT_CANCELED, "attempt-canceled", NULL)   /* value = details */                          \
    X(ATTEMPT_LOST, "attempt-lost", NULL)           /* its host is gone; text = host */            \
    X(BACK_OFF, "back-off", NULL) /* attempt = the one that ended, span = interval */              \
    X(LATE_ANSWER, "late-answer", NULL)      /* came after its attempt was over: dropped; text */  \
    X(CALL_LEFT_OPEN, "call-left-open", NULL) /* its run closed before it; text = its state */     \
    /* name = kind, text = key, number = how often so far */                                       \
    X(EFFECT, "effect", NULL)                                                                      \
    X(EFFECT_SKIPPED, "effect-skipped", NULL) /* an idempotency key says it happened already */    \
    X(LOG, "log", NULL)                       /* text */                                           \
    X(WARNING, "warning", NULL)               /* text */                                           \
    X(SIGNAL_UNHANDLED, "signal-unhandled", NULL) /* name; nobody received it before the close */  \
    /* text = what happened; the code of the run crashed */                                        \
    X(CRASHED, "crashed", NULL)                                                                    \
    X(WAITING, "waiting", NULL) /* name = coroutine, text = what it waits for */                   \
    X(RUN_STUCK, "run-stuck", NULL) /* text = why */                                               \
    X(TEST_ERROR, "test-error", NULL) /* the rehearsal cannot go on; text = why */

#endif
