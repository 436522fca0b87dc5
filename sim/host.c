#include "sim/host.h"

#include "sim/attempt.h"
#include "sim/local.h"
#include "sim/session.h"
#include "sim/task.h"
#include "sim/world.h"

rh_host_record *rh_host_add(rh_world *world, const char *name, uint32_t slots,
                            const char *const *queues)
{
    rh_arena *arena = &world->arena;
    rh_host_record *host = RH_NEW(arena, rh_host_record);
    host->name = rh_arena_string(arena, name);
    host->slots = slots;
    host->session_limit = RH_HOST_SESSIONS;
    while (queues && queues[host->queue_count])
        host->queue_count++;
    if (queues) {
        host->queues = RH_NEW_ARRAY(arena, const rh_name *, host->queue_count);
        for (size_t i = 0; i < host->queue_count; i++)
            host->queues[i] = rh_names_intern(&world->names, queues[i]);
    }
    rh_host_record **end = &world->hosts;
    while (*end)
        end = &(*end)->next;
    *end = host;
    return host;
}

/* Like hosted runners: nobody declared them, there is always a next one. */
void rh_host_replace_default(rh_world *world)
{
    rh_host_record *host = RH_NEW(&world->arena, rh_host_record);
    host->name = rh_format(&world->arena, "host-%u", ++world->default_hosts);
    host->session_limit = RH_HOST_SESSIONS;
    world->default_host = host;
}

static rh_host_record *first_host(const rh_world *world)
{
    return world->hosts ? world->hosts : world->default_host;
}

rh_host_record *rh_host_find(const rh_world *world, const char *name)
{
    rh_host_record *host = first_host(world);
    while (host && strcmp(host->name, name) != 0)
        host = host->next;
    for (rh_host_record *own = host ? NULL : world->own_hosts; own && !host; own = own->next)
        if (!strcmp(own->name, name))
            host = own;
    return host;
}

bool rh_host_serves(const rh_host_record *host, const rh_name *queue)
{
    const char *of_host = rh_session_host_of(queue);
    if (of_host)
        return !strcmp(of_host, host->name);
    if (!host->queues)
        return true;
    size_t length = rh_session_base_length(queue);
    for (size_t i = 0; i < host->queue_count; i++)
        if (host->queues[i]->length == length &&
            !memcmp(host->queues[i]->text, queue->text, length))
            return true;
    return false;
}

bool rh_host_has_room(const rh_host_record *host, const rh_call *call)
{
    return host->state == RH_HOST_UP &&
           (call->session == RH_SESSION_CREATION ? rh_host_has_place(host)
                                                 : rh_host_has_slot(host)) &&
           rh_host_serves(host, call->task_queue);
}

rh_host_record *rh_host_pick(rh_world *world, const rh_call *call)
{
    rh_host_record *first = first_host(world);
    uint32_t candidates = 0;
    for (rh_host_record *host = first; host; host = host->next)
        candidates += rh_host_has_room(host, call);
    if (!candidates)
        return NULL;
    uint64_t identity = call->task_queue->hash ^ (uint64_t)rh_world_now(world);
    uint32_t chosen = rh_world_choose(world, "host", candidates, identity);
    for (rh_host_record *host = first; host; host = host->next)
        if (rh_host_has_room(host, call) && chosen-- == 0)
            return host;
    return NULL;
}

rh_host_record *rh_host_of_worker(rh_world *world, const rh_name *queue)
{
    uint32_t candidates = 0;
    for (rh_host_record *host = world->hosts; host; host = host->next)
        candidates += host->state == RH_HOST_UP && rh_host_serves(host, queue);
    if (!candidates)
        return world->default_host;
    uint32_t chosen = rh_world_choose(world, "worker", candidates, queue->hash);
    for (rh_host_record *host = world->hosts; host; host = host->next)
        if (host->state == RH_HOST_UP && rh_host_serves(host, queue) && chosen-- == 0)
            return host;
    return NULL;
}

static bool is_declared_for(const rh_world *world, const rh_name *queue)
{
    for (const rh_host_record *host = world->hosts; host; host = host->next)
        if (rh_host_serves(host, queue))
            return true;
    return false;
}

rh_host_record *rh_host_own(rh_world *world, const rh_call *call, uint32_t limit)
{
    if (is_declared_for(world, call->task_queue))
        return rh_host_pick(world, call);
    if (limit && world->own_hosts_used >= limit)
        return NULL;
    rh_host_record *host = RH_NEW(&world->arena, rh_host_record);
    host->name = rh_format(&world->arena, "GitHub Actions %u", ++world->own_hosts_made);
    host->slots = 1;
    host->is_own = true;
    host->next = world->own_hosts;
    world->own_hosts = host;
    world->own_hosts_used++;
    return host;
}

static void journal_host(rh_world *world, rh_entry_kind kind, const rh_host_record *host)
{
    rh_world_journal(world,
                     &(rh_entry){.kind = (uint8_t)kind, .run = RH_NO_RUN, .text = host->name});
}

/* Those of runs whose local activities are there, between two attempts too. */
static void lose_workers(rh_world *world, const rh_host_record *host)
{
    for (size_t i = 0; i < world->execution_count; i++)
        if (rh_locals_are_open(world->executions[i]) && world->executions[i]->worker == host)
            rh_task_lose_worker(world->executions[i]);
}

/* What runs on it is never heard of again, nor are its workflow tasks. */
static void lose_all(rh_world *world, rh_host_record *host)
{
    while (host->attempts)
        rh_attempt_vanish(host->attempts);
    lose_workers(world, host);
}

void rh_host_lose(rh_world *world, rh_host_record *host)
{
    if (host->state == RH_HOST_DOWN && !host->attempts)
        return;
    host->state = RH_HOST_DOWN;
    journal_host(world, RH_ENTRY_HOST_LOST, host);
    lose_all(world, host);
    if (host == world->default_host)
        rh_host_replace_default(world);
}

void rh_host_stop(rh_world *world, rh_host_record *host)
{
    if (host->state == RH_HOST_DOWN)
        return;
    host->state = RH_HOST_DOWN;
    journal_host(world, RH_ENTRY_HOST_STOPPED, host);
    rh_session_shut_down(host);
    for (rh_attempt *attempt = host->attempts; attempt;) {
        rh_attempt *next = attempt->host_next;
        rh_attempt_host_stops(attempt);
        attempt = next;
    }
    lose_workers(world, host);
    if (host == world->default_host)
        rh_host_replace_default(world);
}

void rh_host_drain(rh_world *world, rh_host_record *host)
{
    if (host->state != RH_HOST_UP)
        return;
    host->state = RH_HOST_DRAINING;
    journal_host(world, RH_ENTRY_HOST_DRAINED, host);
    rh_session_shut_down(host);
}

void rh_host_restart(rh_world *world, rh_host_record *host)
{
    host->state = RH_HOST_DOWN; /* until it is empty it takes nothing new */
    lose_all(world, host);
    host->state = RH_HOST_UP;
    journal_host(world, RH_ENTRY_HOST_RESTARTED, host);
    rh_world_fill_host(world, host);
}
