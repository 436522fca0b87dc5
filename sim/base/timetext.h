/* Durations and times as people write and read them. */
#ifndef RH_BASE_TIMETEXT_H
#define RH_BASE_TIMETEXT_H

#include <stdbool.h>

#include "rehearse/time.h"
#include "sim/base/text.h"

/* Reads "90s", "1h30m", "1.5s", "250ms", "2d", "0"; units d h m s ms us ns, each at most once, in
 * falling order, a decimal fraction on any of them if it is a whole number of ns. An optional
 * leading '-'. "forever" is RH_FOREVER. False if malformed or out of range (the numbers of
 * RH_FOREVER and RH_ZERO are); *duration is then untouched. */
bool rh_duration_read(const char *text, size_t length, rh_duration *duration);

/* The exact inverse: "0s" (for RH_ZERO, too), "1h30m", "1.5s", "250ms", "forever". A fraction
 * stands only on the smallest unit written; below 1 s the unit is ms, us or ns. */
void rh_duration_write(rh_text *text, rh_duration duration);
const char *rh_duration_text(rh_arena *arena, rh_duration duration);

/* Whether a duration that somebody set is not negative; otherwise says so, naming the field, in
 * `message`. */
bool rh_duration_valid(rh_duration duration, const char *field, rh_text *message);

/* For reading at a glance: "3 d 02:14", "1:02:03", "12:05", "4.250 s", "41 us", "0 s", "forever";
 * rounded half up to what is shown. */
void rh_duration_brief(rh_text *text, rh_duration duration);

/* RFC 3339 in UTC with 9 decimals, trailing zeros dropped: "2026-01-01T00:00:01.5Z". */
void rh_time_write(rh_text *text, rh_time time);
/* Reads RFC 3339, with up to nine decimals and 'Z' or an offset. False if malformed or outside the
 * years 1678 to 2261, which int64 nanoseconds hold; *time is then untouched. */
bool rh_time_read(const char *text, size_t length, rh_time *time);

#endif
