/* The runner: plays a job of a workflow file from inside, as GitHub's runner does.
 *
 *   runner.c           a job from its set-up to its outputs
 *   runner_steps.c     a list of steps, in order
 *   runner_waiting.c   time limits, cancellation, steps beside each other
 *   runner_shape.c     what is the same in every play of a step
 *   runner_contexts.c  what expressions see
 *   runner_settings.c  env, variables of scripts, objects made of others
 *   runner_script.c    a `run` step in its shell
 *   runner_text.c      its script when parts of it are unknown
 *   runner_command.c   its commands; taint
 *   runner_files.c     files: GITHUB_OUTPUT and the like, others
 *   runner_uses.c      actions: composite ones, known ones, retry wrappers
 *   runner_tell.c      what people read: log, annotations, masks
 *
 * Everything lives in the world's arena and belongs to the job's coroutine; the coroutines of its
 * steps touch their own step, and the job only where nothing waits in between. Rules are those of
 * github.com/actions/runner; where a rule is not the obvious one its source is named.
 */
#ifndef RH_ACTIONS_RUNNER_H
#define RH_ACTIONS_RUNNER_H

#include "sim/actions/actions.h"
#include "sim/actions/file_command.h"
#include "sim/actions/mask.h"
#include "sim/actions/workflow_command.h"
#include "sim/shell/shell.h"

enum {
    RH_RUNNER_SLOTS = 10, /* background steps at once (BackgroundStepCoordinator.cs) */
};

/* Grace of a step that is to stop: SIGINT, then SIGTERM, then the end (ProcessInvoker.cs). */
#define RH_RUNNER_SIGINT RH_MILLISECONDS(7500)
#define RH_RUNNER_SIGTERM RH_MILLISECONDS(2500)
/* How long a cancelled job may go on. */
#define RH_RUNNER_CANCEL RH_MINUTES(5)

/* Why a step of a runner that shuts down is skipped. */
#define RH_RUNNER_SKIPS "the runner was shut down: no condition is looked at any more"

#define RH_RUNNER_WORKSPACE "/home/runner/work/repository/repository"
#define RH_RUNNER_TEMP "/home/runner/work/_temp"
#define RH_RUNNER_FILES RH_RUNNER_TEMP "/_runner_file_commands/"

typedef struct rh_runner rh_runner;
typedef struct rh_steps rh_steps;
typedef struct rh_played rh_played;

/* ---- a step, whoever plays it (runner_shape.c) ----------------------------------------------- */

/* What is the same in every play of a step; made once in a world. */
typedef struct rh_step_shape {
    const rh_name *type;
    bool is_placed;
    uint32_t first_line; /* of the script, in its file */
    uint32_t indent;     /* columns before each of its lines */
} rh_step_shape;

rh_step_shape *rh_runner_shape(rh_steps *scope, const rh_actions_step *step);
/* Where a place of the script stands in its file. */
void rh_runner_place(rh_played *played, const rh_shell_place *place, uint32_t *line,
                     uint32_t *column);

/* ---- a step that is played ------------------------------------------------------------------- */

/* The files that a step hands things over by. */
typedef enum rh_step_file {
    RH_STEP_OUTPUT,
    RH_STEP_ENV,
    RH_STEP_PATH,
    RH_STEP_STATE,
    RH_STEP_SUMMARY,
    RH_STEP_FILE_COUNT
} rh_step_file;

/* What was written into one of them. */
typedef struct rh_step_pieces {
    const rh_value **items; /* strings and unknown values */
    size_t count, capacity;
    const char *delimiter; /* of an open heredoc */
    const char **names;    /* that were written so far */
    size_t name_count, name_capacity;
} rh_step_pieces;

/* What was tainted when a step began. */
typedef struct rh_taint_mark {
    bool are_tainted;
    uint32_t call, line;
    const char *name, *title;
    size_t length;
} rh_taint_mark;

