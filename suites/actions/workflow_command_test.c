/* One reader a case:
 *   allow commands | allow tokens
 *   line TEXT              a line of output (escapes are read)
 *   pieces JSON            a line of output as a list of pieces
 *   output                 the last line is no command
 *   is NAME JSON           it is, with this data
 *   property KEY JSON
 *   properties N
 *   not-done               it does not do what it is for
 *   logged JSON            what the log has instead of the line ("null": nothing)
 *   warning TEXT | error TEXT | fails TEXT | fails-first TEXT
 */
#include "sim/actions/workflow_command.h"
#include "sim/base/json.h"
#include "sim/expression/expression.h"
#include "suites/actions/cases.h"

typedef struct play_state {
    rh_arena *arena;
    const case_test *test;
    rh_command_reader reader;
    rh_workflow_command command;
    bool is_command;
} play_state;

static void read_line(play_state *s, const case_line *line)
{
    if (case_is(line, "pieces")) {
        const rh_value *list = case_value(s->arena, s->test, line, line->text);
        s->is_command = rh_workflow_command_read(s->arena, &s->reader, list->as.items, list->count,
                                                 &s->command);
        return;
    }
    size_t length;
    const char *text = case_unescape(s->arena, line->text, &length);
    const rh_value *piece = rh_value_string(s->arena, text, length);
    s->is_command = rh_workflow_command_read(s->arena, &s->reader, &piece, 1, &s->command);
}

static void compare(play_state *s, const case_line *line, const rh_value *actual, const char *json)
{
    const rh_value *expected = case_value(s->arena, s->test, line, json);
    rh_text text = rh_text_in(s->arena);
    rh_json_write(&text, actual, RH_JSON_SHOW_SECRETS);
    if (!rh_equal(actual, expected) || (actual && ((actual->flags ^ expected->flags) & 3)) ||
        strcmp(rh_value_origin(actual), rh_value_origin(expected)) != 0)
        case_fail(s->test, line, "got %s", rh_text_string(&text));
}

static void same_text(play_state *s, const case_line *line, const char *actual)
{
    case_same(s->test, line, actual ? actual : "", line->text);
}

static void check(play_state *s, const case_line *line)
{
    const char *text = line->text;
    const rh_workflow_command *command = &s->command;
    if (s->is_command == case_is(line, "output"))
        case_fail(s->test, line, "it is %s", s->is_command ? "a command" : "output");
    if (case_is(line, "output"))
        return;
    if (case_is(line, "is")) {
        const char *name = command->kind == RH_COMMAND_RESUME
                               ? "(resume)"
                               : rh_workflow_command_name(command->kind);
        case_same(s->test, line, name, case_word(s->arena, &text));
        compare(s, line, command->data, text);
    } else if (case_is(line, "property")) {
        const char *key = case_word(s->arena, &text);
        compare(s, line, rh_workflow_command_get(command, key), text);
    } else if (case_is(line, "properties")) {
        case_same(s->test, line, rh_format(s->arena, "%zu", command->property_count), text);
    } else if (case_is(line, "not-done") || case_is(line, "done")) {
        if (command->is_done != case_is(line, "done"))
            case_fail(s->test, line, "it is the other way round");
    } else if (case_is(line, "logged")) {
        compare(s, line, command->logged, text);
    } else if (case_is(line, "warning")) {
        same_text(s, line, command->warning);
    } else if (case_is(line, "error")) {
        same_text(s, line, command->error);
    } else if (case_is(line, "fails")) {
        same_text(s, line, command->failed_then);
    } else if (case_is(line, "fails-first")) {
        same_text(s, line, command->failed_first);
    } else {
        case_fail(s->test, line, "unknown word '%s'", line->word);
    }
}

static void play(rh_arena *arena, const case_test *test)
{
    play_state s = {.arena = arena, .test = test};
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        if (case_is(line, "allow") && strcmp(line->text, "commands") == 0)
            s.reader.allows_unsecure_commands = true;
        else if (case_is(line, "allow"))
            s.reader.allows_unsecure_stop_tokens = true;
        else if (case_is(line, "line") || case_is(line, "pieces"))
            read_line(&s, line);
        else
            check(&s, line);
    }
}

int main(void)
{
    return cases_run("workflow_command", play);
}
