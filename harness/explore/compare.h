/* Comparison: the same pipeline on several engines, under the same faults.
 *
 * Exact figures come from all plans of up to k faults with their weights: each is a part of 1, and
 * what was not looked at (`rest`) may go either way. Time and money come from sampled worlds, in
 * which durations, outages and people are drawn, too; all engines meet the same draws.
 */
#ifndef RH_EXPLORE_COMPARE_H
#define RH_EXPLORE_COMPARE_H

#include "harness/explore/explore.h"
#include "harness/explore/gantt.h"
#include "harness/explore/outcome.h"
#include "harness/explore/record.h"
#include "harness/explore/statistics.h"

enum { RH_PERCENTILES = 3 };
extern const uint32_t rh_compared_percentiles[RH_PERCENTILES]; /* 500, 950, 990 per mille */

/* What is compared. All borrowed. */
typedef struct rh_contender {
    const rh_subject *subject;
    const char *phrase; /* "on GitHub Actions": how it is played, in a few words, */
    const char *about;  /* and in a sentence */
    const char *run;    /* the beginning of a command that plays it, faults follow; NULL: there is
                         * none */
    bool is_file;       /* that command can run what failed again */
} rh_contender;

/* One engine. */
typedef struct rh_engine {
    const rh_subject *subject;
    const char *phrase, *about;
    rh_outcome good;     /* when nothing fails */
    size_t effect_count; /* that are expected */

    /* Probabilities, exactly, of the plans that were looked at. */
    double success[RH_WEIGHTS];  /* without a human; at the rates, at a tenth and ten times them */
    double eventual[RH_WEIGHTS]; /* after humans did what they do */
    double silent;     /* it succeeds, and something is missing or made from a failed command */
    double was_half;   /* published by halves until a human comes */
    double stays_half; /* and after that */
    double duplicates; /* something was published twice */
    double tainted;    /* something was made from what came of a failed command */
    double stuck;
    /* Means, of the plans that were looked at. */
    double interventions;
    double wasted_minutes; /* of hosts */
    double work_minutes;
    double usd; /* of hosted runners: each begun minute */
    double makespan_minutes;
    double noticed_minutes; /* from a fault to a red run, of those that turn red */
    /* Of faults that come alone and reach it: where one reads of them; probabilities, given one. */
    double records[RH_RECORD_KINDS];
    double causes;   /* why is written there */
    double attempts; /* that one can count there, in the mean */

    /* Sampled. */
    rh_interval sampled_success;
    rh_percentile makespan[RH_PERCENTILES]; /* ns */
    rh_interval sampled_usd, sampled_wasted, sampled_interventions;
    rh_interval success_difference; /* to the first engine */
    rh_percentile makespan_difference[RH_PERCENTILES];
    uint64_t gained, lost;    /* worlds in which only this one, or only the first one succeeded */
    const int64_t *makespans; /* in rising order */
} rh_engine;

/* What one plan came to. */
typedef struct rh_compared {
    const rh_plan *plan;
    const rh_outcome *outcomes;     /* of each engine */
    const rh_record *records;       /* of each engine; NULL: not asked (more than one fault) */
    const char *const *what_failed; /* of each engine: how the run ended, in its own words; NULL: as
                                     * above */
    const char *replay; /* the command that plays it on the first engine that it touches; NULL: none
                         * can, or as above */
} rh_compared;

/* A plan whose worlds are drawn. */
typedef struct rh_drawn_plan {
    const rh_compared *compared;
    const rh_gantt *gantts; /* of each engine */
} rh_drawn_plan;

typedef struct rh_compare_options {
    const rh_contender *contenders; /* the first is what others are compared with */
    size_t contender_count;
    uint32_t most_faults;
    size_t most_plans;
    size_t worlds; /* sampled; default 4,000, or fewer, see below */
    size_t
        most_entries; /* of all journals of the plans, and again of the sampled worlds, if `worlds`
                          * does not say how many: what large files are limited by; default
                          * 10,000,000; SIZE_MAX: by nothing */
    uint64_t seed;
    uint32_t jobs;
    size_t drawn_plans; /* how many of the worst are drawn; default 3 */
} rh_compare_options;

typedef struct rh_comparison {
    rh_engine *engines;
    size_t engine_count;
    const rh_compared *plans; /* by number of faults, then in order of discovery */
    size_t plan_count;
    const rh_compared *const *worst; /* those of one fault, by harm on the first engine */
    size_t worst_count;
    const rh_compared *const *others; /* those that do not touch the first engine, by harm on the
                                       * others */
    size_t other_count;
    const rh_drawn_plan *drawn; /* the plan without faults, then the worst */
    size_t drawn_count;
    uint32_t most_faults;
    size_t left_out, likeliest_count, point_count; /* see rh_exploration */
    size_t unlikely_count;   /* plans that are less likely than one in ten million */
    double rest[RH_WEIGHTS]; /* probability of what was not looked at */
    size_t worlds;
    size_t
        fewer_than; /* so many worlds would be drawn if the file were smaller; 0: it is not large */
    uint64_t seed;
    const char *problem; /* a world that could not be played; NULL: none */
    rh_exploration exploration;
} rh_comparison;

/* 0, or -1 with an error. Lives in `arena`, and as long as rh_comparison_free was not called, which
 * is needed also after an error. */
int rh_compare(rh_arena *arena, const rh_compare_options *options, rh_comparison *comparison,
               rh_error *error);
void rh_comparison_free(rh_comparison *comparison);

/* How bad an outcome is, for ordering: 0 for a good one. */
unsigned rh_outcome_harm(const rh_outcome *outcome);

#endif
