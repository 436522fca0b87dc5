/* Assertions: each of them both ways, with what it says when it does not hold. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options options = {
    .start_to_close = S(60),
    .retry = {.initial_interval = S(1), .backoff_coefficient = 1, .maximum_attempts = 2}};

/* Build[a] fails once, Build[b] runs beside it, then Ship, then Mail that is left running. */
static const rh_failure *releases(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *builds[] = {rh_activity(wf, "Build", RH_ARGS(rh_string("a")), &options),
                           rh_activity(wf, "Build", RH_ARGS(rh_string("b")), &options)};
    (void)input;
    const rh_failure *failure = rh_await_all(wf, builds, 2, NULL);
    if (failure)
        return rh_wrap(wf, failure, "build failed");
    rh_log(wf, "built");
    rh_activity(wf, "Mail", RH_ARGS(rh_integer(1)), &options);
    if (rh_await(wf, rh_activity(wf, "Ship", RH_ARGS(rh_string("v1")), &options), NULL))
        rh_warn(wf, "could not ship");
    *result = rh_copy(wf, RH_OBJECT_OF({"url", rh_string("here")}));
    return NULL;
}

static const rh_failure *other(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    (void)result;
    rh_await(wf, rh_activity(wf, "Build", RH_ARGS(rh_string("c")), &options), NULL);
    rh_log(wf, "other");
    rh_warn(wf, "other warns");
    return rh_receive(wf, "go", NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "releases", .run = releases},
                                                   {.name = "other", .run = other},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "assert", workflows, NULL};
DEFINE_ENVS(module)

static void play(rh_env *env, bool ship_fails)
{
    rh_mock(env, "Build", .args = RH_ARGS(rh_string("a")), .attempt = 1, .takes = S(2),
            .failure = RH_FAILURE("Flaky", "flaked"));
    rh_mock(env, "Build", .takes = S(5), .heartbeat_every = S(2));
    rh_mock(env, "Mail", .takes = S(50));
    if (ship_fails)
        rh_mock(env, "Ship", .failure = RH_FAILURE("Closed", "closed"), .takes = S(3));
    else
        rh_mock(env, "Ship", .takes = S(3), RH_EFFECTS({"release", "$0"}, {"tag", "t"}));
    rh_start(env, "releases", NULL, NULL);
    rh_start(env, "other", NULL, &(rh_run_options){.at = S(1)});
    rh_play(env);
}

/* The problems so far, joined; and begins anew. */
static const char *problems(rh_env *env)
{
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < rh_env_problem_count(env); i++) {
        const rh_problem *problem = rh_env_problem(env, i);
        assert_false(problem->is_error);
        assert_string_equal(problem->file, "there.c");
        assert_int_equal(problem->line, 5);
        rh_text_printf(&text, "%s%s", i ? "\n" : "", problem->message);
    }
    env->problems.count = 0;
    return rh_text_string(&text);
}
#define AT env, "there.c", 5
#define HOLDS(call)                                                                                \
    call;                                                                                          \
    assert_string_equal(problems(env), "")
#define FAILS(call, message)                                                                       \
    call;                                                                                          \
    assert_string_equal(problems(env), (message))

/* ---- the run --------------------------------------------------------------------------------- */

static void conditions(void **state)
{
    rh_env *env = *state;
    HOLDS(rh_assert_at(AT, true, "1 == 1"));
    FAILS(rh_assert_at(AT, false, "1 == 2"), "does not hold: 1 == 2");
    int line = __LINE__ + 1;
    rh_assert(env, line == 0);
    assert_one_failing(env, "does not hold: line == 0");
    assert_string_equal(rh_env_problem(env, 0)->file, __FILE__);
    assert_int_equal(rh_env_problem(env, 0)->line, line);
}

