#include "sim/shell/parse.h"

void *rh_sh_refuse(rh_sh_parser *parser, uint32_t at, const char *message)
{
    if (!parser->error) {
        parser->error = message;
        parser->error_at = at;
    }
    return NULL;
}

bool rh_sh_ends_word(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' ||
           c == '>' || c == '(' || c == ')' || c == '\0';
}

/* The bytes of the operator or word at the cursor. */
static uint32_t token_length(const rh_sh_parser *parser)
{
    static const char *const operators[] = {";;&", "<<<", "&>>", "<<-", ";;", ";&", "&&",
                                            "||",  "|&",  "<<",  ">>",  "<&", ">&", "&>"};
    uint32_t left = rh_sh_left(parser);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        uint32_t length = (uint32_t)strlen(operators[i]);
        if (left >= length && memcmp(parser->text + parser->at, operators[i], length) == 0)
            return length;
    }
    uint32_t length = 0;
    while (length < left && length < 60 && !rh_sh_ends_word(parser->text[parser->at + length]))
        length++;
    return length ? length : 1;
}

void *rh_sh_unexpected(rh_sh_parser *parser)
{
    rh_sh_skip_blanks(parser);
    if (parser->error)
        return NULL;
    if (parser->at >= parser->end)
        return rh_sh_refuse(parser, parser->at, "syntax error: unexpected end of file");
    if (parser->text[parser->at] == '\n')
        return rh_sh_refuse(parser, parser->at, "syntax error near unexpected token `newline'");
    return rh_sh_refuse(parser, parser->at,
                        rh_format(parser->arena, "syntax error near unexpected token `%.*s'",
                                  (int)token_length(parser), parser->text + parser->at));
}

bool rh_sh_descend(rh_sh_parser *parser)
{
    if (!parser->levels) {
        rh_sh_refuse(parser, parser->at, "nested too deeply for a rehearsal");
        return false;
    }
    parser->levels--;
    return true;
}

/* ---- places ---------------------------------------------------------------------------------- */

static void find_lines(rh_sh_parser *parser)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < parser->end; i++)
        count += parser->text[i] == '\n';
    size_t *lines = RH_NEW_ARRAY(parser->arena, size_t, count);
    uint32_t line = 1;
    for (uint32_t i = 0; i < parser->end; i++)
        if (parser->text[i] == '\n')
            lines[line++] = i + 1;
    parser->lines = (rh_lines){lines, count};
}

rh_shell_place rh_sh_place(const rh_sh_parser *parser, uint32_t begin, uint32_t end)
{
    if (parser->fixed)
        return *parser->fixed;
    rh_shell_place place = {.begin = begin, .end = end};
    rh_lines_place(&parser->lines, begin, &place.line, &place.column);
    return place;
}

rh_sh_slice rh_sh_source(const rh_sh_parser *parser, uint32_t begin)
{
    uint32_t end = parser->at < parser->end ? parser->at : parser->end;
    begin = begin < end ? begin : end;
    while (end > begin && (parser->text[end - 1] == ' ' || parser->text[end - 1] == '\t' ||
                           parser->text[end - 1] == '\n'))
        end--;
    return (rh_sh_slice){parser->text + begin, end - begin};
}

/* ---- between words --------------------------------------------------------------------------- */

void rh_sh_skip_blanks(rh_sh_parser *parser)
{
    for (;;) {
        char c = rh_sh_peek(parser, 0);
        if (c == ' ' || c == '\t' || (c == '\r' && rh_sh_peek(parser, 1) == '\n'))
            parser->at++;
        else if (c == '\\' && rh_sh_peek(parser, 1) == '\n')
            parser->at += 2;
        else
            break;
    }
    if (rh_sh_peek(parser, 0) == '#')
        while (parser->at < parser->end && parser->text[parser->at] != '\n')
            parser->at++;
}

void rh_sh_skip_lines(rh_sh_parser *parser)
{
    rh_sh_skip_blanks(parser);
    while (rh_sh_peek(parser, 0) == '\n' && !parser->error) {
        parser->at++;
        rh_sh_read_documents(parser);
        rh_sh_skip_blanks(parser);
    }
}

bool rh_sh_is_word(const rh_sh_parser *parser, const char *word)
{
    uint32_t length = (uint32_t)strlen(word);
    return rh_sh_left(parser) >= length && memcmp(parser->text + parser->at, word, length) == 0 &&
           rh_sh_ends_word(rh_sh_peek(parser, length));
}

bool rh_sh_take_word(rh_sh_parser *parser, const char *word)
{
    if (!rh_sh_is_word(parser, word))
        return false;
    parser->at += (uint32_t)strlen(word);
    return true;
}

/* ---- lists ----------------------------------------------------------------------------------- */

rh_sh_node *rh_sh_new_node(rh_sh_parser *parser, rh_sh_kind kind, uint32_t begin)
{
    rh_sh_node *node = RH_NEW(parser->arena, rh_sh_node);
    node->kind = (uint8_t)kind;
    node->place = rh_sh_place(parser, begin, begin);
    return node;
}

