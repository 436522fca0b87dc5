/* The journal: the ordered record of everything that happened in a world, and the single source
 * of truth. Assertions, reports and exports read it, the runs and the calls it names, and nothing
 * else.
 *
 * A journal belongs to its world and lives until the world is reset.
 */
#ifndef RH_JOURNAL_H
#define RH_JOURNAL_H

#include "rehearse/failure.h"
#include "rehearse/time.h"
#include "rehearse/workflow.h"
#include "sim/base/name.h"
#include "sim/base/text.h"
#include "sim/conclusion.h"
#include "sim/retry.h"
#include "sim/run_status.h"

typedef enum rh_entry_kind {
#define KIND(name, text, event) RH_ENTRY_##name,
#include "sim/journal_kinds.h"
#undef KIND
    RH_ENTRY_KIND_COUNT
} rh_entry_kind;

enum { RH_NO_RUN = UINT32_MAX };

/* One entry. Fields that a kind does not use are zero; sim/journal_kinds.h says which it uses. */
typedef struct rh_entry {
    rh_time time;
    uint64_t hash; /* of this entry and all before it */
    uint8_t kind;  /* rh_entry_kind */
    uint8_t code;
    bool written_later; /* of the history: it happened at `span`, but could not be written then */
    uint32_t run;       /* index into rh_journal.runs, or RH_NO_RUN */
    uint32_t call;      /* index into rh_journal.calls + 1; 0: none */
    int32_t attempt;    /* from 1; 0: none */
    uint32_t event_id;  /* in its run's history; 0: not in the history */
    int64_t span;
    uint64_t number;
    const rh_name *name;
    const char *text;
    const rh_value *value;
    const rh_failure *failure;
} rh_entry;

/* The names are those of the Go SDK. */
#define RH_MARKER_KINDS(X)                                                                         \
    X(SIDE_EFFECT, "SideEffect")                                                                   \
    X(MUTABLE_SIDE_EFFECT, "MutableSideEffect")                                                    \
    X(VERSION, "Version")                                                                          \
    X(LOCAL_ACTIVITY, "LocalActivity")

typedef enum rh_marker_kind {
#define X(name, text) RH_MARKER_##name,
    RH_MARKER_KINDS(X)
#undef X
        RH_MARKER_KIND_COUNT
} rh_marker_kind;

/* What code has decided and its history keeps. */
typedef struct rh_marker {
    uint8_t kind;   /* rh_marker_kind */
    const char *id; /* the name of a side effect, the id of a change or local activity */
    int64_t number; /* SIDE_EFFECT: the how manieth of the run, from 1;
                     * MUTABLE_SIDE_EFFECT: the how manieth call of its id, from 1; VERSION: which;
                     * LOCAL_ACTIVITY: its last attempt, as its policy counts, from 1 */
    const rh_value *value;
    /* LOCAL_ACTIVITY: */
    const char *type;
    uint32_t call;             /* in the journal, from 1 */
    rh_time time;              /* what its code took for the present from then on */
    const rh_failure *failure; /* NULL: it succeeded */
    rh_duration backoff;       /* the code is to try again after so long; 0: it is over */
} rh_marker;

/* Activities by which sessions are made (sim/session.h). */
typedef enum rh_session_part {
    RH_SESSION_NO_PART,
    RH_SESSION_CREATION,
    RH_SESSION_RECREATION, /* the same on the queue of a host */
    RH_SESSION_COMPLETION
} rh_session_part;

/* Why a run follows another one. */
typedef enum rh_initiator {
    RH_INITIATOR_NONE,
    RH_INITIATOR_WORKFLOW, /* its code: continue-as-new */
    RH_INITIATOR_RETRY,
    RH_INITIATOR_CRON_SCHEDULE
} rh_initiator;

/* Why a child does not start. */
#define RH_START_CAUSES(X)                                                                         \
    X(NONE, "", "")                                                                                \
    X(WORKFLOW_ALREADY_EXISTS, "ChildWorkflowExecutionAlreadyStartedError",                        \
      "child workflow execution already started")                                                  \
    X(NAMESPACE_NOT_FOUND, "NamespaceNotFoundError", "namespace not found")

typedef enum rh_start_cause {
#define X(name, type, message) RH_START_##name,
    RH_START_CAUSES(X)
#undef X
} rh_start_cause;

