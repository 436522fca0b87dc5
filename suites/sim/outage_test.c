/* Outages: what waits while the server is down or a deploy is bad, and what goes on. */
#include "sim/outage.h"

#include "sim/durable/durable.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

/* "work": `count` calls at once, then a timer of ten seconds. */
static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = S(25), .retry = {.initial_interval = S(1), .maximum_attempts = 2}};
    size_t count = input ? (size_t)rh_integer_of(input) : 1;
    rh_future **all = rh_workflow_alloc(wf, count * sizeof *all);
    (void)result;
    for (size_t i = 0; i < count; i++)
        all[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer((int64_t)i)), &options);
    const rh_failure *failed = rh_await_all(wf, all, count, NULL);
    return failed ? failed : rh_sleep(wf, S(10));
}

static const rh_failure *sleeps(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return rh_sleep(wf, S(20));
}

static const rh_workflow_definition workflows[] = {{.name = "works", .run = works},
                                                   {.name = "sleeps", .run = sleeps},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "outage", workflows, NULL};
DEFINE_ENVS(module)

/* "3 attempt-started" and the like: seconds since the start. */
static const char *story(rh_env *env)
{
    static const rh_entry_kind kinds[] = {
        RH_ENTRY_OUTAGE,       RH_ENTRY_OUTAGE_OVER,       RH_ENTRY_ATTEMPT_STARTED,
        RH_ENTRY_EFFECT,       RH_ENTRY_ATTEMPT_COMPLETED, RH_ENTRY_ATTEMPT_TIMED_OUT,
        RH_ENTRY_ATTEMPT_LOST, RH_ENTRY_LATE_ANSWER,       RH_ENTRY_TIMER_FIRED,
        RH_ENTRY_SIGNALED,     RH_ENTRY_TASK_COMPLETED};
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++)
        for (size_t k = 0; k < LENGTH(kinds); k++)
            if (journal->entries[i].kind == kinds[k])
                rh_text_printf(&text, "%lld %s\n",
                               (long long)(since_start(env, &journal->entries[i]) / S(1)),
                               rh_entry_kind_name(kinds[k]));
    return rh_text_string(&text);
}

/* ---- the server ------------------------------------------------------------------------------ */

static void an_answer_waits_and_comes_before_its_timeout(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(20));
    rh_server_down_at(env, S(10), S(50));
    rh_run(env, "works", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    assert_string_equal(story(env), "0 task-completed\n"
                                    "0 attempt-started\n"
                                    "10 outage\n"
                                    "20 effect\n"
                                    "60 outage-over\n"
                                    "60 attempt-completed\n"
                                    "60 task-completed\n"
                                    "70 timer-fired\n"
                                    "70 task-completed\n");
    assert_clean(env);
}

static void timeouts_wait(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .attempt = 1, .fault = "hangs");
    rh_mock(env, "Work", .takes = S(1));
    rh_server_down_at(env, S(10), S(50));
    rh_run(env, "works", NULL);
    assert_contains(story(env), "60 outage-over\n"
                                "60 attempt-timed-out\n"
                                "61 attempt-started\n"
                                "62 effect\n");
    assert_clean(env);
}

static void timers_wait(void **state)
{
    rh_env *env = *state;
    rh_server_down_at(env, S(10), S(50));
    rh_run(env, "sleeps", NULL);
    rh_assert_duration(env, S(60));
    assert_clean(env);
}

static void nothing_is_dispatched(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_server_down_at(env, S(4), S(20));
    rh_run(env, "works", rh_integer(2));
    assert_contains(story(env), "4 outage\n"
                                "5 effect\n"
                                "24 outage-over\n"
                                "24 attempt-completed\n"
                                "24 attempt-started\n"
                                "24 task-completed\n"
                                "29 effect\n"
                                "29 attempt-completed\n");
    assert_clean(env);
}

/* A slot that becomes free is given away when the server is back. */
static void a_host_that_comes_back_waits_too(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_server_down_at(env, S(4), S(20));
    rh_restart_host_at(env, S(10), "a");
    rh_run(env, "works", rh_integer(2));
    assert_contains(story(env), "10 attempt-lost\n24 outage-over\n24 attempt-started\n");
    assert_clean(env);
}

static void what_a_lost_host_has_not_told_is_gone(void **state)
{
    rh_env *env = *state;
    rh_host(env, "a", .slots = 1);
    rh_host(env, "b", .slots = 1);
    rh_mock(env, "Work", .takes = S(5));
    rh_server_down_at(env, S(4), S(20));
    rh_lose_host_at(env, S(10), "a");
    rh_run(env, "works", NULL);
    assert_contains(story(env), "5 effect\n"
                                "10 attempt-lost\n"
                                "24 outage-over\n"
                                "25 attempt-timed-out\n"
                                "26 attempt-started\n"
                                "31 effect\n");
    assert_clean(env);
}

static void an_answer_to_a_run_that_was_terminated_is_late(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    rh_server_down_at(env, S(4), S(20));
    rh_terminate_at(env, S(10), NULL, "enough");
    rh_run(env, "works", NULL);
    rh_assert_status(env, RH_TERMINATED);
    assert_contains(story(env), "24 outage-over\n24 late-answer\n");
    assert_clean(env);
}

