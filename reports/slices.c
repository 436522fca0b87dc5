#include "reports/slices.h"

#include "sim/clock.h"

typedef struct reader {
    rh_arena *arena;
    const rh_journal *journal;
    rh_slices slices;
    uint32_t *waiting; /* of each call: an open slice that is no attempt, or RH_NO_SLICE */
} reader;

/* ---- what there is --------------------------------------------------------------------------- */

static uint32_t add(reader *r, const rh_slice *slice)
{
    rh_slices *to = &r->slices;
    to->items =
        rh_arena_reserve(r->arena, to->items, sizeof *to->items, to->count + 1, &to->capacity);
    to->items[to->count] = *slice;
    return (uint32_t)to->count++;
}

static void end_wait(reader *r, uint32_t call, rh_time time)
{
    uint32_t open = r->waiting[call];
    if (open == RH_NO_SLICE)
        return;
    if (time < r->slices.items[open].end)
        r->slices.items[open].end = time;
    r->waiting[call] = RH_NO_SLICE;
}

/* What a call lies in. */
static uint32_t parent_of(const reader *r, uint32_t call)
{
    uint32_t parent = r->journal->calls[call - 1]->parent_index;
    return parent ? r->slices.last[parent] : (uint32_t)RH_NO_SLICE;
}

static void wait(reader *r, const rh_entry *entry, rh_slice_kind kind, rh_time until)
{
    end_wait(r, entry->call, entry->time);
    r->waiting[entry->call] = add(r, &(rh_slice){.kind = (uint8_t)kind,
                                                 .call = entry->call,
                                                 .attempt = entry->attempt,
                                                 .parent = parent_of(r, entry->call),
                                                 .start = entry->time,
                                                 .end = until});
}

static void start(reader *r, const rh_entry *entry)
{
    end_wait(r, entry->call, entry->time);
    r->slices.last[entry->call] = add(r, &(rh_slice){.kind = RH_SLICE_ATTEMPT,
                                                     .call = entry->call,
                                                     .attempt = entry->attempt,
                                                     .parent = parent_of(r, entry->call),
                                                     .start = entry->time,
                                                     .end = r->journal->end,
                                                     .host = entry->text});
}

static void end(reader *r, const rh_entry *entry)
{
    uint32_t last = r->slices.last[entry->call];
    rh_slice *slice = last == RH_NO_SLICE ? NULL : &r->slices.items[last];
    if (!slice || slice->how || (entry->attempt && entry->attempt != slice->attempt))
        return;
    slice->how = entry->kind;
    slice->end = entry->time;
    slice->failure = entry->failure;
    if (r->journal->calls[entry->call - 1]->about.level == RH_CALL_COMMAND)
        slice->exit_status = (int32_t)entry->number;
}

static void conclude(reader *r, const rh_entry *entry)
{
    uint32_t last = r->slices.last[entry->call];
    if (last == RH_NO_SLICE)
        return;
    r->slices.items[last].outcome = entry->code;
    r->slices.items[last].conclusion = (uint8_t)entry->number;
}

static void read_entry(reader *r, const rh_entry *entry)
{
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ACTIVITY_SCHEDULED:
        wait(r, entry, RH_SLICE_QUEUED, r->journal->end);
        break;
    case RH_ENTRY_BACK_OFF:
        wait(r, entry, RH_SLICE_BACK_OFF, rh_time_add(entry->time, entry->span));
        break;
    case RH_ENTRY_ATTEMPT_STARTED:
        start(r, entry);
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
    case RH_ENTRY_ATTEMPT_CANCELED:
    case RH_ENTRY_ATTEMPT_LOST:
        end(r, entry);
        break;
    case RH_ENTRY_ACTIVITY_COMPLETED:
    case RH_ENTRY_ACTIVITY_FAILED:
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
    case RH_ENTRY_ACTIVITY_CANCELED:
    case RH_ENTRY_CALL_LEFT_OPEN:
        end_wait(r, entry->call, entry->time);
        end(r, entry);
        break;
    case RH_ENTRY_CONCLUDED:
        conclude(r, entry);
        break;
    default:
        break;
    }
}

/* ---- tracks ---------------------------------------------------------------------------------- */

typedef struct stack {
    uint32_t *items; /* slices that are open, the innermost last */
    size_t count, capacity;
} stack;

