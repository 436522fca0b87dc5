/* Triggers: whether an event starts a workflow, and why, or why not.
 *
 * GitHub decides this on its server, which is not public; the rules are those of its documentation
 * ("Workflow syntax", "Events that trigger workflows"). Every answer names what decided and where
 * it stands in the file.
 */
#ifndef RH_ACTIONS_TRIGGER_H
#define RH_ACTIONS_TRIGGER_H

#include "sim/actions/event.h"

typedef struct rh_trigger_answer {
    bool runs;
    bool is_assumed; /* it runs as far as what was given tells; `why` says what was not */
    /* One line without a full stop: "tag 'v1.2.0' matches 'v*' (release.yml:5)". */
    const char *why;
    const rh_actions_trigger *trigger;   /* that of the event; NULL: the workflow has none */
    const rh_actions_schedule *schedule; /* of a scheduled run */
} rh_trigger_answer;

/* Changed files that were not given count as matching: a workflow with a path filter is taken to
 * run, with is_assumed set. An empty list of changed files starts no such workflow. */
rh_trigger_answer rh_actions_triggered(rh_arena *arena, const rh_actions_file *file,
                                       const rh_actions_event *event);

/* "release.yml:5": the file's last name and a line. */
const char *rh_actions_where(rh_arena *arena, const rh_actions_file *file, uint32_t line);

#endif
