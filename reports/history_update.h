/* Events of updates. */
#ifndef RH_REPORTS_HISTORY_UPDATE_H
#define RH_REPORTS_HISTORY_UPDATE_H

#include "reports/json_out.h"
#include "sim/journal.h"

/* Writes the attributes of an event that accepts or completes an update. */
void rh_history_write_update(rh_out *out, const rh_entry *entry, const char *identity);

#endif
