#include "harness/plays.h"

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/json.h"

enum { FIRST_SLOTS = 256 };

/* ---- the set --------------------------------------------------------------------------------- */

static uint64_t hash_of(const rh_play_row *play)
{
    uint64_t place = (uint64_t)play->line << 32 | play->column;
    uint64_t what = (uint64_t)play->number << 24 | (uint64_t)play->kind << 16 |
                    (uint64_t)play->detail << 8 | play->is_job;
    uint64_t hash = rh_hash_mix(rh_hash_string(play->file), place);
    hash = rh_hash_bytes(rh_hash_mix(hash, what), play->job, strlen(play->job));
    return rh_hash_bytes(hash, play->key, strlen(play->key));
}

static bool is_same(const rh_play_row *left, const rh_play_row *right)
{
    return left->kind == right->kind && left->detail == right->detail &&
           left->is_job == right->is_job && left->line == right->line &&
           left->column == right->column && left->number == right->number &&
           !strcmp(left->file, right->file) && !strcmp(left->job, right->job) &&
           !strcmp(left->key, right->key);
}

/* The slot of a play, or the free one where it belongs. */
static uint32_t *slot_of(const rh_plays *plays, const rh_play_row *play)
{
    size_t at = (size_t)hash_of(play) & (plays->slot_count - 1);
    while (plays->slots[at] && !is_same(&plays->items[plays->slots[at] - 1], play))
        at = (at + 1) & (plays->slot_count - 1);
    return &plays->slots[at];
}

static void grow(rh_plays *plays)
{
    if (2 * (plays->count + 1) <= plays->slot_count)
        return;
    plays->slot_count *= 2;
    plays->slots = RH_NEW_ARRAY(plays->arena, uint32_t, plays->slot_count);
    for (size_t i = 0; i < plays->count; i++)
        *slot_of(plays, &plays->items[i]) = (uint32_t)i + 1;
}

static void add(rh_plays *plays, const rh_play_row *play)
{
    grow(plays);
    uint32_t *slot = slot_of(plays, play);
    if (*slot) {
        plays->items[*slot - 1].times += play->times;
        return;
    }
    if (plays->count == RH_PLAYS_KEPT)
        return;
    plays->items = rh_arena_reserve(plays->arena, plays->items, sizeof *plays->items,
                                    plays->count + 1, &plays->capacity);
    rh_play_row *kept = &plays->items[plays->count++];
    *kept = *play;
    kept->file = rh_arena_string(plays->arena, play->file);
    kept->job = rh_arena_string(plays->arena, play->job);
    kept->key = rh_arena_string(plays->arena, play->key);
    *slot = (uint32_t)plays->count;
}

rh_plays *rh_plays_create(rh_arena *arena)
{
    rh_plays *plays = RH_NEW(arena, rh_plays);
    plays->arena = arena;
    plays->slot_count = FIRST_SLOTS;
    plays->slots = RH_NEW_ARRAY(arena, uint32_t, FIRST_SLOTS);
    return plays;
}

void rh_plays_add(rh_plays *plays, const rh_plays *other)
{
    for (size_t i = 0; i < other->count; i++)
        add(plays, &other->items[i]);
}

/* ---- journals -------------------------------------------------------------------------------- */

/* The job of a label: "deploy/build[prod]" is the job "build", its key "prod". */
static void add_job(rh_plays *plays, const rh_entry *entry)
{
    const char *label = entry->name->text;
    size_t length = strcspn(label, "["), begin = length, rest = strlen(label + length);
    bool is_call = entry->kind == RH_ENTRY_CALLED;
    while (begin && label[begin - 1] != '/')
        begin--;
    add(plays, &(rh_play_row){.kind = is_call ? RH_PLAY_CALLED : RH_PLAY_CONSIDERED,
                              .detail = is_call ? 0 : (uint8_t)(2 * entry->number + entry->code),
                              .is_job = true,
                              .file = entry->text,
                              .job = rh_arena_text(plays->arena, label + begin, length - begin),
                              .key = is_call && rest > 2
                                         ? rh_arena_text(plays->arena, label + length + 1, rest - 2)
                                         : "",
                              .number = is_call,
                              .times = 1});
}

