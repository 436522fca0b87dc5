#include "harness/replay_match.h"

#include <string.h>

#include "harness/replay_markers.h"
#include "harness/replay_updates.h"
#include "sim/base/timetext.h"
#include "sim/task.h"

rh_replay_match rh_replay_match_begin(rh_arena *arena, const rh_recording *recording)
{
    return (rh_replay_match){arena, recording, RH_NEW_ARRAY(arena, uint32_t, recording->count + 1)};
}

const rh_recorded_event *rh_replay_origin(const rh_replay_match *match,
                                          const rh_recorded_event *event, const char *key,
                                          rh_recorded_kind kind)
{
    int64_t id = rh_recorded_integer(event->data, key);
    if (id < 1 || (uint64_t)id >= event->id || match->recording->events[id - 1].kind != kind)
        return NULL;
    return &match->recording->events[id - 1];
}

const rh_recorded_event *rh_replay_began(const rh_replay_match *match,
                                         const rh_recorded_event *event, const char *key,
                                         rh_recorded_kind kind, uint32_t *number)
{
    const rh_recorded_event *origin = rh_replay_origin(match, event, key, kind);
    if (!origin || !match->numbers[origin->id])
        return NULL;
    *number = match->numbers[origin->id] - 1;
    return origin;
}

/* The event that began the activity or timer of that number. */
static const rh_recorded_event *event_of(const rh_replay_match *match, rh_recorded_kind kind,
                                         uint32_t number)
{
    for (size_t i = 0; i < match->recording->count; i++)
        if (match->recording->events[i].kind == kind && match->numbers[i + 1] == number + 1)
            return &match->recording->events[i];
    return NULL;
}

/* ---- what counts ----------------------------------------------------------------------------- */

const char *rh_replay_short_name(const char *type)
{
    const char *dot = strrchr(type, '.');
    return dot && dot[1] ? dot + 1 : type;
}

static bool same_type(const char *left, const char *right)
{
    return strcmp(rh_replay_short_name(left), rh_replay_short_name(right)) == 0;
}

/* Numbers (Go: the id of the event; TypeScript, Python, .NET: counted) and UUIDs (Java). */
static bool is_made_up(const char *id)
{
    size_t length = strlen(id);
    if (strspn(id, "0123456789") == length)
        return true;
    return length == 36 && strspn(id, "0123456789abcdefABCDEF-") == length;
}

static bool same_id(const char *recorded, const char *set)
{
    return set ? strcmp(recorded, set) == 0 : is_made_up(recorded);
}

static rh_match_grade graded(bool same)
{
    return same ? RH_MATCH_SAME : RH_MATCH_LOOSE;
}

static bool same_arguments(const rh_value *recorded, const rh_value *args)
{
    return rh_count_of(recorded) || rh_count_of(args) ? rh_equal(recorded, args) : true;
}

static const rh_value *recorded_input(const rh_replay_match *match, const rh_recorded_event *event)
{
    return rh_recorded_arguments(match->arena, rh_recorded_get(event->data, "input"));
}

static rh_match_grade match_schedule(const rh_replay_match *match, const rh_recorded_event *event,
                                     const rh_activity_request *request)
{
    if (!same_type(rh_recorded_text_in(event->data, "activityType", "name"), request->type->text) ||
        !same_id(rh_recorded_text(event->data, "activityId"), request->options.activity_id))
        return RH_MATCH_NOT;
    return graded(same_arguments(recorded_input(match, event), request->args));
}

static rh_match_grade match_cancel(const rh_replay_match *match, const rh_recorded_event *event,
                                   const char *key, rh_recorded_kind kind, uint32_t number)
{
    const rh_recorded_event *origin = rh_replay_origin(match, event, key, kind);
    return origin && match->numbers[origin->id] == number + 1 ? RH_MATCH_SAME : RH_MATCH_NOT;
}

static rh_match_grade match_result(const rh_replay_match *match, const rh_recorded_event *event,
                                   const char *key, const rh_value *value)
{
    const rh_value *recorded =
        rh_recorded_payloads(match->arena, rh_recorded_get(event->data, key), NULL);
    return rh_equal(recorded, value) ? RH_MATCH_SAME : RH_MATCH_NOT;
}

