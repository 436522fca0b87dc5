/* The store: what is put in comes back, several processes write, and a killed one loses nothing it
 * had added. */
#include "suites/support/storing.h"

#include <signal.h>
#include <sys/wait.h>

/* ---- what comes back ------------------------------------------------------------------------- */

static void a_new_store_says_what_it_is(void **state)
{
    (void)state;
    const char *path = in_folder("new.db");
    rh_store_close(open_store(path));
    assert_string_equal(ask_sql(path, "PRAGMA application_id"), "1380471379");
    assert_string_equal(ask_sql(path, "PRAGMA user_version"),
                        rh_format(&arena, "%d", rh_store_version()));
    assert_string_equal(ask_sql(path, "PRAGMA journal_mode"), "wal");
}

static void a_result_comes_back_as_it_was(void **state)
{
    (void)state;
    const char *path = in_folder("results.db");
    rh_store *store = open_store(path);
    int64_t session = begin(store, 2);
    rh_stored_result put = a_result(1, "fails", false), got = {0};
    put.journal = "{\"kind\":\"journal\"}\nbehind it";
    put.journal_length = strlen("{\"kind\":\"journal\"}\n");
    put.journal_complete = true;
    int64_t id = add(store, session, put);
    rh_store_close(store);

    store = open_store(path);
    assert_int_equal(rh_store_result(store, &arena, id, &got, NULL), 0);
    assert_true(got.session == session && got.position == 1 && !got.passed);
    assert_string_equal(got.verb, "test");
    assert_string_equal(got.module, put.module);
    assert_string_equal(got.name, put.name);
    assert_string_equal(got.verdict, put.verdict);
    assert_string_equal(got.message, put.message);
    assert_string_equal(got.report, put.report);
    assert_string_equal(got.replay, put.replay);
    assert_string_equal(got.file, put.file);
    assert_string_equal(got.faults, put.faults);
    assert_string_equal(got.choices, put.choices);
    assert_int_equal(got.line, put.line);
    assert_true(got.virtual_ns == put.virtual_ns && got.real_ns == RH_STORE_UNKNOWN);
    assert_true(got.seed == put.seed && got.hash == put.hash && got.entries == put.entries);
    assert_true(got.has_journal && got.journal_complete && got.plan_complete);
    assert_int_equal(rh_store_journal(store, &arena, &got, NULL), 0);
    assert_string_equal(got.journal, "{\"kind\":\"journal\"}\n");
    assert_int_equal(got.journal_length, put.journal_length);
    rh_store_close(store);
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    rh_store *store = open_store(in_folder("few.db"));
    rh_stored_result got;
    rh_error error;
    assert_int_equal(rh_store_result(store, &arena, 1, &got, &error), -1);
    assert_string_equal(error.message, "has no results yet");
    int64_t id = add(store, begin(store, 1), a_result(0, "passes", true));
    assert_int_equal(rh_store_result(store, &arena, 99, &got, &error), -1);
    assert_string_equal(error.message, "there is no result 99; ids are from 1 to 1");
    assert_int_equal(rh_store_result(store, &arena, id, &got, &error), 0);
    assert_int_equal(rh_store_journal(store, &arena, &got, &error), -1);
    assert_contains(error.message, "no journal of result 1 was kept; pass --keep-journals");
    rh_store_close(store);
}

/* ---- what is forgotten ----------------------------------------------------------------------- */

/* Sessions 1 to 4 that began at 1000, 2000, ... ms with one result each; the last has not ended. */
static rh_store *four_sessions(const char *path)
{
    rh_store *store = open_store(path);
    for (int64_t i = 1; i <= 4; i++) {
        rh_stored_session session = {
            .verb = "test", .what = "x", .planned = 1, .started_ms = i * 1000};
        assert_int_equal(rh_store_begin(store, &session, NULL), 0);
        rh_stored_result put = a_result(0, "a", true);
        put.journal = "{}\n";
        put.journal_length = 3;
        add(store, session.id, put);
        session.real_ns = 1;
        if (i < 4)
            assert_int_equal(rh_store_end(store, &session, 1, NULL), 0);
    }
    return store;
}

