/* Rewriting expectations by the places of their nodes: everything else stays, byte for byte. */
#include "harness/env_state.h"
#include "harness/scenario_check_file.h"
#include "harness/scenario_shown.h"
#include "sim/base/timetext.h"

typedef struct comparison {
    rh_arena *arena;
    rh_env *env;
    const rh_scenario *scenario;
    rh_scenario_edits *edits;
    size_t begin, end; /* of the `expect:` that is looked at; an alias leads outside */
} comparison;

/* ---- edits ----------------------------------------------------------------------------------- */

static bool overlap(const rh_scenario_edit *edit, const rh_yaml *node)
{
    return edit->begin < node->end + (node->end == node->begin) && node->begin < edit->end;
}

/* Kept in the order of their places. What overlaps, and is not the same, is disputed. */
static void add_edit(const comparison *c, const rh_yaml *node, const char *text)
{
    rh_scenario_edits *list = c->edits;
    rh_scenario_edit edit = {node->begin, node->end, text, node->line, false};
    size_t at = 0;
    if (node->begin < c->begin || node->end > c->end)
        return;
    for (size_t i = 0; i < list->kept_count; i++)
        edit.is_disputed = edit.is_disputed || overlap(&list->kept[i], node);
    for (; at < list->count && list->items[at].begin <= node->begin; at++) {
        rh_scenario_edit *other = &list->items[at];
        if (other->begin == node->begin && other->end == node->end) {
            other->is_disputed = other->is_disputed || strcmp(other->text, text) != 0;
            return;
        }
    }
    for (size_t i = 0; i < list->count; i++)
        if (overlap(&list->items[i], node))
            edit.is_disputed = list->items[i].is_disputed = true;
    list->items = rh_arena_reserve(c->arena, list->items, sizeof *list->items, list->count + 1,
                                   &list->capacity);
    memmove(list->items + at + 1, list->items + at, (list->count - at) * sizeof *list->items);
    list->items[at] = edit;
    list->count++;
}

/* What holds for one test is not rewritten for another that shares it. */
static void keep(const comparison *c, const rh_yaml *node)
{
    rh_scenario_edits *list = c->edits;
    list->kept = rh_arena_reserve(c->arena, list->kept, sizeof *list->kept, list->kept_count + 1,
                                  &list->kept_capacity);
    list->kept[list->kept_count++] = (rh_scenario_edit){.begin = node->begin, .end = node->end};
    for (size_t i = 0; i < list->count; i++)
        if (overlap(&list->items[i], node))
            list->items[i].is_disputed = true;
}

static void replace(const comparison *c, const rh_yaml *node, rh_text *text)
{
    add_edit(c, node, rh_text_string(text));
}

static void replace_count(const comparison *c, const rh_yaml *node, size_t count)
{
    add_edit(c, node, rh_format(c->arena, "%zu", count));
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_pattern(const rh_yaml *node)
{
    static const char *const matchers[] = {"subset",    "exactly",   "contains", "not",
                                           "each-item", "has-items", "of-kind"};
    if (rh_yaml_is_plain(node, "any"))
        return true;
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++)
        if (node->kind == RH_YAML_MAPPING && node->count == 1 &&
            rh_yaml_is_plain(node->as.pairs[0].key, matchers[i]))
            return true;
    return false;
}

static bool same_value(const comparison *c, const rh_yaml *node, const rh_value *value)
{
    return rh_equal(rh_yaml_value(c->arena, node), value);
}

/* Only what differs is rewritten; matchers are left to people. */
static void compare_value(const comparison *c, const rh_yaml *node, const rh_value *value)
{
    if (is_pattern(node) || same_value(c, node, value))
        return;
    bool is_object = node->kind == RH_YAML_MAPPING && rh_kind_of(value) == RH_OBJECT;
    bool is_list = node->kind == RH_YAML_SEQUENCE && rh_kind_of(value) == RH_LIST &&
                   node->count == rh_count_of(value);
    for (uint32_t i = 0; is_object && i < node->count; i++)
        is_object = rh_get(value, node->as.pairs[i].key->text) != NULL;
    for (uint32_t i = 0; is_object && i < node->count; i++)
        compare_value(c, node->as.pairs[i].value, rh_get(value, node->as.pairs[i].key->text));
    for (uint32_t i = 0; is_list && i < node->count; i++)
        compare_value(c, node->as.items[i], rh_at(value, i));
    if (is_object || is_list)
        return;
    rh_text text = rh_text_in(c->arena);
    rh_yaml_write_value(&text, value);
    replace(c, node, &text);
}

/* ---- expectations ---------------------------------------------------------------------------- */

static void rewrite_duration(const comparison *c, const rh_expectation *e)
{
    rh_text text = rh_text_in(c->arena);
    rh_duration_write(&text, rh_duration_of(c->env));
    if (e->node->kind == RH_YAML_SCALAR)
        replace(c, e->node, &text);
}

static void rewrite_conclusion(const comparison *c, const rh_expectation *e,
                               rh_conclusion conclusion)
{
    if (conclusion)
        add_edit(c, e->node, rh_conclusion_name(conclusion));
}

static void rewrite_cost(const comparison *c, const rh_expectation *e, const rh_file_run *run)
{
    rh_job_cost cost = rh_file_run_cost(run, e->text);
    rh_text text = rh_text_in(c->arena);
    if (e->kind == RH_EXPECT_MINUTES) {
        replace_count(c, e->node, (size_t)cost.minutes);
    } else if (!cost.unpriced && e->node->kind == RH_YAML_SCALAR) {
        rh_shown_usd(&text, cost.micro_usd);
        replace(c, e->node, &text);
    }
}

