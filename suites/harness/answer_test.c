/* What attempts do: durations, heartbeats, start delay, reactions to cancel, effects, functions. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_activity_options options = {
    .start_to_close = RH_HOURS(1),
    .heartbeat_timeout = RH_HOURS(1),
    .retry = {.initial_interval = S(1), .backoff_coefficient = 1, .maximum_attempts = 3},
    .cancellation = RH_WAIT_FOR_CANCELLATION};

/* Calls "Work" with the input as its arguments, or with 0, 1, 2 ... for a number. */
static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_future *all[64];
    int64_t count = rh_integer_of(input);
    if (count == 0)
        return rh_await(
            wf, rh_activity(wf, "Work", rh_kind_of(input) == RH_LIST ? input : NULL, &options),
            result);
    for (int64_t i = 0; i < count; i++)
        all[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer(i)), &options);
    return rh_await_all(wf, all, (size_t)count, NULL);
}

/* As `works`, but one call of another type, and one more of this type, come first. */
static const rh_failure *works_more(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    rh_activity(wf, "Extra", RH_NO_ARGS, &options);
    rh_activity(wf, "Work", RH_ARGS(rh_string("more")), &options);
    return works(wf, input, result);
}

static const rh_workflow_definition workflows[] = {{.name = "works", .run = works},
                                                   {.name = "works_more", .run = works_more},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "answer", workflows, NULL};
DEFINE_ENVS(module)

/* How long the one attempt of a call took. */
static rh_duration span_of(rh_env *env, const char *path, int32_t attempt)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_time start = -1;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (!entry->call || entry->attempt != attempt ||
            !rh_call_matches(rh_env_call(env, entry), path))
            continue;
        if (entry->kind == RH_ENTRY_ATTEMPT_STARTED)
            start = entry->time;
        if (entry->kind == RH_ENTRY_ATTEMPT_COMPLETED || entry->kind == RH_ENTRY_ATTEMPT_FAILED)
            return entry->time - start;
    }
    return -1;
}

/* ---- durations ------------------------------------------------------------------------------- */

static void fixed(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(7), .start_delay = S(2), .result = rh_integer(5));
    rh_run(env, "works", NULL);
    rh_assert_duration(env, S(9));
    rh_assert_result(env, rh_integer(5));
    rh_env_restart(env);
    rh_mock(env, "Work", .takes = S(1), .nth = 2); /* never reached */
    rh_run(env, "works", NULL);
    rh_assert_duration(env, S(9));
    assert_clean(env);
}

static void nothing_said_means_success_at_once(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_run(env, "works", NULL);
    rh_assert_status(env, RH_SUCCEEDED);
    rh_assert_duration(env, 0);
    rh_assert_result(env, NULL);
    rh_assert_effects(env, "Work", 1);
    assert_clean(env);
}

static void ranges_are_drawn_evenly_by_seed(void **state)
{
    rh_env *env = *state;
    rh_duration least = S(100), most = 0, sum = 0;
    rh_mock(env, "Work", .takes = S(10), .takes_at_most = S(20));
    for (uint64_t seed = 0; seed < 10; seed++) {
        rh_world(env, .seed = seed);
        rh_run(env, "works", rh_integer(50));
        for (int i = 0; i < 50; i++) {
            rh_duration span = span_of(env, rh_env_print(env, "Work[%d]", i), 1);
            assert_in_range(span, S(10), S(20));
            least = span < least ? span : least;
            most = span > most ? span : most;
            sum += span / 500;
        }
        rh_env_restart(env);
    }
    assert_in_range(least, S(10), S(10) + RH_MILLISECONDS(100));
    assert_in_range(most, S(20) - RH_MILLISECONDS(100), S(20));
    assert_in_range(sum, RH_MILLISECONDS(14500), RH_MILLISECONDS(15500));
    assert_clean(env);
}

static void the_bounds_of_a_range_are_inside(void **state)
{
    rh_env *env = *state;
    int count[3] = {0};
    rh_mock(env, "Work", .takes = 1, .takes_at_most = 2);
    rh_run(env, "works", rh_integer(64));
    for (int i = 0; i < 64; i++)
        count[span_of(env, rh_env_print(env, "Work[%d]", i), 1)]++;
    assert_in_range(count[1], 15, 49);
    assert_int_equal(count[1] + count[2], 64);
    assert_clean(env);
}

