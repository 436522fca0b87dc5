/* Writing tests: mock the activities, play the workflow on virtual time, check what happened.
 *
 * An env is one test's world. It owns everything handed out here; nothing is to be freed. Functions
 * on an env never fail loudly in the middle of a test: what is wrong (an unknown name, a broken
 * expectation, a violated mock) is recorded with file and line, and fails the test when it ends.
 *
 * Times are virtual, relative to the start of the world.
 */
#ifndef REHEARSE_HARNESS_H
#define REHEARSE_HARNESS_H

#include "rehearse/fault.h"
#include "rehearse/workflow.h"
#include "rehearse/world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rh_env rh_env;

/* ---- what a shared object offers ------------------------------------------------------------- */

typedef struct rh_workflow_definition {
    const char *name;
    rh_workflow_function *run;
    const char *summary;     /* one line for `rehearse list` */
    void (*given)(rh_env *); /* the fixture: mocks for every activity; used by `rehearse run` */
    const char *input;       /* JSON; what `rehearse run` starts it with by default */
    rh_run_options options;
} rh_workflow_definition;

typedef struct rh_test {
    const char *name;
    void (*run)(rh_env *);
    const char *file;
    int line;
    uint32_t time_limit_s; /* real seconds; default 10 */
} rh_test;

#define RH_TEST(function)                                                                          \
    {                                                                                              \
        .name = #function, .run = (function), .file = __FILE__, .line = __LINE__                   \
    }

#define RH_ABI_VERSION 1u

typedef struct rh_module {
    uint32_t abi;  /* RH_ABI_VERSION */
    uint32_t size; /* sizeof(rh_module) */
    const char *name;
    const rh_workflow_definition *workflows; /* ends with an all-zero entry; or NULL */
    const rh_test *tests;                    /* ends with an all-zero entry; or NULL */
} rh_module;

/* The entry point of a shared object: RH_MODULE("release", workflows, tests) at file level. */
#define RH_MODULE(name_, workflows_, tests_)                                                       \
    RH_API const rh_module *rehearse_module(void);                                                 \
    const rh_module *rehearse_module(void)                                                         \
    {                                                                                              \
        static const rh_module module = {RH_ABI_VERSION, (uint32_t)sizeof(rh_module), (name_),     \
                                         (workflows_), (tests_)};                                  \
        return &module;                                                                            \
    }

/* ---- the env --------------------------------------------------------------------------------- */

/* An env for use outside `rehearse test` and cmocka (they make their own). `module` is borrowed and
 * must outlive it. NULL when there is no memory. */
RH_API rh_env *rh_env_create(const rh_module *module);
/* NULL is fine. */
RH_API void rh_env_destroy(rh_env *env);
/* A new world at its start, for the same mocks, hosts and settings; counts of mocks begin anew,
 * recorded problems stay. What the last run handed out is gone. Allocates nothing once warm. */
RH_API void rh_env_restart(rh_env *env);
/* Checks what mocks promised; returns the number of problems of this env so far. Called by those
 * who host a test when it ends; calling it twice reports once. */
RH_API size_t rh_env_finish(rh_env *env);
/* All problems so far, one below the other, and how the last run went. Borrowed from the env until
 * it is destroyed; "" if there are none. */
RH_API const char *rh_env_report(rh_env *env);

/* Copies and JSON that live as long as the env. */
RH_API const rh_value *rh_env_copy(rh_env *env, const rh_value *value);
RH_API const rh_value *rh_env_json(rh_env *env, const char *json);
RH_API const char *rh_env_print(rh_env *env, const char *format, ...) RH_PRINTF(2, 3);

/* ---- the world ------------------------------------------------------------------------------- */

/* Before the first run: rh_world(env, .seed = 7, .no_cache = true). */
#define rh_world(env, ...) rh_set_world((env), &(const rh_world_options){__VA_ARGS__})
RH_API void rh_set_world(rh_env *env, const rh_world_options *options);

/* A host runs attempts. Without any declared, one with room for everything serves all queues. */
typedef struct rh_host_options {
    const char *name;
    uint32_t slots;                 /* attempts at a time; default 1000 */
    int32_t sessions;               /* at a time; default 1000, -1: it takes none */
    const char *const *task_queues; /* RH_NAMES(...); default: all */
    const char *file;
    int line;
} rh_host_options;

