/* Retry policies: defaults, validation, Go-exact intervals, and the order of the decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/failure.h"
#include "sim/retry.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define S RH_SECONDS(1)

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

static rh_retry_policy_filled fill(rh_retry_policy policy)
{
    return rh_retry_fill(&arena, &policy);
}

/* ---- defaults -------------------------------------------------------------------------------- */

static void each_field_has_its_own_default(void **state)
{
    (void)state;
    static const struct {
        rh_retry_policy given;
        rh_retry_policy_filled filled;
    } cases[] = {
        {{0}, {S, 2.0, 100 * S, 0, NULL}},
        {{.initial_interval = 5 * S}, {5 * S, 2.0, 500 * S, 0, NULL}},
        {{.backoff_coefficient = 1.5}, {S, 1.5, 100 * S, 0, NULL}},
        {{.maximum_interval = 7 * S}, {S, 2.0, 7 * S, 0, NULL}},
        {{.maximum_attempts = 4}, {S, 2.0, 100 * S, 4, NULL}},
        {{3 * S, 3.0, 9 * S, 9, NULL}, {3 * S, 3.0, 9 * S, 9, NULL}},
        {{.initial_interval = INT64_MAX / 100},
         {INT64_MAX / 100, 2.0, INT64_MAX / 100 * 100, 0, NULL}},
        {{.initial_interval = INT64_MAX / 100 + 1}, {INT64_MAX / 100 + 1, 2.0, INT64_MAX, 0, NULL}},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_retry_policy_filled filled = fill(cases[i].given);
        assert_int_equal(filled.initial_interval, cases[i].filled.initial_interval);
        assert_true(filled.backoff_coefficient == cases[i].filled.backoff_coefficient);
        assert_int_equal(filled.maximum_interval, cases[i].filled.maximum_interval);
        assert_int_equal(filled.maximum_attempts, cases[i].filled.maximum_attempts);
        assert_null(filled.non_retryable_types);
    }
}

static void types_are_copied(void **state)
{
    (void)state;
    char name[] = "InvalidToken";
    const char *list[] = {name, "Other", NULL};
    rh_retry_policy_filled filled = fill((rh_retry_policy){.non_retryable_types = list});
    name[0] = 'X';
    list[1] = NULL;
    assert_string_equal(filled.non_retryable_types[0], "InvalidToken");
    assert_string_equal(filled.non_retryable_types[1], "Other");
    assert_null(filled.non_retryable_types[2]);
}

static void unset_means_every_field(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    const rh_retry_policy set[] = {
        {.initial_interval = 1}, {.backoff_coefficient = 0.5},  {.maximum_interval = 1},
        {.maximum_attempts = 1}, {.non_retryable_types = none},
    };
    assert_true(rh_retry_is_unset(&(rh_retry_policy){0}));
    for (size_t i = 0; i < LENGTH(set); i++)
        assert_false(rh_retry_is_unset(&set[i]));
}

/* ---- validation ------------------------------------------------------------------------------ */

