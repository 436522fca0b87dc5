#include "harness/explore/risk.h"

#include "harness/env_state.h"

enum { MOST = 2 * (RH_FAULT_SLOW + 1) };

/* By class, and by whether it is retried. */
typedef struct found {
    rh_risk risks[MOST];
    uint32_t largest[MOST]; /* rate of the one that stands for the others */
    bool is_typical[MOST];
} found;

rh_risk_traits rh_risk_traits_of(const rh_script *script)
{
    return (rh_risk_traits){
        .has_effects = script->effect_count > 0,
        .has_result = script->result && rh_kind_of(script->result) != RH_NULL,
        .takes = rh_time_add(script->start_delay, script->takes),
    };
}

/* Whether the fault would change anything that counts. */
static bool makes_a_difference(const rh_fault *fault, const rh_risk_traits *traits)
{
    switch (fault->class) {
    case RH_FAULT_REPLY_LOST:
    case RH_FAULT_PARTIAL:
        return traits->has_effects;
    case RH_FAULT_CORRUPTED:
    case RH_FAULT_SILENT:
        return traits->has_effects || traits->has_result;
    case RH_FAULT_SLOW:
        return false; /* nothing but time, which is drawn */
    default:
        return true;
    }
}

static size_t slot_of(const rh_fault *fault)
{
    return 2 * (size_t)fault->class + fault->retryable;
}

static void add(found *all, const rh_fault *fault, uint32_t per_million,
                const rh_risk_traits *traits)
{
    size_t slot = slot_of(fault);
    if (!per_million || !makes_a_difference(fault, traits))
        return;
    all->risks[slot].per_million += per_million;
    if (all->is_typical[slot])
        return;
    if (!all->risks[slot].fault || per_million > all->largest[slot]) {
        all->risks[slot].fault = fault;
        all->largest[slot] = per_million;
    }
}

/* The first typical one of a kind gives it its text. */
static void add_typical(found *all, const rh_fault *fault, const rh_risk_traits *traits,
                        bool unlikely)
{
    size_t slot = slot_of(fault);
    bool is_there = all->risks[slot].fault != NULL;
    if (all->is_typical[slot] || !makes_a_difference(fault, traits) || (!is_there && !unlikely))
        return;
    all->is_typical[slot] = true;
    all->risks[slot].fault = fault;
}

/* What the profile says of attempts that do the work of a whole job, for one that is a part. */
static uint32_t rate_of(rh_env *env, const rh_call *call, const rh_rate *rate,
                        const rh_risk_traits *traits)
{
    if (call->about.level == RH_CALL_ACTIVITY)
        return rate->per_million;
    if (rh_fault_strikes_machine(rate->fault) && traits->takes < RH_JOB_TIME)
        return (uint32_t)((uint64_t)rate->per_million * (uint64_t)traits->takes /
                          (uint64_t)RH_JOB_TIME);
    return rh_env_typical(env, call, rate->fault) ? rate->per_million : 0;
}

rh_risks rh_risks_of(rh_arena *arena, rh_env *env, const rh_call *call,
                     const rh_risk_traits *traits, bool unlikely)
{
    found all = {0};
    const rh_step_class_record *class = rh_env_class_of(env, call);
    for (size_t i = 0; class && i < class->rate_count; i++)
        if (!rh_env_own_rate(env, call, class->rates[i].fault))
            add(&all, class->rates[i].fault, rate_of(env, call, &class->rates[i], traits), traits);
    for (size_t i = 0; i < env->rate_count; i++)
        if (rh_env_own_rate(env, call, env->rates[i].rate.fault) == &env->rates[i])
            add(&all, env->rates[i].rate.fault, env->rates[i].rate.per_million, traits);
    for (const char *const *name = call->about.faults; name && *name; name++) {
        const rh_fault *fault = rh_catalog_find(&env->catalog, *name);
        if (fault)
            add_typical(&all, fault, traits, unlikely);
    }
    rh_risk *items = RH_NEW_ARRAY(arena, rh_risk, MOST);
    rh_risks risks = {.items = items};
    for (size_t i = 0; i < MOST; i++)
        if (all.risks[i].fault && (all.risks[i].per_million || (unlikely && all.is_typical[i]))) {
            items[risks.count++] = all.risks[i];
            risks.per_million += all.risks[i].per_million;
        }
    return risks;
}
