/* Runs that runs ask for: who they are, and those that are mocked. */
#include "harness/env_state.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/call.h"
#include "sim/durable/durable.h"

/* ---- mocked runs ----------------------------------------------------------------------------- */

/* A third dialect: the run makes one call, with its own type and input, and closes as that does. */
static void call_the_mock(rh_execution *execution)
{
    rh_arena *arena = &execution->world->arena;
    const rh_run_record *run = execution->run;
    rh_activity_request *request = RH_NEW(arena, rh_activity_request);
    request->type = run->workflow_type;
    request->args = rh_value_copy(arena, RH_ARGS(run->input ? run->input : rh_null()));
    request->options.start_to_close = RH_FOREVER; /* the run's own timeouts end it */
    request->options.retry.maximum_attempts = 1;
    request->hears_at_once = true;
    rh_execution_command(execution, RH_COMMAND_SCHEDULE_ACTIVITY)->activity = request;
}

static void close_like_the_call(rh_execution *execution, const rh_event *event)
{
    const rh_failure *cause = event->failure ? event->failure->cause : NULL;
    if (!event->failure)
        rh_execution_command(execution, RH_COMMAND_COMPLETE)->value = event->value;
    else if (cause && cause->kind == RH_FAILURE_CANCELED)
        rh_execution_command(execution, RH_COMMAND_CANCEL)->value = cause->details;
    else
        rh_execution_command(execution, RH_COMMAND_FAIL)->failure = cause;
}

static rh_activation activate(rh_execution *execution, const rh_task *task)
{
    static char state;
    execution->state = &state; /* it needs none, but what is cached is not replayed */
    for (size_t i = 0; i < task->event_count; i++) {
        const rh_event *event = &task->events[i];
        if (event->kind == RH_EVENT_STARTED)
            call_the_mock(execution);
        else if (event->kind == RH_EVENT_CANCEL_REQUESTED)
            rh_execution_command(execution, RH_COMMAND_CANCEL_ACTIVITY);
        else if (event->kind == RH_EVENT_ACTIVITY_CLOSED)
            close_like_the_call(execution, event);
    }
    return RH_ACTIVATION_DONE;
}

static void evict(rh_execution *execution)
{
    execution->state = NULL;
}

static void waiting(rh_execution *execution, rh_tell_waiting *tell, void *context)
{
    tell(context, "the mock",
         rh_format(&execution->world->arena, "an end of '%s'",
                   execution->run->workflow_type->text));
}

static const rh_dialect mocked_dialect = {
    .name = "mocked",
    .activate = activate,
    .evict = evict,
    .waiting = waiting,
};

/* ---- who they are ---------------------------------------------------------------------------- */

static const rh_workflow_definition *definition_of(const rh_env *env, const char *type)
{
    const rh_workflow_definition *definition = env->module ? env->module->workflows : NULL;
    for (; definition && definition->name; definition++)
        if (!strcmp(definition->name, type))
            return definition;
    return NULL;
}

static _Noreturn void unknown_type(rh_env *env, const char *type, const rh_value *input,
                                   bool is_child)
{
    char hint[128];
    rh_text text = rh_text_in(&env->arena);
    rh_nearest nearest = rh_nearest_begin(type);
    const rh_workflow_definition *definition = env->module ? env->module->workflows : NULL;
    for (; definition && definition->name; definition++)
        rh_nearest_offer(&nearest, definition->name);
    rh_mocks_offer(env, &nearest);
    rh_text_printf(&text, "no workflow and no mock has the type '%s', which a run %s%s", type,
                   is_child ? "starts as a child" : "continues as",
                   rh_nearest_hint(&nearest, hint, sizeof hint));
    rh_mocks_refuse(env, &text, RH_ARGS(input ? input : rh_null()));
}

rh_start_cause rh_env_resolve(void *data, rh_world *world, const rh_name *type,
                              const rh_value *input, bool is_child, rh_start_request *request)
{
    rh_env *env = data;
    bool is_mocked = false;
    rh_start_cause cause = RH_START_NONE;
    (void)world;
    if (is_child)
        cause = rh_mocks_start_child(env, type, input, &is_mocked);
    const rh_workflow_definition *definition = definition_of(env, type->text);
    if (is_mocked) {
        request->dialect = &mocked_dialect;
    } else if (definition) {
        request->dialect = &rh_durable_dialect;
        request->definition = &definition->run;
    } else {
        unknown_type(env, type->text, input, is_child);
    }
    return cause;
}
