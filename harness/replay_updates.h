/* Updates of a recorded history, for a replay. They are told by the events that accept them: what
 * was rejected stands in no history. */
#ifndef RH_HARNESS_REPLAY_UPDATES_H
#define RH_HARNESS_REPLAY_UPDATES_H

#include "harness/replay_match.h"
#include "sim/dialect.h"

/* Of an event that accepts or completes one. */
const char *rh_replay_update_id(const rh_recorded_event *event);
/* What the workflow task that ended with that event was told: `news`, and behind it the updates
 * that it has accepted. They live in the arena. *count becomes how many there are. */
const rh_event *rh_replay_add_updates(const rh_replay_match *match, rh_names *names,
                                      const rh_recorded_event *completed, const rh_event *news,
                                      size_t *count);
/* Whether the code has accepted or completed that update, with that result. */
rh_match_grade rh_replay_matches_update(const rh_replay_match *match,
                                        const rh_recorded_event *event, const rh_command *command);

#endif
