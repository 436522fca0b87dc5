/* Profiles: what is drawn depends on the seed and on what it is drawn for, and on nothing else. */
#include "harness/draw.h"
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

/* Builds and publishes so many things; input: how many, or a negative number to ask for something
 * else before. */
static const rh_failure *ships(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = RH_HOURS(9), .retry = {.initial_interval = S(1), .maximum_attempts = 3}};
    rh_future *all[400];
    int64_t count = rh_integer_of(input);
    if (count < 0) {
        rh_activity(wf, "SyncMirror", RH_ARGS(rh_string("x")), &options);
        count = -count;
    }
    (void)result;
    for (int64_t i = 0; i < count; i++)
        all[i] = rh_activity(wf, i % 2 ? "PublishIt" : "BuildIt", RH_ARGS(rh_integer(i)), &options);
    for (int64_t i = 0; i < count; i++)
        rh_await(wf, all[i], NULL);
    return NULL;
}

static const rh_workflow_definition workflows[] = {{.name = "ships", .run = ships}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "profile", workflows, NULL};
DEFINE_ENVS(module)

static void given_mocks(rh_env *env)
{
    rh_mock(env, "BuildIt", .takes = S(100));
    rh_mock(env, "PublishIt");
    rh_fixture_mock(env, "SyncMirror", .takes = S(1));
}

/* What befell the calls of BuildIt and PublishIt, one line for each attempt. */
static const char *drawn(rh_env *env, uint64_t seed, int64_t count)
{
    rh_env_restart(env);
    rh_world(env, .seed = seed);
    rh_run(env, "ships", rh_integer(count));
    rh_text text = rh_text_in(&env->arena);
    const rh_journal *journal = rh_env_journal(env);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool told = entry->kind == RH_ENTRY_FAULT || entry->kind == RH_ENTRY_ATTEMPT_COMPLETED;
        const rh_call *call = told ? rh_env_call(env, entry) : NULL;
        if (call && strcmp(call->type->text, "SyncMirror") != 0)
            rh_text_printf(&text, "%s[%s]@%d %s %jd\n", call->type->text, call->key,
                           (int)entry->attempt, entry->name ? entry->name->text : "",
                           (intmax_t)(entry->time - journal->start));
    }
    return rh_text_string(&text);
}

static void the_same_seed_draws_the_same_world(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_profile(env, "stormy");
    const char *first = drawn(env, 7, 40);
    uint64_t hash = rh_journal_hash(env);
    assert_string_equal(drawn(env, 7, 40), first);
    assert_true(rh_journal_hash(env) == hash);
    assert_string_not_equal(drawn(env, 8, 40), first);
    assert_string_equal(drawn(env, 7, -40), first); /* another call changes no draw */
    assert_clean(env);
}

static void the_first_calls_of_more_are_the_same(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_profile(env, "stormy");
    rh_fault_rate(env, "BuildIt", "runner-lost", 0); /* takes others with it */
    const char *few = drawn(env, 3, 10);
    const char *many = drawn(env, 3, 60);
    for (const char *line = few; *line; line = strchr(line, '\n') + 1)
        assert_contains(many, rh_env_print(env, "%.*s", (int)strcspn(line, "\n"), line));
    assert_clean(env);
}

static size_t faults_of(rh_env *env, const char *fault)
{
    size_t count = 0;
    for (size_t i = 0; nth_entry(env, RH_ENTRY_FAULT, i); i++)
        count += !fault || !strcmp(nth_entry(env, RH_ENTRY_FAULT, i)->name->text, fault);
    return count;
}

