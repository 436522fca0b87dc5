/* Which fault strikes an attempt, and how long the attempt takes. */
#include "harness/draw.h"
#include "harness/env_state.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"

/* ---- what was planned ------------------------------------------------------------------------ */

static const rh_fault *planned_fault(rh_env *env, const rh_attempt_view *attempt)
{
    for (size_t i = 0; i < env->plan_count; i++)
        if (rh_plan_strikes(&env->plan[i], attempt)) {
            env->plan[i].struck++;
            return env->plan[i].fault;
        }
    return NULL;
}

static void plan_duration(rh_env *env, const rh_attempt_view *attempt, rh_script *script)
{
    for (size_t i = 0; i < env->duration_count; i++)
        if (rh_call_matches(attempt->call, env->durations[i].path)) {
            env->durations[i].used++;
            script->takes = env->durations[i].takes;
        }
}

/* ---- what is drawn --------------------------------------------------------------------------- */

/* A step may be called anything, what it does may not. A command is what its words say: "go test"
 * is a test, "git push" publishes. */
static const rh_step_class_record *class_by_name(const rh_env *env, const rh_call *call)
{
    if (call->about.does)
        return rh_profile_class_of_type(env->profile, call->about.does);
    char words[256];
    size_t length = strlen(call->type->text), more = call->key ? strlen(call->key) + 1 : 0;
    if (call->about.level != RH_CALL_COMMAND || !more || length + more >= sizeof words)
        return rh_profile_class_of_type(env->profile, call->type->text);
    memcpy(words, call->type->text, length);
    words[length] = ' ';
    memcpy(words + length + 1, call->key, more);
    return rh_profile_class_of_type(env->profile, words);
}

/* The last that was said of a call holds. */
const rh_step_class_record *rh_env_class_of(rh_env *env, const rh_call *call)
{
    const rh_step_class_record *class = env->profile ? class_by_name(env, call) : NULL;
    for (size_t i = 0; i < env->step_class_count; i++)
        if (rh_call_matches(call, env->step_classes[i].path)) {
            env->step_classes[i].used++;
            class = env->step_classes[i].class;
        }
    return class;
}

const rh_planned_rate *rh_env_own_rate(const rh_env *env, const rh_call *call,
                                       const rh_fault *fault)
{
    for (size_t i = env->rate_count; i-- > 0;)
        if (env->rates[i].rate.fault == fault && rh_call_matches(call, env->rates[i].path))
            return &env->rates[i];
    return NULL;
}

/* By the rates that were set for the call. */
static const rh_fault *fault_by_own_rates(rh_env *env, const rh_call *call, const rh_drawn *drawn)
{
    const rh_fault *fault = NULL;
    for (size_t i = 0; i < env->rate_count; i++) {
        rh_planned_rate *own = &env->rates[i];
        if (!rh_call_matches(call, own->path))
            continue;
        own->used++;
        if (!fault && rh_env_own_rate(env, call, own->rate.fault) == own &&
            rh_rate_strikes(&own->rate, drawn))
            fault = own->rate.fault;
    }
    return fault;
}

bool rh_fault_strikes_machine(const rh_fault *fault)
{
    return rh_fault_class_strikes_host(fault->class) || fault->class == RH_FAULT_HANG ||
           fault->class == RH_FAULT_CRASH;
}

/* The first one of its kind: with the same consequences for who sees how an attempt ends. */
const rh_fault *rh_env_typical(const rh_env *env, const rh_call *call, const rh_fault *fault)
{
    if (!call->about.faults || fault->class == RH_FAULT_REPLY_LOST ||
        rh_fault_strikes_machine(fault))
        return fault;
    for (const char *const *name = call->about.faults; *name; name++) {
        const rh_fault *typical = rh_catalog_find(&env->catalog, *name);
        if (typical && typical->class == fault->class && typical->retryable == fault->retryable)
            return typical;
    }
    return NULL;
}

/* The rates of profiles are those of jobs: what strikes machines strikes a step in proportion to
 * its time, as if a job took ten minutes. */
static bool is_spared(const rh_call *call, const rh_fault *fault, rh_duration takes,
                      const rh_drawn *drawn)
{
    if (call->about.level == RH_CALL_ACTIVITY || !rh_fault_strikes_machine(fault))
        return false;
    uint64_t identity = rh_hash_mix(drawn->call, rh_hash_string(fault->name));
    uint64_t bits = rh_random_draw(drawn->seed, RH_DRAW_HIT, identity, (uint64_t)drawn->attempt);
    return rh_random_below(bits, (uint64_t)RH_JOB_TIME) >= (uint64_t)takes;
}

