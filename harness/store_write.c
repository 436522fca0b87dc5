#include <string.h>

#include "harness/store_state.h"
#include "rehearse/rehearse.h"
#include "sim/base/text.h"

/* ---- values of statements -------------------------------------------------------------------- */

/* A statement that is being given its values, by position from 1. */
typedef struct values {
    sqlite3_stmt *statement;
    int count;
} values;

static void add_integer(values *row, int64_t integer)
{
    sqlite3_bind_int64(row->statement, ++row->count, integer);
}

/* What is unknown is NULL. */
static void add_known(values *row, int64_t integer)
{
    if (integer == RH_STORE_UNKNOWN)
        sqlite3_bind_null(row->statement, ++row->count);
    else
        add_integer(row, integer);
}

/* Borrowed until the statement has been run. */
static void add_bytes(values *row, const char *text, size_t length)
{
    sqlite3_bind_text64(row->statement, ++row->count, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static void add_text(values *row, const char *text)
{
    if (text)
        add_bytes(row, text, strlen(text));
    else
        sqlite3_bind_null(row->statement, ++row->count);
}

/* Runs it and makes it ready for the next time. */
static int run(const rh_store *store, const values *row, rh_error *error)
{
    int failed = sqlite3_step(row->statement) == SQLITE_DONE ? 0 : rh_store_fail(store, error);
    sqlite3_reset(row->statement);
    sqlite3_clear_bindings(row->statement);
    return failed;
}

static int prepare_once(const rh_store *store, sqlite3_stmt **statement, const char *sql,
                        rh_error *error)
{
    if (!*statement)
        *statement = rh_store_prepare(store, sql, error);
    return *statement ? 0 : -1;
}

/* ---- sessions -------------------------------------------------------------------------------- */

int rh_store_begin(rh_store *store, rh_stored_session *session, rh_error *error)
{
    values row = {
        .statement =
            rh_store_prepare(store,
                             "INSERT INTO sessions (verb, what, version, planned, started_ms) "
                             "VALUES (?, ?, ?, ?, ?)",
                             error)};
    if (!row.statement)
        return -1;
    add_text(&row, session->verb);
    add_text(&row, session->what);
    add_text(&row, rh_version());
    add_integer(&row, (int64_t)session->planned);
    add_known(&row, session->started_ms);
    int failed = run(store, &row, error);
    session->id = sqlite3_last_insert_rowid(store->db);
    sqlite3_finalize(row.statement);
    return failed;
}

static int forget_from(const rh_store *store, int64_t session, uint64_t end, rh_error *error)
{
    values row = {.statement = rh_store_prepare(
                      store, "DELETE FROM results WHERE session_id = ? AND position >= ?", error)};
    if (!row.statement)
        return -1;
    add_integer(&row, session);
    add_integer(&row, (int64_t)end);
    int failed = run(store, &row, error);
    sqlite3_finalize(row.statement);
    return failed;
}

int rh_store_end(rh_store *store, const rh_stored_session *session, uint64_t end, rh_error *error)
{
    if (end < session->planned && forget_from(store, session->id, end, error) != 0)
        return -1;
    values row = {.statement = rh_store_prepare(
                      store, "UPDATE sessions SET ended = 1, real_ns = ? WHERE id = ?", error)};
    if (!row.statement)
        return -1;
    add_known(&row, session->real_ns);
    add_integer(&row, session->id);
    int failed = run(store, &row, error);
    sqlite3_finalize(row.statement);
    return failed;
}

/* ---- results --------------------------------------------------------------------------------- */

static int add_result(rh_store *store, int64_t session, rh_stored_result *result, rh_error *error)
{
    if (prepare_once(store, &store->add_result,
                     "INSERT INTO results (session_id, position, module, name, verdict, passed, "
                     "message, report, output, replay, file, line, runs, virtual_ns, real_ns, "
                     "entries, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     error) != 0)
        return -1;
    char hash[17];
    sqlite3_snprintf((int)sizeof hash, hash, "%016llx", (unsigned long long)result->hash);
    values row = {.statement = store->add_result};
    add_integer(&row, session);
    add_integer(&row, (int64_t)result->position);
    add_text(&row, result->module);
    add_text(&row, result->name);
    add_text(&row, result->verdict);
    add_integer(&row, result->passed);
    add_text(&row, result->message);
    add_text(&row, result->report);
    add_text(&row, result->output);
    add_text(&row, result->replay);
    add_text(&row, result->file);
    add_integer(&row, result->line);
    add_integer(&row, (int64_t)result->runs);
    add_integer(&row, result->virtual_ns);
    add_known(&row, result->real_ns);
    add_integer(&row, (int64_t)result->entries);
    add_text(&row, hash);
    int failed = run(store, &row, error);
    result->id = sqlite3_last_insert_rowid(store->db);
    return failed;
}

static int add_plan(rh_store *store, const rh_stored_result *result, rh_error *error)
{
    if (prepare_once(store, &store->add_plan,
                     "INSERT INTO plans (result_id, seed, faults, choices, complete) "
                     "VALUES (?, ?, ?, ?, ?)",
                     error) != 0)
        return -1;
    char seed[24];
    sqlite3_snprintf((int)sizeof seed, seed, "%llu", (unsigned long long)result->seed);
    values row = {.statement = store->add_plan};
    add_integer(&row, result->id);
    add_text(&row, seed);
    add_text(&row, result->faults);
    add_text(&row, result->choices);
    add_integer(&row, result->plan_complete);
    return run(store, &row, error);
}

static int add_journal(rh_store *store, const rh_stored_result *result, rh_error *error)
{
    if (!result->journal)
        return 0;
    if (prepare_once(store, &store->add_journal,
                     "INSERT INTO journals (result_id, complete, lines) VALUES (?, ?, ?)",
                     error) != 0)
        return -1;
    values row = {.statement = store->add_journal};
    add_integer(&row, result->id);
    add_integer(&row, result->journal_complete);
    add_bytes(&row, result->journal, result->journal_length);
    return run(store, &row, error);
}

int rh_store_add(rh_store *store, int64_t session, rh_stored_result *result, rh_error *error)
{
    /* At once for writing: a transaction that began with reading would not wait for another. */
    if (rh_store_execute(store, "BEGIN IMMEDIATE", error) != 0)
        return -1;
    if (add_result(store, session, result, error) == 0 && add_plan(store, result, error) == 0 &&
        add_journal(store, result, error) == 0 && rh_store_execute(store, "COMMIT", error) == 0)
        return 0;
    rh_store_execute(store, "ROLLBACK", NULL);
    return -1;
}
