/* Commands that begin with a reserved word or a parenthesis. */
#include "sim/shell/parse.h"

static bool expect(rh_sh_parser *parser, const char *word)
{
    if (parser->error)
        return false;
    rh_sh_skip_lines(parser);
    if (rh_sh_take_word(parser, word))
        return true;
    rh_sh_unexpected(parser);
    return false;
}

/* A list that must not be empty. */
static const rh_sh_node *body(rh_sh_parser *parser)
{
    const rh_sh_node *list = rh_sh_parse_list(parser, false);
    return list ? list : rh_sh_unexpected(parser);
}

static rh_sh_node *parse_group(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_GROUP, begin);
    parser->at++;
    node->as.body = body(parser);
    return expect(parser, "}") ? node : NULL;
}

static rh_sh_node *parse_subshell(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_SUBSHELL, begin);
    parser->at++;
    node->as.body = body(parser);
    if (parser->error)
        return NULL;
    rh_sh_skip_lines(parser);
    if (rh_sh_peek(parser, 0) != ')')
        return rh_sh_unexpected(parser);
    parser->at++;
    return node;
}

static rh_sh_node *parse_sum(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_COMPUTE, begin);
    parser->at += 2;
    node->as.sum = rh_sh_parse_word(parser, RH_SH_PARENS, true);
    parser->at += 2;
    return parser->error ? NULL : node;
}

static rh_sh_node *parse_test(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_TEST, begin);
    parser->at += 2;
    node->as.test = rh_sh_parse_condition(parser);
    return parser->error ? NULL : node;
}

static void add_item(rh_sh_parser *parser, rh_sh_node *node, const rh_sh_node *item,
                     size_t *capacity)
{
    const rh_sh_node **items = (const rh_sh_node **)(uintptr_t)node->as.list.items;
    items = rh_arena_reserve(parser->arena, items, sizeof *items, node->count + 1, capacity);
    items[node->count++] = item;
    node->as.list.items = items;
}

static rh_sh_node *parse_if(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_IF, begin);
    size_t capacity = 0;
    parser->at += 2;
    do {
        add_item(parser, node, body(parser), &capacity);
        if (!expect(parser, "then"))
            return NULL;
        add_item(parser, node, body(parser), &capacity);
        rh_sh_skip_lines(parser);
    } while (!parser->error && rh_sh_take_word(parser, "elif"));
    if (!parser->error && rh_sh_take_word(parser, "else"))
        add_item(parser, node, body(parser), &capacity);
    return expect(parser, "fi") ? node : NULL;
}

static const rh_sh_node *parse_do(rh_sh_parser *parser)
{
    if (!expect(parser, "do"))
        return NULL;
    const rh_sh_node *list = body(parser);
    return expect(parser, "done") ? list : NULL;
}

static rh_sh_node *parse_while(rh_sh_parser *parser, uint32_t begin, bool until)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_WHILE, begin);
    parser->at += 5;
    node->until = until;
    node->as.during.condition = body(parser);
    node->as.during.body = parse_do(parser);
    return parser->error ? NULL : node;
}

static rh_sh_node *parse_for_sum(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_FOR_SUM, begin);
    parser->at += 2;
    for (int i = 0; i < 3; i++) {
        node->as.sums.sums[i] = rh_sh_parse_word(parser, RH_SH_SEMICOLON, true);
        bool ends = rh_sh_peek(parser, 0) == ')';
        if (parser->error || ends != (i == 2))
            return rh_sh_unexpected(parser);
        parser->at += ends ? 2 : 1;
    }
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == ';')
        parser->at++;
    rh_sh_skip_lines(parser);
    if (rh_sh_peek(parser, 0) == '{') {
        node->as.sums.body = parse_group(parser, parser->at);
        return parser->error ? NULL : node;
    }
    node->as.sums.body = parse_do(parser);
    return parser->error ? NULL : node;
}

