/* Reading what happened: everything here is a function of the journal. */
#include "harness/env_state.h"
#include "sim/base/nearest.h"
#include "sim/history.h"

const rh_run_record *rh_env_run(const rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    const rh_run_record *run = NULL;
    for (size_t i = 0; i < journal->run_count && !run; i++)
        if (!env->focus || !strcmp(journal->runs[i]->workflow_id, env->focus))
            run = journal->runs[i];
    while (run && run->next != RH_NO_RUN)
        run = journal->runs[run->next];
    return run;
}

static const rh_run_record *first_of_chain(const rh_env *env, const rh_run_record *run)
{
    while (run && run->previous != RH_NO_RUN)
        run = env->world.journal.runs[run->previous];
    return run;
}

bool rh_env_is_in_chain(const rh_env *env, uint32_t index)
{
    const rh_run_record *run = rh_env_run(env);
    if (!run || index == RH_NO_RUN)
        return false;
    return env->world.journal.runs[index]->first_run_id == run->first_run_id;
}

bool rh_env_is_of_run(const rh_env *env, const rh_entry *entry)
{
    return rh_env_is_in_chain(env, entry->run);
}

const rh_call *rh_env_call(const rh_env *env, const rh_entry *entry)
{
    return entry->call ? env->world.journal.calls[entry->call - 1] : NULL;
}

/* The activity type that a path begins with. */
static const char *type_of(rh_arena *arena, const char *path)
{
    return rh_arena_text(arena, path, strcspn(path, "[#@"));
}

/* "build/make": of all legs. */
static const char *without_keys(rh_arena *arena, const rh_call *call)
{
    return call->parent
               ? rh_format(arena, "%s/%s", without_keys(arena, call->parent), call->type->text)
               : call->type->text;
}

void rh_env_offer_paths(rh_arena *arena, const rh_call *call, rh_nearest *nearest)
{
    rh_nearest_offer(nearest, rh_call_path_text(arena, call));
    rh_nearest_offer(nearest, without_keys(arena, call));
}

/* Jobs, steps and commands of workflow files are known by their paths, also such as were over
 * before they were called.
 * Offers what there is. */
static bool is_in_file(const rh_env *env, const char *path, rh_arena *arena, rh_nearest *nearest)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->call_count; i++) {
        const rh_call *call = journal->calls[i];
        if (call->about.level == RH_CALL_ACTIVITY)
            continue;
        if (rh_call_matches(call, path))
            return true;
        rh_env_offer_paths(arena, call, nearest);
    }
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool is_over = entry->kind == RH_ENTRY_SKIPPED || entry->kind == RH_ENTRY_CONCLUDED;
        if (!is_over || entry->call || !entry->name)
            continue;
        if (!strcmp(entry->name->text, path))
            return true;
        rh_nearest_offer(nearest, entry->name->text);
    }
    return false;
}

static bool knows_in_files(rh_env *env, const char *path, rh_text *message)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(path);
    if (is_in_file(env, path, message->arena, &nearest))
        return true;
    rh_text_printf(message, "there is no job, step or command '%s'%s", path,
                   rh_nearest_hint(&nearest, hint, sizeof hint));
    return false;
}

bool rh_env_knows(rh_env *env, const char *path, rh_text *message)
{
    char hint[128];
    const rh_run_record *run = rh_env_run(env);
    if (run && !strcmp(run->dialect, "actions"))
        return knows_in_files(env, path, message);
    const char *type = type_of(message->arena, path);
    const rh_journal *journal = &env->world.journal;
    rh_nearest nearest = rh_nearest_begin(type);
    for (size_t i = 0; i < journal->call_count; i++)
        rh_nearest_offer(&nearest, journal->calls[i]->type->text);
    for (size_t layer = 0; layer < RH_LAYER_COUNT; layer++)
        for (size_t i = 0; i < env->layers[layer].count; i++)
            rh_nearest_offer(&nearest, env->layers[layer].mocks[i]->type);
    if (nearest.best && !strcmp(nearest.best, type))
        return true;
    rh_text_printf(message, "unknown activity '%s'%s", type,
                   rh_nearest_hint(&nearest, hint, sizeof hint));
    return false;
}

