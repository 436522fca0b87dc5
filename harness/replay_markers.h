/* Events of what workflow code keeps, for a replay: markers as the Go SDK writes them, search
 * attributes, memo. */
#ifndef RH_HARNESS_REPLAY_MARKERS_H
#define RH_HARNESS_REPLAY_MARKERS_H

#include "harness/replay_match.h"

/* The markers of the workflow task that ended with that event, in order. Of a name that is not
 * known: *unknown is its event. */
const rh_marker *const *rh_replay_markers(const rh_replay_match *match,
                                          const rh_recorded_event *completed, size_t *count,
                                          const rh_recorded_event **unknown);
/* Whether the event was made by a version: code may ask for it no more, or elsewhere. */
bool rh_replay_is_of_version(const rh_replay_match *match, const rh_recorded_event *event);
/* Whether the code has given this command, of one of these kinds, for that event. */
rh_match_grade rh_replay_matches_record(const rh_replay_match *match,
                                        const rh_recorded_event *event, const rh_command *command);
/* " Version 'upload'" */
void rh_replay_write_marker(rh_text *text, const rh_replay_match *match,
                            const rh_recorded_event *event);

#endif
