#include "reports/run_items.h"

#include <string.h>

#include "reports/call_view.h"

static bool is_item(const rh_entry *entry)
{
    switch (entry->kind) {
    case RH_ENTRY_RUN_STARTED:
        return entry->span > 0;
    case RH_ENTRY_HOST_LOST:
    case RH_ENTRY_HOST_STOPPED:
    case RH_ENTRY_HOST_DRAINED:
    case RH_ENTRY_HOST_RESTARTED:
    case RH_ENTRY_OUTAGE:
    case RH_ENTRY_OUTAGE_OVER:
    case RH_ENTRY_SIGNALED:
    case RH_ENTRY_RUN_CANCEL_REQUESTED:
    case RH_ENTRY_RUN_COMPLETED:
    case RH_ENTRY_RUN_FAILED:
    case RH_ENTRY_RUN_CANCELED:
    case RH_ENTRY_RUN_TERMINATED:
    case RH_ENTRY_RUN_TIMED_OUT:
    case RH_ENTRY_RUN_CONTINUED:
    case RH_ENTRY_START_REFUSED:
    case RH_ENTRY_CHILD_INITIATED:
    case RH_ENTRY_SIGNAL_DELIVERED:
    case RH_ENTRY_SIGNAL_FAILED:
    case RH_ENTRY_CANCEL_DELIVERED:
    case RH_ENTRY_CANCEL_FAILED:
    case RH_ENTRY_TASK_FAILED:
    case RH_ENTRY_TASK_TIMED_OUT:
    case RH_ENTRY_ACTIVITY_SCHEDULED:
    case RH_ENTRY_TIMER_STARTED:
    case RH_ENTRY_LOG:
    case RH_ENTRY_WARNING:
    case RH_ENTRY_SIGNAL_UNHANDLED:
    case RH_ENTRY_CRASHED:
    case RH_ENTRY_RUN_STUCK:
    case RH_ENTRY_TEST_ERROR:
        return true;
    default:
        return false;
    }
}

/* A crash fails its workflow task, which mostly says the same. */
static bool is_told_by_next(const rh_journal *journal, uint32_t position)
{
    const rh_entry *entry = &journal->entries[position];
    const rh_entry *next = position + 1 < journal->count ? entry + 1 : NULL;
    return entry->kind == RH_ENTRY_CRASHED && next && next->kind == RH_ENTRY_TASK_FAILED &&
           next->run == entry->run && entry->text && next->text && !strcmp(entry->text, next->text);
}

static rh_run_item item_of(const rh_index *index, uint32_t position)
{
    const rh_entry *entry = &index->journal->entries[position];
    rh_run_item item = {.entry = position, .lines = 1};
    if (entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED) {
        rh_call_view view;
        rh_call_view_read(&view, index, entry->call - 1);
        uint32_t attempts = rh_call_view_count(&view);
        item.is_notable = rh_call_view_is_notable(&view);
        uint32_t failures = view.failures < attempts ? view.failures : attempts;
        item.lines = (uint8_t)(1 + (attempts > 1 ? attempts : 0) + failures);
    } else {
        item.is_notable = entry->kind != RH_ENTRY_LOG && entry->kind != RH_ENTRY_TIMER_STARTED &&
                          entry->kind != RH_ENTRY_SIGNALED &&
                          entry->kind != RH_ENTRY_SIGNAL_DELIVERED;
    }
    return item;
}

static void note_timer_end(rh_run_items *items, rh_arena *arena, const rh_entry *entry,
                           uint32_t position)
{
    size_t needed = (size_t)entry->number + 1;
    if (entry->number > UINT32_MAX)
        return;
    if (needed > items->timer_end_count) {
        size_t capacity = items->timer_end_count;
        items->timer_ends =
            rh_arena_reserve(arena, items->timer_ends, sizeof(uint32_t), needed, &capacity);
        memset(items->timer_ends + items->timer_end_count, 0xff,
               (capacity - items->timer_end_count) * sizeof(uint32_t));
        items->timer_end_count = capacity;
    }
    items->timer_ends[entry->number] = position;
}

void rh_run_items_build(rh_run_items *items, rh_arena *arena, const rh_index *index, uint32_t run)
{
    const rh_journal *journal = index->journal;
    rh_time started = journal->runs[run]->started, end = rh_index_run_end(journal, run);
    uint32_t world = index->runs[journal->run_count];
    uint32_t i = index->runs[run];
    *items = (rh_run_items){0};
    while (i != RH_NO_ENTRY || world != RH_NO_ENTRY) {
        uint32_t *from = i < world ? &i : &world; /* no entry is the greatest position */
        uint32_t position = *from;
        const rh_entry *entry = &journal->entries[position];
        *from = index->next_of_run[position];
        if (from == &world &&
            (entry->time < started || entry->time > end || entry->kind == RH_ENTRY_TEST_ERROR))
            continue;
        if (entry->kind == RH_ENTRY_TIMER_FIRED || entry->kind == RH_ENTRY_TIMER_CANCELED)
            note_timer_end(items, arena, entry, position);
        if (!is_item(entry) || is_told_by_next(index->journal, position))
            continue;
        items->items = rh_arena_reserve(arena, items->items, sizeof *items->items, items->count + 1,
                                        &items->capacity);
        items->items[items->count++] = item_of(index, position);
    }
}

/* Shows items from one end, notable or not as asked, while `lines` last; the last one may take a
 * few more. Returns the lines that are left. */
static size_t show_from(rh_run_items *items, bool from_end, bool notable, size_t lines)
{
    for (size_t i = 0; i < items->count && lines > 0; i++) {
        rh_run_item *item = &items->items[from_end ? items->count - 1 - i : i];
        if (item->is_shown || item->is_notable != notable)
            continue;
        size_t needed = item->lines + (notable ? 1u : 0u); /* and what is left out before it */
        item->is_shown = true;
        lines -= needed < lines ? needed : lines;
    }
    return lines;
}

void rh_run_items_choose(rh_run_items *items, size_t lines)
{
    size_t all = 0;
    for (size_t i = 0; i < items->count; i++)
        all += items->items[i].lines;
    if (all <= lines) {
        for (size_t i = 0; i < items->count; i++)
            items->items[i].is_shown = true;
        return;
    }
    size_t notable = lines - lines / 3;
    lines -= notable;
    lines += show_from(items, false, true,
                       show_from(items, true, true, notable / 2) + notable - notable / 2);
    show_from(items, false, false, show_from(items, true, false, lines / 2) + lines - lines / 2);
}
