/* What begins with a dollar sign, and the older forms of it. */
#include "sim/shell/parse.h"

/* ---- $'...' ---------------------------------------------------------------------------------- */

static void add_utf8(rh_sh_parser *parser, rh_sh_builder *builder, uint32_t code)
{
    char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (length == 1) {
        bytes[0] = (char)code;
    } else {
        static const unsigned char heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = length - 1; i > 0; i--, code >>= 6)
            bytes[i] = (char)(0x80 | (code & 0x3f));
        bytes[0] = (char)(heads[length] | (code & 0xff));
    }
    rh_sh_add(parser, builder, bytes, length, true);
}

static uint32_t digits(rh_sh_parser *parser, unsigned base, unsigned most)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < most; i++) {
        char c = rh_sh_peek(parser, 0);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 99;
        if (digit >= base)
            break;
        number = number * base + digit;
        parser->at++;
    }
    return number;
}

static void ansi_escape(rh_sh_parser *parser, rh_sh_builder *builder)
{
    static const char from[] = "abefnrtvE\\'\"?";
    static const char to[] = "\a\b\033\f\n\r\t\v\033\\'\"?";
    char c = rh_sh_peek(parser, 0);
    const char *found = c ? strchr(from, c) : NULL;
    if (found) {
        parser->at++;
        rh_sh_add(parser, builder, &to[found - from], 1, true);
    } else if (c >= '0' && c <= '7') {
        char byte = (char)digits(parser, 8, 3);
        rh_sh_add(parser, builder, &byte, byte != 0, true);
    } else if (c == 'x') {
        parser->at++;
        char byte = (char)digits(parser, 16, 2);
        rh_sh_add(parser, builder, &byte, byte != 0, true);
    } else if (c == 'u' || c == 'U') {
        parser->at++;
        add_utf8(parser, builder, digits(parser, 16, c == 'u' ? 4 : 8) & 0x1fffff);
    } else {
        rh_sh_add(parser, builder, "\\", 1, true);
    }
}

static void ansi_quotes(rh_sh_parser *parser, rh_sh_builder *builder)
{
    uint32_t begin = parser->at;
    parser->at += 2;
    rh_sh_add(parser, builder, "", 0, true);
    while (parser->at < parser->end) {
        char c = parser->text[parser->at++];
        if (c == '\'')
            return;
        if (c == '\\')
            ansi_escape(parser, builder);
        else
            rh_sh_add(parser, builder, &c, 1, true);
    }
    rh_sh_refuse(parser, begin, "unexpected EOF while looking for matching `''");
}

/* ---- ${...} ---------------------------------------------------------------------------------- */

static void add_parameter(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted, uint32_t begin,
                          const rh_sh_parameter *parameter)
{
    rh_sh_add_part(parser, builder,
                   (rh_sh_part){.kind = RH_SH_PARAMETER,
                                .quoted = quoted,
                                .text = rh_sh_source(parser, begin),
                                .as.parameter = parameter});
}

static rh_sh_word *sub_word(rh_sh_parser *parser, rh_sh_mode mode, bool quoted)
{
    return (rh_sh_word *)(uintptr_t)rh_sh_parse_word(parser, mode, quoted);
}

static bool parse_subject(rh_sh_parser *parser, rh_sh_parameter *parameter)
{
    char c = rh_sh_peek(parser, 0);
    if (rh_sh_name_begins(c)) {
        uint32_t length = 1;
        while (rh_sh_name_goes_on(rh_sh_peek(parser, length)))
            length++;
        parameter->name = rh_sh_name(parser->script->names, parser->text + parser->at, length);
        parser->at += length;
    } else if (c >= '1' && c <= '9') {
        parameter->special = '1';
        while (c = rh_sh_peek(parser, 0), c >= '0' && c <= '9' && parameter->position < 100000) {
            parameter->position = parameter->position * 10 + (uint32_t)(c - '0');
            parser->at++;
        }
    } else if (c && strchr("@*#?-$!0", c)) {
        parameter->special = c;
        parser->at++;
    } else {
        return false;
    }
    if (rh_sh_peek(parser, 0) == '[' && !parameter->special) {
        char all = rh_sh_peek(parser, 1);
        if ((all == '@' || all == '*') && rh_sh_peek(parser, 2) == ']') {
            parameter->all = all;
            parser->at += 3;
            return true;
        }
        parser->at++;
        parameter->subscript = sub_word(parser, RH_SH_BRACKET, false);
        parser->at++;
    }
    return true;
}

