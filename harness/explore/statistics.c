#include "harness/explore/statistics.h"

#include <math.h>

#include "sim/base/random.h"

static const double Z = 1.959963984540054; /* of 95 %, both sides */
enum { DRAW_RESAMPLE = 0x5a3b1e };

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* Wilson 1927. */
rh_interval rh_proportion(uint64_t hits, uint64_t count)
{
    if (!count)
        return (rh_interval){0, 0, 1};
    double n = (double)count, p = (double)hits / n, z2 = Z * Z;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    /* At the ends the formula gives them exactly, rounding does not. */
    return (rh_interval){p, hits ? clamp(middle - half, 0, 1) : 0,
                         hits < count ? clamp(middle + half, 0, 1) : 1};
}

/* Agresti and Min 2005. */
rh_interval rh_paired_difference(uint64_t gained, uint64_t lost, uint64_t count)
{
    if (!count)
        return (rh_interval){0, -1, 1};
    double n = (double)count + 2, g = (double)gained + 0.5, l = (double)lost + 0.5;
    double difference = (g - l) / n;
    double half = Z * sqrt((g + l) - (g - l) * (g - l) / n) / n;
    return (rh_interval){((double)gained - (double)lost) / (double)count,
                         clamp(difference - half, -1, 1), clamp(difference + half, -1, 1)};
}

rh_interval rh_mean(const double *values, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    double mean = count ? sum / (double)count : 0;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    double half = count > 1 ? Z * sqrt(squares / (double)(count - 1) / (double)count) : 0;
    return (rh_interval){mean, mean - half, mean + half};
}

/* ---- percentiles ----------------------------------------------------------------------------- */

/* A value and the pair it belongs to. */
typedef struct ranked {
    int64_t value;
    size_t pair;
} ranked;

static void merge(const ranked *from, ranked *to, size_t left, size_t middle, size_t right)
{
    size_t i = left, k = middle;
    for (size_t at = left; at < right; at++)
        to[at] =
            i < middle && (k >= right || from[i].value <= from[k].value) ? from[i++] : from[k++];
}

/* In rising order; equal ones stay in theirs. */
static const ranked *rank_all(rh_arena *arena, const int64_t *values, size_t count)
{
    ranked *from = RH_NEW_ARRAY(arena, ranked, count), *to = RH_NEW_ARRAY(arena, ranked, count);
    for (size_t i = 0; i < count; i++)
        from[i] = (ranked){values[i], i};
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t left = 0; left < count; left += 2 * width) {
            size_t middle = left + width < count ? left + width : count;
            size_t right = left + 2 * width < count ? left + 2 * width : count;
            merge(from, to, left, middle, right);
        }
        ranked *other = from;
        from = to;
        to = other;
    }
    return from;
}

void rh_sort(rh_arena *arena, int64_t *values, size_t count)
{
    const ranked *sorted = rank_all(arena, values, count);
    for (size_t i = 0; i < count; i++)
        values[i] = sorted[i].value;
}

static size_t rank(double position, size_t count)
{
    return position < 1 ? 0 : position >= (double)count ? count - 1 : (size_t)position - 1;
}

rh_percentile rh_percentile_of(const int64_t *sorted, size_t count, uint32_t per_mille)
{
    if (!count)
        return (rh_percentile){0};
    double n = (double)count, p = per_mille / 1000.0;
    double half = Z * sqrt(n * p * (1 - p));
    size_t at = (size_t)(((uint64_t)count * per_mille + 999) / 1000);
    return (rh_percentile){sorted[at ? at - 1 : 0], sorted[rank(n * p - half, count)],
                           sorted[rank(n * p + half + 1, count)]};
}

/* Of a resample in which pair i is `times[i]` times. */
static int64_t percentile_of_resample(const ranked *values, const uint32_t *times, size_t count,
                                      uint32_t per_mille)
{
    size_t wanted = (size_t)(((uint64_t)count * per_mille + 999) / 1000), seen = 0, at = 0;
    while (at + 1 < count && (seen += times[values[at].pair]) < wanted)
        at++;
    return values[at].value;
}

rh_percentile rh_paired_percentile(rh_arena *arena, const int64_t *first, const int64_t *second,
                                   size_t count, uint32_t per_mille, uint32_t rounds, uint64_t seed)
{
    if (!count)
        return (rh_percentile){0};
    const ranked *left = rank_all(arena, first, count), *right = rank_all(arena, second, count);
    uint32_t *times = RH_NEW_ARRAY(arena, uint32_t, count);
    int64_t *differences = RH_NEW_ARRAY(arena, int64_t, rounds + 1);
    for (size_t i = 0; i < count; i++)
        times[i] = 1;
    int64_t value = percentile_of_resample(right, times, count, per_mille) -
                    percentile_of_resample(left, times, count, per_mille);
    for (uint32_t round = 0; round < rounds; round++) {
        memset(times, 0, count * sizeof *times);
        for (size_t i = 0; i < count; i++)
            times[rh_random_below(rh_random_draw(seed, DRAW_RESAMPLE, round, i), count)]++;
        differences[round] = percentile_of_resample(right, times, count, per_mille) -
                             percentile_of_resample(left, times, count, per_mille);
    }
    rh_sort(arena, differences, rounds);
    if (!rounds)
        return (rh_percentile){value, value, value};
    return (rh_percentile){value, rh_percentile_of(differences, rounds, 25).value,
                           rh_percentile_of(differences, rounds, 975).value};
}
