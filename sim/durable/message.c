/* Handlers of queries and updates. */
#include "rehearse/messages.h"
#include "sim/base/nearest.h"
#include "sim/base/value.h"
#include "sim/durable/durable.h"
#include "sim/failure.h"

struct rh_handler {
    rh_handler *next;
    const char *name;
    rh_query_handler *query; /* NULL: it is of updates */
    void *data;
    rh_update_handler update;
};

/* One update, while its routine runs. */
struct rh_update_run {
    rh_update_run *next; /* of those that are running */
    rh_update_info info;
    uint32_t number;
    const rh_value *args;
    bool may_be_left;
};

static rh_handler *find(const rh_workflow *workflow, const char *name, bool of_queries)
{
    for (rh_handler *handler = workflow->handlers; handler; handler = handler->next)
        if (!handler->query == !of_queries && !strcmp(handler->name, name))
            return handler;
    return NULL;
}

static void set(rh_workflow *workflow, const char *name, const rh_handler *made)
{
    rh_arena *arena = &workflow->world->arena;
    rh_check_writable(workflow, made->query ? "rh_on_query" : "rh_on_update");
    if (!strncmp(name, "__", 2))
        rh_routine_break(workflow,
                         rh_format(arena, "'%s': names that begin with '__' are reserved", name));
    rh_handler *handler = find(workflow, name, made->query != NULL);
    rh_handler **end = &workflow->handlers;
    while (*end)
        end = &(*end)->next;
    if (!handler)
        handler = *end = RH_NEW(arena, rh_handler);
    rh_handler *next = handler->next;
    *handler = *made;
    handler->next = next;
    handler->name = rh_arena_string(arena, name);
}

void rh_on_query(rh_workflow *workflow, const char *name, rh_query_handler *handler, void *data)
{
    set(workflow, name, &(rh_handler){.query = handler, .data = data});
}

void rh_on_update(rh_workflow *workflow, const char *name, const rh_update_handler *handler)
{
    set(workflow, name, &(rh_handler){.update = *handler});
    workflow->has_update_handlers = true;
}

