/* The lists that `rehearse history` prints. */
#ifndef CLI_HISTORY_LIST_H
#define CLI_HISTORY_LIST_H

#include "cli/cli.h"
#include "harness/store.h"

/* Each prints what the query finds: CLI_OK, or CLI_BAD after saying what is wrong. */
int cli_list_sessions(cli_context *cli, rh_store *store, const rh_store_query *query);
int cli_list_results(cli_context *cli, rh_store *store, const rh_store_query *query);
int cli_list_flaky(cli_context *cli, rh_store *store, const rh_store_query *query);

/* "test selftest/fails", "run Nap" */
const char *cli_result_name(cli_context *cli, const rh_stored_result *result);

#endif
