/* A worker: a forked process that runs one trial. Its result comes over one pipe, what it prints
 * over another. */
#ifndef RH_HARNESS_WORKER_H
#define RH_HARNESS_WORKER_H

#include <poll.h>
#include <sys/types.h>

#include "harness/trial.h"

enum { RH_OUTPUT_KEPT = 64 << 10 };

typedef struct rh_worker {
    pid_t pid;     /* 0: idle */
    size_t index;  /* which test, for the caller */
    int result_fd; /* -1: closed */
    int output_fd;
    int64_t started_ns; /* by rh_worker_now */
    uint32_t limit_s;
    bool timed_out;
    rh_arena scratch; /* what one test's answer takes; it is used again for the next */
    bool has_scratch;
    rh_text answer;
    char *output;          /* a ring of RH_OUTPUT_KEPT bytes, kept from test to test */
    uint64_t output_total; /* bytes that came, of which the ring holds the last */
} rh_worker;

/* Real time that only grows, in nanoseconds. */
int64_t rh_worker_now(void);

/* Starts an idle worker. 0, or -1 with an error if the system has no process or pipe left. */
int rh_worker_start(rh_worker *worker, rh_arena *arena, const rh_trial *trial, uint32_t limit_s,
                    rh_error *error);
/* Where to wait for news of a running worker: fills in two entries, and lowers *timeout_ms to when
 * rh_worker_advance must be called at the latest. */
void rh_worker_poll(const rh_worker *worker, struct pollfd entries[2], int *timeout_ms);
/* Takes in what has arrived without waiting, and kills the process if its time is over. True when
 * the process has ended: then `result` is filled in (all but module, name, replay and index) and
 * the worker is idle again. The result's journal is gone when the worker is started again. */
bool rh_worker_advance(rh_worker *worker, rh_arena *arena, rh_test_result *result);
/* Gives back what an idle worker has kept from test to test. */
void rh_worker_free(rh_worker *worker);
/* Kills a running worker and all it has started; its test has no result. */
void rh_worker_kill(rh_worker *worker);

#endif
