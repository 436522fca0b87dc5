/* A run of a workflow file as JSON (schema 1), for tools: docs/github-actions.md describes it. */
#ifndef RH_REPORTS_JOB_JSON_H
#define RH_REPORTS_JOB_JSON_H

#include "sim/journal.h"

/* The first run of the journal that is one of a workflow file; an object with conclusion null if
 * there is none. With several runs the others are in "other_runs". */
void rh_report_jobs_json(rh_text *text, const rh_journal *journal);

#endif
