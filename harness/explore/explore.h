/* Exploration: plays subjects under every plan of up to k faults, those with fewer faults first.
 *
 * A plan says which points fail and how; all other points succeed. Points are found by playing:
 * what a retry or a re-run tries is a point that only plans reach which have made it necessary. All
 * subjects are played under each plan, so that they are compared under the same faults.
 *
 * A plan has a weight: the probability that exactly its faults, and no others, strike the points
 * that are met. The plans are the leaves of a decision tree, so weights add up: what is left of 1
 * is the probability of more faults than were tried. Faults strike independently of each other;
 * those that come together (outages) are drawn by time, elsewhere.
 *
 * Plans are ordered by their number of faults, then by the order in which points are met; the
 * order, and everything else, is the same with any number of threads.
 */
#ifndef RH_EXPLORE_H
#define RH_EXPLORE_H

#include "harness/explore/point.h"

enum { RH_WEIGHTS = 3 };
extern const double rh_weight_factors[RH_WEIGHTS]; /* 1, 0.1, 10 */

typedef struct rh_plan {
    const rh_strike *strikes; /* in the order of their points */
    size_t count;
    double weights[RH_WEIGHTS]; /* at the rates as they are, and at rates times 0.1 and 10 */
    void *slot;                 /* what `look` made of it */
} rh_plan;

/* The worlds of one plan, played. */
typedef struct rh_played_plan {
    const rh_plan *plan;
    size_t number;                     /* of the plan, from 0; 0 is the one without faults */
    const rh_journal *const *journals; /* of each subject; until `look` returns */
    const rh_human *humans;            /* what humans did in each */
    rh_arena *arena;                   /* as long as the exploration; this thread's */
    rh_arena *scratch;                 /* until `look` returns */
} rh_played_plan;

/* Called for each plan, from any thread, before those with more faults are played: what all share
 * may only be written when number is 0. */
typedef void rh_look(void *data, const rh_played_plan *played, void *slot);

typedef struct rh_explore_options {
    const rh_subject *const *subjects;
    size_t subject_count;
    uint32_t most_faults; /* k; 0: only the plan without any */
    size_t most_plans;    /* a level of faults that would have more in all is left out; default
                           * 200,000 */
    size_t most_entries;  /* of all journals, if each plan had as many as the one without faults: of
                           * a level that would have more only the likeliest plans are played, and
                           * none of the levels behind it; 0: any number */
    double least_weight;  /* plans of several faults that are less likely are left out, with all
                           * that have more faults than they; default 0: none are */
    uint32_t most_again;  /* how often a human does something in a world; default 3 */
    uint32_t jobs;        /* threads; default 1 */
    bool unlikely;        /* also faults without a rate: for searching, not for counting */
    uint32_t most_of_place; /* of the points at one place of a file, in legs of a matrix that are of
                             * one variant, only
                             * so many fail; if there would be too many plans, only one, and if
                             * these were too many, one of all variants; 0: all */
    size_t slot_size;       /* zeroed memory for `look`; 0: none */
    rh_look *look;          /* NULL: nobody looks */
    void *data;
} rh_explore_options;

typedef struct rh_exploration {
    const rh_plan *plans;
    size_t count;
    uint32_t most_faults;        /* all plans with so many are among them */
    size_t unlikely_count;       /* plans that were left out because of their weight */
    size_t left_out;             /* plans of the next level that were not played: too many; or 0 */
    size_t likeliest_count;      /* plans of that level that were, as the likeliest of it */
    size_t entries;              /* of the journals of the plan without faults */
    uint32_t most_of_place;      /* as in the options, or 1 */
    bool mixes_variants;         /* of all variants */
    size_t wanted;               /* plans of up to one fault, if nothing had been reduced */
    size_t passed_over;          /* points of the plan without faults that others stood for */
    double mass[RH_WEIGHTS];     /* of all plans: what is left of 1 was not looked at */
    size_t point_count;          /* that were met, each once */
    const char *problem;         /* of the first world that could not be played; NULL: none */
    rh_strike problem_strike;    /* the last fault of its plan; all zero: none */
    struct rh_explorers *memory; /* its own */
} rh_exploration;

/* 0, or -1 with an error: a subject refused its env, or even the plan without faults cannot be
 * played. rh_exploration_free gives everything back, also then. */
int rh_explore(const rh_explore_options *options, rh_exploration *exploration, rh_error *error);
void rh_exploration_free(rh_exploration *exploration);

/* Plays one plan again, that of an exploration of the same subjects, and looks at it. 0, or -1 with
 * an error. */
int rh_explore_plan(const rh_subject *const *subjects, size_t subject_count, const rh_plan *plan,
                    rh_look *see, void *data, void *slot, rh_error *error);

/* "release/push@2=git-push-race release/docker=registry-5xx"; "no fault" if it has none. */
void rh_plan_write(rh_text *text, const rh_plan *plan);

#endif
