/* Where one reads of a fault: what an engine keeps of it, for those who look afterwards. */
#ifndef RH_EXPLORE_RECORD_H
#define RH_EXPLORE_RECORD_H

#include "sim/journal.h"

/* Of the first fault that struck in the journal. Lives in `arena`.
 *   of a workflow file: an annotation of a job or step; a line in its log, that nobody is pointed
 *   to; or nothing;
 *   of a durable run: events of its history, with their ids. */
const char *rh_record_of(rh_arena *arena, const rh_journal *journal);

/* How the last run ended, in its own words: the message of its failure; NULL: it succeeded. */
const char *rh_ending_text(rh_arena *arena, const rh_journal *journal);

#endif