static void profiles_differ_in_how_much_befalls(void **state)
{
    rh_env *env = *state;
    size_t counts[3];
    given_mocks(env);
    static const char *const names[] = {"calm", "typical", "stormy"};
    for (size_t i = 0; i < 3; i++) {
        rh_profile(env, names[i]);
        counts[i] = 0;
        for (uint64_t seed = 1; seed <= 10; seed++) {
            drawn(env, seed, 400);
            counts[i] += faults_of(env, NULL);
        }
    }
    assert_in_range(counts[0], 1, 20);   /* of some 4,000 attempts: 0.13 % */
    assert_in_range(counts[1], 25, 100); /* 1.3 % */
    assert_in_range(counts[2], 350, 1600);
    assert_clean(env);
}

static void durations_come_from_the_mock_or_the_class(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_profile(env, "calm");
    drawn(env, 1, 200);
    size_t changed = 0;
    for (size_t i = 0; nth_entry(env, RH_ENTRY_ATTEMPT_COMPLETED, i); i++) {
        const rh_entry *entry = nth_entry(env, RH_ENTRY_ATTEMPT_COMPLETED, i);
        rh_duration took = entry->time - rh_env_journal(env)->start;
        if (entry->attempt != 1)
            continue;
        if (!strcmp(rh_env_call(env, entry)->type->text, "BuildIt")) {
            assert_in_range(took, S(75), S(220)); /* the spread of 100 s */
            changed += took != S(100);
        } else {
            assert_in_range(took, S(2), RH_MINUTES(4)); /* the mock says nothing */
        }
    }
    assert_true(changed > 90);
    rh_env_restart(env);
    rh_takes(env, "BuildIt", S(42)); /* what is said holds */
    rh_step_class(env, "PublishIt", NULL);
    drawn(env, 1, 2);
    assert_clean(env);
    assert_contains(drawn(env, 1, 2), "BuildIt[0]@1  42000000000\n");
    assert_contains(drawn(env, 1, 2), "PublishIt[1]@1  0\n");
}

/* ---- overriding ------------------------------------------------------------------------------ */

static void a_call_can_be_of_another_class_or_none(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_profile(env, "stormy");
    rh_step_class(env, "BuildIt", NULL);
    rh_step_class(env, "PublishIt[1]", "notify");
    drawn(env, 5, 200);
    for (size_t i = 0; nth_entry(env, RH_ENTRY_FAULT, i); i++)
        assert_string_equal(rh_env_call(env, nth_entry(env, RH_ENTRY_FAULT, i))->type->text,
                            "PublishIt");
    assert_clean(env);
}

static void another_profile_has_its_own_classes(void **state)
{
    rh_env *env = *state;
    rh_profile(env, "stormy");
    rh_step_class(env, "BuildIt", "notify");
    rh_profile(env, "calm");
    assert_ptr_equal(env->step_classes[0].class, rh_profile_class(env->profile, "notify"));
    assert_int_equal(rh_env_problem_count(env), 0);
    static const char other[] = "{profile: p, summary: s, classes: "
                                "[{name: all, types: ['*'], source: s}]}";
    rh_error error;
    assert_int_equal(rh_env_read_profile(env, other, strlen(other), "p.yml", &error), -1);
    assert_string_equal(error.message, "profile 'p' has no step class 'notify'");
}

static void rates_can_be_set_for_a_path(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_fault_rate(env, "BuildIt", "disk-full", 250000); /* without a profile, too */
    drawn(env, 1, 400);
    assert_in_range(faults_of(env, "disk-full"), 35, 65); /* of 200 */
    assert_int_equal(faults_of(env, NULL), faults_of(env, "disk-full"));

    rh_env_restart(env);
    rh_fault_rate(env, "BuildIt[0]", "disk-full", 1000000);
    rh_fault_rate(env, "BuildIt", "disk-full", 0); /* the last one holds */
    drawn(env, 1, 400);
    assert_int_equal(faults_of(env, NULL), 0);
    assert_clean(env);
}

static void a_rate_replaces_the_profiles(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_profile(env, "stormy");
    rh_fault_rate(env, "BuildIt", "disk-full", 0);
    drawn(env, 1, 400);
    assert_int_equal(faults_of(env, "disk-full"), 0);
    assert_true(faults_of(env, NULL) > 0);
    assert_clean(env);
}

