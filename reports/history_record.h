/* Events of what workflow code keeps: markers, as the Go SDK writes them, search attributes and
 * memo. */
#ifndef RH_REPORTS_HISTORY_RECORD_H
#define RH_REPORTS_HISTORY_RECORD_H

#include "reports/json_out.h"
#include "sim/journal.h"

/* Writes the attributes of such an event; `call` is the one it is about, or NULL;
 * `task_completed_id` is the workflow task that made it. */
void rh_history_write_record(rh_out *out, const rh_entry *entry, const rh_call *call,
                             uint32_t task_completed_id);

#endif
