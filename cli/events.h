/* What the options of `rehearse run` say shall happen while a workflow plays. */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

#include "cli/cli.h"
#include "harness/env.h"
#include "harness/profile.h"

/* Each declares to the env what its options say: 0, or -1 with an error. */

/* "UpdateHomebrew@1=homebrew-auth" */
int cli_add_faults(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);
/* Reads fault files into a catalog that lives as long as the command. */
int cli_read_fault_files(cli_context *cli, const cli_texts *files, rh_catalog *catalog,
                         rh_error *error);
/* The text of "typical", or of a file. 0, or -1 with an error. */
int cli_find_profile(cli_context *cli, const char *profile, rh_profile_text *found,
                     rh_error *error);
/* "typical", or a file; NULL: none. */
int cli_use_profile(cli_context *cli, rh_env *env, const char *profile, rh_error *error);
/* "Sync=publish" */
int cli_add_step_classes(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);
/* "UpdateHomebrew=homebrew-auth:200000" */
int cli_add_fault_rates(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);
/* "BuildLinux=12m" */
int cli_add_durations(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);
/* "approve=JSON at 5m", "approve at 5m" */
int cli_add_signals(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);
/* "macos-1 at 3m" */
/* "10m at 3m" */
typedef void cli_outage(rh_env *env, rh_duration at, rh_duration lasts);
int cli_add_outages(cli_context *cli, rh_env *env, const char *option, const cli_texts *given,
                    cli_outage *add, rh_error *error);
int cli_add_lost_hosts(cli_context *cli, rh_env *env, const cli_texts *options, rh_error *error);

/* JSON, or what stands in the file behind an "@". `what` names it in errors. NULL with an error. */
const rh_value *cli_read_json(cli_context *cli, const char *option, const char *what,
                              rh_error *error);

#endif
