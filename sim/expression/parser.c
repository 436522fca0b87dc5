/* The runner's parser: operators wait on a stack until one of lower precedence comes. Its order of
 * steps decides which error is found first.
 */
#include "sim/expression/letters.h"
#include "sim/expression/lexer.h"
#include "sim/expression/rules.h"

struct parser {
    const rh_reading *reading;
    rh_lexer lexer;
    size_t offset; /* of the text in what the caller reads */
    rh_lexeme lexeme, last;
    rh_lexeme *operators;
    rh_node **operands;
    size_t operator_count, operator_room;
    size_t operand_count, operand_room;
};

static const struct function {
    const char *name;
    uint16_t least, most;
    uint32_t allowed;
} functions[] = {
#define X(name, text, least, most, allowed) {text, least, most, allowed},
    RH_EXPRESSION_FUNCTIONS(X)
#undef X
};

static const char *const contexts[] = {
#define X(name, text) text,
    RH_EXPRESSION_CONTEXTS(X)
#undef X
};

/* ---- errors ---------------------------------------------------------------------------------- */

bool rh_reading_fail(const rh_reading *reading, rh_expression_stage stage, size_t offset,
                     const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (reading->error)
        rh_expression_error_vset(reading->error, stage, offset, format, arguments);
    va_end(arguments);
    return false;
}

