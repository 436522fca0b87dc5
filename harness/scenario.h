/* Scenario files: tests in YAML, for those who write no C.
 *
 * A file names a definition and what all its scenarios share, then the scenarios; a scenario may
 * have rows. Each scenario without rows, and each row, is one test. What file, scenario and row say
 * has one shape, a *part*; the innermost part that says something counts. docs/scenarios.md is the
 * manual.
 *
 * A file is read once, strictly; everything read lives in one arena and is not changed by playing.
 */
#ifndef RH_HARNESS_SCENARIO_H
#define RH_HARNESS_SCENARIO_H

#include "harness/env.h"
#include "harness/module.h"
#include "harness/suite.h"
#include "sim/base/yaml.h"

#define RH_SCENARIO_SUFFIX ".rehearse.yml"

typedef struct rh_scenario_mock {
    rh_mock_options options;
    rh_place place;
} rh_scenario_mock;

/* `faults:` and `durations:`, point or path and what it gets. */
typedef struct rh_scenario_fault {
    const char *point, *fault;
    rh_place place;
} rh_scenario_fault;

typedef struct rh_scenario_takes {
    const char *path;
    rh_duration takes;
    rh_place place;
} rh_scenario_takes;

typedef enum rh_scenario_act {
    RH_ACT_SIGNAL,
    RH_ACT_CANCEL,
    RH_ACT_TERMINATE,
    RH_ACT_LOSE_HOST,
    RH_ACT_DRAIN_HOST,
    RH_ACT_RESTART_HOST
} rh_scenario_act;

/* `at:`, what happens from outside. */
typedef struct rh_scenario_event {
    rh_duration at;
    bool has_at;
    size_t acts; /* how many it names; one is right */
    rh_scenario_act act;
    const char *run;  /* workflow id; NULL: the first run */
    const char *name; /* of the signal or host; reason */
    const rh_value *value;
    const rh_yaml *run_node, *name_node;
    rh_place place;
} rh_scenario_event;

typedef struct rh_scenario_host {
    rh_host_options options;
    rh_place place;
} rh_scenario_host;

/* `runs:` */
typedef struct rh_scenario_run {
    const char *definition; /* NULL: that of the scenario */
    rh_run_options options;
    const rh_value *input;
    bool has_input;
    const rh_yaml *definition_node;
    rh_place place;
} rh_scenario_run;

typedef enum rh_expect_kind {
    RH_EXPECT_STATUS,
    RH_EXPECT_RESULT,
    RH_EXPECT_FAILURE,
    RH_EXPECT_DURATION,
    RH_EXPECT_CALLS,
    RH_EXPECT_ATTEMPTS,
    RH_EXPECT_HEARTBEATS,
    RH_EXPECT_STARTS,
    RH_EXPECT_ORDER,
    RH_EXPECT_ARGS,
    RH_EXPECT_LOG,
    RH_EXPECT_WARNING,
    RH_EXPECT_EFFECTS,
    RH_EXPECT_NOTHING_LEFT,
    RH_EXPECT_STUCK,
    RH_EXPECT_MASKED
} rh_expect_kind;

/* One thing that is checked when the world has been played. */
typedef struct rh_expectation {
    rh_expect_kind kind;
    rh_place place;
    const rh_yaml *node; /* what stands behind the key */
    const char *run;     /* workflow id; NULL: the first run */
    const char *text;    /* a path; a text that is to be found; kind of an effect; NULL: none at
                          * all (warnings, effects, masked) */
    const char *key;     /* of an effect; NULL: any */
    size_t count;        /* how often; of `times` or `texts` */
    rh_status status;
    const rh_value *pattern;
    rh_duration least, most;
    const rh_duration *times;
    const char *const *texts; /* ends with NULL */
    struct {
        bool has_kind;
        rh_failure_kind kind;
        const char *type, *message, *text;
        const rh_value *details;
    } failure;
} rh_expectation;

