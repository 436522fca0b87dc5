/* The files of suites/scenario, read as the command reads them. */
#ifndef SUITES_SCENARIO_FILES_H
#define SUITES_SCENARIO_FILES_H

#include "harness/scenario.h"

/* The whole of a file; fails the test if it cannot be read. */
const char *files_load(rh_arena *arena, const char *path, size_t *length);
/* The *.yml files of a folder below suites/scenario, by name; ends with NULL. */
const char *const *files_list(rh_arena *arena, const char *folder);

/* Binds a file that rehearses workflow files to suites/scenario/repository. 0, or -1 with an
 * error. */
int files_bind(rh_arena *arena, rh_scenario_file *file, rh_error *error);

/* Reads a file, binds it to fixtures/librelease.so or its workflow files, and plays its scenarios.
 * The first thing wrong as "LINE:COLUMN: message", its first line only; NULL if all is well. */
const char *files_first_mistake(rh_arena *arena, const char *path, const char *text, size_t length);

#endif
