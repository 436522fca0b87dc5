#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/durable/channel.h"
#include "sim/failure.h"
#include "sim/local.h"

rh_future *rh_future_new(rh_workflow *workflow, rh_future_kind kind, const char *name)
{
    rh_future *future = RH_NEW(&workflow->world->arena, rh_future);
    future->kind = (uint8_t)kind;
    future->name = name;
    return future;
}

void rh_future_settle(rh_workflow *workflow, rh_future *future, const rh_value *result,
                      const rh_failure *failure)
{
    if (future->is_ready)
        return;
    future->is_ready = true;
    future->result = result;
    future->failure = failure;
    rh_routines_wake(workflow, &future->waiter);
    for (const rh_party *party = future->parties.first; party; party = party->next)
        rh_party_settle(workflow, party, result, true, failure);
    for (rh_future *promise = future->chained; promise; promise = promise->chain_next)
        rh_future_settle(workflow, promise, result, failure);
}

static const rh_failure *canceled(rh_workflow *workflow)
{
    return rh_failure_canceled(&workflow->world->arena, NULL, NULL);
}

bool rh_future_enter_scope(rh_workflow *workflow, rh_future *future)
{
    rh_scope *scope = workflow->current->scope;
    if (scope->is_canceled) {
        rh_future_settle(workflow, future, NULL, canceled(workflow));
        return true;
    }
    future->scope_next = scope->futures;
    scope->futures = future;
    return false;
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* As Go does: a call that only asks fails at once, with nothing but "canceled"; one that waits is
 * closed by the server's event. A command of this very task is canceled like any other. */
static void cancel_activity(rh_workflow *workflow, rh_future *future)
{
    if (future->cancellation != RH_ABANDON)
        rh_workflow_command(workflow, RH_COMMAND_CANCEL_ACTIVITY)->number = future->number;
    if (future->cancellation != RH_WAIT_FOR_CANCELLATION)
        rh_future_settle(workflow, future, NULL, canceled(workflow));
}

static void cancel_timer(rh_workflow *workflow, rh_future *future, bool by_wait)
{
    rh_command *command = rh_workflow_command(workflow, RH_COMMAND_CANCEL_TIMER);
    command->number = future->number;
    command->by_wait = by_wait;
    rh_future_settle(workflow, future, NULL, canceled(workflow));
}

void rh_future_end_wait(rh_workflow *workflow, rh_future *timer)
{
    if (!timer->is_ready)
        cancel_timer(workflow, timer, true);
}

void rh_future_cancel(rh_workflow *workflow, rh_future *future)
{
    if (future->is_ready)
        return;
    switch ((rh_future_kind)future->kind) {
    case RH_FUTURE_ACTIVITY:
        cancel_activity(workflow, future);
        break;
    case RH_FUTURE_TIMER:
        cancel_timer(workflow, future, false);
        break;
    case RH_FUTURE_SIGNAL:
    case RH_FUTURE_RECEIVE:
    case RH_FUTURE_SEND:
    case RH_FUTURE_SELECT:
        rh_future_settle(workflow, future, NULL, canceled(workflow));
        break;
    case RH_FUTURE_CHILD:
        rh_child_cancel(workflow, future);
        break;
    case RH_FUTURE_LOCAL_TRY:
        rh_local_cancel(workflow->execution, future->number);
        break;
    case RH_FUTURE_ROUTINE: /* it notices by what it waits for */
    case RH_FUTURE_PROMISE: /* in no scope; so with the next */
    case RH_FUTURE_CHILD_STARTED:
    case RH_FUTURE_LOCAL:
    case RH_FUTURE_EXTERNAL: /* it is on its way */
        break;
    }
}

/* ---- activities and timers ------------------------------------------------------------------- */

static void own_text(rh_arena *arena, const char **text)
{
    if (*text)
        *text = rh_arena_string(arena, *text);
}

static rh_activity_request *make_request(rh_workflow *workflow, const char *type,
                                         const rh_value *args, const rh_activity_options *options)
{
    static const rh_activity_options none;
    rh_arena *arena = &workflow->world->arena;
    rh_activity_request *request = RH_NEW(arena, rh_activity_request);
    request->type = rh_names_intern(&workflow->world->names, type);
    request->args = rh_value_copy(arena, args);
    request->options = options ? *options : none;
    own_text(arena, &request->options.task_queue);
    own_text(arena, &request->options.activity_id);
    own_text(arena, &request->options.key);
    own_text(arena, &request->options.summary);
    request->options.retry.non_retryable_types =
        rh_arena_strings(arena, request->options.retry.non_retryable_types);
    return request;
}

rh_future *rh_activity(rh_workflow *workflow, const char *type, const rh_value *args,
                       const rh_activity_options *options)
{
    rh_arena *arena = &workflow->world->arena;
    if (args && args->kind != RH_LIST)
        rh_routine_break(workflow, rh_format(arena,
                                             "the arguments of activity '%s' are no list; pass "
                                             "RH_ARGS(...)",
                                             type));
    rh_activity_request *request = make_request(workflow, type, args, options);
    const rh_failure *failure;
    if (rh_session_admits(workflow, &request->options, &failure))
        return rh_activity_ask(workflow, request);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_ACTIVITY, request->type->text);
    rh_future_settle(workflow, future, NULL, failure);
    return future;
}

