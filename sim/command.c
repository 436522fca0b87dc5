#include "sim/command.h"

#include "sim/call.h"
#include "sim/chain.h"
#include "sim/message.h"
#include "sim/other_runs.h"
#include "sim/record.h"
#include "sim/world.h"

/* ---- checking -------------------------------------------------------------------------------- */

/* What the server counts and limits. */
typedef enum pending_kind { ACTIVITIES, CHILDREN, SIGNALS, CANCELS, PENDING_KINDS } pending_kind;

/* What a command is about, for messages. */
static const char *what_of(rh_arena *arena, const rh_command *command)
{
    switch (command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        return rh_format(arena, "activity '%s'", command->activity->type->text);
    case RH_COMMAND_START_CHILD:
        return rh_format(arena, "child '%s'", command->child->type->text);
    case RH_COMMAND_ASK_EXTERNAL:
        return command->external->signal
                   ? rh_format(arena, "signal '%s'", command->external->signal->text)
                   : "cancel";
    default:
        return "continue-as-new";
    }
}

/* What the server would refuse of a command; *kind is what it adds to. */
static rh_activation check_command(rh_execution *execution, const rh_command *command,
                                   pending_kind *kind)
{
    rh_arena *arena = &execution->world->arena;
    rh_text why = rh_text_in(arena);
    const char *cause;
    bool valid = true;
    if (command->kind == RH_COMMAND_SCHEDULE_ACTIVITY) {
        *kind = ACTIVITIES;
        cause = "BadScheduleActivityAttributes";
        valid = rh_request_valid(command->activity, &why);
    } else if (command->kind == RH_COMMAND_START_CHILD) {
        *kind = CHILDREN;
        cause = "BadStartChildExecutionAttributes";
        valid = rh_child_valid(command->child, rh_world_now(execution->world), &why);
    } else if (command->kind == RH_COMMAND_ASK_EXTERNAL) {
        bool is_signal = command->external->signal != NULL;
        *kind = is_signal ? SIGNALS : CANCELS;
        cause = is_signal ? "BadSignalWorkflowExecutionAttributes"
                          : "BadRequestCancelExternalWorkflowExecutionAttributes";
        valid = rh_external_valid(command->external, &why);
    } else if (command->kind == RH_COMMAND_CONTINUE_AS_NEW) {
        cause = "BadContinueAsNewAttributes";
        valid = rh_continuation_valid(command->continuation, &why);
    }
    if (valid)
        return RH_ACTIVATION_DONE;
    return rh_execution_fail_task(execution, cause,
                                  rh_format(arena, "%s: %s", what_of(arena, command),
                                            rh_text_string(&why)));
}

rh_activation rh_commands_check(rh_execution *execution)
{
    static const char *const causes[] = {"PendingActivitiesLimitExceeded",
                                         "PendingChildWorkflowsLimitExceeded",
                                         "PendingSignalsLimitExceeded",
                                         "PendingRequestCancelLimitExceeded"};
    const rh_world_options *options = &execution->world->options;
    const int64_t limits[] = {options->pending_activities, options->pending_children,
                              options->pending_signals, options->pending_cancels};
    int64_t open[PENDING_KINDS] = {(int64_t)execution->open_activities,
                                   (int64_t)execution->open_children};
    for (size_t i = execution->commands_done; i < execution->command_count; i++) {
        const rh_command *command = &execution->commands[i];
        pending_kind kind = PENDING_KINDS;
        if (check_command(execution, command, &kind) != RH_ACTIVATION_DONE)
            return RH_ACTIVATION_FAILED;
        if (kind != PENDING_KINDS && ++open[kind] > limits[kind] && limits[kind] > 0)
            return rh_execution_fail_task(
                execution, causes[kind],
                rh_format(&execution->world->arena,
                          "%s would be the %lldth pending one; the limit is %lld",
                          what_of(&execution->world->arena, command), (long long)open[kind],
                          (long long)limits[kind]));
    }
    return RH_ACTIVATION_DONE;
}

/* ---- carrying out ---------------------------------------------------------------------------- */

static void schedule_activity(rh_execution *execution, const rh_command *command)
{
    rh_world *world = execution->world;
    rh_arena *arena = &world->arena;
    rh_activity_record *activity = rh_activity_schedule(execution, command);
    execution->activities =
        rh_arena_reserve(arena, execution->activities, sizeof *execution->activities,
                         execution->activity_count + 1, &execution->activity_capacity);
    execution->activities[execution->activity_count++] = activity;
    execution->open_activities++;
    world->unsent = rh_arena_reserve(arena, world->unsent, sizeof *world->unsent,
                                     world->unsent_count + 1, &world->unsent_capacity);
    world->unsent[world->unsent_count++] = activity;
}

static void apply(rh_execution *execution, const rh_command *command)
{
    switch ((rh_command_kind)command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        schedule_activity(execution, command);
        break;
    case RH_COMMAND_CANCEL_ACTIVITY:
        rh_activity_request_cancel(execution->activities[command->number]);
        break;
    case RH_COMMAND_START_TIMER:
        rh_execution_start_timer(execution, command);
        break;
    case RH_COMMAND_CANCEL_TIMER:
        rh_execution_cancel_timer(execution, command);
        break;
    case RH_COMMAND_RECORD_MARKER:
    case RH_COMMAND_UPSERT_ATTRIBUTES:
    case RH_COMMAND_UPSERT_MEMO:
        rh_record_apply(execution, command);
        break;
    case RH_COMMAND_ACCEPT_UPDATE:
    case RH_COMMAND_COMPLETE_UPDATE:
        rh_update_apply(execution, command);
        break;
    case RH_COMMAND_REJECT_UPDATE: /* taken out before */
        break;
    case RH_COMMAND_START_CHILD:
        rh_child_initiate(execution, command);
        break;
    case RH_COMMAND_ASK_EXTERNAL:
        rh_external_initiate(execution, command);
        break;
    case RH_COMMAND_CONTINUE_AS_NEW:
        rh_execution_continue(execution, command);
        break;
    case RH_COMMAND_COMPLETE:
        rh_execution_complete(execution, command->value);
        break;
    case RH_COMMAND_FAIL:
        rh_execution_fail(execution, command->failure);
        break;
    case RH_COMMAND_CANCEL:
        rh_execution_cancel(execution, command->value);
        break;
    }
}

void rh_commands_apply(rh_execution *execution, size_t first, size_t end)
{
    for (size_t i = first; i < end && rh_execution_is_open(execution); i++) {
        rh_execution_note_place(execution, &execution->commands[i].place);
        apply(execution, &execution->commands[i]);
    }
}

void rh_commands_cancel_unstarted(rh_execution *execution, size_t first, size_t end)
{
    for (size_t i = first; i < end && rh_execution_is_open(execution); i++)
        if (execution->commands[i].kind == RH_COMMAND_CANCEL_ACTIVITY)
            rh_activity_cancel_unstarted(execution->activities[execution->commands[i].number]);
}
