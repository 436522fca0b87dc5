/* What verbs do with the store: open it, keep what they rehearse. */
#ifndef CLI_STORE_H
#define CLI_STORE_H

#include "cli/cli.h"
#include "harness/store.h"
#include "harness/suite.h"

#define CLI_STORE_DEFAULT ".rehearse/store.db"

typedef struct cli_store {
    cli_context *cli;
    rh_store *store;           /* NULL: nothing is kept */
    bool is_wanted;            /* named by an option: what cannot be kept is then an error */
    bool has_failed;           /* and has said so */
    rh_stored_session session; /* with id 0 until its first result is there */
} cli_store;

/* Opens what --store names: "none" is no store, NULL the default one, or, with `may_default` false,
 * none. CLI_OK, or CLI_BAD after saying what is wrong with the file. A default store that cannot be
 * made is only said to be missing. */
int cli_store_open(cli_context *cli, const char *option, bool may_default, cli_store *store);
/* What the session is about, before its first result. */
void cli_store_about(cli_store *store, const char *verb, const char *what, uint64_t planned);

/* Keeps the result of a test while its journal is there. */
void cli_store_add_test(cli_store *store, const rh_test_result *test);
/* Keeps a run that was played, with its journal; `code` is how the verb ends. */
void cli_store_add_run(cli_store *store, rh_env *env, const char *workflow, int code,
                       int64_t real_ns);
/* Keeps a result; fills in its ids. */
void cli_store_add(cli_store *store, rh_stored_result *result);
/* Ends session and store. `end`: what stands from there on in the table was skipped in the end.
 * CLI_OK, or CLI_BAD if something was to be kept and could not be. */
int cli_store_close(cli_store *store, int64_t real_ns, uint64_t end);

#endif