/* rh_host(env, "macos-1", .slots = 1, .task_queues = RH_NAMES("macos")) */
#define rh_host(env, ...)                                                                          \
    rh_add_host((env),                                                                             \
                &(const rh_host_options){.file = __FILE__, .line = __LINE__, .name = __VA_ARGS__})
RH_API void rh_add_host(rh_env *env, const rh_host_options *options);

/* ---- mocks ----------------------------------------------------------------------------------- */

typedef struct rh_effect_spec {
    const char *kind;    /* "github-release" */
    const char *key;     /* "v1.2.0", or a path into the arguments: "$0.TagName"; default: the key
                       * argument of the call */
    const char *once_by; /* a path into the arguments to an idempotency key: where it leads to a
                          * value, the same key makes the effect happen once; default none */
} rh_effect_spec;

typedef struct rh_heartbeat_spec {
    rh_duration at; /* since the start of its work, after `start_delay` */
    const rh_value *details;
} rh_heartbeat_spec;

/* How an attempt reacts when it learns, by a heartbeat, that it is canceled. */
typedef enum rh_cancel_reaction {
    RH_OBEYS,   /* ends as canceled at once */
    RH_IGNORES, /* goes on as if nothing had happened */
    RH_TAKES    /* ends as canceled after `cancel_takes` */
} rh_cancel_reaction;

/* What an attempt can see of itself, for mocks that are C functions. */
typedef struct rh_attempt_info {
    rh_env *env;
    const char *type;
    const char *path;     /* "BuildMacOS[arm64]" */
    const rh_value *args; /* a list or NULL */
    int32_t attempt;      /* from 1 */
    rh_time now;
    const rh_value *heartbeat_details; /* of the last heartbeat of an earlier attempt; or NULL */
    const char *host;
    const char *workflow_id;
    const char *task_queue;
} rh_attempt_info;

/* For mocks that are C functions: copies and zeroed memory that live as long as the world. What
 * stands in literals of the function must be copied. */
RH_API const rh_value *rh_attempt_copy(const rh_attempt_info *attempt, const rh_value *value);
RH_API void *rh_attempt_alloc(const rh_attempt_info *attempt, size_t size);

/* The details of a periodic heartbeat, asked for as it is sent; `elapsed` counts from the start of
 * the work. Depends on nothing but its arguments. */
typedef const rh_value *rh_details_function(const rh_attempt_info *attempt, rh_duration elapsed,
                                            void *data);

/* Why a mocked child does not even start. */
typedef enum rh_start_failure {
    RH_STARTS,
    RH_ALREADY_STARTED, /* a run has its workflow id */
    RH_NAMESPACE_NOT_FOUND
} rh_start_failure;

struct rh_answer;
/* A mock that is a C function: fills in `answer`, which comes with the fields of its mock. */
typedef void rh_answer_function(const rh_attempt_info *attempt, struct rh_answer *answer,
                                void *data);

/* Everything an attempt does. At most one of result, failure, fault, hangs, crashes, start_failure
 * and call says how it ends; none of them: it succeeds with no result. */
#define RH_ANSWER_FIELDS_                                                                          \
    const rh_value *result;                                                                        \
    const rh_failure_options *failure; /* RH_FAILURE("Type", "message") */                         \
    const char *fault;                 /* a name of the fault catalog */                           \
    bool hangs;                        /* never ends by itself */                                  \
    bool crashes;                      /* its host is lost when `takes` has passed */              \
    rh_start_failure start_failure;    /* of a mock of a child workflow */                         \
    rh_answer_function *call;                                                                      \
    void *data;                         /* for `call` and `heartbeat_details` */                   \
    rh_duration takes;                  /* virtual duration; default 0 */                          \
    rh_duration takes_at_most;          /* drawn evenly from takes ... takes_at_most */            \
    const rh_duration *takes_quantiles; /* or from this table of equal shares, ascending, */       \
    size_t takes_quantiles_count;       /* linear in between */                                    \
    rh_duration start_delay;            /* before the work begins; heartbeats count from then */   \
    rh_duration heartbeat_every;        /* default: none */                                        \
    rh_details_function *heartbeat_details; /* of those; default: none, which erases older ones */ \
    const rh_heartbeat_spec *heartbeats;    /* RH_HEARTBEATS({RH_SECONDS(1), details}, ...) */     \
    size_t heartbeats_count;                                                                       \
    rh_cancel_reaction on_cancel;                                                                  \
    rh_duration cancel_takes;      /* with RH_TAKES */                                             \
    const rh_effect_spec *effects; /* RH_EFFECTS({"kind", "key"}, ...); default: one of */         \
    size_t effects_count;          /* kind = type, key = the key argument */                       \
    bool no_effect;

