#include "sim/durable/channel.h"

#include "sim/base/value.h"

/* ---- parties --------------------------------------------------------------------------------- */

rh_party *rh_party_add(rh_workflow *workflow, rh_parties *parties, rh_future *future)
{
    rh_party *party = RH_NEW(&workflow->world->arena, rh_party);
    party->future = future;
    if (parties->last)
        parties->last->next = party;
    else
        parties->first = party;
    return parties->last = party;
}

static rh_party *take_first(rh_parties *parties)
{
    rh_party *party = parties->first;
    if (!party)
        return NULL;
    parties->first = party->next;
    if (!parties->first)
        parties->last = NULL;
    return party;
}

void rh_parties_remove(rh_parties *parties, const rh_selected *selected)
{
    rh_party *last = NULL;
    for (rh_party **link = &parties->first; *link;) {
        if ((*link)->selected == selected) {
            *link = (*link)->next;
        } else {
            last = *link;
            link = &last->next;
        }
    }
    parties->last = last;
}

bool rh_party_settle(rh_workflow *workflow, const rh_party *party, const rh_value *value, bool more,
                     const rh_failure *failure)
{
    if (party->future->is_ready)
        return false;
    party->future->more = more;
    if (party->selected) {
        *party->selected = (rh_selected){party->branch, value, more, failure};
        rh_future_settle(workflow, party->future, NULL, NULL);
    } else {
        rh_future_settle(workflow, party->future, value, failure);
    }
    return true;
}

static bool has_open(const rh_parties *parties)
{
    for (const rh_party *party = parties->first; party; party = party->next)
        if (!party->future->is_ready)
            return true;
    return false;
}

/* ---- the buffer ------------------------------------------------------------------------------ */

void rh_channel_init(rh_channel *channel, const char *name, size_t capacity)
{
    *channel = (rh_channel){.name = name, .capacity = capacity};
}

rh_channel *rh_channel_new(rh_workflow *workflow, const char *name, size_t capacity)
{
    rh_arena *arena = &workflow->world->arena;
    rh_channel *channel = RH_NEW(arena, rh_channel);
    rh_channel_init(channel, rh_arena_string(arena, name ? name : "channel"), capacity);
    return channel;
}

size_t rh_channel_length(const rh_channel *channel)
{
    return channel->end - channel->first;
}

static void put(rh_workflow *workflow, rh_channel *channel, const rh_value *value)
{
    if (channel->first == channel->end)
        channel->first = channel->end = 0;
    channel->values =
        rh_arena_reserve(&workflow->world->arena, channel->values, sizeof *channel->values,
                         channel->end + 1, &channel->reserved);
    channel->values[channel->end++] = value;
}

/* The value of the sender that has waited longest. */
static bool take_from_sender(rh_workflow *workflow, rh_channel *channel, const rh_value **value)
{
    for (rh_party *sender; (sender = take_first(&channel->senders));) {
        if (!rh_party_settle(workflow, sender, NULL, true, NULL))
            continue;
        *value = sender->value;
        return true;
    }
    return false;
}

bool rh_channel_take(rh_workflow *workflow, rh_channel *channel, const rh_value **value, bool *more)
{
    const rh_value *next;
    rh_check_writable(workflow, "a function that receives");
    *value = NULL;
    *more = true;
    if (channel->first < channel->end) {
        *value = channel->values[channel->first++];
        if (take_from_sender(workflow, channel, &next))
            put(workflow, channel, next);
        return true;
    }
    if (channel->is_closed) {
        *more = false;
        return true;
    }
    return take_from_sender(workflow, channel, value);
}

bool rh_channel_give(rh_workflow *workflow, rh_channel *channel, const rh_value *value)
{
    for (const rh_party *receiver; (receiver = take_first(&channel->receivers));)
        if (rh_party_settle(workflow, receiver, value, true, NULL))
            return true;
    if (rh_channel_length(channel) >= channel->capacity)
        return false;
    put(workflow, channel, value);
    return true;
}

bool rh_channel_has_value(const rh_channel *channel)
{
    return channel->first < channel->end || channel->is_closed || has_open(&channel->senders);
}

bool rh_channel_has_room(const rh_channel *channel)
{
    return rh_channel_length(channel) < channel->capacity || has_open(&channel->receivers);
}

void rh_channel_describe(rh_text *text, const rh_channel *channel)
{
    rh_text_printf(text, "%s '%s'", channel->is_of_signals ? "signal" : "channel", channel->name);
}

