/* A run: its events, its open activities and timers, its workflow task, its end.
 *
 *   start -> RUNNING -> SUCCEEDED | FAILED | CANCELED   (commands of its code)
 *                    -> CONTINUED_AS_NEW                (the same; another run follows)
 *                    -> TERMINATED | TIMED_OUT          (from outside, by its deadline)
 *                    -> STUCK                           (the simulator's verdict)
 */
#ifndef RH_EXECUTION_H
#define RH_EXECUTION_H

#include "rehearse/world.h"
#include "sim/activity.h"
#include "sim/clock.h"
#include "sim/dialect.h"
#include "sim/journal.h"
#include "sim/schedule.h"

typedef enum rh_task_state {
    RH_TASK_NONE,
    RH_TASK_SCHEDULED,
    RH_TASK_STARTED,   /* its code runs or has run; what happens is buffered (sim/news.h) */
    RH_TASK_COMPLETING /* its commands are carried out; what happens is for the next task */
} rh_task_state;

typedef struct rh_update_record rh_update_record; /* sim/message.h */
typedef struct rh_waiting_query rh_waiting_query;
typedef struct rh_local_record rh_local_record;   /* sim/local.c */
typedef struct rh_buffered_news rh_buffered_news; /* sim/news.c */

/* A workflow timer. */
typedef struct rh_user_timer {
    rh_execution *execution;
    uint32_t number;
    uint32_t started_event_id;
    bool is_open;
    const char *id;
    rh_clock_timer timer;
} rh_user_timer;

typedef enum rh_child_state {
    RH_CHILD_INITIATED,
    RH_CHILD_STARTED,
    RH_CHILD_CLOSED
} rh_child_state;

/* A child, for the run that asked for it. */
typedef struct rh_child_run {
    rh_execution *parent;
    rh_child_record *record; /* in the journal */
    uint32_t index;          /* of `record`, from 1 */
    uint32_t number;         /* the dialect's */
    rh_child_state state;
    rh_execution *execution; /* its newest run */
} rh_child_run;

/* A completed workflow task, as far as replaying it needs. */
typedef struct rh_task_record {
    rh_time now;
    uint32_t history_length; /* events when it started */
    size_t journal_length;   /* entries then */
    int64_t unwritten_size;  /* bytes of events that are not among them */
    uint8_t suggestion;      /* rh_continue_reason, ored */
    size_t events_end;       /* it saw events up to here */
    size_t commands_end;     /* and gave commands up to here */
    size_t markers_end;      /* of which these record something */
} rh_task_record;

/* The place in the code that an entry of the journal came from. */
typedef struct rh_noted_place {
    size_t entry;
    rh_code_place place;
} rh_noted_place;

struct rh_execution {
    rh_world *world;
    rh_run_record *run; /* in the journal */
    uint32_t index;     /* of `run` */
    const rh_dialect *dialect;
    const void *definition; /* the dialect's */
    void *state;            /* the dialect's; NULL: nothing cached */
    rh_run_options options;
    uint32_t next_event_id;

    rh_event *events; /* all that its code may see */
    size_t event_count, event_capacity;
    size_t delivered;     /* of them, in completed tasks */
    rh_command *commands; /* of completed tasks, then of the current one */
    size_t command_count, command_capacity;
    size_t commands_done;   /* of completed tasks */
    rh_noted_place *places; /* in rising order of their entries */
    size_t place_count, place_capacity;
    const rh_code_place *acting; /* what runs in the dialect at the moment; NULL: it does not say */
    const rh_marker **markers;   /* of completed tasks */
    size_t marker_count, marker_capacity;
    rh_task_record *tasks;
    size_t task_count, task_capacity;

    rh_update_record **updates; /* by number */
    size_t update_count, update_capacity;
    rh_waiting_query *queries;

    rh_local_record **locals; /* local activities, by number */
    size_t local_count, local_capacity;
    size_t locals_kept; /* how many of the first ones have markers in the history */
    size_t open_locals;
    rh_local_record *locals_done, *locals_done_last; /* their code has not heard of it */
    uint32_t *local_calls;                           /* by request; indices, from 1 */
    size_t local_call_count, local_call_capacity;
    struct rh_host_record *worker; /* where they run */

    rh_task_state task_state;
    bool holds_task;            /* what happens now schedules none: more of it follows at once */
    bool task_is_held;          /* STARTED: its worker waits for local activities */
    bool task_is_woken;         /* ... and is about to go on */
    bool heartbeat_is_due;      /* ... to show that it is alive */
    bool task_is_speculative;   /* it stands in the history only if it has an effect */
    uint8_t task_activation;    /* rh_activation: how its code ended */
    int32_t task_attempt;       /* of the current task, from 1 */
    uint32_t task_scheduled_id; /* of a later attempt: where its event would stand */
    uint32_t task_started_id;
    rh_time task_scheduled, task_started; /* the current attempt */
    rh_duration task_takes;               /* its worker, for the code alone */
    rh_buffered_news *buffered;           /* what has come since it started */
    size_t buffered_count, buffered_capacity;
    uint32_t history_length; /* events when the current task started */
    size_t journal_length;   /* entries then */
    int64_t unwritten_size;  /* bytes of events that are not among them */
    uint8_t suggestion;      /* rh_continue_reason, ored */
    int64_t history_bound;   /* bytes that the history has at most; see sim/limit.h */
    int64_t history_size;    /* those of the first `sized_entries` of the journal */
    size_t sized_entries;
    bool warned_of_history;
    const char *task_failure; /* why the current activation failed */
    const char *task_cause;
    const char *last_failure;  /* why the attempt before it failed */
    bool task_is_watched;      /* the world's watcher has been asked for it */
    int32_t same_failures;     /* attempts in a row that have failed so */
    rh_execution *ready_next;  /* in the world's list of runs with a task to do */
    rh_clock_timer task_timer; /* first-task back-off, latency; its answer or its timeout */

