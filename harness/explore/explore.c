#include "harness/explore/explore.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "harness/explore/explorer.h"
#include "harness/explore/statistics.h"
#include "sim/base/hash.h"

static const size_t MOST_PLANS = 200000;
static const uint32_t MOST_AGAIN = 3;

/* A plan that is one fault longer than the one whose play it came from. */
typedef struct rh_child_plan {
    rh_strike strike;
    uint32_t from; /* position behind it in the list of points that were met */
    double weight; /* before the points that only it reaches */
} child_plan;

/* A plan of the level that is played. */
typedef struct task {
    rh_plan plan;
    uint32_t from; /* points before this position succeed: others have tried them */
    child_plan *children;
    size_t child_count, unlikely_count, passed_over;
} task;

/* What a thread has. */
typedef struct searcher {
    rh_explorer explorer;
    struct rh_explorers *all;
    const rh_plan *plan; /* that is played */
} searcher;

struct rh_explorers {
    rh_explore_options options;
    searcher *searchers;
    void **threads; /* the same, each by itself */
    size_t count;
    rh_arena arena; /* of the result */
    rh_plan *plans;
    size_t plan_count, plan_capacity;
    task *tasks; /* of the level */
    size_t task_count;
    size_t unlikely_count;
    size_t entries;         /* of the plan without faults, and */
    size_t passed_over;     /* points in it that others stood for, as only so many */
    uint32_t most_of_place; /* of a place fail, */
    bool mixes_variants;    /* whatever leg they are in */
    size_t wanted;          /* plans of up to one fault, if there were room */
    size_t first_number;    /* of the first plan of the level */
    bool wants_children;
    atomic_size_t next;
    atomic_size_t children; /* of all plans of the level */
    const char **problems;  /* of each plan of the level */
};

/* ---- one plan -------------------------------------------------------------------------------- */

static const rh_fault *decide(void *data, const rh_point *point, rh_script *script)
{
    const searcher *s = data;
    (void)script;
    for (size_t i = 0; i < s->plan->count; i++)
        if (s->plan->strikes[i].point->identity == point->identity)
            return s->plan->strikes[i].risk->fault;
    return NULL;
}

const double rh_weight_factors[RH_WEIGHTS] = {1, 0.1, 10};

/* That a point fails in one of its ways; at ten times the rates no more than always. */
static double scaled(uint32_t per_million, uint32_t of_all, double factor)
{
    double all = of_all / 1e6 * factor;
    return per_million / 1e6 * factor / (all > 1 ? all : 1);
}

static double weigh_point(const rh_plan *plan, const rh_point *point, double factor)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->strikes[i].point->identity == point->identity)
            return scaled(plan->strikes[i].risk->per_million, point->risks.per_million, factor);
    return 1 - scaled(point->risks.per_million, point->risks.per_million, factor);
}

/* Of the points that were met exactly those of the plan failed, each in its way. */
static void weigh(const searcher *s, rh_plan *plan)
{
    const rh_prompter *prompter = &s->explorer.prompter;
    for (size_t k = 0; k < RH_WEIGHTS; k++) {
        plan->weights[k] = 1;
        for (size_t i = 0; i < prompter->asked_count; i++)
            plan->weights[k] *= weigh_point(plan, prompter->asked[i], rh_weight_factors[k]);
    }
}

/* Whether so many points of the same place come before it. */
static bool is_passed_over(const searcher *s, rh_counter *places, const rh_point *point)
{
    uint32_t most = s->all->most_of_place;
    if (!most || !point->file)
        return false;
    uint64_t place =
        rh_hash_mix(rh_hash_string(point->file), ((uint64_t)point->line << 32) | point->column);
    place = rh_hash_mix(place, point->level);
    if (!s->all->mixes_variants)
        place = rh_hash_mix(place, point->variant);
    return rh_counter_add(places, place) > most;
}

/* What the plan with one more fault weighs, before the points that only it reaches. */
static double weigh_child(const task *t, const rh_point *point, size_t risk)
{
    double succeeds = 1 - scaled(point->risks.per_million, point->risks.per_million, 1);
    double fails = scaled(point->risks.items[risk].per_million, point->risks.per_million, 1);
    return succeeds > 0 ? t->plan.weights[0] * fails / succeeds : INFINITY;
}

/* One fault that comes alone is always worth a look. */
static bool is_likely_enough(const searcher *s, const task *t, const rh_point *point, size_t risk)
{
    return !t->plan.count || weigh_child(t, point, risk) >= s->all->options.least_weight;
}