static void status_and_result(void **state)
{
    rh_env *env = *state;
    FAILS(rh_assert_status_at(AT, RH_SUCCEEDED),
          "expected that the workflow succeeded, but it is not started");
    play(env, false);
    HOLDS(rh_assert_status_at(AT, RH_SUCCEEDED));
    FAILS(rh_assert_status_at(AT, RH_FAILED), "expected that releases failed, but it succeeded");
    HOLDS(rh_assert_result_at(AT, RH_OBJECT_OF({"url", rh_string("here")})));
    HOLDS(rh_assert_result_at(AT, RH_SUBSET({"url", RH_ANY})));
    FAILS(rh_assert_result_at(AT, RH_OBJECT_OF({"url", rh_string("there")})),
          "the result of releases is not as expected:\n"
          "  $.url: expected \"there\", got \"here\"\n");
    rh_look_at(env, "other");
    HOLDS(rh_assert_status_at(AT, RH_STUCK));
    FAILS(rh_assert_status_at(AT, RH_SUCCEEDED), "expected that other succeeded, but it is stuck\n"
                                                 "  stuck: main waits for signal 'go'");
    HOLDS(rh_assert_stuck_at(AT, "signal 'go'"));
    FAILS(rh_assert_stuck_at(AT, "signal 'stop'"),
          "expected that other is stuck with 'signal 'stop''\n"
          "  stuck: main waits for signal 'go'");
    rh_look_at(env, "releases");
    FAILS(rh_assert_stuck_at(AT, "signal"),
          "expected that releases is stuck with 'signal', but it succeeded");
}

static void a_running_one(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Build", .takes = S(5));
    rh_start(env, "other", NULL, NULL);
    rh_play_for(env, S(3));
    HOLDS(rh_assert_status_at(AT, RH_RUNNING));
    HOLDS(rh_assert_duration_at(AT, S(3), S(3)));
    FAILS(rh_assert_status_at(AT, RH_SUCCEEDED),
          "expected that other succeeded, but it is still running");
    rh_cancel_at(env, S(4), NULL);
    rh_play(env);
    FAILS(rh_assert_status_at(AT, RH_RUNNING),
          "expected that other is running, but it was canceled\n  failure: canceled");
    FAILS(rh_assert_status_at(AT, RH_TERMINATED),
          "expected that other was terminated, but it was canceled\n  failure: canceled");
    FAILS(rh_assert_status_at(AT, RH_TIMED_OUT),
          "expected that other timed out, but it was canceled\n  failure: canceled");
    FAILS(rh_assert_status_at(AT, RH_STUCK),
          "expected that other is stuck, but it was canceled\n  failure: canceled");
}

static void failures(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Build", .failure = RH_FAILURE("Broken", "no space"));
    rh_start(env, "releases", NULL, NULL);
    FAILS(rh_assert_failure_at(AT, RH_FAILURE_APPLICATION, "x"),
          "expected a failure of kind application with 'x' in its message or type, but releases "
          "has none");
    FAILS(rh_assert_failure_text_at(AT, "x"), "expected 'x' in the failure of releases");
    rh_play(env);
    HOLDS(rh_assert_failure_at(AT, RH_FAILURE_APPLICATION, "build failed"));
    HOLDS(rh_assert_failure_at(AT, RH_FAILURE_APPLICATION, "wrapError"));
    HOLDS(rh_assert_failure_at(AT, RH_FAILURE_APPLICATION, "Brok")); /* further down */
    HOLDS(rh_assert_failure_at(AT, RH_FAILURE_APPLICATION, "no space"));
    HOLDS(rh_assert_failure_at(AT, RH_FAILURE_ACTIVITY, "activity error"));
    static const char text[] =
        "build failed (type: wrapError, retryable: true): activity error (type: Build, "
        "scheduledEventID: 5, startedEventID: 7, identity: host-1): no space (type: Broken, "
        "retryable: true)";
    FAILS(rh_assert_failure_at(AT, RH_FAILURE_TIMEOUT, "Brok"),
          rh_env_print(env,
                       "expected a failure of kind timeout with 'Brok' in its message or "
                       "type\n  failure: %s",
                       text));
    FAILS(rh_assert_failure_at(AT, RH_FAILURE_ACTIVITY, "Brok"),
          rh_env_print(env,
                       "expected a failure of kind activity with 'Brok' in its message or "
                       "type\n  failure: %s",
                       text));
    HOLDS(rh_assert_failure_text_at(AT, "identity: host-1): no space"));
    FAILS(rh_assert_failure_text_at(AT, "disk full"),
          rh_env_print(env, "expected 'disk full' in the failure of releases\n  failure: %s",
                       text));
    FAILS(rh_assert_status_at(AT, RH_SUCCEEDED),
          rh_env_print(env, "expected that releases succeeded, but it failed\n  failure: %s",
                       text));
}

