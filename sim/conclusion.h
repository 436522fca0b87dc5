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

/* "success", "failure", "cancelled", "skipped"; "" for none */
const char *rh_conclusion_name(rh_conclusion conclusion);

#endif
