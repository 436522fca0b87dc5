/* Statistics of samples: proportions, differences of pairs, percentiles, each with an interval of
 * 95 %. No libm but sqrt; the same on every machine.
 */
#ifndef RH_EXPLORE_STATISTICS_H
#define RH_EXPLORE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"

typedef struct rh_interval {
    double value, low, high;
} rh_interval;

/* Of `hits` among `count` tries; Wilson's score interval. 0 tries: 0 in [0, 1]. */
rh_interval rh_proportion(uint64_t hits, uint64_t count);

/* The difference of two proportions over the same `count` pairs: `gained` hit only in the second,
 * `lost` only in the first. Wald's interval of McNemar's discordant pairs, with Agresti and Min's
 * correction (half a pair more in each). */
rh_interval rh_paired_difference(uint64_t gained, uint64_t lost, uint64_t count);

/* Of a mean, by the normal approximation. */
rh_interval rh_mean(const double *values, size_t count);

/* Sorts in rising order, in place. `arena` is for what is needed meanwhile. */
void rh_sort(rh_arena *arena, int64_t *values, size_t count);

/* The percentile (per mille: 950 is the 95th) of values in rising order, as the nearest rank; its
 * interval are order statistics. */
typedef struct rh_percentile {
    int64_t value, low, high;
} rh_percentile;
rh_percentile rh_percentile_of(const int64_t *sorted, size_t count, uint32_t per_mille);

/* The difference of a percentile over pairs (second minus first), by a paired bootstrap of
 * `rounds` keyed resamples. */
rh_percentile rh_paired_percentile(rh_arena *arena, const int64_t *first, const int64_t *second,
                                   size_t count, uint32_t per_mille, uint32_t rounds,
                                   uint64_t seed);

#endif
