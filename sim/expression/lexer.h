/* Tokens of expressions, with the runner's rules of which may follow which: what stands in the
 * wrong place comes out as "unexpected".
 */
#ifndef RH_EXPRESSION_LEXER_H
#define RH_EXPRESSION_LEXER_H

#include "sim/expression/node.h"

typedef enum rh_lexeme_kind {
    RH_LEXEME_NONE, /* before the first and behind the last */
    RH_LEXEME_START_GROUP,
    RH_LEXEME_START_INDEX,
    RH_LEXEME_START_PARAMETERS,
    RH_LEXEME_END_GROUP,
    RH_LEXEME_END_INDEX,
    RH_LEXEME_END_PARAMETERS,
    RH_LEXEME_SEPARATOR,
    RH_LEXEME_DEREFERENCE,
    RH_LEXEME_NOT,
    RH_LEXEME_OPERATOR, /* all others; `node` says which */
    RH_LEXEME_WILDCARD,
    RH_LEXEME_NULL,
    RH_LEXEME_BOOLEAN,
    RH_LEXEME_NUMBER,
    RH_LEXEME_STRING,
    RH_LEXEME_PROPERTY,
    RH_LEXEME_FUNCTION,
    RH_LEXEME_NAME,
    RH_LEXEME_UNEXPECTED
} rh_lexeme_kind;

typedef struct rh_lexeme {
    uint8_t kind;
    uint8_t node;   /* rh_node_kind of an operator */
    bool malformed; /* unexpected: not a token at all, wherever it stands */
    bool boolean;
    double number;
    size_t start, length;
} rh_lexeme;

typedef struct rh_lexer {
    rh_arena *arena;
    const char *text;
    size_t length, at;
    uint8_t last;      /* kind of the token before */
    uint8_t *unclosed; /* kinds of brackets that are open */
    size_t unclosed_count, unclosed_room;
} rh_lexer;

/* The next token; RH_LEXEME_NONE at the end. */
rh_lexeme rh_lexer_next(rh_lexer *lexer);
/* The value of a string token. */
const rh_value *rh_lexer_string(const rh_lexer *lexer, const rh_lexeme *lexeme);
/* Whether a text could be written behind a dot. */
bool rh_lexer_is_name(const char *text, size_t length);

#endif
