/* `rehearse run --scenario FILE[:NAME]`. */
#ifndef CLI_RUN_SCENARIO_H
#define CLI_RUN_SCENARIO_H

#include "cli/scenarios.h"

/* Loads the file and finds the scenario, or row of one: that of the name, or the only one. It must
 * rehearse `definition`, a name or the path of a workflow file. `modules` as for
 * cli_scenarios_load. CLI_OK, or CLI_BAD after saying what is wrong. */
int cli_find_scenario(cli_context *cli, const char *option, const char *definition,
                      const rh_catalog *catalog, const rh_loaded_module *modules,
                      size_t module_count, const rh_scenario **found);

#endif
