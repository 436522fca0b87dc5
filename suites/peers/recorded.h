/* Histories that a real Temporal server has written (histories/, by ci/peers --record), and the
 * shared objects with the same workflows in C; for the suites of this folder. */
#ifndef RH_SUITES_PEERS_RECORDED_H
#define RH_SUITES_PEERS_RECORDED_H

#include "harness/module.h"
#include "harness/recording.h"

/* The text of a history, by its name in histories/; the test fails if there is none. */
const char *history_text(rh_arena *arena, const char *name, size_t *length);
const rh_recording *history_read(rh_arena *arena, const char *name);

/* The module that a workflow of fixtures/ or c/ is in: "release", "runs". */
const rh_module *module_named(rh_arena *arena, const char *name);
const rh_workflow_definition *workflow_of(rh_arena *arena, const char *module, const char *name);

#endif
