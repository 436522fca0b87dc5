/* Faults: how each class strikes, the whole catalog, planned and random faults. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = RH_HOURS(5), /* longer than any fault takes */
        .retry = {.initial_interval = S(1), .backoff_coefficient = 1, .maximum_attempts = 2}};
    rh_future *all[200];
    size_t count = input ? (size_t)rh_integer_of(input) : 1;
    for (size_t i = 0; i < count; i++)
        all[i] = rh_activity(wf, "Work", RH_ARGS(rh_integer((int64_t)i)), &options);
    for (size_t i = 0; i < count; i++) {
        const rh_failure *failure = rh_await(wf, all[i], result);
        if (count == 1 && failure)
            return failure;
    }
    return NULL;
}

static const rh_failure *works_after(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(5)};
    rh_activity(wf, "Extra", RH_ARGS(rh_string("a")), &options);
    rh_activity(wf, "Extra", RH_ARGS(rh_string("b")), &options);
    return works(wf, input, result);
}

/* Makes the call three times, whatever comes of it: with the same arguments, or with others. */
static const rh_failure *insists(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(5), .key = "same"};
    const rh_failure *failure = NULL;
    for (int64_t i = 0; i < 3; i++)
        failure =
            rh_await(wf,
                     rh_activity(wf, "Work", RH_ARGS(input ? rh_integer(i) : rh_null()), &options),
                     result);
    return failure;
}

static const rh_workflow_definition workflows[] = {{.name = "works", .run = works},
                                                   {.name = "insists", .run = insists},
                                                   {.name = "works_after", .run = works_after},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "fault", workflows, NULL};
DEFINE_ENVS(module)

/* ---- the catalog ----------------------------------------------------------------------------- */

static void the_catalog_is_sound(void **state)
{
    (void)state;
    assert_true(rh_fault_count() >= 12);
    assert_null(rh_fault_at_index(rh_fault_count()));
    assert_null(rh_fault_find("no such fault"));
    assert_null(rh_fault_find(""));
    for (size_t i = 0; i < rh_fault_count(); i++) {
        const rh_fault *fault = rh_fault_at_index(i);
        assert_ptr_equal(rh_fault_find(fault->name), fault); /* no name twice */
        assert_true(fault->name[0] && fault->summary[0] && fault->source[0] && fault->group[0]);
        assert_true(fault->typical_duration >= 0);
        if (rh_fault_class_fails(fault->class))
            assert_true(fault->message[0] && fault->failure_type[0]);
        if (fault->class == RH_FAULT_TRANSIENT || fault->class == RH_FAULT_REPLY_LOST)
            assert_true(fault->retryable);
        if (fault->class == RH_FAULT_PERMANENT)
            assert_false(fault->retryable);
        if (fault->class == RH_FAULT_SLOW)
            assert_true(fault->times > 1);
    }
    static const char *const named[] = {
        "network-timeout", "connection-reset",   "dns",
        "homebrew-auth",   "runner-lost",        "secondary-rate-limit",
        "git-push-race",   "docker-push-denied", "registry-5xx",
        "disk-full",       "reply-lost",         "homebrew-token-expired"};
    for (size_t i = 0; i < LENGTH(named); i++)
        assert_non_null(rh_fault_find(named[i]));
}

static void classes_have_names(void **state)
{
    static const struct {
        const char *name;
        bool fails;
    } classes[] = {
        [RH_FAULT_TRANSIENT] = {"transient", true},
        [RH_FAULT_PERMANENT] = {"permanent", true},
        [RH_FAULT_REPLY_LOST] = {"reply-lost", true},
        [RH_FAULT_HANG] = {"hang", false},
        [RH_FAULT_CRASH] = {"crash", false},
        [RH_FAULT_HOST_LOST] = {"host-lost", false},
        [RH_FAULT_HOST_STOPPED] = {"host-stopped", false},
        [RH_FAULT_PARTIAL] = {"partial", true},
        [RH_FAULT_CORRUPTED] = {"corrupted", false},
        [RH_FAULT_SILENT] = {"silent", false},
        [RH_FAULT_SLOW] = {"slow", false},
    };
    (void)state;
    for (unsigned i = 0; i < LENGTH(classes); i++) {
        rh_fault_class found = RH_FAULT_TRANSIENT;
        assert_string_equal(rh_fault_class_name((rh_fault_class)i), classes[i].name);
        assert_int_equal(rh_fault_class_fails((rh_fault_class)i), classes[i].fails);
        assert_true(rh_fault_class_find(classes[i].name, &found));
        assert_int_equal(found, i);
        assert_true(rh_fault_class_meaning((rh_fault_class)i)[0]);
        assert_int_equal(rh_fault_class_strikes_host((rh_fault_class)i),
                         i == RH_FAULT_HOST_LOST || i == RH_FAULT_HOST_STOPPED);
    }
    rh_fault_class found;
    assert_false(rh_fault_class_find("transien", &found));
}

