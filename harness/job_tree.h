/* A run of a workflow file as assertions and reports see it: jobs, their steps, the commands of
 * those.
 *
 * Read from the journal in one pass. Everything borrows from the journal; nodes live in the arena
 * that was given.
 */
#ifndef RH_HARNESS_JOB_TREE_H
#define RH_HARNESS_JOB_TREE_H

#include "sim/journal.h"

typedef struct rh_job_output {
    const char *name;
    const rh_value *value;
    struct rh_job_output *next;
} rh_job_output;

/* One attempt of a job, step or command. */
typedef struct rh_job_try {
    int32_t number;
    bool is_over;
    rh_time started, ended;
    rh_entry_kind how; /* the entry that ended it; if `is_over` */
    const rh_failure *failure;
    int32_t exit_status; /* of a command */
    const char *fault;   /* NULL: none struck it */
    const char *host;
    rh_duration back_off; /* until the next one; 0: none follows, or at once */
    struct rh_job_try *next;
} rh_job_try;

/* A job, a step or a command. If it was tried several times, what is said of its end is said of the
 * last attempt. */
typedef struct rh_job_node {
    const rh_call *call; /* NULL: a job that was over before it was called: skipped, kept */
    uint32_t index;      /* of the call, from 1; 0: none */
    const char *name;    /* its type, or the path of the job */
    uint8_t level;       /* rh_call_level */
    bool has_started;
    bool is_over;
    rh_time scheduled, started, ended; /* `started`: the first attempt */
    rh_entry_kind how;                 /* the entry that ended its attempt; if `is_over` */
    uint8_t outcome;                   /* rh_conclusion: what happened, */
    uint8_t conclusion;                /* and what counts */
    const char *reason;                /* of a skip or of a conclusion that needs one; NULL: none */
    const rh_failure *failure;
    int32_t exit_status; /* of a command */
    const char *fault;   /* NULL: none struck it */
    const char *host;
    uint32_t effects;
    bool has_tainted_effect; /* below it, too */
    const rh_value *result;  /* what its attempt ended with, or what its failure carries; or NULL */
    rh_job_output *outputs, *last_output;
    rh_job_try *tries, *last_try; /* in order */
    uint32_t try_count;
    struct rh_job_node *parent, *first, *last, *next;
} rh_job_node;

/* Something said about a run, in order. */
typedef struct rh_job_remark {
    const rh_entry *entry;   /* ANNOTATION, NOTE, UNKNOWN or WARNING */
    const rh_job_node *node; /* NULL: about the run */
    struct rh_job_remark *next;
} rh_job_remark;

typedef struct rh_job_tree {
    const rh_journal *journal;
    uint32_t run;
    const rh_run_record *record;
    rh_job_node *first, *last; /* jobs in the order in which they came to be known */
    rh_job_remark *remarks, *last_remark;
} rh_job_tree;

/* Whether a run is one of a workflow file. */
bool rh_job_tree_is_of(const rh_journal *journal, uint32_t run);
rh_job_tree rh_job_tree_read(rh_arena *arena, const rh_journal *journal, uint32_t run);

/* What the run concludes with; NONE while it is open or was stopped. */
rh_conclusion rh_job_tree_conclusion(const rh_job_tree *tree);
/* What people call it: its title, or its name. */
const char *rh_job_node_title(const rh_job_node *node);
/* Whether it failed and what counts says otherwise. */
bool rh_job_node_is_masked(const rh_job_node *node);
/* The node behind this one, parents before their children; NULL at the end. */
const rh_job_node *rh_job_node_after(const rh_job_node *node);

#endif
