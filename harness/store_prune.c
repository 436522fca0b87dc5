/* Forgetting old sessions, so that a store does not grow for ever. */
#include "harness/store_state.h"

/* Sessions that are to go. What has not ended and began lately goes on, perhaps, in another
 * process. ?1: how many of the newest stay, ?2: those that began before go (NULL: any), ?3: what
 * has not ended and began before is dead. */
#define GOES                                                                                       \
    "id NOT IN (SELECT id FROM sessions ORDER BY id DESC LIMIT ?1)"                                \
    " AND (?2 IS NULL OR started_ms < ?2) AND (ended OR started_ms < ?3)"

static sqlite3_stmt *prepare(const rh_store *store, const char *sql,
                             const rh_store_pruning *pruning, rh_error *error)
{
    sqlite3_stmt *statement = rh_store_prepare(store, sql, error);
    if (!statement)
        return NULL;
    sqlite3_bind_int64(statement, 1, pruning->keep);
    if (pruning->before_ms != RH_STORE_UNKNOWN)
        sqlite3_bind_int64(statement, 2, pruning->before_ms);
    sqlite3_bind_int64(statement, 3, pruning->dead_ms);
    return statement;
}

static int count(const rh_store *store, const rh_store_pruning *pruning, rh_store_pruned *pruned,
                 rh_error *error)
{
    sqlite3_stmt *statement = prepare(store,
                                      "SELECT (SELECT count(*) FROM sessions WHERE " GOES "),"
                                      " (SELECT count(*) FROM results WHERE session_id IN"
                                      "  (SELECT id FROM sessions WHERE " GOES ")),"
                                      " (SELECT count(*) FROM sessions)",
                                      pruning, error);
    if (!statement)
        return -1;
    int failed = sqlite3_step(statement) == SQLITE_ROW ? 0 : rh_store_fail(store, error);
    if (!failed) {
        pruned->sessions = (uint64_t)sqlite3_column_int64(statement, 0);
        pruned->results = (uint64_t)sqlite3_column_int64(statement, 1);
        pruned->left = (uint64_t)sqlite3_column_int64(statement, 2) - pruned->sessions;
    }
    sqlite3_finalize(statement);
    return failed;
}

/* Results, plans and journals go with their session. */
static int forget(const rh_store *store, const rh_store_pruning *pruning, rh_error *error)
{
    sqlite3_stmt *statement = prepare(store, "DELETE FROM sessions WHERE " GOES, pruning, error);
    if (!statement)
        return -1;
    int failed = sqlite3_step(statement) == SQLITE_DONE ? 0 : rh_store_fail(store, error);
    sqlite3_finalize(statement);
    return failed;
}

int rh_store_prune(rh_store *store, const rh_store_pruning *pruning, rh_store_pruned *pruned,
                   rh_error *error)
{
    *pruned = (rh_store_pruned){0};
    if (rh_store_execute(store, "BEGIN IMMEDIATE", error) != 0)
        return -1;
    if (count(store, pruning, pruned, error) != 0 || forget(store, pruning, error) != 0 ||
        rh_store_execute(store, "COMMIT", error) != 0) {
        rh_store_execute(store, "ROLLBACK", NULL);
        return -1;
    }
    /* The file shrinks if nobody else is at it; otherwise the room is used again later. */
    if (pruned->sessions && rh_store_execute(store, "VACUUM", NULL) == 0)
        rh_store_execute(store, "PRAGMA wal_checkpoint(TRUNCATE)", NULL);
    return 0;
}
