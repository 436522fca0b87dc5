#include "sim/base/timetext.h"

#include <inttypes.h>

#include "sim/base/calendar.h"

__extension__ typedef unsigned __int128 wide;

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND (1000 * MICROSECOND)
#define SECOND (1000 * MILLISECOND)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct unit {
    const char *name;
    uint64_t ns;
};

/* Falling order. */
static const struct unit units[] = {
    {"d", DAY},          {"h", HOUR},         {"m", MINUTE}, {"s", SECOND},
    {"ms", MILLISECOND}, {"us", MICROSECOND}, {"ns", 1},
};
enum { UNITS = sizeof units / sizeof units[0], SECONDS_AT = 3 };

/* ---- reading -------------------------------------------------------------------------------- */

struct cursor {
    const char *at;
    const char *end;
};

static bool is_digit(const struct cursor *c)
{
    return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static bool read_whole(struct cursor *c, uint64_t *whole)
{
    *whole = 0;
    if (!is_digit(c))
        return false;
    for (; is_digit(c); c->at++) {
        if (*whole > INT64_MAX / 10)
            return false;
        *whole = *whole * 10 + (uint64_t)(*c->at - '0');
    }
    return true;
}

/* What stands behind the point: fraction / *power. More digits than 18 are never a whole ns. */
static bool read_fraction(struct cursor *c, uint64_t *fraction, uint64_t *power)
{
    int zeros = 0;
    *fraction = 0;
    *power = 1;
    if (!is_digit(c))
        return false;
    for (; is_digit(c); c->at++) {
        if (*c->at == '0') {
            zeros++;
            continue;
        }
        for (zeros++; zeros; zeros--) {
            if (*power >= UINT64_C(1000000000000000000))
                return false;
            *power *= 10;
            *fraction *= 10;
        }
        *fraction += (uint64_t)(*c->at - '0');
    }
    return true;
}

static const struct unit *read_unit(struct cursor *c)
{
    const char *name = c->at;
    while (c->at < c->end && *c->at >= 'a' && *c->at <= 'z')
        c->at++;
    size_t length = (size_t)(c->at - name);
    for (size_t i = 0; i < UNITS; i++)
        if (strlen(units[i].name) == length && memcmp(units[i].name, name, length) == 0)
            return &units[i];
    return NULL;
}

/* One number with its unit, which must be smaller than the last one; added to *sum. */
static bool read_part(struct cursor *c, const struct unit **last, uint64_t *sum)
{
    uint64_t whole, fraction = 0, power = 1;
    if (!read_whole(c, &whole))
        return false;
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!read_fraction(c, &fraction, &power))
            return false;
    }
    const struct unit *unit = read_unit(c);
    if (!unit || (*last && unit <= *last))
        return false;
    *last = unit;

    wide parts = (wide)fraction * unit->ns;
    wide total = *sum + (wide)whole * unit->ns + parts / power;
    if (parts % power != 0 || total > INT64_MAX)
        return false;
    *sum = (uint64_t)total;
    return true;
}

static bool is_text(const struct cursor *c, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(c->end - c->at) == length && memcmp(c->at, text, length) == 0;
}

bool rh_duration_read(const char *text, size_t length, rh_duration *duration)
{
    struct cursor c = {text, text + length};
    if (is_text(&c, "forever")) {
        *duration = RH_FOREVER;
        return true;
    }
    bool negative = length > 0 && *text == '-';
    c.at += negative;
    uint64_t sum = 0;
    if (!is_text(&c, "0")) {
        const struct unit *last = NULL;
        do
            if (!read_part(&c, &last, &sum))
                return false;
        while (c.at < c.end);
    }
    if (sum == RH_FOREVER && !negative)
        return false;
    *duration = negative ? -(int64_t)sum : (int64_t)sum;
    return true;
}

/* ---- writing -------------------------------------------------------------------------------- */

static uint64_t magnitude(rh_text *text, rh_duration duration)
{
    if (duration == RH_ZERO)
        return 0;
    if (duration >= 0)
        return (uint64_t)duration;
    rh_text_putc(text, '-');
    return (uint64_t)-duration;
}

/* A decimal point and the digits of fraction / power, if that is not 0. */
static void write_fraction(rh_text *text, uint64_t fraction, uint64_t power)
{
    if (fraction)
        rh_text_putc(text, '.');
    while (fraction) {
        power /= 10;
        rh_text_putc(text, (char)('0' + fraction / power));
        fraction %= power;
    }
}

void rh_duration_write(rh_text *text, rh_duration duration)
{
    if (duration == RH_FOREVER) {
        rh_text_puts(text, "forever");
        return;
    }
    uint64_t left = magnitude(text, duration);
    bool begun = false;
    for (size_t i = 0; i < SECONDS_AT; i++) {
        if (left < units[i].ns)
            continue;
        rh_text_printf(text, "%" PRIu64 "%s", left / units[i].ns, units[i].name);
        left %= units[i].ns;
        begun = true;
    }
    if (begun && !left)
        return;
    /* The rest is one number: of seconds, or of what is smaller if it stands alone. */
    const struct unit *unit = &units[SECONDS_AT];
    while (!begun && left && left < unit->ns)
        unit++;
    rh_text_printf(text, "%" PRIu64, left / unit->ns);
    write_fraction(text, left % unit->ns, unit->ns);
    rh_text_puts(text, unit->name);
}

