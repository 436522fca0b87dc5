#include "sim/news.h"

#include "sim/limit.h"
#include "sim/message.h"
#include "sim/task.h"
#include "sim/world.h"

struct rh_buffered_news {
    rh_entry entry; /* of an update: UPDATE_REQUESTED */
    rh_tell_news *tell;
    void *owner;
};

static bool is_update(const rh_entry *entry)
{
    return entry->kind == RH_ENTRY_UPDATE_REQUESTED;
}

static bool is_end_of_activity(const rh_entry *entry)
{
    return entry->kind >= RH_ENTRY_ACTIVITY_COMPLETED && entry->kind <= RH_ENTRY_ACTIVITY_CANCELED;
}

static bool was_started(const rh_entry *entry)
{
    return is_end_of_activity(entry) && entry->number;
}

static bool is_end_of_child(const rh_entry *entry)
{
    return entry->kind >= RH_ENTRY_CHILD_COMPLETED && entry->kind <= RH_ENTRY_CHILD_TERMINATED;
}

/* ---- hearing --------------------------------------------------------------------------------- */

static void buffer(rh_execution *execution, const rh_entry *entry, rh_tell_news *tell, void *owner)
{
    rh_world *world = execution->world;
    execution->buffered =
        rh_arena_reserve(&world->arena, execution->buffered, sizeof *execution->buffered,
                         execution->buffered_count + 1, &execution->buffered_capacity);
    struct rh_buffered_news *news = &execution->buffered[execution->buffered_count++];
    *news = (struct rh_buffered_news){*entry, tell, owner};
    news->entry.time = rh_world_now(world);
}

/* With the start of an activity, and the task that is scheduled for it. */
static size_t events_of(const rh_execution *execution, const rh_entry *entry)
{
    size_t start = was_started(entry), task = execution->task_state == RH_TASK_NONE;
    return start + 1 + task;
}

static void tell(rh_execution *execution, const rh_entry *entry, rh_tell_news *tell_news,
                 void *owner)
{
    rh_event event = {0};
    tell_news(owner, entry, &event);
    rh_execution_tell(execution, &event);
}

void rh_news_hear(rh_execution *execution, rh_entry *entry, rh_tell_news *tell_news, void *owner)
{
    if (execution->task_state == RH_TASK_STARTED) {
        buffer(execution, entry, tell_news, owner);
        rh_task_bound_buffer(execution);
        return;
    }
    if (!rh_limit_admits(execution, events_of(execution, entry)))
        return;
    if (was_started(entry)) /* that event is written only now, with its old time */
        entry->number = execution->next_event_id++;
    rh_execution_journal(execution, entry);
    tell(execution, entry, tell_news, owner);
    rh_task_schedule(execution);
}

void rh_news_hear_update(rh_execution *execution, rh_tell_news *tell_news, void *owner)
{
    rh_entry entry = {.kind = RH_ENTRY_UPDATE_REQUESTED};
    if (execution->task_state == RH_TASK_STARTED) {
        buffer(execution, &entry, tell_news, owner);
        return;
    }
    rh_task_schedule_speculative(execution);
    tell(execution, &entry, tell_news, owner);
}

/* ---- what is buffered ------------------------------------------------------------------------ */

size_t rh_news_waiting(const rh_execution *execution)
{
    size_t count = 0;
    for (size_t i = 0; i < execution->buffered_count; i++)
        count += !is_update(&execution->buffered[i].entry);
    return count;
}

size_t rh_news_events(const rh_execution *execution)
{
    size_t count = rh_news_waiting(execution);
    for (size_t i = 0; i < execution->buffered_count; i++)
        count += was_started(&execution->buffered[i].entry);
    return count;
}

static size_t place_of(const rh_execution *execution, const void *owner)
{
    size_t at = 0;
    while (at < execution->buffered_count && execution->buffered[at].owner != owner)
        at++;
    return at;
}

bool rh_news_holds(const rh_execution *execution, const void *owner)
{
    return place_of(execution, owner) < execution->buffered_count;
}

void rh_news_forget(rh_execution *execution, const void *owner)
{
    size_t at = place_of(execution, owner);
    if (at == execution->buffered_count)
        return;
    execution->buffered_count--;
    for (; at < execution->buffered_count; at++)
        execution->buffered[at] = execution->buffered[at + 1];
}

/* ---- writing it ------------------------------------------------------------------------------ */

static void write(rh_execution *execution, struct rh_buffered_news *news)
{
    rh_entry entry = news->entry;
    entry.written_later = true;
    entry.span = news->entry.time;
    rh_execution_journal(execution, &entry);
    tell(execution, &entry, news->tell, news->owner);
}

/* The start of an activity has an entry of its own here, as its end does not follow at once. */
static void write_start(rh_execution *execution, struct rh_buffered_news *news)
{
    news->entry.number = rh_execution_journal(execution, &(rh_entry){
                                                             .kind = RH_ENTRY_ACTIVITY_STARTED,
                                                             .call = news->entry.call,
                                                             .attempt = news->entry.attempt,
                                                             .written_later = true,
                                                             .span = news->entry.span,
                                                         });
}

size_t rh_news_flush(rh_execution *execution)
{
    struct rh_buffered_news *buffered = execution->buffered;
    size_t count = execution->buffered_count, updates = 0;
    execution->buffered_count = 0;
    for (size_t i = 0; i < count; i++) {
        const rh_entry *entry = &buffered[i].entry;
        if (was_started(entry))
            write_start(execution, &buffered[i]);
        else if (!is_end_of_activity(entry) && !is_end_of_child(entry) && !is_update(entry))
            write(execution, &buffered[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (is_end_of_activity(&buffered[i].entry) || is_end_of_child(&buffered[i].entry))
            write(execution, &buffered[i]);
    for (size_t i = 0; i < count; i++)
        if (is_update(&buffered[i].entry)) {
            tell(execution, &buffered[i].entry, buffered[i].tell, buffered[i].owner);
            updates++;
        }
    return updates;
}
