/* The server: which jobs exist, when they start, what the run concludes with.
 * Others include actions.h.
 *
 *   job   WAITING --needs are over, `if`--> OPEN --all legs are over--> DONE
 *   leg   HELD --max-parallel--> GROUP --concurrency--> CALLED_GROUP --that of
 * the called file--> PROTECTED --environment--> RUNNING --activity, or graph of
 * the called file--> DONE
 *
 * All of it is the state of one run, made of events alone and dropped by evict.
 * What must not be done or asked again on replay (grants, choices, what was
 * said) is in the run's *memory*, which lives as long as the world.
 */
#ifndef RH_ACTIONS_SERVER_H
#define RH_ACTIONS_SERVER_H

#include "sim/actions/actions.h"
#include "sim/actions/matrix.h"
#include "sim/execution.h"

typedef struct rh_server rh_server;
typedef struct rh_server_memory rh_server_memory;
typedef struct rh_server_graph rh_server_graph;
typedef struct rh_server_job rh_server_job;
typedef struct rh_server_leg rh_server_leg;

/* What a job or one of its ancestors came to; a set. */
enum { RH_SAW_FAILURE = 1, RH_SAW_CANCEL = 2, RH_SAW_SKIP = 4 };

typedef enum rh_leg_phase {
    RH_LEG_HELD,
    RH_LEG_GROUP,
    RH_LEG_CALLED_GROUP,
    RH_LEG_PROTECTED,
    RH_LEG_RUNNING,
    RH_LEG_DONE
} rh_leg_phase;

enum { RH_NO_TICKET = UINT32_MAX };

/* A place in the queue of a concurrency group. */
typedef struct rh_server_ticket {
    const char *group; /* NULL: none is held or wanted */
    uint32_t number;   /* of the run's requests */
} rh_server_ticket;

/* One execution of a job: of its matrix, or the only one. */
struct rh_server_leg {
    rh_server_job *job;
    uint32_t index;
    const rh_matrix_leg *source; /* NULL: it has no matrix, or one that is not known */
    const rh_value *matrix;      /* the context; NULL: none */
    const char *key;             /* the values it is told apart by among its job's; NULL: none */
    const char *name;            /* as shown */
    const rh_value *strategy;    /* the context */
    uint8_t phase;               /* rh_leg_phase */
    uint8_t outcome;             /* rh_conclusion, before continue-on-error */
    uint8_t conclusion;
    bool continue_on_error;
    bool is_cancelled;       /* asked to stop */
    const char *why;         /* ... because */
    rh_server_ticket own;    /* of the job's group */
    rh_server_ticket called; /* of the called file's group */
    /* PROTECTED: */
    const char *environment; /* NULL: none */
    const rh_value *rules;   /* of it; NULL: none */
    bool wants_approval;
    uint32_t approval_timer, wait_timer; /* RH_NO_TICKET: none */
    /* RUNNING: */
    uint32_t activity;      /* its number; RH_NO_TICKET: none */
    rh_server_graph *graph; /* of a called workflow */
};

struct rh_server_job {
    rh_server_graph *graph;
    const rh_actions_job *model;
    const char *path;  /* "build", "deploy/build" */
    const char *label; /* what it is told apart by: "deploy/build[prod]" where
                        legs call */
    bool is_open, is_done;
    bool is_failing;       /* fail-fast: no further leg starts */
    uint8_t result;        /* rh_conclusion */
    uint8_t outcome;       /* before continue-on-error */
    uint8_t above;         /* what ancestors came to, RH_SAW_ */
    uint8_t seen;          /* and the job itself */
    const rh_value *needs; /* the context */
    const rh_value *outputs;
    const char *message; /* why it failed */
    rh_server_leg *legs;
    uint32_t leg_count, legs_done, legs_held;
    uint32_t max_parallel;
    bool fail_fast;
};