static rh_match_grade match_child(const rh_replay_match *match, const rh_recorded_event *event,
                                  const rh_child_start *child)
{
    if (!same_type(rh_recorded_text_in(event->data, "workflowType", "name"), child->type->text))
        return RH_MATCH_NOT;
    const rh_value *input =
        rh_recorded_payloads(match->arena, rh_recorded_get(event->data, "input"), NULL);
    return graded(rh_equal(input, child->input) &&
                  !strcmp(rh_recorded_text(event->data, "workflowId"), child->options.workflow_id));
}

static rh_match_grade match_external(const rh_replay_match *match, const rh_recorded_event *event,
                                     const rh_external_request *request)
{
    if (strcmp(rh_recorded_text_in(event->data, "workflowExecution", "workflowId"),
               request->workflow_id) != 0)
        return RH_MATCH_NOT;
    if (!request->signal)
        return RH_MATCH_SAME;
    if (strcmp(rh_recorded_text(event->data, "signalName"), request->signal->text) != 0)
        return RH_MATCH_NOT;
    const rh_value *value =
        rh_recorded_payloads(match->arena, rh_recorded_get(event->data, "input"), NULL);
    return graded(rh_equal(value, request->value));
}

static rh_match_grade match_failure(const rh_replay_match *match, const rh_recorded_event *event,
                                    const rh_failure *failure)
{
    const rh_failure *recorded =
        rh_recorded_failure(match->arena, rh_recorded_get(event->data, "failure"));
    return graded(strcmp(rh_failure_print(match->arena, recorded),
                         rh_failure_print(match->arena, failure)) == 0);
}

/* The event that is written for a command. */
static rh_recorded_kind kind_for(const rh_command *command)
{
    switch ((rh_command_kind)command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        return RH_RECORDED_ACTIVITY_TASK_SCHEDULED;
    case RH_COMMAND_CANCEL_ACTIVITY:
        return RH_RECORDED_ACTIVITY_TASK_CANCEL_REQUESTED;
    case RH_COMMAND_START_TIMER:
        return RH_RECORDED_TIMER_STARTED;
    case RH_COMMAND_CANCEL_TIMER:
        return RH_RECORDED_TIMER_CANCELED;
    case RH_COMMAND_RECORD_MARKER:
        return RH_RECORDED_MARKER_RECORDED;
    case RH_COMMAND_UPSERT_ATTRIBUTES:
        return RH_RECORDED_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES;
    case RH_COMMAND_UPSERT_MEMO:
        return RH_RECORDED_WORKFLOW_PROPERTIES_MODIFIED;
    case RH_COMMAND_ACCEPT_UPDATE:
        return RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED;
    case RH_COMMAND_COMPLETE_UPDATE:
        return RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_COMPLETED;
    case RH_COMMAND_REJECT_UPDATE:
        return RH_RECORDED_UNKNOWN;
    case RH_COMMAND_COMPLETE:
        return RH_RECORDED_WORKFLOW_EXECUTION_COMPLETED;
    case RH_COMMAND_FAIL:
        return RH_RECORDED_WORKFLOW_EXECUTION_FAILED;
    case RH_COMMAND_CANCEL:
        return RH_RECORDED_WORKFLOW_EXECUTION_CANCELED;
    case RH_COMMAND_START_CHILD:
        return RH_RECORDED_START_CHILD_WORKFLOW_EXECUTION_INITIATED;
    case RH_COMMAND_ASK_EXTERNAL:
        return command->external->signal
                   ? RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED
                   : RH_RECORDED_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED;
    case RH_COMMAND_CONTINUE_AS_NEW:
        return RH_RECORDED_WORKFLOW_EXECUTION_CONTINUED_AS_NEW;
    }
    return RH_RECORDED_UNKNOWN;
}

