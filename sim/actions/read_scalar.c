/* Scalars against the schema: what type is taken, and the expressions in them. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

enum { SHOWN_BYTES = 80 };

/* ---- messages -------------------------------------------------------------------------------- */

/* The text in one short line. */
const char *rh_read_shown(rh_arena *arena, const char *text)
{
    size_t length = strcspn(text, "\r\n");
    if (!text[length] && length <= SHOWN_BYTES)
        return text;
    if (length > SHOWN_BYTES)
        length = SHOWN_BYTES;
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return rh_format(arena, "%.*s...", (int)length, text);
}

static void refuse_node(rh_reading *r, const rh_yaml *node, const char *message)
{
    rh_reading_refuse(r, node->line, node->column, "%s", message);
}

static const char *nearest_word(rh_reading *r, const char *text, const char *const *words)
{
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(text);
    for (; words && *words; words++)
        rh_nearest_offer(&nearest, *words);
    return rh_arena_string(r->arena, rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* "; expected a mapping", "; expected 'read', 'write' or 'none'" */
static const char *expectation(rh_reading *r, const char *text, const rh_schema *schema)
{
    const char *near = nearest_word(r, text, schema->words);
    if (*near)
        return near;
    rh_text words = rh_text_in(r->arena);
    if (schema->takes & RH_TAKES_WORDS)
        for (size_t i = 0; schema->words[i]; i++)
            rh_text_printf(&words, "%s'%s'",
                           !i                     ? ""
                           : schema->words[i + 1] ? ", "
                                                  : " or ",
                           schema->words[i]);
    else if (schema->takes & RH_TAKES_BOOLEAN)
        rh_text_puts(&words, "true or false");
    else if (schema->takes & RH_TAKES_NUMBER)
        rh_text_puts(&words, "a number");
    else if (schema->takes & (RH_TAKES_TEXT | RH_TAKES_SOME_TEXT))
        rh_text_puts(&words, "text");
    else if (schema->items)
        rh_text_puts(&words, "a list");
    else
        rh_text_puts(&words, "a mapping");
    return rh_format(r->arena, "; expected %s", rh_text_string(&words));
}

static const char *describe_allowed(rh_arena *arena, uint32_t allowed)
{
    static const char *const names[] = {
#define X(name, text) text,
        RH_EXPRESSION_CONTEXTS(X)
#undef X
    };
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < RH_CONTEXT_COUNT; i++)
        if (allowed & 1u << i)
            rh_text_printf(&text, "%s%s", text.length ? ", " : "; known here are ", names[i]);
    return text.length ? rh_text_string(&text) : "; no expression can stand here";
}

/* ---- expressions in scalars ------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The message quotes the expression, whose last line break is not worth showing. */
static const char *without_end(rh_arena *arena, const char *message)
{
    size_t length = strlen(message);
    while (length > 0 && is_blank(message[length - 1]))
        length--;
    return rh_arena_text(arena, message, length);
}

static void refuse_expression(rh_reading *r, const rh_yaml *node, size_t offset,
                              const char *message, uint32_t allowed)
{
    rh_actions_place place = rh_reading_is_full(r) ? (rh_actions_place){node->line, node->column}
                                                   : rh_reading_place_in(r, node, offset);
    bool names_context = !strncmp(message, "Unrecognized named-value", 24);
    rh_reading_refuse(r, place.line, place.column, "%s%s", without_end(r->arena, message),
                      names_context ? describe_allowed(r->arena, allowed) : "");
}

/* The byte behind the `}}` that closes an expression whose text begins at `at`; 0 if none does. */
static size_t find_close(const char *text, size_t length, size_t at)
{
    bool quoted = false;
    for (; at + 1 < length; at++) {
        if (text[at] == '\'')
            quoted = !quoted;
        else if (!quoted && text[at] == '}' && text[at + 1] == '}')
            return at + 2;
    }
    return 0;
}

/* Each wrong expression of a text is told, not only the first. */
static void refuse_template(rh_reading *r, const rh_yaml *node, uint32_t allowed,
                            const rh_expression_error *first)
{
    size_t told = 0;
    for (size_t at = 0; at + 3 <= node->count && !rh_reading_is_full(r);) {
        if (memcmp(node->text + at, "${{", 3)) {
            at++;
            continue;
        }
        size_t begin = at + 3, end = find_close(node->text, node->count, begin);
        if (!end)
            break;
        size_t stop = end - 2;
        while (begin < stop && is_blank(node->text[begin]))
            begin++;
        while (stop > begin && is_blank(node->text[stop - 1]))
            stop--;
        rh_expression_error error;
        if (!rh_expression_parse(r->arena, node->text + begin, stop - begin, allowed, &error)) {
            refuse_expression(r, node, begin + error.offset, error.message, allowed);
            told++;
        }
        at = end;
    }
    if (!told)
        refuse_expression(r, node, first->offset, first->message, allowed);
}

bool rh_read_is_insert(const rh_yaml *node)
{
    const char *text = node->text + 3;
    text += strspn(text, " \t\n");
    if (strncmp(node->text, "${{", 3) || strncmp(text, "insert", 6))
        return false;
    text += 6;
    return !strcmp(text + strspn(text, " \t\n"), "}}");
}

void rh_read_template(rh_reading *r, const rh_yaml *node, uint32_t allowed, rh_token *token)
{
    rh_expression_error error;
    const rh_expression *read =
        rh_expression_template(r->arena, node->text, node->count, allowed, &error);
    if (!read) {
        refuse_template(r, node, allowed, &error);
        return;
    }
    token->constant = rh_expression_literal(read);
    if (token->constant)
        return;
    if (!allowed)
        refuse_node(r, node, "A template expression is not allowed in this context");
    else
        token->expression = read;
}

/* `if: ${{ x }} ` with anything around is a text that is not empty, whatever x is. */
static void note_always_true(rh_reading *r, const rh_yaml *node)
{
    bool whole =
        !strncmp(node->text, "${{", 3) && find_close(node->text, node->count, 3) == node->count;
    if (!whole && rh_expression_is_in(node->text, node->count))
        rh_reading_note(r, node->line, node->column,
                        "the condition is always true: it is text around '${{ }}'; leave out the "
                        "'${{' and '}}'%s",
                        node->style == RH_YAML_LITERAL || node->style == RH_YAML_FOLDED
                            ? ", or write '|-' or '>-', which take the line break away"
                            : "");
}

static void read_condition(rh_reading *r, const rh_yaml *node, uint32_t allowed, rh_token *token)
{
    rh_expression_error error;
    /* `if: True` is YAML's true; what is not text is read as the text it becomes. */
    const rh_value *text = rh_value_as_string(r->arena, rh_yaml_value(r->arena, node));
    token->expression =
        rh_expression_condition(r->arena, rh_text_of(text), text->count, allowed, &error);
    if (token->expression) {
        note_always_true(r, node);
        return;
    }
    if (rh_expression_is_in(node->text, node->count))
        refuse_template(r, node, allowed, &error);
    else
        refuse_expression(r, node, error.offset, error.message, allowed);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool takes_word(const rh_schema *schema, const char *text)
{
    for (const char *const *word = schema->words; word && *word; word++)
        if (!strcmp(*word, text))
            return true;
    return false;
}

static bool takes_text(const rh_schema *schema, const rh_value *text)
{
    return (schema->takes & RH_TAKES_TEXT) ||
           (schema->takes & RH_TAKES_SOME_TEXT && text->count > 0) ||
           (schema->takes & RH_TAKES_WORDS && takes_word(schema, rh_text_of(text)));
}

static bool takes_type(const rh_schema *schema, const rh_value *value)
{
    if (schema->takes & RH_TAKES_ANYTHING)
        return true;
    switch (rh_kind_of(value)) {
    case RH_NULL:
        return schema->takes & RH_TAKES_NULL;
    case RH_BOOLEAN:
        return schema->takes & RH_TAKES_BOOLEAN;
    case RH_INTEGER:
    case RH_NUMBER:
        return schema->takes & RH_TAKES_NUMBER;
    default:
        return takes_text(schema, value);
    }
}

static const rh_value *as_text(rh_reading *r, const rh_yaml *node, const rh_value *value,
                               const rh_schema *schema)
{
    if (rh_kind_of(value) == RH_STRING)
        return value;
    if (schema->takes & RH_IS_AS_WRITTEN && node->type != RH_NULL)
        return rh_value_string(r->arena, node->text, node->count);
    return rh_value_as_string(r->arena, value);
}

/* What is of another type is taken as text, if text is taken. */
static const rh_value *fit(rh_reading *r, const rh_yaml *node, const rh_value *value,
                           const rh_schema *schema)
{
    if (!(schema->takes & RH_IS_AS_WRITTEN) && takes_type(schema, value))
        return value;
    const rh_value *text = as_text(r, node, value, schema);
    if (takes_text(schema, text))
        return text;
    rh_reading_refuse(r, node->line, node->column, "Unexpected value '%s'%s",
                      rh_read_shown(r->arena, rh_text_of(text)),
                      expectation(r, rh_text_of(text), schema));
    return rh_value_null();
}

static uint32_t last_line(const rh_reading *r, const rh_yaml *node)
{
    return node->end > node->begin ? rh_reading_place(r, node->end - 1).line : node->line;
}

rh_token *rh_token_new(rh_reading *r, const rh_yaml *node)
{
    rh_token *token = RH_NEW(r->arena, rh_token);
    token->kind = node->kind == RH_YAML_SCALAR     ? RH_TOKEN_SCALAR
                  : node->kind == RH_YAML_SEQUENCE ? RH_TOKEN_SEQUENCE
                                                   : RH_TOKEN_MAPPING;
    token->style = node->style;
    token->line = node->line;
    token->column = node->column;
    token->last_line = node->kind == RH_YAML_SCALAR && node->style == RH_YAML_PLAIN &&
                               node->end - node->begin == node->count
                           ? node->line
                           : last_line(r, node);
    token->text = node->kind == RH_YAML_SCALAR ? node->text : "";
    token->yaml = node;
    return token;
}

bool rh_read_holds_expression(const rh_yaml *node)
{
    return node->type == RH_STRING && rh_expression_is_in(node->text, node->count);
}

const rh_token *rh_read_scalar(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                               uint32_t allowed)
{
    rh_token *token = rh_token_new(r, node);
    if (schema->takes & RH_IS_CONDITION) {
        read_condition(r, node, allowed, token);
        return token;
    }
    token->is_text = (schema->takes & (RH_TAKES_TEXT | RH_TAKES_SOME_TEXT)) &&
                     !(schema->takes & (RH_TAKES_BOOLEAN | RH_TAKES_NUMBER)) && !schema->items &&
                     !schema->keys && !schema->others;
    if (rh_read_holds_expression(node)) {
        if (rh_read_is_insert(node))
            refuse_node(r, node,
                        "The expression directive 'insert' is not supported in this context");
        else
            rh_read_template(r, node, allowed, token);
        if (token->constant)
            token->constant = fit(r, node, token->constant, schema);
        return token;
    }
    token->constant = fit(r, node, rh_yaml_value(r->arena, node), schema);
    return token;
}
