/* Scenario files for the command: finding them, and the shared objects that they name. */
#ifndef CLI_SCENARIOS_H
#define CLI_SCENARIOS_H

#include "cli/cli.h"
#include "harness/scenario.h"

typedef struct cli_scenarios {
    rh_scenario_file **files;
    size_t count, capacity;
    rh_loaded_module *modules; /* that files have named, each once */
    size_t module_count, module_capacity;
} cli_scenarios;

/* Reads the files, and all *.rehearse.yml below the folders, in the order of their names. `modules`
 * are those of --workflows; they serve where given instead of what a file names. CLI_OK, or CLI_BAD
 * after saying what is wrong. */
int cli_scenarios_load(cli_context *cli, const cli_texts *paths, const rh_catalog *catalog,
                       const rh_loaded_module *modules, size_t module_count,
                       cli_scenarios *scenarios);

/* Reads them without looking for what they name: enough to list them. */
int cli_scenarios_read(cli_context *cli, const cli_texts *paths, cli_scenarios *scenarios);

/* Plays the scenarios that the options want, in this process, and rewrites what their files record
 * and the runs do not show; prints what it has changed. Only what stands under `expect:` changes.
 * The files are then to be loaded again. */
int cli_scenarios_update(cli_context *cli, const cli_scenarios *scenarios,
                         const rh_suite_options *options);

/* Says which mocks at the top of files answered nothing in any scenario; false if none. Only of
 * files whose tests have all been played. */
bool cli_scenarios_unused(cli_context *cli, const rh_suite_tests *tests,
                          const rh_suite_result *result);

#endif
