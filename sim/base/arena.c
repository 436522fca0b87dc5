#include "sim/base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#define CHUNK_FIRST ((size_t)64 << 10)
#define CHUNK_DOUBLED_TO ((size_t)16 << 20)
#define HEADER 16u
#define SIZE_LIMIT (SIZE_MAX / 2 - HEADER - 15)

struct rh_chunk {
    struct rh_chunk *older;
    size_t size; /* with this header, which takes HEADER bytes */
};

_Static_assert(sizeof(struct rh_chunk) <= HEADER, "the first block of a chunk must be aligned");

static size_t rounded_up(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

static char *chunk_start(struct rh_chunk *chunk)
{
    return (char *)chunk + HEADER;
}

static void chunk_free(struct rh_chunk *chunk)
{
    RH_ARENA_OPEN(chunk, chunk->size);
    free(chunk);
}

static _Noreturn void run_out(rh_arena *arena)
{
    if (arena->exhausted) {
        arena->exhausted(arena->context);
        abort(); /* it must not return */
    }
    fputs("rehearse: out of memory\n", stderr);
    exit(2);
}

static void use_chunk(rh_arena *arena, struct rh_chunk *chunk, struct rh_chunk *older)
{
    chunk->older = older;
    arena->chunks = chunk;
    arena->next = chunk_start(chunk);
    arena->top = arena->end = arena->next + ((chunk->size - HEADER) & ~(size_t)15);
    if (arena->descends)
        arena->end = arena->next;
    RH_ARENA_CLOSE(arena->next, chunk->size - HEADER);
}

static void add_chunk(rh_arena *arena, size_t block_size)
{
    struct rh_chunk *newest = arena->chunks;
    size_t size = CHUNK_FIRST;
    if (newest)
        size = newest->size < CHUNK_DOUBLED_TO / 2 ? newest->size * 2 : CHUNK_DOUBLED_TO;
    if (size < block_size + HEADER)
        size = block_size + HEADER;

    struct rh_chunk *chunk = malloc(size);
    if (!chunk)
        run_out(arena);
    chunk->size = size;
    if (newest)
        arena->used_before += (size_t)(arena->next - chunk_start(newest));
    use_chunk(arena, chunk, newest);
}

void rh_arena_init(rh_arena *arena, rh_exhausted *exhausted, void *context)
{
    *arena = (rh_arena){.exhausted = exhausted, .context = context};
}

void rh_arena_free(rh_arena *arena)
{
    bool descends = arena->descends;
    for (struct rh_chunk *chunk = arena->chunks, *older; chunk; chunk = older) {
        older = chunk->older;
        chunk_free(chunk);
    }
    rh_arena_init(arena, arena->exhausted, arena->context);
    arena->descends = descends;
}

/* One chunk of the size of all; the largest of them if there is no memory for that. */
static struct rh_chunk *merge_chunks(struct rh_chunk *newest)
{
    struct rh_chunk *largest = newest;
    size_t total = 0;
    for (struct rh_chunk *chunk = newest; chunk; chunk = chunk->older) {
        total += chunk->size;
        if (chunk->size > largest->size)
            largest = chunk;
    }
    for (struct rh_chunk *chunk = newest, *older; chunk; chunk = older) {
        older = chunk->older;
        if (chunk != largest)
            chunk_free(chunk);
    }
    struct rh_chunk *one = malloc(total);
    if (!one)
        return largest;
    one->size = total;
    chunk_free(largest);
    return one;
}

void rh_arena_set_descending(rh_arena *arena, bool descends)
{
    arena->descends = descends;
}

void rh_arena_reset(rh_arena *arena)
{
    struct rh_chunk *chunk = arena->chunks;
    if (!chunk)
        return;
    if (chunk->older)
        chunk = merge_chunks(chunk);
    arena->used_before = 0;
    use_chunk(arena, chunk, NULL);
}

static void *grow_down(rh_arena *arena, size_t size, size_t rounded)
{
    if (!arena->chunks || rounded > (size_t)(arena->top - arena->next))
        add_chunk(arena, rounded);
    arena->top -= rounded;
    (void)size;
    RH_ARENA_OPEN(arena->top, size);
    return arena->top;
}

void *rh_arena_grow(rh_arena *arena, size_t size)
{
    if (size > SIZE_LIMIT)
        run_out(arena);
    size_t rounded = rounded_up(size ? size : 1);
    if (arena->descends)
        return grow_down(arena, size, rounded);
    if (rounded > (size_t)(arena->end - arena->next))
        add_chunk(arena, rounded);
    void *block = arena->next;
    arena->next += rounded;
    RH_ARENA_OPEN(block, size);
    return block;
}

void *rh_arena_array(rh_arena *arena, size_t size, size_t count)
{
    if (size && count > SIZE_LIMIT / size)
        run_out(arena);
    return rh_arena_zeroed(arena, size * count);
}

char *rh_arena_text(rh_arena *arena, const char *text, size_t length)
{
    char *copy = rh_arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *rh_arena_string(rh_arena *arena, const char *text)
{
    return text ? rh_arena_text(arena, text, strlen(text)) : NULL;
}

/* Makes the newest block of the arena larger where it stands, if it can. */
static bool extend(rh_arena *arena, char *block, size_t old_size, size_t new_size)
{
    size_t old_rounded = rounded_up(old_size);
    size_t more = rounded_up(new_size) - old_rounded;
    if (!block || !old_size || block + old_rounded != arena->next ||
        more > (size_t)(arena->end - arena->next))
        return false;
    arena->next += more;
    RH_ARENA_OPEN(block, new_size);
    return true;
}

const char *const *rh_arena_strings(rh_arena *arena, const char *const *list)
{
    size_t count = 0;
    if (!list)
        return NULL;
    while (list[count])
        count++;
    const char **copy = RH_NEW_ARRAY(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        copy[i] = rh_arena_string(arena, list[i]);
    return copy;
}

void *rh_arena_reserve(rh_arena *arena, void *array, size_t size, size_t needed, size_t *capacity)
{
    if (needed <= *capacity)
        return array;
    if (size && needed > SIZE_LIMIT / 2 / size)
        run_out(arena);
    size_t grown = *capacity ? *capacity : 4;
    do
        grown *= 2;
    while (grown < needed);

    size_t old_size = *capacity * size;
    void *larger = array;
    if (!extend(arena, array, old_size, grown * size)) {
        larger = rh_arena_alloc(arena, grown * size);
        if (old_size)
            memcpy(larger, array, old_size);
    }
    *capacity = grown; /* only now: the caller may have been left because memory is out */
    return larger;
}
