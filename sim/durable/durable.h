/* The first dialect: workflows as C functions on coroutines.
 *
 * rh_workflow is the cached state of one run: its coroutines ("routines"), the futures of its
 * activities and timers, its scopes and signals. All of it lives in the world's arena and is made
 * again by replay after an eviction.
 *
 * One task: apply the events, in order; then run the routines that can go on, in the order of their
 * making, each until it waits, again and again until none can (as Go's dispatcher does,
 * internal_workflow.go ExecuteUntilAllBlocked).
 */
#ifndef RH_DURABLE_DURABLE_H
#define RH_DURABLE_DURABLE_H

#include "rehearse/messages.h"
#include "rehearse/workflow.h"
#include "sim/world.h"

/* Its definition is a pointer to the workflow function: `rh_workflow_function *const *`. */
extern const rh_dialect rh_durable_dialect;

typedef enum rh_future_kind {
    RH_FUTURE_ACTIVITY,
    RH_FUTURE_TIMER,
    RH_FUTURE_ROUTINE,
    RH_FUTURE_SIGNAL,  /* the next one */
    RH_FUTURE_RECEIVE, /* the next value of a channel */
    RH_FUTURE_SEND,    /* room in a channel */
    RH_FUTURE_SELECT,  /* the decision of a selection */
    RH_FUTURE_PROMISE, /* settled by code */
    RH_FUTURE_CHILD,
    RH_FUTURE_CHILD_STARTED,
    RH_FUTURE_EXTERNAL, /* the answer of another run */
    RH_FUTURE_LOCAL,    /* a local activity, with all that its retries need */
    RH_FUTURE_LOCAL_TRY /* ... as often as its worker tries it by itself */
} rh_future_kind;

/* What waits at a channel or, in a selection, for a future; see sim/durable/channel.h. */
typedef struct rh_parties {
    struct rh_party *first, *last;
} rh_parties;

/* A routine that wants to hear of something. Stale once the routine's wait has moved on. */
typedef struct rh_waiter {
    struct rh_waiter *next;
    uint32_t routine;
    uint64_t wait;
} rh_waiter;

/* Behind the future of a child. */
typedef struct rh_child_handle {
    const rh_child_start *start;
    rh_future *started;
    uint64_t task;     /* in which it was asked for */
    bool asks_to_stop; /* as soon as it has started */
} rh_child_handle;

struct rh_future {
    uint8_t kind; /* rh_future_kind */
    bool is_ready;
    bool more;            /* SIGNAL, RECEIVE, SEND: the channel was not closed */
    bool is_chained;      /* PROMISE: to another future */
    uint8_t cancellation; /* ACTIVITY, CHILD */
    uint32_t number;      /* ACTIVITY, TIMER, CHILD, EXTERNAL, LOCAL_TRY */
    const rh_value *result;
    const rh_failure *failure;
    rh_waiter waiter;      /* the first one; routine 0 with wait 0: none */
    rh_future *scope_next; /* in the list of its scope */
    rh_parties parties;    /* selections that wait for it */
    rh_future *chained;    /* promises that are settled as it is, newest first */
    rh_future *chain_next; /* PROMISE: in that list */
    const char *name;      /* activity or workflow type, routine, signal, channel, selection or
                            * promise; EXTERNAL: workflow id */
    const char *key;       /* ACTIVITY: or NULL */
    rh_duration duration;  /* TIMER */
    const struct rh_selector *selector; /* SELECT */
    rh_child_handle *child;             /* CHILD */
    rh_future *of;                      /* EXTERNAL: the child that it asks to stop; or NULL */
    const rh_marker *marker;            /* LOCAL_TRY: of its end */
};

/* What rh_continue_as_new has made; the code returns its failure. */
typedef struct rh_continuation {
    struct rh_continuation *next;
    const rh_failure *failure;
    const rh_value *input;
    rh_continue_options options;
} rh_continuation;

struct rh_scope {
    rh_scope *parent;   /* what becomes current again when it ends */
    rh_scope *children; /* scopes that its cancellation reaches */
    rh_scope *sibling;
    rh_future *futures; /* newest first */
    rh_waiter waiter;   /* routines that wait for a condition in it */
    bool is_canceled;
    struct rh_session *session; /* it is part of; inherited; NULL: none */
};

