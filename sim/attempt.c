#include "sim/attempt.h"

#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/inside.h"
#include "sim/outage.h"
#include "sim/session.h"
#include "sim/world.h"

static void on_step(void *owner, rh_clock_timer *timer);

/* ---- places in the journal ------------------------------------------------------------------- */

static rh_entry entry_of(const rh_attempt *attempt, rh_entry_kind kind)
{
    return (rh_entry){.kind = (uint8_t)kind,
                      .run = attempt->request.execution->index,
                      .call = attempt->request.call_index,
                      .attempt = attempt->number};
}

static void journal_text(rh_attempt *attempt, rh_entry_kind kind, const char *text)
{
    rh_entry entry = entry_of(attempt, kind);
    entry.text = text;
    rh_world_journal(attempt->world, &entry);
}

/* ---- hosts ----------------------------------------------------------------------------------- */

static bool takes_slot(const rh_attempt *attempt)
{
    return !attempt->request.is_local && attempt->request.call->session != RH_SESSION_CREATION;
}

static void occupy_host(rh_attempt *attempt, rh_host_record *host)
{
    attempt->host = host;
    attempt->host_next = host->attempts;
    if (host->attempts)
        host->attempts->host_previous = attempt;
    host->attempts = attempt;
    host->used += takes_slot(attempt);
}

static void stop_pending(rh_attempt *attempt)
{
    if (attempt->pending)
        attempt->world->pending_attempts--;
    attempt->pending = false;
}

