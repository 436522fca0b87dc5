/* The model of a workflow file, after reading and checking: what the document says, with defaults
 * filled in and conditions rewritten. Immutable; lives in the arena it was read into.
 *
 * Everything keeps its place in the file. What an expression decides is a token; NULL means that
 * the key is not there.
 */
#ifndef RH_ACTIONS_MODEL_H
#define RH_ACTIONS_MODEL_H

#include "sim/actions/token.h"
#include "sim/shell/shell.h"

typedef struct rh_actions_file rh_actions_file;
typedef struct rh_actions_action rh_actions_action;

typedef struct rh_actions_place {
    uint32_t line, column;
} rh_actions_place;

/* `if:` */
typedef struct rh_actions_condition {
    const rh_expression *expression; /* rewritten; success() if nothing is written */
    const char *text;                /* as written; NULL if nothing is */
    rh_actions_place place;          /* of the text, or of the job or step */
} rh_actions_condition;

/* A mapping of names to values (env, with, outputs, inputs, secrets); `token` is a whole expression
 * or a mapping. */
typedef struct rh_actions_map {
    const rh_token *token; /* NULL: none */
} rh_actions_map;

typedef struct rh_actions_defaults {
    const rh_token *shell;
    const rh_token *working_directory;
} rh_actions_defaults;

typedef struct rh_actions_concurrency {
    const rh_token *group;              /* NULL: none */
    const rh_token *cancel_in_progress; /* NULL: false */
    bool queue_max;                     /* queue: max */
    rh_actions_place place;
} rh_actions_concurrency;

typedef enum rh_access { RH_ACCESS_NONE, RH_ACCESS_READ, RH_ACCESS_WRITE } rh_access;

typedef struct rh_actions_permission {
    const char *scope; /* "contents" */
    uint8_t access;    /* rh_access */
} rh_actions_permission;

typedef struct rh_actions_permissions {
    bool is_given;
    int8_t all; /* rh_access of read-all, write-all, or {} (none); -1: listed */
    const rh_actions_permission *items;
    size_t count;
    rh_actions_place place;
} rh_actions_permissions;

/* ---- steps ----------------------------------------------------------------------------------- */

typedef enum rh_actions_uses_kind {
    RH_USES_NOTHING,
    RH_USES_REPOSITORY, /* owner/repo/path@ref */
    RH_USES_LOCAL,      /* ./path */
    RH_USES_SELF,       /* $/path: this repository at the running commit */
    RH_USES_DOCKER      /* docker://image */
} rh_actions_uses_kind;

typedef struct rh_actions_uses {
    uint8_t kind;     /* rh_actions_uses_kind */
    const char *text; /* as written */
    const char *name; /* "owner/repo" or "owner/repo/path"; LOCAL: "./path"; DOCKER: the image */
    const char *ref;  /* behind the @; "" if there is none */
    rh_actions_place place;
} rh_actions_uses;

typedef enum rh_actions_step_kind {
    RH_STEP_RUN,
    RH_STEP_USES,
    RH_STEP_WAIT,     /* for the background steps of `targets` */
    RH_STEP_WAIT_ALL, /* for all of them */
    RH_STEP_CANCEL,   /* the background steps of `targets` */
    RH_STEP_PARALLEL  /* `steps`, all at once */
} rh_actions_step_kind;

typedef struct rh_actions_step {
    uint8_t kind; /* rh_actions_step_kind */
    bool background;
    const char *id;             /* as written, or generated ("__run", "__actions_checkout_2") */
    bool id_is_generated;       /* such steps are not in the steps context */
    const rh_token *name;       /* NULL: see rh_actions_step_title */
    const char *title;          /* see rh_actions_step_title */
    const char *call_name;      /* in call paths: its id, or its name or script as a slug */
    const char *const *aliases; /* what else it may be called there; NULL-terminated */
    rh_actions_condition condition;
    rh_actions_uses uses;
    const rh_actions_action *action; /* what a local, self or included action is; NULL: not read */
    const rh_token *run;             /* the script */
    const rh_shell_script *script;   /* it, parsed, if it has no expressions and a shell that is
                                      * understood may play it; otherwise NULL */
    const rh_value *args;            /* of its call: the script, if it has no expressions */
    const rh_token *shell;
    const rh_token *working_directory;
    rh_actions_map with; /* inputs; args and entrypoint of docker actions are among them */
    rh_actions_map env;
    const rh_token *continue_on_error;
    const rh_token *timeout_minutes;
    const char *const *targets; /* ids, NULL-terminated */
    const struct rh_actions_step *steps;
    size_t step_count;
    uint32_t index;         /* in its list, from 0 */
    rh_actions_place place; /* of its first key */
    uint32_t last_line;
    const char *file; /* where it is written: a workflow or an action */
} rh_actions_step;

