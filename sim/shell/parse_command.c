/* Simple commands, functions and redirections. */
#include "sim/shell/parse.h"

struct rh_sh_pending {
    rh_sh_redirection *redirection; /* gets its word */
    const char *end;                /* the line that ends the document */
    bool quoted, strip_tabs;
    struct rh_sh_pending *next;
};

rh_sh_node *rh_sh_opaque(rh_sh_parser *parser, uint32_t begin, const char *why)
{
    rh_shell_script *script = parser->script;
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_OPAQUE, begin);
    rh_shell_opaque *opaque = RH_NEW(parser->arena, rh_shell_opaque);
    rh_sh_finish_node(parser, node, begin);
    opaque->place = node->place;
    opaque->why = why;
    node->as.opaque = opaque;
    script->opaques = rh_arena_reserve(parser->arena, script->opaques, sizeof *script->opaques,
                                       script->opaque_count + 1, &script->opaque_capacity);
    script->opaques[script->opaque_count++] = opaque;
    return node;
}

/* ---- redirections ---------------------------------------------------------------------------- */

bool rh_sh_at_redirection(const rh_sh_parser *parser)
{
    uint32_t ahead = 0;
    while (ahead < 3 && rh_sh_peek(parser, ahead) >= '0' && rh_sh_peek(parser, ahead) <= '9')
        ahead++;
    char c = rh_sh_peek(parser, ahead);
    char next = rh_sh_peek(parser, ahead + 1);
    if (c == '&')
        return !ahead && next == '>';
    if (c != '<' && c != '>')
        return false;
    return ahead || next != '(';
}

static const rh_sh_word *literal_word(rh_sh_parser *parser, const char *text, size_t length)
{
    rh_sh_builder builder = {0};
    rh_sh_add(parser, &builder, text, length, true);
    return rh_sh_finish_word(parser, &builder, parser->at);
}

/* The delimiter of a here-document, without its quotes. */
static void begin_document(rh_sh_parser *parser, rh_sh_redirection *redirection, bool strip)
{
    struct rh_sh_pending *pending = RH_NEW(parser->arena, struct rh_sh_pending);
    rh_text end = rh_text_in(parser->arena);
    char quote = '\0';
    for (; parser->at < parser->end; parser->at++) {
        char c = parser->text[parser->at];
        if (!quote && rh_sh_ends_word(c))
            break;
        if (c == '\n')
            break;
        if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? '\0' : c;
            pending->quoted = true;
        } else if (c == '\\' && !quote) {
            pending->quoted = true;
            if (parser->at + 1 < parser->end)
                rh_text_putc(&end, parser->text[++parser->at]);
        } else {
            rh_text_putc(&end, c);
        }
    }
    pending->end = rh_text_string(&end);
    pending->strip_tabs = strip;
    pending->redirection = redirection;
    struct rh_sh_pending **last = &parser->pending;
    while (*last)
        last = &(*last)->next;
    *last = pending;
    redirection->word = literal_word(parser, "", 0); /* if the text ends before the document */
}

static uint32_t line_end(const rh_sh_parser *parser, uint32_t at)
{
    const char *newline = memchr(parser->text + at, '\n', parser->end - at);
    return newline ? (uint32_t)(newline - parser->text) : parser->end;
}

static const rh_sh_word *parse_document(rh_sh_parser *parser, const struct rh_sh_pending *pending,
                                        const char *text, size_t length,
                                        const rh_shell_place *place)
{
    if (pending->quoted)
        return literal_word(parser, text, length);
    rh_sh_parser inner = *parser;
    inner.text = text;
    inner.at = 0;
    inner.end = (uint32_t)length;
    inner.pending = NULL;
    if (!inner.fixed)
        inner.fixed = place;
    const rh_sh_word *word = rh_sh_parse_word(&inner, RH_SH_DOCUMENT, true);
    if (inner.error)
        rh_sh_refuse(parser, parser->at, inner.error);
    return word;
}

