/* Virtual time. All of it is integer nanoseconds; nothing here is rounded. */
#ifndef REHEARSE_TIME_H
#define REHEARSE_TIME_H

#include <stdint.h>

/* A point in virtual time: nanoseconds since the Unix epoch, UTC. */
typedef int64_t rh_time;

/* A span of virtual time in nanoseconds. In every options struct 0 means "not set". */
typedef int64_t rh_duration;

#define RH_NANOSECONDS(n) ((rh_duration)(n))
#define RH_MICROSECONDS(n) ((rh_duration)(n)*1000)
#define RH_MILLISECONDS(n) ((rh_duration)(n)*1000000)
#define RH_SECONDS(n) ((rh_duration)(n)*1000000000)
#define RH_MINUTES(n) (RH_SECONDS(n) * 60)
#define RH_HOURS(n) (RH_MINUTES(n) * 60)
#define RH_DAYS(n) (RH_HOURS(n) * 24)

/* Longer than anything: "no limit" where an options struct takes a duration. */
#define RH_FOREVER INT64_MAX

/* An explicit zero, where 0 would mean "not set": `.next_retry_delay = RH_ZERO`. */
#define RH_ZERO INT64_MIN

/* The start of every world unless its options say otherwise: 2026-01-01T00:00:00Z. */
#define RH_WORLD_START ((rh_time)1767225600 * 1000000000)

#endif
