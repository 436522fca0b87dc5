/* The steps of a workflow file as activities of their own, so that a viewer of Temporal's histories
 * shows them. Its server knows only jobs: steps are calls from inside.
 */
#ifndef RH_REPORTS_JOB_HISTORY_H
#define RH_REPORTS_JOB_HISTORY_H

#include "sim/journal.h"

/* A journal of that run alone in which steps are scheduled, started and closed as activities are,
 * by their outcome, and all events are numbered anew. A step that was lost with its runner times
 * out when its job closes; one that was skipped is not there. Everything lives in `arena` or is
 * borrowed from `journal`. */
const rh_journal *rh_job_history(rh_arena *arena, const rh_journal *journal, uint32_t run);

#endif
