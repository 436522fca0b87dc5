/* What must change nothing changes nothing: the date, what else runs in the world, the order of
 * jobs that do not need each other; and what must change in proportion does. */
#include "suites/support/playing.h"

#include "harness/explore/actions_subject.h"
#include "harness/explore/explore.h"
#include "harness/explore/outcome.h"
#include "sim/actions/lift.h"
#include "sim/base/json.h"

/* ---- workflow files -------------------------------------------------------------------------- */

static const char in_order[] = "on: push\n"
                               "jobs:\n"
                               "  lint:\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{uses: actions/checkout@v4}, {run: make lint}]\n"
                               "  test:\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{uses: actions/checkout@v4}, {run: go test ./...}]\n"
                               "  publish:\n"
                               "    needs: [lint, test]\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{run: git push}, {run: npm publish}]\n";

static const char permuted[] = "on: push\n"
                               "jobs:\n"
                               "  publish:\n"
                               "    needs: [test, lint]\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{run: git push}, {run: npm publish}]\n"
                               "  test:\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{uses: actions/checkout@v4}, {run: go test ./...}]\n"
                               "  lint:\n"
                               "    runs-on: ubuntu-latest\n"
                               "    steps: [{uses: actions/checkout@v4}, {run: make lint}]\n";

static const char input[] =
    "{\"github\":{\"event_name\":\"push\",\"ref\":\"refs/heads/main\",\"ref_name\":\"main\","
    "\"repository\":\"o/"
    "r\",\"sha\":\"abc\",\"event\":{}},\"inputs\":{},\"vars\":{},\"secrets\":{}}";

typedef struct file_subject {
    rh_arena arena;
    rh_actions_settings rules;
    rh_actions_definition definition;
    rh_actions_subject actions;
    rh_subject subject;
    rh_time start; /* of its worlds; 0: the default */
} file_subject;

static int give_file(rh_env *env, void *data, rh_error *error)
{
    const file_subject *s = data;
    if (s->start)
        rh_world(env, .start = s->start);
    return rh_env_set_profile(env, "typical", error);
}

static void open_file(file_subject *s, const char *text, bool is_durable, rh_time start)
{
    static const rh_actions_lift lift;
    rh_actions_errors errors;
    rh_error error;
    memset(s, 0, sizeof *s);
    rh_arena_init(&s->arena, NULL, NULL);
    const rh_actions_file *file =
        rh_actions_read(&s->arena, text, strlen(text), "ci.yml", NULL, &errors);
    assert_non_null(file);
    s->start = start;
    s->rules.catalog = rh_actions_catalog_read(&s->arena, NULL, NULL, 0, &error);
    s->rules.lift = is_durable ? &lift : NULL;
    s->definition = (rh_actions_definition){file, &s->rules, NULL};
    s->actions =
        (rh_actions_subject){.definition = &s->definition,
                             .input = rh_json_read(&s->arena, input, strlen(input), NULL, &error),
                             .rerun_after = RH_MINUTES(40),
                             .given = give_file,
                             .data = s};
    s->subject = rh_subject_of_actions("file", &s->actions);
}

static void look(void *data, const rh_played_plan *played, void *slot)
{
    (void)data;
    rh_outcome_read(played->scratch, played->journals[0], NULL, &played->humans[0], slot);
}

static rh_exploration explore(const rh_subject *subject)
{
    rh_exploration exploration;
    rh_error error;
    const rh_explore_options options = {.subjects = &subject,
                                        .subject_count = 1,
                                        .most_faults = 2,
                                        .slot_size = sizeof(rh_outcome),
                                        .look = look};
    if (rh_explore(&options, &exploration, &error) != 0)
        fail_msg("%s", error.message);
    assert_null(exploration.problem);
    assert_true(exploration.count > 100);
    return exploration;
}

static void a_thousand_days_later_all_is_the_same(void **state)
{
    (void)state;
    for (int is_durable = 0; is_durable < 2; is_durable++) {
        file_subject now, later;
        open_file(&now, in_order, is_durable, 0);
        open_file(&later, in_order, is_durable, RH_WORLD_START + RH_DAYS(1000));
        rh_exploration first = explore(&now.subject), second = explore(&later.subject);
        assert_int_equal(first.count, second.count);
        for (size_t i = 0; i < first.count; i++) {
            assert_memory_equal(first.plans[i].slot, second.plans[i].slot, sizeof(rh_outcome));
            assert_memory_equal(first.plans[i].weights, second.plans[i].weights,
                                sizeof first.plans[i].weights);
        }
        rh_exploration_free(&first);
        rh_exploration_free(&second);
        rh_arena_free(&now.arena);
        rh_arena_free(&later.arena);
    }
}

typedef struct sums {
    double success, eventual, half, twice, wasted, work, makespan;
} sums;

