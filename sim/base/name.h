/* Interned names: one copy of each text, compared by pointer, hashed once. */
#ifndef RH_BASE_NAME_H
#define RH_BASE_NAME_H

#include "sim/base/arena.h"

typedef struct rh_name {
    uint64_t hash;
    uint32_t length;
    char text[]; /* NUL-terminated */
} rh_name;

typedef struct rh_names {
    rh_arena *arena;
    const rh_name **slots; /* open addressing; capacity a power of two */
    size_t capacity;
    size_t count;
} rh_names;

/* All names live in `arena` and end with its reset; begin anew after one. */
void rh_names_init(rh_names *names, rh_arena *arena);
/* The same, with the room that it had (within limits): the next run is mostly like the one before.
 * All zero is good for a new one, too. */
void rh_names_renew(rh_names *names, rh_arena *arena);
const rh_name *rh_names_intern(rh_names *names, const char *text);
/* NULL if the text has not been interned. */
const rh_name *rh_names_find(const rh_names *names, const char *text);

#endif
