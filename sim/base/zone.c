#include "sim/base/zone.h"

#include <string.h>

#include "sim/base/ascii.h"
#include "sim/base/calendar.h"
#include "sim/base/nearest.h"

#define DAY_S 86400

static const struct {
    const char *name;
    int since;
    const char *rule;
} table[] = {
#define ZONE(name, since, rule) {name, since, rule},
#include "sim/base/zone_table.h"
#undef ZONE
};
enum { COUNT = sizeof table / sizeof *table, LONGEST_NAME = 63 };

const char *rh_zone_name(size_t index)
{
    return index < COUNT ? table[index].name : NULL;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool take(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool take_number(const char **at, int most, int *number)
{
    const char *first = *at;
    for (*number = 0; **at >= '0' && **at <= '9' && *number <= most; (*at)++)
        *number = *number * 10 + (**at - '0');
    return *at > first && *number <= most;
}

/* "CEST" or "<+0530>"; it is not kept. */
static bool take_letters(const char **at)
{
    const char *first = *at;
    if (take(at, '<')) {
        while (**at && **at != '>')
            (*at)++;
        return take(at, '>');
    }
    while (rh_ascii_lower(**at) >= 'a' && rh_ascii_lower(**at) <= 'z')
        (*at)++;
    return *at - first >= 3;
}

/* "-9:30", with seconds at will. */
static bool take_time(const char **at, int32_t *seconds)
{
    int hour, minute = 0, second = 0;
    int sign = **at == '-' ? -1 : 1;
    if (**at == '-' || **at == '+')
        (*at)++;
    if (!take_number(at, 167, &hour) || (take(at, ':') && !take_number(at, 59, &minute)) ||
        (take(at, ':') && !take_number(at, 59, &second)))
        return false;
    *seconds = sign * (hour * 3600 + minute * 60 + second);
    return true;
}

/* ",M10.5.0/3" */
static bool take_change(const char **at, rh_zone_change *change)
{
    int month, week, weekday;
    if (!take(at, ',') || !take(at, 'M') || !take_number(at, 12, &month) || !take(at, '.') ||
        !take_number(at, 5, &week) || !take(at, '.') || !take_number(at, 6, &weekday) || !month ||
        !week)
        return false;
    *change = (rh_zone_change){(int8_t)month, (int8_t)week, (int8_t)weekday, 2 * 3600};
    return !take(at, '/') || take_time(at, &change->seconds);
}

bool rh_zone_read_rule(const char *rule, rh_zone *zone)
{
    const char *at = rule;
    *zone = (rh_zone){.name = ""};
    if (!take_letters(&at) || !take_time(&at, &zone->standard))
        return false;
    zone->standard = -zone->standard; /* the rule counts to the west */
    if (!*at)
        return true;
    zone->changes = true;
    if (!take_letters(&at))
        return false;
    if (*at == ',')
        zone->daylight = zone->standard + 3600;
    else if (take_time(&at, &zone->daylight))
        zone->daylight = -zone->daylight;
    else
        return false;
    return take_change(&at, &zone->begins) && take_change(&at, &zone->ends) && !*at;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *tail_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

/* The name nearest to one that is not known: as a whole, or to its last part ("Berlin"). */
static const char *nearest_to(const char *wanted)
{
    rh_nearest whole = rh_nearest_begin(wanted), tail = whole;
    const char *by_tail = NULL;
    for (size_t i = 0; i < COUNT; i++) {
        const char *before = tail.best;
        rh_nearest_offer(&whole, table[i].name);
        rh_nearest_offer(&tail, tail_of(table[i].name));
        if (tail.best != before)
            by_tail = table[i].name;
    }
    return whole.best ? whole.best : by_tail;
}

static int unknown(const char *name, size_t length, rh_error *error)
{
    char wanted[LONGEST_NAME + 1];
    const char *nearest = NULL;
    if (length < sizeof wanted) {
        memcpy(wanted, name, length);
        wanted[length] = '\0';
        nearest = nearest_to(wanted);
    }
    int shown = (int)(length > 40 ? 40 : length);
    if (nearest)
        return rh_error_set(error, NULL, 0, 1,
                            "the time zone '%.*s' is not in the tz database " ZONES_VERSION
                            "; did you mean '%s'?",
                            shown, name, nearest);
    return rh_error_set(error, NULL, 0, 1,
                        "the time zone '%.*s' is not in the tz database " ZONES_VERSION
                        ": expected a name such as Europe/Berlin",
                        shown, name);
}

int rh_zone_read(const char *name, size_t length, rh_zone *zone, rh_error *error)
{
    size_t low = 0, high = COUNT;
    if (!length) {
        name = "UTC";
        length = 3;
    }
    while (low < high) {
        size_t middle = (low + high) / 2, known = strlen(table[middle].name);
        int order = memcmp(table[middle].name, name, known < length ? known : length);
        if (!order && known == length) {
            rh_zone_read_rule(table[middle].rule, zone); /* each of them is well formed */
            zone->name = table[middle].name;
            zone->since = table[middle].since;
            return 0;
        }
        if (order < 0 || (!order && known < length))
            low = middle + 1;
        else
            high = middle;
    }
    return unknown(name, length, error);
}

int rh_zone_check(const rh_zone *zone, rh_time time, rh_error *error)
{
    int64_t year = rh_date_of(rh_floor_divide(time, RH_DAYS(1))).year;
    if (year >= zone->since)
        return 0;
    return rh_error_set(error, NULL, 0, 0,
                        "the clocks of '%s' are simulated from %d on only, and this is %lld: write "
                        "the schedule in UTC",
                        zone->name, zone->since, (long long)year);
}

/* ---- spans ----------------------------------------------------------------------------------- */

/* By the clock as it is before the change, as if that were UTC. */
static int64_t change_in(int64_t year, const rh_zone_change *change)
{
    int64_t first = rh_day_of(year, change->month, 1);
    int day = 1 + (change->weekday - rh_weekday_of(first) + 7) % 7 + 7 * (change->week - 1);
    if (day > rh_days_in_month(year, change->month))
        day -= 7;
    return (first + day - 1) * DAY_S + change->seconds;
}

rh_zone_span rh_zone_span_at(const rh_zone *zone, int64_t seconds)
{
    rh_zone_span span = {INT64_MIN, INT64_MAX, zone->standard};
    if (!zone->changes)
        return span;
    /* A change may lie a week beside the year that its rule names. */
    int64_t year = rh_date_of(rh_floor_divide(seconds, DAY_S)).year;
    for (int64_t y = year - 1; y <= year + 1; y++) {
        int64_t begins = change_in(y, &zone->begins) - zone->standard;
        int64_t ends = change_in(y, &zone->ends) - zone->daylight;
        if (begins <= seconds && begins > span.begin) {
            span.begin = begins;
            span.offset = zone->daylight;
        }
        if (ends <= seconds && ends > span.begin) {
            span.begin = ends;
            span.offset = zone->standard;
        }
        if (begins > seconds && begins < span.end)
            span.end = begins;
        if (ends > seconds && ends < span.end)
            span.end = ends;
    }
    return span;
}
