#include "sim/other_runs.h"

#include "sim/base/value.h"
#include "sim/chain.h"
#include "sim/failure.h"
#include "sim/news.h"
#include "sim/world.h"

/* ---- validation ------------------------------------------------------------------------------ */

bool rh_child_valid(const rh_child_start *start, rh_time now, rh_text *message)
{
    if (!start->type->length) {
        rh_text_puts(message, "the workflow type is empty");
        return false;
    }
    if (!start->options.workflow_id || !start->options.workflow_id[0]) {
        rh_text_puts(message, "the workflow id is empty");
        return false;
    }
    return rh_run_options_valid(&start->options, now, message);
}

bool rh_external_valid(const rh_external_request *request, rh_text *message)
{
    if (!request->workflow_id || !request->workflow_id[0]) {
        rh_text_puts(message, "the workflow id is empty");
        return false;
    }
    if (request->signal && !request->signal->length) {
        rh_text_puts(message, "the name of the signal is empty");
        return false;
    }
    return true;
}

/* ---- what is asked for ----------------------------------------------------------------------- */

static rh_child_record *new_record(rh_execution *execution, const rh_child_start *start,
                                   uint32_t *index)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    rh_journal *journal = &world->journal;
    const rh_run_options *options = &start->options;
    const rh_run_record *run = execution->run;
    rh_child_record *record = RH_NEW(arena, rh_child_record);
    journal->children = rh_arena_reserve(arena, journal->children, sizeof *journal->children,
                                         journal->child_count + 1, &journal->child_capacity);
    journal->children[journal->child_count++] = record;
    *index = (uint32_t)journal->child_count;
    *record = (rh_child_record){
        .parent = execution->index,
        .type = start->type,
        .workflow_id = options->workflow_id,
        .input = start->input,
        .task_queue = options->task_queue ? options->task_queue : run->task_queue,
        .retry = rh_run_policy(arena, &options->retry, options->retry_with_defaults),
        .cron = options->cron,
        .memo = options->memo,
        .search_attributes = options->search_attributes,
        .summary = options->summary,
        .details = options->details,
        .parent_close = (uint8_t)start->parent_close,
        .reuse = (uint8_t)options->reuse,
        .run = RH_NO_RUN,
    };
    rh_run_timeouts(options, &record->run_timeout, &record->execution_timeout,
                    &record->task_timeout);
    return record;
}

void rh_child_initiate(rh_execution *execution, const rh_command *command)
{
    rh_arena *arena = &execution->world->arena;
    rh_child_run *child = RH_NEW(arena, rh_child_run);
    rh_child_record *record = new_record(execution, command->child, &child->index);
    child->parent = execution;
    child->record = record;
    child->number = command->number;
    execution->children = rh_arena_reserve(arena, execution->children, sizeof *execution->children,
                                           (size_t)command->number + 1, &execution->child_capacity);
    while (execution->child_count < command->number)
        execution->children[execution->child_count++] = NULL;
    execution->children[execution->child_count++] = child;
    execution->open_children++;
    record->initiated_event_id =
        rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_CHILD_INITIATED,
                                                    .number = child->index,
                                                    .name = record->type,
                                                    .text = record->workflow_id,
                                                    .value = record->input});
}

void rh_external_initiate(rh_execution *execution, const rh_command *command)
{
    rh_arena *arena = &execution->world->arena;
    rh_journal *journal = &execution->world->journal;
    const rh_external_request *request = command->external;
    rh_external_record *record = RH_NEW(arena, rh_external_record);
    journal->externals = rh_arena_reserve(arena, journal->externals, sizeof *journal->externals,
                                          journal->external_count + 1, &journal->external_capacity);
    journal->externals[journal->external_count++] = record;
    *record = (rh_external_record){
        .workflow_id = request->workflow_id,
        .run_id = request->run_id,
        .signal = request->signal,
        .value = request->value,
        .child_only = request->child_only,
    };
    record->initiated_event_id = rh_execution_journal(
        execution, &(rh_entry){.kind = (uint8_t)(request->signal ? RH_ENTRY_SIGNAL_INITIATED
                                                                 : RH_ENTRY_CANCEL_INITIATED),
                               .number = journal->external_count,
                               .name = request->signal,
                               .text = request->workflow_id,
                               .value = request->value});
}

/* ---- children start -------------------------------------------------------------------------- */

static void journal_child(const rh_child_run *child, rh_entry *entry)
{
    entry->number = child->index;
    entry->name = child->record->type;
    entry->text = child->record->workflow_id;
}

static const rh_failure *fail_of(const rh_child_run *child, rh_retry_state state,
                                 const rh_failure *cause)
{
    const rh_child_record *record = child->record;
    return rh_failure_child(&child->parent->world->arena,
                            &(rh_child_failure){
                                .workflow_type = record->type->text,
                                .workflow_id = record->workflow_id,
                                .run_id = child->execution ? child->execution->run->run_id : "",
                                .initiated_event_id = record->initiated_event_id,
                                .started_event_id = record->started_event_id,
                                .retry_state = state,
                                .cause = cause,
                            });
}

