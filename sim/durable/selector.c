/* Waiting for the first of several things. A selection waits as one party in the list of each of
 * its branches; the first that is settled decides it, and takes the others out. */
#include "sim/base/value.h"
#include "sim/durable/channel.h"

typedef struct branch {
    enum { RECEIVE, SEND, FUTURE } kind;
    bool is_spent; /* it has been taken, and is not taken again */
    rh_channel *channel;
    const rh_value *value;
    rh_future *future;
} branch;

struct rh_selector {
    rh_workflow *workflow;
    const char *name;
    branch *branches;
    size_t count, capacity;
};

rh_selector *rh_selector_new(rh_workflow *workflow, const char *name)
{
    rh_arena *arena = &workflow->world->arena;
    rh_selector *selector = RH_NEW(arena, rh_selector);
    selector->workflow = workflow;
    selector->name = rh_arena_string(arena, name ? name : "selection");
    return selector;
}

static size_t add(rh_selector *selector, branch added)
{
    selector->branches =
        rh_arena_reserve(&selector->workflow->world->arena, selector->branches,
                         sizeof *selector->branches, selector->count + 1, &selector->capacity);
    selector->branches[selector->count] = added;
    return selector->count++;
}

size_t rh_select_receive(rh_selector *selector, rh_channel *channel)
{
    return add(selector, (branch){.kind = RECEIVE, .channel = channel});
}

size_t rh_select_send(rh_selector *selector, rh_channel *channel, const rh_value *value)
{
    rh_arena *arena = &selector->workflow->world->arena;
    return add(selector,
               (branch){.kind = SEND, .channel = channel, .value = rh_value_copy(arena, value)});
}

size_t rh_select_future(rh_selector *selector, rh_future *future)
{
    return add(selector, (branch){.kind = FUTURE, .future = future});
}

void rh_selector_describe(rh_text *text, const rh_selector *selector)
{
    const char *separator = "";
    rh_text_printf(text, "selection '%s' of ", selector->name);
    for (size_t i = 0; i < selector->count; i++) {
        const branch *one = &selector->branches[i];
        if (one->is_spent)
            continue;
        rh_text_puts(text, separator);
        if (one->kind == FUTURE)
            rh_future_describe(text, one->future);
        else
            rh_channel_describe(text, one->channel);
        separator = ", ";
    }
    if (!*separator)
        rh_text_puts(text, "nothing");
}

/* ---- taking a branch ------------------------------------------------------------------------- */

static bool take(rh_workflow *workflow, const branch *one, rh_selected *selected)
{
    switch (one->kind) {
    case RECEIVE:
        return rh_channel_take(workflow, one->channel, &selected->value, &selected->more);
    case SEND:
        if (one->channel->is_closed)
            rh_routine_break(workflow, rh_format(&workflow->world->arena, "channel '%s' is closed",
                                                 one->channel->name));
        return rh_channel_give(workflow, one->channel, one->value);
    case FUTURE:
        selected->value = one->future->result;
        selected->failure = one->future->failure;
        return one->future->is_ready;
    }
    return false;
}

/* What can be taken once only. */
static void spend(rh_selector *selector, const rh_selected *selected)
{
    branch *taken = &selector->branches[selected->branch];
    taken->is_spent = taken->kind == FUTURE || (taken->kind == RECEIVE && !selected->more);
}

bool rh_select_now(rh_workflow *workflow, rh_selector *selector, rh_selected *selected)
{
    for (size_t i = 0; i < selector->count; i++) {
        *selected = (rh_selected){.branch = i, .more = true};
        if (selector->branches[i].is_spent || !take(workflow, &selector->branches[i], selected))
            continue;
        spend(selector, selected);
        return true;
    }
    *selected = (rh_selected){.branch = selector->count, .more = true};
    return false;
}

bool rh_select_is_ready(const rh_selector *selector)
{
    for (size_t i = 0; i < selector->count; i++) {
        const branch *one = &selector->branches[i];
        if (one->is_spent)
            continue;
        if ((one->kind == RECEIVE && rh_channel_has_value(one->channel)) ||
            (one->kind == SEND && rh_channel_has_room(one->channel)) ||
            (one->kind == FUTURE && one->future->is_ready))
            return true;
    }
    return false;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static rh_parties *parties_of(branch *one)
{
    if (one->kind == FUTURE)
        return &one->future->parties;
    return one->kind == RECEIVE ? &one->channel->receivers : &one->channel->senders;
}

const rh_failure *rh_select(rh_workflow *workflow, rh_selector *selector, rh_selected *selected)
{
    if (rh_select_now(workflow, selector, selected))
        return NULL;
    rh_future *decision = rh_future_new(workflow, RH_FUTURE_SELECT, selector->name);
    decision->selector = selector;
    if (rh_future_enter_scope(workflow, decision))
        return decision->failure;
    rh_selected *kept = RH_NEW(&workflow->world->arena, rh_selected);
    for (size_t i = 0; i < selector->count; i++) {
        branch *one = &selector->branches[i];
        if (one->is_spent)
            continue;
        rh_party *party = rh_party_add(workflow, parties_of(one), decision);
        party->selected = kept;
        party->branch = i;
        party->value = one->value;
    }
    rh_await(workflow, decision, NULL);
    for (size_t i = 0; i < selector->count; i++)
        rh_parties_remove(parties_of(&selector->branches[i]), kept);
    if (decision->failure)
        return decision->failure;
    *selected = *kept;
    spend(selector, selected);
    return NULL;
}
