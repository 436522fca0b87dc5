/* Trees of expressions. The parser makes them, everybody else reads them; all parts live in the
 * arena of the expression.
 */
#ifndef RH_EXPRESSION_NODE_H
#define RH_EXPRESSION_NODE_H

#include "sim/expression/expression.h"
#include "sim/expression/functions.h"

enum {
    RH_EXPRESSION_DEPTH = 50,     /* levels of nodes */
    RH_EXPRESSION_LENGTH = 21000, /* UTF-16 units */
    RH_CARRIED_FLAGS = RH_SECRET | RH_TAINTED,
    /* A flag of lists that a wildcard made: what is asked of them is asked of their items. Values
     * that leave an evaluation may have it; nobody else looks at it. */
    RH_FILTERED = 16
};

/* In this order: `operators` in parser.c, and comparison in evaluate.c. */
typedef enum rh_node_kind {
    RH_NODE_CONSTANT,
    RH_NODE_CONTEXT,
    RH_NODE_STAR,     /* `*` that is no wildcard, as in a[* == 'x']: the string '*' */
    RH_NODE_PROPERTY, /* operand 0, constant: a.b, a['b'], a[1] */
    RH_NODE_INDEX,    /* operand 0 [operand 1] */
    RH_NODE_WILDCARD, /* operand 0 .* */
    RH_NODE_CALL,
    RH_NODE_NOT,
    RH_NODE_LESS,
    RH_NODE_LESS_EQUAL,
    RH_NODE_GREATER,
    RH_NODE_GREATER_EQUAL,
    RH_NODE_EQUAL,
    RH_NODE_NOT_EQUAL,
    RH_NODE_AND, /* two and more operands, as || */
    RH_NODE_OR
} rh_node_kind;

/* Of a format string: text, then an argument if there is one. */
typedef struct rh_format_part {
    const char *text;
    size_t length;
    int argument; /* -1: none */
} rh_format_part;

typedef struct rh_node rh_node;
struct rh_node {
    uint8_t kind;
    uint8_t function; /* rh_function, of a call */
    uint16_t depth;   /* levels below and with it, up to 65535 */
    uint16_t count;   /* operands; chains of && have up to 10,500 */
    uint16_t context; /* rh_expression_context, or RH_CONTEXT_COUNT + position in other names */
    uint32_t offset;  /* of its token */
    int32_t position; /* PROPERTY: where in a list; -1: nowhere */
    uint32_t part_count;
    const char *name;            /* CONTEXT, CALL: as written */
    const rh_value *constant;    /* CONSTANT; PROPERTY: a string */
    const rh_format_part *parts; /* a call of format with a constant, good string */
    const rh_node **operands;
};

struct rh_expression {
    const rh_node *root;      /* what is evaluated */
    const rh_node *written;   /* without the success() put before it */
    const rh_value *constant; /* the value of a tree that asks nobody and does not fail */
    uint32_t uses;
    bool calls_status;
};

typedef struct rh_reading {
    rh_arena *arena;
    uint32_t allowed;
    const char *const *names; /* further contexts, NULL-terminated; may be NULL */
    rh_expression_error *error;
} rh_reading;

/* ---- parser.c -------------------------------------------------------------------------------- */

/* The tree of a text; its offsets are those in the text plus `offset`. A text without a token gives
 * true and *root = NULL. */
bool rh_node_parse(const rh_reading *reading, const char *text, size_t length, size_t offset,
                   const rh_node **root);
/* A new node with room for operands. */
rh_node *rh_node_new(rh_arena *arena, rh_node_kind kind, uint32_t offset, size_t count);
/* To be called when the operands are in place. */
void rh_node_measure(rh_node *node);
/* Joins operands; those of nested nodes of the same kind (&& or ||) are taken out. */
const rh_node *rh_node_join(rh_arena *arena, rh_node_kind kind, uint32_t offset,
                            const rh_node *left, const rh_node *right);
/* Fails: sets the error and returns false. */
bool rh_reading_fail(const rh_reading *reading, rh_expression_stage stage, size_t offset,
                     const char *format, ...) RH_PRINTF(4, 5);

/* ---- expression.c ---------------------------------------------------------------------------- */

void rh_expression_error_vset(rh_expression_error *error, rh_expression_stage stage, size_t offset,
                              const char *format, va_list arguments) RH_PRINTF(4, 0);

/* What belongs to a whole tree; refuses one that is too deep. NULL with an error. `written` is NULL
 * for a condition that is empty. */
const rh_expression *rh_node_finish(const rh_reading *reading, const rh_node *root,
                                    const rh_node *written);

/* ---- format.c -------------------------------------------------------------------------------- */

/* Splits a format string. NULL if it is not good for `arguments` arguments. Borrows the text. */
const rh_format_part *rh_format_split(rh_arena *arena, const char *text, size_t length,
                                      size_t arguments, uint32_t *count);

#endif