/* A run: one play of a definition. */
typedef struct rh_run_record {
    const char *dialect;
    const rh_name *workflow_type;
    const char *workflow_id;
    const char *run_id;       /* a UUID drawn from the seed */
    const char *first_run_id; /* of the chain of runs */
    const char *task_queue;
    const rh_value *input;
    int32_t attempt;         /* from 1 */
    uint32_t previous;       /* the run this one follows, or RH_NO_RUN */
    uint32_t next;           /* the run that follows this one, or RH_NO_RUN */
    bool is_elsewhere;       /* on another server than the world's own, as GitHub's beside it */
    uint8_t initiator;       /* rh_initiator */
    uint32_t child;          /* the record of the child it is, from 1; 0: it is none */
    rh_duration run_timeout; /* normalised; 0: none */
    rh_duration execution_timeout; /* 0: none */
    rh_time execution_expiration;  /* 0: none */
    rh_duration first_task_backoff;
    rh_duration task_timeout;
    const rh_retry_policy_filled *retry; /* NULL: none */
    const char *cron;                    /* NULL: none */
    const rh_value *memo;                /* NULL: none; so with the next */
    const rh_value *search_attributes;
    const char *summary, *details; /* for people; NULL: none */
    const char *root_workflow_id;  /* at the top of its family; NULL: it is that */
    const char *root_run_id;
    const rh_value *last_result;    /* of the last run by cron that succeeded */
    const rh_failure *last_failure; /* of the run before */
    rh_time started;
    rh_time closed; /* when it closed or was found stuck */
    uint8_t status; /* rh_run_status */
    const rh_value *result;
    const rh_failure *failure;
    const char *stuck; /* why, if stuck */
} rh_run_record;

/* What a call is in its definition. */
typedef enum rh_call_level {
    RH_CALL_ACTIVITY,
    RH_CALL_JOB,    /* of a workflow file; its children are steps */
    RH_CALL_STEP,   /* its children are commands, or steps of a composite action */
    RH_CALL_COMMAND /* of a shell script */
} rh_call_level;

/* What people are shown of a call. All borrowed; live as long as the world. */
typedef struct rh_call_about {
    uint8_t level;              /* rh_call_level */
    const char *title;          /* NULL: its path */
    const char *does;           /* of a step: the action that it is, "actions/checkout"; or NULL */
    const char *const *aliases; /* other names for its type in paths; NULL-terminated, or NULL */
    const char *file;           /* where it is written; NULL: not known */
    uint32_t line, column;
    const char *const *faults; /* typical ones, by name; NULL-terminated; NULL: nothing is known */
    bool is_runners;  /* a step of the runner's own, which stands for one of the file: its place is
                      * that of what it belongs to */
    bool is_tainted;  /* what it was given came of a failed command: so do its effects, whoever
                      * answers for it */
    uint64_t variant; /* of a leg of a matrix: legs of another one may behave otherwise when
                       * something fails, even where they play the same; or 0 */
} rh_call_about;

/* A call. Its path is written "type[key]#k", behind "parent/" if it has one; see rh_call_path. */
typedef struct rh_call {
    uint32_t run;
    uint32_t number; /* k: the k-th call of this run or parent with the same type and key, from 1 */
    uint32_t nth;    /* the n-th call of this type in the world, from 1 */
    uint32_t scheduled_event_id;
    const rh_name *type;
    const char *key; /* NULL: none */
    const char *activity_id;
    const rh_name *task_queue;
    const rh_value *args;          /* a list, or NULL; of a child those of its last attempt */
    rh_duration schedule_to_close; /* all four normalised as the server does; 0: none */
    rh_duration schedule_to_start;
    rh_duration start_to_close;
    rh_duration heartbeat_timeout;
    const rh_retry_policy_filled *retry;
    rh_time scheduled;
    const char *summary;          /* for people; NULL: none */
    uint8_t session;              /* rh_session_part */
    bool is_local;                /* a local activity: no events tell of it, but a marker does */
    const struct rh_call *parent; /* the call whose inside made it; NULL: a run did */
    uint32_t parent_index;        /* of it in the journal, from 1; 0: none */
    rh_call_about about;
    /* The engine's: */
    uint32_t tries;                                            /* of a child, so far */
    uint32_t first_child, last_child, next_child, found_child; /* indices, from 1; 0: none */
} rh_call;

