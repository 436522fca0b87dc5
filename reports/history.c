#include "reports/history.h"

#include <string.h>

#include "harness/job_tree.h"
#include "harness/recording.h"
#include "reports/history_record.h"
#include "reports/history_update.h"
#include "reports/job_history.h"
#include "reports/proto.h"
#include "sim/history.h"
#include "sim/limit.h"
#include "sim/task.h"

/* Of a call, while its entries pass by. */
typedef struct call_state {
    const char *host;          /* of the current attempt */
    const rh_failure *failure; /* of the attempt `failed`, */
    const rh_failure *before;  /* and of the one before it */
    int32_t failed;
    uint32_t cancel_requested_id;
} call_state;

typedef struct history {
    rh_out out;
    const rh_journal *journal;
    const rh_run_record *run;
    call_state *calls;
    uint32_t task_scheduled_id, task_started_id, task_completed_id; /* of the latest ones */
    int64_t size; /* of the events so far; see sim/limit.h */
    bool begun;
} history;

static const char workflow_identity[] = "rehearse";

/* What a Go worker notes of its habits, which it has as the SDK's flags say; SDKs refuse flags they
 * do not know, so they are written only where they matter. Source: internal_flags.go. */
enum {
    FLAG_UPDATES_ARE_COMMANDS = 3, /* events of updates stand in the order of commands */
    FLAG_UPDATES_COME_FIRST = 4,   /* their handlers run before the other coroutines */
    FLAG_WAITS_END_TIMERS = 6      /* off by default in 1.50.0 */
};

static bool has_updates(const rh_journal *journal, uint32_t run)
{
    size_t at = 0;
    for (const rh_entry *entry; (entry = rh_history_next(journal, run, &at));)
        if (entry->kind == RH_ENTRY_UPDATE_ACCEPTED)
            return true;
    return false;
}

/* Some wait was over before its timeout. */
static bool has_waits_that_end_timers(const rh_journal *journal, uint32_t run)
{
    size_t at = 0;
    for (const rh_entry *entry; (entry = rh_history_next(journal, run, &at));)
        if (entry->kind == RH_ENTRY_TIMER_CANCELED && entry->code)
            return true;
    return false;
}

static void write_sdk_flags(rh_out *out, const rh_journal *journal, uint32_t run)
{
    bool updates = has_updates(journal, run), waits = has_waits_that_end_timers(journal, run);
    if (!updates && !waits)
        return;
    rh_out_object(out, "sdkMetadata");
    rh_out_list(out, "langUsedFlags");
    if (updates) {
        rh_out_integer(out, NULL, FLAG_UPDATES_ARE_COMMANDS);
        rh_out_integer(out, NULL, FLAG_UPDATES_COME_FIRST);
    }
    if (waits)
        rh_out_integer(out, NULL, FLAG_WAITS_END_TIMERS);
    rh_out_end_list(out);
    rh_out_end_object(out);
}

/* ---- the frame of an event ------------------------------------------------------------------- */

static void begin_event(history *h, uint64_t id, rh_time time, const char *event)
{
    rh_arena *arena = h->out.text->arena;
    h->out.comma = false;
    rh_text_puts(h->out.text, h->begun ? ",\n" : "\n");
    h->begun = true;
    rh_out_object(&h->out, NULL);
    rh_out_long(&h->out, "eventId", id);
    rh_out_time(&h->out, "eventTime", time);
    rh_proto_enum(&h->out, "eventType", "EVENT_TYPE_", event);
    rh_out_long(&h->out, "taskId", 1048576 + id);
    rh_out_object(&h->out, rh_recorded_key(arena, event));
}