/* Why it could not be started. */
static const rh_failure *refusal(rh_arena *arena, rh_start_cause cause)
{
    static const rh_failure_options causes[] = {
#define X(name, failure_type, text) {.type = failure_type, .message = text},
        RH_START_CAUSES(X)
#undef X
    };
    return rh_failure_application(arena, &causes[cause]);
}

/* What the parent sees of the end of a child. */
static void tell_closed(void *owner, const rh_entry *entry, rh_event *event)
{
    const rh_child_run *child = owner;
    rh_arena *arena = &child->parent->world->arena;
    rh_retry_state state = RH_RETRY_NON_RETRYABLE_FAILURE;
    const rh_failure *cause = NULL;
    *event = (rh_event){.kind = RH_EVENT_CHILD_CLOSED, .number = child->number};
    switch (entry->kind) {
    case RH_ENTRY_CHILD_COMPLETED:
        event->value = entry->value;
        return;
    case RH_ENTRY_CHILD_START_FAILED:
        cause = refusal(arena, (rh_start_cause)entry->code);
        break;
    case RH_ENTRY_CHILD_FAILED:
        state = (rh_retry_state)entry->code;
        cause = entry->failure;
        break;
    case RH_ENTRY_CHILD_TIMED_OUT:
        state = (rh_retry_state)entry->code;
        cause = rh_failure_timeout(arena, RH_TIMEOUT_START_TO_CLOSE, "Child workflow timeout", NULL,
                                   NULL);
        break;
    case RH_ENTRY_CHILD_CANCELED:
        cause = rh_failure_canceled(arena, NULL, entry->value);
        break;
    default:
        cause = rh_failure_terminated(arena, NULL);
        break;
    }
    event->failure = fail_of(child, state, cause);
}

/* The child is over, for its parent. */
static void close_child(rh_child_run *child, rh_entry *entry)
{
    rh_execution *parent = child->parent;
    child->state = RH_CHILD_CLOSED;
    parent->open_children--;
    journal_child(child, entry);
    rh_news_hear(parent, entry, tell_closed, child);
}

static void tell_started(void *owner, const rh_entry *entry, rh_event *event)
{
    rh_child_run *child = owner;
    const char *run_id = child->execution->run->run_id;
    child->record->started_event_id = entry->event_id;
    *event =
        (rh_event){.kind = RH_EVENT_CHILD_STARTED,
                   .number = child->number,
                   .value = rh_value_string(&child->parent->world->arena, run_id, strlen(run_id))};
}

/* First the parent hears that it has started, then its first task is scheduled. */
static void start_child(rh_execution *execution, const rh_command *command)
{
    rh_world *world = execution->world;
    rh_child_run *child = execution->children[command->number];
    rh_start_request request = {
        .workflow_type = command->child->type->text,
        .input = command->child->input,
        .options = command->child->options,
    };
    request.options.task_queue = child->record->task_queue;
    rh_start_cause cause =
        rh_world_resolve(world, command->child->type, command->child->input, true, &request);
    if (cause == RH_START_NONE && rh_chain_admit(world, &request.options, NULL) != RH_ADMITTED)
        cause = RH_START_WORKFLOW_ALREADY_EXISTS;
    /* Making the id free may have closed the one who asks. */
    if (!rh_execution_is_open(execution))
        return;
    if (cause != RH_START_NONE) {
        close_child(child,
                    &(rh_entry){.kind = RH_ENTRY_CHILD_START_FAILED, .code = (uint8_t)cause});
        return;
    }
    child->execution = rh_chain_start_child(world, &request, child);
    child->state = RH_CHILD_STARTED;
    child->record->run = child->execution->index;
    rh_entry entry = {.kind = RH_ENTRY_CHILD_STARTED};
    journal_child(child, &entry);
    rh_news_hear(execution, &entry, tell_started, child);
    rh_chain_go(child->execution);
}

/* ---- requests to other runs ------------------------------------------------------------------ */

static bool is_child_of(const rh_execution *execution, const rh_execution *parent)
{
    return execution->as_child && execution->as_child->parent == parent;
}

/* A run cannot reach itself so; a signal needs an open run, a cancel any. */
static rh_execution *target_of(const rh_execution *sender, const rh_external_request *request)
{
    const rh_world *world = sender->world;
    rh_execution *target = rh_execution_find(world, request->workflow_id);
    if (!strcmp(request->workflow_id, sender->run->workflow_id))
        return NULL;
    for (size_t i = 0; request->run_id && target && i < world->execution_count; i++)
        if (!strcmp(world->executions[i]->run->run_id, request->run_id))
            target = world->executions[i];
    if (!target || (request->run_id && strcmp(target->run->run_id, request->run_id) != 0) ||
        strcmp(target->run->workflow_id, request->workflow_id) != 0)
        return NULL;
    if (rh_execution_is_open(target))
        return request->child_only && !is_child_of(target, sender) ? NULL : target;
    return request->signal ? NULL : target;
}

