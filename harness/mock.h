/* Mocks: which attempts they answer, and with what.
 *
 * A mock is compiled once, when it is declared: names resolved, values copied, mistakes reported.
 * Answering an attempt then only fills in a script.
 */
#ifndef RH_HARNESS_MOCK_H
#define RH_HARNESS_MOCK_H

#include "harness/catalog.h"
#include "harness/place.h"
#include "rehearse/harness.h"
#include "sim/stage.h"

/* One effect; kind and key may be taken from the arguments at the time. */
typedef struct rh_mock_effect {
    const char *kind;     /* NULL: the activity type */
    const char *key;      /* NULL: the key argument of the call */
    const char *key_path; /* instead of `key`: a path into the arguments */
    const char *once_path;
} rh_mock_effect;

/* A compiled answer. */
typedef struct rh_mock_answer {
    rh_script script; /* all that does not depend on the attempt */
    const rh_fault *fault;
    rh_start_failure start_failure;
    rh_answer_function *call;
    const rh_answer *declared; /* for `call` */
    rh_details_function *details;
    void *data;
    rh_duration takes_at_most;
    const rh_duration *quantiles;
    size_t quantile_count;
    const rh_mock_effect *effects;
    size_t effect_count;
} rh_mock_answer;

typedef struct rh_mock_record {
    const char *name; /* as it was written: a type or a path */
    const char *type;
    const char *path; /* NULL: all calls of the type */
    uint64_t type_hash;
    const rh_value *args;
    int32_t attempt;
    int32_t nth;
    const char *task_queue;
    const rh_mock_answer *answers; /* by use; the last one goes on */
    size_t answer_count;
    int32_t times, at_least, at_most;
    bool never;
    const char *file;
    int line;
    rh_place place; /* the same with a column, if that is known */
    int32_t used;   /* in this world */
} rh_mock_record;

/* Compiles a declaration into memory of `arena`; faults are those of the catalog. False, and why in
 * `message`, if it makes no sense. */
bool rh_mock_compile(rh_arena *arena, const rh_catalog *catalog, const rh_mock_options *options,
                     rh_mock_record *mock, rh_text *message);
/* The same for an answer made by a C function. */
bool rh_mock_compile_answer(rh_arena *arena, const rh_catalog *catalog, const rh_answer *answer,
                            rh_mock_answer *compiled, rh_text *message);

/* Why a mock does not answer an attempt. */
typedef enum rh_mismatch {
    RH_MATCHES,
    RH_OTHER_TYPE,
    RH_OTHER_CALL,
    RH_OTHER_ARGS,
    RH_OTHER_ATTEMPT,
    RH_OTHER_NTH,
    RH_OTHER_QUEUE,
    RH_USED_UP
} rh_mismatch;
rh_mismatch rh_mock_match(const rh_mock_record *mock, const rh_attempt_view *attempt);
/* The answer for the next use. */
const rh_mock_answer *rh_mock_next(const rh_mock_record *mock);
/* The same; counts it. */
const rh_mock_answer *rh_mock_use(rh_mock_record *mock);

/* What depends on the attempt: durations drawn by (seed, call, attempt), effects with their keys.
 * `arena` is the world's. */
void rh_mock_fill_script(rh_arena *arena, const rh_mock_answer *answer,
                         const rh_attempt_view *attempt, uint64_t seed, rh_script *script);
/* Turns a script into what it is when the fault strikes it. */
void rh_fault_strike(rh_arena *arena, const rh_fault *fault, rh_script *script);

#endif
