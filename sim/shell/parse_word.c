/* Words: pieces between blanks, their quotes, assignments. */
#include "sim/shell/parse.h"

/* ---- gathering pieces ------------------------------------------------------------------------ */

void rh_sh_add_part(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_part part)
{
    rh_sh_close_run(parser, builder);
    builder->parts = rh_arena_reserve(parser->arena, builder->parts, sizeof part,
                                      builder->count + 1, &builder->capacity);
    builder->parts[builder->count++] = part;
}

void rh_sh_close_run(rh_sh_parser *parser, rh_sh_builder *builder)
{
    if (!builder->run_open)
        return;
    builder->run_open = false;
    const char *text = rh_text_string(&builder->run);
    rh_sh_add_part(parser, builder,
                   (rh_sh_part){.kind = RH_SH_LITERAL,
                                .quoted = builder->run_quoted,
                                .text = {text, (uint32_t)builder->run.length}});
}

void rh_sh_add(rh_sh_parser *parser, rh_sh_builder *builder, const char *text, size_t length,
               bool quoted)
{
    if (builder->run_open && builder->run_quoted != quoted)
        rh_sh_close_run(parser, builder);
    if (!builder->run_open) {
        builder->run = rh_text_in(parser->arena);
        builder->run_open = true;
        builder->run_quoted = quoted;
    }
    rh_text_add(&builder->run, text, length);
}

bool rh_sh_is_glob(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '*' || text[i] == '?' ||
            (text[i] == '[' && length - i > 2 && memchr(text + i + 2, ']', length - i - 2)))
            return true;
    return false;
}

static bool has_glob(const rh_sh_part *part)
{
    return !part->quoted && rh_sh_is_glob(part->text.text, part->text.length);
}

const rh_sh_word *rh_sh_finish_word(rh_sh_parser *parser, rh_sh_builder *builder, uint32_t begin)
{
    rh_sh_close_run(parser, builder);
    rh_sh_word *word = RH_NEW(parser->arena, rh_sh_word);
    word->parts = builder->parts;
    word->count = (uint32_t)builder->count;
    word->source = rh_sh_source(parser, begin);
    bool literal = builder->count > 0; /* a{,b} makes words of nothing, which vanish */
    size_t length = 0;
    for (size_t i = 0; i < builder->count; i++) {
        const rh_sh_part *part = &builder->parts[i];
        literal = literal && part->kind == RH_SH_LITERAL;
        length += part->text.length;
        if (part->kind == RH_SH_LITERAL && has_glob(part))
            word->glob = true;
    }
    if (literal && builder->count == 1) {
        word->literal = rh_value_string(parser->arena, builder->parts[0].text.text, length);
    } else if (literal) {
        rh_text text = rh_text_in(parser->arena);
        for (size_t i = 0; i < builder->count; i++)
            rh_text_add(&text, builder->parts[i].text.text, builder->parts[i].text.length);
        word->literal = rh_value_string(parser->arena, text.data, text.length);
    }
    return word;
}

/* ---- quotes ---------------------------------------------------------------------------------- */

static void single_quotes(rh_sh_parser *parser, rh_sh_builder *builder)
{
    uint32_t begin = parser->at + 1;
    const char *end =
        begin <= parser->end ? memchr(parser->text + begin, '\'', parser->end - begin) : NULL;
    if (!end) {
        rh_sh_refuse(parser, parser->at, "unexpected EOF while looking for matching `''");
        return;
    }
    rh_sh_add(parser, builder, parser->text + begin, (size_t)(end - parser->text) - begin, true);
    parser->at = (uint32_t)(end - parser->text) + 1;
}

static void double_quotes(rh_sh_parser *parser, rh_sh_builder *builder)
{
    if (!rh_sh_descend(parser))
        return;
    uint32_t begin = parser->at++;
    size_t parts = builder->count;
    size_t length = builder->run_open ? builder->run.length : 0;
    rh_sh_parse_parts(parser, builder, RH_SH_QUOTES, true);
    /* "" is a word; "$@" need not be one. */
    if (builder->count == parts && (builder->run_open ? builder->run.length : 0) == length)
        rh_sh_add(parser, builder, "", 0, true);
    if (!parser->error && rh_sh_peek(parser, 0) != '"')
        rh_sh_refuse(parser, begin, "unexpected EOF while looking for matching `\"'");
    parser->at++;
    parser->levels++;
}

