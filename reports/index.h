/* Finding one's way in a journal: the entries of each call and of each run, as chains.
 *
 * Built in one pass, eight bytes for each entry; a chain is walked in the order of the journal:
 *
 *     for (uint32_t i = index.calls[call]; i != RH_NO_ENTRY; i = index.next_of_call[i])
 */
#ifndef RH_REPORTS_INDEX_H
#define RH_REPORTS_INDEX_H

#include "sim/journal.h"

enum { RH_NO_ENTRY = UINT32_MAX };

typedef struct rh_index {
    const rh_journal *journal;
    uint32_t *calls;        /* the first entry of each call */
    uint32_t *next_of_call; /* for each entry */
    uint32_t *runs;         /* the first entry of each run; behind them, of those of no run */
    uint32_t *next_of_run;
    uint64_t attempts; /* started in the whole journal */
    uint64_t effects;
    bool many_hosts; /* attempts ran on more than one */
} rh_index;

void rh_index_build(rh_index *index, rh_arena *arena, const rh_journal *journal);
/* When a run closed; of one that is open, when the world stopped. */
rh_time rh_index_run_end(const rh_journal *journal, uint32_t run);

#endif