static rh_match_grade match_command(const rh_replay_match *match, const rh_recorded_event *event,
                                    const rh_command *command)
{
    if (event->kind != kind_for(command))
        return RH_MATCH_NOT;
    switch ((rh_command_kind)command->kind) {
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        return match_schedule(match, event, command->activity);
    case RH_COMMAND_CANCEL_ACTIVITY:
        return match_cancel(match, event, "scheduledEventId", RH_RECORDED_ACTIVITY_TASK_SCHEDULED,
                            command->number);
    case RH_COMMAND_START_TIMER:
        return graded(rh_recorded_duration(event->data, "startToFireTimeout") == command->duration);
    case RH_COMMAND_CANCEL_TIMER:
        return match_cancel(match, event, "startedEventId", RH_RECORDED_TIMER_STARTED,
                            command->number);
    case RH_COMMAND_RECORD_MARKER:
    case RH_COMMAND_UPSERT_ATTRIBUTES:
    case RH_COMMAND_UPSERT_MEMO:
        return rh_replay_matches_record(match, event, command);
    case RH_COMMAND_ACCEPT_UPDATE:
    case RH_COMMAND_COMPLETE_UPDATE:
        return rh_replay_matches_update(match, event, command);
    case RH_COMMAND_REJECT_UPDATE:
        return RH_MATCH_NOT;
    case RH_COMMAND_COMPLETE:
        return match_result(match, event, "result", command->value);
    case RH_COMMAND_FAIL:
        return match_failure(match, event, command->failure);
    case RH_COMMAND_CANCEL:
        return RH_MATCH_SAME;
    case RH_COMMAND_START_CHILD:
        return match_child(match, event, command->child);
    case RH_COMMAND_ASK_EXTERNAL:
        return match_external(match, event, command->external);
    case RH_COMMAND_CONTINUE_AS_NEW:
        return match_result(match, event, "input", command->value);
    }
    return RH_MATCH_NOT;
}

/* What begins something: later events lead back to it. */
static bool begins(rh_command_kind kind)
{
    return kind == RH_COMMAND_SCHEDULE_ACTIVITY || kind == RH_COMMAND_START_TIMER ||
           kind == RH_COMMAND_START_CHILD || kind == RH_COMMAND_ASK_EXTERNAL;
}

