#include "sim/activity.h"

#include <assert.h>

#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/call.h"
#include "sim/failure.h"
#include "sim/limit.h"
#include "sim/news.h"
#include "sim/outage.h"
#include "sim/world.h"

static const char not_enough_time[] = "Not enough time to schedule next retry before activity "
                                      "ScheduleToClose timeout, giving up retrying";

/* What orders timers of one activity at one instant: a retry comes before any timeout. */
enum { RETRY_TYPE = 0 };

static bool on_heartbeat(void *owner, const rh_value *details);
static void on_result(void *owner, const rh_value *result);
static void on_failure(void *owner, const rh_failure *failure);
static void on_canceled(void *owner, const rh_value *details);
static void on_lost(void *owner);

static const rh_attempt_owner owner_of_attempts = {
    .on_heartbeat = on_heartbeat,
    .on_result = on_result,
    .on_failure = on_failure,
    .on_canceled = on_canceled,
    .on_lost = on_lost,
};

static void on_timeout(void *owner, rh_clock_timer *timer);
static void on_retry(void *owner, rh_clock_timer *timer);

/* ---- scheduling ------------------------------------------------------------------------------ */

rh_activity_record *rh_activity_schedule(rh_execution *execution, const rh_command *command)
{
    rh_world *world = execution->world;
    rh_activity_record *activity = RH_NEW(&world->arena, rh_activity_record);
    rh_call *call = rh_call_make(execution, command->activity, &activity->call_index);
    activity->execution = execution;
    activity->call = call;
    activity->number = command->number;
    activity->request = command->activity;
    activity->state = RH_ACTIVITY_SCHEDULED;
    activity->attempt = 1;
    activity->attempt_scheduled = call->scheduled;
    activity->timeout.fire = on_timeout;
    activity->timeout.owner = activity;
    activity->retry.fire = on_retry;
    activity->retry.owner = activity;
    if (call->schedule_to_close)
        activity->expiration = rh_time_add(call->scheduled, call->schedule_to_close);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_ACTIVITY_SCHEDULED,
                                                .call = activity->call_index,
                                                .name = call->type,
                                                .value = call->args});
    return activity;
}

/* ---- deadlines ------------------------------------------------------------------------------- */

typedef struct deadline {
    rh_time at;
    rh_timeout_type type;
} deadline;

static void consider(deadline *earliest, rh_time from, rh_duration timeout, rh_timeout_type type)
{
    if (timeout <= 0)
        return;
    rh_time at = rh_time_add(from, timeout);
    if (at == INT64_MAX)
        return;
    if (earliest->type == RH_TIMEOUT_UNSPECIFIED || at < earliest->at ||
        (at == earliest->at && type < earliest->type))
        *earliest = (deadline){at, type};
}

/* When its host renewed its lease last, before it was lost. */
static rh_time last_renewal(const rh_activity_record *activity)
{
    rh_duration every = activity->request->lease_renewal;
    rh_duration lived = activity->lost - activity->started;
    return activity->started + (every > 0 ? lived / every * every : lived);
}

static deadline earliest_deadline(const rh_activity_record *activity)
{
    const rh_call *call = activity->call;
    deadline earliest = {0, RH_TIMEOUT_UNSPECIFIED};
    consider(&earliest, call->scheduled, call->schedule_to_close, RH_TIMEOUT_SCHEDULE_TO_CLOSE);
    if (activity->state == RH_ACTIVITY_STARTED) {
        rh_time beat = activity->last_heartbeat > activity->started ? activity->last_heartbeat
                                                                    : activity->started;
        consider(&earliest, activity->started, call->start_to_close, RH_TIMEOUT_START_TO_CLOSE);
        consider(&earliest, beat, call->heartbeat_timeout, RH_TIMEOUT_HEARTBEAT);
        if (activity->is_lost)
            consider(&earliest, last_renewal(activity), activity->request->lease,
                     RH_TIMEOUT_HEARTBEAT);
    } else {
        consider(&earliest, activity->attempt_scheduled, call->schedule_to_start,
                 RH_TIMEOUT_SCHEDULE_TO_START);
    }
    return earliest;
}

