#include "sim/task.h"

#include "sim/command.h"
#include "sim/limit.h"
#include "sim/local.h"
#include "sim/message.h"
#include "sim/news.h"
#include "sim/other_runs.h"
#include "sim/outage.h"
#include "sim/record.h"
#include "sim/world.h"

/* ---- scheduling ------------------------------------------------------------------------------ */

static void make_ready(rh_execution *execution)
{
    rh_world *world = execution->world;
    execution->ready_next = NULL;
    if (world->ready_last)
        world->ready_last->ready_next = execution;
    else
        world->ready_first = execution;
    world->ready_last = execution;
}

static void on_task_due(void *owner, rh_clock_timer *timer)
{
    (void)timer;
    make_ready(owner);
}

static void make_ready_after(rh_execution *execution, rh_duration delay)
{
    rh_clock *clock = &execution->world->clock;
    if (delay <= 0) {
        make_ready(execution);
        return;
    }
    execution->task_timer.fire = on_task_due;
    execution->task_timer.owner = execution;
    rh_clock_arm(clock, &execution->task_timer, rh_time_add(clock->now, delay), RH_TIMER_SERVER,
                 execution->task_scheduled_id, 0);
}

static uint32_t journal_own(rh_execution *execution, rh_entry_kind kind, uint8_t code,
                            rh_time happened)
{
    bool is_late = happened != rh_world_now(execution->world);
    return rh_execution_journal(execution, &(rh_entry){.kind = (uint8_t)kind,
                                                       .code = code,
                                                       .number = execution->task_count + 1,
                                                       .attempt = execution->task_attempt,
                                                       .written_later = is_late,
                                                       .span = is_late ? happened : 0});
}

static void journal_scheduled(rh_execution *execution)
{
    execution->task_scheduled_id =
        journal_own(execution, RH_ENTRY_TASK_SCHEDULED, 0, execution->task_scheduled);
}

static void journal_started(rh_execution *execution)
{
    execution->task_started_id = journal_own(execution, RH_ENTRY_TASK_STARTED,
                                             execution->suggestion, execution->task_started);
}

static void schedule(rh_execution *execution, bool is_speculative)
{
    execution->task_state = RH_TASK_SCHEDULED;
    execution->task_is_speculative = is_speculative;
    execution->task_is_watched = false;
    execution->task_attempt = 1;
    execution->last_failure = NULL;
    execution->task_scheduled = rh_world_now(execution->world);
    if (!is_speculative)
        journal_scheduled(execution);
    make_ready_after(execution, execution->world->options.task_latency);
}

void rh_task_schedule(rh_execution *execution)
{
    if (execution->holds_task)
        return;
    if (execution->task_state == RH_TASK_NONE) {
        schedule(execution, false);
    } else if (execution->task_state == RH_TASK_SCHEDULED && execution->task_is_speculative &&
               execution->task_attempt == 1) {
        execution->task_is_speculative = false;
        journal_scheduled(execution);
    }
}

void rh_task_schedule_speculative(rh_execution *execution)
{
    if (execution->task_state == RH_TASK_NONE)
        schedule(execution, true);
}

static void on_first_task_due(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    (void)timer;
    execution->task_state = RH_TASK_NONE;
    rh_task_schedule(execution);
}

/* Until then the run takes no task, whatever happens to it. */
void rh_task_schedule_at(rh_execution *execution, rh_time at)
{
    rh_clock *clock = &execution->world->clock;
    if (at <= clock->now) {
        rh_task_schedule(execution);
        return;
    }
    execution->task_state = RH_TASK_SCHEDULED;
    execution->task_timer.fire = on_first_task_due;
    execution->task_timer.owner = execution;
    rh_clock_arm(clock, &execution->task_timer, at, RH_TIMER_SERVER, 1, 0);
}

/* ---- the code -------------------------------------------------------------------------------- */

/* What the code knows of the present in the current task. */
static rh_task task_of(const rh_execution *execution)
{
    return (rh_task){
        .now = rh_world_now(execution->world),
        .history_length = execution->history_length,
        .journal_length = execution->journal_length,
        .history_size = execution->unwritten_size,
        .suggestion = execution->suggestion,
    };
}

