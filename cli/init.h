/* `rehearse init`: what it does for workflows of both kinds. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "cli/cli.h"
#include "harness/scenario_shown.h"

/* A first scenario file for a workflow file; to `output`, or standard output for NULL. `event` and
 * `ref` may be NULL. Returns how the verb ends. */
int cli_init_file(cli_context *cli, const char *path, const char *output, const char *event,
                  const char *ref);

/* Every effect that happened, once each, as "KIND KEY"; ends with NULL. */
const char *const *cli_init_effects(rh_arena *arena, const rh_env *env);
/* `effects:` of an expectation: how often these happened, and others that did. */
void cli_init_write_effects(rh_text *text, const char *const *effects, rh_env *env);
/* A path as the file `output` sees it. */
const char *cli_init_seen_from(cli_context *cli, const char *path, const char *output);
int cli_init_write_out(cli_context *cli, const char *path, rh_text *text);

#endif