static void what_is_planned_comes_first(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    rh_fault_rate(env, "BuildIt", "disk-full", 1000000);
    rh_fault_at(env, "BuildIt[0]", "dns");
    drawn(env, 1, 3);
    assert_string_equal(nth_entry(env, RH_ENTRY_FAULT, 0)->name->text, "dns");
    assert_string_equal(nth_entry(env, RH_ENTRY_FAULT, 1)->name->text, "disk-full");
    assert_clean(env);
}

static void what_cannot_be(void **state)
{
    rh_env *env = *state;
    rh_profile(env, "typicl");
    rh_step_class(env, "BuildIt", "build");
    rh_profile(env, "typical");
    rh_step_class(env, "BuildIt", "biuld");
    rh_step_class(env, "[", "build");
    rh_fault_rate(env, "BuildIt", "dnss", 1);
    rh_fault_rate(env, "BuildIt", "dns", 1000001);
    rh_fault_rate(env, "", "dns", 1);
    rh_step_class(env, "Bildit", NULL);
    rh_fault_rate(env, "PublishIt[9]", "dns", 1);
    given_mocks(env);
    rh_run(env, "ships", rh_integer(2));
    static const char *const messages[] = {
        "unknown profile 'typicl'; did you mean 'typical'?",
        "step class 'build': choose a profile first",
        "profile 'typical' has no step class 'biuld'; did you mean 'build'?",
        "step class of '[': expected TYPE, TYPE[KEY] or TYPE#N",
        "unknown fault 'dnss'; did you mean 'dns'?",
        "fault rate of 'BuildIt': more than 1,000,000 in a million",
        "fault rate of '': expected TYPE, TYPE[KEY] or TYPE#N",
        "call 'Bildit' was never reached; did you mean 'BuildIt'?",
        "call 'PublishIt[9]' was never reached; did you mean 'PublishIt[1]'?",
    };
    assert_int_equal(rh_env_finish(env), LENGTH(messages));
    for (size_t i = 0; i < LENGTH(messages); i++)
        assert_string_equal(rh_env_problem(env, i)->message, messages[i]);
}

/* ---- outages --------------------------------------------------------------------------------- */

#define CLASSES "\"classes\": [{\"name\": \"all\", \"types\": [\"*\"], \"source\": \"s\"}]"
#define PROFILE(more) "{\"profile\": \"p\", \"summary\": \"s\", " CLASSES ", " more "}"
#define OUTAGE(days, lasts, fails)                                                                 \
    PROFILE("\"outages\": [{\"name\": \"o\", \"fault\": \"registry-5xx\", \"per_30_days\": " days  \
            ", \"lasts\": " lasts ", \"fails_per_mille\": " fails ", \"source\": \"s\"}]")

static void read_profile(rh_env *env, const char *json)
{
    rh_error error;
    if (rh_env_read_profile(env, json, strlen(json), "p.json", &error) != 0)
        fail_msg("%s", error.message);
}

static void an_outage_hits_all_that_starts_in_it(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "BuildIt", .takes = RH_MINUTES(7));
    rh_mock(env, "PublishIt", .takes = RH_MINUTES(11));
    read_profile(env, OUTAGE("240", "[\"30m\", \"90m\"]", "1000"));
    size_t inside = 0, outside = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        drawn(env, seed, 20);
        const rh_journal *journal = rh_env_journal(env);
        for (size_t i = 0; i < journal->count; i++) {
            const rh_entry *entry = &journal->entries[i];
            if (entry->kind != RH_ENTRY_ATTEMPT_STARTED)
                continue;
            bool covered = rh_outage_covers(env->profile->outages, seed, entry->time);
            bool struck = i + 1 < journal->count && entry[1].kind == RH_ENTRY_FAULT;
            assert_int_equal(struck, covered);
            inside += covered;
            outside += !covered;
        }
    }
    assert_true(inside > 100 && outside > 100);
    assert_clean(env);
}

