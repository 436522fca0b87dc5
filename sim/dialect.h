/* The first seam: who decides what a workflow does next.
 *
 * A dialect answers the events of a workflow task with commands. Its activate function is pure: the
 * same events, delivered in the same tasks, give the same commands, whatever the machine, the time
 * or the run before. It may keep state per execution; `evict` drops that state, and the next
 * activation begins with all tasks of the history again (replaying = true), whose commands must
 * come out as they did the first time.
 *
 * Implementations: sim/durable (workflows as C functions), sim/scripted (commands from a file).
 */
#ifndef RH_DIALECT_H
#define RH_DIALECT_H

#include "rehearse/workflow.h"
#include "rehearse/world.h"
#include "sim/journal.h"

typedef struct rh_execution rh_execution;

typedef enum rh_event_kind {
    RH_EVENT_STARTED,         /* value = input; always the first event of a run */
    RH_EVENT_ACTIVITY_CLOSED, /* number; value = result, or failure (an activity failure) */
    RH_EVENT_TIMER_FIRED,     /* number */
    RH_EVENT_SIGNALED,        /* name, value */
    RH_EVENT_CANCEL_REQUESTED,
    RH_EVENT_UPDATED, /* number, id, name, value; answered by ACCEPT_UPDATE or REJECT_UPDATE */
    RH_EVENT_NOTHING, /* a rejected update */
    RH_EVENT_CHILD_STARTED,  /* number; value = its run id */
    RH_EVENT_CHILD_CLOSED,   /* number; value = result, or failure (a child failure); also when it
                              * could not be started */
    RH_EVENT_EXTERNAL_CLOSED /* number; failure: unless the request has reached its run */
} rh_event_kind;

/* Something that happened to a run. */
typedef struct rh_event {
    uint8_t kind;    /* rh_event_kind */
    uint32_t number; /* the dialect's own number of the activity, timer, child or request */
    const char *id;  /* of an update */
    const rh_name *name;
    const rh_value *value;
    const rh_failure *failure;
} rh_event;

typedef enum rh_command_kind {
    RH_COMMAND_SCHEDULE_ACTIVITY, /* number, activity */
    RH_COMMAND_CANCEL_ACTIVITY,   /* number */
    RH_COMMAND_START_TIMER,       /* number, duration (> 0) */
    RH_COMMAND_CANCEL_TIMER,      /* number */
    RH_COMMAND_RECORD_MARKER,     /* marker */
    RH_COMMAND_UPSERT_ATTRIBUTES, /* value: name -> {"type", "value"} */
    RH_COMMAND_UPSERT_MEMO,       /* value: an object */
    RH_COMMAND_ACCEPT_UPDATE,     /* number */
    RH_COMMAND_REJECT_UPDATE,     /* number, failure */
    RH_COMMAND_COMPLETE_UPDATE,   /* number; value, or failure */
    RH_COMMAND_START_CHILD,       /* number, child */
    RH_COMMAND_ASK_EXTERNAL,      /* number, external: a signal to another run, or a cancel */
    RH_COMMAND_COMPLETE,          /* value = result; this and the next three close the run */
    RH_COMMAND_FAIL,              /* failure */
    RH_COMMAND_CANCEL,            /* value = details */
    RH_COMMAND_CONTINUE_AS_NEW    /* value = input of the next run, continuation */
} rh_command_kind;

/* How an attempt is played from inside; see sim/inside.h. */
typedef struct rh_inside rh_inside;
typedef void rh_inside_body(rh_inside *inside, void *data);

typedef struct rh_activity_request {
    const rh_name *type;
    const rh_value *args;        /* kept; a list or NULL */
    rh_activity_options options; /* names and lists in it live as long as the run */
    rh_call_about about;
    rh_inside_body *body;       /* NULL: it has no inside; only the stage knows what it does */
    void *data;                 /* the body's */
    bool hears_at_once;         /* of a cancel, not only by its next heartbeat */
    bool own_host;              /* a fresh host of its own, if no declared host serves its queue */
    uint32_t own_host_limit;    /* how many of those there can be at once; 0: any number */
    rh_duration own_host_delay; /* how long it takes until there is one */
    bool only_lost_again; /* its policy is for attempts that a host was lost with, or that missed a
                           * heartbeat: other failures and timeouts are final */
    rh_duration lease;    /* how long the server hears nothing before it gives a host up; 0: by the
                           * timeouts of the call */
    rh_duration lease_renewal; /* how often a living host renews its lease */
    const char *host_stops; /* its attempts hear of it when their host is told to stop: what has an
                                * inside ends itself, what has none fails so. NULL: they do not, and
                                * are lost with the host */
    uint8_t session;        /* rh_session_part */
} rh_activity_request;

