/* What is explored: how its world is made, and how its runs are started in it, again and again. */
#ifndef RH_EXPLORE_SUBJECT_H
#define RH_EXPLORE_SUBJECT_H

#include "harness/env.h"

typedef struct rh_subject {
    const char *name; /* for people: "GitHub Actions", "durable" */
    /* Mocks, hosts, profile: once for each env. 0, or -1 with an error. May be NULL. */
    int (*given)(rh_env *env, void *data, rh_error *error);
    /* Starts its runs, `at` after the start of the world. */
    void (*start)(rh_env *env, rh_duration at, void *data);
    /* All is over and somebody looks at it: plans what a human then does (a re-run of what failed,
     * at a later time), the `nth` such time of this world, from 1. False: there is nothing to do,
     * or nobody who does it. NULL: nobody ever looks. */
    bool (*again)(rh_env *env, uint32_t nth, void *data);
    /* The path of the call that this one stands for in the other subjects, so that both meet the
     * same faults; NULL: none, it has a name of its own. May be NULL. */
    const char *(*stands_for)(const rh_call *call, void *data);
    /* The key of an effect that only asks for its own run, and so publishes nothing; NULL: none. */
    const char *request;
    const rh_module *module; /* of workflows in C; NULL: none. Borrowed */
    void *data;              /* read only: several threads use it at once */
} rh_subject;

/* What humans did in a world. */
typedef struct rh_human {
    uint32_t interventions;
    rh_time looked; /* when somebody first saw that there was something to do; RH_FOREVER: never */
} rh_human;

/* Index of the last run of a workflow type; RH_NO_RUN: there was none. */
uint32_t rh_last_run(const rh_journal *journal, const char *workflow_type);
/* There is such a run, it is over, did not succeed, and can be run again. */
bool rh_run_ended_badly(const rh_journal *journal, uint32_t run);
/* When a human is there who takes `usually` (the median), since the start of the world: in worlds
 * that are drawn (seed not 0) by a draw for the `nth` time, otherwise exactly then. */
rh_duration rh_human_comes(rh_env *env, rh_duration usually, uint32_t nth);

/* A definition of the module's workflows, started with `input` (NULL: what its definition says). */
typedef struct rh_durable_subject {
    const rh_workflow_definition *definition;
    const rh_value *input;
    rh_duration rerun_after; /* when a run has failed, a human starts another; 0: never */
    int (*given)(rh_env *env, void *data, rh_error *error); /* besides its fixture; may be NULL */
    void *data;
    const char *const (*stands_for)[2]; /* path of a call, path in the other subjects; ends with
                                         * NULL; or NULL */
} rh_durable_subject;
rh_subject rh_subject_of_durable(const char *name, const rh_module *module,
                                 rh_durable_subject *durable);

/* One that only starts another: the first effect with this key in a world does. */
typedef struct rh_hybrid_subject {
    const rh_subject *starter, *started;
    const char *request;
} rh_hybrid_subject;
rh_subject rh_subject_of_hybrid(const char *name, rh_hybrid_subject *hybrid);

/* Both in one world, at once. */
typedef struct rh_both_subjects {
    const rh_subject *first, *second;
} rh_both_subjects;
rh_subject rh_subject_of_both(const char *name, rh_both_subjects *both);

#endif
