#include <string.h>

#include "cli/console.h"
#include "cli/history_list.h"
#include "cli/store.h"
#include "reports/journal_diff.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"

#define LIMIT 20u

typedef struct history_settings {
    cli_common common;
    const char *store, *test;
    cli_number session, limit, keep;
    cli_duration older_than;
    bool flaky;
} history_settings;

static const cli_option options[] = {
    {"--store", "FILE", CLI_TEXT, offsetof(history_settings, store),
     "which store; " CLI_STORE_DEFAULT " unless given"},
    {"--session", "N", CLI_NUMBER, offsetof(history_settings, session),
     "list: the results of one session", .least = 1, .most = INT64_MAX},
    {"--test", "GLOB", CLI_TEXT, offsetof(history_settings, test),
     "list: the results, over time, of tests whose name, or module/name, matches"},
    {"--flaky", NULL, CLI_FLAG, offsetof(history_settings, flaky),
     "list: tests that came out now one way, now the other"},
    {"--limit", "N", CLI_NUMBER, offsetof(history_settings, limit),
     "list: at most so many lines; 20 unless given, all for one session", .least = 1,
     .most = INT64_MAX},
    {"--keep", "N", CLI_NUMBER, offsetof(history_settings, keep),
     "prune: the newest N sessions stay", .least = 0, .most = INT64_MAX},
    {"--older-than", "TIME", CLI_DURATION, offsetof(history_settings, older_than),
     "prune: only sessions that began so long ago go, like 30d"},
    {0},
};

/* ---- list ------------------------------------------------------------------------------------ */

static int list(cli_context *cli, const history_settings *settings, rh_store *store)
{
    rh_store_query query = {
        .session = (int64_t)settings->session.value,
        .glob = settings->test,
        .limit = settings->limit.given     ? settings->limit.value
                 : settings->session.given ? INT64_MAX
                                           : LIMIT,
    };
    if (settings->flaky)
        return cli_list_flaky(cli, store, &query);
    if (settings->session.given || settings->test)
        return cli_list_results(cli, store, &query);
    return cli_list_sessions(cli, store, &query);
}

/* ---- show ------------------------------------------------------------------------------------ */

static void print_plan(cli_context *cli, const rh_stored_result *result)
{
    fprintf(cli->out, "plan      seed %ju, ", (uintmax_t)result->seed);
    if (strcmp(result->faults, "[]") == 0)
        fputs("no faults", cli->out);
    else
        fprintf(cli->out, "faults %s", result->faults);
    if (strcmp(result->choices, "[]") != 0)
        fprintf(cli->out, ", choices %s", result->choices);
    fprintf(cli->out, "%s\n", result->plan_complete ? "" : " (not known to the end)");
}

static void print_part(cli_context *cli, const char *title, const char *text)
{
    if (!text[0])
        return;
    fprintf(cli->out, "\n%s\n", title);
    while (*text) {
        size_t length = strcspn(text, "\n");
        fputs(length ? "    " : "", cli->out);
        for (size_t i = 0; i < length; i++) {
            unsigned char c = (unsigned char)text[i];
            fputc((c < ' ' && c != '\t') || c == 0x7f ? '?' : c, cli->out);
        }
        fputc('\n', cli->out);
        text += length + (text[length] == '\n');
    }
}

static void print_result(cli_context *cli, const rh_stored_result *result)
{
    rh_text took = rh_text_in(&cli->arena);
    rh_duration_brief(&took, result->virtual_ns);
    fprintf(cli->out, "%s%s%s\n", cli_paint(cli->color_out, CLI_STRONG),
            cli_result_name(cli, result), cli_paint(cli->color_out, CLI_PLAIN));
    fprintf(cli->out, "result    %jd, of session %jd\n", (intmax_t)result->id,
            (intmax_t)result->session);
    fprintf(cli->out, "verdict   %s after %s\n", result->verdict, rh_text_string(&took));
    if (result->message[0])
        fprintf(cli->out, "message   %s\n", result->message);
    if (result->file)
        fprintf(cli->out, "place     %s:%d\n", result->file, result->line);
    print_plan(cli, result);
    if (result->entries)
        fprintf(cli->out, "journal   %ju entries, hash %016jx, %s\n", (uintmax_t)result->entries,
                (uintmax_t)result->hash,
                !result->has_journal       ? "not kept"
                : result->journal_complete ? "kept"
                                           : "the first part kept");
    fprintf(cli->out, "replay    %s\n", result->replay);
    print_part(cli, "report", result->report);
    print_part(cli, "output", result->output);
}

