/* How jobs and steps of workflow files end. A step has an outcome, and a conclusion that
 * continue-on-error may make better. */
#ifndef RH_CONCLUSION_H
#define RH_CONCLUSION_H

#define RH_CONCLUSIONS(X)                                                                          \
    X(NONE, "") /* not over */                                                                     \
    X(SUCCESS, "success")                                                                          \
    X(FAILURE, "failure")                                                                          \
    X(CANCELLED, "cancelled")                                                                      \
    X(SKIPPED, "skipped")

typedef enum rh_conclusion {
#define X(name, text) RH_CONCLUSION_##name,
    RH_CONCLUSIONS(X)
#undef X
} rh_conclusion;

/* What comes of a job when its needs are over. */
#define RH_JOB_VERDICTS(X)                                                                         \
    X(RUNS, "runs")                                                                                \
    X(SKIPPED, "skipped")                                                                          \
    X(REFUSED, "refused") /* its `if` cannot be evaluated */

typedef enum rh_job_verdict {
#define X(name, text) RH_VERDICT_##name,
    RH_JOB_VERDICTS(X)
#undef X
} rh_job_verdict;

/* "success", "failure", "cancelled", "skipped"; "" for none */
const char *rh_conclusion_name(rh_conclusion conclusion);
/* "runs", "skipped", "refused" */
const char *rh_job_verdict_name(rh_job_verdict verdict);

#endif
