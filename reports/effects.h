/* What the runs of a journal did to the outside world, counted by kind and key. */
#ifndef RH_REPORTS_EFFECTS_H
#define RH_REPORTS_EFFECTS_H

#include "sim/journal.h"

typedef struct rh_effect_row {
    const rh_name *kind;
    const char *key;  /* NULL: none */
    uint64_t times;   /* how often it happened */
    uint64_t skipped; /* how often its idempotency key kept it from happening again */
    uint64_t tainted; /* how often it was made from what came of a failed command */
} rh_effect_row;

typedef struct rh_effect_table {
    rh_effect_row *rows; /* in the order of their first entries */
    size_t count, capacity;
    uint32_t *slots; /* row + 1, by hash */
    size_t slot_count;
} rh_effect_table;

void rh_effect_table_build(rh_effect_table *table, rh_arena *arena, const rh_journal *journal);

#endif
