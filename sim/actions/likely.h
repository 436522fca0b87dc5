/* The event that a workflow is most likely written for, when nobody says which: the one with which
 * it publishes most. */
#ifndef RH_ACTIONS_LIKELY_H
#define RH_ACTIONS_LIKELY_H

#include "sim/actions/event.h"

/* A tag that is pushed, if that starts it; then a published release, a push to a branch, a
 * dispatch, a schedule, a pull request, and whatever else its `on` names first. Of what is given in
 * `given` (which may be NULL) everything is kept; a name among it decides. Required inputs that are
 * not given get something to stand for them: then the event's options have more inputs than
 * `given`. NULL with an error: nothing that was tried starts it. */
const rh_actions_event *rh_actions_likely_event(rh_arena *arena, const rh_actions_file *file,
                                                const rh_actions_event_options *given,
                                                rh_error *error);

#endif
