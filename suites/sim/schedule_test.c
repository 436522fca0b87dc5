#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/timetext.h"
#include "sim/schedule.h"

static rh_time at(const char *text)
{
    rh_time time;
    char full[sizeof "2026-01-01T00:00:00Z"];
    memcpy(full, text, 16);
    memcpy(full + 16, ":00Z", 5);
    assert_true(rh_time_read(full, 20, &time));
    return time;
}

static rh_schedule schedule_of(const char *text)
{
    rh_schedule schedule;
    rh_error error;
    if (rh_schedule_read(text, strlen(text), &schedule, &error) < 0)
        fail_msg("'%s', column %u: %s", text, error.column, error.message);
    return schedule;
}

/* The slots are those that robfig/cron v3.0.1 (Go 1.26, tz database 2025b) answered. */
static const struct {
    const char *schedule, *after, *slots;
} searches[] = {
    /* Forward: what is left out is not made up for. */
    {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T00:00Z",
     "2026-03-28T01:30Z 2026-03-30T00:30Z 2026-03-31T00:30Z"},
    {"CRON_TZ=America/New_York 30 2 * * *", "2026-03-07T00:00Z",
     "2026-03-07T07:30Z 2026-03-09T06:30Z 2026-03-10T06:30Z"},
    {"CRON_TZ=Australia/Adelaide 30 2 * * *", "2026-10-02T00:00Z",
     "2026-10-02T17:00Z 2026-10-04T16:00Z 2026-10-05T16:00Z"},
    {"TZ=Europe/Berlin @hourly", "2026-03-29T00:30Z",
     "2026-03-29T01:00Z 2026-03-29T02:00Z 2026-03-29T03:00Z"},
    /* Back: what comes twice starts twice. */
    {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T00:00Z",
     "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-25T01:30Z"},
    {"CRON_TZ=America/New_York 30 1 * * *", "2026-10-31T12:00Z",
     "2026-11-01T05:30Z 2026-11-01T06:30Z 2026-11-02T06:30Z"},
    {"CRON_TZ=Pacific/Auckland 30 2 * * *", "2026-04-03T20:00Z",
     "2026-04-04T13:30Z 2026-04-04T14:30Z 2026-04-05T14:30Z"},
    {"CRON_TZ=America/New_York */30 1-2 * * *", "2026-11-01T05:15Z",
     "2026-11-01T05:30Z 2026-11-01T06:00Z 2026-11-01T06:30Z 2026-11-01T07:00Z "
     "2026-11-01T07:30Z"},
    /* Before and after, at the same time by the clock. */
    {"CRON_TZ=Europe/Berlin 0 9 * * *", "2026-03-27T12:00Z",
     "2026-03-28T08:00Z 2026-03-29T07:00Z 2026-03-30T07:00Z"},
    {"CRON_TZ=Europe/Berlin 0 9 * * *", "2026-10-23T12:00Z",
     "2026-10-24T07:00Z 2026-10-25T08:00Z 2026-10-26T08:00Z"},
    {"CRON_TZ=Australia/Sydney 0 9 * * *", "2026-04-03T12:00Z",
     "2026-04-03T22:00Z 2026-04-04T23:00Z 2026-04-05T23:00Z"},
    {"CRON_TZ=America/St_Johns 0 9 * * 1-5", "2026-03-06T00:00Z",
     "2026-03-06T12:30Z 2026-03-09T11:30Z 2026-03-10T11:30Z"},
    /* Half hours and quarters. */
    {"CRON_TZ=Asia/Kolkata 30 5 * * *", "2026-01-01T00:00Z",
     "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z"},
    {"CRON_TZ=Asia/Kathmandu @daily", "2026-01-01T00:00Z",
     "2026-01-01T18:15Z 2026-01-02T18:15Z 2026-01-03T18:15Z"},
    {"CRON_TZ=Pacific/Chatham 0 12 * * *", "2026-04-03T12:00Z",
     "2026-04-03T22:15Z 2026-04-04T23:15Z 2026-04-05T23:15Z"},
    /* Where clocks change at midnight, or by half an hour or two, the walk goes astray. */
    {"CRON_TZ=America/Havana 0 0 * * *", "2026-03-06T12:00Z",
     "2026-03-07T05:00Z 2026-03-09T04:00Z 2026-03-10T04:00Z"},
    {"CRON_TZ=America/Santiago @daily", "2026-09-04T12:00Z",
     "2026-09-05T04:00Z 2026-09-07T03:00Z 2026-09-08T03:00Z"},
    {"CRON_TZ=Africa/Cairo 0 5 * * 5", "2026-04-17T00:00Z",
     "2026-04-17T03:00Z 2026-05-01T02:00Z 2026-05-08T02:00Z"},
    {"CRON_TZ=Asia/Beirut 0 12 * * 0", "2026-03-22T12:00Z",
     "2026-04-05T09:00Z 2026-04-12T09:00Z 2026-04-19T09:00Z"},
    {"CRON_TZ=America/Havana 0 5 * * 6", "2026-03-07T12:00Z",
     "2026-03-08T09:00Z 2026-03-14T09:00Z 2026-03-21T09:00Z"},
    {"CRON_TZ=Australia/Lord_Howe 0 2 * * *", "2026-04-03T12:00Z",
     "2026-04-03T15:00Z 2026-04-05T15:30Z 2026-04-06T15:30Z"},
    {"CRON_TZ=Australia/Lord_Howe 15 2 * * *", "2026-10-02T12:00Z",
     "2026-10-02T15:45Z 2026-10-04T15:15Z 2026-10-05T15:15Z"},
    {"CRON_TZ=Antarctica/Troll 15 0,2-23 * * *", "2026-10-24T23:20Z",
     "2026-10-25T02:15Z 2026-10-25T03:15Z 2026-10-25T04:15Z 2026-10-25T05:15Z"},
    {"CRON_TZ=America/Havana 0 5 * * 0", "2026-03-05T12:00Z",
     "2026-03-08T09:00Z 2026-03-15T09:00Z 2026-03-22T09:00Z"},
    {"CRON_TZ=Australia/Lord_Howe 44,16 */8 * * *", "2026-04-04T15:00Z",
     "2026-04-04T22:14Z 2026-04-05T05:46Z 2026-04-05T06:14Z"},
    {"CRON_TZ=America/Nuuk 30 23 * * *", "2026-03-26T12:00Z",
     "2026-03-27T01:30Z 2026-03-28T01:30Z 2026-03-30T00:30Z"},
    /* Months and years. */
    {"CRON_TZ=Europe/Berlin @monthly", "2026-02-15T00:00Z",
     "2026-02-28T23:00Z 2026-03-31T22:00Z 2026-04-30T22:00Z"},
    {"CRON_TZ=America/Los_Angeles @yearly", "2026-06-01T00:00Z",
     "2027-01-01T08:00Z 2028-01-01T08:00Z 2029-01-01T08:00Z"},
    {"CRON_TZ=Asia/Tokyo @weekly", "2026-01-01T00:00Z",
     "2026-01-03T15:00Z 2026-01-10T15:00Z 2026-01-17T15:00Z"},
    {"CRON_TZ=Europe/Berlin 0 0 29 2 *", "2026-01-01T00:00Z",
     "2028-02-28T23:00Z 2032-02-28T23:00Z 2036-02-28T23:00Z"},
    /* Without a zone; until the end of the fifth year. */
    {"CRON_TZ= 0 3 * * *", "2026-01-01T00:00Z",
     "2026-01-01T03:00Z 2026-01-02T03:00Z 2026-01-03T03:00Z"},
    {"0 3 * * *", "2026-03-29T00:00Z", "2026-03-29T03:00Z 2026-03-30T03:00Z 2026-03-31T03:00Z"},
    {"0 0 29 2 *", "2096-03-01T00:00Z", "never"},
    {"0 0 29 2 *", "2099-01-01T00:00Z", "2104-02-29T00:00Z"},
    {"0 0 29 2 *", "2098-12-31T23:59Z", "never"},
    {"CRON_TZ=Asia/Tokyo 0 0 29 2 *", "2098-12-31T15:00Z", "2104-02-28T15:00Z"},
    {"CRON_TZ=Asia/Tokyo 0 0 29 2 *", "2098-12-31T14:00Z", "never"},
    {"0 0 31 2 *", "2026-01-01T00:00Z", "never"},
    /* As robfig/cron reads it. */
    {"0 0,,12 * * *", "2026-01-01T00:00Z", "2026-01-01T12:00Z 2026-01-02T00:00Z 2026-01-02T12:00Z"},
    {"0 */24 * * ?", "2026-01-01T00:00Z", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z"},
    {"CRON_TZ=UTC \t0  5 * *\t*  ", "2026-01-01T00:00Z",
     "2026-01-01T05:00Z 2026-01-02T05:00Z 2026-01-03T05:00Z"},
};

static void slots(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        rh_schedule schedule = schedule_of(searches[i].schedule);
        rh_time time = at(searches[i].after);
        for (const char *slot = searches[i].slots; *slot;
             slot += strcspn(slot, " "), slot += *slot == ' ') {
            bool is_there = rh_schedule_next(&schedule, time, &time);
            if (is_there != (*slot != 'n') || (is_there && time != at(slot)))
                fail_msg("'%s' after %s: not %.17s", searches[i].schedule, searches[i].after, slot);
        }
    }
}