/* ---- sending --------------------------------------------------------------------------------- */

static const rh_value *check_sending(rh_workflow *workflow, const rh_channel *channel,
                                     const rh_value *value)
{
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_send");
    if (channel->is_of_signals)
        rh_routine_break(workflow,
                         rh_format(arena, "signal '%s' is not for sending to", channel->name));
    if (channel->is_closed)
        rh_routine_break(workflow, rh_format(arena, "channel '%s' is closed", channel->name));
    return rh_value_copy(arena, value);
}

const rh_failure *rh_send(rh_workflow *workflow, rh_channel *channel, const rh_value *value)
{
    value = check_sending(workflow, channel, value);
    if (rh_channel_give(workflow, channel, value))
        return NULL;
    rh_future *room = rh_future_new(workflow, RH_FUTURE_SEND, channel->name);
    if (!rh_future_enter_scope(workflow, room)) {
        rh_party_add(workflow, &channel->senders, room)->value = value;
        rh_await(workflow, room, NULL);
    }
    if (!room->failure && !room->more)
        check_sending(workflow, channel, value); /* closed meanwhile: ends here */
    return room->failure;
}

bool rh_send_now(rh_workflow *workflow, rh_channel *channel, const rh_value *value)
{
    return rh_channel_give(workflow, channel, check_sending(workflow, channel, value));
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void hand_over(const rh_value *from, bool had_more, const rh_value **value, bool *more)
{
    if (value)
        *value = from;
    if (more)
        *more = had_more;
}

static rh_future *receiving(rh_workflow *workflow, rh_channel *channel)
{
    rh_future *future =
        rh_future_new(workflow, channel->is_of_signals ? RH_FUTURE_SIGNAL : RH_FUTURE_RECEIVE,
                      channel->name);
    const rh_value *value;
    if (rh_channel_take(workflow, channel, &value, &future->more))
        rh_future_settle(workflow, future, value, NULL);
    else if (!rh_future_enter_scope(workflow, future))
        rh_party_add(workflow, &channel->receivers, future);
    return future;
}

const rh_failure *rh_channel_receive(rh_workflow *workflow, rh_channel *channel,
                                     const rh_value **value, bool *more)
{
    rh_future *future = receiving(workflow, channel);
    rh_await(workflow, future, NULL);
    hand_over(future->result, future->more, value, more);
    return future->failure;
}

const rh_failure *rh_receive_while(rh_workflow *workflow, rh_future *future, rh_duration timeout,
                                   const rh_value **value, bool *more, bool *received)
{
    if (!future->is_ready) {
        rh_future *timer = rh_timer(workflow, timeout);
        rh_await_any(workflow, (rh_future *const[]){future, timer}, 2);
        rh_future_end_wait(workflow, timer);
    }
    bool came = future->is_ready && !future->failure;
    const rh_failure *failure = future->is_ready ? future->failure : NULL;
    if (received)
        *received = came;
    hand_over(came ? future->result : NULL, !came || future->more, value, more);
    rh_future_cancel(workflow, future); /* it takes none any more */
    return failure;
}

const rh_failure *rh_channel_receive_for(rh_workflow *workflow, rh_channel *channel,
                                         rh_duration timeout, const rh_value **value, bool *more,
                                         bool *received)
{
    return rh_receive_while(workflow, receiving(workflow, channel), timeout, value, more, received);
}

bool rh_channel_receive_now(rh_workflow *workflow, rh_channel *channel, const rh_value **value,
                            bool *more)
{
    const rh_value *taken;
    bool had_more;
    bool received = rh_channel_take(workflow, channel, &taken, &had_more);
    hand_over(taken, had_more, value, more);
    return received && had_more;
}

void rh_channel_close(rh_workflow *workflow, rh_channel *channel)
{
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_channel_close");
    if (channel->is_of_signals)
        rh_routine_break(workflow, rh_format(arena, "signal '%s' cannot be closed", channel->name));
    if (channel->is_closed)
        rh_routine_break(workflow,
                         rh_format(arena, "channel '%s' is closed already", channel->name));
    channel->is_closed = true;
    for (const rh_party *receiver; (receiver = take_first(&channel->receivers));)
        rh_party_settle(workflow, receiver, NULL, false, NULL);
    for (const rh_party *sender; (sender = take_first(&channel->senders));)
        if (!sender->selected) /* one in a selection is never taken */
            rh_party_settle(workflow, sender, NULL, false, NULL);
}
