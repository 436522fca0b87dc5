/* Files of the store: old ones are brought up to date, what is no store is refused and left
 * alone. */
#include "suites/support/storing.h"

/* ---- versions -------------------------------------------------------------------------------- */

/* What rehearse wrote as version 1, byte for byte; it does not follow later changes. */
static const char version_1[] =
    "CREATE TABLE sessions (id INTEGER PRIMARY KEY, verb TEXT NOT NULL, what TEXT NOT NULL,"
    "    version TEXT NOT NULL, planned INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0,"
    "    started_ms INTEGER, real_ns INTEGER);"
    "CREATE TABLE results (id INTEGER PRIMARY KEY,"
    "    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,"
    "    position INTEGER NOT NULL, module TEXT NOT NULL, name TEXT NOT NULL,"
    "    verdict TEXT NOT NULL, passed INTEGER NOT NULL, message TEXT NOT NULL,"
    "    report TEXT NOT NULL, output TEXT NOT NULL, replay TEXT NOT NULL, file TEXT,"
    "    line INTEGER, runs INTEGER NOT NULL, virtual_ns INTEGER NOT NULL, real_ns INTEGER,"
    "    UNIQUE (session_id, position));"
    "CREATE TABLE journals (result_id INTEGER PRIMARY KEY REFERENCES results (id)"
    "    ON DELETE CASCADE, complete INTEGER NOT NULL, lines TEXT NOT NULL);"
    "INSERT INTO sessions VALUES (1, 'test', 'libold.so', '0.1.0', 2, 1, 1767225600000, 5000);"
    "INSERT INTO results VALUES (1, 1, 0, 'old', 'a', 'passed', 1, '', '', '', 'rehearse', NULL,"
    "    NULL, 1, 60000000000, 4000);"
    "INSERT INTO results VALUES (2, 1, 1, 'old', 'b', 'failed', 0, 'no', 'no', '', 'rehearse',"
    "    'old.c', 7, 1, 60000000000, 4000);"
    "INSERT INTO journals VALUES (2, 1, '{\"kind\":\"journal\"}');"
    "PRAGMA application_id = 1380471379; PRAGMA user_version = 1; PRAGMA journal_mode = WAL;";

static void an_old_store_is_brought_up_to_date(void **state)
{
    (void)state;
    const char *path = in_folder("old.db");
    run_sql(path, version_1);
    rh_store *store = open_store(path);
    rh_stored_result got;
    assert_int_equal(rh_store_result(store, &arena, 2, &got, NULL), 0);
    assert_string_equal(got.message, "no");
    assert_string_equal(got.faults, "[]");
    assert_true(got.has_journal && !got.plan_complete && got.seed == 0 && got.entries == 0);
    add(store, 1, a_result(2, "c", true));
    assert_int_equal(count_results(store, 1), 3);
    rh_store_close(store);
    assert_string_equal(ask_sql(path, "PRAGMA user_version"),
                        rh_format(&arena, "%d", rh_store_version()));
    assert_string_equal(ask_sql(path, "PRAGMA integrity_check"), "ok");
}

/* Whichever way it came there, the tables are the same. */
static void all_versions_lead_to_the_same_tables(void **state)
{
    (void)state;
    static const char schema[] = "SELECT group_concat(name || ' ' || ifnull((SELECT "
                                 "group_concat(name) FROM pragma_table_info(m.name)), ''), '\n') "
                                 "FROM (SELECT name FROM sqlite_master ORDER BY name) AS m";
    const char *old = in_folder("way_old.db"), *new = in_folder("way_new.db");
    run_sql(old, version_1);
    rh_store_close(open_store(old));
    rh_store_close(open_store(new));
    assert_string_equal(ask_sql(old, schema), ask_sql(new, schema));
}

/* ---- what is no store ------------------------------------------------------------------------ */

static void make_text(const char *path)
{
    static const char text[] = "this is a diary, and dear to its owner, too\n";
    write_file(path, text, sizeof text - 1);
}

static void make_foreign(const char *path)
{
    run_sql(path, "CREATE TABLE diary (page); INSERT INTO diary VALUES ('dear')");
}

static void make_marked_foreign(const char *path)
{
    run_sql(path, "PRAGMA application_id = 77; PRAGMA journal_mode = WAL; CREATE TABLE d (p)");
}

