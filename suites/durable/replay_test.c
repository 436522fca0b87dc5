/* Replay: the same history with and without a cache, and what is found when code is not
 * deterministic. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options hour = {.start_to_close = RH_HOURS(1),
                                         .heartbeat_timeout = S(30),
                                         .retry = {.maximum_attempts = 3}};

/* ---- one workflow that uses everything ------------------------------------------------------- */

typedef struct shared {
    int done;
    rh_scope *scope;
} shared;

static bool two_are_done(void *data)
{
    return ((const shared *)data)->done >= 2;
}

static const rh_failure *helper(rh_workflow *wf, void *data, const rh_value **result)
{
    shared *all = data;
    const rh_failure *failure =
        rh_await(wf, rh_activity(wf, "Help", RH_ARGS(rh_integer(all->done)), &hour), result);
    all->done++;
    rh_log(wf, "helped");
    return failure;
}

static const rh_failure *listener(rh_workflow *wf, void *data, const rh_value **result)
{
    shared *all = data;
    const rh_value *value;
    bool received = true;
    (void)result;
    while (received) {
        const rh_failure *failure = rh_receive_for(wf, "tell", S(7), &value, &received);
        if (failure)
            return failure;
        rh_log(wf, "told %lld", received ? (long long)rh_integer_of(value) : -1);
    }
    rh_scope_cancel(wf, all->scope);
    return NULL;
}

static const rh_failure *everything_at_once(rh_workflow *wf, const rh_value *input,
                                            const rh_value **result)
{
    shared *all = rh_workflow_alloc(wf, sizeof *all);
    bool met;
    (void)input;
    all->scope = rh_scope_begin(wf);
    rh_future *doomed = rh_activity(wf, "Doomed", RH_NO_ARGS, &hour);
    rh_future *clock = rh_timer(wf, RH_HOURS(2));
    rh_timer(wf, S(1));
    rh_scope_end(wf, all->scope);
    rh_future *parts[] = {rh_spawn(wf, "one", helper, all), rh_spawn(wf, "two", helper, all),
                          rh_spawn(wf, "ears", listener, all)};
    rh_await_condition(wf, two_are_done, all, S(3), &met);
    rh_log(wf, "met %d", met);
    rh_await_condition(wf, two_are_done, all, S(60), &met);
    rh_log(wf, "met %d", met);
    rh_await_any(wf, (rh_future *[]){doomed, clock}, 2);
    const rh_failure *failure = rh_await_all(wf, parts, 3, NULL);
    rh_scope *brief = rh_scope_begin(wf);
    rh_future *taken_back = rh_activity(wf, "Never", RH_NO_ARGS, &hour);
    rh_scope_cancel(wf, brief);
    rh_scope_end(wf, brief);
    rh_check(wf, rh_is_ready(taken_back));
    rh_warn(wf, "at %lld", (long long)(rh_now(wf) - rh_info(wf)->start_time));
    *result = rh_json(wf, "[1, 2]");
    return failure;
}

static void given(rh_env *env)
{
    rh_mock(env, "Help", .sequence = (const rh_answer[]){{.fault = "dns"}, {.takes = S(9)}},
            .sequence_count = 2);
    rh_mock(env, "Doomed", .takes = S(50), .heartbeat_every = S(4));
    rh_signal_at(env, S(2), NULL, "tell", rh_integer(1));
    rh_signal_at(env, S(6), NULL, "tell", rh_integer(2));
}

static const rh_world_options settings[] = {
    {0},
    {.no_cache = true},
    {.stack_fill = 0xaa},
    {.no_cache = true, .stack_fill = 0x55},
    {.stack_size = 256 << 10},
};