typedef struct layer {
    reader *r;
    stack *stacks; /* of each track */
    size_t capacity;
    uint32_t *first; /* of each call at the top: its first track, or UINT32_MAX */
} layer;

static uint32_t top_of(const rh_journal *journal, uint32_t call)
{
    while (journal->calls[call - 1]->parent_index)
        call = journal->calls[call - 1]->parent_index;
    return call;
}

/* Whether the slice can go on the track: its parent, and nothing else, is open there. */
static bool fits(const layer *l, stack *open, const rh_slice *slice)
{
    const rh_slice *items = l->r->slices.items;
    while (open->count && open->items[open->count - 1] != slice->parent &&
           items[open->items[open->count - 1]].end <= slice->start)
        open->count--;
    if (!open->count)
        return true;
    return open->items[open->count - 1] == slice->parent;
}

static void put(layer *l, uint32_t track, uint32_t index)
{
    rh_slice *slice = &l->r->slices.items[index];
    stack *open = &l->stacks[track];
    if (open->count) {
        const rh_slice *around = &l->r->slices.items[open->items[open->count - 1]];
        if (slice->end > around->end)
            slice->end = around->end;
    }
    slice->track = track;
    open->items = rh_arena_reserve(l->r->arena, open->items, sizeof *open->items, open->count + 1,
                                   &open->capacity);
    open->items[open->count++] = index;
}

static uint32_t add_track(layer *l, uint32_t call, uint32_t number)
{
    rh_slices *to = &l->r->slices;
    to->tracks = rh_arena_reserve(l->r->arena, to->tracks, sizeof *to->tracks, to->track_count + 1,
                                  &to->track_capacity);
    l->stacks = rh_arena_reserve(l->r->arena, l->stacks, sizeof *l->stacks, to->track_count + 1,
                                 &l->capacity);
    l->stacks[to->track_count] = (stack){NULL, 0, 0};
    to->tracks[to->track_count] = (rh_track){call, number};
    return (uint32_t)to->track_count++;
}

static void lay(layer *l, uint32_t index)
{
    const rh_slices *slices = &l->r->slices;
    const rh_slice *slice = &slices->items[index];
    uint32_t call = top_of(l->r->journal, slice->call), number = 1;
    uint32_t first = slice->parent != RH_NO_SLICE ? slices->items[slice->parent].track : 0;
    if (slice->parent != RH_NO_SLICE && fits(l, &l->stacks[first], slice)) {
        put(l, first, index);
        return;
    }
    for (uint32_t track = l->first[call]; track < slices->track_count; track++) {
        if (slices->tracks[track].call != call)
            continue;
        number++;
        if (fits(l, &l->stacks[track], slice)) {
            put(l, track, index);
            return;
        }
    }
    uint32_t track = add_track(l, call, number);
    if (number == 1)
        l->first[call] = track;
    put(l, track, index);
}

/* ---- all ------------------------------------------------------------------------------------- */

static uint32_t *none_of(rh_arena *arena, size_t count)
{
    uint32_t *items = RH_NEW_ARRAY(arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        items[i] = RH_NO_SLICE;
    return items;
}

/* Waiting that took no time is nothing to show. */
static bool is_shown(const rh_slice *slice)
{
    return slice->kind == RH_SLICE_ATTEMPT || slice->end > slice->start;
}

rh_slices rh_slices_read(rh_arena *arena, const rh_journal *journal)
{
    reader r = {.arena = arena, .journal = journal};
    r.slices.last = none_of(arena, journal->call_count + 1);
    r.waiting = none_of(arena, journal->call_count + 1);
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].call)
            read_entry(&r, &journal->entries[i]);
    layer l = {.r = &r, .first = none_of(arena, journal->call_count + 1)};
    for (uint32_t i = 0; i < r.slices.count; i++)
        if (is_shown(&r.slices.items[i]))
            lay(&l, i);
        else
            r.slices.items[i].track = UINT32_MAX;
    return r.slices;
}

uint32_t rh_slices_track(const rh_slices *slices, const rh_journal *journal, uint32_t call)
{
    while (call && slices->last[call] == RH_NO_SLICE)
        call = journal->calls[call - 1]->parent_index;
    return call ? slices->items[slices->last[call]].track : UINT32_MAX;
}