/* Tells the code of a task that is held what a local activity has come to. */
static rh_activation go_on_with(rh_execution *execution, const rh_marker *marker)
{
    rh_task task = task_of(execution);
    task.markers = &marker;
    task.marker_count = 1;
    task.goes_on = true;
    return execution->dialect->activate(execution, &task);
}

static rh_activation activate(rh_execution *execution)
{
    rh_world *world = execution->world;
    uint64_t lost_at = world->variation.lose_worker_at;
    if (++world->tasks_run == lost_at || lost_at == UINT64_MAX || world->options.no_cache)
        execution->dialect->evict(execution);
    if (!execution->state && rh_task_replay(execution) != RH_ACTIVATION_DONE)
        return RH_ACTIVATION_FAILED;
    rh_task task = task_of(execution);
    task.events = execution->events + execution->delivered;
    task.event_count = execution->event_count - execution->delivered;
    return execution->dialect->activate(execution, &task);
}

/* ---- carrying out ---------------------------------------------------------------------------- */

/* What there is to tell is for the next task; updates alone do not make it an event. */
static void schedule_next(rh_execution *execution, size_t updates)
{
    execution->task_state = RH_TASK_NONE;
    if (execution->event_count - updates > execution->delivered)
        rh_task_schedule(execution);
    else if (updates)
        rh_task_schedule_speculative(execution);
}

/* What closes at once because of a command (a job that obeys, an activity that has not started) is
 * an event of the next task, which is scheduled behind all commands. */
static void apply_commands(rh_execution *execution, size_t first, size_t end)
{
    execution->task_state = RH_TASK_COMPLETING;
    rh_world_hold_slots(execution->world);
    rh_commands_apply(execution, first, end);
    size_t updates = execution->buffered_count ? rh_news_flush(execution) : 0;
    rh_commands_cancel_unstarted(execution, first, end);
    if (rh_execution_is_open(execution))
        schedule_next(execution, updates);
    rh_world_release_slots(execution->world);
    rh_world_dispatch_unsent(execution->world);
    rh_others_act(execution, first, end);
}

/* ---- the end of a task ----------------------------------------------------------------------- */

/* Of a later attempt, and of a task for an update alone, nothing stands in the history until it is
 * completed. */
static bool is_written(const rh_execution *execution)
{
    return execution->task_attempt == 1 && !execution->task_is_speculative;
}

static rh_entry entry_of(rh_execution *execution, rh_entry_kind kind)
{
    const char *cause = execution->task_failure ? execution->task_cause : NULL;
    return (rh_entry){.kind = (uint8_t)kind,
                      .run = execution->index,
                      .attempt = execution->task_attempt,
                      .number = execution->task_count + 1,
                      .name = cause ? rh_names_intern(&execution->world->names, cause) : NULL,
                      .text = execution->task_failure};
}

static void journal_transient(rh_execution *execution, rh_entry_kind kind)
{
    rh_entry entry = entry_of(execution, kind);
    rh_world_journal(execution->world, &entry);
}

static void write_beginning(rh_execution *execution)
{
    journal_scheduled(execution);
    journal_started(execution);
    execution->task_is_speculative = false;
}

/* The first attempt that ends badly is written. */
static void journal_end(rh_execution *execution, rh_entry_kind kind, rh_duration span)
{
    rh_entry entry = entry_of(execution, kind);
    entry.span = span;
    if (execution->task_is_speculative && execution->task_attempt == 1)
        write_beginning(execution);
    if (execution->task_attempt == 1)
        rh_execution_journal(execution, &entry);
    else
        rh_world_journal(execution->world, &entry);
}

/* What its code has done is forgotten. */
static void forget(rh_execution *execution)
{
    rh_clock_disarm(&execution->world->clock, &execution->task_timer);
    execution->command_count = execution->commands_done;
    execution->task_is_held = execution->task_is_woken = false;
    execution->dialect->evict(execution);
}

/* And so is what its local activities have done. */
static void forget_all(rh_execution *execution)
{
    forget(execution);
    if (execution->local_count)
        rh_locals_forget(execution, false);
}

/* It has failed for good, and what was buffered is written. */
static void end_task(rh_execution *execution)
{
    journal_end(execution, RH_ENTRY_TASK_FAILED, 0);
    forget(execution);
    execution->task_state = RH_TASK_COMPLETING;
    rh_news_flush(execution);
}