/* A backslash: what it makes of the next byte depends on the quotes around. */
static void backslash(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_mode mode, bool quoted)
{
    if (parser->at + 1 >= parser->end) {
        rh_sh_add(parser, builder, "\\", 1, true);
        parser->at++;
        return;
    }
    char next = parser->text[parser->at + 1];
    if (next == '\n') {
        parser->at += 2;
        return;
    }
    bool special = !quoted || next == '$' || next == '`' || next == '\\' ||
                   (next == '"' && mode != RH_SH_DOCUMENT) || (next == '}' && mode == RH_SH_BRACE);
    if (!special)
        rh_sh_add(parser, builder, "\\", 1, true);
    rh_sh_add(parser, builder, &next, 1, true);
    parser->at += 2;
}

/* ---- where a word ends ----------------------------------------------------------------------- */

/* `depth` counts open parentheses or brackets of the word itself. */
static bool ends(const rh_sh_parser *parser, rh_sh_mode mode, char c, int depth)
{
    switch (mode) {
    case RH_SH_WORD:
    case RH_SH_ASSIGNED:
    case RH_SH_GLOB:
        return !depth && rh_sh_ends_word(c);
    case RH_SH_QUOTES:
        return c == '"';
    case RH_SH_BRACE:
        return c == '}';
    case RH_SH_SLASH:
        return c == '}' || c == '/';
    case RH_SH_COLON:
        return !depth && (c == '}' || c == ':');
    case RH_SH_BRACKET:
        return !depth && c == ']';
    case RH_SH_PARENS:
        return !depth && c == ')';
    case RH_SH_SEMICOLON:
        return !depth && (c == ')' || c == ';');
    case RH_SH_REGEX:
        return !depth && (c == ' ' || c == '\t' || c == '\n' || c == ')');
    default:
        (void)parser;
        return false;
    }
}

static int depth_change(rh_sh_mode mode, char c, char before, int depth)
{
    if (mode == RH_SH_BRACKET)
        return c == '[' ? 1 : c == ']' && depth ? -1 : 0;
    if (mode == RH_SH_GLOB) {
        if (c == '(' && (depth || (before && strchr("?*+@!", before))))
            return 1;
        return c == ')' && depth ? -1 : 0;
    }
    if (mode == RH_SH_COLON)
        return c == '(' || c == '?' ? 1 : (c == ')' || c == ':') && depth ? -1 : 0;
    if (mode == RH_SH_PARENS || mode == RH_SH_SEMICOLON || mode == RH_SH_REGEX)
        return c == '(' ? 1 : c == ')' && depth ? -1 : 0;
    return 0;
}

/* ~ and ~name at the beginning of a word, up to / or its end. */
static void tilde(rh_sh_parser *parser, rh_sh_builder *builder)
{
    uint32_t begin = ++parser->at;
    while (rh_sh_name_goes_on(rh_sh_peek(parser, 0)) || rh_sh_peek(parser, 0) == '-' ||
           rh_sh_peek(parser, 0) == '+')
        parser->at++;
    char c = rh_sh_peek(parser, 0);
    if (c != '/' && c != ':' && !rh_sh_ends_word(c) && c != '}') {
        rh_sh_add(parser, builder, "~", 1, false);
        parser->at = begin;
        return;
    }
    rh_sh_add_part(parser, builder,
                   (rh_sh_part){.kind = RH_SH_TILDE,
                                .text = {parser->text + begin, parser->at - begin}});
}

/* What begins with this byte, if it is special; the cursor is on it. */
static bool special(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_mode mode, bool quoted,
                    char c)
{
    bool arithmetic = mode == RH_SH_PARENS || mode == RH_SH_SEMICOLON;
    switch (c) {
    case '\\':
        backslash(parser, builder, mode, quoted);
        return true;
    case '\'':
        if (quoted)
            return false;
        single_quotes(parser, builder);
        return true;
    case '"':
        if (mode == RH_SH_DOCUMENT)
            return false;
        if (arithmetic)
            parser->at++;
        else
            double_quotes(parser, builder);
        return true;
    case '$':
        rh_sh_parse_dollar(parser, builder, quoted);
        return true;
    case '`':
        rh_sh_parse_backquotes(parser, builder, quoted);
        return true;
    default:
        return false;
    }
}

/* Behind `name=`, and then behind each colon, a tilde counts as well. */
static bool behind_equals(const rh_sh_builder *builder)
{
    if (!builder->run_open || builder->run_quoted || !builder->run.length || builder->count)
        return false;
    const char *text = builder->run.data;
    const char *equals = memchr(text, '=', builder->run.length);
    char last = text[builder->run.length - 1];
    size_t length = equals ? (size_t)(equals - text) : 0;
    for (size_t i = 0; i < length; i++)
        if (!rh_sh_name_goes_on(text[i]))
            return false;
    return length && rh_sh_name_begins(text[0]) &&
           (last == ':' || equals == text + builder->run.length - 1);
}

