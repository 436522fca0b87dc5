#include "harness/explore/explore.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const size_t MOST_PLANS = 200000;
static const uint32_t MOST_AGAIN = 3;
enum { MOST_JOBS = 64 };

/* A plan that is one fault longer than the one whose play it came from. */
typedef struct rh_child_plan {
    rh_strike strike;
    uint32_t from; /* position behind it in the list of points that were met */
} child_plan;

/* A plan of the level that is played. */
typedef struct task {
    rh_plan plan;
    uint32_t from; /* points before this position succeed: others have tried them */
    child_plan *children;
    size_t child_count;
} task;

/* What a thread has. */
typedef struct explorer {
    const rh_explore_options *options;
    struct rh_explorers *all;
    rh_arena arena;
    rh_arena scratch;
    rh_prompter prompter;
    rh_env **envs;
    const rh_journal **journals;
    uint32_t *again;
    const rh_plan *plan; /* that is played */
    const char *problem; /* of this plan */
} explorer;

struct rh_explorers {
    rh_explore_options options;
    explorer *explorers;
    size_t count;
    rh_arena arena; /* of the result */
    rh_plan *plans;
    size_t plan_count, plan_capacity;
    task *tasks; /* of the level */
    size_t task_count;
    size_t first_number; /* of the first plan of the level */
    bool wants_children;
    atomic_size_t next;
    atomic_size_t children; /* of all plans of the level */
    const char **problems;  /* of each plan of the level */
};

/* ---- one plan -------------------------------------------------------------------------------- */

static const rh_fault *decide(void *data, const rh_point *point, rh_script *script)
{
    const explorer *e = data;
    (void)script;
    for (size_t i = 0; i < e->plan->count; i++)
        if (e->plan->strikes[i].point->identity == point->identity)
            return e->plan->strikes[i].risk->fault;
    return NULL;
}

static uint32_t play_subject(explorer *e, const rh_subject *subject, rh_env *env)
{
    size_t problems = rh_env_problem_count(env);
    uint32_t again = 0;
    rh_prompter_enter(&e->prompter, subject, env);
    rh_env_restart(env);
    subject->start(env, subject->data);
    rh_play(env);
    while (again < e->options->most_again && subject->again && !e->problem &&
           rh_env_problem_count(env) == problems && subject->again(env, again + 1, subject->data)) {
        again++;
        rh_play(env);
    }
    if (rh_env_problem_count(env) > problems && !e->problem)
        e->problem = rh_env_problem(env, problems)->message;
    return again;
}

/* Of the points that were met exactly those of the plan failed, each in its way. */
static double weigh(const explorer *e)
{
    double weight = 1;
    for (size_t i = 0; i < e->prompter.asked_count; i++) {
        const rh_point *point = e->prompter.asked[i];
        uint32_t per_million = 1000000 - point->risks.per_million;
        for (size_t k = 0; k < e->plan->count; k++)
            if (e->plan->strikes[k].point->identity == point->identity)
                per_million = e->plan->strikes[k].risk->per_million;
        weight *= per_million / 1e6;
    }
    return weight;
}

static size_t count_children(const explorer *e, uint32_t from)
{
    size_t count = 0;
    for (size_t i = from; i < e->prompter.asked_count; i++)
        count += e->prompter.asked[i]->risks.count;
    return count;
}

static void find_children(explorer *e, task *t)
{
    t->child_count = count_children(e, t->from);
    size_t all = atomic_fetch_add(&e->all->children, t->child_count) + t->child_count;
    if (all > e->options->most_plans)
        return; /* there will be no such level */
    t->children = RH_NEW_ARRAY(&e->arena, child_plan, t->child_count);
    child_plan *child = t->children;
    for (size_t i = t->from; i < e->prompter.asked_count; i++) {
        const rh_point *point = e->prompter.asked[i];
        for (size_t k = 0; k < point->risks.count; k++)
            *child++ = (child_plan){{point, &point->risks.items[k]}, (uint32_t)(i + 1)};
    }
}

static void look(explorer *e, task *t, size_t number)
{
    const rh_explore_options *options = e->options;
    if (!options->look || e->problem)
        return;
    rh_arena_reset(&e->scratch);
    const rh_played_plan played = {&t->plan, number, e->journals, e->again, &e->arena, &e->scratch};
    options->look(options->data, &played, t->plan.slot);
}

static void play_plan(explorer *e, task *t, size_t number)
{
    const rh_explore_options *options = e->options;
    e->plan = &t->plan;
    e->problem = NULL;
    rh_prompter_clear(&e->prompter);
    for (size_t i = 0; i < options->subject_count; i++) {
        e->again[i] = play_subject(e, options->subjects[i], e->envs[i]);
        e->journals[i] = rh_env_journal(e->envs[i]);
    }
    t->plan.weight = weigh(e);
    if (options->slot_size)
        t->plan.slot = rh_arena_zeroed(&e->arena, options->slot_size);
    look(e, t, number);
    if (e->all->wants_children && !e->problem)
        find_children(e, t);
    e->all->problems[number - e->all->first_number] = e->problem;
}

/* ---- levels ---------------------------------------------------------------------------------- */

static void *work(void *data)
{
    explorer *e = data;
    size_t at;
    while ((at = atomic_fetch_add(&e->all->next, 1)) < e->all->task_count)
        play_plan(e, &e->all->tasks[at], e->all->first_number + at);
    return NULL;
}

