/* Writing workflows: a workflow is a C function that asks for activities, timers and signals.
 *
 * The rules of durable code hold: everything outside goes through these functions, and the function
 * does the same each time it sees the same events. It must not read the clock, the environment or
 * random numbers, must not keep pointers in static variables, and must not block. It may be
 * abandoned at any wait (when its worker is lost) and run again from the start, against its own
 * history: so it holds nothing that would have to be freed. Memory comes from rh_workflow_alloc.
 *
 * Futures, scopes, values and failures handed out here belong to the run; nobody frees them.
 * Every function must be called from the workflow's own coroutines.
 *
 * Failures are returned, never thrown: a function that can fail returns NULL when all is well.
 */
#ifndef REHEARSE_WORKFLOW_H
#define REHEARSE_WORKFLOW_H

#include "rehearse/failure.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_workflow rh_workflow;
typedef struct rh_future rh_future;
typedef struct rh_scope rh_scope;

/* A workflow: `input` is what the run was started with (NULL if nothing); the result goes to
 * *result (NULL if not set). Returns NULL for success or the failure the run closes with; if a
 * canceled failure is in its chain, the run closes as canceled. */
typedef const rh_failure *rh_workflow_function(rh_workflow *workflow, const rh_value *input,
                                               const rh_value **result);

/* How often and when a failed try is repeated. A field that is 0 takes the server's default; a
 * policy that is all zero is the default policy for activities, and no retry for workflows.
 * Source: temporal server, common/retrypolicy/retry_policy.go. */
typedef struct rh_retry_policy {
    rh_duration initial_interval; /* default 1 s */
    double backoff_coefficient;   /* default 2.0; below 1 is refused */
    rh_duration maximum_interval; /* default 100 x initial_interval */
    int32_t maximum_attempts;     /* default unlimited; 1: never retried */
    /* NULL-terminated list of application failure types that are not retried, and
     * "TemporalTimeout:StartToClose", "TemporalTimeout:Heartbeat" for timeouts. */
    const char *const *non_retryable_types;
} rh_retry_policy;

/* A NULL-terminated list of names: RH_NAMES("InvalidToken", "PermissionDenied"). Lives as long as
 * the block it stands in, or for ever outside functions. */
#define RH_NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What a canceled activity call does to the workflow that waits for it. */
typedef enum rh_cancellation_type {
    RH_TRY_CANCEL,                 /* asks the activity to stop; the future fails at once */
    RH_WAIT_FOR_CANCELLATION,      /* asks it to stop; the future closes when the activity does */
    RH_ABANDON,                    /* asks nothing; the future fails at once */
    RH_WAIT_CANCELLATION_REQUESTED /* children only: fails when the child has been asked */
} rh_cancellation_type;

/* One of start_to_close and schedule_to_close must be set. Unset and over-long timeouts are filled
 * and capped as the server does (chasm/lib/activity/validator.go): see docs/semantics.md. */
typedef struct rh_activity_options {
    rh_duration schedule_to_close; /* first schedule to final close, all retries */
    rh_duration schedule_to_start; /* waiting for a host; never retried */
    rh_duration start_to_close;    /* one attempt */
    rh_duration heartbeat_timeout; /* between two heartbeats of one attempt */
    rh_retry_policy retry;
    rh_cancellation_type cancellation;
    const char *task_queue;  /* default: that of the run */
    const char *activity_id; /* default: the id of the scheduled event */
    const char *key;         /* names this call among those of its type, in fault points and
                              * reports; default: its first scalar argument */
    const char *summary;     /* one line for people, in the history; default: none */
} rh_activity_options;

/* Asks for an activity; `args` is a list (RH_ARGS) or NULL. Returns at once. On a canceled scope
 * the future has failed already. Options that the server would refuse fail the workflow task: the
 * run is reported as stuck, with the field's name. */
