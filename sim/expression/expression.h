/* Expressions of GitHub Actions: `${{ ... }}`, `if:`, and text that holds expressions.
 *
 * Parsed once, evaluated many times. The rules are the runner's C# (src/Sdk/Expressions); where the
 * official TypeScript differs, the runner is right. Nothing here knows what a workflow is: contexts
 * and status functions are asked of a scope.
 *
 * Values are rh_value: numbers are RH_INTEGER or RH_NUMBER, arrays RH_LIST. Two things travel
 * through every operation: *unknown* (what depends on it is unknown, unless the result is the same
 * whatever it is) and the flags RH_SECRET and RH_TAINTED (a result carries those of its operands).
 * Objects and lists are equal only to themselves (the same pointer).
 */
#ifndef RH_EXPRESSION_H
#define RH_EXPRESSION_H

#include "sim/base/arena.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

/* Contexts and functions whose use depends on where an expression stands.
 * X(NAME, "name in expressions") */
#define RH_EXPRESSION_CONTEXTS(X)                                                                  \
    X(GITHUB, "github")                                                                            \
    X(INPUTS, "inputs")                                                                            \
    X(VARS, "vars")                                                                                \
    X(NEEDS, "needs")                                                                              \
    X(STRATEGY, "strategy")                                                                        \
    X(MATRIX, "matrix")                                                                            \
    X(SECRETS, "secrets")                                                                          \
    X(ENV, "env")                                                                                  \
    X(STEPS, "steps")                                                                              \
    X(JOB, "job")                                                                                  \
    X(RUNNER, "runner")                                                                            \
    X(JOBS, "jobs")

typedef enum rh_expression_context {
#define X(name, text) RH_CONTEXT_##name,
    RH_EXPRESSION_CONTEXTS(X)
#undef X
        RH_CONTEXT_COUNT
} rh_expression_context;

/* What an expression may use: a set of these bits. */
enum {
#define X(name, text) RH_USES_##name = 1 << RH_CONTEXT_##name,
    RH_EXPRESSION_CONTEXTS(X)
#undef X
        RH_USES_STATUS = 1 << RH_CONTEXT_COUNT,       /* always, success, failure, cancelled */
    RH_USES_JOB_STATUS = 1 << (RH_CONTEXT_COUNT + 1), /* the same; success and failure take names
                                                       * of jobs */
    RH_USES_HASH_FILES = 1 << (RH_CONTEXT_COUNT + 2),
    RH_USES_ANYTHING = -1
};

typedef enum rh_status_function {
    RH_STATUS_ALWAYS,
    RH_STATUS_SUCCESS,
    RH_STATUS_FAILURE,
    RH_STATUS_CANCELLED
} rh_status_function;

typedef enum rh_truth { RH_FALSY, RH_TRUTHY, RH_TRUTH_UNKNOWN } rh_truth;

typedef enum rh_expression_stage {
    RH_EXPRESSION_LEXING,
    RH_EXPRESSION_PARSING,
    RH_EXPRESSION_EVALUATION
} rh_expression_stage;

typedef struct rh_expression_error {
    uint8_t stage;
    size_t offset; /* byte of the text that was read; evaluation: 0 */
    char message[512];
} rh_expression_error;

typedef struct rh_expression rh_expression;

/* Who answers for the world around an expression. */
typedef struct rh_expression_scope {
    void *data;
    /* The value of a context; NULL reads as null. Must live as long as the result is used. */
    const rh_value *(*context)(void *data, rh_expression_context context);
    /* NULL: true for always and success, false for the others. */
    rh_truth (*status)(void *data, rh_status_function function, const rh_value *const *arguments,
                       size_t count);
    /* Patterns are strings. NULL: unknown. */
    const rh_value *(*hash_files)(void *data, const rh_value *const *patterns, size_t count);
} rh_expression_scope;

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads an expression without `${{ }}` ("github.ref == 'x'"). NULL with an error in the runner's
 * words. The result lives in `arena` and borrows nothing. */
const rh_expression *rh_expression_parse(rh_arena *arena, const char *text, size_t length,
                                         uint32_t allowed, rh_expression_error *error);
/* As rh_expression_parse; `names` (NULL-terminated) are contexts besides the allowed ones. The
 * scope is asked for the i-th of them as for context RH_CONTEXT_COUNT + i. */
