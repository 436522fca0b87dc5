/* Fault points: how they are read, what they strike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/plan.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static rh_arena arena;

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

static void well_formed(void **state)
{
    (void)state;
    static const struct {
        const char *point, *path;
        int32_t attempt;
    } cases[] = {
        {"Build", "Build", 1},
        {"Build@1", "Build", 1},
        {"Build@12", "Build", 12},
        {"Build@*", "Build", 0},
        {"Build[arm64]", "Build[arm64]", 1},
        {"Build[arm64]@2", "Build[arm64]", 2},
        {"Build#3@*", "Build#3", 0},
        {"Build[arm64]#2@3", "Build[arm64]#2", 3},
        {"Install[@scope/pkg]", "Install[@scope/pkg]", 1},
        {"Install[@scope/pkg]@2", "Install[@scope/pkg]", 2},
        {"Notify[me@there]@*", "Notify[me@there]", 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_planned_fault planned;
        rh_error error = {0};
        if (rh_plan_read(&arena, NULL, cases[i].point, "dns", &planned, &error) != 0)
            fail_msg("%s: %s", cases[i].point, error.message);
        assert_string_equal(planned.point, cases[i].point);
        assert_string_equal(planned.path, cases[i].path);
        assert_int_equal(planned.attempt, cases[i].attempt);
        assert_int_equal(planned.struck, 0);
        assert_ptr_equal(planned.fault, rh_fault_find("dns"));
        assert_true(planned.point != cases[i].point); /* copied */
    }
}

static void malformed(void **state)
{
    (void)state;
    static const struct {
        const char *point, *message;
    } cases[] = {
        {"Build@", "fault point 'Build@': expected an attempt from 1 or '*' behind '@', found ''"},
        {"Build@0", "behind '@', found '0'"},
        {"Build@-1", "behind '@', found '-1'"},
        {"Build@2x", "behind '@', found '2x'"},
        {"Build@**", "behind '@', found '**'"},
        {"Build@x", "behind '@', found 'x'"},
        {"Build@99999999999999999999", "behind '@', found '99999999999999999999'"},
        {"", "fault point '': expected TYPE, TYPE[KEY] or TYPE#N, and optionally @ATTEMPT"},
        {"@2", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"[arm64]", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"#2", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"Build[arm64", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"Build[arm64@2", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"Build#", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"Build#x", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"Build[arm64]x", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"/step", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"job/", "expected TYPE, TYPE[KEY] or TYPE#N"},
        {"job/step#", "expected TYPE, TYPE[KEY] or TYPE#N"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_planned_fault planned;
        rh_error error = {0};
        assert_int_equal(rh_plan_read(&arena, NULL, cases[i].point, "dns", &planned, &error), -1);
        if (!strstr(error.message, cases[i].message))
            fail_msg("%s: %s", cases[i].point, error.message);
    }
}

static void unknown_faults(void **state)
{
    (void)state;
    rh_planned_fault planned;
    rh_error error;
    assert_int_equal(rh_plan_read(&arena, NULL, "Build", "runer-lost", &planned, &error), -1);
    assert_string_equal(error.message, "unknown fault 'runer-lost'; did you mean 'runner-lost'?");
    assert_int_equal(rh_plan_read(&arena, NULL, "Build", "earthquake", &planned, &error), -1);
    assert_string_equal(error.message, "unknown fault 'earthquake'");
}

static void what_a_point_strikes(void **state)
{
    (void)state;
    rh_names names;
    rh_names_init(&names, &arena);
    const rh_call call = {.type = rh_names_intern(&names, "Build"), .key = "arm64", .number = 2};
    static const struct {
        const char *point;
        int32_t attempt;
        bool strikes;
    } cases[] = {
        {"Build", 1, true},        {"Build", 2, false},           {"Build@2", 2, true},
        {"Build@2", 1, false},     {"Build@*", 1, true},          {"Build@*", 99, true},
        {"Build[arm64]", 1, true}, {"Build[amd64]", 1, false},    {"Build#2", 1, true},
        {"Build#1", 1, false},     {"Build[arm64]#2@7", 7, true}, {"Other@*", 1, false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_planned_fault planned;
        rh_error error;
        assert_int_equal(rh_plan_read(&arena, NULL, cases[i].point, "dns", &planned, &error), 0);
        rh_attempt_view view = {.call = &call, .attempt = cases[i].attempt};
        if (rh_plan_strikes(&planned, &view) != cases[i].strikes)
            fail_msg("%s at attempt %d", cases[i].point, (int)cases[i].attempt);
    }
}

static void a_host_at_a_time(void **state)
{
    (void)state;
    rh_planned_fault planned;
    rh_error error;
    rh_names names;
    rh_names_init(&names, &arena);
    const rh_call call = {.type = rh_names_intern(&names, "macos 1"), .number = 1};
    assert_int_equal(
        rh_plan_read(&arena, NULL, "host:macos 1 at 1h30m", "runner-lost", &planned, &error), 0);
    assert_string_equal(planned.host, "macos 1");
    assert_int_equal(planned.at, RH_MINUTES(90));
    assert_false(rh_plan_strikes(&planned, &(rh_attempt_view){.call = &call, .attempt = 1}));
    static const char *const malformed_ones[] = {"host:", "host:a", "host: at 3m", "host:a at soon",
                                                 "host:a at -3m"};
    for (size_t i = 0; i < LENGTH(malformed_ones); i++) {
        assert_int_equal(
            rh_plan_read(&arena, NULL, malformed_ones[i], "runner-lost", &planned, &error), -1);
        assert_non_null(strstr(error.message, "expected 'host:NAME at TIME'"));
    }
    assert_int_equal(rh_plan_read(&arena, NULL, "host:a at 3m", "dns", &planned, &error), -1);
    assert_non_null(strstr(error.message, "fault 'dns' strikes calls"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(well_formed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unknown_faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_point_strikes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_host_at_a_time, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
