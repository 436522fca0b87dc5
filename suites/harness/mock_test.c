/* Mocks: which attempts they answer, how often, in which order they are asked, and what is said
 * when none answers or a promise is broken. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options thrice = {
    .start_to_close = RH_HOURS(1),
    .retry = {.initial_interval = S(1), .backoff_coefficient = 1, .maximum_attempts = 3}};

/* The input is a list of calls: [type, queue or null, argument ...]. What each gives is logged;
 * failures do no harm. */
static const rh_failure *asks(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    for (size_t i = 0; i < rh_count_of(input); i++) {
        const rh_value *call = rh_at(input, i), *value = NULL;
        const rh_value *args[4];
        rh_activity_options options = thrice;
        size_t count = 0;
        for (; count + 2 < rh_count_of(call); count++)
            args[count] = rh_at(call, count + 2);
        rh_value list = {.kind = RH_LIST, .count = (uint32_t)count, .as = {.items = args}};
        options.task_queue =
            rh_kind_of(rh_at(call, 1)) == RH_STRING ? rh_text_of(rh_at(call, 1)) : NULL;
        const rh_failure *failure =
            rh_await(wf,
                     rh_activity(wf, rh_text_of(rh_at(call, 0)), count ? &list : NULL, &options),
                     &value);
        rh_log(wf, "%s",
               failure ? rh_failure_type(rh_failure_root(failure))
                       : rh_print(wf, "%lld", (long long)rh_integer_of(value)));
    }
    return NULL;
}

static const rh_workflow_definition workflows[] = {{.name = "asks", .run = asks}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "mock", workflows, NULL};
DEFINE_ENVS(module)

#define CALL(...) RH_LIST_OF(__VA_ARGS__)
#define PLAIN(type) RH_LIST_OF(rh_string(type), rh_null())
#define RESULT(n) .result = rh_integer(n)

/* ---- matching -------------------------------------------------------------------------------- */

static bool is_even(const rh_value *value, const void *data)
{
    (void)data;
    return rh_integer_of(value) % 2 == 0;
}

static void by_arguments(void **state)
{
    rh_env *env = *state;
    const rh_value *w = rh_string("Work"), *none = rh_null();
    rh_mock(env, "Work", .args = RH_ARGS(rh_integer(1)), RESULT(1));
    rh_mock(env, "Work", .args = RH_ARGS(rh_integer(1), rh_string("x")), RESULT(2));
    rh_mock(env, "Work", .args = RH_ARGS(RH_SUBSET({"a", rh_integer(1)})), RESULT(3));
    rh_mock(env, "Work", .args = RH_ARGS(RH_WHERE(is_even, NULL, "an even number")), RESULT(4));
    rh_mock(env, "Work", .args = RH_ARGS(RH_ANY), RESULT(5));
    rh_mock(env, "Work", .args = RH_ARGS(RH_ANY, RH_ANY), RESULT(6));
    rh_mock(env, "Work", RESULT(7));
    rh_run(env, "asks",
           RH_LIST_OF(CALL(w, none, rh_integer(1)), CALL(w, none, rh_integer(1), rh_string("x")),
                      CALL(w, none, RH_OBJECT_OF({"b", rh_null()}, {"a", rh_integer(1)})),
                      CALL(w, none, rh_integer(6)), CALL(w, none, rh_integer(7)),
                      CALL(w, none, RH_OBJECT_OF({"a", rh_integer(3)})),
                      CALL(w, none, rh_integer(1), rh_string("y")), CALL(w, none),
                      CALL(w, none, none, none, none)));
    assert_string_equal(told(env), "1, 2, 3, 4, 5, 4, 6, 7, 7");
    assert_clean(env);
}

static void by_path(void **state)
{
    rh_env *env = *state;
    const rh_value *w = rh_string("Work"), *none = rh_null();
    const rh_value *x = CALL(w, none, rh_string("x"));
    rh_mock(env, "Work[x]#2", RESULT(1));
    rh_mock(env, "Work[x]", RESULT(2), .times = 1);
    rh_mock(env, "Work", RESULT(3));
    rh_run(env, "asks", RH_LIST_OF(x, x, x, CALL(w, none, rh_string("y"))));
    assert_string_equal(told(env), "2, 1, 3, 3");
    assert_clean(env);
}