/* Ends the attempt: it does nothing any more and its slot is free. */
static void finish(rh_attempt *attempt)
{
    rh_host_record *host = attempt->host;
    attempt->finished = true;
    rh_clock_disarm(&attempt->world->clock, &attempt->step);
    stop_pending(attempt);
    if (attempt->request.is_child)
        return;
    if (attempt->host_previous)
        attempt->host_previous->host_next = attempt->host_next;
    else
        host->attempts = attempt->host_next;
    if (attempt->host_next)
        attempt->host_next->host_previous = attempt->host_previous;
    host->used -= takes_slot(attempt);
    if (attempt->request.call->session)
        rh_session_leave(attempt);
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* Those who wait for a slot may have this one. */
static void leave_host(rh_attempt *attempt)
{
    if (!attempt->request.is_child && !attempt->request.is_local)
        rh_world_fill_host(attempt->world, attempt->host);
}

static void late(rh_attempt *attempt, const char *what, const rh_value *value,
                 const rh_failure *failure)
{
    rh_entry entry = entry_of(attempt, RH_ENTRY_LATE_ANSWER);
    entry.text = what;
    entry.value = value;
    entry.failure = failure;
    rh_world_journal(attempt->world, &entry);
}

/* An end that the server does not hear of yet: a failure, or a cancellation, or a result. */
struct rh_untold {
    bool is_canceled;
    const rh_value *value;
    const rh_failure *failure;
};

/* Whether it waits until the server is back. It keeps its slot meanwhile. */
static bool wait_for_server(rh_attempt *attempt, const struct rh_untold *end)
{
    rh_world *world = attempt->world;
    if (!rh_outage_stops_server(attempt->request.execution) || !attempt->request.is_activity ||
        attempt->detached)
        return false;
    struct rh_untold *kept = RH_NEW(&world->arena, struct rh_untold);
    *kept = *end;
    attempt->untold = kept;
    stop_pending(attempt);
    rh_clock_arm(&world->clock, &attempt->step, rh_outage_server_back(attempt->request.execution),
                 RH_TIMER_ANSWER, attempt->request.call->scheduled_event_id, 0);
    return true;
}

void rh_attempt_end_with(rh_attempt *attempt, const rh_value *result, const rh_failure *failure)
{
    const rh_attempt_request *request = &attempt->request;
    if (wait_for_server(attempt, &(struct rh_untold){.value = result, .failure = failure}))
        return;
    finish(attempt);
    if (attempt->detached)
        late(attempt, failure ? "failure" : "result", result, failure);
    else if (failure)
        request->owner->on_failure(request->owner_data, failure);
    else
        request->owner->on_result(request->owner_data, result);
    leave_host(attempt);
}

static void end_canceled(rh_attempt *attempt, const rh_value *details)
{
    const rh_attempt_request *request = &attempt->request;
    finish(attempt);
    if (attempt->detached)
        late(attempt, "canceled", details, NULL);
    else
        request->owner->on_canceled(request->owner_data, details);
    leave_host(attempt);
}

void rh_attempt_end_canceled(rh_attempt *attempt, const rh_value *details)
{
    if (!wait_for_server(attempt, &(struct rh_untold){.is_canceled = true, .value = details}))
        end_canceled(attempt, details);
}

/* The server is back, unless it is down again. */
static void tell_end(rh_attempt *attempt)
{
    const struct rh_untold *end = attempt->untold;
    attempt->untold = NULL;
    if (end->is_canceled)
        rh_attempt_end_canceled(attempt, end->value);
    else
        rh_attempt_end_with(attempt, end->value, end->failure);
}

static void do_effects(rh_attempt *attempt)
{
    const rh_script *script = &attempt->script;
    if (script->failure && !script->effects_happen)
        return;
    for (size_t i = 0; i < script->effect_count; i++)
        rh_attempt_effect(attempt, &script->effects[i]);
}

static void vanish(rh_attempt *attempt, const char *why)
{
    const rh_attempt_request *request = &attempt->request;
    if (attempt->inside)
        rh_inside_end(attempt->inside, true);
    finish(attempt);
    journal_text(attempt, RH_ENTRY_ATTEMPT_LOST, why);
    if (!attempt->detached)
        request->owner->on_lost(request->owner_data);
    leave_host(attempt);
}

/* The script is over. */
static void end_script(rh_attempt *attempt)
{
    if (attempt->ends_canceled) {
        rh_attempt_end_canceled(attempt, NULL);
        return;
    }
    switch (attempt->script.end) {
    case RH_END_ANSWERS:
        if (attempt->inside && !attempt->script.failure) {
            rh_inside_answer(attempt->inside);
            break;
        }
        do_effects(attempt);
        rh_attempt_end_with(attempt, attempt->script.result, attempt->script.failure);
        break;
    case RH_END_VANISHES:
        if (attempt->script.effects_happen)
            do_effects(attempt);
        vanish(attempt, "its process died");
        break;
    case RH_END_LOSES_HOST:
        rh_host_lose(attempt->world, attempt->host);
        break;
    case RH_END_STOPS_HOST:
        attempt->script.end = RH_END_ANSWERS; /* if it has an inside that goes on */
        rh_host_stop(attempt->world, attempt->host);
        break;
    case RH_END_HANGS:
        break; /* never comes here: no step is armed for it */
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

static rh_time work_begins(const rh_attempt *attempt)
{
    return rh_time_add(attempt->started, attempt->script.start_delay);
}

static rh_time script_ends(const rh_attempt *attempt)
{
    if (attempt->script.end == RH_END_HANGS)
        return INT64_MAX;
    return rh_time_add(work_begins(attempt), attempt->script.takes);
}

static rh_time listed_heartbeat(const rh_attempt *attempt)
{
    const rh_script *script = &attempt->script;
    if (attempt->next_heartbeat >= script->heartbeat_count || attempt->request.is_local)
        return INT64_MAX;
    return rh_time_add(work_begins(attempt), script->heartbeats[attempt->next_heartbeat].at);
}

static rh_time periodic_heartbeat(const rh_attempt *attempt)
{
    rh_duration every = attempt->script.heartbeat_every;
    if (every <= 0 || attempt->request.is_local ||
        attempt->periodic_heartbeats >= INT64_MAX / every - 1)
        return INT64_MAX;
    return rh_time_add(work_begins(attempt), every * (attempt->periodic_heartbeats + 1));
}

static rh_time earlier(rh_time left, rh_time right)
{
    return left < right ? left : right;
}

/* The next heartbeat or the end, whichever comes first; a heartbeat at the very end is not sent. */
static void arm_step(rh_attempt *attempt)
{
    rh_time end = script_ends(attempt);
    rh_time beat = earlier(listed_heartbeat(attempt), periodic_heartbeat(attempt));
    rh_time next = earlier(end, beat);
    if (attempt->detached && attempt->told_to_stop && end == INT64_MAX)
        next = INT64_MAX; /* it hangs for ever and nobody listens */
    if (next == INT64_MAX) {
        rh_clock_disarm(&attempt->world->clock, &attempt->step);
        return;
    }
    rh_clock_arm(&attempt->world->clock, &attempt->step, next, RH_TIMER_ANSWER,
                 attempt->request.call->scheduled_event_id, 0);
}

/* A job and what runs below it are told by their runner; an activity asks with its heartbeats. */
static bool hears_at_once(const rh_attempt *attempt)
{
    return attempt->request.hears_at_once || attempt->request.is_local ||
           attempt->request.call->about.level != RH_CALL_ACTIVITY;
}

static void obey(rh_attempt *attempt)
{
    attempt->told_to_stop = true;
    switch (attempt->script.on_cancel) {
    case RH_CANCEL_OBEYS:
        rh_attempt_end_canceled(attempt, NULL);
        return;
    case RH_CANCEL_TAKES:
        attempt->ends_canceled = true;
        rh_clock_arm(&attempt->world->clock, &attempt->step,
                     rh_time_add(rh_world_now(attempt->world), attempt->script.cancel_takes),
                     RH_TIMER_ANSWER, attempt->request.call->scheduled_event_id, 0);
        return;
    case RH_CANCEL_IGNORES:
        if (!hears_at_once(attempt))
            arm_step(attempt);
        return;
    }
}

static rh_heartbeat_reply send_heartbeat(rh_attempt *attempt, const rh_value *details)
{
    if (attempt->request.is_local)
        return attempt->detached ? RH_HEARTBEAT_GONE : RH_HEARTBEAT_OK;
    rh_entry entry = entry_of(attempt, RH_ENTRY_HEARTBEAT);
    entry.value = details;
    entry.text = attempt->detached ? "nobody waits for it" : NULL;
    rh_world_journal(attempt->world, &entry);
    if (attempt->detached)
        return RH_HEARTBEAT_GONE;
    const rh_attempt_request *request = &attempt->request;
    attempt->request.heartbeat_details = details;
    return request->owner->on_heartbeat(request->owner_data, details) ? RH_HEARTBEAT_CANCELED
                                                                      : RH_HEARTBEAT_OK;
}

/* ---- played from inside ---------------------------------------------------------------------- */

/* Something happens when it has taken its time, whatever its body does. */
static bool will_be_struck(const rh_attempt *attempt)
{
    return attempt->script.end == RH_END_LOSES_HOST || attempt->script.end == RH_END_STOPS_HOST ||
           attempt->script.end == RH_END_VANISHES;
}

/* `step` is armed for the begin of the work, for what strikes it, and for the end of an attempt
 * whose body was quicker than what it takes. */
static void arm_inside(rh_attempt *attempt)
{
    rh_time next = INT64_MAX;
    if (rh_world_now(attempt->world) < work_begins(attempt))
        next = work_begins(attempt);
    else if (attempt->inside_is_over || will_be_struck(attempt))
        next = script_ends(attempt);
    if (next < INT64_MAX)
        rh_clock_arm(&attempt->world->clock, &attempt->step, next, RH_TIMER_ANSWER,
                     attempt->request.call->scheduled_event_id, 0);
}

static void on_inside_step(rh_attempt *attempt)
{
    rh_time now = rh_world_now(attempt->world);
    if (!rh_inside_has_begun(attempt->inside))
        rh_inside_run_later(attempt->inside);
    if (now < script_ends(attempt))
        arm_inside(attempt);
    else if (attempt->inside_is_over || will_be_struck(attempt))
        end_script(attempt);
}

static void begin_inside(rh_attempt *attempt)
{
    attempt->inside = rh_inside_make(attempt, attempt->request.body, attempt->request.data);
    if (attempt->script.start_delay <= 0)
        rh_inside_run_later(attempt->inside);
    arm_inside(attempt);
}

void rh_attempt_inside_over(rh_attempt *attempt)
{
    attempt->inside_is_over = true;
    if (attempt->script.end != RH_END_ANSWERS)
        return; /* it is struck when its time has come */
    if (rh_world_now(attempt->world) >= script_ends(attempt))
        end_script(attempt);
    else
        arm_inside(attempt);
}

static void on_step(void *owner, rh_clock_timer *timer)
{
    rh_attempt *attempt = owner;
    rh_time now = rh_world_now(attempt->world);
    (void)timer;
    if (attempt->untold) {
        tell_end(attempt);
        return;
    }
    if (attempt->inside) {
        on_inside_step(attempt);
        return;
    }
    if (attempt->ends_canceled || now >= script_ends(attempt)) {
        end_script(attempt);
        return;
    }
    const rh_value *details = NULL;
    if (now >= periodic_heartbeat(attempt)) {
        const rh_script *script = &attempt->script;
        attempt->periodic_heartbeats++;
        if (script->heartbeat_details)
            details = script->heartbeat_details(script->details_data, attempt,
                                                now - work_begins(attempt));
    }
    if (now >= listed_heartbeat(attempt))
        details = attempt->script.heartbeats[attempt->next_heartbeat++].details;
    if (send_heartbeat(attempt, details) == RH_HEARTBEAT_OK || attempt->told_to_stop)
        arm_step(attempt);
    else
        obey(attempt);
}

/* ---- for the engine -------------------------------------------------------------------------- */

static void journal_fault(rh_attempt *attempt)
{
    if (!attempt->script.fault)
        return;
    rh_entry entry = entry_of(attempt, RH_ENTRY_FAULT);
    entry.name = rh_names_intern(&attempt->world->names, attempt->script.fault);
    entry.text = attempt->script.fault_class;
    rh_world_journal(attempt->world, &entry);
}

static rh_stage_answer ask_stage(rh_attempt *attempt)
{
    rh_world *world = attempt->world;
    if (!attempt->request.call->session)
        return world->stage->start(world->stage_data, attempt, &attempt->script);
    rh_session_start(attempt, &attempt->script);
    return RH_STAGE_SCRIPT;
}

static bool ends_at_once(const rh_attempt *attempt)
{
    return attempt->request.is_child && attempt->script.end == RH_END_ANSWERS &&
           attempt->script.start_delay <= 0 && attempt->script.takes <= 0;
}

rh_attempt *rh_attempt_begin(rh_world *world, const rh_attempt_request *request)
{
    rh_attempt *attempt = RH_NEW(&world->arena, rh_attempt);
    attempt->world = world;
    attempt->request = *request;
    attempt->number = request->number;
    attempt->started = rh_world_now(world);
    attempt->step.fire = on_step;
    attempt->step.owner = attempt;
    attempt->host = request->host;
    *request->kept = attempt;
    if (!request->is_child)
        occupy_host(attempt, request->host);

    switch (ask_stage(attempt)) {
    case RH_STAGE_SCRIPT:
        journal_fault(attempt);
        if (ends_at_once(attempt))
            end_script(attempt);
        else
            arm_step(attempt);
        break;
    case RH_STAGE_PENDING:
        attempt->pending = true;
        world->pending_attempts++;
        break;
    case RH_STAGE_DESCEND:
        if (!request->body)
            rh_world_stop(world, RH_STOP_STAGE,
                          "the stage descended into a call without an inside");
        journal_fault(attempt);
        begin_inside(attempt);
        break;
    case RH_STAGE_ERROR:
        rh_world_stop(world, RH_STOP_STAGE, "the stage refused a call");
    }
    return attempt;
}

/* The stage need not answer any more. */
static void close_pending(rh_attempt *attempt)
{
    const rh_stage *stage = attempt->world->stage;
    if (attempt->pending && stage->close)
        stage->close(attempt->world->stage_data, attempt);
}

void rh_attempt_detach(rh_attempt *attempt)
{
    if (attempt->finished)
        return;
    attempt->detached = true;
    close_pending(attempt);
}

void rh_attempt_ask_to_stop(rh_attempt *attempt)
{
    const rh_stage *stage = attempt->world->stage;
    if (attempt->finished || attempt->untold)
        return;
    if (attempt->pending && stage->cancel)
        stage->cancel(attempt->world->stage_data, attempt);
    else if (attempt->inside && !attempt->inside_is_over)
        rh_inside_tell(attempt->inside);
    else if (!attempt->pending && !attempt->told_to_stop && hears_at_once(attempt))
        obey(attempt);
}

void rh_attempt_vanish(rh_attempt *attempt)
{
    if (!attempt->finished)
        vanish(attempt, attempt->host->name);
}

void rh_attempt_host_stops(rh_attempt *attempt)
{
    const char *message = attempt->request.host_stops;
    rh_arena *arena = &attempt->world->arena;
    const rh_failure_options failure = {.type = "HostStopped", .message = message};
    if (attempt->finished || (message && attempt->untold))
        return;
    if (!message) {
        vanish(attempt, attempt->host->name);
        return;
    }
    if (attempt->inside && !attempt->inside_is_over) {
        rh_inside_tell(attempt->inside);
        return;
    }
    close_pending(attempt);
    rh_attempt_end_with(attempt, NULL, rh_failure_application(arena, &failure));
}

void rh_attempt_kill(rh_attempt *attempt)
{
    if (attempt->finished)
        return;
    if (attempt->inside)
        rh_inside_end(attempt->inside, false);
    close_pending(attempt);
    end_canceled(attempt, NULL);
}

/* What has ended says nothing more. */
static bool is_open(const rh_attempt *attempt)
{
    return !attempt->finished && !attempt->untold;
}

/* ---- for stages ------------------------------------------------------------------------------ */

rh_attempt_view rh_attempt_look(const rh_attempt *attempt)
{
    const rh_attempt_request *request = &attempt->request;
    return (rh_attempt_view){
        .world = attempt->world,
        .run = request->execution->run,
        .call = request->call,
        .call_index = request->call_index,
        .attempt = attempt->number,
        .host = attempt->host->name,
        .heartbeat_details = request->heartbeat_details,
        .has_inside = request->body != NULL,
        .fallback = request->fallback,
    };
}

void rh_attempt_set_data(rh_attempt *attempt, void *data)
{
    attempt->data = data;
}

void *rh_attempt_data(const rh_attempt *attempt)
{
    return attempt->data;
}

rh_heartbeat_reply rh_attempt_heartbeat(rh_attempt *attempt, const rh_value *details)
{
    if (!is_open(attempt))
        return RH_HEARTBEAT_GONE;
    return send_heartbeat(attempt, rh_value_copy(&attempt->world->arena, details));
}

void rh_attempt_complete(rh_attempt *attempt, const rh_value *result)
{
    if (is_open(attempt))
        rh_attempt_end_with(attempt, rh_value_copy(&attempt->world->arena, result), NULL);
}

void rh_attempt_fail(rh_attempt *attempt, const rh_failure_options *failure)
{
    if (is_open(attempt))
        rh_attempt_end_with(attempt, NULL, rh_failure_application(&attempt->world->arena, failure));
}

void rh_attempt_cancel(rh_attempt *attempt, const rh_value *details)
{
    if (is_open(attempt))
        rh_attempt_end_canceled(attempt, rh_value_copy(&attempt->world->arena, details));
}

void rh_attempt_effect(rh_attempt *attempt, const rh_script_effect *effect)
{
    rh_entry place = entry_of(attempt, RH_ENTRY_EFFECT);
    rh_script_effect done = *effect;
    done.is_tainted |= attempt->request.call->about.is_tainted;
    if (is_open(attempt))
        rh_world_effect(attempt->world, &place, &done);
}