static void quantiles_are_drawn_linearly(void **state)
{
    rh_env *env = *state;
    int low = 0;
    rh_mock(env, "Work", RH_QUANTILES(S(10), S(12), S(100)));
    for (uint64_t seed = 0; seed < 10; seed++) {
        rh_world(env, .seed = seed);
        rh_run(env, "works", rh_integer(50));
        for (int i = 0; i < 50; i++) {
            rh_duration span = span_of(env, rh_env_print(env, "Work[%d]", i), 1);
            assert_in_range(span, S(10), S(100));
            low += span < S(12);
        }
        rh_env_restart(env);
    }
    assert_in_range(low, 200, 300); /* half of them in the first share */
    assert_clean(env);
}

static void a_range_may_be_empty(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(3), .takes_at_most = S(3));
    rh_run(env, "works", NULL);
    rh_assert_duration(env, S(3));
    assert_clean(env);
}

static void one_quantile_is_fixed(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", RH_QUANTILES(S(3)), .start_delay = S(1));
    rh_run(env, "works", NULL);
    rh_assert_duration(env, S(4));
    assert_clean(env);
}

static void adding_a_call_changes_no_other_draw(void **state)
{
    rh_env *env = *state;
    rh_duration spans[20];
    bool differ = false;
    rh_mock(env, "Extra", .takes = 1, .takes_at_most = S(9));
    rh_mock(env, "Work", .takes = 1, .takes_at_most = RH_HOURS(1));
    rh_run(env, "works", rh_integer(20));
    for (int i = 0; i < 20; i++) {
        spans[i] = span_of(env, rh_env_print(env, "Work[%d]", i), 1);
        differ = differ || spans[i] != spans[0];
    }
    assert_true(differ);
    rh_env_restart(env);
    rh_run(env, "works_more", rh_integer(20));
    for (int i = 0; i < 20; i++)
        assert_int_equal(span_of(env, rh_env_print(env, "Work[%d]", i), 1), spans[i]);
    rh_env_restart(env);
    rh_world(env, .seed = 1);
    rh_run(env, "works", rh_integer(20));
    differ = false;
    for (int i = 0; i < 20; i++)
        differ = differ || span_of(env, rh_env_print(env, "Work[%d]", i), 1) != spans[i];
    assert_true(differ);
    assert_clean(env);
}

static void each_attempt_draws_its_own(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = 1, .takes_at_most = RH_MINUTES(30),
            .failure = RH_FAILURE("Down", "down"));
    rh_run(env, "works", NULL);
    rh_duration first = span_of(env, "Work", 1);
    assert_int_not_equal(span_of(env, "Work", 2), first);
    assert_int_not_equal(span_of(env, "Work", 3), first);
    assert_clean(env);
}

/* ---- heartbeats ------------------------------------------------------------------------------ */

/* "2:a 4:- ..." */
static const char *beats(rh_env *env)
{
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; nth_entry(env, RH_ENTRY_HEARTBEAT, i); i++) {
        const rh_entry *entry = nth_entry(env, RH_ENTRY_HEARTBEAT, i);
        rh_text_printf(&text, "%s%lld:%s", i ? " " : "",
                       (long long)(since_start(env, entry) / S(1)),
                       entry->value ? rh_text_of(entry->value) : "-");
    }
    return rh_text_string(&text);
}

static void heartbeats(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .nth = 1, .takes = S(9), .heartbeat_every = S(3)); /* none at the end */
    rh_mock(env, "Work", .nth = 2, .takes = S(10), .heartbeat_every = S(3), .start_delay = S(20));
    rh_run(env, "works", rh_integer(2));
    assert_string_equal(beats(env), "3:- 6:- 23:- 26:- 29:-");
    rh_assert_heartbeats(env, "Work[0]", 2);
    rh_assert_heartbeats(env, "Work[1]", 3);
    rh_env_restart(env);
    rh_row_mock(env, "Work", .takes = S(10), .heartbeat_every = S(4),
                RH_HEARTBEATS({0, rh_string("a")}, {S(4), rh_string("b")}, {S(5), NULL},
                              {S(5), rh_string("c")}, {S(10), rh_string("d")},
                              {S(11), rh_string("e")}));
    rh_run(env, "works", NULL);
    assert_string_equal(beats(env), "0:a 4:b 5:- 5:c 8:-");
    assert_clean(env);
}

static const rh_value *tells_elapsed(const rh_attempt_info *attempt, rh_duration elapsed,
                                     void *data)
{
    assert_string_equal(attempt->type, "Work");
    return rh_attempt_copy(
        attempt, rh_string(rh_env_print(attempt->env, "%s%lld/%d", (const char *)data,
                                        (long long)(elapsed / S(1)), (int)attempt->attempt)));
}

static void details_may_be_a_function(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(7), .heartbeat_every = S(3), .start_delay = S(1),
            .heartbeat_details = tells_elapsed, .data = "at ");
    rh_run(env, "works", NULL);
    assert_string_equal(beats(env), "4:at 3/1 7:at 6/1");
    rh_mock(env, "Work", .heartbeat_details = tells_elapsed);
    assert_one_error(env, ".heartbeat_details needs .heartbeat_every");
}

