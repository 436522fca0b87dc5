/* The virtual clock and its timer queue.
 *
 * The queue is a 4-ary array heap with lazy cancellation: a timer that is disarmed or armed again
 * leaves its old node behind, which is dropped when it comes up, or when dead nodes outnumber the
 * live ones. Arming, disarming and taking the next are O(log n), whatever is pending.
 *
 * Order of what is due: the earlier deadline; at one deadline first what comes from outside, then
 * answers of attempts, then the server's own timers by event id and timeout type. The server
 * compares deadlines truncated to 1 ms and then by their full value, event id and type
 * (queues/queue_scheduled.go:286, timer_sequence.go:478-510); see rh_clock_same_tick.
 */
#ifndef RH_CLOCK_H
#define RH_CLOCK_H

#include <stdbool.h>

#include "rehearse/time.h"
#include "sim/base/arena.h"

typedef struct rh_clock_timer rh_clock_timer;
typedef void rh_timer_fire(void *owner, rh_clock_timer *timer);

/* Lives inside what owns it; zeroed, it is not armed. */
struct rh_clock_timer {
    rh_timer_fire *fire;
    void *owner;
    uint64_t armed; /* the number of its node; 0: not armed */
    uint64_t order; /* of its last node */
    rh_time deadline;
};

typedef enum rh_timer_class { RH_TIMER_OUTSIDE, RH_TIMER_ANSWER, RH_TIMER_SERVER } rh_timer_class;

typedef struct rh_timer_node {
    rh_time deadline;
    uint64_t order;  /* class, event id, type */
    uint64_t number; /* of arming; settles what is left */
    rh_clock_timer *timer;
} rh_timer_node;

typedef struct rh_clock {
    rh_time now;
    rh_arena *arena;
    rh_timer_node *nodes;
    size_t count, capacity;
    size_t live;
    uint64_t armed; /* so far */
} rh_clock;

void rh_clock_init(rh_clock *clock, rh_arena *arena, rh_time now);
/* Arms (or arms again) a timer for `deadline`, which may be the present. */
void rh_clock_arm(rh_clock *clock, rh_clock_timer *timer, rh_time deadline, rh_timer_class class,
                  uint32_t event_id, unsigned type);
void rh_clock_disarm(rh_clock *clock, rh_clock_timer *timer);
/* Arms a timer that was taken once more, for a later deadline, in the same class and order. */
void rh_clock_put_off(rh_clock *clock, rh_clock_timer *timer, rh_time deadline);
/* The class it was armed in last. */
rh_timer_class rh_clock_class(const rh_clock_timer *timer);
/* The node due first, or NULL. Valid until the next call. */
const rh_timer_node *rh_clock_peek(rh_clock *clock);
/* Takes the node due first (there must be one), disarms its timer, moves the clock to its deadline
 * and returns the timer. */
rh_clock_timer *rh_clock_take(rh_clock *clock);
/* How many nodes are due together with the first: at its deadline, or server timers in the same
 * millisecond. There must be one. At most 64 are counted. */
uint32_t rh_clock_ties(rh_clock *clock);
/* As rh_clock_take, for the n-th (from 0, in due order) of those. */
rh_clock_timer *rh_clock_take_nth(rh_clock *clock, uint32_t n);
/* Whether `node` is a server timer in the same millisecond as `time`: the server treats those as
 * due together. */
bool rh_clock_same_tick(const rh_timer_node *node, rh_time time);

/* a + b, saturating; b >= 0. */
static inline rh_time rh_time_add(rh_time time, rh_duration duration)
{
    return duration > INT64_MAX - time ? INT64_MAX : time + duration;
}

#endif
