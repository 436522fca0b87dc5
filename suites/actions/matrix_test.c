/*   matrix JSON           builds it; then, in order:
 *   leg JSON              the next row (with the order of its fields)
 *   id ID | name NAME     of that row; the job is "job" (or what `job` said)
 *   end                   there are no more rows
 *   count N
 *   error TEXT            it is refused
 *   unknown KEY ORIGIN    the number of legs is not known; KEY "-": the whole matrix
 *   undecided ORIGIN      a filter hung on this
 *   limit N | job NAME    for the next matrix
 *   ids ID ID ...         of all rows
 *   strategy FAIL-FAST MAX INDEX TOTAL JSON
 */
#include "sim/actions/matrix.h"
#include "sim/base/json.h"
#include "sim/expression/expression.h"
#include "suites/actions/cases.h"

typedef struct play_state {
    rh_arena *arena;
    const case_test *test;
    rh_matrix matrix;
    rh_error error;
    int result;
    size_t next;
    size_t limit;
    const char *job;
} play_state;

static size_t number(const char *text)
{
    size_t n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (size_t)(*text - '0');
    return n;
}

static const char *json(play_state *s, const rh_value *value)
{
    rh_text text = rh_text_in(s->arena);
    rh_json_write(&text, value, RH_JSON_SHOW_SECRETS);
    return rh_text_string(&text);
}

static void check_leg(play_state *s, const case_line *line)
{
    if (case_is(line, "leg")) {
        if (s->next == s->matrix.count)
            case_fail(s->test, line, "there are only %zu legs", s->next);
        const rh_value *expected = case_value(s->arena, s->test, line, line->text);
        case_same(s->test, line, json(s, s->matrix.legs[s->next++].row), json(s, expected));
        return;
    }
    if (!s->next)
        case_fail(s->test, line, "expected 'leg' before");
    const rh_matrix_leg *leg = &s->matrix.legs[s->next - 1];
    case_same(s->test, line,
              case_is(line, "id") ? leg->id : rh_matrix_leg_name(s->arena, s->job, leg),
              line->text);
}

static void check_all(play_state *s, const case_line *line)
{
    if (case_is(line, "end")) {
        if (s->next != s->matrix.count)
            case_fail(s->test, line, "there are %zu legs", s->matrix.count);
    } else if (case_is(line, "count")) {
        case_same(s->test, line, rh_format(s->arena, "%zu", s->matrix.count), line->text);
    } else if (case_is(line, "ids")) {
        rh_text ids = rh_text_in(s->arena);
        for (size_t i = 0; i < s->matrix.count; i++)
            rh_text_printf(&ids, "%s%s", i ? " " : "", s->matrix.legs[i].id);
        case_same(s->test, line, rh_text_string(&ids), line->text);
    } else if (case_is(line, "unknown")) {
        if (!s->matrix.unknown)
            case_fail(s->test, line, "it is known");
        const char *key = s->matrix.unknown_key[0] ? s->matrix.unknown_key : "-";
        const char *origin = rh_value_origin(s->matrix.unknown);
        case_same(s->test, line, rh_format(s->arena, "%s %s", key, origin), line->text);
    } else if (case_is(line, "undecided")) {
        const char *origin = s->matrix.undecided ? rh_value_origin(s->matrix.undecided) : "";
        case_same(s->test, line, origin, line->text);
    } else {
        case_fail(s->test, line, "unknown word '%s'", line->word);
    }
}

static void check_strategy(play_state *s, const case_line *line)
{
    const char *text = line->text;
    bool fail_fast = strcmp(case_word(s->arena, &text), "true") == 0;
    size_t most = number(case_word(s->arena, &text)), index = number(case_word(s->arena, &text));
    size_t total = number(case_word(s->arena, &text));
    const rh_value *strategy = rh_matrix_strategy(s->arena, fail_fast, (int64_t)most, index, total);
    case_same(s->test, line, json(s, strategy), text);
}

static void play(rh_arena *arena, const case_test *test)
{
    play_state s = {.arena = arena, .test = test, .job = "job"};
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        if (case_is(line, "matrix")) {
            const rh_value *value = case_value(arena, test, line, line->text);
            s.error.message[0] = '\0';
            s.result = rh_matrix_build(arena, value, s.limit, &s.matrix, &s.error);
            s.next = 0;
        } else if (case_is(line, "limit")) {
            s.limit = number(line->text);
        } else if (case_is(line, "job")) {
            s.job = line->text;
        } else if (case_is(line, "strategy")) {
            check_strategy(&s, line);
        } else if (case_is(line, "error")) {
            case_same(test, line, s.result < 0 ? s.error.message : "(it is built)", line->text);
        } else {
            if (s.result < 0)
                case_fail(test, line, "refused: %s", s.error.message);
            if (case_is(line, "leg") || case_is(line, "id") || case_is(line, "name"))
                check_leg(&s, line);
            else
                check_all(&s, line);
        }
    }
}

int main(void)
{
    return cases_run("matrix", play);
}