void rh_sh_finish_node(rh_sh_parser *parser, rh_sh_node *node, uint32_t begin)
{
    node->source = rh_sh_source(parser, begin);
    if (!parser->fixed)
        node->place.end = node->place.begin + node->source.length;
}

typedef struct gathered {
    const rh_sh_node **items;
    uint8_t *joints;
    size_t count, item_capacity, joint_capacity;
} gathered;

static void gather(rh_sh_parser *parser, gathered *list, const rh_sh_node *node, uint8_t joint)
{
    list->items = rh_arena_reserve(parser->arena, list->items, sizeof *list->items, list->count + 1,
                                   &list->item_capacity);
    list->joints =
        rh_arena_reserve(parser->arena, list->joints, 1, list->count + 1, &list->joint_capacity);
    list->items[list->count] = node;
    list->joints[list->count++] = joint;
}

static const rh_sh_node *join(rh_sh_parser *parser, rh_sh_kind kind, const gathered *list,
                              uint32_t begin)
{
    rh_sh_node *node = rh_sh_new_node(parser, kind, begin);
    node->count = (uint32_t)list->count;
    node->as.list.items = list->items;
    node->as.list.joints = list->joints;
    rh_sh_finish_node(parser, node, begin);
    return node;
}

/* Behind `|`: more of the pipe. `first` is its first command. */
static const rh_sh_node *parse_rest_of_pipe(rh_sh_parser *parser, const rh_sh_node *first,
                                            uint32_t begin)
{
    gathered pipe = {0};
    while (!parser->error) {
        bool both = rh_sh_peek(parser, 1) == '&';
        gather(parser, &pipe, first, both ? RH_SH_PIPE_BOTH : RH_SH_THEN);
        parser->at += both ? 2 : 1;
        rh_sh_skip_lines(parser);
        first = rh_sh_parse_command(parser);
        rh_sh_skip_blanks(parser);
        if (!first || rh_sh_peek(parser, 0) != '|' || rh_sh_peek(parser, 1) == '|')
            break;
    }
    if (parser->error)
        return NULL;
    gather(parser, &pipe, first, RH_SH_THEN);
    return join(parser, RH_SH_PIPE, &pipe, begin);
}

static bool take_prefixes(rh_sh_parser *parser)
{
    bool negated = false;
    for (;;) {
        if (rh_sh_take_word(parser, "!")) {
            negated = !negated;
        } else if (rh_sh_take_word(parser, "time")) {
            rh_sh_skip_blanks(parser);
            rh_sh_take_word(parser, "-p");
        } else {
            return negated;
        }
        rh_sh_skip_blanks(parser);
    }
}

static const rh_sh_node *parse_pipeline(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    bool negated = take_prefixes(parser);
    uint32_t inner = parser->at;
    const rh_sh_node *node = rh_sh_parse_command(parser);
    if (!node)
        return NULL;
    rh_sh_skip_blanks(parser);
    if (rh_sh_peek(parser, 0) == '|' && rh_sh_peek(parser, 1) != '|')
        node = parse_rest_of_pipe(parser, node, inner);
    if (!node || !negated)
        return node;
    /* A copy: a group around it, so that ! and what it stands before are two things. */
    rh_sh_node *group = rh_sh_new_node(parser, RH_SH_GROUP, begin);
    group->negated = true;
    group->as.body = node;
    rh_sh_finish_node(parser, group, begin);
    return group;
}

static const rh_sh_node *parse_and_or(rh_sh_parser *parser)
{
    uint32_t begin = parser->at;
    const rh_sh_node *node = parse_pipeline(parser);
    gathered list = {0};
    while (node && !parser->error) {
        char c = rh_sh_peek(parser, 0);
        if ((c != '&' && c != '|') || rh_sh_peek(parser, 1) != c)
            break;
        gather(parser, &list, node, c == '&' ? RH_SH_AND : RH_SH_OR);
        parser->at += 2;
        rh_sh_skip_lines(parser);
        node = parse_pipeline(parser);
    }
    if (!node || parser->error || !list.count)
        return node;
    gather(parser, &list, node, RH_SH_THEN);
    return join(parser, RH_SH_AND_OR, &list, begin);
}

static bool at_list_end(const rh_sh_parser *parser)
{
    static const char *const closers[] = {"then", "else", "elif", "fi", "do", "done", "esac", "}"};
    char c = rh_sh_peek(parser, 0);
    if (parser->at >= parser->end || c == ')' || c == '\n')
        return true;
    if (c == ';')
        return rh_sh_peek(parser, 1) == ';' || rh_sh_peek(parser, 1) == '&';
    if (c != 't' && c != 'e' && c != 'f' && c != 'd' && c != '}')
        return false;
    for (size_t i = 0; i < sizeof closers / sizeof *closers; i++)
        if (rh_sh_is_word(parser, closers[i]))
            return true;
    return false;
}

