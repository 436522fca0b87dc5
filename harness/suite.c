#define _POSIX_C_SOURCE 200809L
#include "harness/suite.h"

#include <errno.h>
#include <fnmatch.h>
#include <unistd.h>

#include "harness/shell.h"
#include "harness/tracks.h"
#include "harness/trial.h"
#include "harness/worker.h"

#define JOBS_LIMIT 256u
#define TIME_LIMIT_S 10u

typedef struct session {
    rh_arena *arena;
    const rh_suite_options *options;
    const rh_suite_test **tests; /* those to run, beside their results */
    rh_test_result *results;
    size_t count;
    size_t next; /* the first not yet begun */
    size_t end;  /* nothing from here on is to be run; falls with fail_fast */
    size_t done;
    rh_worker *workers;
    struct pollfd *polled; /* two for each worker */
    uint32_t worker_count;
} session;

const char *rh_verdict_name(rh_verdict verdict)
{
    static const char *const names[] = {"passed",  "failed",    "error",
                                        "crashed", "timed out", "skipped"};
    return names[verdict];
}

/* ---- which tests ----------------------------------------------------------------------------- */

/* The exact name also matches where it would be read as a glob that does not match itself. */
static bool name_matches(const char *filter, const char *name)
{
    return strcmp(filter, name) == 0 || fnmatch(filter, name, 0) == 0;
}

/* The name, or what it begins with before a '/'. */
static bool matches(rh_arena *arena, const char *filter, const char *name)
{
    if (name_matches(filter, name))
        return true;
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/'))
        if (name_matches(filter, rh_arena_text(arena, name, (size_t)(slash - name))))
            return true;
    return false;
}

static const char *full_name(rh_arena *arena, const rh_suite_test *test)
{
    return rh_format(arena, "%s/%s", test->module, test->name);
}

/* Whether the filters let this test through; notes each that does in `used`. */
static bool is_wanted(rh_arena *arena, const rh_suite_options *options, const rh_suite_test *test,
                      bool *used)
{
    bool wanted = options->filter_count == 0;
    for (size_t i = 0; i < options->filter_count; i++)
        if (matches(arena, options->filters[i], test->name) ||
            matches(arena, options->filters[i], full_name(arena, test)))
            wanted = used[i] = true;
    return wanted;
}

bool rh_suite_wants(rh_arena *arena, const rh_suite_options *options, const char *module,
                    const char *name)
{
    bool *used = RH_NEW_ARRAY(arena, bool, options->filter_count);
    return is_wanted(arena, options, &(rh_suite_test){.module = module, .name = name}, used);
}

static int unused_filter(rh_arena *arena, const rh_suite_tests *tests, const char *filter,
                         rh_error *error)
{
    rh_nearest nearest = rh_nearest_begin(filter);
    for (size_t i = 0; i < tests->count; i++) {
        const char *name = tests->items[i].name;
        const char *leading_part = rh_arena_text(arena, name, strcspn(name, "/"));
        rh_nearest_offer(&nearest, leading_part);
        rh_nearest_offer(&nearest, name);
        rh_nearest_offer(&nearest, full_name(arena, &tests->items[i]));
    }
    char hint[256];
    return rh_error_set(error, NULL, 0, 0, "no test matches '%s'%s", filter,
                        rh_nearest_hint(&nearest, hint, sizeof hint));
}

static int choose_tests(session *suite, const rh_suite_tests *tests, rh_error *error)
{
    const rh_suite_options *options = suite->options;
    bool *used = RH_NEW_ARRAY(suite->arena, bool, options->filter_count);
    suite->tests = RH_NEW_ARRAY(suite->arena, const rh_suite_test *, tests->count);
    for (size_t i = 0; i < tests->count; i++)
        if (is_wanted(suite->arena, options, &tests->items[i], used))
            suite->tests[suite->count++] = &tests->items[i];
    if (!tests->count)
        return rh_error_set(error, NULL, 0, 0, "there are no tests");
    for (size_t i = 0; i < options->filter_count; i++)
        if (!used[i])
            return unused_filter(suite->arena, tests, options->filters[i], error);
    return 0;
}

/* ---- the tests of a module ------------------------------------------------------------------- */

static void run_table_test(rh_env *env, const void *data)
{
    const rh_test *test = data;
    test->run(env);
}

void rh_suite_tests_add(rh_arena *arena, rh_suite_tests *tests, const rh_suite_test *test)
{
    tests->items = rh_arena_reserve(arena, tests->items, sizeof *tests->items, tests->count + 1,
                                    &tests->capacity);
    tests->items[tests->count++] = *test;
}

