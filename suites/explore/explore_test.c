/* Exploration: which plans there are, what they weigh, that the sums are what the formulas say, and
 * that threads change nothing. */
#include "suites/support/playing.h"

#include "harness/explore/explore.h"
#include "harness/explore/outcome.h"
#include "harness/explore/record.h"
#include "harness/explore/sample.h"
#include "harness/explore/served.h"

static const double EPSILON = 1e-12;

/* ---- workflows ------------------------------------------------------------------------------- */

static const rh_failure *step(rh_workflow *wf, const char *type, int32_t attempts)
{
    const rh_activity_options options = {.start_to_close = RH_MINUTES(5),
                                         .retry = {.maximum_attempts = attempts}};
    return rh_await(wf, rh_activity(wf, type, NULL, &options), NULL);
}

static const rh_failure *once(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return step(wf, "Publish", 1);
}

static const rh_failure *thrice(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return step(wf, "Publish", 3);
}

/* The retries of `thrice`, written out. */
static const rh_failure *in_a_loop(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    const rh_failure *failure = NULL;
    (void)input, (void)result;
    for (int i = 0; i < 3 && (i == 0 || failure); i++)
        failure = step(wf, "Publish", 1);
    return failure;
}

/* Four steps, one after the other, whatever becomes of them. */
static const rh_failure *four(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const char *const types[] = {"A", "B", "C", "D"};
    (void)input, (void)result;
    for (size_t i = 0; i < 4; i++)
        step(wf, types[i], 1);
    return NULL;
}

static const rh_failure *other(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    (void)input, (void)result;
    return step(wf, "Ship", 1);
}

