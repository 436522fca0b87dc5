/* What an env is made of; for the files of harness/ that make it up. */
#ifndef RH_HARNESS_ENV_STATE_H
#define RH_HARNESS_ENV_STATE_H

#include "harness/env.h"
#include "harness/mock.h"
#include "harness/plan.h"
#include "harness/profile.h"
#include "sim/base/nearest.h"
#include "sim/world.h"

typedef struct rh_problems {
    rh_problem *items;
    size_t count, capacity;
} rh_problems;

typedef struct rh_host_spec {
    const char *name;
    uint32_t slots, sessions;
    const char *const *task_queues;
} rh_host_spec;

typedef struct rh_mock_layer {
    rh_mock_record **mocks;
    size_t count, capacity;
} rh_mock_layer;

/* What was said of the calls of a path; `used` counts in this world. */
typedef struct rh_planned_class {
    const char *path;
    const rh_step_class_record *class; /* NULL: none, whatever the profile says */
    uint32_t used;
} rh_planned_class;

typedef struct rh_planned_rate {
    const char *path;
    rh_rate rate;
    uint32_t used;
} rh_planned_rate;

/* What workflow code is to record in place of what it would. */
typedef struct rh_planned_record {
    rh_place place;
    bool is_version; /* of a change; otherwise the value of a side effect */
    bool used;       /* in this world */
    const char *id;
    int32_t version;
    const rh_value *value;
} rh_planned_record;

enum { RH_LAYER_COUNT = RH_LAYER_FIXTURE + 1 };

/* A permanent fault that has struck. */
typedef struct rh_lasting_fault {
    uint64_t place; /* of the call, whichever time it is made with these arguments */
    const rh_fault *fault;
} rh_lasting_fault;

struct rh_env {
    rh_arena arena; /* mocks, copies, problems: as long as the env */
    rh_world world;
    bool is_world_ready;
    rh_world_options options;
    const rh_module *module;

    rh_mock_layer layers[RH_LAYER_COUNT];
    rh_planned_fault *plan;
    size_t plan_count, plan_capacity;
    rh_planned_duration *durations;
    size_t duration_count, duration_capacity;
    rh_catalog catalog;
    const rh_profile_record *profile; /* NULL: none */
    rh_planned_class *step_classes;
    size_t step_class_count, step_class_capacity;
    rh_planned_rate *rates;
    size_t rate_count, rate_capacity;
    rh_planned_record *records;
    size_t record_count, record_capacity;
    uint32_t random_per_mille;
    rh_host_spec *hosts;
    size_t host_count, host_capacity;
    const char **externals; /* workflow ids */
    size_t external_count, external_capacity;

    rh_problems problems;
    rh_problems warnings;
    rh_describe *describe;
    rh_world_over *world_over; /* NULL: nobody asks */
    void *world_over_data;
    rh_effect_heard *effect_heard;
    void *effect_heard_data;
    rh_task_watched *task_watched; /* NULL: nobody */
    void *task_watched_data;
    rh_lasting_fault *lasting; /* of this world */
    size_t lasting_count, lasting_capacity;
    const rh_run_record *asked_run; /* of this world; NULL: none; and its rh_rerun_attempt */
    int32_t asked_rerun;
    rh_prompt *prompt; /* NULL: it does not explore */
    void *prompt_data;
    rh_place place; /* where that is written which is declared or checked at the moment, unless
                     * it brings a place of its own */
    rh_place blame; /* where the workflow went wrong by what is checked at the moment */
    bool is_strict; /* a mock that answers nothing is an error */
    bool is_finished;
    bool allows_unhandled_signals;
    bool out_of_memory;
    jmp_buf *escape;       /* of the innermost public function that is running */
    bool escape_is_inside; /* it was called by workflow code */

    const char *focus; /* workflow id; NULL: the first run */
    bool has_played;
    bool is_playing;         /* rh_call_at functions run inside */
    size_t signals_reported; /* journal entries looked at so far */
    uint64_t runs_started;
    rh_duration virtual_time; /* of the worlds before this one */
};

/* Every public function that can need memory begins with `RH_ENTER(env)` and ends with
 * rh_env_leave: when memory is out or the world stops, execution goes on behind it with `stopped`
 * true. */
#define RH_ENTER(env, frame)                                                                       \
    rh_env_frame frame;                                                                            \
    rh_env_enter((env), &frame);                                                                   \
    bool stopped = setjmp(frame.jump) != 0