static void by_attempt_nth_and_queue(void **state)
{
    rh_env *env = *state;
    const rh_failure_options *down = RH_FAILURE("Down", "down");
    rh_mock(env, "Work", .attempt = 1, .failure = down);
    rh_mock(env, "Work", .attempt = 2, .nth = 2, .failure = down);
    rh_mock(env, "Work", .nth = 3, .task_queue = "fast", RESULT(30));
    rh_mock(env, "Work", .nth = 1, RESULT(1));
    rh_mock(env, "Work", .task_queue = "slow", RESULT(20));
    rh_mock(env, "Work", .task_queue = "default", RESULT(10));
    rh_mock(env, "Other", RESULT(5)); /* does not count */
    const rh_value *w = rh_string("Work");
    rh_run(env, "asks",
           RH_LIST_OF(PLAIN("Other"), PLAIN("Work"), CALL(w, rh_string("slow")),
                      CALL(w, rh_string("fast")), PLAIN("Work")));
    assert_string_equal(told(env), "5, 1, 20, 30, 10");
    rh_assert_attempts(env, "Work", 2 + 3 + 2 + 2);
    assert_clean(env);
}

static void layers_are_asked_from_inside(void **state)
{
    rh_env *env = *state;
    rh_fixture_mock(env, "Work", RESULT(5));
    rh_mock(env, "Work", RESULT(3), .nth = 2);
    rh_mock(env, "Work", RESULT(4), .times = 2); /* in the order of declaration */
    rh_row_mock(env, "Work", RESULT(1), .nth = 1);
    rh_row_mock(env, "Work", RESULT(2), .nth = 1);
    rh_run(env, "asks",
           RH_LIST_OF(PLAIN("Work"), PLAIN("Work"), PLAIN("Work"), PLAIN("Work"), PLAIN("Work")));
    assert_string_equal(told(env), "1, 3, 4, 4, 5");
    assert_clean(env);
    assert_int_equal(rh_env_warning_count(env), 1); /* the second of the row */
}

static void a_sequence_by_use(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work",
            RH_SEQUENCE({.failure = RH_FAILURE("One", "1")}, {.failure = RH_FAILURE("Two", "2")},
                        {RESULT(3)}, {RESULT(4)}));
    rh_run(env, "asks", RH_LIST_OF(PLAIN("Work"), PLAIN("Work"), PLAIN("Work")));
    assert_string_equal(told(env), "3, 4, 4");
    rh_env_restart(env); /* counts begin anew */
    rh_run(env, "asks", RH_LIST_OF(PLAIN("Work")));
    assert_string_equal(told(env), "3");
    rh_assert_attempts(env, "Work", 3);
    assert_clean(env);
}

static void used_up_the_next_is_asked(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", RESULT(1), .times = 2);
    rh_mock(env, "Work", RESULT(2), .at_most = 1);
    rh_mock(env, "Work", RESULT(3), .at_least = 1);
    rh_run(env, "asks",
           RH_LIST_OF(PLAIN("Work"), PLAIN("Work"), PLAIN("Work"), PLAIN("Work"), PLAIN("Work")));
    assert_string_equal(told(env), "1, 1, 2, 3, 3");
    assert_clean(env);
}

/* ---- promises -------------------------------------------------------------------------------- */

