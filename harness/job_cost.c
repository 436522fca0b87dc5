#include "harness/job_cost.h"

#include "sim/actions/price.h"

void rh_job_cost_add(rh_arena *arena, const rh_job_tree *tree, const rh_job_node *job,
                     rh_job_cost *cost)
{
    if (!job->call || !job->has_started)
        return;
    rh_price price = rh_price_of_queue(arena, job->call->task_queue->text);
    for (const rh_job_try *tried = job->tries; tried; tried = tried->next) {
        rh_time end = tried->is_over ? tried->ended : tree->journal->end;
        cost->minutes += rh_price_minutes(end - tried->started);
        cost->micro_usd += rh_price_cost(&price, end - tried->started);
    }
    if (price.kind == RH_PRICE_UNKNOWN && cost->unpriced++ == 0)
        cost->unpriced_label = job->call->task_queue->text;
}

rh_job_cost rh_job_cost_of(rh_arena *arena, const rh_job_tree *tree)
{
    rh_job_cost cost = {0};
    for (const rh_job_node *node = tree->first; node; node = node->next)
        rh_job_cost_add(arena, tree, node, &cost);
    return cost;
}