void rh_suite_tests_add_module(rh_arena *arena, rh_suite_tests *tests,
                               const rh_loaded_module *module)
{
    for (size_t i = 0; i < rh_module_test_count(module->module); i++) {
        const rh_test *test = &module->module->tests[i];
        rh_suite_tests_add(arena, tests,
                           &(rh_suite_test){
                               .module = module->module->name,
                               .name = test->name,
                               .file = test->file,
                               .line = test->line,
                               .time_limit_s = test->time_limit_s,
                               .definitions = module->module,
                               .run = run_table_test,
                               .data = test,
                               .workflows = module->path,
                           });
    }
}

/* ---- how to run one again -------------------------------------------------------------------- */

static const char *replay_command(const session *suite, const rh_suite_test *test)
{
    const rh_world_options *world = suite->options->world;
    rh_text text = rh_text_in(suite->arena);
    if (test->replay)
        return test->replay;
    rh_text_puts(&text, "rehearse test");
    if (test->source) {
        rh_text_putc(&text, ' ');
        rh_shell_word(&text, test->source);
    }
    if (test->workflows) {
        rh_text_puts(&text, " --workflows ");
        rh_shell_word(&text, test->workflows);
    }
    for (size_t i = 0; i < suite->options->fault_file_count; i++) {
        rh_text_puts(&text, " --faults ");
        rh_shell_word(&text, suite->options->fault_files[i]);
    }
    rh_text_puts(&text, " --filter ");
    rh_shell_word(&text, test->name);
    rh_text_puts(&text, " --jobs=0");
    if (world && world->seed)
        rh_text_printf(&text, " --seed %ju", (uintmax_t)world->seed);
    if (world && world->no_cache)
        rh_text_puts(&text, " --cache=0");
    if (suite->options->again.lose_worker)
        rh_text_puts(&text, " --lose-worker");
    if (suite->options->again.determinism)
        rh_text_puts(&text, " --check-determinism");
    if (suite->options->profile) {
        rh_text_puts(&text, " --profile ");
        rh_shell_word(&text, suite->options->profile->name);
    }
    return rh_text_string(&text);
}

/* ---- running --------------------------------------------------------------------------------- */

/* What another process told of this test. */
static const rh_told_track *told_of(const session *suite, size_t index)
{
    const rh_suite_test *test = suite->tests[index];
    size_t nth = 0;
    for (size_t i = 0; suite->options->elsewhere && i < index; i++)
        nth += !strcmp(suite->tests[i]->module, test->module) &&
               !strcmp(suite->tests[i]->name, test->name);
    return rh_tracks_find(suite->options->elsewhere, test->module, test->name, nth);
}

static rh_trial trial_of(const session *suite, size_t index)
{
    return (rh_trial){.test = suite->tests[index],
                      .world = suite->options->world,
                      .profile = suite->options->profile,
                      .catalog = suite->options->catalog,
                      .describe = suite->options->describe,
                      .evidence = &suite->options->evidence,
                      .again = suite->options->again,
                      .elsewhere = told_of(suite, index)};
}

static uint32_t limit_of(const session *suite, size_t index)
{
    uint32_t own = suite->tests[index]->time_limit_s;
    if (suite->options->time_limit_s)
        return suite->options->time_limit_s;
    return own ? own : TIME_LIMIT_S;
}

static void test_is_over(session *suite, size_t index)
{
    rh_test_result *result = &suite->results[index];
    suite->done++;
    if (suite->options->fail_fast && result->verdict != RH_PASSED && index + 1 < suite->end)
        suite->end = index + 1;
    if (suite->options->finished)
        suite->options->finished(result, suite->done, suite->count, suite->options->data);
    result->evidence.journal = NULL;
}

static void run_here(session *suite)
{
    for (; suite->next < suite->end; suite->next++) {
        rh_trial trial = trial_of(suite, suite->next);
        int64_t started_ns = rh_worker_now();
        rh_trial_run(suite->arena, &trial, &suite->results[suite->next]);
        suite->results[suite->next].real_ns = rh_worker_now() - started_ns;
        test_is_over(suite, suite->next);
    }
}

static bool is_busy(const session *suite)
{
    for (uint32_t i = 0; i < suite->worker_count; i++)
        if (suite->workers[i].pid)
            return true;
    return false;
}

/* False: the system has nothing left for one more process. As long as others run, that will pass
 * when they end. */
static bool start_next(session *suite, rh_worker *worker)
{
    rh_error error;
    size_t index = suite->next;
    rh_trial trial = trial_of(suite, index);
    worker->index = index;
    if (rh_worker_start(worker, suite->arena, &trial, limit_of(suite, index), &error) != 0) {
        if (is_busy(suite))
            return false;
        suite->results[index].verdict = RH_ERROR_TEST;
        suite->results[index].message = rh_arena_string(suite->arena, error.message);
        test_is_over(suite, index);
    }
    suite->next++;
    return true;
}

