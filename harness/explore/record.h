/* Where one reads of a fault: what an engine keeps of it, for those who look afterwards. */
#ifndef RH_EXPLORE_RECORD_H
#define RH_EXPLORE_RECORD_H

#include "sim/journal.h"

typedef enum rh_record_kind {
    RH_RECORD_NONE,       /* the engine never came to the fault */
    RH_RECORD_NOTHING,    /* it has left no trace */
    RH_RECORD_LOG,        /* at most times, or a line in the log of something green */
    RH_RECORD_ANNOTATION, /* an annotation of the run points there */
    RH_RECORD_HISTORY,    /* an event of the history, with attempts and failure */
    RH_RECORD_KINDS
} rh_record_kind;

typedef struct rh_record {
    uint8_t kind;      /* rh_record_kind */
    bool has_cause;    /* it says why: the message or type of what failed, not an exit code alone */
    uint32_t attempts; /* of the step or activity, that one can count there */
    const char *text;  /* where it is, for people */
} rh_record;

/* "none", "nothing", "log", "annotation", "history" */
const char *rh_record_kind_name(rh_record_kind kind);

/* Of the first fault that struck in the journal. Runs of workflow files that are elsewhere, on
 * GitHub, have logs and annotations; those that are lifted a history of each step. Lives in
 * `arena`. */
rh_record rh_record_of(rh_arena *arena, const rh_journal *journal);

/* How the last run ended, in its own words: the message of its failure; NULL: it succeeded. */
const char *rh_ending_text(rh_arena *arena, const rh_journal *journal);

#endif
