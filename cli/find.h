/* Files in folders. */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include "cli/cli.h"

/* Adds a file as it is; of a folder all files below it whose names end in `suffix`, in the order of
 * their names, without hidden ones but for those of .github. CLI_OK, or CLI_BAD after saying what
 * is wrong, also if there is none. */
int cli_find_files(cli_context *cli, const char *path, const char *suffix, cli_texts *found);

#endif
