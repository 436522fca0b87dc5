#include "harness/explore/compare.h"

#include "harness/explore/sample.h"
#include "harness/explore/served.h"
#include "harness/shell.h"

static const size_t WORLDS = 4000, LEAST_WORLDS = 100, DRAWN = 3;
static const size_t MOST_ENTRIES = 10000000; /* some seconds of one processor */
static const double LEAST_WEIGHT = 1e-7;     /* one in ten million */
enum { ROUNDS = 200, DRAW_ROUNDS_SEED = 7 };

const uint32_t rh_compared_percentiles[RH_PERCENTILES] = {500, 950, 990};

typedef struct comparer {
    rh_arena *arena;
    const rh_compare_options *options;
    rh_comparison *comparison;
    size_t count;                  /* of engines */
    const rh_subject **subjects;   /* of each */
    rh_expected_effects *expected; /* of each */
} comparer;

/* ---- plans ----------------------------------------------------------------------------------- */

/* Faults by their points; what was no call's as the outages that came of it. */
static void put_faults(rh_text *text, const rh_plan *plan, const rh_journal *journal)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->strikes[i].point->is_call)
            continue;
        rh_text word = rh_text_in(text->arena);
        rh_point_write(&word, plan->strikes[i].point);
        rh_text_printf(&word, "=%s", plan->strikes[i].risk->fault->name);
        rh_text_puts(text, " --fault ");
        rh_shell_word(text, rh_text_string(&word));
    }
    for (size_t i = 0; i < journal->count; i++) {
        const char *option = rh_served_option(text->arena, journal, &journal->entries[i]);
        if (option)
            rh_text_printf(text, " %s", option);
    }
}

/* On the first engine that the plan touches, or the first of all if it touches none. */
static const char *replay_of(const comparer *c, const rh_played_plan *played,
                             const rh_outcome *outcomes)
{
    size_t at = 0;
    while (played->plan->count && at < c->count && !outcomes[at].faults)
        at++;
    const rh_contender *engine = at < c->count ? &c->options->contenders[at] : NULL;
    if (!engine || !engine->run)
        return NULL;
    rh_text text = rh_text_in(played->arena);
    rh_text_puts(&text, engine->run);
    put_faults(&text, played->plan, played->journals[at]);
    if (engine->is_file && outcomes[at].reruns)
        rh_text_puts(&text, " --rerun failed");
    return rh_text_string(&text);
}

static void look_closely(const comparer *c, const rh_played_plan *played, rh_compared *compared)
{
    rh_record *records = RH_NEW_ARRAY(played->arena, rh_record, c->count);
    const char **failed = RH_NEW_ARRAY(played->arena, const char *, c->count);
    for (size_t i = 0; i < c->count; i++) {
        records[i] = rh_record_of(played->arena, played->journals[i]);
        failed[i] = rh_ending_text(played->arena, played->journals[i]);
    }
    compared->records = records;
    compared->what_failed = failed;
    compared->replay = replay_of(c, played, compared->outcomes);
}

static void look(void *data, const rh_played_plan *played, void *slot)
{
    const comparer *c = data;
    rh_compared *compared = slot;
    rh_outcome *outcomes = RH_NEW_ARRAY(played->arena, rh_outcome, c->count);
    for (size_t i = 0; i < c->count; i++) {
        const rh_journal *journal = played->journals[i];
        if (played->number == 0)
            c->expected[i] = rh_expected_effects_of(c->arena, journal, c->subjects[i]->request);
        rh_outcome_read(played->scratch, journal, &c->expected[i], &played->humans[i],
                        &outcomes[i]);
    }
    compared->outcomes = outcomes;
    if (played->plan->count <= 1)
        look_closely(c, played, compared);
}

static void add_to(rh_engine *engine, const rh_outcome *outcome, const double *weights, double *red)
{
    double weight = weights[0];
    for (size_t k = 0; k < RH_WEIGHTS; k++) {
        engine->success[k] += rh_outcome_is_good_alone(outcome) ? weights[k] : 0;
        engine->eventual[k] += outcome->last == RH_ENDING_SUCCESS ? weights[k] : 0;
    }
    engine->silent += outcome->is_silent ? weight : 0;
    engine->was_half += outcome->was_half ? weight : 0;
    engine->stays_half += outcome->is_half ? weight : 0;
    engine->duplicates += outcome->duplicates ? weight : 0;
    engine->tainted += outcome->tainted ? weight : 0;
    engine->stuck += outcome->last == RH_ENDING_STUCK ? weight : 0;
    engine->interventions += weight * outcome->interventions;
    engine->wasted_minutes += weight * ((double)outcome->wasted / 60e9);
    engine->work_minutes += weight * ((double)outcome->work / 60e9);
    engine->usd += weight * ((double)outcome->micro_usd / 1e6);
    engine->makespan_minutes += weight * ((double)outcome->makespan / 60e9);
    if (outcome->noticed >= 0) {
        engine->noticed_minutes += weight * ((double)outcome->noticed / 60e9);
        *red += weight;
    }
}

