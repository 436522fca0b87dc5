/* Where a workflow file's called workflows and local actions come from: the repository it lies in,
 * and what the user says stands for something remote. */
#ifndef CLI_ACTIONS_FILES_H
#define CLI_ACTIONS_FILES_H

#include "cli/cli.h"
#include "sim/actions/model.h"

/* The files around the workflow `path` ("-": around the working directory). The root is the nearest
 * folder above it that has .github or .git, else its own. `includes` are texts NAME=PATH: NAME is
 * what `uses` says, with or without its version; PATH a workflow, an action.yml or its folder. NULL
 * with an error. Lives in `arena`. */
const rh_actions_files *cli_actions_files(rh_arena *arena, const char *path,
                                          const cli_texts *includes, rh_error *error);

/* The absolute path of that root, with a '/' at its end. */
const char *cli_repository_around(rh_arena *arena, const char *path);
/* What a file is called from the root of its repository; of standard input "-". */
const char *cli_path_in_repository(rh_arena *arena, const char *path);

/* Writes errors as FILE:LINE:COLUMN: MESSAGE, one a line; with `excerpts` also the line and a mark
 * below the column. `text` is the workflow's own. */
void cli_write_actions_errors(rh_arena *arena, FILE *out, const rh_actions_errors *errors,
                              const rh_actions_files *files, const char *path, const char *text,
                              bool excerpts);

/* Adds a workflow file; of a folder all *.yml and *.yaml in its .github/workflows, or else those in
 * itself. CLI_OK, or CLI_BAD after saying that there are none. */
int cli_add_workflows(cli_context *cli, const char *path, cli_texts *paths);

/* Whether a name is that of an action's file: action.yml or action.yaml, not among workflows. */
bool cli_is_action_file(const char *name);
/* Reads an action. NULL after writing what is wrong. */
const rh_actions_action *cli_read_action(cli_context *cli, const char *path,
                                         const cli_texts *includes);
/* Reads a workflow ("-": standard input) with all that it calls and uses; *files (which may be
 * NULL) is where that came from. NULL after writing what is wrong, with excerpts on a terminal. */
const rh_actions_file *cli_read_workflow(cli_context *cli, const char *path,
                                         const cli_texts *includes, const rh_actions_files **files);

/* What can come from outside, for a terminal: control characters are '?', broken UTF-8 too. At most
 * `most` columns (0: any), then "..."; up to the first line break. */
void cli_write_clean(rh_text *to, const char *text, size_t most);

#endif
