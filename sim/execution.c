#include "sim/execution.h"

#include "sim/base/hash.h"
#include "sim/base/timetext.h"
#include "sim/base/uuid.h"
#include "sim/base/value.h"
#include "sim/chain.h"
#include "sim/failure.h"
#include "sim/limit.h"
#include "sim/local.h"
#include "sim/message.h"
#include "sim/news.h"
#include "sim/other_runs.h"
#include "sim/task.h"
#include "sim/world.h"

static void on_run_timeout(void *owner, rh_clock_timer *timer);
static void on_user_timer(void *owner, rh_clock_timer *timer);

/* ---- journal --------------------------------------------------------------------------------- */

uint32_t rh_execution_journal(rh_execution *execution, rh_entry *entry)
{
    entry->run = execution->index;
    if (rh_entry_kind_event((rh_entry_kind)entry->kind)) {
        entry->event_id = execution->next_event_id++;
        rh_limit_count(execution, entry);
    }
    rh_world_journal(execution->world, entry);
    return entry->event_id;
}

void rh_execution_tell(rh_execution *execution, const rh_event *event)
{
    rh_arena *arena = &execution->world->arena;
    execution->events = rh_arena_reserve(arena, execution->events, sizeof *execution->events,
                                         execution->event_count + 1, &execution->event_capacity);
    execution->events[execution->event_count++] = *event;
}

/* ---- making ---------------------------------------------------------------------------------- */

rh_execution *rh_execution_new(rh_world *world)
{
    rh_arena *arena = &world->arena;
    rh_journal *journal = &world->journal;
    rh_execution *execution = RH_NEW(arena, rh_execution);
    execution->world = world;
    execution->run = RH_NEW(arena, rh_run_record);
    /* The journal may be read if there is no memory for more. */
    *execution->run = (rh_run_record){.dialect = "",
                                      .workflow_type = rh_names_intern(&world->names, ""),
                                      .workflow_id = "",
                                      .run_id = "",
                                      .first_run_id = "",
                                      .task_queue = "",
                                      .previous = RH_NO_RUN,
                                      .next = RH_NO_RUN};
    execution->index = (uint32_t)journal->run_count;
    execution->next_event_id = 1;
    execution->deadline.fire = on_run_timeout;
    execution->deadline.owner = execution;

    journal->runs = rh_arena_reserve(arena, journal->runs, sizeof *journal->runs,
                                     journal->run_count + 1, &journal->run_capacity);
    journal->runs[journal->run_count++] = execution->run;
    world->executions = rh_arena_reserve(arena, world->executions, sizeof *world->executions,
                                         world->execution_count + 1, &world->execution_capacity);
    world->executions[world->execution_count++] = execution;
    world->open_executions++;
    return execution;
}

rh_execution *rh_execution_find(const rh_world *world, const char *workflow_id)
{
    uint32_t newest = rh_counter_get(&world->newest_runs, rh_hash_string(workflow_id));
    if (newest && !strcmp(world->executions[newest - 1]->run->workflow_id, workflow_id))
        return world->executions[newest - 1];
    for (size_t i = newest ? world->execution_count : 0; i-- > 0;) /* two ids with one hash */
        if (!strcmp(world->executions[i]->run->workflow_id, workflow_id))
            return world->executions[i];
    return NULL;
}

/* ---- close ----------------------------------------------------------------------------------- */

static void close_run(rh_execution *execution, rh_run_status status)
{
    rh_world *world = execution->world;
    execution->run->status = (uint8_t)status;
    execution->run->closed = rh_world_now(world);
    world->open_executions--;
    execution->task_state = RH_TASK_NONE;
    execution->task_is_held = false;
    execution->buffered_count = 0;
    if (execution->local_count)
        rh_locals_leave(execution);
    rh_clock_disarm(&world->clock, &execution->task_timer);
    rh_clock_disarm(&world->clock, &execution->deadline);
    for (size_t i = 0; i < execution->timer_count; i++)
        rh_clock_disarm(&world->clock, &execution->timers[i]->timer);
    for (size_t i = 0; i < execution->activity_count && execution->open_activities; i++)
        rh_activity_leave(execution->activities[i]);
    execution->dialect->evict(execution);
    rh_updates_abort(execution);
    rh_queries_answer(execution);
}