const rh_expression *rh_expression_parse_with(rh_arena *arena, const char *text, size_t length,
                                              uint32_t allowed, const char *const *names,
                                              rh_expression_error *error);
/* Reads a scalar of a document: text without `${{` is a constant string, `${{ x }}` alone is x (of
 * any kind), text around expressions becomes one call of format. */
const rh_expression *rh_expression_template(rh_arena *arena, const char *text, size_t length,
                                            uint32_t allowed, rh_expression_error *error);
/* Reads the value of an `if:`, with or without `${{ }}`. Empty is success(); a tree without a call
 * of a status function becomes success() && (tree). */
const rh_expression *rh_expression_condition(rh_arena *arena, const char *text, size_t length,
                                             uint32_t allowed, rh_expression_error *error);
/* Whether a text holds an expression. */
bool rh_expression_is_in(const char *text, size_t length);
/* Whether a text is the directive `${{ insert }}`, which is no expression: a key of a mapping. */
bool rh_expression_is_insert(const char *text, size_t length);

/* ---- asking ---------------------------------------------------------------------------------- */

/* The value, if it is one whatever the scope; NULL otherwise. */
const rh_value *rh_expression_constant(const rh_expression *expression);
/* The text, if it is nothing but a text in quotes, `${{ 'x' }}`: it then is read as if it were
 * written without expression. NULL otherwise. */
const rh_value *rh_expression_literal(const rh_expression *expression);
/* For conditions: whether success() was put before what is written. */
bool rh_expression_implies_success(const rh_expression *expression);
/* Whether the written tree calls one of always, success, failure, cancelled. */
bool rh_expression_calls_status(const rh_expression *expression);
/* The contexts it uses, as RH_USES_ bits. */
uint32_t rh_expression_uses(const rh_expression *expression);
/* Told once for each chain of names it reads, in order: "needs.build.outputs.version". `path` has
 * the names as written behind that of the context ({"build", "outputs", "version"}), up to the
 * first index that is not constant; wildcards end it. */
typedef void rh_expression_tell(void *data, rh_expression_context context, const char *const *path,
                                size_t count, size_t offset);
void rh_expression_references(const rh_expression *expression, rh_expression_tell *tell,
                              void *data);
/* The canonical text after rewriting: "success() && (github.ref == 'x')". */
void rh_expression_write(rh_text *text, const rh_expression *expression);

/* ---- evaluating ------------------------------------------------------------------------------ */

/* The value: kept by `arena` or by the scope. NULL with an error (a function refused its
 * arguments). */
const rh_value *rh_expression_evaluate(rh_arena *arena, const rh_expression *expression,
                                       const rh_expression_scope *scope,
                                       rh_expression_error *error);
/* Its truth, in three-valued logic: `unknown && false` is falsy. On an error: unknown, and
 * error->message is set (otherwise it is ""). */
rh_truth rh_expression_truth(rh_arena *arena, const rh_expression *expression,
                             const rh_expression_scope *scope, rh_expression_error *error);

/* ---- the rules of values --------------------------------------------------------------------- */

/* null, false, 0, NaN and '' are falsy. */
rh_truth rh_value_truth(const rh_value *value);
/* As `==` compares: coerced, strings without regard to case. RH_TRUTH_UNKNOWN if either is. */
rh_truth rh_value_loosely_equal(const rh_value *left, const rh_value *right);
/* As text: null is '', numbers as .NET's G15, "Array", "Object"; of an unknown value itself. Flags
 * travel. */
const rh_value *rh_value_as_string(rh_arena *arena, const rh_value *value);
/* A property, without regard to case; NULL if there is none. */
const rh_value *rh_value_property(const rh_value *object, const char *name, size_t length);
/* The same order and case rules as the comparison of strings: 0 if equal. */
int rh_compare_ignoring_case(const char *left, size_t left_length, const char *right,
                             size_t right_length);
/* Whether two NUL-terminated texts are equal by these rules. */
bool rh_same_ignoring_case(const char *left, const char *right);
/* A copy of a kept value with flags added. */
const rh_value *rh_value_flagged(rh_arena *arena, const rh_value *value, uint8_t flags);

#endif
