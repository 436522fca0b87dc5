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
#include "harness/rerun.h"
#include "harness/suite.h"
#include "sim/actions/actions.h"
#include "sim/actions/event.h"
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
    RH_ACT_APPROVE,
    RH_ACT_REJECT,
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
    const char *name; /* of the signal, host or environment; reason */
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
    bool is_refused; /* its start is */
    const rh_yaml *definition_node;
    const rh_yaml *event; /* NULL: that of the scenario as it is */
    rh_place place;
} rh_scenario_run;

/* What `event:` says. */
typedef struct rh_scenario_event_spec {
    rh_actions_event_options options;
    const char *payload; /* a path to a JSON file; NULL: it is in the options */
    const rh_yaml *node, *payload_node;
} rh_scenario_event_spec;

/* A run of a workflow file that a scenario starts; made by rh_scenario_bind_files. */
typedef struct rh_scenario_play_of {
    const rh_actions_definition *definition;
    const rh_actions_event *event;
    const rh_value *input;
    const char *workflow_id;
    const char *not_started; /* why the event does not start the workflow; NULL: it does */
} rh_scenario_play_of;

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
    RH_EXPECT_MASKED,
    /* Of workflow files: */
    RH_EXPECT_CONCLUSION,
    RH_EXPECT_CONCLUSIONS,
    RH_EXPECT_OUTCOMES,
    RH_EXPECT_SKIPPED,
    RH_EXPECT_OUTPUTS,
    RH_EXPECT_EXIT_CODES,
    RH_EXPECT_TAINTED,
    RH_EXPECT_ANNOTATION,
    RH_EXPECT_NOTE,
    RH_EXPECT_UNKNOWN,
    RH_EXPECT_COST,
    RH_EXPECT_COSTS,
    RH_EXPECT_MINUTES,
    RH_EXPECT_TRIGGERED
} rh_expect_kind;

/* One thing that is checked when the world has been played. */
typedef struct rh_expectation {
    rh_expect_kind kind;
    rh_place place;
    const rh_yaml *node; /* what stands behind the key */
    const char *run;     /* workflow id; NULL: the first run */
    const char *text;    /* a path; a text that is to be found; kind of an effect; NULL: none at
                          * all (warnings, effects, masked, annotations ...), or the whole run */
    const char *key;     /* of an effect; NULL: any; name of an output; level of an annotation */
    const char *reason;  /* of a skip */
    size_t count;        /* how often; of `times` or `texts` */
    int64_t from, to;    /* bounds of a cost, in millionths of a dollar, or of minutes */
    rh_conclusion conclusion;
    bool is_so; /* triggered */
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

/* As in rh_world_options; 0: not said. */
typedef struct rh_scenario_limits {
    int64_t task_attempts, pending_activities, pending_children, pending_signals, pending_cancels;
    int64_t buffered_events, history_suggestion, history_warning, history_limit;
    int64_t history_size_suggestion, history_size_warning, history_size_limit;
    int64_t payload_warning, payload_limit, memo_limit;
} rh_scenario_limits;

typedef struct rh_scenario_settings {
    bool has_seed, has_server, has_cache, has_random_choices;
    uint64_t seed;
    rh_server_version server;
    bool cache, random_choices;
    int32_t random_faults; /* per mille */
    rh_duration dispatch_latency, task_latency, task_duration, max_time;
    rh_scenario_limits limits;
    const char *profile; /* NULL: none */
    int32_t time_limit_s;
    /* Of workflow files: */
    bool has_unknown, has_timed_out_job;
    rh_unknown_mode unknown;
    bool timed_out_job_fails;
    uint32_t runners; /* 0: not said */
    rh_duration runner_start, lost_runner_after;
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
    const rh_yaml *event;                          /* NULL: none */
    const rh_value *secrets, *vars, *environments; /* objects; NULL: none */
    bool has_rerun;
    rh_rerun rerun;
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
    /* Of a workflow file: */
    const rh_scenario_event_spec *event;
    const rh_value *secrets, *vars, *environments;
    rh_rerun rerun;
    const rh_scenario_play_of *plays; /* one for each run; NULL: no workflow file, or not bound */
    size_t play_count;
    const char *rerun_id; /* of the second attempt; NULL: there is none */
} rh_scenario;

typedef struct rh_scenario_include {
    const char *name, *path;
    rh_place place;
} rh_scenario_include;

struct rh_scenario_file {
    const char *path; /* as given */
    const char *name; /* without folders and suffix */
    const char *text; /* as it was read */
    size_t length;
    const char *const *workflows; /* paths of shared objects, relative to the file */
    size_t workflow_count;
    rh_place workflows_place;
    bool is_of_files; /* it rehearses workflow files: definitions are paths that end in .yml */
    RH_ITEMS_(rh_scenario_include, includes);
    const char *const *catalogs; /* paths of action catalogs; NULL: none */
    size_t catalog_count;
    const rh_yaml *catalogs_node;
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

/* Where the files come from that a scenario file names. Paths are as it writes them, seen from
 * where the command runs (rh_scenario_beside). */
typedef struct rh_scenario_files {
    void *data;
    /* The text of a file; NULL with an error. */
    const char *(*read)(void *data, const char *path, size_t *length, rh_error *error);
    /* The repository around a workflow file; `includes` are texts NAME=PATH. NULL with an error. */
    const rh_actions_files *(*around)(void *data, const char *path, const char *const *includes,
                                      size_t count, rh_error *error);
} rh_scenario_files;
/* Reads the workflow files and all that belongs to them, and builds the events. 0, or -1 with an
 * error, which may stand in a workflow file. */
int rh_scenario_bind_files(rh_arena *arena, rh_scenario_file *file, const rh_scenario_files *from,
                           rh_error *error);
/* Whether a definition names a workflow file: it ends in .yml or .yaml. */
bool rh_scenario_is_workflow_file(const char *definition);
/* A path that a file names, which is relative to it, seen from where the file was named from. */
const char *rh_scenario_beside(rh_arena *arena, const char *file, const char *path);

/* Mocks, faults, hosts and runs into an env that nothing has been done with. */
void rh_scenario_prepare(rh_env *env, const rh_scenario *scenario);
/* The same, then plays. */
void rh_scenario_play(rh_env *env, const rh_scenario *scenario);
/* Plays the first run of a played world once more, as its second attempt; its workflow id is `id`.
 * Nothing for RH_RERUN_NONE, or when the rehearsal could not go on. */
void rh_env_rerun(rh_env *env, const rh_actions_definition *definition, rh_rerun which,
                  const char *id);
/* One expectation; a problem is recorded if it does not hold. */
void rh_scenario_check_one(rh_env *env, const rh_scenario *scenario,
                           const rh_expectation *expectation);
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
/* The scenario that a test plays; NULL: it is no scenario's. */
const rh_scenario *rh_scenario_of(const rh_suite_test *test);

#endif
