#include "sim/history.h"

#include "sim/base/hash.h"

const rh_entry *rh_history_next(const rh_journal *journal, uint32_t run, size_t *at)
{
    while (*at < journal->count) {
        const rh_entry *entry = &journal->entries[(*at)++];
        if (entry->event_id && entry->run == run)
            return entry;
    }
    return NULL;
}

uint64_t rh_history_hash_of(const rh_journal *journal, uint32_t run, size_t *events)
{
    uint64_t hash = RH_HASH_SEED;
    uint32_t last = 0;
    size_t at = 0;
    const rh_entry *entry;
    while ((entry = rh_history_next(journal, run, &at))) {
        rh_entry alone = *entry;
        const rh_call *call = entry->call ? journal->calls[entry->call - 1] : NULL;
        alone.run = 0; /* where it stands in its world is not part of it */
        alone.call = call ? call->scheduled_event_id : 0;
        hash = rh_entry_hash(hash, &alone);
        last = entry->event_id;
    }
    if (events)
        *events = last;
    return hash;
}