/* ---- cancel ---------------------------------------------------------------------------------- */

static void reactions_to_cancel(void **state)
{
    static const struct {
        rh_cancel_reaction reaction;
        rh_duration takes, every;
        rh_duration closes;
        const char *how;
    } cases[] = {
        {RH_OBEYS, 0, S(4), S(8), "activity-canceled"},
        {RH_TAKES, S(3), S(4), S(11), "activity-canceled"},
        {RH_TAKES, 0, S(4), S(8), "activity-canceled"},
        {RH_TAKES, S(30), S(4), S(38), "activity-canceled"}, /* it can take longer than the work */
        {RH_IGNORES, 0, S(4), S(20), "activity-completed"},
        {RH_OBEYS, 0, 0, S(20), "activity-completed"}, /* no heartbeat: it never learns */
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock(env, "Work", .takes = S(20), .heartbeat_every = cases[i].every,
                .on_cancel = cases[i].reaction, .cancel_takes = cases[i].takes);
        rh_cancel_at(env, S(5), NULL);
        rh_run(env, "works", NULL);
        rh_assert_duration(env, cases[i].closes);
        assert_contains(history(env), cases[i].how);
        rh_assert_effects(env, "Work", !strcmp(cases[i].how, "activity-completed"));
        /* once told, it is told no more */
        rh_assert_heartbeats(env, "Work",
                             !cases[i].every                   ? 0
                             : cases[i].reaction == RH_IGNORES ? 4
                                                               : 2);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- effects --------------------------------------------------------------------------------- */

/* "kind key #n; ..." */
static const char *effects(rh_env *env)
{
    const rh_journal *journal = rh_env_journal(env);
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_EFFECT || entry->kind == RH_ENTRY_EFFECT_SKIPPED)
            rh_text_printf(&text, "%s%s %s #%d%s", text.length ? "; " : "", entry->name->text,
                           entry->text, (int)entry->number,
                           entry->kind == RH_ENTRY_EFFECT ? "" : " skipped");
    }
    return rh_text_string(&text);
}

