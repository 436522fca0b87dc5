/* Concurrency groups: one holds, one waits (queue: max lets 100 wait). Verdicts
 * travel as signals, so that a replayed run sees them where they came. */
#include "sim/actions/server_world.h"
#include "sim/base/value.h"

enum { LONGEST_QUEUE = 100 };

static const char higher_priority[] =
    "Canceling since a higher priority waiting request for '%s' exists";

/* ---- verdicts -------------------------------------------------------------------------------- */

typedef struct verdict {
    rh_execution *execution;
    const rh_value *value;
} verdict;

static void deliver(rh_world *world, void *data)
{
    const verdict *given = data;
    (void)world;
    rh_execution_signal(given->execution, "concurrency", given->value);
}

/* Delivered when the workflow tasks of this instant are over: a run must not be
 * told anything while it decides. */
static void tell(rh_world *world, const rh_group_place *place, bool granted, const char *why)
{
    rh_arena *arena = &world->arena;
    verdict *given = RH_NEW(arena, verdict);
    given->execution = place->execution;
    given->value = rh_value_copy(arena, RH_OBJECT_OF({"ticket", rh_integer(place->ticket)},
                                                     {"granted", rh_boolean(granted)},
                                                     {"why", rh_string(why)}));
    rh_world_at(world, rh_world_now(world), deliver, given);
}

/* ---- groups ---------------------------------------------------------------------------------- */

static rh_group *find_group(rh_world *world, const char *name)
{
    rh_server_world *shared = rh_server_world_of(world);
    for (rh_group *group = shared->groups; group; group = group->next)
        if (rh_same_ignoring_case(group->name, name))
            return group;
    rh_group *group = RH_NEW(&world->arena, rh_group);
    group->name = name;
    group->next = shared->groups;
    shared->groups = group;
    return group;
}

static bool is_of(const rh_group_place *place, const rh_execution *execution, uint32_t ticket)
{
    return place->execution == execution && place->ticket == ticket;
}

static bool has_asked(const rh_group *group, const rh_group_request *request)
{
    if (group->holder && is_of(group->holder, request->execution, request->ticket))
        return true;
    for (const rh_group_place *place = group->pending; place; place = place->next)
        if (is_of(place, request->execution, request->ticket))
            return true;
    return false;
}

static void append(rh_group *group, rh_group_place *place)
{
    rh_group_place **end = &group->pending;
    while (*end)
        end = &(*end)->next;
    *end = place;
}

static size_t queue_length(const rh_group *group)
{
    size_t length = 0;
    for (const rh_group_place *place = group->pending; place; place = place->next)
        length++;
    return length;
}

void rh_group_ask(rh_world *world, const rh_group_request *request)
{
    rh_group *group = find_group(world, request->group);
    if (has_asked(group, request))
        return;
    rh_group_place *place = RH_NEW(&world->arena, rh_group_place);
    *place = (rh_group_place){.execution = request->execution, .ticket = request->ticket};
    if (!group->holder) {
        group->holder = place;
        tell(world, place, true, NULL);
        return;
    }
    const char *why = rh_format(&world->arena, higher_priority, group->name);
    if (request->queue_max && !request->cancel_in_progress) {
        if (queue_length(group) < LONGEST_QUEUE)
            append(group, place);
        else
            tell(world, place, false,
                 rh_format(&world->arena,
                           "the queue of the concurrency group '%s' is full (%d wait)", group->name,
                           LONGEST_QUEUE));
        return;
    }
    for (const rh_group_place *older = group->pending; older; older = older->next)
        tell(world, older, false, why);
    group->pending = place;
    if (request->cancel_in_progress)
        tell(world, group->holder, false, why);
}

/* ---- giving back ----------------------------------------------------------------------------- */

static void pass_on(rh_world *world, rh_group *group)
{
    group->holder = group->pending;
    if (!group->holder)
        return;
    group->pending = group->holder->next;
    group->holder->next = NULL;
    tell(world, group->holder, true, NULL);
}

/* `ticket` RH_NO_TICKET: all of them. */
static void release(rh_world *world, rh_group *group, const rh_execution *execution,
                    uint32_t ticket)
{
    rh_group_place **place = &group->pending;
    while (*place) {
        if ((*place)->execution == execution &&
            (ticket == RH_NO_TICKET || (*place)->ticket == ticket))
            *place = (*place)->next;
        else
            place = &(*place)->next;
    }
    if (group->holder && group->holder->execution == execution &&
        (ticket == RH_NO_TICKET || group->holder->ticket == ticket))
        pass_on(world, group);
}

void rh_group_release(rh_world *world, const rh_execution *execution, uint32_t ticket)
{
    rh_server_world *shared = rh_server_world_of(world);
    for (rh_group *group = shared->groups; group; group = group->next)
        release(world, group, execution, ticket);
}

void rh_group_release_all(rh_world *world, const rh_execution *execution)
{
    rh_server_world *shared = world->actions;
    for (rh_group *group = shared ? shared->groups : NULL; group; group = group->next)
        release(world, group, execution, RH_NO_TICKET);
}
