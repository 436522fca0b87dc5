/* Reading the catalog's JSON. Values do not know where they stand; only when one is refused is the
 * text read again, as YAML, which JSON is, to say where. */
#include "sim/actions/catalog_parts.h"
#include "sim/base/json.h"
#include "sim/base/nearest.h"
#include "sim/base/timetext.h"
#include "sim/base/yaml.h"

enum { DEEPEST = 8, USES = RH_USES_GITHUB | RH_USES_INPUTS | RH_USES_ENV | RH_USES_RUNNER };

/* A step on the way to a value: a key, or a position in a list. */
typedef struct step {
    const char *key;
    size_t index;
} step;

typedef struct reader {
    rh_actions_catalog *catalog;
    rh_arena *arena;
    const char *text;
    size_t length;
    const char *file;
    rh_error *error;
    step way[DEEPEST];
    size_t depth;
} reader;

/* ---- refusing -------------------------------------------------------------------------------- */

static const rh_yaml *step_to(const rh_yaml *node, const step *to)
{
    if (to->key)
        return rh_yaml_get(node, to->key);
    return node->kind == RH_YAML_SEQUENCE && to->index < node->count ? node->as.items[to->index]
                                                                     : NULL;
}

/* The node at which the reader stands; NULL if YAML does not like the text. */
static const rh_yaml *where(const reader *r)
{
    const rh_yaml *node =
        rh_yaml_read(r->arena, r->text, r->length, r->file,
                     &(rh_yaml_options){.max_nodes = 1000000, .max_bytes = SIZE_MAX / 2}, NULL);
    for (size_t i = 0; node && i < r->depth; i++) {
        const rh_yaml *next = step_to(node, &r->way[i]);
        if (!next)
            break;
        node = next;
    }
    return node;
}

static bool refuse_at(reader *r, const rh_yaml *node, const char *format, ...) RH_PRINTF(3, 4);
static bool refuse_at(reader *r, const rh_yaml *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_error_vset(r->error, r->file, node ? node->line : 0, node ? node->column : 0, format,
                  arguments);
    va_end(arguments);
    return false;
}

/* "expected a duration like 5s, found a list" */
static bool refuse_kind(reader *r, const rh_value *value, const char *what)
{
    const char *text = rh_kind_of(value) == RH_STRING ? rh_text_of(value) : NULL;
    return refuse_at(r, where(r), "expected %s, found %s%.60s%s", what, text ? "'" : "",
                     text ? text : rh_kind_name(rh_kind_of(value)), text ? "'" : "");
}

static const rh_yaml *key_of(const rh_yaml *mapping, const char *key)
{
    for (uint32_t i = 0; mapping && mapping->kind == RH_YAML_MAPPING && i < mapping->count; i++)
        if (!strcmp(mapping->as.pairs[i].key->text, key))
            return mapping->as.pairs[i].key;
    return mapping;
}

/* ---- ways ------------------------------------------------------------------------------------ */

static const rh_value *enter(reader *r, const rh_value *object, const char *key)
{
    r->way[r->depth++] = (step){.key = key};
    return rh_get(object, key);
}

static const rh_value *enter_item(reader *r, const rh_value *list, size_t index)
{
    r->way[r->depth++] = (step){.index = index};
    return rh_at(list, index);
}

static void leave(reader *r)
{
    r->depth--;
}

/* ---- objects --------------------------------------------------------------------------------- */

static bool refuse_key(reader *r, const char *key, const char *what, const char *const *known)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(key);
    rh_text list = rh_text_in(r->arena);
    for (size_t i = 0; known[i]; i++) {
        rh_nearest_offer(&nearest, known[i]);
        rh_text_printf(&list, "%s%s", i ? ", " : "", known[i]);
    }
    const rh_yaml *node = key_of(where(r), key);
    if (nearest.best)
        return refuse_at(r, node, "unknown key '%s' of %s%s", key, what,
                         rh_nearest_hint(&nearest, hint, sizeof hint));
    return refuse_at(r, node, "unknown key '%s' of %s (known: %s)", key, what,
                     rh_text_string(&list));
}