static bool fail_at(struct parser *p, const rh_lexeme *lexeme, const char *what)
{
    const rh_lexer *lexer = &p->lexer;
    return rh_reading_fail(
        p->reading, lexeme->malformed ? RH_EXPRESSION_LEXING : RH_EXPRESSION_PARSING,
        p->offset + lexeme->start, "%s: '%.*s'. Located at position %zu within expression: %.*s",
        what, (int)lexeme->length, lexer->text + lexeme->start,
        rh_letters_units(lexer->text, lexeme->start) + 1, (int)lexer->length, lexer->text);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

rh_node *rh_node_new(rh_arena *arena, rh_node_kind kind, uint32_t offset, size_t count)
{
    rh_node *node = RH_NEW(arena, rh_node);
    node->kind = (uint8_t)kind;
    node->offset = offset;
    node->depth = 1;
    node->count = (uint16_t)count;
    if (count)
        node->operands = RH_NEW_ARRAY(arena, const rh_node *, count);
    return node;
}

void rh_node_measure(rh_node *node)
{
    uint16_t deepest = 0;
    for (size_t i = 0; i < node->count; i++)
        if (node->operands[i]->depth > deepest)
            deepest = node->operands[i]->depth;
    node->depth = (uint16_t)(deepest < UINT16_MAX ? deepest + 1 : deepest);
}

static size_t joined_count(const rh_node *node, rh_node_kind kind)
{
    return node->kind == kind ? node->count : 1;
}

static size_t join_operand(rh_node *node, size_t at, const rh_node *operand)
{
    if (operand->kind != node->kind) {
        node->operands[at] = operand;
        return at + 1;
    }
    memcpy(node->operands + at, operand->operands, operand->count * sizeof *operand->operands);
    return at + operand->count;
}

const rh_node *rh_node_join(rh_arena *arena, rh_node_kind kind, uint32_t offset,
                            const rh_node *left, const rh_node *right)
{
    rh_node *node =
        rh_node_new(arena, kind, offset, joined_count(left, kind) + joined_count(right, kind));
    join_operand(node, join_operand(node, 0, left), right);
    rh_node_measure(node);
    return node;
}

/* a.b, a[b] and a.* are one operation in the runner; here they are three, to be fast. */
static rh_node *new_access(struct parser *p, uint32_t offset, rh_node *of, rh_node *index)
{
    rh_arena *arena = p->reading->arena;
    rh_node *node;
    if (index->kind == RH_NODE_STAR) {
        node = rh_node_new(arena, RH_NODE_WILDCARD, offset, 1);
    } else if (index->kind == RH_NODE_CONSTANT) {
        double position;
        node = rh_node_new(arena, RH_NODE_PROPERTY, offset, 1);
        node->constant = rh_value_as_string(arena, index->constant);
        position = rh_expression_to_number(index->constant);
        node->position = position >= 0 && position < 2147483648.0 ? (int32_t)position : -1;
    } else {
        node = rh_node_new(arena, RH_NODE_INDEX, offset, 2);
        node->operands[1] = index;
    }
    node->operands[0] = of;
    rh_node_measure(node);
    return node;
}

static void push_operand(struct parser *p, rh_node *node)
{
    p->operands = rh_arena_reserve(p->reading->arena, p->operands, sizeof *p->operands,
                                   p->operand_count + 1, &p->operand_room);
    p->operands[p->operand_count++] = node;
}

/* ---- operators ------------------------------------------------------------------------------- */

static int precedence(const rh_lexeme *lexeme)
{
    switch (lexeme->kind) {
    case RH_LEXEME_START_GROUP:
        return 20;
    case RH_LEXEME_START_INDEX:
    case RH_LEXEME_START_PARAMETERS:
    case RH_LEXEME_DEREFERENCE:
        return 19;
    case RH_LEXEME_NOT:
        return 16;
    case RH_LEXEME_OPERATOR:
        return lexeme->node <= RH_NODE_GREATER_EQUAL ? 11
               : lexeme->node <= RH_NODE_NOT_EQUAL   ? 10
               : lexeme->node == RH_NODE_AND         ? 6
                                                     : 5;
    default:
        return 1;
    }
}

static bool holds_operators(const rh_lexeme *lexeme)
{
    return lexeme->kind == RH_LEXEME_START_GROUP || lexeme->kind == RH_LEXEME_START_INDEX ||
           lexeme->kind == RH_LEXEME_START_PARAMETERS || lexeme->kind == RH_LEXEME_SEPARATOR;
}

/* Makes a node of the topmost operator, which is no bracket. */
static void flush_operator(struct parser *p)
{
    rh_lexeme lexeme = p->operators[--p->operator_count];
    uint32_t offset = (uint32_t)(p->offset + lexeme.start);
    rh_node *right = p->operands[--p->operand_count], *node;
    rh_arena *arena = p->reading->arena;
    if (lexeme.kind == RH_LEXEME_NOT) {
        node = rh_node_new(arena, RH_NODE_NOT, offset, 1);
        node->operands[0] = right;
        rh_node_measure(node);
        push_operand(p, node);
        return;
    }
    rh_node *left = p->operands[--p->operand_count];
    if (lexeme.kind == RH_LEXEME_DEREFERENCE) {
        push_operand(p, new_access(p, offset, left, right));
        return;
    }
    if (lexeme.node == RH_NODE_AND || lexeme.node == RH_NODE_OR) {
        push_operand(p, (rh_node *)rh_node_join(arena, lexeme.node, offset, left, right));
        return;
    }
    node = rh_node_new(arena, lexeme.node, offset, 2);
    node->operands[0] = left;
    node->operands[1] = right;
    rh_node_measure(node);
    push_operand(p, node);
}

static void flush_until(struct parser *p, int least)
{
    while (p->operator_count) {
        const rh_lexeme *top = &p->operators[p->operator_count - 1];
        if (precedence(top) < least || holds_operators(top))
            return;
        flush_operator(p);
    }
}

/* For format with a constant string: finds its parts once. A bad one fails when it is evaluated. */
static void prepare_format(const rh_reading *reading, rh_node *call)
{
    const rh_node *first = call->operands[0];
    if (call->function != RH_FUNCTION_FORMAT || first->kind != RH_NODE_CONSTANT ||
        first->constant->kind != RH_STRING)
        return;
    call->parts = rh_format_split(reading->arena, first->constant->as.text, first->constant->count,
                                  call->count - 1u, &call->part_count);
}

static bool check_count(struct parser *p, const rh_node *call, const rh_lexeme *bracket)
{
    const struct function *function = &functions[call->function];
    bool takes_jobs =
        call->function == RH_FUNCTION_SUCCESS || call->function == RH_FUNCTION_FAILURE;
    size_t most = function->most;
    if (takes_jobs && (p->reading->allowed & RH_USES_JOB_STATUS))
        most = 255;
    if (call->count < function->least)
        return fail_at(p, bracket, "Too few parameters supplied");
    if (call->count > most)
        return fail_at(p, bracket, "Too many parameters supplied");
    if (call->function == RH_FUNCTION_CASE && call->count % 2 == 0)
        return fail_at(p, bracket,
                       "Even number of parameters supplied, requires an odd number "
                       "of parameters");
    return true;
}

static bool close_call(struct parser *p)
{
    size_t count = p->last.kind == RH_LEXEME_START_PARAMETERS ? 0 : 1;
    rh_lexeme bracket;
    for (;; count++) {
        bracket = p->operators[--p->operator_count];
        if (bracket.kind == RH_LEXEME_START_PARAMETERS)
            break;
    }
    p->operand_count -= count;
    rh_node *call = p->operands[p->operand_count - 1];
    call->count = (uint16_t)count;
    if (!check_count(p, call, &bracket))
        return false;
    if (count) {
        call->operands = RH_NEW_ARRAY(p->reading->arena, const rh_node *, count);
        memcpy(call->operands, p->operands + p->operand_count, count * sizeof *call->operands);
        prepare_format(p->reading, call);
    }
    rh_node_measure(call);
    return true;
}

static bool push_operator(struct parser *p)
{
    const rh_lexeme *lexeme = &p->lexeme;
    if (lexeme->kind != RH_LEXEME_START_GROUP && lexeme->kind != RH_LEXEME_NOT)
        flush_until(p, precedence(lexeme));
    switch (lexeme->kind) {
    case RH_LEXEME_END_GROUP:
        p->operator_count--;
        return true;
    case RH_LEXEME_END_INDEX: {
        const rh_lexeme *bracket = &p->operators[--p->operator_count];
        rh_node *index = p->operands[--p->operand_count];
        rh_node *of = p->operands[--p->operand_count];
        push_operand(p, new_access(p, (uint32_t)(p->offset + bracket->start), of, index));
        return true;
    }
    case RH_LEXEME_END_PARAMETERS:
        return close_call(p);
    default:
        p->operators = rh_arena_reserve(p->reading->arena, p->operators, sizeof *p->operators,
                                        p->operator_count + 1, &p->operator_room);
        p->operators[p->operator_count++] = *lexeme;
        return true;
    }
}

/* ---- operands -------------------------------------------------------------------------------- */

static const char *lexeme_text(struct parser *p)
{
    return p->lexer.text + p->lexeme.start;
}

static bool is_called(struct parser *p, const char *name)
{
    return rh_letters_equal(lexeme_text(p), p->lexeme.length, name, strlen(name));
}

static bool push_function(struct parser *p)
{
    for (size_t i = 0; i < RH_FUNCTION_COUNT; i++) {
        if (!is_called(p, functions[i].name))
            continue;
        if (functions[i].allowed && !(functions[i].allowed & p->reading->allowed))
            break;
        rh_node *node = rh_node_new(p->reading->arena, RH_NODE_CALL,
                                    (uint32_t)(p->offset + p->lexeme.start), 0);
        node->function = (uint8_t)i;
        node->name = rh_arena_text(p->reading->arena, lexeme_text(p), p->lexeme.length);
        push_operand(p, node);
        return true;
    }
    return fail_at(p, &p->lexeme, "Unrecognized function");
}

static int find_context(struct parser *p)
{
    const char *const *names = p->reading->names;
    for (size_t i = 0; i < RH_CONTEXT_COUNT; i++)
        if (is_called(p, contexts[i]))
            return p->reading->allowed & 1u << i ? (int)i : -1;
    for (size_t i = 0; names && names[i] && i < UINT16_MAX - RH_CONTEXT_COUNT; i++)
        if (is_called(p, names[i]))
            return RH_CONTEXT_COUNT + (int)i;
    return -1;
}

static bool push_context(struct parser *p)
{
    int context = find_context(p);
    if (context < 0)
        return fail_at(p, &p->lexeme, "Unrecognized named-value");
    rh_node *node =
        rh_node_new(p->reading->arena, RH_NODE_CONTEXT, (uint32_t)(p->offset + p->lexeme.start), 0);
    node->context = (uint16_t)context;
    node->name = rh_arena_text(p->reading->arena, lexeme_text(p), p->lexeme.length);
    push_operand(p, node);
    return true;
}

static const rh_value *literal(struct parser *p)
{
    rh_arena *arena = p->reading->arena;
    switch (p->lexeme.kind) {
    case RH_LEXEME_BOOLEAN:
        return rh_value_boolean(arena, p->lexeme.boolean);
    case RH_LEXEME_NUMBER:
        return rh_value_number(arena, p->lexeme.number);
    case RH_LEXEME_STRING:
        return rh_lexer_string(&p->lexer, &p->lexeme);
    case RH_LEXEME_PROPERTY:
        return rh_value_string(arena, lexeme_text(p), p->lexeme.length);
    default:
        return rh_value_null();
    }
}

static bool push_other(struct parser *p)
{
    bool star = p->lexeme.kind == RH_LEXEME_WILDCARD;
    rh_node *node = rh_node_new(p->reading->arena, star ? RH_NODE_STAR : RH_NODE_CONSTANT,
                                (uint32_t)(p->offset + p->lexeme.start), 0);
    node->constant = star ? rh_value_string(p->reading->arena, "*", 1) : literal(p);
    push_operand(p, node);
    return true;
}

static bool push_lexeme(struct parser *p)
{
    switch (p->lexeme.kind) {
    case RH_LEXEME_UNEXPECTED:
        return fail_at(p, &p->lexeme, "Unexpected symbol");
    case RH_LEXEME_FUNCTION:
        return push_function(p);
    case RH_LEXEME_NAME:
        return push_context(p);
    default:
        return p->lexeme.kind < RH_LEXEME_WILDCARD ? push_operator(p) : push_other(p);
    }
}

static bool ends_well(const struct parser *p)
{
    uint8_t last = p->last.kind;
    if (!p->operator_count || last == RH_LEXEME_END_GROUP || last == RH_LEXEME_END_INDEX ||
        last == RH_LEXEME_END_PARAMETERS)
        return p->lexer.unclosed_count == 0;
    return last >= RH_LEXEME_WILDCARD && last != RH_LEXEME_FUNCTION && !p->lexer.unclosed_count;
}

bool rh_node_parse(const rh_reading *reading, const char *text, size_t length, size_t offset,
                   const rh_node **root)
{
    struct parser p = {.reading = reading,
                       .offset = offset,
                       .lexer = {.arena = reading->arena, .text = text, .length = length}};
    *root = NULL;
    if (length > RH_EXPRESSION_LENGTH && rh_letters_units(text, length) > RH_EXPRESSION_LENGTH)
        return rh_reading_fail(reading, RH_EXPRESSION_LEXING, offset,
                               "Exceeded max expression length %d", RH_EXPRESSION_LENGTH);
    for (;;) {
        p.lexeme = rh_lexer_next(&p.lexer);
        if (p.lexeme.kind == RH_LEXEME_NONE)
            break;
        if (!push_lexeme(&p))
            return false;
        p.last = p.lexeme;
    }
    if (p.last.kind == RH_LEXEME_NONE)
        return true;
    if (!ends_well(&p))
        return fail_at(&p, &p.last, "Unexpected end of expression");
    while (p.operator_count)
        flush_operator(&p);
    *root = p.operands[0];
    if ((*root)->depth > RH_EXPRESSION_DEPTH)
        return rh_reading_fail(reading, RH_EXPRESSION_PARSING, offset,
                               "Exceeded max expression depth %d", RH_EXPRESSION_DEPTH);
    return true;
}
