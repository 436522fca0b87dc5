/* Looking at the worlds of an exploration: predicates over a world without faults and one with.
 *
 * What a predicate finds is raw: the same thing under another fault, or in another leg of a matrix,
 * is found again. Raw findings of one key are one finding (harness/check/merge.c). */
#ifndef RH_CHECK_LOOK_H
#define RH_CHECK_LOOK_H

#include "harness/check/finding.h"
#include "harness/check/view.h"
#include "harness/explore/explore.h"
#include "sim/actions/catalog.h"
#include "sim/actions/model.h"

typedef struct rh_raw_finding {
    rh_finding finding; /* as far as one world tells */
    uint64_t key;       /* of what is one finding */
    uint64_t point;     /* identity of the fault point; 0: no fault */
    uint8_t rank;       /* which of a key is shown: the lowest, of these the first */
    bool is_veto;       /* nothing of this key is a finding */
    struct rh_raw_finding *next;
} rh_raw_finding;

/* An effect of the world without faults. */
typedef struct rh_base_effect {
    uint64_t hash;
    const char *kind, *key;
    bool is_main, is_tainted;
    uint32_t times;
    uint64_t step, job; /* hashes of their paths */
    const char *what;   /* "docker-image ghcr.io/x:1" */
    const char *by;     /* who did it: "docker push" */
    rh_finding_place at;
} rh_base_effect;

/* The world without faults, as long as the exploration. */
typedef struct rh_base {
    bool is_green, is_stuck;
    bool is_release; /* it publishes something under a version */
    uint32_t told;
    rh_base_effect *effects; /* each once, in order */
    size_t count;
    size_t main_count;
} rh_base;

/* A step that the world without faults passes over, for a reason that only a fault can change. */
typedef struct rh_idle_step {
    uint64_t key;
    struct rh_idle_step *next;
} rh_idle_step;

/* What all worlds of an exploration share. Written before those with faults are played. */
typedef struct rh_looking {
    const rh_actions_file *file;       /* NULL: a workflow in C */
    const rh_actions_catalog *catalog; /* NULL: none */
    rh_base base;
    rh_idle_step *idle;
    const char *event; /* of findings */
    bool holds;
    const uint64_t
        *others;        /* hashes of effects of the world in which what is not known is empty; */
    size_t other_count; /* NULL: this is no other one */
} rh_looking;

/* One world that is looked at. */
typedef struct rh_glance {
    rh_looking *all;
    const rh_played_plan *played;
    rh_view view;
    bool *happened; /* a base effect each: in the first run */
    bool *ended;    /* at the end */
    rh_raw_finding **last;
} rh_glance;

/* The `look` of an exploration whose data is an rh_looking and whose slots hold a list of
 * rh_raw_finding. */
void rh_check_look(void *data, const rh_played_plan *played, void *slot);

/* ---- for predicates -------------------------------------------------------------------------- */

/* Adds a finding; its texts live in the arena of the exploration. */
rh_raw_finding *rh_raw_add(rh_glance *l, rh_finding_kind kind, rh_finding_place at);
/* How findings are told apart: those of this kind at the same place are one. */
uint64_t rh_raw_key(rh_finding_kind kind, const rh_finding_place *at);
/* Copied into the arena of the exploration. */
rh_finding_place rh_place_of_call(const rh_glance *l, uint32_t call);
/* "git push", "Run make", "BuildLinux" */
const char *rh_name_of_call(const rh_glance *l, uint32_t call);
const char *rh_say(const rh_glance *l, const char *format, ...) RH_PRINTF(2, 3);
/* "docker-image ghcr.io/x:1", not too long */
const char *rh_what(const rh_glance *l, const rh_seen_effect *effect);
/* Hash of the path of a call. */
uint64_t rh_path_hash(const rh_glance *l, uint32_t call);
/* What the file says of a step; NULL: it is none of the file's own jobs. */
const rh_actions_step *rh_step_of_call(const rh_glance *l, uint32_t call);
/* Whether the fault made its call fail, visibly for who called it. */
bool rh_is_failure(const rh_view *view);

/* Predicates by what they look at. */
void rh_look_at_start(rh_glance *l);       /* the world without faults: fails-without-fault,
                                      * secret-leaves-job, hangs-on-unknown, unreached steps */
void rh_look_at_reach(rh_glance *l);       /* unreached steps, with a fault */
void rh_look_at_publication(rh_glance *l); /* half-published, optional-step-... */
void rh_look_at_swallowed(rh_glance *l);   /* tainted-effect, swallowed-failure */
void rh_look_at_order(rh_glance *l);       /* published-after-failure */
void rh_look_at_tries(rh_glance *l);       /* repeated-effect, retry-never-fires */
void rh_look_at_time(rh_glance *l);        /* long-hang, waits-forever, timeout-too-short */

#endif