static bool at_tilde(const rh_sh_parser *parser, const rh_sh_builder *builder, rh_sh_mode mode)
{
    if (mode == RH_SH_WORD && rh_sh_peek(parser, 0) == '~' && behind_equals(builder))
        return true;
    if (mode == RH_SH_ASSIGNED)
        return rh_sh_peek(parser, 0) == '~' &&
               ((!builder->count && !builder->run_open) ||
                (builder->run_open && !builder->run_quoted && builder->run.length &&
                 builder->run.data[builder->run.length - 1] == ':'));
    return (mode == RH_SH_WORD || mode == RH_SH_BRACE || mode == RH_SH_GLOB) && !builder->count &&
           !builder->run_open && rh_sh_peek(parser, 0) == '~';
}

void rh_sh_parse_parts(rh_sh_parser *parser, rh_sh_builder *builder, rh_sh_mode mode, bool quoted)
{
    int depth = 0;
    char before = '\0';
    while (parser->at < parser->end && !parser->error) {
        char c = parser->text[parser->at];
        bool process = !quoted && (mode == RH_SH_WORD || mode == RH_SH_ASSIGNED) &&
                       (c == '<' || c == '>') && rh_sh_peek(parser, 1) == '(' && !builder->count &&
                       !builder->run_open;
        if (process) {
            rh_sh_parse_process(parser, builder);
        } else if (ends(parser, mode, c, depth)) {
            if (mode == RH_SH_GLOB && c == '(' && before && strchr("?*+@!", before)) {
                depth++;
                rh_sh_add(parser, builder, &c, 1, quoted);
                parser->at++;
                continue;
            }
            return;
        } else if (!quoted && at_tilde(parser, builder, mode)) {
            tilde(parser, builder);
        } else if (!special(parser, builder, mode, quoted, c)) {
            depth += depth_change(mode, c, before, depth);
            rh_sh_add(parser, builder, &c, 1, quoted);
            parser->at++;
        }
        before = c;
    }
}

const rh_sh_word *rh_sh_parse_word(rh_sh_parser *parser, rh_sh_mode mode, bool quoted)
{
    if (!rh_sh_descend(parser))
        return NULL;
    rh_sh_builder builder = {0};
    uint32_t begin = parser->at;
    rh_sh_parse_parts(parser, &builder, mode, quoted);
    if (!builder.count && !builder.run_open && quoted)
        rh_sh_add(parser, &builder, "", 0, true);
    parser->levels++;
    if (parser->error)
        return NULL;
    bool closed = parser->at < parser->end || mode == RH_SH_WORD || mode == RH_SH_GLOB ||
                  mode == RH_SH_DOCUMENT || mode == RH_SH_REGEX;
    if (!closed)
        return rh_sh_refuse(parser, parser->at,
                            mode == RH_SH_PARENS || mode == RH_SH_SEMICOLON
                                ? "unexpected EOF while looking for matching `)'"
                            : mode == RH_SH_BRACKET
                                ? "unexpected EOF while looking for matching `]'"
                                : "unexpected EOF while looking for matching `}'");
    return rh_sh_finish_word(parser, &builder, begin);
}

void rh_sh_parse_words(rh_sh_parser *parser, const rh_sh_word ***words, size_t *count,
                       size_t *capacity)
{
    const rh_sh_word *word =
        rh_sh_parse_word(parser, parser->extended ? RH_SH_GLOB : RH_SH_WORD, false);
    if (word)
        rh_sh_expand_braces(parser, word, words, count, capacity);
}

/* ---- assignments ----------------------------------------------------------------------------- */

/* The byte behind the ] that closes the [ at `at`; 0: it is not closed on this line. */
static uint32_t behind_subscript(const rh_sh_parser *parser, uint32_t at)
{
    int depth = 0;
    char quote = '\0';
    for (; at < parser->end && parser->text[at] != '\n'; at++) {
        char c = parser->text[at];
        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[') {
            depth++;
        } else if (c == ']' && --depth == 0) {
            return at + 1;
        }
    }
    return 0;
}

