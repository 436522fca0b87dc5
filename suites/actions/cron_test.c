/*   cron EXPRESSION
 *   bad COLUMN MESSAGE         it is refused
 *   next AFTER TIME            the first time after AFTER ("never": there is none)
 *   shortest MINUTES
 *   often MESSAGE              what rh_cron_check_interval says; "" if nothing
 */
#include "sim/base/cron.h"
#include "sim/base/timetext.h"
#include "suites/actions/cases.h"

/* "2026-01-31T10:05", seconds may follow; by counting days, so that the calendar of the module is
 * checked by another one. */
static rh_time read_time(const char *text)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int n[6] = {0}, count = 0;
    for (const char *c = text; *c && count < 6; c++) {
        if (*c >= '0' && *c <= '9')
            n[count] = n[count] * 10 + (*c - '0');
        else
            count++;
    }
    int64_t day = n[2] - 1;
    for (int year = 1970; year < n[0]; year++)
        day += year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
    for (int year = n[0]; year < 1970; year++)
        day -= year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365;
    for (int month = 1; month < n[1]; month++)
        day += days[month - 1] + (month == 2 && n[0] % 4 == 0 && (n[0] % 100 || n[0] % 400 == 0));
    return RH_DAYS(day) + RH_HOURS(n[3]) + RH_MINUTES(n[4]) + RH_SECONDS(n[5]);
}

static void check_next(rh_arena *arena, const case_test *test, const case_line *line,
                       const rh_cron *cron)
{
    const char *text = line->text, *after = case_word(arena, &text);
    rh_time next;
    rh_text actual = rh_text_in(arena), expected = rh_text_in(arena);
    if (rh_cron_next(cron, read_time(after), &next))
        rh_time_write(&actual, next);
    else
        rh_text_puts(&actual, "never");
    if (strcmp(text, "never") == 0)
        rh_text_puts(&expected, text);
    else
        rh_time_write(&expected, read_time(text));
    case_same(test, line, rh_text_string(&actual), rh_text_string(&expected));
}

static void play(rh_arena *arena, const case_test *test)
{
    rh_cron cron = {0};
    rh_error error = {.message = ""};
    int result = -1;
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        if (case_is(line, "cron")) {
            result = rh_cron_read(line->text, strlen(line->text), RH_CRON_GITHUB, &cron, &error);
            continue;
        }
        if (case_is(line, "bad")) {
            const char *actual = rh_format(arena, "%u %s", error.column, error.message);
            case_same(test, line, result < 0 ? actual : "(taken)", line->text);
            continue;
        }
        if (result < 0)
            case_fail(test, line, "refused: %s", error.message);
        if (case_is(line, "next")) {
            check_next(arena, test, line, &cron);
        } else if (case_is(line, "shortest")) {
            int64_t minutes = rh_cron_shortest(&cron) / RH_MINUTES(1);
            case_same(test, line, rh_format(arena, "%lld", (long long)minutes), line->text);
        } else if (case_is(line, "often")) {
            rh_error often = {.message = ""};
            rh_cron_check_interval(&cron, &often);
            case_same(test, line, often.message, line->text);
        } else {
            case_fail(test, line, "unknown word '%s'", line->word);
        }
    }
}

int main(void)
{
    return cases_run("cron", play);
}
