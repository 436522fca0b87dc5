#include "reports/proto.h"

#include <string.h>

#include "sim/base/json.h"
#include "sim/base/value.h"
#include "sim/failure.h"

/* ---- payloads -------------------------------------------------------------------------------- */

static void write_metadata(rh_out *out, const char *encoding, const char *name, const char *value)
{
    rh_out_object(out, "metadata");
    rh_out_base64(out, "encoding", encoding, strlen(encoding));
    if (value)
        rh_out_base64(out, name, value, strlen(value));
    rh_out_end_object(out);
}

void rh_proto_typed_payload(rh_out *out, const char *key, const char *type, const rh_value *value)
{
    rh_kind kind = rh_kind_of(value);
    const char *encoding = kind == RH_NULL    ? "binary/null"
                           : kind == RH_BYTES ? "binary/plain"
                                              : "json/plain";
    rh_out_object(out, key);
    write_metadata(out, encoding, "type", type);
    if (kind == RH_BYTES && !(value->flags & RH_SECRET)) {
        rh_out_base64(out, "data", value->as.text, value->count);
    } else if (kind != RH_NULL) {
        rh_text json = rh_text_in(out->text->arena);
        rh_json_write(&json, value, RH_JSON_COMPACT);
        rh_out_base64(out, "data", json.data, json.length);
    }
    rh_out_end_object(out);
}

static void write_payloads(rh_out *out, const char *key, const rh_value *const *values,
                           size_t count)
{
    rh_out_object(out, key);
    rh_out_list(out, "payloads");
    for (size_t i = 0; i < count; i++)
        rh_proto_typed_payload(out, NULL, NULL, values[i]);
    rh_out_end_list(out);
    rh_out_end_object(out);
}

void rh_proto_payloads(rh_out *out, const char *key, const rh_value *value)
{
    if (value)
        write_payloads(out, key, &value, 1);
}

static void write_text(rh_out *out, const char *key, const char *text)
{
    if (text)
        rh_proto_typed_payload(out, key, NULL,
                               rh_value_string(out->text->arena, text, strlen(text)));
}

void rh_proto_metadata(rh_out *out, const char *summary, const char *details)
{
    if (!summary && !details)
        return;
    rh_out_object(out, "userMetadata");
    write_text(out, "summary", summary);
    write_text(out, "details", details);
    rh_out_end_object(out);
}

void rh_proto_arguments(rh_out *out, const char *key, const rh_value *list)
{
    if (rh_kind_of(list) != RH_LIST)
        rh_proto_payloads(out, key, list);
    else if (list->count)
        write_payloads(out, key, list->as.items, list->count);
}

void rh_proto_named_payloads(rh_out *out, const char *key, const char *name, const rh_value *value)
{
    rh_text text = rh_text_in(out->text->arena);
    rh_out inner = rh_out_begin(&text);
    rh_out_object(&inner, NULL);
    rh_out_list(&inner, "payloads");
    rh_proto_typed_payload(&inner, NULL, NULL, value);
    rh_out_end_list(&inner);
    rh_out_end_object(&inner);

    rh_out_object(out, key);
    rh_out_list(out, "payloads");
    rh_proto_typed_payload(out, NULL, NULL, rh_value_string(text.arena, name, strlen(name)));
    rh_out_object(out, NULL);
    write_metadata(out, "json/protobuf", "messageType", "temporal.api.common.v1.Payloads");
    rh_out_base64(out, "data", text.data, text.length);
    rh_out_end_object(out);
    rh_out_end_list(out);
    rh_out_end_object(out);
}

/* ---- names ----------------------------------------------------------------------------------- */

void rh_proto_enum(rh_out *out, const char *key, const char *prefix, const char *name)
{
    rh_text text = rh_text_in(out->text->arena);
    size_t length = strlen(prefix);
    char before = 'A';
    rh_text_puts(&text, prefix);
    if (strncmp(name, prefix, length) == 0)
        name += length;
    for (; *name; before = *name++) {
        bool is_small = *name >= 'a' && *name <= 'z';
        bool is_capital = *name >= 'A' && *name <= 'Z';
        if (is_capital && before >= 'a' && before <= 'z')
            rh_text_putc(&text, '_');
        rh_text_putc(&text, is_small ? (char)(*name - 'a' + 'A') : *name);
    }
    rh_out_string(out, key, rh_text_string(&text));
}

void rh_proto_name(rh_out *out, const char *key, const char *name)
{
    rh_out_object(out, key);
    rh_out_string(out, "name", name);
    rh_out_end_object(out);
}

void rh_proto_task_queue(rh_out *out, const char *name)
{
    rh_out_object(out, "taskQueue");
    rh_out_string(out, "name", name);
    rh_out_string(out, "kind", "TASK_QUEUE_KIND_NORMAL");
    rh_out_end_object(out);
}

void rh_proto_execution(rh_out *out, const char *key, const char *workflow_id, const char *run_id)
{
    rh_out_object(out, key);
    rh_out_string(out, "workflowId", workflow_id);
    if (run_id && run_id[0])
        rh_out_string(out, "runId", run_id);
    rh_out_end_object(out);
}