/* What people call it, without evaluating: its name if that is constant, "Run <first line of run>",
 * "Run actions/checkout@v4". Borrowed from the model. */
const char *rh_actions_step_title(const rh_actions_step *step);

/* Text as a segment of a call path: "Build & push" -> "build-push". NULL if nothing is left. */
const char *rh_actions_slug(rh_arena *arena, const char *text);

/* ---- actions --------------------------------------------------------------------------------- */

typedef struct rh_actions_input {
    const char *name;
    const char *type; /* "string", "boolean", "number", "choice", "environment" */
    bool required;
    const rh_token *fallback; /* default */
    const char *deprecation;
    const char *const *options; /* of a choice; NULL-terminated */
    rh_actions_place place;
} rh_actions_input;

typedef struct rh_actions_output {
    const char *name;
    const rh_token *value; /* NULL: JavaScript and Docker actions set it themselves */
    rh_actions_place place;
} rh_actions_output;

typedef struct rh_actions_secret {
    const char *name;
    bool required;
    rh_actions_place place;
} rh_actions_secret;

typedef enum rh_actions_using {
    RH_USING_COMPOSITE,
    RH_USING_NODE, /* node20, node24 ... */
    RH_USING_DOCKER
} rh_actions_using;

/* An action.yml. */
struct rh_actions_action {
    const char *file;
    const char *name;
    uint8_t using; /* rh_actions_using */
    const char *using_text;
    const rh_actions_input *inputs;
    size_t input_count;
    const rh_actions_output *outputs;
    size_t output_count;
    const rh_actions_step *steps; /* composite */
    size_t step_count;
    const char *main, *pre, *post;        /* scripts or entrypoints; NULL: none */
    const char *image;                    /* of a docker action: "Dockerfile", "docker://..." */
    rh_actions_condition pre_if, post_if; /* always() if not written */
    rh_actions_map env;
};

/* ---- jobs ------------------------------------------------------------------------------------ */

typedef struct rh_actions_strategy {
    bool is_given;
    const rh_token *matrix;        /* NULL: none */
    rh_actions_place matrix_place; /* of the key */
    const rh_token *fail_fast;
    const rh_token *max_parallel;
    rh_actions_place place;
} rh_actions_strategy;

typedef struct rh_actions_environment {
    const rh_token *name; /* NULL: none */
    const rh_token *url;
    const rh_token *deployment; /* NULL: true */
    rh_actions_place place;
} rh_actions_environment;

typedef struct rh_actions_job {
    const char *id;
    uint32_t index;
    const rh_token *name;
    const uint32_t *needs; /* indices of jobs of this file */
    size_t need_count;
    rh_actions_place needs_place; /* of the key; 0: there is none */
    rh_actions_condition condition;
    const rh_token *runs_on; /* a scalar, a sequence, or a mapping with group and labels */
    rh_actions_environment environment;
    rh_actions_concurrency concurrency;
    rh_actions_permissions permissions;
    rh_actions_map outputs;
    rh_actions_map env;
    rh_actions_defaults defaults;
    rh_actions_strategy strategy;
    const rh_token *timeout_minutes;
    const rh_token *continue_on_error;
    const rh_token *container; /* a scalar or a mapping */
    const rh_token *services;
    const rh_token *snapshot;
    const rh_actions_step *steps;
    size_t step_count;
    rh_actions_uses uses;          /* of a called workflow */
    const rh_actions_file *called; /* NULL: not a call, or not read */
    rh_actions_map with;
    bool inherits_secrets; /* secrets: inherit */
    rh_actions_map secrets;
    rh_actions_place place; /* of its id */
    uint32_t last_line;
} rh_actions_job;

/* ---- triggers -------------------------------------------------------------------------------- */

/* A list of patterns; NULL: the key is not there. */
typedef struct rh_actions_patterns {
    const char *const *items; /* NULL-terminated */
    const rh_actions_place *places;
    size_t count;
} rh_actions_patterns;

typedef struct rh_actions_schedule {
    const char *cron;
    const char *timezone; /* NULL: UTC */
    rh_actions_place place;
} rh_actions_schedule;

