#include "sim/local.h"

#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/call.h"
#include "sim/failure.h"
#include "sim/task.h"
#include "sim/world.h"

typedef enum local_state { VOID, UNSTARTED, RUNNING, BACKING_OFF, DONE, CLOSED } local_state;

struct rh_local_record {
    rh_execution *execution;
    uint32_t number; /* its id is the next one */
    const rh_local_request *request;
    local_state state;
    bool is_canceled;
    int32_t attempt;       /* the current or last one, as its policy counts */
    int32_t tried;         /* the same, as its call counts: goes on when it is run again */
    uint32_t call_index;   /* 0: it has not been started */
    rh_time scheduled;     /* when it was handed to the worker */
    rh_attempt *current;   /* RUNNING */
    rh_clock_timer timer;  /* RUNNING: its deadline; BACKING_OFF: the next try */
    rh_marker marker;      /* DONE and later */
    rh_local_record *next; /* DONE: that ended after it */
};

/* What orders timers of one instant: an answer comes before the deadline. They are the worker's
 * own, an outage of the server does not put them off. */
enum { OWN_TYPE = 1 };

static bool on_heartbeat(void *owner, const rh_value *details);
static void on_result(void *owner, const rh_value *result);
static void on_failure(void *owner, const rh_failure *failure);
static void on_canceled(void *owner, const rh_value *details);
static void on_lost(void *owner);
static void on_timer(void *owner, rh_clock_timer *timer);

static const rh_attempt_owner owner_of_locals = {
    .on_heartbeat = on_heartbeat,
    .on_result = on_result,
    .on_failure = on_failure,
    .on_canceled = on_canceled,
    .on_lost = on_lost,
};

static rh_world *world_of(const rh_local_record *local)
{
    return local->execution->world;
}

static rh_call *call_of(const rh_local_record *local)
{
    return world_of(local)->journal.calls[local->call_index - 1];
}

