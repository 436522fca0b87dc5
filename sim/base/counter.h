/* Counts by key: how often something has been seen. Keys are 64-bit hashes. */
#ifndef RH_BASE_COUNTER_H
#define RH_BASE_COUNTER_H

#include "sim/base/arena.h"

typedef struct rh_count {
    uint64_t key;
    uint32_t times; /* 0: a free slot */
} rh_count;

typedef struct rh_counter {
    rh_arena *arena;
    rh_count *slots; /* open addressing; capacity a power of two */
    size_t capacity, used;
} rh_counter;

void rh_counter_init(rh_counter *counter, rh_arena *arena);
/* Empties it after a reset of its arena, with the room that it had (within limits): the next run is
 * mostly like the one before. All zero is good for a new one, too. */
void rh_counter_renew(rh_counter *counter, rh_arena *arena);
/* Counts the key once more; returns how often it has been counted now. */
uint32_t rh_counter_add(rh_counter *counter, uint64_t key);
/* Takes this for how often it has been counted (> 0): a counter can hold any number by key. */
void rh_counter_set(rh_counter *counter, uint64_t key, uint32_t times);
/* How often it has been counted. */
uint32_t rh_counter_get(const rh_counter *counter, uint64_t key);

#endif
