/* Where two runs part: two journals as JSON Lines (reports/journal_lines.h), side by side.
 *
 * Run ids are drawn by the seed and say nothing: the first run of the one is taken for the first
 * run of the other. Hashes and seeds do not count either.
 */
#ifndef RH_REPORTS_JOURNAL_DIFF_H
#define RH_REPORTS_JOURNAL_DIFF_H

#include "sim/base/error.h"
#include "sim/base/text.h"

typedef struct rh_journal_text {
    const char *mark; /* how lines of it begin: "A" */
    const char *name; /* for errors */
    const char *lines;
    size_t length;
} rh_journal_text;

/* Writes the last entries that are the same, the first that are not and what follows them, what
 * differs between the two, and how each ended; lines are cut to `width` columns. `same`: there is
 * no difference. 0, or -1 with an error if one is no journal. */
int rh_report_journal_diff(rh_text *text, const rh_journal_text *left, const rh_journal_text *right,
                           unsigned width, bool *same, rh_error *error);

#endif