static void read_document(rh_sh_parser *parser, const struct rh_sh_pending *pending)
{
    size_t end_length = strlen(pending->end);
    rh_text body = rh_text_in(parser->arena);
    rh_shell_place *place = rh_arena_alloc(parser->arena, sizeof *place);
    *place = rh_sh_place(parser, parser->at, parser->at);
    while (parser->at < parser->end) {
        uint32_t from = parser->at;
        uint32_t to = line_end(parser, from);
        while (pending->strip_tabs && from < to && parser->text[from] == '\t')
            from++;
        parser->at = to < parser->end ? to + 1 : to;
        if (to - from == end_length && memcmp(parser->text + from, pending->end, end_length) == 0)
            break;
        rh_text_add(&body, parser->text + from, to - from);
        rh_text_putc(&body, '\n');
    }
    pending->redirection->word =
        parse_document(parser, pending, rh_text_string(&body), body.length, place);
}

void rh_sh_read_documents(rh_sh_parser *parser)
{
    while (parser->pending && !parser->error) {
        const struct rh_sh_pending *pending = parser->pending;
        parser->pending = pending->next;
        read_document(parser, pending);
    }
}

/* The operator at the cursor; its bytes are taken. */
static void take_operator(rh_sh_parser *parser, rh_sh_redirection *redirection, bool *document,
                          bool *strip)
{
    static const struct {
        const char *text;
        int kind, fd;
    } operators[] = {{"&>>", RH_SH_BOTH_APPEND, 1}, {"&>", RH_SH_BOTH, 1},
                     {"<<<", RH_SH_HERE, 0},        {"<<-", RH_SH_HERE, 0},
                     {"<<", RH_SH_HERE, 0},         {"<&", RH_SH_DUPLICATE, 0},
                     {"<>", RH_SH_FROM, 0},         {"<", RH_SH_FROM, 0},
                     {">>", RH_SH_APPEND, 1},       {">&", RH_SH_DUPLICATE, 1},
                     {">|", RH_SH_TO, 1},           {">", RH_SH_TO, 1}};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        uint32_t length = (uint32_t)strlen(operators[i].text);
        if (rh_sh_left(parser) < length ||
            memcmp(parser->text + parser->at, operators[i].text, length) != 0)
            continue;
        parser->at += length;
        redirection->kind = (uint8_t)operators[i].kind;
        if (redirection->fd < 0)
            redirection->fd = operators[i].fd;
        redirection->here_string = length == 3 && operators[i].text[2] == '<';
        if (redirection->here_string && parser->posix) {
            parser->at--;
            rh_sh_unexpected(parser);
        }
        *document = redirection->kind == RH_SH_HERE && !redirection->here_string;
        *strip = *document && length == 3;
        return;
    }
}

/* >&word, where word is neither a number nor -, means &>word. */
static void settle_duplicate(rh_sh_redirection *redirection, bool explicit_fd)
{
    const rh_value *literal = redirection->word->literal;
    if (redirection->kind != RH_SH_DUPLICATE || explicit_fd || redirection->fd != 1 || !literal)
        return;
    char c = literal->count ? literal->as.text[0] : '\0';
    if (c != '-' && (c < '0' || c > '9'))
        redirection->kind = RH_SH_BOTH;
}

static void parse_redirection(rh_sh_parser *parser, rh_sh_redirection *redirection)
{
    uint32_t begin = parser->at;
    bool document = false, strip = false;
    redirection->fd = -1;
    for (char c; c = rh_sh_peek(parser, 0), c >= '0' && c <= '9'; parser->at++)
        redirection->fd = (redirection->fd < 0 ? 0 : redirection->fd * 10) + c - '0';
    bool explicit_fd = redirection->fd >= 0;
    take_operator(parser, redirection, &document, &strip);
    rh_sh_skip_blanks(parser);
    bool process = (rh_sh_peek(parser, 0) == '<' || rh_sh_peek(parser, 0) == '>') &&
                   rh_sh_peek(parser, 1) == '(';
    if (!process && rh_sh_ends_word(rh_sh_peek(parser, 0))) {
        rh_sh_unexpected(parser);
        return;
    }
    if (document) {
        begin_document(parser, redirection, strip);
    } else {
        redirection->word = rh_sh_parse_word(parser, RH_SH_WORD, false);
        if (redirection->word)
            settle_duplicate(redirection, explicit_fd);
    }
    redirection->place = rh_sh_place(parser, begin, parser->at);
}

