/*   piece TEXT            one more piece of the file (escapes are read)
 *   value JSON            one more piece; {"$unknown": "x"}, {"$tainted": "text"}
 *   read output|env|state|windows     reads the file; then, in order:
 *   pair KEY JSON         the next pair
 *   end                   there are no more pairs, and no error
 *   error TEXT            there are no more pairs, and this error
 *   blocked N | unknown ORIGIN | error-flags N
 *   paths                 reads it as a $GITHUB_PATH, after those so far; then:
 *   path JSON | end
 *   summary BYTES         and "says TEXT"
 */
#include "sim/actions/file_command.h"
#include "sim/base/json.h"
#include "sim/expression/expression.h"
#include "suites/actions/cases.h"

enum { MOST = 64 };

typedef struct play_state {
    rh_arena *arena;
    const case_test *test;
    const rh_value *pieces[MOST];
    size_t count;
    rh_file_pairs pairs;
    rh_file_paths paths;
    size_t next;
    const char *summary;
} play_state;

static void add_piece(play_state *s, const case_line *line)
{
    size_t length;
    if (s->count == MOST)
        case_fail(s->test, line, "too many pieces");
    if (case_is(line, "value")) {
        s->pieces[s->count++] = case_value(s->arena, s->test, line, line->text);
        return;
    }
    const char *text = case_unescape(s->arena, line->text, &length);
    s->pieces[s->count++] = rh_value_string(s->arena, text, length);
}

static void read_file(play_state *s, const case_line *line)
{
    rh_file_command command = RH_FILE_OUTPUT;
    for (; command < RH_FILE_STATE; command++)
        if (case_is(&(case_line){.word = line->text}, rh_file_command_name(command)))
            break;
    bool with_crlf = strcmp(line->text, "windows") == 0;
    if (with_crlf)
        command = RH_FILE_OUTPUT;
    s->pairs = rh_file_command_read(s->arena, command, s->pieces, s->count, with_crlf);
    s->next = s->count = 0;
}

static void compare(play_state *s, const case_line *line, const rh_value *actual, const char *json)
{
    const rh_value *expected = case_value(s->arena, s->test, line, json);
    rh_text text = rh_text_in(s->arena);
    rh_json_write(&text, actual, RH_JSON_SHOW_SECRETS);
    if (!rh_equal(actual, expected) || ((actual->flags ^ expected->flags) & 3) ||
        strcmp(rh_value_origin(actual), rh_value_origin(expected)) != 0)
        case_fail(s->test, line, "got %s from '%s', flags %d", rh_text_string(&text),
                  rh_value_origin(actual), actual->flags & 3);
}

static void check_pairs(play_state *s, const case_line *line)
{
    const char *text = line->text;
    if (case_is(line, "pair")) {
        if (s->next == s->pairs.count)
            case_fail(s->test, line, "there are only %zu pairs; %s", s->next,
                      s->pairs.error ? s->pairs.error : "no error");
        const rh_file_pair *pair = &s->pairs.items[s->next++];
        case_same(s->test, line, pair->key, case_word(s->arena, &text));
        compare(s, line, pair->value, text);
        return;
    }
    if (s->next != s->pairs.count)
        case_fail(s->test, line, "there is another pair, %s", s->pairs.items[s->next].key);
    size_t length;
    const char *expected = case_is(line, "end") ? "" : case_unescape(s->arena, text, &length);
    case_same(s->test, line, s->pairs.error ? s->pairs.error : "", expected);
}

static void check_paths(play_state *s, const case_line *line)
{
    if (case_is(line, "path")) {
        if (s->next == s->paths.count)
            case_fail(s->test, line, "there are only %zu paths", s->next);
        compare(s, line, s->paths.items[s->next++], line->text);
    } else if (s->next != s->paths.count) {
        case_fail(s->test, line, "there are %zu paths", s->paths.count);
    }
}

static void check_rest(play_state *s, const case_line *line)
{
    if (case_is(line, "blocked")) {
        case_same(s->test, line, rh_format(s->arena, "%u", s->pairs.blocked), line->text);
    } else if (case_is(line, "unknown")) {
        if (!s->pairs.unknown)
            case_fail(s->test, line, "everything is known");
        case_same(s->test, line, rh_value_origin(s->pairs.unknown), line->text);
    } else if (case_is(line, "error-flags")) {
        case_same(s->test, line, rh_format(s->arena, "%u", s->pairs.error_flags), line->text);
    } else if (case_is(line, "summary")) {
        uint64_t bytes = 0;
        for (const char *c = line->text; *c; c++)
            bytes = bytes * 10 + (uint64_t)(*c - '0');
        s->summary = rh_step_summary_error(s->arena, bytes);
    } else if (case_is(line, "says")) {
        case_same(s->test, line, s->summary ? s->summary : "", line->text);
    } else if (case_is(line, "failed")) {
        const char *text = rh_file_command_failed_text(RH_FILE_STATE);
        case_same(s->test, line, text, line->text);
    } else {
        case_fail(s->test, line, "unknown word '%s'", line->word);
    }
}

static void play(rh_arena *arena, const case_test *test)
{
    play_state s = {.arena = arena, .test = test};
    bool reads_paths = false;
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        if (case_is(line, "piece") || case_is(line, "value")) {
            add_piece(&s, line);
        } else if (case_is(line, "read")) {
            read_file(&s, line);
        } else if (case_is(line, "paths")) {
            s.paths = rh_file_command_paths(arena, &s.paths, s.pieces, s.count);
            s.next = s.count = 0;
            reads_paths = true;
        } else if (reads_paths) {
            check_paths(&s, line);
        } else if (case_is(line, "pair") || case_is(line, "end") || case_is(line, "error")) {
            check_pairs(&s, line);
        } else {
            check_rest(&s, line);
        }
    }
}

int main(void)
{
    return cases_run("file_command", play);
}
