/* What starts a workflow file, and what it finds: `event:`, `secrets:`, `vars:`, `environments:`,
 * `includes:`. */
#include "harness/scenario_parts.h"
#include "sim/base/value.h"

/* ---- the event ------------------------------------------------------------------------------- */

static bool read_changed(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_actions_event_options *options = into;
    (void)key;
    options->changed_is_known = true;
    options->changed = NULL;
    options->changed_count = 0;
    if (node->kind == RH_YAML_SEQUENCE && !node->count)
        return true; /* nothing was changed */
    return rh_read_texts(reader, node, &options->changed, &options->changed_count);
}

static bool read_commits(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_actions_event_options *options = into;
    int64_t count;
    (void)key;
    if (!rh_read_count(reader, node, 1, INT32_MAX, &count))
        return false;
    options->commit_count = (uint32_t)count;
    return true;
}

static bool read_inputs(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_actions_event_options *options = into;
    (void)key;
    if (node->kind != RH_YAML_MAPPING)
        return rh_refuse_kind(reader, node, "inputs and their values");
    options->inputs = rh_yaml_value(reader->arena, node);
    return true;
}

/* payload: a mapping, or the path of a JSON file */
static bool read_payload(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event_spec *spec = into; /* begins with its options */
    (void)key;
    spec->payload_node = node;
    spec->payload = NULL;
    spec->options.payload = NULL;
    if (node->kind == RH_YAML_SCALAR)
        return rh_read_text(reader, node, &spec->payload);
    if (node->kind != RH_YAML_MAPPING)
        return rh_refuse_kind(reader, node, "what the event has, or the path of a JSON file");
    spec->options.payload = rh_yaml_value(reader->arena, node);
    return true;
}

#define TEXT(name, field)                                                                          \
    {                                                                                              \
        (name), rh_read_text_field, offsetof(rh_actions_event_options, field)                      \
    }
#define FLAG(name, field)                                                                          \
    {                                                                                              \
        (name), rh_read_true_field, offsetof(rh_actions_event_options, field)                      \
    }

static const rh_key event_keys[] = {
    TEXT("name", name),
    TEXT("ref", ref),
    TEXT("base-ref", base_ref),
    {"changed", read_changed, 0},
    {"commits", read_commits, 0},
    TEXT("action", action),
    TEXT("actor", actor),
    TEXT("repository", repository),
    TEXT("default-branch", default_branch),
    TEXT("sha", sha),
    TEXT("schedule", schedule),
    TEXT("after", workflow),
    FLAG("fork", is_fork),
    FLAG("new", is_new),
    FLAG("deleted", is_deleted),
    FLAG("merged", is_merged),
    FLAG("by-token", by_token),
    {"inputs", read_inputs, 0},
    {"payload", read_payload, 0},
    {0},
};

/* event: push, or {name: push, ref: refs/tags/v1.2.0} */
static bool read_spec(rh_reader *reader, const rh_yaml *node, rh_scenario_event_spec *spec)
{
    spec->node = node;
    if (node->kind == RH_YAML_SCALAR)
        return rh_read_text(reader, node, &spec->options.name);
    if (node->kind == RH_YAML_MAPPING && !node->count)
        return rh_refuse(reader, node, "this says nothing of the event; name it, like 'push'");
    return rh_read_mapping(reader, node, "an event", event_keys, spec);
}

bool rh_read_event(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_event_spec spec = {0};
    (void)key;
    ((rh_scenario_part *)into)->event = node;
    return read_spec(reader, node, &spec);
}

static bool stands_for_itself(const rh_yaml *node)
{
    return node->kind == RH_YAML_SCALAR || rh_yaml_get(node, "name");
}

const rh_scenario_event_spec *rh_merge_events(rh_reader *reader, const rh_yaml *const *nodes,
                                              size_t count)
{
    rh_scenario_event_spec *spec = RH_NEW(reader->arena, rh_scenario_event_spec);
    for (size_t i = 0; i < count; i++) {
        if (!nodes[i])
            continue;
        if (stands_for_itself(nodes[i]))
            *spec = (rh_scenario_event_spec){0};
        if (!read_spec(reader, nodes[i], spec))
            return NULL;
    }
    return spec;
}

/* ---- secrets and vars ------------------------------------------------------------------------ */

static const rh_value *read_texts_by_name(rh_reader *reader, const rh_yaml *node, const char *what,
                                          uint8_t flags)
{
    if (node->kind != RH_YAML_MAPPING) {
        rh_refuse_kind(reader, node, what);
        return NULL;
    }
    rh_field *fields = RH_NEW_ARRAY(reader->arena, rh_field, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml *value = node->as.pairs[i].value;
        if (value->kind != RH_YAML_SCALAR || value->type == RH_NULL) {
            rh_refuse_kind(reader, value, "text");
            return NULL;
        }
        const rh_value *text = rh_value_string(reader->arena, value->text, value->count);
        fields[i] =
            (rh_field){node->as.pairs[i].key->text, rh_value_flagged(reader->arena, text, flags)};
    }
    return rh_value_object(reader->arena, fields, node->count);
}

bool rh_read_secrets(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_part *part = into;
    (void)key;
    part->secrets = read_texts_by_name(reader, node, "secrets and their values", RH_SECRET);
    return part->secrets != NULL;
}