typedef struct rh_answer {
    RH_ANSWER_FIELDS_
} rh_answer;

typedef struct rh_mock_options {
    const char *type; /* the activity type, or a path: "BuildMacOS[arm64]" */

    /* which attempts it answers; what is not set matches all */
    const rh_value *args; /* a list as long as the call's arguments, may hold matchers */
    int32_t attempt;      /* the n-th attempt of a call */
    int32_t nth;          /* the n-th call of this type in the world, from 1 */
    const char *task_queue;

    /* what they get: one answer, or a sequence by use (the last one goes on) */
    union {
        __extension__ struct {
            RH_ANSWER_FIELDS_
        };
        rh_answer answer;
    };
    const rh_answer *sequence; /* RH_SEQUENCE({.fault = "dns"}, {.result = x}) */
    size_t sequence_count;

    /* how many attempts it must answer; default any number */
    int32_t times; /* exactly; used up, the next mock is asked */
    int32_t at_least;
    int32_t at_most; /* used up, the next mock is asked */
    bool never;      /* answering even one fails the test */

    const char *file;
    int line;
} rh_mock_options;

#define RH_FAILURE(...) ((const rh_failure_options[1]){RH_FAILURE_PICK_(__VA_ARGS__)})
#define RH_FAILURE_PICK_(type_, ...)                                                               \
    {                                                                                              \
        .type = (type_), .message = __VA_ARGS__                                                    \
    }
#define RH_COUNTED_(type_, field, ...)                                                             \
    .field = (const type_[]){__VA_ARGS__},                                                         \
    .field##_count = sizeof((const type_[]){__VA_ARGS__}) / sizeof(type_)
#define RH_HEARTBEATS(...) RH_COUNTED_(rh_heartbeat_spec, heartbeats, __VA_ARGS__)
#define RH_EFFECTS(...) RH_COUNTED_(rh_effect_spec, effects, __VA_ARGS__)
#define RH_QUANTILES(...) RH_COUNTED_(rh_duration, takes_quantiles, __VA_ARGS__)
#define RH_SEQUENCE(...) RH_COUNTED_(rh_answer, sequence, __VA_ARGS__)

/* A mock with the type of a workflow answers for children of that type: none of them runs code of
 * the module. Such a run makes one call, of its own type with its input as argument, and closes as
 * that does; it hears of a cancel at once. Each of its retries is a call of its own.
 *
 * rh_mock(env, "UpdateHomebrew", .fault = "homebrew-auth", .times = 1)
 * The layers: a row's mocks are asked first, then the test's, then the fixture's; inside a layer
 * those declared first. A call that no mock answers stops the run and fails the test. */
#define RH_MOCK_(env, layer, ...)                                                                  \
    rh_add_mock((env), (layer),                                                                    \
                &(const rh_mock_options){.file = __FILE__, .line = __LINE__, .type = __VA_ARGS__})
#define rh_mock(env, ...) RH_MOCK_(env, RH_LAYER_TEST, __VA_ARGS__)
#define rh_row_mock(env, ...) RH_MOCK_(env, RH_LAYER_ROW, __VA_ARGS__)
#define rh_fixture_mock(env, ...) RH_MOCK_(env, RH_LAYER_FIXTURE, __VA_ARGS__)

typedef enum rh_layer { RH_LAYER_ROW, RH_LAYER_TEST, RH_LAYER_FIXTURE } rh_layer;
RH_API void rh_add_mock(rh_env *env, rh_layer layer, const rh_mock_options *options);

/* A fault at a fault point: "UpdateHomebrew", "BuildMacOS[arm64]@2", "Notify#3@*". Without an
 * attempt it strikes the first; '*' strikes all. What it strikes keeps its mock's duration unless
 * the fault has its own. "host:macos-1 at 3m" is a host at a virtual time, for faults of class
 * host-lost or host-stopped. */
