#include "sim/expression/evaluate.h"

/* ---- results --------------------------------------------------------------------------------- */

const rh_value *rh_evaluation_fail(rh_evaluation *evaluation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_expression_error_vset(evaluation->error, RH_EXPRESSION_EVALUATION, 0, format, arguments);
    va_end(arguments);
    return NULL;
}

const rh_value *rh_evaluation_boolean(rh_evaluation *evaluation, bool boolean, unsigned flags)
{
    return rh_evaluation_flagged(evaluation, rh_value_boolean(evaluation->arena, boolean), flags);
}

const rh_value *rh_evaluation_string(rh_evaluation *evaluation, const char *text, size_t length,
                                     unsigned flags)
{
    return rh_evaluation_flagged(evaluation, rh_value_string(evaluation->arena, text, length),
                                 flags);
}

const rh_value *rh_evaluation_unknown(rh_evaluation *evaluation, const rh_value *because,
                                      unsigned flags)
{
    if (because && because->flags & RH_KEPT)
        return rh_evaluation_flagged(evaluation, because, flags);
    return rh_value_unknown(evaluation->arena, rh_value_origin(because), (uint8_t)flags);
}

/* ---- truth ----------------------------------------------------------------------------------- */

/* Three-valued: also where a value is unknown its truth may be known. */
struct judgement {
    rh_truth truth;
    bool failed;
    unsigned flags;
    const rh_value *unknown; /* why */
};

static struct judgement judge(rh_evaluation *evaluation, const rh_node *node);

static struct judgement judge_chain(rh_evaluation *evaluation, const rh_node *node)
{
    rh_truth deciding = node->kind == RH_NODE_AND ? RH_FALSY : RH_TRUTHY;
    struct judgement all = {.truth = deciding == RH_FALSY ? RH_TRUTHY : RH_FALSY};
    for (size_t i = 0; i < node->count; i++) {
        struct judgement one = judge(evaluation, node->operands[i]);
        if (one.failed && !all.unknown)
            return one;
        if (one.failed) /* nobody knows whether it would have come to that */
            break;
        all.flags |= one.flags;
        if (one.truth == deciding)
            return (struct judgement){.truth = deciding, .flags = all.flags};
        if (one.truth == RH_TRUTH_UNKNOWN && !all.unknown) {
            all.truth = RH_TRUTH_UNKNOWN;
            all.unknown = one.unknown;
        }
    }
    return all;
}

static struct judgement judge(rh_evaluation *evaluation, const rh_node *node)
{
    if (node->kind == RH_NODE_AND || node->kind == RH_NODE_OR)
        return judge_chain(evaluation, node);
    if (node->kind == RH_NODE_NOT) {
        struct judgement inner = judge(evaluation, node->operands[0]);
        if (inner.truth != RH_TRUTH_UNKNOWN)
            inner.truth = inner.truth == RH_TRUTHY ? RH_FALSY : RH_TRUTHY;
        return inner;
    }
    const rh_value *value = rh_evaluate(evaluation, node);
    if (!value)
        return (struct judgement){.failed = true, .truth = RH_TRUTH_UNKNOWN};
    struct judgement result = {.truth = rh_value_truth(value), .flags = value->flags};
    if (result.truth == RH_TRUTH_UNKNOWN)
        result.unknown = value;
    return result;
}

/* ---- operators ------------------------------------------------------------------------------- */

static const rh_value *evaluate_not(rh_evaluation *evaluation, const rh_node *node)
{
    struct judgement inner = judge(evaluation, node->operands[0]);
    if (inner.failed)
        return NULL;
    if (inner.truth == RH_TRUTH_UNKNOWN)
        return rh_evaluation_unknown(evaluation, inner.unknown, inner.flags);
    return rh_evaluation_boolean(evaluation, inner.truth == RH_FALSY, inner.flags);
}

