/* A test played again: with its worker lost before each workflow task, and in other surroundings.
 * Included behind suites/support/playing.h. */
#ifndef RH_SUITES_AGAIN_H
#define RH_SUITES_AGAIN_H

#include "harness/again.h"
#include "harness/tracks.h"

static inline rh_env *create_again(void *module)
{
    return rh_env_create(module);
}

/* Neither changes anything. `play` plays in an env of this module. */
static inline void same_again_at(rh_env *env, void (*play)(rh_env *env, void *data),
                                 const char *file, int line)
{
    static const rh_again_wish wishes[] = {{.lose_worker = true}, {.determinism = true}};
    const rh_again again = {create_again, play, (void *)(uintptr_t)rh_env_module(env)};
    for (size_t i = 0; i < LENGTH(wishes); i++) {
        rh_track first = rh_track_begin(&env->arena);
        rh_env *played = create_again(again.data);
        play(played, again.data);
        first.problems = rh_env_finish(played);
        rh_track_add(&first, played);
        rh_env_destroy(played);
        const char *differs = rh_play_again(&env->arena, &again, &wishes[i], &first);
        if (!differs)
            continue;
        print_error("%s\n", differs);
        _fail(file, line);
    }
}
#define assert_same_again(env, play) same_again_at((env), (play), __FILE__, __LINE__)

#endif
