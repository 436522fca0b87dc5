/* Hosts: slots, task queues, and what losing, draining and restarting one does. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

/* Starts `count` calls on `queue`, one second apart; waits for all. */
static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_activity_options options = {
        .start_to_close = S(60),
        .schedule_to_close = S(200),
        .task_queue = rh_get(input, "queue") ? rh_text_of(rh_get(input, "queue")) : NULL,
        .retry = {.initial_interval = S(1), .maximum_attempts = 2}};
    size_t count = (size_t)rh_integer_of(rh_get(input, "count"));
    rh_future **all = rh_workflow_alloc(wf, count * sizeof *all);
    (void)result;
    for (size_t i = 0; i < count; i++) {
        all[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer((int64_t)i)), &options);
        if (rh_is_true(rh_get(input, "apart")))
            rh_sleep(wf, S(1));
    }
    return rh_await_all(wf, all, count, NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "works", .run = works}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "host", workflows, NULL};
DEFINE_ENVS(module)

static void run(rh_env *env, int64_t count, bool apart, const char *queue)
{
    rh_run(env, "works",
           RH_OBJECT_OF({"count", rh_integer(count)}, {"apart", rh_boolean(apart)},
                        {"queue", rh_string(queue)}));
}

/* "0:linux@0 1:linux@0 ...": key of the call, host, second of the start of each attempt. */
static const char *starts(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ATTEMPT_STARTED)
            rh_text_printf(&text, "%s%s:%s@%lld", text.length ? " " : "",
                           rh_env_call(env, entry)->key, entry->text,
                           (long long)(since_start(env, entry) / S(1)));
    }
    return rh_text_string(&text);
}

/* ---- slots and queues ------------------------------------------------------------------------ */

static void without_a_host_there_is_room_for_everything(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    run(env, 1500, false, NULL);
    rh_assert_duration(env, S(5));
    assert_string_equal(nth_entry(env, RH_ENTRY_ATTEMPT_STARTED, 1499)->text, "host-1");
    assert_clean(env);
}

static void slots(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 2);
    rh_host(env, "b", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    run(env, 5, false, NULL);
    /* The first host with room, in order of declaration; then first come, first served. */
    assert_string_equal(starts(env), "0:a@0 1:a@0 2:b@0 3:a@5 4:a@5");
    rh_assert_duration(env, S(10));
    assert_clean(env);
}

static void a_declared_host_has_1000_slots(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a");
    rh_mock(env, "Work", .takes = S(5));
    run(env, 1001, false, NULL);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_ATTEMPT_STARTED, 999)), 0);
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_ATTEMPT_STARTED, 1000)), S(5));
    assert_clean(env);
}

static void queues(void **state)
{
    static const struct {
        const char *queue;
        const char *starts;
    } cases[] = {
        {"linux", "0:linux@0 1:all@0"},
        {"macos", "0:macos@0 1:all@0"},
        {"other", "0:all@0 1:all@0"},
        {NULL, "0:all@0 1:all@0"}, /* "default" */
    };
    rh_env *env = *state;
    char name[] = "macos";
    const char *list[] = {name, NULL};
    rh_host(env, "linux", .slots = 1, .task_queues = RH_NAMES("xlinux", "linux"));
    rh_host(env, "macos", .slots = 1, .task_queues = list);
    rh_host(env, "all", .slots = 2);
    name[0] = 'X'; /* copied */
    rh_mock(env, "Work", .takes = S(5));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        run(env, 2, false, cases[i].queue);
        assert_string_equal(starts(env), cases[i].starts);
        rh_env_restart(env);
    }
    assert_clean(env);
}

static void a_free_slot_goes_to_who_may_have_it(void **state)
{
    rh_env *env = *state;
    rh_host(env, "linux", .slots = 1, .task_queues = RH_NAMES("linux"));
    rh_host(env, "macos", .slots = 1, .task_queues = RH_NAMES("macos"));
    rh_mock(env, "Work", .takes = S(9), .nth = 1);
    rh_mock(env, "Work", .takes = S(5));
    const rh_value *two = RH_OBJECT_OF({"count", rh_integer(2)}, {"queue", rh_string("linux")});
    rh_start(env, "works", two, NULL);
    rh_start(env, "works", RH_OBJECT_OF({"count", rh_integer(2)}, {"queue", rh_string("macos")}),
             NULL);
    rh_play(env);
    assert_string_equal(starts(env), "0:linux@0 0:macos@0 1:macos@5 1:linux@9");
    assert_clean(env);
}

/* ---- losing ---------------------------------------------------------------------------------- */

