/* The Gregorian calendar, before its time, too. Days are counted from 1970-01-01. */
#ifndef RH_BASE_CALENDAR_H
#define RH_BASE_CALENDAR_H

#include <stdint.h>

typedef struct rh_date {
    int64_t year;
    int month; /* from 1 */
    int day;   /* from 1 */
} rh_date;

/* For all days that int64 nanoseconds can hold, and some centuries more. */
rh_date rh_date_of(int64_t day);
/* `day` may lie outside the month: the 0th is the last of the month before. */
int64_t rh_day_of(int64_t year, int64_t month, int64_t day);
int rh_days_in_month(int64_t year, int month);
/* 0: Sunday. */
int rh_weekday_of(int64_t day);
/* number / by, rounded down. */
int64_t rh_floor_divide(int64_t number, int64_t by);

#endif
