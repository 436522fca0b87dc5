#include "harness/recording.h"

#include <string.h>

#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"

static const struct kind_row {
    const char *name;
    rh_recorded_role role;
} kinds[RH_RECORDED_KINDS] = {
#define EVENT(number, name, role) [number] = {#name, RH_ROLE_##role},
#include "harness/recorded_events.h"
#undef EVENT
};

const char *rh_recorded_name(rh_recorded_kind kind)
{
    return kinds[kind].name;
}

rh_recorded_role rh_recorded_role_of(rh_recorded_kind kind)
{
    return kinds[kind].role;
}

const char *rh_recorded_key(rh_arena *arena, const char *event_name)
{
    rh_text key = rh_text_in(arena);
    bool capital = false;
    for (; *event_name; event_name++) {
        bool is_letter = *event_name >= 'A' && *event_name <= 'Z';
        if (is_letter)
            rh_text_putc(&key, capital ? *event_name : (char)(*event_name - 'A' + 'a'));
        capital = !is_letter;
    }
    rh_text_puts(&key, "EventAttributes");
    return rh_text_string(&key);
}

/* ---- one event ------------------------------------------------------------------------------- */

typedef struct reading {
    rh_arena *arena;
    const char *file;
    rh_error *error;
} reading;

static rh_recorded_kind kind_of(const rh_value *type)
{
    for (int kind = 1; kind < RH_RECORDED_KINDS; kind++)
        if (rh_recorded_is(type, "EVENT_TYPE_", kinds[kind].name, kind))
            return (rh_recorded_kind)kind;
    return RH_RECORDED_UNKNOWN;
}

static const char *type_text(const reading *r, const rh_value *type)
{
    if (rh_kind_of(type) == RH_STRING)
        return rh_text_of(type);
    rh_text text = rh_text_in(r->arena);
    rh_json_write(&text, type, RH_JSON_COMPACT);
    return rh_text_string(&text);
}

static int unknown_type(const reading *r, uint64_t id, const char *type)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(strncmp(type, "EVENT_TYPE_", 11) == 0 ? type + 11 : type);
    for (int kind = 1; kind < RH_RECORDED_KINDS; kind++)
        rh_nearest_offer(&nearest, kinds[kind].name);
    return rh_error_set(r->error, r->file, 0, 0,
                        "event %ju: unknown event type '%s': it is of a newer server, and does "
                        "not say that workers may ignore it (workerMayIgnore)%s",
                        (uintmax_t)id, type, rh_nearest_hint(&nearest, hint, sizeof hint));
}

static int read_time(const reading *r, const rh_value *object, rh_recorded_event *event)
{
    const rh_value *time = rh_recorded_get(object, "eventTime");
    const char *text = rh_text_of(time);
    if (!time || rh_kind_of(time) == RH_NULL || rh_time_read(text, strlen(text), &event->time))
        return 0;
    return rh_error_set(r->error, r->file, 0, 0,
                        "event %ju: eventTime: expected a time like 2026-01-01T00:00:00Z, got %s",
                        (uintmax_t)event->id, type_text(r, time));
}

static int read_data(const reading *r, const rh_value *object, rh_recorded_event *event)
{
    const rh_value *data = rh_recorded_get(object, rh_recorded_key(r->arena, event->name));
    if (!data || rh_kind_of(data) == RH_NULL)
        data = rh_value_object(r->arena, NULL, 0);
    if (rh_kind_of(data) != RH_OBJECT)
        return rh_error_set(r->error, r->file, 0, 0, "event %ju: %s: expected an object, got a %s",
                            (uintmax_t)event->id, rh_recorded_key(r->arena, event->name),
                            rh_kind_name(rh_kind_of(data)));
    event->data = data;
    return 0;
}