/* What only workflow files have; skips, notes and the like say what somebody meant. */
static void rewrite_of_file(const comparison *c, const rh_expectation *e)
{
    rh_file_run run = rh_file_run_of(c->env, c->arena);
    const rh_value *output;
    if (!run.of_file)
        return;
    switch (e->kind) {
    case RH_EXPECT_CONCLUSION:
        rewrite_conclusion(c, e, rh_job_tree_conclusion(&run.tree));
        break;
    case RH_EXPECT_CONCLUSIONS:
    case RH_EXPECT_OUTCOMES:
        rewrite_conclusion(c, e,
                           rh_file_run_conclusion(&run, e->text, e->kind == RH_EXPECT_OUTCOMES));
        break;
    case RH_EXPECT_OUTPUTS:
        output = rh_file_run_output(&run, e->text, e->key);
        if (output && rh_kind_of(output) == RH_STRING && !(output->flags & RH_SECRET))
            compare_value(c, e->node, output);
        break;
    case RH_EXPECT_COST:
    case RH_EXPECT_COSTS:
    case RH_EXPECT_MINUTES:
        rewrite_cost(c, e, &run);
        break;
    default:
        break;
    }
}

static void rewrite(const comparison *c, const rh_expectation *e)
{
    rh_text text = rh_text_in(c->arena);
    switch (e->kind) {
    case RH_EXPECT_STATUS:
        rh_text_puts(&text, rh_status_name(rh_status_of(c->env)));
        replace(c, e->node, &text);
        break;
    case RH_EXPECT_RESULT:
        compare_value(c, e->node, rh_result_of(c->env));
        break;
    case RH_EXPECT_DURATION:
        rewrite_duration(c, e);
        break;
    case RH_EXPECT_CALLS:
        replace_count(c, e->node, rh_env_calls_of(c->env, e->text));
        break;
    case RH_EXPECT_ATTEMPTS:
        replace_count(c, e->node, rh_shown_count(c->env, RH_ENTRY_ATTEMPT_STARTED, e->text));
        break;
    case RH_EXPECT_HEARTBEATS:
        replace_count(c, e->node, rh_shown_count(c->env, RH_ENTRY_HEARTBEAT, e->text));
        break;
    case RH_EXPECT_STARTS:
        rh_shown_starts(&text, c->env, e->text);
        replace(c, e->node, &text);
        break;
    case RH_EXPECT_EFFECTS:
        if (e->text)
            replace_count(c, e->node, rh_effects_of(c->env, e->text, e->key));
        break;
    case RH_EXPECT_MASKED:
        rh_shown_masked(&text, c->env);
        replace(c, e->node, &text);
        break;
    case RH_EXPECT_CONCLUSION:
    case RH_EXPECT_CONCLUSIONS:
    case RH_EXPECT_OUTCOMES:
    case RH_EXPECT_OUTPUTS:
    case RH_EXPECT_COST:
    case RH_EXPECT_COSTS:
    case RH_EXPECT_MINUTES:
        rewrite_of_file(c, e);
        break;
    default:
        break; /* text, order and arguments say what somebody meant */
    }
}

static bool has_error(const rh_env *env)
{
    for (size_t i = 0; i < env->problems.count; i++)
        if (env->problems.items[i].is_error)
            return true;
    return false;
}

static void compare(comparison *c, const rh_expectation *expectation)
{
    size_t before = c->env->problems.count;
    rh_text unknown = rh_text_in(c->arena);
    bool is_call = expectation->kind >= RH_EXPECT_CALLS && expectation->kind <= RH_EXPECT_STARTS;
    rh_scenario_check_one(c->env, c->scenario, expectation);
    if (c->env->problems.count == before)
        keep(c, expectation->node);
    else if (!is_call || rh_env_knows(c->env, expectation->text, &unknown))
        rewrite(c, expectation);
}

void rh_scenario_compare(rh_arena *arena, rh_env *env, const rh_scenario *scenario,
                         rh_scenario_edits *edits)
{
    for (size_t i = 0; i < scenario->expectation_count && !has_error(env); i++) {
        comparison c = {.arena = arena, .env = env, .scenario = scenario, .edits = edits};
        for (size_t j = 0; j < scenario->part_count; j++) {
            const rh_yaml *block = scenario->parts[j]->expect;
            const rh_yaml *node = scenario->expectations[i]->node;
            if (block && node->begin >= block->begin && node->end <= block->end) {
                c.begin = block->begin;
                c.end = block->end;
            }
        }
        compare(&c, scenario->expectations[i]);
    }
    rh_look_at(env, NULL);
}

const char *rh_scenario_edited(rh_arena *arena, const rh_scenario_file *file,
                               const rh_scenario_edits *edits, size_t *length)
{
    rh_text text = rh_text_in(arena);
    size_t at = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const rh_scenario_edit *edit = &edits->items[i];
        if (edit->is_disputed)
            continue;
        rh_text_add(&text, file->text + at, edit->begin - at);
        bool is_nothing = edit->begin == edit->end && at < edit->begin;
        if (is_nothing && file->text[edit->begin - 1] == ':')
            rh_text_putc(&text, ' ');
        rh_text_puts(&text, edit->text);
        at = edit->end;
    }
    rh_text_add(&text, file->text + at, file->length - at);
    *length = text.length;
    return rh_text_string(&text);
}