static const rh_workflow_definition workflows[] = {
    {.name = "once", .run = once},           {.name = "thrice", .run = thrice},
    {.name = "in_a_loop", .run = in_a_loop}, {.name = "four", .run = four},
    {.name = "other", .run = other},         {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "explore", workflows, NULL};

/* ---- subjects -------------------------------------------------------------------------------- */

typedef struct rates {
    uint32_t transient, permanent, reply_lost, hangs; /* a million */
} rates;

static int give(rh_env *env, void *data, rh_error *error)
{
    static const char *const types[] = {"Publish", "Ship", "A", "B", "C", "D"};
    const rates *r = data;
    for (size_t i = 0; i < LENGTH(types); i++) {
        rh_mock(env, types[i], .takes = RH_SECONDS(60));
        if (rh_env_set_fault_rate(env, types[i], "network-timeout", r->transient, error) ||
            rh_env_set_fault_rate(env, types[i], "token-scope", r->permanent, error) ||
            rh_env_set_fault_rate(env, types[i], "reply-lost", r->reply_lost, error) ||
            rh_env_set_fault_rate(env, types[i], "hangs", r->hangs, error))
            return -1;
    }
    return 0;
}

static rh_subject subject_of(const char *name, const rates *r, rh_durable_subject *durable)
{
    const rh_workflow_definition *definition = workflows;
    while (strcmp(definition->name, name) != 0)
        definition++;
    *durable = (rh_durable_subject){.definition = definition, .given = give, .data = (void *)r};
    return rh_subject_of_durable(name, &module, durable);
}

typedef struct seen {
    rh_outcome outcomes[2];
    uint32_t record_kind, has_cause, attempts; /* of the first subject's record */
} seen;

static void look(void *data, const rh_played_plan *played, void *slot)
{
    size_t count = *(const size_t *)data;
    for (size_t i = 0; i < count; i++)
        rh_outcome_read(played->scratch, played->journals[i], NULL, &played->humans[i],
                        &((seen *)slot)->outcomes[i]);
    rh_record record = rh_record_of(played->scratch, played->journals[0]);
    ((seen *)slot)->record_kind = record.kind;
    ((seen *)slot)->has_cause = record.has_cause;
    ((seen *)slot)->attempts = record.attempts;
}

static rh_exploration explore(const rh_subject *const *subjects, size_t count, uint32_t faults,
                              uint32_t jobs, size_t most)
{
    rh_exploration exploration;
    rh_error error;
    const rh_explore_options options = {
        .subjects = subjects,
        .subject_count = count,
        .most_faults = faults,
        .most_plans = most,
        .jobs = jobs,
        .slot_size = sizeof(seen),
        .look = look,
        .data = &count,
    };
    if (rh_explore(&options, &exploration, &error) != 0)
        fail_msg("%s", error.message);
    return exploration;
}

static double success(const rh_exploration *exploration, size_t subject, size_t rate)
{
    double sum = 0;
    for (size_t i = 0; i < exploration->count; i++)
        if (((const seen *)exploration->plans[i].slot)->outcomes[subject].first ==
            RH_ENDING_SUCCESS)
            sum += exploration->plans[i].weights[rate];
    return sum;
}

static void near_at(double got, double expected, const char *file, int line)
{
    double difference = got - expected;
    if (difference <= EPSILON && difference >= -EPSILON)
        return;
    print_error("%.17f is not %.17f\n", got, expected);
    _fail(file, line);
}
#define assert_near(got, expected) near_at((got), (expected), __FILE__, __LINE__)

static const char *plans_of(const rh_exploration *exploration)
{
    static rh_arena arena;
    rh_arena_free(&arena);
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = rh_text_in(&arena);
    for (size_t i = 0; i < exploration->count; i++) {
        rh_plan_write(&text, &exploration->plans[i]);
        rh_text_putc(&text, '\n');
    }
    return rh_text_string(&text);
}

/* ---- closed forms ---------------------------------------------------------------------------- */

static void one_step_succeeds_as_the_formula_says(void **state)
{
    const rates r = {.transient = 130000};
    const double p = 0.13, factors[] = {p, p / 10, 1};
    rh_durable_subject data[2];
    rh_subject subjects[] = {subject_of("once", &r, &data[0]), subject_of("thrice", &r, &data[1])};
    const rh_subject *list[] = {&subjects[0], &subjects[1]};
    (void)state;
    rh_exploration exploration = explore(list, 2, 3, 1, 0);
    for (size_t k = 0; k < 2; k++) {
        assert_near(success(&exploration, 0, k), 1 - factors[k]);
        assert_near(success(&exploration, 1, k), 1 - factors[k] * factors[k] * factors[k]);
        assert_near(exploration.mass[k], 1); /* three faults are all that can be */
    }
    assert_near(success(&exploration, 1, 2), 0); /* ten times more than always is always */
    assert_int_equal(exploration.count, 4);
    assert_int_equal(exploration.point_count, 3);
    rh_exploration_free(&exploration);
}

static void what_is_not_retried_is_not(void **state)
{
    const rates r = {.transient = 200000, .permanent = 50000};
    rh_durable_subject data;
    rh_subject subject = subject_of("thrice", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration exploration = explore(list, 1, 3, 1, 0);
    assert_near(success(&exploration, 0, 0), 0.75 + 0.2 * 0.75 + 0.04 * 0.75);
    assert_string_equal(plans_of(&exploration),
                        "no fault\n"
                        "Publish=network-timeout\n"
                        "Publish=token-scope\n"
                        "Publish=network-timeout Publish@2=network-timeout\n"
                        "Publish=network-timeout Publish@2=token-scope\n"
                        "Publish=network-timeout Publish@2=network-timeout "
                        "Publish@3=network-timeout\n"
                        "Publish=network-timeout Publish@2=network-timeout "
                        "Publish@3=token-scope\n");
    rh_exploration_free(&exploration);
}

/* It lasts, so that no loop mends it either. */
static void what_is_permanent_is_so_in_a_loop(void **state)
{
    const rates r = {.transient = 200000, .permanent = 50000};
    rh_durable_subject data;
    rh_subject subject = subject_of("in_a_loop", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration exploration = explore(list, 1, 3, 1, 0);
    assert_near(success(&exploration, 0, 0), 0.75 + 0.2 * 0.75 + 0.04 * 0.75);
    assert_near(exploration.mass[0], 1);
    rh_exploration_free(&exploration);
}

static void without_rates_there_is_one_plan(void **state)
{
    const rates r = {0};
    rh_durable_subject data[2];
    rh_subject subjects[] = {subject_of("once", &r, &data[0]), subject_of("thrice", &r, &data[1])};
    const rh_subject *list[] = {&subjects[0], &subjects[1]};
    (void)state;
    rh_exploration exploration = explore(list, 2, 3, 1, 0);
    assert_int_equal(exploration.count, 1);
    assert_int_equal(exploration.most_faults, 3);
    assert_near(exploration.mass[0], 1);
    assert_near(success(&exploration, 0, 0), success(&exploration, 1, 0));
    rh_exploration_free(&exploration);
}

/* Four points, one way to fail: 1, 4, 6, 4, 1 plans. */
static void plans_come_by_their_number_of_faults(void **state)
{
    static const size_t counts[] = {1, 5, 11, 15, 16};
    const rates r = {.transient = 100000};
    rh_durable_subject data;
    rh_subject subject = subject_of("four", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    for (uint32_t most = 0; most < LENGTH(counts); most++) {
        rh_exploration exploration = explore(list, 1, most, 1, 0);
        assert_int_equal(exploration.count, counts[most]);
        for (size_t i = 1; i < exploration.count; i++)
            assert_true(exploration.plans[i].count >= exploration.plans[i - 1].count);
        rh_exploration_free(&exploration);
    }
    rh_exploration exploration = explore(list, 1, 2, 1, 0);
    assert_near(exploration.mass[0],
                0.9 * 0.9 * 0.9 * 0.9 + 4 * 0.1 * 0.9 * 0.9 * 0.9 + 6 * 0.01 * 0.81);
    rh_exploration_free(&exploration);
}

static void a_level_that_is_too_large_is_left_out_and_said(void **state)
{
    const rates r = {.transient = 100000};
    rh_durable_subject data;
    rh_subject subject = subject_of("four", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration exploration = explore(list, 1, 3, 2, 10);
    assert_int_equal(exploration.count, 5);
    assert_int_equal(exploration.most_faults, 1);
    assert_int_equal(exploration.left_out, 6);
    rh_exploration_free(&exploration);
    exploration = explore(list, 1, 3, 2, 11);
    assert_int_equal(exploration.count, 11);
    assert_int_equal(exploration.most_faults, 2);
    assert_int_equal(exploration.left_out, 4);
    rh_exploration_free(&exploration);
}

static void of_a_large_one_the_likeliest_plans_are_played(void **state)
{
    const rates r = {.transient = 100000, .permanent = 20000};
    rh_durable_subject data;
    rh_subject subject = subject_of("four", &r, &data);
    const rh_subject *list[] = {&subject};
    rh_exploration all = explore(list, 1, 2, 1, 0), some;
    rh_error error;
    rh_explore_options options = {.subjects = list,
                                  .subject_count = 1,
                                  .most_faults = 2,
                                  .most_entries = 7 * all.entries + 1};
    (void)state;
    assert_true(all.entries > 0);
    assert_int_equal(all.left_out, 0);
    assert_int_equal(rh_explore(&options, &some, &error), 0);
    /* Of the eight plans of one fault the six likeliest: all four transient ones are among them. */
    assert_int_equal(some.count, 7);
    assert_int_equal(some.most_faults, 0);
    assert_int_equal(some.likeliest_count, 6);
    assert_int_equal(some.left_out, 2);
    size_t likely = 0;
    double mass = 0;
    for (size_t i = 0; i < some.count; i++) {
        likely += some.plans[i].count && some.plans[i].strikes[0].risk->per_million == 100000;
        mass += some.plans[i].weights[0];
    }
    assert_int_equal(likely, 4);
    assert_near(some.mass[0], mass);
    rh_exploration_free(&some);
    options.most_entries = 11 * all.entries;
    assert_int_equal(rh_explore(&options, &some, &error), 0);
    assert_int_equal(some.count, 11);
    assert_int_equal(some.most_faults, 1);
    assert_int_equal(some.likeliest_count, 2);
    assert_int_equal(some.count + some.left_out, all.count);
    rh_exploration_free(&some);
    rh_exploration_free(&all);
}

/* 0.1 * 0.9^3 is likely enough, 0.01 * 0.9^2 is not. */
static void what_is_too_unlikely_is_left_out_and_counted(void **state)
{
    const rates r = {.transient = 100000};
    rh_durable_subject data;
    rh_subject subject = subject_of("four", &r, &data);
    const rh_subject *list[] = {&subject};
    rh_exploration exploration;
    rh_error error;
    const rh_explore_options options = {
        .subjects = list, .subject_count = 1, .most_faults = 3, .least_weight = 0.01};
    (void)state;
    assert_int_equal(rh_explore(&options, &exploration, &error), 0);
    assert_int_equal(exploration.count, 5);
    assert_int_equal(exploration.unlikely_count, 6);
    assert_near(exploration.mass[0], 0.9 * 0.9 * 0.9 * 0.9 + 4 * 0.1 * 0.9 * 0.9 * 0.9);
    rh_exploration_free(&exploration);
}

static void threads_change_nothing(void **state)
{
    const rates r = {.transient = 70000, .permanent = 20000, .reply_lost = 30000};
    rh_durable_subject data;
    rh_subject subject = subject_of("four", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration alone = explore(list, 1, 3, 1, 0);
    char *plans = strdup(plans_of(&alone));
    for (uint32_t jobs = 2; jobs < 6; jobs++) {
        rh_exploration many = explore(list, 1, 3, jobs, 0);
        assert_int_equal(many.count, alone.count);
        assert_string_equal(plans_of(&many), plans);
        for (size_t i = 0; i < many.count; i++) {
            assert_memory_equal(many.plans[i].weights, alone.plans[i].weights,
                                sizeof alone.plans[i].weights);
            assert_memory_equal(many.plans[i].slot, alone.plans[i].slot, sizeof(seen));
        }
        rh_exploration_free(&many);
    }
    free(plans);
    rh_exploration_free(&alone);
}

/* ---- subjects beside each other -------------------------------------------------------------- */

static void subjects_meet_the_same_faults_where_one_stands_for_the_other(void **state)
{
    static const char *const map[][2] = {{"Ship", "Publish"}, {NULL, NULL}};
    const rates r = {.transient = 100000};
    rh_durable_subject data[2];
    rh_subject subjects[] = {subject_of("once", &r, &data[0]), subject_of("other", &r, &data[1])};
    const rh_subject *list[] = {&subjects[0], &subjects[1]};
    (void)state;
    rh_exploration apart = explore(list, 2, 2, 1, 0);
    assert_int_equal(apart.count, 4); /* none, each, both */
    rh_exploration_free(&apart);
    data[1].stands_for = map;
    rh_exploration together = explore(list, 2, 2, 1, 0);
    assert_int_equal(together.count, 2);
    const seen *failed = together.plans[1].slot;
    assert_int_equal(failed->outcomes[0].first, RH_ENDING_FAILURE);
    assert_int_equal(failed->outcomes[1].first, RH_ENDING_FAILURE);
    rh_exploration_free(&together);
}

static void what_failed_once_succeeds_when_a_human_tries_again(void **state)
{
    const rates r = {.transient = 100000};
    rh_durable_subject data;
    rh_subject subject = subject_of("once", &r, &data);
    const rh_subject *list[] = {&subject};
    data.rerun_after = RH_MINUTES(30);
    (void)state;
    rh_exploration exploration = explore(list, 1, 1, 1, 0);
    const rh_outcome *outcome = &((const seen *)exploration.plans[1].slot)->outcomes[0];
    assert_int_equal(outcome->first, RH_ENDING_FAILURE);
    assert_int_equal(outcome->last, RH_ENDING_SUCCESS);
    assert_int_equal(outcome->interventions, 1);
    /* thirty seconds until it fails, the human, and a minute of work */
    assert_true(outcome->makespan == RH_SECONDS(30) + RH_MINUTES(30) + RH_MINUTES(1));
    assert_true(outcome->first_makespan == RH_SECONDS(30));
    assert_true(outcome->noticed == RH_SECONDS(30));
    assert_true(outcome->wasted == RH_SECONDS(30));
    assert_true(outcome->work == RH_SECONDS(90));
    rh_exploration_free(&exploration);
}

/* Every failure stands in the history; why is said by all but those that others had to end. */
static void histories_say_why_unless_nobody_knows(void **state)
{
    const struct {
        rates rates;
        bool has_cause;
    } cases[] = {{{.transient = 100000}, true},
                 {{.permanent = 100000}, true},
                 {{.hangs = 100000}, false}};
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_durable_subject data;
        rh_subject subject = subject_of("once", &cases[i].rates, &data);
        const rh_subject *list[] = {&subject};
        rh_exploration exploration = explore(list, 1, 1, 1, 0);
        assert_int_equal(exploration.count, 2);
        const seen *failed = exploration.plans[1].slot;
        assert_int_equal(failed->record_kind, RH_RECORD_HISTORY);
        assert_int_equal(failed->attempts, 1);
        assert_int_equal(failed->has_cause, cases[i].has_cause);
        rh_exploration_free(&exploration);
    }
}

static void a_lost_reply_publishes_twice(void **state)
{
    const rates r = {.reply_lost = 100000};
    rh_durable_subject data;
    rh_subject subject = subject_of("thrice", &r, &data);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration exploration = explore(list, 1, 2, 1, 0);
    for (size_t i = 0; i < 3; i++) {
        const rh_outcome *outcome = &((const seen *)exploration.plans[i].slot)->outcomes[0];
        assert_int_equal(outcome->first, RH_ENDING_SUCCESS);
        assert_int_equal(outcome->duplicates, i);
        assert_int_equal(outcome->faults, i);
    }
    rh_exploration_free(&exploration);
}

/* ---- what is durable pays for itself --------------------------------------------------------- */

/* The outcome of the plan of this name; its weight in *weight. */
static const rh_outcome *outcome_of(const rh_exploration *exploration, const char *plan,
                                    double *weight)
{
    for (size_t i = 0; i < exploration->count; i++) {
        char name[200];
        rh_arena arena;
        rh_arena_init(&arena, NULL, NULL);
        rh_text text = rh_text_in(&arena);
        rh_plan_write(&text, &exploration->plans[i]);
        snprintf(name, sizeof name, "%s", rh_text_string(&text));
        rh_arena_free(&arena);
        if (strcmp(name, plan) != 0)
            continue;
        *weight = exploration->plans[i].weights[0];
        return &((const seen *)exploration->plans[i].slot)->outcomes[0];
    }
    fail_msg("there is no plan '%s' in\n%s", plan, plans_of(exploration));
    return NULL;
}

/* "once" has two workflow tasks: before its activity of a minute, and behind it. A server is down
 * 30 minutes in 30 days, so 694 of a million runs find it down, half over in the mean, and in a
 * minute it goes down in 23 of a million; no worker polls 20 minutes in 30 days; deploys do not
 * break what has no history. */
static void a_server_has_faults_of_its_own(void **state)
{
    const rates r = {0};
    rh_durable_subject data;
    rh_subject inner = subject_of("once", &r, &data);
    rh_served_subject served = {&inner, "own", RH_MINUTES(55)};
    rh_subject subject = rh_subject_of_served("served", &served);
    const rh_subject *list[] = {&subject};
    static const double server = 694e-6, worker = 463e-6; /* at the first task */
    static const double server_on = 23e-6, worker_on = 46e-6, deploy_on = 23e-6; /* in a minute */
    const double first = 1 - (server + worker), second = 1 - (server_on + worker_on + deploy_on);
    const struct {
        const char *plan;
        double weight;
        rh_duration later;
        uint32_t interventions;
    } plans[] = {
        {"no fault", first * second, 0, 0},
        {"own/workflow-task=server-down", server * second, RH_MINUTES(15), 0},
        {"own/workflow-task=worker-down", worker * second, RH_MINUTES(5), 0},
        {"own/workflow-task@2=server-down", first * server_on, RH_MINUTES(30), 0},
        {"own/workflow-task@2=worker-down", first * worker_on, RH_MINUTES(10), 0},
        {"own/workflow-task@2=nondeterministic-deploy", first * deploy_on, RH_MINUTES(55), 1},
    };
    (void)state;
    rh_exploration exploration = explore(list, 1, 1, 1, 0);
    assert_int_equal(exploration.count, LENGTH(plans));
    for (size_t i = 0; i < LENGTH(plans); i++) {
        double weight = -1;
        const rh_outcome *outcome = outcome_of(&exploration, plans[i].plan, &weight);
        assert_near(weight, plans[i].weight);
        assert_int_equal(outcome->first, RH_ENDING_SUCCESS);
        assert_true(outcome->makespan == RH_MINUTES(1) + plans[i].later);
        assert_int_equal(outcome->interventions, plans[i].interventions);
        assert_int_equal(outcome->reruns, 0);
        assert_int_equal(outcome->faults, i > 0);
        assert_true(outcome->noticed == (plans[i].interventions ? RH_MINUTES(55) : -1));
    }
    rh_exploration_free(&exploration);
    exploration = explore(list, 1, 2, 1, 0); /* two tasks: with both struck, nothing is left out */
    assert_int_equal(exploration.count, 1 + 2 + 3 + 2 * 3);
    assert_near(exploration.mass[0], 1);
    rh_exploration_free(&exploration);
    served.human = 0; /* nobody looks: then such a deploy is not tried */
    exploration = explore(list, 1, 1, 1, 0);
    assert_int_equal(exploration.count, LENGTH(plans) - 1);
    rh_exploration_free(&exploration);
}

/* Faults of calls and of the server are one tree: what is left of 1 is the chance of more. */
static void weights_of_both_add_up(void **state)
{
    const rates r = {.transient = 100000};
    rh_durable_subject data;
    rh_subject inner = subject_of("thrice", &r, &data);
    rh_served_subject served = {&inner, "own", RH_MINUTES(55)};
    rh_subject subject = rh_subject_of_served("served", &served);
    const rh_subject *list[] = {&subject};
    (void)state;
    rh_exploration exploration = explore(list, 1, 6, 1, 0); /* three tries, two tasks */
    assert_near(exploration.mass[0], 1);
    rh_exploration_free(&exploration);
}

/* Subjects that share a server meet its faults together; others do not. */
static void servers_are_shared_by_name(void **state)
{
    const rates r = {0};
    rh_durable_subject data[2];
    rh_subject inner[] = {subject_of("once", &r, &data[0]), subject_of("once", &r, &data[1])};
    rh_served_subject served[] = {{&inner[0], "own", 0}, {&inner[1], "own", 0}};
    rh_subject subjects[] = {rh_subject_of_served("a", &served[0]),
                             rh_subject_of_served("b", &served[1])};
    const rh_subject *list[] = {&subjects[0], &subjects[1]};
    (void)state;
    rh_exploration together = explore(list, 2, 1, 1, 0);
    assert_int_equal(together.count, 5);
    assert_int_equal(((const seen *)together.plans[1].slot)->outcomes[1].faults, 1);
    rh_exploration_free(&together);
    served[1].name = "other";
    rh_exploration apart = explore(list, 2, 1, 1, 0);
    assert_int_equal(apart.count, 9);
    assert_int_equal(((const seen *)apart.plans[1].slot)->outcomes[1].faults, 0);
    rh_exploration_free(&apart);
}

/* ---- what cannot be played ------------------------------------------------------------------- */

static int give_nothing(rh_env *env, void *data, rh_error *error)
{
    (void)env, (void)data, (void)error;
    return 0;
}

static void a_world_that_cannot_be_played_is_said(void **state)
{
    const rates r = {0};
    rh_durable_subject data;
    rh_subject subject = subject_of("once", &r, &data);
    const rh_subject *list[] = {&subject};
    rh_exploration exploration;
    rh_error error;
    const rh_explore_options options = {.subjects = list, .subject_count = 1, .most_faults = 1};
    data.given = give_nothing;
    (void)state;
    assert_int_equal(rh_explore(&options, &exploration, &error), -1);
    assert_contains(error.message, "no mock answers Publish@1");
    rh_exploration_free(&exploration);
}

/* ---- samples --------------------------------------------------------------------------------- */

static const seen *sample(rh_arena *arena, const rh_subject *const *subjects, size_t count,
                          size_t worlds, uint32_t jobs)
{
    rh_error error;
    const rh_sample_options options = {
        .subjects = subjects,
        .subject_count = count,
        .worlds = worlds,
        .seed = 5,
        .jobs = jobs,
        .slot_size = sizeof(seen),
        .look = look,
        .data = &count,
        .arena = arena,
    };
    const seen *first = rh_sample(&options, &error);
    if (!first)
        fail_msg("%s", error.message);
    return first;
}

static void samples_lie_around_what_is_exact(void **state)
{
    const rates r = {.transient = 100000};
    rh_durable_subject data[2];
    rh_subject subjects[] = {subject_of("once", &r, &data[0]), subject_of("thrice", &r, &data[1])};
    const rh_subject *list[] = {&subjects[0], &subjects[1]};
    enum { WORLDS = 20000 };
    rh_arena arena;
    size_t good[2] = {0, 0}, reversed = 0;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const seen *all = sample(&arena, list, 2, WORLDS, 2);
    for (size_t i = 0; i < WORLDS; i++) {
        const rh_outcome *both = all[i].outcomes;
        good[0] += both[0].first == RH_ENDING_SUCCESS;
        good[1] += both[1].first == RH_ENDING_SUCCESS;
        reversed += both[0].first == RH_ENDING_SUCCESS && both[1].first != RH_ENDING_SUCCESS;
    }
    assert_int_equal(reversed, 0);          /* the same draws: who tries more never does worse */
    assert_in_range(good[0], 17830, 18170); /* 4 sigma around 18,000 */
    assert_in_range(good[1], 19962, 19998); /* and around 19,980 */
    const seen *again = sample(&arena, list, 2, WORLDS, 1);
    assert_memory_equal(again, all, WORLDS * sizeof *all);
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_succeeds_as_the_formula_says),
        cmocka_unit_test(what_is_not_retried_is_not),
        cmocka_unit_test(what_is_permanent_is_so_in_a_loop),
        cmocka_unit_test(without_rates_there_is_one_plan),
        cmocka_unit_test(plans_come_by_their_number_of_faults),
        cmocka_unit_test(a_level_that_is_too_large_is_left_out_and_said),
        cmocka_unit_test(of_a_large_one_the_likeliest_plans_are_played),
        cmocka_unit_test(what_is_too_unlikely_is_left_out_and_counted),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(subjects_meet_the_same_faults_where_one_stands_for_the_other),
        cmocka_unit_test(what_failed_once_succeeds_when_a_human_tries_again),
        cmocka_unit_test(histories_say_why_unless_nobody_knows),
        cmocka_unit_test(a_lost_reply_publishes_twice),
        cmocka_unit_test(a_server_has_faults_of_its_own),
        cmocka_unit_test(weights_of_both_add_up),
        cmocka_unit_test(servers_are_shared_by_name),
        cmocka_unit_test(a_world_that_cannot_be_played_is_said),
        cmocka_unit_test(samples_lie_around_what_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
