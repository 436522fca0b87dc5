/* What `rehearse check` has found, in the forms that people and tools read.
 *
 * All are the same findings in the same order; what one leaves out, it says.
 */
#ifndef RH_REPORTS_FINDINGS_H
#define RH_REPORTS_FINDINGS_H

#include "harness/check/finding.h"
#include "sim/base/error.h"
#include "sim/base/text.h"

/* A definition that was checked. */
typedef struct rh_checked {
    const char *name;          /* the path of the file, or the name of the workflow in C */
    const char *const *events; /* by which it was played, in words; none of a workflow in C */
    size_t event_count;
    rh_findings findings;
} rh_checked;

typedef struct rh_checked_list {
    const rh_checked *items;
    size_t count;
    uint8_t fail_on; /* rh_finding_level from which on a finding fails the check */
} rh_checked_list;

/* How many findings have at least that level. */
size_t rh_checked_count(const rh_checked_list *list, rh_finding_level level);

/* For people, in 80 columns. */
void rh_findings_text(rh_text *text, const rh_checked_list *list, bool color);
/* {"schema": 1, "files": [...]}: schemas/findings.schema.json */
void rh_findings_json(rh_text *text, const rh_checked_list *list);
/* SARIF 2.1.0, for code review: rules with stable ids, places, fingerprints that survive other
 * lines. Findings of workflows in C have a name instead of a place. */
void rh_findings_sarif(rh_text *text, const rh_checked_list *list);
/* Workflow commands (::error, ::warning, ::notice), which GitHub shows beside the lines: ten of
 * each, as it shows no more. */
void rh_findings_annotations(rh_text *text, const rh_checked_list *list);
/* For $GITHUB_STEP_SUMMARY: a table, details that open, at most 1 MiB. */
void rh_findings_markdown(rh_text *text, const rh_checked_list *list);
/* JUnit: a suite for each file, a case for each kind of finding; those that fail the check are
 * failures. 0, or -1 with an error if there is no memory. */
int rh_findings_junit(rh_text *text, const rh_checked_list *list, rh_error *error);

#endif
