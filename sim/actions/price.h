/* What a job costs: its runner's price for every minute that it has begun. The prices are in
 * sim/actions/prices.h; included minutes and free public repositories are not counted here.
 */
#ifndef RH_ACTIONS_PRICE_H
#define RH_ACTIONS_PRICE_H

#include <stdbool.h>

#include "rehearse/time.h"
#include "rehearse/value.h"
#include "sim/base/arena.h"

typedef enum rh_price_kind {
    RH_PRICE_KNOWN,
    RH_PRICE_SELF_HOSTED, /* costs nothing */
    RH_PRICE_UNKNOWN      /* the label is in no list, or not known: `label` says which */
} rh_price_kind;

typedef struct rh_price {
    uint8_t kind;      /* rh_price_kind */
    bool is_larger;    /* costs in public repositories, too */
    const char *class; /* "Linux 2-core", "self-hosted", "unknown"; never freed */
    const char *label; /* that decided; borrowed from the labels; "" if they are unknown */
    int64_t micro_dollars_per_minute;
} rh_price;

/* "2026-01-01": since when the prices are these. */
const char *rh_price_since(void);
/* The price by the labels of runs-on: a string, or a list of strings. With `self-hosted` among them
 * it is that; otherwise the first label with a price decides. Case does not count. */
rh_price rh_price_of(const rh_value *labels);
/* The same by the labels as a task queue has them, joined by commas. `arena` is for what is needed
 * meanwhile. */
rh_price rh_price_of_queue(rh_arena *arena, const char *queue);
/* Minutes that are billed: rounded up; what did not run (0 or less) is not billed. */
int64_t rh_price_minutes(rh_duration duration);
/* In millionths of a dollar; 0 if the price is not known. */
int64_t rh_price_cost(const rh_price *price, rh_duration duration);

#endif
