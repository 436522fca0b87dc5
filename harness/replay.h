/* Replay: a recorded history against today's code of its workflow.
 *
 * The code is handed what it was told then, workflow task by workflow task, and its commands must
 * be those whose events stand in the history. What counts is what counts for the Go SDK
 * (internal_task_handlers.go isCommandMatchEvent): the kinds of commands and their order, types of
 * activities and children (behind the last dot), ids of activities, which activity or timer is
 * canceled, which run is signaled, and how the run closes, with its result. Arguments, durations
 * and options do not, unless the replay is strict.
 *
 * More lenient than Go: an id that the code does not set matches every id that SDKs make up (a
 * number, a UUID), so that histories of any SDK can be replayed.
 */
#ifndef RH_HARNESS_REPLAY_H
#define RH_HARNESS_REPLAY_H

#include "harness/recording.h"
#include "rehearse/harness.h"
#include "sim/execution.h"

typedef struct rh_replay_options {
    bool strict; /* arguments, durations and failures count, too */
} rh_replay_options;

/* What became of it. Texts live in the caller's arena. */
typedef struct rh_replay_result {
    bool is_same;
    size_t tasks; /* workflow tasks that were replayed */
    bool is_open; /* the history ends before the run does */
    /* The first difference: */
    uint64_t event_id;    /* of the event that has no such command, or where an event is missing */
    size_t task;          /* which workflow task, from 1 */
    const char *expected; /* "TIMER_STARTED of 5m" */
    const char *got;      /* "schedule activity 'Build'" */
    rh_code_place place;  /* of the call that differs, or the last one before */
    const char *detail;   /* what is the same before it, lines for people */
    /* Not strict: how many commands are the same only because their arguments or durations do not
     * count, and the first of their events. */
    size_t loose;
    uint64_t loose_event_id;
    /* The first payload that could not be decoded: how it is encoded. NULL: none. */
    const char *encoding;
} rh_replay_result;

/* 0 with a result, or -1 with an error: the history makes no sense, or memory is out. */
int rh_replay(rh_arena *arena, const rh_recording *recording,
              const rh_workflow_definition *definition, const rh_replay_options *options,
              rh_replay_result *result, rh_error *error);

/* "pkg.Release" is "Release": names of types are compared behind their last dot. */
const char *rh_replay_short_name(const char *type);

#endif
