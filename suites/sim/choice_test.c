/* The choice source: the default answer, draws by seed and identity, replay of recorded answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/choice.h"

static rh_arena arena;
static rh_choices choices;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static void the_default_is_the_first(void **state)
{
    (void)state;
    rh_choices_init(&choices, &arena, 7, false, NULL, 0);
    for (uint32_t bound = 2; bound < 100; bound++)
        assert_int_equal(rh_choose(&choices, "any", bound, bound * 31), 0);
    assert_int_equal(choices.made_count, 98);
    assert_string_equal(choices.made[3].label, "any");
    assert_int_equal(choices.made[3].bound, 5);
    assert_int_equal(choices.made[3].value, 0);
}

static void what_is_no_choice_is_not_kept(void **state)
{
    (void)state;
    static const uint32_t recorded[] = {1};
    rh_choices_init(&choices, &arena, 7, true, recorded, 1);
    assert_int_equal(rh_choose(&choices, "any", 1, 1), 0);
    assert_int_equal(choices.made_count, 0);
    assert_int_equal(rh_choose(&choices, "any", 2, 1), 1); /* and uses up no recorded answer */
    assert_int_equal(choices.made_count, 1);
}

static void a_seed_draws(void **state)
{
    (void)state;
    enum { DRAWS = 3000, BOUND = 3 };
    int counts[BOUND] = {0};
    rh_choices_init(&choices, &arena, 1, true, NULL, 0);
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint32_t value = rh_choose(&choices, "tie", BOUND, i);
        assert_true(value < BOUND);
        assert_int_equal(choices.made[i].value, value);
        counts[value]++;
    }
    for (int i = 0; i < BOUND; i++)
        assert_in_range(counts[i], DRAWS / BOUND - 150, DRAWS / BOUND + 150);
}

static uint64_t draws(uint64_t seed, const char *label, uint64_t identity)
{
    uint64_t bits = 0;
    rh_choices_init(&choices, &arena, seed, true, NULL, 0);
    for (uint64_t i = 0; i < 32; i++)
        bits = bits << 1 | rh_choose(&choices, label, 2, identity + i);
    return bits;
}

static void a_draw_depends_on_seed_label_and_identity_only(void **state)
{
    (void)state;
    uint64_t first = draws(1, "tie", 100);
    assert_int_equal(draws(1, "tie", 100), first);
    assert_int_not_equal(draws(2, "tie", 100), first);
    assert_int_not_equal(draws(1, "host", 100), first);
    assert_int_not_equal(draws(1, "tie", 900), first);
    /* Not on what was drawn before. */
    rh_choices_init(&choices, &arena, 5, true, NULL, 0);
    uint32_t alone = rh_choose(&choices, "tie", 1000000, 77);
    rh_choices_init(&choices, &arena, 5, true, NULL, 0);
    for (uint64_t i = 0; i < 10; i++)
        rh_choose(&choices, "host", 9, i);
    assert_int_equal(rh_choose(&choices, "tie", 1000000, 77), alone);
}

static void recorded_answers_come_first(void **state)
{
    (void)state;
    static const uint32_t recorded[] = {2, 0, 9, 1};
    for (int random = 0; random < 2; random++) {
        rh_choices_init(&choices, &arena, 5, random, recorded, 4);
        assert_int_equal(rh_choose(&choices, "tie", 3, 1), 2);
        assert_int_equal(rh_choose(&choices, "tie", 3, 1), 0);
        assert_int_equal(rh_choose(&choices, "tie", 4, 1), 3); /* does not fit any more: the last */
        assert_int_equal(rh_choose(&choices, "tie", 2, 1), 1);
        uint32_t next = rh_choose(&choices, "tie", 1u << 30, 1);
        assert_int_equal(next != 0, random); /* then as without */
        assert_int_equal(choices.made_count, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_default_is_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_choice_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_seed_draws, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_draw_depends_on_seed_label_and_identity_only, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(recorded_answers_come_first, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