typedef enum rh_step_stop {
    RH_STEP_GOES_ON,
    RH_STEP_TIMED_OUT,
    RH_STEP_CANCELLED, /* with its job */
    RH_STEP_CALLED_OFF /* by a `cancel` step */
} rh_step_stop;

struct rh_played {
    rh_steps *scope;
    const rh_actions_step *step; /* NULL: one of the runner's own ("Set up job") */
    const char *title;
    rh_step_shape *shape;    /* NULL: no step */
    const rh_value *env;     /* the env context as this step sees it */
    const rh_value *env_own; /* its own layer, and those of the steps that use its action */
    rh_inner *child;
    uint32_t call;
    bool is_background, is_post, is_over, is_merged, waits_for_slot, is_composite;
    bool was_inside; /* its body ran: it was not answered as a whole */
    bool is_refused; /* its env or `if` was refused: continue-on-error does not count */
    bool files_are_read;
    bool is_tainted;      /* what it is given came of a failed command */
    size_t journal_begin; /* entries there were when its call started */
    uint8_t stop;         /* rh_step_stop */
    rh_conclusion outcome, conclusion;
    rh_time deadline, stopped;
    int64_t timeout_minutes;
    bool talks;                 /* something in it talks to a network, or may: of retry wrappers */
    bool limits_attempts;       /* that is how long each of its attempts may take, under the lift */
    const char *error;          /* why it failed */
    const rh_value *args;       /* of its call */
    const rh_value *outputs;    /* an object, or unknown; NULL: none */
    const rh_value *env_made;   /* for later steps */
    rh_played *next;            /* of its scope's open ones */
    rh_played *next_background; /* of its scope's background steps, in order */

    /* A script (runner_script.c, runner_command.c). */
    rh_inside *inside;
    const char *shell, *directory;
    const rh_value *script;       /* the text, or unknown */
    const rh_value *replacements; /* variables that stand for unknown parts of it */
    rh_step_pieces *files;        /* RH_STEP_FILE_COUNT of them; NULL: none was written to */
    bool is_told;                 /* its command was interrupted */
    bool script_is_tainted;
    uint32_t failed_call, failed_line; /* the last command whose failure changed nothing */
    const char *failed_name;
    int failed_status;
    const rh_failure *failed;   /* its failure; NULL: it has none */
    const char *failed_command; /* what a workflow command said that fails the step */
    rh_command_reader reader;   /* of its output */
    const rh_value **line;      /* of its output, so far: pieces */
    size_t line_count, line_capacity;
    rh_taint_mark taint_before; /* its first attempt; of a step that may have several */
    rh_time command_deadline;   /* of a retry wrapper's attempt; RH_FOREVER: none */
    bool command_timed_out;

    /* An action (runner_uses.c). */
    const rh_value *inputs;
    const rh_catalog_action *known;
    const rh_value *assumed; /* what it answers because nothing is known of it */
    int64_t attempts;        /* of a retry wrapper */
};

/* ---- a list of steps ------------------------------------------------------------------------- */

/* The steps of a job, or of a composite action, and what their expressions see. */
struct rh_steps {
    rh_runner *runner;
    rh_inside *inside;               /* who plays them */
    rh_played *owner;                /* composite: the step that uses it */
    const rh_actions_action *action; /* composite */
    rh_conclusion status;            /* success() and failure() read it */
    const char *error;               /* the first */
    const rh_failure *failure;       /* what it came from; NULL: no call */
    bool is_told;                    /* heard that it is to stop */
    bool is_aborted;                 /* no further step is looked at */
    const rh_value *inputs;
    const rh_value *env; /* as the step sees it whose expressions are evaluated */
    const rh_value *env_context, *env_context_of; /* it as a context, once it was asked for */
    const char *action_id;
    rh_field *github_fields; /* of `github`; its `action` changes with the step */
    rh_value github, steps;
    size_t steps_capacity;
    size_t step_count; /* of the list that is played */
    rh_played *open, *background;
    size_t running; /* background steps */
    rh_expression_scope expressions;
};

