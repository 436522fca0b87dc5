/* Findings: what an owner of a workflow would want to know, found by playing it.
 *
 * A finding is a pair of runs, one in which nothing goes wrong and one with a fault, and a
 * predicate over their journals. It has the smallest fault that shows it, the place, what happened
 * against what was expected, the command that plays it again, and a change that mends it.
 */
#ifndef RH_CHECK_FINDING_H
#define RH_CHECK_FINDING_H

#include "sim/base/text.h"

typedef enum rh_finding_level { RH_LEVEL_NOTE, RH_LEVEL_WARNING, RH_LEVEL_ERROR } rh_finding_level;

typedef enum rh_finding_kind {
#define KIND(NAME, id, level, title, meaning) RH_FINDING_##NAME,
#include "harness/check/finding_kinds.h"
#undef KIND
    RH_FINDING_KINDS
} rh_finding_kind;

typedef struct rh_finding_rule {
    const char *id; /* "half-published" */
    uint8_t level;  /* rh_finding_level, of a usual one */
    const char *title, *meaning;
} rh_finding_rule;

/* Where something stands. */
typedef struct rh_finding_place {
    const char *file; /* NULL: not known, as of workflows in C */
    uint32_t line, column;
    const char *call; /* its path; NULL: none */
} rh_finding_place;

/* A fault of the plan that shows it. */
typedef struct rh_finding_fault {
    const char *point; /* "release/push/git[push]" */
    const char *fault; /* "git-push-denied" */
} rh_finding_fault;

typedef struct rh_finding {
    uint8_t kind;  /* rh_finding_kind */
    uint8_t level; /* rh_finding_level */
    rh_finding_place at;
    rh_finding_place other; /* where it shows or what else has to do with it; call NULL: nowhere */
    const char *message;    /* a sentence without its full stop */
    const char *when;       /* what goes wrong, in words; NULL: nothing has to */
    const char *happened, *expected;
    const char *change; /* a sentence, then lines of the file; NULL: none is known */
    const rh_finding_fault *faults;
    size_t fault_count;
    size_t more_points;        /* other fault points that show the same */
    const char *const *others; /* other faults that do, by name */
    size_t other_count;
    const char *event;    /* options of `rehearse run` that describe the event: "--event push" */
    bool again;           /* what happened is seen when what failed is run again */
    bool holds;           /* conditions on what is not known are taken to hold */
    const char *replay;   /* the command line that plays it; what can be played in a shell */
    uint64_t fingerprint; /* the same wherever the lines have moved */
} rh_finding;

typedef struct rh_findings {
    const rh_finding *items; /* those with more harm first, then in the order of their places */
    size_t count;
    size_t worlds, plans, points; /* what was looked at */
    size_t passed_over;           /* points that were not: others of their place stood for them, */
    uint32_t most_of_place;       /* the first so many of each, */
    bool mixes_variants;          /* also where the legs may differ */
    size_t left_out;              /* runs that were not played: too many of a large file */
    size_t all_plans;             /* most_plans that plays what was left out; 0: nothing was */
    uint32_t most_faults;         /* in one run */
} rh_findings;

const rh_finding_rule *rh_finding_rule_of(rh_finding_kind kind);
/* "note", "warning", "error" */
const char *rh_finding_level_name(rh_finding_level level);
/* False if there is no such level. */
bool rh_finding_level_find(const char *name, rh_finding_level *level);

#endif