RH_API void rh_fault_at(rh_env *env, const char *fault_point, const char *fault);
/* All attempts of a path ("BuildLinux", "BuildMacOS[arm64]") take this long, whatever their mocks
 * say. */
RH_API void rh_takes(rh_env *env, const char *path, rh_duration duration);
/* Every attempt fails with probability `per_mille`/1000, by a fault drawn from the catalog; drawn
 * by the world's seed and the call's identity. */
RH_API void rh_random_faults(rh_env *env, uint32_t per_mille);

/* Adds a fault to the env's catalog, before anything names it:
 * rh_fault_define(env, &(rh_fault_definition){.name = "proxy-down", .message = "..."}) */
RH_API void rh_fault_define(rh_env *env, const rh_fault_definition *definition);

/* A world as it is: a profile ("typical", "calm", "stormy") draws by the world's seed how long
 * attempts take and which faults strike them, by classes of activity types ("build", "test",
 * "publish" ...); outages strike by time. Where a mock says how long it takes, that is varied; what
 * a mock, rh_takes or rh_fault_at says otherwise holds. */
RH_API void rh_profile(rh_env *env, const char *name);
/* The calls of a path are of another class of the profile; NULL: of none, nothing is drawn. */
RH_API void rh_step_class(rh_env *env, const char *path, const char *step_class);
/* This fault strikes so many of a million attempts of a path, whatever the profile says. */
RH_API void rh_fault_rate(rh_env *env, const char *path, const char *fault, uint32_t per_million);

/* ---- playing --------------------------------------------------------------------------------- */

/* Starts a run by the name of its definition in the module, and plays the world until nothing is
 * left to happen. */
RH_API void rh_run(rh_env *env, const char *workflow, const rh_value *input);
/* Only starts one (at options->at); several can share a world. rh_play then plays. */
RH_API void rh_start(rh_env *env, const char *workflow, const rh_value *input,
                     const rh_run_options *options);
/* A start that must be refused, because a run with its workflow id is open (options->conflict) or
 * was there (options->reuse): it fails the test if it is not. */
RH_API void rh_start_refused(rh_env *env, const char *workflow, const rh_value *input,
                             const rh_run_options *options);
/* A workflow that is open somewhere else, and is not played: what runs send it arrives, and nothing
 * comes of it. Signals and cancels to an id that nobody has fail, as on the server. */
RH_API void rh_external_workflow(rh_env *env, const char *workflow_id);
/* Signal-with-start: the signal goes to the open run of the workflow id (default: the definition's
 * name); if there is none, a run starts and the signal is there before its first task. */
RH_API void rh_signal_with_start(rh_env *env, const char *workflow, const rh_value *input,
                                 const char *signal, const rh_value *value,
                                 const rh_run_options *options);
RH_API void rh_play(rh_env *env);
/* Plays until virtual time has moved on by `duration` since the last stop. */
RH_API void rh_play_for(rh_env *env, rh_duration duration);

/* What happens from outside, at a virtual time (declare it before playing). `workflow_id` NULL: the
 * first run of the world. */
RH_API void rh_signal_at(rh_env *env, rh_duration at, const char *workflow_id, const char *name,
                         const rh_value *value);
RH_API void rh_cancel_at(rh_env *env, rh_duration at, const char *workflow_id);
RH_API void rh_terminate_at(rh_env *env, rh_duration at, const char *workflow_id,
                            const char *reason);
/* Whatever runs there is never heard of again. */
RH_API void rh_lose_host_at(rh_env *env, rh_duration at, const char *host);
/* Takes nothing new; what runs there ends. */
RH_API void rh_drain_host_at(rh_env *env, rh_duration at, const char *host);
/* Back, empty. */
RH_API void rh_restart_host_at(rh_env *env, rh_duration at, const char *host);
/* From then on the server is down for `lasts` (> 0): no workflow task runs, nothing is dispatched
 * or tried again; what runs goes on, and is heard of when it is back. */
RH_API void rh_server_down_at(rh_env *env, rh_duration at, rh_duration lasts);
/* From then on no worker runs workflow code for `lasts` (> 0): no workflow task runs. Everything
 * else goes on. */