/* Which points may fail, from where the plan's own end. */
static bool *choose_points(searcher *s, task *t)
{
    const rh_prompter *prompter = &s->explorer.prompter;
    bool *chosen = RH_NEW_ARRAY(&s->explorer.scratch, bool, prompter->asked_count + 1);
    rh_counter places;
    rh_counter_init(&places, &s->explorer.scratch);
    t->child_count = t->unlikely_count = t->passed_over = 0;
    for (size_t i = 0; i < prompter->asked_count; i++) {
        const rh_point *point = prompter->asked[i];
        bool is_passed = is_passed_over(s, &places, point);
        chosen[i] = !is_passed && i >= t->from;
        t->passed_over += is_passed && point->risks.count;
        for (size_t k = 0; chosen[i] && k < point->risks.count; k++) {
            bool is_likely = is_likely_enough(s, t, point, k);
            t->child_count += is_likely;
            t->unlikely_count += !is_likely;
        }
    }
    return chosen;
}

/* How many plans may be played in all. */
static size_t most_plans(const struct rh_explorers *all)
{
    const rh_explore_options *options = &all->options;
    size_t most = options->most_plans;
    if (options->most_entries && all->entries && options->most_entries / all->entries < most)
        most = options->most_entries / all->entries;
    return most > 1 ? most : 1;
}

/* The first one decides how many points of a place fail in all of them. */
static const bool *choose_for_all(searcher *s, task *t)
{
    struct rh_explorers *all = s->all;
    const bool *chosen = choose_points(s, t);
    if (t->plan.count)
        return chosen;
    all->wanted = t->child_count + 1;
    if (all->most_of_place > 1 && t->child_count >= most_plans(all)) {
        all->most_of_place = 1;
        chosen = choose_points(s, t);
    }
    if (all->most_of_place && t->child_count >= most_plans(all)) {
        all->mixes_variants = true;
        chosen = choose_points(s, t);
    }
    all->passed_over = t->passed_over;
    return chosen;
}

static void find_children(searcher *s, task *t)
{
    const rh_prompter *prompter = &s->explorer.prompter;
    const bool *chosen = choose_for_all(s, t);
    size_t all = atomic_fetch_add(&s->all->children, t->child_count) + t->child_count;
    if (all > s->all->options.most_plans)
        return; /* there will be no such level */
    t->children = RH_NEW_ARRAY(&s->explorer.arena, child_plan, t->child_count);
    child_plan *child = t->children;
    for (size_t i = t->from; i < prompter->asked_count; i++) {
        const rh_point *point = prompter->asked[i];
        for (size_t k = 0; chosen[i] && k < point->risks.count; k++)
            if (is_likely_enough(s, t, point, k))
                *child++ = (child_plan){{point, &point->risks.items[k]},
                                        (uint32_t)(i + 1),
                                        weigh_child(t, point, k)};
    }
}

static void look(searcher *s, task *t, size_t number)
{
    const rh_explore_options *options = &s->all->options;
    rh_explorer *e = &s->explorer;
    if (!options->look || e->problem)
        return;
    rh_arena_reset(&e->scratch);
    const rh_played_plan played = {&t->plan,  number,    e->journals,
                                   e->humans, &e->arena, &e->scratch};
    options->look(options->data, &played, t->plan.slot);
}

static void play_plan(searcher *s, task *t, size_t number)
{
    struct rh_explorers *all = s->all;
    s->plan = &t->plan;
    rh_explorer_play(&s->explorer, 0);
    weigh(s, &t->plan);
    for (size_t i = 0; number == 0 && i < all->options.subject_count; i++)
        all->entries += s->explorer.journals[i]->count;
    if (all->options.slot_size)
        t->plan.slot = rh_arena_zeroed(&s->explorer.arena, all->options.slot_size);
    look(s, t, number);
    if (all->wants_children && !s->explorer.problem)
        find_children(s, t);
    all->problems[number - all->first_number] = s->explorer.problem;
}

/* ---- levels ---------------------------------------------------------------------------------- */

static void *work(void *data)
{
    searcher *s = data;
    size_t at;
    while ((at = atomic_fetch_add(&s->all->next, 1)) < s->all->task_count)
        play_plan(s, &s->all->tasks[at], s->all->first_number + at);
    return NULL;
}

static void play_level(struct rh_explorers *all)
{
    atomic_store(&all->next, 0);
    atomic_store(&all->children, 0);
    all->problems = RH_NEW_ARRAY(&all->arena, const char *, all->task_count);
    rh_explorers_run(all->count < all->task_count ? all->count : all->task_count, work,
                     all->threads);
}