/* What a routine waits for, or waited for last; for reports. */
typedef struct rh_wait_place {
    enum {
        RH_WAIT_NOTHING,
        RH_WAIT_ONE,
        RH_WAIT_ALL,
        RH_WAIT_ANY,
        RH_WAIT_CONDITION,
        RH_WAIT_SHARED
    } kind;
    rh_future *const *futures; /* the caller's array; NULL once the wait is over */
    rh_future *one;            /* ONE; ALL: the first that was open */
    size_t count;
    const char *shared; /* SHARED: a count that coroutines share */
} rh_wait_place;

typedef struct rh_routine_state {
    rh_workflow *workflow;
    uint32_t index;
    const char *name;
    rh_routine *body; /* NULL: the workflow function itself */
    void *data;
    rh_scope *scope;   /* the current one */
    rh_future *future; /* closes with it; NULL for the first */
    uint64_t wait;     /* counts its waits */
    rh_wait_place place;
    rh_code_place here;           /* its last call, as rh_here says */
    bool is_eager;                /* runs before all that are not */
    const rh_update_info *update; /* that it runs for; or NULL */
    bool is_checking;             /* only asks its condition again: no progress */
    rh_coroutine coroutine;
} rh_routine_state;

typedef struct rh_kept rh_kept;
typedef struct rh_handler rh_handler;
typedef struct rh_update_run rh_update_run;

struct rh_workflow {
    rh_execution *execution;
    rh_world *world;
    rh_workflow_info info;
    size_t journal_length; /* of its task; */
    int64_t history_size;  /* this too */
    rh_time now;
    bool replaying;
    bool is_over; /* the workflow function has returned */
    rh_workflow_function *function;
    const rh_value *input;

    rh_routine_state **routines; /* by index */
    uint8_t *can_run;            /* by index */
    size_t routine_count, routine_capacity, can_run_capacity;
    uint32_t *eager; /* those that run first: the newest task's first, in order */
    size_t eager_count, eager_capacity, eager_new;
    rh_routine_state *current;
    rh_waiter *conditions; /* routines that wait for a condition */

    rh_future **activities; /* by number */
    size_t activity_count, activity_capacity;
    rh_future **timers;
    size_t timer_count, timer_capacity;
    rh_future **children;
    size_t child_count, child_capacity;
    rh_future **externals;
    size_t external_count, external_capacity;
    rh_future **locals;
    size_t local_count, local_capacity;
    uint32_t local_calls;           /* asked for by the code, without retries */
    rh_continuation *continuations; /* newest first */
    uint64_t task;                  /* the number of the current one */
    rh_scope *root;
    struct rh_signal_queue *signals; /* in the order first heard of */
    const char *broken;              /* a failed rh_check: why */
    const char *broken_cause;        /* the server's word for it; NULL: the usual one */

    const char *read_only; /* what runs and must change nothing: "side effect 'x'"; or NULL */
    rh_handler *handlers;  /* of queries and updates, in the order they were set */
    bool has_update_handlers;
    rh_update_run *updates;          /* whose handlers run, newest first */
    rh_kept *kept;                   /* what record.c knows, newest first */
    const rh_marker *const *markers; /* of the history, for the task that is replayed */
    size_t marker_count;
    size_t side_effects;       /* of them, up to where they are taken */
    int64_t side_effect_count; /* of the run so far */
};

/* ---- routines (routine.c) -------------------------------------------------------------------- */

/* A routine of the workflow, ready to run for the first time. */
rh_routine_state *rh_routine_add(rh_workflow *workflow, const char *name, rh_routine *body,
                                 void *data);
/* The same, to run before all that are there; those of one task in order. */
rh_routine_state *rh_routine_add_eager(rh_workflow *workflow, const char *name, rh_routine *body,
                                       void *data);
/* Runs a routine by itself, now, which must not wait: NULL, or why it could not go on. */
const char *rh_routine_run_alone(rh_workflow *workflow, const char *name, rh_routine *body,
                                 void *data);
