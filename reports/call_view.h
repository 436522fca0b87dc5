/* One activity call as reports for people show it: what became of it and of each attempt.
 *
 * Read from the call's chain in the journal. Of very many attempts the first and the last are kept.
 */
#ifndef RH_REPORTS_CALL_VIEW_H
#define RH_REPORTS_CALL_VIEW_H

#include "reports/index.h"

enum { RH_FIRST_ATTEMPTS = 5, RH_LAST_ATTEMPTS = 3 };

typedef struct rh_call_attempt {
    int32_t number;
    rh_time started;
    bool ended;
    rh_time end;
    rh_entry_kind how; /* of RH_ENTRY_ATTEMPT_*, or CALL_LEFT_OPEN; if `ended` */
    const rh_failure *failure;
    const char *host;
    const char *fault; /* NULL: none */
    uint64_t heartbeats;
    rh_time last_heartbeat;
    const rh_entry *effect; /* the last one; NULL: none */
    uint32_t effects;
    uint32_t effects_skipped;
    bool effect_repeated; /* it had happened before */
    bool lost;
    rh_time lost_at;
    bool answered_late;
    rh_time late_at;
    const char *late_answer; /* "result" */
    bool backed_off;
    rh_duration back_off;
} rh_call_attempt;

typedef struct rh_call_view {
    uint32_t index; /* of the call */
    const rh_call *call;
    const rh_entry *closed; /* its closing entry, or CALL_LEFT_OPEN; NULL: the journal ends first */
    rh_time end;
    const rh_entry *cancel_requested; /* NULL: no */
    uint32_t attempts;                /* started in all */
    uint32_t effects;
    uint32_t failures;
    rh_call_attempt kept[RH_FIRST_ATTEMPTS + RH_LAST_ATTEMPTS];
} rh_call_view;

/* `call` is the position in journal->calls. */
void rh_call_view_read(rh_call_view *view, const rh_index *index, uint32_t call);
/* How many attempts are kept, and the i-th of them; those left out would stand before position
 * RH_FIRST_ATTEMPTS. */
uint32_t rh_call_view_count(const rh_call_view *view);
const rh_call_attempt *rh_call_view_attempt(const rh_call_view *view, uint32_t i);
/* Whether there is more to tell of it than that it succeeded at once. */
bool rh_call_view_is_notable(const rh_call_view *view);

#endif