/* && and || give the operand that decides, or the last one. */
static const rh_value *evaluate_chain(rh_evaluation *evaluation, const rh_node *node)
{
    rh_truth deciding = node->kind == RH_NODE_AND ? RH_FALSY : RH_TRUTHY;
    const rh_value *value = NULL;
    unsigned flags = 0;
    for (size_t i = 0; i < node->count; i++) {
        value = rh_evaluate(evaluation, node->operands[i]);
        if (!value)
            return NULL;
        flags |= value->flags;
        rh_truth truth = rh_value_truth(value);
        if (truth == RH_TRUTH_UNKNOWN)
            return rh_evaluation_unknown(evaluation, value, flags);
        if (truth == deciding)
            break;
    }
    return rh_evaluation_flagged(evaluation, value, flags);
}

static bool holds(rh_node_kind kind, rh_order order)
{
    switch (kind) {
    case RH_NODE_EQUAL:
        return order == RH_ORDER_EQUAL;
    case RH_NODE_NOT_EQUAL:
        return order != RH_ORDER_EQUAL;
    case RH_NODE_LESS:
        return order == RH_ORDER_LESS;
    case RH_NODE_LESS_EQUAL:
        return order == RH_ORDER_LESS || order == RH_ORDER_EQUAL;
    case RH_NODE_GREATER:
        return order == RH_ORDER_GREATER;
    default:
        return order == RH_ORDER_GREATER || order == RH_ORDER_EQUAL;
    }
}

static const rh_value *evaluate_comparison(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *left = rh_evaluate(evaluation, node->operands[0]);
    if (!left)
        return NULL;
    const rh_value *right = rh_evaluate(evaluation, node->operands[1]);
    if (!right)
        return NULL;
    unsigned flags = left->flags | right->flags;
    rh_order order = rh_expression_order(left, right);
    if (order == RH_ORDER_UNKNOWN)
        return rh_evaluation_unknown(evaluation, left->kind == RH_UNKNOWN ? left : right, flags);
    return rh_evaluation_boolean(evaluation, holds(node->kind, order), flags);
}

static const rh_value *evaluate_context(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_expression_scope *scope = evaluation->scope;
    const rh_value *value = NULL;
    if (scope && scope->context)
        value = scope->context(scope->data, (rh_expression_context)node->context);
    return value ? value : rh_value_null();
}

const rh_value *rh_evaluate(rh_evaluation *evaluation, const rh_node *node)
{
    switch ((rh_node_kind)node->kind) {
    case RH_NODE_CONSTANT:
    case RH_NODE_STAR:
        return node->constant;
    case RH_NODE_CONTEXT:
        return evaluate_context(evaluation, node);
    case RH_NODE_PROPERTY:
        return rh_evaluate_property(evaluation, node);
    case RH_NODE_INDEX:
        return rh_evaluate_index(evaluation, node);
    case RH_NODE_WILDCARD:
        return rh_evaluate_wildcard(evaluation, node);
    case RH_NODE_CALL:
        return rh_evaluate_call(evaluation, node);
    case RH_NODE_NOT:
        return evaluate_not(evaluation, node);
    case RH_NODE_AND:
    case RH_NODE_OR:
        return evaluate_chain(evaluation, node);
    default:
        return evaluate_comparison(evaluation, node);
    }
}

/* ---- the public way in ----------------------------------------------------------------------- */

static rh_evaluation begin(rh_arena *arena, const rh_expression_scope *scope,
                           rh_expression_error *error)
{
    error->stage = RH_EXPRESSION_EVALUATION;
    error->offset = 0;
    error->message[0] = '\0';
    return (rh_evaluation){arena, scope, error};
}

const rh_value *rh_expression_evaluate(rh_arena *arena, const rh_expression *expression,
                                       const rh_expression_scope *scope, rh_expression_error *error)
{
    rh_expression_error ignored;
    if (expression->constant)
        return expression->constant;
    rh_evaluation evaluation = begin(arena, scope, error ? error : &ignored);
    return rh_evaluate(&evaluation, expression->root);
}

rh_truth rh_expression_truth(rh_arena *arena, const rh_expression *expression,
                             const rh_expression_scope *scope, rh_expression_error *error)
{
    rh_expression_error ignored;
    rh_evaluation evaluation = begin(arena, scope, error ? error : &ignored);
    struct judgement judgement = judge(&evaluation, expression->root);
    if (!judgement.failed)
        evaluation.error->message[0] = '\0';
    return judgement.truth;
}