static bool never_answers(const rh_fault *fault)
{
    return fault->class == RH_FAULT_HANG || fault->class == RH_FAULT_CRASH ||
           rh_fault_class_strikes_host(fault->class);
}

/* Every fault of the catalog strikes the first attempt of a call that would take 7 s; the second
 * attempt succeeds, if there is one. */
static void every_fault_strikes(void **state)
{
    (void)state;
    for (size_t i = 0; i < rh_fault_count(); i++) {
        const rh_fault *fault = rh_fault_at_index(i);
        bool fails = rh_fault_class_fails(fault->class);
        bool retried = fails ? fault->retryable : never_answers(fault);
        bool acts = fault->class == RH_FAULT_REPLY_LOST || fault->class == RH_FAULT_PARTIAL ||
                    fault->class == RH_FAULT_CORRUPTED || fault->class == RH_FAULT_SLOW;
        rh_duration took = fault->typical_duration ? fault->typical_duration : S(7);
        if (fault->class == RH_FAULT_SLOW)
            took *= fault->times;
        if (never_answers(fault))
            took = RH_HOURS(5);
        rh_env *env = rh_env_create(&module);
        rh_mock(env, "Work", .takes = S(7), .result = rh_integer(1));
        rh_fault_at(env, "Work", fault->name);
        rh_run(env, "works", NULL);
        const rh_entry *entry = nth_entry(env, RH_ENTRY_FAULT, 0);
        assert_string_equal(entry->name->text, fault->name);
        assert_string_equal(entry->text, rh_fault_class_name(fault->class));
        assert_int_equal(entry->attempt, 1);
        assert_int_equal(count_entries(env, RH_ENTRY_FAULT), 1);
        if (retried)
            rh_assert_starts(env, "Work", 0, took + S(1));
        else
            rh_assert_starts(env, "Work", 0);
        rh_assert_duration(env, took + (retried ? S(1 + 7) : 0));
        rh_assert_effects(env, "Work", (size_t)(acts + retried));
        if (fails && !retried) {
            rh_assert_status(env, RH_FAILED);
            rh_assert_failure(env, RH_FAILURE_APPLICATION, fault->failure_type);
        } else {
            rh_assert_status(env, RH_SUCCEEDED);
            rh_assert_result(env, fault->class == RH_FAULT_CORRUPTED ? fault->result
                                  : fault->class == RH_FAULT_SILENT  ? NULL
                                                                     : rh_integer(1));
        }
        if (fails) {
            const rh_failure *failure = nth_entry(env, RH_ENTRY_ATTEMPT_FAILED, 0)->failure;
            assert_string_equal(failure->message, fault->message);
            assert_string_equal(failure->type, fault->failure_type);
            assert_int_equal(failure->non_retryable, !fault->retryable);
        }
        assert_int_equal(count_entries(env, RH_ENTRY_HOST_LOST),
                         fault->class == RH_FAULT_HOST_LOST);
        assert_int_equal(count_entries(env, RH_ENTRY_HOST_STOPPED),
                         fault->class == RH_FAULT_HOST_STOPPED);
        if (rh_env_finish(env))
            print_error("%s (%s):\n", fault->name, rh_fault_class_name(fault->class));
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- classes --------------------------------------------------------------------------------- */

static void each_class_turns_a_script(void **state)
{
    (void)state;
    static const struct {
        rh_fault_class class;
        rh_script_end end;
        bool fails, effects_happen, beats;
        size_t effects;
        rh_duration takes_s; /* of 7 */
    } cases[] = {
        {RH_FAULT_TRANSIENT, RH_END_ANSWERS, true, false, true, 2, 7},
        {RH_FAULT_PERMANENT, RH_END_ANSWERS, true, false, true, 2, 7},
        {RH_FAULT_REPLY_LOST, RH_END_ANSWERS, true, true, true, 2, 7},
        {RH_FAULT_PARTIAL, RH_END_ANSWERS, true, true, true, 1, 7},
        {RH_FAULT_CORRUPTED, RH_END_ANSWERS, false, false, true, 2, 7},
        {RH_FAULT_SILENT, RH_END_ANSWERS, false, false, true, 0, 7},
        {RH_FAULT_HANG, RH_END_HANGS, false, false, false, 2, 7},
        {RH_FAULT_CRASH, RH_END_VANISHES, false, false, true, 2, 7},
        {RH_FAULT_HOST_LOST, RH_END_LOSES_HOST, false, false, true, 2, 7},
        {RH_FAULT_HOST_STOPPED, RH_END_STOPS_HOST, false, false, true, 2, 7},
        {RH_FAULT_SLOW, RH_END_HANGS, false, false, true, 2, 21}, /* as ever */
    };
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < LENGTH(cases); i++)
        for (int duration = 0; duration < 2; duration++) {
            static const rh_script_heartbeat beat;
            const rh_fault fault = {.name = "f",
                                    .class = cases[i].class,
                                    .failure_type = "T",
                                    .message = "m",
                                    .retryable = duration,
                                    .times = 3,
                                    .result = rh_string("wrong"),
                                    .typical_duration = duration ? S(2) : 0};
            const rh_value *right = rh_integer(1);
            rh_script script = {.takes = S(7),
                                .heartbeat_every = S(1),
                                .heartbeats = &beat,
                                .heartbeat_count = 1,
                                .result = right,
                                .effect_count = 2,
                                .end = RH_END_HANGS};
            rh_fault_strike(&arena, &fault, &script);
            assert_string_equal(script.fault, "f");
            assert_string_equal(script.fault_class, rh_fault_class_name(cases[i].class));
            assert_int_equal(script.end, cases[i].end);
            assert_int_equal(script.takes, S(cases[i].takes_s) / 7 * (duration ? 2 : 7));
            assert_int_equal(script.failure != NULL, cases[i].fails);
            if (script.failure)
                assert_int_equal(script.failure->non_retryable, !duration);
            assert_int_equal(script.effects_happen, cases[i].effects_happen);
            assert_int_equal(script.effect_count, cases[i].effects);
            assert_int_equal(script.heartbeat_every != 0, cases[i].beats);
            assert_int_equal(script.heartbeat_count != 0, cases[i].beats);
            if (cases[i].class == RH_FAULT_CORRUPTED)
                assert_string_equal(rh_text_of(script.result), "wrong");
            else if (cases[i].class == RH_FAULT_SILENT)
                assert_int_equal(rh_kind_of(script.result), RH_NULL);
            else
                assert_ptr_equal(script.result, cases[i].class == RH_FAULT_SLOW ? right : NULL);
            bool tainted =
                cases[i].class == RH_FAULT_CORRUPTED || cases[i].class == RH_FAULT_SILENT;
            assert_int_equal(script.result && script.result->flags & RH_TAINTED, tainted);
        }
    rh_arena_free(&arena);
}

/* ---- planned --------------------------------------------------------------------------------- */

static void points_name_calls_and_attempts(void **state)
{
    static const struct {
        const char *point;
        const char *struck;
    } cases[] = {
        {"Work", "0@1 1@1 2@1"},   {"Work@1", "0@1 1@1 2@1"},
        {"Work@2", "0@2 1@2 2@2"}, {"Work@*", "0@1 1@1 2@1 0@2 1@2 2@2"},
        {"Work[1]", "1@1"},        {"Work[1]@2", "1@2"},
        {"Work[2]@*", "2@1 2@2"},  {"Work#1", "0@1 1@1 2@1"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock(env, "Work", .failure = RH_FAILURE("Own", "own"), .takes = S(1));
        rh_fault_at(env, cases[i].point, "reply-lost");
        rh_run(env, "works", rh_integer(3));
        rh_text text = rh_text_in(&env->arena);
        for (size_t k = 0; nth_entry(env, RH_ENTRY_FAULT, k); k++) {
            const rh_entry *entry = nth_entry(env, RH_ENTRY_FAULT, k);
            rh_text_printf(&text, "%s%s@%d", k ? " " : "", rh_env_call(env, entry)->key,
                           (int)entry->attempt);
        }
        assert_string_equal(rh_text_string(&text), cases[i].struck);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void the_first_planned_fault_wins(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .fault = "disk-full");
    rh_fault_at(env, "Work[0]", "dns");
    rh_fault_at(env, "Work@*", "connection-reset");
    rh_run(env, "works", NULL);
    assert_string_equal(nth_entry(env, RH_ENTRY_FAULT, 0)->name->text, "dns");
    assert_string_equal(nth_entry(env, RH_ENTRY_FAULT, 1)->name->text, "connection-reset");
    rh_assert_failure(env, RH_FAILURE_APPLICATION, "ConnectionReset");
    assert_clean(env);
}

static void a_point_that_is_never_reached_is_an_error(void **state)
{
    static const struct {
        const char *point;
        const char *message;
    } cases[] = {
        {"Wrok", "fault point 'Wrok' was never reached; did you mean 'Work'?"},
        {"Work[9]", "fault point 'Work[9]' was never reached; did you mean 'Work[0]'?"},
        {"Work@2", "fault point 'Work@2' was never reached; its call has fewer attempts"},
        {"Work[0]@3", "fault point 'Work[0]@3' was never reached; its call has fewer attempts"},
        {"Somewhere", "fault point 'Somewhere' was never reached"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock(env, "Work");
        rh_fault_at(env, cases[i].point, "dns");
        rh_run(env, "works", NULL);
        assert_one_error(env, cases[i].message);
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_fault_at(env, "Work", "dns");
    rh_mock(env, "Work");
    rh_run(env, "works", NULL);
    rh_env_restart(env);
    rh_run(env, "works", rh_integer(0)); /* in each world */
    assert_one_error(env, "fault point 'Work' was never reached");
    rh_env_restart(env); /* nothing was played: nothing to say */
    assert_int_equal(rh_env_finish(env), 1);
}

static void unknown_faults_and_points(void **state)
{
    rh_env *env = *state;
    rh_fault_at(env, "Work", "dnss");
    rh_fault_at(env, "Work@0", "dns");
    rh_fault_at(env, "", "dns");
    static const char *const messages[] = {
        "unknown fault 'dnss'; did you mean 'dns'?",
        "fault point 'Work@0': expected an attempt from 1 or '*' behind '@', found '0'",
        "fault point '': expected TYPE, TYPE[KEY] or TYPE#N, and optionally @ATTEMPT",
    };
    assert_int_equal(rh_env_finish(env), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(rh_env_problem(env, i)->is_error);
        assert_string_equal(rh_env_problem(env, i)->message, messages[i]);
    }
    rh_error error;
    assert_int_equal(rh_env_add_fault(env, "Work", "dnss", &error), -1);
    assert_string_equal(error.message, messages[0]);
    assert_int_equal(rh_env_add_fault(env, "Work", "dns", &error), 0);
    assert_int_equal(rh_env_problem_count(env), 3); /* returned, not recorded */
}

static void after_a_restart_a_plan_holds_again(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_fault_at(env, "Work", "dns");
    for (int i = 0; i < 3; i++) {
        rh_env_restart(env);
        rh_run(env, "works", NULL);
        rh_assert_attempts(env, "Work", 2);
    }
    assert_clean(env);
}

/* ---- how long it lasts ----------------------------------------------------------------------- */

/* '!' for each call that was struck, '.' for each that was not. */
static const char *struck_calls(rh_env *env)
{
    rh_text text = rh_text_in(&env->arena);
    for (size_t i = 0; nth_entry(env, RH_ENTRY_ACTIVITY_SCHEDULED, i); i++) {
        uint32_t call = nth_entry(env, RH_ENTRY_ACTIVITY_SCHEDULED, i)->call;
        bool is_struck = false;
        for (size_t k = 0; nth_entry(env, RH_ENTRY_FAULT, k); k++)
            is_struck = is_struck || nth_entry(env, RH_ENTRY_FAULT, k)->call == call;
        rh_text_printf(&text, "%c", is_struck ? '!' : '.');
    }
    return rh_text_string(&text);
}

static void permanent_faults_last(void **state)
{
    static const struct {
        const char *fault, *point;
        bool with_other_arguments;
        rh_run_options options;
        const char *struck;
    } cases[] = {
        {"homebrew-auth", "Work#1", .struck = "!!!"}, /* where a loop tries again */
        {"homebrew-auth", "Work#2", .struck = ".!!"},
        {"homebrew-auth", "Work#1", true, .struck = "!.."}, /* what is another call meets it not */
        {"dns", "Work#1", .struck = "!.."},
        {"reply-lost", "Work#1", .struck = "!.."},
        {"homebrew-auth", /* in the runs that a workflow retry makes as well */
         "Work#3", .options = {.retry = {.maximum_attempts = 2}}, .struck = "..!!!!"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_mock(env, "Work");
        rh_fault_at(env, cases[i].point, cases[i].fault);
        rh_start(env, "insists", cases[i].with_other_arguments ? rh_integer(1) : NULL,
                 &cases[i].options);
        rh_play(env);
        assert_string_equal(struck_calls(env), cases[i].struck);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void a_human_mends_what_lasts(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work");
    rh_fault_at(env, "Work#3", "homebrew-auth");
    rh_start(env, "insists", NULL, NULL);
    rh_start(env, "insists", NULL, &(rh_run_options){.at = RH_HOURS(1)});
    rh_play(env); /* the plan holds in each run; the first two calls are made anew */
    assert_string_equal(struck_calls(env), "..!..!");
    rh_env_restart(env);
    rh_run(env, "insists", NULL);
    assert_string_equal(struck_calls(env), "..!");
}

static void what_a_mock_says_lasts_as_long_as_it_says(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work", .fault = "homebrew-auth", .times = 1);
    rh_mock(env, "Work");
    rh_run(env, "insists", NULL);
    assert_string_equal(struck_calls(env), "!..");
    assert_clean(env);
}

/* ---- random ---------------------------------------------------------------------------------- */

static size_t struck(rh_env *env, const char *workflow, uint32_t per_mille, uint64_t seed,
                     const char **which)
{
    rh_env_restart(env);
    rh_world(env, .seed = seed);
    rh_random_faults(env, per_mille);
    rh_run(env, workflow, rh_integer(200));
    size_t count = 0;
    for (size_t i = 0; nth_entry(env, RH_ENTRY_FAULT, i); i++) {
        const rh_entry *entry = nth_entry(env, RH_ENTRY_FAULT, i);
        if (entry->attempt != 1 || strcmp(rh_env_call(env, entry)->type->text, "Work") != 0)
            continue;
        count++;
        if (which)
            which[strtol(rh_env_call(env, entry)->key, NULL, 10)] =
                rh_fault_find(entry->name->text)->name;
    }
    return count;
}

static void random_faults_are_drawn_by_seed_and_call(void **state)
{
    const char *first[200] = {NULL}, *again[200] = {NULL};
    rh_env *env = *state;
    rh_mock(env, "Work", .takes = S(1));
    rh_mock(env, "Extra", .takes = S(1));
    assert_int_equal(struck(env, "works", 0, 1, NULL), 0);
    assert_int_equal(struck(env, "works", 1000, 1, NULL), 200);
    assert_int_equal(struck(env, "works", 5000, 1, NULL), 200); /* at most all */
    size_t count = struck(env, "works", 250, 1, first);
    assert_in_range(count, 30, 70);
    size_t kinds = 0;
    for (size_t k = 0; k < rh_fault_count(); k++) {
        bool found = false;
        for (size_t i = 0; i < 200; i++)
            found = found || first[i] == rh_fault_at_index(k)->name;
        kinds += found;
    }
    assert_true(kinds > count / 3); /* all of the catalog may come */
    assert_int_equal(struck(env, "works", 250, 1, again), count);
    assert_memory_equal(first, again, sizeof first);
    memset(again, 0, sizeof again);
    struck(env, "works_after", 250, 1, again); /* other calls change no draw */
    assert_memory_equal(first, again, sizeof first);
    memset(again, 0, sizeof again);
    struck(env, "works", 250, 2, again);
    assert_memory_not_equal(first, again, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalog_is_sound),
        cmocka_unit_test(classes_have_names),
        PLAYED(every_fault_strikes),
        cmocka_unit_test(each_class_turns_a_script),
        PLAYED(points_name_calls_and_attempts),
        PLAYED(the_first_planned_fault_wins),
        PLAYED(a_point_that_is_never_reached_is_an_error),
        PLAYED(unknown_faults_and_points),
        PLAYED(after_a_restart_a_plan_holds_again),
        cmocka_unit_test(permanent_faults_last),
        PLAYED(a_human_mends_what_lasts),
        PLAYED(what_a_mock_says_lasts_as_long_as_it_says),
        PLAYED(random_faults_are_drawn_by_seed_and_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
