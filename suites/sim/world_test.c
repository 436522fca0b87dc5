/* The world: what comes first at one instant, what comes together, guards, stuck runs, choices. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)
#define MS(n) RH_MILLISECONDS(n)

static const rh_activity_options hour = {.start_to_close = RH_HOURS(1)};

/* ---- one instant ----------------------------------------------------------------------------- */

static const rh_failure *tells(rh_workflow *wf, void *data, const rh_value **result)
{
    const char *what = data;
    (void)result;
    if (!strcmp(what, "signal"))
        rh_receive(wf, "go", NULL);
    else if (!strcmp(what, "timer"))
        rh_sleep(wf, S(5));
    else
        rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &hour), NULL);
    rh_log(wf, "%s", what);
    return NULL;
}

static const rh_failure *meets(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *all[] = {rh_spawn(wf, "t", tells, "timer"), rh_spawn(wf, "a", tells, "answer"),
                        rh_spawn(wf, "s", tells, "signal")};
    (void)input;
    (void)result;
    return rh_await_all(wf, all, 3, NULL);
}

static void at_one_instant(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    rh_start(env, "meets", NULL, NULL);
    rh_signal_at(env, S(5), NULL, "go", NULL); /* declared last, comes first */
    rh_play(env);
    assert_string_equal(history(env), "run-started timer-started activity-scheduled signaled "
                                      "activity-completed timer-fired run-completed");
    /* all in one workflow task */
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_COMPLETED), 2);
    assert_clean(env);
}

/* Server timers of one millisecond are due together, others at their own instants. */
static const rh_failure *close_by(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *all[4];
    (void)input;
    (void)result;
    for (int i = 0; i < 4; i++)
        all[i] = rh_timer(wf, MS(2) + i * 300000);
    while (rh_await_any(wf, all, 4) == 0 && !rh_is_ready(all[3]))
        rh_await_all(wf, all, 4, NULL);
    return NULL;
}

static void server_timers_share_a_millisecond(void **state)
{
    rh_env *env = *state;
    rh_run(env, "close_by", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_COMPLETED), 2);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_TIMER_FIRED, 0)), MS(2));
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_TIMER_FIRED, 3)), MS(2) + 900000);
    rh_assert_duration(env, MS(2) + 900000);
    rh_env_restart(env);
    /* What comes from outside between them comes in a task of its own. */
    rh_signal_at(env, MS(2) + 100000, NULL, "go", NULL);
    rh_allow_unhandled_signals(env);
    rh_run(env, "close_by", NULL);
    assert_int_equal(count_entries(env, RH_ENTRY_TASK_COMPLETED), 4);
    assert_clean(env);
}

static void callbacks_come_in_the_order_of_declaration(void **state)
{
    rh_env *env = *state;
    rh_start(env, "meets", NULL, NULL);
    for (int i = 0; i < 3; i++)
        rh_signal_at(env, S(7), NULL, "go", rh_integer(i));
    rh_mock(env, "Work", .takes = S(9));
    rh_play(env);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rh_integer_of(nth_entry(env, RH_ENTRY_SIGNALED, (size_t)i)->value), i);
    assert_clean(env);
}

/* ---- the start ------------------------------------------------------------------------------- */

static void a_world_starts_in_2026(void **state)
{
    rh_env *env = *state;
    assert_string_equal(everything(env), "world-started");
    assert_int_equal(rh_env_journal(env)->entries[0].time, INT64_C(1767225600000000000));
    rh_world(env, .seed = 9, .start = S(77));
    assert_int_equal(rh_env_journal(env)->entries[0].time, S(77));
    assert_int_equal(rh_env_journal(env)->entries[0].number, 9);
    assert_int_equal(rh_env_journal(env)->seed, 9);
    assert_clean(env);
}

