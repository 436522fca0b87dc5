/* How many results a store takes, each committed by itself, the tenth with a journal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/store.h"
#include "suites/bench/bench.h"

enum { STORE_ROUNDS = 5, JOURNAL_SIZE = 12 << 10 };

static void must(int failed, const rh_error *error)
{
    if (!failed)
        return;
    fprintf(stderr, "rehearse-bench: %s: %s\n", error->file, error->message);
    exit(1);
}

static void add_results(rh_store *store, int64_t count, const char *journal)
{
    rh_error error;
    rh_stored_session session = {
        .verb = "test", .what = "bench", .planned = (uint64_t)count, .started_ms = 0};
    must(rh_store_begin(store, &session, &error), &error);
    for (int64_t i = 0; i < count; i++) {
        rh_stored_result result = {
            .position = (uint64_t)i,
            .module = "bench",
            .name = "some_test_of_a_usual_name",
            .verdict = "passed",
            .passed = true,
            .message = "",
            .report = "",
            .output = "",
            .replay = "rehearse test --workflows libbench.so --filter some_test --jobs=0",
            .file = "suites/bench/store.c",
            .line = 12,
            .faults = "[\"UpdateHomebrew@1=homebrew-auth\"]",
            .choices = "[]",
            .plan_complete = true,
            .journal = i % 10 ? NULL : journal,
            .journal_length = JOURNAL_SIZE,
        };
        must(rh_store_add(store, session.id, &result, &error), &error);
    }
    must(rh_store_end(store, &session, (uint64_t)count, &error), &error);
}

void bench_store(void)
{
    if (!bench_wants("store_runs_per_s"))
        return;
    char folder[] = "/tmp/rehearse-bench-XXXXXX", path[64];
    double rounds[STORE_ROUNDS];
    int64_t count = (int64_t)(5000 * bench_effort);
    rh_arena arena;
    rh_error error;
    rh_store *store;
    if (!mkdtemp(folder)) {
        fprintf(stderr, "rehearse-bench: no folder for a store below /tmp\n");
        exit(1);
    }
    snprintf(path, sizeof path, "%s/store.db", folder);
    rh_arena_init(&arena, NULL, NULL);
    char *journal = memset(rh_arena_alloc(&arena, JOURNAL_SIZE), 'j', JOURNAL_SIZE);
    must(rh_store_open(&arena, path, true, &store, &error), &error);
    for (int round = 0; round < STORE_ROUNDS; round++) {
        int64_t start = bench_now();
        add_results(store, count, journal);
        rounds[round] = (double)count * 1e9 / (double)(bench_now() - start);
    }
    bench_record("store_runs_per_s", "results/s", rounds, STORE_ROUNDS);
    rh_store_close(store);
    rh_arena_free(&arena);
    unlink(path);
    rmdir(folder);
}
