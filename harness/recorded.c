/* Tests of what workflow code keeps: values in place of its own, and assertions. */
#include "harness/env_state.h"
#include "rehearse/testing.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"

/* ---- values in place of the code's own ------------------------------------------------------- */

static void plan(rh_env *env, const rh_planned_record *planned)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        rh_arena *arena = &env->arena;
        env->records = rh_arena_reserve(arena, env->records, sizeof *env->records,
                                        env->record_count + 1, &env->record_capacity);
        rh_planned_record *kept = &env->records[env->record_count++];
        *kept = *planned;
        kept->id = rh_arena_string(arena, planned->id);
        kept->value = planned->value ? rh_value_clone(arena, planned->value) : NULL;
    }
    rh_env_leave(env, &frame);
}

void rh_side_effect_is_at(rh_env *env, const char *file, int line, const char *name,
                          const rh_value *value)
{
    plan(env, &(rh_planned_record){.place = {.file = file, .line = line},
                                   .id = name,
                                   .value = value ? value : rh_null()});
}

void rh_change_version_is_at(rh_env *env, const char *file, int line, const char *change_id,
                             int32_t version)
{
    plan(env, &(rh_planned_record){.place = {.file = file, .line = line},
                                   .is_version = true,
                                   .id = change_id,
                                   .version = version});
}

/* The next one of its id that is not used up, or the last. */
bool rh_env_record(void *stage, const rh_run_record *run, rh_marker *marker)
{
    rh_env *env = stage;
    rh_planned_record *found = NULL;
    (void)run;
    for (size_t i = 0; i < env->record_count; i++) {
        rh_planned_record *planned = &env->records[i];
        if (planned->is_version != (marker->kind == RH_MARKER_VERSION) ||
            strcmp(planned->id, marker->id) != 0)
            continue;
        found = planned;
        if (!planned->used)
            break;
    }
    if (!found)
        return false;
    found->used = true;
    marker->value = found->value;
    marker->number = found->is_version ? found->version : marker->number;
    return true;
}

void rh_records_check(rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < env->record_count; i++) {
        const rh_planned_record *planned = &env->records[i];
        char hint[128];
        if (planned->used)
            continue;
        rh_nearest nearest = rh_nearest_begin(planned->id);
        for (size_t j = 0; j < journal->count; j++)
            if (journal->entries[j].kind == RH_ENTRY_MARKER_RECORDED &&
                planned->is_version == (journal->entries[j].code == RH_MARKER_VERSION))
                rh_nearest_offer(&nearest, journal->entries[j].text);
        rh_env_complain(env, true, planned->place.file, planned->place.line,
                        rh_format(&env->arena, "%s '%s' was never asked for%s",
                                  planned->is_version ? "the version of change" : "side effect",
                                  planned->id, rh_nearest_hint(&nearest, hint, sizeof hint)));
    }
}

/* ---- assertions ------------------------------------------------------------------------------ */

/* The last value of a field of what was upserted; `nearest` is offered what there was. */
static const rh_value *last_value(const rh_env *env, rh_entry_kind kind, const char *name,
                                  rh_nearest *nearest)
{
    const rh_run_record *run = rh_env_run(env);
    const rh_value *value = NULL;
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != kind || journal->runs[entry->run] != run)
            continue;
        for (size_t j = 0; j < rh_count_of(entry->value); j++)
            rh_nearest_offer(nearest, entry->value->as.fields[j].key);
        const rh_value *field = rh_get(entry->value, name);
        if (field)
            value = kind == RH_ENTRY_MEMO_UPSERTED ? field : rh_get(field, "value");
    }
    return rh_kind_of(value) == RH_NULL ? NULL : value;
}

static void check(rh_env *env, const char *file, int line, rh_entry_kind kind, const char *name,
                  const rh_value *pattern)
{
    const char *what = kind == RH_ENTRY_MEMO_UPSERTED ? "memo field" : "search attribute";
    RH_ENTER(env, frame);
    if (!stopped) {
        char hint[128];
        rh_text text = rh_text_in(&env->arena);
        rh_nearest nearest = rh_nearest_begin(name);
        const rh_value *value = last_value(env, kind, name, &nearest);
        rh_text_printf(&text, "%s '%s'", what, name);
        if (pattern && !value)
            rh_text_printf(&text, ": there is none%s",
                           rh_nearest_hint(&nearest, hint, sizeof hint));
        else if (pattern)
            rh_text_puts(&text, " is not as expected\n");
        else
            rh_text_puts(&text, ": expected none, got ");
        bool holds = pattern ? value && !rh_value_diff(&text, pattern, value, "  ", 8) : !value;
        if (!pattern && value)
            rh_json_write(&text, value, RH_JSON_COMPACT);
        if (!holds)
            rh_env_complain(env, false, file, line, rh_text_string(&text));
    }
    rh_env_leave(env, &frame);
}

void rh_assert_attribute_at(rh_env *env, const char *file, int line, const char *name,
                            const rh_value *pattern)
{
    check(env, file, line, RH_ENTRY_ATTRIBUTES_UPSERTED, name, pattern);
}

void rh_assert_memo_at(rh_env *env, const char *file, int line, const char *field,
                       const rh_value *pattern)
{
    check(env, file, line, RH_ENTRY_MEMO_UPSERTED, field, pattern);
}

void rh_assert_markers_at(rh_env *env, const char *file, int line, const char *marker,
                          const char *id, size_t count)
{
    RH_ENTER(env, frame);
    if (!stopped) {
        const rh_journal *journal = &env->world.journal;
        size_t found = 0;
        for (size_t i = 0; i < journal->count; i++) {
            const rh_entry *entry = &journal->entries[i];
            found += entry->kind == RH_ENTRY_MARKER_RECORDED && rh_env_is_of_run(env, entry) &&
                     !strcmp(entry->name->text, marker) && (!id || !strcmp(entry->text, id));
        }
        if (found != count)
            rh_env_complain(env, false, file, line,
                            rh_format(&env->arena, "expected %zu markers %s%s%s, got %zu", count,
                                      marker, id ? " of " : "", id ? id : "", found));
    }
    rh_env_leave(env, &frame);
}
