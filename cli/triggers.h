/* What 'rehearse triggers' says, in both of its forms. */
#ifndef CLI_TRIGGERS_H
#define CLI_TRIGGERS_H

#include "sim/actions/reach.h"
#include "sim/actions/trigger.h"

typedef struct cli_triggers_row {
    const rh_actions_file *file;
    rh_trigger_answer answer;  /* if there is an event */
    const rh_job_answer *jobs; /* of a workflow that runs; NULL otherwise */
    rh_reach reach;
} cli_triggers_row;

/* `event` NULL: what starts each workflow at all. */
void cli_triggers_text(rh_text *to, const rh_actions_event *event, const cli_triggers_row *rows,
                       size_t count);
void cli_triggers_json(rh_text *to, const rh_actions_event *event, const cli_triggers_row *rows,
                       size_t count);

#endif
