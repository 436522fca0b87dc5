/*   secret TEXT        a secret of the run (escapes are read)
 *   mask TEXT          ::add-mask::
 *   masked TEXT        the text that the next line must become
 *   becomes TEXT
 *   holds JSON | free JSON     whether an output with this value is dropped
 *   value JSON         ... and "gives JSON": what rh_mask_value makes of it
 */
#include "sim/actions/mask.h"
#include "sim/base/json.h"
#include "suites/actions/cases.h"

static void check_text(rh_arena *arena, const case_test *test, const case_line *line,
                       const rh_mask *mask, const char *text, size_t length)
{
    size_t expected_length;
    const char *expected = case_unescape(arena, line->text, &expected_length);
    char *exact = memcpy(rh_arena_alloc(arena, length + 1), text, length);
    rh_text out = rh_text_in(arena);
    rh_mask_text(mask, &out, exact, length);
    if (out.length != expected_length || memcmp(rh_text_string(&out), expected, out.length) != 0)
        case_fail(test, line, "got '%s'", rh_text_string(&out));
    bool changed = out.length != length || memcmp(out.data, text, length) != 0;
    if (rh_mask_finds(mask, text, length) != changed)
        case_fail(test, line, "rh_mask_finds says otherwise");
}

static void check_value(rh_arena *arena, const case_test *test, const case_line *line,
                        const rh_mask *mask, const rh_value *value)
{
    const rh_value *expected = case_value(arena, test, line, line->text);
    const rh_value *masked = rh_mask_value(mask, arena, value);
    rh_text text = rh_text_in(arena);
    rh_json_write(&text, masked, RH_JSON_SHOW_SECRETS);
    if (!rh_equal(masked, expected) || ((masked->flags ^ expected->flags) & 3))
        case_fail(test, line, "got %s", rh_text_string(&text));
}

static void play(rh_arena *arena, const case_test *test)
{
    rh_mask mask;
    const char *masked = "";
    size_t length, masked_length = 0;
    const rh_value *value = NULL;
    rh_mask_init(&mask, arena);
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        const char *text = case_unescape(arena, line->text, &length);
        if (case_is(line, "secret")) {
            rh_mask_add_secret(&mask, text, length);
        } else if (case_is(line, "mask")) {
            rh_mask_add(&mask, text, length);
        } else if (case_is(line, "masked")) {
            masked = text;
            masked_length = length;
        } else if (case_is(line, "becomes")) {
            check_text(arena, test, line, &mask, masked, masked_length);
        } else if (case_is(line, "value")) {
            value = case_value(arena, test, line, line->text);
        } else if (case_is(line, "gives")) {
            check_value(arena, test, line, &mask, value);
        } else if (case_is(line, "holds") || case_is(line, "free")) {
            value = case_value(arena, test, line, line->text);
            if (rh_mask_holds(&mask, value) != case_is(line, "holds"))
                case_fail(test, line, "it is the other way round");
        } else {
            case_fail(test, line, "unknown word '%s'", line->word);
        }
    }
}

int main(void)
{
    return cases_run("mask", play);
}
