#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

static void wait_for(rh_workflow *workflow, rh_future *future)
{
    while (!future->is_ready) {
        rh_routine_listen(workflow, &future->waiter);
        rh_routine_wait(workflow, &(rh_wait_place){.kind = RH_WAIT_ONE, .one = future});
    }
}

const rh_failure *rh_await(rh_workflow *workflow, rh_future *future, const rh_value **result)
{
    wait_for(workflow, future);
    if (result)
        *result = future->result;
    return future->failure;
}

const rh_failure *rh_await_all(rh_workflow *workflow, rh_future *const *futures, size_t count,
                               const rh_value **results)
{
    const rh_failure *first = NULL;
    for (size_t i = 0; i < count; i++) {
        while (!futures[i]->is_ready) {
            rh_routine_listen(workflow, &futures[i]->waiter);
            rh_routine_wait(workflow, &(rh_wait_place){.kind = RH_WAIT_ALL,
                                                       .one = futures[i],
                                                       .futures = futures,
                                                       .count = count});
        }
        if (results)
            results[i] = futures[i]->result;
        if (!first)
            first = futures[i]->failure;
    }
    return first;
}

size_t rh_await_any(rh_workflow *workflow, rh_future *const *futures, size_t count)
{
    if (count == 0)
        rh_routine_break(workflow, "rh_await_any was called with no futures");
    for (;;) {
        for (size_t i = 0; i < count; i++)
            if (futures[i]->is_ready)
                return i;
        for (size_t i = 0; i < count; i++)
            rh_routine_listen(workflow, &futures[i]->waiter);
        rh_routine_wait(workflow,
                        &(rh_wait_place){.kind = RH_WAIT_ANY, .futures = futures, .count = count});
    }
}

const rh_failure *rh_sleep(rh_workflow *workflow, rh_duration duration)
{
    return rh_await(workflow, rh_timer(workflow, duration), NULL);
}

/* Makes the current routine hear of anything that could change a condition. */
static void listen_for_changes(rh_workflow *workflow, rh_future *timer)
{
    const rh_routine_state *routine = workflow->current;
    rh_waiter *waiter = rh_arena_alloc(&workflow->world->arena, sizeof *waiter);
    *waiter = (rh_waiter){workflow->conditions, routine->index, routine->wait};
    workflow->conditions = waiter;
    rh_routine_listen(workflow, &routine->scope->waiter);
    if (timer)
        rh_routine_listen(workflow, &timer->waiter);
}

const rh_failure *rh_await_condition(rh_workflow *workflow, rh_condition *condition, void *data,
                                     rh_duration timeout, bool *met)
{
    rh_routine_state *routine = workflow->current;
    rh_future *timer = NULL;
    bool was_woken = false;
    bool holds;
    while (!(holds = condition(data))) {
        if (routine->scope->is_canceled)
            break;
        if (timeout > 0 && !timer)
            timer = rh_timer(workflow, timeout);
        if (timer && timer->is_ready)
            break;
        listen_for_changes(workflow, timer);
        routine->is_checking = was_woken; /* asking again is no progress */
        rh_routine_wait(workflow, &(rh_wait_place){.kind = RH_WAIT_CONDITION});
        was_woken = true;
    }
    if (timer)
        rh_future_end_wait(workflow, timer);
    if (met)
        *met = holds;
    if (!holds && routine->scope->is_canceled)
        return rh_failure_canceled(&workflow->world->arena, NULL, NULL);
    return NULL;
}
