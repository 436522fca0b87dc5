/* Requests to other runs, and going on as a new one. */
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

/* ---- signals and cancels --------------------------------------------------------------------- */

rh_future *rh_external_ask(rh_workflow *workflow, const rh_external_request *request, rh_future *of)
{
    rh_arena *arena = &workflow->world->arena;
    rh_external_request *kept = rh_arena_alloc(arena, sizeof *kept);
    *kept = *request;
    rh_future *future = rh_future_new(workflow, RH_FUTURE_EXTERNAL, kept->workflow_id);
    future->of = of;
    if (!of && rh_future_enter_scope(workflow, future))
        return future;
    workflow->externals =
        rh_arena_reserve(arena, workflow->externals, sizeof *workflow->externals,
                         workflow->external_count + 1, &workflow->external_capacity);
    future->number = (uint32_t)workflow->external_count;
    workflow->externals[workflow->external_count++] = future;
    rh_command *command = rh_execution_command(workflow->execution, RH_COMMAND_ASK_EXTERNAL);
    command->number = future->number;
    command->external = kept;
    return future;
}

void rh_external_has_closed(rh_workflow *workflow, rh_future *external, const rh_failure *failure)
{
    rh_future *child = external->of;
    rh_future_settle(workflow, external, NULL, failure);
    if (child && child->cancellation == RH_WAIT_CANCELLATION_REQUESTED)
        rh_future_settle(workflow, child, NULL,
                         rh_failure_canceled(&workflow->world->arena, NULL, NULL));
}

rh_future *rh_signal_external(rh_workflow *workflow, const char *workflow_id, const char *run_id,
                              const char *name, const rh_value *value)
{
    rh_arena *arena = &workflow->world->arena;
    return rh_external_ask(workflow,
                           &(rh_external_request){
                               .workflow_id = rh_arena_string(arena, workflow_id),
                               .run_id = rh_arena_string(arena, run_id),
                               .signal = rh_names_intern(&workflow->world->names, name),
                               .value = rh_value_copy(arena, value),
                           },
                           NULL);
}

rh_future *rh_cancel_external(rh_workflow *workflow, const char *workflow_id, const char *run_id)
{
    rh_arena *arena = &workflow->world->arena;
    return rh_external_ask(workflow,
                           &(rh_external_request){
                               .workflow_id = rh_arena_string(arena, workflow_id),
                               .run_id = rh_arena_string(arena, run_id),
                           },
                           NULL);
}

/* ---- continue-as-new ------------------------------------------------------------------------- */

static rh_continue_options keep_options(rh_arena *arena, const rh_continue_options *options)
{
    rh_continue_options kept = {0};
    if (!options)
        return kept;
    kept = *options;
    kept.workflow_type = rh_arena_string(arena, options->workflow_type);
    kept.task_queue = rh_arena_string(arena, options->task_queue);
    kept.retry.non_retryable_types = rh_arena_strings(arena, options->retry.non_retryable_types);
    kept.memo = rh_value_copy(arena, options->memo);
    kept.search_attributes = rh_value_copy(arena, options->search_attributes);
    return kept;
}

const rh_failure *rh_continue_as_new(rh_workflow *workflow, const rh_value *input,
                                     const rh_continue_options *options)
{
    rh_arena *arena = &workflow->world->arena;
    rh_continuation *continuation = RH_NEW(arena, rh_continuation);
    continuation->failure =
        rh_failure_application(arena, &(rh_failure_options){.type = "ContinueAsNewError",
                                                            .message = "continue as new"});
    continuation->input = rh_value_copy(arena, input);
    continuation->options = keep_options(arena, options);
    continuation->next = workflow->continuations;
    workflow->continuations = continuation;
    return continuation->failure;
}

rh_continuation *rh_continuation_of(const rh_workflow *workflow, const rh_failure *failure)
{
    for (; failure; failure = failure->cause)
        for (rh_continuation *c = workflow->continuations; c; c = c->next)
            if (c->failure == failure)
                return c;
    return NULL;
}