static sums sum_up(const rh_exploration *exploration)
{
    sums s = {0};
    for (size_t i = 0; i < exploration->count; i++) {
        const rh_outcome *outcome = exploration->plans[i].slot;
        double weight = exploration->plans[i].weights[0];
        s.success += outcome->first == RH_ENDING_SUCCESS ? weight : 0;
        s.eventual += outcome->last == RH_ENDING_SUCCESS ? weight : 0;
        s.half += outcome->was_half ? weight : 0;
        s.twice += outcome->duplicates ? weight : 0;
        s.wasted += weight * (double)outcome->wasted / 1e9;
        s.work += weight * (double)outcome->work / 1e9;
        s.makespan += weight * (double)outcome->makespan / 1e9;
    }
    return s;
}

static void the_order_of_independent_jobs_changes_no_figure(void **state)
{
    (void)state;
    for (int is_durable = 0; is_durable < 2; is_durable++) {
        file_subject one, other;
        open_file(&one, in_order, is_durable, 0);
        open_file(&other, permuted, is_durable, 0);
        rh_exploration first = explore(&one.subject), second = explore(&other.subject);
        const sums left = sum_up(&first), right = sum_up(&second);
        const double *a = (const double *)&left, *b = (const double *)&right;
        assert_int_equal(first.count, second.count);
        for (size_t i = 0; i < sizeof left / sizeof(double); i++) {
            double difference = a[i] - b[i], scale = a[i] > 1 ? a[i] : 1;
            if (difference > 1e-9 * scale || difference < -1e-9 * scale)
                fail_msg("figure %zu: %.12f and %.12f", i, a[i], b[i]);
        }
        rh_exploration_free(&first);
        rh_exploration_free(&second);
        rh_arena_free(&one.arena);
        rh_arena_free(&other.arena);
    }
}

/* ---- workflows in C -------------------------------------------------------------------------- */

static const rh_failure *two_steps(rh_workflow *wf, const rh_value *unused, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(2),
                                                .retry = {.maximum_attempts = 2}};
    (void)unused, (void)result;
    const rh_failure *failed = rh_await(wf, rh_activity(wf, "Build", NULL, &options), NULL);
    return failed ? failed : rh_await(wf, rh_activity(wf, "Publish", NULL, &options), NULL);
}

static const rh_failure *unrelated(rh_workflow *wf, const rh_value *unused, const rh_value **result)
{
    static const rh_activity_options options = {.start_to_close = RH_HOURS(2)};
    (void)unused, (void)result;
    rh_sleep(wf, RH_SECONDS(7));
    return rh_await(wf, rh_activity(wf, "Other", NULL, &options), NULL);
}

static const rh_workflow_definition workflows[] = {{.name = "two_steps", .run = two_steps},
                                                   {.name = "unrelated", .run = unrelated},
                                                   {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "same", workflows, NULL};

static void give_mocks(rh_env *env, int64_t times)
{
    rh_mock(env, "Build", .takes = RH_SECONDS(100) * times);
    rh_mock(env, "Publish", .takes = RH_SECONDS(30) * times);
    rh_mock(env, "Other", .takes = RH_SECONDS(50));
}

static void twice_the_durations_is_twice_the_time(void **state)
{
    rh_duration took[2];
    (void)state;
    for (int64_t times = 1; times <= 2; times++) {
        rh_env *env = rh_env_create(&module);
        give_mocks(env, times);
        rh_run(env, "two_steps", NULL);
        assert_clean(env);
        took[times - 1] = rh_duration_of(env);
        rh_env_destroy(env);
    }
    assert_true(took[0] == RH_SECONDS(130));
    assert_true(took[1] == 2 * took[0]);
}

static void what_else_runs_changes_no_history(void **state)
{
    char *histories[2];
    (void)state;
    for (int with = 0; with < 2; with++) {
        rh_env *env = rh_env_create(&module);
        give_mocks(env, 1);
        rh_fault_at(env, "Build", "network-timeout");
        rh_start(env, "two_steps", NULL, NULL);
        if (with)
            rh_start(env, "unrelated", NULL, &(rh_run_options){.at = RH_SECONDS(3)});
        rh_play(env);
        rh_assert_status(env, RH_SUCCEEDED);
        rh_text text = rh_text_in(&env->arena);
        const rh_journal *journal = rh_env_journal(env);
        for (size_t i = 0; i < journal->count; i++) {
            const rh_entry *entry = &journal->entries[i];
            if (entry->run == 0 && entry->event_id)
                rh_text_printf(&text, "%u %s %lld\n", entry->event_id,
                               rh_entry_kind_name((rh_entry_kind)entry->kind),
                               (long long)(entry->time - journal->start));
        }
        histories[with] = strdup(rh_text_string(&text));
        assert_int_equal(journal->run_count, 1 + with);
        if (with)
            assert_clean(env);
        rh_env_destroy(env);
    }
    assert_string_equal(histories[0], histories[1]);
    assert_contains(histories[0], "activity-completed");
    free(histories[0]);
    free(histories[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_days_later_all_is_the_same),
        cmocka_unit_test(the_order_of_independent_jobs_changes_no_figure),
        cmocka_unit_test(twice_the_durations_is_twice_the_time),
        cmocka_unit_test(what_else_runs_changes_no_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
