#include "harness/track.h"

#include "harness/env_state.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/task.h"

enum { MOST_SHOWN = 120 };

rh_track rh_track_begin(rh_arena *arena)
{
    return (rh_track){.arena = arena};
}

/* ---- words ----------------------------------------------------------------------------------- */

static void write_cut(rh_text *text, const char *words, size_t length)
{
    size_t shown = length;
    if (length > MOST_SHOWN)
        for (shown = MOST_SHOWN; shown && ((unsigned char)words[shown] & 0xc0) == 0x80; shown--)
            continue;
    rh_text_putc(text, ' ');
    rh_text_add(text, words, shown);
    rh_text_puts(text, shown < length ? "..." : "");
}

static void write_value(rh_text *text, const rh_value *value)
{
    rh_text json = rh_text_in(text->arena);
    if (!value)
        return;
    rh_json_write(&json, value, RH_JSON_COMPACT);
    write_cut(text, json.data, json.length);
}

static void write_what(rh_text *text, const rh_env *env, const rh_entry *entry)
{
    const char *event = rh_entry_kind_event((rh_entry_kind)entry->kind);
    const rh_call *call = rh_env_call(env, entry);
    rh_text_puts(text, entry->event_id ? event : rh_entry_kind_name((rh_entry_kind)entry->kind));
    if (call) {
        rh_text_putc(text, ' ');
        rh_call_path(text, call);
        if (entry->attempt && !entry->event_id)
            rh_text_printf(text, "@%d", (int)entry->attempt);
    } else if (entry->name) {
        rh_text_printf(text, " '%s'", entry->name->text);
    }
    if (entry->text)
        write_cut(text, entry->text, strlen(entry->text));
    if (entry->kind == RH_ENTRY_TIMER_STARTED) {
        rh_text_puts(text, " of ");
        rh_duration_write(text, entry->span);
    }
    write_value(text, entry->value);
    if (entry->failure) {
        const char *words = rh_failure_print(text->arena, entry->failure);
        write_cut(text, words, strlen(words));
    }
}

void rh_track_write_entry(rh_text *text, const rh_env *env, size_t index)
{
    const rh_world *world = &env->world;
    const rh_entry *entry = &world->journal.entries[index];
    const rh_code_place *place = NULL;
    if (entry->event_id)
        rh_text_printf(text, "event %u, ", entry->event_id);
    write_what(text, env, entry);
    if (entry->run != RH_NO_RUN && entry->run < world->execution_count)
        place = rh_execution_place_of(world->executions[entry->run], index);
    if (place) {
        rh_text_puts(text, "\n         by ");
        rh_code_place_write(text, place);
    }
}

/* ---- gathering ------------------------------------------------------------------------------- */

void rh_track_add(rh_track *track, const rh_env *env)
{
    const rh_journal *journal = &env->world.journal;
    for (size_t i = 0; i < journal->count; i++) {
        track->hashes = rh_arena_reserve(track->arena, track->hashes, sizeof *track->hashes,
                                         track->count + 1, &track->capacity);
        if (track->count < RH_TRACK_TEXTS) {
            rh_text text = rh_text_in(track->arena);
            track->texts = rh_arena_reserve(track->arena, track->texts, sizeof *track->texts,
                                            track->count + 1, &track->text_capacity);
            rh_track_write_entry(&text, env, i);
            track->texts[track->count] = rh_text_string(&text);
        }
        track->hashes[track->count++] = journal->entries[i].hash;
    }
    track->tasks = env->world.tasks_run;
}

/* ---- as JSON --------------------------------------------------------------------------------- */

void rh_track_write(rh_text *text, const rh_track *track)
{
    rh_text_printf(text, "[%jd,%zu", (intmax_t)track->tasks, track->problems);
    for (size_t i = 0; i < track->count; i++) {
        rh_text_printf(text, ",\"%08x%08x ", (unsigned)(track->hashes[i] >> 32),
                       (unsigned)(track->hashes[i] & UINT32_MAX));
        rh_text quoted = rh_text_in(text->arena);
        const char *words = i < RH_TRACK_TEXTS ? track->texts[i] : "";
        rh_json_write_string(&quoted, words, strlen(words));
        rh_text_add(text, quoted.data + 1, quoted.length - 1); /* the quote is there already */
    }
    rh_text_putc(text, ']');
}

static uint64_t hash_of(const char *digits)
{
    uint64_t hash = 0;
    for (int i = 0; i < 16 && digits[i]; i++)
        hash = hash << 4 | (uint64_t)(digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10);
    return hash;
}

rh_track rh_track_read(rh_arena *arena, const rh_value *list)
{
    size_t count = rh_count_of(list) > 2 ? rh_count_of(list) - 2 : 0;
    rh_track track = {.arena = arena,
                      .hashes = RH_NEW_ARRAY(arena, uint64_t, count),
                      .texts = RH_NEW_ARRAY(arena, const char *, count),
                      .count = count,
                      .tasks = (uint64_t)rh_integer_of(rh_at(list, 0)),
                      .problems = (size_t)rh_integer_of(rh_at(list, 1))};
    for (size_t i = 0; i < count; i++) {
        const char *line = rh_text_of(rh_at(list, i + 2));
        track.hashes[i] = hash_of(line);
        track.texts[i] = rh_arena_string(arena, strlen(line) > 17 ? line + 17 : "");
    }
    return track;
}
