/* format('{0} of {1}', a, b). The string is split first, so that what is wrong with it is found
 * before an argument is evaluated; arguments that it does not name are not evaluated at all.
 */
#include "sim/expression/evaluate.h"

#define INVALID "The following format string is invalid: %s"
#define TOO_MANY                                                                                   \
    "The following format string references more arguments than were supplied: "                   \
    "%s"

struct splitting {
    rh_arena *arena;
    const char *text;
    size_t length;
    size_t arguments;
    rh_format_part *parts;
    size_t count, room;
    bool too_few_arguments;
    const char *specifiers; /* of the first argument that has some: refused when it is its turn */
    size_t specifiers_length;
    int specified;
};

static char at(const struct splitting *s, size_t index)
{
    return index < s->length ? s->text[index] : '\0';
}

static void add_part(struct splitting *s, const char *text, size_t length, int argument)
{
    s->parts = rh_arena_reserve(s->arena, s->parts, sizeof *s->parts, s->count + 1, &s->room);
    s->parts[s->count++] = (rh_format_part){text, length, argument};
}

/* Behind the colon of "{0:...}" to the closing brace; returns its position, or 0. */
static size_t skip_specifiers(const struct splitting *s, size_t index)
{
    while (index < s->length) {
        if (s->text[index] != '}')
            index++;
        else if (at(s, index + 1) == '}')
            index += 2;
        else
            return index;
    }
    return 0;
}

/* From a brace that opens an argument to behind the one that closes it; 0 if it is none. */
static size_t read_argument(struct splitting *s, size_t brace, size_t text_start)
{
    size_t index = brace + 1, end;
    unsigned number = 0;
    for (; at(s, index) >= '0' && at(s, index) <= '9'; index++)
        if (number <= 255)
            number = number * 10 + (unsigned)(at(s, index) - '0');
    if (index == brace + 1 || number > 255)
        return 0;
    end = at(s, index) == '}' ? index : at(s, index) == ':' ? skip_specifiers(s, index + 1) : 0;
    if (!end)
        return 0;
    s->too_few_arguments = number >= s->arguments;
    if (s->too_few_arguments)
        return 0;
    add_part(s, s->text + text_start, brace - text_start, (int)number);
    if (end > index + 1 && s->specified < 0) {
        s->specified = (int)s->count - 1;
        s->specifiers = s->text + index + 1;
        s->specifiers_length = end - index - 1;
    }
    return end + 1;
}

static bool split(struct splitting *s)
{
    size_t start = 0;
    s->specified = -1;
    for (size_t i = 0; i < s->length;) {
        char c = s->text[i];
        if (c != '{' && c != '}') {
            i++;
        } else if (at(s, i + 1) == c) {
            add_part(s, s->text + start, i + 1 - start, -1);
            start = i += 2;
        } else if (c == '}') {
            return false;
        } else {
            start = i = read_argument(s, i, start);
            if (!i)
                return false;
        }
    }
    if (start < s->length || !s->count)
        add_part(s, s->text + start, s->length - start, -1);
    return true;
}

const rh_format_part *rh_format_split(rh_arena *arena, const char *text, size_t length,
                                      size_t arguments, uint32_t *count)
{
    struct splitting s = {.arena = arena, .text = text, .length = length, .arguments = arguments};
    bool good = split(&s) && s.specified < 0;
    *count = good ? (uint32_t)s.count : 0;
    return good ? s.parts : NULL;
}

/* ---- evaluation ------------------------------------------------------------------------------ */

static const char *runner_kind(const rh_value *value)
{
    switch (rh_kind_of(value)) {
    case RH_NULL:
        return "Null";
    case RH_BOOLEAN:
        return "Boolean";
    case RH_INTEGER:
    case RH_NUMBER:
        return "Number";
    case RH_STRING:
        return "String";
    case RH_LIST:
        return "Array";
    default:
        return "Object";
    }
}

static const rh_value *refuse_specifiers(rh_evaluation *evaluation, const struct splitting *s,
                                         const rh_value *argument)
{
    rh_text text = rh_text_in(evaluation->arena);
    for (size_t i = 0; i < s->specifiers_length; i++) {
        rh_text_putc(&text, s->specifiers[i]);
        i += s->specifiers[i] == '}';
    }
    return rh_evaluation_fail(evaluation,
                              "The format specifiers '%s' are not valid for objects of type '%s'",
                              rh_text_string(&text), runner_kind(argument));
}

struct building {
    rh_evaluation *evaluation;
    const rh_node *node;
    const rh_value **arguments; /* evaluated so far */
    const rh_value *unknown;
    unsigned flags;
    size_t length;
};

/* Evaluates the argument of a part and counts the length. */
static const rh_value *evaluate_part(struct building *b, const rh_format_part *part)
{
    const rh_value **argument = &b->arguments[part->argument];
    rh_view view;
    if (!*argument) {
        *argument = rh_evaluate(b->evaluation, b->node->operands[part->argument + 1]);
        if (!*argument)
            return NULL;
        b->flags |= (*argument)->flags;
    }
    if ((*argument)->kind == RH_UNKNOWN && !b->unknown)
        b->unknown = *argument;
    rh_expression_view(*argument, &view);
    b->length += view.length;
    return *argument;
}

static const rh_value *build_text(struct building *b, const rh_format_part *parts, size_t count)
{
    char *text = rh_arena_alloc(b->evaluation->arena, b->length + 1);
    size_t length = 0;
    rh_view view;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].length)
            memcpy(text + length, parts[i].text, parts[i].length);
        length += parts[i].length;
        if (parts[i].argument < 0)
            continue;
        rh_expression_view(b->arguments[parts[i].argument], &view);
        memcpy(text + length, view.text, view.length);
        length += view.length;
    }
    return rh_evaluation_string(b->evaluation, text, length, b->flags);
}

static const rh_value *build(rh_evaluation *evaluation, const rh_node *node,
                             const rh_format_part *parts, size_t count, const struct splitting *s,
                             unsigned flags)
{
    enum { FEW = 8 };
    const rh_value *few[FEW] = {0};
    struct building b = {.evaluation = evaluation, .node = node, .flags = flags};
    b.arguments =
        node->count <= FEW ? few : RH_NEW_ARRAY(evaluation->arena, const rh_value *, node->count);
    for (size_t i = 0; i < count; i++) {
        b.length += parts[i].length;
        if (parts[i].argument < 0)
            continue;
        const rh_value *argument = evaluate_part(&b, &parts[i]);
        if (!argument)
            return NULL;
        if (s && s->specified == (int)i)
            return refuse_specifiers(evaluation, s, argument);
    }
    if (b.unknown)
        return rh_evaluation_unknown(evaluation, b.unknown, b.flags);
    return build_text(&b, parts, count);
}

const rh_value *rh_evaluate_format(rh_evaluation *evaluation, const rh_node *node)
{
    if (node->parts)
        return build(evaluation, node, node->parts, node->part_count, NULL, 0);
    const rh_value *format = rh_evaluate(evaluation, node->operands[0]);
    rh_view view;
    if (!format || format->kind == RH_UNKNOWN)
        return format;
    rh_expression_view(format, &view);
    struct splitting s = {.arena = evaluation->arena,
                          .text = view.text,
                          .length = view.length,
                          .arguments = node->count - 1u};
    if (!split(&s)) {
        const char *text = rh_arena_text(evaluation->arena, view.text, view.length);
        return s.too_few_arguments ? rh_evaluation_fail(evaluation, TOO_MANY, text)
                                   : rh_evaluation_fail(evaluation, INVALID, text);
    }
    return build(evaluation, node, s.parts, s.count, &s, format->flags);
}