static void journal(const rh_local_record *local, rh_entry entry)
{
    entry.run = local->execution->index;
    entry.call = local->call_index;
    entry.attempt = local->tried;
    rh_world_journal(world_of(local), &entry);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static void detach(rh_local_record *local)
{
    rh_attempt *attempt = local->current;
    local->current = NULL;
    rh_clock_disarm(&world_of(local)->clock, &local->timer);
    if (attempt)
        rh_attempt_detach(attempt);
}

static void be_done(rh_local_record *local, const rh_marker *marker)
{
    rh_execution *execution = local->execution;
    rh_clock_disarm(&world_of(local)->clock, &local->timer);
    local->state = DONE;
    local->next = NULL;
    local->marker = *marker;
    local->marker.kind = RH_MARKER_LOCAL_ACTIVITY;
    local->marker.id = rh_format_number(&world_of(local)->arena, local->number + 1);
    local->marker.number = local->attempt;
    local->marker.type = local->request->type->text;
    local->marker.call = local->call_index;
    if (execution->locals_done_last)
        execution->locals_done_last->next = local;
    else
        execution->locals_done = local;
    execution->locals_done_last = local;
    rh_task_wake(execution);
}

static void end(rh_local_record *local, rh_entry_kind kind, rh_retry_state state,
                const rh_value *value, const rh_failure *failure)
{
    journal(local,
            (rh_entry){
                .kind = (uint8_t)kind, .code = (uint8_t)state, .value = value, .failure = failure});
    be_done(local, &(rh_marker){.value = value, .failure = failure});
}

static void end_canceled(rh_local_record *local, const rh_value *details)
{
    const rh_failure *failure = rh_failure_canceled(&world_of(local)->arena, NULL, NULL);
    journal(local, (rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCELED,
                              .code = RH_RETRY_CANCEL_REQUESTED,
                              .value = details});
    be_done(local, &(rh_marker){.failure = failure});
}

/* The longest back-off that a worker waits for itself. */
static rh_duration longest_wait(const rh_local_record *local)
{
    return local->execution->run->task_timeout;
}

static void back_off(rh_local_record *local, const rh_failure *failure, rh_duration interval)
{
    rh_clock *clock = &world_of(local)->clock;
    journal(local, (rh_entry){.kind = RH_ENTRY_BACK_OFF, .span = interval});
    if (interval > longest_wait(local)) {
        be_done(local, &(rh_marker){.failure = failure, .backoff = interval});
        return;
    }
    local->state = BACKING_OFF;
    rh_clock_arm(clock, &local->timer, rh_time_add(clock->now, interval), RH_TIMER_ANSWER, 0,
                 OWN_TYPE);
}

static void after_failure(rh_local_record *local, rh_entry_kind kind, const rh_failure *failure)
{
    rh_duration interval = 0;
    rh_retry_state state =
        rh_retry_decide_local(&(rh_retry_question){.policy = call_of(local)->retry,
                                                   .failure = failure,
                                                   .attempt = local->attempt,
                                                   .now = rh_world_now(world_of(local)),
                                                   .expiration = local->request->expiration},
                              &interval);
    if (state == RH_RETRY_IN_PROGRESS)
        back_off(local, failure, interval);
    else
        end(local, kind, state, NULL, failure);
}

/* ---- answers of the current attempt ---------------------------------------------------------- */

static bool on_heartbeat(void *owner, const rh_value *details)
{
    (void)owner;
    (void)details;
    return false;
}

static void on_result(void *owner, const rh_value *result)
{
    rh_local_record *local = owner;
    local->current = NULL;
    journal(local, (rh_entry){.kind = RH_ENTRY_ATTEMPT_COMPLETED, .value = result});
    end(local, RH_ENTRY_ACTIVITY_COMPLETED, RH_RETRY_UNSPECIFIED, result, NULL);
}

static void on_failure(void *owner, const rh_failure *failure)
{
    rh_local_record *local = owner;
    local->current = NULL;
    journal(local, (rh_entry){.kind = RH_ENTRY_ATTEMPT_FAILED, .failure = failure});
    after_failure(local, RH_ENTRY_ACTIVITY_FAILED, failure);
}

/* A canceled failure is never tried again, whoever asked for it. */
static void on_canceled(void *owner, const rh_value *details)
{
    rh_local_record *local = owner;
    local->current = NULL;
    journal(local, (rh_entry){.kind = RH_ENTRY_ATTEMPT_CANCELED, .value = details});
    end_canceled(local, details);
}

static void on_lost(void *owner)
{
    rh_local_record *local = owner;
    local->current = NULL;
    rh_task_lose_worker(local->execution);
}

/* What counts is the time since it was handed to the worker, and only then which limit it was. */
static void time_out(rh_local_record *local)
{
    const rh_call *call = call_of(local);
    rh_time last = rh_time_add(local->scheduled, call->schedule_to_close);
    rh_timeout_type type = rh_world_now(world_of(local)) >= last ? RH_TIMEOUT_SCHEDULE_TO_CLOSE
                                                                 : RH_TIMEOUT_START_TO_CLOSE;
    const rh_failure *failure =
        rh_failure_timeout(&world_of(local)->arena, type, "deadline exceeded", NULL, NULL);
    journal(local, (rh_entry){.kind = RH_ENTRY_ATTEMPT_TIMED_OUT, .failure = failure});
    detach(local);
    after_failure(local, RH_ENTRY_ACTIVITY_TIMED_OUT, failure);
}

/* ---- starts ---------------------------------------------------------------------------------- */

/* A call whose limits are the SDK's, not the server's. */
static void make_call(rh_local_record *local)
{
    rh_execution *execution = local->execution;
    const rh_local_request *request = local->request;
    rh_call *call = rh_call_make(execution,
                                 &(rh_activity_request){
                                     .type = request->type,
                                     .args = request->args,
                                     .options = {.retry = request->options.retry,
                                                 .key = request->options.key,
                                                 .summary = request->options.summary},
                                 },
                                 &local->call_index);
    call->is_local = true;
    call->scheduled_event_id = 0;
    call->activity_id = rh_format_number(&world_of(local)->arena, local->number + 1);
    call->schedule_to_close = request->options.schedule_to_close;
    call->start_to_close = request->options.start_to_close;
    call->schedule_to_start = call->heartbeat_timeout = 0;
    journal(local, (rh_entry){.kind = RH_ENTRY_ACTIVITY_SCHEDULED,
                              .name = call->type,
                              .value = call->args});
}

/* The call is the one that an earlier local activity of the same request has made. */
static void find_call(rh_local_record *local)
{
    rh_execution *execution = local->execution;
    uint32_t asked = local->request->call;
    execution->local_calls = rh_arena_reserve(&world_of(local)->arena, execution->local_calls,
                                              sizeof *execution->local_calls, asked + 1,
                                              &execution->local_call_capacity);
    while (execution->local_call_count <= asked)
        execution->local_calls[execution->local_call_count++] = 0;
    local->call_index = execution->local_calls[asked];
    if (local->call_index && call_of(local)->type == local->request->type)
        return;
    make_call(local);
    execution->local_calls[asked] = local->call_index;
}

static void arm_deadline(rh_local_record *local)
{
    rh_clock *clock = &world_of(local)->clock;
    const rh_call *call = call_of(local);
    rh_time at = rh_time_add(clock->now, call->start_to_close);
    rh_time last = rh_time_add(local->scheduled, call->schedule_to_close);
    if (last < at)
        at = last;
    if (local->attempt > 1 && local->request->expiration < at)
        at = local->request->expiration;
    rh_clock_arm(clock, &local->timer, at > clock->now ? at : clock->now, RH_TIMER_ANSWER, 0,
                 OWN_TYPE);
}

static rh_host_record *worker_of(rh_execution *execution)
{
    rh_world *world = execution->world;
    if (!execution->worker || execution->worker->state == RH_HOST_DOWN)
        execution->worker =
            rh_host_of_worker(world, rh_names_intern(&world->names, execution->run->task_queue));
    return execution->worker;
}

static void begin_attempt(rh_local_record *local)
{
    rh_world *world = world_of(local);
    rh_host_record *host = worker_of(local->execution);
    local->state = RUNNING;
    local->tried = rh_call_try(world, local->call_index);
    journal(local, (rh_entry){.kind = RH_ENTRY_ATTEMPT_STARTED, .text = host->name});
    rh_attempt_begin(world, &(rh_attempt_request){
                                .execution = local->execution,
                                .call = call_of(local),
                                .call_index = local->call_index,
                                .number = local->tried,
                                .owner = &owner_of_locals,
                                .owner_data = local,
                                .kept = &local->current,
                                .host = host,
                                .is_local = true,
                            });
    if (local->state == RUNNING)
        arm_deadline(local);
}

static void on_timer(void *owner, rh_clock_timer *timer)
{
    rh_local_record *local = owner;
    (void)timer;
    if (local->state == RUNNING) {
        time_out(local);
        return;
    }
    local->attempt++;
    if (local->is_canceled)
        end_canceled(local, NULL);
    else
        begin_attempt(local);
}

void rh_locals_start(rh_execution *execution)
{
    for (size_t i = 0; i < execution->local_count; i++) {
        rh_local_record *local = execution->locals[i];
        if (local->state != UNSTARTED)
            continue;
        local->scheduled = rh_world_now(execution->world);
        find_call(local);
        if (local->is_canceled)
            end_canceled(local, NULL);
        else
            begin_attempt(local);
    }
}

/* ---- for dialects ---------------------------------------------------------------------------- */

void rh_local_ask(rh_execution *execution, uint32_t number, const rh_local_request *request)
{
    rh_arena *arena = &execution->world->arena;
    if (number == execution->local_count) {
        execution->locals =
            rh_arena_reserve(arena, execution->locals, sizeof *execution->locals,
                             execution->local_count + 1, &execution->local_capacity);
        execution->locals[execution->local_count++] = RH_NEW(arena, rh_local_record);
    }
    rh_local_record *local = execution->locals[number];
    if (local->state != VOID)
        return;
    *local = (rh_local_record){.execution = execution,
                               .number = number,
                               .request = request,
                               .state = UNSTARTED,
                               .attempt = request->attempt};
    local->timer.fire = on_timer;
    local->timer.owner = local;
    execution->open_locals++;
}

void rh_local_cancel(rh_execution *execution, uint32_t number)
{
    rh_local_record *local = execution->locals[number];
    rh_attempt *attempt = local->current;
    if (local->is_canceled || local->state >= DONE)
        return;
    local->is_canceled = true;
    if (!attempt)
        return;
    rh_attempt_ask_to_stop(attempt);
    if (!local->current)
        return;
    detach(local); /* the worker does not wait for what it makes of it */
    end_canceled(local, NULL);
}

void rh_local_close(rh_execution *execution, uint32_t number)
{
    rh_local_record *local = execution->locals[number];
    if (local->state == CLOSED)
        return;
    local->state = CLOSED;
    execution->open_locals--;
}

/* ---- for workflow tasks ---------------------------------------------------------------------- */

const rh_marker *rh_local_take(rh_execution *execution)
{
    rh_local_record *local = execution->locals_done;
    if (!local)
        return NULL;
    execution->locals_done = local->next;
    if (!local->next)
        execution->locals_done_last = NULL;
    rh_marker *marker = RH_NEW(&execution->world->arena, rh_marker);
    *marker = local->marker;
    marker->time = rh_world_now(execution->world);
    return marker;
}

void rh_locals_keep(rh_execution *execution)
{
    while (execution->locals_kept < execution->local_count &&
           execution->locals[execution->locals_kept]->state == CLOSED)
        execution->locals_kept++;
}

void rh_locals_forget(rh_execution *execution, bool is_worker_lost)
{
    execution->locals_done = execution->locals_done_last = NULL;
    for (size_t i = execution->locals_kept; i < execution->local_count; i++) {
        rh_local_record *local = execution->locals[i];
        rh_attempt *attempt = local->current;
        detach(local);
        local->state = VOID;
        if (attempt && is_worker_lost)
            rh_attempt_vanish(attempt);
    }
    execution->open_locals = 0;
}

void rh_locals_leave(rh_execution *execution)
{
    for (size_t i = execution->locals_kept; i < execution->local_count; i++) {
        rh_local_record *local = execution->locals[i];
        if (local->state == RUNNING || local->state == BACKING_OFF)
            journal(local, (rh_entry){.kind = RH_ENTRY_CALL_LEFT_OPEN,
                                      .text = local->state == RUNNING ? "running" : "backing off"});
    }
    rh_locals_forget(execution, false);
}
