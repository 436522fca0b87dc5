#include <string.h>

#include "cli/store.h"
#include "harness/evidence.h"
#include "harness/shell.h"
#include "reports/journal_lines.h"
#include "reports/timeline.h"

/* The last try of the first run; NULL if nothing was started. */
static const rh_run_record *last_run(const rh_journal *journal)
{
    if (!journal->run_count)
        return NULL;
    const rh_run_record *run = journal->runs[0];
    while (run->next != RH_NO_RUN)
        run = journal->runs[run->next];
    return run;
}

static const char *verdict_of(const rh_run_record *run, rh_env *env, int code)
{
    if (code == CLI_BAD || !run)
        return "error";
    return rh_env_problem_count(env) ? "failed" : rh_run_status_name((rh_run_status)run->status);
}

static const char *message_of(cli_context *cli, const rh_run_record *run, rh_env *env)
{
    const char *message = "";
    if (rh_env_problem_count(env))
        message = rh_env_problem(env, 0)->message;
    else if (run && run->failure)
        message = rh_failure_message(run->failure);
    else if (run && run->stuck)
        message = run->stuck;
    return rh_arena_text(&cli->arena, message, strcspn(message, "\n"));
}

/* What was typed, without where to keep it. */
static const char *command_of(cli_context *cli)
{
    rh_text text = rh_text_in(&cli->arena);
    rh_text_puts(&text, "rehearse run");
    for (size_t i = 0; i < cli->argument_count; i++) {
        const char *argument = cli->arguments[i];
        if (strncmp(argument, "--store=", 8) == 0)
            continue;
        if (strcmp(argument, "--store") == 0) {
            i++;
            continue;
        }
        rh_text_putc(&text, ' ');
        rh_shell_word(&text, argument);
    }
    return rh_text_string(&text);
}

void cli_store_add_run(cli_store *store, rh_env *env, const char *workflow, int code,
                       int64_t real_ns)
{
    cli_context *cli = store->cli;
    if (!store->store)
        return;
    const rh_journal *journal = rh_env_journal(env);
    const rh_run_record *run = last_run(journal);
    rh_evidence evidence = {0};
    rh_evidence_take(&cli->arena, &(rh_evidence_wish){.journal = rh_report_journal}, journal, false,
                     &evidence);
    rh_text report = rh_text_in(&cli->arena);
    rh_report_timeline_brief(&report, journal);
    rh_stored_result result = {
        .module = rh_env_module(env)->name,
        .name = workflow,
        .verdict = verdict_of(run, env, code),
        .passed = code == CLI_OK,
        .message = message_of(cli, run, env),
        .report = rh_text_string(&report),
        .output = "",
        .replay = command_of(cli),
        .virtual_ns = rh_env_virtual_time(env),
        .real_ns = real_ns,
        .runs = rh_env_runs_started(env),
        .entries = evidence.entries,
        .hash = evidence.hash,
        .seed = journal->seed,
        .faults = evidence.faults,
        .choices = evidence.choices,
        .plan_complete = !evidence.plan_cut,
        .journal = evidence.journal,
        .journal_length = evidence.journal_length,
        .journal_complete = !evidence.journal_cut,
    };
    cli_store_add(store, &result);
}
