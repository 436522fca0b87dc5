#define _POSIX_C_SOURCE 200809L
#include "harness/store_state.h"

#include <string.h>

#include "sim/base/text.h"

#define WHAT_TO_DO "; move it away, or name another file with --store"

/* ---- talking to SQLite ----------------------------------------------------------------------- */

int rh_store_fail(const rh_store *store, rh_error *error)
{
    const char *says = sqlite3_errmsg(store->db);
    switch (sqlite3_errcode(store->db) & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return rh_error_set(error, store->path, 0, 0, "is damaged: %s" WHAT_TO_DO, says);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return rh_error_set(error, store->path, 0, 0,
                            "another process has held it for more than %d s",
                            RH_STORE_WAIT_MS / 1000);
    case SQLITE_CANTOPEN:
        return rh_error_set(error, store->path, 0, 0, "cannot be opened: %s", says);
    case SQLITE_READONLY:
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return rh_error_set(error, store->path, 0, 0, "cannot be written: %s", says);
    default:
        return rh_error_set(error, store->path, 0, 0, "%s", says);
    }
}

int rh_store_execute(const rh_store *store, const char *sql, rh_error *error)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return rh_store_fail(store, error);
}

sqlite3_stmt *rh_store_prepare(const rh_store *store, const char *sql, rh_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        rh_store_fail(store, error);
    return statement;
}

int rh_store_ask(const rh_store *store, const char *sql, int64_t *answer, rh_error *error)
{
    sqlite3_stmt *statement = rh_store_prepare(store, sql, error);
    if (!statement)
        return -1;
    int failed = 0;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *answer = sqlite3_column_int64(statement, 0);
    else
        failed = rh_store_fail(store, error);
    sqlite3_finalize(statement);
    return failed;
}

/* ---- versions -------------------------------------------------------------------------------- */

static int read_version(const rh_store *store, int64_t *version, rh_error *error)
{
    if (rh_store_ask(store, "PRAGMA user_version", version, error) != 0)
        return -1;
    if (*version <= rh_store_version())
        return 0;
    return rh_error_set(error, store->path, 0, 0,
                        "was written by a newer rehearse: it has version %jd, this one knows up to "
                        "%d; use the newer one, or name another file with --store",
                        (intmax_t)*version, rh_store_version());
}

static int take_steps(const rh_store *store, rh_error *error)
{
    int64_t version;
    /* Again, as another process may have been faster. */
    if (read_version(store, &version, error) != 0)
        return -1;
    for (int64_t i = version; i < rh_store_version(); i++)
        if (rh_store_execute(store, rh_store_step((int)i), error) != 0)
            return -1;
    const char *marks =
        rh_format(store->arena, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                  RH_STORE_APPLICATION, rh_store_version());
    return rh_store_execute(store, marks, error);
}

/* All steps that are missing, in one transaction. */
static int bring_up_to_date(const rh_store *store, rh_error *error)
{
    if (rh_store_execute(store, "BEGIN EXCLUSIVE", error) != 0)
        return -1;
    int failed = take_steps(store, error);
    if (failed)
        rh_store_execute(store, "ROLLBACK", NULL);
    return failed;
}

/* While readers and a writer of a new store meet, SQLite does not wait by itself. */
static int use_log(const rh_store *store, rh_error *error)
{
    int code = SQLITE_BUSY;
    for (int waited_ms = 0; code == SQLITE_BUSY && waited_ms < RH_STORE_WAIT_MS; waited_ms += 5) {
        code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if (code == SQLITE_BUSY)
            sqlite3_sleep(5);
    }
    if (code != SQLITE_OK)
        return rh_store_fail(store, error);
    /* A killed process loses nothing so, and a result costs no wait for the disk; only a crash of
     * the whole machine may take the last ones. */
    return rh_store_execute(store, "PRAGMA synchronous = NORMAL", error);
}

static int accept_file(const rh_store *store, rh_error *error)
{
    int64_t version;
    /* Until the file is known to be ours, closing it must not move its log into it. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_busy_timeout(store->db, RH_STORE_WAIT_MS) != SQLITE_OK)
        return rh_store_fail(store, error);
    if (read_version(store, &version, error) != 0)
        return -1;
    if (version < rh_store_version() && bring_up_to_date(store, error) != 0)
        return -1;
    if (use_log(store, error) != 0)
        return -1;
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return rh_store_execute(store, "PRAGMA foreign_keys = ON", error);
}

/* ---- life ------------------------------------------------------------------------------------ */

int rh_store_open(rh_arena *arena, const char *path, bool create, rh_store **opened,
                  rh_error *error)
{
    rh_store *store = RH_NEW(arena, rh_store);
    store->arena = arena;
    store->path = rh_arena_string(arena, path);
    *opened = NULL;
    if (rh_store_look(arena, path, create, error) != 0)
        return -1;
    /* A name that begins with "file:" or is ":memory:" means something else to SQLite. */
    const char *file = path[0] == '/' ? path : rh_format(arena, "./%s", path);
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    int code = sqlite3_open_v2(file, &store->db, flags, NULL);
    if (!store->db)
        return rh_error_set(error, path, 0, 0, "cannot be opened: out of memory");
    if (code != SQLITE_OK ? rh_store_fail(store, error) : accept_file(store, error)) {
        rh_store_close(store);
        return -1;
    }
    *opened = store;
    return 0;
}

void rh_store_close(rh_store *store)
{
    if (!store)
        return;
    sqlite3_finalize(store->add_result);
    sqlite3_finalize(store->add_plan);
    sqlite3_finalize(store->add_journal);
    sqlite3_close(store->db);
    store->db = NULL;
}
