/* The timer queue: what is due first, lazy cancellation, a million timers, ties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/clock.h"

#define START RH_WORLD_START
#define MS(n) RH_MILLISECONDS(n)

static rh_arena arena;
static rh_clock clock_;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_clock_init(&clock_, &arena, START);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static void arm(rh_clock_timer *timer, rh_duration at)
{
    rh_clock_arm(&clock_, timer, START + at, RH_TIMER_SERVER, 1, 0);
}

/* ---- due order ------------------------------------------------------------------------------- */

static void what_is_due_first(void **state)
{
    (void)state;
    static const struct {
        rh_duration at;
        rh_timer_class class;
        uint32_t event_id;
        unsigned type;
    } in_order[] = {
        {0, RH_TIMER_SERVER, 9, 4},          {MS(1) - 1, RH_TIMER_SERVER, 8, 4},
        {MS(1), RH_TIMER_OUTSIDE, 7, 3},     {MS(1), RH_TIMER_ANSWER, 6, 3},
        {MS(1), RH_TIMER_ANSWER, 7, 0},      {MS(1), RH_TIMER_SERVER, 0, 0},
        {MS(1), RH_TIMER_SERVER, 5, 1},      {MS(1), RH_TIMER_SERVER, 5, 2},
        {MS(1), RH_TIMER_SERVER, 5, 3},      {MS(1), RH_TIMER_SERVER, 5, 4},
        {MS(1), RH_TIMER_SERVER, 6, 1},      {MS(1), RH_TIMER_SERVER, 4000000000u, 0},
        {MS(1) + 1, RH_TIMER_OUTSIDE, 0, 0}, {MS(1) + 1, RH_TIMER_SERVER, 0, 0},
        {MS(1) + 2, RH_TIMER_SERVER, 0, 0},
    };
    enum { COUNT = sizeof in_order / sizeof *in_order };
    /* Armed in order, backwards, and from the middle: the order of arming does not matter. */
    for (size_t shift = 0; shift < COUNT; shift++)
        for (int backwards = 0; backwards < 2; backwards++) {
            rh_clock_timer timers[COUNT] = {0};
            rh_clock_init(&clock_, &arena, START);
            for (size_t i = 0; i < COUNT; i++) {
                size_t at = (i + shift) % COUNT;
                at = backwards ? COUNT - 1 - at : at;
                rh_clock_arm(&clock_, &timers[at], START + in_order[at].at, in_order[at].class,
                             in_order[at].event_id, in_order[at].type);
            }
            for (size_t i = 0; i < COUNT; i++) {
                assert_ptr_equal(rh_clock_peek(&clock_)->timer, &timers[i]);
                assert_ptr_equal(rh_clock_take(&clock_), &timers[i]);
                assert_int_equal(clock_.now, START + in_order[i].at);
                assert_int_equal(timers[i].armed, 0);
            }
            assert_null(rh_clock_peek(&clock_));
        }
}

static void equals_fire_in_the_order_they_were_armed(void **state)
{
    (void)state;
    rh_clock_timer timers[100] = {0};
    for (size_t i = 0; i < 100; i++)
        arm(&timers[i], MS(5));
    for (size_t i = 0; i < 100; i++)
        assert_ptr_equal(rh_clock_take(&clock_), &timers[i]);
}

static void the_clock_never_goes_back(void **state)
{
    (void)state;
    rh_clock_timer early = {0}, late = {0};
    arm(&early, MS(1));
    arm(&late, MS(9));
    clock_.now = START + MS(4); /* a stage or a bound has moved it on */
    assert_ptr_equal(rh_clock_take(&clock_), &early);
    assert_int_equal(clock_.now, START + MS(4));
    assert_ptr_equal(rh_clock_take_nth(&clock_, 0), &late);
    assert_int_equal(clock_.now, START + MS(9));
    arm(&late, MS(9) + 1);
    assert_ptr_equal(rh_clock_take_nth(&clock_, 0), &late);
    assert_int_equal(clock_.now, START + MS(9) + 1);
    arm(&early, MS(9) + 1); /* the present is allowed */
    clock_.now = START + MS(10);
    assert_ptr_equal(rh_clock_take_nth(&clock_, 0), &early);
    assert_int_equal(clock_.now, START + MS(10));
}

/* ---- disarming ------------------------------------------------------------------------------- */