/* One in three hours, half an hour long on average, is there for about a tenth of the time. */
static void outages_last_as_long_as_they_say(void **state)
{
    rh_env *env = *state;
    read_profile(env, OUTAGE("240", "[\"20m\", \"40m\"]", "1000"));
    const rh_outage *outage = env->profile->outages;
    size_t covered = 0, begins = 0;
    bool before = true;
    for (int64_t minute = 0; minute < 60 * 24 * 100; minute++) {
        bool now = rh_outage_covers(outage, 9, RH_WORLD_START + RH_MINUTES(minute));
        covered += now;
        begins += now && !before;
        before = now;
        assert_int_equal(now, rh_outage_covers(outage, 9, RH_WORLD_START + RH_MINUTES(minute)));
    }
    assert_in_range(begins, 600, 800);      /* of 800, some of which run together */
    assert_in_range(covered, 19000, 25000); /* of 144,000 minutes: 800 x 30, less what overlaps */
    assert_false(rh_outage_covers(outage, 9, INT64_MIN + 1)); /* no overflow */
    (void)rh_outage_covers(outage, 9, INT64_MAX);
}

static void an_outage_hits_a_part(void **state)
{
    rh_env *env = *state;
    given_mocks(env);
    read_profile(env, OUTAGE("720", "[\"2d\"]", "300")); /* always */
    drawn(env, 2, 400);
    size_t first = 0;
    for (size_t i = 0; nth_entry(env, RH_ENTRY_FAULT, i); i++)
        first += nth_entry(env, RH_ENTRY_FAULT, i)->attempt == 1;
    assert_in_range(first, 90, 150); /* of 400 */
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static void globs(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        {"*", "", true},
        {"*", "x", true},
        {"", "", true},
        {"", "x", false},
        {"build", "Build", true},
        {"*build*", "ReBuildAll", true},
        {"*build", "Builds", false},
        {"b?ild", "build", true},
        {"b?ild", "bild", false},
        {"*a*b*c", "xaybzc", true},
        {"*a*b*c", "xaybz", false},
        {"a*", "ba", false},
        {"**x**", "x", true},
        {"?", "", false},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(rh_glob(cases[i].pattern, cases[i].text), cases[i].matches);
}

static void the_librarys_profiles(void **state)
{
    rh_env *env = *state;
    static const char *const types[][2] = {
        {"BuildLinux", "build"},       {"BuildDockerImage", "publish"},
        {"UpdateHomebrew", "publish"}, {"RunPackageTests", "test"},
        {"NotifySlack", "notify"},     {"Checkout", "other"},
        {"ComputeChecksums", "build"}};
    for (const rh_profile_text *text = rh_profile_texts; text->name; text++) {
        rh_profile(env, text->name);
        assert_string_equal(env->profile->name, text->name);
        assert_true(env->profile->summary[0]);
        for (size_t i = 0; i < LENGTH(types); i++)
            assert_string_equal(rh_profile_class_of_type(env->profile, types[i][0])->name,
                                types[i][1]);
        for (size_t i = 0; i < env->profile->class_count; i++)
            assert_true(env->profile->classes[i].source[0]);
    }
    assert_null(rh_profile_class(env->profile, "none"));
    assert_clean(env);
}

static void bad_profiles(void **state)
{
#define CLASS(more)                                                                                \
    "{\"profile\": \"p\", \"summary\": \"s\", \"classes\": [{\"name\": \"c\", " more "}]}"
#define FULL "\"types\": [\"*\"], \"source\": \"s\""
    static const struct {
        const char *json, *message;
    } cases[] = {
        {"{\"profile\": \"p\", \"summary\": \"s\"}", "a profile needs the key 'classes'"},
        {CLASS("\"source\": \"s\""), "a class needs the key 'types'"},
        {CLASS("\"types\": [], \"source\": \"s\""), "the list is empty"},
        {CLASS("\"types\": [[1]], \"source\": \"s\""), "expected text, found a list"},
        {CLASS(FULL ", \"takes\": [\"2s\", \"1s\"]"),
         "quantiles stand in rising order; '1s' is less than '2s'"},
        {CLASS(FULL ", \"takes\": [\"x\"]"), "expected a duration"},
        {CLASS(FULL ", \"spread_per_mille\": [0]"), "a whole number from 1 to 1000000, found '0'"},
        {CLASS(FULL ", \"spread_per_mille\": [2, 1]"), "'1' is less than '2'"},
        {CLASS(FULL ", \"faults_per_million\": {\"dsn\": 1}"),
         "unknown fault 'dsn'; did you mean 'dns'?"},
        {CLASS(FULL ", \"faults_per_million\": {\"dns\": 1000001}"),
         "expected a whole number from 0 to 1000000, found '1000001'"},
        {CLASS(FULL "}, {\"name\": \"c\", " FULL), "there is a class 'c' already"},
        {OUTAGE("721", "[\"1m\"]", "1"), "expected a whole number from 0 to 720, found '721'"},
        {OUTAGE("1", "[\"8d\"]", "1"), "an outage lasts at most 7 days"},
        {OUTAGE("1", "[\"1m\"]", "1001"), "expected a whole number from 0 to 1000, found '1001'"},
        {PROFILE("\"outages\": [{\"name\": \"o\", \"fault\": \"no\", \"per_30_days\": 1, "
                 "\"lasts\": [\"1m\"], \"fails_per_mille\": 1, \"source\": \"s\"}]"),
         "unknown fault 'no'"},
        {PROFILE("\"outages\": [{\"name\": \"o\", \"fault\": \"dns\", \"per_30_days\": 1, "
                 "\"classes\": [\"al\"], \"lasts\": [\"1m\"], \"fails_per_mille\": 1, "
                 "\"source\": \"s\"}]"),
         "unknown class 'al'; did you mean 'all'?"},
    };
    rh_env *env = *state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_error error = {.message = ""};
        const char *json = cases[i].json;
        assert_int_equal(rh_env_read_profile(env, json, strlen(json), "p.json", &error), -1);
        assert_contains(error.message, cases[i].message);
        assert_string_equal(error.file, "p.json");
        assert_int_equal(error.line, 1);
        assert_true(error.column > 0);
        assert_null(env->profile);
    }
}