static void parse_loop_words(rh_sh_parser *parser, rh_sh_node *node)
{
    const rh_sh_word **words = NULL;
    size_t count = 0, capacity = 0;
    for (;;) {
        rh_sh_skip_blanks(parser);
        if (parser->error || rh_sh_ends_word(rh_sh_peek(parser, 0)))
            break;
        rh_sh_parse_words(parser, &words, &count, &capacity);
    }
    node->as.loop.words = words;
    node->count = (uint32_t)count;
}

/* for and select, behind the word. */
static rh_sh_node *parse_for(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == '(' && rh_sh_peek(parser, 1) == '(')
        return parse_for_sum(parser, begin);
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_FOR, begin);
    uint32_t length = 0;
    while (rh_sh_name_goes_on(rh_sh_peek(parser, length)))
        length++;
    if (!length || !rh_sh_name_begins(rh_sh_peek(parser, 0)))
        return rh_sh_unexpected(parser);
    node->as.loop.name = rh_sh_name(parser->script->names, parser->text + parser->at, length);
    parser->at += length;
    rh_sh_skip_lines(parser);
    node->as.loop.over_arguments = !rh_sh_take_word(parser, "in");
    if (!node->as.loop.over_arguments)
        parse_loop_words(parser, node);
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == ';' && rh_sh_peek(parser, 1) != ';')
        parser->at++;
    rh_sh_skip_lines(parser);
    if (rh_sh_peek(parser, 0) == '{')
        node->as.loop.body = parse_group(parser, parser->at);
    else
        node->as.loop.body = parse_do(parser);
    return parser->error ? NULL : node;
}

static bool parse_patterns(rh_sh_parser *parser, rh_sh_case *branch)
{
    const rh_sh_word **patterns = NULL;
    size_t count = 0, capacity = 0;
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == '(')
        parser->at++;
    for (;;) {
        rh_sh_skip_blanks(parser);
        if (rh_sh_ends_word(rh_sh_peek(parser, 0)))
            break;
        patterns =
            rh_arena_reserve(parser->arena, patterns, sizeof *patterns, count + 1, &capacity);
        patterns[count] =
            rh_sh_parse_word(parser, parser->extended ? RH_SH_GLOB : RH_SH_WORD, false);
        if (!patterns[count++])
            return false;
        rh_sh_skip_blanks(parser);
        if (rh_sh_peek(parser, 0) != '|')
            break;
        parser->at++;
    }
    branch->patterns = patterns;
    branch->count = (uint32_t)count;
    if (!count || rh_sh_peek(parser, 0) != ')') {
        rh_sh_unexpected(parser);
        return false;
    }
    parser->at++;
    return true;
}

/* ;; ;& ;;&; false: there is none, and `esac` must follow. */
static bool take_case_end(rh_sh_parser *parser, rh_sh_case *branch)
{
    if (rh_sh_peek(parser, 0) != ';')
        return false;
    bool falls = rh_sh_peek(parser, 1) == '&';
    bool goes_on = !falls && rh_sh_peek(parser, 2) == '&';
    branch->end = falls ? 1 : goes_on ? 2 : 0;
    parser->at += goes_on ? 3 : 2;
    return true;
}

static rh_sh_node *parse_case(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, RH_SH_CASE, begin);
    rh_sh_case *cases = NULL;
    size_t count = 0, capacity = 0;
    parser->at += 4;
    rh_sh_skip_blanks(parser);
    if (rh_sh_ends_word(rh_sh_peek(parser, 0)))
        return rh_sh_unexpected(parser);
    node->as.select.word = rh_sh_parse_word(parser, RH_SH_WORD, false);
    if (!expect(parser, "in"))
        return NULL;
    bool more = true;
    while (more && !parser->error) {
        rh_sh_skip_lines(parser);
        if (parser->at >= parser->end || rh_sh_is_word(parser, "esac"))
            break;
        cases = rh_arena_reserve(parser->arena, cases, sizeof *cases, count + 1, &capacity);
        rh_sh_case *branch = &cases[count++];
        *branch = (rh_sh_case){0};
        if (!parse_patterns(parser, branch))
            return NULL;
        const rh_sh_node *list = rh_sh_parse_list(parser, false); /* may be empty */
        branch = &cases[count - 1];
        branch->body = list;
        rh_sh_skip_lines(parser);
        more = !parser->error && take_case_end(parser, branch);
    }
    node->as.select.cases = cases;
    node->count = (uint32_t)count;
    return expect(parser, "esac") ? node : NULL;
}