void rh_sh_parse_redirections(rh_sh_parser *parser, rh_sh_node *node, size_t *capacity)
{
    rh_sh_skip_blanks(parser);
    while (!parser->error && rh_sh_at_redirection(parser)) {
        /* Each by itself, so that a pending here-document finds it when the array has moved. */
        rh_sh_redirection *added = RH_NEW(parser->arena, rh_sh_redirection);
        parse_redirection(parser, added);
        rh_sh_redirection **list = (rh_sh_redirection **)(uintptr_t)node->redirections;
        list = rh_arena_reserve(parser->arena, list, sizeof(void *), node->redirection_count + 1,
                                capacity);
        list[node->redirection_count++] = added;
        node->redirections = (void *)list;
        rh_sh_skip_blanks(parser);
    }
}

/* ---- simple commands ------------------------------------------------------------------------- */

static void list_command(rh_sh_parser *parser, rh_sh_node *node, const rh_sh_word *word)
{
    rh_shell_script *script = parser->script;
    node->as.simple.name = UINT32_MAX;
    if (!word->literal)
        return;
    const char *name = word->literal->as.text;
    size_t length = word->literal->count;
    node->as.simple.builtin = rh_sh_builtin(name, length);
    node->as.simple.name = rh_sh_name(script->names, name, length);
    if (parser->fixed && !parser->lines.begins)
        return; /* text that a play made */
    script->commands = rh_arena_reserve(parser->arena, script->commands, sizeof *script->commands,
                                        script->command_count + 1, &script->command_capacity);
    script->commands[script->command_count++] = (rh_sh_listed){name, node};
}

/* From here on ?( ) and its kin are patterns. */
static void notice_extglob(rh_sh_parser *parser, const rh_sh_node *node)
{
    const rh_sh_word *const *words = node->as.simple.words;
    if (node->count < 3 || !words[0]->literal || strcmp(words[0]->literal->as.text, "shopt") != 0)
        return;
    for (uint32_t i = 1; i < node->count; i++)
        if (words[i]->literal && strcmp(words[i]->literal->as.text, "extglob") == 0)
            parser->extended = true;
}

static const rh_sh_word *declared(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    rh_sh_word *word = RH_NEW(parser->arena, rh_sh_word);
    word->assignment = rh_sh_parse_assignment(parser);
    word->source = rh_sh_source(parser, begin);
    return word;
}

static void parse_simple_word(rh_sh_parser *parser, rh_sh_node *node, size_t *count,
                              size_t *capacity)
{
    const rh_sh_word **words = (const rh_sh_word **)(uintptr_t)node->as.simple.words;
    bool declares = *count && rh_sh_builtin_declares(node->as.simple.builtin);
    if (declares && rh_sh_assignment_length(parser)) {
        words = rh_arena_reserve(parser->arena, words, sizeof *words, *count + 1, capacity);
        words[(*count)++] = declared(parser);
    } else {
        bool first = !*count;
        rh_sh_parse_words(parser, &words, count, capacity);
        if (first && *count)
            list_command(parser, node, words[0]);
    }
    node->as.simple.words = words;
}

static void parse_simple_assignment(rh_sh_parser *parser, rh_sh_node *node, size_t *capacity)
{
    const rh_sh_assignment **list =
        (const rh_sh_assignment **)(uintptr_t)node->as.simple.assignments;
    list =
        rh_arena_reserve(parser->arena, list, sizeof *list, node->assignment_count + 1, capacity);
    list[node->assignment_count++] = rh_sh_parse_assignment(parser);
    node->as.simple.assignments = list;
}

