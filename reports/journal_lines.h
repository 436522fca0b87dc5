/* The journal as JSON Lines: the whole truth for programs, the same bytes for the same world.
 *
 * The first line: {"schema":1,"kind":"journal","start":"2026-01-01T00:00:00Z","seed":"7"}
 * The last line:  {"kind":"end","at_ns":n,"time":"...","entries":n,"hash":"16 hex digits"}
 * Between them one line for each entry, in order:
 *
 *     at_ns     nanoseconds since the start of the world
 *     time      the same as RFC 3339
 *     kind      "attempt-failed"
 *     run       run id, where the entry belongs to a run
 *     call      call path, where it belongs to a call: "BuildMacOS[arm64]"
 *     attempt   from 1, where it is about an attempt
 *     event_id  where it is in its run's history
 *
 * and the fields of its kind, which docs/journal.md lists. Fields ending in _ns are integers. What
 * is not there is left out, never null. 64-bit numbers that may be large (seeds) are strings.
 * Secret values read "***".
 *
 * Within one schema number fields and kinds are only added.
 */
#ifndef RH_REPORTS_JOURNAL_LINES_H
#define RH_REPORTS_JOURNAL_LINES_H

#include "sim/journal.h"

void rh_report_journal(rh_text *text, const rh_journal *journal);

/* The kinds with their history events and fields as a Markdown table, for docs/journal.md. */
void rh_report_journal_kinds(rh_text *text);

#endif
