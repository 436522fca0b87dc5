/* For suites about the store: a folder, files in it, stores and results. */
#ifndef SUITES_SUPPORT_STORING_H
#define SUITES_SUPPORT_STORING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "harness/store.h"
#include "harness/store_state.h"
#include "sim/base/text.h"

static rh_arena arena;
static char folder[64];

static inline const char *in_folder(const char *name)
{
    return rh_format(&arena, "%s/%s", folder, name);
}

static inline void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not contain '%s'", text, part);
}

/* ---- files ----------------------------------------------------------------------------------- */

static inline const char *read_file(const char *path, size_t *length)
{
    rh_text text = rh_text_in(&arena);
    char part[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    *length = 0;
    if (!file)
        return NULL;
    while ((got = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, got);
    fclose(file);
    *length = text.length;
    return rh_text_string(&text);
}

static inline void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* By SQLite alone, as another program would. */
static inline void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

static inline const char *ask_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *answer = rh_arena_string(&arena, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

/* ---- stores ---------------------------------------------------------------------------------- */

static inline rh_store *open_store(const char *path)
{
    rh_store *store;
    rh_error error = {0};
    if (rh_store_open(&arena, path, true, &store, &error) != 0)
        fail_msg("%s: %s", error.file, error.message);
    return store;
}

static inline rh_stored_result a_result(uint64_t position, const char *name, bool passed)
{
    return (rh_stored_result){
        .position = position,
        .module = "selftest",
        .name = name,
        .verdict = passed ? "passed" : "failed",
        .passed = passed,
        .message = passed ? "" : "it's \"wrong\"",
        .report = "line 1\nline 2\n",
        .output = "",
        .replay = "rehearse test",
        .file = "x.c",
        .line = 12,
        .virtual_ns = INT64_MAX,
        .real_ns = RH_STORE_UNKNOWN,
        .runs = 3,
        .entries = 17,
        .hash = UINT64_C(0xfedcba9876543210),
        .seed = UINT64_MAX,
        .faults = "[\"Greet@1=dns\"]",
        .choices = "[0,2]",
        .plan_complete = true,
    };
}

static inline int64_t begin(rh_store *store, uint64_t planned)
{
    rh_stored_session session = {
        .verb = "test", .what = "libx.so", .planned = planned, .started_ms = RH_STORE_UNKNOWN};
    assert_int_equal(rh_store_begin(store, &session, NULL), 0);
    return session.id;
}

static inline int64_t add(rh_store *store, int64_t session, rh_stored_result result)
{
    rh_error error = {0};
    if (rh_store_add(store, session, &result, &error) != 0)
        fail_msg("%s", error.message);
    return result.id;
}

static inline size_t count_results(rh_store *store, int64_t session)
{
    rh_stored_result *results;
    size_t count;
    rh_store_query query = {.session = session, .limit = INT64_MAX};
    assert_int_equal(rh_store_results(store, &arena, &query, &results, &count, NULL), 0);
    return count;
}

static inline int make_folder(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    snprintf(folder, sizeof folder, "/tmp/rehearse-store-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    (void)state;
    int left = system(rh_format(&arena, "rm -rf %s", folder));
    rh_arena_free(&arena);
    return left;
}

#endif
