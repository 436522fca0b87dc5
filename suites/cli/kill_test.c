/* `kill -9` in the middle of a suite, a hundred times: the store opens, is sound, and holds every
 * result that the command had printed by then. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "harness/store.h"
#include "sim/base/random.h"
#include "sim/base/text.h"

enum {
    ROUNDS = 100,
    TESTS = 100,        /* in the module */
    ENOUGH_SECONDS = 20 /* slow builds do fewer rounds */
};

static rh_arena arena;
static char store_path[] = "/tmp/rehearse-kill-XXXXXX";

/* ---- a command that is killed ---------------------------------------------------------------- */

typedef struct command {
    pid_t pid;
    int output;
} command;

static command start(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int nothing = open("/dev/null", O_WRONLY);
        dup2(ends[1], STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(RH_BUILD_DIR "/rehearse", "rehearse", "test", "--workflows",
              RH_BUILD_DIR "/suites/modules/libmany.so", "--jobs", "2", "--format", "jsonl",
              "--store", store_path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return (command){pid, ends[0]};
}

/* Reads up to `most` whole lines about tests; what it read beyond them counts as well. */
static int read_results(const command *running, int most)
{
    static const char mark[] = "\"kind\":\"test\"";
    char line[4096];
    size_t length = 0;
    int results = 0;
    char c;
    while (results < most && read(running->output, &c, 1) == 1) {
        if (length < sizeof line - 1)
            line[length++] = c;
        if (c != '\n')
            continue;
        line[length] = '\0';
        results += strstr(line, mark) != NULL;
        length = 0;
    }
    return results;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sleep_us(uint32_t us)
{
    nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L}, NULL);
}

/* Kills after so many results, or so much time. Returns how many results were printed. */
static int run_and_kill(int round)
{
    uint64_t draw = rh_random_draw(7, 1, (uint64_t)round, 1);
    command running = start();
    int printed = 0;
    if (round % 2)
        printed = read_results(&running, 1 + (int)(draw % TESTS));
    else
        sleep_us((uint32_t)(draw % 100000));
    kill(running.pid, SIGKILL);
    printed += read_results(&running, TESTS);
    close(running.output);
    waitpid(running.pid, NULL, 0);
    return printed;
}

/* ---- what is left ---------------------------------------------------------------------------- */

static void assert_sound(void)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(store_path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

/* Every result of the first `printed` positions is in the newest session, with its plan, and what
 * was there before is still there. */
static size_t assert_kept(size_t before, int printed)
{
    rh_store *store;
    rh_stored_result *results;
    size_t count;
    rh_error error;
    rh_store_query query = {.limit = INT64_MAX};
    if (rh_store_open(&arena, store_path, true, &store, &error) != 0)
        fail_msg("%s", error.message);
    assert_int_equal(rh_store_results(store, &arena, &query, &results, &count, &error), 0);
    assert_true(count >= before + (size_t)printed);
    for (int i = 0; i < printed; i++) {
        assert_int_equal(results[i].position, i);
        assert_int_equal(results[i].session, results[0].session);
        assert_true(results[i].plan_complete);
        assert_int_equal(results[i].has_journal, i % 10 == 0);
    }
    rh_store_close(store);
    return count;
}

static void killed_a_hundred_times(void **state)
{
    (void)state;
    size_t kept = 0;
    int64_t end_ms = now_ms() + ENOUGH_SECONDS * 1000;
    int round = 0, most = 0;
    for (; round < ROUNDS && now_ms() < end_ms; round++) {
        int printed = run_and_kill(round);
        assert_sound();
        kept = assert_kept(kept, printed);
        most = printed > most ? printed : most;
        rh_arena_reset(&arena);
    }
    assert_true(round >= 10);
    assert_true(most > TESTS / 4);
    /* and after all that one comes to its end */
    command running = start();
    assert_int_equal(read_results(&running, TESTS), TESTS);
    close(running.output);
    waitpid(running.pid, NULL, 0);
    assert_true(assert_kept(kept, TESTS) == kept + TESTS);
    print_message("%d rounds, %zu results\n", round, kept);
}

static int begin(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = mkstemp(store_path);
    return fd < 0 ? -1 : close(fd);
}

static int end(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++)
        unlink(rh_format(&arena, "%s%s", store_path, ends[i]));
    rh_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed_a_hundred_times)};
    return cmocka_run_group_tests_name("cli-kill", tests, begin, end) != 0;
}
