#include "reports/index.h"

static uint32_t *no_entries(rh_arena *arena, size_t count)
{
    uint32_t *entries = rh_arena_array(arena, sizeof *entries, count);
    memset(entries, 0xff, count * sizeof *entries);
    return entries;
}

/* Appends an entry to a chain whose last one stands in `last`. */
static void append(uint32_t *first, uint32_t *last, uint32_t *next, uint32_t entry)
{
    if (*last == RH_NO_ENTRY)
        *first = entry;
    else
        next[*last] = entry;
    *last = entry;
}

void rh_index_build(rh_index *index, rh_arena *arena, const rh_journal *journal)
{
    size_t runs = journal->run_count + 1;
    *index = (rh_index){.journal = journal};
    index->calls = no_entries(arena, journal->call_count);
    index->runs = no_entries(arena, runs);
    index->next_of_call = no_entries(arena, journal->count);
    index->next_of_run = no_entries(arena, journal->count);
    uint32_t *last_of_call = no_entries(arena, journal->call_count);
    uint32_t *last_of_run = no_entries(arena, runs);
    const char *host = NULL;

    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        uint32_t run = entry->run;
        if (entry->call) {
            uint32_t call = entry->call - 1;
            run = journal->calls[call]->run;
            append(&index->calls[call], &last_of_call[call], index->next_of_call, (uint32_t)i);
        }
        if (run == RH_NO_RUN)
            run = (uint32_t)journal->run_count;
        append(&index->runs[run], &last_of_run[run], index->next_of_run, (uint32_t)i);

        index->effects += entry->kind == RH_ENTRY_EFFECT;
        if (entry->kind != RH_ENTRY_ATTEMPT_STARTED)
            continue;
        index->attempts++;
        if (host && entry->text && host != entry->text && strcmp(host, entry->text) != 0)
            index->many_hosts = true;
        host = entry->text;
    }
}

rh_time rh_index_run_end(const rh_journal *journal, uint32_t run)
{
    const rh_run_record *record = journal->runs[run];
    return record->status == RH_RUN_RUNNING ? journal->end : record->closed;
}
