/* A world as the predicates of findings see it: its calls and effects, read from its journal in one
 * pass. Lives in the arena it was read into; borrows from the journal. */
#ifndef RH_CHECK_VIEW_H
#define RH_CHECK_VIEW_H

#include "harness/fault.h"
#include "sim/journal.h"

typedef struct rh_seen_effect {
    uint64_t hash; /* of kind and key */
    const char *kind, *key;
    uint32_t call;  /* index, from 1 */
    uint32_t times; /* how often so far, this one included */
    rh_time time;
    bool is_tainted;
    bool is_main;  /* a publication; not one that only tells of others */
    bool is_first; /* happened before any human did anything */
} rh_seen_effect;

typedef struct rh_seen_call {
    uint32_t step; /* index of the step or activity it belongs to, itself or above; 0: none */
    uint32_t job;  /* of the job or activity that is on top */
    bool has_started, has_ended, has_failed, was_canceled;
    bool is_concluded;
    bool is_ignored; /* a command whose failure the script does not hang on, */
    uint8_t fate;    /* because of this (rh_shell_fate) */
    bool is_struck;  /* by a fault */
    bool timed_out;  /* some attempt of it */
    uint8_t timeout; /* by which timeout (rh_timeout_type) */
    bool was_retried;
    bool is_skipped;
    const char *condition; /* of it, that hangs on something unknown; NULL: none does */
    const char *reason;    /* of a skip */
    uint8_t outcome, conclusion;
    rh_time started, ended;
    rh_duration limit; /* a limit on its time was exceeded; 0: none was */
} rh_seen_call;

/* A job whose needs were over. */
typedef struct rh_seen_verdict {
    const rh_name *job; /* its path */
    rh_time time;
    bool needs_succeeded, runs;
} rh_seen_verdict;

typedef struct rh_view {
    const rh_journal *journal;
    rh_seen_call *calls; /* by index - 1 */
    rh_seen_effect *effects;
    size_t effect_count, effect_capacity;
    rh_seen_verdict *verdicts; /* of the first run */
    size_t verdict_count, verdict_capacity;
    bool is_green;     /* the first run has succeeded, */
    bool ends_green;   /* the last one has */
    bool is_stuck;     /* waits for what never comes */
    uint32_t told;     /* warnings and errors that people are shown */
    uint32_t struck;   /* the call that the first fault struck; 0: none */
    uint8_t class;     /* of that fault, rh_fault_class */
    const char *fault; /* its name; NULL: none struck */
    rh_time struck_at;
    rh_time first_over; /* when the first run was over */
} rh_view;

void rh_view_read(rh_arena *arena, const rh_journal *journal, rh_view *view);

/* The n-th effect of a kind and key that the world has; NULL: it has not so many. */
const rh_seen_effect *rh_view_effect(const rh_view *view, uint64_t hash, uint32_t times);
/* The call, or the one above it, with a condition that hangs on something unknown; 0: none has. */
uint32_t rh_view_undecided(const rh_view *view, uint32_t call);

/* Whether effects of the kind tell of other things (a comment, a formula) rather than being what is
 * published. */
bool rh_effect_kind_tells(const char *kind);

/* Whether effects of the kind take something away. */
bool rh_effect_kind_removes(const char *kind);

#endif
