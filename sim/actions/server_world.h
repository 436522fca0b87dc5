/* What runs of workflow files share in one world; its `actions` points to it.
 */
#ifndef RH_ACTIONS_SERVER_WORLD_H
#define RH_ACTIONS_SERVER_WORLD_H

#include "sim/actions/server.h"
#include "sim/world.h"

/* Who holds a group, or waits for it. */
typedef struct rh_group_place {
    struct rh_group_place *next;
    rh_execution *execution;
    uint32_t ticket;
} rh_group_place;

typedef struct rh_group {
    struct rh_group *next;
    const char *name;
    rh_group_place *holder;
    rh_group_place *pending; /* oldest first */
} rh_group;

typedef struct rh_server_world {
    rh_server_memory *memories; /* newest first */
    rh_group *groups;
} rh_server_world;

rh_server_world *rh_server_world_of(rh_world *world);

#endif
