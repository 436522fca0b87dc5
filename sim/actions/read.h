/* Parts of the reader of workflow files; others include model.h.
 *
 * A reading is one file on its way into the model. Mistakes are gathered, not thrown: a part that
 * is refused is left out, and reading goes on, so that all mistakes of a file are told at once.
 * What is read is thrown away if there were any.
 */
#ifndef RH_ACTIONS_READ_H
#define RH_ACTIONS_READ_H

#include "sim/actions/model.h"
#include "sim/actions/schema.h"
#include "sim/base/lines.h"

typedef struct rh_actions_problem {
    uint32_t line, column;
    const char *message;
} rh_actions_problem;

/* What the files of one call of rh_actions_read share. */
typedef struct rh_actions_loading {
    rh_actions_read_options options; /* defaults filled in */
    rh_actions_errors *errors;
    struct rh_loaded_file *files; /* called workflows and actions, newest first */
    uint32_t workflow_count;      /* called ones */
    uint32_t depth;               /* of calls around the file that is read */
    uint32_t action_depth;
    const rh_expression *success, *always; /* conditions that many steps share; made when needed */
} rh_actions_loading;

typedef struct rh_reading {
    rh_arena *arena;
    rh_actions_loading *loading;
    const char *path;
    const char *from; /* behind its errors: "; called from ci.yml:7:11"; "" for the first file */
    const char *source;
    size_t length;
    rh_lines lines;
    bool is_partial;     /* parts that are no YAML were left out: what is missing is no mistake */
    const rh_yaml *root; /* what is read against the schema */
    rh_actions_problem *problems;
    size_t problem_count, problem_capacity;
    size_t unlisted; /* problems that were only counted */
    rh_actions_note *notes;
    size_t note_count, note_capacity;
} rh_reading;

/* ---- reading.c: places, problems, notes ------------------------------------------------------ */

/* Copies the text and finds its lines; `from` is kept. */
rh_reading *rh_reading_begin(rh_arena *arena, rh_actions_loading *loading, const char *path,
                             const char *from, const char *text, size_t length);
void rh_reading_refuse(rh_reading *r, uint32_t line, uint32_t column, const char *format, ...)
    RH_PRINTF(4, 5);
void rh_reading_refuse_token(rh_reading *r, const rh_token *token, const char *format, ...)
    RH_PRINTF(3, 4);
void rh_reading_note(rh_reading *r, uint32_t line, uint32_t column, const char *format, ...)
    RH_PRINTF(4, 5);
void rh_reading_note_token(rh_reading *r, const rh_token *token, const char *format, ...)
    RH_PRINTF(3, 4);
/* A key that changes nothing; `event` as of rh_actions_note. */
void rh_reading_note_left_out(rh_reading *r, const rh_token *key, const char *event,
                              const char *text);
/* Passes the problems on to the errors, by place, and sorts the notes. False if there were any
 * problems. Can go on. */
bool rh_reading_end(rh_reading *r);
/* Whether there are so many problems or notes that more are only counted. */
bool rh_reading_is_full(const rh_reading *r);
/* Line and column of a byte of the source. */
rh_actions_place rh_reading_place(const rh_reading *r, size_t byte);
/* Line and column of a byte of a scalar's text: also in block scalars and behind escapes. */
rh_actions_place rh_reading_place_in(const rh_reading *r, const rh_yaml *scalar, size_t offset);

/* ---- read_yaml.c ----------------------------------------------------------------------------- */

/* Reads the file's YAML; NULL if it has none. Problems are listed; what stands in jobs and keys of
 * the file that have one is left out. */
const rh_yaml *rh_read_yaml(rh_reading *r);

/* ---- read_token.c: nodes against the schema -------------------------------------------------- */

/* Checks a node and what is in it. Never NULL; what was refused is a null or left out. */
const rh_token *rh_read_token(rh_reading *r, const rh_yaml *node, const rh_schema *schema);

/* ---- read_scalar.c --------------------------------------------------------------------------- */

/* A token with the place and style of a node, and nothing else. */
rh_token *rh_token_new(rh_reading *r, const rh_yaml *node);
const rh_token *rh_read_scalar(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                               uint32_t allowed);
bool rh_read_holds_expression(const rh_yaml *node);
/* Whether it is `${{ insert }}`; only of nodes that hold an expression. */
bool rh_read_is_insert(const rh_yaml *node);
/* Reads the expressions of a text into its token. */
void rh_read_template(rh_reading *r, const rh_yaml *node, uint32_t allowed, rh_token *token);
/* The text in one short line, for messages. */
const char *rh_read_shown(rh_arena *arena, const char *text);

