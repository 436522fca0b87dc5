#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "suites/bench/bench.h"

enum { MOST_RESULTS = 64, MOST_ROUNDS = 64 };

static bench_result results[MOST_RESULTS];
static size_t result_count;
double bench_effort = 1.0;
const char *bench_only = "";

/* ---- allocations ----------------------------------------------------------------------------- */

/* The C library's own allocator, with a count in front of it. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
static atomic_uint_fast64_t allocations;

void *malloc(size_t size)
{
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    return __libc_realloc(block, size);
}

uint64_t bench_allocations(void)
{
    return atomic_load(&allocations);
}

/* ---- time and results ------------------------------------------------------------------------ */

int64_t bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sort(double *values, int count)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && values[k] < values[k - 1]; k--) {
            double swap = values[k];
            values[k] = values[k - 1];
            values[k - 1] = swap;
        }
}

bool bench_wants(const char *name)
{
    return strncmp(name, bench_only, strlen(bench_only)) == 0;
}

void bench_record(const char *name, const char *unit, const double *rounds, int count)
{
    double sorted[MOST_ROUNDS];
    if (result_count == MOST_RESULTS || count < 1 || count > MOST_ROUNDS)
        abort();
    memcpy(sorted, rounds, (size_t)count * sizeof *sorted);
    sort(sorted, count);
    bench_result *result = &results[result_count++];
    *result = (bench_result){name, unit, sorted[count / 2], sorted[0], sorted[count - 1], count};
    printf("%-28s %14.1f %-13s %12.1f %12.1f\n", name, result->value, unit, result->min,
           result->max);
    fflush(stdout);
}

int bench_report(const char *path)
{
    if (!result_count) {
        fprintf(stderr, "rehearse-bench: no figure's name begins with '%s'\n", bench_only);
        return 1;
    }
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "rehearse-bench: cannot write %s\n", path);
        return 1;
    }
    fprintf(file, "{\"schema\":1,\"results\":[\n");
    for (size_t i = 0; i < result_count; i++)
        fprintf(file,
                "  {\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"runs\":%d,\"min\":%.3f,"
                "\"max\":%.3f}%s\n",
                results[i].name, results[i].value, results[i].unit, results[i].rounds,
                results[i].min, results[i].max, i + 1 < result_count ? "," : "");
    fprintf(file, "]}\n");
    return fclose(file) != 0;
}