rh_future *rh_activity_ask(rh_workflow *workflow, const rh_activity_request *request)
{
    rh_arena *arena = &workflow->world->arena;
    rh_future *future = rh_future_new(workflow, RH_FUTURE_ACTIVITY, request->type->text);
    future->key = request->options.key;
    future->cancellation = (uint8_t)request->options.cancellation;
    if (rh_future_enter_scope(workflow, future))
        return future;

    workflow->activities =
        rh_arena_reserve(arena, workflow->activities, sizeof *workflow->activities,
                         workflow->activity_count + 1, &workflow->activity_capacity);
    future->number = (uint32_t)workflow->activity_count;
    workflow->activities[workflow->activity_count++] = future;
    rh_command *command = rh_workflow_command(workflow, RH_COMMAND_SCHEDULE_ACTIVITY);
    command->number = future->number;
    command->activity = request;
    return future;
}

rh_future *rh_timer(rh_workflow *workflow, rh_duration duration)
{
    return rh_timer_with(workflow, duration, NULL);
}

rh_future *rh_timer_with(rh_workflow *workflow, rh_duration duration,
                         const rh_timer_options *options)
{
    rh_arena *arena = &workflow->world->arena;
    rh_future *future = rh_future_new(workflow, RH_FUTURE_TIMER, "timer");
    future->duration = duration;
    if (rh_future_enter_scope(workflow, future))
        return future;
    if (duration <= 0) {
        rh_future_settle(workflow, future, NULL, NULL);
        return future;
    }
    workflow->timers = rh_arena_reserve(arena, workflow->timers, sizeof *workflow->timers,
                                        workflow->timer_count + 1, &workflow->timer_capacity);
    future->number = (uint32_t)workflow->timer_count;
    workflow->timers[workflow->timer_count++] = future;
    rh_command *command = rh_workflow_command(workflow, RH_COMMAND_START_TIMER);
    command->number = future->number;
    command->duration = duration;
    if (options && options->summary)
        command->value = rh_copy(workflow, rh_string(options->summary));
    return future;
}

rh_future *rh_spawn(rh_workflow *workflow, const char *name, rh_routine *routine, void *data)
{
    const char *kept = rh_arena_string(&workflow->world->arena, name ? name : "coroutine");
    rh_check_writable(workflow, "rh_spawn");
    rh_future *future = rh_future_new(workflow, RH_FUTURE_ROUTINE, kept);
    rh_routine_add(workflow, kept, routine, data)->future = future;
    return future;
}

/* ---- promises -------------------------------------------------------------------------------- */

rh_future *rh_promise(rh_workflow *workflow, const char *name)
{
    return rh_future_new(workflow, RH_FUTURE_PROMISE,
                         rh_arena_string(&workflow->world->arena, name ? name : "promise"));
}

static void check_promise(rh_workflow *workflow, const rh_future *promise, const char *function)
{
    rh_text text = rh_text_in(&workflow->world->arena);
    rh_check_writable(workflow, function);
    rh_text_printf(&text, "%s: ", function);
    rh_future_describe(&text, promise);
    if (promise->kind != RH_FUTURE_PROMISE)
        rh_text_puts(&text, " is no promise");
    else if (promise->is_ready)
        rh_text_puts(&text, " is settled already");
    else if (promise->is_chained)
        rh_text_puts(&text, " is chained to another future");
    else
        return;
    rh_routine_break(workflow, rh_text_string(&text));
}

