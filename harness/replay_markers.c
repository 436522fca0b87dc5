#include "harness/replay_markers.h"

#include <string.h>

#include "sim/base/timetext.h"
#include "sim/record.h"

/* ---- markers --------------------------------------------------------------------------------- */

static const rh_value *detail(const rh_replay_match *match, const rh_recorded_event *event,
                              const char *key)
{
    const rh_value *details = rh_recorded_get(event->data, "details");
    return rh_recorded_payloads(match->arena, rh_get(details, key), NULL);
}

static int kind_of(const rh_recorded_event *event)
{
    const char *name = rh_recorded_text(event->data, "markerName");
    for (int kind = 0; kind < RH_MARKER_KIND_COUNT; kind++)
        if (!strcmp(name, rh_marker_kind_name((rh_marker_kind)kind)))
            return kind;
    return -1;
}

static void read_local(const rh_replay_match *match, const rh_recorded_event *event,
                       rh_marker *marker)
{
    const rh_value *data = detail(match, event, "data");
    const char *time = rh_text_of(rh_get(data, "ReplayTime"));
    marker->id = rh_text_of(rh_get(data, "ActivityID"));
    marker->type = rh_text_of(rh_get(data, "ActivityType"));
    marker->number = rh_integer_of(rh_get(data, "Attempt"));
    marker->backoff = rh_integer_of(rh_get(data, "Backoff"));
    marker->value = detail(match, event, "result");
    marker->failure = rh_recorded_failure(match->arena, rh_recorded_get(event->data, "failure"));
    rh_time_read(time, strlen(time), &marker->time);
}

/* The SDK gives side effects no name; what it records of mutable ones is [id, Payloads]. */
static bool read_marker(const rh_replay_match *match, const rh_recorded_event *event,
                        rh_marker *marker)
{
    const rh_value *data = NULL;
    int kind = kind_of(event);
    if (kind < 0)
        return false;
    *marker = (rh_marker){.kind = (uint8_t)kind, .id = ""};
    switch ((rh_marker_kind)kind) {
    case RH_MARKER_SIDE_EFFECT:
        marker->value = detail(match, event, "data");
        break;
    case RH_MARKER_MUTABLE_SIDE_EFFECT:
        data = detail(match, event, "data");
        marker->value = rh_recorded_payloads(match->arena, rh_at(data, 1), NULL);
        marker->id = rh_text_of(rh_at(data, 0));
        marker->number = rh_integer_of(detail(match, event, "mutable-side-effect-call-counter"));
        break;
    case RH_MARKER_VERSION:
        marker->id = rh_text_of(detail(match, event, "change-id"));
        marker->number = rh_integer_of(detail(match, event, "version"));
        break;
    case RH_MARKER_LOCAL_ACTIVITY:
        read_local(match, event, marker);
        return true;
    case RH_MARKER_KIND_COUNT:
        break;
    }
    if (!marker->value)
        marker->value = rh_value_null();
    return true;
}

const rh_marker *const *rh_replay_markers(const rh_replay_match *match,
                                          const rh_recorded_event *completed, size_t *count,
                                          const rh_recorded_event **unknown)
{
    const rh_recording *recording = match->recording;
    const rh_marker **markers = NULL;
    size_t capacity = 0;
    *count = 0;
    *unknown = NULL;
    for (size_t i = completed->id; i < recording->count; i++) {
        const rh_recorded_event *event = &recording->events[i];
        if (rh_recorded_role_of((rh_recorded_kind)event->kind) == RH_ROLE_TASK)
            break;
        if (event->kind != RH_RECORDED_MARKER_RECORDED)
            continue;
        rh_marker *marker = RH_NEW(match->arena, rh_marker);
        if (!read_marker(match, event, marker)) {
            *unknown = event;
            break;
        }
        markers = rh_arena_reserve(match->arena, markers, sizeof *markers, *count + 1, &capacity);
        markers[(*count)++] = marker;
    }
    return markers;
}

/* ---- matching -------------------------------------------------------------------------------- */

static const rh_value *fields_of(const rh_replay_match *match, const rh_recorded_event *event)
{
    bool is_memo = event->kind == RH_RECORDED_WORKFLOW_PROPERTIES_MODIFIED;
    const rh_value *message =
        rh_recorded_get(event->data, is_memo ? "upsertedMemo" : "searchAttributes");
    return rh_recorded_fields(match->arena, message, is_memo ? "fields" : "indexedFields");
}

bool rh_replay_is_of_version(const rh_replay_match *match, const rh_recorded_event *event)
{
    if (event->kind == RH_RECORDED_MARKER_RECORDED)
        return kind_of(event) == RH_MARKER_VERSION;
    return event->kind == RH_RECORDED_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES &&
           rh_get(fields_of(match, event), "TemporalChangeVersion");
}

/* Names and values of what was upserted. */
static bool same_fields(const rh_replay_match *match, const rh_recorded_event *event,
                        const rh_command *command)
{
    const rh_value *recorded = fields_of(match, event);
    size_t count = rh_count_of(recorded);
    if (count != rh_count_of(command->value))
        return false;
    for (size_t i = 0; i < count; i++) {
        const rh_field *field = &recorded->as.fields[i];
        const rh_value *given = rh_get(command->value, field->key);
        if (!given)
            return false;
        if (command->kind == RH_COMMAND_UPSERT_ATTRIBUTES)
            given = rh_get(given, "value");
        if (!rh_equal(field->value, given))
            return false;
    }
    return true;
}

rh_match_grade rh_replay_matches_record(const rh_replay_match *match,
                                        const rh_recorded_event *event, const rh_command *command)
{
    rh_marker recorded;
    const rh_marker *given = command->marker;
    if (command->kind != RH_COMMAND_RECORD_MARKER)
        return same_fields(match, event, command) ? RH_MATCH_SAME : RH_MATCH_LOOSE;
    if (!read_marker(match, event, &recorded) || recorded.kind != given->kind)
        return RH_MATCH_NOT;
    if (recorded.kind == RH_MARKER_SIDE_EFFECT)
        return RH_MATCH_SAME;
    if (recorded.kind == RH_MARKER_LOCAL_ACTIVITY)
        return !strcmp(recorded.id, given->id) ? RH_MATCH_SAME : RH_MATCH_NOT;
    return !strcmp(recorded.id, given->id) && recorded.number == given->number ? RH_MATCH_SAME
                                                                               : RH_MATCH_NOT;
}

void rh_replay_write_marker(rh_text *text, const rh_replay_match *match,
                            const rh_recorded_event *event)
{
    rh_marker marker;
    rh_text_printf(text, " %s", rh_recorded_text(event->data, "markerName"));
    if (read_marker(match, event, &marker) && marker.id[0])
        rh_text_printf(text, " '%s'", marker.type && marker.type[0] ? marker.type : marker.id);
}
