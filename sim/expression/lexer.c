#include "sim/expression/lexer.h"

#include "sim/expression/letters.h"
#include "sim/expression/number.h"

#define BIT(kind) (1u << RH_LEXEME_##kind)
#define LITERALS (BIT(NULL) | BIT(BOOLEAN) | BIT(NUMBER) | BIT(STRING))
/* Where an operand may begin, where one may end, and what may be asked for a part. */
#define BEFORE_OPERAND                                                                             \
    (BIT(NONE) | BIT(SEPARATOR) | BIT(START_GROUP) | BIT(START_PARAMETERS) | BIT(START_INDEX) |    \
     BIT(NOT) | BIT(OPERATOR))
#define COLLECTIONS                                                                                \
    (BIT(END_GROUP) | BIT(END_PARAMETERS) | BIT(END_INDEX) | BIT(WILDCARD) | BIT(PROPERTY) |       \
     BIT(NAME))
#define OPERAND_ENDS (COLLECTIONS | LITERALS)

static const uint32_t may_follow[] = {
    [RH_LEXEME_START_GROUP] = BEFORE_OPERAND,
    [RH_LEXEME_START_INDEX] = COLLECTIONS,
    [RH_LEXEME_START_PARAMETERS] = BIT(FUNCTION),
    [RH_LEXEME_END_GROUP] = OPERAND_ENDS,
    [RH_LEXEME_END_INDEX] = OPERAND_ENDS,
    [RH_LEXEME_END_PARAMETERS] = OPERAND_ENDS | BIT(START_PARAMETERS),
    [RH_LEXEME_SEPARATOR] = OPERAND_ENDS,
    [RH_LEXEME_DEREFERENCE] = COLLECTIONS,
    [RH_LEXEME_NOT] = BEFORE_OPERAND,
    [RH_LEXEME_OPERATOR] = OPERAND_ENDS,
    [RH_LEXEME_WILDCARD] = BIT(START_INDEX) | BIT(DEREFERENCE),
    [RH_LEXEME_NULL] = BEFORE_OPERAND,
    [RH_LEXEME_BOOLEAN] = BEFORE_OPERAND,
    [RH_LEXEME_NUMBER] = BEFORE_OPERAND,
    [RH_LEXEME_STRING] = BEFORE_OPERAND,
    [RH_LEXEME_PROPERTY] = BIT(DEREFERENCE),
    [RH_LEXEME_FUNCTION] = BEFORE_OPERAND,
    [RH_LEXEME_NAME] = BEFORE_OPERAND,
};

/* ---- characters ------------------------------------------------------------------------------ */

static size_t space_at(const rh_lexer *lexer, size_t at)
{
    const char *text = lexer->text + at;
    if (at >= lexer->length || ((unsigned char)*text > ' ' && (unsigned char)*text < 0x80))
        return 0;
    return rh_letters_space(text, lexer->length - at);
}

static size_t skip_space(const rh_lexer *lexer, size_t at)
{
    size_t space;
    while ((space = space_at(lexer, at)) != 0)
        at += space;
    return at;
}

static bool is_boundary(const rh_lexer *lexer, size_t at)
{
    char c = lexer->text[at];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return false;
    return (c && strchr("([)],.!><=&|", c)) || space_at(lexer, at);
}

