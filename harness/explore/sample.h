/* Sampling: plays subjects in worlds that are drawn: faults by their rates, outages by time, how
 * long everything takes by the classes of the profile.
 *
 * A draw is keyed by (seed, fault point): in one world all subjects meet the same faults and the
 * same durations at the same points, whenever they come there, so that their differences are their
 * own (common random numbers).
 */
#ifndef RH_EXPLORE_SAMPLE_H
#define RH_EXPLORE_SAMPLE_H

#include "harness/explore/explore.h"

typedef struct rh_sample_options {
    const rh_subject *const *subjects;
    size_t subject_count;
    size_t worlds;       /* how many are drawn */
    uint64_t seed;       /* of the first; the others count on */
    uint32_t most_again; /* how often a human does something in a world; default 3 */
    uint32_t jobs;       /* threads; default 1 */
    size_t slot_size;    /* zeroed memory for `look` */
    rh_look *look;
    void *data;
    rh_arena *arena; /* of the slots */
} rh_sample_options;

/* Returns the slots of all worlds, one behind the other, in the order of their seeds; NULL with an
 * error. Worlds that could not be played have a slot that nobody looked at: all zero. */
void *rh_sample(const rh_sample_options *options, rh_error *error);

#endif
