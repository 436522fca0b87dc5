/* How runs begin: the first of a chain, and those that follow it by retry, cron or continue-as-new.
 */
#ifndef RH_CHAIN_H
#define RH_CHAIN_H

#include "sim/execution.h"

/* Whether options make sense for a run that starts now: durations, the retry policy, the cron
 * schedule, memo and search attributes. False, and why in `message`, naming the field. */
bool rh_run_options_valid(const rh_run_options *options, rh_time now, rh_text *message);
bool rh_continuation_valid(const rh_continue_options *options, rh_text *message);
/* Timeouts as the server fills them in and caps them; 0: none. */
void rh_run_timeouts(const rh_run_options *options, rh_duration *run, rh_duration *execution,
                     rh_duration *task);
/* A policy with its defaults filled in; NULL: not retried. */
const rh_retry_policy_filled *rh_run_policy(rh_arena *arena, const rh_retry_policy *retry,
                                            bool with_defaults);

/* As rh_execution_start, for a child. Its options are valid; its first task waits (rh_chain_go). */
rh_execution *rh_chain_start_child(rh_world *world, const rh_start_request *request,
                                   rh_child_run *child);
void rh_chain_go(rh_execution *execution);

/* Names, "allow-duplicate" and "fail", by rh_reuse_policy and rh_conflict_policy; then NULL. */
extern const char *const rh_reuse_names[], *const rh_conflict_names[];

typedef enum rh_admission {
    RH_ADMITTED,          /* the id is free, or has been made free */
    RH_ADMITTED_EXISTING, /* use the open run */
    RH_REFUSED_OPEN,
    RH_REFUSED_CLOSED
} rh_admission;

/* Whether a run of this workflow id may start, by the policies of its options; terminates the open
 * one if they say so. *existing (unless NULL) is the newest run of that id, or NULL. */
rh_admission rh_chain_admit(rh_world *world, const rh_run_options *options,
                            rh_execution **existing);

/* A run that follows one that has just closed. */
typedef struct rh_next_run {
    rh_initiator initiator;
    rh_duration interval; /* until its first task; the floor is seen to */
    const rh_value *last_result;
    const rh_failure *last_failure;
    const rh_command *continuation; /* of WORKFLOW */
} rh_next_run;
void rh_chain_next(rh_execution *execution, const rh_next_run *next);

#endif