static void defaults_of_a_world(void **state)
{
    rh_env *env = *state;
    const rh_world_options *options = &env->world.options;
    assert_int_equal(options->pending_activities, 2000);
    assert_int_equal(options->pending_children, 2000);
    assert_int_equal(options->pending_signals, 2000);
    assert_int_equal(options->pending_cancels, 2000);
    assert_int_equal(options->task_attempts, 2);
    assert_int_equal(options->task_duration, 0);
    assert_int_equal(options->buffered_events, 100);
    assert_int_equal(options->history_suggestion, 4096);
    assert_int_equal(options->history_warning, 10240);
    assert_int_equal(options->history_limit, 51200);
    assert_int_equal(options->history_size_suggestion, 4 << 20);
    assert_int_equal(options->history_size_warning, 10 << 20);
    assert_int_equal(options->history_size_limit, 50 << 20);
    assert_int_equal(options->payload_warning, 512 << 10);
    assert_int_equal(options->payload_limit, 2 << 20);
    assert_int_equal(options->memo_limit, 2 << 20);
    assert_int_equal(options->max_entries, 1000000);
    assert_int_equal(options->max_skips, 100000);
    assert_int_equal(options->max_time, RH_DAYS(36500));
    assert_int_equal(options->stack_size, 64 << 10);
    assert_int_equal(options->dispatch_latency, 0);
    assert_int_equal(options->task_latency, 0);
    assert_int_equal(env->world.stacks.size, 64 << 10);
    rh_world(env, .stack_size = 100000);
    assert_int_equal(env->world.stacks.size, 102400);
}

/* ---- guards ---------------------------------------------------------------------------------- */

static const rh_failure *loops(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const char *how = rh_text_of(input);
    static const rh_activity_options unlimited = {.start_to_close = RH_HOURS(1)};
    (void)result;
    if (!strcmp(how, "retry"))
        return rh_await(wf, rh_activity(wf, "Work", RH_NO_ARGS, &unlimited), NULL);
    for (;;) {
        if (!strcmp(how, "log"))
            rh_log(wf, "again");
        else if (!strcmp(how, "command"))
            rh_timer(wf, S(1));
        else if (!strcmp(how, "activity"))
            rh_await(wf, rh_activity(wf, "Fine", RH_NO_ARGS, &hour), NULL);
        else
            rh_sleep(wf, S(1));
    }
}

