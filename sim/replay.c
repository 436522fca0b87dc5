#include "sim/replay.h"

#include "sim/base/value.h"
#include "sim/world.h"

/* A run of which no more is known than its ids. */
static rh_execution *add_stranger(rh_world *world, const char *workflow_id, const char *run_id)
{
    rh_execution *stranger = rh_execution_new(world);
    stranger->run->workflow_id = workflow_id;
    stranger->run->run_id = run_id;
    return stranger;
}

static void set_facts(rh_execution *execution, const rh_replay_facts *facts)
{
    rh_world *world = execution->world;
    rh_run_record *run = execution->run;
    run->run_id = facts->run_id;
    run->first_run_id = facts->first_run_id ? facts->first_run_id : facts->run_id;
    run->started = facts->started;
    run->attempt = facts->attempt;
    run->cron = facts->cron;
    run->run_timeout = facts->run_timeout;
    run->execution_timeout = facts->execution_timeout;
    run->task_timeout = facts->task_timeout;
    run->root_workflow_id = facts->root_workflow_id;
    run->root_run_id = facts->root_run_id;
    run->retry = facts->retry;
    run->memo = facts->memo;
    run->search_attributes = facts->search_attributes;
    run->last_result = facts->last_result;
    run->last_failure = facts->last_failure;
    if (facts->continued_run_id)
        run->previous = add_stranger(world, run->workflow_id, facts->continued_run_id)->index;
    if (facts->parent_workflow_id) {
        execution->as_child = RH_NEW(&world->arena, rh_child_run);
        execution->as_child->parent =
            add_stranger(world, facts->parent_workflow_id, facts->parent_run_id);
    }
}

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
    run->task_queue = rh_arena_string(arena, options->task_queue ? options->task_queue : "default");
    run->input = rh_value_copy(arena, request->input);
    run->previous = run->next = RH_NO_RUN;
    set_facts(execution, facts);
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
