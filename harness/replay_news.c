#include "harness/replay_news.h"

#include "sim/base/value.h"
#include "sim/failure.h"

static rh_arena *arena_of(const rh_replay_teller *teller)
{
    return teller->match->arena;
}

static const rh_value *payloads(rh_replay_teller *teller, const rh_recorded_event *event,
                                const char *key)
{
    return rh_recorded_payloads(arena_of(teller), rh_recorded_get(event->data, key),
                                &teller->encoding);
}

static const rh_failure *failure_in(const rh_replay_teller *teller, const rh_recorded_event *event)
{
    return rh_recorded_failure(arena_of(teller), rh_recorded_get(event->data, "failure"));
}

static uint32_t id_in(const rh_recorded_event *event, const char *key)
{
    return (uint32_t)rh_recorded_integer(event->data, key);
}

/* ---- activities ------------------------------------------------------------------------------ */

static const char *tell_activity(rh_replay_teller *teller, const rh_recorded_event *event,
                                 rh_event *news)
{
    const rh_recorded_event *scheduled =
        rh_replay_began(teller->match, event, "scheduledEventId",
                        RH_RECORDED_ACTIVITY_TASK_SCHEDULED, &news->number);
    if (!scheduled)
        return "scheduledEventId leads to no ACTIVITY_TASK_SCHEDULED before it";
    news->kind = RH_EVENT_ACTIVITY_CLOSED;
    if (event->kind == RH_RECORDED_ACTIVITY_TASK_COMPLETED) {
        news->value = payloads(teller, event, "result");
        return NULL;
    }
    const rh_failure *cause =
        event->kind == RH_RECORDED_ACTIVITY_TASK_CANCELED
            ? rh_failure_canceled(arena_of(teller), NULL, payloads(teller, event, "details"))
            : failure_in(teller, event);
    bool is_timeout = event->kind == RH_RECORDED_ACTIVITY_TASK_TIMED_OUT;
    news->failure = rh_failure_activity(
        arena_of(teller),
        &(rh_activity_failure){
            .activity_type = rh_recorded_text_in(scheduled->data, "activityType", "name"),
            .activity_id = rh_recorded_text(scheduled->data, "activityId"),
            .identity = is_timeout ? "" : rh_recorded_text(event->data, "identity"),
            .scheduled_event_id = (uint32_t)scheduled->id,
            .started_event_id = id_in(event, "startedEventId"),
            .retry_state = (rh_retry_state)rh_recorded_retry_state(event->data),
            .cause = cause,
        });
    return NULL;
}

/* ---- children -------------------------------------------------------------------------------- */

static const rh_failure *start_failure(const rh_replay_teller *teller,
                                       const rh_recorded_event *event)
{
    static const rh_failure_options causes[] = {
#define X(name, failure_type, text) {.type = failure_type, .message = text},
        RH_START_CAUSES(X)
#undef X
    };
    static const char prefix[] = "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_";
    const rh_value *cause = rh_recorded_get(event->data, "cause");
    int found = RH_START_WORKFLOW_ALREADY_EXISTS;
    if (rh_recorded_is(cause, prefix, rh_start_cause_name(RH_START_NAMESPACE_NOT_FOUND),
                       RH_START_NAMESPACE_NOT_FOUND))
        found = RH_START_NAMESPACE_NOT_FOUND;
    return rh_failure_application(arena_of(teller), &causes[found]);
}

/* Why a child closed without a result. */
static const rh_failure *child_cause(rh_replay_teller *teller, const rh_recorded_event *event)
{
    rh_arena *arena = arena_of(teller);
    switch (event->kind) {
    case RH_RECORDED_START_CHILD_WORKFLOW_EXECUTION_FAILED:
        return start_failure(teller, event);
    case RH_RECORDED_CHILD_WORKFLOW_EXECUTION_FAILED:
        return failure_in(teller, event);
    case RH_RECORDED_CHILD_WORKFLOW_EXECUTION_TIMED_OUT:
        return rh_failure_timeout(arena, RH_TIMEOUT_START_TO_CLOSE, "Child workflow timeout", NULL,
                                  NULL);
    case RH_RECORDED_CHILD_WORKFLOW_EXECUTION_CANCELED:
        return rh_failure_canceled(arena, NULL, payloads(teller, event, "details"));
    default:
        return rh_failure_terminated(arena, NULL);
    }
}

