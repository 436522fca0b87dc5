#include "sim/base/calendar.h"

int64_t rh_floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0);
}

/* Years begin in March here, so that the leap day is the last of its year. */
rh_date rh_date_of(int64_t day)
{
    int64_t from_0000 = day + 719468; /* since 0000-03-01; positive for all int64 ns */
    int64_t era = from_0000 / 146097, in_era = from_0000 % 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int from_march = (int)((5 * in_year + 2) / 153);
    int month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (rh_date){.year = era * 400 + year + (month <= 2),
                     .month = month,
                     .day = (int)in_year - (153 * from_march + 2) / 5 + 1};
}

int64_t rh_day_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, in_era = year % 400;
    int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

int rh_days_in_month(int64_t year, int month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap);
}

int rh_weekday_of(int64_t day)
{
    int64_t since_sunday = day + 4; /* 1970-01-01 was a Thursday */
    return (int)(since_sunday - 7 * rh_floor_divide(since_sunday, 7));
}