RH_API void rh_worker_down_at(rh_env *env, rh_duration at, rh_duration lasts);
/* Workflow code that cannot go on is deployed and mended `lasts` (> 0) later: meanwhile no workflow
 * task runs. Everything else goes on. */
RH_API void rh_bad_deploy_at(rh_env *env, rh_duration at, rh_duration lasts);
RH_API void rh_call_at(rh_env *env, rh_duration at, void (*function)(rh_env *, void *), void *data);
/* A signal that no run ever asks for fails the test as a mistyped name, unless this is called. */
RH_API void rh_allow_unhandled_signals(rh_env *env);

/* ---- checking -------------------------------------------------------------------------------- */

typedef enum rh_status {
    RH_NOT_STARTED,
    RH_RUNNING,
    RH_SUCCEEDED,
    RH_FAILED,
    RH_CANCELED,
    RH_TERMINATED,
    RH_TIMED_OUT,
    RH_CONTINUED_AS_NEW, /* its next run has not closed */
    RH_STUCK             /* waits for what can never come, or its code cannot go on */
} rh_status;

RH_API const char *rh_status_name(rh_status status);

/* All of these are about the first run started (and its last retry), unless rh_look_at chose
 * another. A path is an activity type, optionally with key and number: "BuildMacOS",
 * "BuildMacOS[arm64]", "Notify#2". */
RH_API void rh_look_at(rh_env *env, const char *workflow_id);
RH_API rh_status rh_status_of(rh_env *env);
RH_API const rh_value *rh_result_of(rh_env *env);
RH_API const rh_failure *rh_failure_of(rh_env *env);
RH_API rh_duration rh_duration_of(rh_env *env);
RH_API size_t rh_attempts_of(rh_env *env, const char *path);
RH_API size_t rh_effects_of(rh_env *env, const char *kind, const char *key);
/* The rolling hash of everything that happened in this world. */
RH_API uint64_t rh_journal_hash(rh_env *env);
RH_API size_t rh_journal_length(rh_env *env);
/* The hash of the history of the run that is looked at: of what its code could observe. */
RH_API uint64_t rh_history_hash(rh_env *env);
/* All choices of this world that were not forced, in order: rh_world(env, .choices = ...,
 * .choice_count = ...) takes them again. Returns how many; *choices is the env's until its world
 * is restarted. With default choices all are 0. */
RH_API size_t rh_choices_of(rh_env *env, const uint32_t **choices);

#define RH_HERE_ __FILE__, __LINE__

#define rh_assert(env, condition) rh_assert_at((env), RH_HERE_, (condition), #condition)
#define rh_assert_status(env, status) rh_assert_status_at((env), RH_HERE_, (status))
/* The pattern may hold matchers. */
#define rh_assert_result(env, pattern) rh_assert_result_at((env), RH_HERE_, (pattern))
/* A failure of this kind is in the chain, and its message or type contains the text. */
#define rh_assert_failure(env, kind, text) rh_assert_failure_at((env), RH_HERE_, (kind), (text))
/* The details of the first failure in the chain that has any match the pattern. */
#define rh_assert_failure_details(env, pattern)                                                    \
    rh_assert_failure_details_at((env), RH_HERE_, (pattern))
/* The whole chain's text contains this text. */
#define rh_assert_failure_text(env, text) rh_assert_failure_text_at((env), RH_HERE_, (text))
/* Calls, and attempts over all of them, of a path. */
#define rh_assert_calls(env, path, count) rh_assert_calls_at((env), RH_HERE_, (path), (count))
#define rh_assert_attempts(env, path, count) rh_assert_attempts_at((env), RH_HERE_, (path), (count))
/* Some call of the path had arguments that match. */
#define rh_assert_args(env, path, pattern) rh_assert_args_at((env), RH_HERE_, (path), (pattern))
/* The attempts of a path started at exactly these times since the start of the run. */
#define rh_assert_starts(env, path, ...)                                                           \
    rh_assert_starts_at((env), RH_HERE_, (path), (const rh_duration[]){__VA_ARGS__},               \
                        sizeof((const rh_duration[]){__VA_ARGS__}) / sizeof(rh_duration))
/* Each path's first attempt started only after the last one of the path before had closed. */
#define rh_assert_order(env, ...)                                                                  \
    rh_assert_order_at((env), RH_HERE_, (const char *const[]){__VA_ARGS__, NULL})
