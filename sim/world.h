/* A world: one simulation. Clock, choices, hosts, effects, one journal, and runs of any dialect.
 *
 * The loop: everything that can happen at the present instant happens, in a fixed order; then the
 * clock jumps to the next deadline. What is due at one instant is delivered together, before the
 * workflow tasks that it causes; server timers of one millisecond are due together.
 *
 * Nothing outside the world decides anything: same inputs, same journal.
 */
#ifndef RH_WORLD_H
#define RH_WORLD_H

#include <setjmp.h>

#include "rehearse/world.h"
#include "sim/base/counter.h"
#include "sim/choice.h"
#include "sim/clock.h"
#include "sim/coroutine.h"
#include "sim/crash.h"
#include "sim/execution.h"
#include "sim/host.h"
#include "sim/journal.h"
#include "sim/stage.h"

typedef enum rh_stop_reason {
    RH_STOP_NONE,
    RH_STOP_STAGE,        /* a call that nobody answers, or a broken mock */
    RH_STOP_RUNAWAY,      /* a guard says what loops */
    RH_STOP_OUT_OF_MEMORY /* only destroying or resetting the world makes sense */
} rh_stop_reason;

/* How one playing of a world differs from another where nothing that happens may: to find code that
 * is not deterministic, and such that does not survive the loss of its worker. */
typedef struct rh_world_variation {
    uint64_t
        lose_worker_at;   /* all cached state is lost before this workflow task of the world, from
                              * 1; 0: never, UINT64_MAX: before each */
    int stack_fill;       /* 1-255: instead of that of the options */
    bool other_addresses; /* what is made later lies lower in memory */
} rh_world_variation;

typedef void rh_outside_function(rh_world *world, void *data);
/* Told of an effect when it has happened, from wherever it comes: something outside may react. */
typedef void rh_effect_listener(rh_world *world, const rh_entry *effect, void *data);
/* Asked once for each workflow task, before it runs: an outage may begin, which it then waits for.
 */
typedef void rh_task_watcher(rh_execution *execution, void *data);

/* Who knows definitions, asked when a run wants another one: a child, or another type to continue
 * as new. Fills in dialect and definition, whose type is `type`, or says why a child cannot start.
 * Where nobody knows the type it stops the world. */
typedef rh_start_cause rh_resolve(void *data, rh_world *world, const rh_name *type,
                                  const rh_value *input, bool is_child, rh_start_request *request);

/* The least that any of the limits of sim/limit.h asks for. */
typedef struct rh_world_limits {
    int64_t events, history_size, payload;
} rh_world_limits;

struct rh_world {
    rh_arena arena; /* everything of one simulation */
    rh_stacks stacks;
    rh_world_options options; /* with defaults filled in */
    rh_world_limits limits;
    rh_world_variation variation;
    uint64_t tasks_run; /* workflow tasks, tried ones counted; with those of the worlds before it */
    rh_names names;
    rh_clock clock;
    rh_choices choices;
    rh_journal journal;
    const rh_stage *stage;
    void *stage_data;

    rh_execution **executions; /* by run index */
    size_t execution_count, execution_capacity;
    size_t open_executions;
    rh_execution *ready_first, *ready_last; /* with a workflow task to run now */

    rh_host_record *hosts;
    rh_host_record *default_host; /* while none is declared */
    unsigned default_hosts;       /* so far */
    rh_host_record *own_hosts;    /* made for one attempt each; newest first */
    uint32_t own_hosts_made, own_hosts_used;
    uint32_t
        own_hosts_freed; /* of those used: another one is made behind the tasks of the instant */
    bool holds_slots;    /* commands of a task are applied: nobody starts in between */
    rh_activity_record *waiting_first, *waiting_last; /* for a slot, in order of schedule */
    size_t waiting_sessions;                          /* of them: for the place of a session */
    rh_activity_record **unsent; /* scheduled in the current task, not yet dispatched */
    size_t unsent_count, unsent_capacity;
    size_t pending_attempts;

    rh_inside *insides_first, *insides_last; /* that can run now */
    rh_inside *insides_live;                 /* that have a stack */
    void *actions;                           /* what runs of workflow files share: sim/actions */

