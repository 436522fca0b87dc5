#include "sim/actions/workflow_command.h"

#include "sim/expression/expression.h"

static const struct {
    const char *name;
    bool is_echoed;
} known[] = {
#define X(name, text, echoed) {text, echoed},
    RH_WORKFLOW_COMMANDS(X)
#undef X
};
enum { KNOWN = sizeof known / sizeof *known };

const char *rh_workflow_command_name(rh_workflow_command_kind kind)
{
    return (size_t)kind < KNOWN ? known[kind].name : "";
}

static bool same(const char *left, size_t length, const char *right)
{
    return rh_compare_ignoring_case(left, length, right, strlen(right)) == 0;
}

/* ---- the two grammars ------------------------------------------------------------------------ */

typedef struct escape {
    const char *written;
    char stands_for;
} escape;

/* `%` is last: what it gives is not read again. */
static const escape data_escapes[] = {{"%0D", '\r'}, {"%0A", '\n'}, {"%25", '%'}, {NULL, 0}};
static const escape property_escapes[] = {{"%0D", '\r'}, {"%0A", '\n'}, {"%3A", ':'},
                                          {"%2C", ','},  {"%25", '%'},  {NULL, 0}};
static const escape legacy_escapes[] = {{"%3B", ';'}, {"%0D", '\r'}, {"%0A", '\n'},
                                        {"%5D", ']'}, {"%25", '%'},  {NULL, 0}};

/* Where the parts of a command stand in its line. */
typedef struct shape {
    size_t name, name_end;
    size_t properties, properties_end; /* equal: none */
    size_t data;
    char separator; /* between properties */
    const escape *property_escapes, *data_escapes;
} shape;

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t find(const rh_written *line, size_t from, size_t end, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t at = from; at + size <= end; at++)
        if (memcmp(line->text + at, wanted, size) == 0)
            return at;
    return SIZE_MAX;
}

/* Name and properties stand between `begin` and `end`. */
static void split_name(const rh_written *line, size_t begin, size_t end, shape *found)
{
    size_t blank = find(line, begin, end, " ");
    found->name = begin;
    found->name_end = blank == SIZE_MAX ? end : blank;
    found->properties = blank == SIZE_MAX || blank == begin ? end : blank + 1;
    found->properties_end = end;
}

static bool read_shape(const rh_written *line, shape *found)
{
    size_t begin = 0;
    while (begin < line->length && is_blank(line->text[begin]))
        begin++;
    size_t end = find(line, begin + 2, line->length, "::");
    if (end == SIZE_MAX || memcmp(line->text + begin, "::", 2) != 0)
        return false;
    *found = (shape){.data = end + 2,
                     .separator = ',',
                     .property_escapes = property_escapes,
                     .data_escapes = data_escapes};
    split_name(line, begin + 2, end, found);
    while (found->properties < found->properties_end && is_blank(line->text[found->properties]))
        found->properties++;
    while (found->properties < found->properties_end &&
           is_blank(line->text[found->properties_end - 1]))
        found->properties_end--;
    return true;
}

/* Unlike the newer form this may stand anywhere in a line. */
static bool read_legacy_shape(const rh_written *line, shape *found)
{
    size_t begin = find(line, 0, line->length, "##[");
    size_t end = begin == SIZE_MAX ? SIZE_MAX : find(line, begin, line->length, "]");
    if (end == SIZE_MAX)
        return false;
    *found = (shape){.data = end + 1,
                     .separator = ';',
                     .property_escapes = legacy_escapes,
                     .data_escapes = legacy_escapes};
    split_name(line, begin + 3, end, found);
    return true;
}

static const rh_value *unescape(rh_arena *arena, const rh_written *line, size_t begin, size_t end,
                                const escape *escapes)
{
    rh_text text = rh_text_in(arena);
    for (size_t at = begin; at < end;) {
        const escape *e = escapes;
        while (e->written && (end - at < 3 || memcmp(line->text + at, e->written, 3) != 0))
            e++;
        rh_text_putc(&text, e->written ? e->stands_for : line->text[at]);
        at += e->written ? 3 : 1;
    }
    return rh_written_part_as(arena, line, begin, end, rh_text_string(&text), text.length);
}

/* Of a property that comes again the last value counts. */
static void put(rh_command_property *items, size_t *count, const char *key, const rh_value *value)
{
    for (size_t i = 0; i < *count; i++)
        if (same(items[i].key, strlen(items[i].key), key)) {
            items[i].value = value;
            return;
        }
    items[(*count)++] = (rh_command_property){key, value};
}