typedef struct rh_post {
    rh_played *played;
    struct rh_post *next;
} rh_post;

/* A file that scripts of the job have written. */
typedef struct rh_job_file {
    const char *path;
    const rh_value *text;    /* may be unknown; NULL: what was written was put back */
    const rh_played *writer; /* the step of the job that wrote last; NULL: it was put back */
    const rh_value *before;  /* the text before that step wrote; NULL: it was not there */
    struct rh_job_file *next;
} rh_job_file;

/* What a step has added to env and PATH, in the order in which it became visible. */
typedef struct rh_env_made {
    const rh_played *step;       /* of the job, that it belongs to */
    const rh_value *env;         /* NULL: none */
    const rh_step_pieces *paths; /* NULL: none */
    struct rh_env_made *next;
} rh_env_made;

struct rh_runner {
    const rh_actions_leg *leg;
    rh_actions_run *run;
    rh_world *world;
    rh_arena *arena;
    rh_inside *inside;
    const char *os, *arch; /* "Linux", "X64" */
    bool on_windows;
    bool in_container;
    bool has_no_secrets; /* beside the token that was made up, whose text never lacks its flag */
    rh_conclusion status;
    rh_time begun, deadline; /* of the job */
    rh_time told;            /* when it was told to stop; RH_FOREVER: not yet */
    bool timed_out, is_over;
    bool is_asked;     /* to stop, by the server */
    bool is_shut_down; /* no condition is looked at any more */
    const char *first_error;
    rh_child_policy *policy;   /* of its steps, under the lift; NULL: one attempt */
    const rh_value *first_env; /* workflow, job */
    const rh_value *env;       /* and GITHUB_ENV */
    rh_env_made *made;
    rh_file_paths paths;      /* added to PATH; the last one comes first */
    const rh_value *defaults; /* the runner's variables of every script; NULL: to be made */
    const rh_value *variables, *variables_env; /* those under the env that was asked for last */
    const rh_value *runner_context, *github, *secrets;
    rh_post *posts;
    rh_job_file *files;
    bool files_are_tainted;
    uint32_t taint_call, taint_line; /* the command that it came from */
    const char *taint_name, *taint_title;
    rh_text tainted; /* what may have it in it */
    rh_mask *masks;  /* NULL: no text was looked at so far */
};

/* ---- runner_contexts.c ----------------------------------------------------------------------- */

/* The github context of the job. */
const rh_value *rh_runner_github(rh_runner *runner);
void rh_steps_init(rh_steps *scope, rh_runner *runner, rh_inside *inside, size_t step_count);
/* What expressions of a step see from now on: its env, its id. */
void rh_steps_look(rh_steps *scope, const rh_played *played);
/* Adds to the steps context. */
void rh_steps_add_step(rh_steps *scope, const char *id, const rh_value *step);

/* Evaluates. A NULL token gives NULL. False with an error text. */
bool rh_runner_value(rh_steps *scope, const rh_token *token, const char *file,
                     const rh_value **value, const char **error);
/* The same, as text: "" if it is not known. */
bool rh_runner_text(rh_steps *scope, const rh_token *token, const char *file,
                    const rh_value **value, const char **error);
/* Which way a condition goes; decides what is unknown by the settings and says so. */
bool rh_runner_condition(rh_steps *scope, const rh_actions_condition *condition, uint32_t call,
                         bool *holds, const char **error);
/* Which way something unknown goes; journals it. `what` is the text of the condition. */
bool rh_runner_decide(rh_runner *runner, rh_inside *inside, uint32_t call, const rh_value *unknown,
                      const char *what, const char *file, uint32_t line);

/* ---- runner_settings.c: env layers and objects ----------------------------------------------- */

/* Names of variables: exact on Linux and macOS, in any case on Windows. */
const rh_value *rh_runner_overlay_env(const rh_runner *runner, const rh_value *below,
                                      const rh_value *above);
