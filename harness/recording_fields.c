/* Fields of proto3 JSON: both spellings of keys, all forms of enum values, payloads, failures. */
#include <string.h>

#include "harness/recording.h"
#include "sim/base/ascii.h"
#include "sim/base/base64.h"
#include "sim/base/json.h"
#include "sim/base/timetext.h"

/* ---- plain fields ---------------------------------------------------------------------------- */

/* Whether `snake` ("event_id") is the other spelling of `camel` ("eventId"). */
static bool is_spelling(const char *snake, const char *camel)
{
    for (; *camel; camel++, snake++) {
        bool is_capital = *camel >= 'A' && *camel <= 'Z';
        if (is_capital && *snake++ != '_')
            return false;
        if (*snake != rh_ascii_lower(*camel))
            return false;
    }
    return !*snake;
}

const rh_value *rh_recorded_get(const rh_value *object, const char *key)
{
    const rh_value *value = rh_get(object, key);
    if (value || rh_kind_of(object) != RH_OBJECT)
        return value;
    for (uint32_t i = 0; i < object->count; i++)
        if (is_spelling(object->as.fields[i].key, key))
            return object->as.fields[i].value;
    return NULL;
}

const char *rh_recorded_text(const rh_value *object, const char *key)
{
    return rh_text_of(rh_recorded_get(object, key));
}

const char *rh_recorded_text_in(const rh_value *object, const char *key, const char *inner)
{
    return rh_recorded_text(rh_recorded_get(object, key), inner);
}

static int64_t integer_of(const rh_value *value)
{
    const char *text = rh_text_of(value);
    int64_t number = 0;
    if (rh_kind_of(value) != RH_STRING)
        return rh_integer_of(value);
    for (; *text >= '0' && *text <= '9' && number < INT64_MAX / 10; text++)
        number = number * 10 + (*text - '0');
    return *text ? -1 : number;
}

int64_t rh_recorded_integer(const rh_value *object, const char *key)
{
    return integer_of(rh_recorded_get(object, key));
}

rh_duration rh_recorded_duration(const rh_value *object, const char *key)
{
    const char *text = rh_recorded_text(object, key);
    rh_duration duration = 0;
    return rh_duration_read(text, strlen(text), &duration) ? duration : 0;
}

/* Letters alone, without regard to case: "TIMER_FIRED" is "TimerFired". */
static bool same_letters(const char *left, const char *right)
{
    for (;;) {
        left += *left == '_';
        right += *right == '_';
        if (rh_ascii_lower(*left) != rh_ascii_lower(*right))
            return false;
        if (!*left++)
            return true;
        right++;
    }
}

bool rh_recorded_is(const rh_value *value, const char *prefix, const char *name, int64_t number)
{
    if (rh_kind_of(value) == RH_INTEGER)
        return value->as.integer == number;
    const char *text = rh_text_of(value);
    size_t length = strlen(prefix);
    if (strncmp(text, prefix, length) == 0)
        text += length;
    return *text && same_letters(text, name);
}

/* ---- payloads -------------------------------------------------------------------------------- */

static const rh_value *bytes_of(rh_arena *arena, const rh_value *object, const char *key)
{
    const char *text = rh_recorded_text(object, key);
    rh_text bytes = rh_text_in(arena);
    rh_base64_read(&bytes, text, strlen(text));
    return rh_value_bytes(arena, bytes.data, bytes.length);
}

static bool is_text(const rh_value *bytes, const char *text)
{
    return bytes->count == strlen(text) && memcmp(bytes->as.text, text, bytes->count) == 0;
}

/* What stands in a payload of a codec (encrypted, compressed) cannot be known: bytes. */
static const rh_value *read_payload(rh_arena *arena, const rh_value *payload, const char **encoding)
{
    const rh_value *metadata = rh_recorded_get(payload, "metadata");
    if (rh_kind_of(payload) != RH_OBJECT || rh_kind_of(metadata) != RH_OBJECT)
        return payload ? payload : rh_value_null(); /* short form: the value itself */
    const rh_value *form = bytes_of(arena, metadata, "encoding");
    const rh_value *data = bytes_of(arena, payload, "data");
    if (is_text(form, "binary/null"))
        return rh_value_null();
    if (is_text(form, "binary/plain"))
        return data;
    if (is_text(form, "json/plain") || is_text(form, "json/protobuf")) {
        const rh_value *value = rh_json_read(arena, data->as.text, data->count, NULL, NULL);
        if (value)
            return value;
    }
    if (encoding)
        *encoding = rh_arena_text(arena, form->as.text, form->count);
    return data;
}

