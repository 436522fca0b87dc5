#include "sim/replay.h"

#include "sim/base/value.h"
#include "sim/world.h"

rh_execution *rh_replay_begin(rh_world *world, const rh_start_request *request,
                              const rh_replay_facts *facts)
{
    rh_arena *arena = &world->arena;
    const rh_run_options *options = &request->options;
    rh_crash_install();
    rh_execution *execution = rh_execution_new(world);
    execution->dialect = request->dialect;
    execution->definition = request->definition;
    execution->options = *options;
    rh_run_record *run = execution->run;
    run->dialect = request->dialect->name;
    run->workflow_type = rh_names_intern(&world->names, request->workflow_type);
    run->workflow_id = rh_arena_string(arena, options->workflow_id);
    run->run_id = run->first_run_id = rh_arena_string(arena, facts->run_id);
    run->task_queue = rh_arena_string(arena, options->task_queue ? options->task_queue : "default");
    run->input = rh_value_copy(arena, request->input);
    run->attempt = facts->attempt;
    run->previous = run->next = RH_NO_RUN;
    run->started = facts->started;
    return execution;
}

rh_activation rh_replay_task(rh_execution *execution, const rh_task *task,
                             const rh_command **commands, size_t *count)
{
    execution->command_count = 0;
    execution->task_failure = NULL;
    rh_activation activation = execution->dialect->activate(execution, task);
    *commands = execution->commands;
    *count = execution->command_count;
    execution->task_count++;
    return activation;
}