/* `below` with the fields of `above` on top; either may be NULL. */
const rh_value *rh_runner_overlay(rh_arena *arena, const rh_value *below, const rh_value *above);
const rh_value *rh_runner_with(rh_arena *arena, const rh_value *object, const char *key,
                               const rh_value *value);
/* Evaluates an env map: *own is an object of texts, or NULL. False with an error text. */
bool rh_runner_env(rh_steps *scope, const rh_actions_map *map, const char *file,
                   const rh_value **own, const char **error);
/* The variables that a script of the step begins with. */
const rh_value *rh_runner_variables(rh_played *played);
/* A string literal that lives as long as the arena, without a hash. */
const rh_value *rh_runner_string(rh_arena *arena, const char *text, uint8_t flags);
/* An object of values that live as long as the arena, without a hash. */
const rh_value *rh_runner_object(rh_arena *arena, const rh_field *fields, size_t count);
const rh_value *rh_runner_flagged(rh_arena *arena, const rh_value *value, uint8_t flags);
/* The flags of a value and all that is in it: RH_SECRET, RH_TAINTED. */
uint8_t rh_runner_flags(const rh_value *value);

/* ---- runner_again.c: under the lift, and in retry wrappers ----------------------------------- */

/* The policy of the job's steps, if its run is lifted or they are in retry wrappers. */
void rh_runner_set_policy(rh_runner *runner);
/* That of a step whose call is about to start; NULL: it has one attempt. Steps in composite actions
 * are tried again with the step that uses the action. */
const rh_child_policy *rh_played_policy(rh_played *played);
/* How a step fails whose command, or step, failed with `because` (NULL: not known): under the lift
 * its type and whether another try could help are those of `because`. exit status 0: none is told
 */
const rh_failure *rh_played_failure(const rh_played *played, const char *message, int status,
                                    const rh_failure *because);
/* Why it failed, in the words of its engine. */
const char *rh_played_reason(const rh_played *played, const rh_failure *failure);
/* Its step is doing what meets these faults (rh_wrap_talks). */
void rh_played_does(rh_played *played, const char *const *faults);
/* What a step has added to env and PATH is there from now on. */
void rh_runner_merge_made(rh_runner *runner, rh_played *played);
void rh_runner_add_made(rh_runner *runner, rh_env_made *made);
/* A step is about to change a file. */
void rh_runner_changes_file(rh_played *played, rh_job_file *file);

/* ---- runner_steps.c -------------------------------------------------------------------------- */

/* Plays them all; returns when all that was started is over. */
void rh_steps_play(rh_steps *scope, const rh_actions_step *steps, size_t count);
/* `pre` of the actions that the job's steps use, before them; of local actions, which are not there
 * yet, none is played (ActionRunner.cs). */
void rh_runner_play_pres(rh_runner *runner, rh_steps *scope);
/* The post steps that were registered, last one first. */
void rh_runner_play_posts(rh_runner *runner, rh_steps *scope);
/* A step of the runner's own: waits until it is over. */
rh_conclusion rh_runner_play_own(rh_steps *scope, const char *type, const char *const *aliases);
/* Evaluates what it needs and starts its call. */
void rh_played_start(rh_played *played);
/* Its call is over: outcome, conclusion, outputs, the journal. */
void rh_played_finish(rh_played *played);
/* It is to stop before it had a slot. */
void rh_played_drop(rh_played *played);
/* What it left behind becomes visible, and counts. */
void rh_played_merge(rh_played *played);

/* ---- runner_waiting.c ------------------------------------------------------------------------ */

/* Waits until the step is over and finished; others go on meanwhile. */
void rh_steps_wait_for(rh_steps *scope, const rh_played *played);
/* Waits until something happens. */
void rh_steps_wait(rh_steps *scope);
/* Looks whether it was asked to stop. */
void rh_steps_listen(rh_steps *scope);
void rh_played_stop(rh_played *played, rh_step_stop why);

/* ---- runner_script.c, runner_text.c, runner_command.c ---------------------------------------- */