/* Weights are no less than 0, so their order is that of their bits. */
static int64_t order_of(double weight)
{
    int64_t bits;
    memcpy(&bits, &weight, sizeof bits);
    return bits;
}

/* Which children are played if there is room for so many only: the likeliest, of equally likely
 * ones the first. */
typedef struct selection {
    int64_t least;
    size_t of_least; /* so many of those that weigh no more than that */
} selection;

static selection select_likeliest(struct rh_explorers *all, size_t room)
{
    size_t count = 0, total = atomic_load(&all->children);
    if (room >= total)
        return (selection){-1, 0};
    if (!room)
        return (selection){INT64_MAX, 0};
    int64_t *orders = RH_NEW_ARRAY(&all->arena, int64_t, total);
    for (size_t i = 0; i < all->task_count; i++)
        for (size_t k = 0; k < all->tasks[i].child_count; k++)
            orders[count++] = order_of(all->tasks[i].children[k].weight);
    rh_sort(&all->arena, orders, total);
    selection selected = {orders[total - room], 0};
    for (size_t i = total - room; i < total && orders[i] == selected.least; i++)
        selected.of_least++;
    return selected;
}

static bool is_selected(selection *selected, const child_plan *child)
{
    int64_t order = order_of(child->weight);
    if (order != selected->least)
        return order > selected->least;
    return selected->of_least && selected->of_least--;
}

static void keep_level(struct rh_explorers *all)
{
    rh_arena *arena = &all->arena;
    all->plans = rh_arena_reserve(arena, all->plans, sizeof *all->plans,
                                  all->plan_count + all->task_count, &all->plan_capacity);
    for (size_t i = 0; i < all->task_count; i++) {
        all->unlikely_count += all->tasks[i].unlikely_count;
        all->plans[all->plan_count++] = all->tasks[i].plan;
    }
    all->first_number += all->task_count;
}

/* Children of the level that was played are the next one. */
static void next_level(struct rh_explorers *all)
{
    rh_arena *arena = &all->arena;
    size_t most = most_plans(all);
    selection selected = select_likeliest(all, most > all->plan_count ? most - all->plan_count : 0);
    task *tasks = RH_NEW_ARRAY(arena, task, atomic_load(&all->children));
    size_t count = 0;
    for (size_t i = 0; i < all->task_count; i++) {
        const task *t = &all->tasks[i];
        for (size_t k = 0; t->children && k < t->child_count; k++) {
            if (!is_selected(&selected, &t->children[k]))
                continue;
            rh_strike *strikes = RH_NEW_ARRAY(arena, rh_strike, t->plan.count + 1);
            if (t->plan.count)
                memcpy(strikes, t->plan.strikes, t->plan.count * sizeof *strikes);
            strikes[t->plan.count] = t->children[k].strike;
            tasks[count++] = (task){.plan = {.strikes = strikes, .count = t->plan.count + 1},
                                    .from = t->children[k].from};
        }
    }
    all->tasks = tasks;
    all->task_count = count;
}

/* ---- all ------------------------------------------------------------------------------------- */

static int prepare_searcher(struct rh_explorers *all, rh_error *error)
{
    const rh_explore_options *options = &all->options;
    searcher *s = &all->searchers[all->count];
    s->all = all;
    all->threads[all->count++] = s;
    if (rh_explorer_init(&s->explorer, options->subjects, options->subject_count,
                         options->most_again, error) != 0)
        return -1;
    s->explorer.prompter.unlikely = options->unlikely;
    s->explorer.prompter.decide = decide;
    s->explorer.prompter.data = s;
    return 0;
}

static size_t count_points(struct rh_explorers *all)
{
    rh_counter points;
    rh_counter_init(&points, &all->arena);
    for (size_t i = 0; i < all->count; i++) {
        const rh_prompter *prompter = &all->searchers[i].explorer.prompter;
        for (size_t k = 0; k < prompter->points_size; k++)
            if (prompter->points[k] && prompter->points[k]->risks.count)
                rh_counter_add(&points, prompter->points[k]->identity);
    }
    return points.used;
}

static void note_problem(struct rh_explorers *all, rh_exploration *exploration)
{
    for (size_t i = 0; i < all->task_count && !exploration->problem; i++) {
        const rh_plan *plan = &all->tasks[i].plan;
        exploration->problem = all->problems[i];
        if (exploration->problem && plan->count)
            exploration->problem_strike = plan->strikes[plan->count - 1];
    }
}

