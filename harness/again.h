/* Playing again: what was played once must come out the same when it is played again, whatever the
 * memory looks like, and wherever its worker is lost.
 *
 * Code that is not deterministic is found by playing it in other surroundings. In this process
 * those are the fill of coroutine stacks, the order and place of what lies in memory, and whatever
 * static state the first playing has left. Environment, date, working folder and fresh memory need
 * another process: that is the caller's matter (cli/elsewhere.h), who compares tracks.
 */
#ifndef RH_HARNESS_AGAIN_H
#define RH_HARNESS_AGAIN_H

#include "harness/track.h"

typedef struct rh_again_wish {
    bool lose_worker; /* before each workflow task: each alone, and all of them */
    bool determinism; /* once more with other stacks and addresses */
} rh_again_wish;

/* What is played: `create` makes an env as the first one was made, NULL if memory is out; `play`
 * does with it what was done then. */
typedef struct rh_again {
    rh_env *(*create)(void *data);
    void (*play)(rh_env *env, void *data);
    void *data;
} rh_again;

enum { RH_LOSSES_ALONE = 500 }; /* in longer tests, so many workflow tasks, spread evenly */

/* Plays again, in each way that is wished. NULL if all is as in `first`; otherwise what differs,
 * for people: its first line says what was done, the others what stands in which track. Text in
 * `arena`. */
const char *rh_play_again(rh_arena *arena, const rh_again *again, const rh_again_wish *wish,
                          const rh_track *first);

/* The same about two tracks; `how` says what it means, and begins the text. */
const char *rh_tracks_differ(rh_arena *arena, const rh_track *first, const rh_track *second,
                             const char *how);

#endif
