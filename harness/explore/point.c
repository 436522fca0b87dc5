#include "harness/explore/point.h"

#include "harness/env_state.h"
#include "sim/base/hash.h"

enum { FIRST_SIZE = 64 }; /* of tables; a power of two */

/* A call of some world, by its name. */
struct rh_known_call {
    uint64_t key; /* 0: a free slot */
    uint64_t identity;
    const char *path;
};

void rh_prompter_init(rh_prompter *prompter, rh_arena *arena)
{
    *prompter = (rh_prompter){.arena = arena};
    rh_arena_init(&prompter->memory, arena->exhausted, arena->context);
    rh_prompter_clear(prompter);
}

void rh_prompter_free(rh_prompter *prompter)
{
    rh_arena_free(&prompter->memory);
}

void rh_prompter_clear(rh_prompter *prompter)
{
    rh_arena_reset(&prompter->memory);
    prompter->asked = NULL;
    prompter->asked_count = prompter->asked_capacity = 0;
    rh_counter_renew(&prompter->seen, &prompter->memory);
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* Of type, key and number, and of its parents; whatever run it is in. */
static uint64_t key_of(const rh_call *call)
{
    uint64_t hash = rh_hash_mix(call->type->hash, call->number);
    if (call->parent)
        hash = rh_hash_mix(hash, key_of(call->parent));
    return call->key ? rh_hash_bytes(hash, call->key, strlen(call->key)) : hash;
}

static void grow_calls(rh_prompter *prompter)
{
    struct rh_known_call *old = prompter->calls;
    size_t old_size = prompter->calls_size;
    prompter->calls_size = old_size ? 2 * old_size : FIRST_SIZE;
    prompter->calls = RH_NEW_ARRAY(prompter->arena, struct rh_known_call, prompter->calls_size);
    for (size_t i = 0; i < old_size; i++) {
        size_t at = old[i].key & (prompter->calls_size - 1);
        while (old[i].key && prompter->calls[at].key)
            at = (at + 1) & (prompter->calls_size - 1);
        if (old[i].key)
            prompter->calls[at] = old[i];
    }
}

/* The name of a call, the same in all subjects. */
static const struct rh_known_call *know(rh_prompter *prompter, const rh_call *call)
{
    const rh_subject *subject = prompter->subject;
    uint64_t key = key_of(call) | 1;
    if (subject->stands_for)
        key = rh_hash_mix(key, rh_hash_string(subject->name)) | 1;
    if (2 * prompter->calls_used >= prompter->calls_size)
        grow_calls(prompter);
    size_t at = key & (prompter->calls_size - 1);
    while (prompter->calls[at].key && prompter->calls[at].key != key)
        at = (at + 1) & (prompter->calls_size - 1);
    struct rh_known_call *known = &prompter->calls[at];
    if (known->key)
        return known;
    const char *path = subject->stands_for ? subject->stands_for(call, subject->data) : NULL;
    known->path = path ? path : rh_call_path_text(prompter->arena, call);
    known->identity = rh_hash_string(known->path);
    known->key = key;
    prompter->calls_used++;
    return known;
}

/* ---- points ---------------------------------------------------------------------------------- */

static size_t slot_of(const rh_prompter *prompter, uint64_t identity, uint64_t traits)
{
    size_t mask = prompter->points_size - 1;
    size_t at = (size_t)rh_hash_mix(identity, traits) & mask;
    const rh_point *there;
    while ((there = prompter->points[at]) &&
           (there->identity != identity || there->traits != traits))
        at = (at + 1) & mask;
    return at;
}

static void grow_points(rh_prompter *prompter)
{
    const rh_point **old = prompter->points;
    size_t old_size = prompter->points_size;
    prompter->points_size = old_size ? 2 * old_size : FIRST_SIZE;
    prompter->points = RH_NEW_ARRAY(prompter->arena, const rh_point *, prompter->points_size);
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            prompter->points[slot_of(prompter, old[i]->identity, old[i]->traits)] = old[i];
}

static uint64_t hash_of_traits(const rh_script *script)
{
    const rh_risk_traits traits = rh_risk_traits_of(script);
    return rh_hash_mix((uint64_t)traits.takes,
                       (uint64_t)traits.has_effects | (uint64_t)traits.has_result << 1);
}

static uint64_t variant_of(const rh_call *call)
{
    while (call && !call->about.variant)
        call = call->parent;
    return call ? call->about.variant : 0;
}

static const rh_point *make_point(rh_prompter *prompter, const rh_call *call,
                                  const struct rh_known_call *known, int32_t nth,
                                  const rh_script *script)
{
    rh_arena *arena = prompter->arena;
    rh_point *point = RH_NEW(arena, rh_point);
    const rh_risk_traits traits = rh_risk_traits_of(script);
    *point = (rh_point){
        .identity = rh_hash_mix(known->identity, (uint64_t)nth),
        .path = known->path,
        .nth = nth,
        .is_call = true,
        .level = call->about.level,
        .traits = hash_of_traits(script),
        .title = rh_arena_string(arena, call->about.title),
        .file = rh_arena_string(arena, call->about.file),
        .line = call->about.line,
        .column = call->about.column,
        .variant = variant_of(call),
        .risks = rh_risks_of(arena, prompter->env, call, &traits, prompter->unlikely),
        .class = rh_env_class_of(prompter->env, call),
    };
    return point;
}

/* The same record for the same point, whichever world meets it. */
static const rh_point *find_point(rh_prompter *prompter, const rh_call *call,
                                  const rh_script *script)
{
    uint64_t traits = hash_of_traits(script);
    const struct rh_known_call *known = know(prompter, call);
    int32_t nth = (int32_t)rh_counter_add(&prompter->tries, known->identity);
    uint64_t identity = rh_hash_mix(known->identity, (uint64_t)nth);
    if (2 * prompter->points_used >= prompter->points_size)
        grow_points(prompter);
    size_t at = slot_of(prompter, identity, traits);
    if (!prompter->points[at]) {
        prompter->points[at] = make_point(prompter, call, known, nth, script);
        prompter->points_used++;
    }
    return prompter->points[at];
}

static const rh_fault *ask(rh_prompter *prompter, const rh_point *point, rh_script *script)
{
    if (rh_counter_add(&prompter->seen, point->identity) == 1) {
        prompter->asked =
            rh_arena_reserve(&prompter->memory, prompter->asked, sizeof *prompter->asked,
                             prompter->asked_count + 1, &prompter->asked_capacity);
        prompter->asked[prompter->asked_count++] = point;
    }
    return prompter->decide(prompter->data, point, script);
}

static const rh_fault *prompt(void *data, const rh_attempt_view *attempt, rh_script *script)
{
    rh_prompter *prompter = data;
    return ask(prompter, find_point(prompter, attempt->call, script), script);
}

/* One that is no call. */
static const rh_point *make_other(const rh_prompter *prompter, const rh_point *like,
                                  const rh_risk *risks, size_t count)
{
    rh_arena *arena = prompter->arena;
    rh_point *point = RH_NEW(arena, rh_point);
    rh_risk *items = RH_NEW_ARRAY(arena, rh_risk, count + 1);
    *point = *like;
    point->path = rh_arena_string(arena, like->path);
    point->risks = (rh_risks){.items = items};
    for (size_t i = 0; i < count; i++) {
        items[point->risks.count++] = risks[i];
        point->risks.per_million += risks[i].per_million;
    }
    return point;
}

const rh_fault *rh_prompt_point(rh_env *env, const char *owner, const char *kind,
                                const rh_risk *risks, size_t count)
{
    rh_prompter *prompter = env->prompt == prompt ? env->prompt_data : NULL;
    rh_script nothing = {0};
    if (!prompter)
        return NULL;
    const char *path = rh_format(&prompter->memory, "%s/%s", owner, kind);
    uint64_t of_kind = rh_hash_string(path), traits = count;
    int32_t nth = (int32_t)rh_counter_add(&prompter->tries, of_kind);
    uint64_t identity = rh_hash_mix(of_kind, (uint64_t)nth);
    if (!count)
        return NULL;
    for (size_t i = 0; i < count; i++)
        traits = rh_hash_mix(traits, rh_hash_mix((uint64_t)i, risks[i].per_million));
    if (2 * prompter->points_used >= prompter->points_size)
        grow_points(prompter);
    size_t at = slot_of(prompter, identity, traits);
    if (!prompter->points[at]) {
        const rh_point like = {.identity = identity, .path = path, .nth = nth, .traits = traits};
        prompter->points[at] = make_other(prompter, &like, risks, count);
        prompter->points_used++;
    }
    return ask(prompter, prompter->points[at], &nothing);
}

void rh_prompter_enter(rh_prompter *prompter, const rh_subject *subject, rh_env *env)
{
    prompter->subject = subject;
    prompter->env = env;
    rh_counter_renew(&prompter->tries, &prompter->memory);
    rh_env_set_prompt(env, prompt, prompter);
}

void rh_point_write(rh_text *text, const rh_point *point)
{
    rh_text_puts(text, point->path);
    if (point->nth != 1)
        rh_text_printf(text, "@%d", (int)point->nth);
}
