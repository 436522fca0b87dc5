#include <string.h>

#include "harness/store_state.h"
#include "sim/base/text.h"

/* ---- columns --------------------------------------------------------------------------------- */

/* A row that is being read, from its first column on. */
typedef struct row {
    sqlite3_stmt *statement;
    rh_arena *arena;
    int next;
} row;

static int64_t get_integer(row *r)
{
    return sqlite3_column_int64(r->statement, r->next++);
}

static uint64_t get_count(row *r)
{
    int64_t integer = get_integer(r);
    return integer > 0 ? (uint64_t)integer : 0;
}

static int64_t get_known(row *r)
{
    bool is_null = sqlite3_column_type(r->statement, r->next) == SQLITE_NULL;
    int64_t integer = get_integer(r);
    return is_null ? RH_STORE_UNKNOWN : integer;
}

/* NULL if there is none. */
static const char *get_text(row *r)
{
    const unsigned char *text = sqlite3_column_text(r->statement, r->next);
    size_t length = (size_t)sqlite3_column_bytes(r->statement, r->next++);
    return text ? rh_arena_text(r->arena, (const char *)text, length) : NULL;
}

static const char *get_string(row *r)
{
    const char *text = get_text(r);
    return text ? text : "";
}

static uint64_t get_number(row *r, unsigned base)
{
    uint64_t number = 0;
    for (const char *c = get_string(r); *c; c++) {
        unsigned digit = *c <= '9' ? (unsigned)(*c - '0') : (unsigned)(*c - 'a') + 10;
        if (digit >= base)
            return 0;
        number = number * base + digit;
    }
    return number;
}

/* ---- rows ------------------------------------------------------------------------------------ */

#define SESSION_COLUMNS "sessions.id, verb, what, planned, started_ms, sessions.real_ns, ended"

static void read_session(row *r, rh_stored_session *session)
{
    *session = (rh_stored_session){.id = get_integer(r)};
    session->verb = get_string(r);
    session->what = get_string(r);
    session->planned = get_count(r);
    session->started_ms = get_known(r);
    session->real_ns = get_known(r);
    session->ended = get_integer(r) != 0;
    session->passed = get_count(r);
    session->failed = get_count(r);
}

#define RESULT_COLUMNS                                                                             \
    "results.id, session_id, verb, position, module, name, verdict, passed, message, report, "     \
    "output, replay, file, line, runs, virtual_ns, results.real_ns, entries, hash, seed, faults, " \
    "choices, plans.complete, journals.complete, journals.result_id IS NOT NULL"
#define RESULT_TABLES                                                                              \
    "results JOIN sessions ON sessions.id = session_id "                                           \
    "LEFT JOIN plans ON plans.result_id = results.id "                                             \
    "LEFT JOIN journals ON journals.result_id = results.id "

static const char *or_empty_list(const char *json)
{
    return json[0] ? json : "[]";
}

static void read_result(row *r, rh_stored_result *result)
{
    *result = (rh_stored_result){.id = get_integer(r)};
    result->session = get_integer(r);
    result->verb = get_string(r);
    result->position = get_count(r);
    result->module = get_string(r);
    result->name = get_string(r);
    result->verdict = get_string(r);
    result->passed = get_integer(r) != 0;
    result->message = get_string(r);
    result->report = get_string(r);
    result->output = get_string(r);
    result->replay = get_string(r);
    result->file = get_text(r);
    result->line = (int)get_integer(r);
    result->runs = get_count(r);
    result->virtual_ns = get_integer(r);
    result->real_ns = get_known(r);
    result->entries = get_count(r);
    result->hash = get_number(r, 16);
    result->seed = get_number(r, 10);
    result->faults = or_empty_list(get_string(r));
    result->choices = or_empty_list(get_string(r));
    result->plan_complete = get_integer(r) != 0;
    result->journal_complete = get_integer(r) != 0;
    result->has_journal = get_integer(r) != 0;
}