static void play_level(struct rh_explorers *all)
{
    pthread_t threads[MOST_JOBS];
    bool runs[MOST_JOBS] = {false};
    atomic_store(&all->next, 0);
    atomic_store(&all->children, 0);
    all->problems = RH_NEW_ARRAY(&all->arena, const char *, all->task_count);
    for (size_t i = 1; i < all->count && i < all->task_count; i++)
        runs[i] = pthread_create(&threads[i], NULL, work, &all->explorers[i]) == 0;
    work(&all->explorers[0]);
    for (size_t i = 1; i < all->count; i++)
        if (runs[i])
            pthread_join(threads[i], NULL);
}

/* Those of the level that was played become results, their children the next level. */
static void next_level(struct rh_explorers *all, bool goes_on)
{
    rh_arena *arena = &all->arena;
    task *tasks = goes_on ? RH_NEW_ARRAY(arena, task, atomic_load(&all->children)) : NULL;
    size_t count = 0;
    all->plans = rh_arena_reserve(arena, all->plans, sizeof *all->plans,
                                  all->plan_count + all->task_count, &all->plan_capacity);
    for (size_t i = 0; i < all->task_count; i++) {
        const task *t = &all->tasks[i];
        all->plans[all->plan_count++] = t->plan;
        for (size_t k = 0; goes_on && t->children && k < t->child_count; k++) {
            rh_strike *strikes = RH_NEW_ARRAY(arena, rh_strike, t->plan.count + 1);
            if (t->plan.count)
                memcpy(strikes, t->plan.strikes, t->plan.count * sizeof *strikes);
            strikes[t->plan.count] = t->children[k].strike;
            tasks[count++] = (task){.plan = {.strikes = strikes, .count = t->plan.count + 1},
                                    .from = t->children[k].from};
        }
    }
    all->first_number += all->task_count;
    all->tasks = tasks;
    all->task_count = count;
}

/* ---- all ------------------------------------------------------------------------------------- */

static int prepare_explorer(struct rh_explorers *all, explorer *e, rh_error *error)
{
    const rh_explore_options *options = &all->options;
    *e = (explorer){.options = options, .all = all};
    rh_arena_init(&e->arena, NULL, NULL);
    rh_arena_init(&e->scratch, NULL, NULL);
    rh_prompter_init(&e->prompter, &e->arena);
    e->prompter.unlikely = options->unlikely;
    e->prompter.decide = decide;
    e->prompter.data = e;
    e->envs = RH_NEW_ARRAY(&e->arena, rh_env *, options->subject_count);
    e->journals = RH_NEW_ARRAY(&e->arena, const rh_journal *, options->subject_count);
    e->again = RH_NEW_ARRAY(&e->arena, uint32_t, options->subject_count);
    all->count++;
    for (size_t i = 0; i < options->subject_count; i++) {
        const rh_subject *subject = options->subjects[i];
        rh_env *env = e->envs[i] = rh_env_create(subject->module);
        if (!env)
            return rh_error_set(error, NULL, 0, 0, "out of memory");
        if (subject->given && subject->given(env, subject->data, error) != 0)
            return -1;
        if (rh_env_problem_count(env))
            return rh_error_set(error, NULL, 0, 0, "%s: %s", subject->name,
                                rh_env_problem(env, 0)->message);
    }
    return 0;
}

static size_t count_points(struct rh_explorers *all)
{
    rh_counter points;
    rh_counter_init(&points, &all->arena);
    for (size_t i = 0; i < all->count; i++) {
        const rh_prompter *prompter = &all->explorers[i].prompter;
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
    exploration->point_count = count_points(all);
    for (size_t i = 0; i < all->plan_count; i++)
        exploration->mass += all->plans[i].weight;
}

static int explore(struct rh_explorers *all, rh_exploration *exploration, rh_error *error)
{
    const rh_explore_options *options = &all->options;
    all->explorers = RH_NEW_ARRAY(&all->arena, explorer, options->jobs);
    for (size_t i = 0; i < options->jobs; i++)
        if (prepare_explorer(all, &all->explorers[i], error) != 0)
            return -1;
    all->tasks = RH_NEW(&all->arena, task);
    all->task_count = 1;
    for (uint32_t level = 0;; level++) {
        all->wants_children = level < options->most_faults;
        play_level(all);
        note_problem(all, exploration);
        if (level == 0 && exploration->problem)
            return rh_error_set(error, NULL, 0, 0, "%s", exploration->problem);
        exploration->most_faults = level;
        size_t children = atomic_load(&all->children);
        bool fits = all->first_number + all->task_count + children <= options->most_plans;
        next_level(all, all->wants_children && fits);
        if (!fits)
            exploration->left_out = children;
        if (!all->wants_children || !fits)
            break;
        if (!all->task_count) { /* there are no more points: this was everything */
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
    filled->most_again = options->most_again ? options->most_again : MOST_AGAIN;
    filled->jobs = options->jobs ? options->jobs : 1;
    if (filled->jobs > MOST_JOBS)
        filled->jobs = MOST_JOBS;
    return explore(all, exploration, error);
}

void rh_exploration_free(rh_exploration *exploration)
{
    struct rh_explorers *all = exploration->memory;
    for (size_t i = 0; all && i < all->count; i++) {
        explorer *e = &all->explorers[i];
        for (size_t k = 0; k < all->options.subject_count; k++)
            rh_env_destroy(e->envs[k]);
        rh_prompter_free(&e->prompter);
        rh_arena_free(&e->scratch);
        rh_arena_free(&e->arena);
    }
    if (all)
        rh_arena_free(&all->arena);
    free(all);
    *exploration = (rh_exploration){0};
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
