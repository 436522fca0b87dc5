#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/timetext.h"
#include "sim/base/zone.h"

static int64_t seconds_at(const char *text)
{
    rh_time time;
    assert_true(rh_time_read(text, strlen(text), &time));
    return time / RH_SECONDS(1);
}

static void all_names_are_read(void **state)
{
    (void)state;
    size_t count = 0;
    for (const char *name, *before = ""; (name = rh_zone_name(count)); before = name, count++) {
        rh_zone zone;
        rh_error error;
        if (rh_zone_read(name, strlen(name), &zone, &error) < 0)
            fail_msg("%s", error.message);
        assert_string_equal(zone.name, name);
        assert_true(strcmp(before, name) < 0);
        assert_true(zone.since >= 1970);
        assert_true(zone.standard % 60 == 0 && zone.daylight % 60 == 0);
    }
    assert_in_range(count, 500, 700);
    assert_null(rh_zone_name(count + 100));
}

/* A change of the clocks: the offsets right before and at it. */
static void changes(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *at;
        int before, behind; /* minutes */
    } cases[] = {
        {"Europe/Berlin", "2026-03-29T01:00:00Z", 60, 120},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", 120, 60},
        {"Europe/Dublin", "2026-03-29T01:00:00Z", 0, 60},
        {"America/New_York", "2026-03-08T07:00:00Z", -300, -240},
        {"America/New_York", "2026-11-01T06:00:00Z", -240, -300},
        {"America/New_York", "2100-03-14T07:00:00Z", -300, -240},
        {"America/St_Johns", "2026-03-08T05:30:00Z", -210, -150},
        {"Australia/Lord_Howe", "2026-04-04T15:00:00Z", 660, 630},
        {"Australia/Lord_Howe", "2026-10-03T15:30:00Z", 630, 660},
        {"Australia/Adelaide", "2026-10-03T16:30:00Z", 570, 630},
        {"Pacific/Chatham", "2026-04-04T14:00:00Z", 825, 765},
        {"Africa/Cairo", "2026-04-23T22:00:00Z", 120, 180},
        {"Africa/Cairo", "2026-10-29T21:00:00Z", 180, 120},
        {"America/Nuuk", "2026-03-29T01:00:00Z", -120, -60},
        {"America/Santiago", "2026-09-06T04:00:00Z", -240, -180},
        {"Antarctica/Troll", "2026-03-29T01:00:00Z", 0, 120},
        {"Asia/Jerusalem", "2026-03-27T00:00:00Z", 120, 180},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_zone zone;
        int64_t at = seconds_at(cases[i].at);
        assert_int_equal(rh_zone_read(cases[i].zone, strlen(cases[i].zone), &zone, NULL), 0);
        rh_zone_span before = rh_zone_span_at(&zone, at - 1), behind = rh_zone_span_at(&zone, at);
        if (before.offset != cases[i].before * 60 || behind.offset != cases[i].behind * 60 ||
            before.end != at || behind.begin != at || before.begin >= at || behind.end <= at)
            fail_msg("%s at %s: from %d to %d", cases[i].zone, cases[i].at, before.offset / 60,
                     behind.offset / 60);
    }
}

static void zones_without_changes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int minutes;
    } cases[] = {{"", 0},
                 {"UTC", 0},
                 {"Asia/Kolkata", 330},
                 {"Asia/Kathmandu", 345},
                 {"Etc/GMT+3", -180},
                 {"America/Sao_Paulo", -180},
                 {"EST", -300}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_zone zone;
        assert_int_equal(rh_zone_read(cases[i].name, strlen(cases[i].name), &zone, NULL), 0);
        assert_false(zone.changes);
        rh_zone_span span = rh_zone_span_at(&zone, 1790000000);
        assert_int_equal(span.offset, cases[i].minutes * 60);
        assert_true(span.begin == INT64_MIN && span.end == INT64_MAX);
    }
}

/* Clocks that follow no rule, and those whose rule is young. */
static void since_when_clocks_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *at;
        bool is_known;
    } cases[] = {
        {"Europe/Berlin", "2026-01-01T00:00:00Z", true},
        {"Africa/Casablanca", "2026-01-01T00:00:00Z", false},
        {"Africa/El_Aaiun", "2026-01-01T00:00:00Z", false},
        {"Asia/Gaza", "2026-01-01T00:00:00Z", false},
        {"Asia/Hebron", "2026-01-01T00:00:00Z", false},
        {"Asia/Hebron", "2087-01-01T00:00:00Z", true},
        {"America/New_York", "2007-01-01T00:00:00Z", true},
        {"America/New_York", "2006-12-31T23:59:59Z", false},
        {"America/Asuncion", "2026-01-01T00:00:00Z", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_zone zone;
        rh_error error;
        assert_int_equal(rh_zone_read(cases[i].zone, strlen(cases[i].zone), &zone, NULL), 0);
        rh_time at = seconds_at(cases[i].at) * RH_SECONDS(1);
        if ((rh_zone_check(&zone, at, &error) == 0) != cases[i].is_known)
            fail_msg("%s at %s", cases[i].zone, cases[i].at);
    }
}

static void malformed_rules(void **state)
{
    (void)state;
    static const char *const rules[] = {"",
                                        "C0",
                                        "CET",
                                        "<+01-1",
                                        "CET-1CEST",
                                        "CET-1CEST,M3.5.0",
                                        "CET-168",
                                        "CET-1:60",
                                        "CET-1CEST,M13.5.0,M10.5.0",
                                        "CET-1CEST,M0.5.0,M10.5.0",
                                        "CET-1CEST,M3.6.0,M10.5.0",
                                        "CET-1CEST,M3.0.0,M10.5.0",
                                        "CET-1CEST,M3.5.7,M10.5.0",
                                        "CET-1CEST,J60,J300",
                                        "CET-1CEST,M3.5.0,M10.5.0/3x",
                                        "CET-1CEST,M3.5.0/,M10.5.0",
                                        "CET-99999999999"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        rh_zone zone;
        if (rh_zone_read_rule(rules[i], &zone))
            fail_msg("'%s' is taken", rules[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_names_are_read),    cmocka_unit_test(changes),
        cmocka_unit_test(zones_without_changes), cmocka_unit_test(since_when_clocks_are_known),
        cmocka_unit_test(malformed_rules),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL) != 0;
}