static void read_test(row *r, rh_stored_test *test)
{
    *test = (rh_stored_test){.module = get_string(r)};
    test->name = get_string(r);
    test->passed = get_count(r);
    test->failed = get_count(r);
    test->flips = get_count(r);
    test->last_id = get_integer(r);
    test->last = get_string(r);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* Binds what a query says. */
static sqlite3_stmt *begin_query(const rh_store *store, const char *sql,
                                 const rh_store_query *query, rh_error *error)
{
    sqlite3_stmt *statement = rh_store_prepare(store, sql, error);
    if (!statement)
        return NULL;
    sqlite3_bind_int64(statement, 1, query->session);
    sqlite3_bind_text(statement, 2, query->glob, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 3, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
    return statement;
}

typedef struct list {
    void *items;
    size_t count, capacity;
} list;

typedef void read_item(row *r, void *item);

static int read_list(const rh_store *store, rh_arena *arena, const char *sql,
                     const rh_store_query *query, size_t size, read_item *read, list *found,
                     rh_error *error)
{
    sqlite3_stmt *statement = begin_query(store, sql, query, error);
    if (!statement)
        return -1;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        row r = {.statement = statement, .arena = arena};
        found->items =
            rh_arena_reserve(arena, found->items, size, found->count + 1, &found->capacity);
        read(&r, (char *)found->items + size * found->count++);
    }
    int failed = code == SQLITE_DONE ? 0 : rh_store_fail(store, error);
    sqlite3_finalize(statement);
    return failed;
}

static void read_session_item(row *r, void *item)
{
    read_session(r, item);
}

static void read_result_item(row *r, void *item)
{
    read_result(r, item);
}

static void read_test_item(row *r, void *item)
{
    read_test(r, item);
}

#define MATCHES "(?2 IS NULL OR name GLOB ?2 OR module || '/' || name GLOB ?2) "

int rh_store_sessions(rh_store *store, rh_arena *arena, const rh_store_query *query,
                      rh_stored_session **sessions, size_t *count, rh_error *error)
{
    list found = {0};
    int failed = read_list(store, arena,
                           "SELECT " SESSION_COLUMNS ", ifnull(sum(passed), 0), "
                           "ifnull(sum(NOT passed), 0) FROM sessions "
                           "LEFT JOIN results ON session_id = sessions.id "
                           "WHERE (?1 = 0 OR sessions.id = ?1) AND " MATCHES
                           "GROUP BY sessions.id ORDER BY sessions.id DESC LIMIT ?3",
                           query, sizeof(rh_stored_session), read_session_item, &found, error);
    *sessions = found.items;
    *count = found.count;
    return failed;
}

int rh_store_results(rh_store *store, rh_arena *arena, const rh_store_query *query,
                     rh_stored_result **results, size_t *count, rh_error *error)
{
    list found = {0};
    int failed = read_list(store, arena,
                           "SELECT " RESULT_COLUMNS " FROM " RESULT_TABLES
                           "WHERE (?1 = 0 OR session_id = ?1) AND " MATCHES
                           "ORDER BY session_id DESC, position LIMIT ?3",
                           query, sizeof(rh_stored_result), read_result_item, &found, error);
    *results = found.items;
    *count = found.count;
    return failed;
}

int rh_store_flaky(rh_store *store, rh_arena *arena, const rh_store_query *query,
                   rh_stored_test **tests, size_t *count, rh_error *error)
{
    list found = {0};
    int failed = read_list(store, arena,
                           "SELECT module, name, passed, failed, flips, last_id, "
                           "(SELECT verdict FROM results WHERE id = last_id) FROM flakiness "
                           "WHERE flips > 0 AND ?1 = 0 AND " MATCHES
                           "ORDER BY flips DESC, module, name LIMIT ?3",
                           query, sizeof(rh_stored_test), read_test_item, &found, error);
    *tests = found.items;
    *count = found.count;
    return failed;
}

/* ---- one result ------------------------------------------------------------------------------ */

static int no_result(const rh_store *store, int64_t id, rh_error *error)
{
    int64_t least = 0, most = 0;
    if (rh_store_ask(store, "SELECT ifnull(min(id), 0) FROM results", &least, error) != 0 ||
        rh_store_ask(store, "SELECT ifnull(max(id), 0) FROM results", &most, error) != 0)
        return -1;
    if (!most)
        return rh_error_set(error, store->path, 0, 0, "has no results yet");
    return rh_error_set(error, store->path, 0, 0, "there is no result %jd; ids are from %jd to %jd",
                        (intmax_t)id, (intmax_t)least, (intmax_t)most);
}

int rh_store_result(rh_store *store, rh_arena *arena, int64_t id, rh_stored_result *result,
                    rh_error *error)
{
    sqlite3_stmt *statement = rh_store_prepare(
        store, "SELECT " RESULT_COLUMNS " FROM " RESULT_TABLES "WHERE results.id = ?", error);
    if (!statement)
        return -1;
    sqlite3_bind_int64(statement, 1, id);
    int code = sqlite3_step(statement);
    row r = {.statement = statement, .arena = arena};
    int failed = 0;
    if (code == SQLITE_ROW)
        read_result(&r, result);
    else if (code != SQLITE_DONE)
        failed = rh_store_fail(store, error);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? no_result(store, id, error) : failed;
}

int rh_store_journal(rh_store *store, rh_arena *arena, rh_stored_result *result, rh_error *error)
{
    sqlite3_stmt *statement =
        rh_store_prepare(store, "SELECT lines FROM journals WHERE result_id = ?", error);
    if (!statement)
        return -1;
    sqlite3_bind_int64(statement, 1, result->id);
    int code = sqlite3_step(statement);
    int failed = 0;
    if (code == SQLITE_ROW) {
        result->journal_length = (size_t)sqlite3_column_bytes(statement, 0);
        row r = {.statement = statement, .arena = arena};
        result->journal = get_string(&r);
    } else if (code == SQLITE_DONE) {
        failed = rh_error_set(error, store->path, 0, 0, "no journal of result %jd was kept%s",
                              (intmax_t)result->id,
                              result->passed ? "; pass --keep-journals to rehearse test"
                                             : "; its process ended before it could tell it");
    } else {
        failed = rh_store_fail(store, error);
    }
    sqlite3_finalize(statement);
    return failed;
}