static void durations(void **state)
{
    rh_env *env = *state;
    play(env, false);
    rh_duration took = S(2 + 1 + 5 + 3);
    HOLDS(rh_assert_duration_at(AT, took, took));
    HOLDS(rh_assert_duration_at(AT, took - 1, took));
    HOLDS(rh_assert_duration_at(AT, took, took + 1));
    FAILS(rh_assert_duration_at(AT, took + 1, took + 1),
          "expected that releases takes 11.000000001s, but it took 11s");
    FAILS(rh_assert_duration_at(AT, 0, took - 1),
          "expected that releases takes 0s to 10.999999999s, but it took 11s");
    FAILS(rh_assert_duration_at(AT, took + 1, S(20)),
          "expected that releases takes 11.000000001s to 20s, but it took 11s");
}

/* ---- calls and attempts ---------------------------------------------------------------------- */

static void counts(void **state)
{
    static const struct {
        const char *path;
        size_t calls, attempts, heartbeats;
    } cases[] = {
        {"Build", 2, 3, 4},    {"Build[a]", 1, 2, 2}, {"Build[b]", 1, 1, 2},
        {"Build[c]", 0, 0, 0}, {"Build#1", 2, 3, 4},  {"Ship", 1, 1, 0},
    };
    rh_env *env = *state;
    play(env, false);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *path = cases[i].path;
        assert_int_equal(rh_attempts_of(env, path), cases[i].attempts);
        HOLDS(rh_assert_calls_at(AT, path, cases[i].calls));
        HOLDS(rh_assert_attempts_at(AT, path, cases[i].attempts));
        HOLDS(rh_assert_heartbeats_at(AT, path, cases[i].heartbeats));
        FAILS(rh_assert_calls_at(AT, path, 7),
              rh_env_print(env, "expected 7 calls of %s, found %zu", path, cases[i].calls));
        FAILS(rh_assert_attempts_at(AT, path, 1 + cases[i].attempts),
              rh_env_print(env, "expected %zu attempt%s of %s, found %zu", cases[i].attempts + 1,
                           cases[i].attempts ? "s" : "", path, cases[i].attempts));
        FAILS(rh_assert_heartbeats_at(AT, path, 9),
              rh_env_print(env, "expected 9 heartbeats of %s, found %zu", path,
                           cases[i].heartbeats));
    }
}

/* A mistyped name is never "found 0, as expected". */
static void unknown_activities(void **state)
{
    static const char message[] = "unknown activity 'Biuld'; did you mean 'Build'?";
    static const rh_duration none[1];
    rh_env *env = *state;
    play(env, false);
    FAILS(rh_assert_calls_at(AT, "Biuld", 0), message);
    FAILS(rh_assert_attempts_at(AT, "Biuld[a]", 0), message);
    FAILS(rh_assert_heartbeats_at(AT, "Biuld#2", 0), message);
    FAILS(rh_assert_args_at(AT, "Biuld", RH_ANY), message);
    FAILS(rh_assert_starts_at(AT, "Biuld", none, 0), message);
    FAILS(rh_assert_order_at(AT, RH_NAMES("Build", "Biuld")), message);
    FAILS(rh_assert_calls_at(AT, "Unheard", 0), "unknown activity 'Unheard'");
    rh_fixture_mock(env, "Unheard"); /* mocked, never called: known */
    HOLDS(rh_assert_calls_at(AT, "Unheard", 0));
}

