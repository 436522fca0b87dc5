#include "sim/durable/durable.h"

rh_scope *rh_scope_new(rh_workflow *workflow, rh_scope *parent, bool is_connected)
{
    rh_scope *scope = RH_NEW(&workflow->world->arena, rh_scope);
    scope->parent = parent;
    scope->session = parent ? parent->session : NULL;
    if (parent && is_connected) {
        scope->sibling = parent->children;
        parent->children = scope;
        scope->is_canceled = parent->is_canceled;
    }
    return scope;
}

rh_scope *rh_scope_begin(rh_workflow *workflow)
{
    rh_routine_state *routine = workflow->current;
    return routine->scope = rh_scope_new(workflow, routine->scope, true);
}

rh_scope *rh_scope_begin_disconnected(rh_workflow *workflow)
{
    rh_routine_state *routine = workflow->current;
    return routine->scope = rh_scope_new(workflow, routine->scope, false);
}

void rh_scope_end(rh_workflow *workflow, rh_scope *scope)
{
    rh_routine_state *routine = workflow->current;
    if (routine->scope != scope || !scope->parent)
        rh_routine_break(workflow, "rh_scope_end was called with a scope that is not the current "
                                   "one");
    routine->scope = scope->parent;
}

/* Futures are listed newest first; they are canceled in the order they were made. */
static rh_future *in_order(rh_future *newest)
{
    rh_future *reversed = NULL;
    while (newest) {
        rh_future *next = newest->scope_next;
        newest->scope_next = reversed;
        reversed = newest;
        newest = next;
    }
    return reversed;
}

static rh_scope *children_in_order(rh_scope *newest)
{
    rh_scope *reversed = NULL;
    while (newest) {
        rh_scope *next = newest->sibling;
        newest->sibling = reversed;
        reversed = newest;
        newest = next;
    }
    return reversed;
}

void rh_scope_cancel(rh_workflow *workflow, rh_scope *scope)
{
    if (scope->is_canceled)
        return;
    scope->is_canceled = true;
    rh_future *future = in_order(scope->futures);
    scope->futures = NULL;
    while (future) {
        rh_future *next = future->scope_next;
        rh_future_cancel(workflow, future);
        future = next;
    }
    rh_routines_wake(workflow, &scope->waiter);
    scope->children = children_in_order(scope->children);
    for (rh_scope *child = scope->children; child; child = child->sibling)
        rh_scope_cancel(workflow, child);
}

bool rh_is_canceled(const rh_workflow *workflow)
{
    return workflow->current->scope->is_canceled;
}
