/* Evaluation of trees: what evaluate.c, index.c and the files of the functions share.
 *
 * Evaluators return a value, or NULL after setting the error. A function sees its arguments as
 * nodes, because it evaluates only those that it needs, in the runner's order.
 */
#ifndef RH_EXPRESSION_EVALUATE_H
#define RH_EXPRESSION_EVALUATE_H

#include "sim/expression/letters.h"
#include "sim/expression/node.h"
#include "sim/expression/rules.h"

typedef struct rh_evaluation {
    rh_arena *arena;
    const rh_expression_scope *scope;
    rh_expression_error *error; /* never NULL */
} rh_evaluation;

const rh_value *rh_evaluate(rh_evaluation *evaluation, const rh_node *node);
/* Fails: sets the message and returns NULL. */
const rh_value *rh_evaluation_fail(rh_evaluation *evaluation, const char *format, ...)
    RH_PRINTF(2, 3);

/* Results. `flags` are those of all operands together; those that do not travel are ignored. */
const rh_value *rh_evaluation_boolean(rh_evaluation *evaluation, bool boolean, unsigned flags);
const rh_value *rh_evaluation_string(rh_evaluation *evaluation, const char *text, size_t length,
                                     unsigned flags);
/* Unknown because `because` is. */
const rh_value *rh_evaluation_unknown(rh_evaluation *evaluation, const rh_value *because,
                                      unsigned flags);
static inline const rh_value *rh_evaluation_flagged(rh_evaluation *evaluation,
                                                    const rh_value *value, unsigned flags)
{
    if (!(flags & RH_CARRIED_FLAGS & ~(unsigned)value->flags))
        return value;
    return rh_value_flagged(evaluation->arena, value, (uint8_t)flags);
}

/* index.c: a.b, a[b], a.* */
const rh_value *rh_evaluate_property(rh_evaluation *evaluation, const rh_node *node);
const rh_value *rh_evaluate_index(rh_evaluation *evaluation, const rh_node *node);
const rh_value *rh_evaluate_wildcard(rh_evaluation *evaluation, const rh_node *node);

/* functions.c */
const rh_value *rh_evaluate_call(rh_evaluation *evaluation, const rh_node *node);
/* Each in a file of its own. */
const rh_value *rh_evaluate_format(rh_evaluation *evaluation, const rh_node *node);
const rh_value *rh_evaluate_to_json(rh_evaluation *evaluation, const rh_node *node);
const rh_value *rh_evaluate_from_json(rh_evaluation *evaluation, const rh_node *node);

#endif