/* A local activity: what it is, and how often it may be tried. All of it lives as long as the
 * run. */
typedef struct rh_local_request {
    const rh_name *type;
    const rh_value *args;              /* a list or NULL */
    rh_local_activity_options options; /* both timeouts set */
    uint32_t call;                     /* which one of those the code has asked for, from 0: after a
                                        * long back-off the same is asked for again */
    int32_t attempt;                   /* the next one, from 1 */
    rh_time expiration;                /* no try begins later */
} rh_local_request;

/* Where in the definition something was asked for; what is not known is NULL or 0. */
typedef struct rh_code_place {
    const char *who; /* the coroutine */
    const char *file;
    int line;
} rh_code_place;

/* A child that a run wants. All of it lives as long as the run. */
typedef struct rh_child_start {
    const rh_name *type;
    const rh_value *input;
    rh_run_options options; /* workflow_id must be set; `at`, start_delay, conflict are not used */
    rh_parent_close parent_close;
} rh_child_start;

/* What a run asks another one; see rh_external_record. */
typedef struct rh_external_request {
    const char *workflow_id;
    const char *run_id;
    const rh_name *signal; /* NULL: to cancel */
    const rh_value *value;
    bool child_only;
} rh_external_request;

/* Something a run wants. Activities, timers, children and requests to other runs are numbered by
 * the dialect, each from 0, in the order of their commands. */
typedef struct rh_command {
    uint8_t kind; /* rh_command_kind */
    bool by_wait; /* CANCEL_TIMER: the wait that made it is over */
    bool
        of_version; /* RECORD_MARKER, UPSERT_ATTRIBUTES: made by a version; code that asks for it no
                      * more, or elsewhere, is no difference */
    uint32_t number;
    rh_duration duration;
    const rh_activity_request *activity;
    const rh_marker *marker;
    const rh_child_start *child;
    const rh_external_request *external;
    const rh_continue_options *continuation;
    const rh_value *value;
    const rh_failure *failure;
    rh_code_place place; /* filled in by rh_execution_command */
} rh_command;

/* A workflow task: what happened since the last one. */
typedef struct rh_task {
    const rh_event *events;
    size_t event_count;
    rh_time now;                     /* when it started; all the time its code sees */
    uint32_t history_length;         /* events at that time */
    size_t journal_length;           /* entries of the journal then; 0: it was recorded elsewhere */
    int64_t history_size;            /* bytes, besides those of the events in these entries */
    uint8_t suggestion;              /* rh_continue_reason, ored: to continue as new */
    bool replaying;                  /* the commands are known already; nothing may be logged */
    const rh_marker *const *markers; /* replaying: what was recorded in this task, in order */
    size_t marker_count;
    bool goes_on; /* there are no events: of the task that ran last, a local activity is over, of
                   * which `markers` tells. Of each that was recorded, replay tells behind the
                   * events */
} rh_task;

typedef enum rh_activation {
    RH_ACTIVATION_DONE,  /* all coroutines wait, or the run is over */
    RH_ACTIVATION_FAILED /* the code cannot go on; rh_execution_fail_task said why */
} rh_activation;

/* Told once for each thing a run waits for: who waits, and for what. */
typedef void rh_tell_waiting(void *context, const char *who, const char *what);

typedef struct rh_dialect {
    const char *name;
    bool is_served; /* by a durable server, whose workflow tasks take time and whose limits hold */
    /* Adds commands by rh_execution_command. */
    rh_activation (*activate)(rh_execution *execution, const rh_task *task);
    void (*evict)(rh_execution *execution);
    /* Answers a query from the cached state, which is there; changes nothing. A failure, or NULL
     * and *answer. NULL: runs of this dialect are not queried. */
    const rh_failure *(*query)(rh_execution *execution, const rh_name *name, const rh_value *args,
                               const rh_value **answer);
    /* What an open run waits for, for the report of a stuck run. */
    void (*waiting)(rh_execution *execution, rh_tell_waiting *tell, void *context);
} rh_dialect;

#endif
