#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/random.h"
#include "sim/base/timetext.h"

static int set_up(void **state)
{
    static rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    return 0;
}

static void durations_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        rh_duration duration;
    } cases[] = {
        {"90s", RH_SECONDS(90)},
        {"1h30m", RH_MINUTES(90)},
        {"1.5s", RH_MILLISECONDS(1500)},
        {"250ms", RH_MILLISECONDS(250)},
        {"2d", RH_DAYS(2)},
        {"0", 0},
        {"-0", 0},
        {"0s", 0},
        {"007s", RH_SECONDS(7)},
        {"1us", 1000},
        {"1ns", 1},
        {"1d2h3m4s5ms6us7ns", INT64_C(93784005006007)},
        {"1d7ns", RH_DAYS(1) + 7},
        {"1m1ms", RH_MINUTES(1) + RH_MILLISECONDS(1)},
        {"1.5h30m", RH_HOURS(2)},
        {"0.000000001s", 1},
        {"0.0000000010000000000000000000000000000s", 1},
        {"1.000s", RH_SECONDS(1)},
        {"0.00000000000001157407407407407407s", -1}, /* no whole ns */
        {"0.000030517578125d", INT64_C(2636718750)},
        {"0.5ns", -1},
        {"1.0ns", 1},
        {"-1h30m", -RH_MINUTES(90)},
        {"90m", RH_MINUTES(90)},
        {"1h90m", RH_MINUTES(150)},
        {"forever", RH_FOREVER},
        {"9223372036854775806ns", RH_FOREVER - 1},
        {"106751d23h47m16.854775806s", RH_FOREVER - 1},
        {"-9223372036854775807ns", -RH_FOREVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_duration duration = -1;
        if (rh_duration_read(cases[i].text, strlen(cases[i].text), &duration) !=
                (cases[i].duration != -1) ||
            duration != cases[i].duration)
            fail_msg("'%s' reads as %lld", cases[i].text, (long long)duration);
    }
    rh_duration duration;
    assert_true(rh_duration_read("90sxx", 3, &duration)); /* the length counts */
    assert_true(duration == RH_SECONDS(90));
}

static void malformed_durations_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "-",
        "s",
        "1",
        "00",
        "90",
        "1x",
        "1S",
        "1 s",
        " 1s",
        "1s ",
        "+1s",
        "--1s",
        "1.s",
        ".5s",
        "1.5",
        "1,5s",
        "1s1s",
        "1m1h",
        "1s1m",
        "1ms1s",
        "1.5.5s",
        "1e3s",
        "1h-1m",
        "1h0",
        "-forever",
        "Forever",
        "forever1s",
        "1min",
        "1sec",
        "9223372036854775807ns",
        "9223372036854775808ns",
        "-9223372036854775808ns",
        "106751d23h47m16.854775807s",
        "106752d",
        "99999999999999999999d",
        "1000000d",
        "18446744073709551617ns",
        "9223372036854775806ns1ns",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        rh_duration duration = 77;
        if (rh_duration_read(texts[i], strlen(texts[i]), &duration))
            fail_msg("'%s' reads as %lld", texts[i], (long long)duration);
        assert_true(duration == 77);
    }
}

