/* Texts of documents: `${{ }}`, text around it, and `if:`. */
#include "sim/expression/letters.h"
#include "sim/expression/node.h"

#define OPEN "${{"
#define CLOSE "}}"

struct template
{
    rh_reading reading;
    const char *text;
    size_t length;
    rh_text format;           /* with {0} for the expressions, braces doubled */
    size_t units;             /* of the call that the runner would write */
    const rh_node **operands; /* the first one is for the format string */
    size_t count, room;
};

/* Where the next expression opens; the length if there is none. */
static size_t find_open(const char *text, size_t length, size_t from)
{
    for (size_t i = from; i + 3 <= length; i++)
        if (memcmp(text + i, OPEN, 3) == 0)
            return i;
    return length;
}

bool rh_expression_is_in(const char *text, size_t length)
{
    return find_open(text, length, 0) < length;
}

/* From behind the opening to behind the closing braces, which do not stand in a string; 0 if there
 * are none. */
static size_t find_close(const char *text, size_t length, size_t from)
{
    bool quoted = false;
    for (size_t i = from; i < length; i++) {
        if (text[i] == '\'')
            quoted = !quoted;
        else if (!quoted && text[i] == '}' && i > from && text[i - 1] == '}')
            return i + 1;
    }
    return 0;
}

/* The directive `insert` is no expression. */
static bool is_insert(const char *text, size_t length)
{
    return length >= 6 && memcmp(text, "insert", 6) == 0 &&
           (length == 6 || rh_letters_space(text + 6, length - 6));
}

bool rh_expression_is_insert(const char *text, size_t length)
{
    rh_letters_trim(&text, &length);
    if (length < 5 || memcmp(text, OPEN, 3) != 0 || find_close(text, length, 3) != length)
        return false;
    text += 3;
    length -= 5;
    rh_letters_trim(&text, &length);
    return is_insert(text, length);
}

/* ---- segments -------------------------------------------------------------------------------- */

static void add_text(struct template *t, const char *text, size_t length)
{
    t->units += rh_letters_units(text, length);
    for (size_t i = 0; i < length; i++) {
        if (strchr("'{}", text[i]) && text[i])
            t->units++;
        if (text[i] == '{' || text[i] == '}')
            rh_text_putc(&t->format, text[i]);
        rh_text_putc(&t->format, text[i]);
    }
}

/* `text` is what stands between the braces. */
static void add_operand(struct template *t, const rh_node *node, const char *text, size_t length)
{
    rh_letters_trim(&text, &length);
    t->operands = rh_arena_reserve(t->reading.arena, (void *)t->operands, sizeof *t->operands,
                                   t->count + 2, &t->room);
    t->operands[++t->count] = node;
    t->units += rh_letters_units(text, length) + 2; /* and ", " */
    size_t before = t->format.length;
    rh_text_printf(&t->format, "{%zu}", t->count - 1);
    t->units += t->format.length - before;
}

/* The expression between the braces. */
static bool read_expression(struct template *t, size_t from, size_t to, bool alone,
                            const rh_node **node)
{
    const char *text = t->text + from;
    size_t length = to - from;
    rh_letters_trim(&text, &length);
    size_t offset = (size_t)(text - t->text);
    if (!length)
        return rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, from,
                               "An expression was expected");
    if (is_insert(text, length) && alone)
        return rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, offset,
                               "The expression directive 'insert' is not supported in this "
                               "context");
    if (is_insert(text, length))
        return rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, offset,
                               "The directive 'insert' is not allowed in this "
                               "context. Directives are not supported "
                               "for expressions that are embedded within a string. "
                               "Directives are only supported "
                               "when the entire value is an expression.");
    return rh_node_parse(&t->reading, text, length, offset, node);
}

/* The call of format that the runner makes of a text with expressions in it. */
static const rh_node *make_call(struct template *t)
{
    static const char around[] = "format('')";
    rh_arena *arena = t->reading.arena;
    if (t->units + sizeof around - 1 > RH_EXPRESSION_LENGTH) {
        rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, 0, "Exceeded max expression length %d",
                        RH_EXPRESSION_LENGTH);
        return NULL;
    }
    if (t->count > 254) {
        rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, 0, "Too many parameters supplied: '('");
        return NULL;
    }
    rh_node *string = rh_node_new(arena, RH_NODE_CONSTANT, 0, 0);
    string->constant = rh_value_string(arena, t->format.data, t->format.length);
    rh_node *call = rh_node_new(arena, RH_NODE_CALL, 0, 0);
    call->function = RH_FUNCTION_FORMAT;
    call->name = "format";
    call->count = (uint16_t)(t->count + 1);
    call->operands = t->operands;
    call->operands[0] = string;
    call->parts = rh_format_split(arena, string->constant->as.text, string->constant->count,
                                  t->count, &call->part_count);
    rh_node_measure(call);
    return call;
}