    const char **externals; /* workflow ids that are open somewhere else */
    size_t external_count, external_capacity;

    rh_resolve *resolve; /* NULL: nobody knows definitions */
    void *resolve_data;

    rh_counter call_numbers;
    rh_counter newest_runs; /* by workflow id: index + 1 */
    rh_counter effects;
    rh_counter effects_once;
    const rh_activity_record *last_started; /* for the runaway guard's message */

    rh_effect_listener *on_effect; /* NULL: nobody listens */
    void *on_effect_data;
    rh_task_watcher *before_task; /* NULL: nobody is asked */
    void *before_task_data;

    rh_time outage_ends[4];      /* by rh_outage_kind: until then it is on; see sim/outage.h */
    rh_duration outage_comes[4]; /* begins at this instant, and lasts so long; 0: none does */
    bool outage_is_coming;       /* any of them */
    int64_t skips;
    rh_stop_reason stop;
    char stop_text[512];
    bool poisoned;                 /* workflow code crashed in it */
    jmp_buf *escape;               /* where to go when the world cannot go on; set by the caller */
    rh_coroutine *volatile inside; /* the coroutine that runs now; NULL: outside */
    rh_crash crash;                /* where to go when it crashes */
};

/* Prepares a world in memory of the caller; rh_world_reset makes it usable. */
void rh_world_init(rh_world *world);
/* Gives all memory back. Twice is fine. */
void rh_world_free(rh_world *world);
/* A new simulation at its start. Runs, values and journal of the last one are gone.
 * From here on, and in every function below, `world->escape` must be set: the world jumps there
 * when it must stop (rh_world_stop) or memory is out; `world->stop` says why. */
void rh_world_reset(rh_world *world, const rh_world_options *options);
/* From the next reset on. */
void rh_world_set_variation(rh_world *world, const rh_world_variation *variation);
void rh_world_set_stage(rh_world *world, const rh_stage *stage, void *data);

void rh_world_set_resolver(rh_world *world, rh_resolve *resolve, void *data);
/* Asks the resolver. */
rh_start_cause rh_world_resolve(rh_world *world, const rh_name *type, const rh_value *input,
                                bool is_child, rh_start_request *request);

/* Calls `function` at a virtual time, before anything else at that instant. */
void rh_world_at(rh_world *world, rh_time at, rh_outside_function *function, void *data);
/* Plays until the clock would pass `until`; with RH_FOREVER until nothing is left to happen: runs
 * that are then open wait for what can never come, and are marked stuck. Returns true when all runs
 * are over. */
bool rh_world_play(rh_world *world, rh_time until);

/* The rehearsal cannot go on. Does not return. */
_Noreturn void rh_world_stop(rh_world *world, rh_stop_reason reason, const char *format, ...)
    RH_PRINTF(3, 4);

static inline rh_time rh_world_now(const rh_world *world)
{
    return world->clock.now;
}

/* Asks the choice source; answers that were not forced by default are journaled. */
uint32_t rh_world_choose(rh_world *world, const char *label, uint32_t bound, uint64_t identity);

/* Journals an entry at the present; fills in its time. */
void rh_world_journal(rh_world *world, rh_entry *entry);
/* Records an effect: journals it with its count, or that its idempotency key says it happened. */
void rh_world_effect(rh_world *world, rh_entry *place, const rh_script_effect *effect);

/* Waiting for a slot. */
void rh_world_wait_for_slot(rh_world *world, rh_activity_record *activity);
void rh_world_stop_waiting(rh_world *world, rh_activity_record *activity);
/* A host has room: gives its slots to those who wait, first come first served; while slots are
 * held, behind that. Another host of one's own is made only when all workflow tasks of the instant
 * have run: who made it knows of the end of the one before. */
void rh_world_fill_host(rh_world *world, rh_host_record *host);
/* Nobody starts while the commands of a task are applied, so that an activity which a later one of
 * them cancels does not start for no time. */
void rh_world_hold_slots(rh_world *world);
void rh_world_release_slots(rh_world *world);
/* Dispatches what was scheduled in the workflow task that is over. */
void rh_world_dispatch_unsent(rh_world *world);

#endif