static void promises(void **state)
{
    static const struct {
        rh_mock_options mock;
        int calls;
        const char *problem; /* NULL: kept */
    } cases[] = {
        {{.times = 2}, 2, NULL},
        {{.times = 2}, 1, "mock 'Work' was to answer 2 attempts, it answered 1"},
        {{.times = 1}, 0, "mock 'Work' was to answer 1 attempt, it answered 0"},
        {{.at_least = 2}, 2, NULL},
        {{.at_least = 2}, 3, NULL},
        {{.at_least = 2}, 1, "mock 'Work' was to answer at least 2 attempts, it answered 1"},
        {{.at_most = 2}, 0, NULL},
        {{.at_most = 2}, 2, NULL},
        {{.at_least = 1, .at_most = 2}, 0, "at least 1 attempt, it answered 0"},
        {{.never = true}, 0, NULL},
        {{0}, 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int layer = RH_LAYER_ROW; layer <= RH_LAYER_FIXTURE; layer++) {
            rh_env *env = rh_env_create(&module);
            rh_mock_options mock = cases[i].mock;
            const rh_value *calls[] = {PLAIN("Work"), PLAIN("Work"), PLAIN("Work")};
            rh_value list = {.kind = RH_LIST,
                             .count = (uint32_t)cases[i].calls,
                             .as = {.items = calls}};
            mock.type = "Work";
            mock.file = "there.c";
            mock.line = 12;
            rh_add_mock(env, (rh_layer)layer, &mock);
            rh_run(env, "asks", &list);
            if (cases[i].problem) {
                assert_one_failing(env, cases[i].problem);
                assert_string_equal(rh_env_problem(env, 0)->file, "there.c");
                assert_int_equal(rh_env_problem(env, 0)->line, 12);
                assert_int_equal(rh_env_finish(env), 1); /* once */
            } else {
                assert_clean(env);
                /* A mock that answers nothing is a warning, but not in a fixture. */
                bool warns = !cases[i].calls && !mock.never && layer != RH_LAYER_FIXTURE;
                assert_int_equal(rh_env_warning_count(env), warns);
            }
            rh_env_destroy(env);
        }
}

static void a_violated_never_fails_the_test_though_the_step_is_not_fatal(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .never = true);
    rh_fixture_mock(env, "Work", RESULT(1));
    rh_fault_at(env, "Work@2", "dns"); /* that this is not reached is no news */
    rh_run(env, "asks", RH_LIST_OF(CALL(rh_string("Work"), rh_null(), rh_string("v1"))));
    assert_one_error(env, "mock 'Work' must never be called, but Work[v1]@1 was\n"
                          "  arguments: [\"v1\"]");
    assert_string_equal(rh_env_problem(env, 0)->file, __FILE__);
    assert_int_equal(rh_env_problem(env, 0)->line, __LINE__ - 7);
    assert_int_equal(rh_status_of(env), RH_RUNNING); /* the world stopped there */
    assert_string_equal(nth_entry(env, RH_ENTRY_TEST_ERROR, 0)->text,
                        "mock 'Work' must never be called, but Work[v1]@1 was");
    assert_contains(rh_env_report(env), "mock_test.c:");
    assert_contains(rh_env_report(env), ": error: mock 'Work' must never be called");
}

static void unused_mocks_are_warned_of(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", RESULT(1));
    rh_mock(env, "Work", RESULT(2));
    rh_mock(env, "Wrok", RESULT(2));
    rh_mock(env, "Something", RESULT(2));
    rh_run(env, "asks", RH_LIST_OF(PLAIN("Work")));
    assert_clean(env);
    static const char *const warnings[] = {
        "mock 'Work' answered nothing; mocks before it took all calls, or none matched",
        "mock 'Wrok' answered nothing; did you mean 'Work'?",
        "mock 'Something' answered nothing",
    };
    assert_int_equal(rh_env_warning_count(env), LENGTH(warnings));
    for (size_t i = 0; i < LENGTH(warnings); i++)
        assert_string_equal(rh_env_warning(env, i)->message, warnings[i]);
    assert_contains(rh_env_report(env), "warning: ");
}

/* ---- nobody answers -------------------------------------------------------------------------- */