/* "unknown query 'statu'; did you mean 'status'?" */
static const rh_failure *unknown(rh_workflow *workflow, const char *type, const char *what,
                                 const char *name, bool of_queries)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    for (const rh_handler *handler = workflow->handlers; handler; handler = handler->next)
        if (!handler->query == !of_queries)
            rh_nearest_offer(&nearest, handler->name);
    return rh_fail(workflow, type, "unknown %s '%s'%s", what, name,
                   rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* ---- updates --------------------------------------------------------------------------------- */

static const rh_failure *validate(rh_workflow *workflow, const rh_update_run *run,
                                  const rh_update_handler *handler)
{
    if (workflow->replaying || !handler->validate)
        return NULL;
    workflow->read_only =
        rh_format(&workflow->world->arena, "the validator of update '%s'", run->info.name);
    const rh_failure *failure = handler->validate(workflow, run->args, handler->data);
    workflow->read_only = NULL;
    return failure;
}

static rh_command *answer(rh_workflow *workflow, rh_command_kind kind, const rh_update_run *run,
                          const rh_value *value, const rh_failure *failure)
{
    rh_command *command = rh_workflow_command(workflow, kind);
    command->number = run->number;
    command->value = failure ? NULL : rh_value_copy(&workflow->world->arena, value);
    command->failure = failure;
    return command;
}

static const rh_failure *run_update(rh_workflow *workflow, void *data, const rh_value **result)
{
    rh_update_run *run = data;
    if (!workflow->has_update_handlers)
        rh_routine_yield(workflow); /* the code may not have come to it yet */
    const rh_handler *handler = find(workflow, run->info.name, false);
    if (!handler) {
        answer(workflow, RH_COMMAND_REJECT_UPDATE, run, NULL,
               unknown(workflow, "UnknownUpdate", "update", run->info.name, false));
        return NULL;
    }
    rh_update_handler update = handler->update;
    const rh_failure *failure = validate(workflow, run, &update);
    if (failure) {
        answer(workflow, RH_COMMAND_REJECT_UPDATE, run, NULL, failure);
        return NULL;
    }
    answer(workflow, RH_COMMAND_ACCEPT_UPDATE, run, NULL, NULL);
    run->may_be_left = update.may_be_left;
    run->next = workflow->updates;
    workflow->updates = run;
    failure = update.handle(workflow, run->args, result, update.data);
    rh_update_run **link = &workflow->updates;
    while (*link != run)
        link = &(*link)->next;
    *link = run->next;
    answer(workflow, RH_COMMAND_COMPLETE_UPDATE, run, *result, failure);
    return failure;
}

void rh_update_begin(rh_workflow *workflow, const rh_event *event)
{
    rh_update_run *run = RH_NEW(&workflow->world->arena, rh_update_run);
    run->info = (rh_update_info){event->id, event->name->text};
    run->number = event->number;
    run->args = event->value;
    const char *name = rh_format(&workflow->world->arena, "update '%s'", event->name->text);
    rh_routine_state *routine = rh_routine_add_eager(workflow, name, run_update, run);
    routine->future = rh_future_new(workflow, RH_FUTURE_ROUTINE, name);
    routine->update = &run->info;
}

const rh_update_info *rh_current_update(const rh_workflow *workflow)
{
    return workflow->current ? workflow->current->update : NULL;
}

bool rh_all_handlers_finished(void *workflow)
{
    const rh_workflow *asked = workflow;
    return !asked->updates;
}

void rh_updates_report_unfinished(rh_workflow *workflow)
{
    for (const rh_update_run *run = workflow->updates; run; run = run->next)
        if (!run->may_be_left)
            rh_execution_log(workflow->execution, RH_ENTRY_WARNING, NULL,
                             rh_format(&workflow->world->arena,
                                       "the run closed while the handler of update '%s' (%s) was "
                                       "running; await rh_all_handlers_finished first",
                                       run->info.name, run->info.id));
}

/* ---- queries --------------------------------------------------------------------------------- */

typedef struct question {
    const char *name;
    const rh_value *args;
    const rh_value *answer;
    const rh_failure *failure;
} question;

static void tell(void *context, const char *who, const char *what)
{
    rh_text_printf(context, "%s waits for %s\n", who, what);
}

static const rh_failure *run_query(rh_workflow *workflow, void *data, const rh_value **result)
{
    question *asked = data;
    const rh_handler *handler = find(workflow, asked->name, true);
    (void)result;
    if (!strcmp(asked->name, "__stack_trace")) {
        rh_text text = rh_text_in(&workflow->world->arena);
        rh_workflow_tell_waiting(workflow, tell, &text);
        asked->answer = rh_value_string(text.arena, rh_text_string(&text), text.length);
    } else if (!handler) {
        asked->failure = unknown(workflow, "QueryFailed", "query", asked->name, true);
    } else {
        asked->failure = handler->query(workflow, asked->args, &asked->answer, handler->data);
        asked->answer = rh_value_copy(&workflow->world->arena, asked->answer);
    }
    return NULL;
}

const rh_failure *rh_workflow_query(rh_workflow *workflow, const char *name, const rh_value *args,
                                    const rh_value **answer)
{
    question asked = {.name = name, .args = args};
    workflow->replaying = false;
    workflow->read_only = rh_format(&workflow->world->arena, "query '%s'", name);
    const char *broken = rh_routine_run_alone(workflow, workflow->read_only, run_query, &asked);
    workflow->read_only = NULL;
    if (broken)
        return rh_failure_application(&workflow->world->arena,
                                      &(rh_failure_options){.type = "QueryFailed",
                                                            .message = broken});
    *answer = asked.answer;
    return asked.failure;
}