static const char *tell_child(rh_replay_teller *teller, const rh_recorded_event *event,
                              rh_event *news)
{
    const rh_recorded_event *initiated =
        rh_replay_began(teller->match, event, "initiatedEventId",
                        RH_RECORDED_START_CHILD_WORKFLOW_EXECUTION_INITIATED, &news->number);
    if (!initiated)
        return "initiatedEventId leads to no START_CHILD_WORKFLOW_EXECUTION_INITIATED before it";
    const char *run_id = rh_recorded_text_in(event->data, "workflowExecution", "runId");
    news->kind = RH_EVENT_CHILD_CLOSED;
    if (event->kind == RH_RECORDED_CHILD_WORKFLOW_EXECUTION_STARTED) {
        news->kind = RH_EVENT_CHILD_STARTED;
        news->value = rh_value_string(arena_of(teller), run_id, strlen(run_id));
        return NULL;
    }
    if (event->kind == RH_RECORDED_CHILD_WORKFLOW_EXECUTION_COMPLETED) {
        news->value = payloads(teller, event, "result");
        return NULL;
    }
    uint8_t state = rh_recorded_retry_state(event->data);
    news->failure = rh_failure_child(
        arena_of(teller),
        &(rh_child_failure){
            .workflow_type = rh_recorded_text_in(initiated->data, "workflowType", "name"),
            .workflow_id = rh_recorded_text(initiated->data, "workflowId"),
            .run_id = run_id,
            .initiated_event_id = (uint32_t)initiated->id,
            .started_event_id = id_in(event, "startedEventId"),
            /* Events that have no such field mean that nothing is tried again. */
            .retry_state = state ? (rh_retry_state)state : RH_RETRY_NON_RETRYABLE_FAILURE,
            .cause = child_cause(teller, event),
        });
    return NULL;
}

/* ---- requests to other runs ------------------------------------------------------------------ */

static const char *tell_external(rh_replay_teller *teller, const rh_recorded_event *event,
                                 rh_event *news)
{
    bool is_signal = event->kind == RH_RECORDED_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED ||
                     event->kind == RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED;
    bool has_failed = event->kind == RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED ||
                      event->kind == RH_RECORDED_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED;
    rh_recorded_kind origin =
        is_signal ? RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED
                  : RH_RECORDED_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED;
    if (!rh_replay_began(teller->match, event, "initiatedEventId", origin, &news->number))
        return rh_format(arena_of(teller), "initiatedEventId leads to no %s before it",
                         rh_recorded_name(origin));
    news->kind = RH_EVENT_EXTERNAL_CLOSED;
    if (has_failed)
        news->failure = rh_failure_unknown_external(arena_of(teller));
    return NULL;
}

/* ---- all of them ----------------------------------------------------------------------------- */

const char *rh_replay_tell(rh_replay_teller *teller, const rh_recorded_event *event, rh_event *news)
{
    const char *name;
    *news = (rh_event){0};
    switch (event->kind) {
    case RH_RECORDED_WORKFLOW_EXECUTION_STARTED:
        news->kind = RH_EVENT_STARTED;
        news->value = teller->input;
        return NULL;
    case RH_RECORDED_TIMER_FIRED:
        news->kind = RH_EVENT_TIMER_FIRED;
        return rh_replay_began(teller->match, event, "startedEventId", RH_RECORDED_TIMER_STARTED,
                               &news->number)
                   ? NULL
                   : "startedEventId leads to no TIMER_STARTED before it";
    case RH_RECORDED_WORKFLOW_EXECUTION_SIGNALED:
        name = rh_recorded_text(event->data, "signalName");
        news->kind = RH_EVENT_SIGNALED;
        news->name = rh_names_intern(teller->names, name);
        news->value = payloads(teller, event, "input");
        return NULL;
    case RH_RECORDED_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
        news->kind = RH_EVENT_CANCEL_REQUESTED;
        return NULL;
    case RH_RECORDED_ACTIVITY_TASK_COMPLETED:
    case RH_RECORDED_ACTIVITY_TASK_FAILED:
    case RH_RECORDED_ACTIVITY_TASK_TIMED_OUT:
    case RH_RECORDED_ACTIVITY_TASK_CANCELED:
        return tell_activity(teller, event, news);
    case RH_RECORDED_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED:
    case RH_RECORDED_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
    case RH_RECORDED_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
    case RH_RECORDED_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED:
        return tell_external(teller, event, news);
    default:
        return tell_child(teller, event, news);
    }
}
