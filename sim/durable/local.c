/* Local activities, as the code that asks for them sees them: each has a coroutine that asks again
 * after a long back-off, as in the Go SDK (workflow.go ExecuteLocalActivity). */
#include "sim/local.h"

#include <stdlib.h>

#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

/* ---- asking ---------------------------------------------------------------------------------- */

/* Ends at once on a canceled scope, and is recorded so. */
static rh_future *ask(rh_workflow *workflow, const rh_local_request *call, int32_t attempt)
{
    rh_arena *arena = &workflow->world->arena;
    rh_scope *scope = workflow->current->scope;
    rh_local_request *request = RH_NEW(arena, rh_local_request);
    *request = *call;
    request->attempt = attempt;
    workflow->locals = rh_arena_reserve(arena, workflow->locals, sizeof *workflow->locals,
                                        workflow->local_count + 1, &workflow->local_capacity);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_LOCAL_TRY, call->type->text);
    future->number = (uint32_t)workflow->local_count;
    workflow->locals[workflow->local_count++] = future;
    rh_local_ask(workflow->execution, future->number, request);
    if (scope->is_canceled) {
        rh_local_cancel(workflow->execution, future->number);
    } else {
        future->scope_next = scope->futures;
        scope->futures = future;
    }
    return future;
}

static const rh_failure *run(rh_workflow *workflow, void *data, const rh_value **result)
{
    const rh_local_request *call = data;
    for (int32_t attempt = 1;;) {
        rh_future *future = ask(workflow, call, attempt);
        const rh_failure *failure = rh_await(workflow, future, result);
        if (future->marker->backoff <= 0)
            return failure;
        (void)rh_sleep(workflow, future->marker->backoff); /* canceled: the next ask sees it */
        attempt = (int32_t)future->marker->number + 1;
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

/* Why the SDK does not even ask; NULL: it does. */
static const char *refusal(const rh_local_activity_options *options)
{
    if (options->schedule_to_close < 0)
        return "negative ScheduleToCloseTimeout";
    if (options->start_to_close < 0)
        return "negative StartToCloseTimeout";
    if (!options->schedule_to_close && !options->start_to_close)
        return "at least one of ScheduleToCloseTimeout and StartToCloseTimeout is required";
    return NULL;
}

static rh_local_request *make_request(rh_workflow *workflow, const char *type, const rh_value *args,
                                      const rh_local_activity_options *options)
{
    rh_arena *arena = &workflow->world->arena;
    rh_local_request *request = RH_NEW(arena, rh_local_request);
    request->type = rh_names_intern(&workflow->world->names, type);
    request->args = rh_value_copy(arena, args);
    request->options = *options;
    request->options.key = rh_arena_string(arena, options->key);
    request->options.summary = rh_arena_string(arena, options->summary);
    request->options.retry.non_retryable_types =
        rh_arena_strings(arena, options->retry.non_retryable_types);
    if (!options->schedule_to_close)
        request->options.schedule_to_close = options->start_to_close;
    if (!options->start_to_close)
        request->options.start_to_close = options->schedule_to_close;
    request->call = workflow->local_calls++;
    request->expiration = rh_time_add(workflow->now, request->options.schedule_to_close);
    return request;
}

rh_future *rh_local_activity(rh_workflow *workflow, const char *type, const rh_value *args,
                             const rh_local_activity_options *options)
{
    static const rh_local_activity_options none;
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, "rh_local_activity");
    if (args && args->kind != RH_LIST)
        rh_routine_break(workflow, rh_format(arena,
                                             "the arguments of local activity '%s' are no list; "
                                             "pass RH_ARGS(...)",
                                             type));
    options = options ? options : &none;
    rh_local_request *request = make_request(workflow, type, args, options);
    rh_future *future = rh_future_new(workflow, RH_FUTURE_LOCAL, request->type->text);
    future->key = request->options.key;
    const char *refused = refusal(options);
    if (refused) {
        rh_future_settle(workflow, future, NULL,
                         rh_failure_application(arena, &(rh_failure_options){.message = refused}));
        return future;
    }
    rh_routine_state *routine =
        rh_routine_add(workflow, rh_format(arena, "local activity '%s'", future->name), run,
                       request);
    routine->future = future;
    routine->here.file = workflow->current->here.file;
    routine->here.line = workflow->current->here.line;
    return future;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* What a marker tells of; NULL: the code, which has changed, has not asked for it. */
static rh_future *future_of(const rh_workflow *workflow, const rh_marker *marker)
{
    unsigned long number = strtoul(marker->id, NULL, 10);
    if (number < 1 || number > workflow->local_count)
        return NULL;
    rh_future *future = workflow->locals[number - 1];
    const char *behind_dot = marker->type ? strrchr(marker->type, '.') : NULL;
    const char *type = behind_dot ? behind_dot + 1 : marker->type;
    bool is_same = !type || !type[0] || !strcmp(type, future->name);
    return is_same && !future->is_ready ? future : NULL;
}

void rh_local_has_ended(rh_workflow *workflow, const rh_marker *marker)
{
    rh_future *future = future_of(workflow, marker);
    if (!future)
        return;
    future->marker = marker;
    rh_local_close(workflow->execution, future->number);
    rh_execution_command(workflow->execution, RH_COMMAND_RECORD_MARKER)->marker = marker;
    rh_future_settle(workflow, future, marker->failure ? NULL : marker->value, marker->failure);
    if (marker->time > workflow->now)
        workflow->now = marker->time;
}
