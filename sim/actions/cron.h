/* Times of a `schedule` trigger: five fields, as GitHub takes them, in UTC.
 *
 * Minute 0-59, hour 0-23, day of the month 1-31, month 1-12 or JAN-DEC, day of the week 0-6 or
 * SUN-SAT (0 is Sunday), without regard to case; `*`, lists (1,15), ranges (1-5), steps (0-30/5;
 * 20/15 is every 15 from 20 on). No seconds, no @daily, no 7 for Sunday: the official parser
 * refuses them. If day of the month and day of the week both say something else than `*`, a day
 * that fits either of them fits (POSIX).
 *
 * Only UTC is computed. A trigger with another time zone is the caller's to tell of.
 */
#ifndef RH_ACTIONS_CRON_H
#define RH_ACTIONS_CRON_H

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
    bool any_day, any_weekday; /* the field begins with '*' */
} rh_cron;

/* 0, or -1 with an error whose column is that in the text, from 1. */
int rh_cron_read(const char *text, size_t length, rh_cron *cron, rh_error *error);
/* The first time after `after`; false if there is none (31 February), or none that rh_time can
 * hold. */
bool rh_cron_next(const rh_cron *cron, rh_time after, rh_time *next);
/* The shortest time between two starts, exact below a day; a day if it is a day or more. */
rh_duration rh_cron_shortest(const rh_cron *cron);
/* -1 with an error if that is less than the five minutes that GitHub keeps between two runs. */
int rh_cron_check_interval(const rh_cron *cron, rh_error *error);

#endif