static bool is_in(const char *const *list, const char *text)
{
    for (; *list; list++)
        if (!strcmp(*list, text))
            return true;
    return false;
}

/* An object that has no keys but the known ones. */
static bool check_object(reader *r, const rh_value *value, const char *what,
                         const char *const *known)
{
    if (rh_kind_of(value) != RH_OBJECT)
        return refuse_kind(r, value, rh_format(r->arena, "%s with its keys", what));
    for (size_t i = 0; i < rh_count_of(value); i++)
        if (!is_in(known, value->as.fields[i].key))
            return refuse_key(r, value->as.fields[i].key, what, known);
    return true;
}

static bool check_kind(reader *r, const rh_value *value, rh_kind kind, const char *what)
{
    return rh_kind_of(value) == kind || refuse_kind(r, value, what);
}

/* ---- scalars --------------------------------------------------------------------------------- */

static bool check_text(reader *r, const rh_value *value)
{
    if (rh_kind_of(value) != RH_STRING)
        return refuse_kind(r, value, "text");
    if (!value->count || strlen(rh_text_of(value)) != value->count)
        return refuse_at(r, where(r), "expected text, found %s",
                         value->count ? "the character NUL" : "nothing between the quotes");
    return true;
}

/* Those that follow read the field `key` of `object`, if it is there. */

static bool read_text(reader *r, const rh_value *object, const char *key, const char **text)
{
    const rh_value *value = enter(r, object, key);
    if (value && !check_text(r, value))
        return false;
    *text = value ? rh_text_of(value) : NULL;
    leave(r);
    return true;
}

static bool read_flag(reader *r, const rh_value *object, const char *key, bool *flag)
{
    const rh_value *value = enter(r, object, key);
    if (value && !check_kind(r, value, RH_BOOLEAN, "true or false"))
        return false;
    *flag = rh_is_true(value);
    leave(r);
    return true;
}

static bool read_count(reader *r, const rh_value *object, const char *key, int32_t least,
                       int32_t *count)
{
    const rh_value *value = enter(r, object, key);
    if (value && (rh_kind_of(value) != RH_INTEGER || rh_integer_of(value) < least ||
                  rh_integer_of(value) > INT32_MAX))
        return refuse_kind(r, value, rh_format(r->arena, "a whole number from %d", (int)least));
    if (value)
        *count = (int32_t)rh_integer_of(value);
    leave(r);
    return true;
}

static bool read_duration(reader *r, const rh_value *object, const char *key, rh_duration *duration,
                          bool *is_there)
{
    const rh_value *value = enter(r, object, key);
    *is_there = value != NULL;
    *duration = 0;
    if (value && (rh_kind_of(value) != RH_STRING ||
                  !rh_duration_read(rh_text_of(value), value->count, duration) || *duration < 0))
        return refuse_kind(r, value, "a duration like 5s or 2m");
    leave(r);
    return true;
}

static bool read_texts(reader *r, const rh_value *object, const char *key,
                       const char *const **texts)
{
    const rh_value *list = enter(r, object, key);
    if (list && !check_kind(r, list, RH_LIST, "a list of texts"))
        return false;
    const char **read = RH_NEW_ARRAY(r->arena, const char *, rh_count_of(list) + 1);
    for (size_t i = 0; i < rh_count_of(list); i++) {
        const rh_value *item = enter_item(r, list, i);
        if (!check_text(r, item))
            return false;
        read[i] = rh_text_of(item);
        leave(r);
    }
    *texts = read;
    leave(r);
    return true;
}

/* ---- templates ------------------------------------------------------------------------------- */

/* The place inside the text, if it stands in the file as it is. */
static bool refuse_expression(reader *r, const rh_value *value, const rh_expression_error *error)
{
    const rh_yaml *node = where(r);
    rh_yaml at = node ? *node : (rh_yaml){0};
    if (node && node->end - node->begin == value->count + 2u)
        at.column += 1 + (uint32_t)error->offset;
    return refuse_at(r, node ? &at : NULL, "%s", error->message);
}