/* A child that a run asked for. */
typedef struct rh_child_record {
    uint32_t parent; /* the run */
    uint32_t number; /* k: the k-th child of this type that the run asked for, from 1 */
    const rh_name *type;
    const char *workflow_id;
    const rh_value *input;
    const char *task_queue;
    rh_duration run_timeout, execution_timeout, task_timeout; /* normalised; 0: none */
    const rh_retry_policy_filled *retry;                      /* NULL: none */
    const char *cron;                                         /* NULL: none */
    const rh_value *memo, *search_attributes;
    const char *summary, *details;
    uint8_t parent_close; /* rh_parent_close */
    uint8_t reuse;        /* rh_reuse_policy */
    uint32_t initiated_event_id, started_event_id;
    uint32_t run; /* its first run; RH_NO_RUN: it never started */
} rh_child_record;

/* What a run asked another one. */
typedef struct rh_external_record {
    const char *workflow_id;
    const char *run_id;    /* NULL: the newest */
    const rh_name *signal; /* NULL: to cancel */
    const rh_value *value; /* of the signal */
    bool child_only;       /* it must be a child of the one who asks */
    uint32_t initiated_event_id;
} rh_external_record;

/* When an event of the history happened, which may be before it was written. */
static inline rh_time rh_entry_happened(const rh_entry *entry)
{
    return entry->written_later ? entry->span : entry->time;
}

/* Whether an end of an activity stands for the event of its start too, which is written just before
 * it (its id: entry.number, its time: entry.span). */
static inline bool rh_entry_tells_start(const rh_entry *entry)
{
    return entry->kind >= RH_ENTRY_ACTIVITY_COMPLETED &&
           entry->kind <= RH_ENTRY_ACTIVITY_CANCELED && entry->number && !entry->written_later;
}

typedef struct rh_journal {
    rh_arena *arena;
    rh_entry *entries;
    size_t count, capacity;
    rh_run_record **runs;
    size_t run_count, run_capacity;
    rh_call **calls;
    size_t call_count, call_capacity;
    rh_child_record **children;
    size_t child_count, child_capacity;
    rh_external_record **externals;
    size_t external_count, external_capacity;
    uint64_t hash;
    rh_time start; /* of the world */
    rh_time end;   /* the clock when the world stopped */
    uint64_t seed;
} rh_journal;

void rh_journal_init(rh_journal *journal, rh_arena *arena, rh_time start, uint64_t seed);
/* The same after a reset of its arena, with the room that it had: the next run is mostly like the
 * one before. All zero is good for a new one, too. */
void rh_journal_renew(rh_journal *journal, rh_arena *arena, rh_time start, uint64_t seed);
/* Appends a copy of `entry` (its pointers must live as long as the journal), computes its hash and
 * returns its position. */
size_t rh_journal_add(rh_journal *journal, const rh_entry *entry);

/* Folds an entry into a hash; its own `hash` does not count. */
uint64_t rh_entry_hash(uint64_t hash, const rh_entry *entry);

/* "SideEffect", "Version", ... */
const char *rh_marker_kind_name(rh_marker_kind kind);
/* "activity-failed" */
const char *rh_entry_kind_name(rh_entry_kind kind);
/* "ACTIVITY_TASK_FAILED"; NULL if the kind is not part of a history. */
const char *rh_entry_kind_event(rh_entry_kind kind);
/* "BuildMacOS[arm64]", with "#2" from the second such call on; "release/push/curl". */
void rh_call_path(rh_text *text, const rh_call *call);
const char *rh_call_path_text(rh_arena *arena, const rh_call *call);
/* Whether a path as people write it ("Build", "Build[arm64]", "Build#2", "Build[arm64]#2",
 * "release/push/curl") names this call: what it leaves out of a segment matches all; a segment "*"
 * matches any. */
bool rh_call_matches(const rh_call *call, const char *path);
/* "WORKFLOW_ALREADY_EXISTS", ... */
const char *rh_start_cause_name(rh_start_cause cause);
/* "running", "succeeded", ... */
const char *rh_run_status_name(rh_run_status status);

#endif