static void the_history_is_the_same_without_a_cache(void **state)
{
    rh_env *env = *state;
    char *expected = NULL, *lines = NULL;
    uint64_t hash = 0;
    for (size_t i = 0; i < LENGTH(settings); i++) {
        env = rh_env_create(rh_env_module(*state));
        rh_set_world(env, &settings[i]);
        given(env);
        rh_run(env, "everything_at_once", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        assert_clean(env);
        if (!expected) {
            expected = strdup(whole_history(env));
            lines = strdup(told(env));
            hash = rh_journal_hash(env);
        }
        assert_string_equal(whole_history(env), expected);
        assert_string_equal(told(env), lines);
        assert_int_equal(rh_journal_hash(env), hash);
        rh_env_destroy(env);
    }
    assert_string_equal(lines, "told 1, met 0, told 2, helped, told -1, helped, met 1, "
                               "at 15000000000");
    free(expected);
    free(lines);
}

static void with_latencies_too(void **state)
{
    rh_env *env;
    uint64_t hash = 0;
    for (int no_cache = 0; no_cache < 2; no_cache++) {
        env = rh_env_create(rh_env_module(*state));
        rh_world(env, .no_cache = no_cache, .task_latency = RH_MILLISECONDS(1500),
                 .dispatch_latency = RH_MILLISECONDS(700));
        given(env);
        rh_run(env, "everything_at_once", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        assert_clean(env);
        if (no_cache)
            assert_int_equal(rh_journal_hash(env), hash);
        hash = rh_journal_hash(env);
        rh_env_destroy(env);
    }
}

/* ---- code that is not deterministic ---------------------------------------------------------- */

static int counter; /* what workflows must not have */

static const rh_failure *extra(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)data;
    return rh_await(wf, rh_activity(wf, "One", RH_NO_ARGS, &hour), result);
}

static const rh_failure *reads_a_counter(rh_workflow *wf, const rh_value *input,
                                         const rh_value **result)
{
    const char *how = rh_text_of(input);
    bool first = counter++ == 0;
    (void)result;
    rh_activity(wf, "Same", RH_NO_ARGS, &hour);
    if (!strcmp(how, "type"))
        rh_activity(wf, first ? "One" : "Two", RH_NO_ARGS, &hour);
    else if (!strcmp(how, "args"))
        rh_activity(wf, "One", RH_ARGS(rh_integer(first)), &hour);
    else if (!strcmp(how, "duration"))
        rh_timer(wf, first ? S(3) : S(4));
    else if (!strcmp(how, "kind") && first)
        rh_timer(wf, S(3));
    else if (!strcmp(how, "kind"))
        rh_activity(wf, "One", RH_NO_ARGS, &hour);
    else if (!strcmp(how, "less") && first)
        rh_activity(wf, "One", RH_NO_ARGS, &hour);
    else if (!strcmp(how, "more") && !first)
        rh_activity(wf, "One", RH_NO_ARGS, &hour);
    else if (!strcmp(how, first ? "extra at first" : "extra later"))
        rh_spawn(wf, "extra", extra, NULL);
    else if (!strcmp(how, "end") && !first)
        return NULL;
    else if (!strcmp(how, "fail") && !first)
        return rh_fail(wf, "Other", "end");
    rh_sleep(wf, S(60));
    if (!strcmp(how, "cancel")) {
        rh_scope *scope = rh_scope_begin(wf);
        rh_future *timer = rh_timer(wf, S(9));
        rh_scope_end(wf, scope);
        rh_sleep(wf, S(1));
        if (counter <= 4) /* in the task itself, but not when it is replayed */
            rh_scope_cancel(wf, scope);
        rh_sleep(wf, S(1));
        return rh_is_ready(timer) ? NULL : rh_fail(wf, "Other", "end");
    }
    return NULL;
}

static void nondeterminism_is_found(void **state)
{
    static const struct {
        const char *how;
        const char *why;
    } cases[] = {
        {"type", "nondeterminism: command 2 of workflow task 1 was to schedule activity 'One', on "
                 "replay it is to schedule activity 'Two', at "},
        {"args", "command 2 of workflow task 1 was to schedule activity 'One', on replay it is to "
                 "schedule activity 'One' with other arguments"},
        {"duration", "command 2 of workflow task 1 was to start a timer of 3s, on replay it is to "
                     "start a timer of 4s"},
        {"kind", "command 2 of workflow task 1 was to start a timer of 3s, on replay it is to "
                 "schedule activity 'One'"},
        {"less", "command 2 of workflow task 1 was to schedule activity 'One', on replay it is to "
                 "start a timer of 1m"},
        {"more", "command 2 of workflow task 1 was to start a timer of 1m, on replay it is to "
                 "schedule activity 'One'"},
        {"extra at first", "command 3 of workflow task 1 was to schedule activity 'One', on replay "
                           "it is to wait"},
        {"extra later", "command 3 of workflow task 1 was to wait, on replay it is to schedule "
                        "activity 'One'"},
        {"end", "command 2 of workflow task 1 was to start a timer of 1m, on replay it is to "
                "complete the run"},
        {"fail", "command 2 of workflow task 1 was to start a timer of 1m, on replay it is to "
                 "fail the run"},
    };
    rh_env *env = *state;
    rh_mock(env, "Same", .takes = S(9));
    rh_mock(env, "One", .takes = S(10));
    rh_fixture_mock(env, "Two", .takes = S(10));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_world(env, .no_cache = true);
        counter = 0;
        rh_run(env, "reads_a_counter", rh_string(cases[i].how));
        rh_assert_stuck(env, cases[i].why);
        assert_string_equal(nth_entry(env, RH_ENTRY_TASK_FAILED, 0)->name->text,
                            "NonDeterministicError");
        assert_int_equal(count_entries(env, RH_ENTRY_CRASHED), 0);
        rh_env_restart(env);
    }
    assert_clean(env);
}

/* A run that would end only in a replay has not left signals unhandled. */
static void replay_tells_of_no_unhandled_signals(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Same", .takes = S(9));
    rh_world(env, .no_cache = true);
    counter = 0;
    rh_start(env, "reads_a_counter", rh_string("end"), &(rh_run_options){.at = S(1)});
    rh_signal_at(env, S(1), NULL, "nobody", NULL); /* comes in the first task */
    rh_play(env);
    rh_assert_status(env, RH_STUCK);
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNAL_UNHANDLED), 0);
    assert_clean(env);
}

static void nothing_is_found_without_replay(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Same", .takes = S(9));
    rh_mock(env, "One", .takes = S(10));
    counter = 0;
    rh_run(env, "reads_a_counter", rh_string("type"));
    rh_assert_status(env, RH_SUCCEEDED);
    assert_clean(env);
}

static void the_missing_command_is_named(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Same", .takes = S(9));
    rh_world(env, .no_cache = true);
    counter = 0;
    rh_run(env, "reads_a_counter", rh_string("cancel"));
    rh_assert_stuck(env, "command 1 of workflow task 4 was to cancel timer 2, on replay it is to "
                         "start a timer of 1s");
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(everything_at_once),
    WORKFLOW(reads_a_counter),
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "replay", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(the_history_is_the_same_without_a_cache),
        PLAYED(with_latencies_too),
        PLAYED(nondeterminism_is_found),
        PLAYED(replay_tells_of_no_unhandled_signals),
        PLAYED(nothing_is_found_without_replay),
        PLAYED(the_missing_command_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