static void disarmed_timers_do_not_come_up(void **state)
{
    (void)state;
    rh_clock_timer timers[3] = {0};
    for (int i = 0; i < 3; i++)
        arm(&timers[i], MS(i + 1));
    assert_int_equal(timers[1].deadline, START + MS(2));
    rh_clock_disarm(&clock_, &timers[0]);
    rh_clock_disarm(&clock_, &timers[0]); /* twice is fine */
    assert_int_equal(timers[0].armed, 0);
    assert_ptr_equal(rh_clock_take(&clock_), &timers[1]);
    rh_clock_disarm(&clock_, &timers[2]);
    assert_null(rh_clock_peek(&clock_));
    assert_int_equal(clock_.live, 0);
    assert_int_equal(clock_.now, START + MS(2));
}

static void arming_again_moves_a_timer(void **state)
{
    (void)state;
    rh_clock_timer moved = {0}, other = {0};
    arm(&moved, MS(1));
    arm(&other, MS(2));
    arm(&moved, MS(3));
    assert_int_equal(clock_.live, 2);
    assert_ptr_equal(rh_clock_take(&clock_), &other);
    assert_ptr_equal(rh_clock_take(&clock_), &moved);
    assert_int_equal(clock_.now, START + MS(3));
    assert_null(rh_clock_peek(&clock_));

    arm(&moved, MS(9));
    arm(&moved, MS(4)); /* and forward again */
    assert_ptr_equal(rh_clock_take(&clock_), &moved);
    assert_int_equal(clock_.now, START + MS(4));
    assert_null(rh_clock_peek(&clock_));
}

