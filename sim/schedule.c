#include "sim/schedule.h"

#include <string.h>

#include "sim/base/timetext.h"

/* robfig/cron gives up after five years (spec.go). */
static const rh_duration LONGEST_WAIT = RH_DAYS(5 * 366);

/* ---- reading --------------------------------------------------------------------------------- */

static bool begins_with(const char *text, size_t length, const char *prefix)
{
    size_t size = strlen(prefix);
    return length >= size && memcmp(text, prefix, size) == 0;
}

/* "CRON_TZ=UTC 0 3 * * *": how long the part with the zone is; -1: one that is not known. */
static int skip_zone(const char *text, size_t length, size_t *skipped, rh_error *error)
{
    size_t name = begins_with(text, length, "CRON_TZ=") ? 8
                  : begins_with(text, length, "TZ=")    ? 3
                                                        : 0;
    *skipped = 0;
    if (!name)
        return 0;
    const char *blank = memchr(text, ' ', length);
    size_t end = blank ? (size_t)(blank - text) : length;
    if (!begins_with(text + name, end - name, "UTC") || end - name != 3)
        return rh_error_set(error, NULL, 0, (uint32_t)name + 1,
                            "the time zone '%.*s' is not simulated; write the schedule in UTC",
                            (int)(end - name > 40 ? 40 : end - name), text + name);
    *skipped = blank ? end + 1 : end;
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
    size_t skipped;
    *schedule = (rh_schedule){0};
    if (skip_zone(text, length, &skipped, error) < 0)
        return -1;
    text += skipped;
    length -= skipped;
    int result = length && text[0] == '@'
                     ? read_name(text, length, schedule, error)
                     : rh_cron_read(text, length, RH_CRON_SERVER, &schedule->cron, error);
    if (result < 0)
        error->column += (uint32_t)skipped;
    return result;
}

/* ---- slots ----------------------------------------------------------------------------------- */

bool rh_schedule_next(const rh_schedule *schedule, rh_time after, rh_time *next)
{
    if (schedule->every) {
        rh_time whole = after - after % RH_SECONDS(1);
        if (schedule->every > INT64_MAX - whole)
            return false;
        *next = whole + schedule->every;
        return true;
    }
    return rh_cron_next(&schedule->cron, after, next) && *next - after <= LONGEST_WAIT;
}

/* The first slot not before `closed`, counting from the slot behind `began`. */
static bool first_slot(const rh_schedule *schedule, rh_time began, rh_time closed, rh_time *slot)
{
    if (!schedule->every) /* slots do not depend on where one counts from */
        return rh_schedule_next(schedule, closed > began ? closed - 1 : began, slot);
    if (!rh_schedule_next(schedule, began, slot))
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