static void arm_timeout(rh_activity_record *activity)
{
    rh_clock *clock = &activity->execution->world->clock;
    deadline earliest = earliest_deadline(activity);
    activity->timeout_type = earliest.type;
    if (earliest.type == RH_TIMEOUT_UNSPECIFIED) {
        rh_clock_disarm(clock, &activity->timeout);
        return;
    }
    rh_time at = earliest.at > clock->now ? earliest.at : clock->now;
    rh_clock_arm(clock, &activity->timeout, at, RH_TIMER_SERVER, activity->call->scheduled_event_id,
                 earliest.type);
}

/* ---- dispatch and start ---------------------------------------------------------------------- */

void rh_activity_dispatch(rh_activity_record *activity)
{
    rh_world *world = activity->execution->world;
    if (rh_outage_stops_server(activity->execution)) {
        rh_activity_dispatch_after(activity,
                                   rh_outage_server_back(activity->execution) - world->clock.now);
        return;
    }
    rh_host_record *host =
        activity->request->own_host
            ? rh_host_own(world, activity->call, activity->request->own_host_limit)
            : rh_host_pick(world, activity->call);
    if (host) {
        rh_activity_start(activity, host);
        return;
    }
    arm_timeout(activity);
    rh_world_wait_for_slot(world, activity);
}

void rh_activity_dispatch_after(rh_activity_record *activity, rh_duration latency)
{
    rh_clock *clock = &activity->execution->world->clock;
    rh_clock_arm(clock, &activity->retry, rh_time_add(clock->now, latency), RH_TIMER_SERVER,
                 activity->call->scheduled_event_id, RETRY_TYPE);
    arm_timeout(activity);
}

void rh_activity_start(rh_activity_record *activity, rh_host_record *host)
{
    rh_world *world = activity->execution->world;
    assert(activity->state == RH_ACTIVITY_SCHEDULED);
    activity->state = RH_ACTIVITY_STARTED;
    activity->started = rh_world_now(world);
    activity->last_heartbeat = 0;
    activity->identity = host->name;
    world->last_started = activity;
    rh_world_journal(world, &(rh_entry){.kind = RH_ENTRY_ATTEMPT_STARTED,
                                        .run = activity->execution->index,
                                        .call = activity->call_index,
                                        .attempt = activity->attempt,
                                        .text = host->name});
    activity->is_lost = false;
    rh_attempt_begin(world, &(rh_attempt_request){
                                .execution = activity->execution,
                                .call = activity->call,
                                .call_index = activity->call_index,
                                .number = activity->attempt,
                                .owner = &owner_of_attempts,
                                .owner_data = activity,
                                .kept = &activity->current,
                                .host = host,
                                .is_activity = true,
                                .heartbeat_details = activity->heartbeat_details,
                                .hears_at_once = activity->request->hears_at_once,
                                .host_stops = activity->request->host_stops,
                                .body = activity->request->body,
                                .data = activity->request->data,
                            });
    arm_timeout(activity);
}

static void on_retry(void *owner, rh_clock_timer *timer)
{
    rh_activity_record *activity = owner;
    (void)timer;
    activity->state = RH_ACTIVITY_SCHEDULED;
    rh_activity_dispatch(activity);
}

/* ---- closing --------------------------------------------------------------------------------- */

typedef struct closing {
    rh_entry_kind kind;
    bool was_started;
    rh_retry_state retry_state;
    const rh_value *value;     /* result or details */
    const rh_failure *failure; /* cause of what the workflow sees */
} closing;

static void stop_timers(rh_activity_record *activity)
{
    rh_world *world = activity->execution->world;
    rh_clock_disarm(&world->clock, &activity->timeout);
    rh_clock_disarm(&world->clock, &activity->retry);
    rh_world_stop_waiting(world, activity);
}