static void make_newer(const char *path)
{
    rh_store_close(open_store(path));
    run_sql(path, "PRAGMA user_version = 99");
}

static void make_full(const char *path)
{
    rh_store *store = open_store(path);
    int64_t session = begin(store, 50);
    for (uint64_t i = 0; i < 50; i++)
        add(store, session, a_result(i, "one of many", false));
    rh_store_close(store);
}

static void make_truncated(const char *path)
{
    make_full(path);
    assert_int_equal(truncate(path, 9000), 0);
}

static void make_stub(const char *path)
{
    make_full(path);
    assert_int_equal(truncate(path, 40), 0);
}

static const struct {
    const char *name;
    void (*make)(const char *path);
    const char *what, *fix;
} refused[] = {
    {"diary.txt", make_text, "is not a store: it is no SQLite file", "move it away"},
    {"foreign.db", make_foreign,
     "is not a store: it is an SQLite file of another program (application id 0, expected "
     "1380471379)",
     "move it away"},
    {"marked.db", make_marked_foreign, "another program (application id 77", "--store"},
    {"newer.db", make_newer, "was written by a newer rehearse: it has version 99",
     "use the newer one"},
    {"truncated.db", make_truncated, "is truncated: 9000 of ", "move it away"},
    {"stub.db", make_stub, "is truncated: only 40 bytes are there", "move it away"},
};

static void what_is_no_store_is_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *path = in_folder(refused[i].name);
        size_t before_length, after_length;
        rh_store *store;
        rh_error error = {0};
        refused[i].make(path);
        const char *before = read_file(path, &before_length);
        for (int create = 0; create < 2; create++)
            assert_int_equal(rh_store_open(&arena, path, create != 0, &store, &error), -1);
        assert_null(store);
        assert_string_equal(error.file, path);
        assert_contains(error.message, refused[i].what);
        assert_contains(error.message, refused[i].fix);
        const char *after = read_file(path, &after_length);
        assert_int_equal(before_length, after_length);
        assert_memory_equal(before, after, before_length);
    }
}

static void damage_inside_is_an_error(void **state)
{
    (void)state;
    const char *path = in_folder("damaged.db");
    size_t length;
    make_full(path);
    const char *whole = read_file(path, &length);
    char *bytes = memcpy(rh_arena_alloc(&arena, length), whole, length);
    memset(bytes + 4096, 0xa5, length - 4096);
    write_file(path, bytes, length);
    rh_store *store = NULL;
    rh_error error = {0};
    rh_stored_result *results;
    size_t count;
    rh_store_query query = {.limit = 10};
    int failed = rh_store_open(&arena, path, true, &store, &error);
    if (!failed)
        failed = rh_store_results(store, &arena, &query, &results, &count, &error);
    rh_store_close(store);
    assert_int_equal(failed, -1);
    assert_string_equal(error.file, path);
    assert_contains(error.message, "is damaged: ");
}

static void nothing_is_made_unless_asked(void **state)
{
    (void)state;
    rh_store *store;
    rh_error error = {0};
    const char *path = in_folder("nowhere.db");
    assert_int_equal(rh_store_open(&arena, path, false, &store, &error), -1);
    assert_contains(error.message, "there is no store yet; rehearse test makes one");
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(rh_store_open(&arena, folder, true, &store, &error), -1);
    assert_contains(error.message, "is not a file");
    assert_int_equal(rh_store_open(&arena, in_folder("no/folder.db"), true, &store, &error), -1);
    assert_contains(error.message, "cannot be opened");
    /* somebody was about to make it, and was killed */
    write_file(path, "", 0);
    assert_int_equal(rh_store_open(&arena, path, false, &store, &error), -1);
    rh_store_close(open_store(path));
}

/* ---------------------------------------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_store_is_brought_up_to_date),
        cmocka_unit_test(all_versions_lead_to_the_same_tables),
        cmocka_unit_test(what_is_no_store_is_left_alone),
        cmocka_unit_test(damage_inside_is_an_error),
        cmocka_unit_test(nothing_is_made_unless_asked),
    };
    return cmocka_run_group_tests_name("harness-store-file", tests, make_folder, remove_folder) !=
           0;
}
