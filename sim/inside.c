#include "sim/inside.h"

#include <assert.h>

#include "sim/attempt.h"
#include "sim/base/value.h"
#include "sim/world.h"

/*   make ---> NEW --run_later--> READY <---> WAITING          (while its body has not returned)
 *                                  |            |
 *                                  +--> OVER <--+             (it has, or was ended)
 */
typedef enum inside_state { NEW, READY, WAITING, OVER } inside_state;

typedef enum ending { COMPLETES, FAILS, CANCELS } ending;

struct rh_inside {
    rh_world *world;
    rh_attempt *attempt;
    rh_coroutine coroutine;
    inside_state state;
    bool woken; /* something came since the last wait returned */
    bool told;
    bool has_stack;
    rh_inside_body *body;
    void *data;
    rh_inner *children; /* newest first */
    rh_clock_timer timer;
    rh_inside *ready_next;
    rh_inside *live_next, *live_previous; /* those that have a stack */
    ending ending;
    const rh_value *value;
    const rh_failure *failure;
};

/* ---- where the coroutine is ------------------------------------------------------------------ */

rh_world *rh_inside_world(const rh_inside *inside)
{
    return inside->world;
}

rh_arena *rh_inside_arena(const rh_inside *inside)
{
    return &inside->world->arena;
}

rh_time rh_inside_now(const rh_inside *inside)
{
    return rh_world_now(inside->world);
}

uint32_t rh_inside_call(const rh_inside *inside)
{
    return inside->attempt->request.call_index;
}

const char *rh_inside_host(const rh_inside *inside)
{
    return inside->attempt->host->name;
}

rh_attempt *rh_inside_attempt(const rh_inside *inside)
{
    return inside->attempt;
}

void rh_inside_adopt(rh_inside *inside, rh_inner *child)
{
    child->next = inside->children;
    inside->children = child;
}

bool rh_inside_is_told(const rh_inside *inside)
{
    return inside->told;
}

bool rh_inside_host_stops(const rh_inside *inside)
{
    return inside->attempt->host->state == RH_HOST_DOWN; /* and not lost: it would not ask */
}

/* ---- running --------------------------------------------------------------------------------- */

void rh_inside_run_later(rh_inside *inside)
{
    rh_world *world = inside->world;
    assert(inside->state == NEW || inside->state == WAITING);
    inside->state = READY;
    inside->ready_next = NULL;
    if (world->insides_last)
        world->insides_last->ready_next = inside;
    else
        world->insides_first = inside;
    world->insides_last = inside;
}

void rh_inside_wake(rh_inside *inside)
{
    inside->woken = true;
    if (inside->state == WAITING)
        rh_inside_run_later(inside);
}

static void on_timer(void *owner, rh_clock_timer *timer)
{
    (void)timer;
    rh_inside_wake(owner);
}

static void body_of_inside(void *argument)
{
    rh_inside *inside = argument;
    inside->body(inside, inside->data);
}

rh_inside *rh_inside_make(rh_attempt *attempt, rh_inside_body *body, void *data)
{
    rh_world *world = attempt->world;
    rh_inside *inside = RH_NEW(&world->arena, rh_inside);
    inside->world = world;
    inside->attempt = attempt;
    inside->body = body;
    inside->data = data;
    inside->timer.fire = on_timer;
    inside->timer.owner = inside;
    if (!rh_coroutine_init(&inside->coroutine, &world->stacks, body_of_inside, inside))
        rh_world_stop(world, RH_STOP_OUT_OF_MEMORY, "out of memory for coroutine stacks");
    inside->has_stack = true;
    inside->live_next = world->insides_live;
    if (world->insides_live)
        world->insides_live->live_previous = inside;
    world->insides_live = inside;
    return inside;
}

static void give_stack_back(rh_inside *inside)
{
    rh_world *world = inside->world;
    if (!inside->has_stack)
        return;
    inside->has_stack = false;
    if (inside->live_previous)
        inside->live_previous->live_next = inside->live_next;
    else
        world->insides_live = inside->live_next;
    if (inside->live_next)
        inside->live_next->live_previous = inside->live_previous;
    rh_coroutine_release(&inside->coroutine, &world->stacks);
}