typedef struct rh_scenario_settings {
    bool has_seed, has_server, has_cache, has_random_choices;
    uint64_t seed;
    rh_server_version server;
    bool cache, random_choices;
    int32_t random_faults; /* per mille */
    rh_duration dispatch_latency, task_latency, max_time;
    const char *profile; /* NULL: none */
    int32_t time_limit_s;
} rh_scenario_settings;

#define RH_ITEMS_(type, name)                                                                      \
    type *name;                                                                                    \
    size_t name##_count, name##_capacity

/* What a file, a scenario or a row says. */
typedef struct rh_scenario_part {
    const char *name; /* NULL for a file */
    rh_place place;
    const char *definition;
    const rh_yaml *definition_node;
    bool has_given, given;
    const rh_value *input;
    bool has_input;
    RH_ITEMS_(rh_scenario_mock, mocks);
    RH_ITEMS_(rh_scenario_fault, faults);
    RH_ITEMS_(rh_scenario_takes, durations);
    RH_ITEMS_(rh_scenario_event, events);
    RH_ITEMS_(rh_scenario_host, hosts);
    RH_ITEMS_(rh_scenario_run, runs);
    RH_ITEMS_(rh_expectation, expectations);
    rh_scenario_settings settings;
    const rh_yaml *node, *rows, *expect;
} rh_scenario_part;

typedef struct rh_scenario_file rh_scenario_file;

/* One test. */
typedef struct rh_scenario {
    const char *name; /* "a lost reply", "a build fails/linux" */
    const rh_scenario_file *file;
    /* From the outermost: file, scenario, and row unless there is none. */
    const rh_scenario_part *parts[3];
    size_t part_count;
    rh_place place;
    /* What the parts come to. */
    const char *definition;
    bool given;
    const rh_value *input; /* NULL: the definition's own */
    bool has_input;
    const rh_scenario_part *hosts, *runs; /* NULL: nobody names any */
    rh_scenario_settings settings;
    const rh_expectation **expectations;
    size_t expectation_count;
} rh_scenario;

struct rh_scenario_file {
    const char *path; /* as given */
    const char *name; /* without folders and suffix */
    const char *text; /* as it was read */
    size_t length;
    const char *const *workflows; /* paths of shared objects, relative to the file */
    size_t workflow_count;
    rh_place workflows_place;
    rh_scenario_part part;
    rh_scenario *scenarios;
    size_t scenario_count;
    const rh_module *module; /* where definitions are looked for; set by rh_scenario_bind */
    const char *module_path; /* where it was found; NULL if the file says so itself */
};

/* Reads a file's text; faults are those of the catalog (NULL: the library's). NULL with an error:
 * file, line, column, what is wrong, and the fix. */
rh_scenario_file *rh_scenario_read(rh_arena *arena, const rh_catalog *catalog, const char *path,
                                   const char *text, size_t length, rh_error *error);
/* Finds the shared object that has the definitions: among those loaded, one that has them all. */
int rh_scenario_bind(rh_arena *arena, rh_scenario_file *file, const rh_loaded_module *modules,
                     size_t count, rh_error *error);

/* Mocks, faults, hosts and runs into an env that nothing has been done with, then plays. */
void rh_scenario_play(rh_env *env, const rh_scenario *scenario);
/* One expectation; a problem is recorded if it does not hold. */
void rh_scenario_check_one(rh_env *env, const rh_expectation *expectation);
/* Checks the expectations. */
void rh_scenario_check(rh_env *env, const rh_scenario *scenario);
/* The mocks at the top of a file that answered nothing in any of its tests, which begin with the
 * test `first`; none if `first` is not the first of a file, or some test was not played to its
 * end. */
const rh_scenario_mock *const *rh_scenario_unused(rh_arena *arena, const rh_suite_tests *tests,
                                                  const rh_test_result *results, size_t first,
                                                  size_t *count);
/* Adds the tests of a bound file. */
void rh_scenario_add_tests(rh_arena *arena, rh_suite_tests *tests, const rh_scenario_file *file);

#endif