static bool read_expression(reader *r, const rh_value *object, const char *key, bool is_template,
                            const rh_expression **expression)
{
    const rh_value *value = enter(r, object, key);
    if (value) {
        rh_expression_error error = {0};
        if (!check_kind(r, value, RH_STRING, "text"))
            return false;
        *expression =
            is_template
                ? rh_expression_template(r->arena, rh_text_of(value), value->count, USES, &error)
                : rh_expression_parse(r->arena, rh_text_of(value), value->count, USES, &error);
        if (!*expression)
            return refuse_expression(r, value, &error);
    }
    leave(r);
    return true;
}

/* ---- what actions and commands have in common ------------------------------------------------ */

static bool read_effect(reader *r, const rh_value *value, rh_known_effect *effect)
{
    static const char *const keys[] = {"kind", "key", "keys", "if", "repeatable", NULL};
    if (!check_object(r, value, "an effect", keys) || !read_text(r, value, "kind", &effect->kind) ||
        !read_expression(r, value, "key", true, &effect->key) ||
        !read_expression(r, value, "keys", true, &effect->keys) ||
        !read_expression(r, value, "if", false, &effect->condition) ||
        !read_flag(r, value, "repeatable", &effect->is_repeatable))
        return false;
    if (!effect->kind)
        return refuse_at(r, where(r), "an effect needs the key 'kind'");
    if (effect->key && effect->keys)
        return refuse_at(r, where(r), "an effect has 'key' or 'keys', not both");
    return true;
}

static bool read_effects(reader *r, const rh_value *entry, rh_known_doing *doing)
{
    const rh_value *list = enter(r, entry, "effects");
    if (list && !check_kind(r, list, RH_LIST, "a list of effects"))
        return false;
    rh_known_effect *effects = RH_NEW_ARRAY(r->arena, rh_known_effect, rh_count_of(list) + 1);
    for (size_t i = 0; i < rh_count_of(list); i++) {
        if (!read_effect(r, enter_item(r, list, i), &effects[i]))
            return false;
        leave(r);
    }
    doing->effects = effects;
    doing->effect_count = rh_count_of(list);
    leave(r);
    return true;
}

/* A duration, or a template of one: "${{ inputs.operands[0] }}". */
static bool read_takes(reader *r, const rh_value *entry, rh_known_doing *doing)
{
    const rh_value *takes = rh_get(entry, "takes");
    bool is_there;
    if (rh_kind_of(takes) == RH_STRING && rh_expression_is_in(rh_text_of(takes), takes->count))
        return read_expression(r, entry, "takes", true, &doing->takes_text);
    return read_duration(r, entry, "takes", &doing->takes, &is_there);
}

static bool read_doing(reader *r, const rh_value *entry, rh_known_doing *doing,
                       const char *const **faults)
{
    return read_takes(r, entry, doing) && read_effects(r, entry, doing) &&
           read_texts(r, entry, "faults", faults);
}

/* "template", or {"unknown": true, "secret": true}, or {"value": "template", "if": "condition"} */
static bool read_output(reader *r, const rh_value *object, const char *key, rh_known_output *output)
{
    static const char *const keys[] = {"value", "unknown", "if", "secret", NULL};
    bool is_unknown, is_secret;
    const rh_value *value = rh_get(object, key);
    output->name = key;
    if (rh_kind_of(value) == RH_STRING)
        return read_expression(r, object, key, true, &output->value);
    enter(r, object, key);
    if (!check_object(r, value, "an output", keys) ||
        !read_expression(r, value, "value", true, &output->value) ||
        !read_expression(r, value, "if", false, &output->condition) ||
        !read_flag(r, value, "unknown", &is_unknown) || !read_flag(r, value, "secret", &is_secret))
        return false;
    if (is_unknown == (output->value != NULL))
        return refuse_at(r, where(r), "an output has a 'value' or is 'unknown': true");
    output->flags = is_secret ? RH_SECRET : 0;
    leave(r);
    return true;
}