/* The jobs of a file: of the run's own, or of one that a leg calls. */
struct rh_server_graph {
    rh_server_graph *next; /* of the run, in order of making */
    rh_server_leg *caller; /* NULL: the run's own */
    rh_actions_run *run;
    const char *prefix; /* of paths: "", "deploy/" */
    rh_server_job *jobs;
    uint32_t job_count, jobs_done;
    bool is_cancelled;
    const char *why;
};

typedef struct rh_server_timer {
    rh_server_leg *leg;
    bool is_open;
} rh_server_timer;

struct rh_server {
    rh_execution *execution;
    rh_world *world;
    rh_arena *arena; /* the world's */
    const rh_actions_definition *definition;
    const rh_actions_settings *settings;
    rh_server_memory *memory;
    const rh_value *input;
    bool replaying;
    rh_server_graph *graphs, *last_graph;
    rh_server_ticket ticket; /* of the run as a whole */
    bool is_pending;         /* waits for it */
    bool is_cancelled;
    const char *why;      /* it is */
    const rh_value *name; /* run-name; NULL: none */
    bool is_over;
    bool has_changed;           /* a job is over since jobs were looked through */
    rh_server_leg **activities; /* by number */
    size_t activity_count, activity_capacity;
    rh_server_timer *timers; /* by number */
    size_t timer_count, timer_capacity;
    rh_server_leg **tickets; /* by number; NULL: the run itself */
    size_t ticket_count, ticket_capacity;
};

/* ---- server_memory.c: what outlives the state ------------------------------------------------ */

/* A question that was answered once. */
typedef struct rh_server_decision {
    struct rh_server_decision *next;
    uint64_t identity;
    bool answer;
} rh_server_decision;

/* The jobs of one file, as the runner sees them. */
typedef struct rh_server_run {
    struct rh_server_run *next;
    uint64_t identity;
    rh_actions_run run;
} rh_server_run;

struct rh_server_memory {
    rh_server_memory *next;
    rh_execution *execution;
    rh_server_decision *decisions;
    rh_server_run *runs;
    const rh_value *github;
};

/* The memory of a run; made when it is asked for first. */
rh_server_memory *rh_server_memory_of(rh_execution *execution);
/* The record that legs of this file share, by the leg that calls it (NULL: the
 * run's own); `is_new` tells that it must be filled in. */
rh_actions_run *rh_server_run_of(rh_server *server, const rh_server_leg *caller, bool *is_new);
/* How many runs of this file the world has seen, this one counted. */
uint32_t rh_server_run_number(const rh_server *server);

/* ---- server_group.c: concurrency groups ------------------------------------------------------ */

typedef struct rh_group_request {
    rh_execution *execution;
    uint32_t ticket;
    const char *group;
    bool cancel_in_progress;
    bool queue_max;
} rh_group_request;

/* Asks for a group. What comes of it arrives as a signal "concurrency" with an
 * object {"ticket", "granted": boolean, "why"}; not granted, or later:
 * cancelled. Asked once more it does nothing. */
void rh_group_ask(rh_world *world, const rh_group_request *request);
/* The ticket is given back, or no longer wanted; so are those that were given
 * back before. */
void rh_group_release(rh_world *world, const rh_execution *execution, uint32_t ticket);
/* The run is over. */
void rh_group_release_all(rh_world *world, const rh_execution *execution);

/* ---- server_say.c: the journal; nothing of it while replaying -------------------------------- */

typedef struct rh_server_ending {
    const char *label;
    uint32_t call; /* 0: none */
    int32_t attempt;
    rh_conclusion outcome, conclusion;
    const char *text; /* why, or NULL */
} rh_server_ending;

void rh_server_say_concluded(rh_server *server, const rh_server_ending *ending);
void rh_server_say_skipped(rh_server *server, const char *label, const char *reason);
/* The needs of a job are over. */
void rh_server_say_considered(rh_server *server, const rh_server_job *job, rh_job_verdict verdict);
/* A leg begins to play what it calls. */
void rh_server_say_called(rh_server *server, const rh_server_leg *leg);
/* A call has exceeded its time. */
void rh_server_say_time_limit(rh_server *server, uint32_t call, int32_t attempt, rh_duration limit);
/* `level` is notice, warning or error. */
void rh_server_annotate(rh_server *server, uint32_t call, const char *level, const char *text);
/* Once in a run. */
void rh_server_note(rh_server *server, const char *text);
/* What was noted when a job was read, or (NULL) the file around its jobs: what is doubtful, what is
 * not simulated. */
