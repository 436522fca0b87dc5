/* Hosts run attempts: workers with slots and task queues, that can be lost, drained, restarted. */
#ifndef RH_HOST_H
#define RH_HOST_H

#include "sim/stage.h"

typedef enum rh_host_state { RH_HOST_UP, RH_HOST_DRAINING, RH_HOST_DOWN } rh_host_state;

typedef struct rh_session_record rh_session_record; /* sim/session.c */

typedef struct rh_host_record {
    struct rh_host_record *next;
    const char *name;
    const rh_name **queues; /* NULL: all */
    size_t queue_count;
    uint32_t slots; /* 0: room for everything */
    uint32_t used;
    uint32_t session_limit; /* sessions at a time */
    uint32_t session_count;
    rh_session_record *sessions;
    rh_host_state state;
    bool is_own;          /* made for one attempt, and gone with it */
    bool was_freed;       /* while slots were held */
    rh_attempt *attempts; /* running here, newest first */
} rh_host_record;

enum { RH_HOST_SESSIONS = 1000 }; /* by default; Go SDK, MaxConcurrentSessionExecutionSize */

/* A host of the world, in the order of declaration. `queues` NULL-terminated, or NULL for all. */
rh_host_record *rh_host_add(rh_world *world, const char *name, uint32_t slots,
                            const char *const *queues);
/* While no host is declared, one with room for everything serves all queues; when it is lost, the
 * next one ("host-2") takes its place. */
void rh_host_replace_default(rh_world *world);
/* NULL if there is none. */
rh_host_record *rh_host_find(const rh_world *world, const char *name);
/* The first host with room for the call that serves its queue (ties are a choice); NULL: none. */
rh_host_record *rh_host_pick(rh_world *world, const rh_call *call);
/* A declared host with room that serves the queue; if none is declared that could, a fresh one for
 * this attempt alone, like a hosted runner ("GitHub Actions 3"). NULL: there is none now. */
rh_host_record *rh_host_own(rh_world *world, const rh_call *call, uint32_t limit);
/* Whether it takes such a call now: it is up, serves its queue, and has a free slot, or for the
 * creation of a session a place. */
bool rh_host_has_room(const rh_host_record *host, const rh_call *call);
/* Whether there is room for one more session. */
static inline bool rh_host_has_place(const rh_host_record *host)
{
    return host->session_count < host->session_limit;
}
static inline bool rh_host_has_slot(const rh_host_record *host)
{
    return !host->slots || host->used < host->slots;
}
/* The host whose worker runs the workflow tasks of a queue: the first that is up and serves it
 * (ties are a choice); where none is declared for it, the one that nobody declares. Slots are for
 * activities: they do not count. */
rh_host_record *rh_host_of_worker(rh_world *world, const rh_name *queue);
/* Whether any host that is not down for good could ever serve the queue. */
bool rh_host_serves(const rh_host_record *host, const rh_name *queue);

/* Whatever runs there is never heard of again. */
void rh_host_lose(rh_world *world, rh_host_record *host);
/* The machine is shut down, and takes nothing new. What hears of that (host_stops of
 * rh_activity_request) ends itself; all else is lost with it at once. */
void rh_host_stop(rh_world *world, rh_host_record *host);
void rh_host_drain(rh_world *world, rh_host_record *host);
void rh_host_restart(rh_world *world, rh_host_record *host);

#endif
