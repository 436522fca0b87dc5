#include "sim/message.h"

#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/news.h"
#include "sim/task.h"
#include "sim/world.h"

/* A failure of the one who asks. */
static const rh_failure *query_failed(const rh_execution *execution, const char *why)
{
    return rh_failure_application(&execution->world->arena,
                                  &(rh_failure_options){.type = "QueryFailed", .message = why});
}

/* ---- updates --------------------------------------------------------------------------------- */

static void journal_update(rh_execution *execution, rh_entry_kind kind,
                           const rh_update_record *update, rh_entry entry)
{
    entry.kind = (uint8_t)kind;
    entry.name = update->name;
    entry.text = update->id;
    rh_execution_journal(execution, &entry);
}

rh_update_record *rh_update_find(const rh_execution *execution, const char *id)
{
    for (size_t i = 0; i < execution->update_count; i++)
        if (!strcmp(execution->updates[i]->id, id))
            return execution->updates[i];
    return NULL;
}

static void abort_update(rh_execution *execution, rh_update_record *update)
{
    rh_arena *arena = &execution->world->arena;
    bool was_accepted = update->state == RH_UPDATE_STATE_ACCEPTED;
    update->state = RH_UPDATE_STATE_ABORTED;
    journal_update(
        execution, RH_ENTRY_UPDATE_ABORTED, update,
        (rh_entry){
            .failure = rh_failure_application(
                arena, &(rh_failure_options){
                           .type = was_accepted ? "AcceptedUpdateCompletedWorkflow" : "NotFound",
                           .message = was_accepted ? "the workflow closed before its update was "
                                                     "completed"
                                                   : "workflow execution already completed",
                           .non_retryable = true})});
}

static void tell_update(void *owner, const rh_entry *entry, rh_event *event)
{
    rh_update_record *update = owner;
    (void)entry;
    update->event = update->execution->event_count;
    *event = (rh_event){.kind = RH_EVENT_UPDATED,
                        .number = update->number,
                        .id = update->id,
                        .name = update->name,
                        .value = update->args};
}

rh_update_record *rh_execution_update(rh_execution *execution, const char *id, const char *name,
                                      const rh_value *args)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    if (rh_update_find(execution, id))
        return NULL;
    rh_update_record *update = RH_NEW(arena, rh_update_record);
    *update = (rh_update_record){.id = rh_arena_string(arena, id),
                                 .name = rh_names_intern(&world->names, name),
                                 .args = rh_value_copy(arena, args),
                                 .execution = execution,
                                 .number = (uint32_t)execution->update_count};
    execution->updates = rh_arena_reserve(arena, execution->updates, sizeof *execution->updates,
                                          execution->update_count + 1, &execution->update_capacity);
    execution->updates[execution->update_count++] = update;
    journal_update(execution, RH_ENTRY_UPDATE_REQUESTED, update, (rh_entry){.value = update->args});
    if (!rh_execution_is_open(execution)) {
        abort_update(execution, update);
        return update;
    }
    if (!execution->dialect->query) {
        update->state = RH_UPDATE_STATE_REJECTED;
        journal_update(execution, RH_ENTRY_UPDATE_REJECTED, update,
                       (rh_entry){.failure = query_failed(execution,
                                                          "runs of this kind take no updates")});
        return update;
    }
    rh_news_hear_update(execution, tell_update, update);
    return update;
}

/* A rejected update was never there: replay does not hear of it. */
static void reject(rh_execution *execution, const rh_command *command)
{
    rh_update_record *update = execution->updates[command->number];
    update->state = RH_UPDATE_STATE_REJECTED;
    execution->events[update->event].kind = RH_EVENT_NOTHING;
    journal_update(execution, RH_ENTRY_UPDATE_REJECTED, update,
                   (rh_entry){.failure = command->failure});
}