static void arguments(void **state)
{
    rh_env *env = *state;
    play(env, false);
    HOLDS(rh_assert_args_at(AT, "Build", RH_ARGS(rh_string("a"))));
    HOLDS(rh_assert_args_at(AT, "Build", RH_ARGS(rh_string("b"))));
    HOLDS(rh_assert_args_at(AT, "Build[b]", RH_ARGS(RH_ANY)));
    FAILS(rh_assert_args_at(AT, "Build[a]", RH_ARGS(rh_string("b"))),
          "no call of Build[a] had the expected arguments; the last one:\n"
          "  $.0: expected \"b\", got \"a\"\n");
    FAILS(rh_assert_args_at(AT, "Build", RH_ARGS(rh_string("c"))), /* that was the other run */
          "no call of Build had the expected arguments; the last one:\n"
          "  $.0: expected \"c\", got \"b\"\n");
    FAILS(rh_assert_args_at(AT, "Build[x]", RH_ANY), "expected a call of Build[x], found none");
}

static void starts(void **state)
{
    rh_env *env = *state;
    play(env, false);
    const rh_duration all[] = {0, 0, S(3)}, wrong[] = {0, 0, S(4)}, other_run[] = {0};
    HOLDS(rh_assert_starts_at(AT, "Build", all, 3));
    HOLDS(rh_assert_starts_at(AT, "Build[x]", NULL, 0));
    FAILS(rh_assert_starts_at(AT, "Build", wrong, 3),
          "expected attempts of Build at 0s, 0s, 4s; found 0s, 0s, 3s");
    FAILS(rh_assert_starts_at(AT, "Build", all, 2),
          "expected attempts of Build at 0s, 0s; found 0s, 0s, 3s");
    FAILS(rh_assert_starts_at(AT, "Build[x]", all, 1),
          "expected attempts of Build[x] at 0s; found none");
    rh_look_at(env, "other"); /* since the start of the run looked at */
    HOLDS(rh_assert_starts_at(AT, "Build", other_run, 1));
    rh_assert_starts(env, "Build", 0);
    HOLDS((void)0);
}

static void order(void **state)
{
    rh_env *env = *state;
    play(env, false);
    HOLDS(rh_assert_order_at(AT, RH_NAMES("Build", "Ship")));
    HOLDS(rh_assert_order_at(AT, RH_NAMES("Build[b]", "Ship")));
    HOLDS(rh_assert_order_at(AT, RH_NAMES("Build")));
    FAILS(rh_assert_order_at(AT, RH_NAMES("Ship", "Build")),
          "expected that Build starts after Ship has closed, but it started before that");
    FAILS(rh_assert_order_at(AT, RH_NAMES("Build[b]", "Build[a]")),
          "expected that Build[a] starts after Build[b] has closed, but it started before that");
    FAILS(rh_assert_order_at(AT, RH_NAMES("Mail", "Ship")),
          "expected that Ship starts after Mail has closed, but it never closed");
    FAILS(rh_assert_order_at(AT, RH_NAMES("Build", "Build[x]")),
          "expected that Build[x] starts, but it never did");
    FAILS(rh_assert_order_at(AT, RH_NAMES("Build[c]")), /* that was the other run */
          "expected that Build[c] starts, but it never did");
}

/* ---- log, effects, leftovers ----------------------------------------------------------------- */

static void log_lines(void **state)
{
    rh_env *env = *state;
    play(env, true);
    HOLDS(rh_assert_log_at(AT, false, "uil"));
    HOLDS(rh_assert_log_at(AT, false, "could not")); /* a warning is a log line, too */
    HOLDS(rh_assert_log_at(AT, true, "could not ship"));
    FAILS(rh_assert_log_at(AT, true, "built"),
          "expected a warning with 'built'; found only:\n  could not ship");
    FAILS(rh_assert_log_at(AT, false, "other"), /* that was the other run */
          "expected a log line with 'other'; found only:\n  built\n  could not ship");
    rh_look_at(env, "other");
    HOLDS(rh_assert_log_at(AT, true, "other warns"));
    rh_env_restart(env);
    FAILS(rh_assert_log_at(AT, true, "x"), "expected a warning with 'x'; found none");
}

