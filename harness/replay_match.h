/* Commands and the events that were written for them; for harness/replay.c. */
#ifndef RH_HARNESS_REPLAY_MATCH_H
#define RH_HARNESS_REPLAY_MATCH_H

#include "harness/replay.h"

typedef struct rh_replay_match {
    rh_arena *arena;
    const rh_recording *recording;
    /* By event id: which activity, timer, child or request of the run it began, by the dialect's
     * number, from 1; 0: none, or not matched so far. */
    uint32_t *numbers;
} rh_replay_match;

typedef enum rh_match_grade {
    RH_MATCH_NOT,
    RH_MATCH_LOOSE, /* the same for an SDK, but with other arguments, duration or failure */
    RH_MATCH_SAME
} rh_match_grade;

rh_replay_match rh_replay_match_begin(rh_arena *arena, const rh_recording *recording);
/* Commands must be matched in the order of their events: later ones lead back to them. */
rh_match_grade rh_replay_matches(const rh_replay_match *match, const rh_recorded_event *event,
                                 const rh_command *command);
/* "ACTIVITY_TASK_SCHEDULED 'Build'" */
const char *rh_replay_event_text(const rh_replay_match *match, const rh_recorded_event *event);
/* "schedule activity 'Build'" */
const char *rh_replay_command_text(const rh_replay_match *match, const rh_command *command);
/* What differs where the match is loose; "" if there is nothing to say. */
const char *rh_replay_loose_text(const rh_replay_match *match, const rh_recorded_event *event,
                                 const rh_command *command);
/* The event that an event id in a field leads to; NULL if it is not one of that kind before
 * `event`. */
const rh_recorded_event *rh_replay_origin(const rh_replay_match *match,
                                          const rh_recorded_event *event, const char *key,
                                          rh_recorded_kind kind);

/* The same, and the dialect's number of what it began; also NULL if its command was not matched. */
const rh_recorded_event *rh_replay_began(const rh_replay_match *match,
                                         const rh_recorded_event *event, const char *key,
                                         rh_recorded_kind kind, uint32_t *number);

#endif
