/* `rehearse run` of a workflow file. */
#ifndef CLI_RUN_ACTIONS_H
#define CLI_RUN_ACTIONS_H

#include "cli/cli.h"
#include "harness/env.h"

/* What the options say of the event and of the rehearsal. */
typedef struct cli_actions_settings {
    const char *event, *ref, *base_ref, *action, *actor, *repository, *payload, *unknown, *format;
    cli_texts inputs, secrets, vars, mocks, approvals, includes, changed;
} cli_actions_settings;

/* Whether a name is that of a workflow file: it ends in .yml or .yaml. */
bool cli_is_workflow_file(const char *name);
/* Reads the file and plans its run in `env`; everything lives in the command's arena. CLI_OK, or
 * CLI_BAD after saying what is wrong. */
int cli_plan_workflow_file(cli_context *cli, rh_env *env, const char *path,
                           const cli_actions_settings *settings);

#endif
