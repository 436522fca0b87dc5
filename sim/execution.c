#include "sim/execution.h"

#include "sim/base/random.h"
#include "sim/base/timetext.h"
#include "sim/base/uuid.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/message.h"
#include "sim/task.h"
#include "sim/world.h"

/* workflowIdReuseMinimalInterval (constants.go:3136): a next run's first task is not before the
 * previous run's execution time plus this. */
static const rh_duration LEAST_RUN_SPACING = RH_SECONDS(1);

static void on_run_timeout(void *owner, rh_clock_timer *timer);
static void on_user_timer(void *owner, rh_clock_timer *timer);

/* ---- journal --------------------------------------------------------------------------------- */

uint32_t rh_execution_journal(rh_execution *execution, rh_entry *entry)
{
    entry->run = execution->index;
    if (rh_entry_kind_event((rh_entry_kind)entry->kind))
        entry->event_id = execution->next_event_id++;
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

void rh_execution_event(rh_execution *execution, const rh_event *event)
{
    rh_execution_tell(execution, event);
    rh_task_schedule(execution);
}

/* ---- start ----------------------------------------------------------------------------------- */

static const char *new_run_id(rh_world *world, const char *workflow_id, uint32_t number)
{
    static const uint64_t purpose = 0x72756e206964; /* "run id" */
    uint64_t seed = world->options.seed;
    uint64_t identity = rh_hash_string(workflow_id);
    return rh_uuid_text(&world->arena,
                        rh_random_draw(seed, purpose, identity, 2 * (uint64_t)number),
                        rh_random_draw(seed, purpose, identity, 2 * (uint64_t)number + 1));
}

rh_execution *rh_execution_new(rh_world *world)
{
    rh_arena *arena = &world->arena;
    rh_journal *journal = &world->journal;
    rh_execution *execution = RH_NEW(arena, rh_execution);
    execution->world = world;
    execution->run = RH_NEW(arena, rh_run_record);
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

/* Run timeout, extended by the first task's back-off, but never past the execution's end
 * (mutable_state_impl.go:3170-3186). */
static void arm_deadline(rh_execution *execution)
{
    const rh_run_record *run = execution->run;
    rh_clock *clock = &execution->world->clock;
    rh_time deadline = INT64_MAX;
    if (run->run_timeout)
        deadline = rh_time_add(execution->execution_time, run->run_timeout);
    if (run->execution_expiration && run->execution_expiration < deadline)
        deadline = run->execution_expiration;
    if (deadline < INT64_MAX)
        rh_clock_arm(clock, &execution->deadline, deadline, RH_TIMER_SERVER, 0, 0);
}

/* Journals the start, and schedules the first task for when the back-off is over. */
static void begin(rh_execution *execution)
{
    rh_run_record *run = execution->run;
    run->started = rh_world_now(execution->world);
    run->closed = run->started;
    execution->execution_time = rh_time_add(run->started, run->first_task_backoff);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_STARTED,
                                                .attempt = run->attempt,
                                                .name = run->workflow_type,
                                                .text = run->workflow_id,
                                                .value = run->input,
                                                .span = run->first_task_backoff});
    arm_deadline(execution);
    rh_arena *arena = &execution->world->arena;
    execution->event_capacity = 8;
    execution->events = rh_arena_alloc(arena, 8 * sizeof *execution->events);
    execution->events[execution->event_count++] =
        (rh_event){.kind = RH_EVENT_STARTED, .value = run->input};
    rh_task_schedule_at(execution, execution->execution_time);
}

static bool options_valid(const rh_run_options *options, rh_text *message)
{
    return rh_duration_valid(options->run_timeout, "run_timeout", message) &&
           rh_duration_valid(options->execution_timeout, "execution_timeout", message);
}

static bool fill_policy(rh_execution *execution, rh_text *message)
{
    rh_arena *arena = &execution->world->arena;
    const rh_run_options *options = &execution->options;
    if (rh_retry_is_unset(&options->retry) && !options->retry_with_defaults)
        return true;
    rh_retry_policy_filled *policy = rh_arena_alloc(arena, sizeof *policy);
    *policy = rh_retry_fill(arena, &options->retry);
    execution->run->retry = policy;
    return rh_retry_valid(policy, message);
}

static rh_duration limit_of(rh_duration duration)
{
    return duration == RH_FOREVER ? 0 : duration;
}

rh_execution *rh_execution_start(rh_world *world, const rh_start_request *request, rh_text *message)
{
    const rh_run_options *options = &request->options;
    rh_arena *arena = &world->arena;
    rh_retry_policy_filled probe = rh_retry_defaults(&options->retry);
    if (!options_valid(options, message) || !rh_retry_valid(&probe, message))
        return NULL;

    rh_execution *execution = rh_execution_new(world);
    rh_run_record *run = execution->run;
    execution->dialect = request->dialect;
    execution->definition = request->definition;
    execution->options = *options;
    fill_policy(execution, message);
    run->dialect = request->dialect->name;
    run->workflow_type = rh_names_intern(&world->names, request->workflow_type);
    run->workflow_id = rh_arena_string(arena, options->workflow_id);
    run->run_id = new_run_id(world, run->workflow_id, execution->index);
    run->first_run_id = run->run_id;
    run->task_queue = options->task_queue ? rh_arena_string(arena, options->task_queue) : "default";
    run->input = rh_value_copy(arena, request->input);
    run->attempt = 1;
    run->previous = run->next = RH_NO_RUN;
    run->run_timeout = limit_of(options->run_timeout);
    run->execution_timeout = limit_of(options->execution_timeout);
    if (run->execution_timeout) {
        run->execution_expiration = rh_time_add(rh_world_now(world), run->execution_timeout);
        if (!run->run_timeout || run->run_timeout > run->execution_timeout)
            run->run_timeout = run->execution_timeout;
    }
    begin(execution);
    return execution;
}

