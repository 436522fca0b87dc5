/* Measuring: each figure is the median of several rounds, with its least and greatest. */
#ifndef SUITES_BENCH_BENCH_H
#define SUITES_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "rehearse/rehearse.h"

typedef struct bench_result {
    const char *name;
    const char *unit;
    double value, min, max;
    int rounds;
} bench_result;

/* Records a figure of its own. */
void bench_record(const char *name, const char *unit, const double *rounds, int count);
/* Whether this figure is to be measured: its name begins with what --only says. What is measured
 * together comes under the name of the first. */
bool bench_wants(const char *name);
/* Monotonic real time in ns. */
int64_t bench_now(void);
/* Calls of malloc, calloc and realloc in this process so far. */
uint64_t bench_allocations(void);
/* Prints the table, writes `path` (JSON); 0 or 1. */
int bench_report(const char *path);

/* Reading and playing a scenario file of a hundred rows (scenario.c). */
void bench_scenarios(const rh_module *release);
/* Replaying a history, and losing the worker everywhere (replay.c). */
void bench_replays(const rh_module *release);
/* The store (store.c). */
void bench_store(void);
/* Expressions of GitHub Actions (expression.c). */
void bench_expressions(void);
/* Workflow files (actions.c): `rehearse` is the command, `file` one that it can play. */
void bench_actions(const char *rehearse, const char *file);

/* Exploration and comparison (explore.c). */
void bench_explore(void);

/* How many rounds and how long each: 1.0 is the default, --quick a tenth. */
extern double bench_effort;
/* The beginning of the names of what is measured; "": all. */
extern const char *bench_only;

/* Workflows of the benchmark (workflows.c). */
extern const rh_module bench_module;
/* How many activities or timers the next run of those workflows makes. */
typedef struct bench_size {
    int64_t count;
} bench_size;

#endif
