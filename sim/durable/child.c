/* Children, as the code that starts them sees them. */
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

/* ---- starting -------------------------------------------------------------------------------- */

static const rh_child_start *make_start(rh_workflow *workflow, const char *type,
                                        const rh_value *input, const rh_child_options *options)
{
    rh_arena *arena = &workflow->world->arena;
    rh_child_start *start = RH_NEW(arena, rh_child_start);
    start->type = rh_names_intern(&workflow->world->names, type);
    start->input = rh_value_copy(arena, input);
    start->parent_close = options->parent_close;
    start->options = (rh_run_options){
        .workflow_id = options->workflow_id ? rh_arena_string(arena, options->workflow_id)
                                            : rh_format(arena, "%s_%zu", workflow->info.run_id,
                                                        workflow->child_count + 1),
        .task_queue = rh_arena_string(arena, options->task_queue),
        .run_timeout = options->run_timeout,
        .execution_timeout = options->execution_timeout,
        .task_timeout = options->task_timeout,
        .retry = options->retry,
        .retry_with_defaults = options->retry_with_defaults,
        .cron = rh_arena_string(arena, options->cron),
        .reuse = options->reuse,
        .memo = rh_value_copy(arena, options->memo),
        .search_attributes = rh_value_copy(arena, options->search_attributes),
        .summary = rh_arena_string(arena, options->summary),
        .details = rh_arena_string(arena, options->details),
    };
    start->options.retry.non_retryable_types =
        rh_arena_strings(arena, options->retry.non_retryable_types);
    return start;
}

rh_future *rh_child(rh_workflow *workflow, const char *type, const rh_value *input,
                    const rh_child_options *options)
{
    static const rh_child_options defaults;
    rh_arena *arena = &workflow->world->arena;
    const rh_child_start *start = make_start(workflow, type, input, options ? options : &defaults);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_CHILD, start->type->text);
    future->cancellation = options ? (uint8_t)options->cancellation : 0;
    future->child = RH_NEW(arena, rh_child_handle);
    future->child->start = start;
    future->child->task = workflow->task;
    future->child->started = rh_future_new(workflow, RH_FUTURE_CHILD_STARTED, start->type->text);
    if (rh_future_enter_scope(workflow, future)) {
        rh_future_settle(workflow, future->child->started, NULL, future->failure);
        return future;
    }
    workflow->children = rh_arena_reserve(arena, workflow->children, sizeof *workflow->children,
                                          workflow->child_count + 1, &workflow->child_capacity);
    future->number = (uint32_t)workflow->child_count;
    workflow->children[workflow->child_count++] = future;
    rh_command *command = rh_execution_command(workflow->execution, RH_COMMAND_START_CHILD);
    command->number = future->number;
    command->child = start;
    return future;
}

static const rh_child_handle *handle_of(rh_workflow *workflow, const rh_future *child)
{
    if (child->kind != RH_FUTURE_CHILD)
        rh_routine_break(workflow, "a future that does not come from rh_child was taken for a "
                                   "child");
    return child->child;
}

rh_future *rh_child_started(rh_workflow *workflow, rh_future *child)
{
    return handle_of(workflow, child)->started;
}

const char *rh_child_workflow_id(rh_workflow *workflow, const rh_future *child)
{
    return handle_of(workflow, child)->start->options.workflow_id;
}

rh_future *rh_child_signal(rh_workflow *workflow, const rh_future *child, const char *name,
                           const rh_value *value)
{
    const rh_child_handle *handle = handle_of(workflow, child);
    if (rh_await(workflow, handle->started, NULL))
        return handle->started;
    return rh_external_ask(workflow,
                           &(rh_external_request){
                               .workflow_id = handle->start->options.workflow_id,
                               .signal = rh_names_intern(&workflow->world->names, name),
                               .value = rh_value_copy(&workflow->world->arena, value),
                               .child_only = true,
                           },
                           NULL);
}

/* ---- what happens to it ---------------------------------------------------------------------- */

static void ask_to_stop(rh_workflow *workflow, rh_future *child)
{
    rh_external_ask(workflow,
                    &(rh_external_request){
                        .workflow_id = child->child->start->options.workflow_id,
                        .child_only = true,
                    },
                    child);
}

void rh_child_has_started(rh_workflow *workflow, rh_future *child, const rh_value *run_id)
{
    rh_future_settle(workflow, child->child->started, run_id, NULL);
    if (child->child->asks_to_stop)
        ask_to_stop(workflow, child);
}

void rh_child_has_closed(rh_workflow *workflow, rh_future *child, const rh_event *event)
{
    rh_future_settle(workflow, child->child->started, NULL, event->failure);
    rh_future_settle(workflow, child, event->value, event->failure);
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* A child that was asked for in this very task is not asked for at all. */
static void take_back(rh_workflow *workflow, rh_future *child)
{
    rh_execution *execution = workflow->execution;
    rh_command *commands = execution->commands;
    size_t at = execution->commands_done;
    while (at < execution->command_count && commands[at].child != child->child->start)
        at++;
    if (at == execution->command_count)
        return;
    execution->command_count--;
    memmove(&commands[at], &commands[at + 1], (execution->command_count - at) * sizeof *commands);
}

void rh_child_cancel(rh_workflow *workflow, rh_future *child)
{
    const rh_failure *canceled = rh_failure_canceled(&workflow->world->arena, NULL, NULL);
    if (child->child->task == workflow->task) {
        take_back(workflow, child);
        rh_future_settle(workflow, child->child->started, NULL, canceled);
        rh_future_settle(workflow, child, NULL, canceled);
        return;
    }
    if (child->cancellation != RH_ABANDON) {
        if (rh_is_ready(child->child->started))
            ask_to_stop(workflow, child);
        else
            child->child->asks_to_stop = true;
    }
    if (child->cancellation == RH_TRY_CANCEL || child->cancellation == RH_ABANDON)
        rh_future_settle(workflow, child, NULL, canceled);
}