void rh_server_tell_notes(rh_server *server, const rh_actions_run *run, const rh_actions_job *job);

/* Something that is not known, and what hangs on it. */
typedef struct rh_server_unknown {
    const char *label; /* of the job or leg */
    const char *what;  /* "if", "strategy.matrix" */
    const char *text;  /* as written */
    const char *file;
    uint32_t line, column;
    const char *origin; /* "needs.build.outputs.version" */
    bool may_vary;      /* the choice source may be asked */
    bool fallback;      /* how it goes if not */
} rh_server_unknown;

/* How it goes, by the settings; decided and journaled once. May stop the world.
 */
bool rh_server_decide(rh_server *server, const rh_server_unknown *unknown);

/* ---- server_contexts.c: what expressions see ------------------------------------------------- */

/* An object in the making. */
typedef struct rh_server_fields {
    rh_field *items;
    size_t count, capacity;
} rh_server_fields;

/* Keys are borrowed, values kept. */
void rh_server_field(rh_server *server, rh_server_fields *fields, const char *key,
                     const rh_value *value);
void rh_server_field_text(rh_server *server, rh_server_fields *fields, const char *key,
                          const char *text);
const rh_value *rh_server_object(rh_server *server, const rh_server_fields *fields);
const rh_value *rh_server_text(rh_server *server, const char *text);
/* A field without regard to case; NULL if there is none. */
const rh_value *rh_server_get(const rh_value *object, const char *key);

/* Where an expression stands. */
typedef struct rh_server_scope {
    rh_server *server;
    rh_server_graph *graph;
    rh_server_job *job;       /* NULL: in the head of the file */
    const rh_server_leg *leg; /* NULL: not in one */
    const rh_value *jobs;     /* the context, for outputs of a called workflow */
    bool has_secrets;
    bool reads_empty; /* what is not known reads as '' */
} rh_server_scope;

rh_expression_scope rh_server_scope_of(rh_server_scope *scope);

/* The value of a token, which may be unknown. NULL if it was refused, with
 * GitHub's words in *message. */
const rh_value *rh_server_evaluate(rh_server_scope *scope, const rh_token *token, const char *what,
                                   const char **message);
/* Whether it is true; an unknown one is decided. False with a *message if it
 * was refused. */
bool rh_server_is_true(rh_server_scope *scope, const rh_token *token, const char *what,
                       const char **message);
/* Says that a value is not known, as far as `what` hangs on it. */
bool rh_server_value_unknown(rh_server_scope *scope, const rh_token *token, const char *what,
                             const rh_value *value);
/* "Error when evaluating 'WHAT' for job 'JOB'. FILE (Line: 1, Col: 2): MESSAGE"
 */
const char *rh_server_error(const rh_server_scope *scope, const char *what, uint32_t line,
                            uint32_t column, const char *message);

/* The github context of the run, from its input. */
const rh_value *rh_server_github(rh_server *server);
/* The record of the run's own jobs. */
rh_actions_run *rh_server_top_run(rh_server *server);

/* ---- server_called.c ------------------------------------------------------------------------- */

/* The record of the jobs that a leg calls, with inputs and secrets; NULL with a
 * *message if what is passed does not fit. */
rh_actions_run *rh_server_called_run(rh_server *server, rh_server_leg *leg, const char **message);
/* The inputs of a trigger: `given` where it is, else defaults. NULL with a
 * *message. */
const rh_value *rh_server_inputs(rh_server_scope *scope, const rh_actions_trigger *trigger,
                                 const rh_value *given, const char **message);
/* The outputs of a called workflow whose jobs are all over; NULL with a
 * *message. */
const rh_value *rh_server_called_outputs(rh_server *server, rh_server_graph *graph,
                                         const char **message);