typedef struct rh_actions_trigger {
    const char *event; /* "push" */
    rh_actions_place place;
    rh_actions_patterns branches, branches_ignore, tags, tags_ignore, paths, paths_ignore;
    rh_actions_patterns types; /* empty: the event's defaults */
    rh_actions_patterns workflows;
    const rh_actions_schedule *schedules;
    size_t schedule_count;
    const rh_actions_input *inputs; /* workflow_dispatch, workflow_call */
    size_t input_count;
    const rh_actions_output *outputs; /* workflow_call */
    size_t output_count;
    const rh_actions_secret *secrets; /* workflow_call */
    size_t secret_count;
} rh_actions_trigger;

/* ---- the file -------------------------------------------------------------------------------- */

/* Something about the file that is no error: what is not modelled, what GitHub would warn of. A run
 * that meets it says so, once. */
typedef struct rh_actions_note {
    rh_actions_place place;
    const char *text;
    bool is_left_out;  /* a key that changes nothing in a rehearsal */
    const char *event; /* only runs that it starts meet it; NULL: all */
} rh_actions_note;

struct rh_actions_file {
    const char *path; /* as the caller named it: in messages and in coverage */
    const char *name; /* `name:`, or the path */
    bool name_is_given;
    const rh_token *run_name;
    const rh_actions_trigger *triggers;
    size_t trigger_count;
    rh_actions_map env;
    rh_actions_defaults defaults;
    rh_actions_concurrency concurrency;
    rh_actions_permissions permissions;
    const rh_actions_job *jobs;
    size_t job_count;
    const rh_actions_note *notes;
    size_t note_count;
    uint32_t line_count;
    const char *source; /* the text of the file, for excerpts */
    size_t source_length;
};

/* NULL if there is none of that event. */
const rh_actions_trigger *rh_actions_trigger_of(const rh_actions_file *file, const char *event);
/* -1 if there is none of that id (without regard to case). */
int rh_actions_job_index(const rh_actions_file *file, const char *id);

/* ---- reading --------------------------------------------------------------------------------- */

enum { RH_ACTIONS_MAX_ERRORS = 10 };

typedef struct rh_actions_errors {
    rh_error items[RH_ACTIONS_MAX_ERRORS];
    size_t count; /* of items; more are counted in `left_out` */
    size_t left_out;
} rh_actions_errors;

/* Where files of the repository come from. */
typedef struct rh_actions_files {
    void *data;
    /* The text of a file by its path from the root of the repository (".github/workflows/x.yml",
     * "actions/setup/action.yml"); NULL if there is none. Lives as long as the model. */
    const char *(*read)(void *data, const char *path, size_t *length);
    /* The path of the file that stands for something remote ("owner/repo@v1", or
     * "owner/repo/.github/workflows/x.yml@v1"), by the user's mapping; NULL: none. `read` then
     * reads it. May be NULL. */
    const char *(*include)(void *data, const char *uses);
    /* The paths of all files of the repository from its root, NULL-terminated, in the order in
     * which a walk meets them that takes names of a folder by their bytes: for hashFiles. NULL:
     * they are not known. May be NULL. */
    const char *const *(*list)(void *data);
    /* What hashFiles gives for these patterns, as rh_hash_files, by one who remembers it: the same
     * is asked in each leg of each world that is played. Asked by several threads at once. Lives as
     * long as the model. NULL: `list` and `read` are asked each time. */
    const char *(*hash)(void *data, const rh_value *const *patterns, size_t count);
} rh_actions_files;

typedef struct rh_actions_read_options {
    const rh_actions_files *files; /* NULL: local actions and called workflows are not read */
    uint32_t max_depth;            /* of called workflows; default 10 (GHES: 4) */
    uint32_t max_files;            /* called workflows; default 50 (GHES: 20) */
} rh_actions_read_options;

/* Reads and checks a workflow, what it calls and the local actions it uses. All errors of a file
 * are told, up to ten. NULL if there are any. `path` is for messages; `options` may be NULL. The
 * text is copied. */
const rh_actions_file *rh_actions_read(rh_arena *arena, const char *text, size_t length,
                                       const char *path, const rh_actions_read_options *options,
                                       rh_actions_errors *errors);
/* Reads and checks an action.yml. */
const rh_actions_action *rh_actions_read_action(rh_arena *arena, const char *text, size_t length,
                                                const char *path,
                                                const rh_actions_read_options *options,
                                                rh_actions_errors *errors);

#endif
