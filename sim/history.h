/* The history: what of the journal workflow code may observe, Temporal's events of one run.
 *
 * It is a projection: the entries of the run that have an event id, in order. The event that tells
 * of an attempt's start is not an entry of its own; the entry that closes the activity stands for
 * it too (its `number`).
 */
#ifndef RH_HISTORY_H
#define RH_HISTORY_H

#include "sim/journal.h"

/* The next entry of the run's history at or behind position *at, which is moved behind it; NULL at
 * the end. Begin with 0. */
const rh_entry *rh_history_next(const rh_journal *journal, uint32_t run, size_t *at);

/* A hash of all that the run's code could observe; equal for equal histories, whatever else
 * happened in their worlds. *events (unless NULL) is how many events there are. */
uint64_t rh_history_hash_of(const rh_journal *journal, uint32_t run, size_t *events);

#endif
