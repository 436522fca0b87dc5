#include "sim/schedule.h"

#include <string.h>

#include "sim/base/cron_zone.h"
#include "sim/base/timetext.h"

/* ---- reading --------------------------------------------------------------------------------- */

static bool begins_with(const char *text, size_t length, const char *prefix)
{
    size_t size = strlen(prefix);
    return length >= size && memcmp(text, prefix, size) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* "CRON_TZ=Europe/Berlin 0 3 * * *": the zone, and how long the part with it is. */
static int read_zone(const char *text, size_t length, size_t *taken, rh_zone *zone, rh_error *error)
{
    size_t name = begins_with(text, length, "CRON_TZ=") ? 8
                  : begins_with(text, length, "TZ=")    ? 3
                                                        : 0;
    size_t end = name;
    while (name && end < length && text[end] != ' ')
        end++;
    if (rh_zone_read(text + name, end - name, zone, error) < 0) {
        error->column += (uint32_t)name;
        return -1;
    }
    while (name && end < length && is_blank(text[end]))
        end++;
    *taken = end;
    return 0;
}

static int read_every(const char *text, size_t length, rh_schedule *schedule, rh_error *error)
{
    rh_duration every;
    if (!rh_duration_read(text, length, &every) || every <= 0 || every == RH_FOREVER)
        return rh_error_set(error, NULL, 0, 8,
                            "expected a duration such as 90m or 1h30m behind '@every', found "
                            "'%.*s'",
                            (int)(length > 40 ? 40 : length), text);
    schedule->every = every < RH_SECONDS(1) ? RH_SECONDS(1) : every - every % RH_SECONDS(1);
    return 0;
}

/* What begins with '@'. */
static int read_name(const char *text, size_t length, rh_schedule *schedule, rh_error *error)
{
    static const struct {
        const char *name, *fields;
    } names[] = {{"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
                 {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
                 {"@hourly", "0 * * * *"}};
    if (begins_with(text, length, "@every "))
        return read_every(text + 7, length - 7, schedule, error);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == length && !memcmp(names[i].name, text, length))
            return rh_cron_read(names[i].fields, strlen(names[i].fields), RH_CRON_SERVER,
                                &schedule->cron, error);
    return rh_error_set(error, NULL, 0, 1,
                        "'%.*s' is no schedule: expected five fields, @yearly, @monthly, @weekly, "
                        "@daily, @hourly or @every DURATION",
                        (int)(length > 40 ? 40 : length), text);
}

int rh_schedule_read(const char *text, size_t length, rh_schedule *schedule, rh_error *error)
{
    size_t taken;
    *schedule = (rh_schedule){0};
    if (read_zone(text, length, &taken, &schedule->zone, error) < 0)
        return -1;
    text += taken;
    length -= taken;
    int result = length && text[0] == '@'
                     ? read_name(text, length, schedule, error)
                     : rh_cron_read(text, length, RH_CRON_SERVER, &schedule->cron, error);
    if (result < 0)
        error->column += (uint32_t)taken;
    return result;
}

int rh_schedule_check(const rh_schedule *schedule, rh_time time, rh_error *error)
{
    return schedule->every ? 0 : rh_zone_check(&schedule->zone, time, error);
}

/* ---- slots ----------------------------------------------------------------------------------- */

bool rh_schedule_next(const rh_schedule *schedule, rh_time after, rh_time *next)
{
    if (schedule->every) {
        rh_time whole = after - after % RH_SECONDS(1);
        if (whole > INT64_MAX - schedule->every)
            return false;
        *next = whole + schedule->every;
        return true;
    }
    return rh_cron_next_in(&schedule->cron, &schedule->zone, after, next);
}

/* The first slot not before `closed`, counting from the slot behind `began`. */
static bool first_slot(const rh_schedule *schedule, rh_time began, rh_time closed, rh_time *slot)
{
    /* Where clocks never change, slots do not depend on where one counts from. */
    if (!schedule->every && !schedule->zone.changes)
        return rh_schedule_next(schedule, closed > began ? closed - 1 : began, slot);
    if (!rh_schedule_next(schedule, began, slot))
        return false;
    while (!schedule->every && *slot < closed)
        if (!rh_schedule_next(schedule, *slot, slot))
            return false;
    if (*slot < closed) {
        rh_duration late = closed - *slot;
        rh_duration steps = late / schedule->every + (late % schedule->every != 0);
        if (steps > (INT64_MAX - *slot) / schedule->every)
            return false;
        *slot += steps * schedule->every;
    }
    return true;
}

rh_duration rh_schedule_backoff(const rh_schedule *schedule, rh_time began, rh_time closed)
{
    rh_time slot;
    if (closed < began) /* it closed before its first task: terminated while it waited */
        began = closed;
    if (!first_slot(schedule, began, closed, &slot))
        return -1;
    rh_duration wait = slot - closed;
    rh_duration part = wait % RH_SECONDS(1);
    return part ? wait - part + RH_SECONDS(1) : wait;
}