void rh_proto_fields(rh_out *out, const char *key, const char *inner, const rh_value *object)
{
    if (rh_kind_of(object) != RH_OBJECT)
        return;
    rh_out_object(out, key);
    rh_out_object(out, inner);
    for (size_t i = 0; i < rh_count_of(object); i++)
        rh_proto_typed_payload(out, object->as.fields[i].key, NULL, object->as.fields[i].value);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

void rh_proto_id(rh_out *out, const char *key, uint64_t id)
{
    if (id)
        rh_out_long(out, key, id);
}

/* ---- failures -------------------------------------------------------------------------------- */

static void write_application(rh_out *out, const rh_failure *failure)
{
    if (failure->type[0])
        rh_out_string(out, "type", failure->type);
    if (failure->non_retryable)
        rh_out_boolean(out, "nonRetryable", true);
    rh_proto_payloads(out, "details", failure->details);
    if (failure->next_retry_delay)
        rh_out_duration(out, "nextRetryDelay",
                        failure->next_retry_delay == RH_ZERO ? 0 : failure->next_retry_delay);
}

static void write_activity(rh_out *out, const rh_failure *failure)
{
    rh_proto_id(out, "scheduledEventId", failure->scheduled_event_id);
    rh_proto_id(out, "startedEventId", failure->started_event_id);
    if (failure->identity[0])
        rh_out_string(out, "identity", failure->identity);
    rh_proto_name(out, "activityType", failure->activity_type);
    rh_out_string(out, "activityId", failure->activity_id);
    rh_proto_enum(out, "retryState", "RETRY_STATE_",
                  rh_retry_state_name((rh_retry_state)failure->retry_state));
}

static void write_child(rh_out *out, const rh_failure *failure)
{
    rh_out_string(out, "namespace", RH_PROTO_NAMESPACE);
    rh_proto_execution(out, "workflowExecution", failure->workflow_id, failure->run_id);
    rh_proto_name(out, "workflowType", failure->workflow_type);
    rh_proto_id(out, "initiatedEventId", failure->scheduled_event_id);
    rh_proto_id(out, "startedEventId", failure->started_event_id);
    rh_proto_enum(out, "retryState", "RETRY_STATE_",
                  rh_retry_state_name((rh_retry_state)failure->retry_state));
}

static void write_info(rh_out *out, const rh_failure *failure)
{
    switch ((rh_failure_kind)failure->kind) {
    case RH_FAILURE_APPLICATION:
        write_application(out, failure);
        return;
    case RH_FAILURE_TIMEOUT:
        rh_proto_enum(out, "timeoutType", "TIMEOUT_TYPE_",
                      rh_timeout_type_name((rh_timeout_type)failure->timeout_type));
        rh_proto_payloads(out, "lastHeartbeatDetails", failure->details);
        return;
    case RH_FAILURE_CANCELED:
        rh_proto_payloads(out, "details", failure->details);
        return;
    case RH_FAILURE_SERVER:
        if (failure->non_retryable)
            rh_out_boolean(out, "nonRetryable", true);
        return;
    case RH_FAILURE_ACTIVITY:
        write_activity(out, failure);
        return;
    case RH_FAILURE_CHILD:
        write_child(out, failure);
        return;
    case RH_FAILURE_TERMINATED:
        return;
    }
}

/* Go's fmt.Errorf with %w says everything once more in its own message. */
static void write_message(rh_out *out, const rh_failure *failure)
{
    rh_arena *arena = out->text->arena;
    const char *message = failure->message;
    if (failure->kind == RH_FAILURE_APPLICATION && failure->cause &&
        !strcmp(failure->type, "wrapError"))
        message = rh_format(arena, "%s: %s", message, rh_failure_print(arena, failure->cause));
    rh_out_string(out, "message", message);
}

void rh_proto_failure(rh_out *out, const char *key, const rh_failure *failure)
{
    static const char *const fields[] = {
#define X(name, field) field,
        RH_FAILURE_KINDS(X)
#undef X
    };
    if (!failure)
        return;
    rh_out_object(out, key);
    write_message(out, failure);
    if (failure->kind == RH_FAILURE_TIMEOUT)
        rh_out_string(out, "source", "Server");
    rh_proto_failure(out, "cause", failure->cause);
    rh_out_object(out, fields[failure->kind]);
    write_info(out, failure);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

void rh_proto_policy(rh_out *out, const char *key, const rh_retry_policy_filled *policy)
{
    if (!policy)
        return;
    rh_out_object(out, key);
    rh_out_duration(out, "initialInterval", policy->initial_interval);
    rh_out_number(out, "backoffCoefficient", policy->backoff_coefficient);
    rh_out_duration(out, "maximumInterval", policy->maximum_interval);
    if (policy->maximum_attempts)
        rh_out_integer(out, "maximumAttempts", policy->maximum_attempts);
    if (policy->non_retryable_types) {
        rh_out_list(out, "nonRetryableErrorTypes");
        for (const char *const *type = policy->non_retryable_types; *type; type++)
            rh_out_string(out, NULL, *type);
        rh_out_end_list(out);
    }
    rh_out_end_object(out);
}
