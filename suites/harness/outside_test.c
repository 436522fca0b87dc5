/* What happens from outside at a virtual time: to runs, to hosts, to the test itself. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_failure *waits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_value *value = NULL;
    (void)input;
    const rh_failure *failure = rh_receive(wf, "go", &value);
    if (!failure)
        *result = value;
    return failure;
}

static const rh_workflow_definition workflows[] = {{.name = "waits", .run = waits}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "outside", workflows, NULL};
DEFINE_ENVS(module)

static void signals_cancels_terminates(void **state)
{
    rh_env *env = *state;
    rh_signal_at(env, S(5), NULL, "go", rh_integer(7));
    rh_run(env, "waits", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_result(env, rh_integer(7));
    rh_assert_duration(env, S(5));
    rh_env_restart(env);
    rh_cancel_at(env, S(6), "waits");
    rh_run(env, "waits", NULL);
    rh_assert_status(env, RH_CANCELED);
    rh_assert_duration(env, S(6));
    rh_env_restart(env);
    rh_terminate_at(env, S(7), "waits", "enough");
    rh_run(env, "waits", NULL);
    rh_assert_status(env, RH_TERMINATED);
    rh_assert_duration(env, S(7));
    rh_env_restart(env); /* what was planned is over with its world */
    rh_run(env, "waits", NULL);
    rh_assert_status(env, RH_STUCK);
    assert_clean(env);
}

static void the_open_run_of_an_id_is_meant(void **state)
{
    rh_env *env = *state;
    const rh_run_options same = {.workflow_id = "id"};
    rh_start(env, "waits", NULL, &same);
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "id", .at = S(5)});
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "other", .at = S(6)});
    rh_signal_at(env, S(3), NULL, "go", rh_integer(1));
    rh_signal_at(env, S(8), NULL, "go", rh_integer(2)); /* the first run's id: its next run */
    rh_signal_at(env, S(9), "other", "go", rh_integer(3));
    rh_signal_at(env, S(10), "other", "go", rh_integer(4)); /* closed: nothing happens */
    rh_play(env);
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(rh_integer_of(journal->runs[i]->result), i + 1);
    assert_int_equal(count_entries(env, RH_ENTRY_SIGNALED), 3);
    assert_clean(env);
}

static void unknown_runs(void **state)
{
    static const struct {
        const char *id;
        rh_duration at;
        const char *message;
    } cases[] = {
        {"wait", S(1), "no run has workflow id 'wait'; did you mean 'waits'?"},
        {"something", S(1), "no run has workflow id 'something'"},
        {"late", S(1), "no run has workflow id 'late'"},
        {NULL, -1, "a time from outside is negative"},
        {NULL, S(0), NULL},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_start(env, "waits", NULL, NULL);
        rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "late", .at = S(5)});
        rh_cancel_at(env, cases[i].at, cases[i].id);
        rh_cancel_at(env, S(8), "waits");
        rh_cancel_at(env, S(8), "late");
        rh_play(env);
        if (cases[i].message)
            assert_one_error(env, cases[i].message);
        else
            assert_clean(env);
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_start(env, "waits", NULL, &(rh_run_options){.at = S(5)});
    rh_signal_at(env, S(1), NULL, "go", NULL);
    rh_play(env);
    assert_one_error(env, "no run had started when something was to happen to it from outside");
}

static void hosts(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a");
    rh_lose_host_at(env, S(1), "a");
    rh_restart_host_at(env, S(2), "a");
    rh_drain_host_at(env, S(3), "a");
    rh_run(env, "waits", NULL);
    static const rh_entry_kind kinds[] = {RH_ENTRY_HOST_LOST, RH_ENTRY_HOST_RESTARTED,
                                          RH_ENTRY_HOST_DRAINED};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(since_start(env, nth_entry(env, kinds[i], 0)), S((int)i + 1));
        assert_string_equal(nth_entry(env, kinds[i], 0)->text, "a");
        assert_int_equal(nth_entry(env, kinds[i], 0)->run, RH_NO_RUN);
    }
    assert_clean(env);
}

typedef struct calls {
    rh_duration at[4];
    int count;
} calls;

static void looks(rh_env *env, void *data)
{
    calls *all = data;
    all->at[all->count++] = rh_env_virtual_time(env);
    if (all->count == 1) {
        rh_assert_status(env, RH_RUNNING);
        rh_signal_at(env, S(9), NULL, "go", rh_integer(9));
        rh_call_at(env, S(1), looks, data); /* past: now */
    }
}

static void the_test_itself_is_called(void **state)
{
    rh_env *env = *state;
    calls all = {{0}, 0};
    rh_call_at(env, S(7), looks, &all);
    rh_call_at(env, S(4), looks, &all);
    rh_run(env, "waits", NULL);
    assert_int_equal(all.count, 3);
    assert_int_equal(all.at[0], S(4));
    assert_int_equal(all.at[1], S(4));
    assert_int_equal(all.at[2], S(7));
    rh_assert_result(env, rh_integer(9));
    assert_clean(env);
}

static void starting_from_a_callback(rh_env *env, void *data)
{
    (void)data;
    rh_start(env, "waits", NULL, &(rh_run_options){.workflow_id = "second"});
}

static void a_callback_may_start_runs(void **state)
{
    rh_env *env = *state;
    rh_call_at(env, S(4), starting_from_a_callback, NULL);
    rh_signal_at(env, S(5), "second", "go", NULL);
    rh_signal_at(env, S(6), "waits", "go", NULL);
    rh_run(env, "waits", NULL);
    rh_look_at(env, "second");
    rh_assert_duration(env, S(1));
    assert_clean(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(signals_cancels_terminates),
        PLAYED(the_open_run_of_an_id_is_meant),
        PLAYED(unknown_runs),
        PLAYED(hosts),
        PLAYED(the_test_itself_is_called),
        PLAYED(a_callback_may_start_runs),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