RH_API rh_future *rh_activity(rh_workflow *workflow, const char *type, const rh_value *args,
                              const rh_activity_options *options);

/* A local activity runs inside the worker, within the workflow task that asks for it; no event
 * tells of it but the marker of its end. One of the two timeouts must be set, an unset one takes
 * the other: a short start_to_close alone leaves no room for retries. */
typedef struct rh_local_activity_options {
    rh_duration schedule_to_close; /* from the call to its end, all retries */
    rh_duration start_to_close;    /* one attempt */
    rh_retry_policy retry;         /* unset fields as of activities */
    const char *key;               /* as rh_activity_options.key */
    const char *summary;           /* as rh_activity_options.summary */
} rh_local_activity_options;

/* Asks for a local activity; `args` as of rh_activity. Returns at once.
 * The workflow task goes on until it is over, and nothing else that happens to the run is seen
 * before that, or before the task's next heartbeat at four fifths of its timeout; activities and
 * timers asked for beside it start only then. A back-off longer than a workflow task is a timer of
 * the run. If the worker is lost, what no marker tells of runs again from its first attempt.
 * Its failures are the activity's own, not wrapped; a timeout says "deadline exceeded". Canceled
 * with its scope: it ends at once, with nothing but "canceled".
 * Source: Go SDK, ExecuteLocalActivity; docs/semantics.md. */
RH_API rh_future *rh_local_activity(rh_workflow *workflow, const char *type, const rh_value *args,
                                    const rh_local_activity_options *options);

/* A timer. With a duration <= 0 it has fired already. Canceled with its scope. */
RH_API rh_future *rh_timer(rh_workflow *workflow, rh_duration duration);
typedef struct rh_timer_options {
    const char *summary; /* as rh_activity_options.summary; stands in timelines, too */
} rh_timer_options;
RH_API rh_future *rh_timer_with(rh_workflow *workflow, rh_duration duration,
                                const rh_timer_options *options);
/* Waits for a timer: NULL, or a canceled failure. */
RH_API const rh_failure *rh_sleep(rh_workflow *workflow, rh_duration duration);

/* ---- runs and other runs --------------------------------------------------------------------- */

/* What starting a run does if a *closed* one had its workflow id. */
typedef enum rh_reuse_policy {
    RH_ALLOW_DUPLICATE,             /* starts */
    RH_ALLOW_DUPLICATE_FAILED_ONLY, /* starts unless the last one succeeded */
    RH_REJECT_DUPLICATE,            /* does not start */
    RH_TERMINATE_IF_RUNNING         /* as RH_ALLOW_DUPLICATE; an open one is terminated */
} rh_reuse_policy;

/* What happens to an open child when the run that started it closes, in whatever way; also when it
 * continues as new. Source: temporal server, transfer_queue_active_task_executor.go. */
typedef enum rh_parent_close {
    RH_PARENT_CLOSE_TERMINATE, /* the server's default */
    RH_PARENT_CLOSE_ABANDON,   /* nothing */
    RH_PARENT_CLOSE_REQUEST_CANCEL
} rh_parent_close;

/* Zero is the default of each. */
typedef struct rh_child_options {
    const char *workflow_id; /* default: run id of the parent, '_', the n-th child of the run */
    const char *task_queue;  /* default: that of the parent */
    rh_duration run_timeout; /* one run of it */
    rh_duration execution_timeout; /* the whole chain of its runs */
    rh_duration task_timeout;      /* default 10 s */
    rh_retry_policy retry;         /* all zero: not retried */
    bool retry_with_defaults;      /* retried by the server's default policy */
    const char *cron;              /* as in rh_run_options */
    rh_parent_close parent_close;
    rh_reuse_policy reuse;
    rh_cancellation_type cancellation;
    const rh_value *memo;              /* an object */
    const rh_value *search_attributes; /* an object */
    const char *summary, *details;     /* as in rh_run_options */
} rh_child_options;

