/* What is measured beside the release: many activities, many timers. */
#include "suites/bench/bench.h"

static const rh_activity_options quick = {.start_to_close = RH_MINUTES(5)};

static const rh_failure *parallel(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    size_t count = (size_t)rh_integer_of(input);
    rh_future **futures = rh_workflow_alloc(wf, count * sizeof *futures);
    (void)result;
    for (size_t i = 0; i < count; i++)
        futures[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer((int64_t)i)), &quick);
    return rh_await_all(wf, futures, count, NULL);
}

static const rh_failure *sequential_timers(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    (void)result;
    for (int64_t i = 0; i < rh_integer_of(input); i++)
        rh_sleep(wf, RH_SECONDS(1));
    return NULL;
}

/* Timers that are pending while others come and go. */
static const rh_failure *timers_among_many(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    int64_t pending = rh_integer_of(rh_at(input, 0));
    (void)result;
    for (int64_t i = 0; i < pending; i++)
        rh_timer(wf, RH_DAYS(300) + RH_MILLISECONDS(2 * (i * 7919 % pending)));
    for (int64_t i = 0; i < rh_integer_of(rh_at(input, 1)); i++)
        rh_sleep(wf, RH_SECONDS(1));
    return NULL;
}

/* Two coroutines that hand a turn to each other by signals to themselves: conditions. */
typedef struct turn {
    int64_t left;
    int whose;
} turn;

typedef struct player {
    turn *turn;
    int number;
} player;

static bool is_my_turn(void *data)
{
    const player *p = data;
    return p->turn->whose == p->number || p->turn->left <= 0;
}

static const rh_failure *play(rh_workflow *wf, void *data, const rh_value **result)
{
    player *p = data;
    (void)result;
    while (p->turn->left > 0) {
        rh_await_condition(wf, is_my_turn, p, 0, NULL);
        p->turn->left--;
        p->turn->whose = !p->number;
    }
    return NULL;
}

static const rh_failure *ping_pong(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    turn *t = rh_workflow_alloc(wf, sizeof *t);
    player *players = rh_workflow_alloc(wf, 2 * sizeof *players);
    (void)result;
    t->left = rh_integer_of(input);
    rh_future *both[2];
    for (int i = 0; i < 2; i++) {
        players[i] = (player){t, i};
        both[i] = rh_spawn(wf, i ? "pong" : "ping", play, &players[i]);
    }
    return rh_await_all(wf, both, 2, NULL);
}

/* ---- what runs do to each other -------------------------------------------------------------- */

static const rh_failure *nothing(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)wf, (void)input, (void)result;
    return NULL;
}

static const rh_failure *children(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    for (int64_t i = 0; i < rh_integer_of(input); i++)
        rh_await(wf, rh_child(wf, "nothing", NULL, NULL), NULL);
    return NULL;
}

static const rh_failure *receives(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    for (int64_t i = 0; i < rh_integer_of(input); i++)
        rh_receive(wf, "go", NULL);
    return NULL;
}

/* Signals to a child, one by one. */
static const rh_failure *signals(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_future *child = rh_child(wf, "receives", input, NULL);
    for (int64_t i = 0; i < rh_integer_of(input); i++)
        rh_await(wf, rh_child_signal(wf, child, "go", NULL), NULL);
    return rh_await(wf, child, NULL);
}

static const rh_failure *continues(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    int64_t left = rh_integer_of(input);
    return left > 0 ? rh_continue_as_new(wf, rh_integer(left - 1), NULL) : NULL;
}

static const rh_workflow_definition workflows[] = {
    {.name = "Parallel", .run = parallel},
    {.name = "SequentialTimers", .run = sequential_timers},
    {.name = "TimersAmongMany", .run = timers_among_many},
    {.name = "PingPong", .run = ping_pong},
    {.name = "nothing", .run = nothing},
    {.name = "Children", .run = children},
    {.name = "receives", .run = receives},
    {.name = "Signals", .run = signals},
    {.name = "Continues", .run = continues},
    {0},
};

const rh_module bench_module = {RH_ABI_VERSION, sizeof(rh_module), "bench", workflows, NULL};
