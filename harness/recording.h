/* A recorded history: Temporal's JSON (proto3 JSON of temporal.api.history.v1.History), as
 * `rehearse run --report history=FILE`, `temporal workflow show --output json` and the Web UI write
 * it, read for a replay.
 *
 * As SDKs do, the reader takes names of enum values in any of their forms (EVENT_TYPE_TIMER_FIRED,
 * TimerFired, 18), keys in both spellings of proto3 JSON (eventId, event_id), 64-bit numbers with
 * and without quotes, {"events":[...]} or the list alone, and skips fields that it does not know.
 * What it cannot make sense of it refuses, with the id of the event.
 */
#ifndef RH_HARNESS_RECORDING_H
#define RH_HARNESS_RECORDING_H

#include "sim/base/error.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/retry.h"

typedef enum rh_recorded_kind {
    RH_RECORDED_UNKNOWN, /* of a newer server, which says that workers may ignore it */
#define EVENT(number, name, role) RH_RECORDED_##name = number,
#include "harness/recorded_events.h"
#undef EVENT
    RH_RECORDED_KINDS
} rh_recorded_kind;

typedef enum rh_recorded_role {
    RH_ROLE_QUIET,
    RH_ROLE_STARTED,
    RH_ROLE_TASK,
    RH_ROLE_COMMAND,
    RH_ROLE_NEWS,
    RH_ROLE_CLOSED,
    RH_ROLE_UNMODELLED
} rh_recorded_role;

typedef struct rh_recorded_event {
    uint64_t id;
    rh_time time;         /* 0 if there is none */
    uint8_t kind;         /* rh_recorded_kind */
    const char *name;     /* "TIMER_FIRED"; of an unknown kind what stands in the file */
    const rh_value *data; /* its attributes, an object */
} rh_recorded_event;

/* Borrowed from the arena it was read into. */
typedef struct rh_recording {
    const char *file; /* for messages */
    const rh_recorded_event *events;
    size_t count;
    const char *workflow_type;
    const char *workflow_id; /* "" if the history does not say */
} rh_recording;

/* Reads a history from its beginning: event ids rise by one, the first event is
 * WORKFLOW_EXECUTION_STARTED. NULL with an error. */
const rh_recording *rh_recording_read(rh_arena *arena, const char *text, size_t length,
                                      const char *file, rh_error *error);

/* "TIMER_FIRED" */
const char *rh_recorded_name(rh_recorded_kind kind);
rh_recorded_role rh_recorded_role_of(rh_recorded_kind kind);
/* The key of an event's attributes: "timerFiredEventAttributes". */
const char *rh_recorded_key(rh_arena *arena, const char *event_name);

/* ---- fields, in either spelling; one that is missing is proto3's default --------------------- */

const rh_value *rh_recorded_get(const rh_value *object, const char *key);
const char *rh_recorded_text(const rh_value *object, const char *key);
/* {"name": ...} or {"workflowId": ...} below `key` */
const char *rh_recorded_text_in(const rh_value *object, const char *key, const char *inner);
int64_t rh_recorded_integer(const rh_value *object, const char *key);
rh_duration rh_recorded_duration(const rh_value *object, const char *key);
/* Whether an enum value, given as its number or one of the forms of its name, is `name`, which
 * stands without its prefix ("EVENT_TYPE_"). */
bool rh_recorded_is(const rh_value *value, const char *prefix, const char *name, int64_t number);
/* One value from Payloads: the only one, or a list of several; NULL if there is none. What is
 * encoded in a way that nobody here knows becomes bytes, and *encoding (unless NULL) says how. */
const rh_value *rh_recorded_payloads(rh_arena *arena, const rh_value *payloads,
                                     const char **encoding);
/* The same as a list of arguments, as rh_activity takes them; NULL if there is none. */
const rh_value *rh_recorded_arguments(rh_arena *arena, const rh_value *payloads);
/* A message like {"fields": {"name": payload ...}} as an object; NULL if there is none. */
const rh_value *rh_recorded_fields(rh_arena *arena, const rh_value *message, const char *key);
/* The retryState of a failure or event, an rh_retry_state. */
uint8_t rh_recorded_retry_state(const rh_value *object);
/* A RetryPolicy; NULL for NULL. */
const rh_retry_policy_filled *rh_recorded_policy(rh_arena *arena, const rh_value *policy);
/* NULL if there is none. */
const rh_failure *rh_recorded_failure(rh_arena *arena, const rh_value *failure);

#endif
