/* Running a workflow file once more: all its jobs, or those that did not succeed and what needs
 * them. The rest is kept, with its outputs, as the server keeps it.
 *
 * A second attempt is a run of its own in the journal. Its calls count as attempt 2 for mocks,
 * faults and draws, so that a fault of the first attempt does not strike again.
 */
#ifndef RH_HARNESS_RERUN_H
#define RH_HARNESS_RERUN_H

#include "sim/actions/actions.h"

typedef enum rh_rerun { RH_RERUN_NONE, RH_RERUN_ALL, RH_RERUN_FAILED } rh_rerun;

/* The input of the attempt behind that of a closed run. Lives in the arena. */
const rh_value *rh_rerun_input(rh_arena *arena, const rh_actions_file *file,
                               const rh_journal *journal, uint32_t run, rh_rerun which);
/* Which attempt of a workflow file a run is, from 1. */
int32_t rh_rerun_attempt(const rh_run_record *run);

#endif
