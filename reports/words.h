/* How reports for people put things: spans of time, points in time, counts, failures. */
#ifndef RH_REPORTS_WORDS_H
#define RH_REPORTS_WORDS_H

#include "rehearse/failure.h"
#include "sim/base/text.h"
#include "sim/journal.h"

/* A span at a glance: as rh_duration_brief, without zeros at the end: "12:05", "1.5 s", "7 d". */
void rh_words_span(rh_text *text, rh_duration span);
/* A point in time since a start: "0:00", "1:02:03", "3 d 02:14:05", with 0, 3 or 6 decimals; what
 * is finer is cut off. */
void rh_words_clock(rh_text *text, rh_duration since, int decimals);
/* "1 attempt", "1,204 attempts"; the plural is made by an 's'. */
void rh_words_count(rh_text *text, uint64_t count, const char *noun);
void rh_words_number(rh_text *text, uint64_t number);
/* A cause chain without what is in the way when reading, the types first: "build failed:
 * BuildMacOS: NetworkError: connection reset by peer". */
void rh_words_failure(rh_text *text, const rh_failure *failure);
/* The retry state of a closed call: "no attempts left"; "" for those that need no words. */
const char *rh_words_retry_state(rh_retry_state state);
/* "server down for 10 min", "server back", "bad deploy for 2:00:00", "deploy mended" */
void rh_words_outage(rh_text *text, const rh_entry *entry);

/* Writes words in lines of 80 columns, broken at blanks, and a line break. The first line goes on
 * at `column`, the others begin at `indent`; a line break in the words begins a paragraph. */
void rh_words_wrapped(rh_text *text, const char *words, size_t column, size_t indent);

#endif