typedef struct rh_env_frame {
    jmp_buf jump;
    jmp_buf *outer, *outer_of_world;
    bool outer_is_inside;
} rh_env_frame;
void rh_env_enter(rh_env *env, rh_env_frame *frame);
void rh_env_leave(rh_env *env, rh_env_frame *frame);

/* Records a problem; the text is copied. */
void rh_env_complain(rh_env *env, bool is_error, const char *file, int line, const char *message);
void rh_env_warn(rh_env *env, const char *file, int line, const char *message);

/* A world that has been reset and knows its hosts. */
void rh_env_prepare(rh_env *env);
/* The world plays already when a function of rh_call_at asks: recorded, in the name of `what`. */
bool rh_env_is_busy(rh_env *env, const char *what);

/* Plans what strikes hosts at a time; before a world is played for the first time. */
void rh_env_plan_host_faults(rh_env *env);

/* The stage of an env: its mocks and faults. */
extern const rh_stage rh_mock_stage;
/* How long a job takes whose rates profiles tell: what strikes machines strikes a part of it in
 * proportion to its time. */
#define RH_JOB_TIME RH_MINUTES(10)
bool rh_fault_strikes_machine(const rh_fault *fault);
/* What a call meets where its class meets the fault: of steps and commands that are known the first
 * of its kind that is typical for them; NULL if none is. */
const rh_fault *rh_env_typical(const rh_env *env, const rh_call *call, const rh_fault *fault);
/* Lets the plan, the profile and chance change what the answer of a mock has made of an attempt.
 * What is drawn strikes leaves only: attempts that nothing is played below. */
void rh_faults_apply(rh_env *env, const rh_mock_answer *answer, const rh_attempt_view *attempt,
                     bool is_leaf, rh_script *script);
/* The rate that was set last for this fault of the call; NULL if none was. */
const rh_planned_rate *rh_env_own_rate(const rh_env *env, const rh_call *call,
                                       const rh_fault *fault);
/* Planned faults, durations and the like that were never reached. */
void rh_faults_check(rh_env *env);
/* The stage's answer to what workflow code is about to record; and what nobody asked for. */
bool rh_env_record(void *stage, const rh_run_record *run, rh_marker *marker);
void rh_records_check(rh_env *env);
/* The answer to the next start of a child, if a mock has its type (*is_mocked): why it fails. */
rh_start_cause rh_mocks_start_child(rh_env *env, const rh_name *type, const rh_value *input,
                                    bool *is_mocked);

/* Offers the types of all mocks. */
void rh_mocks_offer(const rh_env *env, rh_nearest *nearest);
/* A call with these arguments that nobody answers: records `text` and stops the world. */
_Noreturn void rh_mocks_refuse(rh_env *env, rh_text *text, const rh_value *args);
/* Knows the workflows of the module and those that are mocked. */
rh_start_cause rh_env_resolve(void *env, rh_world *world, const rh_name *type,
                              const rh_value *input, bool is_child, rh_start_request *request);
/* What the mocks promised and did not get; planned faults that were never reached. */
void rh_mocks_check(rh_env *env);

/* The open run of that workflow id, or its last one; the first run of the world for NULL.
 * NULL: there is none, which is recorded. */
rh_execution *rh_env_find_run(rh_env *env, const char *workflow_id);
/* The run that assertions look at: its last retry; NULL if there is none. */
const rh_run_record *rh_env_run(const rh_env *env);
/* Whether an entry belongs to that run or one it retried. */
bool rh_env_is_of_run(const rh_env *env, const rh_entry *entry);
bool rh_env_is_in_chain(const rh_env *env, uint32_t run);
/* The call of an entry; NULL if none. */
const rh_call *rh_env_call(const rh_env *env, const rh_entry *entry);
/* Offers the path of a call, with and without its keys. */
void rh_env_offer_paths(rh_arena *arena, const rh_call *call, rh_nearest *nearest);
/* How many calls of a path the run has made. */
size_t rh_env_calls_of(const rh_env *env, const char *path);
/* Whether any call or mock has the activity type that the path begins with, or, in a run of a
 * workflow file, a job, step or command is at the path; otherwise writes "unknown activity 'X'; did
 * you mean 'Y'?" or the like to `message`. */
bool rh_env_knows(rh_env *env, const char *path, rh_text *message);

#endif
