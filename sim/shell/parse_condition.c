/* The inside of [[ ]]. Precedence from low to high: ||, &&, !, primary. */
#include "sim/shell/parse.h"

static const rh_sh_condition *parse_or(rh_sh_parser *parser);

static rh_sh_condition *new_condition(rh_sh_parser *parser, const char *operator)
{
    rh_sh_condition *condition = RH_NEW(parser->arena, rh_sh_condition);
    memcpy(condition->operator, operator, strlen(operator));
    return condition;
}

static const rh_sh_word *operand(rh_sh_parser *parser, rh_sh_mode mode)
{
    rh_sh_skip_blanks(parser);
    char c = rh_sh_peek(parser, 0);
    if (parser->error || (rh_sh_ends_word(c) && !(mode == RH_SH_REGEX && c == '(')))
        return rh_sh_unexpected(parser);
    return rh_sh_parse_word(parser, mode, false);
}

/* The binary operator at the cursor, with its bytes taken; NULL: none. */
static const char *take_binary(rh_sh_parser *parser)
{
    static const char *const operators[] = {"==",  "=~",  "!=",  "=",   "-eq", "-ne", "-lt",
                                            "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (rh_sh_take_word(parser, operators[i]))
            return operators[i];
    char c = rh_sh_peek(parser, 0);
    if (c == '<' || c == '>') {
        parser->at++;
        return c == '<' ? "<" : ">";
    }
    return NULL;
}

static bool at_unary(const rh_sh_parser *parser)
{
    char letter = rh_sh_peek(parser, 1);
    char behind = rh_sh_peek(parser, 2);
    return rh_sh_peek(parser, 0) == '-' && letter && strchr("abcdefghknoprstuvwxzGLNORS", letter) &&
           (behind == ' ' || behind == '\t' || behind == '\n');
}

static const rh_sh_condition *parse_unary(rh_sh_parser *parser, uint32_t begin)
{
    char operator[3] = {'-', rh_sh_peek(parser, 1), '\0'};
    uint32_t before = parser->at;
    parser->at += 2;
    rh_sh_skip_blanks(parser);
    if (rh_sh_is_word(parser, "]]") || rh_sh_ends_word(rh_sh_peek(parser, 0)) ||
        rh_sh_is_word(parser, "==") || rh_sh_is_word(parser, "=") || rh_sh_is_word(parser, "!=")) {
        parser->at = before;
        return NULL; /* a word that looks like an operator */
    }
    rh_sh_condition *condition = new_condition(parser, operator);
    condition->first = operand(parser, RH_SH_WORD);
    condition->source = rh_sh_source(parser, begin);
    return condition;
}

static const rh_sh_condition *parse_primary(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    if (rh_sh_peek(parser, 0) == '(') {
        rh_sh_condition *group = new_condition(parser, "(");
        parser->at++;
        group->left = parse_or(parser);
        rh_sh_skip_lines(parser);
        if (parser->error || rh_sh_peek(parser, 0) != ')')
            return rh_sh_unexpected(parser);
        parser->at++;
        return group;
    }
    if (at_unary(parser)) {
        const rh_sh_condition *unary = parse_unary(parser, begin);
        if (unary || parser->error)
            return unary;
    }
    const rh_sh_word *first = operand(parser, RH_SH_WORD);
    if (!first)
        return NULL;
    rh_sh_skip_lines(parser);
    const char *operator= rh_sh_is_word(parser, "]]") ? NULL : take_binary(parser);
    if (!operator) {
        rh_sh_condition *condition = new_condition(parser, "-n");
        condition->first = first;
        condition->source = rh_sh_source(parser, begin);
        return condition;
    }
    rh_sh_condition *condition = new_condition(parser, operator);
    bool pattern = operator[0] == '=' || operator[0] == '!';
    condition->first = first;
    condition->second = operand(parser, operator[1] == '~' ? RH_SH_REGEX
                                        : pattern          ? RH_SH_GLOB
                                                           : RH_SH_WORD);
    condition->source = rh_sh_source(parser, begin);
    return parser->error ? NULL : condition;
}

static const rh_sh_condition *parse_not(rh_sh_parser *parser)
{
    if (!rh_sh_descend(parser))
        return NULL;
    const rh_sh_condition *found;
    rh_sh_skip_lines(parser);
    if (rh_sh_take_word(parser, "!")) {
        rh_sh_condition *negation = new_condition(parser, "!");
        negation->left = parse_not(parser);
        found = parser->error ? NULL : negation;
    } else {
        found = parse_primary(parser);
    }
    parser->levels++;
    return found;
}

/* The tree leans to the left: each link is one level deeper, so a level is taken for each. */
static const rh_sh_condition *parse_chain(rh_sh_parser *parser, char c,
                                          const rh_sh_condition *(*next)(rh_sh_parser *))
{
    uint32_t taken = 0;
    const rh_sh_condition *left = next(parser);
    for (;;) {
        rh_sh_skip_lines(parser);
        if (parser->error || rh_sh_peek(parser, 0) != c || rh_sh_peek(parser, 1) != c)
            break;
        if (!rh_sh_descend(parser))
            break;
        taken++;
        parser->at += 2;
        rh_sh_condition *both = new_condition(parser, c == '&' ? "&&" : "||");
        both->left = left;
        both->right = next(parser);
        left = both;
    }
    parser->levels += taken;
    return parser->error ? NULL : left;
}

static const rh_sh_condition *parse_and(rh_sh_parser *parser)
{
    return parse_chain(parser, '&', parse_not);
}

static const rh_sh_condition *parse_or(rh_sh_parser *parser)
{
    return parse_chain(parser, '|', parse_and);
}

const rh_sh_condition *rh_sh_parse_condition(rh_sh_parser *parser)
{
    bool fine = !parser->error;
    const rh_sh_condition *condition = parse_or(parser);
    rh_sh_skip_lines(parser);
    if (!parser->error && !rh_sh_take_word(parser, "]]"))
        rh_sh_unexpected(parser);
    if (!parser->error)
        return condition;
    parser->in_condition = parser->in_condition || fine;
    return NULL;
}
