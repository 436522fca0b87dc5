/* The suite runner: runs tests, those of modules and others, each in a process of its own, several
 * at a time.
 *
 * What a test does to its process costs that test only: a crash is named by its signal, an endless
 * loop is killed when its time is over, what it prints is kept. Results stand in the order of the
 * modules and their tables and do not depend on how many run at a time.
 *
 * Time limits are real time; this is the one part of the harness that reads a clock.
 */
#ifndef RH_HARNESS_SUITE_H
#define RH_HARNESS_SUITE_H

#include "harness/again.h"
#include "harness/env.h"
#include "harness/evidence.h"
#include "harness/module.h"
#include "harness/profile.h"

/* A test: a name, a place, and how to run it in an env. */
typedef struct rh_suite_test {
    const char *module; /* what it belongs to: a module, a file */
    const char *name;
    const char *file; /* where it stands */
    int line;
    uint32_t time_limit_s; /* real seconds; 0: the default */
    const rh_module *definitions;
    void (*run)(rh_env *env, const void *data);
    const void *data;
    /* What the test tells those who look at all results together, copied into `arena`; NULL: it
     * tells nothing. Called when it is over. */
    const char *(*tell)(rh_arena *arena, const rh_env *env, const void *data);
    /* How `rehearse test` finds it again: the shared object, the file; NULL: not needed. */
    const char *workflows, *source;
    const char *replay; /* the command that runs it alone; NULL: 'rehearse test' with these */
} rh_suite_test;

typedef struct rh_suite_tests {
    rh_suite_test *items;
    size_t count, capacity;
} rh_suite_tests;

void rh_suite_tests_add(rh_arena *arena, rh_suite_tests *tests, const rh_suite_test *test);
/* Adds those of a module's table. The module is borrowed. */
void rh_suite_tests_add_module(rh_arena *arena, rh_suite_tests *tests,
                               const rh_loaded_module *module);

typedef enum rh_verdict {
    RH_PASSED,
    RH_FAILED_TEST,    /* an expectation does not hold */
    RH_ERROR_TEST,     /* the rehearsal could not go on: no mock, an unknown name, a runaway */
    RH_CRASHED_TEST,   /* its process ended before the test did */
    RH_TIMED_OUT_TEST, /* killed when its time was over */
    RH_SKIPPED_TEST    /* not run, because of fail_fast */
} rh_verdict;

typedef struct rh_test_result {
    const rh_suite_test *test; /* borrowed */
    const char *module;
    const char *name;
    const char *file; /* where the first problem is; where the test is if that is not known */
    int line;
    rh_verdict verdict;
    const char *message; /* one line; "" if passed */
    const char *report;  /* details, may be long; warnings if passed */
    const char *output;  /* captured stdout and stderr, their last 64 KiB */
    const char *replay;  /* command line */
    int64_t real_ns;
    int64_t virtual_ns;
    uint64_t runs;    /* workflow runs started */
    uint64_t seed;    /* of the test's (last) world */
    const char *told; /* by rh_suite_test.tell; NULL: nothing */
    size_t index;     /* in table order */
    rh_evidence evidence;
} rh_test_result;

typedef struct rh_suite_options {
    uint32_t jobs;         /* processes at a time; default: one for each processor; at most 256 */
    bool no_fork;          /* runs tests in this process, one by one, without time limit and
                            * capture: for debuggers. A crash is then a crash of the caller. */
    bool fail_fast;        /* tests after the first that does not pass, in table order, are
                            * skipped */
    uint32_t time_limit_s; /* replaces the tests' own limits */
    const char *const *filters; /* globs for "module/test" or "test", or what such a name begins
                                 * with before a '/'; none: all tests */
    size_t filter_count;
    const rh_world_options *world;  /* what envs begin with; a test's own rh_world replaces it */
    const rh_catalog *catalog;      /* faults that tests may name; NULL: the library's */
    const char *const *fault_files; /* what it was read from; stands in replay commands */
    size_t fault_file_count;
    const rh_profile_text *profile; /* that tests play by which choose none; NULL: none. Its name is
                                     * what stands in replay commands */
    rh_describe *describe;
    rh_evidence_wish evidence;
    rh_again_wish again; /* what of each test is played again; it fails if that differs */
    /* What the tests came to in another process, to compare with; NULL: there was none. */
    const struct rh_tracks *elsewhere;
    /* Called when a test is over, in the order in which they end. May be NULL. */
    void (*finished)(const rh_test_result *result, size_t done, size_t total, void *data);
    void *data;
} rh_suite_options;

typedef struct rh_suite_result {
    const rh_test_result *tests; /* in table order */
    size_t count;
    size_t passed;
    size_t failed; /* all that neither passed nor were skipped */
    size_t skipped;
    int64_t virtual_ns; /* of all tests together */
    int64_t real_ns;    /* from beginning to end */
} rh_suite_result;

/* Runs them. The result lives in `arena`. 0, or -1 with an error: no test at all, or a filter that
 * matches none (with the nearest name). Failing tests are no error. */
int rh_suite_run(rh_arena *arena, const rh_suite_tests *tests, const rh_suite_options *options,
                 rh_suite_result *result, rh_error *error);

/* Whether the filters let a test through. */
bool rh_suite_wants(rh_arena *arena, const rh_suite_options *options, const char *module,
                    const char *name);

/* "passed", "failed", "error", "crashed", "timed out", "skipped" */
const char *rh_verdict_name(rh_verdict verdict);

#endif
