/* The workflow tasks of a run played again, when its worker has lost what it had cached: the code
 * must give the commands that it gave. */
#include "sim/base/timetext.h"
#include "sim/base/value.h"
#include "sim/message.h"
#include "sim/record.h"
#include "sim/task.h"
#include "sim/world.h"

void rh_command_describe(rh_text *text, const rh_command *command)
{
    switch ((rh_command_kind)command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        rh_text_printf(text, "schedule activity '%s'", command->activity->type->text);
        break;
    case RH_COMMAND_CANCEL_ACTIVITY:
        rh_text_printf(text, "cancel activity %u", command->number + 1);
        break;
    case RH_COMMAND_START_TIMER:
        rh_text_puts(text, "start a timer of ");
        rh_duration_write(text, command->duration);
        break;
    case RH_COMMAND_CANCEL_TIMER:
        rh_text_printf(text, "cancel timer %u", command->number + 1);
        break;
    case RH_COMMAND_RECORD_MARKER:
    case RH_COMMAND_UPSERT_ATTRIBUTES:
    case RH_COMMAND_UPSERT_MEMO:
        rh_record_describe(text, command);
        break;
    case RH_COMMAND_ACCEPT_UPDATE:
    case RH_COMMAND_REJECT_UPDATE:
    case RH_COMMAND_COMPLETE_UPDATE:
        rh_update_describe(text, command);
        break;
    case RH_COMMAND_START_CHILD:
        rh_text_printf(text, "start child '%s' with workflow id '%s'", command->child->type->text,
                       command->child->options.workflow_id);
        break;
    case RH_COMMAND_ASK_EXTERNAL:
        if (command->external->signal)
            rh_text_printf(text, "signal '%s' to workflow '%s'", command->external->signal->text,
                           command->external->workflow_id);
        else
            rh_text_printf(text, "ask workflow '%s' to cancel", command->external->workflow_id);
        break;
    case RH_COMMAND_CONTINUE_AS_NEW:
        rh_text_puts(text, "continue as new");
        break;
    case RH_COMMAND_COMPLETE:
        rh_text_puts(text, "complete the run");
        break;
    case RH_COMMAND_FAIL:
        rh_text_puts(text, "fail the run");
        break;
    case RH_COMMAND_CANCEL:
        rh_text_puts(text, "close the run as canceled");
        break;
    }
}

void rh_code_place_write(rh_text *text, const rh_code_place *place)
{
    if (place->file)
        rh_text_printf(text, "%s:%d%s", place->file, place->line, place->who ? ", " : "");
    if (place->who)
        rh_text_printf(text, "coroutine '%s'", place->who);
}

static bool same_command(const rh_command *left, const rh_command *right)
{
    if (left->kind != right->kind || left->number != right->number ||
        left->duration != right->duration)
        return false;
    if (left->kind == RH_COMMAND_RECORD_MARKER || left->kind == RH_COMMAND_UPSERT_ATTRIBUTES ||
        left->kind == RH_COMMAND_UPSERT_MEMO)
        return rh_record_same(left, right);
    if (left->kind == RH_COMMAND_START_CHILD)
        return left->child->type == right->child->type &&
               !strcmp(left->child->options.workflow_id, right->child->options.workflow_id) &&
               rh_equal(left->child->input, right->child->input);
    if (left->kind == RH_COMMAND_ASK_EXTERNAL)
        return left->external->signal == right->external->signal &&
               !strcmp(left->external->workflow_id, right->external->workflow_id) &&
               rh_equal(left->external->value, right->external->value);
    if (left->kind != RH_COMMAND_SCHEDULE_ACTIVITY)
        return true;
    return left->activity->type == right->activity->type &&
           rh_equal(left->activity->args, right->activity->args);
}

static rh_activation report_difference(rh_execution *execution, size_t task, size_t recorded,
                                       size_t given, size_t recorded_end)
{
    rh_text text = rh_text_in(&execution->world->arena);
    const rh_command *was = recorded < recorded_end ? &execution->commands[recorded] : NULL;
    const rh_command *is = given < execution->command_count ? &execution->commands[given] : NULL;
    size_t first = task > 0 ? execution->tasks[task - 1].commands_end : 0;
    rh_text_printf(&text, "nondeterminism: command %zu of workflow task %zu was to ",
                   recorded - first + 1, task + 1);
    if (was)
        rh_command_describe(&text, was);
    else
        rh_text_puts(&text, "wait");
    rh_text_puts(&text, ", on replay it is to ");
    if (is)
        rh_command_describe(&text, is);
    else
        rh_text_puts(&text, "wait");
    if (was && is && was->kind == RH_COMMAND_SCHEDULE_ACTIVITY && is->kind == was->kind &&
        is->activity->type == was->activity->type)
        rh_text_puts(&text, " with other arguments");
    if (is && is->place.file) {
        rh_text_puts(&text, ", at ");
        rh_code_place_write(&text, &is->place);
    }
    return rh_execution_fail_task(execution, "NonDeterministicError", rh_text_string(&text));
}

/* Commands that versions have made are no part of the comparison: code may ask for a version no
 * more, or elsewhere. */
static size_t skip_versions(const rh_command *commands, size_t at, size_t count)
{
    while (at < count && commands[at].of_version)
        at++;
    return at;
}

/* Runs a completed task again; its commands must come out as they did. */
static rh_activation replay_task(rh_execution *execution, size_t index)
{
    rh_task_record record = execution->tasks[index];
    size_t first_event = index > 0 ? execution->tasks[index - 1].events_end : 0;
    size_t first_command = index > 0 ? execution->tasks[index - 1].commands_end : 0;
    size_t first_marker = index > 0 ? execution->tasks[index - 1].markers_end : 0;
    rh_task task = {
        .events = execution->events + first_event,
        .event_count = record.events_end - first_event,
        .now = record.now,
        .history_length = record.history_length,
        .journal_length = record.journal_length,
        .history_size = record.unwritten_size,
        .suggestion = record.suggestion,
        .replaying = true,
        .markers = execution->markers + first_marker,
        .marker_count = record.markers_end - first_marker,
    };
    if (execution->dialect->activate(execution, &task) != RH_ACTIVATION_DONE)
        return RH_ACTIVATION_FAILED;

    rh_command *given = execution->commands + execution->commands_done;
    size_t recorded_count = record.commands_end - first_command;
    size_t given_count = execution->command_count - execution->commands_done;
    size_t at = 0, recorded = 0;
    for (;; at++, recorded++) {
        at = skip_versions(given, at, given_count);
        recorded = skip_versions(execution->commands + first_command, recorded, recorded_count);
        if (at == given_count || recorded == recorded_count ||
            !same_command(&execution->commands[first_command + recorded], &given[at]))
            break;
    }
    if (at < given_count || recorded < recorded_count)
        return report_difference(execution, index, first_command + recorded,
                                 execution->commands_done + at, record.commands_end);
    execution->command_count = execution->commands_done;
    return RH_ACTIVATION_DONE;
}

rh_activation rh_task_replay(rh_execution *execution)
{
    for (size_t i = 0; i < execution->task_count; i++)
        if (replay_task(execution, i) != RH_ACTIVATION_DONE)
            return RH_ACTIVATION_FAILED;
    return RH_ACTIVATION_DONE;
}
