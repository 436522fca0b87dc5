/* Exploration and comparison: plans a second, worlds a second, the page, and what it all holds in
 * memory. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/explore/actions_subject.h"
#include "harness/explore/compare.h"
#include "reports/compare/page.h"
#include "sim/actions/lift.h"
#include "sim/base/json.h"
#include "suites/bench/bench.h"

enum { ROUNDS = 5, PAGES = 9 };

/* A release in fifteen steps: two jobs, ten commands that the catalog knows, three actions. */
static const char text_of_release[] =
    "name: Release\n"
    "on: {push: {tags: ['v*']}}\n"
    "jobs:\n"
    "  build:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - uses: actions/setup-go@v5\n"
    "      - run: go mod download\n"
    "      - run: go vet ./...\n"
    "      - run: go test ./...\n"
    "      - run: go build ./...\n"
    "      - run: tar -czf app.tar.gz app\n"
    "      - run: sha256sum app.tar.gz > sums.txt\n"
    "      - uses: softprops/action-gh-release@v2\n"
    "  publish:\n"
    "    needs: build\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - run: docker build -t ghcr.io/o/r:v1 .\n"
    "      - run: docker push ghcr.io/o/r:v1\n"
    "      - run: git commit -am formula\n"
    "      - run: git push\n"
    "      - run: curl -fsS -X POST https://chat.example.org/hook\n";

static const char input[] =
    "{\"github\":{\"event_name\":\"push\",\"ref\":\"refs/tags/v1.2.0\",\"ref_name\":\"v1.2.0\","
    "\"repository\":\"o/"
    "r\",\"sha\":\"abc\",\"event\":{}},\"inputs\":{},\"vars\":{},\"secrets\":{}}";

static void give_up(const char *what)
{
    fprintf(stderr, "rehearse-bench: %s\n", what);
    exit(1);
}

typedef struct bench {
    rh_arena arena;
    rh_actions_settings rules[2];
    rh_actions_definition definitions[2];
    rh_actions_subject actions[2];
    rh_subject subjects[2];
    const rh_subject *list[2];
} bench;

static int give(rh_env *env, void *data, rh_error *error)
{
    (void)data;
    return rh_env_set_profile(env, "typical", error);
}

static void open_bench(bench *b)
{
    static const rh_actions_lift lift;
    rh_actions_errors errors;
    rh_error error;
    memset(b, 0, sizeof *b);
    rh_arena_init(&b->arena, NULL, NULL);
    const rh_actions_file *file =
        rh_actions_read(&b->arena, text_of_release, strlen(text_of_release), "release.yml", NULL,
                        &errors);
    const rh_value *value = rh_json_read(&b->arena, input, strlen(input), NULL, &error);
    if (!file || !value)
        give_up("the release cannot be read");
    b->rules[0].catalog = rh_actions_catalog_read(&b->arena, NULL, NULL, 0, &error);
    b->rules[1] = b->rules[0];
    b->rules[1].lift = &lift;
    for (size_t i = 0; i < 2; i++) {
        b->definitions[i] = (rh_actions_definition){file, &b->rules[i], NULL};
        b->actions[i] = (rh_actions_subject){.definition = &b->definitions[i],
                                             .input = value,
                                             .rerun_after = RH_MINUTES(55),
                                             .given = give};
        b->subjects[i] = rh_subject_of_actions(i ? "durable" : "Actions", &b->actions[i]);
        b->list[i] = &b->subjects[i];
    }
}

/* ---- plans ----------------------------------------------------------------------------------- */

static void measure_plans(bench *b)
{
    if (!bench_wants("plan_us"))
        return;
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        rh_exploration exploration;
        rh_error error;
        const rh_explore_options options = {
            .subjects = &b->list[1], .subject_count = 1, .most_faults = 2, .jobs = 1};
        int64_t start = bench_now();
        if (rh_explore(&options, &exploration, &error) != 0)
            give_up(error.message);
        rounds[round] = (double)(bench_now() - start) / 1e3 / (double)exploration.count;
        rh_exploration_free(&exploration);
    }
    bench_record("plan_us", "us/plan", rounds, ROUNDS);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static void compare(bench *b, size_t worlds, uint32_t faults, rh_comparison *comparison)
{
    rh_error error;
    const rh_contender contenders[] = {
        {.subject = b->list[0],
         .phrase = "on GitHub Actions",
         .about = "As it is.",
         .run = "rehearse run release.yml",
         .is_file = true},
        {.subject = b->list[1], .phrase = "as a durable workflow", .about = "By durable rules."}};
    const rh_compare_options options = {.contenders = contenders,
                                        .contender_count = 2,
                                        .most_faults = faults,
                                        .worlds = worlds,
                                        .jobs = 2};
    if (rh_compare(&b->arena, &options, comparison, &error) != 0)
        give_up(error.message);
}

static void measure_worlds(void)
{
    if (!bench_wants("compare_100k_worlds_ms"))
        return;
    double rounds[ROUNDS];
    size_t worlds = (size_t)(20000 * bench_effort);
    for (int round = 0; round < ROUNDS; round++) {
        bench b;
        rh_comparison comparison;
        open_bench(&b);
        int64_t start = bench_now();
        compare(&b, worlds, 2, &comparison);
        double played = 2.0 * (double)(comparison.worlds + comparison.plan_count);
        rounds[round] = (double)(bench_now() - start) / 1e6 / played * 100000;
        rh_comparison_free(&comparison);
        rh_arena_free(&b.arena);
    }
    bench_record("compare_100k_worlds_ms", "ms", rounds, ROUNDS);
}

static void measure_page(void)
{
    if (!bench_wants("html_write_ms"))
        return;
    bench b;
    rh_comparison comparison;
    double times[PAGES], size = 0;
    open_bench(&b);
    compare(&b, 4000, 2, &comparison);
    const rh_compare_page page = {.comparison = &comparison,
                                  .title = "Release",
                                  .file = "release.yml",
                                  .event = "push",
                                  .profile = "typical",
                                  .human = RH_MINUTES(55)};
    for (int i = 0; i < PAGES; i++) {
        rh_text text = rh_text_in(&b.arena);
        int64_t start = bench_now();
        rh_compare_html(&text, &page);
        times[i] = (double)(bench_now() - start) / 1e6;
        size = (double)text.length / 1024;
    }
    bench_record("html_write_ms", "ms", times, PAGES);
    bench_record("html_kib", "KiB", &size, 1);
    rh_comparison_free(&comparison);
    rh_arena_free(&b.arena);
}

/* In a process of its own, whose memory is then known. */
static void measure_memory(void)
{
    if (!bench_wants("compare_peak_rss_mib"))
        return;
    struct rusage usage;
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        give_up("cannot fork");
    if (child == 0) {
        bench b;
        rh_comparison comparison;
        open_bench(&b);
        compare(&b, 10000, 2, &comparison);
        _exit(0);
    }
    if (wait4(child, &status, 0, &usage) != child || status != 0)
        give_up("the comparison failed");
    double mib = (double)usage.ru_maxrss / 1024;
    bench_record("compare_peak_rss_mib", "MiB", &mib, 1);
}

void bench_explore(void)
{
    bench b;
    measure_memory();
    open_bench(&b);
    measure_plans(&b);
    rh_arena_free(&b.arena);
    measure_worlds();
    measure_page();
}
