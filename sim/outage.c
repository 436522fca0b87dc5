#include "sim/outage.h"

static const char *const names[RH_OUTAGE_KINDS] = {"server", "worker", "deploy", "github"};

const char *rh_outage_name(rh_outage_kind kind)
{
    return names[kind];
}

static void journal(rh_world *world, rh_entry_kind entry, rh_outage_kind kind, rh_duration lasts)
{
    rh_world_journal(
        world,
        &(rh_entry){.kind = (uint8_t)entry, .run = RH_NO_RUN, .text = names[kind], .span = lasts});
}

/* Those who waited go on: their timers are due now, and tasks run when this instant is over. */
static void end_one(rh_world *world, rh_outage_kind kind)
{
    if (!rh_outage_is_on(world, kind))
        journal(world, RH_ENTRY_OUTAGE_OVER, kind, 0);
}

static void server_is_back(rh_world *world, void *data)
{
    (void)data;
    end_one(world, RH_OUTAGE_SERVER);
}

static void worker_is_back(rh_world *world, void *data)
{
    (void)data;
    end_one(world, RH_OUTAGE_WORKER);
}

static void deploy_is_mended(rh_world *world, void *data)
{
    (void)data;
    end_one(world, RH_OUTAGE_DEPLOY);
}

static void elsewhere_is_back(rh_world *world, void *data)
{
    (void)data;
    end_one(world, RH_OUTAGE_ELSEWHERE);
}

void rh_outage_begin(rh_world *world, rh_outage_kind kind, rh_duration lasts)
{
    static rh_outside_function *const ends[RH_OUTAGE_KINDS] = {server_is_back, worker_is_back,
                                                               deploy_is_mended, elsewhere_is_back};
    rh_time end = rh_time_add(rh_world_now(world), lasts);
    journal(world, RH_ENTRY_OUTAGE, kind, lasts);
    if (end <= world->outage_ends[kind])
        return;
    world->outage_ends[kind] = end;
    rh_world_at(world, end, ends[kind], NULL);
}

void rh_outage_come(rh_world *world, rh_outage_kind kind, rh_duration lasts)
{
    if (lasts <= world->outage_comes[kind])
        return;
    world->outage_comes[kind] = lasts;
    world->outage_is_coming = true;
}

bool rh_outages_begin(rh_world *world)
{
    if (!world->outage_is_coming)
        return false;
    world->outage_is_coming = false;
    for (int kind = 0; kind < RH_OUTAGE_KINDS; kind++) {
        rh_duration lasts = world->outage_comes[kind];
        world->outage_comes[kind] = 0;
        if (lasts)
            rh_outage_begin(world, (rh_outage_kind)kind, lasts);
    }
    return true;
}