/* ---- server_needs.c: conditions -------------------------------------------------------------- */

/* Whether all that the job needs is over. */
bool rh_server_is_ready(const rh_server_job *job);
/* Fills in what its ancestors came to, and the needs context. */
void rh_server_look_up(rh_server *server, rh_server_job *job);
/* {"result", "outputs"} */
const rh_value *rh_server_job_value(rh_server *server, const rh_server_job *job);
rh_truth rh_server_status(void *scope, rh_status_function function,
                          const rh_value *const *arguments, size_t count);

/* What its `if` says now; otherwise *text is why it is skipped, or what is
 * wrong. */
rh_job_verdict rh_server_condition(rh_server *server, rh_server_job *job, const char **text);

/* ---- server_legs.c --------------------------------------------------------------------------- */

/* Makes the legs of a job. False with a *message if its strategy is wrong. */
bool rh_server_make_legs(rh_server *server, rh_server_job *job, const char **message);
/* The values it is told apart by among all calls of its type: those of callers
 * count, too. */
const char *rh_server_leg_key(rh_server *server, const rh_server_leg *leg);
/* "build[linux]", or the path of a job without a matrix. */
const char *rh_server_leg_label(rh_server *server, const rh_server_leg *leg);

/* ---- server_call.c --------------------------------------------------------------------------- */

/* Schedules the call of a leg, or opens the graph of what it calls. */
void rh_server_run_leg(rh_server *server, rh_server_leg *leg);
/* Its activity has closed. */
void rh_server_leg_closed(rh_server *server, rh_server_leg *leg, const rh_event *event);

/* ---- server_environment.c -------------------------------------------------------------------- */

/* Enters the protection of the leg's environment; true if nothing holds it up.
 * It may be over when this returns (then false). */
bool rh_server_protect(rh_server *server, rh_server_leg *leg);
/* A reviewer has spoken. */
void rh_server_review(rh_server *server, const rh_value *environment, bool approves);
void rh_server_timer_fired(rh_server *server, uint32_t number);
/* Its timers are no longer wanted. */
void rh_server_unprotect(rh_server *server, rh_server_leg *leg);
/* Secrets or vars of the run, and of the environment. */
const rh_value *rh_server_merged(rh_server *server, const rh_value *base, const rh_value *rules,
                                 const char *field);

/* ---- server_graph.c: how jobs and legs go on ------------------------------------------------- */

rh_server_graph *rh_server_graph_open(rh_server *server, rh_server_leg *caller, rh_actions_run *run,
                                      const char *prefix);
/* Starts all jobs that can start, until none can. */
void rh_server_advance(rh_server *server);
/* The leg goes on to its next phase, and through all that do not hold it up. */
void rh_server_leg_next(rh_server *server, rh_server_leg *leg);

typedef struct rh_leg_end {
    rh_conclusion outcome;
    const rh_value *outputs; /* NULL: none */
    const char *text;        /* why, or NULL */
    bool is_error;           /* the text is an annotation */
    rh_duration exceeded;    /* its time limit; 0: it kept to it */
    uint32_t call;
    int32_t attempt;
} rh_leg_end;

void rh_server_leg_end(rh_server *server, rh_server_leg *leg, const rh_leg_end *end);
/* Stops a leg, whatever its `if` says. */
void rh_server_leg_cancel(rh_server *server, rh_server_leg *leg, const char *why);
/* Stops all jobs whose `if` does not hold when cancelled. */
void rh_server_graph_cancel(rh_server *server, rh_server_graph *graph, const char *why);
/* What the jobs came to, all together. */
rh_conclusion rh_server_graph_result(const rh_server_graph *graph);
/* Asks for the group that a file or job wants; true if there is none. False
 * with a *message if it was refused. `leg` is NULL for the run. */
bool rh_server_enter(rh_server *server, rh_server_scope *scope,
                     const rh_actions_concurrency *concurrency, rh_server_leg *leg,
                     rh_server_ticket *ticket, const char **message);
void rh_server_leave(rh_server *server, rh_server_ticket *ticket);

#endif