void rh_updates_reject(rh_execution *execution, size_t first)
{
    size_t kept = first;
    while (kept < execution->command_count &&
           execution->commands[kept].kind != RH_COMMAND_REJECT_UPDATE)
        kept++;
    for (size_t i = kept; i < execution->command_count; i++) {
        if (execution->commands[i].kind == RH_COMMAND_REJECT_UPDATE)
            reject(execution, &execution->commands[i]);
        else
            execution->commands[kept++] = execution->commands[i];
    }
    execution->command_count = kept;
}

void rh_update_apply(rh_execution *execution, const rh_command *command)
{
    rh_update_record *update = execution->updates[command->number];
    if (command->kind == RH_COMMAND_ACCEPT_UPDATE) {
        update->state = RH_UPDATE_STATE_ACCEPTED;
        update->accepted_event_id = execution->next_event_id;
        journal_update(execution, RH_ENTRY_UPDATE_ACCEPTED, update,
                       (rh_entry){.value = update->args, .number = execution->task_scheduled_id});
    } else {
        update->state = RH_UPDATE_STATE_COMPLETED;
        journal_update(execution, RH_ENTRY_UPDATE_COMPLETED, update,
                       (rh_entry){.value = command->value,
                                  .failure = command->failure,
                                  .number = update->accepted_event_id});
    }
}

void rh_updates_abort(rh_execution *execution)
{
    for (size_t i = 0; i < execution->update_count; i++) {
        rh_update_record *update = execution->updates[i];
        bool is_unseen = update->state == RH_UPDATE_STATE_ADMITTED;
        if (update->state <= RH_UPDATE_STATE_ACCEPTED)
            abort_update(execution, update);
        if (is_unseen && update->unseen)
            update->unseen(execution->world, update->unseen_data);
    }
}

void rh_update_describe(rh_text *text, const rh_command *command)
{
    const char *what = command->kind == RH_COMMAND_ACCEPT_UPDATE   ? "accept"
                       : command->kind == RH_COMMAND_REJECT_UPDATE ? "reject"
                                                                   : "complete";
    rh_text_printf(text, "%s update %u", what, command->number + 1);
}

/* ---- queries --------------------------------------------------------------------------------- */

const rh_failure *rh_execution_query_now(rh_execution *execution, const rh_name *name,
                                         const rh_value *args, const rh_value **answer)
{
    const rh_dialect *dialect = execution->dialect;
    *answer = NULL;
    if (!dialect->query)
        return query_failed(execution, "runs of this kind answer no queries");
    if (execution->task_state == RH_TASK_STARTED)
        return query_failed(execution, "a workflow task is running");
    if (!execution->task_count)
        return query_failed(execution, "the run has not completed a workflow task yet");
    if (!execution->state && rh_task_replay(execution) != RH_ACTIVATION_DONE) {
        const char *why = execution->task_failure;
        dialect->evict(execution);
        execution->command_count = execution->commands_done;
        return query_failed(execution, why);
    }
    const rh_failure *failure = dialect->query(execution, name, args, answer);
    execution->command_count = execution->commands_done;
    if (failure || !rh_execution_is_open(execution))
        dialect->evict(execution); /* what a broken handler has left is not to be gone on with */
    return failure;
}

static void answer(rh_execution *execution, const rh_name *name, const rh_value *args)
{
    const rh_value *value;
    const rh_failure *failure = rh_execution_query_now(execution, name, args, &value);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_QUERY_ANSWERED,
                                                .name = name,
                                                .value = value,
                                                .failure = failure});
}

void rh_execution_query(rh_execution *execution, const char *name, const rh_value *args)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    rh_waiting_query *query = RH_NEW(arena, rh_waiting_query);
    query->name = rh_names_intern(&world->names, name);
    query->args = rh_value_copy(arena, args);
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_QUERIED,
                                                .name = query->name,
                                                .value = query->args});
    if (execution->task_state == RH_TASK_NONE) {
        answer(execution, query->name, query->args);
        return;
    }
    rh_waiting_query **end = &execution->queries;
    while (*end)
        end = &(*end)->next;
    *end = query;
}

void rh_queries_answer(rh_execution *execution)
{
    while (execution->queries) {
        const rh_waiting_query *query = execution->queries;
        execution->queries = query->next;
        answer(execution, query->name, query->args);
    }
}