static void old_sessions_are_forgotten(void **state)
{
    (void)state;
    static const struct {
        rh_store_pruning pruning;
        const char *left;
    } cases[] = {
        {{.keep = 2, .before_ms = -1, .dead_ms = 0}, "3,4"},
        {{.keep = 9, .before_ms = -1, .dead_ms = 0}, "1,2,3,4"},
        {{.keep = 0, .before_ms = -1, .dead_ms = 0}, "4"}, /* it may go on */
        {{.keep = 0, .before_ms = -1, .dead_ms = 4001}, NULL},
        {{.keep = 0, .before_ms = 2001, .dead_ms = 0}, "3,4"},
        {{.keep = 0, .before_ms = 2000, .dead_ms = 0}, "2,3,4"},
        {{.keep = 3, .before_ms = 9999, .dead_ms = 9999}, "2,3,4"},
        {{.keep = 1, .before_ms = 1500, .dead_ms = 9999}, "2,3,4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = in_folder(rh_format(&arena, "prune%zu.db", i));
        rh_store *store = four_sessions(path);
        rh_store_pruned pruned;
        assert_int_equal(rh_store_prune(store, &cases[i].pruning, &pruned, NULL), 0);
        rh_store_close(store);
        size_t left = cases[i].left ? (strlen(cases[i].left) + 1) / 2 : 0;
        assert_true(pruned.sessions == 4 - left && pruned.results == 4 - left &&
                    pruned.left == left);
        const char *ids = ask_sql(path, "SELECT group_concat(id) FROM sessions");
        assert_string_equal(ids ? ids : "", cases[i].left ? cases[i].left : "");
        const char *count = rh_format(&arena, "%zu", left);
        assert_string_equal(ask_sql(path, "SELECT count(*) FROM results"), count);
        assert_string_equal(ask_sql(path, "SELECT count(*) FROM plans"), count);
        assert_string_equal(ask_sql(path, "SELECT count(*) FROM journals"), count);
    }
}

static void a_pruned_store_is_smaller_and_goes_on(void **state)
{
    (void)state;
    const char *path = in_folder("smaller.db");
    rh_store *store = open_store(path);
    char *big = calloc(1, 1000001);
    assert_non_null(big);
    for (size_t i = 0; i < 1000000; i++)
        big[i] = 'x';
    for (int i = 0; i < 3; i++) {
        rh_stored_result put = a_result(0, "a", false);
        put.report = big;
        int64_t session = begin(store, 1);
        add(store, session, put);
        rh_stored_session ended = {.id = session, .real_ns = 1};
        assert_int_equal(rh_store_end(store, &ended, 1, NULL), 0);
    }
    free(big);
    rh_store_pruned pruned;
    assert_int_equal(rh_store_prune(store, &(rh_store_pruning){1, -1, 0}, &pruned, NULL), 0);
    size_t length;
    read_file(path, &length);
    assert_true(length < 2000000);
    assert_true(begin(store, 1) > 3);
    rh_store_close(store);
}

/* A session of unknown time, as under SOURCE_DATE_EPOCH, is older than none. */
static void sessions_without_a_time_stay(void **state)
{
    (void)state;
    rh_store *store = open_store(in_folder("timeless.db"));
    rh_stored_session session = {.verb = "test", .what = "x", .started_ms = RH_STORE_UNKNOWN};
    rh_store_pruned pruned;
    assert_int_equal(rh_store_begin(store, &session, NULL), 0);
    assert_int_equal(rh_store_end(store, &session, 1, NULL), 0);
    assert_int_equal(rh_store_prune(store, &(rh_store_pruning){0, 9999, 9999}, &pruned, NULL), 0);
    assert_int_equal(pruned.left, 1);
    assert_int_equal(rh_store_prune(store, &(rh_store_pruning){0, -1, 9999}, &pruned, NULL), 0);
    assert_int_equal(pruned.left, 0);
    rh_store_close(store);
}

static void sessions_count_what_they_hold(void **state)
{
    (void)state;
    rh_store *store = open_store(in_folder("sessions.db"));
    int64_t first = begin(store, 4);
    for (uint64_t i = 0; i < 4; i++)
        add(store, first, a_result(i, "a", i != 1));
    rh_stored_session end = {.id = first, .planned = 4, .real_ns = 7};
    assert_int_equal(rh_store_end(store, &end, 2, NULL), 0); /* the last two were skipped */
    begin(store, 9);

    rh_stored_session *sessions;
    size_t count;
    rh_store_query query = {.limit = 5};
    assert_int_equal(rh_store_sessions(store, &arena, &query, &sessions, &count, NULL), 0);
    assert_int_equal(count, 2);
    assert_true(sessions[0].id > first && !sessions[0].ended && sessions[0].planned == 9);
    assert_true(sessions[0].passed == 0 && sessions[0].failed == 0);
    assert_true(sessions[1].ended && sessions[1].real_ns == 7);
    assert_true(sessions[1].passed == 1 && sessions[1].failed == 1);
    assert_true(sessions[1].started_ms == RH_STORE_UNKNOWN);
    assert_string_equal(ask_sql(in_folder("sessions.db"), "SELECT count(*) FROM plans"), "2");
    rh_store_close(store);
}

static void tests_are_found_by_glob_and_by_changing_their_mind(void **state)
{
    (void)state;
    rh_store *store = open_store(in_folder("flaky.db"));
    for (int i = 0; i < 6; i++) {
        int64_t session = begin(store, 2);
        add(store, session, a_result(0, "steady", true));
        add(store, session, a_result(1, "moody", i % 3 != 1)); /* + - + + - + */
    }
    rh_stored_test *tests;
    rh_stored_result *results;
    size_t count;
    rh_store_query query = {.limit = 10};
    assert_int_equal(rh_store_flaky(store, &arena, &query, &tests, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_string_equal(tests[0].name, "moody");
    assert_string_equal(tests[0].last, "passed");
    assert_true(tests[0].flips == 4 && tests[0].passed == 4 && tests[0].failed == 2);

    query.glob = "*/st?ady";
    assert_int_equal(rh_store_results(store, &arena, &query, &results, &count, NULL), 0);
    assert_int_equal(count, 6);
    assert_true(results[0].session > results[5].session);
    query.limit = 4;
    assert_int_equal(rh_store_results(store, &arena, &query, &results, &count, NULL), 0);
    assert_int_equal(count, 4);
    rh_store_close(store);
}

/* ---- processes ------------------------------------------------------------------------------- */

/* A child that opens the store anew and adds results, telling of each by a byte. */
static pid_t start_writer(const char *path, int count, int told_fd)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    rh_store *store;
    rh_stored_session session = {.verb = "test", .what = "libx.so", .started_ms = 1};
    if (rh_store_open(&arena, path, true, &store, NULL) != 0 ||
        rh_store_begin(store, &session, NULL) != 0)
        _exit(3);
    for (int i = 0; i < count; i++) {
        rh_stored_result result = a_result((uint64_t)i, "one of many", false);
        if (rh_store_add(store, session.id, &result, NULL) != 0)
            _exit(4);
        if (told_fd >= 0 && write(told_fd, ".", 1) != 1)
            _exit(5);
    }
    rh_store_close(store);
    _exit(0);
}

static void assert_ends_well(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void two_processes_write_at_once(void **state)
{
    (void)state;
    const char *path = in_folder("shared.db");
    pid_t writers[3];
    for (int i = 0; i < 3; i++) /* they also make it at once */
        writers[i] = start_writer(path, 150, -1);
    for (int i = 0; i < 3; i++)
        assert_ends_well(writers[i]);
    rh_store *store = open_store(path);
    assert_int_equal(count_results(store, 0), 450);
    for (int64_t session = 1; session <= 3; session++)
        assert_int_equal(count_results(store, session), 150);
    rh_store_close(store);
    assert_string_equal(ask_sql(path, "PRAGMA integrity_check"), "ok");
}

static void a_killed_writer_loses_nothing_it_told_of(void **state)
{
    (void)state;
    const char *path = in_folder("killed.db");
    for (int round = 1; round <= 10; round++) {
        int ends[2], told = 0;
        char byte;
        assert_int_equal(pipe(ends), 0);
        pid_t pid = start_writer(path, 100000, ends[1]);
        close(ends[1]);
        while (told < round * 7 && read(ends[0], &byte, 1) == 1)
            told++;
        kill(pid, SIGKILL);
        while (read(ends[0], &byte, 1) == 1)
            told++;
        close(ends[0]);
        waitpid(pid, NULL, 0);
        rh_store *store = open_store(path);
        size_t kept = count_results(store, round);
        assert_true(kept >= (size_t)told && kept <= (size_t)told + 1);
        rh_store_close(store);
        assert_string_equal(ask_sql(path, "PRAGMA integrity_check"), "ok");
    }
}

/* ---------------------------------------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_store_says_what_it_is),
        cmocka_unit_test(a_result_comes_back_as_it_was),
        cmocka_unit_test(what_is_not_there_is_said),
        cmocka_unit_test(sessions_count_what_they_hold),
        cmocka_unit_test(old_sessions_are_forgotten),
        cmocka_unit_test(a_pruned_store_is_smaller_and_goes_on),
        cmocka_unit_test(sessions_without_a_time_stay),
        cmocka_unit_test(tests_are_found_by_glob_and_by_changing_their_mind),
        cmocka_unit_test(two_processes_write_at_once),
        cmocka_unit_test(a_killed_writer_loses_nothing_it_told_of),
    };
    return cmocka_run_group_tests_name("harness-store", tests, make_folder, remove_folder) != 0;
}
