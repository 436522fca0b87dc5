/* Modules: shared objects with workflows and tests. */
#ifndef RH_HARNESS_MODULE_H
#define RH_HARNESS_MODULE_H

#include "rehearse/harness.h"
#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/base/nearest.h"

typedef struct rh_loaded_module {
    const rh_module *module;
    const char *path; /* as given; stands in replay commands */
} rh_loaded_module;

/* Loads the shared object at `path` and checks what it offers. It stays loaded until the process
 * ends, as functions and texts of it are in use everywhere. 0, or -1 with an error that says what
 * is wrong with the file and what to do. `path` is copied into the arena. */
int rh_module_load(rh_arena *arena, const char *path, rh_loaded_module *loaded, rh_error *error);

/* What follows once a shared object is open: checks ABI, size, and that every entry has a name, a
 * function, and a name of its own. `path` is for messages. */
int rh_module_check(const rh_module *module, const char *path, rh_error *error);

size_t rh_module_test_count(const rh_module *module);
size_t rh_module_workflow_count(const rh_module *module);

/* The workflow of that name in any of the modules, and which module has it; NULL if there is none,
 * with an error that names the nearest. */
const rh_workflow_definition *rh_modules_find_workflow(const rh_loaded_module *modules,
                                                       size_t count, const char *name,
                                                       const rh_loaded_module **where,
                                                       rh_error *error);

#endif