/* ---- actions --------------------------------------------------------------------------------- */

static bool read_outputs(reader *r, const rh_value *entry, rh_known_action *action)
{
    const rh_value *object = enter(r, entry, "outputs");
    if (object && !check_kind(r, object, RH_OBJECT, "an object of outputs"))
        return false;
    rh_known_output *outputs = RH_NEW_ARRAY(r->arena, rh_known_output, rh_count_of(object) + 1);
    for (size_t i = 0; i < rh_count_of(object); i++) {
        const char *name = object->as.fields[i].key;
        if (!read_output(r, object, name, &outputs[i]))
            return false;
        action->has_other_outputs = action->has_other_outputs || !strcmp(name, "*");
    }
    action->outputs = outputs;
    action->output_count = rh_count_of(object);
    leave(r);
    return true;
}

static bool read_inputs(reader *r, const rh_value *entry, rh_known_action *action)
{
    const rh_value *object = enter(r, entry, "inputs");
    if (object && !check_kind(r, object, RH_OBJECT, "an object of default inputs"))
        return false;
    for (size_t i = 0; i < rh_count_of(object); i++) {
        const rh_value *value = enter(r, object, object->as.fields[i].key);
        if (!check_kind(r, value, RH_STRING, "text"))
            return false;
        leave(r);
    }
    action->inputs = object ? object->as.fields : NULL;
    action->input_count = rh_count_of(object);
    leave(r);
    return true;
}

static bool read_retry(reader *r, const rh_value *entry, const rh_catalog_retry **retry)
{
    static const char *const keys[] = {"command",
                                       "attempts",
                                       "default_attempts",
                                       "wait_seconds",
                                       "default_wait_seconds",
                                       "timeout_minutes",
                                       "timeout_seconds",
                                       "continue_on_error",
                                       "shell",
                                       "retry_on",
                                       NULL};
    const rh_value *value = rh_get(entry, "retry");
    if (!value)
        return true;
    rh_catalog_retry *read = RH_NEW(r->arena, rh_catalog_retry);
    read->default_attempts = 1;
    enter(r, entry, "retry");
    if (!check_object(r, value, "a retry wrapper", keys) ||
        !read_text(r, value, "command", &read->command) ||
        !read_text(r, value, "attempts", &read->attempts) ||
        !read_count(r, value, "default_attempts", 1, &read->default_attempts) ||
        !read_text(r, value, "wait_seconds", &read->wait_seconds) ||
        !read_count(r, value, "default_wait_seconds", 0, &read->default_wait_seconds) ||
        !read_text(r, value, "timeout_minutes", &read->timeout_minutes) ||
        !read_text(r, value, "timeout_seconds", &read->timeout_seconds) ||
        !read_text(r, value, "continue_on_error", &read->continue_on_error) ||
        !read_text(r, value, "shell", &read->shell) ||
        !read_text(r, value, "retry_on", &read->retry_on))
        return false;
    if (!read->command)
        return refuse_at(r, where(r), "a retry wrapper needs the key 'command'");
    leave(r);
    *retry = read;
    return true;
}

/* The field "name", which every entry has; `twice` is whether this text has had it. */
static bool read_name(reader *r, const rh_value *entry, const char *what, const char **name)
{
    if (!read_text(r, entry, "name", name))
        return false;
    return *name || refuse_at(r, where(r), "%s needs the key 'name'", what);
}

static bool refuse_twice(reader *r, const rh_value *entry, const char *name)
{
    enter(r, entry, "name");
    return refuse_at(r, where(r), "'%s' is already in this file", name);
}

static bool is_action_name(const char *name)
{
    const char *slash = strchr(name, '/');
    return slash && slash != name && slash[1] && !strpbrk(name, "@ \t");
}