void rh_others_add_external(rh_world *world, const char *workflow_id)
{
    world->externals = rh_arena_reserve(&world->arena, world->externals, sizeof *world->externals,
                                        world->external_count + 1, &world->external_capacity);
    world->externals[world->external_count++] = workflow_id;
}

static bool is_elsewhere(const rh_world *world, const rh_external_request *request)
{
    for (size_t i = 0; i < world->external_count && !request->child_only; i++)
        if (!strcmp(world->externals[i], request->workflow_id))
            return true;
    return false;
}

/* A request, for the run that made it. */
typedef struct asked {
    rh_execution *execution;
    uint32_t number; /* the dialect's */
} asked;

static void tell_answer(void *owner, const rh_entry *entry, rh_event *event)
{
    const asked *request = owner;
    bool failed = entry->kind == RH_ENTRY_SIGNAL_FAILED || entry->kind == RH_ENTRY_CANCEL_FAILED;
    *event = (rh_event){.kind = RH_EVENT_EXTERNAL_CLOSED, .number = request->number};
    if (failed)
        event->failure = rh_failure_unknown_external(&request->execution->world->arena);
}

static void ask_external(rh_execution *execution, const rh_command *command, uint32_t index)
{
    const rh_external_request *request = command->external;
    rh_execution *target = target_of(execution, request);
    if (target && request->signal)
        rh_execution_signal_from(target, execution, request->signal, request->value);
    else if (target)
        rh_execution_request_cancel_from(target, execution);
    bool is_known = target || is_elsewhere(execution->world, request);
    rh_entry_kind kind = request->signal
                             ? (is_known ? RH_ENTRY_SIGNAL_DELIVERED : RH_ENTRY_SIGNAL_FAILED)
                             : (is_known ? RH_ENTRY_CANCEL_DELIVERED : RH_ENTRY_CANCEL_FAILED);
    asked *owner = RH_NEW(&execution->world->arena, asked);
    *owner = (asked){execution, command->number};
    rh_news_hear(execution,
                 &(rh_entry){.kind = (uint8_t)kind,
                             .number = index,
                             .name = request->signal,
                             .text = request->workflow_id,
                             .value = request->value},
                 tell_answer, owner);
}

void rh_others_act(rh_execution *execution, size_t first, size_t end)
{
    const rh_journal *journal = &execution->world->journal;
    uint32_t external = (uint32_t)journal->external_count;
    for (size_t i = first; i < end; i++)
        external -= execution->commands[i].kind == RH_COMMAND_ASK_EXTERNAL;
    for (size_t i = first; i < end && rh_execution_is_open(execution); i++) {
        const rh_command *command = &execution->commands[i];
        if (command->kind == RH_COMMAND_START_CHILD)
            start_child(execution, command);
        else if (command->kind == RH_COMMAND_ASK_EXTERNAL)
            ask_external(execution, command, ++external);
    }
}

/* ---- ends ------------------------------------------------------------------------------------ */

void rh_child_closed(rh_execution *execution, const rh_entry *closing)
{
    rh_child_run *child = execution->as_child;
    rh_entry entry = {.code = closing->code};
    if (child->state == RH_CHILD_CLOSED || !rh_execution_is_open(child->parent))
        return;
    switch (closing->kind) {
    case RH_ENTRY_RUN_COMPLETED:
        entry.kind = RH_ENTRY_CHILD_COMPLETED;
        entry.value = closing->value;
        break;
    case RH_ENTRY_RUN_FAILED:
        entry.kind = RH_ENTRY_CHILD_FAILED;
        entry.failure = closing->failure;
        break;
    case RH_ENTRY_RUN_TIMED_OUT:
        entry.kind = RH_ENTRY_CHILD_TIMED_OUT;
        break;
    case RH_ENTRY_RUN_CANCELED:
        entry.kind = RH_ENTRY_CHILD_CANCELED;
        entry.value = closing->value;
        break;
    default:
        entry.kind = RH_ENTRY_CHILD_TERMINATED;
        break;
    }
    close_child(child, &entry);
}

void rh_children_left(rh_execution *execution)
{
    for (size_t i = 0; i < execution->child_count; i++) {
        const rh_child_run *child = execution->children[i];
        if (!child || child->state != RH_CHILD_STARTED)
            continue;
        if (child->record->parent_close == RH_PARENT_CLOSE_TERMINATE)
            rh_execution_terminate(child->execution, "by parent close policy");
        else if (child->record->parent_close == RH_PARENT_CLOSE_REQUEST_CANCEL)
            rh_execution_request_cancel_from(child->execution, execution);
    }
}
