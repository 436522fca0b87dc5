/* A track: what was journaled in the worlds of a test, an entry a line, with the rolling hash. Two
 * playings that are the same have the same track; where they part, both lines say what happened and
 * which call of the workflow it came from.
 *
 * Kept in the arena that it was begun with, so that it outlives the worlds; also as JSON Lines, to
 * compare playings in two processes or on two machines.
 */
#ifndef RH_HARNESS_TRACK_H
#define RH_HARNESS_TRACK_H

#include "harness/env.h"

enum { RH_TRACK_TEXTS = 200000 }; /* of so many entries the words are kept */

typedef struct rh_track {
    rh_arena *arena;
    uint64_t *hashes;
    const char **texts; /* NULL beyond RH_TRACK_TEXTS */
    size_t count, capacity, text_capacity;
    uint64_t tasks;  /* workflow tasks that were run */
    size_t problems; /* of the test, when it was over */
} rh_track;

rh_track rh_track_begin(rh_arena *arena);
/* Adds the present world of an env. */
void rh_track_add(rh_track *track, const rh_env *env);
/* Appends what one entry of the present world says: "event 5, ACTIVITY_TASK_SCHEDULED Build[arm64]
 * ["arm64"]", and in a second line "by release.c:40, coroutine 'main'". */
void rh_track_write_entry(rh_text *text, const rh_env *env, size_t entry);

/* A JSON list, and back. Texts are copied. */
void rh_track_write(rh_text *text, const rh_track *track);
rh_track rh_track_read(rh_arena *arena, const rh_value *list);

#endif
