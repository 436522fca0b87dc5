/* What came of a world, in numbers: read from its journal in one pass. */
#ifndef RH_EXPLORE_OUTCOME_H
#define RH_EXPLORE_OUTCOME_H

#include "harness/explore/subject.h"

/* How a world looks from outside when all is over. */
typedef enum rh_ending {
    RH_ENDING_SUCCESS,
    RH_ENDING_FAILURE,
    RH_ENDING_CANCELLED,
    RH_ENDING_STUCK /* waits for what never comes */
} rh_ending;

/* The effects that a world has when nothing fails: what others are measured by. */
typedef struct rh_expected_effects {
    const uint64_t *hashes; /* of kind and key; each once, in the order in which they happened */
    size_t count;
    const char
        *request; /* effects with this key do not count: they only ask for a run; NULL: none */
} rh_expected_effects;

typedef struct rh_outcome {
    uint8_t first;          /* rh_ending: the worst of the runs, before any human did anything */
    uint8_t last;           /* the worst of the last runs of each workflow */
    uint32_t interventions; /* re-runs, and deploys that were rolled back */
    uint32_t reruns;        /* of them: what failed was run again */
    uint32_t faults;        /* that struck, and outages of the engine's own */
    uint32_t missing;       /* expected effects that never happened */
    uint32_t unexpected;    /* effects that nothing expected */
    uint32_t duplicates;    /* times that an effect happened once more */
    uint32_t tainted;       /* effects made from what came of a failed command */
    bool is_half;           /* some of what was expected happened, and some did not */
    bool was_half;          /* so, when the first run was over */
    bool is_silent;         /* it succeeded at first, though something is missing or tainted */
    rh_duration makespan;   /* from the start of the world to the end of the last run */
    rh_duration first_makespan; /* of the first run */
    rh_duration work;           /* of jobs and activities, on whatever host */
    rh_duration wasted;         /* of it: what failed, was lost or was dropped */
    int64_t micro_usd;          /* what the jobs of workflow files cost, each begun minute */
    int64_t minutes;            /* those minutes */
    rh_duration noticed; /* from the first fault to the end of the run that failed, or until a
                          * broken deploy was rolled back; -1: no fault, or nobody noticed */
} rh_outcome;

/* What is expected of worlds like this one. Lives in `arena`. */
rh_expected_effects rh_expected_effects_of(rh_arena *arena, const rh_journal *journal,
                                           const char *request);

/* `expected` may be NULL: then this world is what is expected. `arena` is for what is needed
 * meanwhile. */
void rh_outcome_read(rh_arena *arena, const rh_journal *journal,
                     const rh_expected_effects *expected, const rh_human *human,
                     rh_outcome *outcome);

/* It succeeded, and no human did anything. */
bool rh_outcome_is_good_alone(const rh_outcome *outcome);

/* "success", "failure", "cancelled", "stuck" */
const char *rh_ending_name(rh_ending ending);

#endif