/* Faults that come alone and reach the engine, each by its probability. */
static void sum_up_records(rh_engine *engine, size_t at, const rh_comparison *comparison)
{
    double mass = 0;
    for (size_t i = 1; i < comparison->plan_count && comparison->plans[i].plan->count == 1; i++) {
        const rh_compared *compared = &comparison->plans[i];
        double weight = compared->plan->weights[0];
        if (!compared->records || compared->records[at].kind == RH_RECORD_NONE)
            continue;
        mass += weight;
        engine->records[compared->records[at].kind] += weight;
        engine->causes += compared->records[at].has_cause ? weight : 0;
        engine->attempts += weight * compared->records[at].attempts;
    }
    for (size_t k = 0; k < RH_RECORD_KINDS && mass > 0; k++)
        engine->records[k] /= mass;
    engine->causes = mass > 0 ? engine->causes / mass : 0;
    engine->attempts = mass > 0 ? engine->attempts / mass : 0;
}

static void sum_up(rh_engine *engine, size_t at, const rh_comparison *comparison)
{
    double red = 0, mass = 1 - comparison->rest[0];
    for (size_t i = 0; i < comparison->plan_count; i++)
        if (comparison->plans[i].outcomes)
            add_to(engine, &comparison->plans[i].outcomes[at], comparison->plans[i].plan->weights,
                   &red);
    double *means[] = {&engine->interventions, &engine->wasted_minutes, &engine->work_minutes,
                       &engine->usd, &engine->makespan_minutes};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        *means[i] /= mass;
    engine->noticed_minutes = red > 0 ? engine->noticed_minutes / red : 0;
    sum_up_records(engine, at, comparison);
}

/* What was not looked at; no less than nothing, whatever rounding says. */
static void find_rest(rh_comparison *comparison)
{
    for (size_t k = 0; k < RH_WEIGHTS; k++) {
        double rest = 1 - comparison->exploration.mass[k];
        comparison->rest[k] = rest > 1e-15 ? rest : 0;
    }
}

static int explore(comparer *c, rh_error *error)
{
    const rh_compare_options *options = c->options;
    rh_comparison *comparison = c->comparison;
    const rh_explore_options explore = {
        .subjects = c->subjects,
        .subject_count = c->count,
        .most_faults = options->most_faults,
        .most_plans = options->most_plans,
        .most_entries = options->most_entries ? options->most_entries : MOST_ENTRIES,
        .least_weight = LEAST_WEIGHT,
        .jobs = options->jobs,
        .slot_size = sizeof(rh_compared),
        .look = look,
        .data = c,
    };
    if (rh_explore(&explore, &comparison->exploration, error) != 0)
        return -1;
    const rh_exploration *found = &comparison->exploration;
    rh_compared *plans = RH_NEW_ARRAY(c->arena, rh_compared, found->count);
    for (size_t i = 0; i < found->count; i++) {
        plans[i] = *(const rh_compared *)found->plans[i].slot;
        plans[i].plan = &found->plans[i];
    }
    comparison->plans = plans;
    comparison->plan_count = found->count;
    comparison->most_faults = found->most_faults;
    comparison->left_out = found->left_out;
    comparison->likeliest_count = found->likeliest_count;
    comparison->unlikely_count = found->unlikely_count;
    comparison->point_count = found->point_count;
    comparison->problem = found->problem;
    find_rest(comparison);
    for (size_t i = 0; i < c->count; i++) {
        comparison->engines[i].good = plans[0].outcomes[i];
        comparison->engines[i].effect_count = c->expected[i].count;
        sum_up(&comparison->engines[i], i, comparison);
    }
    return 0;
}

/* ---- the worst ------------------------------------------------------------------------------- */

