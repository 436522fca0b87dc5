/* What can be asked of an expression without evaluating it. */
#include "sim/expression/expression.h"

#include "sim/base/error.h"
#include "sim/expression/lexer.h"
#include "sim/expression/node.h"

/* ---- errors ---------------------------------------------------------------------------------- */

void rh_expression_error_vset(rh_expression_error *error, rh_expression_stage stage, size_t offset,
                              const char *format, va_list arguments)
{
    rh_error buffer; /* cuts what does not fit */
    _Static_assert(sizeof buffer.message == sizeof error->message, "one is copied to the other");
    rh_error_vset(&buffer, NULL, 0, 0, format, arguments);
    error->stage = (uint8_t)stage;
    error->offset = offset;
    memcpy(error->message, buffer.message, sizeof error->message);
}

/* ---- whole trees ----------------------------------------------------------------------------- */

/* Collects what a tree uses; false if its value depends on nobody. */
static bool look_through(const rh_node *node, rh_expression *expression)
{
    bool asks = false;
    if (node->kind == RH_NODE_CONTEXT) {
        asks = true;
        if (node->context < RH_CONTEXT_COUNT)
            expression->uses |= 1u << node->context;
    }
    if (node->kind == RH_NODE_CALL && node->function >= RH_FUNCTION_HASH_FILES) {
        asks = true;
        expression->calls_status |= node->function >= RH_FUNCTION_ALWAYS;
    }
    for (size_t i = 0; i < node->count; i++)
        if (look_through(node->operands[i], expression))
            asks = true;
    return asks;
}

const rh_expression *rh_node_finish(const rh_reading *reading, const rh_node *root,
                                    const rh_node *written)
{
    rh_expression *expression = RH_NEW(reading->arena, rh_expression);
    rh_expression_error error;
    if (root->depth > RH_EXPRESSION_DEPTH) {
        rh_reading_fail(reading, RH_EXPRESSION_PARSING, 0, "Exceeded max expression depth %d",
                        RH_EXPRESSION_DEPTH);
        return NULL;
    }
    expression->root = root;
    expression->written = written;
    if (written && !look_through(written, expression) && root == written)
        expression->constant = rh_expression_evaluate(reading->arena, expression, NULL, &error);
    return expression;
}

const rh_value *rh_expression_constant(const rh_expression *expression)
{
    return expression->constant;
}

const rh_value *rh_expression_literal(const rh_expression *expression)
{
    const rh_node *root = expression->root;
    bool is_text = root->kind == RH_NODE_CONSTANT && root->constant->kind == RH_STRING;
    return is_text ? root->constant : NULL;
}

bool rh_expression_implies_success(const rh_expression *expression)
{
    return expression->root != expression->written;
}

bool rh_expression_calls_status(const rh_expression *expression)
{
    return expression->calls_status;
}

uint32_t rh_expression_uses(const rh_expression *expression)
{
    return expression->uses;
}

/* ---- references ------------------------------------------------------------------------------ */

struct telling {
    rh_expression_tell *tell;
    void *data;
};

static void tell_references(const rh_node *node, const struct telling *telling);

static bool is_access(const rh_node *node)
{
    return node->kind == RH_NODE_PROPERTY || node->kind == RH_NODE_INDEX ||
           node->kind == RH_NODE_WILDCARD;
}

/* A chain of accesses: its names up to the first that is not constant. */
static void tell_chain(const rh_node *node, const struct telling *telling)
{
    const rh_node *links[RH_EXPRESSION_DEPTH];
    const char *path[RH_EXPRESSION_DEPTH];
    size_t count = 0, names = 0;
    const rh_node *start = node;
    for (; is_access(start); start = start->operands[0])
        links[count++] = start;
    if (start->kind != RH_NODE_CONTEXT) {
        tell_references(start, telling);
    } else if (start->context < RH_CONTEXT_COUNT) {
        for (size_t i = count; i-- && links[i]->kind == RH_NODE_PROPERTY;)
            path[names++] = links[i]->constant->as.text;
        telling->tell(telling->data, (rh_expression_context)start->context, path, names,
                      start->offset);
    }
    while (count--)
        if (links[count]->kind == RH_NODE_INDEX)
            tell_references(links[count]->operands[1], telling);
}

