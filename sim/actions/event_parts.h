/* Between the parts of the event builder. */
#ifndef RH_ACTIONS_EVENT_PARTS_H
#define RH_ACTIONS_EVENT_PARTS_H

#include "sim/actions/event.h"

typedef struct rh_actions_event_ref {
    uint8_t kind;     /* rh_actions_ref_kind */
    const char *name; /* without refs/heads/; of a pull request "7/merge" */
    const char *full;
    uint64_t number;  /* of a pull request */
    const char *note; /* how a short name was understood; NULL: nothing to say */
} rh_actions_event_ref;

/* Reads a ref, full or short. `wanted` is what a short one is; RH_REF_NONE: by its looks, which is
 * told in `note`. 0, or -1 with an error. */
int rh_actions_event_ref_read(rh_arena *arena, const char *text, rh_actions_ref_kind wanted,
                              const char *default_branch, rh_actions_event_ref *ref,
                              rh_error *error);

/* An object of unknown values by its fields, see payload_fields.h. `path` is its name. */
const rh_value *rh_actions_event_fields(rh_arena *arena, const char *fields, const char *path);

#endif