uint32_t rh_sh_assignment_length(const rh_sh_parser *parser)
{
    uint32_t at = parser->at;
    if (!rh_sh_name_begins(rh_sh_peek(parser, 0)))
        return 0;
    while (at < parser->end && rh_sh_name_goes_on(parser->text[at]))
        at++;
    if (at < parser->end && parser->text[at] == '[')
        at = behind_subscript(parser, at);
    if (!at || at >= parser->end)
        return 0;
    if (parser->text[at] == '+' && at + 1 < parser->end && parser->text[at + 1] == '=')
        at++;
    return parser->text[at] == '=' ? at + 1 - parser->at : 0;
}

static void parse_element(rh_sh_parser *parser, const rh_sh_assignment ***elements, size_t *count,
                          size_t *capacity)
{
    const rh_sh_word **words = NULL;
    size_t word_count = 0, word_capacity = 0;
    const rh_sh_word *subscript = NULL;
    uint32_t behind = rh_sh_peek(parser, 0) == '[' ? behind_subscript(parser, parser->at) : 0;
    if (behind && behind < parser->end && parser->text[behind] == '=') {
        parser->at++;
        subscript = rh_sh_parse_word(parser, RH_SH_BRACKET, false);
        parser->at += 2;
    }
    if (subscript && rh_sh_ends_word(rh_sh_peek(parser, 0))) {
        rh_sh_builder empty = {0};
        rh_sh_add(parser, &empty, "", 0, true);
        words = rh_arena_reserve(parser->arena, words, sizeof *words, 1, &word_capacity);
        words[word_count++] = rh_sh_finish_word(parser, &empty, parser->at);
    } else {
        rh_sh_parse_words(parser, &words, &word_count, &word_capacity);
    }
    for (size_t i = 0; i < word_count; i++) {
        rh_sh_assignment *element = RH_NEW(parser->arena, rh_sh_assignment);
        element->subscript = subscript;
        element->value = words[i];
        *elements =
            rh_arena_reserve(parser->arena, *elements, sizeof **elements, *count + 1, capacity);
        (*elements)[(*count)++] = element;
    }
}

/* Behind `name=(`. */
static void parse_array(rh_sh_parser *parser, rh_sh_assignment *assignment)
{
    const rh_sh_assignment **elements = NULL;
    size_t count = 0, capacity = 0;
    assignment->is_array = true;
    for (;;) {
        rh_sh_skip_lines(parser);
        if (parser->error || rh_sh_peek(parser, 0) == ')')
            break;
        uint32_t begin = parser->at;
        parse_element(parser, &elements, &count, &capacity);
        if (!parser->error && parser->at == begin) {
            rh_sh_unexpected(parser);
            break;
        }
    }
    parser->at++;
    assignment->elements = elements;
    assignment->element_count = (uint32_t)count;
}

/* Behind the `=`: as a word, with a tilde also behind each colon. */
static const rh_sh_word *parse_assigned(rh_sh_parser *parser)
{
    if (!rh_sh_descend(parser))
        return NULL;
    rh_sh_builder builder = {0};
    uint32_t begin = parser->at;
    rh_sh_parse_parts(parser, &builder, RH_SH_ASSIGNED, false);
    parser->levels++;
    return parser->error ? NULL : rh_sh_finish_word(parser, &builder, begin);
}

const rh_sh_assignment *rh_sh_parse_assignment(rh_sh_parser *parser)
{
    rh_sh_assignment *assignment = RH_NEW(parser->arena, rh_sh_assignment);
    uint32_t length = 0;
    while (rh_sh_name_goes_on(rh_sh_peek(parser, length)))
        length++;
    assignment->name = rh_sh_name(parser->script->names, parser->text + parser->at, length);
    parser->at += length;
    if (rh_sh_peek(parser, 0) == '[') {
        parser->at++;
        assignment->subscript = rh_sh_parse_word(parser, RH_SH_BRACKET, false);
        parser->at++;
    }
    if (rh_sh_peek(parser, 0) == '+') {
        assignment->append = true;
        parser->at++;
    }
    parser->at++; /* = */
    if (rh_sh_peek(parser, 0) == '(' && parser->posix) {
        rh_sh_unexpected(parser);
    } else if (rh_sh_peek(parser, 0) == '(' && !assignment->subscript) {
        parser->at++;
        parse_array(parser, assignment);
    } else if (!rh_sh_ends_word(rh_sh_peek(parser, 0)) ||
               ((rh_sh_peek(parser, 0) == '<' || rh_sh_peek(parser, 0) == '>') &&
                rh_sh_peek(parser, 1) == '(')) {
        assignment->value = parse_assigned(parser);
    }
    return assignment;
}
