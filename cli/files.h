/* Files that the command reads and writes. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/base/arena.h"
#include "sim/base/error.h"

/* The whole of a file ("-": standard input), with a NUL behind it; NULL with an error. */
const char *cli_file_read(rh_arena *arena, const char *path, size_t *length, rh_error *error);

/* Makes the folders above `path`. What cannot be made shows itself when the file is opened. */
void cli_make_folders(rh_arena *arena, const char *path);

/* A file being written. It appears under its name only when all of it is there; until then it has
 * another name beside it, so that a killed process leaves no half file. */
typedef struct cli_output {
    FILE *file;
    const char *path;
    char *temporary; /* NULL: written in place, as it is no ordinary file (a pipe, /dev/null) */
} cli_output;

/* Opens, making the folders that are missing. 0, or -1 with an error that names the file. */
int cli_output_open(rh_arena *arena, const char *path, cli_output *output, rh_error *error);
/* Ends it. With `keep` false the file does not appear (or keeps its old content). */
int cli_output_close(cli_output *output, bool keep, rh_error *error);

#endif
