/* What workflow code decides once and its history keeps: side effects, versions, search attributes,
 * memos; and what it may draw at random without keeping it.
 *
 * The first time, a function of the workflow's own is asked and its answer is recorded as a marker;
 * on replay the recorded answer is taken, and nothing is asked. Source of the rules: Go SDK,
 * internal_event_handlers.go.
 */
#ifndef REHEARSE_RECORDED_H
#define REHEARSE_RECORDED_H

#include "rehearse/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a value, possibly of something that replay could not repeat. May use rh_copy, rh_json,
 * rh_print and the like; must not change the state of the workflow: asking for anything, waiting
 * and sending fail the workflow task. */
typedef const rh_value *rh_recorded_function(rh_workflow *workflow, void *data);

/* Asks `function` once and records what it gave. `name` (copied) names it in tests and reports.
 * Retried by nobody: what may fail belongs into an activity. */
RH_API const rh_value *rh_side_effect(rh_workflow *workflow, const char *name,
                                      rh_recorded_function *function, void *data);

typedef bool rh_same(const rh_value *recorded, const rh_value *now, void *data);
/* Asks `function` at each call, and records only what differs from the last recorded value of this
 * id by `same` (NULL: equal values). Returns the recorded value. */
RH_API const rh_value *rh_mutable_side_effect(rh_workflow *workflow, const char *id,
                                              rh_recorded_function *function, rh_same *same,
                                              void *data);

/* What rh_change_version says of a run that had come past the change before there was one. */
enum { RH_DEFAULT_VERSION = -1 };
/* Which version of changed code this run is to take: `most` where the run comes here for the first
 * time (recorded, and noted in the search attribute TemporalChangeVersion), what was recorded on
 * replay and in later calls, RH_DEFAULT_VERSION on replay of a history without a record. A version
 * that is not in least ... most fails the workflow task. */
RH_API int32_t rh_change_version(rh_workflow *workflow, const char *change_id, int32_t least,
                                 int32_t most);

/* ---- random numbers -------------------------------------------------------------------------- */

/* The next 64 random bits of a stream. Streams are made by their names, from the run id, so a run
 * draws the same on replay; a stream's numbers depend on no other stream. */
RH_API uint64_t rh_random_u64(rh_workflow *workflow, const char *stream);
/* 0 ... bound - 1, evenly; bound must not be 0. */
RH_API uint64_t rh_random_u64_below(rh_workflow *workflow, const char *stream, uint64_t bound);
/* A version 4 UUID of such a stream; lives as long as the run. */
RH_API const char *rh_random_uuid(rh_workflow *workflow, const char *stream);

/* ---- search attributes and memo -------------------------------------------------------------- */

typedef enum rh_attribute_type {
    RH_ATTRIBUTE_KEYWORD, /* text, compared as a whole */
    RH_ATTRIBUTE_TEXT,    /* text, searched by words */
    RH_ATTRIBUTE_INT,
    RH_ATTRIBUTE_DOUBLE,
    RH_ATTRIBUTE_BOOL,
    RH_ATTRIBUTE_DATETIME, /* text, RFC 3339 */
    RH_ATTRIBUTE_KEYWORD_LIST
} rh_attribute_type;

typedef struct rh_attribute {
    const char *name;
    rh_attribute_type type;
    const rh_value *value; /* NULL: the attribute is taken away */
} rh_attribute;

/* Merges attributes into those of the run. A value that is not of its type fails the workflow task.
 * Whether the name is known to a server is not modelled. */
RH_API void rh_upsert_attributes(rh_workflow *workflow, const rh_attribute *attributes,
                                 size_t count);
/* rh_upsert_attribute(wf, "CustomKeywordField", RH_ATTRIBUTE_KEYWORD, rh_string("x")) */
#define rh_upsert_attribute(workflow, ...)                                                         \
    rh_upsert_attributes((workflow), (const rh_attribute[1]){{__VA_ARGS__}}, 1)
/* Merges the fields of an object into the run's memo; a field that is null is taken away. */
RH_API void rh_upsert_memo(rh_workflow *workflow, const rh_value *fields);

/* They note where they stand, as those of rehearse/workflow.h do. */
#ifndef RH_NO_PLACES
#define rh_side_effect(workflow, ...) rh_side_effect(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_mutable_side_effect(workflow, ...)                                                      \
    rh_mutable_side_effect(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_change_version(workflow, ...) rh_change_version(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_upsert_attributes(workflow, ...) rh_upsert_attributes(RH_HERE_IN_(workflow), __VA_ARGS__)
#define rh_upsert_memo(workflow, ...) rh_upsert_memo(RH_HERE_IN_(workflow), __VA_ARGS__)
#endif

#ifdef __cplusplus
}
#endif
#endif