static const rh_sh_node *parse_simple(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_SIMPLE, begin);
    size_t words = 0, word_capacity = 0, assignment_capacity = 0, redirection_capacity = 0;
    node->as.simple.name = UINT32_MAX;
    while (!parser->error) {
        rh_sh_skip_blanks(parser);
        char c = rh_sh_peek(parser, 0);
        if (rh_sh_at_redirection(parser))
            rh_sh_parse_redirections(parser, node, &redirection_capacity);
        else if (rh_sh_ends_word(c) && !((c == '<' || c == '>') && rh_sh_peek(parser, 1) == '('))
            break;
        else if (!words && rh_sh_assignment_length(parser))
            parse_simple_assignment(parser, node, &assignment_capacity);
        else
            parse_simple_word(parser, node, &words, &word_capacity);
    }
    if (parser->error)
        return NULL;
    node->count = (uint32_t)words;
    if (rh_sh_peek(parser, 0) == '(' || parser->at == begin)
        return rh_sh_unexpected(parser);
    rh_sh_finish_node(parser, node, begin);
    notice_extglob(parser, node);
    return node;
}

/* ---- functions ------------------------------------------------------------------------------- */

rh_sh_node *rh_sh_parse_function(rh_sh_parser *parser, uint32_t begin, rh_sh_slice name)
{
    rh_shell_script *script = parser->script;
    rh_sh_skip_lines(parser);
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_FUNCTION, begin);
    node->as.function.name = rh_sh_name(script->names, name.text, name.length);
    script->functions =
        rh_arena_reserve(parser->arena, script->functions, sizeof *script->functions,
                         script->function_count + 1, &script->function_capacity);
    script->functions[script->function_count++] = node->as.function.name;
    size_t capacity = 0;
    rh_sh_node *body = rh_sh_parse_compound(parser);
    if (!body)
        return rh_sh_unexpected(parser);
    rh_sh_parse_redirections(parser, body, &capacity);
    node->as.function.body = body;
    rh_sh_finish_node(parser, node, begin);
    return parser->error ? NULL : node;
}

/* name ( ): the length of the name; 0 if that is not what stands at the cursor. */
static uint32_t function_name(const rh_sh_parser *parser, uint32_t *behind)
{
    uint32_t length = 0;
    while (!rh_sh_ends_word(rh_sh_peek(parser, length)) &&
           !strchr("$'\"`\\={}", rh_sh_peek(parser, length)))
        length++;
    uint32_t ahead = length;
    while (rh_sh_peek(parser, ahead) == ' ' || rh_sh_peek(parser, ahead) == '\t')
        ahead++;
    if (!length || rh_sh_peek(parser, ahead) != '(')
        return 0;
    ahead++;
    while (rh_sh_peek(parser, ahead) == ' ' || rh_sh_peek(parser, ahead) == '\t')
        ahead++;
    *behind = ahead + 1;
    return rh_sh_peek(parser, ahead) == ')' ? length : 0;
}

static const rh_sh_node *parse_any(rh_sh_parser *parser)
{
    size_t capacity = 0;
    uint32_t behind, begin = parser->at;
    rh_sh_node *compound = rh_sh_parse_compound(parser);
    if (compound) {
        rh_sh_parse_redirections(parser, compound, &capacity);
        if (compound->redirection_count)
            rh_sh_finish_node(parser, compound, begin);
        return parser->error ? NULL : compound;
    }
    if (parser->error)
        return NULL;
    uint32_t length = function_name(parser, &behind);
    if (length) {
        rh_sh_slice name = {parser->text + parser->at, length};
        parser->at += behind;
        return rh_sh_parse_function(parser, begin, name);
    }
    return parse_simple(parser);
}

const rh_sh_node *rh_sh_parse_command(rh_sh_parser *parser)
{
    if (!rh_sh_descend(parser))
        return NULL;
    const rh_sh_node *node = parse_any(parser);
    parser->levels++;
    return node;
}
