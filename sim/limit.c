#include "sim/limit.h"

#include "sim/base/json.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/news.h"
#include "sim/other_runs.h"
#include "sim/world.h"

/* ---- sizes ----------------------------------------------------------------------------------- */

static int64_t size_of(const rh_value *value)
{
    return value ? (int64_t)rh_json_size(value) : 0;
}

static int64_t arguments_size(const rh_value *args)
{
    int64_t size = 0;
    if (args && args->kind != RH_LIST)
        return size_of(args);
    for (size_t i = 0; i < rh_count_of(args); i++)
        size += size_of(rh_at(args, i));
    return size;
}

/* Of an object whose fields are payloads of their own: as the server adds keys and data up. */
static int64_t fields_size(const rh_value *object, bool are_typed)
{
    int64_t size = 0;
    for (size_t i = 0; object && object->kind == RH_OBJECT && i < object->count; i++) {
        const rh_field *field = &object->as.fields[i];
        const rh_value *value = are_typed ? rh_get(field->value, "value") : field->value;
        size += (int64_t)strlen(field->key) + size_of(value);
    }
    return size;
}

int64_t rh_failure_size(const rh_failure *failure)
{
    enum { AROUND = 16 };
    int64_t size = 0;
    for (; failure; failure = failure->cause)
        size += AROUND + (int64_t)strlen(failure->message) + (int64_t)strlen(failure->type) +
                size_of(failure->details);
    return size;
}

/* What an event takes that has no payload: measured in the encoding of the server (protobuf), with
 * short names; see docs/semantics.md. */
enum { FLAT = 64, FLAT_START = 160, FLAT_SCHEDULED = 110 };

int64_t rh_event_size(const rh_entry *entry)
{
    int64_t size = rh_entry_tells_start(entry) ? FLAT + FLAT : FLAT;
    if (entry->kind == RH_ENTRY_RUN_STARTED)
        size = FLAT_START;
    else if (entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED || entry->kind == RH_ENTRY_CHILD_INITIATED)
        size = FLAT_SCHEDULED;
    if (entry->name)
        size += entry->name->length;
    size += entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED ? arguments_size(entry->value)
                                                       : size_of(entry->value);
    return entry->failure ? size + rh_failure_size(entry->failure) : size;
}

int64_t rh_limit_most_of_parts(const rh_entry *entry)
{
    int64_t value = rh_limit_most(entry->value);
    if (value == INT64_MAX)
        value = size_of(entry->value);
    return entry->failure ? value + rh_failure_size(entry->failure) : value;
}

int64_t rh_history_size(rh_execution *execution, size_t end)
{
    const rh_journal *journal = &execution->world->journal;
    if (end < execution->sized_entries)
        execution->sized_entries = 0;
    if (!execution->sized_entries)
        execution->history_size = 0;
    for (size_t i = execution->sized_entries; i < end; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->run == execution->index && entry->event_id)
            execution->history_size += rh_event_size(entry);
    }
    execution->sized_entries = end;
    return execution->history_size;
}

/* ---- where limits begin ---------------------------------------------------------------------- */

static void lower(int64_t *least, int64_t limit)
{
    if (limit > 0 && limit < *least)
        *least = limit;
}

void rh_limits_init(rh_world *world)
{
    const rh_world_options *options = &world->options;
    world->limits = (rh_world_limits){INT64_MAX - 1, INT64_MAX - 1, INT64_MAX - 1};
    lower(&world->limits.events, options->history_suggestion);
    lower(&world->limits.events, options->history_warning);
    lower(&world->limits.events, options->history_limit);
    lower(&world->limits.history_size, options->history_size_suggestion - 1);
    lower(&world->limits.history_size, options->history_size_warning);
    lower(&world->limits.history_size, options->history_size_limit);
    lower(&world->limits.payload, options->payload_warning);
    lower(&world->limits.payload, options->payload_limit);
}

/* ---- histories ------------------------------------------------------------------------------- */

static void warn(rh_execution *execution, const char *text)
{
    rh_execution_journal(execution, &(rh_entry){.kind = RH_ENTRY_WARNING, .text = text});
}

static bool exceeds(int64_t size, int64_t limit)
{
    return limit > 0 && size > limit;
}

/* Measures only if it may be so, and no more once it is so. */
static bool history_exceeds(rh_execution *execution, int64_t limit)
{
    if (!exceeds(execution->history_bound, limit))
        return false;
    if (exceeds(execution->history_size, limit))
        return true;
    execution->history_bound = rh_history_size(execution, execution->world->journal.count);
    return exceeds(execution->history_bound, limit);
}

static void warn_of_history(rh_execution *execution)
{
    execution->warned_of_history = true;
    warn(execution,
         rh_format(&execution->world->arena,
                   "the history has grown to %u events and %lld bytes; a server warns of that",
                   execution->next_event_id - 1,
                   (long long)rh_history_size(execution, execution->world->journal.count)));
}

