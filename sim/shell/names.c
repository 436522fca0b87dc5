#include "sim/shell/names.h"

#include "sim/base/hash.h"

void rh_sh_names_init(rh_sh_names *names, rh_arena *arena, const rh_sh_names *base)
{
    *names = (rh_sh_names){.arena = arena, .base = base};
    names->first = base ? base->first + base->count : 0;
}

static uint32_t *bucket_of(const rh_sh_names *names, const char *text, size_t length)
{
    uint32_t at = (uint32_t)rh_hash_bytes(RH_HASH_SEED, text, length);
    for (;; at++) {
        uint32_t *bucket = &names->buckets[at & (names->bucket_count - 1)];
        if (!*bucket)
            return bucket;
        const char *name = names->list[*bucket - 1];
        if (strncmp(name, text, length) == 0 && !name[length])
            return bucket;
    }
}

static void grow(rh_sh_names *names)
{
    names->bucket_count = names->bucket_count ? names->bucket_count * 2 : 32;
    names->buckets = RH_NEW_ARRAY(names->arena, uint32_t, names->bucket_count);
    for (uint32_t i = 0; i < names->count; i++)
        *bucket_of(names, names->list[i], strlen(names->list[i])) = i + 1;
}

uint32_t rh_sh_name(rh_sh_names *names, const char *text, size_t length)
{
    for (const rh_sh_names *below = names->base; below; below = below->base) {
        uint32_t *found = below->bucket_count ? bucket_of(below, text, length) : NULL;
        if (found && *found)
            return below->first + *found - 1;
    }
    if (names->count * 2 >= names->bucket_count)
        grow(names);
    uint32_t *bucket = bucket_of(names, text, length);
    if (!*bucket) {
        names->list = rh_arena_reserve(names->arena, names->list, sizeof *names->list,
                                       names->count + 1, &names->capacity);
        names->list[names->count] = rh_arena_text(names->arena, text, length);
        *bucket = ++names->count;
    }
    return names->first + *bucket - 1;
}

const char *rh_sh_name_text(const rh_sh_names *names, uint32_t number)
{
    while (number < names->first)
        names = names->base;
    return names->list[number - names->first];
}
