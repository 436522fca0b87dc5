/* Secrets of a workflow file, as options give them. */
#ifndef CLI_SECRETS_H
#define CLI_SECRETS_H

#include "cli/run_actions.h"

/* A secret that stands for all that the file asks for and that nobody has given: made up. */
#define CLI_ALL_SECRETS "*"

/* NAME=VALUE of each, as an object of strings that are secret; NULL after saying what is wrong. */
const rh_value *cli_read_secrets(cli_context *cli, const rh_actions_file *file,
                                 const cli_texts *given);
/* The same options, and CLI_ALL_SECRETS, if the file asks for a secret that is not among them. */
cli_texts cli_with_all_secrets(cli_context *cli, const rh_actions_file *file,
                               const cli_texts *given);
/* Options of `rehearse run` that say the same of the world in which a file is played, each with a
 * blank before it: secrets, variables, mocks, approvals, and where files are. The event is not
 * among them. */
const char *cli_world_options(rh_arena *arena, const cli_actions_settings *settings);

#endif
