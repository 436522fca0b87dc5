/* The history of one run as Temporal's own JSON: canonical proto3 JSON of temporal.api.history.v1,
 * {"events":[...]}, as `temporal workflow show --output json` prints it. The Temporal Web UI
 * imports it, and SDK replayers accept it.
 *
 * Events are the entries of the run that have an event id. Retried attempts leave no events; as the
 * server does, an ActivityTaskStarted event stands just before the event that closes its activity,
 * with its old time, the number of the last attempt and the failure of the one before it.
 *
 * Of a workflow file the steps are activities, too (reports/job_history.h): it is for viewers, and
 * nothing replays it.
 *
 * What a world does not model is filled in as an idle server would: workflow task timeout 10 s,
 * normal task queues, no headers. Secret values read "***", so that a run which used their content
 * may not replay.
 */
#ifndef RH_REPORTS_HISTORY_H
#define RH_REPORTS_HISTORY_H

#include "sim/journal.h"

/* `run` is the position in journal->runs. */
void rh_report_history(rh_text *text, const rh_journal *journal, uint32_t run);

#endif