bool rh_inside_has_begun(const rh_inside *inside)
{
    return inside->state != NEW;
}

void rh_inside_tell(rh_inside *inside)
{
    if (inside->state == OVER || (inside->told && !rh_inside_host_stops(inside)))
        return;
    inside->told = true;
    rh_inside_wake(inside);
}

/* Who started them is gone. */
static void end_children(const rh_inside *inside, bool is_lost)
{
    for (rh_inner *child = inside->children; child; child = child->next)
        rh_child_leave(child, is_lost);
}

void rh_inside_end(rh_inside *inside, bool is_lost)
{
    if (inside->state == OVER && !inside->has_stack)
        return;
    assert(inside->world->inside != &inside->coroutine);
    inside->state = OVER;
    rh_clock_disarm(&inside->world->clock, &inside->timer);
    end_children(inside, is_lost);
    give_stack_back(inside);
}

static void run_one(rh_world *world, rh_inside *inside)
{
    inside->state = WAITING;
    world->inside = &inside->coroutine;
    rh_coroutine_state state = rh_coroutine_resume(&inside->coroutine);
    world->inside = NULL;
    if (state == RH_COROUTINE_SUSPENDED)
        return;
    give_stack_back(inside);
    if (state == RH_COROUTINE_ABANDONED)
        rh_world_stop(world, world->stop, "%s", world->stop_text);
    inside->state = OVER;
    end_children(inside, false);
    rh_attempt_inside_over(inside->attempt);
}

bool rh_insides_run(rh_world *world)
{
    bool any = world->insides_first != NULL;
    while (world->insides_first) {
        rh_inside *inside = world->insides_first;
        world->insides_first = inside->ready_next;
        if (!world->insides_first)
            world->insides_last = NULL;
        if (inside->state == READY)
            run_one(world, inside);
    }
    return any;
}

void rh_insides_release(rh_world *world)
{
    while (world->insides_live)
        give_stack_back(world->insides_live);
    world->insides_first = world->insides_last = NULL;
}

void rh_inside_wait(rh_inside *inside, rh_time until)
{
    rh_world *world = inside->world;
    bool is_due = until <= rh_world_now(world);
    if (!inside->woken && !is_due) {
        if (until != RH_FOREVER)
            rh_clock_arm(&world->clock, &inside->timer, until, RH_TIMER_ANSWER,
                         inside->attempt->request.call->scheduled_event_id, 0);
        rh_coroutine_suspend(&inside->coroutine);
        rh_clock_disarm(&world->clock, &inside->timer);
    }
    inside->woken = false;
}

/* ---- how it ends ----------------------------------------------------------------------------- */

void rh_inside_complete(rh_inside *inside, const rh_value *result)
{
    inside->ending = COMPLETES;
    inside->value = rh_value_copy(&inside->world->arena, result);
}

void rh_inside_fail(rh_inside *inside, const rh_failure *failure)
{
    inside->ending = FAILS;
    inside->failure = failure;
}

void rh_inside_cancel(rh_inside *inside, const rh_value *details)
{
    inside->ending = CANCELS;
    inside->value = rh_value_copy(&inside->world->arena, details);
}

void rh_inside_answer(rh_inside *inside)
{
    switch (inside->ending) {
    case COMPLETES:
        rh_attempt_end_with(inside->attempt, inside->value, NULL);
        break;
    case FAILS:
        rh_attempt_end_with(inside->attempt, NULL, inside->failure);
        break;
    case CANCELS:
        rh_attempt_end_canceled(inside->attempt, inside->value);
        break;
    }
}

/* ---- the journal ----------------------------------------------------------------------------- */

void rh_inside_journal(rh_inside *inside, rh_entry *entry)
{
    const rh_attempt_request *mine = &inside->attempt->request;
    entry->run = mine->execution->index;
    if (!entry->call) {
        entry->call = mine->call_index;
        entry->attempt = mine->number;
    }
    rh_world_journal(inside->world, entry);
}

void rh_inside_effect(rh_inside *inside, const rh_script_effect *effect)
{
    rh_attempt_effect(inside->attempt, effect);
}
