/* The legs of a job: what `strategy.matrix` makes of it (MatrixBuilder.cs, JobNameBuilder.cs,
 * IdBuilder.cs).
 *
 * The matrix is a value whose expressions are evaluated: vectors, `include`, `exclude`.
 *  - Rows are the product of the vectors in the order of the file, the first key slowest.
 *  - An item of `exclude` is taken apart into its scalars; each is compared, with `==` of
 *    expressions, with what stands in the row at the same path. If all are equal the row is out.
 *  - An item of `include` matches a row if its keys that are vectors are equal in the same way; its
 *    other keys are added to the row. Items that match no row become rows of their own.
 *
 * Unknown values: if the matrix, a vector, `include` or `exclude` is not known, the number of legs
 * is not, and the caller is told. An unknown value inside a row is a value like others; if a filter
 * hangs on one, it does not match, and the caller is told of that, too.
 */
#ifndef RH_ACTIONS_MATRIX_H
#define RH_ACTIONS_MATRIX_H

#include "sim/base/error.h"
#include "sim/base/value.h"

enum { RH_MATRIX_LIMIT = 256 }; /* legs of a matrix on GitHub */

typedef struct rh_matrix_leg {
    const char *id;      /* "linux_amd64": unique without regard to case, at most 25 bytes */
    const char *suffix;  /* "linux, amd64"; "" if no value of the row has a name */
    const rh_value *row; /* the matrix context: an object */
} rh_matrix_leg;

typedef struct rh_matrix {
    const rh_matrix_leg *legs;
    size_t count;
    /* Not NULL: there is no telling how many legs there are, because of this unknown value. */
    const rh_value *unknown;
    const char *unknown_key; /* what it is the value of: "os", "include"; "" for the whole matrix */
    /* Not NULL: this unknown value in a filter was taken as not equal. */
    const rh_value *undecided;
} rh_matrix;

/* Builds the legs; at most `limit` (0: RH_MATRIX_LIMIT). -1 with an error that has no place, in
 * GitHub's words where they are known. Everything lives in the arena. */
int rh_matrix_build(rh_arena *arena, const rh_value *matrix, size_t limit, rh_matrix *out,
                    rh_error *error);

/* "build (linux, amd64)", at most 100 characters; for a job whose name has no expression. */
const char *rh_matrix_leg_name(rh_arena *arena, const char *job, const rh_matrix_leg *leg);
/* The strategy context of a leg; of a job without matrix: index 0 of 1. `max_parallel` 0: not set,
 * which reads as the total. */
const rh_value *rh_matrix_strategy(rh_arena *arena, bool fail_fast, int64_t max_parallel,
                                   size_t index, size_t total);

#endif
