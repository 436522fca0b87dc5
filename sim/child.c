/* Children of an inside: their attempts, and with a policy what comes between those.
 *
 *   start --> RUNNING --answer--> over
 *              ^   | failure, timeout: try again
 *              |   v
 *          BACKING_OFF --interrupt, kill, parent over--> over
 */
#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/call.h"
#include "sim/failure.h"
#include "sim/inside.h"
#include "sim/outage.h"
#include "sim/world.h"

/* What a child with a policy remembers. */
struct rh_tries {
    rh_child_request request;
    int32_t made; /* attempts of this child; its call may have had others */
    bool is_backing_off;
    bool is_asked;  /* to stop */
    bool is_killed; /* its attempt, because its time is over */
    bool is_left;   /* its parent is over */
    bool is_lost;   /* its attempt, and nobody knows yet */
    rh_time started, lost;
    rh_time beat; /* the last heartbeat that its script sent; 0: none */
    const rh_failure *last_failure;
    rh_clock_timer timer; /* of the deadline, or of the back-off */
};

/* What orders timers at one instant, as in sim/activity.c. */
enum { RETRY_TYPE = 0 };

static void start_attempt(rh_inner *child);

/* ---- ends ------------------------------------------------------------------------------------ */

static rh_world *world_of(const rh_inner *child)
{
    return rh_inside_world(child->parent);
}

static void journal_end(const rh_inner *child, rh_entry_kind kind)
{
    rh_inside_journal(child->parent, &(rh_entry){.kind = (uint8_t)kind,
                                                 .call = child->call,
                                                 .attempt = child->number,
                                                 .number = (uint64_t)(uint32_t)child->exit_code,
                                                 .value = child->value,
                                                 .failure = child->failure});
}

static void close_child(rh_inner *child, rh_child_status status)
{
    child->status = (uint8_t)status;
    child->closed = rh_world_now(world_of(child));
    if (child->tries)
        rh_clock_disarm(&world_of(child)->clock, &child->tries->timer);
    if (!child->is_starting)
        rh_inside_wake(child->parent);
}

/* ---- with a policy: trying again ------------------------------------------------------------- */

static void arm(rh_inner *child, rh_time at, unsigned type)
{
    rh_world *world = world_of(child);
    uint32_t event_id = world->journal.calls[child->call - 1]->scheduled_event_id;
    rh_time now = rh_world_now(world);
    rh_clock_arm(&world->clock, &child->tries->timer, at > now ? at : now, RH_TIMER_SERVER,
                 event_id, type);
}

static void back_off(rh_inner *child, rh_duration interval)
{
    struct rh_tries *tries = child->tries;
    rh_inside_journal(child->parent, &(rh_entry){.kind = RH_ENTRY_BACK_OFF,
                                                 .call = child->call,
                                                 .attempt = child->number,
                                                 .span = interval});
    if (tries->request.policy->put_back)
        tries->request.policy->put_back(tries->request.data, child);
    tries->last_failure = child->failure;
    tries->is_backing_off = true;
    child->failure = NULL;
    child->exit_code = 0;
    arm(child, rh_time_add(rh_world_now(world_of(child)), interval), RETRY_TYPE);
}

static bool is_tried_again(const rh_inner *child, rh_duration *interval)
{
    const struct rh_tries *tries = child->tries;
    const rh_child_policy *policy = tries->request.policy;
    rh_failure failure = *child->failure;
    if (policy->tries_again) {
        if (!policy->tries_again(tries->request.data))
            return false;
        failure.non_retryable = false;
        failure.next_retry_delay = 0;
    }
    const rh_retry_question question = {.policy = policy->retry,
                                        .failure = &failure,
                                        .attempt = tries->made,
                                        .cancel_requested = tries->is_asked,
                                        .now = rh_world_now(world_of(child))};
    return rh_retry_decide(&question, interval) == RH_RETRY_IN_PROGRESS;
}

/* An attempt has ended with child->failure. */
static void after_failure(rh_inner *child)
{
    rh_duration interval = 0;
    if (child->tries && is_tried_again(child, &interval))
        back_off(child, interval);
    else
        close_child(child, RH_CHILD_FAILED);
}

/* ---- with a policy: deadlines ---------------------------------------------------------------- */

typedef struct deadline {
    rh_time at; /* RH_FOREVER: none */
    rh_timeout_type type;
} deadline;

