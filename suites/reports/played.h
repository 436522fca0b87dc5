/* Workflow files that suites of this folder play and report about.
 *
 *     test NAME
 *     file .github/workflows/w.yml    the text, indented by two; the first file is the workflow,
 *       on: push                      others are what it calls and uses
 *     run fault=CALL=FAULT takes=CALL=TIME cancel=TIME mock=CALL=JSON durable
 *                                     plays it once, by the rules of durable workflows if it says
 *                                     so; words may be quoted
 *     REPORT                          what a report of all runs must be; which, is the suite's
 *       text
 */
#ifndef SUITES_REPORTS_PLAYED_H
#define SUITES_REPORTS_PLAYED_H

#include "harness/env.h"
#include "sim/actions/actions.h"

typedef struct played_file {
    const char *path;
    rh_text text;
} played_file;

typedef struct played_case {
    const char *name;
    uint32_t line;
    played_file files[8];
    size_t file_count;
    const char *runs[16];
    size_t run_count;
    played_file reports[4]; /* path is the word */
    size_t report_count;
} played_case;

/* Reads suites/reports/NAME; what is wrong with the file ends the suite. */
played_case *played_read(rh_arena *arena, const char *name, size_t *count);
/* Reads the workflow of a case; fails the test if it is refused. */
const rh_actions_file *played_workflow(rh_arena *arena, const played_case *test);
/* Plays the n-th run of a case. The env is to be destroyed; nothing is wrong with it. */
rh_env *played_run(rh_arena *arena, const played_case *test, const rh_actions_file *file, size_t n);

/* Plays a workflow of fixtures/workflows, "tool/.github/workflows/release.yml", for a push of `ref`
 * under a fault at a path (NULL: none). *file is its model. */
rh_env *played_fixture(rh_arena *arena, const char *path, const char *ref, const char *fault_point,
                       const char *fault, bool is_durable, const rh_actions_file **file);
/* The paths of all of them; NULL at the end. */
const char *const *played_fixtures(void);

#endif