/* The tree of a text with at least one expression in it; NULL with an error. */
static const rh_node *read_template(struct template *t)
{
    size_t at = 0, open = find_open(t->text, t->length, 0);
    t->format = rh_text_in(t->reading.arena);
    while (open < t->length) {
        const rh_node *node;
        size_t close = find_close(t->text, t->length, open + 3);
        if (!close) {
            rh_reading_fail(&t->reading, RH_EXPRESSION_PARSING, open,
                            "The expression is not closed. An unescaped ${{ sequence was found, "
                            "but the closing }} sequence was not found.");
            return NULL;
        }
        bool alone = open == 0 && close == t->length;
        if (!read_expression(t, open + 3, close - 2, alone, &node))
            return NULL;
        if (alone)
            return node;
        add_text(t, t->text + at, open - at);
        add_operand(t, node, t->text + open + 3, close - open - 5);
        at = close;
        open = find_open(t->text, t->length, at);
    }
    add_text(t, t->text + at, t->length - at);
    return make_call(t);
}

static struct template begin(rh_arena *arena, const char *text, size_t length, uint32_t allowed,
                             rh_expression_error *error)
{
    if (error)
        *error = (rh_expression_error){.message = ""};
    return (
        struct template){.reading = {arena, allowed, NULL, error}, .text = text, .length = length};
}

static const rh_node *constant_node(rh_arena *arena, const rh_value *value)
{
    rh_node *node = rh_node_new(arena, RH_NODE_CONSTANT, 0, 0);
    node->constant = value;
    return node;
}

/* ---- the public way in ----------------------------------------------------------------------- */

const rh_expression *rh_expression_parse_with(rh_arena *arena, const char *text, size_t length,
                                              uint32_t allowed, const char *const *names,
                                              rh_expression_error *error)
{
    struct template t = begin(arena, text, length, allowed, error);
    const rh_node *root;
    t.reading.names = names;
    if (!rh_node_parse(&t.reading, text, length, 0, &root))
        return NULL;
    if (!root)
        root = constant_node(arena, rh_value_null());
    return rh_node_finish(&t.reading, root, root);
}

const rh_expression *rh_expression_parse(rh_arena *arena, const char *text, size_t length,
                                         uint32_t allowed, rh_expression_error *error)
{
    return rh_expression_parse_with(arena, text, length, allowed, NULL, error);
}

const rh_expression *rh_expression_template(rh_arena *arena, const char *text, size_t length,
                                            uint32_t allowed, rh_expression_error *error)
{
    struct template t = begin(arena, text, length, allowed, error);
    const rh_node *root = rh_expression_is_in(text, length)
                              ? read_template(&t)
                              : constant_node(arena, rh_value_string(arena, text, length));
    return root ? rh_node_finish(&t.reading, root, root) : NULL;
}

/* The written tree of a condition; NULL with an error, or *empty. */
static const rh_node *read_condition(struct template *t, bool *empty)
{
    const rh_node *root = NULL;
    if (rh_expression_is_in(t->text, t->length)) {
        root = read_template(t);
        if (!root || root->kind != RH_NODE_CONSTANT || root->constant->kind != RH_STRING)
            return root;
        /* `${{ 'x' }}` becomes the text x before anybody knows that it is a condition. */
        t->text = root->constant->as.text;
        t->length = root->constant->count;
    }
    if (!rh_node_parse(&t->reading, t->text, t->length, 0, &root))
        return NULL;
    *empty = !root;
    return root;
}

static const rh_node *success_call(rh_arena *arena)
{
    rh_node *call = rh_node_new(arena, RH_NODE_CALL, 0, 0);
    call->function = RH_FUNCTION_SUCCESS;
    call->name = "success";
    return call;
}

static bool calls_status(const rh_node *node)
{
    if (node->kind == RH_NODE_CALL && node->function >= RH_FUNCTION_ALWAYS)
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (calls_status(node->operands[i]))
            return true;
    return false;
}

const rh_expression *rh_expression_condition(rh_arena *arena, const char *text, size_t length,
                                             uint32_t allowed, rh_expression_error *error)
{
    struct template t = begin(arena, text, length, allowed, error);
    bool empty = false;
    const rh_node *written = read_condition(&t, &empty), *root = written;
    if (!written && !empty)
        return NULL;
    if (!written)
        root = success_call(arena);
    else if (!calls_status(written))
        root = rh_node_join(arena, RH_NODE_AND, 0, success_call(arena), written);
    return rh_node_finish(&t.reading, root, written);
}