/* With news it is another task; without, another attempt. */
static void try_again(rh_execution *execution)
{
    size_t news = rh_news_waiting(execution);
    rh_news_flush(execution);
    if (news) {
        execution->task_state = RH_TASK_NONE;
        rh_task_schedule(execution);
        return;
    }
    execution->task_attempt++;
    execution->task_state = RH_TASK_SCHEDULED;
    execution->task_scheduled = rh_world_now(execution->world);
    execution->task_scheduled_id = execution->next_event_id;
    make_ready_after(execution, execution->world->options.task_latency);
}

rh_duration rh_task_timeout(rh_duration first, int32_t attempt)
{
    enum { ATTEMPTS_AS_FIRST = 3, DOUBLINGS = 7 };
    static const rh_duration least = RH_SECONDS(5), most = RH_MINUTES(10);
    int32_t more = attempt - ATTEMPTS_AS_FIRST;
    if (more <= 0)
        return first;
    return rh_time_add(first, more > DOUBLINGS ? most : least << (more - 1));
}

static rh_duration timeout_of(const rh_execution *execution)
{
    return rh_task_timeout(execution->run->task_timeout, execution->task_attempt);
}

static void on_task_timeout(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    (void)timer;
    execution->task_failure = NULL;
    journal_end(execution, RH_ENTRY_TASK_TIMED_OUT, timeout_of(execution));
    forget(execution);
    try_again(execution);
}

static void await_timeout(rh_execution *execution)
{
    execution->task_timer.fire = on_task_timeout;
    execution->task_timer.owner = execution;
    rh_clock_arm(&execution->world->clock, &execution->task_timer,
                 rh_time_add(execution->task_started, timeout_of(execution)), RH_TIMER_SERVER,
                 execution->task_started_id, 0);
}

/* A worker tells of the first failure of a task and is silent about later ones, which time out (Go
 * SDK, internal_task_pollers.go). The server does the same with commands that it refuses
 * (respondworkflowtaskcompleted/api.go). */
static void fail_task(rh_execution *execution)
{
    rh_world *world = execution->world;
    journal_end(execution, RH_ENTRY_TASK_FAILED, 0);
    forget_all(execution);
    int32_t most = world->options.task_attempts;
    bool is_same =
        execution->last_failure && !strcmp(execution->last_failure, execution->task_failure);
    execution->same_failures = is_same ? execution->same_failures + 1 : 1;
    if (most > 0 && execution->same_failures >= most) {
        rh_execution_stuck(execution,
                           rh_format(&world->arena, "its workflow task fails each time: %s (%s)",
                                     execution->task_failure, execution->task_cause));
        return;
    }
    execution->last_failure = execution->task_failure;
    if (execution->task_attempt == 1)
        try_again(execution);
    else
        await_timeout(execution);
}

/* It would close the run, but does not know all that has happened to it. */
static void send_back(rh_execution *execution)
{
    execution->task_cause = execution->task_failure = "UnhandledCommand";
    journal_end(execution, RH_ENTRY_TASK_FAILED, 0);
    forget_all(execution);
    try_again(execution);
}

/* All that it was for was rejected: it was never there. */
static void drop_task(rh_execution *execution)
{
    journal_transient(execution, RH_ENTRY_TASK_COMPLETED);
    execution->task_is_speculative = false;
    execution->delivered = execution->event_count;
    schedule_next(execution, rh_news_flush(execution));
    rh_queries_answer(execution);
}

static void complete_task(rh_execution *execution)
{
    rh_arena *arena = &execution->world->arena;
    size_t first = execution->commands_done;
    rh_updates_reject(execution, first);
    if (execution->task_is_speculative && first == execution->command_count) {
        drop_task(execution);
        return;
    }
    if (!is_written(execution))
        write_beginning(execution);
    journal_own(execution, RH_ENTRY_TASK_COMPLETED, 0, rh_world_now(execution->world));
    execution->delivered = execution->event_count;
    size_t end = execution->commands_done = execution->command_count;
    rh_record_keep(execution, first, end);
    if (execution->local_count)
        rh_locals_keep(execution);
    execution->tasks = rh_arena_reserve(arena, execution->tasks, sizeof *execution->tasks,
                                        execution->task_count + 1, &execution->task_capacity);
    execution->tasks[execution->task_count++] =
        (rh_task_record){.now = execution->task_started,
                         .history_length = execution->history_length,
                         .journal_length = execution->journal_length,
                         .unwritten_size = execution->unwritten_size,
                         .suggestion = execution->suggestion,
                         .events_end = execution->delivered,
                         .commands_end = end,
                         .markers_end = execution->marker_count};
    apply_commands(execution, first, end);
    rh_queries_answer(execution);
}

