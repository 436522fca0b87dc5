#include "sim/base/json.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

/* ---- the cached state ------------------------------------------------------------------------ */

static const rh_retry_policy *policy_of(rh_world *world, const rh_run_record *run)
{
    if (!run->retry)
        return NULL;
    rh_retry_policy *policy = RH_NEW(&world->arena, rh_retry_policy);
    *policy = (rh_retry_policy){.initial_interval = run->retry->initial_interval,
                                .backoff_coefficient = run->retry->backoff_coefficient,
                                .maximum_interval = run->retry->maximum_interval,
                                .maximum_attempts = run->retry->maximum_attempts,
                                .non_retryable_types = run->retry->non_retryable_types};
    return policy;
}

static rh_workflow *new_workflow(rh_execution *execution)
{
    rh_world *world = execution->world;
    const rh_run_record *run = execution->run;
    rh_workflow_function *const *function = execution->definition;
    rh_workflow *workflow = RH_NEW(&world->arena, rh_workflow);
    workflow->execution = execution;
    workflow->world = world;
    workflow->function = *function;
    workflow->input = run->input;
    workflow->info = (rh_workflow_info){
        .workflow_type = run->workflow_type->text,
        .workflow_id = run->workflow_id,
        .run_id = run->run_id,
        .task_queue = run->task_queue,
        .attempt = run->attempt,
        .start_time = run->started,
        .first_run_id = run->first_run_id,
        .cron = run->cron,
        .run_timeout = run->run_timeout,
        .execution_timeout = run->execution_timeout,
        .task_timeout = run->task_timeout,
        .retry = policy_of(world, run),
        .workflow_namespace = "default",
        .root_workflow_id = run->root_workflow_id,
        .root_run_id = run->root_run_id,
        .memo = run->memo,
        .search_attributes = run->search_attributes,
        .last_result = run->last_result,
        .last_failure = run->last_failure,
    };
    if (run->previous != RH_NO_RUN)
        workflow->info.continued_run_id = world->journal.runs[run->previous]->run_id;
    if (execution->as_child) {
        workflow->info.parent_workflow_id = execution->as_child->parent->run->workflow_id;
        workflow->info.parent_run_id = execution->as_child->parent->run->run_id;
    }
    workflow->root = rh_scope_new(workflow, NULL, false);
    execution->state = workflow;
    return workflow;
}

static void evict(rh_execution *execution)
{
    rh_workflow *workflow = execution->state;
    execution->state = NULL;
    if (workflow)
        rh_routines_release(workflow);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void apply(rh_workflow *workflow, const rh_event *event)
{
    switch ((rh_event_kind)event->kind) {
    case RH_EVENT_STARTED:
        rh_routine_add(workflow, "main", NULL, NULL);
        break;
    case RH_EVENT_ACTIVITY_CLOSED:
        rh_future_settle(workflow, workflow->activities[event->number], event->value,
                         event->failure);
        break;
    case RH_EVENT_TIMER_FIRED:
        rh_future_settle(workflow, workflow->timers[event->number], NULL, NULL);
        break;
    case RH_EVENT_SIGNALED:
        rh_signals_deliver(workflow, event->name, event->value);
        break;
    case RH_EVENT_CANCEL_REQUESTED:
        rh_scope_cancel(workflow, workflow->root);
        break;
    case RH_EVENT_UPDATED:
        rh_update_begin(workflow, event);
        break;
    case RH_EVENT_NOTHING:
        break;
    case RH_EVENT_CHILD_STARTED:
        rh_child_has_started(workflow, workflow->children[event->number], event->value);
        break;
    case RH_EVENT_CHILD_CLOSED:
        rh_child_has_closed(workflow, workflow->children[event->number], event);
        break;
    case RH_EVENT_EXTERNAL_CLOSED:
        rh_external_has_closed(workflow, workflow->externals[event->number], event->failure);
        break;
    }
}

/* On replay the code may know fewer activities than the history: the commands will show it. */
static bool is_known(const rh_workflow *workflow, const rh_event *event)
{
    if (event->kind == RH_EVENT_ACTIVITY_CLOSED)
        return event->number < workflow->activity_count;
    if (event->kind == RH_EVENT_TIMER_FIRED)
        return event->number < workflow->timer_count;
    if (event->kind == RH_EVENT_CHILD_STARTED || event->kind == RH_EVENT_CHILD_CLOSED)
        return event->number < workflow->child_count;
    if (event->kind == RH_EVENT_EXTERNAL_CLOSED)
        return event->number < workflow->external_count;
    return true;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    rh_workflow *workflow = execution->state ? execution->state : new_workflow(execution);
    workflow->now = task->now;
    workflow->task += !task->goes_on;
    workflow->info.history_length = task->history_length;
    workflow->info.history_size = workflow->history_size = task->history_size;
    workflow->journal_length = task->journal_length;
    workflow->info.continue_as_new_reasons = task->suggestion;
    workflow->info.continue_as_new_suggested = task->suggestion != 0;
    workflow->replaying = task->replaying;
    workflow->eager_new = 0;
    rh_records_begin(workflow, task);
    for (size_t i = 0; i < task->event_count; i++)
        if (is_known(workflow, &task->events[i]))
            apply(workflow, &task->events[i]);
    rh_activation activation = task->goes_on ? RH_ACTIVATION_DONE : rh_routines_run(workflow);
    for (size_t i = 0; i < task->marker_count && activation == RH_ACTIVATION_DONE; i++) {
        if (task->markers[i]->kind != RH_MARKER_LOCAL_ACTIVITY || workflow->is_over)
            continue;
        rh_local_has_ended(workflow, task->markers[i]);
        activation = rh_routines_run(workflow);
    }
    return activation;
}

/* ---- what it waits for ----------------------------------------------------------------------- */

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    if (!execution->state)
        return;
    rh_workflow_tell_waiting(execution->state, tell, context);
    rh_signals_tell_unasked(execution->state, tell, context);
}

void rh_workflow_tell_waiting(const rh_workflow *workflow, rh_tell_waiting *tell, void *context)
{
    for (size_t i = 0; i < workflow->routine_count; i++) {
        const rh_routine_state *routine = workflow->routines[i];
        bool is_of_local = routine->future && routine->future->kind == RH_FUTURE_LOCAL;
        if (!routine->coroutine.stack || routine == workflow->current || is_of_local)
            continue;
        rh_text text = rh_text_in(&workflow->world->arena);
        rh_wait_describe(&text, &routine->place, true);
        tell(context, routine->name, rh_text_string(&text));
    }
}

static const rh_failure *query(rh_execution *execution, const rh_name *name, const rh_value *args,
                               const rh_value **answer)
{
    return rh_workflow_query(execution->state, name->text, args, answer);
}

const rh_dialect rh_durable_dialect = {
    .name = "durable",
    .is_served = true,
    .activate = activate,
    .evict = evict,
    .query = query,
    .waiting = waiting,
};
