/* Schedules of runs by cron, as the Temporal server takes them (robfig/cron v3, ParseStandard):
 *
 *     minute hour day month weekday     '*', '?', lists, ranges, steps, JAN-DEC, SUN-SAT
 *     @yearly @annually @monthly @weekly @daily @midnight @hourly
 *     @every 1h30m                      a fixed distance, at least 1 s, in whole seconds
 *
 * "CRON_TZ=Europe/Berlin " or "TZ=..." may stand before it, else times are in UTC; cron_zone.h
 * tells what then happens where clocks change. Unlike GitHub's, a day field with a step (star/2)
 * restricts days: with both day fields restricted either may fit.
 */
#ifndef RH_SCHEDULE_H
#define RH_SCHEDULE_H

#include "sim/base/cron.h"
#include "sim/base/zone.h"

typedef struct rh_schedule {
    rh_duration every; /* 0: `cron`, by the clocks of `zone` */
    rh_cron cron;
    rh_zone zone;
} rh_schedule;

/* 0, or -1 with an error whose column is that in the text. */
int rh_schedule_read(const char *text, size_t length, rh_schedule *schedule, rh_error *error);
/* -1 with an error if the clocks of its time zone are not known from `time` on. */
int rh_schedule_check(const rh_schedule *schedule, rh_time time, rh_error *error);
/* The first slot after `after`; false if there is none until the end of the fifth year after. */
bool rh_schedule_next(const rh_schedule *schedule, rh_time after, rh_time *next);
/* How long a run that begins its work by schedule waits, if the one before it began its work at
 * `began` and closed at `closed`: until the first slot that is not before the close, rounded up to
 * a second (common/backoff/cron.go). -1: no slot. */
rh_duration rh_schedule_backoff(const rh_schedule *schedule, rh_time began, rh_time closed);

#endif
