/* `expect:`, what is checked when a scenario has been played. Everything in it must check
 * something. */
#include "harness/scenario_parts.h"

typedef rh_expect_target target;

rh_expectation *rh_expect_add(rh_reader *reader, const rh_expect_target *to, rh_expect_kind kind,
                              const rh_yaml *place, const rh_yaml *node)
{
    rh_expectation *expectation = RH_ADD(reader, to->part, expectations);
    expectation->kind = kind;
    expectation->place = rh_place_of(reader, place);
    expectation->node = node;
    expectation->run = to->run;
    return expectation;
}

/* Spaces and underscores for hyphens: "timed out", as reports have it. */
static bool read_status(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    const char *names[RH_STUCK - RH_RUNNING + 2] = {NULL};
    size_t which;
    (void)key;
    for (rh_status status = RH_RUNNING; status <= RH_STUCK; status++)
        names[status - RH_RUNNING] = rh_status_name(status);
    if (!rh_read_choice(reader, node, "status", names, &which))
        return false;
    rh_expect_add(reader, into, RH_EXPECT_STATUS, node, node)->status =
        (rh_status)(RH_RUNNING + which);
    return true;
}

static bool read_result(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (rh_yaml_is_plain(node, "any"))
        return rh_refuse(reader, node, "'result: any' checks nothing; leave it out");
    if (node->kind == RH_YAML_MAPPING && !node->count)
        return rh_refuse(reader, node,
                         "'result: {}' checks nothing; write 'exactly: {}' for an empty object");
    const rh_value *pattern = rh_read_pattern(reader, node, true);
    if (!pattern)
        return false;
    rh_expect_add(reader, into, RH_EXPECT_RESULT, node, node)->pattern = pattern;
    return true;
}

/* ---- failure --------------------------------------------------------------------------------- */

static bool read_failure_kind(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    const char *names[RH_FAILURE_CHILD + 2] = {NULL};
    rh_expectation *expectation = into;
    size_t which;
    (void)key;
    for (int kind = 0; kind <= RH_FAILURE_CHILD; kind++)
        names[kind] = rh_failure_kind_name((rh_failure_kind)kind);
    if (!rh_read_choice(reader, node, "kind of failure", names, &which))
        return false;
    expectation->failure.has_kind = true;
    expectation->failure.kind = (rh_failure_kind)which;
    return true;
}

static bool read_failure_details(rh_reader *reader, const rh_yaml *node, const rh_key *key,
                                 void *into)
{
    rh_expectation *expectation = into;
    (void)key;
    expectation->failure.details = rh_read_pattern(reader, node, true);
    return expectation->failure.details != NULL;
}

static const rh_key failure_keys[] = {
    {"kind", read_failure_kind, 0},
    {"type", rh_read_text_field, offsetof(rh_expectation, failure.type)},
    {"message", rh_read_text_field, offsetof(rh_expectation, failure.message)},
    {"text", rh_read_text_field, offsetof(rh_expectation, failure.text)},
    {"details", read_failure_details, 0},
    {0},
};

/* failure: a text of the whole chain, or {kind, type, message, text, details} */
static bool read_failure(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_FAILURE, node, node);
    (void)key;
    if (node->kind == RH_YAML_SCALAR)
        return rh_read_text(reader, node, &expectation->failure.text);
    if (node->kind == RH_YAML_MAPPING && !node->count)
        return rh_refuse(reader, node, "this checks nothing; name a kind, type, message or text");
    return rh_read_mapping(reader, node, "a failure", failure_keys, expectation);
}

/* ---- times ----------------------------------------------------------------------------------- */

static const rh_key duration_keys[] = {
    {"at-least", rh_read_duration_field, offsetof(rh_expectation, least)},
    {"at-most", rh_read_duration_field, offsetof(rh_expectation, most)},
    {0},
};

/* duration: 8m5s, or {at-least: 5m, at-most: 10m} */
static bool read_duration(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_DURATION, node, node);
    (void)key;
    if (node->kind == RH_YAML_SCALAR) {
        if (!rh_read_duration(reader, node, &expectation->least))
            return false;
        expectation->most = expectation->least;
        return true;
    }
    expectation->most = RH_FOREVER;
    if (!rh_read_mapping(reader, node, "a duration", duration_keys, expectation))
        return false;
    if (!node->count)
        return rh_refuse(reader, node, "this checks nothing; name 'at-least' or 'at-most'");
    return expectation->least <= expectation->most ||
           rh_refuse(reader, rh_yaml_get(node, "at-most"), "'at-most' is less than 'at-least'");
}