static int read_event(const reading *r, const rh_value *object, size_t index,
                      rh_recorded_event *event)
{
    uint64_t expected = index + 1;
    if (rh_kind_of(object) != RH_OBJECT)
        return rh_error_set(r->error, r->file, 0, 0, "event %ju: expected an object, got a %s",
                            (uintmax_t)expected, rh_kind_name(rh_kind_of(object)));
    event->id = (uint64_t)rh_recorded_integer(object, "eventId");
    if (event->id != expected)
        return rh_error_set(r->error, r->file, 0, 0,
                            "event %ju: expected event id %ju here, got %jd: the history is not "
                            "complete, or not in order",
                            (uintmax_t)expected, (uintmax_t)expected, (intmax_t)event->id);
    const rh_value *type = rh_recorded_get(object, "eventType");
    event->kind = (uint8_t)kind_of(type);
    event->data = rh_value_null();
    event->name = event->kind ? kinds[event->kind].name : type_text(r, type);
    if (!event->kind && rh_is_true(rh_recorded_get(object, "workerMayIgnore")))
        return 0;
    if (!event->kind)
        return unknown_type(r, event->id, event->name);
    if (kinds[event->kind].role == RH_ROLE_UNMODELLED)
        return rh_error_set(r->error, r->file, 0, 0,
                            "event %ju: %s is not modelled; such a history cannot be replayed here",
                            (uintmax_t)event->id, event->name);
    return read_time(r, object, event) || read_data(r, object, event) ? -1 : 0;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const rh_value *list_of_events(const reading *r, const rh_value *root)
{
    const rh_value *events = root;
    if (rh_kind_of(root) == RH_OBJECT) {
        events = rh_get(root, "events");
        if (!events && rh_get(root, "history"))
            events = rh_get(rh_get(root, "history"), "events");
    }
    if (rh_kind_of(events) == RH_LIST)
        return events;
    rh_error_set(r->error, r->file, 0, 0,
                 "is not a history: expected {\"events\": [...]}, as 'rehearse run --report "
                 "history=FILE' and 'temporal workflow show --output json' write it");
    return NULL;
}

static int check_first(const reading *r, const rh_recorded_event *events, size_t count)
{
    if (!count)
        return rh_error_set(r->error, r->file, 0, 0, "the history has no events");
    if (events[0].kind != RH_RECORDED_WORKFLOW_EXECUTION_STARTED)
        return rh_error_set(r->error, r->file, 0, 0,
                            "event 1: expected WORKFLOW_EXECUTION_STARTED, got %s", events[0].name);
    if (!rh_recorded_text_in(events[0].data, "workflowType", "name")[0])
        return rh_error_set(r->error, r->file, 0, 0, "event 1: workflowType.name is missing");
    for (size_t i = 1; i < count; i++)
        if (events[i].kind == RH_RECORDED_WORKFLOW_EXECUTION_STARTED)
            return rh_error_set(r->error, r->file, 0, 0, "event %ju: a second %s",
                                (uintmax_t)events[i].id, events[i].name);
    return 0;
}

const rh_recording *rh_recording_read(rh_arena *arena, const char *text, size_t length,
                                      const char *file, rh_error *error)
{
    const reading r = {arena, file, error};
    const rh_value *root = rh_json_read(arena, text, length, file, error);
    const rh_value *list = root ? list_of_events(&r, root) : NULL;
    if (!list)
        return NULL;
    size_t count = rh_count_of(list);
    rh_recorded_event *events = RH_NEW_ARRAY(arena, rh_recorded_event, count);
    for (size_t i = 0; i < count; i++)
        if (read_event(&r, rh_at(list, i), i, &events[i]) != 0)
            return NULL;
    if (check_first(&r, events, count) != 0)
        return NULL;
    rh_recording *recording = RH_NEW(arena, rh_recording);
    *recording = (rh_recording){
        .file = rh_arena_string(arena, file),
        .events = events,
        .count = count,
        .workflow_type = rh_recorded_text_in(events[0].data, "workflowType", "name"),
        .workflow_id = rh_recorded_text(events[0].data, "workflowId"),
    };
    return recording;
}