#define TYPES(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void what_is_refused(void **state)
{
    (void)state;
    const double nan = __builtin_nan("");
    const struct {
        rh_retry_policy policy;
        const char *message; /* NULL: fine */
    } cases[] = {
        {{0}, NULL},
        {{.initial_interval = -1}, "retry.initial_interval is negative"},
        {{.backoff_coefficient = 0.999}, "retry.backoff_coefficient is less than 1"},
        {{.backoff_coefficient = -1}, "retry.backoff_coefficient is less than 1"},
        {{.backoff_coefficient = nan}, "retry.backoff_coefficient is less than 1"},
        {{.backoff_coefficient = 1}, NULL},
        {{.maximum_interval = -1}, "retry.maximum_interval is negative"},
        {{.maximum_interval = S - 1}, "retry.maximum_interval is less than retry.initial_interval"},
        {{.maximum_interval = S}, NULL},
        {{.maximum_attempts = -1}, "retry.maximum_attempts is negative"},
        {{.maximum_attempts = 2, .backoff_coefficient = 0.5},
         "retry.backoff_coefficient is less than 1"},
        {{.maximum_attempts = 1, .backoff_coefficient = 0.5}, NULL},
        {{.maximum_attempts = 1,
          .initial_interval = -1,
          .maximum_interval = -1,
          .non_retryable_types = TYPES("TemporalTimeout:Nope")},
         NULL},
        {{.non_retryable_types =
              TYPES("Anything", "TemporalTimeout:StartToClose", "TemporalTimeout:ScheduleToStart",
                    "TemporalTimeout:ScheduleToClose", "TemporalTimeout:Heartbeat")},
         NULL},
        {{.non_retryable_types = TYPES("TemporalTimeout:Unspecified")},
         "retry.non_retryable_types: 'TemporalTimeout:Unspecified' names no timeout type; "
         "expected one of StartToClose, ScheduleToStart, ScheduleToClose, Heartbeat"},
        {{.non_retryable_types = TYPES("Good", "TemporalTimeout:heartbeat")},
         "'TemporalTimeout:heartbeat' names no timeout type"},
        {{.non_retryable_types = TYPES("TemporalTimeout:")}, "'TemporalTimeout:' names no"},
        {{.non_retryable_types = TYPES("TemporalTimeou:Nope")}, NULL},
        /* the first broken field is named */
        {{.initial_interval = -2, .backoff_coefficient = 0.1}, "retry.initial_interval"},
        {{.backoff_coefficient = 0.1, .maximum_interval = -1}, "retry.backoff_coefficient"},
        {{.maximum_interval = -1, .maximum_attempts = -1}, "retry.maximum_interval"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_retry_policy_filled filled = fill(cases[i].policy);
        rh_text message = rh_text_in(&arena);
        bool valid = rh_retry_valid(&filled, &message);
        if (valid != !cases[i].message)
            fail_msg("case %zu: %s", i, rh_text_string(&message));
        if (!valid && !strstr(rh_text_string(&message), cases[i].message))
            fail_msg("case %zu: '%s'", i, rh_text_string(&message));
        if (valid)
            assert_int_equal(message.length, 0);
    }
}

/* ---- intervals ------------------------------------------------------------------------------- */

/* Figures printed by a Go program with math.Pow. */
static void intervals_are_those_of_go(void **state)
{
    (void)state;
    static const struct {
        rh_duration initial;
        double coefficient;
        rh_duration maximum;
        int32_t attempt;
        rh_duration interval;
    } cases[] = {
        {S, 2.0, 0, 1, S},
        {S, 2.0, 0, 2, 2 * S},
        {S, 2.0, 0, 7, 64 * S},
        {S, 2.0, 0, 8, 100 * S}, /* the default cap */
        {S, 2.0, 0, INT32_MAX, 100 * S},
        {S, 2.0, 64 * S, 7, 64 * S},
        {S, 2.0, 64 * S - 1, 7, 64 * S - 1},
        {S, 1.0, 0, 1000, S},
        {S, 1.2, INT64_MAX, 3, 1440000000},
        {S, 1.2, INT64_MAX, 4, 1728000000}, /* 1727999999 with C's pow */
        {S, 1.2, INT64_MAX, 6, 2488320000}, /* 2488319999 with C's pow */
        {S, 1.2, INT64_MAX, 7, 2985983999},
        {S, 1.2, INT64_MAX, 8, 3583180799},
        {S, 1.9, INT64_MAX, 5, 13032100000},
        {S, 1.9, INT64_MAX, 9, 169835630410},
        {S, 1.9, INT64_MAX, 18, 54803868577848},
        {S, 1.9, INT64_MAX, 22, 714209495693373},
        {S, 1.1, INT64_MAX, 100, 12527829399838},
        {S, 1.0000001, INT64_MAX, 2000000, 1221402623},
        {RH_MILLISECONDS(333), 1.5, INT64_MAX, 1, 333000000},
        {RH_MILLISECONDS(333), 1.5, INT64_MAX, 2, 499500000},
        {RH_MILLISECONDS(333), 1.5, INT64_MAX, 3, 749250000},
        {RH_MILLISECONDS(333), 1.5, INT64_MAX, 4, 1123875000},
        {RH_MILLISECONDS(333), 1.5, INT64_MAX, 8, 5689617187}, /* truncated, not rounded */
        {1, 2.0, INT64_MAX, 63, INT64_C(1) << 62},
        {1, 2.0, INT64_MAX, 64, INT64_MAX}, /* saturates */
        {1, 2.0, INT64_MAX, 65, INT64_MAX},
        {3, 10.0, INT64_MAX, 19, INT64_C(3000000000000000000)},
        {1, 10.0, INT64_MAX, 20, INT64_MAX},
        {S, 1e300, INT64_MAX, 3, INT64_MAX}, /* beyond double */
        {S, 1e300, 5 * S, 3, 5 * S},
        {S, __builtin_inf(), INT64_MAX, 1, S},
        {S, __builtin_inf(), 5 * S, 2, 5 * S},
        {S, 2.0, INT64_MAX, INT32_MAX, INT64_MAX},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_retry_policy_filled policy = fill((rh_retry_policy){
            .initial_interval = cases[i].initial,
            .backoff_coefficient = cases[i].coefficient,
            .maximum_interval = cases[i].maximum,
        });
        rh_duration interval = rh_retry_interval(&policy, cases[i].attempt);
        if (interval != cases[i].interval)
            fail_msg("case %zu: %lld, expected %lld", i, (long long)interval,
                     (long long)cases[i].interval);
    }
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static void powers_are_those_of_go(void **state)
{
    (void)state;
    static const struct {
        double base;
        int64_t exponent;
        uint64_t bits;
    } cases[] = {
        {1.1, 1000, UINT64_C(0x4886aec8cd64ab4d)},
        {3.0, 40, UINT64_C(0x43e517168a4523fd)},
        {1.2, 3, UINT64_C(0x3ffba5e353f7ced9)},
        {1.9, 4, UINT64_C(0x402a106f69446738)},
        {2.0, 1023, UINT64_C(0x7fe0000000000000)},
        {5e-324, 1, UINT64_C(0x0000000000000001)}, /* subnormal */
        {7.5, 0, UINT64_C(0x3ff0000000000000)},
        {1.0, INT64_MAX, UINT64_C(0x3ff0000000000000)},
        {2.0, 1024, UINT64_C(0x7ff0000000000000)},
        {2.0, 5000, UINT64_C(0x7ff0000000000000)},
        {1e308, 1 << 20, UINT64_C(0x7ff0000000000000)},
        {1.0000001, 2147483646, UINT64_C(0x534c2d021019df63)},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        if (bits_of(rh_go_pow(cases[i].base, cases[i].exponent)) != cases[i].bits)
            fail_msg("%zu: %llx", i,
                     (unsigned long long)bits_of(rh_go_pow(cases[i].base, cases[i].exponent)));
    assert_true(rh_go_pow(__builtin_inf(), 3) == __builtin_inf());
}

/* ---- retryable? ------------------------------------------------------------------------------ */

static void only_the_top_failure_counts(void **state)
{
    (void)state;
    const char *const listed[] = {"Bad", "TemporalTimeout:Heartbeat", "StartToClose", NULL};
    const rh_retry_policy_filled policy = {.non_retryable_types = listed};
    const rh_failure bad = {.kind = RH_FAILURE_APPLICATION, .type = "Bad", .message = ""};
    const struct {
        rh_failure failure;
        bool retryable;
    } cases[] = {
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good"}, true},
        {{.kind = RH_FAILURE_APPLICATION, .type = ""}, true},
        {{.kind = RH_FAILURE_APPLICATION, .type = "bad"}, true},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Bad2"}, true},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Bad"}, false},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good", .non_retryable = true}, false},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good", .cause = &bad}, true},
        {{.kind = RH_FAILURE_TIMEOUT, .type = "", .timeout_type = RH_TIMEOUT_START_TO_CLOSE}, true},
        {{.kind = RH_FAILURE_TIMEOUT, .type = "", .timeout_type = RH_TIMEOUT_HEARTBEAT}, false},
        {{.kind = RH_FAILURE_TIMEOUT, .type = "", .timeout_type = RH_TIMEOUT_SCHEDULE_TO_START},
         false},
        {{.kind = RH_FAILURE_TIMEOUT, .type = "", .timeout_type = RH_TIMEOUT_SCHEDULE_TO_CLOSE},
         false},
        {{.kind = RH_FAILURE_CANCELED, .type = ""}, false},
        {{.kind = RH_FAILURE_TERMINATED, .type = ""}, false},
        {{.kind = RH_FAILURE_SERVER, .type = ""}, true},
        {{.kind = RH_FAILURE_SERVER, .type = "", .non_retryable = true}, false},
        {{.kind = RH_FAILURE_ACTIVITY, .type = "", .cause = &bad}, true},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        if (rh_retry_is_retryable(&policy, &cases[i].failure) != cases[i].retryable)
            fail_msg("case %zu", i);
    const rh_retry_policy_filled none = {0};
    assert_true(rh_retry_is_retryable(&none, &bad));
}

