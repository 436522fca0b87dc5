/* The lines of a timeline that are not calls or timers: signals, warnings, lost hosts, crashes, how
 * the run ended. */
#ifndef RH_REPORTS_EVENT_ROWS_H
#define RH_REPORTS_EVENT_ROWS_H

#include "reports/index.h"
#include "reports/layout.h"

void rh_event_rows(const rh_layout *layout, const rh_index *index, uint32_t run,
                   const rh_entry *entry);
/* The sign of a run's status, and its ink. */
rh_glyph rh_event_run_sign(const rh_run_record *run, rh_ink *ink);

#endif
