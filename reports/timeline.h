/* The timeline: a journal as people read it in a terminal.
 *
 * For each run a heading, its calls with their attempts on one scale of virtual time, and whatever
 * else happened in between; then effects, warnings and one line that sums up. A pure function of
 * the journal; the time it takes grows with the number of entries, the length does not.
 */
#ifndef RH_REPORTS_TIMELINE_H
#define RH_REPORTS_TIMELINE_H

#include "sim/journal.h"

typedef struct rh_timeline_options {
    bool color;
    bool ascii;      /* no character beyond ASCII */
    uint32_t width;  /* columns of the terminal; default 80, at least 60 */
    uint32_t lines;  /* about so many at most; default 400 */
    int64_t wall_ns; /* real time it took, for the last line; -1 (or 0): leave out */
} rh_timeline_options;

/* `options` may be NULL. Working memory comes from the text's arena. */
void rh_report_timeline(rh_text *text, const rh_journal *journal,
                        const rh_timeline_options *options);

/* At most 30 lines: to stand below a failed assertion. */
void rh_report_timeline_brief(rh_text *text, const rh_journal *journal);

#endif