static void a_lost_host_is_never_heard_of_again(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 2);
    rh_host(env, "b", .slots = 2);
    rh_mock(env, "Work", .takes = S(20), .heartbeat_every = S(4));
    rh_lose_host_at(env, S(10), "a");
    rh_lose_host_at(env, S(11), "a"); /* once is enough */
    run(env, 3, false, NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    /* Nobody is told: the attempts time out, and are tried again where there is room. */
    assert_string_equal(starts(env), "0:a@0 1:a@0 2:b@0 0:b@61 1:b@61");
    assert_int_equal(count_entries(env, RH_ENTRY_HOST_LOST), 1);
    assert_string_equal(nth_entry(env, RH_ENTRY_HOST_LOST, 0)->text, "a");
    assert_int_equal(count_entries(env, RH_ENTRY_ATTEMPT_LOST), 2);
    assert_string_equal(nth_entry(env, RH_ENTRY_ATTEMPT_LOST, 0)->text, "a");
    assert_int_equal(count_entries(env, RH_ENTRY_ATTEMPT_TIMED_OUT), 2);
    rh_assert_heartbeats(env, "Work[0]", 2 + 4); /* none after the loss */
    rh_assert_effects(env, "Work", 3);
    assert_clean(env);
}

static void a_lost_host_takes_nothing_new(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_lose_host_at(env, S(2), "a");
    rh_restart_host_at(env, S(30), "a");
    run(env, 2, false, NULL);
    assert_string_equal(starts(env), "0:a@0 1:a@30 0:a@61");
    assert_clean(env);
}

static void a_default_host_is_replaced(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    rh_lose_host_at(env, S(2), "host-1");
    rh_lose_host_at(env, S(4), "host-2");
    run(env, 6, true, NULL);
    assert_string_equal(starts(env), "0:host-1@0 1:host-1@1 2:host-2@2 3:host-2@3 4:host-3@4 "
                                     "5:host-3@5 0:host-3@61 1:host-3@62 2:host-3@63 3:host-3@64");
    assert_clean(env);
}

static void a_crash_loses_the_host(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .crashes = true, .takes = S(5), .nth = 1, .attempt = 1);
    rh_mock(env, "Work", .takes = S(7));
    run(env, 2, false, NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(starts(env), "0:host-1@0 1:host-1@0 0:host-2@61 1:host-2@61");
    assert_int_equal(since_start(env, nth_entry(env, RH_ENTRY_HOST_LOST, 0)), S(5));
    assert_clean(env);
}

/* ---- draining and restarting ----------------------------------------------------------------- */

static void a_draining_host_ends_what_it_has(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_host(env, "b", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_drain_host_at(env, S(1), "a");
    rh_drain_host_at(env, S(2), "a");
    run(env, 4, false, NULL);
    assert_string_equal(starts(env), "0:a@0 1:b@0 2:b@5 3:b@10");
    assert_int_equal(count_entries(env, RH_ENTRY_HOST_DRAINED), 1);
    assert_int_equal(count_entries(env, RH_ENTRY_ATTEMPT_LOST), 0);
    rh_env_restart(env);
    /* and can be lost or restarted after that */
    rh_drain_host_at(env, S(1), "a");
    rh_lose_host_at(env, S(2), "a");
    rh_drain_host_at(env, S(3), "a"); /* nothing to drain */
    run(env, 1, false, NULL);
    assert_string_equal(starts(env), "0:a@0 0:b@61");
    assert_int_equal(count_entries(env, RH_ENTRY_HOST_DRAINED), 1);
    assert_clean(env);
}

static void a_restarted_host_is_empty(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_mock(env, "Work", .takes = S(20));
    rh_restart_host_at(env, S(3), "a");
    run(env, 2, false, NULL);
    /* What ran there is gone; who waited has its slot, and keeps it. */
    assert_string_equal(starts(env), "0:a@0 1:a@3 0:a@61");
    assert_int_equal(count_entries(env, RH_ENTRY_ATTEMPT_LOST), 1);
    rh_assert_attempts(env, "Work[1]", 1);
    rh_assert_duration(env, S(81));
    rh_env_restart(env);
    rh_drain_host_at(env, S(1), "a");
    rh_restart_host_at(env, S(3), "a");
    run(env, 2, false, NULL);
    assert_string_equal(starts(env), "0:a@0 1:a@3 0:a@61");
    assert_clean(env);
}

static void unknown_hosts(void **state)
{
    rh_env *env = *state;
    rh_host(env, "linux-1");
    rh_mock(env, "Work");
    rh_lose_host_at(env, S(3), "linux-2");
    run(env, 1, false, NULL);
    rh_play(env);
    assert_one_error(env, "unknown host 'linux-2'; did you mean 'linux-1'?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(without_a_host_there_is_room_for_everything),
        PLAYED(slots),
        PLAYED(a_declared_host_has_1000_slots),
        PLAYED(queues),
        PLAYED(a_free_slot_goes_to_who_may_have_it),
        PLAYED(a_lost_host_is_never_heard_of_again),
        PLAYED(a_lost_host_takes_nothing_new),
        PLAYED(a_default_host_is_replaced),
        PLAYED(a_crash_loses_the_host),
        PLAYED(a_draining_host_ends_what_it_has),
        PLAYED(a_restarted_host_is_empty),
        PLAYED(unknown_hosts),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