static void the_nearest_mock_is_named(void **state)
{
    static const struct {
        rh_mock_options mock;
        const char *message;
    } cases[] = {
        {{.type = "Other"},
         "no mock answers Work[v1]@1: unknown activity 'Work'\n"
         "  arguments: [\"v1\",2]"},
        {{.type = "Wrok"},
         "no mock answers Work[v1]@1: unknown activity 'Work'; did you mean "
         "'Wrok'?\n  arguments: [\"v1\",2]"},
        {{.type = "Work[v2]"},
         "no mock answers Work[v1]@1\n  arguments: [\"v1\",2]\n"
         "  nearest mock, at there.c:7, answers Work[v2] only"},
        {{.type = "Work", .attempt = 2},
         "no mock answers Work[v1]@1\n  arguments: [\"v1\",2]\n"
         "  nearest mock, at there.c:7, answers attempt 2 only"},
        {{.type = "Work", .nth = 5}, "there.c:7, answers call 5 of this type only; this is call 1"},
        {{.type = "Work", .task_queue = "fast"},
         "there.c:7, answers on task queue 'fast' only; this is 'default'"},
    };
    (void)state;
    const rh_value *call = CALL(rh_string("Work"), rh_null(), rh_string("v1"), rh_integer(2));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock_options mock = cases[i].mock;
        mock.file = "there.c";
        mock.line = 7;
        rh_add_mock(env, RH_LAYER_FIXTURE, &mock);
        rh_run(env, "asks", RH_LIST_OF(call));
        assert_one_error(env, cases[i].message);
        assert_null(rh_env_problem(env, 0)->file);
        rh_env_destroy(env);
    }
}

static void arguments_are_compared(void **state)
{
    rh_env *env = *state;
    int line = __LINE__ + 1;
    rh_mock(env, "Work", .args = RH_ARGS(rh_string("v2"), rh_integer(2)));
    rh_mock(env, "Work", .args = RH_ARGS(rh_string("v3"))); /* no nearer */
    rh_run(env, "asks",
           RH_LIST_OF(CALL(rh_string("Work"), rh_null(), rh_string("v1"), rh_integer(2))));
    assert_one_error(env, rh_env_print(env,
                                       "mock_test.c:%d, expects other arguments:\n"
                                       "    $.0: expected \"v2\", got \"v1\"\n",
                                       line));
}

static void a_used_up_mock_is_the_nearest(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .args = RH_ARGS(rh_string("v2")), .attempt = 3);
    int line = __LINE__ + 1;
    rh_mock(env, "Work", .times = 1);
    rh_mock(env, "Work", .attempt = 7);
    rh_run(env, "asks", RH_LIST_OF(PLAIN("Work"), PLAIN("Work")));
    assert_one_error(env, "no mock answers Work#2@1\n  arguments: null\n  nearest mock, at ");
    assert_contains(rh_env_problem(env, 0)->message,
                    rh_env_print(env,
                                 "mock_test.c:%d, is used up: it has answered 1 attempt, as "
                                 "it should",
                                 line));
    assert_string_equal(told(env), "0");
}

/* ---- contradictions -------------------------------------------------------------------------- */

static void answers_nothing(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)attempt, (void)answer, (void)data;
}

/* In the order of the cases below. */
static const char *const contradictions[] = {
    "says both .result and .failure; it can end in one way only",
    "says both .failure and .fault",
    "says both .fault and .hangs",
    "says both .hangs and .crashes",
    "says both .crashes and .call",
    ".takes is negative (-1s)",
    ".takes_at_most is negative (-1ns)",
    ".start_delay is negative",
    ".heartbeat_every is negative",
    ".cancel_takes is negative",
    ".takes_at_most is less than .takes",
    "says both .takes and .takes_quantiles",
    "says both .takes and .takes_quantiles",
    ".takes_quantiles are not in rising order",
    ".takes_quantiles is negative",
    ".heartbeats are not in rising order",
    ".heartbeats is negative",
    ".cancel_takes needs .on_cancel = RH_TAKES",
    "unknown fault 'dnss'; did you mean 'dns'?",
    "unknown fault 'nothing like it'",
    ".times, .at_least and .at_most must not be negative",
    ".times, .at_least and .at_most must not be negative",
    ".times, .at_least and .at_most must not be negative",
    "says .never and a number of times",
    "says .never and a number of times",
    "says .times and also .at_least or .at_most",
    "says .times and also .at_least or .at_most",
    ".at_least is more than .at_most",
    ".attempt and .nth count from 1",
    ".attempt and .nth count from 1",
    ".args is no list; use RH_ARGS(...)",
    "says .sequence and an answer of its own; put the answer into the sequence",
    "says .sequence and an answer of its own",
    ".takes is negative (-1ns)",
    ".failure.next_retry_delay is negative (-1s)",
};