static rh_sh_node *parse_function_word(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_skip_blanks(parser);
    uint32_t length = 0;
    while (!rh_sh_ends_word(rh_sh_peek(parser, length)))
        length++;
    rh_sh_slice name = {parser->text + parser->at, length};
    if (!length)
        return rh_sh_unexpected(parser);
    parser->at += length;
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == '(' && rh_sh_peek(parser, 1) == ')')
        parser->at += 2;
    return rh_sh_parse_function(parser, begin, name);
}

/* What is read as one command but not modelled: its parts are listed, and it is opaque. */
static rh_sh_node *parse_coproc(rh_sh_parser *parser, uint32_t begin)
{
    rh_sh_skip_blanks(parser);
    uint32_t length = 0;
    while (rh_sh_name_goes_on(rh_sh_peek(parser, length)))
        length++;
    uint32_t ahead = length;
    while (rh_sh_peek(parser, ahead) == ' ')
        ahead++;
    if (length && (rh_sh_peek(parser, ahead) == '{' || rh_sh_peek(parser, ahead) == '('))
        parser->at += ahead; /* the name of the coprocess */
    if (!rh_sh_parse_command(parser))
        return NULL;
    return rh_sh_opaque(parser, begin, "coproc is not modelled");
}

static rh_sh_node *parse_select(rh_sh_parser *parser, uint32_t begin)
{
    if (!parse_for(parser, begin))
        return NULL;
    return rh_sh_opaque(parser, begin, "select waits for a person to choose");
}

static rh_sh_node *parse_reserved(rh_sh_parser *parser, uint32_t begin)
{
    static const char *const only_in_bash[] = {"[[", "function", "select", "coproc"};
    for (size_t i = 0; parser->posix && i < 4; i++)
        if (rh_sh_is_word(parser, only_in_bash[i]))
            return NULL;
    switch (rh_sh_peek(parser, 0)) {
    case '{':
        return rh_sh_is_word(parser, "{") ? parse_group(parser, begin) : NULL;
    case '[':
        return rh_sh_is_word(parser, "[[") ? parse_test(parser, begin) : NULL;
    case 'i':
        return rh_sh_is_word(parser, "if") ? parse_if(parser, begin) : NULL;
    case 'w':
        return rh_sh_is_word(parser, "while") ? parse_while(parser, begin, false) : NULL;
    case 'u':
        return rh_sh_is_word(parser, "until") ? parse_while(parser, begin, true) : NULL;
    case 'f':
        if (rh_sh_take_word(parser, "for"))
            return parse_for(parser, begin);
        return rh_sh_take_word(parser, "function") ? parse_function_word(parser, begin) : NULL;
    case 's':
        return rh_sh_take_word(parser, "select") ? parse_select(parser, begin) : NULL;
    case 'c':
        if (rh_sh_take_word(parser, "coproc"))
            return parse_coproc(parser, begin);
        return rh_sh_is_word(parser, "case") ? parse_case(parser, begin) : NULL;
    default:
        return NULL;
    }
}

rh_sh_node *rh_sh_parse_compound(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    rh_sh_node *node;
    if (rh_sh_peek(parser, 0) == '(' && rh_sh_peek(parser, 1) == '(' && rh_sh_is_arithmetic(parser))
        node = parse_sum(parser, begin);
    else if (rh_sh_peek(parser, 0) == '(')
        node = parse_subshell(parser, begin);
    else
        node = parse_reserved(parser, begin);
    if (node && node->kind != RH_SH_FUNCTION)
        rh_sh_finish_node(parser, node, begin);
    return node;
}