void rh_keep(rh_workflow *workflow, rh_future *promise, const rh_value *result,
             const rh_failure *failure)
{
    check_promise(workflow, promise, "rh_keep");
    rh_future_settle(workflow, promise, rh_value_copy(&workflow->world->arena, result), failure);
}

void rh_chain(rh_workflow *workflow, rh_future *promise, rh_future *other)
{
    check_promise(workflow, promise, "rh_chain");
    promise->is_chained = true;
    if (other->is_ready) {
        rh_future_settle(workflow, promise, other->result, other->failure);
        return;
    }
    promise->chain_next = other->chained;
    other->chained = promise;
}

bool rh_is_ready(const rh_future *future)
{
    return future->is_ready;
}

void rh_future_describe(rh_text *text, const rh_future *future)
{
    switch ((rh_future_kind)future->kind) {
    case RH_FUTURE_ACTIVITY:
        rh_text_printf(text, "activity '%s'", future->name);
        break;
    case RH_FUTURE_TIMER:
        rh_text_puts(text, "a timer of ");
        rh_duration_write(text, future->duration);
        break;
    case RH_FUTURE_ROUTINE:
        rh_text_printf(text, "coroutine '%s'", future->name);
        break;
    case RH_FUTURE_SIGNAL:
        rh_text_printf(text, "signal '%s'", future->name);
        break;
    case RH_FUTURE_RECEIVE:
        rh_text_printf(text, "a value from channel '%s'", future->name);
        break;
    case RH_FUTURE_SEND:
        rh_text_printf(text, "room in channel '%s'", future->name);
        break;
    case RH_FUTURE_SELECT:
        rh_selector_describe(text, future->selector);
        break;
    case RH_FUTURE_PROMISE:
        rh_text_printf(text, "promise '%s'", future->name);
        break;
    case RH_FUTURE_CHILD:
        rh_text_printf(text, "child '%s'", future->name);
        break;
    case RH_FUTURE_CHILD_STARTED:
        rh_text_printf(text, "the start of child '%s'", future->name);
        break;
    case RH_FUTURE_EXTERNAL:
        rh_text_printf(text, "an answer of workflow '%s'", future->name);
        break;
    case RH_FUTURE_LOCAL:
    case RH_FUTURE_LOCAL_TRY:
        rh_text_printf(text, "local activity '%s'", future->name);
        break;
    }
}

enum { MOST_DESCRIBED = 5 };

static void describe_several(rh_text *text, const rh_wait_place *place, bool only_open)
{
    size_t open = 0;
    if (!place->futures && place->one) {
        rh_future_describe(text, place->one);
        return;
    }
    if (!place->futures) {
        rh_text_printf(text, "any of %zu", place->count);
        return;
    }
    rh_text_puts(text, place->kind == RH_WAIT_ALL ? "all of " : "any of ");
    for (size_t i = 0; i < place->count; i++) {
        if ((only_open && place->futures[i]->is_ready) || open++ >= MOST_DESCRIBED)
            continue;
        rh_text_puts(text, open > 1 ? ", " : "");
        rh_future_describe(text, place->futures[i]);
    }
    if (open > MOST_DESCRIBED)
        rh_text_printf(text, " and %zu more", open - MOST_DESCRIBED);
}

void rh_wait_describe(rh_text *text, const rh_wait_place *place, bool only_open)
{
    switch (place->kind) {
    case RH_WAIT_ONE:
        rh_future_describe(text, place->one);
        break;
    case RH_WAIT_ALL:
    case RH_WAIT_ANY:
        describe_several(text, place, only_open);
        break;
    case RH_WAIT_CONDITION:
        rh_text_puts(text, only_open ? "a condition that does not hold" : "a condition");
        break;
    case RH_WAIT_SHARED:
        rh_text_puts(text, place->shared);
        break;
    case RH_WAIT_NOTHING:
        rh_text_puts(text, "its turn");
        break;
    }
}
