/* Where a workflow file's called workflows and local actions come from: the repository it lies in,
 * and what the user says stands for something remote. */
#ifndef CLI_ACTIONS_FILES_H
#define CLI_ACTIONS_FILES_H

#include "cli/options.h"
#include "sim/actions/model.h"

/* The files around the workflow `path` ("-": around the working directory). The root is the nearest
 * folder above it that has .github or .git, else its own. `includes` are texts NAME=PATH: NAME is
 * what `uses` says, with or without its version; PATH a workflow, an action.yml or its folder. NULL
 * with an error. Lives in `arena`. */
const rh_actions_files *cli_actions_files(rh_arena *arena, const char *path,
                                          const cli_texts *includes, rh_error *error);

/* Writes errors as FILE:LINE:COLUMN: MESSAGE, one a line; with `excerpts` also the line and a mark
 * below the column. `text` is the workflow's own. */
void cli_write_actions_errors(rh_arena *arena, FILE *out, const rh_actions_errors *errors,
                              const rh_actions_files *files, const char *path, const char *text,
                              bool excerpts);

/* What can come from outside, for a terminal: control characters are '?', broken UTF-8 too. At most
 * `most` columns (0: any), then "..."; up to the first line break. */
void cli_write_clean(rh_text *to, const char *text, size_t most);

#endif