bool rh_limit_admits_long(rh_execution *execution, size_t events)
{
    const rh_world_options *options = &execution->world->options;
    int64_t count = (int64_t)execution->next_event_id - 1;
    if (!execution->dialect->is_served)
        return true;
    if (history_exceeds(execution, options->history_size_limit)) {
        rh_execution_terminate(execution, "Workflow history size exceeds limit.");
        return false;
    }
    if (exceeds(count + (int64_t)events, options->history_limit)) {
        rh_execution_terminate(execution, "Workflow history count exceeds limit.");
        return false;
    }
    if (!execution->warned_of_history &&
        (exceeds(count, options->history_warning) ||
         history_exceeds(execution, options->history_size_warning)))
        warn_of_history(execution);
    return true;
}

uint8_t rh_limit_suggestion(rh_execution *execution, uint32_t history_length)
{
    const rh_world_options *options = &execution->world->options;
    uint8_t reasons = 0;
    if (!rh_limit_is_near(execution, 0))
        return 0;
    if (options->history_size_suggestion > 0 &&
        history_exceeds(execution, options->history_size_suggestion - 1))
        reasons |= RH_HISTORY_SIZE_TOO_LARGE;
    if (options->history_suggestion > 0 && history_length >= (uint32_t)options->history_suggestion)
        reasons |= RH_TOO_MANY_HISTORY_EVENTS;
    return reasons;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* Words of server 1.32.0, workflow_task_completed_handler.go: also the cause it gives where a
 * result is too large, and the blank that some have before the field. */
static const struct {
    const char *cause, *what, *memo;
} words[] = {
    [RH_COMMAND_SCHEDULE_ACTIVITY] = {"BadScheduleActivityAttributes",
                                      "ScheduleActivityTaskCommandAttributes.Input", NULL},
    [RH_COMMAND_RECORD_MARKER] = {"BadRecordMarkerAttributes",
                                  "RecordMarkerCommandAttributes.Details", NULL},
    [RH_COMMAND_UPSERT_ATTRIBUTES] = {"BadSearchAttributes",
                                      "UpsertWorkflowSearchAttributesCommandAttributes", NULL},
    [RH_COMMAND_UPSERT_MEMO] = {"BadModifyWorkflowPropertiesAttributes",
                                "ModifyWorkflowPropertiesCommandAttributes",
                                "ModifyWorkflowPropertiesCommandAttributes. Memo"},
    [RH_COMMAND_START_CHILD] = {"BadStartChildExecutionAttributes",
                                "StartChildWorkflowExecutionCommandAttributes. Input",
                                "StartChildWorkflowExecutionCommandAttributes.Memo"},
    [RH_COMMAND_ASK_EXTERNAL] = {"BadSignalWorkflowExecutionAttributes",
                                 "SignalExternalWorkflowExecutionCommandAttributes.Input", NULL},
    [RH_COMMAND_COMPLETE] = {"BadScheduleActivityAttributes",
                             "CompleteWorkflowExecutionCommandAttributes.Result", NULL},
    [RH_COMMAND_FAIL] = {"BadFailWorkflowExecutionAttributes",
                         "FailWorkflowExecutionCommandAttributes.Failure", NULL},
    [RH_COMMAND_CONTINUE_AS_NEW] = {"BadContinueAsNewAttributes",
                                    "ContinueAsNewWorkflowExecutionCommandAttributes. Input",
                                    "ContinueAsNewWorkflowExecutionCommandAttributes. Memo"},
};

/* 0: so small that nobody cares. */
static int64_t size_if_large(const rh_world *world, const rh_value *value)
{
    return rh_limit_is_small(world, value) ? 0 : size_of(value);
}

static int64_t payload_of(const rh_world *world, const rh_command *command)
{
    switch (command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        return size_if_large(world, command->activity->args)
                   ? arguments_size(command->activity->args)
                   : 0;
    case RH_COMMAND_RECORD_MARKER:
        return size_if_large(world, command->marker->value);
    case RH_COMMAND_UPSERT_ATTRIBUTES:
    case RH_COMMAND_UPSERT_MEMO:
        return fields_size(command->value, command->kind == RH_COMMAND_UPSERT_ATTRIBUTES);
    case RH_COMMAND_START_CHILD:
        return size_if_large(world, command->child->input);
    case RH_COMMAND_ASK_EXTERNAL:
        return size_if_large(world, command->external->value);
    case RH_COMMAND_COMPLETE:
    case RH_COMMAND_CONTINUE_AS_NEW:
        return size_if_large(world, command->value);
    case RH_COMMAND_FAIL:
        return rh_failure_size(command->failure);
    default:
        return 0;
    }
}

static int64_t memo_of(const rh_command *command)
{
    const rh_value *memo = NULL;
    if (command->kind == RH_COMMAND_UPSERT_MEMO)
        memo = command->value;
    else if (command->kind == RH_COMMAND_START_CHILD)
        memo = command->child->options.memo;
    else if (command->kind == RH_COMMAND_CONTINUE_AS_NEW)
        memo = command->continuation->memo;
    return fields_size(memo, false);
}

static void warn_of_payload(rh_execution *execution, int64_t size, const char *what)
{
    const rh_world *world = execution->world;
    if (exceeds(size, world->options.payload_warning))
        warn(execution,
             rh_format(&execution->world->arena, "%s has %lld bytes; a server warns of that", what,
                       (long long)size));
}

const char *rh_limit_commands(rh_execution *execution, const char **cause)
{
    rh_world *world = execution->world;
    const rh_world_options *options = &world->options;
    if (!execution->dialect->is_served)
        return NULL;
    for (size_t i = execution->commands_done; i < execution->command_count; i++) {
        const rh_command *command = &execution->commands[i];
        if (command->kind >= RH_COMMAND_COMPLETE && rh_news_waiting(execution))
            break; /* it is not looked at */
        if (command->kind >= sizeof words / sizeof *words || !words[command->kind].cause)
            continue;
        const char *what = NULL;
        int64_t size = payload_of(world, command);
        if (exceeds(size, options->payload_limit))
            what = words[command->kind].what;
        else if (words[command->kind].memo && exceeds(memo_of(command), options->memo_limit))
            what = words[command->kind].memo;
        if (what) {
            *cause = words[command->kind].cause;
            return rh_format(&world->arena, "%s exceeds size limit.", what);
        }
        warn_of_payload(execution, size, words[command->kind].what);
    }
    return NULL;
}

/* ---- what comes from outside ----------------------------------------------------------------- */

static const char too_large[] = "Blob data size exceeds limit.";

bool rh_limit_refuses_input(const rh_world *world, const rh_value *input, const rh_value *memo,
                            rh_text *message)
{
    bool input_is = exceeds(size_if_large(world, input), world->options.payload_limit);
    bool memo_is = exceeds(fields_size(memo, false), world->options.memo_limit);
    if (input_is)
        rh_text_printf(message, "input: %s", too_large);
    else if (memo_is)
        rh_text_puts(message, "memo: Memo size exceeds limit.");
    return input_is || memo_is;
}

bool rh_limit_refuses_signal(rh_execution *execution, const rh_name *name, const rh_value *value)
{
    rh_world *world = execution->world;
    if (!execution->dialect->is_served ||
        !exceeds(size_if_large(world, value), world->options.payload_limit))
        return false;
    warn(execution, rh_format(&world->arena, "signal '%s' from outside is refused: %s", name->text,
                              too_large));
    return true;
}

static const rh_failure *refuse(rh_execution *execution, int64_t size, const char *what,
                                const char *message, const rh_failure *cause)
{
    rh_world *world = execution->world;
    if (!execution->dialect->is_served)
        return NULL;
    if (exceeds(size, world->options.payload_limit))
        return rh_failure_server(&world->arena, message, true, cause);
    warn_of_payload(execution, size, what);
    return NULL;
}

const rh_failure *rh_limit_result(rh_execution *execution, const rh_value *result)
{
    return refuse(execution, size_if_large(execution->world, result), "the result of an activity",
                  "Complete result exceeds size limit.", NULL);
}

const rh_failure *rh_limit_heartbeat(rh_execution *execution, const rh_value *details)
{
    return refuse(execution, size_if_large(execution->world, details), "a heartbeat",
                  "Heartbeat details exceed size limit.", NULL);
}

const rh_failure *rh_limit_canceled(rh_execution *execution, const rh_value *details)
{
    return refuse(execution, size_if_large(execution->world, details),
                  "the details of a cancellation", "Cancel details exceed size limit.", NULL);
}

/* As failure.Truncate of the server: no details, and of the texts what there is room for. */
static const rh_failure *truncate(rh_arena *arena, const rh_failure *failure, int64_t room)
{
    if (!failure || room <= 0)
        return NULL;
    size_t length = strlen(failure->message);
    if ((int64_t)length > room) {
        length = (size_t)room;
        while (length && ((unsigned char)failure->message[length] & 0xc0) == 0x80)
            length--;
    }
    rh_failure kept = *failure;
    kept.message = rh_arena_text(arena, failure->message, length);
    kept.details = NULL;
    kept.cause = truncate(arena, failure->cause, room - (int64_t)length);
    return rh_failure_keep(arena, &kept);
}

const rh_failure *rh_limit_failure(rh_execution *execution, const rh_failure *failure)
{
    rh_world *world = execution->world;
    const rh_failure *cause = NULL;
    int64_t size = rh_failure_size(failure);
    if (exceeds(size, world->options.payload_limit))
        cause = truncate(&world->arena, failure, world->options.payload_warning);
    return refuse(execution, size, "the failure of an activity", "Failure exceeds size limit.",
                  cause);
}
