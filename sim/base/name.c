#include "sim/base/name.h"

#include "sim/base/hash.h"

enum { FIRST_CAPACITY = 64, MOST_RENEWED = 512 };

void rh_names_init(rh_names *names, rh_arena *arena)
{
    names->capacity = FIRST_CAPACITY;
    rh_names_renew(names, arena);
}

void rh_names_renew(rh_names *names, rh_arena *arena)
{
    if (names->capacity < FIRST_CAPACITY)
        names->capacity = FIRST_CAPACITY;
    if (names->capacity > MOST_RENEWED)
        names->capacity = MOST_RENEWED;
    names->arena = arena;
    names->slots = RH_NEW_ARRAY(arena, const rh_name *, names->capacity);
    names->count = 0;
}

static size_t slot_of(const rh_names *names, const char *text, size_t length, uint64_t hash)
{
    size_t mask = names->capacity - 1;
    size_t slot = (size_t)hash & mask;
    for (;; slot = (slot + 1) & mask) {
        const rh_name *name = names->slots[slot];
        if (!name)
            return slot;
        if (name->hash == hash && name->length == length && !memcmp(name->text, text, length))
            return slot;
    }
}

static void grow(rh_names *names)
{
    rh_names larger = *names;
    larger.capacity = names->capacity * 2;
    larger.slots = RH_NEW_ARRAY(names->arena, const rh_name *, larger.capacity);
    for (size_t i = 0; i < names->capacity; i++) {
        const rh_name *name = names->slots[i];
        if (name)
            larger.slots[slot_of(&larger, name->text, name->length, name->hash)] = name;
    }
    *names = larger;
}

const rh_name *rh_names_intern(rh_names *names, const char *text)
{
    size_t length = strlen(text);
    uint64_t hash = rh_hash_bytes(RH_HASH_SEED, text, length);
    size_t slot = slot_of(names, text, length, hash);
    if (names->slots[slot])
        return names->slots[slot];

    rh_name *name = rh_arena_alloc(names->arena, sizeof *name + length + 1);
    name->hash = hash;
    name->length = (uint32_t)length;
    memcpy(name->text, text, length + 1);
    names->slots[slot] = name;
    if (++names->count * 2 > names->capacity)
        grow(names);
    return name;
}

const rh_name *rh_names_find(const rh_names *names, const char *text)
{
    size_t length = strlen(text);
    uint64_t hash = rh_hash_bytes(RH_HASH_SEED, text, length);
    return names->slots[slot_of(names, text, length, hash)];
}
