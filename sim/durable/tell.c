/* Failures, values, memory, log lines and information: the workflow API that never waits. */
#include "sim/base/json.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"
#include "sim/limit.h"

const rh_failure *rh_fail(rh_workflow *workflow, const char *type, const char *format, ...)
{
    rh_arena *arena = &workflow->world->arena;
    va_list arguments;
    va_start(arguments, format);
    const char *message = rh_vformat(arena, format, arguments);
    va_end(arguments);
    return rh_failure_application(arena, &(rh_failure_options){.type = type, .message = message});
}

const rh_failure *rh_fail_with(rh_workflow *workflow, const rh_failure_options *options)
{
    return rh_failure_application(&workflow->world->arena, options);
}

const rh_failure *rh_wrap(rh_workflow *workflow, const rh_failure *cause, const char *format, ...)
{
    rh_arena *arena = &workflow->world->arena;
    va_list arguments;
    va_start(arguments, format);
    const char *message = rh_vformat(arena, format, arguments);
    va_end(arguments);
    return rh_failure_application(
        arena, &(rh_failure_options){.type = "wrapError", .message = message, .cause = cause});
}

const rh_value *rh_copy(rh_workflow *workflow, const rh_value *value)
{
    return rh_value_copy(&workflow->world->arena, value);
}

const rh_value *rh_json(rh_workflow *workflow, const char *text)
{
    rh_error error;
    rh_arena *arena = &workflow->world->arena;
    const rh_value *value = rh_json_read(arena, text, strlen(text), NULL, &error);
    if (!value)
        rh_routine_break(workflow, rh_format(arena, "rh_json: %u:%u: %s", error.line, error.column,
                                             error.message));
    return value;
}

const char *rh_print(rh_workflow *workflow, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = rh_vformat(&workflow->world->arena, format, arguments);
    va_end(arguments);
    return text;
}

void *rh_workflow_alloc(rh_workflow *workflow, size_t size)
{
    return rh_arena_zeroed(&workflow->world->arena, size);
}

static void log_line(rh_workflow *workflow, rh_entry_kind kind, const char *format,
                     va_list arguments)
{
    if (workflow->replaying)
        return;
    rh_execution_log(workflow->execution, kind, NULL,
                     rh_vformat(&workflow->world->arena, format, arguments));
}

void rh_log(rh_workflow *workflow, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(workflow, RH_ENTRY_LOG, format, arguments);
    va_end(arguments);
}

void rh_warn(rh_workflow *workflow, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_line(workflow, RH_ENTRY_WARNING, format, arguments);
    va_end(arguments);
}

rh_time rh_now(const rh_workflow *workflow)
{
    return workflow->now;
}

/* The size is measured only for those who ask. */
const rh_workflow_info *rh_info(const rh_workflow *workflow)
{
    rh_workflow *own = workflow->execution->state;
    if (own->journal_length)
        own->info.history_size =
            own->history_size + rh_history_size(own->execution, own->journal_length);
    return &own->info;
}

rh_workflow *rh_here(rh_workflow *workflow, const char *file, int line)
{
    rh_routine_state *routine = workflow->current;
    if (routine) {
        routine->here.file = file;
        routine->here.line = line;
    }
    return workflow;
}

void rh_check_at(rh_workflow *workflow, bool holds, const char *text, const char *file, int line)
{
    if (!holds)
        rh_routine_break(workflow, rh_format(&workflow->world->arena, "%s:%d: check failed: %s",
                                             file, line, text));
}