static void skip_word(rh_lexer *lexer, bool with_points)
{
    while (lexer->at < lexer->length &&
           (!is_boundary(lexer, lexer->at) || (with_points && lexer->text[lexer->at] == '.')))
        lexer->at++;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool rh_lexer_is_name(const char *text, size_t length)
{
    if (!length || !is_letter(text[0]))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!is_letter(text[i]) && !(text[i] >= '0' && text[i] <= '9') && text[i] != '-')
            return false;
    return true;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static rh_lexeme unexpected(rh_lexeme lexeme, bool malformed)
{
    lexeme.kind = RH_LEXEME_UNEXPECTED;
    lexeme.malformed = malformed;
    return lexeme;
}

static rh_lexeme read_number(rh_lexer *lexer, rh_lexeme lexeme)
{
    lexer->at++;
    skip_word(lexer, true);
    lexeme.length = lexer->at - lexeme.start;
    lexeme.kind = RH_LEXEME_NUMBER;
    lexeme.number = rh_number_parse(lexer->text + lexeme.start, lexeme.length);
    return lexeme.number == lexeme.number ? lexeme : unexpected(lexeme, true);
}

static rh_lexeme read_string(rh_lexer *lexer, rh_lexeme lexeme)
{
    bool closed = false;
    lexeme.kind = RH_LEXEME_STRING;
    for (lexer->at++; !closed && lexer->at < lexer->length;) {
        if (lexer->text[lexer->at++] != '\'')
            continue;
        if (lexer->at < lexer->length && lexer->text[lexer->at] == '\'')
            lexer->at++;
        else
            closed = true;
    }
    lexeme.length = lexer->at - lexeme.start;
    return closed ? lexeme : unexpected(lexeme, true);
}

const rh_value *rh_lexer_string(const rh_lexer *lexer, const rh_lexeme *lexeme)
{
    const char *from = lexer->text + lexeme->start + 1, *end = from + lexeme->length - 2;
    if (!memchr(from, '\'', (size_t)(end - from)))
        return rh_value_string(lexer->arena, from, (size_t)(end - from));
    char *text = rh_arena_alloc(lexer->arena, lexeme->length);
    size_t length = 0;
    for (; from < end; from++) {
        text[length++] = *from;
        from += *from == '\'';
    }
    return rh_value_string(lexer->arena, text, length);
}

static rh_lexeme read_operator(rh_lexer *lexer, rh_lexeme lexeme)
{
    const char *text = lexer->text + lexeme.start;
    char second = lexeme.start + 1 < lexer->length ? text[1] : '\0';
    int node = -1;
    lexeme.length = 2;
    if (second == '=')
        node = text[0] == '!'   ? RH_NODE_NOT_EQUAL
               : text[0] == '>' ? RH_NODE_GREATER_EQUAL
               : text[0] == '<' ? RH_NODE_LESS_EQUAL
               : text[0] == '=' ? RH_NODE_EQUAL
                                : -1;
    else if (second == text[0])
        node = second == '&' ? RH_NODE_AND : second == '|' ? RH_NODE_OR : -1;
    if (node < 0) {
        lexeme.length = 1;
        node = text[0] == '!'   ? RH_NODE_NOT
               : text[0] == '>' ? RH_NODE_GREATER
               : text[0] == '<' ? RH_NODE_LESS
                                : -1;
    }
    lexer->at += lexeme.length;
    if (node < 0) {
        skip_word(lexer, false);
        lexeme.length = lexer->at - lexeme.start;
        return unexpected(lexeme, true);
    }
    lexeme.kind = node == RH_NODE_NOT ? RH_LEXEME_NOT : RH_LEXEME_OPERATOR;
    lexeme.node = (uint8_t)node;
    return lexeme;
}

static bool is_word(const rh_lexer *lexer, const rh_lexeme *lexeme, const char *word)
{
    return lexeme->length == strlen(word) &&
           memcmp(lexer->text + lexeme->start, word, lexeme->length) == 0;
}

static rh_lexeme read_word(rh_lexer *lexer, rh_lexeme lexeme)
{
    lexer->at++;
    skip_word(lexer, false);
    lexeme.length = lexer->at - lexeme.start;
    if (!rh_lexer_is_name(lexer->text + lexeme.start, lexeme.length))
        return unexpected(lexeme, true);
    if (lexer->last == RH_LEXEME_DEREFERENCE) {
        lexeme.kind = RH_LEXEME_PROPERTY;
    } else if (is_word(lexer, &lexeme, "null")) {
        lexeme.kind = RH_LEXEME_NULL;
    } else if (is_word(lexer, &lexeme, "true") || is_word(lexer, &lexeme, "false")) {
        lexeme.kind = RH_LEXEME_BOOLEAN;
        lexeme.boolean = lexeme.length == 4;
    } else if (is_word(lexer, &lexeme, "NaN")) {
        lexeme.kind = RH_LEXEME_NUMBER;
        lexeme.number = rh_number_nan();
    } else if (is_word(lexer, &lexeme, "Infinity")) {
        lexeme.kind = RH_LEXEME_NUMBER;
        lexeme.number = rh_number_infinity();
    } else {
        size_t next = skip_space(lexer, lexer->at);
        bool called = next < lexer->length && lexer->text[next] == '(';
        lexeme.kind = called ? RH_LEXEME_FUNCTION : RH_LEXEME_NAME;
    }
    return lexeme;
}

static rh_lexeme read_sign(rh_lexer *lexer, rh_lexeme lexeme, rh_lexeme_kind kind)
{
    lexer->at++;
    lexeme.length = 1;
    lexeme.kind = (uint8_t)kind;
    return lexeme;
}

static uint8_t innermost(const rh_lexer *lexer)
{
    return lexer->unclosed_count ? lexer->unclosed[lexer->unclosed_count - 1] : RH_LEXEME_NONE;
}

static rh_lexeme read_lexeme(rh_lexer *lexer, rh_lexeme lexeme)
{
    char c = lexer->text[lexer->at];
    switch (c) {
    case '(':
        return read_sign(lexer, lexeme,
                         lexer->last == RH_LEXEME_FUNCTION ? RH_LEXEME_START_PARAMETERS
                                                           : RH_LEXEME_START_GROUP);
    case ')':
        return read_sign(lexer, lexeme,
                         innermost(lexer) == RH_LEXEME_START_PARAMETERS ? RH_LEXEME_END_PARAMETERS
                                                                        : RH_LEXEME_END_GROUP);
    case '[':
        return read_sign(lexer, lexeme, RH_LEXEME_START_INDEX);
    case ']':
        return read_sign(lexer, lexeme, RH_LEXEME_END_INDEX);
    case ',':
        return read_sign(lexer, lexeme, RH_LEXEME_SEPARATOR);
    case '*':
        return read_sign(lexer, lexeme, RH_LEXEME_WILDCARD);
    case '\'':
        return read_string(lexer, lexeme);
    case '!':
    case '>':
    case '<':
    case '=':
    case '&':
    case '|':
        return read_operator(lexer, lexeme);
    case '.':
        if (!(1u << lexer->last & BEFORE_OPERAND))
            return read_sign(lexer, lexeme, RH_LEXEME_DEREFERENCE);
        return read_number(lexer, lexeme);
    default:
        if (c == '-' || c == '+' || (c >= '0' && c <= '9'))
            return read_number(lexer, lexeme);
        return read_word(lexer, lexeme);
    }
}

/* Whether a closing bracket or a comma stands in the brackets it belongs to; keeps track of
 * them. */
static bool nests(rh_lexer *lexer, rh_lexeme_kind kind)
{
    switch (kind) {
    case RH_LEXEME_START_GROUP:
    case RH_LEXEME_START_INDEX:
    case RH_LEXEME_START_PARAMETERS:
        lexer->unclosed = rh_arena_reserve(lexer->arena, lexer->unclosed, 1,
                                           lexer->unclosed_count + 1, &lexer->unclosed_room);
        lexer->unclosed[lexer->unclosed_count++] = (uint8_t)kind;
        return true;
    case RH_LEXEME_END_GROUP:
    case RH_LEXEME_END_INDEX:
    case RH_LEXEME_END_PARAMETERS:
        if (innermost(lexer) != kind - RH_LEXEME_END_GROUP + RH_LEXEME_START_GROUP)
            return false;
        lexer->unclosed_count--;
        return true;
    case RH_LEXEME_SEPARATOR:
        return innermost(lexer) == RH_LEXEME_START_PARAMETERS;
    default:
        return true;
    }
}

rh_lexeme rh_lexer_next(rh_lexer *lexer)
{
    lexer->at = skip_space(lexer, lexer->at);
    rh_lexeme lexeme = {.kind = RH_LEXEME_NONE, .start = lexer->at};
    if (lexer->at >= lexer->length)
        return lexeme;
    lexeme = read_lexeme(lexer, lexeme);
    if (lexeme.kind != RH_LEXEME_UNEXPECTED &&
        (!(may_follow[lexeme.kind] & 1u << lexer->last) || !nests(lexer, lexeme.kind)))
        lexeme = unexpected(lexeme, false);
    lexer->last = lexeme.kind;
    return lexeme;
}