/* starts: {BuildLinux: [0s, 61s]} */
static bool read_starts(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "calls and when their attempts start");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *value = node->as.pairs[i].value;
        const rh_yaml *path = node->as.pairs[i].key;
        rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_STARTS, path, value);
        bool is_list = value->kind == RH_YAML_SEQUENCE;
        size_t count = is_list ? value->count : 1;
        rh_duration *times = RH_NEW_ARRAY(reader->arena, rh_duration, count);
        for (size_t j = 0; j < count; j++)
            if (!rh_read_duration(reader, is_list ? value->as.items[j] : value, &times[j]))
                return false;
        expectation->times = times;
        expectation->count = count;
        if (!rh_read_path(reader, path, &expectation->text))
            return false;
    }
    return true;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* calls, attempts, heartbeats: {PATH: count} */
static bool read_counts(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expect_kind kind = !strcmp(key->name, "calls")      ? RH_EXPECT_CALLS
                          : !strcmp(key->name, "attempts") ? RH_EXPECT_ATTEMPTS
                                                           : RH_EXPECT_HEARTBEATS;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "calls and how many");
    for (uint32_t i = 0; i < node->count; i++) {
        int64_t count;
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation = rh_expect_add(reader, into, kind, pair->key, pair->value);
        if (!rh_read_path(reader, pair->key, &expectation->text) ||
            !rh_read_count(reader, pair->value, 0, INT32_MAX, &count))
            return false;
        expectation->count = (size_t)count;
    }
    return true;
}

static bool read_order(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_ORDER, node, node);
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE)
        return rh_refuse_kind(reader, node, "a list of calls in their order");
    if (node->count < 2)
        return rh_refuse(reader, node, "an order is one of at least two calls");
    const char **paths = RH_NEW_ARRAY(reader->arena, const char *, node->count + 1);
    for (uint32_t i = 0; i < node->count; i++)
        if (!rh_read_path(reader, node->as.items[i], &paths[i]))
            return false;
    expectation->texts = paths;
    expectation->count = node->count;
    return true;
}

/* args: {PATH: [pattern, ...]} */
static bool read_args(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "calls and their arguments");
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation =
            rh_expect_add(reader, into, RH_EXPECT_ARGS, pair->key, pair->value);
        if (!rh_read_path(reader, pair->key, &expectation->text))
            return false;
        if (pair->value->kind != RH_YAML_SEQUENCE)
            return rh_refuse_kind(reader, pair->value, "a list, one entry for each argument");
        expectation->pattern = rh_read_pattern(reader, pair->value, false);
        if (!expectation->pattern)
            return false;
    }
    return true;
}

/* masked: none, or the calls whose failures the run got over */
static bool read_masked(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expectation *expectation = rh_expect_add(reader, into, RH_EXPECT_MASKED, node, node);
    (void)key;
    if (rh_yaml_is_plain(node, "none"))
        return true;
    if (node->kind == RH_YAML_SEQUENCE && !node->count)
        return rh_refuse(reader, node, "the list is empty; write 'none' to forbid them");
    if (!rh_read_texts(reader, node, &expectation->texts, &expectation->count))
        return false;
    for (size_t i = 0; i < expectation->count; i++) {
        const char *path;
        const rh_yaml *item = node->kind == RH_YAML_SEQUENCE ? node->as.items[i] : node;
        if (!rh_read_path(reader, item, &path))
            return false;
    }
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* log, warning: a text or several; warning: none */
static bool read_log(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_expect_kind kind = !strcmp(key->name, "log") ? RH_EXPECT_LOG : RH_EXPECT_WARNING;
    const char *const *texts;
    size_t count;
    if (rh_yaml_is_plain(node, "none")) {
        rh_expect_add(reader, into, kind, node, node);
        return true;
    }
    if (!rh_read_texts(reader, node, &texts, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const rh_yaml *item = node->kind == RH_YAML_SEQUENCE ? node->as.items[i] : node;
        rh_expect_add(reader, into, kind, item, item)->text = texts[i];
    }
    return true;
}

static bool read_stuck(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return rh_read_text(reader, node,
                        &rh_expect_add(reader, into, RH_EXPECT_STUCK, node, node)->text);
}

/* ---- the world ------------------------------------------------------------------------------- */

/* effects: none, or {KIND: count, KIND KEY: count} */
static bool read_effects(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (rh_yaml_is_plain(node, "none")) {
        rh_expect_add(reader, into, RH_EXPECT_EFFECTS, node, node);
        return true;
    }
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "'none', or effects and how often they happen");
    for (uint32_t i = 0; i < node->count; i++) {
        int64_t count;
        const char *name;
        const rh_yaml_pair *pair = &node->as.pairs[i];
        rh_expectation *expectation =
            rh_expect_add(reader, into, RH_EXPECT_EFFECTS, pair->key, pair->value);
        if (!rh_read_text(reader, pair->key, &name) ||
            !rh_read_count(reader, pair->value, 0, INT32_MAX, &count))
            return false;
        const char *space = strchr(name, ' ');
        expectation->text =
            space ? rh_arena_text(reader->arena, name, (size_t)(space - name)) : name;
        expectation->key = space ? space + 1 : NULL;
        expectation->count = (size_t)count;
    }
    return true;
}

static bool read_nothing_left(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_SCALAR || node->type != RH_BOOLEAN || !node->as.boolean)
        return rh_refuse_kind(reader, node, "true (leave the key out if it is not so)");
    rh_expect_add(reader, into, RH_EXPECT_NOTHING_LEFT, node, node);
    return true;
}

