/* What a test leaves behind beside its verdict: the plan by which its last world was played, that
 * world's journal, and which faults it rehearsed. */
#ifndef RH_HARNESS_EVIDENCE_H
#define RH_HARNESS_EVIDENCE_H

#include "harness/coverage.h"
#include "harness/env.h"
#include "harness/plays.h"
#include "harness/track.h"

/* What of it is wanted. */
typedef struct rh_evidence_wish {
    rh_describe *journal; /* writes journals as text (the harness knows no reports); NULL: none */
    bool all_journals;    /* also of tests that pass */
    bool coverage;
    bool plays;
    bool track;
} rh_evidence_wish;

typedef struct rh_evidence {
    uint64_t entries; /* of the journal, and its hash */
    uint64_t hash;
    /* The plan: with the seed all that makes one run differ from another. JSON lists: of the faults
     * that struck, "Greet[world]@1=dns", and of the choices that were made, 0 being the default;
     * defaults at the end are left out. NULL: the test has left nothing. */
    const char *faults;
    const char *choices;
    bool plan_cut;         /* it is longer than what is kept of it */
    rh_coverage *coverage; /* NULL: not wanted */
    rh_plays *plays;       /* of workflow files; NULL: not wanted */
    const rh_track *track; /* of all its worlds; NULL: not wanted */
    /* Only until `finished` (harness/suite.h) returns; a journal may be large. NULL: not kept. */
    const char *journal;
    size_t journal_length;
    bool journal_cut; /* its end is missing */
} rh_evidence;

/* Adds what a world has rehearsed: coverage and plays. */
void rh_evidence_add(rh_arena *arena, const rh_evidence_wish *wish, const rh_journal *journal,
                     rh_evidence *evidence);
/* Takes the evidence of a world. Texts live in `arena`. Coverage and plays are added to what is
 * there. */
void rh_evidence_take(rh_arena *arena, const rh_evidence_wish *wish, const rh_journal *journal,
                      bool passed, rh_evidence *evidence);

/* Writes fields of a JSON object that is open, all but the journal. */
void rh_evidence_write(rh_text *text, const rh_evidence *evidence);
/* Reads them back; texts are copied into `arena`. */
void rh_evidence_read(rh_arena *arena, const rh_value *object, rh_evidence *evidence);

#endif
