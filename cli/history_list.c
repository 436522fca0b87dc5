#include "cli/history_list.h"

#include <string.h>

#include "cli/console.h"
#include "sim/base/timetext.h"

/* ---- columns --------------------------------------------------------------------------------- */

/* Cut to `columns` from the left or the right, and filled up. */
static void print_fitting(cli_context *cli, const char *words, size_t columns, bool keep_end)
{
    size_t length = strlen(words);
    if (length <= columns) {
        fprintf(cli->out, "%s%*s", words, (int)(columns - length), "");
        return;
    }
    size_t kept = columns - 3;
    if (keep_end)
        fprintf(cli->out, "...%s", words + length - kept);
    else
        fprintf(cli->out, "%.*s...", (int)kept, words);
}

/* "2026-11-25 02:25", in UTC. */
static const char *when(cli_context *cli, int64_t started_ms)
{
    if (started_ms == RH_STORE_UNKNOWN || cli->hide_wall)
        return "";
    rh_text text = rh_text_in(&cli->arena);
    rh_time_write(&text, started_ms * 1000000);
    char *written = rh_arena_text(&cli->arena, text.data, text.length < 16 ? text.length : 16);
    char *between = strchr(written, 'T');
    if (between)
        *between = ' ';
    return written;
}

static const char *brief(cli_context *cli, rh_duration duration)
{
    rh_text text = rh_text_in(&cli->arena);
    rh_duration_brief(&text, duration);
    return rh_text_string(&text);
}

static int print_none(cli_context *cli, const char *what)
{
    fprintf(cli->out, "no %s\n", what);
    return CLI_OK;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static size_t what_columns(const cli_context *cli)
{
    return cli->width > 60 ? cli->width - 45 : 15;
}

/* A session that did not end goes on, or was killed; which of them nobody knows. */
static void print_session(cli_context *cli, const rh_stored_session *session)
{
    const char *what = rh_format(&cli->arena, "%s %s", session->verb, session->what);
    uint64_t known = session->passed + session->failed;
    size_t columns = what_columns(cli);
    fprintf(cli->out, "%7jd  %-16s  ", (intmax_t)session->id, when(cli, session->started_ms));
    print_fitting(cli, what, columns, true);
    fprintf(cli->out, "  %6ju  %6ju", (uintmax_t)session->passed, (uintmax_t)session->failed);
    if (!session->ended)
        fprintf(cli->out, "\n%27s%s of %ju results are there; it goes on, or was killed", "",
                known ? rh_format(&cli->arena, "%ju", (uintmax_t)known) : "none",
                (uintmax_t)session->planned);
    fputc('\n', cli->out);
}

int cli_list_sessions(cli_context *cli, rh_store *store, const rh_store_query *query)
{
    rh_error error;
    rh_stored_session *sessions;
    size_t count;
    if (rh_store_sessions(store, &cli->arena, query, &sessions, &count, &error) != 0)
        return cli_bad_error(cli, &error);
    if (!count)
        return print_none(cli, "sessions");
    fprintf(cli->out, "session  %-16s  %-*s  passed  failed\n", cli->hide_wall ? "" : "when (UTC)",
            (int)what_columns(cli), "what");
    for (size_t i = 0; i < count; i++)
        print_session(cli, &sessions[i]);
    return CLI_OK;
}

const char *cli_result_name(cli_context *cli, const rh_stored_result *result)
{
    if (strcmp(result->verb, "run") == 0)
        return rh_format(&cli->arena, "run %s", result->name);
    return rh_format(&cli->arena, "test %s/%s", result->module, result->name);
}

static void print_result(cli_context *cli, const rh_stored_result *result)
{
    bool color = cli->color_out && !result->passed;
    fprintf(cli->out, "%6jd  %7jd  %s%-9s%s  %11s  %s  ", (intmax_t)result->id,
            (intmax_t)result->session, cli_paint(color, CLI_WRONG), result->verdict,
            cli_paint(color, CLI_PLAIN), brief(cli, result->virtual_ns),
            result->has_journal ? "*" : " ");
    const char *name = cli_result_name(cli, result);
    size_t room = cli->width > 60 ? cli->width - 44 : 16;
    if (strlen(name) > room)
        print_fitting(cli, name, room, true);
    else
        fputs(name, cli->out);
    fputc('\n', cli->out);
}

int cli_list_results(cli_context *cli, rh_store *store, const rh_store_query *query)
{
    rh_error error;
    rh_stored_result *results;
    size_t count;
    bool any_journal = false;
    if (rh_store_results(store, &cli->arena, query, &results, &count, &error) != 0)
        return cli_bad_error(cli, &error);
    if (!count)
        return print_none(cli, "results");
    fprintf(cli->out, "    id  session  verdict    %11s     what\n", "virtual");
    for (size_t i = 0; i < count; i++) {
        print_result(cli, &results[i]);
        any_journal = any_journal || results[i].has_journal;
    }
    if (any_journal)
        fputs("* with its journal\n", cli->out);
    return CLI_OK;
}

int cli_list_flaky(cli_context *cli, rh_store *store, const rh_store_query *query)
{
    rh_error error;
    rh_stored_test *tests;
    size_t count;
    if (rh_store_flaky(store, &cli->arena, query, &tests, &count, &error) != 0)
        return cli_bad_error(cli, &error);
    if (!count)
        return print_none(cli, "tests that came out now one way, now the other");
    fprintf(cli->out, "changes  passed  failed  last       id       test\n");
    for (size_t i = 0; i < count; i++)
        fprintf(cli->out, "%7ju  %6ju  %6ju  %-9s  %-7jd  %s/%s\n", (uintmax_t)tests[i].flips,
                (uintmax_t)tests[i].passed, (uintmax_t)tests[i].failed, tests[i].last,
                (intmax_t)tests[i].last_id, tests[i].module, tests[i].name);
    return CLI_OK;
}
