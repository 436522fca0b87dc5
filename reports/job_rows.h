/* The timeline of a run of a workflow file: jobs, their steps, the commands that matter, the reason
 * of every skip; then what failed without making the run fail, and what the rehearsal assumed. */
#ifndef RH_REPORTS_JOB_ROWS_H
#define RH_REPORTS_JOB_ROWS_H

#include "harness/job_tree.h"
#include "reports/canvas.h"

/* `brief`: only jobs, and steps that did not succeed. */
void rh_job_rows(rh_canvas *canvas, const rh_journal *journal, uint32_t run, bool brief);

#endif