rh_match_grade rh_replay_matches(const rh_replay_match *match, const rh_recorded_event *event,
                                 const rh_command *command)
{
    rh_match_grade grade = match_command(match, event, command);
    if (grade != RH_MATCH_NOT && begins((rh_command_kind)command->kind))
        match->numbers[event->id] = command->number + 1;
    return grade;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void write_origin(rh_text *text, const rh_replay_match *match,
                         const rh_recorded_event *origin)
{
    if (!origin)
        return;
    if (origin->kind == RH_RECORDED_ACTIVITY_TASK_SCHEDULED)
        rh_text_printf(text, " '%s'", rh_recorded_text_in(origin->data, "activityType", "name"));
    rh_text_printf(text, " of event %ju", (uintmax_t)origin->id);
    (void)match;
}

static void write_target(rh_text *text, const rh_recorded_event *event)
{
    rh_text_printf(text, " to workflow '%s'",
                   rh_recorded_text_in(event->data, "workflowExecution", "workflowId"));
}

const char *rh_replay_event_text(const rh_replay_match *match, const rh_recorded_event *event)
{
    rh_text text = rh_text_in(match->arena);
    rh_text_puts(&text, event->name);
    switch (event->kind) {
    case RH_RECORDED_ACTIVITY_TASK_SCHEDULED:
        rh_text_printf(&text, " '%s'", rh_recorded_text_in(event->data, "activityType", "name"));
        if (!is_made_up(rh_recorded_text(event->data, "activityId")))
            rh_text_printf(&text, " with id '%s'", rh_recorded_text(event->data, "activityId"));
        break;
    case RH_RECORDED_ACTIVITY_TASK_CANCEL_REQUESTED:
        write_origin(&text, match,
                     rh_replay_origin(match, event, "scheduledEventId",
                                      RH_RECORDED_ACTIVITY_TASK_SCHEDULED));
        break;
    case RH_RECORDED_TIMER_STARTED:
        rh_text_puts(&text, " of ");
        rh_duration_write(&text, rh_recorded_duration(event->data, "startToFireTimeout"));
        break;
    case RH_RECORDED_TIMER_CANCELED:
        write_origin(&text, match,
                     rh_replay_origin(match, event, "startedEventId", RH_RECORDED_TIMER_STARTED));
        break;
    case RH_RECORDED_MARKER_RECORDED:
        rh_replay_write_marker(&text, match, event);
        break;
    case RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
    case RH_RECORDED_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
        rh_text_printf(&text, " '%s'", rh_replay_update_id(event));
        break;
    case RH_RECORDED_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
        rh_text_printf(&text, " '%s' with workflow id '%s'",
                       rh_recorded_text_in(event->data, "workflowType", "name"),
                       rh_recorded_text(event->data, "workflowId"));
        break;
    case RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
        rh_text_printf(&text, " '%s'", rh_recorded_text(event->data, "signalName"));
        write_target(&text, event);
        break;
    case RH_RECORDED_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
        write_target(&text, event);
        break;
    default:
        break;
    }
    return rh_text_string(&text);
}

const char *rh_replay_command_text(const rh_replay_match *match, const rh_command *command)
{
    rh_text text = rh_text_in(match->arena);
    switch ((rh_command_kind)command->kind) {
    case RH_COMMAND_CANCEL_ACTIVITY:
        rh_text_puts(&text, "cancel activity");
        write_origin(&text, match,
                     event_of(match, RH_RECORDED_ACTIVITY_TASK_SCHEDULED, command->number));
        break;
    case RH_COMMAND_CANCEL_TIMER:
        rh_text_puts(&text, "cancel the timer");
        write_origin(&text, match, event_of(match, RH_RECORDED_TIMER_STARTED, command->number));
        break;
    case RH_COMMAND_SCHEDULE_ACTIVITY:
        rh_command_describe(&text, command);
        if (command->activity->options.activity_id)
            rh_text_printf(&text, " with id '%s'", command->activity->options.activity_id);
        break;
    default:
        rh_command_describe(&text, command);
        break;
    }
    return rh_text_string(&text);
}

/* Where a value of the event and one of the command differ. */
static void write_values(rh_text *text, const rh_replay_match *match,
                         const rh_recorded_event *event, const rh_command *command)
{
    const char *key = command->kind == RH_COMMAND_COMPLETE ? "result" : "input";
    const rh_value *given = command->kind == RH_COMMAND_START_CHILD    ? command->child->input
                            : command->kind == RH_COMMAND_ASK_EXTERNAL ? command->external->value
                                                                       : command->value;
    if (command->kind != RH_COMMAND_COMPLETE && command->kind != RH_COMMAND_CONTINUE_AS_NEW &&
        command->kind != RH_COMMAND_START_CHILD && command->kind != RH_COMMAND_ASK_EXTERNAL)
        return;
    const rh_value *recorded =
        rh_recorded_payloads(match->arena, rh_recorded_get(event->data, key), NULL);
    if (!rh_equal(recorded, given))
        rh_value_diff(text, recorded, given, "      ", 5);
}

const char *rh_replay_loose_text(const rh_replay_match *match, const rh_recorded_event *event,
                                 const rh_command *command)
{
    rh_text text = rh_text_in(match->arena);
    if (event->kind != kind_for(command))
        return "";
    if (command->kind == RH_COMMAND_SCHEDULE_ACTIVITY) {
        const rh_value *recorded = recorded_input(match, event);
        if (!same_arguments(recorded, command->activity->args))
            rh_value_diff(&text, recorded, command->activity->args, "      ", 5);
    } else if (command->kind == RH_COMMAND_FAIL) {
        const rh_value *failure = rh_recorded_get(event->data, "failure");
        rh_text_printf(&text, "      expected \"%s\"\n      got \"%s\"\n",
                       rh_failure_print(match->arena, rh_recorded_failure(match->arena, failure)),
                       rh_failure_print(match->arena, command->failure));
    } else {
        write_values(&text, match, event, command);
    }
    while (text.length && text.data[text.length - 1] == '\n')
        text.length--;
    return rh_text_string(&text);
}
