#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"

static rh_signal_queue *queue_of(rh_workflow *workflow, const rh_name *name)
{
    rh_signal_queue **end = &workflow->signals;
    for (; *end; end = &(*end)->next)
        if ((*end)->name == name)
            return *end;
    rh_signal_queue *queue = RH_NEW(&workflow->world->arena, rh_signal_queue);
    queue->name = name;
    return *end = queue;
}

static rh_signal_queue *ask(rh_workflow *workflow, const char *name)
{
    rh_signal_queue *queue = queue_of(workflow, rh_names_intern(&workflow->world->names, name));
    queue->was_asked = true;
    return queue;
}

void rh_signals_deliver(rh_workflow *workflow, const rh_name *name, const rh_value *value)
{
    rh_signal_queue *queue = queue_of(workflow, name);
    while (queue->taker_first < queue->taker_end) {
        rh_future *taker = queue->takers[queue->taker_first++];
        if (taker->abandoned)
            continue;
        rh_future_settle(workflow, taker, value, NULL);
        return;
    }
    queue->values = rh_arena_reserve(&workflow->world->arena, queue->values, sizeof *queue->values,
                                     queue->end + 1, &queue->capacity);
    queue->values[queue->end++] = value;
}

rh_future *rh_next_signal(rh_workflow *workflow, const char *name)
{
    rh_signal_queue *queue = ask(workflow, name);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_SIGNAL, queue->name->text);
    if (rh_future_enter_scope(workflow, future))
        return future;
    if (queue->first < queue->end) {
        rh_future_settle(workflow, future, queue->values[queue->first++], NULL);
        return future;
    }
    queue->takers = rh_arena_reserve(&workflow->world->arena, queue->takers, sizeof *queue->takers,
                                     queue->taker_end + 1, &queue->taker_capacity);
    queue->takers[queue->taker_end++] = future;
    return future;
}

const rh_failure *rh_receive(rh_workflow *workflow, const char *name, const rh_value **value)
{
    return rh_await(workflow, rh_next_signal(workflow, name), value);
}

const rh_failure *rh_receive_for(rh_workflow *workflow, const char *name, rh_duration timeout,
                                 const rh_value **value, bool *received)
{
    rh_future *signal = rh_next_signal(workflow, name);
    if (!signal->is_ready) {
        rh_future *timer = rh_timer(workflow, timeout);
        rh_await_any(workflow, (rh_future *const[]){signal, timer}, 2);
        rh_future_end_wait(workflow, timer);
    }
    bool came = signal->is_ready && !signal->failure;
    const rh_failure *failure = signal->is_ready ? signal->failure : NULL;
    if (received)
        *received = came;
    if (value)
        *value = came ? signal->result : NULL;
    rh_future_cancel(workflow, signal); /* it takes none any more */
    return failure;
}

bool rh_receive_now(rh_workflow *workflow, const char *name, const rh_value **value)
{
    rh_signal_queue *queue = ask(workflow, name);
    if (queue->first == queue->end)
        return false;
    const rh_value *received = queue->values[queue->first++];
    if (value)
        *value = received;
    return true;
}

/* ---- what nobody received -------------------------------------------------------------------- */

static const char *hint(const rh_workflow *workflow, const rh_signal_queue *queue)
{
    char buffer[128];
    rh_nearest nearest = rh_nearest_begin(queue->name->text);
    for (const rh_signal_queue *known = workflow->signals; known; known = known->next)
        if (known->was_asked)
            rh_nearest_offer(&nearest, known->name->text);
    return rh_format(&workflow->world->arena, "the workflow never asked for it%s",
                     rh_nearest_hint(&nearest, buffer, sizeof buffer));
}

void rh_signals_report_unhandled(rh_workflow *workflow)
{
    for (const rh_signal_queue *queue = workflow->signals; queue; queue = queue->next) {
        if (queue->first == queue->end)
            continue;
        rh_entry entry = {
            .kind = RH_ENTRY_SIGNAL_UNHANDLED,
            .code = !queue->was_asked,
            .name = queue->name,
            .text = queue->was_asked ? "it came after the last one was received"
                                     : hint(workflow, queue),
        };
        rh_execution_journal(workflow->execution, &entry);
    }
}

void rh_signals_tell_unasked(const rh_workflow *workflow, rh_tell_waiting *tell, void *context)
{
    for (const rh_signal_queue *queue = workflow->signals; queue; queue = queue->next)
        if (!queue->was_asked)
            tell(context, rh_format(&workflow->world->arena, "signal '%s'", queue->name->text),
                 rh_format(&workflow->world->arena, "somebody to receive it: %s",
                           hint(workflow, queue)));
}
