/* Fault points as exploration meets them: the n-th try in a world at a call that nothing is played
 * below. Tries are counted over all runs of the world, so that what failed once succeeds when a
 * human or a retry tries again.
 *
 * A prompter is asked by the stage of an env which fault strikes; it keeps the list of the points
 * it was asked for, in order, over all worlds that are played under one plan.
 */
#ifndef RH_EXPLORE_POINT_H
#define RH_EXPLORE_POINT_H

#include "harness/explore/risk.h"
#include "harness/explore/subject.h"
#include "sim/base/counter.h"

typedef struct rh_point {
    uint64_t identity; /* of path and nth; the same in all subjects */
    const char *path;
    int32_t nth;       /* the n-th try in its world, from 1 */
    bool is_call;      /* otherwise something of the engine's own, which no --fault names */
    uint8_t level;     /* rh_call_level */
    uint64_t traits;   /* of what it does: points of other traits have other risks */
    const char *title; /* of the call; NULL: its path */
    const char *file;  /* where it is written; NULL: not known */
    uint32_t line, column;
    uint64_t variant; /* of the leg it is in; 0: none */
    rh_risks risks;
    const rh_step_class_record *class; /* of the profile; NULL: none */
} rh_point;

/* One fault of a plan. */
typedef struct rh_strike {
    const rh_point *point;
    const rh_risk *risk;
} rh_strike;

/* Says which fault strikes a point; NULL: none. May also change how long it takes. */
typedef const rh_fault *rh_decide(void *data, const rh_point *point, rh_script *script);

typedef struct rh_prompter {
    rh_arena *arena; /* of points: as long as the exploration */
    bool unlikely;   /* risks without a rate count, too */
    rh_decide *decide;
    void *data;
    const rh_subject *subject; /* whose world is played */
    rh_env *env;
    const rh_point **asked; /* under this plan, each once */
    size_t asked_count, asked_capacity;
    /* Its own: */
    rh_arena memory; /* of one plan */
    rh_counter tries, seen;
    struct rh_known_call *calls; /* by what the journal knows them by; open addressing */
    size_t calls_size, calls_used;
    const rh_point **points; /* by identity and traits; open addressing */
    size_t points_size, points_used;
} rh_prompter;

void rh_prompter_init(rh_prompter *prompter, rh_arena *arena);
void rh_prompter_free(rh_prompter *prompter);
/* A new plan begins. */
void rh_prompter_clear(rh_prompter *prompter);
/* A world of the subject is played next, in this env (whose prompter this becomes). */
void rh_prompter_enter(rh_prompter *prompter, const rh_subject *subject, rh_env *env);

/* Asks the prompter of an env that explores for a point that is no call: the next of this kind in
 * its world, "owner/kind@n". NULL: nothing strikes, or the env does not explore. */
const rh_fault *rh_prompt_point(rh_env *env, const char *owner, const char *kind,
                                const rh_risk *risks, size_t count);

/* "release/push/git[push]@2": how a fault point is written. */
void rh_point_write(rh_text *text, const rh_point *point);

#endif
