#include "sim/base/cron_zone.h"

#include "sim/base/calendar.h"

enum { HOUR_S = 3600, DAY_S = 86400, YEARS_SEARCHED = 5 };

/* A moment that goes forward from field to field. */
typedef struct walk {
    const rh_cron *cron;
    const rh_zone *zone;
    int64_t at;        /* seconds since 1970 */
    rh_zone_span span; /* `at` lies in it */
    bool has_moved;    /* smaller fields are at their beginning */
} walk;

static void go_to(walk *w, int64_t seconds)
{
    w->at = seconds;
    if (seconds < w->span.begin || seconds >= w->span.end)
        w->span = rh_zone_span_at(w->zone, seconds);
}

/* To what the clocks show, as if that were UTC. Of a time that they show twice or never, the one
 * that Go's time.Date takes. */
static void go_to_local(walk *w, int64_t local)
{
    rh_zone_span span = rh_zone_span_at(w->zone, local);
    int64_t utc = local - span.offset;
    if (utc < span.begin || utc >= span.end)
        utc = local - rh_zone_span_at(w->zone, utc).offset;
    go_to(w, utc);
}

static int64_t local_time(const walk *w)
{
    return w->at + w->span.offset;
}

static int64_t day_of(const walk *w)
{
    return rh_floor_divide(local_time(w), DAY_S);
}

static int second_of_day(const walk *w)
{
    return (int)(local_time(w) - day_of(w) * DAY_S);
}

static int hour_of(const walk *w)
{
    return second_of_day(w) / HOUR_S;
}

static int minute_of(const walk *w)
{
    return second_of_day(w) / 60 % 60;
}

/* Each of these goes to the first moment that fits its field. False: it has come round to the
 * beginning of the greater one, which is to be looked at again. */

static bool to_month(walk *w)
{
    for (rh_date date; date = rh_date_of(day_of(w)), !(w->cron->months >> date.month & 1);) {
        if (!w->has_moved)
            go_to_local(w, (day_of(w) - date.day + 1) * DAY_S);
        w->has_moved = true;
        date = rh_date_of(day_of(w));
        int64_t day = rh_day_of(date.year + date.month / 12, date.month % 12 + 1, date.day);
        go_to_local(w, day * DAY_S + second_of_day(w));
        if (rh_date_of(day_of(w)).month == 1)
            return false;
    }
    return true;
}

static bool to_day(walk *w)
{
    while (!rh_cron_fits_day(w->cron, day_of(w))) {
        if (!w->has_moved)
            go_to_local(w, day_of(w) * DAY_S);
        w->has_moved = true;
        go_to_local(w, local_time(w) + DAY_S);
        int hour = hour_of(w); /* not 0 where clocks leave midnight out */
        if (hour)
            go_to(w, w->at + (hour > 12 ? 24 - hour : -hour) * HOUR_S);
        if (rh_date_of(day_of(w)).day == 1)
            return false;
    }
    return true;
}

static bool to_hour(walk *w)
{
    while (!(w->cron->hours >> hour_of(w) & 1)) {
        if (!w->has_moved)
            go_to_local(w, day_of(w) * DAY_S + hour_of(w) * HOUR_S);
        w->has_moved = true;
        go_to(w, w->at + HOUR_S);
        if (hour_of(w) == 0)
            return false;
    }
    return true;
}

static bool to_minute(walk *w)
{
    while (!(w->cron->minutes >> minute_of(w) & 1)) {
        if (!w->has_moved)
            go_to(w, w->at - second_of_day(w) % 60);
        w->has_moved = true;
        go_to(w, w->at + 60);
        if (minute_of(w) == 0)
            return false;
    }
    return true;
}

/* Schedules are of whole minutes. */
static bool to_second(walk *w)
{
    int second = second_of_day(w) % 60;
    if (!second)
        return true;
    w->has_moved = true;
    go_to(w, w->at + 60 - second);
    return false;
}

static int64_t year_of(const walk *w)
{
    return rh_date_of(day_of(w)).year;
}

static bool find(walk *w)
{
    for (int64_t last = year_of(w) + YEARS_SEARCHED; year_of(w) <= last;)
        if (to_month(w) && to_day(w) && to_hour(w) && to_minute(w) && to_second(w))
            return true;
    return false;
}

/* The same without the walk, if its way is more than a day from each change of the clocks: near
 * them, a time that they show may be another moment. */
static bool find_far_from_changes(walk *w)
{
    static const int64_t far = RH_DAYS(106000) / RH_SECONDS(1); /* little more is an rh_time */
    rh_time found;
    if (w->at < -far || w->at > far || (day_of(w) - 1) * DAY_S - w->span.offset < w->span.begin ||
        !(w->cron->months >> rh_date_of(day_of(w)).month & 1) ||
        !rh_cron_next(w->cron, (local_time(w) - 1) * RH_SECONDS(1), &found))
        return false;
    int64_t seconds = found / RH_SECONDS(1) - w->span.offset;
    if (seconds + DAY_S >= w->span.end ||
        rh_date_of(rh_floor_divide(found, RH_DAYS(1))).year > year_of(w) + YEARS_SEARCHED)
        return false;
    w->at = seconds;
    return true;
}

bool rh_cron_next_in(const rh_cron *cron, const rh_zone *zone, rh_time after, rh_time *next)
{
    walk w = {.cron = cron, .zone = zone, .at = rh_floor_divide(after, RH_SECONDS(1)) + 1};
    w.span = rh_zone_span_at(zone, w.at);
    if ((!find_far_from_changes(&w) && !find(&w)) || w.at > INT64_MAX / RH_SECONDS(1))
        return false;
    *next = w.at * RH_SECONDS(1);
    return true;
}
