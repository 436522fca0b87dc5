/* `make bench`: how long things take, through the public API, journal on. Figures, no verdicts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/coroutine.h"
#include "sim/journal.h"
#include "suites/bench/bench.h"

enum { ROUNDS = 9 };

static const rh_module *release_module;

static int64_t scaled(int64_t count)
{
    int64_t rounds = (int64_t)((double)count * bench_effort);
    return rounds > 0 ? rounds : 1;
}

/* ---- the release ----------------------------------------------------------------------------- */

typedef struct release {
    rh_env *env;
    const rh_workflow_definition *definition;
    const rh_value *input;
} release;

static release open_release(void)
{
    release r = {rh_env_create(release_module), &release_module->workflows[0], NULL};
    if (!r.env)
        abort();
    r.definition->given(r.env);
    r.input = rh_env_json(r.env, r.definition->input);
    return r;
}

static void run_release(release *r)
{
    rh_env_restart(r->env);
    rh_run(r->env, r->definition->name, r->input);
}

static void measure_runs(const char *name, release *r, int64_t runs)
{
    double rounds[ROUNDS];
    for (int64_t i = 0; i < runs / 10 + 1; i++)
        run_release(r);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < runs; i++)
            run_release(r);
        rounds[round] = (double)(bench_now() - start) / (double)runs;
    }
    bench_record(name, "ns/run", rounds, ROUNDS);
}

static void must_end(release *r, rh_status status)
{
    if (rh_status_of(r->env) != status || rh_env_finish(r->env)) {
        fprintf(stderr, "rehearse-bench: the run did not end as it should:\n%s",
                rh_env_report(r->env));
        exit(1);
    }
}

static void bench_happy(void)
{
    if (!bench_wants("release_happy_ns"))
        return;
    release r = open_release();
    measure_runs("release_happy_ns", &r, scaled(20000));
    uint64_t before = bench_allocations();
    for (int i = 0; i < 1000; i++)
        run_release(&r);
    double allocations = (double)(bench_allocations() - before) / 1000;
    bench_record("allocations_per_run", "allocations", &allocations, 1);
    must_end(&r, RH_SUCCEEDED);
    printf("    journal of release_happy: %zu entries, hash %016" PRIx64 "\n",
           rh_journal_length(r.env), rh_journal_hash(r.env));
    rh_env_destroy(r.env);
}

static void bench_two_retries(void)
{
    if (!bench_wants("release_two_retries_ns"))
        return;
    release r = open_release();
    rh_mock(r.env, "BuildLinux", .takes = RH_MINUTES(1), .times = 2,
            .failure = RH_FAILURE("CompileError", "exit status 2"));
    measure_runs("release_two_retries_ns", &r, scaled(20000));
    must_end(&r, RH_SUCCEEDED);
    rh_env_destroy(r.env);
}

/* A new seed each run: every attempt fails with probability 1/5. */
static void bench_random_faults(void)
{
    if (!bench_wants("release_random_faults_ns"))
        return;
    release r = open_release();
    double rounds[ROUNDS];
    int64_t runs = scaled(20000);
    uint64_t seed = 1;
    rh_random_faults(r.env, 200);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < runs; i++) {
            rh_env_restart(r.env);
            rh_world(r.env, .seed = seed++);
            rh_run(r.env, r.definition->name, r.input);
        }
        rounds[round] = (double)(bench_now() - start) / (double)runs;
    }
    bench_record("release_random_faults_ns", "ns/run", rounds, ROUNDS);
    rh_env_destroy(r.env);
}

/* ---- many activities and timers -------------------------------------------------------------- */

static rh_env *open_bench(void)
{
    rh_env *env = rh_env_create(&bench_module);
    if (!env)
        abort();
    rh_world(env, .pending_activities = -1, .history_limit = -1, .history_size_limit = -1,
             .max_entries = -1, .max_skips = -1);
    rh_mock(env, "Work", .takes = RH_SECONDS(1), .takes_at_most = RH_SECONDS(60));
    return env;
}

static double time_of(rh_env *env, const char *workflow, const rh_value *input)
{
    rh_env_restart(env);
    int64_t start = bench_now();
    rh_run(env, workflow, input);
    double time = (double)(bench_now() - start);
    if (rh_status_of(env) != RH_SUCCEEDED) {
        fprintf(stderr, "rehearse-bench: %s did not succeed:\n%s", workflow, rh_env_report(env));
        exit(1);
    }
    return time;
}

/* After the first run its memory becomes one piece, which the second run is the first to touch. */
enum { WARM_UPS = 2 };

/* The rounds of a run of `count` things, in ns for each. */
static void measure_each(rh_env *env, const char *workflow, int64_t count, double rounds[ROUNDS])
{
    for (int i = 0; i < WARM_UPS; i++)
        time_of(env, workflow, rh_integer(count));
    for (int round = 0; round < ROUNDS; round++)
        rounds[round] = time_of(env, workflow, rh_integer(count)) / (double)count;
}