/* Inside: lets the others run. */
void rh_routine_yield(rh_workflow *workflow);
/* Runs all that can run until none can. */
rh_activation rh_routines_run(rh_workflow *workflow);
/* Gives all stacks back. */
void rh_routines_release(rh_workflow *workflow);
/* Inside: the current routine waits until woken. */
void rh_routine_wait(rh_workflow *workflow, const rh_wait_place *place);
/* Wakes the current routine's next wait when the future or scope changes. */
void rh_routine_listen(rh_workflow *workflow, rh_waiter *first);
/* Wakes whoever listens. */
void rh_routines_wake(rh_workflow *workflow, rh_waiter *first);
/* Inside: the code cannot go on. */
_Noreturn void rh_routine_break(rh_workflow *workflow, const char *why);

/* A command of the code. */
rh_command *rh_workflow_command(rh_workflow *workflow, rh_command_kind kind);
/* Fails the task if what runs now must change nothing; `what` is what it tries to do. */
void rh_check_writable(rh_workflow *workflow, const char *what);
/* What the history has recorded in a task that is replayed (record.c). */
void rh_records_begin(rh_workflow *workflow, const rh_task *task);

/* ---- futures (future.c) ---------------------------------------------------------------------- */

rh_future *rh_future_new(rh_workflow *workflow, rh_future_kind kind, const char *name);
/* Settles a future once; later calls do nothing. */
void rh_future_settle(rh_workflow *workflow, rh_future *future, const rh_value *result,
                      const rh_failure *failure);
/* Its scope is canceled. */
void rh_future_cancel(rh_workflow *workflow, rh_future *future);
/* The timer of a wait that is over: cancels it, as a wait does. */
void rh_future_end_wait(rh_workflow *workflow, rh_future *timer);
/* Puts it into the current scope; on a canceled one it is settled as canceled: true. */
bool rh_future_enter_scope(rh_workflow *workflow, rh_future *future);
void rh_future_describe(rh_text *text, const rh_future *future);
/* What a routine waits for; `only_open`: of several futures those that are not ready. */
void rh_wait_describe(rh_text *text, const rh_wait_place *place, bool only_open);

/* ---- queries and updates (message.c) --------------------------------------------------------- */

void rh_update_begin(rh_workflow *workflow, const rh_event *event);
void rh_updates_report_unfinished(rh_workflow *workflow);
const rh_failure *rh_workflow_query(rh_workflow *workflow, const char *name, const rh_value *args,
                                    const rh_value **answer);
void rh_workflow_tell_waiting(const rh_workflow *workflow, rh_tell_waiting *tell, void *context);
/* ---- children and other runs (child.c, external.c) ------------------------------------------- */

void rh_child_has_started(rh_workflow *workflow, rh_future *child, const rh_value *run_id);
void rh_child_has_closed(rh_workflow *workflow, rh_future *child, const rh_event *event);
/* Its scope is canceled. */
void rh_child_cancel(rh_workflow *workflow, rh_future *child);
/* A request to another run, in the current scope unless `of` (the child it asks to stop) is set. */
rh_future *rh_external_ask(rh_workflow *workflow, const rh_external_request *request,
                           rh_future *of);
void rh_external_has_closed(rh_workflow *workflow, rh_future *external, const rh_failure *failure);
/* The continuation that a failure stands for; NULL: it is a failure. */
rh_continuation *rh_continuation_of(const rh_workflow *workflow, const rh_failure *failure);

/* ---- sessions (session.c) -------------------------------------------------------------------- */

/* What a session makes of an activity in its scope: it goes to its host, or (false) it fails, by
 * *failure. */
bool rh_session_admits(rh_workflow *workflow, rh_activity_options *options,
                       const rh_failure **failure);
/* An activity of the kind of `request`, whose texts live as long as the run. */
rh_future *rh_activity_ask(rh_workflow *workflow, const rh_activity_request *request);

/* ---- local activities (local.c) -------------------------------------------------------------- */

/* One is over: records it. */
void rh_local_has_ended(rh_workflow *workflow, const rh_marker *marker);

/* ---- scopes and signals ---------------------------------------------------------------------- */

rh_scope *rh_scope_new(rh_workflow *workflow, rh_scope *parent, bool is_connected);
void rh_signals_deliver(rh_workflow *workflow, const rh_name *name, const rh_value *value);
/* Journals those that nobody received. */
void rh_signals_report_unhandled(rh_workflow *workflow);
void rh_signals_tell_unasked(const rh_workflow *workflow, rh_tell_waiting *tell, void *context);

#endif