/* As .NET splits at '=' into two, leaving out what is empty: equals signs before the name and at
 * the beginning of the value are lost. */
static void read_property(rh_arena *arena, const rh_written *line, size_t begin, size_t end,
                          const escape *escapes, rh_command_property *items, size_t *count)
{
    while (begin < end && line->text[begin] == '=')
        begin++;
    size_t equals = find(line, begin, end, "=");
    if (equals == SIZE_MAX)
        return;
    size_t value = equals;
    while (value < end && line->text[value] == '=')
        value++;
    if (value == end && !rh_written_hole(line, value, end))
        return;
    const char *key = rh_arena_text(arena, line->text + begin, equals - begin);
    put(items, count, key, unescape(arena, line, value, end, escapes));
}

static void read_properties(rh_arena *arena, const rh_written *line, const shape *found,
                            rh_workflow_command *command)
{
    size_t most = 1 + 2; /* two that settle_place may add */
    for (size_t at = found->properties; at < found->properties_end; at++)
        most += line->text[at] == found->separator;
    rh_command_property *items = RH_NEW_ARRAY(arena, rh_command_property, most);
    const char separator[] = {found->separator, '\0'};
    for (size_t at = found->properties; at < found->properties_end;) {
        size_t end = find(line, at, found->properties_end, separator);
        if (end == SIZE_MAX)
            end = found->properties_end;
        read_property(arena, line, at, end, found->property_escapes, items,
                      &command->property_count);
        at = end + 1;
    }
    command->properties = items;
}

const rh_value *rh_workflow_command_get(const rh_workflow_command *command, const char *key)
{
    for (size_t i = 0; i < command->property_count; i++)
        if (same(command->properties[i].key, strlen(command->properties[i].key), key))
            return command->properties[i].value;
    return NULL;
}

/* ---- what a command does --------------------------------------------------------------------- */

typedef struct call {
    rh_arena *arena;
    rh_command_reader *reader;
    const rh_written *line;
    rh_workflow_command *command;
} call;

static void fail(call *c, const char *why)
{
    rh_workflow_command *command = c->command;
    bool shows_line = known[command->kind].is_echoed;
    const char *shown = shows_line ? rh_written_show(c->arena, c->line, 0, c->line->length)
                                   : known[command->kind].name;
    command->is_done = false;
    command->failed_first =
        rh_format(c->arena, "Unable to process command '%s' successfully.", shown);
    command->failed_then = why;
}

static bool is_empty(const rh_value *value)
{
    return !value || (rh_kind_of(value) == RH_STRING && !value->count);
}

static bool is_white(const rh_value *value)
{
    if (rh_kind_of(value) == RH_UNKNOWN)
        return false;
    for (size_t i = 0; i < value->count; i++)
        if (!is_blank(value->as.text[i]))
            return false;
    return true;
}

static bool has_name(call *c)
{
    if (!is_empty(rh_workflow_command_get(c->command, "name")))
        return true;
    fail(c, rh_format(c->arena, "Required field 'name' is missing in ##[%s] command.",
                      known[c->command->kind].name));
    return false;
}

static bool is_enabled(call *c)
{
    if (c->reader->allows_unsecure_commands)
        return true;
    fail(c, rh_format(c->arena,
                      "The `%s` command is disabled. Please upgrade to using Environment Files or "
                      "opt into unsecure command execution by setting the "
                      "`ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. For more "
                      "information see: https://github.blog/changelog/"
                      "2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/",
                      known[c->command->kind].name));
    return false;
}

static void set_env(call *c)
{
    if (!is_enabled(c) || !has_name(c))
        return;
    const char *name = rh_text_of(rh_workflow_command_get(c->command, "name"));
    if (same(name, strlen(name), "NODE_OPTIONS")) {
        c->command->is_done = false;
        c->command->error =
            "Can't update NODE_OPTIONS environment variable using ::set-env:: command.";
    }
}

static void add_path(call *c)
{
    if (is_enabled(c) && is_empty(c->command->data))
        fail(c, "Value cannot be null. (Parameter 'path')");
}

static void set_deprecated(call *c)
{
    c->command->warning =
        rh_format(c->arena,
                  "The `%s` command is deprecated and will be disabled soon. Please upgrade to "
                  "using Environment Files. For more information see: "
                  "https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-"
                  "and-set-output-commands/",
                  known[c->command->kind].name);
    has_name(c);
}

static void warn(call *c, const char *text)
{
    c->command->warning = text;
    c->command->is_done = false;
}

static void add_mask(call *c)
{
    if (is_white(c->command->data))
        warn(c, "Can't add secret mask for empty string in ##[add-mask] command.");
    else if (c->reader->echoes)
        c->command->logged = rh_value_string(c->arena, "::add-mask::***", 15);
}