unsigned rh_outcome_harm(const rh_outcome *outcome)
{
    if (outcome->last == RH_ENDING_STUCK || outcome->is_half)
        return 6;
    if (outcome->is_silent)
        return 5;
    if (outcome->duplicates)
        return 4;
    if (outcome->was_half)
        return 3;
    return !rh_outcome_is_good_alone(outcome) ? 2 : outcome->wasted > 0;
}

/* On the engines from `first` to `end`. */
static unsigned harm_of(const rh_compared *compared, size_t first, size_t end)
{
    unsigned most = 0;
    for (size_t i = first; i < end; i++) {
        unsigned harm = rh_outcome_harm(&compared->outcomes[i]);
        most = harm > most ? harm : most;
    }
    return most;
}

/* Equally bad and likely ones stay in the order of discovery. */
static void insert(const rh_compared **list, size_t count, const rh_compared *compared,
                   size_t first, size_t end)
{
    unsigned harm = harm_of(compared, first, end);
    for (; count; count--) {
        const rh_compared *before = list[count - 1];
        unsigned other = harm_of(before, first, end);
        if (harm < other ||
            (harm == other && compared->plan->weights[0] <= before->plan->weights[0]))
            break;
        list[count] = before;
    }
    list[count] = compared;
}

/* Plans of one fault, by harm: on the first engine; those that only others meet, on them. */
static void order_by_harm(comparer *c)
{
    rh_comparison *comparison = c->comparison;
    const rh_compared **worst = RH_NEW_ARRAY(c->arena, const rh_compared *, comparison->plan_count);
    const rh_compared **others =
        RH_NEW_ARRAY(c->arena, const rh_compared *, comparison->plan_count);
    for (size_t i = 1; i < comparison->plan_count && comparison->plans[i].plan->count == 1; i++) {
        const rh_compared *compared = &comparison->plans[i];
        if (!compared->outcomes)
            continue;
        if (compared->outcomes[0].faults)
            insert(worst, comparison->worst_count++, compared, 0, 1);
        else
            insert(others, comparison->other_count++, compared, 1, c->count);
    }
    comparison->worst = worst;
    comparison->others = others;
}

static void look_at_bars(void *data, const rh_played_plan *played, void *slot)
{
    const comparer *c = data;
    rh_gantt *gantts = RH_NEW_ARRAY(c->arena, rh_gantt, c->count);
    for (size_t i = 0; i < c->count; i++)
        gantts[i] =
            rh_gantt_read(c->arena, played->scratch, played->journals[i], &played->humans[i]);
    *(const rh_gantt **)slot = gantts;
}

/* The plan without faults, then the worst, each of another kind of harm if there are enough. */
static int draw_plans(comparer *c, rh_error *error)
{
    rh_comparison *comparison = c->comparison;
    size_t most = c->options->drawn_plans ? c->options->drawn_plans : DRAWN;
    rh_drawn_plan *drawn = RH_NEW_ARRAY(c->arena, rh_drawn_plan, most + 1);
    bool taken[8] = {false};
    size_t count = 0;
    drawn[count++].compared = &comparison->plans[0];
    for (size_t i = 0; i < comparison->worst_count && count <= most; i++) {
        unsigned harm = rh_outcome_harm(&comparison->worst[i]->outcomes[0]);
        if (harm && !taken[harm])
            drawn[count++].compared = comparison->worst[i];
        taken[harm] = true;
    }
    for (size_t i = 0; i < count; i++)
        if (rh_explore_plan(c->subjects, c->count, drawn[i].compared->plan, look_at_bars, c,
                            &drawn[i].gantts, error) != 0)
            return -1;
    comparison->drawn = drawn;
    comparison->drawn_count = count;
    return 0;
}

/* ---- samples --------------------------------------------------------------------------------- */

static void look_at_sample(void *data, const rh_played_plan *played, void *slot)
{
    const comparer *c = data;
    rh_outcome *outcomes = slot;
    for (size_t i = 0; i < c->count; i++)
        rh_outcome_read(played->scratch, played->journals[i], &c->expected[i], &played->humans[i],
                        &outcomes[i]);
}

