#include "harness/explore/subject.h"

#include "harness/draw.h"
#include "harness/env_state.h"

enum { DRAW_HUMAN = 0x40a2 };

/* Thousandths of the median that people take; of equal shares. A log-normal one with sigma 1: most
 * come within two hours of fifty-five minutes, some the next day. */
static const int64_t human_quantiles[] = {50,   193,  278,  355,  432,  512,  600,
                                          697,  807,  932,  1000, 1073, 1239, 1435,
                                          1667, 1953, 2316, 2819, 3602, 5180, 20000};

/* ---- runs ------------------------------------------------------------------------------------ */

uint32_t rh_last_run(const rh_journal *journal, const char *workflow_type)
{
    for (size_t i = journal->run_count; i-- > 0;)
        if (!strcmp(journal->runs[i]->workflow_type->text, workflow_type))
            return (uint32_t)i;
    return RH_NO_RUN;
}

bool rh_run_ended_badly(const rh_journal *journal, uint32_t last)
{
    if (last == RH_NO_RUN)
        return false;
    const rh_run_record *run = journal->runs[last];
    return run->status != RH_RUN_SUCCEEDED && run->status != RH_RUN_RUNNING &&
           run->status != RH_RUN_STUCK;
}

rh_duration rh_human_comes(rh_env *env, rh_duration usually, uint32_t nth)
{
    rh_duration after = usually;
    uint64_t seed = env->options.seed;
    if (seed) {
        uint64_t bits = rh_random_draw(seed, DRAW_HUMAN, nth, 0);
        int64_t factor = rh_draw_quantile(human_quantiles,
                                          sizeof human_quantiles / sizeof *human_quantiles, bits);
        after = usually / 1000 * factor;
    }
    return rh_world_now(&env->world) - env->world.journal.start + after;
}

/* ---- workflows in C -------------------------------------------------------------------------- */

static int durable_given(rh_env *env, void *data, rh_error *error)
{
    const rh_durable_subject *durable = data;
    if (durable->definition->given)
        durable->definition->given(env);
    return durable->given ? durable->given(env, durable->data, error) : 0;
}

static void start_durable(rh_env *env, const rh_durable_subject *durable, rh_duration at)
{
    rh_run_options options = durable->definition->options;
    options.at = at;
    rh_start(env, durable->definition->name, durable->input, &options);
}

static void durable_start(rh_env *env, rh_duration at, void *data)
{
    start_durable(env, data, at);
}

static bool durable_again(rh_env *env, uint32_t nth, void *data)
{
    const rh_durable_subject *durable = data;
    const rh_journal *journal = rh_env_journal(env);
    if (!durable->rerun_after ||
        !rh_run_ended_badly(journal, rh_last_run(journal, durable->definition->name)))
        return false;
    start_durable(env, durable, rh_human_comes(env, durable->rerun_after, nth));
    return true;
}

static const char *durable_stands_for(const rh_call *call, void *data)
{
    const rh_durable_subject *durable = data;
    for (size_t i = 0; durable->stands_for && durable->stands_for[i][0]; i++)
        if (rh_call_matches(call, durable->stands_for[i][0]))
            return durable->stands_for[i][1];
    return NULL;
}

rh_subject rh_subject_of_durable(const char *name, const rh_module *module,
                                 rh_durable_subject *durable)
{
    return (rh_subject){
        .name = name,
        .given = durable_given,
        .start = durable_start,
        .again = durable_again,
        .stands_for = durable_stands_for,
        .module = module,
        .data = durable,
    };
}

/* ---- one that starts another ----------------------------------------------------------------- */

/* Its workflow id is the idempotency key: a second request finds it taken. */
static void hear(rh_env *env, const rh_entry *effect, void *data)
{
    const rh_hybrid_subject *hybrid = data;
    uint64_t key = rh_hash_mix(rh_hash_string(hybrid->request), DRAW_HUMAN);
    if (!effect->text || strcmp(effect->text, hybrid->request) != 0 ||
        rh_counter_add(&env->world.call_numbers, key) > 1)
        return;
    hybrid->started->start(env, rh_world_now(&env->world) - env->world.journal.start,
                           hybrid->started->data);
}

static int hybrid_given(rh_env *env, void *data, rh_error *error)
{
    rh_hybrid_subject *hybrid = data;
    const rh_subject *parts[] = {hybrid->starter, hybrid->started};
    for (size_t i = 0; i < 2; i++)
        if (parts[i]->given && parts[i]->given(env, parts[i]->data, error) != 0)
            return -1;
    rh_env_on_effect(env, hear, hybrid);
    return 0;
}

static void hybrid_start(rh_env *env, rh_duration at, void *data)
{
    const rh_hybrid_subject *hybrid = data;
    hybrid->starter->start(env, at, hybrid->starter->data);
}

static bool either_again(rh_env *env, uint32_t nth, const rh_subject *first,
                         const rh_subject *second)
{
    return (first->again && first->again(env, nth, first->data)) ||
           (second->again && second->again(env, nth, second->data));
}

static bool hybrid_again(rh_env *env, uint32_t nth, void *data)
{
    const rh_hybrid_subject *hybrid = data;
    return either_again(env, nth, hybrid->starter, hybrid->started);
}

static const char *hybrid_stands_for(const rh_call *call, void *data)
{
    const rh_subject *started = ((const rh_hybrid_subject *)data)->started;
    return started->stands_for ? started->stands_for(call, started->data) : NULL;
}

rh_subject rh_subject_of_hybrid(const char *name, rh_hybrid_subject *hybrid)
{
    return (rh_subject){
        .name = name,
        .given = hybrid_given,
        .start = hybrid_start,
        .again = hybrid_again,
        .stands_for = hybrid->started->stands_for ? hybrid_stands_for : NULL,
        .request = hybrid->request,
        .module = hybrid->started->module,
        .data = hybrid,
    };
}

/* ---- both ------------------------------------------------------------------------------------ */

static int both_given(rh_env *env, void *data, rh_error *error)
{
    const rh_both_subjects *both = data;
    const rh_subject *parts[] = {both->first, both->second};
    for (size_t i = 0; i < 2; i++)
        if (parts[i]->given && parts[i]->given(env, parts[i]->data, error) != 0)
            return -1;
    return 0;
}

static void both_start(rh_env *env, rh_duration at, void *data)
{
    const rh_both_subjects *both = data;
    both->first->start(env, at, both->first->data);
    both->second->start(env, at, both->second->data);
}

static bool both_again(rh_env *env, uint32_t nth, void *data)
{
    const rh_both_subjects *both = data;
    return either_again(env, nth, both->first, both->second);
}

rh_subject rh_subject_of_both(const char *name, rh_both_subjects *both)
{
    return (rh_subject){
        .name = name,
        .given = both_given,
        .start = both_start,
        .again = both_again,
        .module = both->first->module ? both->first->module : both->second->module,
        .data = both,
    };
}