/* Starts a child workflow. The future closes with the child's result, or with a child failure
 * (RH_FAILURE_CHILD) whose cause tells what happened; also when it could not be started. A child
 * that is retried or continues as new closes with the last of its runs. On a canceled scope the
 * future has failed already. */
RH_API rh_future *rh_child(rh_workflow *workflow, const char *type, const rh_value *input,
                           const rh_child_options *options);
/* Ready when the child has started, with its run id as result; or failed if it cannot be started.
 * Await it before the parent closes: a parent that closes in the task that asks for a child never
 * starts it, whatever its close policy. `child` must come from rh_child. */
RH_API rh_future *rh_child_started(rh_workflow *workflow, rh_future *child);
RH_API const char *rh_child_workflow_id(rh_workflow *workflow, const rh_future *child);
/* Sends a signal to a child; as rh_signal_external. */
RH_API rh_future *rh_child_signal(rh_workflow *workflow, const rh_future *child, const char *name,
                                  const rh_value *value);

/* Sends a signal to the run that has this workflow id, of whatever parent (`run_id` NULL: the
 * newest). Ready when it is delivered; failed with type "UnknownExternalWorkflowExecutionError" if
 * no such run is open, or it is the caller itself. */
RH_API rh_future *rh_signal_external(rh_workflow *workflow, const char *workflow_id,
                                     const char *run_id, const char *name, const rh_value *value);
/* Asks that run to cancel; ready when it has been asked, also if it has closed already. */
RH_API rh_future *rh_cancel_external(rh_workflow *workflow, const char *workflow_id,
                                     const char *run_id);

/* What the next run gets; what is not set stays as it is. The execution timeout goes on; a cron
 * schedule does not: it ends here, as on a server (issue 746). */
typedef struct rh_continue_options {
    const char *workflow_type;
    const char *task_queue;
    rh_duration run_timeout;
    rh_duration task_timeout;
    rh_retry_policy retry;
    const rh_value *memo;
    const rh_value *search_attributes;
} rh_continue_options;

/* What a workflow function returns to close its run and go on as a new one, with a fresh history,
 * the same workflow id and `input`: return rh_continue_as_new(wf, input, NULL). Open children meet
 * their close policy, open activities and timers are left. The next run's first task comes no
 * earlier than 1 s after the first task of this one (the server's floor). */
RH_API const rh_failure *rh_continue_as_new(rh_workflow *workflow, const rh_value *input,
                                            const rh_continue_options *options);

/* ---- waiting -------------------------------------------------------------------------------- */

/* Waits until the future is ready; returns its failure, or NULL and its result (which may be NULL)
 * in *result unless `result` is NULL. A ready future may be awaited again. */
RH_API const rh_failure *rh_await(rh_workflow *workflow, rh_future *future,
                                  const rh_value **result);
/* Waits until all are ready; results[i] is that of futures[i], or NULL where it failed (`results`
 * may be NULL). Returns the failure of the first in the array that failed. */
RH_API const rh_failure *rh_await_all(rh_workflow *workflow, rh_future *const *futures,
                                      size_t count, const rh_value **results);
/* Waits until at least one is ready and returns the position of the first ready one. `count` must
 * not be 0. */
RH_API size_t rh_await_any(rh_workflow *workflow, rh_future *const *futures, size_t count);
RH_API bool rh_is_ready(const rh_future *future);

/* A condition reads the workflow's own state and changes nothing. */
typedef bool rh_condition(void *data);
/* Waits until the condition holds, for at most `timeout` (0: as long as it takes). *met (unless
 * NULL) tells whether it holds. The condition is asked again whenever something happened to the
 * run. Returns a canceled failure if the current scope is canceled meanwhile. */
RH_API const rh_failure *rh_await_condition(rh_workflow *workflow, rh_condition *condition,
                                            void *data, rh_duration timeout, bool *met);

/* ---- coroutines ----------------------------------------------------------------------------- */