static void parse_replacement(rh_sh_parser *parser, rh_sh_parameter *parameter)
{
    parameter->operation = RH_SH_REPLACE;
    parser->at++;
    char c = rh_sh_peek(parser, 0);
    if (c == '/') {
        parameter->twice = true;
        parser->at++;
    } else if (c == '#' || c == '%') {
        parameter->anchor = c;
        parser->at++;
    }
    parameter->word = sub_word(parser, RH_SH_SLASH, false);
    if (!parser->error && rh_sh_peek(parser, 0) == '/') {
        parser->at++;
        parameter->second = sub_word(parser, RH_SH_BRACE, false);
    }
}

static void parse_slice(rh_sh_parser *parser, rh_sh_parameter *parameter)
{
    parameter->operation = RH_SH_SLICE;
    parser->at++;
    parameter->word = sub_word(parser, RH_SH_COLON, true);
    if (!parser->error && rh_sh_peek(parser, 0) == ':') {
        parser->at++;
        parameter->second = sub_word(parser, RH_SH_BRACE, true);
    }
}

static void parse_pattern_operation(rh_sh_parser *parser, rh_sh_parameter *parameter, char c,
                                    rh_sh_operation operation)
{
    parameter->operation = (uint8_t)operation;
    parser->at++;
    if (rh_sh_peek(parser, 0) == c) {
        parameter->twice = true;
        parser->at++;
    }
    if (rh_sh_peek(parser, 0) != '}')
        parameter->word = sub_word(parser, RH_SH_BRACE, false);
}

static bool parse_default(rh_sh_parser *parser, rh_sh_parameter *parameter, bool quoted)
{
    uint32_t colon = rh_sh_peek(parser, 0) == ':';
    char c = rh_sh_peek(parser, colon);
    rh_sh_operation operation;
    switch (c) {
    case '-':
        operation = RH_SH_DEFAULT;
        break;
    case '=':
        operation = RH_SH_ASSIGN;
        break;
    case '?':
        operation = RH_SH_REQUIRE;
        break;
    case '+':
        operation = RH_SH_ALTERNATE;
        break;
    default:
        return false;
    }
    parameter->operation = (uint8_t)operation;
    parameter->colon = colon;
    parser->at += 1 + colon;
    parameter->word = sub_word(parser, RH_SH_BRACE, quoted);
    return true;
}

static void parse_operation(rh_sh_parser *parser, rh_sh_parameter *parameter, bool quoted)
{
    char c = rh_sh_peek(parser, 0);
    if (c == '}' || parse_default(parser, parameter, quoted))
        return;
    switch (c) {
    case ':':
        parse_slice(parser, parameter);
        break;
    case '/':
        parse_replacement(parser, parameter);
        break;
    case '#':
        parse_pattern_operation(parser, parameter, c, RH_SH_CUT_HEAD);
        break;
    case '%':
        parse_pattern_operation(parser, parameter, c, RH_SH_CUT_TAIL);
        break;
    case '^':
        parse_pattern_operation(parser, parameter, c, RH_SH_UPPER);
        break;
    case ',':
        parse_pattern_operation(parser, parameter, c, RH_SH_LOWER);
        break;
    case '@':
        parameter->operation = RH_SH_TRANSFORM;
        parameter->anchor = rh_sh_peek(parser, 1);
        parser->at += 2;
        break;
    default:
        break;
    }
}

/* Behind ${ or ${!: whether # asks for a length, or is the parameter itself. */
static bool asks_length(const rh_sh_parser *parser)
{
    char next = rh_sh_peek(parser, 1);
    if (rh_sh_peek(parser, 0) != '#' || next == '}')
        return false;
    return rh_sh_name_goes_on(next) ||
           (next && strchr("@*?$!-#0", next) && rh_sh_peek(parser, 2) == '}');
}

