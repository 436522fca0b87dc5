/* Times of a schedule by the clocks of a time zone, as robfig/cron v3 finds them, which is what the
 * Temporal server uses. It walks from one field to the next by the wall clock. So, where clocks
 * change:
 *
 *   forward   times that the clocks leave out are left out: 2:30 is not made up for on that day
 *   back      times that the clocks show twice come twice
 *
 * and where they change at midnight or by half an hour, the walk may leave out a day, or come on a
 * day after its own. That is what runs on a server meet, and so it is kept
 * (suites/sim/schedule_test.c).
 */
#ifndef RH_BASE_CRON_ZONE_H
#define RH_BASE_CRON_ZONE_H

#include "sim/base/cron.h"
#include "sim/base/zone.h"

/* The first time after `after`; false if there is none until the end of the fifth year after this
 * one, by the clocks of the zone, or none that rh_time can hold. */
bool rh_cron_next_in(const rh_cron *cron, const rh_zone *zone, rh_time after, rh_time *next);

#endif
