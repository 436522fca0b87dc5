/* The fault catalog: named failure modes of the outside world, as data. */
#ifndef RH_HARNESS_FAULT_H
#define RH_HARNESS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearse/time.h"

/* How a fault of the class strikes an attempt. */
#define RH_FAULT_CLASSES(X)                                                                        \
    X(TRANSIENT, "transient")   /* fails; the next attempt may succeed */                          \
    X(PERMANENT, "permanent")   /* fails; no retry will mend it */                                 \
    X(REPLY_LOST, "reply-lost") /* the effect happened, the caller sees a failure */               \
    X(HANG, "hang")             /* never answers */                                                \
    X(CRASH, "crash")           /* the process dies: no answer, the host goes on */                \
    X(HOST_LOST, "host-lost")   /* the host is gone with all that runs there */

typedef enum rh_fault_class {
#define X(name, text) RH_FAULT_##name,
    RH_FAULT_CLASSES(X)
#undef X
} rh_fault_class;

typedef struct rh_fault {
    const char *name;
    rh_fault_class class;
    const char *failure_type; /* what non_retryable_types compares */
    const char *message;      /* real text; <...> are placeholders of the real program */
    bool retryable;
    rh_duration typical_duration; /* how long the call takes to fail; 0: as its mock says */
    const char *summary;
    const char *source; /* where the text was seen, with its date if known */
} rh_fault;

size_t rh_fault_count(void);
const rh_fault *rh_fault_at_index(size_t index);
/* NULL if there is none of that name. */
const rh_fault *rh_fault_find(const char *name);
const char *rh_fault_class_name(rh_fault_class class);

#endif
