/* The inside of an env, for those who host tests and write reports. */
#ifndef RH_HARNESS_ENV_H
#define RH_HARNESS_ENV_H

#include "harness/catalog.h"
#include "harness/place.h"
#include "harness/profile.h"
#include "rehearse/harness.h"
#include "sim/base/error.h"
#include "sim/stage.h"
#include "sim/world.h"

/* Writes how a run went, small enough to stand below a failed assertion. */
typedef void rh_describe(rh_text *text, const rh_journal *journal);

/* Who hosts a test chooses how runs are described (the harness knows no reports). NULL: not at
 * all. */
void rh_env_set_describe(rh_env *env, rh_describe *describe);

/* Something wrong that fails the test. */
typedef struct rh_problem {
    const char *file; /* where the test, mock or workflow says so; NULL if unknown */
    int line;
    int column;          /* 0: unknown */
    bool is_error;       /* the rehearsal itself could not go on (no mock, unknown name, runaway);
                          * otherwise an expectation does not hold */
    const char *message; /* first line: what; further lines: detail */
    rh_place blame;      /* of the step or command of a workflow file that failed, if that is why */
} rh_problem;

size_t rh_env_problem_count(const rh_env *env);
/* Borrowed from the env. */
const rh_problem *rh_env_problem(const rh_env *env, size_t index);
/* Things to know that fail nothing: a mock that nothing reached. */
size_t rh_env_warning_count(const rh_env *env);
const rh_problem *rh_env_warning(const rh_env *env, size_t index);

/* Called with the journal of a played world before a restart drops it. */
typedef void rh_world_over(const rh_journal *journal, void *data);
void rh_env_set_world_over(rh_env *env, rh_world_over *over, void *data);

/* How its worlds differ from others where nothing that happens may; before anything is started. */
void rh_env_set_variation(rh_env *env, const rh_world_variation *variation);

/* Starts a run of any dialect when its time (options.at) has come. What the request points to must
 * live as long as the world; workflow_id may be NULL. Mistakes are recorded as problems. */
void rh_env_start(rh_env *env, const rh_start_request *request);

/* Asked for each attempt that nothing is played below, when all else has said what it does: which
 * fault strikes it (NULL: none); it may also change what `script` says of time. What a mock or a
 * plan has struck already is not asked for. An env that is asked so explores: worlds are played by
 * the thousand, mocks that answer nothing are no problem of any of them, and nothing is drawn by
 * the profile. */
typedef const rh_fault *rh_prompt(void *data, const rh_attempt_view *attempt, rh_script *script);
void rh_env_set_prompt(rh_env *env, rh_prompt *prompt, void *data);
/* Of which class of the env's profile a call is; NULL: none. */
const rh_step_class_record *rh_env_class_of(rh_env *env, const rh_call *call);

/* Told of each effect when it has happened; it may start runs (rh_env_start). NULL: nobody is. */
typedef void rh_effect_heard(rh_env *env, const rh_entry *effect, void *data);
void rh_env_on_effect(rh_env *env, rh_effect_heard *heard, void *data);
/* Asked once for each workflow task, before it runs; an outage may begin, for which it waits. NULL:
 * nobody is. */
typedef void rh_task_watched(rh_env *env, const rh_execution *execution, void *data);
void rh_env_before_task(rh_env *env, rh_task_watched *watched, void *data);

/* As rh_env_restart; the new world draws by another seed. */
void rh_env_restart_with(rh_env *env, uint64_t seed);

/* The journal of the current world; never NULL. Borrowed, until the env is restarted. */
const rh_journal *rh_env_journal(const rh_env *env);
const rh_module *rh_env_module(const rh_env *env);
/* How many runs the env has started in all its worlds, and how much virtual time passed. */
uint64_t rh_env_runs_started(const rh_env *env);
rh_duration rh_env_virtual_time(const rh_env *env);
/* The definition of that name, or NULL with a problem recorded (with the nearest name). */
const rh_workflow_definition *rh_env_definition(rh_env *env, const char *name);
/* As rh_takes and rh_fault_at, but an error is returned instead of recorded. 0 if all is well. */
int rh_env_set_duration(rh_env *env, const char *path, rh_duration duration, rh_error *error);
int rh_env_add_fault(rh_env *env, const char *fault_point, const char *fault, rh_error *error);
/* The same for rh_fault_define, rh_profile, rh_step_class and rh_fault_rate. */
int rh_env_define_fault(rh_env *env, const rh_fault_definition *definition, rh_error *error);
int rh_env_set_profile(rh_env *env, const char *name, rh_error *error);
int rh_env_set_step_class(rh_env *env, const char *path, const char *step_class, rh_error *error);
int rh_env_set_fault_rate(rh_env *env, const char *path, const char *fault, uint32_t per_million,
                          rh_error *error);
/* A profile of one's own; `file` names it in errors. */
int rh_env_read_profile(rh_env *env, const char *text, size_t length, const char *file,
                        rh_error *error);
/* The faults it knows. What a catalog that is set holds must live as long as the env, which changes
 * only a copy. */
void rh_env_set_catalog(rh_env *env, const rh_catalog *catalog);
const rh_catalog *rh_env_catalog(const rh_env *env);

#endif