static void remove_matcher(call *c)
{
    bool has_owner = !is_empty(rh_workflow_command_get(c->command, "owner"));
    bool has_file = !is_empty(c->command->data);
    if (has_owner && has_file)
        warn(c, "Either specify an owner name or a file path in ##[remove-matcher] command. Both "
                "values cannot be set.");
    else if (!has_owner && !has_file)
        warn(c, "Either an owner name or a file path must be specified in ##[remove-matcher] "
                "command.");
}

static void group(call *c, const char *prefix)
{
    const rh_value *title = c->command->kind == RH_COMMAND_GROUP ? c->command->data : NULL;
    const rh_value *pieces[] = {rh_value_string(c->arena, prefix, strlen(prefix)), title};
    rh_written written = rh_written_join(c->arena, pieces, 2);
    c->command->logged = rh_written_part(c->arena, &written, 0, written.length);
}

static void switch_echo(call *c)
{
    const rh_value *data = c->command->data;
    size_t begin = 0, end = data->count;
    if (is_empty(data)) {
        fail(c, "Value cannot be null. (Parameter 'value')");
        return;
    }
    if (rh_kind_of(data) == RH_UNKNOWN)
        return;
    while (begin < end && is_blank(data->as.text[begin]))
        begin++;
    while (begin < end && is_blank(data->as.text[end - 1]))
        end--;
    if (same(data->as.text + begin, end - begin, "on"))
        c->reader->echoes = true;
    else if (same(data->as.text + begin, end - begin, "off"))
        c->reader->echoes = false;
    else
        fail(c, rh_format(c->arena,
                          "Invalid echo command value. Possible values can be: 'on', 'off'. "
                          "Current value is: '%s'.",
                          rh_text_of(data)));
}

/* ---- where an annotation points to ----------------------------------------------------------- */

/* As .NET reads an int; false if it is none. */
static bool read_int(const rh_value *value, int32_t *number)
{
    const char *text = rh_text_of(value);
    bool is_negative = *text == '-';
    text += *text == '-' || *text == '+';
    int64_t read = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || read > INT32_MAX)
            return false;
        read = read * 10 + (*text - '0');
    }
    read = is_negative ? -read : read;
    *number = (int32_t)read;
    return read >= INT32_MIN && read <= INT32_MAX;
}

static void drop(rh_workflow_command *command, const char *key)
{
    rh_command_property *items = command->properties;
    size_t kept = 0;
    for (size_t i = 0; i < command->property_count; i++)
        if (!same(items[i].key, strlen(items[i].key), key))
            items[kept++] = items[i];
    command->property_count = kept;
}

static void drop_columns(rh_workflow_command *command)
{
    drop(command, "col");
    drop(command, "endColumn");
}

/* One end of a range of lines or columns that is not given is that which is. */
static void fill_in(rh_workflow_command *command, const char *begin, const char *end)
{
    put(command->properties, &command->property_count, begin,
        rh_workflow_command_get(command, end));
}

