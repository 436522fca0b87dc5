#include "harness/job_cost.h"

#include <string.h>

#include "sim/actions/price.h"
#include "sim/base/value.h"

/* The task queue of a job is its labels, joined by commas. */
static const rh_value *labels_of(rh_arena *arena, const char *queue)
{
    const rh_value *labels[16];
    size_t count = 0;
    for (const char *at = queue; *at && count < 16;) {
        size_t length = strcspn(at, ",");
        labels[count++] = rh_value_string(arena, at, length);
        at += length + (at[length] == ',');
    }
    return rh_value_list(arena, labels, count);
}

rh_job_cost rh_job_cost_of(rh_arena *arena, const rh_job_tree *tree)
{
    rh_job_cost cost = {0};
    for (const rh_job_node *node = tree->first; node; node = node->next) {
        if (!node->call || !node->has_started)
            continue;
        rh_time end = node->is_over ? node->ended : tree->journal->end;
        rh_price price = rh_price_of(labels_of(arena, node->call->task_queue->text));
        cost.minutes += rh_price_minutes(end - node->started);
        cost.micro_usd += rh_price_cost(&price, end - node->started);
        if (price.kind == RH_PRICE_UNKNOWN && cost.unpriced++ == 0)
            cost.unpriced_label = node->call->task_queue->text;
    }
    return cost;
}
