/* What happens from outside, at a virtual time. */
#include "harness/env_state.h"
#include "rehearse/testing.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/message.h"
#include "sim/outage.h"

typedef struct outside {
    rh_env *env;
    enum {
        SIGNAL,
        CANCEL,
        TERMINATE,
        LOSE_HOST,
        STOP_HOST,
        DRAIN_HOST,
        RESTART_HOST,
        OUTAGE,
        CALL,
        QUERY,
        UPDATE
    } kind;
    const char *workflow_id;
    const char *name; /* of a signal, host, query or update; reason */
    const char *id;   /* of an update */
    const rh_value *value;
    rh_outage_kind outage;
    rh_duration lasts;
    void (*function)(rh_env *, void *);
    void *data;
    rh_place place;
} outside;

static rh_execution *find_run(rh_env *env, const char *workflow_id)
{
    rh_world *world = &env->world;
    rh_execution *found = NULL;
    for (size_t i = 0; i < world->execution_count; i++) {
        const char *id = world->executions[i]->run->workflow_id;
        if (!workflow_id)
            workflow_id = id;
        if (!strcmp(id, workflow_id) && (!found || !rh_execution_is_open(found)))
            found = world->executions[i];
    }
    return found;
}

static void unknown_run(rh_env *env, const char *workflow_id)
{
    char hint[128];
    rh_world *world = &env->world;
    rh_nearest nearest = rh_nearest_begin(workflow_id ? workflow_id : "");
    for (size_t i = 0; i < world->execution_count; i++)
        rh_nearest_offer(&nearest, world->executions[i]->run->workflow_id);
    const char *message =
        workflow_id ? rh_format(&env->arena, "no run has workflow id '%s'%s", workflow_id,
                                rh_nearest_hint(&nearest, hint, sizeof hint))
                    : "no run had started when something was to happen to it from outside";
    rh_env_complain(env, true, env->place.file, env->place.line, message);
}

rh_execution *rh_env_find_run(rh_env *env, const char *workflow_id)
{
    rh_execution *found = find_run(env, workflow_id);
    if (!found)
        unknown_run(env, workflow_id);
    return found;
}

static void unknown_host(rh_env *env, const char *name)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    for (const rh_host_record *host = env->world.hosts; host; host = host->next)
        rh_nearest_offer(&nearest, host->name);
    rh_env_complain(env, true, env->place.file, env->place.line,
                    rh_format(&env->arena, "unknown host '%s'%s", name,
                              rh_nearest_hint(&nearest, hint, sizeof hint)));
}

static void happen_to_host(const outside *event)
{
    rh_world *world = &event->env->world;
    rh_host_record *host = rh_host_find(world, event->name);
    if (!host)
        unknown_host(event->env, event->name);
    else if (event->kind == LOSE_HOST)
        rh_host_lose(world, host);
    else if (event->kind == STOP_HOST)
        rh_host_stop(world, host);
    else if (event->kind == DRAIN_HOST)
        rh_host_drain(world, host);
    else
        rh_host_restart(world, host);
}

static void happen_to_run(const outside *event)
{
    rh_execution *execution = rh_env_find_run(event->env, event->workflow_id);
    if (!execution)
        return;
    if (event->kind == SIGNAL)
        rh_execution_signal(execution, event->name, event->value);
    else if (event->kind == QUERY)
        rh_execution_query(execution, event->name, event->value);
    else if (event->kind == UPDATE)
        rh_execution_update(execution, event->id, event->name, event->value);
    else if (event->kind == CANCEL)
        rh_execution_request_cancel(execution);
    else
        rh_execution_terminate(execution, event->name);
}

static void happen(rh_world *world, void *data)
{
    const outside *event = data;
    event->env->place = event->place;
    switch (event->kind) {
    case SIGNAL:
    case CANCEL:
    case TERMINATE:
    case QUERY:
    case UPDATE:
        happen_to_run(event);
        break;
    case LOSE_HOST:
    case STOP_HOST:
    case DRAIN_HOST:
    case RESTART_HOST:
        happen_to_host(event);
        break;
    case OUTAGE:
        rh_outage_come(world, event->outage, event->lasts);
        break;
    case CALL:
        event->function(event->env, event->data);
        break;
    }
}

