/* How far a suite has come, on stderr: a bar on a terminal, elsewhere a line for each test that did
 * not pass. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/cli.h"
#include "harness/suite.h"

typedef struct cli_progress {
    cli_context *cli;
    size_t failed;
    rh_duration virtual_ns;
    bool is_drawn;
} cli_progress;

/* As rh_suite_options.finished wants it; `progress` is a cli_progress. */
void cli_progress_step(const rh_test_result *result, size_t done, size_t total, void *progress);
/* Removes the bar. */
void cli_progress_end(cli_progress *progress);

#endif
