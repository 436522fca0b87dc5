/* Wait groups, mutexes and semaphores: counts that coroutines wait for. Who waits asks again each
 * time the count has changed, in the order of the coroutines. */
#include "rehearse/together.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

typedef struct room {
    const char *what; /* "mutex 'deploy'" */
    rh_waiter waiter;
    int64_t taken, size;
} room;

struct rh_wait_group {
    room count; /* taken: open */
    bool is_waited_for;
};
struct rh_mutex {
    room count;
};
struct rh_semaphore {
    room count;
};

static room new_count(rh_workflow *workflow, const char *kind, const char *name, int64_t size)
{
    rh_arena *arena = &workflow->world->arena;
    return (room){.what = name ? rh_format(arena, "%s '%s'", kind, name) : kind, .size = size};
}

static void check_writable(rh_workflow *workflow)
{
    rh_check_writable(workflow, "a function of a wait group, mutex or semaphore");
}

/* Waits until `weight` fits in between what is taken and the size. */
static const rh_failure *wait_for_room(rh_workflow *workflow, room *count, int64_t weight)
{
    rh_routine_state *routine = workflow->current;
    check_writable(workflow);
    for (bool was_woken = false; count->size - count->taken < weight; was_woken = true) {
        if (routine->scope->is_canceled)
            return rh_failure_canceled(&workflow->world->arena, NULL, NULL);
        rh_routine_listen(workflow, &count->waiter);
        rh_routine_listen(workflow, &routine->scope->waiter);
        routine->is_checking = was_woken; /* asking again is no progress */
        rh_routine_wait(workflow, &(rh_wait_place){.kind = RH_WAIT_SHARED, .shared = count->what});
    }
    return NULL;
}

static void give_back(rh_workflow *workflow, room *count, int64_t weight, const char *wrong)
{
    check_writable(workflow);
    count->taken -= weight;
    if (count->taken < 0)
        rh_routine_break(workflow, rh_format(&workflow->world->arena, "%s %s", count->what, wrong));
    rh_routines_wake(workflow, &count->waiter);
}

/* ---- wait groups ----------------------------------------------------------------------------- */

rh_wait_group *rh_wait_group_new(rh_workflow *workflow, const char *name)
{
    rh_wait_group *group = RH_NEW(&workflow->world->arena, rh_wait_group);
    group->count = new_count(workflow, "wait group", name, 0);
    return group;
}

void rh_wait_group_add(rh_workflow *workflow, rh_wait_group *group, int64_t delta)
{
    give_back(workflow, &group->count, -delta, "has a negative count");
}

void rh_wait_group_done(rh_workflow *workflow, rh_wait_group *group)
{
    rh_wait_group_add(workflow, group, -1);
}

typedef struct member {
    rh_wait_group *group;
    rh_routine *routine;
    void *data;
} member;

static const rh_failure *run_member(rh_workflow *workflow, void *data, const rh_value **result)
{
    const member *one = data;
    const rh_failure *failure = one->routine(workflow, one->data, result);
    rh_wait_group_done(workflow, one->group);
    return failure;
}

rh_future *rh_wait_group_spawn(rh_workflow *workflow, rh_wait_group *group, const char *name,
                               rh_routine *routine, void *data)
{
    member *one = RH_NEW(&workflow->world->arena, member);
    *one = (member){group, routine, data};
    rh_wait_group_add(workflow, group, 1);
    return rh_spawn(workflow, name, run_member, one);
}

const rh_failure *rh_wait_group_wait(rh_workflow *workflow, rh_wait_group *group)
{
    if (group->count.taken == 0)
        return NULL;
    if (group->is_waited_for)
        rh_routine_break(workflow, rh_format(&workflow->world->arena, "%s is waited for already",
                                             group->count.what));
    group->is_waited_for = true;
    const rh_failure *failure = wait_for_room(workflow, &group->count, 0);
    group->is_waited_for = false;
    return failure;
}

/* ---- mutexes --------------------------------------------------------------------------------- */

rh_mutex *rh_mutex_new(rh_workflow *workflow, const char *name)
{
    rh_mutex *mutex = RH_NEW(&workflow->world->arena, rh_mutex);
    mutex->count = new_count(workflow, "mutex", name, 1);
    return mutex;
}

const rh_failure *rh_mutex_lock(rh_workflow *workflow, rh_mutex *mutex)
{
    const rh_failure *failure = wait_for_room(workflow, &mutex->count, 1);
    mutex->count.taken += !failure;
    return failure;
}

bool rh_mutex_try_lock(rh_workflow *workflow, rh_mutex *mutex)
{
    check_writable(workflow);
    bool was_free = !rh_mutex_is_locked(mutex);
    mutex->count.taken = 1;
    return was_free;
}

void rh_mutex_unlock(rh_workflow *workflow, rh_mutex *mutex)
{
    give_back(workflow, &mutex->count, 1, "is not locked");
}

bool rh_mutex_is_locked(const rh_mutex *mutex)
{
    return mutex->count.taken == 1;
}

/* ---- semaphores ------------------------------------------------------------------------------ */

rh_semaphore *rh_semaphore_new(rh_workflow *workflow, const char *name, int64_t size)
{
    rh_semaphore *semaphore = RH_NEW(&workflow->world->arena, rh_semaphore);
    semaphore->count = new_count(workflow, "semaphore", name, size);
    return semaphore;
}

const rh_failure *rh_semaphore_acquire(rh_workflow *workflow, rh_semaphore *semaphore,
                                       int64_t weight)
{
    const rh_failure *failure = wait_for_room(workflow, &semaphore->count, weight);
    semaphore->count.taken += failure ? 0 : weight;
    return failure;
}

bool rh_semaphore_try_acquire(rh_workflow *workflow, rh_semaphore *semaphore, int64_t weight)
{
    check_writable(workflow);
    bool fits = semaphore->count.size - semaphore->count.taken >= weight;
    semaphore->count.taken += fits ? weight : 0;
    return fits;
}

void rh_semaphore_release(rh_workflow *workflow, rh_semaphore *semaphore, int64_t weight)
{
    give_back(workflow, &semaphore->count, weight, "is given back more than is held");
}