static void end_event(history *h)
{
    rh_out_end_object(&h->out);
    rh_out_end_object(&h->out);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static const rh_run_record *parent_of(const rh_journal *journal, const rh_run_record *run)
{
    return journal->runs[journal->children[run->child - 1]->parent];
}

static void write_parent(rh_out *out, const rh_journal *journal, const rh_run_record *run)
{
    const rh_child_record *child = journal->children[run->child - 1];
    const rh_run_record *parent = parent_of(journal, run);
    rh_out_string(out, "parentWorkflowNamespace", RH_PROTO_NAMESPACE);
    rh_proto_execution(out, "parentWorkflowExecution", parent->workflow_id, parent->run_id);
    rh_proto_id(out, "parentInitiatedEventId", child->initiated_event_id);
    rh_proto_execution(out, "rootWorkflowExecution", run->root_workflow_id, run->root_run_id);
}

static void write_run_started(history *h)
{
    static const char *const initiators[] = {"CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED",
                                             "CONTINUE_AS_NEW_INITIATOR_WORKFLOW",
                                             "CONTINUE_AS_NEW_INITIATOR_RETRY",
                                             "CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE"};
    rh_out *out = &h->out;
    const rh_run_record *run = h->run;
    bool is_first = run->previous == RH_NO_RUN, by_server = !is_first || run->child;
    int initiator = is_first && run->cron ? RH_INITIATOR_CRON_SCHEDULE : run->initiator;
    rh_proto_name(out, "workflowType", run->workflow_type->text);
    rh_proto_task_queue(out, run->task_queue);
    rh_proto_payloads(out, "input", run->input);
    rh_out_duration(out, "workflowExecutionTimeout", run->execution_timeout);
    rh_out_duration(out, "workflowRunTimeout", run->run_timeout);
    rh_out_duration(out, "workflowTaskTimeout", run->task_timeout);
    if (run->child)
        write_parent(out, h->journal, run);
    if (!is_first) {
        rh_out_string(out, "continuedExecutionRunId", h->journal->runs[run->previous]->run_id);
        rh_proto_failure(out, "continuedFailure", run->last_failure);
        rh_proto_payloads(out, "lastCompletionResult", run->last_result);
    }
    if (initiator)
        rh_out_string(out, "initiator", initiators[initiator]);
    rh_out_string(out, "originalExecutionRunId", run->run_id);
    if (!by_server)
        rh_out_string(out, "identity", workflow_identity);
    rh_out_string(out, "firstExecutionRunId", run->first_run_id);
    rh_proto_policy(out, "retryPolicy", run->retry);
    rh_out_integer(out, "attempt", run->attempt);
    if (run->execution_expiration)
        rh_out_time(out, "workflowExecutionExpirationTime", run->execution_expiration);
    rh_out_string(out, "cronSchedule", run->cron);
    if (is_first || run->first_task_backoff)
        rh_out_duration(out, "firstWorkflowTaskBackoff", run->first_task_backoff);
    rh_proto_fields(out, "memo", "fields", run->memo);
    rh_proto_fields(out, "searchAttributes", "indexedFields", run->search_attributes);
    rh_out_string(out, "workflowId", run->workflow_id);
}

static void write_retry_state(history *h, const rh_entry *entry)
{
    rh_proto_enum(&h->out, "retryState", "RETRY_STATE_",
                  rh_retry_state_name((rh_retry_state)entry->code));
}

static void write_next_run(history *h)
{
    if (h->run->next != RH_NO_RUN)
        rh_out_string(&h->out, "newExecutionRunId", h->journal->runs[h->run->next]->run_id);
}

/* The event by which `sender` asked this run to cancel; 0: by its close policy. */
static uint32_t cancel_initiated_id(const history *h, uint32_t sender, const rh_entry *cancel)
{
    for (const rh_entry *entry = cancel; entry-- > h->journal->entries;) {
        if (entry->kind != RH_ENTRY_CANCEL_INITIATED || entry->run != sender)
            continue;
        const rh_external_record *asked = h->journal->externals[entry->number - 1];
        if (!strcmp(asked->workflow_id, h->run->workflow_id))
            return asked->initiated_event_id;
    }
    return 0;
}

/* Who signaled or canceled: another run, by way of the server, or somebody outside. */
static void write_sender(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    rh_out_string(out, "identity", entry->number ? "history-service" : workflow_identity);
    if (!entry->number)
        return;
    uint32_t run = (uint32_t)entry->number - 1;
    const rh_run_record *sender = h->journal->runs[run];
    rh_proto_execution(out, "externalWorkflowExecution", sender->workflow_id, sender->run_id);
    if (entry->kind == RH_ENTRY_RUN_CANCEL_REQUESTED)
        rh_proto_id(out, "externalInitiatedEventId", cancel_initiated_id(h, run, entry));
}

/* The delay stands in the next run's first event. */
static void write_continued(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    const rh_run_record *next = h->journal->runs[h->run->next];
    rh_out_string(out, "newExecutionRunId", next->run_id);
    rh_proto_name(out, "workflowType", next->workflow_type->text);
    rh_proto_task_queue(out, next->task_queue);
    rh_proto_payloads(out, "input", entry->value);
    rh_out_duration(out, "workflowRunTimeout", next->run_timeout);
    rh_out_duration(out, "workflowTaskTimeout", next->task_timeout);
    rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
    rh_proto_fields(out, "memo", "fields", next->memo);
    rh_proto_fields(out, "searchAttributes", "indexedFields", next->search_attributes);
}

static void write_run_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    switch (entry->kind) {
    case RH_ENTRY_RUN_STARTED:
        write_run_started(h);
        break;
    case RH_ENTRY_SIGNALED:
        rh_out_string(out, "signalName", entry->name->text);
        rh_proto_payloads(out, "input", entry->value);
        write_sender(h, entry);
        break;
    case RH_ENTRY_RUN_CANCEL_REQUESTED:
        write_sender(h, entry);
        break;
    case RH_ENTRY_RUN_COMPLETED:
        rh_proto_payloads(out, "result", entry->value);
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
        write_next_run(h);
        break;
    case RH_ENTRY_RUN_CONTINUED:
        write_continued(h, entry);
        break;
    case RH_ENTRY_RUN_FAILED:
        rh_proto_failure(out, "failure", entry->failure);
        write_retry_state(h, entry);
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
        write_next_run(h);
        break;
    case RH_ENTRY_RUN_CANCELED:
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
        rh_proto_payloads(out, "details", entry->value);
        break;
    case RH_ENTRY_RUN_TERMINATED:
        rh_out_string(out, "reason", entry->text);
        rh_out_string(out, "identity", workflow_identity);
        break;
    case RH_ENTRY_RUN_TIMED_OUT:
        write_retry_state(h, entry);
        write_next_run(h);
        break;
    default:
        break;
    }
}