static rh_retry_state decide(const rh_execution *execution, const rh_failure *failure,
                             rh_duration *interval)
{
    const rh_run_record *run = execution->run;
    rh_time now = rh_world_now(execution->world);
    /* The execution timeout ends the whole chain, whatever the policy says. */
    if (run->execution_expiration && now >= run->execution_expiration)
        return RH_RETRY_TIMEOUT;
    return rh_retry_decide(
        &(rh_retry_question){
            .policy = run->retry,
            .failure = failure,
            .attempt = run->attempt,
            .of_workflow = true,
            .now = now,
            .expiration = run->execution_expiration,
        },
        interval);
}

/* Whether another run follows by its schedule. */
static bool follows_by_cron(const rh_execution *execution, rh_next_run *next)
{
    const rh_run_record *run = execution->run;
    rh_time now = rh_world_now(execution->world);
    if (!execution->schedule || (run->execution_expiration && now >= run->execution_expiration))
        return false;
    next->initiator = RH_INITIATOR_CRON_SCHEDULE;
    next->interval = rh_schedule_backoff(execution->schedule, execution->execution_time, now);
    return next->interval >= 0;
}

/* Closes the run; `next` is what follows it, NULL: nothing. */
static void close_with(rh_execution *execution, rh_run_status status, rh_entry *entry,
                       const rh_next_run *next)
{
    rh_execution_journal(execution, entry);
    close_run(execution, status);
    if (next)
        rh_chain_next(execution, next);
    else if (execution->as_child)
        rh_child_closed(execution, entry);
    rh_children_left(execution);
}

/* Closes by failure or timeout, which a workflow's policy may retry, or else its schedule
 * (executor:645). */
static void close_or_retry(rh_execution *execution, rh_run_status status, rh_entry_kind kind,
                           const rh_failure *failure)
{
    rh_next_run next = {.last_result = execution->run->last_result, .last_failure = failure};
    rh_retry_state state = decide(execution, failure, &next.interval);
    bool follows = state == RH_RETRY_IN_PROGRESS;
    if (follows)
        next.initiator = RH_INITIATOR_RETRY;
    else
        follows = follows_by_cron(execution, &next);
    execution->run->failure = failure;
    rh_entry entry = {.kind = (uint8_t)kind, .code = (uint8_t)state, .failure = failure};
    close_with(execution, status, &entry, follows ? &next : NULL);
}

void rh_execution_complete(rh_execution *execution, const rh_value *result)
{
    rh_next_run next = {.last_result = result};
    rh_entry entry = {.kind = RH_ENTRY_RUN_COMPLETED, .value = result};
    execution->run->result = result;
    close_with(execution, RH_RUN_SUCCEEDED, &entry,
               follows_by_cron(execution, &next) ? &next : NULL);
}

void rh_execution_fail(rh_execution *execution, const rh_failure *failure)
{
    close_or_retry(execution, RH_RUN_FAILED, RH_ENTRY_RUN_FAILED, failure);
}

void rh_execution_cancel(rh_execution *execution, const rh_value *details)
{
    rh_entry entry = {.kind = RH_ENTRY_RUN_CANCELED, .value = details};
    execution->run->failure = rh_failure_canceled(&execution->world->arena, NULL, details);
    close_with(execution, RH_RUN_CANCELED, &entry, NULL);
}

void rh_execution_continue(rh_execution *execution, const rh_command *command)
{
    rh_next_run next = {.initiator = RH_INITIATOR_WORKFLOW, .continuation = command};
    rh_entry entry = {.kind = RH_ENTRY_RUN_CONTINUED, .value = command->value};
    close_with(execution, RH_RUN_CONTINUED_AS_NEW, &entry, &next);
}