/* ${!x}, ${!x[@]}, ${!prefix*}; the cursor behind the exclamation mark. */
static void settle_indirect(rh_sh_parser *parser, rh_sh_parameter *parameter)
{
    char c = rh_sh_peek(parser, 0);
    if (parameter->all) {
        parameter->operation = RH_SH_KEYS;
    } else if ((c == '*' || c == '@') && rh_sh_peek(parser, 1) == '}') {
        parameter->operation = RH_SH_NAMES;
        parameter->all = c;
        parser->at++;
    } else {
        parameter->indirect = true;
    }
}

static void skip_to_brace(rh_sh_parser *parser)
{
    int depth = 1;
    for (; parser->at < parser->end; parser->at++) {
        depth += parser->text[parser->at] == '{';
        depth -= parser->text[parser->at] == '}';
        if (!depth)
            return;
    }
}

static void parse_braces(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    rh_sh_parameter *parameter = RH_NEW(parser->arena, rh_sh_parameter);
    uint32_t begin = parser->at;
    parser->at += 2;
    bool length = asks_length(parser);
    bool indirect = !length && rh_sh_peek(parser, 0) == '!' && rh_sh_peek(parser, 1) != '}' &&
                    (rh_sh_name_goes_on(rh_sh_peek(parser, 1)));
    parser->at += length || indirect;
    if (!parse_subject(parser, parameter)) {
        parameter->operation = RH_SH_BAD;
    } else if (length) {
        parameter->operation = RH_SH_LENGTH;
    } else {
        if (indirect)
            settle_indirect(parser, parameter);
        if (parameter->operation == RH_SH_PLAIN)
            parse_operation(parser, parameter, quoted);
    }
    if (parser->error)
        return;
    if (rh_sh_peek(parser, 0) != '}') {
        parameter->operation = RH_SH_BAD;
        skip_to_brace(parser);
    }
    if (parser->at >= parser->end) {
        rh_sh_refuse(parser, begin, "unexpected EOF while looking for matching `}'");
        return;
    }
    parser->at++;
    add_parameter(parser, builder, quoted, begin, parameter);
}

/* ---- $(...) and $((...)) --------------------------------------------------------------------- */

bool rh_sh_is_arithmetic(const rh_sh_parser *parser)
{
    int depth = 0;
    char quote = '\0';
    for (uint32_t at = parser->at; at < parser->end; at++) {
        char c = parser->text[at];
        if (c == '\\') {
            at++;
        } else if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 1) {
            return at + 1 < parser->end && parser->text[at + 1] == ')';
        }
    }
    return false;
}

static void parse_sum(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    uint32_t begin = parser->at;
    parser->at += 3;
    const rh_sh_word *sum = rh_sh_parse_word(parser, RH_SH_PARENS, true);
    if (parser->error)
        return;
    parser->at += 2;
    rh_sh_add_part(parser, builder,
                   (rh_sh_part){.kind = RH_SH_SUM,
                                .quoted = quoted,
                                .text = rh_sh_source(parser, begin),
                                .as.sum = sum});
}

static void add_commands(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted, uint32_t begin,
                         const rh_sh_node *list)
{
    rh_sh_add_part(parser, builder,
                   (rh_sh_part){.kind = RH_SH_COMMANDS,
                                .quoted = quoted,
                                .text = rh_sh_source(parser, begin),
                                .as.commands = list});
}

/* A list in parentheses, the cursor behind the opening one. */
static const rh_sh_node *parse_inside(rh_sh_parser *parser, uint32_t begin)
{
    if (!rh_sh_descend(parser))
        return NULL;
    const rh_sh_node *list = rh_sh_parse_list(parser, false);
    parser->levels++;
    if (parser->error)
        return NULL;
    rh_sh_skip_lines(parser);
    if (parser->at >= parser->end)
        return rh_sh_refuse(parser, begin, "unexpected EOF while looking for matching `)'");
    if (rh_sh_peek(parser, 0) != ')')
        return rh_sh_unexpected(parser);
    parser->at++;
    return list;
}