static void plan(rh_env *env, rh_duration at, const outside *event)
{
    rh_world *world = &env->world;
    RH_ENTER(env, frame);
    if (!stopped && at < 0) {
        rh_env_complain(env, true, NULL, 0, "a time from outside is negative");
    } else if (!stopped && event->kind == OUTAGE && world->journal.start + at == world->clock.now) {
        rh_outage_come(world, event->outage, event->lasts); /* no timer's turn comes before tasks */
    } else if (!stopped) {
        outside *kept = rh_arena_alloc(&world->arena, sizeof *kept);
        *kept = *event;
        kept->env = env;
        kept->place = env->place;
        kept->workflow_id = rh_arena_string(&world->arena, event->workflow_id);
        kept->name = rh_arena_string(&world->arena, event->name);
        kept->id = rh_arena_string(&world->arena, event->id);
        kept->value = rh_value_copy(&world->arena, event->value);
        rh_world_at(world, rh_time_add(world->journal.start, at), happen, kept);
    }
    rh_env_leave(env, &frame);
}

void rh_signal_at(rh_env *env, rh_duration at, const char *workflow_id, const char *name,
                  const rh_value *value)
{
    plan(env, at,
         &(outside){.kind = SIGNAL, .workflow_id = workflow_id, .name = name, .value = value});
}

void rh_query_at(rh_env *env, rh_duration at, const char *workflow_id, const char *name,
                 const rh_value *args)
{
    plan(env, at,
         &(outside){.kind = QUERY, .workflow_id = workflow_id, .name = name, .value = args});
}

void rh_update_at(rh_env *env, rh_duration at, const char *workflow_id, const char *id,
                  const char *name, const rh_value *args)
{
    plan(env, at,
         &(outside){
             .kind = UPDATE, .workflow_id = workflow_id, .id = id, .name = name, .value = args});
}

void rh_cancel_at(rh_env *env, rh_duration at, const char *workflow_id)
{
    plan(env, at, &(outside){.kind = CANCEL, .workflow_id = workflow_id});
}

void rh_terminate_at(rh_env *env, rh_duration at, const char *workflow_id, const char *reason)
{
    plan(env, at, &(outside){.kind = TERMINATE, .workflow_id = workflow_id, .name = reason});
}

void rh_lose_host_at(rh_env *env, rh_duration at, const char *host)
{
    plan(env, at, &(outside){.kind = LOSE_HOST, .name = host});
}

void rh_env_plan_host_faults(rh_env *env)
{
    for (size_t i = 0; i < env->plan_count; i++) {
        rh_planned_fault *planned = &env->plan[i];
        if (!planned->host)
            continue;
        planned->struck++;
        outside *event = RH_NEW(&env->world.arena, outside);
        bool is_stopped = planned->fault->class == RH_FAULT_HOST_STOPPED;
        *event = (outside){.env = env,
                           .kind = is_stopped ? STOP_HOST : LOSE_HOST,
                           .name = planned->host,
                           .place = planned->place};
        rh_world_at(&env->world, rh_time_add(env->world.journal.start, planned->at), happen, event);
    }
}

void rh_drain_host_at(rh_env *env, rh_duration at, const char *host)
{
    plan(env, at, &(outside){.kind = DRAIN_HOST, .name = host});
}

void rh_restart_host_at(rh_env *env, rh_duration at, const char *host)
{
    plan(env, at, &(outside){.kind = RESTART_HOST, .name = host});
}

static void plan_outage(rh_env *env, rh_duration at, rh_outage_kind outage, rh_duration lasts)
{
    RH_ENTER(env, frame);
    if (!stopped && lasts <= 0)
        rh_env_complain(env, true, NULL, 0, "an outage must last some time");
    rh_env_leave(env, &frame);
    if (lasts > 0)
        plan(env, at, &(outside){.kind = OUTAGE, .outage = outage, .lasts = lasts});
}

void rh_server_down_at(rh_env *env, rh_duration at, rh_duration lasts)
{
    plan_outage(env, at, RH_OUTAGE_SERVER, lasts);
}

void rh_worker_down_at(rh_env *env, rh_duration at, rh_duration lasts)
{
    plan_outage(env, at, RH_OUTAGE_WORKER, lasts);
}

void rh_bad_deploy_at(rh_env *env, rh_duration at, rh_duration lasts)
{
    plan_outage(env, at, RH_OUTAGE_DEPLOY, lasts);
}

void rh_call_at(rh_env *env, rh_duration at, void (*function)(rh_env *, void *), void *data)
{
    plan(env, at, &(outside){.kind = CALL, .function = function, .data = data});
}