/* A new action, or one that another text has, emptied. */
static rh_known_action *place_action(reader *r, const char *name)
{
    rh_known_action *action = rh_known_action_get(r->catalog, name);
    uint64_t hash = rh_known_action_hash(name);
    rh_known_action **slot = &r->catalog->actions[hash & (RH_KNOWN_SLOTS - 1)];
    if (action) {
        *action = (rh_known_action){.hash = hash, .next = action->next};
    } else {
        action = RH_NEW(r->arena, rh_known_action);
        *action = (rh_known_action){.hash = hash, .next = *slot};
        *slot = action;
    }
    action->shown.name = name;
    action->shown.more = action;
    action->text = r->text;
    return action;
}

static bool read_action(reader *r, const rh_value *entry)
{
    static const char *const keys[] = {"name",   "takes",   "post",    "post_on_success",
                                       "inputs", "outputs", "effects", "writes_files",
                                       "retry",  "faults",  "source",  NULL};
    const char *name = NULL, *source = NULL;
    if (!check_object(r, entry, "an action", keys) || !read_name(r, entry, "an action", &name))
        return false;
    const rh_known_action *before = rh_known_action_get(r->catalog, name);
    if (!is_action_name(name) || !rh_known_action_hash(name)) {
        enter(r, entry, "name");
        return refuse_kind(r, rh_get(entry, "name"), "a name like owner/repo or owner/repo/path");
    }
    if (before && before->text == r->text)
        return refuse_twice(r, entry, name);
    rh_known_action *action = place_action(r, name);
    rh_catalog_action *shown = &action->shown;
    if (!read_doing(r, entry, &action->doing, &shown->faults) ||
        !read_duration(r, entry, "post", &shown->post_takes, &shown->has_post) ||
        !read_flag(r, entry, "post_on_success", &shown->post_needs_success) ||
        !read_inputs(r, entry, action) || !read_outputs(r, entry, action) ||
        !read_flag(r, entry, "writes_files", &shown->writes_files) ||
        !read_retry(r, entry, &shown->retry) || !read_text(r, entry, "source", &source))
        return false;
    shown->takes = action->doing.takes;
    return true;
}

/* ---- commands -------------------------------------------------------------------------------- */

/* "-t --tag": spellings of one option. */
static bool read_option(reader *r, const rh_value *value, bool has_value, rh_known_command *command)
{
    rh_known_option *option = RH_NEW(r->arena, rh_known_option);
    option->has_value = has_value;
    for (const char *at = rh_text_of(value); *(at += strspn(at, " "));) {
        size_t length = strcspn(at, " ");
        if (at[0] != '-' || length < 2)
            return refuse_kind(r, value, "spellings of an option like '-t --tag'");
        const char *spelling = rh_arena_text(r->arena, at, length);
        const char *name = spelling + strspn(spelling, "-");
        option->name = *name ? name : spelling;
        rh_known_option_put(r->catalog, command, spelling, option);
        at += length;
    }
    if (!option->name)
        return refuse_kind(r, value, "spellings of an option like '-t --tag'");
    return true;
}

static bool read_options(reader *r, const rh_value *entry, const char *key, bool have_values,
                         rh_known_command *command)
{
    const rh_value *list = enter(r, entry, key);
    if (list && !check_kind(r, list, RH_LIST, "a list of options"))
        return false;
    for (size_t i = 0; i < rh_count_of(list); i++) {
        const rh_value *item = enter_item(r, list, i);
        if (!check_text(r, item) || !read_option(r, item, have_values, command))
            return false;
        leave(r);
    }
    leave(r);
    return true;
}

static rh_known_node *node_below(reader *r, rh_known_node *parent, const char *word)
{
    rh_known_node *node = rh_known_node_get(r->catalog, parent, word);
    if (node)
        return node;
    uint64_t hash = rh_known_node_hash(parent, word);
    rh_known_node **slot = &r->catalog->nodes[hash & (RH_KNOWN_SLOTS - 1)];
    node = RH_NEW(r->arena, rh_known_node);
    *node = (rh_known_node){.parent = parent,
                            .word = word,
                            .hash = hash,
                            .depth = parent ? parent->depth + 1 : 1,
                            .next = *slot};
    *slot = node;
    if (parent)
        parent->has_below = true;
    return node;
}