static void bench_parallel(int64_t count, const char *name, const char *name_each)
{
    if (!bench_wants(name))
        return;
    rh_env *env = open_bench();
    double rounds[ROUNDS], each[ROUNDS];
    int64_t repeats = scaled(20000) / count + 1;
    for (int i = 0; i < WARM_UPS; i++)
        time_of(env, "Parallel", rh_integer(count));
    for (int round = 0; round < ROUNDS; round++) {
        double sum = 0;
        for (int64_t i = 0; i < repeats; i++)
            sum += time_of(env, "Parallel", rh_integer(count));
        rounds[round] = sum / (double)repeats;
        each[round] = rounds[round] / (double)count;
    }
    bench_record(name, "ns/run", rounds, ROUNDS);
    bench_record(name_each, "ns/activity", each, ROUNDS);
    rh_env_destroy(env);
}

static void bench_timers(void)
{
    if (!bench_wants("timer_ns"))
        return;
    rh_env *env = open_bench();
    double rounds[ROUNDS];
    measure_each(env, "SequentialTimers", scaled(100000), rounds);
    bench_record("timer_ns", "ns/timer", rounds, ROUNDS);
    rh_env_destroy(env);
}

/* Sleeps while a million timers are pending. */
static void bench_timers_among_a_million(void)
{
    if (!bench_wants("timer_1m_pending_ns"))
        return;
    enum { PENDING = 1000000, FEW_ROUNDS = 5 };
    double rounds[FEW_ROUNDS];
    int64_t count = scaled(200000);
    rh_env *env = open_bench();
    for (int round = -WARM_UPS; round < FEW_ROUNDS; round++) {
        rh_env_restart(env);
        rh_start(env, "TimersAmongMany", RH_LIST_OF(rh_integer(PENDING), rh_integer(count + 1)),
                 NULL);
        rh_play_for(env, RH_MILLISECONDS(500));
        int64_t start = bench_now();
        rh_play_for(env, RH_SECONDS(count));
        if (round >= 0)
            rounds[round] = (double)(bench_now() - start) / (double)count;
    }
    rh_env_destroy(env);
    bench_record("timer_1m_pending_ns", "ns/timer", rounds, FEW_ROUNDS);
}

/* What runs do to each other, one after another. */
static void bench_between_runs(const char *workflow, const char *name, const char *unit)
{
    if (!bench_wants(name))
        return;
    rh_env *env = open_bench();
    double rounds[ROUNDS];
    measure_each(env, workflow, scaled(20000), rounds);
    bench_record(name, unit, rounds, ROUNDS);
    rh_env_destroy(env);
}

/* A year of runs, one each hour. */
static void bench_cron(void)
{
    if (!bench_wants("cron_year_of_hourly_ms"))
        return;
    rh_env *env = open_bench();
    double rounds[ROUNDS];
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
        rh_env_restart(env);
        int64_t start = bench_now();
        rh_start(env, "nothing", NULL, &(rh_run_options){.cron = "0 * * * *"});
        rh_play_for(env, RH_DAYS(365));
        if (round >= 0)
            rounds[round] = (double)(bench_now() - start) / 1e6;
    }
    bench_record("cron_year_of_hourly_ms", "ms/year", rounds, ROUNDS);
    rh_env_destroy(env);
}

static void bench_condition(void)
{
    if (!bench_wants("await_condition_ns"))
        return;
    rh_env *env = open_bench();
    double rounds[ROUNDS];
    measure_each(env, "PingPong", scaled(100000), rounds);
    bench_record("await_condition_ns", "ns/wait", rounds, ROUNDS);
    rh_env_destroy(env);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void switch_for_ever(void *argument)
{
    for (;;)
        rh_coroutine_suspend(argument);
}

/* There and back are two switches. */
static void bench_switch(void)
{
    if (!bench_wants("coroutine_switch_ns"))
        return;
    rh_stacks stacks;
    rh_coroutine coroutine;
    double rounds[ROUNDS];
    int64_t count = scaled(1000000);
    rh_stacks_init(&stacks, 64 * 1024, 0);
    if (!rh_coroutine_init(&coroutine, &stacks, switch_for_ever, &coroutine))
        abort();
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = bench_now();
        for (int64_t i = 0; i < count; i++)
            rh_coroutine_resume(&coroutine);
        rounds[round] = (double)(bench_now() - start) / (double)count / 2;
    }
    bench_record("coroutine_switch_ns", "ns/switch", rounds, ROUNDS);
    rh_coroutine_release(&coroutine, &stacks);
    rh_stacks_free(&stacks);
}

static void bench_journal(void)
{
    if (!bench_wants("journal_hash_ns_per_entry"))
        return;
    double rounds[ROUNDS];
    int64_t count = scaled(200000);
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        rh_journal journal;
        rh_names names;
        rh_arena_reset(&arena);
        rh_names_init(&names, &arena);
        rh_journal_init(&journal, &arena, RH_WORLD_START, 1);
        rh_entry entry = {.kind = RH_ENTRY_ATTEMPT_STARTED,
                          .call = 7,
                          .attempt = 1,
                          .name = rh_names_intern(&names, "BuildLinux"),
                          .text = "host-1"};
        for (int64_t i = 0; i < count; i++)
            rh_journal_add(&journal, &entry);
        size_t kept = journal.capacity;
        journal.count = 0;
        int64_t start = bench_now();
        for (int64_t i = 0; i < count && (size_t)i < kept; i++) {
            entry.time = i;
            rh_journal_add(&journal, &entry);
        }
        rounds[round] = (double)(bench_now() - start) / (double)count;
    }
    bench_record("journal_hash_ns_per_entry", "ns/entry", rounds, ROUNDS);
    rh_arena_free(&arena);
}