/* Drops or fills in what does not go together (IssueCommandExtension.ValidateLinesAndColumns). */
static void settle_place(rh_workflow_command *command)
{
    int32_t line = 0, end_line = 0, column = 0, end_column = 0;
    bool has_line = read_int(rh_workflow_command_get(command, "line"), &line);
    bool has_end_line = read_int(rh_workflow_command_get(command, "endLine"), &end_line);
    bool has_column = read_int(rh_workflow_command_get(command, "col"), &column);
    bool has_end_column = read_int(rh_workflow_command_get(command, "endColumn"), &end_column);
    if (has_end_line && !has_line)
        fill_in(command, "line", "endLine");
    if (has_end_column && !has_column)
        fill_in(command, "col", "endColumn");
    has_line = has_line || has_end_line;
    bool is_one_line = rh_equal(rh_workflow_command_get(command, "line"),
                                rh_workflow_command_get(command, "endLine"));
    if ((has_column || has_end_column) && (!has_line || (has_end_line && !is_one_line)))
        drop_columns(command);
    if (has_end_line && end_line < line) {
        drop(command, "line");
        drop(command, "endLine");
    }
    if (has_end_column && end_column < column)
        drop_columns(command);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void process(call *c)
{
    rh_workflow_command *command = c->command;
    if (c->reader->echoes && known[command->kind].is_echoed)
        command->logged = rh_written_part(c->arena, c->line, 0, c->line->length);
    switch ((rh_workflow_command_kind)command->kind) {
    case RH_COMMAND_SET_ENV:
        set_env(c);
        break;
    case RH_COMMAND_ADD_PATH:
        add_path(c);
        break;
    case RH_COMMAND_SET_OUTPUT:
    case RH_COMMAND_SAVE_STATE:
        set_deprecated(c);
        break;
    case RH_COMMAND_ADD_MASK:
        add_mask(c);
        break;
    case RH_COMMAND_ADD_MATCHER:
        if (is_empty(command->data))
            warn(c, "File path must be specified.");
        break;
    case RH_COMMAND_REMOVE_MATCHER:
        remove_matcher(c);
        break;
    case RH_COMMAND_NOTICE:
    case RH_COMMAND_WARNING:
    case RH_COMMAND_ERROR:
        settle_place(command);
        break;
    case RH_COMMAND_GROUP:
        group(c, "##[group]");
        break;
    case RH_COMMAND_ENDGROUP:
        group(c, "##[endgroup]");
        break;
    case RH_COMMAND_ECHO:
        switch_echo(c);
        break;
    default:
        break;
    }
}

static int find_kind(const rh_written *line, const shape *found)
{
    if (rh_written_hole(line, found->name, found->name_end))
        return -1;
    for (size_t i = 0; i < KNOWN; i++)
        if (same(line->text + found->name, found->name_end - found->name, known[i].name))
            return (int)i;
    return -1;
}

static void stop(call *c)
{
    const rh_value *token = c->command->data;
    const char *text = rh_text_of(token);
    bool is_bad = is_empty(token) || same(text, strlen(text), "pause-logging");
    for (size_t i = 0; i < KNOWN; i++)
        is_bad = is_bad || same(text, strlen(text), known[i].name);
    if (is_bad && rh_kind_of(token) != RH_UNKNOWN && !c->reader->allows_unsecure_stop_tokens) {
        c->command->is_done = false;
        c->command->failed_first =
            "You cannot use a endToken that is an empty string, the string 'pause-logging', or "
            "another workflow command. For more information see: https://docs.github.com/actions/"
            "learn-github-actions/workflow-commands-for-github-actions#example-stopping-and-"
            "starting-workflow-commands or opt into insecure command execution by setting the "
            "`ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS` environment variable to `true`.";
        return;
    }
    c->reader->is_stopped = true;
    c->reader->token = token;
    c->command->logged = rh_written_part(c->arena, c->line, 0, c->line->length);
}

static bool is_token(const rh_written *line, const shape *found, const rh_value *token)
{
    const rh_value *hole = rh_written_hole(line, found->name, found->name_end);
    if (rh_kind_of(token) == RH_UNKNOWN || hole)
        return hole && rh_kind_of(token) == RH_UNKNOWN &&
               strcmp(rh_value_origin(hole), rh_value_origin(token)) == 0;
    return token &&
           rh_compare_ignoring_case(line->text + found->name, found->name_end - found->name,
                                    token->as.text, token->count) == 0;
}

/* While commands are stopped only the token does something. */
static bool read_stopped(call *c, const shape *shapes, const bool *is_shape)
{
    for (size_t i = 0; i < 2; i++) {
        if (!is_shape[i] || !is_token(c->line, &shapes[i], c->reader->token))
            continue;
        c->reader->is_stopped = false;
        c->reader->token = NULL;
        c->command->kind = RH_COMMAND_RESUME;
        c->command->logged = rh_written_part(c->arena, c->line, 0, c->line->length);
        return true;
    }
    return false;
}

bool rh_workflow_command_read(rh_arena *arena, rh_command_reader *reader,
                              const rh_value *const *pieces, size_t count,
                              rh_workflow_command *command)
{
    rh_written line = rh_written_join(arena, pieces, count);
    shape shapes[2] = {{0}, {0}};
    bool is_shape[] = {read_shape(&line, &shapes[0]), read_legacy_shape(&line, &shapes[1])};
    call c = {.arena = arena, .reader = reader, .line = &line, .command = command};
    *command = (rh_workflow_command){.is_done = true};
    if (reader->is_stopped)
        return read_stopped(&c, shapes, is_shape);
    for (size_t i = 0; i < 2; i++) {
        int kind = is_shape[i] ? find_kind(&line, &shapes[i]) : -1;
        if (kind < 0)
            continue;
        command->kind = (uint8_t)kind;
        read_properties(arena, &line, &shapes[i], command);
        command->data = unescape(arena, &line, shapes[i].data, line.length, shapes[i].data_escapes);
        if (kind == RH_COMMAND_STOP_COMMANDS)
            stop(&c);
        else
            process(&c);
        return true;
    }
    return false;
}