/* A heartbeat moves its deadline a million times: the queue stays small. */
static void dead_nodes_are_dropped(void **state)
{
    (void)state;
    enum { LIVE = 50, MOVES = 200000 };
    rh_clock_timer timers[LIVE] = {0};
    size_t most = 0;
    for (int i = 0; i < MOVES; i++) {
        arm(&timers[i % LIVE], MS(1000 + i));
        most = clock_.count > most ? clock_.count : most;
    }
    assert_true(most < 4096);
    assert_true(most > 1024); /* lazy: not at every disarming */
    assert_int_equal(clock_.live, LIVE);
    for (int i = MOVES - LIVE; i < MOVES; i++)
        assert_ptr_equal(rh_clock_take(&clock_), &timers[i % LIVE]);
    assert_null(rh_clock_peek(&clock_));
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* After a compaction the rest is still a heap. */
static void compact(size_t count, uint64_t seed)
{
    rh_clock_timer *timers = RH_NEW_ARRAY(&arena, rh_clock_timer, count);
    size_t left = 0;
    rh_clock_init(&clock_, &arena, START);
    for (size_t i = 0; i < count; i++)
        arm(&timers[i], (rh_duration)next_random(&seed));
    for (size_t i = 0; i < count; i++)
        if (i % 7 != 0)
            rh_clock_disarm(&clock_, &timers[i]);
        else
            left++;
    rh_clock_timer last = {0};
    arm(&last, INT64_MAX - START); /* has to compact */
    assert_int_equal(clock_.count, left + 1);
    rh_time before = START;
    for (size_t i = 0; i < left; i++) {
        const rh_clock_timer *timer = rh_clock_take(&clock_);
        assert_true((timer - timers) % 7 == 0);
        assert_true(timer->deadline >= before);
        before = timer->deadline;
    }
    assert_ptr_equal(rh_clock_take(&clock_), &last);
    assert_int_equal(clock_.now, INT64_MAX);
}

static void compaction_keeps_the_order(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        compact(2000 + seed, seed);
}

static void a_million_timers(void **state)
{
    (void)state;
    enum { COUNT = 1000000 };
    uint64_t seed = 7;
    rh_clock_timer *timers = RH_NEW_ARRAY(&arena, rh_clock_timer, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        arm(&timers[i], (rh_duration)next_random(&seed) * 1000);
    assert_int_equal(clock_.live, COUNT);
    for (size_t i = 0; i < COUNT; i += 2)
        rh_clock_disarm(&clock_, &timers[i]);
    rh_time before = START;
    for (size_t i = 0; i < COUNT / 2; i++) {
        const rh_clock_timer *timer = rh_clock_take(&clock_);
        assert_true(timer->deadline >= before);
        assert_true((timer - timers) % 2 == 1);
        before = timer->deadline;
    }
    assert_null(rh_clock_peek(&clock_));
}

/* ---- ties ------------------------------------------------------------------------------------ */

static void arm_as(rh_clock_timer *timer, rh_duration at, rh_timer_class class)
{
    rh_clock_arm(&clock_, timer, START + at, class, 1, 0);
}

static void what_is_due_together(void **state)
{
    (void)state;
    const rh_timer_class outside = RH_TIMER_OUTSIDE, answer = RH_TIMER_ANSWER;
    const rh_timer_class server = RH_TIMER_SERVER;
    const struct {
        uint32_t ties;
        size_t count;
        struct {
            rh_duration at;
            rh_timer_class class;
        } timers[4];
    } cases[] = {
        {1, 1, {{MS(2), server}}},
        {2, 2, {{MS(2), outside}, {MS(2), server}}},
        {3, 3, {{MS(2), outside}, {MS(2), answer}, {MS(2), server}}},
        {1, 2, {{MS(2), answer}, {MS(2) + 1, answer}}},
        {1, 2, {{MS(2), outside}, {MS(2) + 1, server}}}, /* only server timers have ticks */
        {1, 2, {{MS(2), server}, {MS(2) + 1, answer}}},
        {2, 2, {{MS(2), server}, {MS(3) - 1, server}}},
        {1, 2, {{MS(3) - 1, server}, {MS(3), server}}},
        {4, 4, {{MS(2), server}, {MS(2) + 5, server}, {MS(2) + 6, server}, {MS(3) - 1, server}}},
        {1, 3, {{MS(2), server}, {MS(2) + 5, answer}, {MS(2) + 6, server}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_clock_timer timers[4] = {0}, disarmed = {0};
        rh_clock_init(&clock_, &arena, START);
        arm_as(&disarmed, MS(2), server);
        for (size_t k = 0; k < cases[i].count; k++)
            arm_as(&timers[k], cases[i].timers[k].at, cases[i].timers[k].class);
        rh_clock_disarm(&clock_, &disarmed);
        assert_int_equal(rh_clock_ties(&clock_), cases[i].ties);
        assert_int_equal(rh_clock_ties(&clock_), cases[i].ties); /* asking changes nothing */
        for (size_t k = 0; k < cases[i].count; k++)
            assert_ptr_equal(rh_clock_take(&clock_), &timers[k]);
    }
}

static void taking_the_nth_leaves_the_others_in_order(void **state)
{
    (void)state;
    enum { COUNT = 5 };
    for (uint32_t n = 0; n < COUNT; n++) {
        rh_clock_timer timers[COUNT] = {0}, later = {0};
        rh_clock_init(&clock_, &arena, START);
        for (size_t i = COUNT; i-- > 0;)
            arm(&timers[i], MS(2) + (rh_duration)i);
        arm(&later, MS(3));
        assert_ptr_equal(rh_clock_take_nth(&clock_, n), &timers[n]);
        assert_int_equal(timers[n].armed, 0);
        assert_int_equal(clock_.now, START + MS(2) + n);
        assert_int_equal(clock_.live, COUNT);
        for (size_t i = 0; i < COUNT; i++)
            if (i != n)
                assert_ptr_equal(rh_clock_take(&clock_), &timers[i]);
        assert_ptr_equal(rh_clock_take(&clock_), &later);
        assert_int_equal(clock_.now, START + MS(3));
        assert_null(rh_clock_peek(&clock_));
    }
}

static void at_most_64_ties_are_counted(void **state)
{
    (void)state;
    rh_clock_timer timers[70] = {0};
    for (size_t i = 0; i < 70; i++)
        arm(&timers[i], MS(2));
    assert_int_equal(rh_clock_ties(&clock_), 64);
    assert_ptr_equal(rh_clock_take_nth(&clock_, 63), &timers[63]);
    for (size_t i = 0; i < 70; i++)
        if (i != 63)
            assert_ptr_equal(rh_clock_take(&clock_), &timers[i]);
}

static void sums_saturate(void **state)
{
    (void)state;
    assert_int_equal(rh_time_add(5, 7), 12);
    assert_int_equal(rh_time_add(INT64_MAX - 1, 1), INT64_MAX);
    assert_int_equal(rh_time_add(INT64_MAX - 1, 2), INT64_MAX);
    assert_int_equal(rh_time_add(START, RH_FOREVER), INT64_MAX);
    assert_int_equal(rh_time_add(INT64_MAX, 0), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_due_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equals_fire_in_the_order_they_were_armed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_clock_never_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(disarmed_timers_do_not_come_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arming_again_moves_a_timer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dead_nodes_are_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(compaction_keeps_the_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_million_timers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_due_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(taking_the_nth_leaves_the_others_in_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(at_most_64_ties_are_counted, set_up, tear_down),
        cmocka_unit_test(sums_saturate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
