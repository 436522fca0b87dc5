/* Plans: which faults strike at which fault points.
 *
 * A fault point is a call path and an attempt: "BuildMacOS[arm64]@2", "Notify#3@*". Without an
 * attempt it is the first. "host:macos-1 at 3m" is a host at a virtual time.
 */
#ifndef RH_HARNESS_PLAN_H
#define RH_HARNESS_PLAN_H

#include "harness/catalog.h"
#include "harness/place.h"
#include "sim/base/error.h"
#include "sim/stage.h"

typedef struct rh_planned_fault {
    const char *point; /* as it was written */
    const char *path;  /* of a call; or, if `host` is set, the host's name */
    int32_t attempt;   /* 0: all */
    const char *host;  /* NULL: it strikes a call */
    rh_duration at;    /* when it strikes the host */
    const rh_fault *fault;
    uint32_t struck; /* how often in this world */
    rh_place place;
} rh_planned_fault;

/* How long the attempts of a path take, whatever their mocks say. */
typedef struct rh_planned_duration {
    const char *path;
    rh_duration takes;
    uint32_t used; /* how often in this world */
    rh_place place;
} rh_planned_duration;

/* Reads a fault point and finds the fault in the catalog (NULL: the library's): 0, or -1 with the
 * nearest names in `error`. Texts are copied into `arena`. */
int rh_plan_read(rh_arena *arena, const rh_catalog *catalog, const char *point, const char *fault,
                 rh_planned_fault *planned, rh_error *error);
/* Whether a text can be a call path: TYPE, TYPE[KEY], TYPE#N. */
bool rh_plan_path_valid(const char *path);
bool rh_plan_strikes(const rh_planned_fault *planned, const rh_attempt_view *attempt);

#endif