static void finish(struct rh_explorers *all, rh_exploration *exploration)
{
    exploration->plans = all->plans;
    exploration->count = all->plan_count;
    exploration->unlikely_count = all->unlikely_count;
    exploration->entries = all->entries;
    exploration->most_of_place = all->most_of_place;
    exploration->passed_over = all->passed_over;
    exploration->mixes_variants = all->mixes_variants;
    exploration->wanted = all->wanted;
    exploration->point_count = count_points(all);
    for (size_t i = 0; i < all->plan_count; i++)
        for (size_t k = 0; k < RH_WEIGHTS; k++)
            exploration->mass[k] += all->plans[i].weights[k];
}

static int explore(struct rh_explorers *all, rh_exploration *exploration, rh_error *error)
{
    const rh_explore_options *options = &all->options;
    all->searchers = RH_NEW_ARRAY(&all->arena, searcher, options->jobs);
    all->threads = RH_NEW_ARRAY(&all->arena, void *, options->jobs);
    for (size_t i = 0; i < options->jobs; i++)
        if (prepare_searcher(all, error) != 0)
            return -1;
    all->tasks = RH_NEW(&all->arena, task);
    all->task_count = 1;
    for (uint32_t level = 0;; level++) {
        all->wants_children = level < options->most_faults && !exploration->left_out;
        play_level(all);
        note_problem(all, exploration);
        if (level == 0 && exploration->problem)
            return rh_error_set(error, NULL, 0, 0, "%s", exploration->problem);
        keep_level(all);
        if (exploration->left_out)
            exploration->likeliest_count = all->task_count;
        else
            exploration->most_faults = level;
        if (!all->wants_children)
            break;
        size_t children = atomic_load(&all->children);
        exploration->left_out = children;
        if (all->plan_count + children > options->most_plans)
            break;
        next_level(all);
        exploration->left_out -= all->task_count;
        if (!children) { /* there are no more points: this was everything */
            exploration->most_faults = options->most_faults;
            break;
        }
    }
    finish(all, exploration);
    return 0;
}

int rh_explore(const rh_explore_options *options, rh_exploration *exploration, rh_error *error)
{
    *exploration = (rh_exploration){0};
    struct rh_explorers *all = calloc(1, sizeof *all);
    if (!all)
        return rh_error_set(error, NULL, 0, 0, "out of memory");
    rh_arena_init(&all->arena, NULL, NULL);
    exploration->memory = all;
    all->options = *options;
    rh_explore_options *filled = &all->options;
    filled->most_plans = options->most_plans ? options->most_plans : MOST_PLANS;
    all->most_of_place = options->most_of_place;
    filled->most_again = options->most_again ? options->most_again : MOST_AGAIN;
    filled->jobs = options->jobs ? options->jobs : 1;
    if (filled->jobs > RH_MOST_JOBS)
        filled->jobs = RH_MOST_JOBS;
    return explore(all, exploration, error);
}

void rh_exploration_free(rh_exploration *exploration)
{
    struct rh_explorers *all = exploration->memory;
    for (size_t i = 0; all && i < all->count; i++)
        rh_explorer_free(&all->searchers[i].explorer);
    if (all)
        rh_arena_free(&all->arena);
    free(all);
    *exploration = (rh_exploration){0};
}

int rh_explore_plan(const rh_subject *const *subjects, size_t subject_count, const rh_plan *plan,
                    rh_look *see, void *data, void *slot, rh_error *error)
{
    searcher s = {.plan = plan};
    rh_explorer *e = &s.explorer;
    int failed = rh_explorer_init(e, subjects, subject_count, MOST_AGAIN, error);
    if (!failed) {
        e->prompter.decide = decide;
        e->prompter.data = &s;
        rh_explorer_play(e, 0);
        if (e->problem)
            failed = rh_error_set(error, NULL, 0, 0, "%s", e->problem);
    }
    if (!failed) {
        const rh_played_plan played = {plan,      plan->count ? 1 : 0, e->journals,
                                       e->humans, &e->arena,           &e->scratch};
        see(data, &played, slot);
    }
    rh_explorer_free(e);
    return failed;
}

void rh_plan_write(rh_text *text, const rh_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        rh_text_puts(text, i ? " " : "");
        rh_point_write(text, plan->strikes[i].point);
        rh_text_printf(text, "=%s", plan->strikes[i].risk->fault->name);
    }
    if (!plan->count)
        rh_text_puts(text, "no fault");
}