static void parse_commands(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    uint32_t begin = parser->at;
    parser->at += 2;
    const rh_sh_node *list = parse_inside(parser, begin);
    if (!parser->error)
        add_commands(parser, builder, quoted, begin, list);
}

void rh_sh_parse_process(rh_sh_parser *parser, rh_sh_builder *builder)
{
    uint32_t begin = parser->at;
    bool reads = rh_sh_peek(parser, 0) == '<';
    if (parser->posix) {
        parser->at++;
        rh_sh_unexpected(parser);
        return;
    }
    parser->at += 2;
    const rh_sh_node *list = parse_inside(parser, begin);
    if (!parser->error)
        rh_sh_add_part(parser, builder,
                       (rh_sh_part){.kind = RH_SH_PROCESS,
                                    .reads = reads,
                                    .text = rh_sh_source(parser, begin),
                                    .as.commands = list});
}

/* Backquotes: the text inside loses one layer of backslashes and is parsed by itself. */
void rh_sh_parse_backquotes(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    uint32_t begin = parser->at++;
    rh_text text = rh_text_in(parser->arena);
    for (; parser->at < parser->end && parser->text[parser->at] != '`'; parser->at++) {
        char c = parser->text[parser->at];
        char next = rh_sh_peek(parser, 1);
        if (c == '\\' && (next == '`' || next == '\\' || next == '$' || (quoted && next == '"'))) {
            c = next;
            parser->at++;
        }
        rh_text_putc(&text, c);
    }
    if (parser->at >= parser->end) {
        rh_sh_refuse(parser, begin, "unexpected EOF while looking for matching ``'");
        return;
    }
    parser->at++;
    if (!rh_sh_descend(parser))
        return;
    rh_shell_place *place = rh_arena_alloc(parser->arena, sizeof *place);
    *place = rh_sh_place(parser, begin, parser->at);
    rh_sh_parser inner = *parser;
    inner.text = rh_text_string(&text);
    inner.at = 0;
    inner.end = (uint32_t)text.length;
    inner.pending = NULL;
    inner.fixed = place;
    const rh_sh_node *list = rh_sh_parse_list(&inner, false);
    rh_sh_skip_lines(&inner);
    if (!inner.error && inner.at < inner.end)
        rh_sh_unexpected(&inner);
    parser->levels++;
    if (inner.error) {
        rh_sh_refuse(parser, begin, inner.error);
        return;
    }
    add_commands(parser, builder, quoted, begin, list);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void parse_plain(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    rh_sh_parameter *parameter = RH_NEW(parser->arena, rh_sh_parameter);
    uint32_t begin = parser->at++;
    char c = rh_sh_peek(parser, 0);
    if (c >= '1' && c <= '9') { /* one digit without braces */
        parameter->special = '1';
        parameter->position = (uint32_t)(c - '0');
        parser->at++;
    } else if (rh_sh_name_begins(c)) {
        uint32_t length = 1;
        while (rh_sh_name_goes_on(rh_sh_peek(parser, length)))
            length++;
        parameter->name = rh_sh_name(parser->script->names, parser->text + parser->at, length);
        parser->at += length;
    } else {
        parameter->special = c;
        parser->at++;
    }
    add_parameter(parser, builder, quoted, begin, parameter);
}

void rh_sh_parse_dollar(rh_sh_parser *parser, rh_sh_builder *builder, bool quoted)
{
    char next = rh_sh_peek(parser, 1);
    if (next == '(') {
        parser->at++;
        bool arithmetic = rh_sh_peek(parser, 1) == '(' && rh_sh_is_arithmetic(parser);
        parser->at--;
        if (arithmetic)
            parse_sum(parser, builder, quoted);
        else
            parse_commands(parser, builder, quoted);
    } else if (next == '{') {
        parse_braces(parser, builder, quoted);
    } else if (next == '\'' && !quoted) {
        ansi_quotes(parser, builder);
    } else if (next == '"' && !quoted) {
        parser->at++; /* $"..." without translations */
    } else if (rh_sh_name_goes_on(next) || (next && strchr("@*#?-$!", next))) {
        parse_plain(parser, builder, quoted);
    } else {
        rh_sh_add(parser, builder, "$", 1, quoted);
        parser->at++;
    }
}