void rh_execution_terminate(rh_execution *execution, const char *reason)
{
    if (!rh_execution_is_open(execution))
        return;
    rh_arena *arena = &execution->world->arena;
    rh_task_abandon(execution);
    rh_entry entry = {.kind = RH_ENTRY_RUN_TERMINATED, .text = rh_arena_string(arena, reason)};
    execution->run->failure = rh_failure_terminated(arena, NULL);
    close_with(execution, RH_RUN_TERMINATED, &entry, NULL);
}

static void on_run_timeout(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    (void)timer;
    rh_task_abandon(execution);
    const rh_failure *failure =
        rh_failure_timeout(&execution->world->arena, RH_TIMEOUT_START_TO_CLOSE, "workflow timeout",
                           NULL, NULL);
    close_or_retry(execution, RH_RUN_TIMED_OUT, RH_ENTRY_RUN_TIMED_OUT, failure);
}

void rh_execution_stuck(rh_execution *execution, const char *why)
{
    execution->run->stuck = why;
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_STUCK, .text = why});
    close_run(execution, RH_RUN_STUCK);
}

/* ---- from outside ---------------------------------------------------------------------------- */

static uint64_t number_of(const rh_execution *sender)
{
    return sender ? (uint64_t)sender->index + 1 : 0;
}

static void tell_signal(void *owner, const rh_entry *entry, rh_event *event)
{
    (void)owner;
    *event = (rh_event){.kind = RH_EVENT_SIGNALED, .name = entry->name, .value = entry->value};
}

static void tell_cancel(void *owner, const rh_entry *entry, rh_event *event)
{
    (void)owner;
    (void)entry;
    event->kind = RH_EVENT_CANCEL_REQUESTED;
}

void rh_execution_signal_from(rh_execution *execution, const rh_execution *sender,
                              const rh_name *name, const rh_value *value)
{
    if (!rh_execution_is_open(execution))
        return;
    if (rh_limit_refuses_signal(execution, name, value))
        return;
    rh_news_hear(execution,
                 &(rh_entry){.kind = RH_ENTRY_SIGNALED,
                             .number = number_of(sender),
                             .name = name,
                             .value = value},
                 tell_signal, NULL);
}

void rh_execution_signal(rh_execution *execution, const char *name, const rh_value *value)
{
    rh_world *world = execution->world;
    rh_execution_signal_from(execution, NULL, rh_names_intern(&world->names, name),
                             rh_value_copy(&world->arena, value));
}

void rh_execution_request_cancel_from(rh_execution *execution, const rh_execution *sender)
{
    if (!rh_execution_is_open(execution) || execution->cancel_requested)
        return;
    execution->cancel_requested = true;
    rh_news_hear(execution,
                 &(rh_entry){.kind = RH_ENTRY_RUN_CANCEL_REQUESTED, .number = number_of(sender)},
                 tell_cancel, NULL);
}

void rh_execution_request_cancel(rh_execution *execution)
{
    rh_execution_request_cancel_from(execution, NULL);
}

/* ---- places ---------------------------------------------------------------------------------- */

void rh_execution_note_place(rh_execution *execution, const rh_code_place *place)
{
    if (!place->who)
        return;
    execution->places =
        rh_arena_reserve(&execution->world->arena, execution->places, sizeof *execution->places,
                         execution->place_count + 1, &execution->place_capacity);
    execution->places[execution->place_count++] =
        (rh_noted_place){execution->world->journal.count, *place};
}