/* Of local activities: the SDK looks through the chain of causes, and knows no "TemporalTimeout:".
 */
static void what_workers_try_again(void **state)
{
    (void)state;
    const char *const listed[] = {"Bad", "TemporalTimeout:Heartbeat", NULL};
    const rh_retry_policy_filled policy = {.initial_interval = RH_SECONDS(1),
                                           .backoff_coefficient = 1,
                                           .maximum_interval = RH_SECONDS(1),
                                           .non_retryable_types = listed};
    const rh_failure bad = {.kind = RH_FAILURE_APPLICATION, .type = "Bad"};
    const rh_failure canceled = {.kind = RH_FAILURE_CANCELED, .type = ""};
    const rh_failure late = {.kind = RH_FAILURE_TIMEOUT,
                             .type = "",
                             .timeout_type = RH_TIMEOUT_SCHEDULE_TO_CLOSE};
    const rh_failure good = {.kind = RH_FAILURE_APPLICATION, .type = "Good", .cause = &bad};
    const struct {
        rh_failure failure;
        rh_retry_state state;
    } cases[] = {
        {bad, RH_RETRY_NON_RETRYABLE_FAILURE},
        {good, RH_RETRY_IN_PROGRESS}, /* the first application failure counts */
        {{.kind = RH_FAILURE_ACTIVITY, .type = "", .cause = &bad}, RH_RETRY_NON_RETRYABLE_FAILURE},
        {{.kind = RH_FAILURE_ACTIVITY, .type = "", .cause = &good}, RH_RETRY_IN_PROGRESS},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good", .cause = &canceled},
         RH_RETRY_NON_RETRYABLE_FAILURE},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good", .cause = &late},
         RH_RETRY_NON_RETRYABLE_FAILURE},
        {late, RH_RETRY_TIMEOUT},
        {{.kind = RH_FAILURE_TIMEOUT, .type = "", .timeout_type = RH_TIMEOUT_HEARTBEAT},
         RH_RETRY_IN_PROGRESS},
        {{.kind = RH_FAILURE_TERMINATED, .type = ""}, RH_RETRY_NON_RETRYABLE_FAILURE},
        {{.kind = RH_FAILURE_APPLICATION, .type = "Good", .next_retry_delay = RH_ZERO},
         RH_RETRY_IN_PROGRESS},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const rh_retry_question question = {.policy = &policy,
                                            .failure = &cases[i].failure,
                                            .attempt = 1};
        rh_duration interval = 0;
        if (rh_retry_decide_local(&question, &interval) != cases[i].state)
            fail_msg("case %zu", i);
    }
}

