#define _DEFAULT_SOURCE
#include "harness/again.h"

#include <stdlib.h>

#include "harness/env_state.h"

/* ---- what differs ---------------------------------------------------------------------------- */

static const char *text_at(const rh_track *track, size_t index)
{
    if (index >= track->count)
        return "nothing more";
    return index < RH_TRACK_TEXTS ? track->texts[index] : "(its words were not kept)";
}

const char *rh_tracks_differ(rh_arena *arena, const rh_track *first, const rh_track *second,
                             const char *how)
{
    size_t common = first->count < second->count ? first->count : second->count, same = 0;
    while (same < common && first->hashes[same] == second->hashes[same])
        same++;
    rh_text text = rh_text_in(arena);
    rh_text_puts(&text, how);
    if (same < first->count || same < second->count) {
        const char *was = text_at(first, same), *is = text_at(second, same);
        rh_text_puts(&text, "\n");
        if (same)
            rh_text_printf(&text, "  after  %s\n", text_at(first, same - 1));
        rh_text_printf(&text, "  first  %s\n  then   %s\n", was, is);
        if (!strcmp(was, is))
            rh_text_puts(&text, "  (they differ in what is not shown, such as the time)\n");
    } else if (first->problems != second->problems) {
        rh_text_printf(&text, "\n  first  %zu problem%s of the test\n  then   %zu\n",
                       first->problems, first->problems == 1 ? "" : "s", second->problems);
    } else {
        return NULL;
    }
    return rh_text_string(&text);
}

/* ---- playing --------------------------------------------------------------------------------- */

typedef struct second_playing {
    rh_env *env;
    rh_track *track;
} second_playing;

static void add_world(const rh_journal *journal, void *data)
{
    const second_playing *second = data;
    (void)journal;
    rh_track_add(second->track, second->env);
}

/* NULL: the same. */
static const char *play_varied(rh_arena *arena, const rh_again *again, const rh_track *first,
                               const rh_world_variation *variation, const char *how)
{
    rh_arena scratch;
    rh_arena_init(&scratch, arena->exhausted, arena->context);
    rh_track track = rh_track_begin(&scratch);
    second_playing second = {again->create(again->data), &track};
    if (!second.env)
        return "out of memory";
    rh_env_set_variation(second.env, variation);
    rh_env_set_world_over(second.env, add_world, &second);
    again->play(second.env, again->data);
    track.problems = rh_env_finish(second.env);
    rh_track_add(&track, second.env);
    rh_env_destroy(second.env);
    const char *differs = rh_tracks_differ(arena, first, &track, how);
    rh_arena_free(&scratch);
    return differs;
}

/* ---- other surroundings ---------------------------------------------------------------------- */

enum { SIZES = 64, OF_EACH = 7 };

/* The allocator hands out first what was given back last: blocks of each small size come back in
 * the order of their addresses, or in the other one. And nothing lies where it lay. */
static void *stir_heap(bool ascending)
{
    static const size_t step = 16;
    void *blocks[SIZES][OF_EACH];
    void *kept = malloc(12345);
    for (size_t size = 0; size < SIZES; size++)
        for (size_t i = 0; i < OF_EACH; i++)
            blocks[size][i] = malloc(24 + size * step);
    for (size_t size = 0; size < SIZES; size++)
        for (size_t i = 0; i < OF_EACH; i++)
            free(blocks[size][ascending ? OF_EACH - 1 - i : i]);
    return kept;
}

/* Once with each order of the heap: one of them is not that of the first playing. */
static const char *play_elsewhere(rh_arena *arena, const rh_again *again, const rh_track *first)
{
    static const rh_world_variation other = {.stack_fill = 0xa5, .other_addresses = true};
    const char *differs = NULL;
    for (int way = 0; way < 2 && !differs; way++) {
        void *kept = stir_heap(way);
        differs = play_varied(arena, again, first, &other,
                              "not deterministic: it goes another way when it is played again");
        free(kept);
    }
    return differs;
}

/* ---- lost workers ---------------------------------------------------------------------------- */

static const char *lose_at(rh_arena *arena, const rh_again *again, const rh_track *first,
                           uint64_t task)
{
    const char *how =
        task == UINT64_MAX
            ? "does not survive the loss of its worker before every workflow task"
            : rh_format(arena,
                        "does not survive the loss of its worker before workflow task %ju of %ju",
                        (uintmax_t)task, (uintmax_t)first->tasks);
    return play_varied(arena, again, first, &(rh_world_variation){.lose_worker_at = task}, how);
}

/* The first task has nothing to lose. */
static const char *lose_everywhere(rh_arena *arena, const rh_again *again, const rh_track *first)
{
    uint64_t last = first->tasks, step = last / RH_LOSSES_ALONE + 1;
    for (uint64_t task = 2; task <= last; task += step) {
        const char *differs = lose_at(arena, again, first, task);
        if (differs)
            return differs;
    }
    return lose_at(arena, again, first, UINT64_MAX);
}

const char *rh_play_again(rh_arena *arena, const rh_again *again, const rh_again_wish *wish,
                          const rh_track *first)
{
    const char *differs = wish->determinism ? play_elsewhere(arena, again, first) : NULL;
    if (!differs && wish->lose_worker)
        differs = lose_everywhere(arena, again, first);
    return differs;
}
