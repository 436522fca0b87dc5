/* `expect:` of workflow files: what jobs and steps came to, what they put out, what it cost. */
#include "harness/scenario_parts.h"
#include "sim/base/value.h"

static bool refuse_paths(rh_reader *reader, const rh_yaml *node, const char *what)
{
    return rh_refuse_kind(reader, node, rh_format(reader->arena, "jobs or steps and %s", what));
}

/* ---- conclusions ----------------------------------------------------------------------------- */

/* Without NONE. */
static bool read_conclusion(rh_reader *reader, const rh_yaml *node, rh_conclusion *conclusion)
{
    const char *names[5] = {NULL};
    size_t which;
    for (size_t i = 0; i < 4; i++)
        names[i] = rh_conclusion_name((rh_conclusion)(RH_CONCLUSION_SUCCESS + i));
    if (!rh_read_choice(reader, node, "conclusion", names, &which))
        return false;
    *conclusion = (rh_conclusion)(RH_CONCLUSION_SUCCESS + which);
    return true;
}

bool rh_expect_conclusion(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_CONCLUSION, node, node);
    return read_conclusion(reader, node, &expectation->conclusion);
}

/* conclusions, outcomes: {PATH: success} */
bool rh_expect_conclusions(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expect_kind kind =
        !strcmp(key->name, "outcomes") ? RH_EXPECT_OUTCOMES : RH_EXPECT_CONCLUSIONS;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return refuse_paths(reader, node, "what they come to");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation = rh_expect_add(reader, into, kind, pair->key, pair->value);
        if (!rh_read_path(reader, pair->key, &expectation->text) ||
            !read_conclusion(reader, pair->value, &expectation->conclusion))
            return false;
    }
    return true;
}

/* skipped: a path, several, or {PATH: part of the reason} */
bool rh_expect_skipped(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_SCALAR && !node->count)
        return refuse_paths(reader, node, "why they are skipped");
    uint32_t count = node->kind == RH_YAML_SCALAR ? 1 : node->count;
    for (uint32_t i = 0; i < count; i++) {
        bool is_mapping = node->kind == RH_YAML_MAPPING;
        const rh_yaml *path = is_mapping                       ? node->as.pairs[i].key
                              : node->kind == RH_YAML_SEQUENCE ? node->as.items[i]
                                                               : node;
        rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_SKIPPED, path, path);
        if (!rh_read_path(reader, path, &expectation->text) ||
            (is_mapping && !rh_read_text(reader, node->as.pairs[i].value, &expectation->reason)))
            return false;
    }
    return true;
}

bool rh_expect_triggered(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_SCALAR || node->type != RH_BOOLEAN)
        return rh_refuse_kind(reader, node, "true or false");
    rh_expect_add(reader, into, RH_EXPECT_TRIGGERED, node, node)->is_so = node->as.boolean;
    return true;
}

/* ---- outputs and exit codes ------------------------------------------------------------------ */

/* Outputs are text, whatever they look like. */
static const rh_value *read_output(rh_reader *reader, const rh_yaml *node)
{
    bool is_text =
        node->kind == RH_YAML_SCALAR && node->type != RH_NULL && !rh_yaml_is_plain(node, "any");
    return is_text ? rh_value_string(reader->arena, node->text, node->count)
                   : rh_read_pattern(reader, node, false);
}

static bool read_outputs_of(rh_reader *reader, const rh_yaml_pair *of, void *into)
{
    const rh_yaml *outputs = of->value;
    if (outputs->kind != RH_YAML_MAPPING || !outputs->count)
        return rh_refuse_kind(reader, outputs, "names of outputs and their values");
    for (uint32_t i = 0; i < outputs->count; i++) {
        const rh_yaml_pair *pair = &outputs->as.pairs[i];
        rh_expectation *expectation =
            rh_expect_add(reader, into, RH_EXPECT_OUTPUTS, pair->key, pair->value);
        expectation->key = pair->key->text;
        if (!rh_read_path(reader, of->key, &expectation->text))
            return false;
        expectation->pattern = read_output(reader, pair->value);
        if (!expectation->pattern)
            return false;
    }
    return true;
}

/* outputs: {PATH: {NAME: value}} */
bool rh_expect_outputs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return refuse_paths(reader, node, "their outputs");
    for (uint32_t i = 0; i < node->count; i++)
        if (!read_outputs_of(reader, &node->as.pairs[i], into))
            return false;
    return true;
}

/* {PATH: number}, up to `most` */
static bool read_numbers(rh_reader *reader, const rh_yaml *node, rh_expect_kind kind,
                         const char *what, int64_t most, void *into)
{
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, what);
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation = rh_expect_add(reader, into, kind, pair->key, pair->value);
        int64_t number;
        if (!rh_read_path(reader, pair->key, &expectation->text) ||
            !rh_read_count(reader, pair->value, 0, most, &number))
            return false;
        expectation->count = (size_t)number;
    }
    return true;
}