static void contradictory_mocks_are_refused(void **state)
{
    static const rh_duration falling[] = {S(2), S(1)}, below[] = {-1, S(1)};
    const rh_heartbeat_spec unordered[] = {{S(2), NULL}, {S(1), NULL}}, early[] = {{-1, NULL}};
    const rh_answer sequence[] = {{.hangs = true}, {.takes = -1}};
    const rh_failure_options *failure = RH_FAILURE("A", "b");
    const rh_failure_options backwards = {.next_retry_delay = -S(1)};
    const rh_mock_options cases[] = {
        {.result = rh_null(), .failure = failure},
        {.failure = failure, .fault = "dns"},
        {.fault = "dns", .hangs = true},
        {.hangs = true, .crashes = true},
        {.crashes = true, .call = answers_nothing},
        {.takes = -S(1)},
        {.takes_at_most = -1},
        {.start_delay = -1},
        {.heartbeat_every = -1},
        {.on_cancel = RH_TAKES, .cancel_takes = -1},
        {.takes = S(2), .takes_at_most = S(1)},
        {.takes = S(2), .takes_quantiles = falling + 1, .takes_quantiles_count = 1},
        {.takes_at_most = S(2), .takes_quantiles = falling + 1, .takes_quantiles_count = 1},
        {.takes_quantiles = falling, .takes_quantiles_count = 2},
        {.takes_quantiles = below, .takes_quantiles_count = 2},
        {.heartbeats = unordered, .heartbeats_count = 2},
        {.heartbeats = early, .heartbeats_count = 1},
        {.cancel_takes = S(1)},
        {.fault = "dnss"},
        {.fault = "nothing like it"},
        {.times = -1},
        {.at_least = -1},
        {.at_most = -1},
        {.never = true, .times = 1},
        {.never = true, .at_least = 1},
        {.times = 1, .at_least = 1},
        {.times = 1, .at_most = 1},
        {.at_least = 3, .at_most = 2},
        {.attempt = -1},
        {.nth = -1},
        {.args = rh_string("x")},
        {.sequence = sequence, .sequence_count = 1, .takes = S(1)},
        {.sequence = sequence, .sequence_count = 1, .on_cancel = RH_IGNORES},
        {.sequence = sequence, .sequence_count = 2},
        {.failure = &backwards},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock_options mock = cases[i];
        mock.type = "Work";
        mock.file = "there.c";
        mock.line = 12;
        rh_add_mock(env, RH_LAYER_TEST, &mock);
        assert_one_error(env, "mock 'Work': ");
        assert_contains(rh_env_problem(env, 0)->message, contradictions[i]);
        assert_string_equal(rh_env_problem(env, 0)->file, "there.c");
        assert_int_equal(rh_env_problem(env, 0)->line, 12);
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_mock(env, "");
    rh_mock(env, NULL);
    assert_int_equal(rh_env_finish(env), 2);
    assert_string_equal(rh_env_problem(env, 1)->message, "mock '': names no activity type");
}

static void declarations_are_copied(void **state)
{
    rh_env *env = *state;
    char type[] = "Work", queue[] = "default", text[] = "v1", name[] = "Broken";
    rh_failure_options failure = {.type = name, .message = "no", .non_retryable = true};
    rh_mock(env, type, .task_queue = queue, .args = RH_ARGS(rh_string(text)), .failure = &failure);
    type[0] = queue[0] = text[0] = name[0] = 'X';
    failure.non_retryable = false;
    rh_run(env, "asks", RH_LIST_OF(CALL(rh_string("Work"), rh_null(), rh_string("v1"))));
    assert_string_equal(told(env), "Broken");
    rh_assert_attempts(env, "Work", 1);
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(by_arguments),
        PLAYED(by_path),
        PLAYED(by_attempt_nth_and_queue),
        PLAYED(layers_are_asked_from_inside),
        PLAYED(a_sequence_by_use),
        PLAYED(used_up_the_next_is_asked),
        PLAYED(promises),
        PLAYED(a_violated_never_fails_the_test_though_the_step_is_not_fatal),
        PLAYED(unused_mocks_are_warned_of),
        PLAYED(the_nearest_mock_is_named),
        PLAYED(arguments_are_compared),
        PLAYED(a_used_up_mock_is_the_nearest),
        PLAYED(contradictory_mocks_are_refused),
        PLAYED(declarations_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
