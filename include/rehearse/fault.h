/* Faults: named failure modes of the outside world, and how each class of them strikes. The
 * catalog that comes with the library is listed by `rehearse faults`; a test adds its own by
 * rh_fault_define (rehearse/harness.h). */
#ifndef REHEARSE_FAULT_H
#define REHEARSE_FAULT_H

#include "rehearse/time.h"
#include "rehearse/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a fault of the class strikes an attempt: name, text, meaning. */
#define RH_FAULT_CLASSES(X)                                                                        \
    X(TRANSIENT, "transient", "fails; the next attempt may succeed")                               \
    X(PERMANENT, "permanent", "fails; no retry will mend it")                                      \
    X(REPLY_LOST, "reply-lost", "the effect happened, the caller sees a failure")                  \
    X(HANG, "hang", "never answers")                                                               \
    X(CRASH, "crash", "the process dies: no answer, the host goes on")                             \
    X(HOST_LOST, "host-lost", "the host is gone with all that runs there")                         \
    X(HOST_STOPPED, "host-stopped", "the host is told to stop: jobs may still end what they do")   \
    X(PARTIAL, "partial", "fails when the first of its effects has happened")                      \
    X(CORRUPTED, "corrupted", "seems to succeed; the result is wrong or missing")                  \
    X(SILENT, "silent", "seems to succeed; has done nothing, has no result")                       \
    X(SLOW, "slow", "as ever, only it takes several times as long")

typedef enum rh_fault_class {
#define X(name, text, meaning) RH_FAULT_##name,
    RH_FAULT_CLASSES(X)
#undef X
} rh_fault_class;

/* A fault of one's own. Zero means not set. */
typedef struct rh_fault_definition {
    const char *name;             /* how mocks and plans name it: "our-registry-down" */
    rh_fault_class strikes;       /* default: RH_FAULT_TRANSIENT */
    const char *failure_type;     /* what non_retryable_types compares; default: the name */
    const char *message;          /* default: the name */
    bool retryable;               /* PARTIAL only. TRANSIENT and REPLY_LOST always are retryable,
                                   * PERMANENT never is; the others are no failures */
    int32_t exit_code;            /* of a step; default: 1 for what fails */
    rh_duration typical_duration; /* how long the attempt then takes; default: as its mock says */
    uint32_t times;               /* SLOW only: how often as long; default 3 */
    const rh_value *result;       /* CORRUPTED only: what it gives instead; default: null */
    const char *group;            /* what it belongs to, for lists; default: "own" */
    const char *summary;
    const char *source; /* where it was seen, and when */
    bool override;      /* there is one of that name, and this one is meant instead */
} rh_fault_definition;

#ifdef __cplusplus
}
#endif
#endif