static int read_id(cli_context *cli, const char *text, int64_t *id)
{
    *id = 0;
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9' || *id > INT64_MAX / 10 - 1)
            return cli_bad(cli,
                           "expected the id of a result, a number that 'rehearse history list "
                           "--session N' shows, got '%s'",
                           text);
        *id = *id * 10 + (*c - '0');
    }
    return CLI_OK;
}

static int load(cli_context *cli, rh_store *store, const char *id_text, rh_stored_result *result)
{
    rh_error error;
    int64_t id;
    if (read_id(cli, id_text, &id) != CLI_OK)
        return CLI_BAD;
    if (rh_store_result(store, &cli->arena, id, result, &error) != 0)
        return cli_bad_error(cli, &error);
    return CLI_OK;
}

static int load_journal(cli_context *cli, rh_store *store, const char *id, rh_stored_result *result)
{
    rh_error error;
    if (load(cli, store, id, result) != CLI_OK)
        return CLI_BAD;
    if (rh_store_journal(store, &cli->arena, result, &error) != 0)
        return cli_bad_error(cli, &error);
    return CLI_OK;
}

static int show(cli_context *cli, rh_store *store, const char *id)
{
    rh_stored_result result;
    if (load(cli, store, id, &result) != CLI_OK)
        return CLI_BAD;
    print_result(cli, &result);
    return CLI_OK;
}

/* ---- export and diff ------------------------------------------------------------------------- */

static int export(cli_context *cli, rh_store *store, const char *id)
{
    rh_stored_result result;
    if (load_journal(cli, store, id, &result) != CLI_OK)
        return CLI_BAD;
    fwrite(result.journal, 1, result.journal_length, cli->out);
    if (!result.journal_complete)
        cli_bad(cli, "warning: only the first part of journal %jd was kept", (intmax_t)result.id);
    return CLI_OK;
}

static void print_head(cli_context *cli, const char *mark, const rh_stored_result *result)
{
    fprintf(cli->out, "%s is result %jd: %s, %s, seed %ju%s%s\n", mark, (intmax_t)result->id,
            cli_result_name(cli, result), result->verdict, (uintmax_t)result->seed,
            strcmp(result->faults, "[]") != 0 ? ", faults " : "",
            strcmp(result->faults, "[]") != 0 ? result->faults : "");
}

static int diff(cli_context *cli, rh_store *store, const char *const ids[2])
{
    rh_stored_result results[2];
    rh_journal_text texts[2];
    rh_error error;
    bool same;
    for (int i = 0; i < 2; i++) {
        if (load_journal(cli, store, ids[i], &results[i]) != CLI_OK)
            return CLI_BAD;
        texts[i] = (rh_journal_text){.mark = i ? "B" : "A",
                                     .name = rh_format(&cli->arena, "journal %s", ids[i]),
                                     .lines = results[i].journal,
                                     .length = results[i].journal_length};
    }
    rh_text text = rh_text_in(&cli->arena);
    if (rh_report_journal_diff(&text, &texts[0], &texts[1], cli->width, &same, &error) != 0)
        return cli_bad_error(cli, &error);
    for (int i = 0; i < 2; i++)
        print_head(cli, texts[i].mark, &results[i]);
    if (same)
        fprintf(cli->out, "\nthe same from beginning to end\n");
    else
        fprintf(cli->out, "\n%s", rh_text_string(&text));
    return same ? CLI_OK : CLI_FAILED;
}

/* ---- prune ----------------------------------------------------------------------------------- */

/* What has not ended after so long was killed. */
#define DEAD_AFTER RH_DAYS(1)

static int prune(cli_context *cli, const history_settings *settings, rh_store *store)
{
    rh_error error;
    rh_store_pruned pruned;
    int64_t now_ns = cli_clock_epoch();
    rh_store_pruning pruning = {
        .keep = (int64_t)settings->keep.value,
        .before_ms = RH_STORE_UNKNOWN,
        .dead_ms = (now_ns - DEAD_AFTER) / RH_MILLISECONDS(1),
    };
    if (settings->older_than.given && settings->older_than.value > now_ns)
        return cli_bad(cli, "--older-than: that was before 1970");
    if (settings->older_than.given)
        pruning.before_ms = (now_ns - settings->older_than.value) / RH_MILLISECONDS(1);
    if (rh_store_prune(store, &pruning, &pruned, &error) != 0)
        return cli_bad_error(cli, &error);
    fprintf(cli->out, "%ju session%s with %ju result%s forgotten, %ju left\n",
            (uintmax_t)pruned.sessions, pruned.sessions == 1 ? "" : "s", (uintmax_t)pruned.results,
            pruned.results == 1 ? "" : "s", (uintmax_t)pruned.left);
    return CLI_OK;
}

