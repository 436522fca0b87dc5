/* Side effects, versions, random streams, search attributes, memo: recorded once, replayed. */
#include "rehearse/recorded.h"

#include "harness/replay.h"
#include "rehearse/testing.h"
#include "rehearse/together.h"
#include "reports/history.h"
#include "reports/timeline.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static bool is(const rh_value *input, const char *what)
{
    return !strcmp(rh_text_of(input), what);
}

static int asked; /* what no workflow may have: how often its functions were asked */
static int64_t outside;

static const rh_value *look_outside(rh_workflow *wf, void *data)
{
    asked++;
    return rh_copy(wf, rh_integer(outside += data ? *(int64_t *)data : 0));
}

/* ---- side effects ---------------------------------------------------------------------------- */

static const rh_failure *looks_twice(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    static int64_t ten = 10, one = 1;
    (void)input;
    const rh_value *first = rh_side_effect(wf, "look", look_outside, &ten);
    rh_sleep(wf, S(1));
    const rh_value *second = rh_side_effect(wf, "look", look_outside, &one);
    const rh_value *nothing = rh_side_effect(wf, "nothing", look_outside, NULL);
    rh_sleep(wf, S(1));
    *result = rh_copy(wf, RH_LIST_OF(first, second, nothing));
    return NULL;
}

static void side_effects_happen_once(void **state)
{
    rh_env *env = *state;
    asked = 0, outside = 0;
    rh_run(env, "looks_twice", NULL);
    rh_assert_result(env, RH_LIST_OF(rh_integer(10), rh_integer(11), rh_integer(11)));
    rh_assert_markers(env, "SideEffect", "look", 2);
    rh_assert_markers(env, "SideEffect", NULL, 3);
    assert_int_equal(asked, 3);
    assert_string_equal(history(env), "run-started marker-recorded timer-started timer-fired "
                                      "marker-recorded marker-recorded timer-started timer-fired "
                                      "run-completed");
    assert_clean(env);
}

static void tests_say_what_they_give(void **state)
{
    rh_env *env = *state;
    asked = 0;
    rh_side_effect_is(env, "look", rh_string("a"));
    rh_side_effect_is(env, "look", rh_string("b"));
    rh_side_effect_is(env, "nothing", NULL);
    for (int i = 0; i < 2; i++) {
        rh_run(env, "looks_twice", NULL);
        rh_assert_result(env, RH_LIST_OF(rh_string("a"), rh_string("b"), rh_null()));
        if (i == 0)
            rh_env_restart(env);
    }
    assert_int_equal(asked, 0);
    assert_clean(env);
}

static void the_last_one_goes_on(void **state)
{
    rh_env *env = *state;
    rh_side_effect_is(env, "look", rh_string("a"));
    rh_side_effect_is(env, "nothing", NULL);
    rh_run(env, "looks_twice", NULL);
    rh_assert_result(env, RH_LIST_OF(rh_string("a"), rh_string("a"), rh_null()));
    assert_clean(env);
}

static void what_is_never_asked_for_fails_the_test(void **state)
{
    rh_env *env = *state;
    rh_side_effect_is(env, "loook", rh_null());
    rh_run(env, "looks_twice", NULL);
    assert_one_error(env, "side effect 'loook' was never asked for; did you mean 'look'?");
}

static bool near(const rh_value *recorded, const rh_value *now, void *data)
{
    (void)data;
    int64_t distance = rh_integer_of(now) - rh_integer_of(recorded);
    return distance < 3;
}

/* Seen: 1 2 3 4 5 6. */
static const rh_failure *looks_often(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    static int64_t one = 1, none;
    const rh_value *seen[6];
    for (int i = 0; i < 6; i++) {
        seen[i] = rh_mutable_side_effect(wf, "limit", look_outside, is(input, "near") ? near : NULL,
                                         is(input, "same") ? &none : &one);
        if (i % 2)
            rh_sleep(wf, S(1));
    }
    *result = rh_copy(wf, RH_LIST_OF(seen[0], seen[1], seen[2], seen[3], seen[4], seen[5]));
    return NULL;
}