/* ---- processes and threads ------------------------------------------------------------------- */

/* In a process of its own, so that nothing else counts. */
static void bench_memory(void)
{
    if (!bench_wants("peak_rss_mib"))
        return;
    int64_t runs = scaled(1000000);
    pid_t child = fork();
    if (child == 0) {
        release r = open_release();
        for (int64_t i = 0; i < runs; i++)
            run_release(&r);
        must_end(&r, RH_SUCCEEDED);
        _exit(0);
    }
    struct rusage usage;
    int status;
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0)
        exit(1);
    double mib = (double)usage.ru_maxrss / 1024;
    bench_record("peak_rss_mib", "MiB", &mib, 1);
}

typedef struct job {
    int64_t runs;
    pthread_t thread;
} job;

static void *work(void *argument)
{
    const job *j = argument;
    release r = open_release();
    for (int64_t i = 0; i < j->runs; i++)
        run_release(&r);
    rh_env_destroy(r.env);
    return NULL;
}

static double runs_per_ns(int threads, int64_t runs)
{
    job jobs[2];
    int64_t start = bench_now();
    for (int i = 0; i < threads; i++) {
        jobs[i].runs = runs;
        if (pthread_create(&jobs[i].thread, NULL, work, &jobs[i]))
            exit(1);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(jobs[i].thread, NULL);
    return (double)(runs * threads) / (double)(bench_now() - start);
}

static void bench_threads(void)
{
    if (!bench_wants("threads_2_speedup"))
        return;
    enum { FEW_ROUNDS = 5 };
    double rounds[FEW_ROUNDS];
    int64_t runs = scaled(100000);
    for (int round = 0; round < FEW_ROUNDS; round++) {
        double one = runs_per_ns(1, runs);
        rounds[round] = runs_per_ns(2, runs) / one;
    }
    bench_record("threads_2_speedup", "x", rounds, FEW_ROUNDS);
}

/* ---- main ------------------------------------------------------------------------------------ */

static const rh_module *load_release(const char *path)
{
    void *object = dlopen(path, RTLD_NOW);
    const rh_module *(*entry)(void) = NULL;
    if (object)
        *(void **)&entry = dlsym(object, "rehearse_module");
    if (!entry) {
        fprintf(stderr, "rehearse-bench: cannot load %s: %s\n", path, dlerror());
        exit(2);
    }
    return entry();
}

int main(int argc, char **argv)
{
    const char *out = "rehearse-out/bench.json";
    const char *workflows = "build/fixtures/librelease.so", *rehearse = "build/rehearse";
    const char *file = "fixtures/workflows/tool/.github/workflows/release.yml";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--quick"))
            bench_effort = 0.1;
        else if (!strcmp(argv[i], "--only") && i + 1 < argc)
            bench_only = argv[++i];
        else if (!strcmp(argv[i], "--workflows") && i + 1 < argc)
            workflows = argv[++i];
        else if (!strcmp(argv[i], "--rehearse") && i + 1 < argc)
            rehearse = argv[++i];
        else if (!strcmp(argv[i], "--file") && i + 1 < argc)
            file = argv[++i];
        else if (!strcmp(argv[i], "--out") && i + 1 < argc)
            out = argv[++i];
        else {
            fprintf(stderr, "usage: rehearse-bench [--quick] [--only BEGINNING-OF-NAMES] "
                            "[--workflows librelease.so] [--rehearse COMMAND] "
                            "[--file WORKFLOW.yml] [--out FILE.json]\n");
            return 2;
        }
    }
    release_module = load_release(workflows);
    printf("%-28s %14s %-13s %12s %12s\n", "", "median", "", "least", "greatest");
    bench_memory();
    bench_actions(rehearse, file);
    bench_explore();
    bench_scenarios(release_module); /* forks, which is slower from a large process */
    bench_happy();
    bench_two_retries();
    bench_random_faults();
    bench_timers();
    bench_timers_among_a_million();
    bench_parallel(5, "activities_5_ns", "activities_5_each_ns");
    bench_parallel(50, "activities_50_ns", "activities_50_each_ns");
    bench_parallel(500, "activities_500_ns", "activities_500_each_ns");
    bench_parallel(5000, "activities_5000_ns", "activities_5000_each_ns");
    bench_condition();
    bench_between_runs("Children", "child_ns", "ns/child");
    bench_between_runs("Signals", "signal_ns", "ns/signal");
    bench_between_runs("Continues", "continue_as_new_ns", "ns/run");
    bench_cron();
    bench_switch();
    bench_journal();
    bench_expressions();
    bench_threads();
    bench_replays(release_module);
    bench_store();
    return bench_report(out);
}
