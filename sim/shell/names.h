/* The names of variables and functions, as numbers: what a script mentions is looked up once, when
 * it is parsed. A play adds names of its own (eval, read, export) on top of those of its script. */
#ifndef RH_SHELL_NAMES_H
#define RH_SHELL_NAMES_H

#include "sim/base/arena.h"

typedef struct rh_sh_names {
    rh_arena *arena;
    const struct rh_sh_names *base; /* those below, not changed; may be NULL */
    uint32_t first;                 /* the number of list[0] */
    uint32_t count;
    const char **list;
    size_t capacity;
    uint32_t *buckets; /* numbers + 1 - first; 0: free */
    uint32_t bucket_count;
} rh_sh_names;

/* No names yet beyond those of `base` (borrowed, may be NULL). */
void rh_sh_names_init(rh_sh_names *names, rh_arena *arena, const rh_sh_names *base);
/* The number of a name, which is added (copied) if it is new. */
uint32_t rh_sh_name(rh_sh_names *names, const char *text, size_t length);
/* The text behind a number that rh_sh_name gave. */
const char *rh_sh_name_text(const rh_sh_names *names, uint32_t number);

#endif
