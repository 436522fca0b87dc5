/* Times by five fields: minute 0-59, hour 0-23, day of the month 1-31, month 1-12 or
 * JAN-DEC, day of the week 0-6 or SUN-SAT (0 is Sunday), without regard to case; `*`, lists (1,15),
 * ranges (1-5), steps (0-30/5; 20/15 is every 15 from 20 on). No seconds, no 7 for Sunday. If day
 * of the month and day of the week both restrict, a day that fits either of them fits (POSIX).
 *
 * Two parsers take them, and differ:
 *   GITHUB  the `schedule` trigger of a workflow file. A day field that begins with `*` does not
 *           restrict, also with a step.
 *   SERVER  the Temporal server (robfig/cron v3). `?` is `*`; a day field does not restrict if one
 *           of its parts is `*` without a step. Tabs and line ends are blanks, also in front and
 *           behind; a list may have empty parts, a step may be beyond its field. What it takes by
 *           accident (signs, and `*` with a range behind it) is refused here.
 *
 * Times are in UTC; cron_zone.h has those by the clocks of a time zone.
 */
#ifndef RH_BASE_CRON_H
#define RH_BASE_CRON_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearse/time.h"
#include "sim/base/error.h"

typedef struct rh_cron {
    uint64_t minutes; /* bit n: minute n */
    uint32_t hours;
    uint32_t days;   /* bits 1 to 31 */
    uint16_t months; /* bits 1 to 12 */
    uint8_t weekdays;
    bool any_day, any_weekday; /* the field does not restrict */
} rh_cron;

typedef enum rh_cron_form { RH_CRON_GITHUB, RH_CRON_SERVER } rh_cron_form;

/* 0, or -1 with an error whose column is that in the text, from 1. */
int rh_cron_read(const char *text, size_t length, rh_cron_form form, rh_cron *cron,
                 rh_error *error);
/* Whether a day, counted from 1970-01-01, is one of its days. */
bool rh_cron_fits_day(const rh_cron *cron, int64_t day);
/* The first time after `after`; false if there is none (31 February), or none that rh_time can
 * hold. */
bool rh_cron_next(const rh_cron *cron, rh_time after, rh_time *next);
/* The shortest time between two starts, exact below a day; a day if it is a day or more. */
rh_duration rh_cron_shortest(const rh_cron *cron);
/* -1 with an error if that is less than the five minutes that GitHub keeps between two runs. */
int rh_cron_check_interval(const rh_cron *cron, rh_error *error);

#endif
