/* pattern(s), then what they match:
 *   pattern P | policy P       compiled as a filter or as a branch policy
 *   yes NAME | no NAME         of the last pattern
 *   bad OFFSET MESSAGE         the next pattern is refused
 *   note TEXT                  of the last pattern
 *   list P                     one more pattern of the list
 *   in NAME | out NAME         whether the name is in the list
 *   decides N NAME             which pattern of the list decides
 *   runs-paths A B ... | skips-paths A B ...           the list as `paths`
 *   runs-ignore A B ... | skips-ignore A B ...         the list as `paths-ignore`
 *   bad-list N OFFSET MESSAGE  the list is refused
 */
#include "sim/actions/glob.h"
#include "suites/actions/cases.h"

enum { MOST = 16 };

typedef struct play_state {
    rh_arena *arena;
    const case_test *test;
    const rh_glob *glob;
    rh_glob_error error;
    const char *patterns[MOST];
    size_t count;
} play_state;

static rh_glob_list list_of(play_state *s, const case_line *line, bool ignores)
{
    rh_glob_list list;
    rh_glob_error error;
    if (rh_glob_list_compile(s->arena, s->patterns, s->count, ignores, &list, &error) < 0)
        case_fail(s->test, line, "the list is refused: %s", error.message);
    return list;
}

static void check_paths(play_state *s, const case_line *line)
{
    const char *paths[MOST], *text = line->text;
    size_t count = 0;
    while (*text && count < MOST)
        paths[count++] = case_word(s->arena, &text);
    bool ignores = case_is(line, "runs-ignore") || case_is(line, "skips-ignore");
    bool expected = case_is(line, "runs-ignore") || case_is(line, "runs-paths");
    rh_glob_list list = list_of(s, line, ignores);
    bool passes = ignores ? rh_glob_passes_paths_ignore(&list, paths, count)
                          : rh_glob_passes_paths(&list, paths, count);
    if (passes != expected)
        case_fail(s->test, line, "it is the other way round");
}

static void check_list(play_state *s, const case_line *line)
{
    const char *text = line->text;
    if (case_is(line, "bad-list")) {
        rh_glob_list list;
        rh_glob_error error = {.message = "(it is not refused)"};
        rh_glob_list_compile(s->arena, s->patterns, s->count, false, &list, &error);
        case_same(s->test, line,
                  rh_format(s->arena, "%zu %zu %s", error.pattern, error.offset, error.message),
                  text);
        return;
    }
    rh_glob_list list = list_of(s, line, true);
    if (case_is(line, "decides")) {
        const char *expected = case_word(s->arena, &text);
        const char *actual = rh_format(s->arena, "%d", rh_glob_list_decides(&list, text));
        case_same(s->test, line, actual, expected);
        return;
    }
    bool is_in = case_is(line, "in");
    if (rh_glob_list_has(&list, text) != is_in || rh_glob_passes(&list, text) != is_in ||
        rh_glob_passes_ignore(&list, text) == is_in)
        case_fail(s->test, line, "'%s' is %s the list", text, is_in ? "not in" : "in");
}

static void check_pattern(play_state *s, const case_line *line)
{
    size_t length;
    const char *text = case_unescape(s->arena, line->text, &length);
    if (!s->glob && !case_is(line, "bad"))
        case_fail(s->test, line, "the pattern is refused: %s", s->error.message);
    if (case_is(line, "bad")) {
        if (s->glob)
            case_fail(s->test, line, "the pattern is not refused");
        case_same(s->test, line, rh_format(s->arena, "%zu %s", s->error.offset, s->error.message),
                  line->text);
    } else if (case_is(line, "note")) {
        const char *note = rh_glob_note(s->glob);
        case_same(s->test, line, note ? note : "", line->text);
    } else if (case_is(line, "negative")) {
        if (!rh_glob_is_negative(s->glob))
            case_fail(s->test, line, "it is positive");
    } else if (rh_glob_match(s->glob, text, length) != case_is(line, "yes")) {
        case_fail(s->test, line, "'%s' %s", text,
                  case_is(line, "yes") ? "does not match" : "matches");
    }
}

static void play(rh_arena *arena, const case_test *test)
{
    play_state s = {.arena = arena, .test = test};
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        size_t length = strlen(line->text);
        if (case_is(line, "pattern"))
            s.glob = rh_glob_compile(arena, line->text, length, &s.error);
        else if (case_is(line, "policy"))
            s.glob = rh_glob_compile_policy(arena, line->text, length, &s.error);
        else if (case_is(line, "list"))
            s.patterns[s.count++] = line->text;
        else if (case_is(line, "yes") || case_is(line, "no") || case_is(line, "bad") ||
                 case_is(line, "note") || case_is(line, "negative"))
            check_pattern(&s, line);
        else if (case_is(line, "in") || case_is(line, "out") || case_is(line, "decides") ||
                 case_is(line, "bad-list"))
            check_list(&s, line);
        else if (strstr(line->word, "-paths") || strstr(line->word, "-ignore"))
            check_paths(&s, line);
        else
            case_fail(test, line, "unknown word '%s'", line->word);
    }
}

int main(void)
{
    return cases_run("glob", play);
}
