/*   labels JSON
 *   price CLASS MICRO-DOLLARS    "unknown 0 LABEL" if there is none
 *   larger yes|no
 *   cost SECONDS MICRO-DOLLARS
 *   minutes NANOSECONDS MINUTES
 */
#include "sim/actions/price.h"
#include "suites/actions/cases.h"

static long long number(const char *text)
{
    long long n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (*text - '0');
    return n;
}

static void check(rh_arena *arena, const case_test *test, const case_line *line,
                  const rh_price *price)
{
    const char *text = line->text, *first = case_word(arena, &text);
    if (case_is(line, "price")) {
        const char *actual =
            rh_format(arena, "%lld %s%s%s", (long long)price->micro_dollars_per_minute,
                      price->class, price->label[0] ? " by " : "", price->label);
        case_same(test, line, actual, line->text);
    } else if (case_is(line, "larger")) {
        case_same(test, line, price->is_larger ? "yes" : "no", line->text);
    } else if (case_is(line, "cost")) {
        int64_t cost = rh_price_cost(price, RH_SECONDS(number(first)));
        case_same(test, line, rh_format(arena, "%lld", (long long)cost), text);
    } else if (case_is(line, "minutes")) {
        int64_t minutes = rh_price_minutes(number(first));
        case_same(test, line, rh_format(arena, "%lld", (long long)minutes), text);
    } else if (case_is(line, "since")) {
        case_same(test, line, rh_price_since(), line->text);
    } else {
        case_fail(test, line, "unknown word '%s'", line->word);
    }
}

static void play(rh_arena *arena, const case_test *test)
{
    rh_price price = {0};
    for (size_t i = 0; i < test->count; i++) {
        const case_line *line = &test->lines[i];
        if (case_is(line, "labels"))
            price = rh_price_of(case_value(arena, test, line, line->text));
        else
            check(arena, test, line, &price);
    }
}

int main(void)
{
    return cases_run("price", play);
}
