/* Tokens: parts of a workflow file whose value is found when it runs.
 *
 * A token is a scalar, a sequence or a mapping; scalars are constants or expressions, and a whole
 * mapping or sequence may be one expression. Made once by the reader, evaluated many times; tokens
 * are immutable and live as long as the model.
 */
#ifndef RH_ACTIONS_TOKEN_H
#define RH_ACTIONS_TOKEN_H

#include "sim/base/error.h"
#include "sim/base/yaml.h"
#include "sim/expression/expression.h"

typedef enum rh_token_kind { RH_TOKEN_SCALAR, RH_TOKEN_SEQUENCE, RH_TOKEN_MAPPING } rh_token_kind;

typedef struct rh_token rh_token;

typedef struct rh_token_pair {
    const rh_token *key; /* a scalar; may hold an expression; `${{ insert }}` has key->is_insert */
    const rh_token *value;
} rh_token_pair;

struct rh_token {
    uint8_t kind;          /* rh_token_kind */
    bool is_insert;        /* a key `${{ insert }}`: the fields of its value go into the mapping */
    bool is_text;          /* what its expression gives becomes a string */
    uint8_t style;         /* rh_yaml_style */
    uint32_t line, column; /* from 1; columns in bytes */
    uint32_t last_line;
    uint32_t count;                  /* items or pairs */
    const char *text;                /* scalars: as written, NUL-terminated */
    const rh_value *constant;        /* the value of the whole token, if it has no expression */
    const rh_expression *expression; /* scalars that are not constant */
    const rh_yaml *yaml;             /* where it stands in its file */
    union {
        const rh_token *const *items;
        const rh_token_pair *pairs;
    } as;
};

/* The value: kept by `arena` or the model. NULL is null. NULL with an error that has the place of
 * the scalar whose expression was refused. */
const rh_value *rh_token_evaluate(rh_arena *arena, const rh_token *token,
                                  const rh_expression_scope *scope, const char *file,
                                  rh_error *error);
/* As a string, by the rules of expressions; "" for NULL. */
const rh_value *rh_token_string(rh_arena *arena, const rh_token *token,
                                const rh_expression_scope *scope, const char *file,
                                rh_error *error);
/* The value token of a constant key of a mapping, without regard to case; NULL if there is none. */
const rh_token *rh_token_get(const rh_token *mapping, const char *key);
/* The key itself. */
const rh_token *rh_token_key(const rh_token *mapping, const char *key);

#endif
