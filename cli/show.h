/* The ways in which `rehearse show` writes a workflow file. */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "sim/actions/model.h"

void cli_show_text(rh_text *to, const rh_actions_file *file);
void cli_show_json(rh_text *to, const rh_actions_file *file);
/* An action.yml. */
void cli_show_action_text(rh_text *to, const rh_actions_action *action);
void cli_show_action_json(rh_text *to, const rh_actions_action *action);
/* The graph of jobs, for dot of Graphviz. */
void cli_show_dot(rh_text *to, const rh_actions_file *file);

/* The condition as it is evaluated; `success()` is what nothing means. */
const char *cli_show_condition(rh_arena *arena, const rh_actions_condition *condition);

#endif