bool rh_expect_exit_codes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return read_numbers(reader, node, RH_EXPECT_EXIT_CODES, "commands and their exit codes", 255,
                        into);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static bool expect_none(rh_reader *reader, const rh_yaml *node, rh_expect_kind kind, void *into)
{
    if (!rh_yaml_is_plain(node, "none"))
        return false;
    rh_expect_add(reader, into, kind, node, node);
    return true;
}

/* notes, unknown: none, a text, or several */
bool rh_expect_texts(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expect_kind kind = !strcmp(key->name, "notes") ? RH_EXPECT_NOTE : RH_EXPECT_UNKNOWN;
    const char *const *texts;
    size_t count;
    if (expect_none(reader, node, kind, into))
        return true;
    if (!rh_read_texts(reader, node, &texts, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const rh_yaml *item = node->kind == RH_YAML_SEQUENCE ? node->as.items[i] : node;
        rh_expect_add(reader, into, kind, item, item)->text = texts[i];
    }
    return true;
}

/* A text, or {error: text} */
static bool read_annotation(rh_reader *reader, const rh_yaml *node, void *into)
{
    static const char *const levels[] = {"error", "warning", "notice", NULL};
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_ANNOTATION, node, node);
    size_t level;
    if (node->kind != RH_YAML_MAPPING || node->count != 1)
        return rh_read_text(reader, node, &expectation->text);
    if (!rh_read_choice(reader, node->as.pairs[0].key, "level", levels, &level))
        return false;
    expectation->key = levels[level];
    return rh_read_text(reader, node->as.pairs[0].value, &expectation->text);
}

/* annotations: none, one, or several */
bool rh_expect_annotations(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (expect_none(reader, node, RH_EXPECT_ANNOTATION, into))
        return true;
    if (node->kind != RH_YAML_SEQUENCE)
        return read_annotation(reader, node, into);
    if (!node->count)
        return rh_refuse(reader, node, "the list is empty; write 'none' to forbid them");
    for (uint32_t i = 0; i < node->count; i++)
        if (!read_annotation(reader, node->as.items[i], into))
            return false;
    return true;
}

/* tainted: none, or the effects that are: KIND or KIND KEY */
bool rh_expect_tainted(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (expect_none(reader, node, RH_EXPECT_TAINTED, into))
        return true;
    if (node->kind == RH_YAML_SEQUENCE && !node->count)
        return rh_refuse(reader, node, "the list is empty; write 'none' to forbid them");
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_TAINTED, node, node);
    return rh_read_texts(reader, node, &expectation->texts, &expectation->count);
}

/* ---- cost ------------------------------------------------------------------------------------ */

enum { MICRO = 1000000 };

/* Dollars, as millionths. */
static bool read_amount(rh_reader *reader, const rh_yaml *node, int64_t *micro)
{
    bool is_scalar = node->kind == RH_YAML_SCALAR;
    if (is_scalar && node->type == RH_INTEGER && node->as.integer >= 0 &&
        node->as.integer <= INT32_MAX) {
        *micro = node->as.integer * MICRO;
        return true;
    }
    if (!is_scalar || node->type != RH_NUMBER || !(node->as.number >= 0) ||
        node->as.number > INT32_MAX)
        return rh_refuse_kind(reader, node, "US dollars, like 0.096");
    *micro = (int64_t)(node->as.number * MICRO + 0.5);
    return true;
}

static bool read_least(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return read_amount(reader, node, &((rh_expectation *)into)->from);
}

static bool read_most(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return read_amount(reader, node, &((rh_expectation *)into)->to);
}

static const rh_key cost_keys[] = {{"at-least", read_least, 0}, {"at-most", read_most, 0}, {0}};

/* 0.096, or {at-least: 0.05, at-most: 0.1} */
static bool read_cost(rh_reader *reader, const rh_yaml *node, rh_expectation *expectation)
{
    if (node->kind != RH_YAML_MAPPING) {
        if (!read_amount(reader, node, &expectation->from))
            return false;
        expectation->to = expectation->from;
        return true;
    }
    expectation->to = INT64_MAX;
    if (!node->count)
        return rh_refuse(reader, node, "this checks nothing; name 'at-least' or 'at-most'");
    if (!rh_read_mapping(reader, node, "a cost", cost_keys, expectation))
        return false;
    return expectation->from <= expectation->to ||
           rh_refuse(reader, rh_yaml_get(node, "at-most"), "'at-most' is less than 'at-least'");
}

bool rh_expect_cost(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return read_cost(reader, node, rh_expect_add(reader, into, RH_EXPECT_COST, node, node));
}

/* costs: {JOB: 0.006} */
bool rh_expect_costs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "jobs and what they cost");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation =
            rh_expect_add(reader, into, RH_EXPECT_COSTS, pair->key, pair->value);
        if (!rh_read_path(reader, pair->key, &expectation->text) ||
            !read_cost(reader, pair->value, expectation))
            return false;
    }
    return true;
}

/* minutes: {JOB: 4}, as billed */
bool rh_expect_minutes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return read_numbers(reader, node, RH_EXPECT_MINUTES, "jobs and their billed minutes", INT32_MAX,
                        into);
}