/* ---- workflow tasks -------------------------------------------------------------------------- */

static void write_task_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    switch (entry->kind) {
    case RH_ENTRY_TASK_SCHEDULED:
        h->task_scheduled_id = entry->event_id;
        rh_proto_task_queue(out, h->run->task_queue);
        rh_out_duration(out, "startToCloseTimeout",
                        rh_task_timeout(h->run->task_timeout, entry->attempt));
        rh_out_integer(out, "attempt", entry->attempt ? entry->attempt : 1);
        return;
    case RH_ENTRY_TASK_STARTED:
        h->task_started_id = entry->event_id;
        rh_proto_id(out, "scheduledEventId", h->task_scheduled_id);
        rh_out_string(out, "identity", workflow_identity);
        if (entry->code)
            rh_out_boolean(out, "suggestContinueAsNew", true);
        rh_out_long(out, "historySizeBytes", (uint64_t)h->size);
        return;
    case RH_ENTRY_TASK_COMPLETED:
        rh_proto_id(out, "scheduledEventId", h->task_scheduled_id);
        rh_proto_id(out, "startedEventId", h->task_started_id);
        rh_out_string(out, "identity", workflow_identity);
        if (!h->task_completed_id)
            write_sdk_flags(out, h->journal, entry->run);
        h->task_completed_id = entry->event_id;
        return;
    case RH_ENTRY_TASK_FAILED:
        rh_proto_id(out, "scheduledEventId", h->task_scheduled_id);
        rh_proto_id(out, "startedEventId", h->task_started_id);
        rh_proto_enum(out, "cause", "WORKFLOW_TASK_FAILED_CAUSE_",
                      entry->name ? entry->name->text : "UNSPECIFIED");
        rh_proto_failure(out, "failure",
                         &(rh_failure){.kind = RH_FAILURE_APPLICATION,
                                       .message = entry->text ? entry->text : "",
                                       .type = ""});
        rh_out_string(out, "identity", workflow_identity);
        return;
    case RH_ENTRY_TASK_TIMED_OUT:
        rh_proto_id(out, "scheduledEventId", h->task_scheduled_id);
        rh_proto_id(out, "startedEventId", h->task_started_id);
        rh_proto_enum(out, "timeoutType", "TIMEOUT_TYPE_", "StartToClose");
        return;
    default:
        return;
    }
}