static void runaways_are_stopped(void **state)
{
    static const struct {
        const char *how;
        rh_world_options options;
        const char *message;
    } cases[] = {
        {"log",
         {.max_entries = 50},
         "runaway: more than 50 journal entries: no activity has run; does a workflow sleep or log "
         "in a loop?"},
        {"command",
         {.max_entries = 50},
         "runaway: workflow 'loops' gives commands without end in one workflow task"},
        {"sleep",
         {.max_skips = 20},
         "runaway: more than 20 jumps of the clock: no activity has run; does a workflow sleep or "
         "log in a loop?"},
        {"retry",
         {.max_skips = 20},
         "runaway: more than 20 jumps of the clock: activity 'Work' was started last, attempt 11; "
         "does its retry policy set maximum_attempts?"},
        {"retry", {.max_entries = 60}, "runaway: more than 60 journal entries: activity 'Work'"},
        {"activity",
         {.max_skips = 10},
         "runaway: more than 10 jumps of the clock: activity 'Fine' "
         "was started last, attempt 1;"},
        {"sleep",
         {.max_time = RH_DAYS(3),
          .max_skips = -1,
          .max_entries = -1,
          .history_limit = -1,
          .history_size_limit = -1},
         "runaway: the clock would pass the limit of virtual time (3 days): no activity"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int round = 0; round < 2; round++) { /* nothing is left over for the next world */
            rh_env *env = rh_env_create(rh_env_module(*state));
            rh_mock(env, "Work", .failure = RH_FAILURE("Down", "down"), .takes = S(1));
            rh_mock(env, "Fine", .takes = S(1));
            rh_set_world(env, &cases[i].options);
            rh_run(env, "loops", rh_string(cases[i].how));
            size_t length = rh_journal_length(env);
            assert_int_equal(rh_env_problem_count(env), 1);
            assert_true(rh_env_problem(env, 0)->is_error);
            assert_contains(rh_env_problem(env, 0)->message, cases[i].message);
            assert_contains(nth_entry(env, RH_ENTRY_TEST_ERROR, 0)->text, cases[i].message);
            assert_int_equal(rh_journal_length(env), length);
            rh_play(env); /* it goes no further */
            assert_int_equal(rh_journal_length(env), length);
            if (cases[i].options.max_entries > 0 && strcmp(cases[i].how, "command") != 0)
                assert_int_equal(length, cases[i].options.max_entries + 1);
            rh_env_destroy(env);
        }
}

static const rh_failure *sleeps(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    for (int64_t i = 0; i < rh_integer_of(input); i++)
        rh_sleep(wf, S(1));
    return NULL;
}

static void limits_are_exact(void **state)
{
    rh_env *env = *state;
    rh_world(env, .max_skips = 20);
    rh_run(env, "sleeps", rh_integer(20));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_env_restart(env);
    rh_world(env, .max_time = S(20));
    rh_run(env, "sleeps", rh_integer(20));
    rh_assert_status(env, RH_SUCCEEDED);
    size_t length = rh_journal_length(env);
    rh_env_restart(env);
    rh_world(env, .max_entries = (int64_t)length);
    rh_run(env, "sleeps", rh_integer(20));
    rh_assert_status(env, RH_SUCCEEDED);
    rh_env_restart(env);
    assert_clean(env);
    rh_world(env, .max_time = S(20) - 1);
    rh_run(env, "sleeps", rh_integer(20));
    assert_one_error(env, "the limit of virtual time");
}

/* ---- stuck ----------------------------------------------------------------------------------- */

static bool never(void *data)
{
    (void)data;
    return false;
}

static const rh_failure *hopes(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)data;
    (void)result;
    return rh_await_condition(wf, never, NULL, 0, NULL);
}

static const rh_failure *waits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options macos = {.start_to_close = RH_HOURS(1), .task_queue = "macos"};
    rh_future *many[8];
    (void)input;
    (void)result;
    rh_spawn(wf, "hope", hopes, NULL);
    many[0] = rh_timer(wf, S(1));
    for (int i = 1; i < 7; i++)
        many[i] = rh_next_signal(wf, rh_print(wf, "s%d", i));
    many[7] = rh_activity(wf, "Build", RH_NO_ARGS, &macos);
    return rh_await_all(wf, many, 8, NULL);
}

static void a_stuck_run_says_what_it_waits_for(void **state)
{
    rh_env *env = *state;
    rh_host(env, "linux-1", .task_queues = RH_NAMES("linux", "default"));
    rh_run(env, "waits", NULL);
    rh_assert_status(env, RH_STUCK);
    assert_string_equal(
        rh_env_journal(env)->runs[0]->stuck,
        "main waits for all of signal 's1', signal 's2', signal 's3', signal 's4', signal 's5' and "
        "2 more; hope waits for a condition that does not hold; activity 'Build' waits for a free "
        "host that serves task queue 'macos'; none is left");
    assert_int_equal(count_entries(env, RH_ENTRY_WAITING), 3);
    rh_assert_duration(env, S(1)); /* no jump of ten years */
    assert_int_equal(rh_env_journal(env)->end - rh_env_journal(env)->start, S(1));
    rh_assert_stuck(env, "hope");
    assert_clean(env);
}

static void a_hanging_activity_without_end_is_stuck(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .hangs = true);
    rh_start(env, "loops", rh_string("retry"), NULL);
    rh_play_for(env, S(5));
    assert_int_equal(rh_status_of(env), RH_RUNNING);
    assert_int_equal(rh_env_virtual_time(env), S(5));
    rh_play_for(env, S(5));
    rh_play_for(env, -S(5));
    assert_int_equal(rh_env_virtual_time(env), S(10));
    assert_int_equal(rh_duration_of(env), S(10));
    assert_clean(env);
}

