/* An arena: memory that is given back all at once.
 *
 * A world, an env and a command each own one. Allocation never returns NULL: when the system has
 * no more memory, the arena calls its `exhausted` function, which must not return (it jumps to the
 * boundary that reports the error). A reset keeps the memory; after a few resets of similar runs
 * the arena is one chunk and allocates nothing.
 *
 * An arena may grow downwards: what is allocated later then lies lower, and code that goes by the
 * order of addresses shows itself.
 */
#ifndef RH_BASE_ARENA_H
#define RH_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Under AddressSanitizer memory that is not handed out is closed: use after a reset is found. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RH_ARENA_OPEN(block, size) ASAN_UNPOISON_MEMORY_REGION((block), (size))
#define RH_ARENA_CLOSE(block, size) ASAN_POISON_MEMORY_REGION((block), (size))
#else
#define RH_ARENA_OPEN(block, size) ((void)0)
#define RH_ARENA_CLOSE(block, size) ((void)0)
#endif

struct rh_chunk;

/* Called when no memory is left; must not return. */
typedef void rh_exhausted(void *context);

typedef struct rh_arena {
    char *next; /* first free byte, 16-byte aligned */
    char *end;
    struct rh_chunk *chunks; /* newest first */
    size_t used_before;      /* bytes in all chunks but the newest */
    rh_exhausted *exhausted;
    void *context;
    bool descends; /* grows downwards, in rh_arena_grow alone: next and end are the chunk's start */
    char *top;     /* descends: the lowest block of the chunk */
} rh_arena;

/* `exhausted` may be NULL: then running out of memory ends the process with a message and
 * exit code 2. */
void rh_arena_init(rh_arena *arena, rh_exhausted *exhausted, void *context);
/* Gives the memory back to the system; the arena can be used again. */
void rh_arena_free(rh_arena *arena);
/* From the next reset on the arena grows downwards, or upwards as usual. */
void rh_arena_set_descending(rh_arena *arena, bool descends);
/* Forgets all that was allocated and keeps the memory; several chunks become one. */
void rh_arena_reset(rh_arena *arena);
/* The slow path of rh_arena_alloc. */
void *rh_arena_grow(rh_arena *arena, size_t size);

/* Uninitialised, 16-byte aligned. */
static inline void *rh_arena_alloc(rh_arena *arena, size_t size)
{
    size_t rounded = (size + 15) & ~(size_t)15;
    /* Minus one, so that nothing (0 bytes) and far too much (wrapped to 0) also take this way. */
    if (rounded - 1 >= (size_t)(arena->end - arena->next))
        return rh_arena_grow(arena, size);
    void *block = arena->next;
    arena->next += rounded;
    RH_ARENA_OPEN(block, size);
    return block;
}

static inline void *rh_arena_zeroed(rh_arena *arena, size_t size)
{
    return memset(rh_arena_alloc(arena, size), 0, size);
}

#define RH_NEW(arena, type) ((type *)rh_arena_zeroed((arena), sizeof(type)))
/* An array of `count` zeroed elements; the product is checked. */
#define RH_NEW_ARRAY(arena, type, count) ((type *)rh_arena_array((arena), sizeof(type), (count)))

void *rh_arena_array(rh_arena *arena, size_t size, size_t count);
/* A NUL-terminated copy of `length` bytes. */
char *rh_arena_text(rh_arena *arena, const char *text, size_t length);
/* A NUL-terminated copy; NULL for NULL. */
char *rh_arena_string(rh_arena *arena, const char *text);
/* A copy of a NULL-terminated list of strings; NULL for NULL. */
const char *const *rh_arena_strings(rh_arena *arena, const char *const *list);
/* Makes room for at least `needed` elements: returns the same or a larger array (the old content
 * is copied) and updates *capacity. Grows by doubling, from 8. */
void *rh_arena_reserve(rh_arena *arena, void *array, size_t size, size_t needed, size_t *capacity);

#endif
