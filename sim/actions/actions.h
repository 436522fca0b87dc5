/* Dialect 2: workflow files of GitHub Actions.
 *
 * Two programs take part, as in reality. The *server* (server.c and its parts) decides which jobs
 * exist, when they start and what the run concludes with; it is the dialect: a pure function of
 * events. The *runner* (runner.c and its parts) plays a job from inside: steps, conditions, shells,
 * files; it is a coroutine on a host. They share what is declared here.
 */
#ifndef RH_ACTIONS_H
#define RH_ACTIONS_H

#include "sim/actions/catalog.h"
#include "sim/actions/lift.h"
#include "sim/actions/model.h"
#include "sim/actions/wrap.h"
#include "sim/dialect.h"
#include "sim/inside.h"

/* Stands for the token that every job gets, if nobody says what it is. */
#define RH_ACTIONS_TOKEN "ghs_rehearsal"
/* What a runner says that is told to stop (JobRunner.cs). */
#define RH_ACTIONS_SHUTDOWN                                                                        \
    "The runner has received a shutdown signal. This can happen when the runner service is "       \
    "stopped, or a manually started runner is canceled."

/* What becomes of a condition that hangs on something unknown. */
typedef enum rh_unknown_mode {
    RH_UNKNOWN_EMPTY,   /* as if it were '', and said */
    RH_UNKNOWN_ERROR,   /* the rehearsal stops */
    RH_UNKNOWN_EXPLORE, /* the choice source decides (label "unknown") */
    RH_UNKNOWN_HOLDS    /* the condition is taken to be true, and said */
} rh_unknown_mode;

/* Rules that the public sources leave open, and what a rehearsal assumes. Zero is the default. */
typedef struct rh_actions_settings {
    rh_unknown_mode unknown;
    bool timed_out_job_fails;          /* a job that exceeds its time concludes `failure`; default
                                    * `cancelled` */
    const rh_actions_catalog *catalog; /* what actions and commands do; NULL: nothing is known */
    uint32_t hosted_runners;           /* jobs on hosted runners at once; 0: no limit */
    rh_duration runner_start_delay;
    rh_duration lost_runner_after; /* the server hears nothing; default 10 min */
    const rh_actions_lift *lift;   /* played by the rules of durable workflows; NULL: by GitHub's */
    const rh_actions_wrap *wrap;   /* its steps are in retry wrappers; NULL: as they are written.
                                    * Not with the lift */
} rh_actions_settings;

/* A definition: what rh_start_request.definition points to. Lives as long as the world. */
typedef struct rh_actions_definition {
    const rh_actions_file *file;
    const rh_actions_settings *settings;
    const rh_actions_files *files; /* for hashFiles and the like; NULL: none */
} rh_actions_definition;

/* The input of a run, an object:
 *   event_name, ref, sha, actor, repository ... the fields of the github context that the trigger
 *   decides ("event" is the payload);  "github": object
 *   "inputs": object, "vars": object (or unknown: any), "secrets": object (values flagged
 *   RH_SECRET),
 *   "environments": {"NAME": {"reviewers": n, "wait_minutes": n, "branches": [patterns], "secrets":
 *   {}, "vars": {}}},
 *   "rerun": {"attempt": 2, "keep": {"JOB": {"result": "success", "outputs": {}}}}
 * Signals: "approve" and "reject" with the name of an environment. */
extern const rh_dialect rh_actions_dialect;

/* What all jobs of a run share. */
typedef struct rh_actions_run {
    rh_world *world;
    uint32_t index; /* of the run in the journal */
    const rh_actions_definition *definition;
    const rh_actions_file *file; /* the workflow these jobs stand in: a called one has its own */
    const rh_value *github;      /* the github context as the server fills it */
    const rh_value *inputs;
    const rh_value *vars;
    const rh_value *secrets;
    struct rh_actions_shared *shared; /* the runner's: what is said once in a run */
    const rh_field *variables;        /* the runner's: what scripts of all jobs begin with */
    const rh_value *runner_github;    /* the runner's: what the github context of all jobs has */
} rh_actions_run;

/* One job to run: a job of the file, or one leg of its matrix. Made by the server, played by the
 * runner. */
typedef struct rh_actions_leg {
    rh_actions_run *run;
    const rh_actions_job *job;
    const char *path;       /* the type of its call: "build", "deploy/build" in a called workflow */
    const char *name;       /* as shown: "build (linux, amd64)" */
    const rh_value *matrix; /* NULL: none */
    const rh_value *strategy;       /* the context */
    const rh_value *needs;          /* the context: direct needs with result and outputs */
    const rh_value *labels;         /* of runs-on: a list of strings */
    const rh_value *environment;    /* {"name", "url"}, or NULL */
    const rh_value *secrets, *vars; /* those of the run, and of the environment */
    rh_duration timeout;            /* of the job; default 6 h, and RH_FOREVER under the lift */
    bool continue_on_error;
} rh_actions_leg;

/* Plays a leg; `data` is the rh_actions_leg. How the attempt ends:
 *   success: completes with {"outputs": {...}}
 *   failure: fails with an application failure of type "failure" whose message is the first error,
 *            and details {"outputs": {...}, "timed_out": true if its time was over}
 *   cancelled: cancels with {"outputs": {...}, "timed_out"}
 * A mock of a whole job answers with the same. Asked to stop, the runner cancels by its rules
 * (conditions of the running and later steps, grace periods, five minutes at most). */
void rh_actions_play_leg(rh_inside *inside, void *data);

#endif
