#include "harness/explore/explorer.h"

#include <pthread.h>

#include "harness/env_state.h"

int rh_explorer_init(rh_explorer *explorer, const rh_subject *const *subjects, size_t count,
                     uint32_t most_again, rh_error *error)
{
    *explorer =
        (rh_explorer){.subjects = subjects, .subject_count = count, .most_again = most_again};
    rh_arena_init(&explorer->arena, NULL, NULL);
    rh_arena_init(&explorer->scratch, NULL, NULL);
    rh_prompter_init(&explorer->prompter, &explorer->arena);
    explorer->envs = RH_NEW_ARRAY(&explorer->arena, rh_env *, count);
    explorer->journals = RH_NEW_ARRAY(&explorer->arena, const rh_journal *, count);
    explorer->humans = RH_NEW_ARRAY(&explorer->arena, rh_human, count);
    for (size_t i = 0; i < count; i++) {
        rh_env *env = explorer->envs[i] = rh_env_create(subjects[i]->module);
        if (!env)
            return rh_error_set(error, NULL, 0, 0, "out of memory");
        if (subjects[i]->given && subjects[i]->given(env, subjects[i]->data, error) != 0)
            return -1;
        if (rh_env_problem_count(env))
            return rh_error_set(error, NULL, 0, 0, "%s: %s", subjects[i]->name,
                                rh_env_problem(env, 0)->message);
    }
    return 0;
}

void rh_explorer_free(rh_explorer *explorer)
{
    for (size_t i = 0; explorer->envs && i < explorer->subject_count; i++)
        rh_env_destroy(explorer->envs[i]);
    rh_prompter_free(&explorer->prompter);
    rh_arena_free(&explorer->scratch);
    rh_arena_free(&explorer->arena);
}

static void play(rh_explorer *explorer, size_t at, uint64_t seed)
{
    const rh_subject *subject = explorer->subjects[at];
    rh_env *env = explorer->envs[at];
    size_t problems = rh_env_problem_count(env);
    rh_human *human = &explorer->humans[at];
    *human = (rh_human){0, RH_FOREVER};
    rh_prompter_enter(&explorer->prompter, subject, env);
    rh_env_restart_with(env, seed);
    subject->start(env, 0, subject->data);
    rh_play(env);
    while (human->interventions < explorer->most_again && subject->again &&
           rh_env_problem_count(env) == problems) {
        rh_time now = rh_world_now(&env->world);
        if (!subject->again(env, human->interventions + 1, subject->data))
            break;
        human->interventions++;
        if (human->looked == RH_FOREVER)
            human->looked = now;
        rh_play(env);
    }
    if (rh_env_problem_count(env) > problems && !explorer->problem)
        explorer->problem = rh_env_problem(env, problems)->message;
    explorer->journals[at] = rh_env_journal(env);
}

void rh_explorer_play(rh_explorer *explorer, uint64_t seed)
{
    explorer->problem = NULL;
    rh_prompter_clear(&explorer->prompter);
    for (size_t i = 0; i < explorer->subject_count; i++)
        play(explorer, i, seed);
}

void rh_explorers_run(size_t count, void *(*work)(void *data), void *const *data)
{
    pthread_t threads[RH_MOST_JOBS];
    bool runs[RH_MOST_JOBS] = {false};
    for (size_t i = 1; i < count; i++)
        runs[i] = pthread_create(&threads[i], NULL, work, data[i]) == 0;
    work(data[0]);
    for (size_t i = 1; i < count; i++)
        if (runs[i])
            pthread_join(threads[i], NULL);
}