static const rh_value *payload_list(const rh_value *payloads)
{
    const rh_value *list = payloads;
    if (rh_kind_of(payloads) == RH_OBJECT)
        list = rh_recorded_get(payloads, "payloads");
    return rh_kind_of(list) == RH_LIST ? list : NULL;
}

static const rh_value *read_payloads(rh_arena *arena, const rh_value *list, const char **encoding)
{
    size_t count = rh_count_of(list);
    const rh_value **values = RH_NEW_ARRAY(arena, const rh_value *, count);
    for (size_t i = 0; i < count; i++)
        values[i] = read_payload(arena, rh_at(list, i), encoding);
    return rh_value_list(arena, values, count);
}

const rh_value *rh_recorded_payloads(rh_arena *arena, const rh_value *payloads,
                                     const char **encoding)
{
    const rh_value *list = payload_list(payloads);
    if (rh_count_of(list) == 1)
        return rh_value_copy(arena, read_payload(arena, rh_at(list, 0), encoding));
    return rh_count_of(list) ? read_payloads(arena, list, encoding) : NULL;
}

const rh_value *rh_recorded_arguments(rh_arena *arena, const rh_value *payloads)
{
    const rh_value *list = payload_list(payloads);
    return rh_count_of(list) ? read_payloads(arena, list, NULL) : NULL;
}

const rh_value *rh_recorded_fields(rh_arena *arena, const rh_value *message, const char *key)
{
    const rh_value *recorded = rh_recorded_get(message, key);
    size_t count = rh_count_of(recorded);
    if (rh_kind_of(recorded) != RH_OBJECT || !count)
        return NULL;
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, count);
    for (size_t i = 0; i < count; i++)
        fields[i] = (rh_field){recorded->as.fields[i].key,
                               read_payload(arena, recorded->as.fields[i].value, NULL)};
    return rh_value_object(arena, fields, count);
}

const rh_retry_policy_filled *rh_recorded_policy(rh_arena *arena, const rh_value *policy)
{
    if (!policy)
        return NULL;
    const rh_value *types = rh_recorded_get(policy, "nonRetryableErrorTypes");
    const char **list = RH_NEW_ARRAY(arena, const char *, rh_count_of(types) + 1);
    for (size_t i = 0; i < rh_count_of(types); i++)
        list[i] = rh_text_of(rh_at(types, i));
    rh_retry_policy_filled *filled = RH_NEW(arena, rh_retry_policy_filled);
    *filled = (rh_retry_policy_filled){
        .initial_interval = rh_recorded_duration(policy, "initialInterval"),
        .backoff_coefficient = rh_number_of(rh_recorded_get(policy, "backoffCoefficient")),
        .maximum_interval = rh_recorded_duration(policy, "maximumInterval"),
        .maximum_attempts = (int32_t)rh_recorded_integer(policy, "maximumAttempts"),
        .non_retryable_types = rh_count_of(types) ? list : NULL,
    };
    return filled;
}

/* ---- failures -------------------------------------------------------------------------------- */

static uint8_t timeout_type_of(const rh_value *info)
{
    const rh_value *type = rh_recorded_get(info, "timeoutType");
    for (int i = RH_TIMEOUT_START_TO_CLOSE; i <= RH_TIMEOUT_HEARTBEAT; i++)
        if (rh_recorded_is(type, "TIMEOUT_TYPE_", rh_timeout_type_name((rh_timeout_type)i), i))
            return (uint8_t)i;
    return RH_TIMEOUT_UNSPECIFIED;
}

uint8_t rh_recorded_retry_state(const rh_value *object)
{
    const rh_value *state = rh_recorded_get(object, "retryState");
    for (int i = RH_RETRY_IN_PROGRESS; i <= RH_RETRY_CANCEL_REQUESTED; i++)
        if (rh_recorded_is(state, "RETRY_STATE_", rh_retry_state_name((rh_retry_state)i), i))
            return (uint8_t)i;
    return RH_RETRY_UNSPECIFIED;
}

