#define _POSIX_C_SOURCE 200809L
#include "cli/store.h"

#include <string.h>
#include <unistd.h>

#include "cli/console.h"
#include "cli/files.h"

/* ---- opening --------------------------------------------------------------------------------- */

/* The default folder is nothing to be committed. */
static void hide_from_git(rh_arena *arena, const char *path)
{
    cli_output output;
    if (access(".rehearse", F_OK) == 0 || strcmp(path, CLI_STORE_DEFAULT) != 0 ||
        cli_output_open(arena, ".rehearse/.gitignore", &output, NULL) != 0)
        return;
    fputs("*\n", output.file);
    cli_output_close(&output, true, NULL);
}

int cli_store_open(cli_context *cli, const char *option, bool may_default, cli_store *store)
{
    rh_error error;
    *store = (cli_store){.cli = cli, .is_wanted = option != NULL};
    if (option ? strcmp(option, "none") == 0 : !may_default)
        return CLI_OK;
    const char *path = option ? option : CLI_STORE_DEFAULT;
    if (!path[0])
        return cli_bad(cli, "--store: the file name is empty");
    hide_from_git(&cli->arena, path);
    cli_make_folders(&cli->arena, path);
    if (rh_store_open(&cli->arena, path, true, &store->store, &error) == 0)
        return CLI_OK;
    int bad = cli_bad_error(cli, &error);
    if (option || access(path, F_OK) == 0)
        return bad;
    cli_bad(cli, "going on without keeping results (--store none does so silently)");
    return CLI_OK;
}

void cli_store_about(cli_store *store, const char *verb, const char *what, uint64_t planned)
{
    store->session = (rh_stored_session){
        .verb = verb,
        .what = what,
        .planned = planned,
        .started_ms = store->cli->hide_wall ? RH_STORE_UNKNOWN : cli_clock_epoch() / 1000000,
    };
}

/* ---- keeping --------------------------------------------------------------------------------- */

static void give_up(cli_store *store, const rh_error *error)
{
    cli_bad_error(store->cli, error);
    cli_bad(store->cli, "results from here on are not kept");
    store->has_failed = true;
}

void cli_store_add(cli_store *store, rh_stored_result *result)
{
    rh_error error;
    if (!store->store || store->has_failed)
        return;
    if (!store->session.id && rh_store_begin(store->store, &store->session, &error) != 0) {
        give_up(store, &error);
        return;
    }
    if (store->cli->hide_wall)
        result->real_ns = RH_STORE_UNKNOWN;
    if (rh_store_add(store->store, store->session.id, result, &error) != 0)
        give_up(store, &error);
}

void cli_store_add_test(cli_store *store, const rh_test_result *test)
{
    const rh_evidence *evidence = &test->evidence;
    rh_stored_result result = {
        .position = test->index,
        .module = test->module,
        .name = test->name,
        .verdict = rh_verdict_name(test->verdict),
        .passed = test->verdict == RH_PASSED,
        .message = test->message,
        .report = test->report,
        .output = test->output,
        .replay = test->replay,
        .file = test->file,
        .line = test->line,
        .virtual_ns = test->virtual_ns,
        .real_ns = test->real_ns,
        .runs = test->runs,
        .entries = evidence->entries,
        .hash = evidence->hash,
        .seed = test->seed,
        .faults = evidence->faults ? evidence->faults : "[]",
        .choices = evidence->choices ? evidence->choices : "[]",
        .plan_complete = evidence->faults && !evidence->plan_cut,
        .journal = evidence->journal,
        .journal_length = evidence->journal_length,
        .journal_complete = !evidence->journal_cut,
    };
    cli_store_add(store, &result);
}

int cli_store_close(cli_store *store, int64_t real_ns, uint64_t end)
{
    rh_error error;
    if (!store->store)
        return CLI_OK;
    store->session.real_ns = store->cli->hide_wall ? RH_STORE_UNKNOWN : real_ns;
    if (store->session.id && !store->has_failed &&
        rh_store_end(store->store, &store->session, end, &error) != 0)
        give_up(store, &error);
    rh_store_close(store->store);
    store->store = NULL;
    return store->has_failed && store->is_wanted ? CLI_BAD : CLI_OK;
}