static rh_read read_runs;

#define CODE(name_, read_)                                                                         \
    {                                                                                              \
        .name = (name_), .read = (read_), .only = RH_ABOUT_CODE                                    \
    }
#define OF_FILE(name_, read_)                                                                      \
    {                                                                                              \
        .name = (name_), .read = (read_), .only = RH_ABOUT_FILE                                    \
    }

static const rh_key keys[] = {
    {"status", read_status, 0},
    OF_FILE("triggered", rh_expect_triggered),
    OF_FILE("conclusion", rh_expect_conclusion),
    OF_FILE("conclusions", rh_expect_conclusions),
    OF_FILE("outcomes", rh_expect_conclusions),
    OF_FILE("skipped", rh_expect_skipped),
    OF_FILE("outputs", rh_expect_outputs),
    OF_FILE("exit-codes", rh_expect_exit_codes),
    CODE("result", read_result),
    CODE("failure", read_failure),
    {"duration", read_duration, 0},
    {"calls", read_counts, 0},
    {"attempts", read_counts, 0},
    CODE("heartbeats", read_counts),
    {"starts", read_starts, 0},
    {"order", read_order, 0},
    {"args", read_args, 0},
    {"masked", read_masked, 0},
    {"log", read_log, 0},
    {"warning", read_log, 0},
    OF_FILE("annotations", rh_expect_annotations),
    OF_FILE("notes", rh_expect_texts),
    OF_FILE("unknown", rh_expect_texts),
    {"effects", read_effects, 0},
    OF_FILE("tainted", rh_expect_tainted),
    OF_FILE("cost", rh_expect_cost),
    OF_FILE("costs", rh_expect_costs),
    OF_FILE("minutes", rh_expect_minutes),
    {"nothing-left-running", read_nothing_left, 0},
    {"stuck", read_stuck, 0},
    {"runs", read_runs, 0},
    {0},
};

static const char *least(const rh_reader *reader)
{
    return reader->subject == RH_ABOUT_FILE ? "conclusion" : "status";
}

static bool read_block(rh_reader *reader, const rh_yaml *node, const char *what, target *to)
{
    if (node->kind == RH_YAML_SCALAR && node->type == RH_NULL)
        return rh_refuse(reader, node, "nothing is expected; name at least a %s", least(reader));
    if (node->kind == RH_YAML_MAPPING && !node->count)
        return rh_refuse(reader, node, "nothing is expected; name at least a %s", least(reader));
    return rh_read_mapping(reader, node, what, keys, to);
}

/* runs: {WORKFLOW-ID: {status: ...}}, for worlds with several runs */
static bool read_runs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    target *to = into;
    (void)key;
    if (to->is_nested)
        return rh_refuse(reader, node, "'runs' stands inside 'runs'");
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "ids of runs and what is expected of them");
    for (uint32_t i = 0; i < node->count; i++) {
        target nested = {.part = to->part, .is_nested = true};
        const rh_yaml_pair *pair = &node->as.pairs[i];
        if (!rh_read_text(reader, pair->key, &nested.run) ||
            !read_block(reader, pair->value, "an expectation", &nested))
            return false;
    }
    return true;
}

bool rh_read_expectations(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    target to = {.part = into};
    (void)key;
    to.part->expect = node;
    return read_block(reader, node, "an expectation", &to);
}