/* ---- the verb -------------------------------------------------------------------------------- */

static const struct action {
    const char *name;
    size_t ids;
} actions[] = {{"list", 0}, {"show", 1}, {"export", 1}, {"diff", 2}, {"prune", 0}};

static const struct action *find_action(cli_context *cli, const char *name)
{
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
        rh_nearest_offer(&nearest, actions[i].name);
    }
    char hint[96];
    cli_bad(cli, "expected list, show, export, diff or prune, got '%s'%s", name,
            rh_nearest_hint(&nearest, hint, sizeof hint));
    return NULL;
}

static int check(cli_context *cli, const history_settings *settings, const struct action *action,
                 size_t count)
{
    bool lists = strcmp(action->name, "list") == 0;
    bool prunes = strcmp(action->name, "prune") == 0;
    if (count != action->ids)
        return cli_bad(cli,
                       "%s takes %s, got %zu; ids stand in 'rehearse history list "
                       "--session N'",
                       action->name,
                       action->ids == 0   ? "no id"
                       : action->ids == 1 ? "the id of a result"
                                          : "the ids of two results",
                       count);
    if (!lists &&
        (settings->flaky || settings->test || settings->session.given || settings->limit.given))
        return cli_bad(cli, "--session, --test, --flaky and --limit belong to list, not to %s",
                       action->name);
    if (prunes && !settings->keep.given && !settings->older_than.given)
        return cli_bad(cli, "prune needs --keep N, --older-than TIME, or both");
    if (!prunes && (settings->keep.given || settings->older_than.given))
        return cli_bad(cli, "--keep and --older-than belong to prune, not to %s", action->name);
    if (settings->flaky && settings->session.given)
        return cli_bad(cli, "--flaky is about all sessions; leave out --session");
    return CLI_OK;
}

static int run(cli_context *cli, const void *read, const char *const *arguments, size_t count)
{
    const history_settings *settings = read;
    const struct action *action = count ? find_action(cli, arguments[0]) : &actions[0];
    if (!action || check(cli, settings, action, count ? count - 1 : 0) != CLI_OK)
        return CLI_BAD;
    rh_error error;
    rh_store *store;
    const char *path = settings->store ? settings->store : CLI_STORE_DEFAULT;
    if (rh_store_open(&cli->arena, path, false, &store, &error) != 0)
        return cli_bad_error(cli, &error);
    int code;
    if (strcmp(action->name, "prune") == 0)
        code = prune(cli, settings, store);
    else if (action->ids == 0)
        code = list(cli, settings, store);
    else if (action->ids == 2)
        code = diff(cli, store, arguments + 1);
    else if (strcmp(action->name, "show") == 0)
        code = show(cli, store, arguments[1]);
    else
        code = export(cli, store, arguments[1]);
    rh_store_close(store);
    return code;
}

const cli_verb cli_history = {
    .name = "history",
    .arguments = "[list|show ID|export ID|diff ID ID|prune]",
    .most = 3,
    .summary = "Looks into the store: what was rehearsed before",
    .about = "Looks into the store, where 'rehearse test' keeps what it rehearsed, and 'rehearse "
             "run --store FILE' as well. (The history of one run, as Temporal writes it, is "
             "another thing: 'rehearse run --report history=PATH'.)\n"
             "list, or nothing: the last sessions; with --session, --test or --flaky the results "
             "in them. show: one result with its plan and report. export: its journal as JSON "
             "Lines. diff: where two journals part, and how each goes on. prune: forgets old "
             "sessions, those that are not among the newest --keep and began --older-than ago; "
             "sessions of the last day that have not ended stay.\n"
             "diff ends with 1 if there is a difference, and everything with 2 if the store is "
             "none.",
    .options = options,
    .settings_size = sizeof(history_settings),
    .run = run,
};