/* ---- activities and timers ------------------------------------------------------------------- */

static void write_scheduled(history *h, const rh_call *call)
{
    rh_out *out = &h->out;
    rh_out_string(out, "activityId", call->activity_id);
    rh_proto_name(out, "activityType", call->type->text);
    rh_proto_task_queue(out, call->task_queue ? call->task_queue->text : h->run->task_queue);
    rh_proto_arguments(out, "input", call->args);
    rh_out_duration(out, "scheduleToCloseTimeout", call->schedule_to_close);
    rh_out_duration(out, "scheduleToStartTimeout", call->schedule_to_start);
    rh_out_duration(out, "startToCloseTimeout", call->start_to_close);
    rh_out_duration(out, "heartbeatTimeout", call->heartbeat_timeout);
    rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
    rh_proto_policy(out, "retryPolicy", call->retry);
}

/* The event the server writes only now, with its old time. */
static void write_started(history *h, const rh_entry *entry)
{
    const rh_call *call = h->journal->calls[entry->call - 1];
    const call_state *state = &h->calls[entry->call - 1];
    rh_proto_id(&h->out, "scheduledEventId", call->scheduled_event_id);
    rh_out_string(&h->out, "identity", state->host ? state->host : workflow_identity);
    rh_out_integer(&h->out, "attempt", entry->attempt);
    rh_proto_failure(&h->out, "lastFailure",
                     state->failed == entry->attempt ? state->before : state->failure);
}

static void write_activity_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    const rh_call *call = h->journal->calls[entry->call - 1];
    call_state *state = &h->calls[entry->call - 1];
    const char *identity = state->host ? state->host : workflow_identity;
    if (entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED) {
        write_scheduled(h, call);
        return;
    }
    if (entry->kind == RH_ENTRY_ACTIVITY_STARTED) {
        write_started(h, entry);
        return;
    }
    if (entry->kind == RH_ENTRY_ACTIVITY_COMPLETED)
        rh_proto_payloads(out, "result", entry->value);
    if (entry->kind == RH_ENTRY_ACTIVITY_CANCELED)
        rh_proto_payloads(out, "details", entry->value);
    rh_proto_failure(out, "failure", entry->failure);
    rh_proto_id(out, "scheduledEventId", call->scheduled_event_id);
    if (entry->kind == RH_ENTRY_ACTIVITY_CANCEL_REQUESTED) {
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
        state->cancel_requested_id = entry->event_id;
        return;
    }
    rh_proto_id(out, "startedEventId", entry->number);
    if (entry->kind == RH_ENTRY_ACTIVITY_CANCELED)
        rh_proto_id(out, "latestCancelRequestedEventId", state->cancel_requested_id);
    if (entry->kind != RH_ENTRY_ACTIVITY_TIMED_OUT)
        rh_out_string(out, "identity", entry->number ? identity : workflow_identity);
    if (entry->kind == RH_ENTRY_ACTIVITY_FAILED || entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT)
        write_retry_state(h, entry);
}

static void write_timer_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    rh_out_string(out, "timerId", entry->text);
    if (entry->kind == RH_ENTRY_TIMER_STARTED)
        rh_out_duration(out, "startToFireTimeout", entry->span);
    else
        rh_proto_id(out, "startedEventId", entry->number);
    if (entry->kind != RH_ENTRY_TIMER_FIRED)
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
    if (entry->kind == RH_ENTRY_TIMER_CANCELED)
        rh_out_string(out, "identity", workflow_identity);
}

/* ---- what runs do to each other -------------------------------------------------------------- */