static void outages_that_overlap_are_one(void **state)
{
    rh_env *env = *state;
    rh_server_down_at(env, S(5), S(50));
    rh_server_down_at(env, S(10), S(100));
    rh_server_down_at(env, S(20), S(10));
    rh_run(env, "sleeps", NULL);
    assert_string_equal(story(env), "0 task-completed\n"
                                    "5 outage\n"
                                    "10 outage\n"
                                    "20 outage\n"
                                    "110 outage-over\n"
                                    "110 timer-fired\n"
                                    "110 task-completed\n");
    assert_clean(env);
}

/* What comes first when it is back, an answer or the timeout that it missed, is then a choice. */
static void ties_of_chance_wait_too(void **state)
{
    rh_env *env = *state;
    rh_world(env, .seed = 3, .random_choices = true);
    rh_mock(env, "Work", .takes = S(20));
    rh_server_down_at(env, S(10), S(50));
    rh_run(env, "works", rh_integer(3));
    rh_assert_status(env, RH_SUCCEEDED);
    assert_contains(story(env), "20 effect\n20 effect\n20 effect\n60 ");
    assert_clean(env);
}

/* ---- deploys --------------------------------------------------------------------------------- */

static void while_a_deploy_is_bad_no_task_runs(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    rh_allow_unhandled_signals(env);
    rh_bad_deploy_at(env, S(2), S(30));
    rh_signal_at(env, S(9), NULL, "hello", NULL);
    rh_run(env, "works", NULL);
    assert_string_equal(story(env), "0 task-completed\n"
                                    "0 attempt-started\n"
                                    "2 outage\n"
                                    "5 effect\n"
                                    "5 attempt-completed\n"
                                    "9 signaled\n"
                                    "32 outage-over\n"
                                    "32 task-completed\n"
                                    "42 timer-fired\n"
                                    "42 task-completed\n");
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_OUTAGE) {
            assert_string_equal(journal->entries[i].text, rh_outage_name(RH_OUTAGE_DEPLOY));
            assert_true(journal->entries[i].span == S(30));
        }
    assert_clean(env);
}

static void while_no_worker_runs_workflow_code_its_tasks_wait(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    rh_worker_down_at(env, S(2), S(30));
    rh_run(env, "works", NULL);
    assert_string_equal(story(env), "0 task-completed\n"
                                    "0 attempt-started\n"
                                    "2 outage\n"
                                    "5 effect\n"
                                    "5 attempt-completed\n"
                                    "32 outage-over\n"
                                    "32 task-completed\n"
                                    "42 timer-fired\n"
                                    "42 task-completed\n");
    assert_clean(env);
}

static void what_is_down_from_the_start_is_so_before_runs_begin(void **state)
{
    static void (*const down[])(rh_env *, rh_duration, rh_duration) = {rh_server_down_at,
                                                                       rh_worker_down_at,
                                                                       rh_bad_deploy_at};
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(down); i++) {
        rh_env_restart(env);
        down[i](env, 0, S(30));
        rh_run(env, "sleeps", NULL);
        assert_string_equal(story(env), "0 outage\n"
                                        "30 outage-over\n"
                                        "30 task-completed\n"
                                        "50 timer-fired\n"
                                        "50 task-completed\n");
    }
    assert_clean(env);
}

/* ---- another server -------------------------------------------------------------------------- */

static void it_goes_down(rh_world *world, void *kind)
{
    rh_outage_begin(world, *(rh_outage_kind *)kind, S(50));
}

/* "works", elsewhere or not, when something goes down in second 2. */
static const char *story_of(rh_env *env, bool is_elsewhere, rh_outage_kind *kind)
{
    rh_env_restart(env);
    rh_world_at(&env->world, rh_time_add(rh_world_now(&env->world), S(2)), it_goes_down, kind);
    rh_env_start(env, &(rh_start_request){.dialect = &rh_durable_dialect,
                                          .definition = &workflows[0].run,
                                          .workflow_type = "works",
                                          .is_elsewhere = is_elsewhere});
    rh_play(env);
    return story(env);
}

static void what_is_elsewhere_waits_for_its_own_server(void **state)
{
    rh_outage_kind kinds[] = {RH_OUTAGE_SERVER, RH_OUTAGE_WORKER, RH_OUTAGE_DEPLOY,
                              RH_OUTAGE_ELSEWHERE};
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(5));
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        bool is_other = kinds[i] == RH_OUTAGE_ELSEWHERE;
        assert_contains(story_of(env, is_other, &kinds[i]), "52 task-completed\n");
        assert_contains(story_of(env, !is_other, &kinds[i]), "5 task-completed\n");
    }
    assert_clean(env);
}

static void an_outage_lasts(void **state)
{
    rh_env *env = *state;
    rh_server_down_at(env, S(2), 0);
    assert_one_error(env, "an outage must last some time");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(an_answer_waits_and_comes_before_its_timeout),
        PLAYED(timeouts_wait),
        PLAYED(timers_wait),
        PLAYED(nothing_is_dispatched),
        PLAYED(a_host_that_comes_back_waits_too),
        PLAYED(what_a_lost_host_has_not_told_is_gone),
        PLAYED(an_answer_to_a_run_that_was_terminated_is_late),
        PLAYED(outages_that_overlap_are_one),
        PLAYED(ties_of_chance_wait_too),
        PLAYED(while_a_deploy_is_bad_no_task_runs),
        PLAYED(while_no_worker_runs_workflow_code_its_tasks_wait),
        PLAYED(what_is_down_from_the_start_is_so_before_runs_begin),
        PLAYED(what_is_elsewhere_waits_for_its_own_server),
        PLAYED(an_outage_lasts),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
