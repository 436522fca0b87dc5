#include "reports/history_record.h"

#include "reports/proto.h"
#include "sim/base/timetext.h"
#include "sim/base/value.h"

static void write_text(rh_out *out, const char *key, const char *text)
{
    rh_arena *arena = out->text->arena;
    rh_proto_payloads(out, key, rh_value_string(arena, text, strlen(text)));
}

static void write_integer(rh_out *out, const char *key, int64_t integer)
{
    rh_proto_payloads(out, key, rh_value_integer(out->text->arena, integer));
}

/* Numbers and times as Go's encoding/json writes its localActivityMarkerData. */
static void write_local(rh_out *out, const rh_entry *entry, const rh_call *call)
{
    rh_arena *arena = out->text->arena;
    rh_text time = rh_text_in(arena);
    rh_time_write(&time, (rh_time)entry->number);
    const rh_field fields[] = {
        {"ActivityID", rh_value_string(arena, entry->text, strlen(entry->text))},
        {"ActivityType", rh_value_string(arena, call->type->text, call->type->length)},
        {"ReplayTime", rh_value_string(arena, time.data, time.length)},
        {"Attempt", rh_value_integer(arena, entry->attempt)},
        {"Backoff", rh_value_integer(arena, entry->span)},
    };
    rh_proto_payloads(out, "data", rh_value_object(arena, fields, sizeof fields / sizeof *fields));
    if (!entry->failure && entry->value)
        rh_proto_payloads(out, "result", entry->value);
}

/* Field names and layout: Go SDK, internal_command_state_machine.go. An id of a mutable side
 * effect stands in its data; the other one names the event that it becomes. */
static void write_marker(rh_out *out, const rh_entry *entry, const rh_call *call)
{
    rh_out_string(out, "markerName", rh_marker_kind_name((rh_marker_kind)entry->code));
    rh_out_object(out, "details");
    switch ((rh_marker_kind)entry->code) {
    case RH_MARKER_SIDE_EFFECT:
        rh_proto_payloads(out, "data", entry->value);
        write_integer(out, "side-effect-id", (int64_t)entry->number);
        break;
    case RH_MARKER_MUTABLE_SIDE_EFFECT:
        rh_proto_named_payloads(out, "data", entry->text, entry->value);
        write_integer(out, "mutable-side-effect-call-counter", (int64_t)entry->number);
        write_text(out, "side-effect-id",
                   rh_format(out->text->arena, "%s_%u", entry->text, entry->event_id));
        break;
    case RH_MARKER_VERSION:
        write_text(out, "change-id", entry->text);
        write_integer(out, "version", (int64_t)entry->number);
        break;
    case RH_MARKER_LOCAL_ACTIVITY:
        write_local(out, entry, call);
        break;
    case RH_MARKER_KIND_COUNT:
        break;
    }
    rh_out_end_object(out);
    if (entry->failure)
        rh_proto_failure(out, "failure", entry->failure);
}

static void write_attributes(rh_out *out, const rh_value *attributes)
{
    rh_out_object(out, "searchAttributes");
    rh_out_object(out, "indexedFields");
    for (size_t i = 0; i < rh_count_of(attributes); i++) {
        const rh_field *field = &attributes->as.fields[i];
        rh_proto_typed_payload(out, field->key, rh_text_of(rh_get(field->value, "type")),
                               rh_get(field->value, "value"));
    }
    rh_out_end_object(out);
    rh_out_end_object(out);
}

static void write_memo(rh_out *out, const rh_value *fields)
{
    rh_out_object(out, "upsertedMemo");
    rh_out_object(out, "fields");
    for (size_t i = 0; i < rh_count_of(fields); i++)
        rh_proto_typed_payload(out, fields->as.fields[i].key, NULL, fields->as.fields[i].value);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

void rh_history_write_record(rh_out *out, const rh_entry *entry, const rh_call *call,
                             uint32_t task_completed_id)
{
    if (entry->kind == RH_ENTRY_MARKER_RECORDED)
        write_marker(out, entry, call);
    rh_proto_id(out, "workflowTaskCompletedEventId", task_completed_id);
    if (entry->kind == RH_ENTRY_ATTRIBUTES_UPSERTED)
        write_attributes(out, entry->value);
    else if (entry->kind == RH_ENTRY_MEMO_UPSERTED)
        write_memo(out, entry->value);
}