    rh_activity_record **activities; /* by number */
    size_t activity_count, activity_capacity;
    size_t open_activities;
    rh_user_timer **timers; /* by number */
    size_t timer_count, timer_capacity;
    rh_child_run **children; /* by number; NULL where a number was given up */
    size_t child_count, child_capacity;
    size_t open_children;
    rh_child_run *as_child;      /* for the run whose child it is; NULL: none */
    const rh_schedule *schedule; /* by which it runs; NULL: none */

    bool cancel_requested;
    rh_clock_timer deadline; /* run timeout */
    rh_time execution_time;  /* when its first task may run */
    bool is_elsewhere;       /* see rh_start_request */
};

/* What a run is started with. Texts and values are copied. */
typedef struct rh_start {
    const rh_dialect *dialect;
    const void *definition; /* the dialect's; borrowed */
    const char *workflow_type;
    const rh_value *input;
    rh_run_options options; /* workflow_id must be set; `at` is not used here */
    const rh_name *signal;  /* there before its first task; NULL: none */
    const rh_value *signal_value;
    bool is_elsewhere; /* on another server: no outage of the world's stops it (sim/outage.h) */
} rh_start_request;

/* Starts a run now. Impossible options are refused: NULL, and why in `message`, naming the field.
 * Whether its workflow id is free is for the caller to ask (rh_chain_admit). */
rh_execution *rh_execution_start(rh_world *world, const rh_start_request *request,
                                 rh_text *message);
/* A run of a world, with an empty record: texts are "", it stands for itself. */
rh_execution *rh_execution_new(rh_world *world);
/* The newest run with that workflow id; NULL if there is none. */
rh_execution *rh_execution_find(const rh_world *world, const char *workflow_id);

static inline bool rh_execution_is_open(const rh_execution *execution)
{
    return execution->run->status == RH_RUN_RUNNING;
}

/* From outside, or from another run (`sender`; NULL: outside). */
void rh_execution_signal_from(rh_execution *execution, const rh_execution *sender,
                              const rh_name *name, const rh_value *value);
void rh_execution_request_cancel_from(rh_execution *execution, const rh_execution *sender);
void rh_execution_signal(rh_execution *execution, const char *name, const rh_value *value);
void rh_execution_request_cancel(rh_execution *execution);
void rh_execution_terminate(rh_execution *execution, const char *reason);
/* The simulator's verdict: it can never go on. */
void rh_execution_stuck(rh_execution *execution, const char *why);

/* Closes the run by a command of its code; a failure may be retried as a new run. */
void rh_execution_complete(rh_execution *execution, const rh_value *result);
void rh_execution_fail(rh_execution *execution, const rh_failure *failure);
void rh_execution_cancel(rh_execution *execution, const rh_value *details);
void rh_execution_continue(rh_execution *execution, const rh_command *command);

/* An event for its code, for the workflow task that comes next. What happens to a run goes through
 * rh_news_hear. */
void rh_execution_tell(rh_execution *execution, const rh_event *event);
/* Journals an entry of this run. With a kind of the history it gets the next event id, which is
 * returned (0 otherwise). `entry->time`, `run` and `event_id` are filled in here. */
uint32_t rh_execution_journal(rh_execution *execution, rh_entry *entry);

/* Notes that the next entry of the journal comes from this place, if anything is known of it. */
void rh_execution_note_place(rh_execution *execution, const rh_code_place *place);
/* What was noted for an entry; NULL if nothing was. */
const rh_code_place *rh_execution_place_of(const rh_execution *execution, size_t entry);

/* Timers of commands. */
void rh_execution_start_timer(rh_execution *execution, const rh_command *command);
void rh_execution_cancel_timer(rh_execution *execution, const rh_command *command);

/* For dialects, while activated. */
rh_command *rh_execution_command(rh_execution *execution, rh_command_kind kind);
void rh_execution_log(rh_execution *execution, rh_entry_kind kind, const rh_name *name,
                      const char *text);
/* The code cannot go on: `cause` is a server's cause ("WorkflowWorkerUnhandledFailure"); returns
 * RH_ACTIVATION_FAILED. */
rh_activation rh_execution_fail_task(rh_execution *execution, const char *cause,
                                     const char *message);

#endif
