/* The history is what code can observe: its hash forgets everything else. And choices: drawn,
 * recorded, taken again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/env.h"
#include "rehearse/rehearse.h"
#include "sim/history.h"

static const rh_activity_options step = {.start_to_close = RH_MINUTES(1)};

static const rh_failure *two_calls(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *both[] = {rh_activity(wf, "Left", RH_ARGS(input), &step),
                         rh_activity(wf, "Right", RH_ARGS(input), &step)};
    size_t first = rh_await_any(wf, both, 2);
    *result = rh_copy(wf, rh_integer((int64_t)first));
    return rh_await_all(wf, both, 2, NULL);
}

/* Which of two timers of one instant is seen first is what the order of events decides. */
static const rh_failure *three_timers(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    (void)input, (void)result;
    rh_future *timers[] = {rh_timer(wf, RH_SECONDS(1)), rh_timer(wf, RH_SECONDS(1)),
                           rh_timer(wf, RH_SECONDS(1))};
    return rh_await_all(wf, timers, 3, NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "TwoCalls", .run = two_calls},
                                                   {.name = "ThreeTimers", .run = three_timers},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "history", workflows, NULL};

static rh_env *open_env(void)
{
    rh_env *env = rh_env_create(&module);
    assert_non_null(env);
    return env;
}

static uint64_t hash_with(rh_duration left_takes, const rh_value *left_result, bool no_cache,
                          bool heartbeats)
{
    rh_env *env = open_env();
    rh_world(env, .no_cache = no_cache);
    rh_mock(env, "Left", .takes = left_takes, .result = left_result,
            .heartbeat_every = heartbeats ? RH_MILLISECONDS(100) : 0);
    rh_mock(env, "Right", .takes = RH_SECONDS(2));
    rh_run(env, "TwoCalls", rh_integer(1));
    assert_int_equal(rh_status_of(env), RH_SUCCEEDED);
    uint64_t hash = rh_history_hash(env);
    rh_env_destroy(env);
    return hash;
}

static void only_what_code_observes_counts(void **state)
{
    (void)state;
    uint64_t hash = hash_with(RH_SECONDS(1), rh_integer(1), false, false);
    assert_true(hash == hash_with(RH_SECONDS(1), rh_integer(1), true, false));
    assert_true(hash == hash_with(RH_SECONDS(1), rh_integer(1), false, true));
    assert_true(hash != hash_with(RH_SECONDS(1), rh_integer(2), false, false));
    assert_true(hash != hash_with(RH_SECONDS(3), rh_integer(1), false, false));
}

static void another_run_in_the_world_changes_nothing(void **state)
{
    (void)state;
    rh_env *env = open_env();
    rh_mock(env, "Left", .takes = RH_SECONDS(1));
    rh_mock(env, "Right", .takes = RH_SECONDS(2));
    rh_start(env, "TwoCalls", rh_integer(1), &(rh_run_options){.workflow_id = "one"});
    rh_start(env, "ThreeTimers", NULL, &(rh_run_options){.workflow_id = "other"});
    rh_play(env);
    rh_look_at(env, "one");
    uint64_t beside = rh_history_hash(env);
    rh_look_at(env, "other");
    assert_true(beside != rh_history_hash(env));
    rh_env_restart(env);
    rh_start(env, "TwoCalls", rh_integer(1), &(rh_run_options){.workflow_id = "one"});
    rh_play(env);
    rh_look_at(env, "one");
    assert_true(beside == rh_history_hash(env));
    rh_env_destroy(env);
}

static void events_are_numbered_without_gaps(void **state)
{
    (void)state;
    rh_env *env = open_env();
    rh_mock(env, "Left", .takes = RH_SECONDS(1));
    rh_mock(env, "Right", .takes = RH_SECONDS(2));
    rh_run(env, "TwoCalls", rh_integer(1));
    const rh_journal *journal = rh_env_journal(env);
    size_t at = 0, events;
    uint32_t expected = 1;
    for (const rh_entry *entry; (entry = rh_history_next(journal, 0, &at)); expected++) {
        if (entry->kind == RH_ENTRY_ACTIVITY_COMPLETED)
            assert_int_equal(entry->number, expected++);
        assert_int_equal(entry->event_id, expected);
    }
    rh_history_hash_of(journal, 0, &events);
    assert_int_equal(events, expected - 1);
    rh_env_destroy(env);
}

static uint64_t play_timers(rh_env *env, const rh_world_options *options)
{
    rh_env_restart(env);
    rh_set_world(env, options);
    rh_run(env, "ThreeTimers", NULL);
    assert_int_equal(rh_status_of(env), RH_SUCCEEDED);
    return rh_history_hash(env);
}

static void drawn_choices_can_be_taken_again(void **state)
{
    (void)state;
    rh_env *env = open_env();
    uint64_t usual = play_timers(env, &(rh_world_options){0});
    size_t others = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const uint32_t *made;
        uint32_t kept[8];
        uint64_t drawn =
            play_timers(env, &(rh_world_options){.seed = seed, .random_choices = true});
        size_t count = rh_choices_of(env, &made);
        assert_in_range(count, 1, 8);
        memcpy(kept, made, count * sizeof *kept);
        others += drawn != usual;
        assert_true(drawn == play_timers(env, &(rh_world_options){
                                                  .seed = seed,
                                                  .choices = kept,
                                                  .choice_count = count,
                                              }));
    }
    assert_in_range(others, 10, 19); /* one order in six is the usual one */
    rh_env_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_code_observes_counts),
        cmocka_unit_test(another_run_in_the_world_changes_nothing),
        cmocka_unit_test(events_are_numbered_without_gaps),
        cmocka_unit_test(drawn_choices_can_be_taken_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
