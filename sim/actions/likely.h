/* The events that a workflow is most likely written for, when nobody says which. */
#ifndef RH_ACTIONS_LIKELY_H
#define RH_ACTIONS_LIKELY_H

#include "sim/actions/event.h"

enum { RH_LIKELY_MOST = 8 };

typedef struct rh_likely_events {
    const rh_actions_event *items[RH_LIKELY_MOST];
    size_t count;
} rh_likely_events;

/* One event for each way in which the file is started, with a ref, base or activity type that it
 * lets pass: first that with which it publishes most, a tag that is pushed if it names tags; then a
 * published release, a push to a branch, a schedule, a pull request, a dispatch, whatever else its
 * `on` names, and a call. Of what is given in `given` (which may be NULL) everything is kept; a
 * name among it leaves that event only. Required inputs that are not given are the first of their
 * choices, false, or unknown: the event's options then have more inputs than `given`. */
rh_likely_events rh_actions_likely_events(rh_arena *arena, const rh_actions_file *file,
                                          const rh_actions_event_options *given);

/* The first of them. An event that was named is built also if it does not start the file. NULL with
 * an error: nothing that was tried starts it. */
const rh_actions_event *rh_actions_likely_event(rh_arena *arena, const rh_actions_file *file,
                                                const rh_actions_event_options *given,
                                                rh_error *error);

#endif
