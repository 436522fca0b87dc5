/* The fault catalog: named failure modes of the outside world, as data. */
#ifndef RH_HARNESS_FAULT_H
#define RH_HARNESS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearse/fault.h"

enum { RH_NO_EXIT = -1 }; /* the step never comes to its end */

typedef struct rh_fault {
    const char *name;
    rh_fault_class class;
    const char *group;            /* "network", "git"; lists are ordered by it */
    const char *failure_type;     /* what non_retryable_types compares */
    const char *message;          /* real text; <...> are placeholders of the real program */
    bool retryable;               /* a failure that is tried again; also what a timeout ends */
    int32_t exit_code;            /* of a step: 0 where it seems to succeed; or RH_NO_EXIT */
    uint32_t times;               /* SLOW: how often as long */
    rh_duration typical_duration; /* how long the call then takes; 0: as its mock says */
    const rh_value *result;       /* CORRUPTED: what it gives instead; NULL: null */
    const char *summary;
    const char *source; /* where the text was seen, with its date if known */
} rh_fault;

/* What comes with the library, ordered by group. */
size_t rh_fault_count(void);
const rh_fault *rh_fault_at_index(size_t index);
/* NULL if there is none of that name. */
const rh_fault *rh_fault_find(const char *name);

const char *rh_fault_class_name(rh_fault_class class);
/* False if there is no class of that name. */
bool rh_fault_class_find(const char *name, rh_fault_class *class);
/* Whether what it strikes answers with a failure. */
bool rh_fault_class_fails(rh_fault_class class);
/* Whether it strikes the host of the attempt, with all that runs there. */
bool rh_fault_class_strikes_host(rh_fault_class class);
/* A sentence: "fails; no retry will mend it". */
const char *rh_fault_class_meaning(rh_fault_class class);

#endif