size_t rh_env_calls_of(const rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        const rh_call *call = rh_env_call(env, entry);
        if (call && rh_env_is_of_run(env, entry) && rh_call_matches(call, path))
            count += entry->kind ==
                     (call->parent ? RH_ENTRY_ATTEMPT_STARTED : RH_ENTRY_ACTIVITY_SCHEDULED);
    }
    return count;
}

/* ---- public ---------------------------------------------------------------------------------- */

static void check_focus(rh_env *env)
{
    char hint[128];
    const rh_journal *journal = &env->world.journal;
    rh_nearest nearest = rh_nearest_begin(env->focus);
    for (size_t i = 0; i < journal->run_count; i++)
        rh_nearest_offer(&nearest, journal->runs[i]->workflow_id);
    rh_env_complain(env, true, NULL, 0,
                    rh_format(&env->arena, "no run has workflow id '%s'%s", env->focus,
                              rh_nearest_hint(&nearest, hint, sizeof hint)));
}

void rh_look_at(rh_env *env, const char *workflow_id)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        env->focus = rh_arena_string(&env->arena, workflow_id);
        if (env->focus && env->has_played && !rh_env_run(env))
            check_focus(env);
    }
    rh_env_leave(env, &frame);
}

const char *rh_status_name(rh_status status)
{
    return status == RH_NOT_STARTED ? "not started"
                                    : rh_run_status_name((rh_run_status)(status - RH_RUNNING));
}

rh_status rh_status_of(rh_env *env)
{
    const rh_run_record *run = rh_env_run(env);
    return run ? (rh_status)(run->status + RH_RUNNING) : RH_NOT_STARTED;
}

const rh_value *rh_result_of(rh_env *env)
{
    const rh_run_record *run = rh_env_run(env);
    return run ? run->result : NULL;
}

const rh_failure *rh_failure_of(rh_env *env)
{
    const rh_run_record *run = rh_env_run(env);
    return run ? run->failure : NULL;
}

rh_duration rh_duration_of(rh_env *env)
{
    const rh_run_record *run = rh_env_run(env);
    const rh_run_record *first = first_of_chain(env, run);
    if (!run)
        return 0;
    rh_time end = run->status == RH_RUN_RUNNING ? rh_world_now(&env->world) : run->closed;
    return end - first->started;
}

size_t rh_attempts_of(rh_env *env, const char *path)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ATTEMPT_STARTED && rh_env_is_of_run(env, entry))
            count += rh_call_matches(rh_env_call(env, entry), path);
    }
    return count;
}

size_t rh_effects_of(rh_env *env, const char *kind, const char *key)
{
    const rh_journal *journal = &env->world.journal;
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_EFFECT && !strcmp(entry->name->text, kind) &&
            (!key || !strcmp(entry->text, key)))
            count++;
    }
    return count;
}

uint64_t rh_history_hash(rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    const rh_run_record *run = rh_env_run(env);
    for (uint32_t i = 0; i < journal->run_count; i++)
        if (journal->runs[i] == run)
            return rh_history_hash_of(journal, i, NULL);
    return 0;
}

size_t rh_choices_of(rh_env *env, const uint32_t **choices)
{
    const rh_choices *made = &env->world.choices;
    uint32_t *volatile values = NULL;
    RH_ENTER(env, frame);
    if (!stopped) {
        values = RH_NEW_ARRAY(&env->world.arena, uint32_t, made->made_count + 1);
        for (size_t i = 0; i < made->made_count; i++)
            values[i] = made->made[i].value;
    }
    rh_env_leave(env, &frame);
    *choices = values;
    return values ? made->made_count : 0;
}

uint64_t rh_journal_hash(rh_env *env)
{
    return env->world.journal.hash;
}

size_t rh_journal_length(rh_env *env)
{
    return env->world.journal.count;
}