static void mutable_side_effects_keep_what_differs(void **state)
{
    static const struct {
        const char *how, *seen;
        size_t markers;
    } cases[] = {
        {"equal", "[1,2,3,4,5,6]", 6},
        {"near", "[1,1,1,4,4,4]", 2},
        {"same", "[0,0,0,0,0,0]", 1},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        asked = 0, outside = 0;
        rh_run(env, "looks_often", rh_string(cases[i].how));
        rh_assert_result(env, rh_env_json(env, cases[i].seen));
        rh_assert_markers(env, "MutableSideEffect", "limit", cases[i].markers);
        assert_int_equal(asked, 6);
        rh_env_restart(env);
    }
    assert_clean(env);
}

/* ---- what they must not do ------------------------------------------------------------------- */

static const rh_activity_options minute = {.start_to_close = RH_MINUTES(1)};

static const rh_failure *does_nothing(rh_workflow *wf, void *data, const rh_value **result)
{
    (void)wf;
    (void)data;
    (void)result;
    return NULL;
}

static const rh_value *changes(rh_workflow *wf, void *data)
{
    const rh_value *how = data;
    if (is(how, "rh_activity"))
        rh_activity(wf, "A", RH_NO_ARGS, &minute);
    if (is(how, "rh_timer"))
        rh_sleep(wf, S(1));
    if (is(how, "a function that waits"))
        rh_await_condition(wf, (rh_condition *)rh_is_ready, rh_promise(wf, "never"), 0, NULL);
    if (is(how, "rh_spawn"))
        rh_spawn(wf, "other", does_nothing, NULL);
    if (is(how, "a function that receives"))
        rh_receive_now(wf, "go", NULL);
    if (is(how, "rh_send"))
        rh_send_now(wf, rh_channel_new(wf, "jobs", 1), NULL);
    if (is(how, "rh_channel_close"))
        rh_channel_close(wf, rh_channel_new(wf, "jobs", 1));
    if (is(how, "a function of a wait group, mutex or semaphore"))
        rh_mutex_lock(wf, rh_mutex_new(wf, NULL));
    if (is(how, "rh_keep"))
        rh_keep(wf, rh_promise(wf, NULL), NULL, NULL);
    if (is(how, "rh_side_effect"))
        rh_side_effect(wf, "inner", look_outside, NULL);
    if (is(how, "rh_mutable_side_effect"))
        rh_mutable_side_effect(wf, "inner", look_outside, NULL, NULL);
    if (is(how, "rh_change_version"))
        rh_change_version(wf, "inner", 1, 1);
    if (is(how, "rh_random_u64"))
        rh_random_uuid(wf, "inner");
    if (is(how, "rh_upsert_attributes"))
        rh_upsert_attribute(wf, "A", RH_ATTRIBUTE_BOOL, NULL);
    if (is(how, "rh_upsert_memo"))
        rh_upsert_memo(wf, RH_OBJECT_OF({"a", rh_null()}));
    return NULL;
}

static const rh_failure *has_a_bad_function(rh_workflow *wf, const rh_value *input,
                                            const rh_value **result)
{
    (void)result;
    rh_side_effect(wf, "bad", changes, (void *)(uintptr_t)input);
    return NULL;
}

static void side_effects_change_nothing(void **state)
{
    static const char *const ways[] = {
        "rh_activity",
        "rh_timer",
        "a function that waits",
        "rh_spawn",
        "a function that receives",
        "rh_send",
        "rh_channel_close",
        "a function of a wait group, mutex or semaphore",
        "rh_keep",
        "rh_side_effect",
        "rh_mutable_side_effect",
        "rh_change_version",
        "rh_random_u64",
        "rh_upsert_attributes",
        "rh_upsert_memo",
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(ways); i++) {
        rh_run(env, "has_a_bad_function", rh_string(ways[i]));
        rh_assert_stuck(env, rh_env_print(env,
                                          "side effect 'bad' must change nothing, but %s was "
                                          "called",
                                          ways[i]));
        rh_env_restart(env);
    }
    assert_clean(env);
}

/* ---- versions -------------------------------------------------------------------------------- */

