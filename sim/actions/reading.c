#include <string.h>

#include "sim/actions/read.h"

enum { MOST_PROBLEMS = 200 };

/* ---- places ---------------------------------------------------------------------------------- */

static void find_lines(rh_reading *r)
{
    size_t count = 1;
    for (size_t i = 0; i < r->length; i++)
        count += r->source[i] == '\n' || (r->source[i] == '\r' && r->source[i + 1] != '\n');
    size_t *lines = RH_NEW_ARRAY(r->arena, size_t, count);
    size_t line = 1;
    for (size_t i = 0; i < r->length; i++)
        if (r->source[i] == '\n' || (r->source[i] == '\r' && r->source[i + 1] != '\n'))
            lines[line++] = i + 1;
    r->lines = (rh_lines){lines, count};
}

rh_reading *rh_reading_begin(rh_arena *arena, rh_actions_loading *loading, const char *path,
                             const char *from, const char *text, size_t length)
{
    rh_reading *r = RH_NEW(arena, rh_reading);
    r->arena = arena;
    r->loading = loading;
    r->path = rh_arena_string(arena, path);
    r->from = from;
    r->source = rh_arena_text(arena, text, length);
    r->length = length;
    find_lines(r);
    return r;
}

rh_actions_place rh_reading_place(const rh_reading *r, size_t byte)
{
    rh_actions_place place;
    rh_lines_place(&r->lines, byte, &place.line, &place.column);
    return place;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Anchors and tags stand before a scalar, `|` and its options before a block's text. */
static size_t skip_front(const rh_reading *r, const rh_yaml *scalar)
{
    const char *source = r->source;
    size_t at = scalar->begin;
    while (at < scalar->end && (source[at] == '&' || source[at] == '!')) {
        while (at < scalar->end && !is_blank(source[at]))
            at++;
        while (at < scalar->end && is_blank(source[at]))
            at++;
    }
    if (scalar->style == RH_YAML_SINGLE_QUOTED || scalar->style == RH_YAML_DOUBLE_QUOTED)
        return at + 1;
    if (scalar->style == RH_YAML_LITERAL || scalar->style == RH_YAML_FOLDED)
        while (at < scalar->end && source[at] != '\n')
            at++;
    return at;
}

static uint32_t read_hex(const char *digits, size_t count)
{
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        char c = digits[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 0;
        number = number << 4 | digit;
    }
    return number;
}

/* The length of an escape sequence of a double-quoted scalar; *solid becomes how many bytes that
 * are not blank it stands for. */
static size_t escape_length(const char *source, size_t *solid)
{
    size_t digits = source[1] == 'x' ? 2 : source[1] == 'u' ? 4 : source[1] == 'U' ? 8 : 0;
    *solid = 1;
    if (digits) {
        uint32_t code = read_hex(source + 2, strnlen(source + 2, digits));
        *solid = code < 0x80      ? (size_t)!is_blank((char)code)
                 : code < 0x800   ? 2
                 : code < 0x10000 ? 3
                                  : 4;
        return 2 + digits;
    }
    if (source[1] && strchr("ntr \n\r\t", source[1]))
        *solid = 0;
    else if (source[1] == 'N' || source[1] == '_')
        *solid = 2;
    else if (source[1] == 'L' || source[1] == 'P')
        *solid = 3;
    return 2;
}

/* Blanks come and go when a scalar is folded or its indentation is taken off; the other bytes stay.
 * So these are counted. */
rh_actions_place rh_reading_place_in(const rh_reading *r, const rh_yaml *scalar, size_t offset)
{
    size_t left = 0;
    for (size_t i = 0; i < offset && i < scalar->count; i++)
        left += !is_blank(scalar->text[i]);
    size_t at = skip_front(r, scalar);
    while (at < scalar->end && (left > 0 || is_blank(r->source[at]))) {
        size_t length = 1, solid = !is_blank(r->source[at]);
        if (scalar->style == RH_YAML_DOUBLE_QUOTED && r->source[at] == '\\')
            length = escape_length(r->source + at, &solid);
        else if (scalar->style == RH_YAML_SINGLE_QUOTED && r->source[at] == '\'')
            length = 2;
        at += length;
        left -= solid < left ? solid : left;
    }
    return rh_reading_place(r, at < scalar->end ? at : scalar->end);
}

/* ---- problems and notes ---------------------------------------------------------------------- */

/* Messages quote what is written, which may stand in several lines. */
static const char *one_line(rh_arena *arena, const char *format, va_list arguments)
{
    const char *text = rh_vformat(arena, format, arguments);
    char *line = rh_arena_string(arena, text);
    for (char *c = line; *c; c++)
        if (is_blank(*c))
            *c = ' ';
    return line;
}

static void add_problem(rh_reading *r, uint32_t line, uint32_t column, const char *format,
                        va_list arguments)
{
    if (r->problem_count >= MOST_PROBLEMS) {
        r->unlisted++;
        return;
    }
    r->problems = rh_arena_reserve(r->arena, r->problems, sizeof *r->problems, r->problem_count + 1,
                                   &r->problem_capacity);
    r->problems[r->problem_count++] =
        (rh_actions_problem){line, column, one_line(r->arena, format, arguments)};
}

bool rh_reading_is_full(const rh_reading *r)
{
    return r->problem_count >= MOST_PROBLEMS || r->note_count >= MOST_PROBLEMS;
}

void rh_reading_refuse(rh_reading *r, uint32_t line, uint32_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_problem(r, line, column, format, arguments);
    va_end(arguments);
}

void rh_reading_refuse_token(rh_reading *r, const rh_token *token, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_problem(r, token->line, token->column, format, arguments);
    va_end(arguments);
}

static void add_note(rh_reading *r, uint32_t line, uint32_t column, const char *format,
                     va_list arguments)
{
    if (r->note_count >= MOST_PROBLEMS)
        return;
    r->notes = rh_arena_reserve(r->arena, r->notes, sizeof *r->notes, r->note_count + 1,
                                &r->note_capacity);
    r->notes[r->note_count++] =
        (rh_actions_note){.place = {line, column}, .text = one_line(r->arena, format, arguments)};
}

void rh_reading_note(rh_reading *r, uint32_t line, uint32_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_note(r, line, column, format, arguments);
    va_end(arguments);
}

void rh_reading_note_token(rh_reading *r, const rh_token *token, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_note(r, token->line, token->column, format, arguments);
    va_end(arguments);
}

void rh_reading_note_left_out(rh_reading *r, const rh_token *key, const char *event,
                              const char *text)
{
    size_t before = r->note_count;
    rh_reading_note_token(r, key, "%s", text);
    if (r->note_count == before)
        return;
    r->notes[before].is_left_out = true;
    r->notes[before].event = event;
}

static bool stands_before(rh_actions_place left, rh_actions_place right)
{
    return left.line != right.line ? left.line < right.line : left.column < right.column;
}

/* By place; what stands at one place keeps its order. */
static void sort_problems(rh_reading *r)
{
    for (size_t i = 1; i < r->problem_count; i++) {
        rh_actions_problem moved = r->problems[i];
        rh_actions_place place = {moved.line, moved.column};
        size_t at = i;
        for (; at > 0; at--) {
            const rh_actions_problem *before = &r->problems[at - 1];
            if (!stands_before(place, (rh_actions_place){before->line, before->column}))
                break;
            r->problems[at] = *before;
        }
        r->problems[at] = moved;
    }
}

static void sort_notes(rh_reading *r)
{
    for (size_t i = 1; i < r->note_count; i++) {
        rh_actions_note moved = r->notes[i];
        size_t at = i;
        for (; at > 0 && stands_before(moved.place, r->notes[at - 1].place); at--)
            r->notes[at] = r->notes[at - 1];
        r->notes[at] = moved;
    }
}

static bool is_repeated(const rh_reading *r, size_t i)
{
    const rh_actions_problem *one = &r->problems[i];
    for (;
         i > 0 && r->problems[i - 1].line == one->line && r->problems[i - 1].column == one->column;
         i--)
        if (!strcmp(r->problems[i - 1].message, one->message))
            return true;
    return false;
}

bool rh_reading_end(rh_reading *r)
{
    rh_actions_errors *errors = r->loading->errors;
    sort_problems(r);
    sort_notes(r);
    for (size_t i = 0; i < r->problem_count; i++) {
        const rh_actions_problem *problem = &r->problems[i];
        if (is_repeated(r, i))
            continue;
        if (errors->count < RH_ACTIONS_MAX_ERRORS)
            rh_error_set(&errors->items[errors->count++], r->path, problem->line, problem->column,
                         "%s%s", problem->message, r->from);
        else
            errors->left_out++;
    }
    errors->left_out += r->unlisted;
    bool good = r->problem_count == 0;
    r->problem_count = r->unlisted = 0;
    return good;
}
