/* The history is what code can observe: its hash forgets everything else. And choices: drawn,
 * recorded, taken again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/env.h"
#include "rehearse/rehearse.h"
#include "reports/history.h"
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

static rh_workflow_function waits, one_call;

static const rh_workflow_definition workflows[] = {{.name = "Waits", .run = waits},
                                                   {.name = "OneCall", .run = one_call},
                                                   {.name = "TwoCalls", .run = two_calls},
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
    rh_start(env, "ThreeTimers", NULL, &(rh_run_options){.workflow_id = "other"});
    rh_start(env, "TwoCalls", rh_integer(1), &(rh_run_options){.workflow_id = "one"});
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

/* With default choices nothing is drawn, and nothing about it is journaled. */
static void default_choices_leave_no_trace(void **state)
{
    (void)state;
    rh_env *env = open_env();
    const uint32_t *made;
    rh_host(env, "one");
    rh_host(env, "two");
    rh_mock(env, "Left");
    rh_mock(env, "Right");
    rh_run(env, "TwoCalls", NULL);
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->count; i++)
        assert_int_not_equal(journal->entries[i].kind, RH_ENTRY_CHOICE);
    assert_int_equal(rh_choices_of(env, &made), 2); /* which host, twice */
    assert_int_equal(made[0] + made[1], 0);
    rh_env_destroy(env);
}

/* A wait that is over before its timeout: Go replays its canceled timer only with a flag. */
static const rh_failure *waits(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    bool received;
    if (rh_is_true(input))
        return rh_receive_for(wf, "go", RH_MINUTES(1), result, &received);
    rh_scope *scope = rh_scope_begin(wf);
    rh_timer(wf, RH_MINUTES(1));
    rh_scope_end(wf, scope);
    rh_receive(wf, "go", result);
    rh_scope_cancel(wf, scope);
    return rh_sleep(wf, RH_SECONDS(1));
}

static bool history_says(bool waits_with_timeout, const char *what)
{
    rh_arena arena;
    rh_env *env = open_env();
    rh_signal_at(env, RH_SECONDS(5), NULL, "go", NULL);
    rh_run(env, "Waits", rh_boolean(waits_with_timeout));
    assert_int_equal(rh_status_of(env), RH_SUCCEEDED);
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = rh_text_in(&arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    bool says = strstr(rh_text_string(&text), what) != NULL;
    rh_arena_free(&arena);
    rh_env_destroy(env);
    return says;
}

static void histories_flag_timers_that_waits_end(void **state)
{
    (void)state;
    assert_true(history_says(true, "EVENT_TYPE_TIMER_CANCELED"));
    assert_true(history_says(true, "\"sdkMetadata\":{\"langUsedFlags\":[6]}"));
    assert_true(history_says(false, "EVENT_TYPE_TIMER_CANCELED"));
    assert_false(history_says(false, "sdkMetadata"));
}

static const rh_failure *one_call(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_activity_options once = {.start_to_close = RH_MINUTES(1),
                                      .retry = {.maximum_attempts = 1}};
    return rh_await(wf, rh_activity(wf, "Call", RH_ARGS(input), &once), result);
}

static void check_identity(bool times_out, const char *expected)
{
    rh_env *env = open_env();
    if (times_out)
        rh_mock(env, "Call", .hangs = true);
    else
        rh_mock(env, "Call", .failure = RH_FAILURE("Down", "down"));
    rh_run(env, "OneCall", NULL);
    rh_assert_failure_text(env, expected);
    if (rh_env_finish(env))
        fail_msg("%s", rh_env_report(env));
    rh_env_destroy(env);
}

/* The event of a timeout names no worker; that of a failure does. */
static void only_failures_name_their_host(void **state)
{
    (void)state;
    check_identity(true, "identity: )");
    check_identity(false, "identity: host-1)");
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
        cmocka_unit_test(default_choices_leave_no_trace),
        cmocka_unit_test(histories_flag_timers_that_waits_end),
        cmocka_unit_test(only_failures_name_their_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