static void detach_current(rh_activity_record *activity)
{
    rh_attempt *attempt = activity->current;
    activity->current = NULL;
    if (attempt)
        rh_attempt_detach(attempt);
}

/* What the workflow sees of it. The event of a timeout names no worker. */
static void tell_end(void *owner, const rh_entry *entry, rh_event *event)
{
    const rh_activity_record *activity = owner;
    const rh_call *call = activity->call;
    *event = (rh_event){.kind = RH_EVENT_ACTIVITY_CLOSED, .number = activity->number};
    if (entry->kind == RH_ENTRY_ACTIVITY_COMPLETED) {
        event->value = entry->value;
        return;
    }
    rh_arena *arena = &activity->execution->world->arena;
    bool is_timeout = entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT;
    const rh_failure *cause = entry->failure;
    if (entry->kind == RH_ENTRY_ACTIVITY_CANCELED)
        cause = rh_failure_canceled(arena, NULL, entry->value);
    event->failure =
        rh_failure_activity(arena, &(rh_activity_failure){
                                       .activity_type = call->type->text,
                                       .activity_id = call->activity_id,
                                       .identity = is_timeout ? "" : activity->identity,
                                       .scheduled_event_id = call->scheduled_event_id,
                                       .started_event_id = (uint32_t)entry->number,
                                       .retry_state = (rh_retry_state)entry->code,
                                       .cause = cause,
                                   });
}

static void close_activity(rh_activity_record *activity, const closing *how)
{
    rh_execution *execution = activity->execution;
    stop_timers(activity);
    activity->state = RH_ACTIVITY_CLOSED;
    execution->open_activities--;
    rh_news_hear(execution,
                 &(rh_entry){.kind = (uint8_t)how->kind,
                             .code = (uint8_t)how->retry_state,
                             .call = activity->call_index,
                             .attempt = activity->attempt,
                             .number = how->was_started,
                             .span = how->was_started ? activity->started : 0,
                             .value = how->value,
                             .failure = how->failure},
                 tell_end, activity);
}

/* ---- retry ----------------------------------------------------------------------------------- */

static rh_retry_state decide(const rh_activity_record *activity, const rh_failure *failure,
                             rh_duration *interval)
{
    const rh_world *world = activity->execution->world;
    bool is_lost_host =
        failure->kind == RH_FAILURE_TIMEOUT && failure->timeout_type == RH_TIMEOUT_HEARTBEAT;
    if (activity->request->only_lost_again && !is_lost_host && !activity->cancel_requested)
        return RH_RETRY_NON_RETRYABLE_FAILURE;
    return rh_retry_decide(
        &(rh_retry_question){
            .policy = activity->call->retry,
            .failure = failure,
            .attempt = activity->attempt,
            .cancel_requested = activity->cancel_requested,
            .before_1_31 = world->options.server == RH_SERVER_1_30,
            .now = rh_world_now(world),
            .expiration = activity->expiration,
        },
        interval);
}

static void back_off(rh_activity_record *activity, const rh_failure *failure, rh_duration interval)
{
    rh_world *world = activity->execution->world;
    rh_world_journal(world, &(rh_entry){.kind = RH_ENTRY_BACK_OFF,
                                        .run = activity->execution->index,
                                        .call = activity->call_index,
                                        .attempt = activity->attempt,
                                        .span = interval});
    activity->state = RH_ACTIVITY_BACKING_OFF;
    activity->attempt++;
    activity->last_failure = failure;
    activity->attempt_scheduled = rh_time_add(rh_world_now(world), interval);
    rh_time start = rh_time_add(activity->attempt_scheduled, world->options.dispatch_latency +
                                                                 activity->request->own_host_delay);
    rh_clock_arm(&world->clock, &activity->retry, start, RH_TIMER_SERVER,
                 activity->call->scheduled_event_id, RETRY_TYPE);
    arm_timeout(activity);
}

