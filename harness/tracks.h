/* The tracks of many tests as JSON Lines, for comparing what they came to in two processes:
 *
 *     {"schema":1,"kind":"tracks"}
 *     {"kind":"track","module":...,"name":...,"verdict":...,"track":[...]}
 *
 * and one such line for each test. "track" begins with the number of workflow tasks and of
 * problems; then come the entries of the journal, each with the rolling hash before its words.
 */
#ifndef RH_HARNESS_TRACKS_H
#define RH_HARNESS_TRACKS_H

#include "harness/suite.h"

typedef struct rh_told_track {
    const char *module, *name, *verdict;
    bool has_track; /* a test that crashed has none */
    rh_track track;
} rh_told_track;

typedef struct rh_tracks {
    const rh_told_track *items;
    size_t count;
} rh_tracks;

void rh_tracks_begin(rh_text *text);
void rh_tracks_add(rh_text *text, const rh_test_result *result);
/* Texts are copied. 0, or -1 with an error. */
int rh_tracks_read(rh_arena *arena, const char *text, size_t length, rh_tracks *tracks,
                   rh_error *error);
/* The `nth` (from 0) of the tests of that name in that module: files of scenarios may be called
 * alike. NULL if there is none; `tracks` may be NULL. */
const rh_told_track *rh_tracks_find(const rh_tracks *tracks, const char *module, const char *name,
                                    size_t nth);
/* As rh_tracks_differ, of a playing here and one in another process. */
const char *rh_told_track_differs(rh_arena *arena, const rh_track *here,
                                  const rh_told_track *elsewhere);

#endif
