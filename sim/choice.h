/* The choice source: every decision that could go another way asks it.
 *
 * By default the answer is 0, the documented order. A seed draws answers; a recorded list replays
 * them. All answers that could have been other than 0 are kept: together with the seed they are all
 * that makes one run differ from another.
 */
#ifndef RH_CHOICE_H
#define RH_CHOICE_H

#include <stdbool.h>

#include "sim/base/arena.h"

typedef struct rh_choice {
    const char *label; /* what was decided: "timer-tie", "host"; a constant */
    uint32_t bound;
    uint32_t value;
} rh_choice;

typedef struct rh_choices {
    rh_arena *arena;
    uint64_t seed;
    bool random;
    const uint32_t *replay; /* answers to give, in order; then defaults; borrowed */
    size_t replay_count;
    rh_choice *made;
    size_t made_count, made_capacity;
} rh_choices;

void rh_choices_init(rh_choices *choices, rh_arena *arena, uint64_t seed, bool random,
                     const uint32_t *replay, size_t replay_count);
/* An answer below `bound` (> 0). `identity` says what is decided, so that a draw does not depend
 * on the draws before it. Answers with bound 1 are not kept. */
uint32_t rh_choose(rh_choices *choices, const char *label, uint32_t bound, uint64_t identity);

#endif
