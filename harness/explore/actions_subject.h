/* A workflow file as a subject, under GitHub's rules or lifted (settings of its definition). */
#ifndef RH_EXPLORE_ACTIONS_SUBJECT_H
#define RH_EXPLORE_ACTIONS_SUBJECT_H

#include "harness/explore/subject.h"
#include "sim/actions/actions.h"

typedef struct rh_actions_subject {
    const rh_actions_definition *definition;
    const rh_value *input;   /* of a run: see sim/actions/actions.h */
    rh_duration rerun_after; /* when a run has failed, a human runs what failed again; 0: never */
    int (*given)(rh_env *env, void *data, rh_error *error); /* mocks and the like; may be NULL */
    void *data;
} rh_actions_subject;

/* `actions` must live as long as the subject. */
rh_subject rh_subject_of_actions(const char *name, rh_actions_subject *actions);

#endif