static void start_idle(session *suite)
{
    for (uint32_t i = 0; i < suite->worker_count; i++) {
        rh_worker *worker = &suite->workers[i];
        if (!worker->pid && suite->next < suite->end && !start_next(suite, worker))
            return;
    }
}

static void wait_for_news(session *suite)
{
    nfds_t count = 0;
    int timeout_ms = -1;
    for (uint32_t i = 0; i < suite->worker_count; i++)
        if (suite->workers[i].pid) {
            rh_worker_poll(&suite->workers[i], suite->polled + count, &timeout_ms);
            count += 2;
        }
    /* Interrupted is as good as news. */
    poll(suite->polled, count, timeout_ms);
}

/* What runs beyond the end is not waited for: it will be called skipped whatever it does. */
static void advance(session *suite, rh_worker *worker)
{
    if (worker->index >= suite->end)
        rh_worker_kill(worker);
    else if (rh_worker_advance(worker, suite->arena, &suite->results[worker->index]))
        test_is_over(suite, worker->index);
}

static void run_forked(session *suite)
{
    for (;;) {
        start_idle(suite);
        if (is_busy(suite))
            wait_for_news(suite);
        else if (suite->next >= suite->end)
            return;
        for (uint32_t i = 0; i < suite->worker_count; i++)
            if (suite->workers[i].pid)
                advance(suite, &suite->workers[i]);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static uint32_t job_count(const session *suite)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t jobs = suite->options->jobs;
    if (!jobs)
        jobs = processors > 0 && processors < (long)JOBS_LIMIT ? (uint32_t)processors : 1;
    if (jobs > JOBS_LIMIT)
        jobs = JOBS_LIMIT;
    return jobs < suite->count ? jobs : (uint32_t)suite->count;
}

static void prepare(session *suite)
{
    suite->results = RH_NEW_ARRAY(suite->arena, rh_test_result, suite->count);
    for (size_t i = 0; i < suite->count; i++) {
        const rh_suite_test *test = suite->tests[i];
        suite->results[i] = (rh_test_result){
            .test = test,
            .module = test->module,
            .name = test->name,
            .file = test->file,
            .line = test->line,
            .message = "",
            .report = "",
            .output = "",
            .replay = replay_command(suite, test),
            .index = i,
        };
    }
    suite->end = suite->count;
    suite->worker_count = job_count(suite);
    suite->workers = RH_NEW_ARRAY(suite->arena, rh_worker, suite->worker_count);
    suite->polled = RH_NEW_ARRAY(suite->arena, struct pollfd, (size_t)suite->worker_count * 2);
}

/* A test beyond the end may have been run by then, as others run at the same time; it is skipped
 * all the same, or the result would depend on the number of processes. */
static void skip_rest(session *suite)
{
    for (size_t i = suite->end; i < suite->count; i++) {
        const rh_suite_test *test = suite->tests[i];
        const rh_test_result *before = &suite->results[i];
        suite->results[i] = (rh_test_result){
            .test = test,
            .module = before->module,
            .name = before->name,
            .file = test->file,
            .line = test->line,
            .verdict = RH_SKIPPED_TEST,
            .message = "not run: a test before it did not pass",
            .report = "",
            .output = "",
            .replay = before->replay,
            .index = i,
        };
    }
}

static int64_t saturating_sum(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

int rh_suite_run(rh_arena *arena, const rh_suite_tests *tests, const rh_suite_options *options,
                 rh_suite_result *result, rh_error *error)
{
    int64_t started_ns = rh_worker_now();
    session suite = {.arena = arena, .options = options};
    if (choose_tests(&suite, tests, error) != 0)
        return -1;
    prepare(&suite);
    if (options->no_fork)
        run_here(&suite);
    else
        run_forked(&suite);
    skip_rest(&suite);
    for (uint32_t i = 0; i < suite.worker_count; i++)
        rh_worker_free(&suite.workers[i]);

    *result = (rh_suite_result){.tests = suite.results, .count = suite.count};
    for (size_t i = 0; i < suite.count; i++) {
        rh_verdict verdict = suite.results[i].verdict;
        result->passed += verdict == RH_PASSED;
        result->skipped += verdict == RH_SKIPPED_TEST;
        result->failed += verdict != RH_PASSED && verdict != RH_SKIPPED_TEST;
        result->virtual_ns = saturating_sum(result->virtual_ns, suite.results[i].virtual_ns);
    }
    result->real_ns = rh_worker_now() - started_ns;
    return 0;
}
