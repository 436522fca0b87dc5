/* The second seam: who decides what an activity attempt does.
 *
 * `start` answers with a script that the engine plays on virtual time; with DESCEND: then the
 * attempt is played from inside; or with PENDING: then the stage reports heartbeats and the end by
 * the rh_attempt_* functions, on the world's thread, from its `deliver` function. Answers that come
 * after the server has stopped waiting are journaled and dropped by the engine.
 *
 * Implementations: harness/mock_stage (mocks), and the threaded stage of suites/sim/stage_test.c.
 */
#ifndef RH_STAGE_H
#define RH_STAGE_H

#include "rehearse/failure.h"
#include "sim/journal.h"

typedef struct rh_world rh_world;
typedef struct rh_attempt rh_attempt;

typedef struct rh_script_heartbeat {
    rh_duration at; /* since the work began */
    const rh_value *details;
} rh_script_heartbeat;

typedef struct rh_script_effect {
    const char *kind;
    const char *key; /* "" if there is none */
    uint64_t once;   /* hash of an idempotency key; 0: none */
    bool is_tainted; /* made from what came of a failed command */
} rh_script_effect;

typedef enum rh_script_end {
    RH_END_ANSWERS,    /* with `result` or `failure` */
    RH_END_HANGS,      /* never ends */
    RH_END_VANISHES,   /* its process dies: no answer, the slot is free */
    RH_END_LOSES_HOST, /* the whole host dies */
    RH_END_STOPS_HOST  /* the whole host is told to stop (rh_host_stop) */
} rh_script_end;

typedef enum rh_script_cancel {
    RH_CANCEL_OBEYS, /* ends as canceled at the heartbeat that tells it */
    RH_CANCEL_IGNORES,
    RH_CANCEL_TAKES /* ends as canceled after cancel_takes */
} rh_script_cancel;

/* The details of a periodic heartbeat. */
typedef const rh_value *rh_script_details(void *data, rh_attempt *attempt, rh_duration elapsed);

/* What an attempt does. Times are spans of virtual time; pointers live as long as the world. */
typedef struct rh_script {
    rh_duration start_delay;              /* before the work begins */
    rh_duration takes;                    /* the work */
    rh_duration heartbeat_every;          /* 0: none */
    rh_script_details *heartbeat_details; /* of those; NULL: none */
    void *details_data;
    const rh_script_heartbeat *heartbeats; /* in rising order */
    size_t heartbeat_count;
    rh_script_end end;
    const rh_value *result;
    const rh_failure *failure; /* NULL: it succeeds */
    bool effects_happen;       /* also if it fails: the reply was lost */
    const rh_script_effect *effects;
    size_t effect_count;
    rh_script_cancel on_cancel;
    rh_duration cancel_takes;
    int32_t exit_code; /* of a command or step: 0 where it succeeds or has none */
    const char *fault; /* name and class of the catalog, for the journal; or NULL */
    const char *fault_class;
    bool is_fallback;      /* what a call does when nobody says otherwise */
    bool takes_is_unknown; /* of a fallback: `takes` says nothing */
} rh_script;

typedef enum rh_stage_answer {
    RH_STAGE_SCRIPT,
    RH_STAGE_PENDING,
    RH_STAGE_DESCEND, /* played from inside (sim/inside.h), if the attempt's view has_inside. Of
                       * the script count: start_delay; takes, as the least time it takes; an `end`
                       * that loses or stops the host, or loses the process, after `takes`; and the
                       * fault's name */
    RH_STAGE_ERROR    /* the rehearsal cannot go on; the stage has called rh_world_stop */
} rh_stage_answer;

/* A workflow task, and what becomes of it. */
typedef struct rh_task_view {
    const rh_run_record *run;
    uint32_t task;   /* of the run, from 1 */
    int32_t attempt; /* from 1 */
} rh_task_view;

typedef struct rh_task_script {
    rh_duration takes;   /* from its start to its answer */
    bool is_lost;        /* there is no answer */
    const char *failure; /* borrowed; its code fails so, without having run. NULL: it runs */
} rh_task_script;

typedef struct rh_stage {
    rh_stage_answer (*start)(void *stage, rh_attempt *attempt, rh_script *script);
    /* For pending attempts; may be NULL. The run wants it canceled. */
    void (*cancel)(void *stage, rh_attempt *attempt);
    /* For pending attempts; may be NULL. The server no longer waits for it (timed out, run
     * closed). */
    void (*close)(void *stage, rh_attempt *attempt);
    /* Called while attempts are pending and nothing else can happen at the present instant. Hands
     * over all answers that have come. Returns the present (rh_world_now) if it handed over any;
     * otherwise the virtual time up to which the clock may go on without an answer. A stage that
     * wants the clock held blocks until it has an answer. NULL: no attempt is ever pending. */
    rh_time (*deliver)(void *stage, rh_world *world);
    /* May be NULL. A worker takes up a workflow task: what becomes of it. `script` comes filled in
     * with the world's setting. */
    void (*task)(void *stage, const rh_task_view *task, rh_task_script *script);
    /* May be NULL. Workflow code is about to record something: fills in its value (of a version the
     * number) in place of the code's own, which is not asked then; false: it has none. */
    bool (*record)(void *stage, const rh_run_record *run, rh_marker *marker);
} rh_stage;

/* What a stage may know of an attempt. All borrowed; live as long as the world. */
typedef struct rh_attempt_view {
    rh_world *world;
    const rh_run_record *run;
    const rh_call *call;
    uint32_t call_index;
    int32_t attempt;
    const char *host;
    const rh_value *heartbeat_details; /* of the last heartbeat so far; NULL: none */
    bool has_inside;                   /* it may be descended into */
    const rh_script *fallback;         /* what it does when nobody says otherwise; NULL: the stage
                                        * must say */
} rh_attempt_view;
rh_attempt_view rh_attempt_look(const rh_attempt *attempt);
/* For the stage's own use. */
void rh_attempt_set_data(rh_attempt *attempt, void *data);
void *rh_attempt_data(const rh_attempt *attempt);

typedef enum rh_heartbeat_reply {
    RH_HEARTBEAT_OK,
    RH_HEARTBEAT_CANCELED, /* please stop: the run asks for it */
    RH_HEARTBEAT_GONE      /* the server no longer waits for this attempt */
} rh_heartbeat_reply;

/* Answers of pending attempts. Values and failures are copied. An attempt ends once: what comes
 * after that is ignored. */
rh_heartbeat_reply rh_attempt_heartbeat(rh_attempt *attempt, const rh_value *details);
void rh_attempt_complete(rh_attempt *attempt, const rh_value *result);
void rh_attempt_fail(rh_attempt *attempt, const rh_failure_options *failure);
/* Ends as canceled. If the run has not asked for it, that is an application failure of type
 * wrapError (as SDKs report it), which is retried. */
void rh_attempt_cancel(rh_attempt *attempt, const rh_value *details);
/* Something done to the outside world. */
void rh_attempt_effect(rh_attempt *attempt, const rh_script_effect *effect);

#endif
