/* `rehearse run` of a workflow file. */
#ifndef CLI_RUN_ACTIONS_H
#define CLI_RUN_ACTIONS_H

#include "cli/event_options.h"
#include "harness/scenario.h"

/* What the options say of the event and of the rehearsal. */
typedef struct cli_actions_settings {
    cli_event_settings event; /* nothing in it: the likely one */
    const char *unknown, *format, *engine, *start_to_close, *heartbeat, *rerun, *scenario;
    cli_number retry_attempts, runners;
    cli_duration retry_interval, runner_start;
    cli_texts secrets, vars, mocks, approvals, includes, catalogs;
} cli_actions_settings;

/* A workflow file, ready to be played, in memory of the command. */
typedef struct cli_opened {
    rh_actions_definition definition;
    const rh_actions_settings *rules; /* of the definition */
    const rh_actions_event *event;
    const rh_value *input; /* of its runs */
    const char *path;      /* from the root of its repository */
    const char *options;   /* of `rehearse run` for the same world, each with a blank before it;
                            * without those of the event */
} cli_opened;

/* Reads the file and all that the options say of it. If they name neither event nor ref, the event
 * is the one that the workflow is most likely written for; a push if none starts it. `likely`: that
 * one also if they name a ref, with the secrets that it asks for, and none is an error. CLI_OK, or
 * CLI_BAD after saying what is wrong. */
int cli_open_workflow_file(cli_context *cli, const char *path, const cli_actions_settings *settings,
                           bool likely, cli_opened *opened);
/* The same of a file that was read, for an event; without its `path` and `options`. */
int cli_define_workflow(cli_context *cli, const rh_actions_file *file,
                        const rh_actions_files *files, const rh_actions_event *event,
                        const cli_actions_settings *settings, cli_opened *opened);
/* Mocks and approvals of the options, for an env in which it is played. */
int cli_give_workflow_file(cli_context *cli, rh_env *env, const cli_actions_settings *settings);

/* What has been planned, and how it is run once more. */
typedef struct cli_planned {
    const rh_actions_definition *definition; /* NULL: no workflow file */
    const char *path;                        /* from the root of its repository */
    rh_rerun rerun;
    const char *rerun_id;
} cli_planned;

/* The first of these options that was given, or NULL: --scenario and --format aside, which go with
 * other options, too. */
const char *cli_actions_given(const cli_actions_settings *settings);

/* Reads the file and plans its run in `env`; everything lives in the command's arena. CLI_OK, or
 * CLI_BAD after saying what is wrong. */
int cli_plan_workflow_file(cli_context *cli, rh_env *env, const char *path,
                           const cli_actions_settings *settings, cli_planned *planned);
/* Plays; then, if it is to be run once more, the second attempt, which the env then looks at. */
void cli_play_workflow_file(rh_env *env, const cli_planned *planned);

#endif