#define rh_assert_heartbeats(env, path, count)                                                     \
    rh_assert_heartbeats_at((env), RH_HERE_, (path), (count))
/* A warning (or any log line) contains the text. */
#define rh_assert_warning(env, text) rh_assert_log_at((env), RH_HERE_, true, (text))
#define rh_assert_log(env, text) rh_assert_log_at((env), RH_HERE_, false, (text))
/* From the start of the run to its close, exactly; or inside bounds (both allowed). */
#define rh_assert_duration(env, duration)                                                          \
    rh_assert_duration_at((env), RH_HERE_, (duration), (duration))
#define rh_assert_duration_between(env, least, most)                                               \
    rh_assert_duration_at((env), RH_HERE_, (least), (most))
/* How often the effect happened in this world; key NULL: any key. */
#define rh_assert_effects(env, kind, count)                                                        \
    rh_assert_effects_at((env), RH_HERE_, (kind), NULL, (count))
#define rh_assert_effect(env, kind, key, count)                                                    \
    rh_assert_effects_at((env), RH_HERE_, (kind), (key), (count))
/* How many children of that workflow type the run (with the runs before it in its chain) has
 * started. */
#define rh_assert_children(env, type, count) rh_assert_children_at((env), RH_HERE_, (type), (count))
/* How many signals of that name, or requests to cancel, the run (with the runs before it in its
 * chain) has sent to a workflow id, and that arrived. */
#define rh_assert_signals_sent(env, workflow_id, name, count)                                      \
    rh_assert_sent_at((env), RH_HERE_, (workflow_id), (name), (count))
#define rh_assert_cancels_sent(env, workflow_id, count)                                            \
    rh_assert_sent_at((env), RH_HERE_, (workflow_id), NULL, (count))
/* No call was open when its run closed. */
#define rh_assert_nothing_left_running(env) rh_assert_nothing_left_at((env), RH_HERE_)
/* The run is stuck and the report says so in words that contain the text. */
#define rh_assert_stuck(env, text) rh_assert_stuck_at((env), RH_HERE_, (text))

RH_API void rh_assert_at(rh_env *env, const char *file, int line, bool holds, const char *text);
RH_API void rh_assert_status_at(rh_env *env, const char *file, int line, rh_status status);
RH_API void rh_assert_result_at(rh_env *env, const char *file, int line, const rh_value *pattern);
RH_API void rh_assert_failure_at(rh_env *env, const char *file, int line, rh_failure_kind kind,
                                 const char *text);
RH_API void rh_assert_failure_details_at(rh_env *env, const char *file, int line,
                                         const rh_value *pattern);
RH_API void rh_assert_failure_text_at(rh_env *env, const char *file, int line, const char *text);
RH_API void rh_assert_calls_at(rh_env *env, const char *file, int line, const char *path,
                               size_t count);
RH_API void rh_assert_attempts_at(rh_env *env, const char *file, int line, const char *path,
                                  size_t count);
RH_API void rh_assert_args_at(rh_env *env, const char *file, int line, const char *path,
                              const rh_value *pattern);
RH_API void rh_assert_starts_at(rh_env *env, const char *file, int line, const char *path,
                                const rh_duration *times, size_t count);
RH_API void rh_assert_order_at(rh_env *env, const char *file, int line, const char *const *paths);
RH_API void rh_assert_heartbeats_at(rh_env *env, const char *file, int line, const char *path,
                                    size_t count);
RH_API void rh_assert_log_at(rh_env *env, const char *file, int line, bool warning,
                             const char *text);
RH_API void rh_assert_duration_at(rh_env *env, const char *file, int line, rh_duration least,
                                  rh_duration most);
RH_API void rh_assert_effects_at(rh_env *env, const char *file, int line, const char *kind,
                                 const char *key, size_t count);
RH_API void rh_assert_children_at(rh_env *env, const char *file, int line, const char *type,
                                  size_t count);
/* name NULL: requests to cancel. */
RH_API void rh_assert_sent_at(rh_env *env, const char *file, int line, const char *workflow_id,
                              const char *name, size_t count);
RH_API void rh_assert_nothing_left_at(rh_env *env, const char *file, int line);
RH_API void rh_assert_stuck_at(rh_env *env, const char *file, int line, const char *text);

#ifdef __cplusplus
}
#endif
#endif