const char *rh_duration_text(rh_arena *arena, rh_duration duration)
{
    rh_text text = rh_text_in(arena);
    rh_duration_write(&text, duration);
    return rh_text_string(&text);
}

static uint64_t rounded(uint64_t ns, uint64_t unit)
{
    return (ns + unit / 2) / unit;
}

void rh_duration_brief(rh_text *text, rh_duration duration)
{
    if (duration == RH_FOREVER) {
        rh_text_puts(text, "forever");
        return;
    }
    uint64_t ns = magnitude(text, duration);
    uint64_t us = rounded(ns, MICROSECOND), ms = rounded(ns, MILLISECOND);
    uint64_t s = rounded(ns, SECOND), min = rounded(ns, MINUTE);
    /* What is shown decides, so that 59.9999 s is "1:00" and never "60.000 s". */
    if (!ns)
        rh_text_puts(text, "0 s");
    else if (ns < 1000)
        rh_text_printf(text, "%" PRIu64 " ns", ns);
    else if (us < 1000)
        rh_text_printf(text, "%" PRIu64 " us", us);
    else if (ms < 1000)
        rh_text_printf(text, "%" PRIu64 " ms", ms);
    else if (ms < 60 * 1000)
        rh_text_printf(text, "%" PRIu64 ".%03" PRIu64 " s", ms / 1000, ms % 1000);
    else if (s < 60 * 60)
        rh_text_printf(text, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
    else if (s < 24 * 60 * 60)
        rh_text_printf(text, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60, s % 60);
    else
        rh_text_printf(text, "%" PRIu64 " d %02" PRIu64 ":%02" PRIu64, min / 1440, min / 60 % 24,
                       min % 60);
}

void rh_time_write(rh_text *text, rh_time time)
{
    int64_t day = time / (int64_t)DAY, rest = time % (int64_t)DAY;
    if (rest < 0) {
        day--;
        rest += (int64_t)DAY;
    }
    rh_date date = rh_date_of(day);
    uint64_t in_day = (uint64_t)rest;
    int seconds = (int)(in_day / SECOND);
    rh_text_printf(text, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year, date.month, date.day,
                   seconds / 3600, seconds / 60 % 60, seconds % 60);
    write_fraction(text, in_day % SECOND, SECOND);
    rh_text_putc(text, 'Z');
}

/* ---- reading times --------------------------------------------------------------------------- */

/* `count` digits and what must follow them (0: nothing). */
static bool take_digits(const char **at, const char *end, int count, char then, int64_t *number)
{
    *number = 0;
    for (; count; count--, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        *number = *number * 10 + (**at - '0');
    }
    return !then || (*at < end && *(*at)++ == then);
}

static bool take_fraction(const char **at, const char *end, int64_t *ns)
{
    int64_t unit = (int64_t)SECOND;
    *ns = 0;
    if (*at == end || **at != '.')
        return true;
    const char *first = ++*at;
    for (; *at < end && **at >= '0' && **at <= '9' && unit > 1; (*at)++)
        *ns += (**at - '0') * (unit /= 10);
    return *at > first;
}

/* "Z", "z", "+05:45" */
static bool take_offset(const char **at, const char *end, int64_t *seconds)
{
    int64_t hours, minutes;
    *seconds = 0;
    if (*at == end)
        return false;
    char sign = *(*at)++;
    if (sign == 'Z' || sign == 'z')
        return true;
    if ((sign != '+' && sign != '-') || !take_digits(at, end, 2, ':', &hours) ||
        !take_digits(at, end, 2, 0, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

bool rh_time_read(const char *text, size_t length, rh_time *time)
{
    const char *at = text, *end = text + length;
    int64_t year, month, day, hour, minute, second, ns, offset;
    if (!take_digits(&at, end, 4, '-', &year) || !take_digits(&at, end, 2, '-', &month) ||
        !take_digits(&at, end, 2, 0, &day) || at == end || (*at != 'T' && *at != 't'))
        return false;
    at++;
    if (!take_digits(&at, end, 2, ':', &hour) || !take_digits(&at, end, 2, ':', &minute) ||
        !take_digits(&at, end, 2, 0, &second) || !take_fraction(&at, end, &ns) ||
        !take_offset(&at, end, &offset) || at != end)
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 ||
        year < 1678 || year > 2261 || rh_date_of(rh_day_of(year, month, day)).day != day)
        return false;
    int64_t seconds =
        rh_day_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    *time = seconds * (int64_t)SECOND + ns;
    return true;
}

bool rh_duration_valid(rh_duration duration, const char *field, rh_text *message)
{
    if (duration >= 0)
        return true;
    rh_text_printf(message, "%s is negative (", field);
    rh_duration_write(message, duration);
    rh_text_puts(message, ")");
    return false;
}