static void write_child_initiated(history *h, const rh_child_record *child)
{
    static const char *const closes[] = {"PARENT_CLOSE_POLICY_TERMINATE",
                                         "PARENT_CLOSE_POLICY_ABANDON",
                                         "PARENT_CLOSE_POLICY_REQUEST_CANCEL"};
    static const char *const reuses[] = {"WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE",
                                         "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY",
                                         "WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE",
                                         "WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING"};
    rh_out *out = &h->out;
    rh_out_string(out, "namespace", RH_PROTO_NAMESPACE);
    rh_out_string(out, "workflowId", child->workflow_id);
    rh_proto_name(out, "workflowType", child->type->text);
    rh_proto_task_queue(out, child->task_queue);
    rh_proto_payloads(out, "input", child->input);
    rh_out_duration(out, "workflowExecutionTimeout", child->execution_timeout);
    rh_out_duration(out, "workflowRunTimeout", child->run_timeout);
    rh_out_duration(out, "workflowTaskTimeout", child->task_timeout);
    rh_out_string(out, "parentClosePolicy", closes[child->parent_close]);
    rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
    rh_out_string(out, "workflowIdReusePolicy", reuses[child->reuse]);
    rh_proto_policy(out, "retryPolicy", child->retry);
    rh_out_string(out, "cronSchedule", child->cron);
    rh_proto_fields(out, "memo", "fields", child->memo);
    rh_proto_fields(out, "searchAttributes", "indexedFields", child->search_attributes);
}

static void write_child_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    const rh_child_record *child = h->journal->children[entry->number - 1];
    if (entry->kind == RH_ENTRY_CHILD_INITIATED) {
        write_child_initiated(h, child);
        return;
    }
    if (entry->kind == RH_ENTRY_CHILD_COMPLETED)
        rh_proto_payloads(out, "result", entry->value);
    if (entry->kind == RH_ENTRY_CHILD_CANCELED)
        rh_proto_payloads(out, "details", entry->value);
    rh_proto_failure(out, "failure", entry->failure);
    rh_out_string(out, "namespace", RH_PROTO_NAMESPACE);
    rh_proto_name(out, "workflowType", child->type->text);
    rh_proto_id(out, "initiatedEventId", child->initiated_event_id);
    if (entry->kind == RH_ENTRY_CHILD_START_FAILED) {
        rh_out_string(out, "workflowId", child->workflow_id);
        rh_proto_enum(out, "cause", "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_",
                      rh_start_cause_name((rh_start_cause)entry->code));
        return;
    }
    rh_proto_execution(out, "workflowExecution", child->workflow_id,
                       h->journal->runs[child->run]->run_id);
    if (entry->kind != RH_ENTRY_CHILD_STARTED)
        rh_proto_id(out, "startedEventId", child->started_event_id);
    if (entry->kind == RH_ENTRY_CHILD_FAILED || entry->kind == RH_ENTRY_CHILD_TIMED_OUT)
        write_retry_state(h, entry);
}