const rh_code_place *rh_execution_place_of(const rh_execution *execution, size_t entry)
{
    size_t first = 0, end = execution->place_count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (execution->places[middle].entry == entry)
            return &execution->places[middle].place;
        if (execution->places[middle].entry < entry)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

/* ---- timers of commands ---------------------------------------------------------------------- */

void rh_execution_start_timer(rh_execution *execution, const rh_command *command)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    rh_user_timer *timer = RH_NEW(arena, rh_user_timer);
    execution->timers = rh_arena_reserve(arena, execution->timers, sizeof *execution->timers,
                                         execution->timer_count + 1, &execution->timer_capacity);
    execution->timers[execution->timer_count++] = timer;
    timer->execution = execution;
    timer->number = command->number;
    timer->is_open = true;
    timer->timer.fire = on_user_timer;
    timer->timer.owner = timer;
    timer->id = rh_format_number(arena, execution->next_event_id);
    timer->started_event_id =
        rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_TIMER_STARTED,
                                                    .text = timer->id,
                                                    .span = command->duration,
                                                    .value = command->value});
    rh_clock_arm(&world->clock, &timer->timer, rh_time_add(rh_world_now(world), command->duration),
                 RH_TIMER_SERVER, timer->started_event_id, 0);
}

/* Timers of a run that are due together are written one behind the other, before the task that sees
 * them (timer_queue_active_task_executor.go, executeUserTimerTimeoutTask). */
static bool another_fires_now(const rh_user_timer *timer)
{
    rh_world *world = timer->execution->world;
    const rh_timer_node *next = rh_clock_peek(&world->clock);
    if (!next || next->timer->fire != on_user_timer ||
        !rh_clock_same_tick(next, rh_world_now(world)))
        return false;
    const rh_user_timer *other = next->timer->owner;
    return other->execution == timer->execution;
}

static void tell_timer(void *owner, const rh_entry *entry, rh_event *event)
{
    const rh_user_timer *timer = owner;
    (void)entry;
    *event = (rh_event){.kind = RH_EVENT_TIMER_FIRED, .number = timer->number};
}

static void on_user_timer(void *owner, rh_clock_timer *clock_timer)
{
    rh_user_timer *timer = owner;
    (void)clock_timer;
    timer->is_open = false;
    timer->execution->holds_task = another_fires_now(timer);
    rh_news_hear(timer->execution,
                 &(rh_entry){.kind = RH_ENTRY_TIMER_FIRED,
                             .text = timer->id,
                             .number = timer->started_event_id},
                 tell_timer, timer);
    timer->execution->holds_task = false;
}

void rh_execution_cancel_timer(rh_execution *execution, const rh_command *command)
{
    rh_user_timer *timer = execution->timers[command->number];
    if (!timer->is_open && !rh_news_holds(execution, timer))
        return;
    timer->is_open = false;
    rh_news_forget(execution, timer); /* as if it had not fired */
    rh_clock_disarm(&execution->world->clock, &timer->timer);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_TIMER_CANCELED,
                                                .code = command->by_wait,
                                                .text = timer->id,
                                                .number = timer->started_event_id});
}

/* ---- for dialects ---------------------------------------------------------------------------- */

rh_command *rh_execution_command(rh_execution *execution, rh_command_kind kind)
{
    rh_world *world = execution->world;
    int64_t limit = world->options.max_entries;
    if (limit > 0 && (int64_t)(execution->command_count - execution->commands_done) > limit)
        rh_world_stop(world, RH_STOP_RUNAWAY,
                      "runaway: workflow '%s' gives commands without end in one workflow task",
                      execution->run->workflow_id);
    execution->commands =
        rh_arena_reserve(&world->arena, execution->commands, sizeof *execution->commands,
                         execution->command_count + 1, &execution->command_capacity);
    rh_command *command = &execution->commands[execution->command_count++];
    *command = (rh_command){.kind = (uint8_t)kind};
    if (execution->acting)
        command->place = *execution->acting;
    return command;
}

void rh_execution_log(rh_execution *execution, rh_entry_kind kind, const rh_name *name,
                      const char *text)
{
    if (execution->acting)
        rh_execution_note_place(execution, execution->acting);
    rh_execution_journal(execution, &(rh_entry){.kind = (uint8_t)kind, .name = name, .text = text});
}

rh_activation rh_execution_fail_task(rh_execution *execution, const char *cause,
                                     const char *message)
{
    execution->task_cause = cause;
    execution->task_failure = message;
    return RH_ACTIVATION_FAILED;
}