/* Behind a command of a list: takes the separator. False: the list ends. */
static bool take_separator(rh_sh_parser *parser, bool line, uint8_t *joint)
{
    char c = rh_sh_peek(parser, 0);
    char next = rh_sh_peek(parser, 1);
    *joint = RH_SH_THEN;
    if (c == '&' && next != '&' && next != '>') {
        *joint = RH_SH_ASYNC;
        parser->at++;
        return true;
    }
    if (c == ';' && next != ';' && next != '&') {
        parser->at++;
        return true;
    }
    return c == '\n' && !line;
}

const rh_sh_node *rh_sh_parse_list(rh_sh_parser *parser, bool line)
{
    gathered list = {0};
    uint32_t begin = parser->at;
    for (;;) {
        if (line)
            rh_sh_skip_blanks(parser);
        else
            rh_sh_skip_lines(parser);
        if (at_list_end(parser) || parser->error)
            break;
        if (!list.count)
            begin = parser->at;
        const rh_sh_node *node = parse_and_or(parser);
        if (!node || parser->error)
            return NULL;
        rh_sh_skip_blanks(parser);
        uint8_t joint;
        bool more = take_separator(parser, line, &joint);
        gather(parser, &list, node, joint);
        if (!more)
            break;
    }
    if (!list.count || parser->error)
        return NULL;
    if (list.count == 1 && list.joints[0] == RH_SH_THEN)
        return list.items[0];
    return join(parser, RH_SH_LIST, &list, begin);
}

/* ---- scripts --------------------------------------------------------------------------------- */

static void parse_units(rh_sh_parser *parser)
{
    rh_shell_script *script = parser->script;
    for (;;) {
        rh_sh_skip_lines(parser);
        if (parser->error || parser->at >= parser->end)
            break;
        const rh_sh_node *unit = rh_sh_parse_list(parser, true);
        rh_sh_skip_blanks(parser);
        if (!parser->error && (!unit || rh_sh_peek(parser, 0) != '\n') && parser->at < parser->end)
            rh_sh_unexpected(parser);
        if (!parser->error && parser->at < parser->end) {
            parser->at++;
            rh_sh_read_documents(parser);
        }
        if (parser->error)
            break;
        script->units = rh_arena_reserve(parser->arena, script->units, sizeof *script->units,
                                         script->unit_count + 1, &script->unit_capacity);
        script->units[script->unit_count++] = unit;
    }
    script->error = parser->error;
    script->error_keeps_status = parser->in_condition;
    if (script->error)
        script->error_place = rh_sh_place(parser, parser->error_at, parser->error_at);
}

static rh_shell_script *parse(rh_sh_parser *parser, rh_sh_names *names)
{
    rh_shell_script *script = RH_NEW(parser->arena, rh_shell_script);
    script->names = names;
    script->text = (rh_sh_slice){parser->text, parser->end};
    parser->script = script;
    if (!parser->fixed)
        find_lines(parser);
    parse_units(parser);
    return script;
}

const rh_shell_script *rh_shell_parse(rh_arena *arena, const char *text, size_t length, bool posix)
{
    rh_sh_parser parser = {.arena = arena,
                           .text = text,
                           .end = length > INT32_MAX ? INT32_MAX : (uint32_t)length,
                           .levels = RH_SH_LEVELS,
                           .posix = posix};
    rh_sh_names *names = rh_arena_alloc(arena, sizeof *names);
    rh_sh_names_init(names, arena, NULL);
    return parse(&parser, names);
}

const rh_shell_script *rh_sh_parse_inner(rh_arena *arena, const char *text, size_t length,
                                         rh_sh_names *names, const rh_shell_place *place,
                                         uint32_t levels, bool extended, bool posix)
{
    rh_sh_parser parser = {.arena = arena,
                           .text = text,
                           .end = length > INT32_MAX ? INT32_MAX : (uint32_t)length,
                           .levels = levels,
                           .extended = extended,
                           .posix = posix,
                           .fixed = place};
    return parse(&parser, names);
}

size_t rh_shell_opaque_count(const rh_shell_script *script)
{
    return script->opaque_count;
}

const rh_shell_opaque *rh_shell_opaque_at(const rh_shell_script *script, size_t index)
{
    return index < script->opaque_count ? script->opaques[index] : NULL;
}

const char *rh_shell_syntax_error(const rh_shell_script *script, rh_shell_place *place)
{
    if (script->error && place)
        *place = script->error_place;
    return script->error;
}

/* Builtins and the functions of the script answer for their names themselves. */
static bool is_own(const rh_shell_script *script, const rh_sh_node *node, const char *name)
{
    if (node->as.simple.builtin || rh_sh_is_only_in_bash(name))
        return true;
    for (size_t i = 0; i < script->function_count; i++)
        if (script->functions[i] == node->as.simple.name)
            return true;
    return false;
}

void rh_shell_commands(const rh_shell_script *script, rh_shell_tell *tell, void *data)
{
    for (size_t i = 0; i < script->command_count; i++) {
        const rh_sh_listed *listed = &script->commands[i];
        if (!is_own(script, listed->node, listed->name))
            tell(data, listed->name, &listed->node->place);
    }
}
