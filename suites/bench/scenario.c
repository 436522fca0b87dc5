/* Scenario files: how long reading one with a hundred rows takes, and how many rows are played in a
 * second, in one process and each in a process of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/scenario.h"
#include "suites/bench/bench.h"

enum { ROWS = 100, SCENARIO_ROUNDS = 9 };

static const char head[] = "definition: ReleaseWorkflow\n"
                           "given: true\n"
                           "scenarios:\n"
                           "  - name: builds\n"
                           "    expect:\n"
                           "      status: succeeded\n"
                           "      masked: none\n"
                           "      effects: {github-release: 1, docker-image: 1}\n"
                           "    rows:\n";

static void give_up(const rh_error *error)
{
    fprintf(stderr, "rehearse-bench: %s:%u:%u: %s\n", error->file, error->line, error->column,
            error->message);
    exit(1);
}

static const char *make_text(rh_arena *arena, size_t *length)
{
    rh_text text = rh_text_in(arena);
    rh_text_puts(&text, head);
    for (int i = 1; i <= ROWS; i++)
        rh_text_printf(&text,
                       "      - name: linux takes %d s\n"
                       "        durations: {BuildLinux: %ds}\n"
                       "        faults: {CreateGitHubRelease: dns}\n"
                       "        expect: {attempts: {CreateGitHubRelease: 2}}\n",
                       i, i);
    *length = text.length;
    return rh_text_string(&text);
}

static rh_scenario_file *read_file(rh_arena *arena, const char *text, size_t length)
{
    rh_error error;
    rh_scenario_file *file =
        rh_scenario_read(arena, NULL, "bench.rehearse.yml", text, length, &error);
    if (!file)
        give_up(&error);
    return file;
}

static void bench_load(const char *text, size_t length)
{
    double rounds[SCENARIO_ROUNDS];
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int round = 0; round < SCENARIO_ROUNDS; round++) {
        rh_arena_reset(&arena);
        int64_t start = bench_now();
        read_file(&arena, text, length);
        rounds[round] = (double)(bench_now() - start) / 1e6;
    }
    rh_arena_free(&arena);
    bench_record("scenario_load_ms", "ms/file", rounds, SCENARIO_ROUNDS);
}

static void bench_rows(const char *name, const rh_suite_tests *tests, bool no_fork, int repeats)
{
    if (!bench_wants(name))
        return;
    double rounds[SCENARIO_ROUNDS];
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int round = 0; round < SCENARIO_ROUNDS; round++) {
        int64_t start = bench_now();
        for (int i = 0; i < repeats; i++) {
            rh_suite_options options = {.no_fork = no_fork};
            rh_suite_result result;
            rh_error error;
            rh_arena_reset(&arena);
            if (rh_suite_run(&arena, tests, &options, &result, &error) != 0)
                give_up(&error);
            if (result.passed != tests->count) {
                fprintf(stderr, "rehearse-bench: a scenario failed: %s\n", result.tests[0].message);
                exit(1);
            }
        }
        rounds[round] = (double)tests->count * repeats * 1e9 / (double)(bench_now() - start);
    }
    rh_arena_free(&arena);
    bench_record(name, "scenarios/s", rounds, SCENARIO_ROUNDS);
}

void bench_scenarios(const rh_module *release)
{
    rh_arena arena;
    rh_error error;
    size_t length;
    rh_suite_tests tests = {0};
    rh_loaded_module loaded = {release, "librelease.so"};
    rh_arena_init(&arena, NULL, NULL);
    const char *text = make_text(&arena, &length);
    if (bench_wants("scenario_load_ms"))
        bench_load(text, length);
    rh_scenario_file *file = read_file(&arena, text, length);
    if (rh_scenario_bind(&arena, file, &loaded, 1, &error) != 0)
        give_up(&error);
    rh_scenario_add_tests(&arena, &tests, file);
    bench_rows("scenarios_per_s", &tests, true, bench_effort < 1 ? 2 : 20);
    bench_rows("scenarios_forked_per_s", &tests, false, bench_effort < 1 ? 1 : 4);
    rh_arena_free(&arena);
}
