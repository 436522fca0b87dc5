/* Time zones by their names in the tz database ("Europe/Berlin"), from a table that is part of the
 * program (zone_table.h, written by ci/zones): no machine's own zones are asked.
 *
 * Of each zone the table has the rule by which its clocks go today and for ever, and since when
 * they do. Changes before that are not known, nor those of the four zones that follow no rule,
 * whose changes are listed one by one until 2087 (Morocco and Western Sahara, Gaza and Hebron: they
 * go by Ramadan). rh_zone_check tells of both.
 */
#ifndef RH_BASE_ZONE_H
#define RH_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearse/time.h"
#include "sim/base/error.h"

/* When clocks are changed, each year: on the n-th weekday of a month (5: the last), so many seconds
 * after midnight by the clock as it was; also negative or beyond a day. */
typedef struct rh_zone_change {
    int8_t month, week, weekday;
    int32_t seconds;
} rh_zone_change;

typedef struct rh_zone {
    const char *name;
    int since;                   /* the first year of which this is true */
    int32_t standard, daylight;  /* seconds east of Greenwich */
    bool changes;                /* else it is always `standard` */
    rh_zone_change begins, ends; /* of daylight time */
} rh_zone;

/* How far the clocks of a zone are from UTC, and from when until when: seconds since 1970. */
typedef struct rh_zone_span {
    int64_t begin, end;
    int32_t offset;
} rh_zone_span;

/* By its name, exactly; "" is UTC. 0, or -1 with an error that names the nearest one. */
int rh_zone_read(const char *name, size_t length, rh_zone *zone, rh_error *error);
/* A rule in the form of POSIX's TZ: "CET-1CEST,M3.5.0,M10.5.0/3", hours up to 167 (RFC 9636). The
 * form that counts days of the year is not in use, and not read. False if it is malformed. */
bool rh_zone_read_rule(const char *rule, rh_zone *zone);
/* -1 with an error if the changes of the zone are not known from `time` on. */
int rh_zone_check(const rh_zone *zone, rh_time time, rh_error *error);

/* The span in which a moment lies; without changes it has no end. */
rh_zone_span rh_zone_span_at(const rh_zone *zone, int64_t seconds);

/* All names, in the order of their bytes; NULL behind the last. */
const char *rh_zone_name(size_t index);

#endif