/* The last heartbeat that is known of before a beat would be missing; RH_FOREVER: none will be. */
static rh_time last_beat(const struct rh_tries *tries)
{
    const rh_child_policy *policy = tries->request.policy;
    rh_duration every = policy->heartbeat_every;
    rh_time beat = tries->beat > tries->started ? tries->beat : tries->started;
    if (every <= 0 || every > policy->heartbeat_timeout)
        return beat;
    if (!tries->is_lost)
        return RH_FOREVER;
    rh_time regular = tries->started + (tries->lost - tries->started) / every * every;
    return regular > beat ? regular : beat;
}

static deadline next_deadline(const struct rh_tries *tries)
{
    const rh_child_policy *policy = tries->request.policy;
    deadline next = {RH_FOREVER, RH_TIMEOUT_START_TO_CLOSE};
    if (policy->start_to_close > 0)
        next.at = rh_time_add(tries->started, policy->start_to_close);
    if (policy->heartbeat_timeout > 0) {
        rh_time at = rh_time_add(last_beat(tries), policy->heartbeat_timeout);
        if (at < next.at)
            next = (deadline){at, RH_TIMEOUT_HEARTBEAT};
    }
    return next;
}

static void arm_deadline(rh_inner *child)
{
    deadline next = next_deadline(child->tries);
    if (next.at < RH_FOREVER)
        arm(child, next.at, next.type);
}

/* What its parent is told of a timeout when no attempt follows has the failure before as its cause
 * (mutable_state_impl.go:4702). */
static void time_out(rh_inner *child, rh_timeout_type type)
{
    struct rh_tries *tries = child->tries;
    rh_arena *arena = &world_of(child)->arena;
    child->failure = rh_failure_timeout(arena, type, NULL, NULL, NULL);
    journal_end(child, RH_ENTRY_ATTEMPT_TIMED_OUT);
    if (!tries->is_lost) {
        tries->is_killed = true;
        rh_attempt_kill(child->attempt);
        tries->is_killed = false;
    }
    after_failure(child);
    if (child->status == RH_CHILD_FAILED && tries->last_failure)
        child->failure = rh_failure_timeout(arena, type, NULL, NULL, tries->last_failure);
}

