#include "sim/base/counter.h"

enum {
    FIRST_CAPACITY = 32,
    MOST_RENEWED = 512 /* what is larger costs more to empty than to grow again */
};

void rh_counter_init(rh_counter *counter, rh_arena *arena)
{
    *counter = (rh_counter){.capacity = FIRST_CAPACITY};
    rh_counter_renew(counter, arena);
}

void rh_counter_renew(rh_counter *counter, rh_arena *arena)
{
    size_t capacity = counter->capacity < FIRST_CAPACITY ? FIRST_CAPACITY
                      : counter->capacity > MOST_RENEWED ? MOST_RENEWED
                                                         : counter->capacity;
    *counter = (rh_counter){.arena = arena,
                            .slots = RH_NEW_ARRAY(arena, rh_count, capacity),
                            .capacity = capacity};
}

static rh_count *slot_of(const rh_counter *counter, uint64_t key)
{
    size_t mask = counter->capacity - 1;
    size_t at = (size_t)(key ^ key >> 32) & mask;
    while (counter->slots[at].times && counter->slots[at].key != key)
        at = (at + 1) & mask;
    return &counter->slots[at];
}

static void grow(rh_counter *counter)
{
    rh_counter larger = *counter;
    larger.capacity = counter->capacity * 2;
    larger.slots = RH_NEW_ARRAY(counter->arena, rh_count, larger.capacity);
    for (size_t i = 0; i < counter->capacity; i++)
        if (counter->slots[i].times)
            *slot_of(&larger, counter->slots[i].key) = counter->slots[i];
    *counter = larger;
}

uint32_t rh_counter_add(rh_counter *counter, uint64_t key)
{
    rh_count *slot = slot_of(counter, key);
    if (slot->times)
        return ++slot->times;
    if ((counter->used + 1) * 2 > counter->capacity) {
        grow(counter);
        slot = slot_of(counter, key);
    }
    counter->used++;
    slot->key = key;
    return slot->times = 1;
}

uint32_t rh_counter_get(const rh_counter *counter, uint64_t key)
{
    return slot_of(counter, key)->times;
}

void rh_counter_set(rh_counter *counter, uint64_t key, uint32_t times)
{
    rh_counter_add(counter, key);
    slot_of(counter, key)->times = times;
}