static bool closes_run(const rh_execution *execution)
{
    size_t count = execution->command_count;
    return count > execution->commands_done &&
           execution->commands[count - 1].kind >= RH_COMMAND_COMPLETE;
}

/* A payload is too large: the run is at its end. Later attempts are dropped as others that fail. */
static void refuse_payload(rh_execution *execution, const char *cause, const char *why)
{
    rh_execution_fail_task(execution, cause,
                           rh_format(&execution->world->arena, "%s: %s", cause, why));
    if (execution->task_attempt > 1) {
        fail_task(execution);
        return;
    }
    const char *reason = execution->task_failure;
    end_task(execution);
    rh_execution_terminate(execution, reason);
}

/* Whether the history has room for all that its completion adds. */
static bool has_room(rh_execution *execution)
{
    size_t commands = execution->command_count - execution->commands_done;
    size_t own = is_written(execution) ? 1 : 3;
    if (!rh_limit_is_near(execution, own + commands + 2 * execution->buffered_count + 1))
        return true;
    size_t next = rh_news_waiting(execution) > 0;
    return rh_limit_admits(execution, own + commands + rh_news_events(execution) + next);
}

void rh_task_answer(rh_execution *execution)
{
    const char *cause, *too_large;
    rh_clock_disarm(&execution->world->clock, &execution->task_timer);
    if (execution->task_activation != RH_ACTIVATION_DONE ||
        rh_commands_check(execution) != RH_ACTIVATION_DONE)
        fail_task(execution);
    else if ((too_large = rh_limit_commands(execution, &cause)))
        refuse_payload(execution, cause, too_large);
    else if (closes_run(execution) && rh_news_waiting(execution))
        send_back(execution);
    else if (has_room(execution))
        complete_task(execution);
}

void rh_task_drop(rh_execution *execution)
{
    forget_all(execution);
    await_timeout(execution);
}

void rh_task_abandon(rh_execution *execution)
{
    if (execution->task_state != RH_TASK_STARTED)
        return;
    rh_execution_fail_task(execution, "ForceCloseCommand", "ForceCloseCommand");
    end_task(execution);
}

/* Server, mutable_state_impl.go, closeTransactionHandleBufferedEventsLimit. */
void rh_task_bound_buffer(rh_execution *execution)
{
    int32_t most = execution->world->options.buffered_events;
    if (most < 0 || rh_news_waiting(execution) <= (size_t)most)
        return;
    rh_execution_fail_task(execution, "ForceCloseCommand", "ForceCloseCommand");
    journal_end(execution, RH_ENTRY_TASK_FAILED, 0);
    forget_all(execution);
    try_again(execution);
}

/* ---- its answer ------------------------------------------------------------------------------ */

/* While the server is away nothing reaches it, and its timers wait. */
static void on_answer(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    rh_world *world = execution->world;
    if (rh_outage_is_on(world, RH_OUTAGE_SERVER))
        rh_clock_put_off(&world->clock, timer, world->outage_ends[RH_OUTAGE_SERVER]);
    else
        rh_task_answer(execution);
}

static void answer_after(rh_execution *execution, rh_duration duration)
{
    execution->task_timer.fire = on_answer;
    execution->task_timer.owner = execution;
    rh_clock_arm(&execution->world->clock, &execution->task_timer,
                 rh_time_add(execution->task_started, duration), RH_TIMER_ANSWER, 0, 0);
}

static rh_task_script script_of(rh_execution *execution)
{
    rh_world *world = execution->world;
    rh_task_script script = {.takes = world->options.task_duration};
    rh_task_view view = {.run = execution->run,
                         .task = (uint32_t)execution->task_count + 1,
                         .attempt = execution->task_attempt};
    if (!execution->dialect->is_served)
        return (rh_task_script){0};
    if (world->stage && world->stage->task)
        world->stage->task(world->stage_data, &view, &script);
    return script;
}

