/* What a run's timeline shows, item by item, and which items when there are too many. */
#ifndef RH_REPORTS_RUN_ITEMS_H
#define RH_REPORTS_RUN_ITEMS_H

#include "reports/index.h"

typedef struct rh_run_item {
    uint32_t
        entry;     /* its first in the journal: the schedule of a call, the start of a timer, ... */
    uint8_t lines; /* about so many */
    bool is_notable;
    bool is_shown;
} rh_run_item;

typedef struct rh_run_items {
    rh_run_item *items;
    size_t count, capacity;
    uint32_t *timer_ends; /* by event id of the timer's start: the entry of its end */
    size_t timer_end_count;
} rh_run_items;

void rh_run_items_build(rh_run_items *items, rh_arena *arena, const rh_index *index, uint32_t run);
/* Marks what is shown in about so many lines: what is notable first, the beginning and the end
 * rather than the middle. */
void rh_run_items_choose(rh_run_items *items, size_t lines);

#endif
