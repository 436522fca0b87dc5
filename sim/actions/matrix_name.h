/* A part of sim/actions/matrix.h: what the legs of a matrix are called. */
#ifndef RH_ACTIONS_MATRIX_NAME_H
#define RH_ACTIONS_MATRIX_NAME_H

#include "sim/base/counter.h"
#include "sim/base/value.h"

typedef struct rh_leg_names {
    rh_arena *arena;
    rh_counter ids; /* that are taken, by hashes that ignore case */
} rh_leg_names;

void rh_leg_names_init(rh_leg_names *names, rh_arena *arena);
/* The id and the part of the name in brackets, from the scalars in the fields: strings, numbers,
 * booleans that are not empty; "?" for what is unknown. */
void rh_leg_name(rh_leg_names *names, const rh_field *fields, size_t count, const char **id,
                 const char **suffix);

#endif