static const rh_fault *fault_by_profile(const rh_env *env, const rh_call *call,
                                        const rh_step_class_record *class, rh_duration takes,
                                        const rh_drawn *drawn)
{
    for (size_t i = 0; i < env->profile->outage_count; i++)
        if (rh_env_typical(env, call, env->profile->outages[i].fault) &&
            rh_outage_strikes(&env->profile->outages[i], class, drawn))
            return env->profile->outages[i].fault;
    for (size_t i = 0; i < class->rate_count; i++)
        if (rh_rate_strikes(&class->rates[i], drawn) &&
            !rh_env_own_rate(env, call, class->rates[i].fault) &&
            !is_spared(call, class->rates[i].fault, takes, drawn))
            return rh_env_typical(env, call, class->rates[i].fault);
    return NULL;
}

/* Of all faults, the one with the highest draw: one more in the catalog changes few of them. */
static const rh_fault *random_fault(const rh_env *env, const rh_drawn *drawn)
{
    uint64_t count = (uint64_t)drawn->attempt;
    if (!env->random_per_mille ||
        rh_random_below(rh_random_draw(drawn->seed, RH_DRAW_WHETHER, drawn->call, count), 1000) >=
            env->random_per_mille)
        return NULL;
    const rh_fault *best = NULL;
    uint64_t highest = 0;
    for (size_t i = 0; i < rh_catalog_count(&env->catalog); i++) {
        const rh_fault *fault = rh_catalog_at(&env->catalog, i);
        uint64_t identity = rh_hash_mix(drawn->call, rh_hash_string(fault->name));
        uint64_t draw = rh_random_draw(drawn->seed, RH_DRAW_WHICH, identity, count);
        if (!best || draw > highest) {
            best = fault;
            highest = draw;
        }
    }
    return best;
}

/* ---- what lasts ------------------------------------------------------------------------------ */

/* Of a call with these arguments, however often it is made or tried in its run and those that go on
 * from it. */
static uint64_t place_of(const rh_run_record *run, const rh_call *call)
{
    uint64_t hash = rh_hash_mix(rh_hash_string(run->first_run_id), rh_value_hash(call->args));
    for (; call; call = call->parent) {
        hash = rh_hash_mix(hash, call->type->hash);
        if (call->key)
            hash = rh_hash_bytes(hash, call->key, strlen(call->key));
    }
    return hash;
}

static const rh_fault *lasting_fault(const rh_env *env, const rh_attempt_view *attempt)
{
    if (!env->lasting_count)
        return NULL;
    uint64_t place = place_of(attempt->run, attempt->call);
    for (size_t i = 0; i < env->lasting_count; i++)
        if (env->lasting[i].place == place)
            return env->lasting[i].fault;
    return NULL;
}