/* ---- tokens ---------------------------------------------------------------------------------- */

bool rh_token_is(const rh_token *token, const char *text); /* a constant string */
/* The string of a constant; "" if it is none, or NULL. Borrowed. */
const char *rh_token_text(const rh_token *token);
bool rh_token_is_null(const rh_token *token);
/* Whether an expression is in it. */
bool rh_token_varies(const rh_token *token);

/* ---- parts ----------------------------------------------------------------------------------- */

rh_actions_place rh_token_place(const rh_token *token);
rh_actions_permissions rh_read_permissions(rh_reading *r, const rh_token *token);
rh_actions_concurrency rh_read_concurrency(rh_reading *r, const rh_token *token);
rh_actions_defaults rh_read_defaults(const rh_token *token);
/* `place` is where it belongs if nothing is written. */
rh_actions_condition rh_read_condition(rh_reading *r, const rh_token *token,
                                       rh_actions_place place);
const rh_expression *rh_read_always(rh_reading *r);

void rh_read_triggers(rh_reading *r, const rh_token *token, rh_actions_file *file);
/* `inputs:` of workflow_call, workflow_dispatch and of actions. */
const rh_actions_input *rh_read_inputs(rh_reading *r, const rh_token *token, size_t *count);
const rh_actions_output *rh_read_outputs(rh_reading *r, const rh_token *token, size_t *count);
void rh_read_jobs(rh_reading *r, const rh_token *token, rh_actions_file *file);
/* Fills in what the step, which has its id, is called in call paths (read_names.c). */
void rh_read_step_names(rh_reading *r, rh_actions_step *step);
const rh_actions_step *rh_read_steps(rh_reading *r, const rh_token *token, size_t *count);
/* Of a workflow or an action as a whole; with problems it may be half empty. */
rh_actions_file *rh_read_workflow(rh_reading *r);
rh_actions_action *rh_read_action(rh_reading *r);

/* ---- checks ---------------------------------------------------------------------------------- */

void rh_check_cron(rh_reading *r, const rh_token *cron);
void rh_check_timezone(rh_reading *r, const rh_token *timezone);
void rh_check_strategy(rh_reading *r, const rh_token *strategy);
void rh_check_container(rh_reading *r, const rh_token *container, bool is_service);
void rh_check_needs(rh_reading *r, const rh_token *jobs, rh_actions_file *file);
/* Notes where expressions read steps, needs, inputs or matrix keys that are not there. */
void rh_check_references(rh_reading *r, const rh_token *root, const rh_actions_file *file);
/* What is passed to a called workflow, and what it may do. The defaults of its inputs are checked
 * while it is read. */
void rh_check_call(rh_reading *r, const rh_actions_job *job);
void rh_check_input_defaults(rh_reading *r, const rh_actions_file *file);
/* The permissions of all called workflows, from the first file on. False after telling errors. */
bool rh_check_permissions(rh_reading *r, const rh_actions_file *file);

/* Notes the keys that change nothing in a rehearsal (left_out.c). */
void rh_note_left_out(rh_reading *r, const rh_token *root);

rh_actions_uses rh_read_step_uses(rh_reading *r, const rh_token *token);
rh_actions_uses rh_read_job_uses(rh_reading *r, const rh_token *token);

/* ---- ids.c ----------------------------------------------------------------------------------- */

typedef struct rh_id {
    const char *text;
    uint32_t next; /* the suffix to try when it is wanted once more */
} rh_id;

/* The ids of a scope; they differ in more than the case of letters. */
typedef struct rh_ids {
    rh_arena *arena;
    rh_id *slots;
    size_t count, capacity;
} rh_ids;

/* NULL, or what is wrong with it. Remembers it. */
const char *rh_ids_add(rh_ids *ids, const char *id);
bool rh_ids_have(const rh_ids *ids, const char *id);
/* An id made of `base` ("__actions/checkout" gives "__actions_checkout", then "..._2"). */
const char *rh_ids_make(rh_ids *ids, const char *base);

/* ---- load.c: called workflows and actions ---------------------------------------------------- */

/* Reads a file with all that it calls. NULL after telling errors. */
const rh_actions_file *rh_load_workflow(rh_reading *r);
const rh_actions_action *rh_load_action(rh_reading *r);

#endif