static void tell_references(const rh_node *node, const struct telling *telling)
{
    if (node->kind == RH_NODE_CONTEXT || is_access(node)) {
        tell_chain(node, telling);
        return;
    }
    for (size_t i = 0; i < node->count; i++)
        tell_references(node->operands[i], telling);
}

void rh_expression_references(const rh_expression *expression, rh_expression_tell *tell, void *data)
{
    if (expression->written)
        tell_references(expression->written, &(struct telling){tell, data});
}

/* ---- writing --------------------------------------------------------------------------------- */

static const char *const signs[] = {
    [RH_NODE_LESS] = "<",           [RH_NODE_LESS_EQUAL] = "<=", [RH_NODE_GREATER] = ">",
    [RH_NODE_GREATER_EQUAL] = ">=", [RH_NODE_EQUAL] = "==",      [RH_NODE_NOT_EQUAL] = "!=",
    [RH_NODE_AND] = "&&",           [RH_NODE_OR] = "||",
};

static void write_node(rh_text *text, const rh_node *node, bool grouped);

static void write_string(rh_text *text, const rh_value *string)
{
    rh_text_putc(text, '\'');
    for (size_t i = 0; i < string->count; i++) {
        if (string->as.text[i] == '\'')
            rh_text_putc(text, '\'');
        rh_text_putc(text, string->as.text[i]);
    }
    rh_text_putc(text, '\'');
}

/* Numbers with all their digits, so that the text means the same. */
static void write_constant(rh_text *text, const rh_value *value)
{
    if (value->kind == RH_STRING)
        write_string(text, value);
    else if (value->kind == RH_NULL)
        rh_text_puts(text, "null");
    else if (value->kind == RH_BOOLEAN)
        rh_text_puts(text, value->as.boolean ? "true" : "false");
    else
        rh_text_number(text, rh_number_of(value));
}

static void write_call(rh_text *text, const rh_node *node)
{
    rh_text_printf(text, "%s(", node->name);
    for (size_t i = 0; i < node->count; i++) {
        rh_text_puts(text, i ? ", " : "");
        write_node(text, node->operands[i], false);
    }
    rh_text_putc(text, ')');
}

static void write_property(rh_text *text, const rh_node *node)
{
    const rh_value *name = node->constant;
    write_node(text, node->operands[0], true);
    if (rh_lexer_is_name(name->as.text, name->count)) {
        rh_text_printf(text, ".%s", name->as.text);
        return;
    }
    rh_text_putc(text, '[');
    write_string(text, name);
    rh_text_putc(text, ']');
}

static void write_operator(rh_text *text, const rh_node *node, bool grouped)
{
    rh_text_puts(text, grouped ? "(" : "");
    for (size_t i = 0; i < node->count; i++) {
        if (i)
            rh_text_printf(text, " %s ", signs[node->kind]);
        write_node(text, node->operands[i], true);
    }
    rh_text_puts(text, grouped ? ")" : "");
}

/* `grouped`: what has operators stands in parentheses. */
static void write_node(rh_text *text, const rh_node *node, bool grouped)
{
    switch ((rh_node_kind)node->kind) {
    case RH_NODE_CONSTANT:
        write_constant(text, node->constant);
        return;
    case RH_NODE_CONTEXT:
        rh_text_puts(text, node->name);
        return;
    case RH_NODE_STAR:
        rh_text_putc(text, '*');
        return;
    case RH_NODE_PROPERTY:
        write_property(text, node);
        return;
    case RH_NODE_INDEX:
        write_node(text, node->operands[0], true);
        rh_text_putc(text, '[');
        write_node(text, node->operands[1], false);
        rh_text_putc(text, ']');
        return;
    case RH_NODE_WILDCARD:
        write_node(text, node->operands[0], true);
        rh_text_puts(text, ".*");
        return;
    case RH_NODE_CALL:
        write_call(text, node);
        return;
    case RH_NODE_NOT:
        rh_text_putc(text, '!');
        write_node(text, node->operands[0], true);
        return;
    default:
        write_operator(text, node, grouped);
    }
}

void rh_expression_write(rh_text *text, const rh_expression *expression)
{
    write_node(text, expression->root, false);
}
