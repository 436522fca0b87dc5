/* What a timeline says in words about a call and its attempts: failures, faults, heartbeats, hosts,
 * back-offs, answers that came too late. Gathered first, because short notes find room beside the
 * bar. */
#ifndef RH_REPORTS_NOTES_H
#define RH_REPORTS_NOTES_H

#include "reports/call_view.h"
#include "reports/layout.h"

enum { RH_NOTES = 12 };

typedef struct rh_notes {
    const rh_layout *layout;
    rh_arena *arena;
    struct {
        rh_ink ink;
        const char *text;
    } notes[RH_NOTES];
    size_t count;
} rh_notes;

rh_notes rh_notes_begin(const rh_layout *layout);
void rh_notes_of_attempt(rh_notes *notes, const rh_index *index, const rh_call_attempt *attempt);
void rh_notes_of_call(rh_notes *notes, const rh_call_view *view);
/* Writes them from `column` on, further lines at `indent`, and ends the line. */
void rh_notes_put(const rh_notes *notes, size_t column, size_t indent);
/* Writes them behind, or before, the bar between two times and ends the line; false, and nothing
 * is written, if there is no room. */
bool rh_notes_put_beside_bar(const rh_notes *notes, rh_time from, rh_time to);

#endif