static void on_timer(void *owner, rh_clock_timer *timer)
{
    rh_inner *child = owner;
    (void)timer;
    if (child->tries->is_backing_off) {
        child->tries->is_backing_off = false;
        start_attempt(child);
        return;
    }
    deadline next = next_deadline(child->tries);
    if (next.at > rh_world_now(world_of(child)))
        arm_deadline(child); /* a heartbeat has moved it */
    else
        time_out(child, next.type);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* Those who run below a program without a policy send no heartbeats to it. */
static bool on_heartbeat(void *owner, const rh_value *details)
{
    struct rh_tries *tries = ((rh_inner *)owner)->tries;
    (void)details;
    if (!tries)
        return false;
    tries->beat = rh_world_now(world_of(owner));
    return tries->is_asked;
}

static void on_result(void *owner, const rh_value *result)
{
    rh_inner *child = owner;
    child->value = result;
    child->is_assumed = child->attempt && child->attempt->script.is_fallback;
    journal_end(child, RH_ENTRY_ATTEMPT_COMPLETED);
    close_child(child, RH_CHILD_COMPLETED);
}

static void on_failure(void *owner, const rh_failure *failure)
{
    rh_inner *child = owner;
    child->failure = failure;
    if (child->attempt)
        child->exit_code = child->attempt->script.exit_code;
    if (!child->exit_code && child->level == RH_CALL_COMMAND)
        child->exit_code = 1;
    journal_end(child, RH_ENTRY_ATTEMPT_FAILED);
    after_failure(child);
}

static void on_canceled(void *owner, const rh_value *details)
{
    rh_inner *child = owner;
    const struct rh_tries *tries = child->tries;
    if (tries && tries->is_killed)
        return;
    if (tries && !tries->is_asked && !tries->is_left) {
        on_failure(child, rh_failure_unasked_cancel(&world_of(child)->arena, details));
        return;
    }
    child->value = details;
    journal_end(child, RH_ENTRY_ATTEMPT_CANCELED);
    close_child(child, RH_CHILD_CANCELED);
}

static void on_lost(void *owner)
{
    rh_inner *child = owner;
    struct rh_tries *tries = child->tries;
    if (!tries || tries->is_left) {
        close_child(child, RH_CHILD_LOST);
        return;
    }
    tries->is_lost = true;
    tries->lost = rh_world_now(world_of(child));
    if (next_deadline(tries).at < RH_FOREVER)
        arm_deadline(child);
    else
        close_child(child, RH_CHILD_LOST);
}

static const rh_attempt_owner owner_of_children = {
    .on_heartbeat = on_heartbeat,
    .on_result = on_result,
    .on_failure = on_failure,
    .on_canceled = on_canceled,
    .on_lost = on_lost,
};

/* ---- starting and stopping ------------------------------------------------------------------- */

static void begin(rh_inner *child, const rh_child_request *request)
{
    rh_world *world = world_of(child);
    const rh_attempt *parent = rh_inside_attempt(child->parent);
    const rh_call *call = world->journal.calls[child->call - 1];
    child->number = rh_call_try(world, child->call);
    rh_inside_journal(child->parent, &(rh_entry){.kind = RH_ENTRY_ATTEMPT_STARTED,
                                                 .call = child->call,
                                                 .attempt = child->number,
                                                 .value = call->args,
                                                 .text = parent->host->name});
    rh_attempt_begin(world, &(rh_attempt_request){
                                .execution = parent->request.execution,
                                .call = call,
                                .call_index = child->call,
                                .number = child->number,
                                .owner = &owner_of_children,
                                .owner_data = child,
                                .kept = &child->attempt,
                                .host = parent->host,
                                .is_child = true,
                                .is_activity = child->tries != NULL,
                                .body = request->body,
                                .data = request->data,
                                .fallback = request->fallback,
                            });
}

static void start_attempt(rh_inner *child)
{
    struct rh_tries *tries = child->tries;
    const rh_execution *execution = rh_inside_attempt(child->parent)->request.execution;
    if (rh_outage_stops_server(execution)) {
        tries->is_backing_off = true;
        arm(child, rh_outage_server_back(execution), RETRY_TYPE);
        return;
    }
    int32_t number = ++tries->made;
    tries->started = rh_world_now(world_of(child));
    tries->beat = 0;
    tries->is_lost = false;
    begin(child, &tries->request);
    bool is_this_running =
        child->status == RH_CHILD_OPEN && !tries->is_backing_off && tries->made == number;
    if (is_this_running)
        arm_deadline(child);
}

rh_inner *rh_inside_start(rh_inside *inside, const rh_child_request *request)
{
    rh_world *world = rh_inside_world(inside);
    const rh_attempt *parent = rh_inside_attempt(inside);
    rh_inner *child = RH_NEW(&world->arena, rh_inner);
    rh_call_make_child(parent->request.execution, parent->request.call_index, parent->number,
                       request, &child->call);
    child->level = request->about.level;
    child->parent = inside;
    rh_inside_adopt(inside, child);
    child->is_starting = true;
    if (request->policy) {
        child->tries = RH_NEW(&world->arena, struct rh_tries);
        child->tries->request = *request;
        child->tries->timer.fire = on_timer;
        child->tries->timer.owner = child;
        start_attempt(child);
    } else {
        begin(child, request);
    }
    child->is_starting = false;
    return child;
}

/* No attempt of it runs, or none that could hear anything. */
static bool is_between(const rh_inner *child)
{
    return child->tries && (child->tries->is_backing_off || child->tries->is_lost);
}

void rh_child_interrupt(rh_inner *child)
{
    if (child->status != RH_CHILD_OPEN)
        return;
    if (child->tries)
        child->tries->is_asked = true;
    if (child->tries && child->tries->is_backing_off)
        close_child(child, RH_CHILD_CANCELED);
    else
        rh_attempt_ask_to_stop(child->attempt);
}

void rh_child_kill(rh_inner *child)
{
    if (child->status != RH_CHILD_OPEN)
        return;
    if (child->tries)
        child->tries->is_asked = true;
    if (is_between(child))
        close_child(child, RH_CHILD_CANCELED);
    else
        rh_attempt_kill(child->attempt);
}

void rh_child_leave(rh_inner *child, bool is_lost)
{
    if (child->status != RH_CHILD_OPEN)
        return;
    if (child->tries)
        child->tries->is_left = true;
    if (is_between(child))
        close_child(child, is_lost ? RH_CHILD_LOST : RH_CHILD_CANCELED);
    else if (is_lost)
        rh_attempt_vanish(child->attempt);
    else
        rh_attempt_kill(child->attempt);
}

uint32_t rh_inside_skip(rh_inside *inside, const rh_child_request *request, const char *reason)
{
    const rh_attempt *mine = rh_inside_attempt(inside);
    uint32_t index;
    rh_call_make_child(mine->request.execution, mine->request.call_index, mine->number, request,
                       &index);
    rh_inside_journal(inside, &(rh_entry){.kind = RH_ENTRY_SKIPPED, .call = index, .text = reason});
    return index;
}