static void quantiles(void **state)
{
    static const int64_t table[] = {0, 100, INT64_MAX - 1};
    (void)state;
    assert_int_equal(rh_draw_quantile(table, 1, UINT64_MAX), 0);
    assert_int_equal(rh_draw_quantile(table, 2, 0), 0);
    assert_int_equal(rh_draw_quantile(table, 2, UINT64_C(1) << 63), 50);
    assert_int_equal(rh_draw_quantile(table, 3, UINT64_C(1) << 63), 100);
    assert_true(rh_draw_quantile(table, 3, UINT64_MAX) > INT64_MAX / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(the_same_seed_draws_the_same_world),
        PLAYED(the_first_calls_of_more_are_the_same),
        PLAYED(profiles_differ_in_how_much_befalls),
        PLAYED(durations_come_from_the_mock_or_the_class),
        PLAYED(a_call_can_be_of_another_class_or_none),
        PLAYED(another_profile_has_its_own_classes),
        PLAYED(rates_can_be_set_for_a_path),
        PLAYED(a_rate_replaces_the_profiles),
        PLAYED(what_is_planned_comes_first),
        PLAYED(what_cannot_be),
        PLAYED(an_outage_hits_all_that_starts_in_it),
        PLAYED(outages_last_as_long_as_they_say),
        PLAYED(an_outage_hits_a_part),
        cmocka_unit_test(globs),
        PLAYED(the_librarys_profiles),
        PLAYED(bad_profiles),
        cmocka_unit_test(quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