static void effects_of_an_attempt(void **state)
{
    static const rh_effect_spec two[] = {{"release", "v1", NULL}, {"tag", NULL, NULL}};
    static const rh_effect_spec paths[] = {{"release", "$1.Tag", NULL},
                                           {"n", "$1.N", NULL},
                                           {"none", "$1.Nope", NULL},
                                           {NULL, "$0", NULL}};
    static const struct {
        rh_mock_options mock;
        const char *effects;
    } cases[] = {
        {{0}, "Work abc #1"},
        {{.no_effect = true}, ""},
        {{.effects = two, .effects_count = 2}, "release v1 #1; tag abc #1"},
        {{.effects = two, .effects_count = 2, .no_effect = true}, ""},
        {{.effects = paths, .effects_count = 4},
         "release v1.2.0 #1; n 7 #1; none  #1; Work abc #1"},
        {{.fault = "network-timeout"}, ""},
        {{.hangs = true}, ""},
        {{.fault = "reply-lost"}, "Work abc #1; Work abc #2; Work abc #3"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock_options mock = cases[i].mock;
        mock.type = "Work";
        rh_add_mock(env, RH_LAYER_TEST, &mock);
        rh_run(env, "works",
               RH_LIST_OF(rh_string("abc"),
                          RH_OBJECT_OF({"Tag", rh_string("v1.2.0")}, {"N", rh_integer(7)})));
        assert_string_equal(effects(env), cases[i].effects);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void an_idempotency_key_makes_an_effect_happen_once(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .fault = "reply-lost",
            RH_EFFECTS({.kind = "release", .once_by = "$0.Key"}, {.kind = "mail"},
                       {.kind = "tag", .once_by = "0.Key"}));
    rh_run(env, "works", RH_LIST_OF(RH_OBJECT_OF({"Key", rh_string("k")})));
    assert_string_equal(effects(env), "release  #1; mail  #1; tag  #1; release  #1 skipped; "
                                      "mail  #2; tag  #1 skipped; release  #1 skipped; mail  #3; "
                                      "tag  #1 skipped");
    rh_assert_effects(env, "release", 1);
    rh_assert_effects(env, "tag", 1); /* the same key, but another effect */
    rh_assert_effects(env, "mail", 3);
    rh_env_restart(env);
    rh_run(env, "works", RH_LIST_OF(RH_OBJECT_OF({"Key", rh_null()}))); /* null is no key */
    rh_assert_effects(env, "release", 3);
    rh_env_restart(env);
    rh_run(env, "works", RH_LIST_OF(RH_OBJECT_OF({"Other", rh_null()})));
    rh_assert_effects(env, "release", 3);
    assert_clean(env);
}

/* ---- functions ------------------------------------------------------------------------------- */

typedef struct seen {
    int calls;
} seen;

static void decides(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    static const rh_failure_options down = {.type = "Down", .message = "down"};
    ((seen *)data)->calls++;
    assert_non_null(attempt->env);
    assert_string_equal(attempt->type, "Work");
    assert_string_equal(attempt->path, "Work[abc]");
    assert_string_equal(rh_text_of(rh_at(attempt->args, 0)), "abc");
    assert_string_equal(attempt->workflow_id, "works");
    assert_string_equal(attempt->task_queue, "default");
    assert_string_equal(attempt->host, "host-1");
    assert_int_equal(answer->takes, S(4)); /* the mock's own */
    assert_int_equal(attempt->now, RH_WORLD_START + (attempt->attempt - 1) * S(5));
    if (attempt->attempt > 1)
        assert_string_equal(rh_text_of(attempt->heartbeat_details), "b");
    else
        assert_null(attempt->heartbeat_details);
    if (attempt->attempt < 3)
        answer->failure = &down;
    else
        answer->result = rh_attempt_copy(attempt, RH_LIST_OF(rh_integer(attempt->attempt)));
}

static void a_function_decides(void **state)
{
    rh_env *env = *state;
    seen all = {0};
    rh_mock(env, "Work", .call = decides, .data = &all, .takes = S(4), .heartbeat_every = S(3),
            RH_HEARTBEATS({S(1), rh_string("a")}, {S(3), rh_string("b")}),
            RH_EFFECTS({"release", "$0"}));
    rh_run(env, "works", RH_LIST_OF(rh_string("abc")));
    rh_assert_result(env, RH_LIST_OF(rh_integer(3)));
    assert_int_equal(all.calls, 3);
    rh_assert_duration(env, S(4 + 1 + 4 + 1 + 4));
    assert_string_equal(beats(env), "1:a 3:b 6:a 8:b 11:a 13:b");
    rh_assert_effect(env, "release", "abc", 1);
    assert_clean(env);
}

static void says_its_own(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    static const rh_effect_spec own = {"own", "x", NULL};
    static const rh_heartbeat_spec beat = {S(2), NULL};
    (void)attempt, (void)data;
    answer->effects = &own;
    answer->effects_count = 1;
    answer->heartbeats = &beat;
    answer->heartbeats_count = 1;
    answer->takes = S(9);
}

static void what_a_function_says_wins(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .call = says_its_own, .takes = S(4),
            RH_HEARTBEATS({S(1), NULL}, {S(3), NULL}), RH_EFFECTS({"release", "$0"}));
    rh_run(env, "works", NULL);
    assert_string_equal(beats(env), "2:-");
    assert_string_equal(effects(env), "own x #1");
    rh_assert_duration(env, S(9));
    assert_clean(env);
}

static void says_no_effect(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)attempt, (void)data;
    answer->no_effect = true;
}

static void a_function_may_do_nothing(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .call = says_no_effect, RH_EFFECTS({"release", "$0"}));
    rh_run(env, "works", NULL);
    assert_string_equal(effects(env), "");
    assert_clean(env);
}

static void contradicts(const rh_attempt_info *attempt, rh_answer *answer, void *data)
{
    (void)attempt, (void)data;
    answer->hangs = answer->crashes = true;
}

static void a_function_may_be_wrong(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .call = contradicts);
    rh_run(env, "works", NULL);
    assert_one_error(env, "the function of mock 'Work' says both .hangs and .crashes; it can end "
                          "in one way only");
    assert_string_equal(rh_env_problem(env, 0)->file, __FILE__);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(fixed),
        PLAYED(nothing_said_means_success_at_once),
        PLAYED(ranges_are_drawn_evenly_by_seed),
        PLAYED(the_bounds_of_a_range_are_inside),
        PLAYED(quantiles_are_drawn_linearly),
        PLAYED(a_range_may_be_empty),
        PLAYED(one_quantile_is_fixed),
        PLAYED(adding_a_call_changes_no_other_draw),
        PLAYED(each_attempt_draws_its_own),
        PLAYED(heartbeats),
        PLAYED(details_may_be_a_function),
        PLAYED(reactions_to_cancel),
        PLAYED(effects_of_an_attempt),
        PLAYED(an_idempotency_key_makes_an_effect_happen_once),
        PLAYED(a_function_decides),
        PLAYED(what_a_function_says_wins),
        PLAYED(a_function_may_do_nothing),
        PLAYED(a_function_may_be_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
