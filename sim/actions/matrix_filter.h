/* A part of sim/actions/matrix.h: an item of `include` or `exclude`, taken apart. */
#ifndef RH_ACTIONS_MATRIX_FILTER_H
#define RH_ACTIONS_MATRIX_FILTER_H

#include "sim/base/value.h"

/* One level of a path: a key of an object, or a position in a list. */
typedef struct rh_matrix_place {
    const struct rh_matrix_place *parent; /* NULL: a key of the row */
    const char *key;                      /* NULL: a position */
    size_t index;
} rh_matrix_place;

typedef struct rh_matrix_test {
    const rh_matrix_place *place;
    const rh_value *wanted; /* a scalar, or unknown */
} rh_matrix_test;

typedef struct rh_matrix_filter {
    rh_matrix_test *tests;
    size_t test_count, test_capacity;
    /* Of `include`: the keys that are vectors, and the others. */
    rh_field *fields, *extra;
    size_t field_count, extra_count;
} rh_matrix_filter;

/* Adds the scalars of a field of the item. */
void rh_matrix_filter_add(rh_arena *arena, rh_matrix_filter *filter, const rh_field *field);
/* Whether all of them are equal to what is in the row; a filter without any matches all rows. If
 * that hangs on an unknown value it does not match, and *undecided is that value. */
bool rh_matrix_filter_matches(const rh_matrix_filter *filter, const rh_field *row, size_t count,
                              const rh_value **undecided);

#endif