static void journal_attempt_end(rh_activity_record *activity, rh_entry_kind kind,
                                const rh_value *value, const rh_failure *failure)
{
    rh_world_journal(activity->execution->world, &(rh_entry){.kind = (uint8_t)kind,
                                                             .run = activity->execution->index,
                                                             .call = activity->call_index,
                                                             .attempt = activity->attempt,
                                                             .value = value,
                                                             .failure = failure});
}

/* ---- answers of the current attempt ---------------------------------------------------------- */

/* An attempt has ended so: the activity is tried again or closes. */
static void close_failed(rh_activity_record *activity, const rh_failure *failure)
{
    rh_duration interval = 0;
    rh_retry_state state = decide(activity, failure, &interval);
    if (state == RH_RETRY_IN_PROGRESS)
        back_off(activity, failure, interval);
    else
        close_activity(activity, &(closing){.kind = RH_ENTRY_ACTIVITY_FAILED,
                                            .was_started = true,
                                            .retry_state = state,
                                            .failure = failure});
}

/* The server ends it, whatever the attempt does. */
static void fail_running(rh_activity_record *activity, const rh_failure *failure)
{
    journal_attempt_end(activity, RH_ENTRY_ATTEMPT_FAILED, NULL, failure);
    detach_current(activity);
    close_failed(activity, failure);
}

static bool on_heartbeat(void *owner, const rh_value *details)
{
    rh_activity_record *activity = owner;
    const rh_failure *refused = rh_limit_is_small(activity->execution->world, details)
                                    ? NULL
                                    : rh_limit_heartbeat(activity->execution, details);
    if (refused) {
        fail_running(activity, refused);
        return true;
    }
    /* The armed timeout stays where it is; when it fires it looks again. */
    activity->last_heartbeat = rh_world_now(activity->execution->world);
    activity->heartbeat_details = details;
    return activity->cancel_requested;
}

static void on_result(void *owner, const rh_value *result)
{
    rh_activity_record *activity = owner;
    const rh_failure *refused = rh_limit_result(activity->execution, result);
    activity->current = NULL;
    journal_attempt_end(activity, RH_ENTRY_ATTEMPT_COMPLETED, result, NULL);
    if (refused) {
        close_failed(activity, refused);
        return;
    }
    close_activity(activity, &(closing){.kind = RH_ENTRY_ACTIVITY_COMPLETED,
                                        .was_started = true,
                                        .value = result});
}

static void on_failure(void *owner, const rh_failure *failure)
{
    rh_activity_record *activity = owner;
    const rh_failure *refused = rh_limit_failure(activity->execution, failure);
    activity->current = NULL;
    journal_attempt_end(activity, RH_ENTRY_ATTEMPT_FAILED, NULL, failure);
    close_failed(activity, refused ? refused : failure);
}

static void on_canceled(void *owner, const rh_value *details)
{
    rh_activity_record *activity = owner;
    if (!activity->cancel_requested) {
        on_failure(activity,
                   rh_failure_unasked_cancel(&activity->execution->world->arena, details));
        return;
    }
    const rh_failure *refused = rh_limit_canceled(activity->execution, details);
    activity->current = NULL;
    journal_attempt_end(activity, RH_ENTRY_ATTEMPT_CANCELED, details, NULL);
    if (refused) {
        close_failed(activity, refused);
        return;
    }
    close_activity(activity, &(closing){.kind = RH_ENTRY_ACTIVITY_CANCELED,
                                        .was_started = true,
                                        .retry_state = RH_RETRY_CANCEL_REQUESTED,
                                        .value = details});
}