/* By the rules of durable workflows an attempt of a step times out. */
static bool exceeds_its_time(const rh_entry *entry, const rh_call *call)
{
    return entry->kind == RH_ENTRY_TIME_LIMIT ||
           (call->about.level == RH_CALL_STEP && entry->failure &&
            entry->failure->kind == RH_FAILURE_TIMEOUT &&
            entry->failure->timeout_type == RH_TIMEOUT_START_TO_CLOSE);
}

static rh_play_kind kind_of(const rh_entry *entry, const rh_call *call)
{
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        return entry->attempt > 1 ? RH_PLAY_AGAIN : RH_PLAY_FIRST;
    case RH_ENTRY_REFUSED:
        return RH_PLAY_REFUSED;
    case RH_ENTRY_SKIPPED:
        return RH_PLAY_SKIPPED;
    case RH_ENTRY_TIME_LIMIT:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        return entry->attempt && exceeds_its_time(entry, call) ? RH_PLAY_EXCEEDED : RH_PLAY_KINDS;
    case RH_ENTRY_CONCLUDED:
        return entry->attempt && entry->code == RH_CONCLUSION_FAILURE &&
                       entry->number == RH_CONCLUSION_SUCCESS
                   ? RH_PLAY_SWALLOWED
                   : RH_PLAY_KINDS;
    default:
        return RH_PLAY_KINDS;
    }
}

static void add_call(rh_plays *plays, const rh_entry *entry, const rh_call *call)
{
    rh_play_kind kind = kind_of(entry, call);
    bool is_job = call->about.level == RH_CALL_JOB;
    if (kind == RH_PLAY_KINDS || !call->about.file)
        return;
    bool has_leg = is_job && kind == RH_PLAY_FIRST;
    add(plays, &(rh_play_row){.kind = (uint8_t)kind,
                              .is_job = is_job,
                              .file = call->about.file,
                              .line = call->about.line,
                              .column = call->about.column,
                              .job = "",
                              .key = has_leg && call->key ? call->key : "",
                              .number = has_leg ? call->number : 0,
                              .times = 1});
}

void rh_plays_add_journal(rh_plays *plays, const rh_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        const rh_call *call = entry->call ? journal->calls[entry->call - 1] : NULL;
        if (entry->kind == RH_ENTRY_CONSIDERED || entry->kind == RH_ENTRY_CALLED)
            add_job(plays, entry);
        else if (call && !call->about.is_runners &&
                 (call->about.level == RH_CALL_JOB || call->about.level == RH_CALL_STEP))
            add_call(plays, entry, call);
    }
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void write_string(rh_text *text, const char *string)
{
    rh_text_putc(text, ',');
    rh_json_write_string(text, string, strlen(string));
}

void rh_plays_write(rh_text *text, const rh_plays *plays)
{
    rh_text_putc(text, '[');
    for (size_t i = 0; i < plays->count; i++) {
        const rh_play_row *play = &plays->items[i];
        rh_text_printf(text, "%s[%u,%u,%u,%u,%u,%u,%ju", i ? "," : "", play->kind, play->detail,
                       play->is_job, play->line, play->column, play->number,
                       (uintmax_t)play->times);
        write_string(text, play->file);
        write_string(text, play->job);
        write_string(text, play->key);
        rh_text_putc(text, ']');
    }
    rh_text_putc(text, ']');
}

rh_plays *rh_plays_read(rh_arena *arena, const rh_value *value)
{
    if (rh_kind_of(value) != RH_LIST)
        return NULL;
    rh_plays *plays = rh_plays_create(arena);
    for (size_t i = 0; i < value->count; i++) {
        const rh_value *row = rh_at(value, i);
        if (rh_count_of(row) != 10)
            return NULL;
        add(plays, &(rh_play_row){.kind = (uint8_t)rh_integer_of(rh_at(row, 0)),
                                  .detail = (uint8_t)rh_integer_of(rh_at(row, 1)),
                                  .is_job = rh_integer_of(rh_at(row, 2)) != 0,
                                  .line = (uint32_t)rh_integer_of(rh_at(row, 3)),
                                  .column = (uint32_t)rh_integer_of(rh_at(row, 4)),
                                  .number = (uint32_t)rh_integer_of(rh_at(row, 5)),
                                  .times = (uint64_t)rh_integer_of(rh_at(row, 6)),
                                  .file = rh_text_of(rh_at(row, 7)),
                                  .job = rh_text_of(rh_at(row, 8)),
                                  .key = rh_text_of(rh_at(row, 9))});
    }
    return plays;
}
