#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/durable/channel.h"

typedef struct rh_signal_queue {
    struct rh_signal_queue *next;
    const rh_name *name;
    bool was_asked; /* the code wanted a signal of this name */
    rh_channel channel;
} rh_signal_queue;

static rh_signal_queue *queue_of(rh_workflow *workflow, const rh_name *name)
{
    rh_signal_queue **end = &workflow->signals;
    for (; *end; end = &(*end)->next)
        if ((*end)->name == name)
            return *end;
    rh_signal_queue *queue = RH_NEW(&workflow->world->arena, rh_signal_queue);
    queue->name = name;
    rh_channel_init(&queue->channel, name->text, SIZE_MAX);
    queue->channel.is_of_signals = true;
    return *end = queue;
}

rh_channel *rh_signal_channel(rh_workflow *workflow, const char *name)
{
    rh_signal_queue *queue = queue_of(workflow, rh_names_intern(&workflow->world->names, name));
    queue->was_asked = true;
    return &queue->channel;
}

void rh_signals_deliver(rh_workflow *workflow, const rh_name *name, const rh_value *value)
{
    rh_channel_give(workflow, &queue_of(workflow, name)->channel, value);
}

rh_future *rh_next_signal(rh_workflow *workflow, const char *name)
{
    rh_channel *channel = rh_signal_channel(workflow, name);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_SIGNAL, channel->name);
    const rh_value *value;
    if (rh_future_enter_scope(workflow, future))
        return future;
    if (rh_channel_take(workflow, channel, &value, &future->more))
        rh_future_settle(workflow, future, value, NULL);
    else
        rh_party_add(workflow, &channel->receivers, future);
    return future;
}

const rh_failure *rh_receive(rh_workflow *workflow, const char *name, const rh_value **value)
{
    return rh_await(workflow, rh_next_signal(workflow, name), value);
}

const rh_failure *rh_receive_for(rh_workflow *workflow, const char *name, rh_duration timeout,
                                 const rh_value **value, bool *received)
{
    return rh_receive_while(workflow, rh_next_signal(workflow, name), timeout, value, NULL,
                            received);
}

bool rh_receive_now(rh_workflow *workflow, const char *name, const rh_value **value)
{
    const rh_value *taken;
    bool more;
    if (!rh_channel_take(workflow, rh_signal_channel(workflow, name), &taken, &more))
        return false;
    if (value)
        *value = taken;
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
        if (!rh_channel_length(&queue->channel))
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