static void on_lost(void *owner)
{
    rh_activity_record *activity = owner;
    activity->is_lost = true;
    activity->lost = rh_world_now(activity->execution->world);
    if (activity->request->lease > 0)
        arm_timeout(activity);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

/* What the workflow is told: only then are the heartbeat details and the failure of the attempt
 * before attached (mutable_state_impl.go:4702). */
static const rh_failure *final_timeout(const rh_activity_record *activity, rh_timeout_type type,
                                       rh_retry_state state)
{
    const char *message = NULL;
    if (state == RH_RETRY_TIMEOUT && type != RH_TIMEOUT_SCHEDULE_TO_START) {
        type = RH_TIMEOUT_SCHEDULE_TO_CLOSE;
        message = not_enough_time;
    }
    return rh_failure_timeout(&activity->execution->world->arena, type, message,
                              activity->heartbeat_details, activity->last_failure);
}

/* Start-to-close and heartbeat timeouts end the attempt and may be retried; with no room left the
 * server calls them schedule-to-close. The schedule timeouts end the activity. */
static void time_out(rh_activity_record *activity, rh_timeout_type type)
{
    bool was_started = activity->state == RH_ACTIVITY_STARTED;
    const rh_failure *failure =
        rh_failure_timeout(&activity->execution->world->arena, type, NULL, NULL, NULL);
    rh_duration interval = 0;
    rh_retry_state state = decide(activity, failure, &interval);

    if (was_started) {
        journal_attempt_end(activity, RH_ENTRY_ATTEMPT_TIMED_OUT, NULL, failure);
        detach_current(activity);
    }
    if (state == RH_RETRY_IN_PROGRESS)
        back_off(activity, failure, interval);
    else
        close_activity(activity, &(closing){.kind = RH_ENTRY_ACTIVITY_TIMED_OUT,
                                            .was_started = was_started,
                                            .retry_state = state,
                                            .failure = final_timeout(activity, type, state)});
}

static void on_timeout(void *owner, rh_clock_timer *timer)
{
    rh_activity_record *activity = owner;
    (void)timer;
    deadline earliest = earliest_deadline(activity);
    if (earliest.type != activity->timeout_type ||
        earliest.at > rh_world_now(activity->execution->world))
        arm_timeout(activity); /* a heartbeat has moved it */
    else
        time_out(activity, earliest.type);
}

/* ---- cancellation ---------------------------------------------------------------------------- */

void rh_activity_request_cancel(rh_activity_record *activity)
{
    bool is_closed = activity->state == RH_ACTIVITY_CLOSED &&
                     !rh_news_holds(activity->execution, activity); /* as the run knows */
    if (is_closed || activity->cancel_requested)
        return;
    activity->cancel_requested = true;
    rh_execution_journal(activity->execution,
                         &(rh_entry){.kind = RH_ENTRY_ACTIVITY_CANCEL_REQUESTED,
                                     .call = activity->call_index,
                                     .number = activity->call->scheduled_event_id});
    if (activity->current)
        rh_attempt_ask_to_stop(activity->current);
}

void rh_activity_cancel_unstarted(rh_activity_record *activity)
{
    if (!activity->cancel_requested || activity->state == RH_ACTIVITY_CLOSED ||
        activity->state == RH_ACTIVITY_STARTED)
        return;
    rh_arena *arena = &activity->execution->world->arena;
    close_activity(activity,
                   &(closing){.kind = RH_ENTRY_ACTIVITY_CANCELED,
                              .retry_state = RH_RETRY_CANCEL_REQUESTED,
                              .value = rh_value_string(arena, "ACTIVITY_ID_NOT_STARTED", 23)});
}

void rh_activity_leave(rh_activity_record *activity)
{
    static const char *const states[] = {"waiting for a host", "running", "backing off"};
    if (activity->state == RH_ACTIVITY_CLOSED)
        return;
    rh_world_journal(activity->execution->world, &(rh_entry){.kind = RH_ENTRY_CALL_LEFT_OPEN,
                                                             .run = activity->execution->index,
                                                             .call = activity->call_index,
                                                             .attempt = activity->attempt,
                                                             .text = states[activity->state]});
    stop_timers(activity);
    activity->state = RH_ACTIVITY_CLOSED;
    activity->execution->open_activities--;
    detach_current(activity);
}
