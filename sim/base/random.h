/* Keyed random numbers: a draw depends on the seed and on what is drawn for, never on what was
 * drawn before. Adding a call to a workflow changes no other draw. */
#ifndef RH_BASE_RANDOM_H
#define RH_BASE_RANDOM_H

#include <stdint.h>

#include "sim/base/hash.h"

/* 64 uniform bits for (seed, purpose, identity, count). `purpose` is a constant of the caller. */
static inline uint64_t rh_random_draw(uint64_t seed, uint64_t purpose, uint64_t identity,
                                      uint64_t count)
{
    uint64_t hash = rh_hash_mix(rh_hash_mix(RH_HASH_SEED, seed), purpose);
    hash = rh_hash_mix(rh_hash_mix(hash, identity), count);
    return rh_hash_mix(hash, hash >> 29);
}

/* Maps 64 uniform bits to 0 .. bound - 1 (bound > 0) by multiplication. */
static inline uint64_t rh_random_below(uint64_t bits, uint64_t bound)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)(((wide)bits * bound) >> 64);
}

#endif