/* No retry mends a permanent fault. A human may have, before the run is started again. */
static void let_last(rh_env *env, const rh_attempt_view *attempt, const rh_fault *fault)
{
    if (fault->class != RH_FAULT_PERMANENT || lasting_fault(env, attempt))
        return;
    env->lasting = rh_arena_reserve(&env->world.arena, env->lasting, sizeof *env->lasting,
                                    env->lasting_count + 1, &env->lasting_capacity);
    env->lasting[env->lasting_count++] =
        (rh_lasting_fault){place_of(attempt->run, attempt->call), fault};
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* What a profile draws is drawn for what is done, not for those who wait for it: in workflow files
 * what has an inside takes as long as that, and what takes no time meets nothing. */
static bool may_vary(const rh_attempt_view *attempt, bool is_leaf, const rh_script *script)
{
    if (attempt->call->about.level == RH_CALL_ACTIVITY)
        return true;
    return is_leaf && (script->takes || script->takes_is_unknown);
}

/* By rates, profile and chance, if there is any of them. */
static const rh_fault *drawn_fault(rh_env *env, const rh_step_class_record *class,
                                   const rh_call *call, rh_duration takes, const rh_drawn *drawn)
{
    const rh_fault *fault = fault_by_own_rates(env, call, drawn);
    if (!fault && class)
        fault = fault_by_profile(env, call, class, takes, drawn);
    return fault ? fault : random_fault(env, drawn);
}

void rh_faults_apply(rh_env *env, const rh_mock_answer *answer, const rh_attempt_view *attempt,
                     bool is_leaf, rh_script *script)
{
    const rh_call *call = attempt->call;
    const rh_fault *drawn = NULL;
    bool is_drawn =
        env->profile || env->step_class_count || env->rate_count || env->random_per_mille;
    if (is_drawn && !env->prompt) {
        const rh_drawn key = {env->options.seed, rh_call_identity(call), attempt->attempt,
                              rh_world_now(&env->world)};
        const rh_step_class_record *class = rh_env_class_of(env, call);
        bool draws_itself = answer->quantile_count || answer->takes_at_most;
        bool varies = may_vary(attempt, is_leaf, script);
        if (class && !draws_itself && varies)
            script->takes = rh_step_class_takes(class, script->takes, &key);
        if (is_leaf)
            drawn = drawn_fault(env, varies ? class : NULL, call, script->takes, &key);
    }
    plan_duration(env, attempt, script);

    const rh_fault *fault = planned_fault(env, attempt);
    if (!fault && answer->fault) {
        rh_fault_strike(&env->world.arena, answer->fault, script);
        return; /* as often as the mock says */
    }
    if (!fault)
        fault = lasting_fault(env, attempt);
    if (!fault)
        fault = drawn;
    if (!fault && is_leaf && env->prompt)
        fault = env->prompt(env->prompt_data, attempt, script);
    if (!fault)
        return;
    let_last(env, attempt, fault);
    rh_fault_strike(&env->world.arena, fault, script);
}

/* ---- what never came to pass ----------------------------------------------------------------- */

/* Whether the call is one below `parent` whose type is not in the list; then it is added. */
static bool is_new_below(const rh_call *call, const char *parent, const rh_name **said,
                         size_t *count)
{
    if (!call->parent || !rh_call_matches(call->parent, parent))
        return false;
    for (size_t i = 0; i < *count; i++)
        if (said[i] == call->type)
            return false;
    said[(*count)++] = call->type;
    return true;
}

/* What there is below the longest beginning of a path that leads somewhere: "; below build[b] are
 * setup, make". "" if none does. */
static const char *neighbours(rh_env *env, const char *path)
{
    enum { MOST = 8 };
    const rh_journal *journal = &env->world.journal;
    char *parent = rh_arena_string(&env->arena, path);
    for (char *slash; (slash = strrchr(parent, '/')) != NULL;) {
        const rh_name *said[MOST];
        size_t count = 0;
        rh_text text = rh_text_in(&env->arena);
        *slash = '\0';
        rh_text_printf(&text, "; below %s are", parent);
        for (size_t i = 0; i < journal->call_count && count < MOST; i++)
            if (is_new_below(journal->calls[i], parent, said, &count))
                rh_text_printf(&text, "%s %s", count > 1 ? "," : "", journal->calls[i]->type->text);
        if (count)
            return rh_text_string(&text);
    }
    return "";
}

static void never_reached(rh_env *env, rh_place place, const char *what, const char *written,
                          const char *path)
{
    char hint[128];
    const rh_journal *journal = &env->world.journal;
    rh_nearest nearest = rh_nearest_begin(path);
    for (size_t i = 0; i < journal->call_count; i++) {
        rh_env_offer_paths(&env->arena, journal->calls[i], &nearest);
        rh_nearest_offer(&nearest, journal->calls[i]->type->text);
    }
    const char *more = nearest.best && !strcmp(nearest.best, path)
                           ? "; its call has fewer attempts"
                           : rh_nearest_hint(&nearest, hint, sizeof hint);
    if (!*more)
        more = neighbours(env, path);
    env->place = place;
    rh_env_complain(env, true, place.file, place.line,
                    rh_format(&env->arena, "%s '%s' was never reached%s", what, written, more));
}

void rh_faults_check(rh_env *env)
{
    for (size_t i = 0; i < env->plan_count; i++)
        if (!env->plan[i].struck)
            never_reached(env, env->plan[i].place, "fault point", env->plan[i].point,
                          env->plan[i].path);
    for (size_t i = 0; i < env->duration_count; i++)
        if (!env->durations[i].used)
            never_reached(env, env->durations[i].place, "call", env->durations[i].path,
                          env->durations[i].path);
    for (size_t i = 0; i < env->step_class_count; i++)
        if (!env->step_classes[i].used)
            never_reached(env, (rh_place){0}, "call", env->step_classes[i].path,
                          env->step_classes[i].path);
    for (size_t i = 0; i < env->rate_count; i++)
        if (!env->rates[i].used)
            never_reached(env, (rh_place){0}, "call", env->rates[i].path, env->rates[i].path);
}