static void sum_up_sample(comparer *c, const rh_outcome *outcomes, size_t worlds, size_t at)
{
    rh_engine *engine = &c->comparison->engines[at];
    int64_t *makespans = RH_NEW_ARRAY(c->arena, int64_t, worlds);
    int64_t *firsts = RH_NEW_ARRAY(c->arena, int64_t, worlds);
    double *usd = RH_NEW_ARRAY(c->arena, double, worlds);
    double *wasted = RH_NEW_ARRAY(c->arena, double, worlds);
    double *interventions = RH_NEW_ARRAY(c->arena, double, worlds);
    uint64_t good = 0;
    for (size_t i = 0; i < worlds; i++) {
        const rh_outcome *mine = &outcomes[i * c->count + at], *first = &outcomes[i * c->count];
        makespans[i] = mine->makespan;
        firsts[i] = first->makespan;
        usd[i] = (double)mine->micro_usd / 1e6;
        wasted[i] = (double)mine->wasted / 60e9;
        interventions[i] = mine->interventions;
        good += rh_outcome_is_good_alone(mine);
        engine->gained += rh_outcome_is_good_alone(mine) && !rh_outcome_is_good_alone(first);
        engine->lost += !rh_outcome_is_good_alone(mine) && rh_outcome_is_good_alone(first);
    }
    engine->sampled_success = rh_proportion(good, worlds);
    engine->success_difference = rh_paired_difference(engine->gained, engine->lost, worlds);
    engine->sampled_usd = rh_mean(usd, worlds);
    engine->sampled_wasted = rh_mean(wasted, worlds);
    engine->sampled_interventions = rh_mean(interventions, worlds);
    for (size_t k = 0; k < RH_PERCENTILES && at > 0; k++)
        engine->makespan_difference[k] =
            rh_paired_percentile(c->arena, firsts, makespans, worlds, rh_compared_percentiles[k],
                                 ROUNDS, DRAW_ROUNDS_SEED);
    rh_sort(c->arena, makespans, worlds);
    engine->makespans = makespans;
    for (size_t k = 0; k < RH_PERCENTILES; k++)
        engine->makespan[k] = rh_percentile_of(makespans, worlds, rh_compared_percentiles[k]);
}

static size_t count_worlds(const comparer *c)
{
    const rh_compare_options *options = c->options;
    size_t entries = c->comparison->exploration.entries;
    size_t most = (options->most_entries ? options->most_entries : MOST_ENTRIES) / entries;
    if (options->worlds)
        return options->worlds;
    if (most >= WORLDS)
        return WORLDS;
    c->comparison->fewer_than = WORLDS;
    return most > LEAST_WORLDS ? most : LEAST_WORLDS;
}

static int sample(comparer *c, rh_error *error)
{
    const rh_compare_options *options = c->options;
    size_t worlds = count_worlds(c);
    const rh_sample_options sample = {
        .subjects = c->subjects,
        .subject_count = c->count,
        .worlds = worlds,
        .seed = options->seed ? options->seed : 1,
        .jobs = options->jobs,
        .slot_size = c->count * sizeof(rh_outcome),
        .look = look_at_sample,
        .data = c,
        .arena = c->arena,
    };
    const rh_outcome *outcomes = rh_sample(&sample, error);
    if (!outcomes)
        return -1;
    c->comparison->worlds = worlds;
    c->comparison->seed = sample.seed;
    for (size_t i = 0; i < c->count; i++)
        sum_up_sample(c, outcomes, worlds, i);
    return 0;
}

/* ---- all ------------------------------------------------------------------------------------- */

int rh_compare(rh_arena *arena, const rh_compare_options *options, rh_comparison *comparison,
               rh_error *error)
{
    size_t count = options->contender_count;
    comparer c = {arena,
                  options,
                  comparison,
                  count,
                  RH_NEW_ARRAY(arena, const rh_subject *, count),
                  RH_NEW_ARRAY(arena, rh_expected_effects, count)};
    *comparison =
        (rh_comparison){.engines = RH_NEW_ARRAY(arena, rh_engine, count), .engine_count = count};
    for (size_t i = 0; i < count; i++) {
        c.subjects[i] = comparison->engines[i].subject = options->contenders[i].subject;
        comparison->engines[i].phrase = options->contenders[i].phrase;
        comparison->engines[i].about = options->contenders[i].about;
    }
    if (explore(&c, error) != 0)
        return -1;
    order_by_harm(&c);
    return draw_plans(&c, error) != 0 || sample(&c, error) != 0 ? -1 : 0;
}

void rh_comparison_free(rh_comparison *comparison)
{
    rh_exploration_free(&comparison->exploration);
}