static const rh_failure *has_changed(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    (void)input;
    int32_t first = rh_change_version(wf, "upload", RH_DEFAULT_VERSION, 2);
    rh_sleep(wf, S(1));
    rh_check(wf, rh_change_version(wf, "upload", RH_DEFAULT_VERSION, 3) == first);
    int32_t second = rh_change_version(wf, "notify", RH_DEFAULT_VERSION, 1);
    rh_sleep(wf, S(1));
    *result = rh_copy(wf, RH_LIST_OF(rh_integer(first), rh_integer(second)));
    return NULL;
}

static void the_newest_version_is_recorded(void **state)
{
    rh_env *env = *state;
    rh_run(env, "has_changed", NULL);
    rh_assert_result(env, RH_LIST_OF(rh_integer(2), rh_integer(1)));
    rh_assert_markers(env, "Version", "upload", 1);
    rh_assert_attribute(env, "TemporalChangeVersion",
                        RH_LIST_OF(rh_string("notify-1"), rh_string("upload-2")));
    assert_string_equal(history(env), "run-started marker-recorded attributes-upserted "
                                      "timer-started timer-fired marker-recorded "
                                      "attributes-upserted timer-started timer-fired "
                                      "run-completed");
    assert_clean(env);
}

static void a_test_takes_another_version(void **state)
{
    rh_env *env = *state;
    rh_change_version_is(env, "upload", 1);
    rh_change_version_is(env, "notify", RH_DEFAULT_VERSION);
    rh_run(env, "has_changed", NULL);
    rh_assert_result(env, RH_LIST_OF(rh_integer(1), rh_integer(-1)));
    rh_assert_markers(env, "Version", "notify", 0);
    rh_assert_attribute(env, "TemporalChangeVersion", RH_LIST_OF(rh_string("upload-1")));
    assert_clean(env);
}

static const rh_failure *supports(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)result;
    rh_change_version(wf, "upload", (int32_t)rh_integer_of(rh_at(input, 0)),
                      (int32_t)rh_integer_of(rh_at(input, 1)));
    return NULL;
}

