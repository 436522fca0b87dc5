/* What is explored: how its world is made, and how its runs are started in it, again and again. */
#ifndef RH_EXPLORE_SUBJECT_H
#define RH_EXPLORE_SUBJECT_H

#include "harness/env.h"

typedef struct rh_subject {
    const char *name; /* for people: "GitHub Actions", "durable" */
    /* Mocks, hosts, profile: once for each env. 0, or -1 with an error. May be NULL. */
    int (*given)(rh_env *env, void *data, rh_error *error);
    /* Starts its runs in a fresh world. */
    void (*start)(rh_env *env, void *data);
    /* All is over and somebody looks at it: plans what a human then does (a re-run of what failed,
     * at a later time), the `nth` such time of this world, from 1. False: there is nothing to do,
     * or nobody who does it. NULL: nobody ever looks. */
    bool (*again)(rh_env *env, uint32_t nth, void *data);
    /* The path of the call that this one stands for in the other subjects, so that both meet the
     * same faults; NULL: none, it has a name of its own. May be NULL. */
    const char *(*stands_for)(const rh_call *call, void *data);
    const rh_module *module; /* of workflows in C; NULL: none. Borrowed */
    void *data;              /* read only: several threads use it at once */
} rh_subject;

/* What humans did in a world. */
typedef struct rh_human {
    uint32_t interventions;
    rh_time looked; /* when somebody first saw that there was something to do; RH_FOREVER: never */
} rh_human;

#endif