typedef const rh_failure *rh_routine(rh_workflow *workflow, void *data, const rh_value **result);
/* Runs `routine` beside the caller, cooperatively: coroutines run one at a time, in the order they
 * were made, each until it waits. The future closes with what the routine returns. `name` (copied)
 * stands in reports. */
RH_API rh_future *rh_spawn(rh_workflow *workflow, const char *name, rh_routine *routine,
                           void *data);

/* ---- cancellation scopes -------------------------------------------------------------------- */

/* Calls and timers belong to the scope that is current in their coroutine; canceling it cancels
 * them and all scopes inside it. The outermost scope is canceled when the run is. A coroutine
 * starts in the scope that was current where it was spawned. */
RH_API rh_scope *rh_scope_begin(rh_workflow *workflow);
/* A scope that the cancellation of its parents does not reach: for cleaning up. */
RH_API rh_scope *rh_scope_begin_disconnected(rh_workflow *workflow);
/* Leaves the scope; it must be the current one (otherwise the workflow task fails). */
RH_API void rh_scope_end(rh_workflow *workflow, rh_scope *scope);
RH_API void rh_scope_cancel(rh_workflow *workflow, rh_scope *scope);
/* Whether the current scope is canceled. */
RH_API bool rh_is_canceled(const rh_workflow *workflow);

/* ---- signals -------------------------------------------------------------------------------- */

/* Signals of one name queue up, also before anybody asks for them; each is received once. */
/* Waits for the next one; *value (unless NULL) is what it carries. Canceled failure as above. */
RH_API const rh_failure *rh_receive(rh_workflow *workflow, const char *name,
                                    const rh_value **value);
/* As rh_receive, for at most `timeout`; *received tells whether one came. */
RH_API const rh_failure *rh_receive_for(rh_workflow *workflow, const char *name,
                                        rh_duration timeout, const rh_value **value,
                                        bool *received);
/* Takes one that is there; false if there is none. Never waits. */
RH_API bool rh_receive_now(rh_workflow *workflow, const char *name, const rh_value **value);
/* A future that takes the next one, for rh_await_any. It takes it whether or not anybody awaits. */
RH_API rh_future *rh_next_signal(rh_workflow *workflow, const char *name);

/* ---- failures, values, memory ---------------------------------------------------------------- */

/* A retryable application failure of that type. */
RH_API const rh_failure *rh_fail(rh_workflow *workflow, const char *type, const char *format, ...)
    RH_PRINTF(3, 4);
RH_API const rh_failure *rh_fail_with(rh_workflow *workflow, const rh_failure_options *options);
/* An application failure of type "wrapError" whose cause is `cause`, as Go's fmt.Errorf with %w
 * gives: "message: text of cause". */
RH_API const rh_failure *rh_wrap(rh_workflow *workflow, const rh_failure *cause, const char *format,
                                 ...) RH_PRINTF(3, 4);

/* A copy that lives as long as the run. */
RH_API const rh_value *rh_copy(rh_workflow *workflow, const rh_value *value);
/* Reads JSON text into a value of the run; text that is not JSON fails the workflow task. */
RH_API const rh_value *rh_json(rh_workflow *workflow, const char *text);
/* A string made as printf does, living as long as the run. */
RH_API const char *rh_print(rh_workflow *workflow, const char *format, ...) RH_PRINTF(2, 3);
/* Zeroed memory that lives as long as the run. Never NULL. */
RH_API void *rh_workflow_alloc(rh_workflow *workflow, size_t size);

/* ---- telling and asking ---------------------------------------------------------------------- */

/* Log lines go to the journal, once: nothing is logged again on replay. */
RH_API void rh_log(rh_workflow *workflow, const char *format, ...) RH_PRINTF(2, 3);
RH_API void rh_warn(rh_workflow *workflow, const char *format, ...) RH_PRINTF(2, 3);

/* Virtual time, constant within a workflow task: the time at which the task started, or the last
 * local activity of it was over. */
