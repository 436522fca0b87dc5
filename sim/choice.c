#include "sim/choice.h"

#include "sim/base/random.h"

void rh_choices_init(rh_choices *choices, rh_arena *arena, uint64_t seed, bool random,
                     const uint32_t *replay, size_t replay_count)
{
    *choices = (rh_choices){
        .arena = arena,
        .seed = seed,
        .random = random,
        .replay = replay,
        .replay_count = replay_count,
    };
}

static uint32_t answer(const rh_choices *choices, const char *label, uint32_t bound,
                       uint64_t identity)
{
    if (choices->made_count < choices->replay_count) {
        uint32_t value = choices->replay[choices->made_count];
        return value < bound ? value : bound - 1;
    }
    if (choices->random) {
        uint64_t bits = rh_random_draw(choices->seed, rh_hash_string(label), identity, bound);
        return (uint32_t)rh_random_below(bits, bound);
    }
    return 0;
}

uint32_t rh_choose(rh_choices *choices, const char *label, uint32_t bound, uint64_t identity)
{
    if (bound <= 1)
        return 0;
    uint32_t value = answer(choices, label, bound, identity);
    choices->made = rh_arena_reserve(choices->arena, choices->made, sizeof *choices->made,
                                     choices->made_count + 1, &choices->made_capacity);
    choices->made[choices->made_count++] = (rh_choice){label, bound, value};
    return value;
}
