#include "sim/actions/server.h"
#include "sim/actions/server_world.h"
#include "sim/base/hash.h"

rh_server_world *rh_server_world_of(rh_world *world)
{
    if (!world->actions)
        world->actions = RH_NEW(&world->arena, rh_server_world);
    return world->actions;
}

rh_server_memory *rh_server_memory_of(rh_execution *execution)
{
    rh_server_world *shared = rh_server_world_of(execution->world);
    for (rh_server_memory *memory = shared->memories; memory; memory = memory->next)
        if (memory->execution == execution)
            return memory;
    rh_server_memory *memory = RH_NEW(&execution->world->arena, rh_server_memory);
    memory->execution = execution;
    memory->next = shared->memories;
    shared->memories = memory;
    return memory;
}

rh_actions_run *rh_server_run_of(rh_server *server, const rh_server_leg *caller, bool *is_new)
{
    rh_server_memory *memory = server->memory;
    uint64_t identity = rh_hash_string(caller ? rh_server_leg_label(server, caller) : "");
    *is_new = false;
    for (rh_server_run *run = memory->runs; run; run = run->next)
        if (run->identity == identity)
            return &run->run;
    rh_server_run *made = RH_NEW(server->arena, rh_server_run);
    made->identity = identity;
    made->next = memory->runs;
    memory->runs = made;
    *is_new = true;
    return &made->run;
}

uint32_t rh_server_run_number(const rh_server *server)
{
    const rh_world *world = server->world;
    uint32_t count = 0;
    for (size_t i = 0; i < world->execution_count; i++) {
        const rh_execution *execution = world->executions[i];
        const rh_actions_definition *definition = execution->definition;
        if (execution->dialect == &rh_actions_dialect &&
            execution->index <= server->execution->index)
            count += !strcmp(definition->file->path, server->definition->file->path);
    }
    return count;
}