static void write_external_event(history *h, const rh_entry *entry)
{
    rh_out *out = &h->out;
    const rh_external_record *external = h->journal->externals[entry->number - 1];
    bool is_initiated =
        entry->kind == RH_ENTRY_SIGNAL_INITIATED || entry->kind == RH_ENTRY_CANCEL_INITIATED;
    bool is_failed = entry->kind == RH_ENTRY_SIGNAL_FAILED || entry->kind == RH_ENTRY_CANCEL_FAILED;
    if (is_failed)
        rh_proto_enum(out, "cause",
                      entry->kind == RH_ENTRY_SIGNAL_FAILED
                          ? "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_"
                          : "CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_",
                      "EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND");
    if (is_initiated)
        rh_proto_id(out, "workflowTaskCompletedEventId", h->task_completed_id);
    rh_out_string(out, "namespace", RH_PROTO_NAMESPACE);
    rh_proto_execution(out, "workflowExecution", external->workflow_id, external->run_id);
    /* By what the Go SDK knows its request again. */
    if (external->signal || (is_initiated && !external->child_only))
        rh_proto_id(out, "control", external->initiated_event_id);
    if (!is_initiated) {
        rh_proto_id(out, "initiatedEventId", external->initiated_event_id);
        return;
    }
    if (external->signal) {
        rh_out_string(out, "signalName", external->signal->text);
        rh_proto_payloads(out, "input", external->value);
    }
    if (external->child_only)
        rh_out_boolean(out, "childWorkflowOnly", true);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void remember(history *h, const rh_entry *entry)
{
    if (!entry->call)
        return;
    call_state *state = &h->calls[entry->call - 1];
    if (entry->kind == RH_ENTRY_ATTEMPT_STARTED)
        state->host = entry->text;
    if (entry->kind != RH_ENTRY_ATTEMPT_FAILED && entry->kind != RH_ENTRY_ATTEMPT_TIMED_OUT)
        return;
    state->before = state->failure;
    state->failure = entry->failure;
    state->failed = entry->attempt;
}

static const rh_call *call_of(const history *h, const rh_entry *entry)
{
    return entry->call ? h->journal->calls[entry->call - 1] : NULL;
}

/* What the code says of it for people. */
static void write_metadata(history *h, const rh_entry *entry)
{
    const rh_call *call = call_of(h, entry);
    const rh_child_record *child;
    switch (entry->kind) {
    case RH_ENTRY_RUN_STARTED:
        rh_proto_metadata(&h->out, h->run->summary, h->run->details);
        return;
    case RH_ENTRY_CHILD_INITIATED:
        child = h->journal->children[entry->number - 1];
        rh_proto_metadata(&h->out, child->summary, child->details);
        return;
    case RH_ENTRY_ACTIVITY_SCHEDULED:
    case RH_ENTRY_MARKER_RECORDED:
        rh_proto_metadata(&h->out, call ? call->summary : NULL, NULL);
        return;
    case RH_ENTRY_TIMER_STARTED:
        rh_proto_metadata(&h->out, entry->value ? rh_text_of(entry->value) : NULL, NULL);
        return;
    default:
        return;
    }
}

static void write_event(history *h, const rh_entry *entry)
{
    rh_entry_kind kind = (rh_entry_kind)entry->kind;
    if (rh_entry_tells_start(entry)) {
        begin_event(h, entry->number, entry->span, "ACTIVITY_TASK_STARTED");
        write_started(h, entry);
        end_event(h);
    }
    begin_event(h, entry->event_id, rh_entry_happened(entry), rh_entry_kind_event(kind));
    if ((kind >= RH_ENTRY_TASK_SCHEDULED && kind <= RH_ENTRY_TASK_FAILED) ||
        kind == RH_ENTRY_TASK_TIMED_OUT)
        write_task_event(h, entry);
    else if (kind >= RH_ENTRY_MARKER_RECORDED && kind <= RH_ENTRY_MEMO_UPSERTED)
        rh_history_write_record(&h->out, entry, call_of(h, entry), h->task_completed_id);
    else if (entry->call)
        write_activity_event(h, entry);
    else if (kind >= RH_ENTRY_TIMER_STARTED && kind <= RH_ENTRY_TIMER_CANCELED)
        write_timer_event(h, entry);
    else if (kind == RH_ENTRY_UPDATE_ACCEPTED || kind == RH_ENTRY_UPDATE_COMPLETED)
        rh_history_write_update(&h->out, entry, workflow_identity);
    else if (kind >= RH_ENTRY_CHILD_INITIATED && kind <= RH_ENTRY_CHILD_TERMINATED)
        write_child_event(h, entry);
    else if (kind >= RH_ENTRY_SIGNAL_INITIATED && kind <= RH_ENTRY_CANCEL_FAILED)
        write_external_event(h, entry);
    else
        write_run_event(h, entry);
    rh_out_end_object(&h->out);
    write_metadata(h, entry);
    rh_out_end_object(&h->out);
}

void rh_report_history(rh_text *text, const rh_journal *journal, uint32_t run)
{
    if (rh_job_tree_is_of(journal, run))
        journal = rh_job_history(text->arena, journal, run);
    history h = {.out = rh_out_begin(text), .journal = journal, .run = journal->runs[run]};
    h.calls = RH_NEW_ARRAY(text->arena, call_state, journal->call_count);
    rh_out_object(&h.out, NULL);
    rh_out_list(&h.out, "events");
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->run != run)
            continue;
        remember(&h, entry);
        if (!entry->event_id || !rh_entry_kind_event((rh_entry_kind)entry->kind))
            continue;
        write_event(&h, entry);
        h.size += rh_event_size(entry);
    }
    rh_text_puts(text, "\n");
    rh_out_end_list(&h.out);
    rh_out_end_object(&h.out);
    rh_text_putc(text, '\n');
}