static void answer(rh_execution *execution)
{
    rh_time earliest = rh_time_add(execution->task_started, execution->task_takes);
    if (earliest > rh_world_now(execution->world))
        answer_after(execution, execution->task_takes);
    else
        rh_task_answer(execution);
}

/* ---- held tasks ------------------------------------------------------------------------------ */

static void on_heartbeat(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    (void)timer;
    execution->heartbeat_is_due = true;
    rh_task_wake(execution);
}

/* The clock is the worker's own: an outage of the server does not put it off. */
static void hold(rh_execution *execution)
{
    rh_duration timeout = execution->run->task_timeout;
    rh_locals_start(execution);
    if (!execution->task_is_held) {
        execution->task_is_held = true;
        execution->heartbeat_is_due = false;
        execution->task_timer.fire = on_heartbeat;
        execution->task_timer.owner = execution;
        rh_clock_arm(&execution->world->clock, &execution->task_timer,
                     rh_time_add(execution->task_started, timeout - timeout / 5), RH_TIMER_ANSWER,
                     0, 0);
    }
    if (execution->locals_done)
        rh_task_wake(execution);
}

/* The worker gets the next task with the answer to this one. */
static void beat(rh_execution *execution)
{
    execution->task_is_held = false;
    rh_task_answer(execution);
    if (rh_execution_is_open(execution))
        rh_task_schedule(execution);
}

/* The code waits, or has come to its end; what local activities have come to lets it go on. */
static void settle(rh_execution *execution)
{
    const rh_marker *marker;
    while (execution->task_activation == RH_ACTIVATION_DONE && !closes_run(execution) &&
           (marker = rh_local_take(execution)))
        execution->task_activation = (uint8_t)go_on_with(execution, marker);
    if (execution->task_activation == RH_ACTIVATION_DONE && !closes_run(execution) &&
        rh_locals_are_open(execution)) {
        if (execution->task_is_held && execution->heartbeat_is_due)
            beat(execution);
        else
            hold(execution);
        return;
    }
    execution->task_is_held = false;
    answer(execution);
}

void rh_task_wake(rh_execution *execution)
{
    if (!execution->task_is_held || execution->task_is_woken)
        return;
    execution->task_is_woken = true;
    make_ready(execution);
}

void rh_task_go_on(rh_execution *execution)
{
    execution->task_is_woken = false;
    settle(execution);
}

void rh_task_lose_worker(rh_execution *execution)
{
    bool was_held = execution->task_is_held;
    rh_locals_forget(execution, true);
    if (was_held)
        rh_task_drop(execution);
    else
        execution->dialect->evict(execution);
}

/* ---- the task -------------------------------------------------------------------------------- */

/* An answer that comes at the very moment of its timeout counts. */
static void play_task(rh_execution *execution, const rh_task_script *script)
{
    execution->task_takes = script->takes;
    execution->task_activation =
        (uint8_t)(script->failure
                      ? rh_execution_fail_task(execution, "WorkflowWorkerUnhandledFailure",
                                               script->failure)
                      : activate(execution));
    if (script->is_lost || script->takes > timeout_of(execution))
        rh_task_drop(execution);
    else
        settle(execution);
}

/* What a later attempt was for has grown since it was scheduled: it is another task. */
static void begin_anew(rh_execution *execution)
{
    execution->task_attempt = 1;
    execution->task_scheduled = rh_world_now(execution->world);
    journal_scheduled(execution);
}

void rh_task_run(rh_execution *execution)
{
    if (execution->task_attempt > 1 && execution->task_scheduled_id != execution->next_event_id)
        begin_anew(execution);
    execution->task_state = RH_TASK_STARTED;
    execution->task_failure = NULL;
    execution->task_started = rh_world_now(execution->world);
    execution->journal_length = execution->world->journal.count;
    execution->unwritten_size =
        is_written(execution) ? 0 : rh_event_size(&(rh_entry){.kind = RH_ENTRY_TASK_SCHEDULED});
    execution->suggestion =
        rh_limit_suggestion(execution, execution->next_event_id + !is_written(execution));
    if (is_written(execution))
        journal_started(execution);
    else
        journal_transient(execution, RH_ENTRY_TASK_STARTED);
    execution->history_length =
        is_written(execution) ? execution->task_started_id : execution->next_event_id + 1;
    rh_task_script script = script_of(execution);
    play_task(execution, &script);
}