static void effects(void **state)
{
    rh_env *env = *state;
    play(env, false);
    HOLDS(rh_assert_effects_at(AT, "release", NULL, 1));
    HOLDS(rh_assert_effects_at(AT, "release", "v1", 1));
    HOLDS(rh_assert_effects_at(AT, "release", "v2", 0));
    HOLDS(rh_assert_effects_at(AT, "Build", NULL, 3)); /* of the whole world */
    assert_int_equal(rh_effects_of(env, "Build", NULL), 3);
    assert_int_equal(rh_effects_of(env, "Build", "c"), 1);
    FAILS(rh_assert_effects_at(AT, "release", NULL, 2),
          "expected the effect 'release' 2 times, it happened 1 time");
    FAILS(rh_assert_effects_at(AT, "release", "v2", 1),
          "expected the effect 'release v2' 1 time, it happened 0 times");
    FAILS(rh_assert_effects_at(AT, "relase", NULL, 1),
          "expected the effect 'relase' 1 time, it happened 0 times; did you mean 'release'?");
}

static void leftovers(void **state)
{
    rh_env *env = *state;
    play(env, false);
    FAILS(rh_assert_nothing_left_at(AT),
          "expected nothing left running when the run closed; found Mail[1] (running)");
    rh_look_at(env, "other");
    HOLDS(rh_assert_nothing_left_at(AT));
}

static void names_of_statuses(void **state)
{
    static const char *const names[] = {"not started", "running",          "succeeded",
                                        "failed",      "canceled",         "terminated",
                                        "timed out",   "continued as new", "stuck"};
    (void)state;
    for (int i = RH_NOT_STARTED; i <= RH_STUCK; i++)
        assert_string_equal(rh_status_name((rh_status)i), names[i]);
}

/* Each macro reports the place it stands at. */
static void macros_tell_their_place(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Build", .takes = S(5));
    int first = __LINE__ + 1;
    rh_assert_status(env, RH_FAILED);
    rh_assert_result(env, rh_integer(1));
    rh_assert_failure(env, RH_FAILURE_TIMEOUT, "x");
    rh_assert_failure_text(env, "x");
    rh_assert_calls(env, "Build", 1);
    rh_assert_attempts(env, "Build", 1);
    rh_assert_args(env, "Build", RH_ANY);
    rh_assert_starts(env, "Build", 1, 2);
    rh_assert_order(env, "Build");
    rh_assert_heartbeats(env, "Build", 1);
    rh_assert_warning(env, "x");
    rh_assert_log(env, "x");
    rh_assert_duration(env, 1);
    rh_assert_duration_between(env, 1, 2);
    rh_assert_effects(env, "x", 1);
    rh_assert_effect(env, "x", "y", 1);
    rh_assert_stuck(env, "x");
    int count = __LINE__ - first;
    assert_int_equal(rh_env_problem_count(env), count);
    for (int i = 0; i < count; i++) {
        assert_string_equal(rh_env_problem(env, (size_t)i)->file, __FILE__);
        assert_int_equal(rh_env_problem(env, (size_t)i)->line, first + i);
        assert_false(rh_env_problem(env, (size_t)i)->is_error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(conditions),
        PLAYED(status_and_result),
        PLAYED(a_running_one),
        PLAYED(failures),
        PLAYED(durations),
        PLAYED(counts),
        PLAYED(arguments),
        PLAYED(unknown_activities),
        PLAYED(starts),
        PLAYED(order),
        PLAYED(log_lines),
        PLAYED(effects),
        PLAYED(leftovers),
        PLAYED(macros_tell_their_place),
        cmocka_unit_test(names_of_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
