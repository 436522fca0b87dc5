/* Statistics, against values computed apart from it; Newcombe (1998) prints those of 81 in 263. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/explore/statistics.h"
#include "sim/base/random.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void near_at(double got, double expected, double within, int line)
{
    if (got - expected <= within && expected - got <= within)
        return;
    print_error("line %d: %.9f is not %.9f\n", line, got, expected);
    fail();
}
#define assert_near(got, expected) near_at((got), (expected), 5e-6, __LINE__)

static void proportions_have_wilsons_interval(void **state)
{
    static const struct {
        uint64_t hits, count;
        double low, high;
    } cases[] = {
        {1000, 1000, 0.996173, 1},   {0, 1000, 0, 0.003827},        {5, 10, 0.236593, 0.763407},
        {1, 10, 0.017876, 0.404150}, {81, 263, 0.255289, 0.366210}, {0, 0, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_interval interval = rh_proportion(cases[i].hits, cases[i].count);
        assert_near(interval.low, cases[i].low);
        assert_near(interval.high, cases[i].high);
    }
}

static void differences_of_pairs_are_signed(void **state)
{
    (void)state;
    rh_interval more = rh_paired_difference(90, 10, 1000);
    assert_near(more.value, 0.08);
    assert_near(more.low, 0.060814);
    assert_near(more.high, 0.098867);
    rh_interval less = rh_paired_difference(10, 90, 1000);
    assert_near(less.value, -more.value);
    assert_near(less.low, -more.high);
    assert_near(rh_paired_difference(0, 0, 0).low, -1);
}

static void means_have_their_error(void **state)
{
    static const double values[] = {1, 2, 3, 4, 5};
    (void)state;
    rh_interval mean = rh_mean(values, 5);
    assert_near(mean.value, 3);
    assert_near(mean.high - mean.value, 1.385904); /* 1.96 * sqrt(2.5 / 5) */
    assert_near(mean.value - mean.low, 1.385904);
    assert_near(rh_mean(values, 1).high, 1);
}

static void percentiles_are_nearest_ranks(void **state)
{
    int64_t values[1000];
    (void)state;
    for (int64_t i = 0; i < 1000; i++)
        values[i] = i + 1;
    assert_int_equal(rh_percentile_of(values, 1000, 500).value, 500);
    assert_int_equal(rh_percentile_of(values, 1000, 950).value, 950);
    assert_int_equal(rh_percentile_of(values, 1000, 1000).value, 1000);
    assert_int_equal(rh_percentile_of(values, 10, 950).value, 10);
    assert_int_equal(rh_percentile_of(values, 1, 1).value, 1);
    rh_percentile middle = rh_percentile_of(values, 1000, 500);
    assert_int_equal(middle.low, 469); /* 500 - 1.96 * sqrt(250) */
    assert_int_equal(middle.high, 531);
    rh_percentile last = rh_percentile_of(values, 1000, 990);
    assert_int_equal(last.low, 983);
    assert_int_equal(last.high, 997);
    assert_int_equal(rh_percentile_of(values, 0, 500).value, 0);
}

static void sorting_sorts(void **state)
{
    rh_arena arena;
    int64_t values[777];
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t count = 0; count < LENGTH(values); count += 37) {
        int64_t sum = 0;
        for (size_t i = 0; i < count; i++) {
            values[i] = (int64_t)(rh_random_draw(1, 2, count, i) % 100) - 50;
            sum += values[i];
        }
        rh_sort(&arena, values, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(i == 0 || values[i - 1] <= values[i]);
            sum -= values[i];
        }
        assert_int_equal(sum, 0);
    }
    rh_arena_free(&arena);
}

static void paired_percentiles_differ_by_what_all_differ_by(void **state)
{
    rh_arena arena;
    int64_t first[500], second[500];
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < 500; i++) {
        first[i] = (int64_t)(rh_random_draw(3, 4, i, 0) % 10000);
        second[i] = first[i] - 25;
    }
    rh_percentile difference = rh_paired_percentile(&arena, first, second, 500, 950, 100, 1);
    assert_int_equal(difference.value, -25);
    assert_int_equal(difference.low, -25);
    assert_int_equal(difference.high, -25);
    for (size_t i = 0; i < 500; i++)
        second[i] = (int64_t)(rh_random_draw(5, 6, i, 0) % 10000);
    difference = rh_paired_percentile(&arena, first, second, 500, 500, 200, 1);
    assert_true(difference.low < difference.value && difference.value < difference.high);
    assert_true(difference.low > -1500 && difference.high < 1500);
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proportions_have_wilsons_interval),
        cmocka_unit_test(differences_of_pairs_are_signed),
        cmocka_unit_test(means_have_their_error),
        cmocka_unit_test(percentiles_are_nearest_ranks),
        cmocka_unit_test(sorting_sorts),
        cmocka_unit_test(paired_percentiles_differ_by_what_all_differ_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
