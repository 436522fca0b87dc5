/* The states of a run. RUNNING is the only open one; STUCK is the simulator's verdict on a run
 * that can never go on. */
#ifndef RH_RUN_STATUS_H
#define RH_RUN_STATUS_H

#define RH_RUN_STATUSES(X)                                                                         \
    X(RUNNING, "running")                                                                          \
    X(SUCCEEDED, "succeeded")                                                                      \
    X(FAILED, "failed")                                                                            \
    X(CANCELED, "canceled")                                                                        \
    X(TERMINATED, "terminated")                                                                    \
    X(TIMED_OUT, "timed out")                                                                      \
    X(CONTINUED_AS_NEW, "continued as new")                                                        \
    X(STUCK, "stuck")

typedef enum rh_run_status {
#define X(name, text) RH_RUN_##name,
    RH_RUN_STATUSES(X)
#undef X
} rh_run_status;

#endif