static void unsupported_versions_fail_the_task(void **state)
{
    static const struct {
        int32_t version;
        const char *why; /* NULL: none */
    } cases[] = {
        {2, "version 2 of change 'upload' is supported no more: this code supports 3 to 5"},
        {3, NULL},
        {5, NULL},
        {6, "version 6 of change 'upload' is not supported yet: this code supports 3 to 5"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_change_version_is(env, "upload", cases[i].version);
        rh_run(env, "supports", RH_LIST_OF(rh_integer(3), rh_integer(5)));
        if (cases[i].why)
            rh_assert_stuck(env, cases[i].why);
        else
            rh_assert_status(env, RH_SUCCEEDED);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- code that has changed between two tasks ------------------------------------------------- */

static int deployed; /* 0: old code, 1: new code; what replay finds at its second look */

static const rh_value *gives_one(rh_workflow *wf, void *data)
{
    (void)data;
    return rh_copy(wf, rh_integer(1));
}

static const rh_failure *is_deployed(rh_workflow *wf, const rh_value *input,
                                     const rh_value **result)
{
    bool is_new = deployed++ > 0;
    int32_t version = 99;
    if (is(input, "version added") && is_new)
        version = rh_change_version(wf, "change", RH_DEFAULT_VERSION, 1);
    if (is(input, "version removed") && !is_new)
        rh_change_version(wf, "change", RH_DEFAULT_VERSION, 1);
    if (is(input, "effect added") && is_new)
        rh_side_effect(wf, "new", gives_one, NULL);
    if (is(input, "effect removed") && !is_new)
        rh_side_effect(wf, "old", gives_one, NULL);
    if (is(input, "effect renamed"))
        rh_side_effect(wf, is_new ? "new" : "old", gives_one, NULL);
    if (is(input, "mutable added") && is_new)
        rh_mutable_side_effect(wf, "new", gives_one, NULL, NULL);
    if (is(input, "memo"))
        rh_upsert_memo(wf, RH_OBJECT_OF({"a", rh_integer(is_new)}));
    if (is(input, "attribute"))
        rh_upsert_attribute(wf, "a", RH_ATTRIBUTE_INT, rh_integer(is_new));
    rh_timer(wf, S(9));
    rh_sleep(wf, S(1));
    if (is(input, "version moved"))
        version = rh_change_version(wf, "change", RH_DEFAULT_VERSION, 1);
    *result = rh_copy(wf, rh_integer(version));
    return NULL;
}

static void changed_code_meets_old_histories(void **state)
{
    static const struct {
        const char *how, *why; /* NULL: no difference */
        int64_t version;
    } cases[] = {
        {"nothing", NULL, 99},
        {"version added", NULL, RH_DEFAULT_VERSION},
        {"version removed", NULL, 99},
        {"version moved", NULL, 1},
        {"effect added", "nondeterminism: the history has no record of side effect 'new'", 0},
        {"effect removed",
         "command 1 of workflow task 1 was to record side effect 'old', on "
         "replay it is to start a timer of 9s",
         0},
        {"effect renamed",
         "was to record side effect 'old', on replay it is to record side effect "
         "'new'",
         0},
        {"mutable added", "nondeterminism: the history has no record of mutable side effect 'new'",
         0},
        {"memo",
         "command 1 of workflow task 1 was to upsert the memo, on replay it is to upsert "
         "the memo",
         0},
        {"attribute",
         "was to upsert search attributes, on replay it is to upsert search "
         "attributes",
         0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_world(env, .no_cache = true);
        deployed = 0;
        rh_run(env, "is_deployed", rh_string(cases[i].how));
        if (cases[i].why) {
            rh_assert_stuck(env, cases[i].why);
            assert_string_equal(nth_entry(env, RH_ENTRY_TASK_FAILED, 0)->name->text,
                                "NonDeterministicError");
        } else {
            rh_assert_result(env, rh_integer(cases[i].version));
        }
        assert_clean(env);
        rh_env_destroy(env);
    }
}

/* ---- random streams -------------------------------------------------------------------------- */

static const rh_failure *draws(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    uint64_t below = 0;
    (void)result;
    rh_log(wf, "%llx", (unsigned long long)rh_random_u64(wf, "a"));
    if (is(input, "two"))
        rh_random_u64(wf, "b");
    rh_sleep(wf, S(1));
    rh_log(wf, "%llx", (unsigned long long)rh_random_u64(wf, "a"));
    rh_log(wf, "%s", rh_random_uuid(wf, "a"));
    for (int i = 0; i < 100; i++)
        below += rh_random_u64_below(wf, "c", 3);
    rh_check(wf, below > 60 && below < 140);
    rh_sleep(wf, S(1));
    return NULL;
}

static void streams_depend_on_the_run_alone(void **state)
{
    rh_env *env = *state;
    rh_run(env, "draws", rh_string("one"));
    rh_assert_status(env, RH_SUCCEEDED);
    char *first = strdup(told(env));
    assert_int_equal(strlen(strrchr(first, ' ') + 1), 36);
    assert_int_equal(strrchr(first, ' ')[15], '4');
    rh_env_restart(env);
    rh_run(env, "draws", rh_string("two")); /* another stream changes nothing */
    assert_string_equal(told(env), first);
    rh_env_restart(env);
    rh_start(env, "draws", rh_string("one"), &(rh_run_options){.workflow_id = "other"});
    rh_play(env);
    assert_string_not_equal(told(env), first);
    assert_clean(env);
    env = rh_env_create(rh_env_module(*state));
    rh_world(env, .seed = 1);
    rh_run(env, "draws", rh_string("one"));
    assert_string_not_equal(told(env), first);
    assert_clean(env);
    rh_env_destroy(env);
    free(first);
}

/* ---- search attributes and memo -------------------------------------------------------------- */

static const rh_failure *upserts(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input;
    rh_upsert_attributes(
        wf,
        (const rh_attribute[]){{"Branch", RH_ATTRIBUTE_KEYWORD, rh_string("main")},
                               {"Build", RH_ATTRIBUTE_INT, rh_integer(7)},
                               {"Share", RH_ATTRIBUTE_DOUBLE, rh_number(0.5)},
                               {"Green", RH_ATTRIBUTE_BOOL, rh_boolean(true)},
                               {"When", RH_ATTRIBUTE_DATETIME, rh_string("2026-01-01T00:00:00Z")},
                               {"Words", RH_ATTRIBUTE_TEXT, rh_string("a b")},
                               {"Tags", RH_ATTRIBUTE_KEYWORD_LIST, RH_LIST_OF(rh_string("x"))}},
        7);
    rh_upsert_memo(wf, RH_OBJECT_OF({"owner", rh_string("ann")}, {"note", rh_integer(1)}));
    rh_sleep(wf, S(1));
    rh_upsert_attribute(wf, "Build", RH_ATTRIBUTE_INT, rh_integer(8));
    rh_upsert_attribute(wf, "Words", RH_ATTRIBUTE_TEXT, NULL);
    rh_upsert_memo(wf, RH_OBJECT_OF({"note", rh_null()}, {"more", rh_integer(2)}));
    *result = rh_copy(wf, RH_LIST_OF(rh_info(wf)->search_attributes, rh_info(wf)->memo));
    return NULL;
}

static void attributes_and_memo_are_merged(void **state)
{
    rh_env *env = *state;
    rh_run(env, "upserts", NULL);
    rh_assert_result(
        env, rh_env_json(env, "[{\"Branch\":\"main\",\"Share\":0.5,\"Green\":true,"
                              "\"When\":\"2026-01-01T00:00:00Z\",\"Tags\":[\"x\"],\"Build\":8},"
                              "{\"owner\":\"ann\",\"more\":2}]"));
    rh_assert_attribute(env, "Branch", rh_string("main"));
    rh_assert_attribute(env, "Build", rh_integer(8));
    rh_assert_attribute(env, "Words", NULL);
    rh_assert_memo(env, "owner", rh_string("ann"));
    rh_assert_memo(env, "note", NULL);
    assert_clean(env);
}

static void assertions_say_what_is_wrong(void **state)
{
    static const struct {
        const char *name, *message;
        bool is_memo;
        int64_t expected; /* 0: none */
    } cases[] = {
        {"Build", "search attribute 'Build' is not as expected\n  $: expected 9, got 8", false, 9},
        {"Buil", "search attribute 'Buil': there is none; did you mean 'Build'?", false, 9},
        {"Green", "search attribute 'Green': expected none, got true", false, 0},
        {"more", "memo field 'more' is not as expected\n  $: expected 9, got 2", true, 9},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        rh_run(env, "upserts", NULL);
        const rh_value *pattern = cases[i].expected ? rh_integer(cases[i].expected) : NULL;
        if (cases[i].is_memo)
            rh_assert_memo(env, cases[i].name, pattern);
        else
            rh_assert_attribute(env, cases[i].name, pattern);
        assert_one_failing(env, cases[i].message);
        rh_env_destroy(env);
    }
    rh_env *env = *state;
    rh_run(env, "looks_twice", NULL);
    rh_assert_markers(env, "SideEffect", "look", 3);
    assert_one_failing(env, "expected 3 markers SideEffect of look, got 2");
}

static const rh_failure *upserts_badly(rh_workflow *wf, const rh_value *input,
                                       const rh_value **result)
{
    (void)result;
    rh_attribute_type type = (rh_attribute_type)rh_integer_of(rh_at(input, 0));
    rh_upsert_attribute(wf, "Field", type, rh_at(input, 1));
    return NULL;
}

static void attributes_have_types(void **state)
{
    static const struct {
        rh_attribute_type type;
        const char *value;
        const char *name; /* NULL: fits */
    } cases[] = {
        {RH_ATTRIBUTE_KEYWORD, "1", "Keyword"},
        {RH_ATTRIBUTE_TEXT, "true", "Text"},
        {RH_ATTRIBUTE_INT, "1.5", "Int"},
        {RH_ATTRIBUTE_DOUBLE, "\"1\"", "Double"},
        {RH_ATTRIBUTE_DOUBLE, "1", NULL},
        {RH_ATTRIBUTE_BOOL, "1", "Bool"},
        {RH_ATTRIBUTE_DATETIME, "1", "Datetime"},
        {RH_ATTRIBUTE_KEYWORD_LIST, "[1]", "KeywordList"},
        {RH_ATTRIBUTE_KEYWORD_LIST, "\"x\"", "KeywordList"},
        {RH_ATTRIBUTE_KEYWORD_LIST, "[]", NULL},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_run(env, "upserts_badly",
               RH_LIST_OF(rh_integer(cases[i].type), rh_env_json(env, cases[i].value)));
        if (cases[i].name) {
            rh_assert_stuck(env, rh_env_print(env,
                                              "search attribute 'Field' is no %s "
                                              "(BadSearchAttributes)",
                                              cases[i].name));
        } else {
            rh_assert_status(env, RH_SUCCEEDED);
        }
        rh_env_restart(env);
    }
    assert_clean(env);
}

/* ---- the exported history -------------------------------------------------------------------- */

static const rh_failure *keeps_one_of_each(rh_workflow *wf, const rh_value *input,
                                           const rh_value **result)
{
    (void)input;
    (void)result;
    rh_side_effect(wf, "look", gives_one, NULL);
    rh_mutable_side_effect(wf, "limit", gives_one, NULL, NULL);
    rh_change_version(wf, "upload", 1, 2);
    rh_upsert_attribute(wf, "Build", RH_ATTRIBUTE_INT, rh_integer(7));
    rh_upsert_memo(wf, RH_OBJECT_OF({"note", rh_integer(1)}));
    return NULL;
}

/* Payloads are base64: MQ== is 1, ImxpbWl0Ig== "limit", ImxpbWl0XzYi "limit_6",
 * InVwbG9hZCI= "upload". */
static void markers_are_those_of_the_go_sdk(void **state)
{
    static const char *const parts[] = {
        "{\"eventId\":\"5\",",
        "\"eventType\":\"EVENT_TYPE_MARKER_RECORDED\"",
        "\"markerRecordedEventAttributes\":{\"markerName\":\"SideEffect\",\"details\":{\"data\":"
        "{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"MQ==\"}]},"
        "\"side-effect-id\":{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},"
        "\"data\":\"MQ==\"}]}},\"workflowTaskCompletedEventId\":\"4\"}",
        "\"markerName\":\"MutableSideEffect\",\"details\":{\"data\":{\"payloads\":[{\"metadata\":"
        "{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"ImxpbWl0Ig==\"},{\"metadata\":{"
        "\"encoding\":\"anNvbi9wcm90b2J1Zg==\",\"messageType\":"
        "\"dGVtcG9yYWwuYXBpLmNvbW1vbi52MS5QYXlsb2Fkcw==\"},",
        "\"mutable-side-effect-call-counter\":{\"payloads\":[{\"metadata\":{\"encoding\":"
        "\"anNvbi9wbGFpbg==\"},\"data\":\"MQ==\"}]},\"side-effect-id\":{"
        "\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":"
        "\"ImxpbWl0XzYi\"}]}",
        "\"markerName\":\"Version\",\"details\":{\"change-id\":{\"payloads\":[{\"metadata\":"
        "{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"InVwbG9hZCI=\"}]},\"version\":{"
        "\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"Mg==\"}]}},"
        "\"workflowTaskCompletedEventId\":\"4\"}",
        "EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "\"searchAttributes\":{\"indexedFields\":{\"TemporalChangeVersion\":{\"metadata\":{"
        "\"encoding\":\"anNvbi9wbGFpbg==\",\"type\":\"S2V5d29yZExpc3Q=\"},",
        "\"indexedFields\":{\"Build\":{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\",\"type\":"
        "\"SW50\"},\"data\":\"Nw==\"}}",
        "EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED",
        "\"workflowPropertiesModifiedEventAttributes\":{\"workflowTaskCompletedEventId\":\"4\","
        "\"upsertedMemo\":{\"fields\":{\"note\":{\"metadata\":{\"encoding\":",
    };
    rh_env *env = *state;
    rh_run(env, "keeps_one_of_each", NULL);
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    for (size_t i = 0; i < LENGTH(parts); i++)
        assert_contains(rh_text_string(&text), parts[i]);
    assert_clean(env);
}

/* ---- what people are told -------------------------------------------------------------------- */

static const rh_failure *tells_people(rh_workflow *wf, const rh_value *input,
                                      const rh_value **result)
{
    (void)input;
    (void)result;
    rh_await(wf,
             rh_activity(wf, "Build", RH_NO_ARGS,
                         &(rh_activity_options){.start_to_close = S(60), .summary = "compile"}),
             NULL);
    rh_await(wf, rh_timer_with(wf, S(9), &(rh_timer_options){.summary = "until it is dark"}), NULL);
    rh_await(wf,
             rh_local_activity(wf, "Look", RH_NO_ARGS,
                               &(rh_local_activity_options){.start_to_close = S(9),
                                                            .summary = "look it up"}),
             NULL);
    return rh_await(wf,
                    rh_child(wf, "Part", NULL,
                             &(rh_child_options){.summary = "a part",
                                                 .details = "of the nightly build"}),
                    NULL);
}

/* Summaries and details stand in their events, as payloads of JSON strings. */
static void summaries_stand_in_histories(void **state)
{
    static const struct {
        const char *event, *summary, *details;
    } cases[] = {
        {"WorkflowExecutionStarted", "Im5pZ2h0bHki", "InRoZSBuaWdodGx5IGJ1aWxkIg=="},
        {"ActivityTaskScheduled", "ImNvbXBpbGUi", NULL},
        {"TimerStarted", "InVudGlsIGl0IGlzIGRhcmsi", NULL},
        {"MarkerRecorded", "Imxvb2sgaXQgdXAi", NULL},
        {"StartChildWorkflowExecutionInitiated",
         "ImEgcGFydCI=", "Im9mIHRoZSBuaWdodGx5IGJ1aWxkIg=="},
    };
    rh_env *env = *state;
    rh_mock(env, "Build");
    rh_mock(env, "Look");
    rh_mock(env, "Part");
    rh_start(env, "tells_people", NULL,
             &(rh_run_options){.summary = "nightly", .details = "the nightly build"});
    rh_play(env);
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    static const char plain[] = "{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"";
    size_t told_of = 0;
    for (const char *at = rh_text_string(&text); (at = strstr(at, "\"userMetadata\"")); at++)
        told_of++;
    assert_int_equal(told_of, LENGTH(cases));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *event = strstr(rh_text_string(&text),
                                   rh_env_print(env, "%sEventAttributes", cases[i].event + 1));
        assert_non_null(event);
        const char *line = rh_arena_text(&env->arena, event, strcspn(event, "\n"));
        const char *summary =
            rh_env_print(env, "\"userMetadata\":{\"summary\":%s%s\"}", plain, cases[i].summary);
        assert_contains(line, summary);
        if (cases[i].details)
            assert_contains(line,
                            rh_env_print(env, ",\"details\":%s%s\"}", plain, cases[i].details));
    }
    rh_text timeline = rh_text_in(&env->arena);
    rh_report_timeline(&timeline, rh_env_journal(env), NULL);
    assert_contains(rh_text_string(&timeline), "until it is dark");
    assert_clean(env);
}

/* ---- replay of an exported history ----------------------------------------------------------- */

static const rh_recording *export(rh_env *env)
{
    rh_error error;
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    const rh_recording *recording =
        rh_recording_read(&env->arena, rh_text_string(&text), text.length, "h.json", &error);
    if (!recording)
        fail_msg("%s", error.message);
    return recording;
}

static rh_replay_result replay(rh_env *env, const rh_recording *recording, const char *workflow)
{
    rh_error error;
    rh_replay_result result = {0};
    const rh_workflow_definition *definition = rh_env_definition(env, workflow);
    if (rh_replay(&env->arena, recording, definition, &(rh_replay_options){.strict = true}, &result,
                  &error) != 0)
        fail_msg("%s", error.message);
    return result;
}

static void exported_histories_replay(void **state)
{
    static const struct {
        const char *workflow, *input;
    } cases[] = {
        {"looks_twice", "null"},       {"looks_often", "\"equal\""}, {"looks_often", "\"near\""},
        {"looks_often", "\"same\""},   {"has_changed", "null"},      {"upserts", "null"},
        {"keeps_one_of_each", "null"}, {"draws", "\"two\""},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        asked = 0, outside = 0;
        rh_run(env, cases[i].workflow, rh_env_json(env, cases[i].input));
        rh_assert_status(env, RH_SUCCEEDED);
        const rh_recording *recording = export(env);
        asked = 0;
        rh_replay_result result = replay(env, recording, cases[i].workflow);
        if (!result.is_same)
            fail_msg("%s %s: event %ju: %s, got %s", cases[i].workflow, cases[i].input,
                     (uintmax_t)result.event_id, result.expected, result.got);
        assert_int_equal(asked, 0);
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void replays_of_changed_code_differ(void **state)
{
    static const struct {
        const char *how;
        uint64_t event_id; /* 0: no difference */
        const char *expected, *got;
    } cases[] = {
        {"version added", 11, "WORKFLOW_EXECUTION_COMPLETED", "complete the run"}, /* -1, was 99 */
        {"version removed", 0, NULL, NULL},
        {"effect removed", 5, "MARKER_RECORDED SideEffect", "start a timer of 9s"},
        {"effect added", 4, "WORKFLOW_TASK_COMPLETED", "the history has no record of side effect"},
        {"effect renamed", 0, NULL, NULL}, /* Go gives them no names */
        {"memo", 5, "WORKFLOW_PROPERTIES_MODIFIED", "upsert the memo"},
        {"attribute", 5, "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "upsert search attributes"},
    };
    if (*without_cache())
        return; /* the run itself would find it */
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(rh_env_module(*state));
        deployed = 0;
        rh_run(env, "is_deployed", rh_string(cases[i].how));
        const rh_recording *recording = export(env);
        rh_replay_result result = replay(env, recording, "is_deployed");
        assert_int_equal(result.event_id, cases[i].event_id);
        if (cases[i].event_id) {
            assert_contains(result.expected, cases[i].expected);
            assert_contains(result.got, cases[i].got);
        }
        assert_clean(env);
        rh_env_destroy(env);
    }
}

static void unknown_markers_are_refused(void **state)
{
    rh_env *env = *state;
    rh_error error;
    rh_replay_result result = {0};
    rh_run(env, "keeps_one_of_each", NULL);
    rh_text text = rh_text_in(&env->arena);
    rh_report_history(&text, rh_env_journal(env), 0);
    memcpy(strstr(rh_text_string(&text), "\"SideEffect\"") + 1, "SideEffort", 10);
    const rh_recording *recording =
        rh_recording_read(&env->arena, text.data, text.length, "h.json", &error);
    assert_int_equal(rh_replay(&env->arena, recording, rh_env_definition(env, "keeps_one_of_each"),
                               &(rh_replay_options){0}, &result, &error),
                     -1);
    assert_contains(error.message,
                    "event 5: MARKER_RECORDED: markers 'SideEffort' are not modelled");
    assert_clean(env);
}

#define WORKFLOW(function)                                                                         \
    {                                                                                              \
        .name = #function, .run = (function)                                                       \
    }
static const rh_workflow_definition workflows[] = {
    WORKFLOW(looks_twice),
    WORKFLOW(looks_often),
    WORKFLOW(has_a_bad_function),
    WORKFLOW(has_changed),
    WORKFLOW(supports),
    WORKFLOW(is_deployed),
    WORKFLOW(draws),
    WORKFLOW(upserts),
    WORKFLOW(upserts_badly),
    WORKFLOW(keeps_one_of_each),
    WORKFLOW(tells_people),
    {0},
};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "record", workflows, NULL};
DEFINE_ENVS(module)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(side_effects_happen_once),
        PLAYED(tests_say_what_they_give),
        PLAYED(the_last_one_goes_on),
        PLAYED(what_is_never_asked_for_fails_the_test),
        PLAYED(mutable_side_effects_keep_what_differs),
        PLAYED(side_effects_change_nothing),
        PLAYED(the_newest_version_is_recorded),
        PLAYED(a_test_takes_another_version),
        PLAYED(unsupported_versions_fail_the_task),
        PLAYED(changed_code_meets_old_histories),
        PLAYED(streams_depend_on_the_run_alone),
        PLAYED(attributes_and_memo_are_merged),
        PLAYED(assertions_say_what_is_wrong),
        PLAYED(attributes_have_types),
        PLAYED(markers_are_those_of_the_go_sdk),
        PLAYED(summaries_stand_in_histories),
        PLAYED(exported_histories_replay),
        PLAYED(replays_of_changed_code_differ),
        PLAYED(unknown_markers_are_refused),
    };
    RUN_WITH_AND_WITHOUT_CACHE(tests);
}
