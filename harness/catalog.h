/* The faults that an env knows: those that come with the library, and those its user has defined,
 * in C or in a file. Wherever a catalog is only read, NULL stands for the library's alone. */
#ifndef RH_HARNESS_CATALOG_H
#define RH_HARNESS_CATALOG_H

#include "harness/fault.h"
#include "sim/base/arena.h"
#include "sim/base/error.h"

/* All zero: nothing defined yet. A copy of the struct is a catalog of its own, as long as what the
 * first one has is not freed. */
typedef struct rh_catalog {
    const rh_fault **faults; /* the library's (or what stands for them) first; NULL: only those */
    size_t count;
} rh_catalog;

size_t rh_catalog_count(const rh_catalog *catalog);
const rh_fault *rh_catalog_at(const rh_catalog *catalog, size_t index);
/* NULL if there is none of that name. */
const rh_fault *rh_catalog_find(const rh_catalog *catalog, const char *name);
/* NULL with an error that names the nearest. */
const rh_fault *rh_catalog_need(const rh_catalog *catalog, const char *name, rh_error *error);

/* Adds a fault, copied into `arena`. 0, or -1 with an error if it makes no sense, or if there is
 * one of that name and it does not say that it overrides it. */
int rh_catalog_define(rh_arena *arena, rh_catalog *catalog, const rh_fault_definition *definition,
                      rh_error *error);

/* Adds the faults of a YAML or JSON text, faults: [{name: ..., class: ...}]. `file` names it in
 * errors. 0, or -1 with an error; then some may have been added. */
int rh_catalog_read(rh_arena *arena, rh_catalog *catalog, const char *text, size_t length,
                    const char *file, rh_error *error);

#endif