/* ---- close ----------------------------------------------------------------------------------- */

static void close_run(rh_execution *execution, rh_run_status status)
{
    rh_world *world = execution->world;
    execution->run->status = (uint8_t)status;
    execution->run->closed = rh_world_now(world);
    world->open_executions--;
    execution->task_state = RH_TASK_NONE;
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

/* The next run of a retried workflow: same input, its first task after the back-off. */
static void start_next(rh_execution *execution, rh_duration interval)
{
    rh_world *world = execution->world;
    rh_time now = rh_world_now(world);
    rh_time earliest = rh_time_add(execution->execution_time, LEAST_RUN_SPACING);
    if (rh_time_add(now, interval) < earliest)
        interval = earliest - now;

    rh_execution *next = rh_execution_new(world);
    rh_run_record *run = next->run;
    const rh_run_record *previous = execution->run;
    next->dialect = execution->dialect;
    next->definition = execution->definition;
    next->options = execution->options;
    *run = *previous;
    run->status = RH_RUN_RUNNING;
    run->result = NULL;
    run->failure = NULL;
    run->run_id = new_run_id(world, run->workflow_id, next->index);
    run->attempt = previous->attempt + 1;
    run->previous = execution->index;
    run->next = RH_NO_RUN;
    run->first_task_backoff = interval;
    begin(next);
    execution->run->next = next->index;
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

/* Closes by failure or timeout, which a workflow's policy may retry (executor:645). */
static void close_or_retry(rh_execution *execution, rh_run_status status, rh_entry_kind kind,
                           const rh_failure *failure)
{
    rh_duration interval = 0;
    rh_retry_state state = decide(execution, failure, &interval);
    execution->run->failure = failure;
    rh_execution_journal(
        execution, &(rh_entry){.kind = (uint8_t)kind, .code = (uint8_t)state, .failure = failure});
    close_run(execution, status);
    if (state == RH_RETRY_IN_PROGRESS)
        start_next(execution, interval);
}

void rh_execution_complete(rh_execution *execution, const rh_value *result)
{
    execution->run->result = result;
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_COMPLETED, .value = result});
    close_run(execution, RH_RUN_SUCCEEDED);
}

void rh_execution_fail(rh_execution *execution, const rh_failure *failure)
{
    close_or_retry(execution, RH_RUN_FAILED, RH_ENTRY_RUN_FAILED, failure);
}

void rh_execution_cancel(rh_execution *execution, const rh_value *details)
{
    execution->run->failure = rh_failure_canceled(&execution->world->arena, NULL, details);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_CANCELED, .value = details});
    close_run(execution, RH_RUN_CANCELED);
}

void rh_execution_terminate(rh_execution *execution, const char *reason)
{
    if (!rh_execution_is_open(execution))
        return;
    rh_arena *arena = &execution->world->arena;
    execution->run->failure = rh_failure_terminated(arena, NULL);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_TERMINATED,
                                                .text = rh_arena_string(arena, reason)});
    close_run(execution, RH_RUN_TERMINATED);
}

static void on_run_timeout(void *owner, rh_clock_timer *timer)
{
    rh_execution *execution = owner;
    (void)timer;
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

void rh_execution_signal(rh_execution *execution, const char *name, const rh_value *value)
{
    rh_world *world = execution->world;
    if (!rh_execution_is_open(execution))
        return;
    rh_event event = {
        .kind = RH_EVENT_SIGNALED,
        .name = rh_names_intern(&world->names, name),
        .value = rh_value_copy(&world->arena, value),
    };
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_SIGNALED,
                                                .name = event.name,
                                                .value = event.value});
    rh_execution_event(execution, &event);
}

void rh_execution_request_cancel(rh_execution *execution)
{
    if (!rh_execution_is_open(execution) || execution->cancel_requested)
        return;
    execution->cancel_requested = true;
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_RUN_CANCEL_REQUESTED});
    rh_execution_event(execution, &(rh_event){.kind = RH_EVENT_CANCEL_REQUESTED});
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
    timer->started_event_id = rh_execution_journal(
        execution,
        &(rh_entry){.kind = RH_ENTRY_TIMER_STARTED, .text = timer->id, .span = command->duration});
    rh_clock_arm(&world->clock, &timer->timer, rh_time_add(rh_world_now(world), command->duration),
                 RH_TIMER_SERVER, timer->started_event_id, 0);
}

static void on_user_timer(void *owner, rh_clock_timer *clock_timer)
{
    rh_user_timer *timer = owner;
    (void)clock_timer;
    timer->is_open = false;
    rh_execution_journal(timer->execution, &(rh_entry){.kind = RH_ENTRY_TIMER_FIRED,
                                                       .text = timer->id,
                                                       .number = timer->started_event_id});
    rh_execution_event(timer->execution,
                       &(rh_event){.kind = RH_EVENT_TIMER_FIRED, .number = timer->number});
}

void rh_execution_cancel_timer(rh_execution *execution, const rh_command *command)
{
    rh_user_timer *timer = execution->timers[command->number];
    if (!timer->is_open)
        return;
    timer->is_open = false;
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