static void durations_are_written(void **state)
{
    static const struct {
        rh_duration duration;
        const char *text;
    } cases[] = {
        {0, "0s"},
        {RH_ZERO, "0s"},
        {1, "1ns"},
        {999, "999ns"},
        {1500, "1.5us"},
        {RH_MICROSECONDS(999) + 1, "999.001us"},
        {RH_MILLISECONDS(250), "250ms"},
        {RH_MILLISECONDS(250) + 1, "250.000001ms"},
        {RH_SECONDS(1), "1s"},
        {RH_MILLISECONDS(1500), "1.5s"},
        {RH_SECONDS(1) + 1, "1.000000001s"},
        {RH_SECONDS(90), "1m30s"},
        {RH_MINUTES(90), "1h30m"},
        {RH_HOURS(48), "2d"},
        {RH_HOURS(25), "1d1h"},
        {RH_HOURS(1) + RH_MILLISECONDS(250), "1h0.25s"},
        {RH_DAYS(1) + RH_MILLISECONDS(61500), "1d1m1.5s"},
        {-RH_MILLISECONDS(1500), "-1.5s"},
        {-1, "-1ns"},
        {RH_FOREVER, "forever"},
        {RH_FOREVER - 1, "106751d23h47m16.854775806s"},
        {-RH_FOREVER, "-106751d23h47m16.854775807s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(rh_duration_text(*state, cases[i].duration), cases[i].text);
}

static void writing_is_the_inverse_of_reading(void **state)
{
    for (uint64_t count = 0; count < 100000; count++) {
        uint64_t draw = rh_random_draw(1, 1, 1, count);
        rh_duration duration = (rh_duration)(draw >> (count % 64)), read = 0;
        if (count % 3 == 0)
            duration -= duration % RH_SECONDS(1);
        if (duration == RH_ZERO)
            continue;
        const char *text = rh_duration_text(*state, duration);
        if (!rh_duration_read(text, strlen(text), &read) || read != duration)
            fail_msg("%lld is written as %s", (long long)duration, text);
    }
}

static void durations_at_a_glance(void **state)
{
    static const struct {
        rh_duration duration;
        const char *text;
    } cases[] = {
        {0, "0 s"},
        {RH_ZERO, "0 s"},
        {5, "5 ns"},
        {999, "999 ns"},
        {1000, "1 us"},
        {41499, "41 us"},
        {41500, "42 us"},
        {RH_NANOSECONDS(999499), "999 us"},
        {RH_NANOSECONDS(999500), "1 ms"},
        {RH_MILLISECONDS(250), "250 ms"},
        {RH_NANOSECONDS(999499999), "999 ms"},
        {RH_NANOSECONDS(999500000), "1.000 s"},
        {RH_MILLISECONDS(4250), "4.250 s"},
        {RH_NANOSECONDS(4250499999), "4.250 s"},
        {RH_NANOSECONDS(4250500000), "4.251 s"},
        {RH_NANOSECONDS(59999499999), "59.999 s"},
        {RH_NANOSECONDS(59999500000), "1:00"},
        {RH_SECONDS(725), "12:05"},
        {RH_MILLISECONDS(725500), "12:06"},
        {RH_MILLISECONDS(3599499), "59:59"},
        {RH_MILLISECONDS(3599500), "1:00:00"},
        {RH_SECONDS(3723), "1:02:03"},
        {RH_MILLISECONDS(86399499), "23:59:59"},
        {RH_MILLISECONDS(86399500), "1 d 00:00"},
        {RH_DAYS(3) + RH_MINUTES(134), "3 d 02:14"},
        {RH_DAYS(3) + RH_SECONDS(29), "3 d 00:00"},
        {RH_DAYS(3) + RH_SECONDS(30), "3 d 00:01"},
        {RH_DAYS(4) - RH_SECONDS(30), "4 d 00:00"},
        {RH_FOREVER, "forever"},
        {RH_FOREVER - 1, "106751 d 23:47"},
        {-RH_MILLISECONDS(4250), "-4.250 s"},
        {-RH_FOREVER, "-106751 d 23:47"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text text = rh_text_in(*state);
        rh_duration_brief(&text, cases[i].duration);
        assert_string_equal(rh_text_string(&text), cases[i].text);
    }
}

static void times_are_written(void **state)
{
    static const struct {
        rh_time time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {RH_WORLD_START, "2026-01-01T00:00:00Z"},
        {RH_WORLD_START + RH_MILLISECONDS(1500), "2026-01-01T00:00:01.5Z"},
        {RH_WORLD_START + 1, "2026-01-01T00:00:00.000000001Z"},
        {RH_WORLD_START - 1, "2025-12-31T23:59:59.999999999Z"},
        {RH_WORLD_START + RH_DAYS(58) + RH_SECONDS(86399), "2026-02-28T23:59:59Z"},
        {RH_WORLD_START + RH_DAYS(59), "2026-03-01T00:00:00Z"},
        {RH_SECONDS(951782400), "2000-02-29T00:00:00Z"},
        {RH_SECONDS(951868800), "2000-03-01T00:00:00Z"},
        {RH_SECONDS(1709164800), "2024-02-29T00:00:00Z"},
        {RH_SECONDS(1735603200), "2024-12-31T00:00:00Z"},
        {RH_SECONDS(4107542400), "2100-03-01T00:00:00Z"},
        {RH_SECONDS(4107456000), "2100-02-28T00:00:00Z"},
        {RH_SECONDS(1234567890) + RH_MICROSECONDS(123), "2009-02-13T23:31:30.000123Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {-RH_SECONDS(2203891200), "1900-03-01T00:00:00Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text text = rh_text_in(*state);
        rh_time_write(&text, cases[i].time);
        assert_string_equal(rh_text_string(&text), cases[i].text);
    }
}

/* Day by day through 290 years, counted with the rules of the calendar. */
static void every_day_has_its_date(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 1970, month = 1, day = 1;
    for (int64_t count = 0; count < 106000; count++) {
        rh_text text = rh_text_in(*state);
        rh_time_write(&text, RH_DAYS(count));
        const char *expected = rh_format(*state, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        assert_string_equal(rh_text_string(&text), expected);
        rh_time time = 0;
        assert_true(rh_time_read(expected, strlen(expected), &time));
        assert_int_equal(time, RH_DAYS(count));
        rh_arena_reset(*state);
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        if (++day > lengths[month - 1] + (leap && month == 2)) {
            day = 1;
            month = month % 12 + 1;
            year += month == 1;
        }
    }
    assert_int_equal(year, 2260);
}

static void times_are_read(void **state)
{
    static const struct {
        const char *text;
        rh_time time;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:01z", RH_SECONDS(1)},
        {"2026-01-01T00:00:00Z", RH_WORLD_START},
        {"2026-01-01T00:00:00.5Z", RH_WORLD_START + RH_MILLISECONDS(500)},
        {"2026-01-01T00:00:00.000000001Z", RH_WORLD_START + 1},
        {"2026-01-01T05:45:00+05:45", RH_WORLD_START},
        {"2025-12-31T19:30:00-04:30", RH_WORLD_START},
        {"1969-12-31T23:59:59.25Z", -RH_MILLISECONDS(750)},
        {"2024-02-29T00:00:00Z", RH_DAYS(19782)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_time time = -7;
        assert_true(rh_time_read(cases[i].text, strlen(cases[i].text), &time));
        assert_int_equal(time, cases[i].time);
    }
}

static void malformed_times_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00Z",
        "2026-1-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T00:00:00ZZ",
        "1677-12-31T23:59:59Z",
        "2262-01-01T00:00:00Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_time time = -7;
        if (rh_time_read(cases[i], strlen(cases[i]), &time))
            fail_msg("'%s' is read", cases[i]);
        assert_int_equal(time, -7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(malformed_durations_are_refused),
        cmocka_unit_test(durations_are_written),
        cmocka_unit_test(writing_is_the_inverse_of_reading),
        cmocka_unit_test(durations_at_a_glance),
        cmocka_unit_test(times_are_written),
        cmocka_unit_test(every_day_has_its_date),
        cmocka_unit_test(times_are_read),
        cmocka_unit_test(malformed_times_are_refused),
    };
    int failed = cmocka_run_group_tests_name("base/timetext", tests, set_up, tear_down);
    return failed != 0;
}