RH_API rh_time rh_now(const rh_workflow *workflow);

/* Why a server suggests to continue as new. */
typedef enum rh_continue_reason {
    RH_HISTORY_SIZE_TOO_LARGE = 1,
    RH_TOO_MANY_HISTORY_EVENTS = 2
} rh_continue_reason;

typedef struct rh_workflow_info {
    const char *workflow_type;
    const char *workflow_id;
    const char *run_id;
    const char *task_queue;
    int32_t attempt;                /* from 1; grows with workflow retries */
    rh_time start_time;             /* of this run */
    const char *first_run_id;       /* of the chain of runs */
    const char *continued_run_id;   /* the run before this one; NULL: none */
    const char *parent_workflow_id; /* NULL: it is no child */
    const char *parent_run_id;      /* NULL: it is no child */
    const char *cron;               /* NULL: none */
    rh_duration run_timeout;        /* as the server fills it in; 0: none */
    rh_duration execution_timeout;  /* 0: none */
    rh_duration task_timeout;       /* of a workflow task */
    const rh_retry_policy *retry;   /* as the server fills it in; NULL: none */
    const char *workflow_namespace; /* "default" */
    const char *root_workflow_id;   /* of the run at the top of its family; NULL: it is that */
    const char *root_run_id;
    const rh_value *memo;              /* NULL: none */
    const rh_value *search_attributes; /* NULL: none */
    const rh_value *last_result;       /* of the last run by cron that succeeded; NULL: none */
    const rh_failure *last_failure;    /* of the run before this one; NULL: it did not fail */
    uint32_t history_length;           /* events, when the current task started */
    int64_t history_size;              /* and their bytes: names, payloads and about 50 each */
    bool continue_as_new_suggested;    /* the history has grown long */
    unsigned continue_as_new_reasons;  /* rh_continue_reason, ored */
} rh_workflow_info;

/* Borrowed; lives as long as the run. */
RH_API const rh_workflow_info *rh_info(const rh_workflow *workflow);

/* A broken promise of the workflow's own code: fails the workflow task, which is tried again by
 * replay; the same failure twice is reported as stuck. Does not return if `holds` is false. */
RH_API void rh_check_at(rh_workflow *workflow, bool holds, const char *text, const char *file,
                        int line);
#define rh_check(workflow, condition)                                                              \
    rh_check_at((workflow), (condition), #condition, __FILE__, __LINE__)

/* ---- where a call stands --------------------------------------------------------------------- */

/* Notes where the current coroutine is in the code; returns `workflow`. The macros below do it for
 * each call that asks for something, so that a difference on replay can be named with its file and
 * line. They go by the functions' names: a call in parentheses, (rh_timer)(...), notes nothing. */
RH_API rh_workflow *rh_here(rh_workflow *workflow, const char *file, int line);

#ifndef RH_NO_PLACES
#define RH_HERE_IN_(workflow) rh_here((workflow), __FILE__, __LINE__)
#define rh_activity(workflow, ...) rh_activity(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_local_activity(workflow, ...) rh_local_activity(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_child(workflow, ...) rh_child(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_child_signal(workflow, ...) rh_child_signal(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_signal_external(workflow, ...) rh_signal_external(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_cancel_external(workflow, ...) rh_cancel_external(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_timer(workflow, ...) rh_timer(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_timer_with(workflow, ...) rh_timer_with(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_sleep(workflow, ...) rh_sleep(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_await_condition(workflow, ...) rh_await_condition(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_scope_cancel(workflow, ...) rh_scope_cancel(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_receive_for(workflow, ...) rh_receive_for(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_continue_as_new(workflow, ...) rh_continue_as_new(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_log(workflow, ...) rh_log(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_warn(workflow, ...) rh_warn(RH_HERE_IN_(workflow), __VA_ARGS__)
#endif

#ifdef __cplusplus
}
#endif
#endif