bool rh_read_vars(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_part *part = into;
    (void)key;
    part->vars = read_texts_by_name(reader, node, "variables and their values", 0);
    return part->vars != NULL;
}

const rh_value *rh_merge_fields(rh_arena *arena, const rh_value *const *objects, size_t count)
{
    size_t most = 0, filled = 0;
    for (size_t i = 0; i < count; i++)
        most += rh_count_of(objects[i]);
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, most);
    for (size_t i = count; i-- > 0;) /* of two of one name the first is kept */
        for (size_t j = 0; j < rh_count_of(objects[i]); j++)
            fields[filled++] = objects[i]->as.fields[j];
    return rh_value_object(arena, fields, filled);
}

/* ---- environments ---------------------------------------------------------------------------- */

typedef struct environment {
    int64_t reviewers;
    bool has_reviewers, has_wait;
    rh_duration wait;
    const char *const *branches;
    size_t branch_count;
    const rh_value *secrets, *vars;
} environment;

static bool read_reviewers(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    environment *to = into;
    (void)key;
    to->has_reviewers = true;
    return rh_read_count(reader, node, 0, 6, &to->reviewers);
}

static bool read_wait(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    environment *to = into;
    (void)key;
    to->has_wait = true;
    return rh_read_duration(reader, node, &to->wait) &&
           (to->wait % RH_MINUTES(1) == 0 || rh_refuse(reader, node, "expected whole minutes"));
}

static bool read_branches(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    environment *to = into;
    (void)key;
    return rh_read_texts(reader, node, &to->branches, &to->branch_count);
}

static bool read_own_secrets(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    environment *to = into;
    (void)key;
    to->secrets = read_texts_by_name(reader, node, "secrets and their values", RH_SECRET);
    return to->secrets != NULL;
}

static bool read_own_vars(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    environment *to = into;
    (void)key;
    to->vars = read_texts_by_name(reader, node, "variables and their values", 0);
    return to->vars != NULL;
}

static const rh_key environment_keys[] = {
    {"reviewers", read_reviewers, 0}, {"wait", read_wait, 0},     {"branches", read_branches, 0},
    {"secrets", read_own_secrets, 0}, {"vars", read_own_vars, 0}, {0},
};

static const rh_value *texts_value(rh_arena *arena, const char *const *texts, size_t count)
{
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, count);
    for (size_t i = 0; i < count; i++)
        items[i] = rh_value_string(arena, texts[i], strlen(texts[i]));
    return rh_value_list(arena, items, count);
}

/* As the server reads it (sim/actions/actions.h). */
static const rh_value *environment_value(rh_arena *arena, const environment *from)
{
    rh_field fields[5];
    size_t count = 0;
    if (from->has_reviewers)
        fields[count++] = (rh_field){"reviewers", rh_value_integer(arena, from->reviewers)};
    if (from->has_wait)
        fields[count++] =
            (rh_field){"wait_minutes", rh_value_integer(arena, from->wait / RH_MINUTES(1))};
    if (from->branches)
        fields[count++] =
            (rh_field){"branches", texts_value(arena, from->branches, from->branch_count)};
    if (from->secrets)
        fields[count++] = (rh_field){"secrets", from->secrets};
    if (from->vars)
        fields[count++] = (rh_field){"vars", from->vars};
    return rh_value_object(arena, fields, count);
}

/* environments: {production: {reviewers: 1, wait: 10m}} */
bool rh_read_environments(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "environments and their rules");
    rh_field *fields = RH_NEW_ARRAY(reader->arena, rh_field, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        environment read = {0};
        if (!rh_read_mapping(reader, node->as.pairs[i].value, "an environment", environment_keys,
                             &read))
            return false;
        fields[i] =
            (rh_field){node->as.pairs[i].key->text, environment_value(reader->arena, &read)};
    }
    ((rh_scenario_part *)into)->environments = rh_value_object(reader->arena, fields, node->count);
    return true;
}

/* ---- a second attempt ------------------------------------------------------------------------ */

bool rh_read_rerun(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    static const char *const names[] = {"all", "failed", NULL};
    rh_scenario_part *part = into;
    size_t which;
    (void)key;
    if (!rh_read_choice(reader, node, "re-run", names, &which))
        return false;
    part->has_rerun = true;
    part->rerun = which ? RH_RERUN_FAILED : RH_RERUN_ALL;
    return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* includes: {owner/repo/action@v1: ../action} */
bool rh_read_includes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_scenario_file *file = into;
    (void)key;
    if (node->kind != RH_YAML_MAPPING || !node->count)
        return rh_refuse_kind(reader, node, "what `uses` says and the files that stand for it");
    for (uint32_t i = 0; i < node->count; i++) {
        rh_scenario_include *include = RH_ADD(reader, file, includes);
        include->place = rh_place_of(reader, node->as.pairs[i].key);
        include->name = node->as.pairs[i].key->text;
        if (strchr(include->name, '='))
            return rh_refuse(reader, node->as.pairs[i].key, "expected what `uses` says, found '%s'",
                             include->name);
        if (!rh_read_text(reader, node->as.pairs[i].value, &include->path))
            return false;
    }
    return true;
}