static void read_application(rh_arena *arena, const rh_value *info, rh_failure *failure)
{
    failure->type = rh_recorded_text(info, "type");
    failure->non_retryable = rh_is_true(rh_recorded_get(info, "nonRetryable"));
    failure->details = rh_recorded_payloads(arena, rh_recorded_get(info, "details"), NULL);
    if (rh_recorded_get(info, "nextRetryDelay")) {
        rh_duration delay = rh_recorded_duration(info, "nextRetryDelay");
        failure->next_retry_delay = delay ? delay : RH_ZERO;
    }
}

static void read_activity(const rh_value *info, rh_failure *failure)
{
    failure->activity_type = rh_recorded_text_in(info, "activityType", "name");
    failure->activity_id = rh_recorded_text(info, "activityId");
    failure->identity = rh_recorded_text(info, "identity");
    failure->scheduled_event_id = (uint32_t)rh_recorded_integer(info, "scheduledEventId");
    failure->started_event_id = (uint32_t)rh_recorded_integer(info, "startedEventId");
    failure->retry_state = rh_recorded_retry_state(info);
}

static void read_child(const rh_value *info, rh_failure *failure)
{
    failure->workflow_type = rh_recorded_text_in(info, "workflowType", "name");
    failure->workflow_id = rh_recorded_text_in(info, "workflowExecution", "workflowId");
    failure->run_id = rh_recorded_text_in(info, "workflowExecution", "runId");
    failure->scheduled_event_id = (uint32_t)rh_recorded_integer(info, "initiatedEventId");
    failure->started_event_id = (uint32_t)rh_recorded_integer(info, "startedEventId");
    failure->retry_state = rh_recorded_retry_state(info);
}

static void read_info(rh_arena *arena, const rh_value *info, rh_failure *failure)
{
    switch ((rh_failure_kind)failure->kind) {
    case RH_FAILURE_APPLICATION:
        read_application(arena, info, failure);
        return;
    case RH_FAILURE_TIMEOUT:
        failure->timeout_type = timeout_type_of(info);
        failure->details =
            rh_recorded_payloads(arena, rh_recorded_get(info, "lastHeartbeatDetails"), NULL);
        return;
    case RH_FAILURE_CANCELED:
        failure->details = rh_recorded_payloads(arena, rh_recorded_get(info, "details"), NULL);
        return;
    case RH_FAILURE_SERVER:
        failure->non_retryable = rh_is_true(rh_recorded_get(info, "nonRetryable"));
        return;
    case RH_FAILURE_ACTIVITY:
        read_activity(info, failure);
        return;
    case RH_FAILURE_CHILD:
        read_child(info, failure);
        return;
    case RH_FAILURE_TERMINATED:
        return;
    }
}

/* Go's fmt.Errorf with %w says its cause once more in its own message. */
static const char *own_message(rh_arena *arena, const char *message, const rh_failure *failure)
{
    if (failure->kind != RH_FAILURE_APPLICATION || !failure->cause || !failure->type ||
        strcmp(failure->type, "wrapError") != 0)
        return message;
    const char *tail = rh_format(arena, ": %s", rh_failure_print(arena, failure->cause));
    size_t length = strlen(message), part = strlen(tail);
    if (length < part || strcmp(message + length - part, tail) != 0)
        return message;
    return rh_arena_text(arena, message, length - part);
}

const rh_failure *rh_recorded_failure(rh_arena *arena, const rh_value *failure)
{
    static const char *const fields[] = {
#define X(name, field) field,
        RH_FAILURE_KINDS(X)
#undef X
    };
    if (rh_kind_of(failure) != RH_OBJECT)
        return NULL;
    rh_failure parts = {.kind = RH_FAILURE_APPLICATION};
    parts.cause = rh_recorded_failure(arena, rh_recorded_get(failure, "cause"));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const rh_value *info = rh_recorded_get(failure, fields[i]);
        if (rh_kind_of(info) != RH_OBJECT)
            continue;
        parts.kind = (uint8_t)i;
        read_info(arena, info, &parts);
    }
    parts.message = own_message(arena, rh_recorded_text(failure, "message"), &parts);
    return rh_failure_keep(arena, &parts);
}