/* ---- the decision ---------------------------------------------------------------------------- */

typedef struct decision {
    rh_retry_state state;
    rh_duration interval;
} decision;

static decision decide(rh_retry_question question)
{
    decision made = {0};
    made.state = rh_retry_decide(&question, &made.interval);
    return made;
}

/* A question that every check answers with no; each row lifts one ban, in order. */
static void checks_come_in_the_servers_order(void **state)
{
    (void)state;
    const char *const types[] = {"TemporalTimeout:Heartbeat", NULL};
    rh_retry_policy_filled policy = {S, 2.0, 100 * S, 2, types};
    rh_failure schedule = {.kind = RH_FAILURE_TIMEOUT,
                           .type = "",
                           .timeout_type = RH_TIMEOUT_SCHEDULE_TO_START};
    rh_failure heartbeat = {.kind = RH_FAILURE_TIMEOUT,
                            .type = "",
                            .timeout_type = RH_TIMEOUT_HEARTBEAT};
    rh_failure start = {.kind = RH_FAILURE_TIMEOUT,
                        .type = "",
                        .timeout_type = RH_TIMEOUT_START_TO_CLOSE};
    rh_retry_question q = {.policy = NULL,
                           .failure = &schedule,
                           .attempt = 2,
                           .cancel_requested = true,
                           .now = 100 * S,
                           .expiration = 100 * S + 1};
    assert_int_equal(decide(q).state, RH_RETRY_RETRY_POLICY_NOT_SET);
    q.policy = &policy;
    assert_int_equal(decide(q).state, RH_RETRY_CANCEL_REQUESTED);
    q.cancel_requested = false;
    assert_int_equal(decide(q).state, RH_RETRY_TIMEOUT);
    schedule.timeout_type = RH_TIMEOUT_SCHEDULE_TO_CLOSE;
    assert_int_equal(decide(q).state, RH_RETRY_TIMEOUT);
    q.before_1_31 = true;
    assert_int_equal(decide(q).state, RH_RETRY_NON_RETRYABLE_FAILURE);
    q.before_1_31 = false;
    q.failure = &heartbeat;
    assert_int_equal(decide(q).state, RH_RETRY_NON_RETRYABLE_FAILURE);
    q.failure = &start;
    assert_int_equal(decide(q).state, RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    q.attempt = 3;
    assert_int_equal(decide(q).state, RH_RETRY_MAXIMUM_ATTEMPTS_REACHED);
    q.attempt = 1;
    assert_int_equal(decide(q).state, RH_RETRY_TIMEOUT);
    q.expiration = 0;
    assert_int_equal(decide(q).state, RH_RETRY_IN_PROGRESS);
    assert_int_equal(decide(q).interval, S);
    policy.maximum_attempts = 0; /* unlimited */
    q.attempt = 1000000;
    assert_int_equal(decide(q).state, RH_RETRY_IN_PROGRESS);
    assert_int_equal(decide(q).interval, 100 * S);
}

static void a_retry_exactly_at_the_expiration_is_allowed(void **state)
{
    (void)state;
    const rh_retry_policy_filled policy = {S, 2.0, 100 * S, 0, NULL};
    const rh_failure failure = {.kind = RH_FAILURE_APPLICATION, .type = ""};
    static const struct {
        rh_time now, expiration;
        rh_retry_state state;
    } cases[] = {
        {10 * S, 11 * S, RH_RETRY_IN_PROGRESS},
        {10 * S, 11 * S - 1, RH_RETRY_TIMEOUT},
        {10 * S, 11 * S + 1, RH_RETRY_IN_PROGRESS},
        {10 * S, 10 * S, RH_RETRY_TIMEOUT},
        {10 * S, 9 * S, RH_RETRY_TIMEOUT},
        {INT64_MAX - 1, INT64_MAX, RH_RETRY_TIMEOUT}, /* no overflow */
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        decision made = decide((rh_retry_question){.policy = &policy,
                                                   .failure = &failure,
                                                   .attempt = 1,
                                                   .now = cases[i].now,
                                                   .expiration = cases[i].expiration});
        if (made.state != cases[i].state)
            fail_msg("case %zu: %s", i, rh_retry_state_name(made.state));
    }
}

static void next_retry_delay_replaces_interval_and_cap(void **state)
{
    (void)state;
    const rh_retry_policy_filled policy = {S, 2.0, 2 * S, 3, NULL};
    static const struct {
        rh_duration delay;
        int32_t attempt;
        rh_time expiration;
        rh_retry_state state;
        rh_duration interval;
    } cases[] = {
        {0, 2, 0, RH_RETRY_IN_PROGRESS, 2 * S},
        {60 * S, 1, 0, RH_RETRY_IN_PROGRESS, 60 * S},
        {1, 2, 0, RH_RETRY_IN_PROGRESS, 1},
        {60 * S, 3, 0, RH_RETRY_MAXIMUM_ATTEMPTS_REACHED, 0},
        {60 * S, 1, 59 * S, RH_RETRY_TIMEOUT, -1},
        {60 * S, 1, 60 * S, RH_RETRY_IN_PROGRESS, 60 * S},
        {RH_ZERO, 1, 0, RH_RETRY_TIMEOUT, -1},
        {RH_ZERO, 3, 0, RH_RETRY_MAXIMUM_ATTEMPTS_REACHED, -1},
        {-1, 1, 0, RH_RETRY_TIMEOUT, -1}, /* not positive: as an explicit zero */
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const rh_failure failure = {.kind = RH_FAILURE_APPLICATION,
                                    .type = "",
                                    .next_retry_delay = cases[i].delay};
        decision made = decide((rh_retry_question){.policy = &policy,
                                                   .failure = &failure,
                                                   .attempt = cases[i].attempt,
                                                   .now = 0,
                                                   .expiration = cases[i].expiration});
        if (made.state != cases[i].state)
            fail_msg("case %zu: %s", i, rh_retry_state_name(made.state));
        if (made.state == RH_RETRY_IN_PROGRESS)
            assert_int_equal(made.interval, cases[i].interval);
    }
    /* Only application failures have one. */
    const rh_failure timeout = {.kind = RH_FAILURE_TIMEOUT,
                                .type = "",
                                .timeout_type = RH_TIMEOUT_START_TO_CLOSE,
                                .next_retry_delay = 60 * S};
    assert_int_equal(
        decide((rh_retry_question){.policy = &policy, .failure = &timeout, .attempt = 1}).interval,
        S);
}

static void a_workflows_delay_is_capped(void **state)
{
    static const struct {
        rh_duration delay, expected;
    } cases[] = {
        {RH_SECONDS(77), RH_SECONDS(2)},
        {RH_SECONDS(2), RH_SECONDS(2)},
        {RH_MILLISECONDS(1500), RH_MILLISECONDS(1500)},
        {RH_ZERO, RH_SECONDS(2)},
    };
    rh_retry_policy_filled policy = {.initial_interval = RH_SECONDS(1),
                                     .backoff_coefficient = 2,
                                     .maximum_interval = RH_SECONDS(2)};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_failure failure = {.kind = RH_FAILURE_APPLICATION,
                              .type = "",
                              .next_retry_delay = cases[i].delay};
        rh_retry_question question = {
            .policy = &policy, .failure = &failure, .attempt = 1, .of_workflow = true};
        rh_duration interval = 0;
        assert_int_equal(rh_retry_decide(&question, &interval), RH_RETRY_IN_PROGRESS);
        assert_int_equal(interval, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_field_has_its_own_default, set_up, tear_down),
        cmocka_unit_test_setup_teardown(types_are_copied, set_up, tear_down),
        cmocka_unit_test(unset_means_every_field),
        cmocka_unit_test_setup_teardown(what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(intervals_are_those_of_go, set_up, tear_down),
        cmocka_unit_test(powers_are_those_of_go),
        cmocka_unit_test(only_the_top_failure_counts),
        cmocka_unit_test(what_workers_try_again),
        cmocka_unit_test(checks_come_in_the_servers_order),
        cmocka_unit_test(a_retry_exactly_at_the_expiration_is_allowed),
        cmocka_unit_test(next_retry_delay_replaces_interval_and_cap),
        cmocka_unit_test(a_workflows_delay_is_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
