/* Between the parts of reach: the examples of what starts a workflow. */
#ifndef RH_ACTIONS_REACH_PARTS_H
#define RH_ACTIONS_REACH_PARTS_H

#include "sim/actions/reach.h"

enum { RH_REACH_MOST_NAMES = 1024 }; /* examples of one kind of ref */

typedef struct rh_reach_names {
    const char **items; /* short names of branches or tags */
    size_t count, capacity;
    bool is_cut; /* there would be more */
} rh_reach_names;

/* Names of branches or tags worth a try for a trigger: made from its patterns for that kind and
 * from the texts in conditions of the file. Not all of them pass its filters. */
rh_reach_names rh_reach_names_of(rh_arena *arena, const rh_actions_file *file,
                                 const rh_actions_trigger *trigger, bool is_tag);
/* A name that the pattern matches, its first or last wildcard replaced by `text` (NULL: by "x"). */
const char *rh_reach_example(rh_arena *arena, const char *pattern, const char *text, bool last);

/* One truth (rh_truth) for each job; `own`: of its condition alone, as if all it needs had
 * succeeded. */
typedef struct rh_reach_truths {
    uint8_t *runs, *own;
} rh_reach_truths;
rh_reach_truths rh_reach_evaluate(rh_arena *arena, const rh_actions_file *file,
                                  const rh_value *github, const rh_value *inputs);

#endif