/* The node of a name; NULL, with an error, if it is none. */
static rh_known_node *node_of(reader *r, const char *name)
{
    rh_known_node *node = NULL;
    const char *at = name;
    for (;;) {
        size_t length = strcspn(at, " ");
        if (!length || at[0] == '-') {
            refuse_at(r, where(r),
                      "expected the leading words of a command, without options and with single "
                      "blanks, found '%.60s'",
                      name);
            return NULL;
        }
        node = node_below(r, node, rh_arena_text(r->arena, at, length));
        if (!at[length])
            return node;
        at += length + 1;
    }
}

static bool read_wraps(reader *r, const rh_value *entry, rh_known_command *command)
{
    command->wraps = rh_get(entry, "wraps") != NULL;
    return read_count(r, entry, "wraps", 0, &command->wrapped_operands);
}

static bool read_printed(reader *r, const rh_value *entry, rh_known_command *command)
{
    if (!rh_get(entry, "prints"))
        return true;
    rh_known_output *output = RH_NEW(r->arena, rh_known_output);
    command->output = output;
    return read_output(r, entry, "prints", output);
}

static bool read_command(reader *r, const rh_value *entry)
{
    static const char *const keys[] = {"name",        "takes",  "valued", "flags",
                                       "single_dash", "wraps",  "prints", "effects",
                                       "faults",      "source", NULL};
    const char *name = NULL, *source = NULL;
    if (!check_object(r, entry, "a command", keys) || !read_name(r, entry, "a command", &name))
        return false;
    enter(r, entry, "name");
    rh_known_node *node = node_of(r, name);
    if (!node)
        return false;
    leave(r);
    if (node->command && node->command->text == r->text)
        return refuse_twice(r, entry, name);
    rh_known_command *command = RH_NEW(r->arena, rh_known_command);
    *command = (rh_known_command){
        .catalog = r->catalog, .node = node, .older = node->command, .text = r->text};
    command->shown = (rh_catalog_command){.name = name, .more = command};
    node->command = command;
    if (!read_doing(r, entry, &command->doing, &command->shown.faults) ||
        !read_options(r, entry, "valued", true, command) ||
        !read_options(r, entry, "flags", false, command) || !read_printed(r, entry, command) ||
        !read_flag(r, entry, "single_dash", &command->has_long_options_with_one_dash) ||
        !read_wraps(r, entry, command) || !read_text(r, entry, "source", &source))
        return false;
    command->shown.takes = command->doing.takes;
    command->origin = rh_format(r->arena, "$(%s)", name);
    return true;
}

/* ---- a text ---------------------------------------------------------------------------------- */

static bool read_list(reader *r, const rh_value *root, const char *key,
                      bool (*read)(reader *r, const rh_value *entry))
{
    const rh_value *list = enter(r, root, key);
    if (list && !check_kind(r, list, RH_LIST, rh_format(r->arena, "a list of %s", key)))
        return false;
    for (size_t i = 0; i < rh_count_of(list); i++) {
        if (!read(r, enter_item(r, list, i)))
            return false;
        leave(r);
    }
    leave(r);
    return true;
}

int rh_known_read(rh_actions_catalog *catalog, const char *text, size_t length, const char *file,
                  rh_error *error)
{
    static const char *const keys[] = {"$schema", "summary",  "sources",
                                       "actions", "commands", NULL};
    const char *summary, *const *sources;
    reader r = {.catalog = catalog,
                .arena = catalog->arena,
                .text = text,
                .length = length,
                .file = file,
                .error = error};
    const rh_value *root = rh_json_read(r.arena, text, length, file, error);
    if (!root)
        return -1;
    bool good =
        check_object(&r, root, "a catalog", keys) && read_text(&r, root, "summary", &summary) &&
        read_texts(&r, root, "sources", &sources) && read_list(&r, root, "actions", read_action) &&
        read_list(&r, root, "commands", read_command);
    return good ? 0 : -1;
}