/* ---- choices --------------------------------------------------------------------------------- */

static void ties_are_choices(void **state)
{
    rh_env *env = *state;
    rh_host(env, "one");
    rh_host(env, "two");
    rh_mock(env, "Work", .takes = S(5));
    size_t orders = 0;
    uint64_t seen[40];
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint32_t recorded[64];
        rh_set_world(env, &(rh_world_options){.seed = seed, .random_choices = true});
        rh_signal_at(env, S(5), NULL, "go", NULL);
        rh_run(env, "meets", NULL);
        rh_assert_status(env, RH_SUCCEEDED);
        uint64_t hash = rh_journal_hash(env);
        const rh_choices *choices = &env->world.choices;
        size_t count = choices->made_count;
        assert_in_range(count, 3, 64); /* a host, and two ties of three and of two */
        assert_string_equal(choices->made[0].label, "host");
        assert_int_equal(choices->made[0].bound, 2);
        assert_string_equal(choices->made[1].label, "timer-tie");
        assert_int_equal(choices->made[1].bound, 3);
        for (size_t i = 0; i < count; i++) {
            const rh_entry *entry = nth_entry(env, RH_ENTRY_CHOICE, i);
            assert_string_equal(entry->name->text, choices->made[i].label);
            assert_int_equal(entry->span, choices->made[i].bound);
            assert_int_equal(entry->number, choices->made[i].value);
        }
        for (size_t i = 0; i < count; i++)
            recorded[i] = choices->made[i].value;
        uint64_t order = recorded[0] * 9 + recorded[1] * 3 + recorded[2];
        size_t i = 0;
        while (i < orders && seen[i] != order)
            i++;
        if (i == orders)
            seen[orders++] = order;
        rh_env_restart(env);
        /* The recorded answers give the same run again. */
        rh_set_world(env,
                     &(rh_world_options){.seed = seed, .choices = recorded, .choice_count = count});
        rh_signal_at(env, S(5), NULL, "go", NULL);
        rh_run(env, "meets", NULL);
        assert_int_equal(rh_journal_hash(env), hash);
        rh_env_restart(env);
    }
    assert_int_equal(orders, 12); /* 2 hosts x 3 x 2 */
    assert_clean(env);
}

static void without_choices_nothing_is_journaled(void **state)
{
    rh_env *env = *state;
    uint64_t hash = 0;
    rh_mock(env, "Work", .takes = S(5));
    for (int i = 0; i < 3; i++) {
        rh_world(env, .seed = 3);
        rh_signal_at(env, S(5), NULL, "go", NULL);
        rh_run(env, "meets", NULL);
        assert_int_equal(count_entries(env, RH_ENTRY_CHOICE), 0);
        assert_int_equal(env->world.choices.made_count, 0);
        if (i > 0)
            assert_int_equal(rh_journal_hash(env), hash);
        hash = rh_journal_hash(env);
        rh_env_restart(env);
    }
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(meets), WORKFLOW(close_by), WORKFLOW(loops), WORKFLOW(sleeps), WORKFLOW(waits), {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "world", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(at_one_instant),
        PLAYED(server_timers_share_a_millisecond),
        PLAYED(callbacks_come_in_the_order_of_declaration),
        PLAYED(a_world_starts_in_2026),
        PLAYED(defaults_of_a_world),
        PLAYED(runaways_are_stopped),
        PLAYED(limits_are_exact),
        PLAYED(a_stuck_run_says_what_it_waits_for),
        PLAYED(a_hanging_activity_without_end_is_stuck),
        PLAYED(ties_are_choices),
        PLAYED(without_choices_nothing_is_journaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