static void waits(void **state)
{
    (void)state;
    static const struct {
        const char *schedule, *began, *closed;
        rh_duration wait;
    } cases[] = {
        {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T01:30Z", "2026-03-28T01:30Z",
         RH_HOURS(47)},
        {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T01:30Z", "2026-03-30T00:30Z", 0},
        {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T01:30Z", "2026-10-25T01:00Z",
         RH_MINUTES(30)},
        {"CRON_TZ=Asia/Kolkata 30 5 * * *", "2026-01-01T00:00Z", "2026-01-09T12:00Z", RH_HOURS(12)},
        /* The server counts from the slot of the run on, so the closing at 2:00 makes no slot of a
         * time that its walk has left out. */
        {"CRON_TZ=Australia/Lord_Howe 0 2 * * *", "2026-04-03T15:00Z", "2026-04-04T15:30Z",
         RH_HOURS(24)},
        {"CRON_TZ=Europe/Berlin 0 0 29 2 *", "2096-02-28T23:00Z", "2096-03-01T00:00Z", -1},
        {"CRON_TZ=Europe/Berlin @every 90m", "2026-01-01T00:00Z", "2026-01-01T02:00Z", RH_HOURS(1)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_schedule schedule = schedule_of(cases[i].schedule);
        rh_duration wait = rh_schedule_backoff(&schedule, at(cases[i].began), at(cases[i].closed));
        if (wait != cases[i].wait)
            fail_msg("'%s', closed %s: waits %lld s", cases[i].schedule, cases[i].closed,
                     (long long)(wait / RH_SECONDS(1)));
    }
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *schedule;
        uint32_t column;
        const char *message;
    } cases[] = {
        {"CRON_TZ=Europe/Berlni 0 3 * * *", 9,
         "the time zone 'Europe/Berlni' is not in the tz database 2025b; did you mean "
         "'Europe/Berlin'?"},
        {"TZ=Berlin 0 3 * * *", 4,
         "the time zone 'Berlin' is not in the tz database 2025b; did you mean 'Europe/Berlin'?"},
        {"TZ=europe/berlin 0 3 * * *", 4,
         "the time zone 'europe/berlin' is not in the tz database 2025b; did you mean "
         "'Europe/Berlin'?"},
        {"CRON_TZ=+05:30 0 3 * * *", 9,
         "the time zone '+05:30' is not in the tz database 2025b: expected a name such as "
         "Europe/Berlin"},
        {"CRON_TZ=Europe/Berlin", 22,
         "expected five fields separated by blanks (minute hour day month weekday), found 0"},
        {"CRON_TZ=Europe/Berlin  61 * * * *", 24,
         "'61' is no minute: expected 0-59, '*', a list (1,2), a range (1-5) or a step (*/2)"},
        {"cron_tz=UTC 0 3 * * *", 1,
         "expected five fields separated by blanks (minute hour day month weekday), found 6"},
        {"TZ=Asia/Tokyo @noon", 15,
         "'@noon' is no schedule: expected five fields, @yearly, @monthly, @weekly, @daily, "
         "@hourly or @every DURATION"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_schedule schedule;
        rh_error error = {.column = 0};
        const char *text = cases[i].schedule;
        assert_int_equal(rh_schedule_read(text, strlen(text), &schedule, &error), -1);
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.column, cases[i].column);
    }
}

static void clocks_that_are_not_known(void **state)
{
    (void)state;
    rh_schedule cairo = schedule_of("TZ=Africa/Cairo 0 3 * * *");
    rh_schedule every = schedule_of("TZ=Africa/Casablanca @every 1h");
    rh_error error;
    assert_int_equal(rh_schedule_check(&cairo, at("2023-01-01T00:00Z"), &error), 0);
    assert_int_equal(rh_schedule_check(&cairo, at("2022-12-31T23:59Z"), &error), -1);
    assert_string_equal(error.message,
                        "the clocks of 'Africa/Cairo' are simulated from 2023 on only, and this "
                        "is 2022: write the schedule in UTC");
    assert_int_equal(rh_schedule_check(&every, at("2026-01-01T00:00Z"), &error), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots),
        cmocka_unit_test(waits),
        cmocka_unit_test(refused),
        cmocka_unit_test(clocks_that_are_not_known),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL) != 0;
}
