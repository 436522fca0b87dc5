/* Retry wrappers: GitHub's own rules, with each step that talks to a network played again as
 * nick-fields/retry (scripts) and Wandalen/wretry.action (actions) do it. A policy over the same
 * runner, as the lift is one.
 *
 * A wrapper knows an exit code and no more: whatever fails is played again on the same host, with
 * the files and variables that the attempt before has left, and its effects happen again. What is
 * not a step (setting up the job, a lost runner) is in no wrapper.
 */
#ifndef RH_ACTIONS_WRAP_H
#define RH_ACTIONS_WRAP_H

#include "rehearse/time.h"
#include "sim/base/text.h"

/* Zero fields take the defaults. */
typedef struct rh_actions_wrap {
    int32_t attempts;  /* at most; default 3 */
    rh_duration wait;  /* between two; default 10 s */
    rh_duration limit; /* of one attempt, which is killed then; default 30 min, as under the lift */
} rh_actions_wrap;

rh_actions_wrap rh_wrap_fill(const rh_actions_wrap *wrap);
/* The rules in words, for reports. */
const char *rh_wrap_text(rh_arena *arena, const rh_actions_wrap *wrap);
/* Whether an action or command talks to a network, by the faults that are typical for it
 * (NULL-terminated). NULL: nothing is known of it, so it may. */
bool rh_wrap_talks(const char *const *faults);

#endif
