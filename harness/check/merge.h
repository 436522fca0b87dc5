/* Raw findings of many worlds become findings: each once, with the smallest fault that shows it. */
#ifndef RH_CHECK_MERGE_H
#define RH_CHECK_MERGE_H

#include "harness/check/look.h"

typedef struct rh_merging {
    rh_arena *arena; /* of the findings */
    const char *target;
    const char *file, *root;  /* see rh_check_options; NULL */
    struct rh_merged *groups; /* in the order of their first */
    size_t count, capacity;
} rh_merging;

/* Adds a list of one world. Call in the order of plans. Texts are copied. */
void rh_merging_add(rh_merging *merging, const rh_raw_finding *list);
/* The findings, ordered. */
void rh_merging_finish(rh_merging *merging, rh_findings *findings);

#endif
