#include "sim/clock.h"

#include <assert.h>

enum { FIRST_CAPACITY = 64, ARITY = 4, DEAD_NODES_KEPT = 1024, MOST_TIES = 64 };

void rh_clock_init(rh_clock *clock, rh_arena *arena, rh_time now)
{
    memset(clock, 0, sizeof *clock);
    clock->now = now;
    clock->arena = arena;
    clock->capacity = FIRST_CAPACITY;
    clock->nodes = rh_arena_alloc(arena, FIRST_CAPACITY * sizeof *clock->nodes);
}

static bool is_before(const rh_timer_node *left, const rh_timer_node *right)
{
    if (left->deadline != right->deadline)
        return left->deadline < right->deadline;
    if (left->order != right->order)
        return left->order < right->order;
    return left->number < right->number;
}

static bool is_live(const rh_timer_node *node)
{
    return node->timer->armed == node->number;
}

static void sift_up(rh_timer_node *nodes, size_t at)
{
    rh_timer_node node = nodes[at];
    while (at > 0) {
        size_t parent = (at - 1) / ARITY;
        if (!is_before(&node, &nodes[parent]))
            break;
        nodes[at] = nodes[parent];
        at = parent;
    }
    nodes[at] = node;
}

static void sift_down(rh_timer_node *nodes, size_t count, size_t at)
{
    rh_timer_node node = nodes[at];
    for (;;) {
        size_t first = at * ARITY + 1;
        if (first >= count)
            break;
        size_t last = first + ARITY < count ? first + ARITY : count;
        size_t least = first;
        for (size_t child = first + 1; child < last; child++)
            if (is_before(&nodes[child], &nodes[least]))
                least = child;
        if (!is_before(&nodes[least], &node))
            break;
        nodes[at] = nodes[least];
        at = least;
    }
    nodes[at] = node;
}

static void remove_first(rh_clock *clock)
{
    clock->nodes[0] = clock->nodes[--clock->count];
    if (clock->count > 1)
        sift_down(clock->nodes, clock->count, 0);
}

static void drop_dead_nodes(rh_clock *clock)
{
    size_t kept = 0;
    for (size_t i = 0; i < clock->count; i++)
        if (is_live(&clock->nodes[i]))
            clock->nodes[kept++] = clock->nodes[i];
    clock->count = kept;
    for (size_t i = kept / ARITY + 1; i-- > 0;)
        if (i < kept)
            sift_down(clock->nodes, kept, i);
}

static void arm(rh_clock *clock, rh_clock_timer *timer, rh_time deadline, uint64_t order)
{
    assert(deadline >= clock->now);
    if (!timer->armed)
        clock->live++;
    if (clock->count - clock->live > clock->live + DEAD_NODES_KEPT && clock->count > clock->live)
        drop_dead_nodes(clock);
    if (clock->count == clock->capacity)
        clock->nodes = rh_arena_reserve(clock->arena, clock->nodes, sizeof *clock->nodes,
                                        clock->count + 1, &clock->capacity);
    timer->armed = ++clock->armed;
    timer->deadline = deadline;
    timer->order = order;
    rh_timer_node *node = &clock->nodes[clock->count++];
    node->deadline = deadline;
    node->order = order;
    node->number = clock->armed;
    node->timer = timer;
    sift_up(clock->nodes, clock->count - 1);
}

void rh_clock_arm(rh_clock *clock, rh_clock_timer *timer, rh_time deadline, rh_timer_class class,
                  uint32_t event_id, unsigned type)
{
    arm(clock, timer, deadline, (uint64_t) class << 40 | (uint64_t)event_id << 8 | type);
}

void rh_clock_put_off(rh_clock *clock, rh_clock_timer *timer, rh_time deadline)
{
    arm(clock, timer, deadline, timer->order);
}

rh_timer_class rh_clock_class(const rh_clock_timer *timer)
{
    return (rh_timer_class)(timer->order >> 40);
}

void rh_clock_disarm(rh_clock *clock, rh_clock_timer *timer)
{
    if (!timer->armed)
        return;
    timer->armed = 0;
    clock->live--;
}

const rh_timer_node *rh_clock_peek(rh_clock *clock)
{
    while (clock->count > 0 && !is_live(&clock->nodes[0]))
        remove_first(clock);
    return clock->count > 0 ? &clock->nodes[0] : NULL;
}

rh_clock_timer *rh_clock_take(rh_clock *clock)
{
    const rh_timer_node *node = rh_clock_peek(clock);
    assert(node);
    rh_clock_timer *timer = node->timer;
    if (node->deadline > clock->now)
        clock->now = node->deadline;
    rh_clock_disarm(clock, timer);
    remove_first(clock);
    return timer;
}

static void put_back(rh_clock *clock, const rh_timer_node *node)
{
    clock->nodes[clock->count++] = *node;
    sift_up(clock->nodes, clock->count - 1);
}

static bool is_tied(const rh_timer_node *first, const rh_timer_node *node)
{
    return node->deadline == first->deadline ||
           (first->order >> 40 == RH_TIMER_SERVER && rh_clock_same_tick(node, first->deadline));
}

/* Takes the tied nodes out, in due order. */
static uint32_t take_ties(rh_clock *clock, rh_timer_node ties[MOST_TIES])
{
    uint32_t count = 0;
    for (;;) {
        const rh_timer_node *node = rh_clock_peek(clock);
        if (!node || count == MOST_TIES || (count > 0 && !is_tied(&ties[0], node)))
            return count;
        ties[count++] = *node;
        remove_first(clock);
    }
}

uint32_t rh_clock_ties(rh_clock *clock)
{
    rh_timer_node ties[MOST_TIES];
    uint32_t count = take_ties(clock, ties);
    for (uint32_t i = 0; i < count; i++)
        put_back(clock, &ties[i]);
    return count;
}

rh_clock_timer *rh_clock_take_nth(rh_clock *clock, uint32_t n)
{
    rh_timer_node ties[MOST_TIES];
    uint32_t count = take_ties(clock, ties);
    for (uint32_t i = 0; i < count; i++)
        if (i != n)
            put_back(clock, &ties[i]);
    if (ties[n].deadline > clock->now)
        clock->now = ties[n].deadline;
    rh_clock_disarm(clock, ties[n].timer);
    return ties[n].timer;
}

bool rh_clock_same_tick(const rh_timer_node *node, rh_time time)
{
    const rh_duration tick = RH_MILLISECONDS(1);
    return node->order >> 40 == RH_TIMER_SERVER && node->deadline / tick == time / tick;
}
