/* Fault coverage: which calls of which definitions were there to be struck, and by which faults
 * they were. Gathered from journals; the unit of a table of all pairs (call, fault class).
 *
 * A row is a call path without the number of the call, "BuildMacOS[arm64]": what a loop calls again
 * and again is one row. A set knows at most RH_COVERAGE_ROWS rows and counts what it leaves out.
 */
#ifndef RH_HARNESS_COVERAGE_H
#define RH_HARNESS_COVERAGE_H

#include "sim/base/value.h"
#include "sim/journal.h"

enum { RH_COVERAGE_ROWS = 2000, RH_COVERAGE_FAULTS = 200 };

/* A fault that struck; of the catalog, or a test's own. */
typedef struct rh_struck_fault {
    const char *name;
    const char *class; /* "transient" */
    uint64_t count;    /* attempts struck */
} rh_struck_fault;

typedef struct rh_coverage_row {
    const char *definition; /* workflow type */
    const char *path;
    bool has_effect;         /* an attempt of it had an effect: a lost reply would matter */
    rh_struck_fault *faults; /* ordered by name */
    size_t fault_count, fault_capacity;
} rh_coverage_row;

typedef struct rh_coverage {
    rh_arena *arena;
    rh_coverage_row *rows; /* ordered by definition, then path */
    size_t count, capacity;
    uint64_t left_out; /* rows and faults beyond the bounds, as often as they came */
} rh_coverage;

rh_coverage *rh_coverage_create(rh_arena *arena);
void rh_coverage_add_journal(rh_coverage *coverage, const rh_journal *journal);
void rh_coverage_add(rh_coverage *coverage, const rh_coverage *other);

/* As a JSON list, in which a forked process tells its parent. */
void rh_coverage_write(rh_text *text, const rh_coverage *coverage);
/* NULL if the value is nothing that rh_coverage_write writes. */
rh_coverage *rh_coverage_read(rh_arena *arena, const rh_value *value);

#endif
