/* Queries and updates of tests, and what came of them. */
#include "harness/env_state.h"
#include "rehearse/testing.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/message.h"

/* ---- asking ---------------------------------------------------------------------------------- */

static const rh_value *ask(rh_env *env, const char *workflow_id, const char *name,
                           const rh_value *args, const rh_failure **failure)
{
    const rh_value *answer = NULL;
    rh_world *world = &env->world;
    rh_execution *execution = rh_env_find_run(env, workflow_id);
    if (execution)
        *failure = rh_execution_query_now(execution, rh_names_intern(&world->names, name),
                                          rh_value_copy(&world->arena, args), &answer);
    return answer;
}

const rh_value *rh_query(rh_env *env, const char *workflow_id, const char *name,
                         const rh_value *args, const rh_failure **failure)
{
    const rh_value *volatile answer = NULL;
    const rh_failure *volatile why = NULL;
    RH_ENTER(env, frame);
    if (!stopped && !env->out_of_memory) {
        const rh_failure *failed = NULL;
        answer = ask(env, workflow_id, name, args, &failed);
        why = failed;
        if (failed && !failure)
            rh_env_complain(env, true, NULL, 0,
                            rh_format(&env->arena, "query '%s': %s", name,
                                      rh_failure_message(failed)));
    }
    rh_env_leave(env, &frame);
    if (failure)
        *failure = why;
    return answer;
}

/* ---- assertions ------------------------------------------------------------------------------ */

static void compare(rh_env *env, const char *file, int line, const char *what,
                    const rh_value *answer, const rh_failure *failure, const rh_value *pattern)
{
    rh_text text = rh_text_in(&env->arena);
    if (failure) {
        rh_text_printf(&text, "%s failed: %s", what, rh_failure_message(failure));
    } else {
        rh_text_printf(&text, "%s: the answer is not as expected\n", what);
        if (!rh_value_diff(&text, pattern, answer ? answer : rh_value_null(), "  ", 8))
            return;
    }
    rh_env_complain(env, false, file, line, rh_text_string(&text));
}

void rh_assert_query_at(rh_env *env, const char *file, int line, const char *name,
                        const rh_value *pattern)
{
    RH_ENTER(env, frame);
    if (!stopped && !env->out_of_memory) {
        const rh_failure *failure = NULL;
        const rh_run_record *run = rh_env_run(env);
        const rh_value *answer = ask(env, run ? run->workflow_id : NULL, name, NULL, &failure);
        compare(env, file, line, rh_format(&env->arena, "query '%s'", name), answer, failure,
                pattern);
    }
    rh_env_leave(env, &frame);
}

void rh_assert_answer_at(rh_env *env, const char *file, int line, const char *name, size_t nth,
                         const rh_value *pattern)
{
    RH_ENTER(env, frame);
    if (!stopped && !env->out_of_memory) {
        const rh_journal *journal = &env->world.journal;
        const char *what = rh_format(&env->arena, "query '%s' number %zu", name, nth);
        size_t seen = 0;
        for (size_t i = 0; i < journal->count && seen < nth; i++) {
            const rh_entry *entry = &journal->entries[i];
            if (entry->kind != RH_ENTRY_QUERY_ANSWERED || strcmp(entry->name->text, name) != 0 ||
                !rh_env_is_of_run(env, entry))
                continue;
            if (++seen == nth)
                compare(env, file, line, what, entry->value, entry->failure, pattern);
        }
        if (seen < nth)
            rh_env_complain(env, false, file, line,
                            rh_format(&env->arena, "%s: there were %zu answers", what, seen));
    }
    rh_env_leave(env, &frame);
}

static rh_update_status status_after(const rh_entry *entry)
{
    switch (entry->kind) {
    case RH_ENTRY_UPDATE_REQUESTED:
        return RH_UPDATE_ADMITTED;
    case RH_ENTRY_UPDATE_ACCEPTED:
        return RH_UPDATE_ACCEPTED;
    case RH_ENTRY_UPDATE_REJECTED:
        return RH_UPDATE_REJECTED;
    case RH_ENTRY_UPDATE_ABORTED:
        return RH_UPDATE_ABORTED;
    case RH_ENTRY_UPDATE_COMPLETED:
        return entry->failure ? RH_UPDATE_FAILED : RH_UPDATE_COMPLETED;
    default:
        return RH_UPDATE_UNKNOWN;
    }
}

rh_update_status rh_update_of(rh_env *env, const char *id, const rh_value **result,
                              const rh_failure **failure)
{
    const rh_journal *journal = &env->world.journal;
    rh_update_status status = RH_UPDATE_UNKNOWN;
    const rh_entry *last = NULL;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        rh_update_status after = status_after(entry);
        if (after == RH_UPDATE_UNKNOWN || strcmp(entry->text, id) != 0 ||
            !rh_env_is_of_run(env, entry))
            continue;
        status = after;
        last = entry;
    }
    if (result)
        *result = status == RH_UPDATE_COMPLETED ? last->value : NULL;
    if (failure)
        *failure = last ? last->failure : NULL;
    return status;
}

static void check_update(rh_env *env, const char *file, int line, const char *id,
                         rh_update_status expected, const rh_value *pattern)
{
    static const char *const names[] = {"unknown",   "admitted", "accepted", "rejected",
                                        "completed", "failed",   "aborted"};
    rh_arena *arena = &env->arena;
    const rh_value *result;
    const rh_failure *failure;
    rh_update_status status = rh_update_of(env, id, &result, &failure);
    rh_text text = rh_text_in(arena);
    rh_text_printf(&text, "update '%s'", id);
    if (status != expected) {
        rh_text_printf(&text, ": expected %s, it is %s", names[expected], names[status]);
        if (failure)
            rh_text_printf(&text, ": %s", rh_failure_message(failure));
        rh_env_complain(env, false, file, line, rh_text_string(&text));
        return;
    }
    if (failure) {
        const char *message = rh_failure_message(failure);
        result = rh_value_string(arena, message, strlen(message));
    }
    rh_text_puts(&text, " was not answered as expected\n");
    if (pattern && rh_value_diff(&text, pattern, result ? result : rh_value_null(), "  ", 8))
        rh_env_complain(env, false, file, line, rh_text_string(&text));
}

void rh_assert_update_at(rh_env *env, const char *file, int line, const char *id,
                         rh_update_status status, const rh_value *pattern)
{
    RH_ENTER(env, frame);
    if (!stopped && !env->out_of_memory)
        check_update(env, file, line, id, status, pattern);
    rh_env_leave(env, &frame);
}