/* Evaluates what a `run` step needs before its call starts. False with an error text. */
bool rh_script_prepare(rh_played *played, const char **error);
/* The body of a `run` step; `data` is its rh_played. */
rh_inside_body rh_script_body;
/* Plays a text in a shell, on the step's coroutine. Returns the exit status; -1: it was stopped. */
int rh_script_play(rh_played *played, const char *shell, const rh_value *text);
/* The failure of the command that the status of its script came from; NULL: not known. */
const rh_failure *rh_script_cause(const rh_played *played, int status);
/* The script with variables in place of unknown, secret and tainted parts. False with an error
 * text. */
bool rh_script_text(rh_played *played, const char **error);
void rh_command_run(void *data, const rh_shell_command *command, rh_shell_outcome *outcome);
/* Typical faults of something for its call: none where it is known and nothing is known to go wrong
 * with it; NULL if it is not known. */
const char *const *rh_runner_faults(bool is_known, const char *const *faults);
/* A command that stands for a whole script. */
int rh_command_run_opaque(rh_played *played, const char *shell, const rh_value *script);
/* Something tainted is used for `what`. */
void rh_runner_taint(rh_played *played, const char *what);
void rh_runner_tell_taint(rh_runner *runner);
/* Whether the call has done anything to the outside world since the journal had `from` entries. */
bool rh_runner_has_acted(const rh_runner *runner, uint32_t call, size_t from);

/* ---- runner_files.c -------------------------------------------------------------------------- */

void rh_file_write(void *data, const rh_value *path, const rh_value *text, bool append,
                   const rh_shell_place *place);
const rh_value *rh_file_read(void *data, const rh_value *path);
const rh_value *rh_file_test(void *data, char operator, const rh_value * path);
/* A command may have changed the files it names. */
void rh_files_touch(rh_played *played, const rh_shell_command *command);
/* Reads what the step handed over. NULL, or the error that fails it. */
const char *rh_files_read_step(rh_played *played);
/* ::add-path:: and ::set-output:: */
void rh_files_add_path(rh_played *played, const rh_value *path);
void rh_files_set_output(rh_played *played, const char *name, const rh_value *value);

/* ---- runner_uses.c --------------------------------------------------------------------------- */

/* Fills in how the call of a `uses` step is played. False with an error text. */
bool rh_uses_prepare(rh_played *played, rh_child_request *request, const char **error);
/* Notes that what it answered was assumed. */
void rh_uses_tell_assumed(rh_played *played);
/* Registers its post step, if it has one. */
void rh_uses_register_post(rh_played *played);
const rh_script *rh_uses_post_script(const rh_played *played);

/* ---- runner_tell.c --------------------------------------------------------------------------- */

/* Text without secrets; the same if it holds none. */
const char *rh_runner_masked(rh_runner *runner, const char *text);
bool rh_runner_holds_secret(rh_runner *runner, const rh_value *value);
/* The masks of the run, made when they are first asked for; *is_known: the secrets are in them
 * (runner_shape.c). */
rh_mask *rh_runner_masks(rh_runner *runner, const rh_value *secrets, bool *is_known);
bool rh_runner_has_masks(rh_runner *runner);
void rh_runner_log(rh_played *played, const char *text);
/* `level`: "error", "warning", "notice" */
void rh_runner_annotate(rh_runner *runner, uint32_t call, const char *level, const char *text);
/* Said once in a run. */
void rh_runner_note(rh_runner *runner, const char *text);
/* "nothing is known of the command curl: it succeeds, and ..." */
void rh_runner_note_unknown(rh_runner *runner, const char *kind, const rh_name *name,
                            const char *what);
/* What a script prints, with workflow commands in it. */
void rh_script_print(void *data, const rh_value *text, bool error);
/* The end of its output, if that is no newline. */
void rh_script_end_line(rh_played *played);

/* exit_code 0: none is told */
const rh_failure *rh_runner_failure(rh_arena *arena, const char *message, int exit_code);

#endif
