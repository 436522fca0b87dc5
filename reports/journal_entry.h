/* An entry of a journal, read back from its line (reports/journal_lines.h), in one line for
 * people. */
#ifndef RH_REPORTS_JOURNAL_ENTRY_H
#define RH_REPORTS_JOURNAL_ENTRY_H

#include "rehearse/value.h"
#include "sim/base/text.h"

/* "  A     7     3 d 02:14  attempt-completed  Greet[world]@1  result "hello"", at most `width`
 * columns. */
void rh_journal_entry_row(rh_text *text, const char *mark, size_t number, const rh_value *entry,
                          unsigned width);
/* "    result: "hello" | nothing" */
void rh_journal_entry_difference(rh_text *text, const char *key, const rh_value *left,
                                 const rh_value *right, unsigned width);

#endif
