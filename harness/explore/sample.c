#include "harness/explore/sample.h"

#include <stdatomic.h>

#include "harness/draw.h"
#include "harness/env_state.h"
#include "harness/explore/explorer.h"

static const uint32_t MOST_AGAIN = 3;

typedef struct sampling {
    rh_sample_options options;
    char *slots;
    atomic_size_t next;
} sampling;

/* What a thread has. */
typedef struct sampler {
    rh_explorer explorer;
    sampling *all;
    uint64_t seed; /* of the world that is played */
} sampler;

/* ---- draws ----------------------------------------------------------------------------------- */

static const rh_fault *draw_outage(const sampler *s, const rh_point *point, const rh_drawn *drawn)
{
    const rh_env *env = s->explorer.prompter.env;
    for (size_t i = 0; env->profile && i < env->profile->outage_count; i++)
        if (rh_outage_strikes(&env->profile->outages[i], point->class, drawn))
            return env->profile->outages[i].fault;
    return NULL;
}

static const rh_fault *draw_fault(const rh_point *point, const rh_drawn *drawn)
{
    uint64_t bits = rh_random_draw(drawn->seed, RH_DRAW_RATE, drawn->call, 0);
    uint64_t at = rh_random_below(bits, 1000000);
    for (size_t i = 0; i < point->risks.count; i++) {
        if (at < point->risks.items[i].per_million)
            return point->risks.items[i].fault;
        at -= point->risks.items[i].per_million;
    }
    return NULL;
}

static const rh_fault *decide(void *data, const rh_point *point, rh_script *script)
{
    const sampler *s = data;
    const rh_drawn drawn = {s->seed, point->identity, point->nth,
                            rh_world_now(&s->explorer.prompter.env->world)};
    bool is_timed = script->takes > 0 || point->level == RH_CALL_ACTIVITY;
    if (point->class && is_timed)
        script->takes = rh_step_class_takes(point->class, script->takes, &drawn);
    const rh_fault *outage = point->class ? draw_outage(s, point, &drawn) : NULL;
    return outage ? outage : draw_fault(point, &drawn);
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static void *work(void *data)
{
    sampler *s = data;
    rh_explorer *e = &s->explorer;
    const rh_sample_options *options = &s->all->options;
    size_t at;
    while ((at = atomic_fetch_add(&s->all->next, 1)) < options->worlds) {
        s->seed = options->seed + at;
        rh_explorer_play(e, s->seed);
        if (e->problem)
            continue;
        rh_arena_reset(&e->scratch);
        const rh_played_plan played = {NULL, at, e->journals, e->humans, &e->arena, &e->scratch};
        options->look(options->data, &played, s->all->slots + at * options->slot_size);
    }
    return NULL;
}

void *rh_sample(const rh_sample_options *options, rh_error *error)
{
    sampling all = {.options = *options};
    uint32_t jobs = options->jobs ? options->jobs : 1;
    uint32_t again = options->most_again ? options->most_again : MOST_AGAIN;
    jobs = jobs < RH_MOST_JOBS ? jobs : RH_MOST_JOBS;
    all.slots = rh_arena_array(options->arena, options->slot_size, options->worlds);
    sampler *samplers = RH_NEW_ARRAY(options->arena, sampler, jobs);
    void *threads[RH_MOST_JOBS];
    uint32_t count = 0;
    bool is_fine = true;
    for (; count < jobs && is_fine; count++) {
        sampler *s = &samplers[count];
        s->all = &all;
        threads[count] = s;
        is_fine = rh_explorer_init(&s->explorer, options->subjects, options->subject_count, again,
                                   error) == 0;
        s->explorer.prompter.decide = decide;
        s->explorer.prompter.data = s;
    }
    if (is_fine)
        rh_explorers_run(count, work, threads);
    for (uint32_t i = 0; i < count; i++)
        rh_explorer_free(&samplers[i].explorer);
    return is_fine ? all.slots : NULL;
}
