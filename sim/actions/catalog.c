#include "sim/actions/catalog_parts.h"
#include "sim/base/ascii.h"
#include "sim/base/hash.h"
#include "sim/base/timetext.h"

enum { LONGEST_NAME = 255 };

/* ---- the tables ------------------------------------------------------------------------------ */

uint64_t rh_known_action_hash(const char *name)
{
    char folded[LONGEST_NAME + 1];
    size_t length = 0;
    for (; name[length]; length++) {
        if (length == LONGEST_NAME)
            return 0;
        folded[length] = rh_ascii_lower(name[length]);
    }
    return rh_hash_bytes(RH_HASH_SEED, folded, length);
}

/* Mostly it is written as in the catalog. */
static bool is_same_name(const char *known, const char *name)
{
    return !strcmp(known, name) || rh_ascii_same(known, name);
}

rh_known_action *rh_known_action_get(const rh_actions_catalog *catalog, const char *name)
{
    uint64_t hash = rh_known_action_hash(name);
    rh_known_action *action = catalog->actions[hash & (RH_KNOWN_SLOTS - 1)];
    while (action && (action->hash != hash || !is_same_name(action->shown.name, name)))
        action = action->next;
    return action;
}

uint64_t rh_known_node_hash(const rh_known_node *parent, const char *word)
{
    return rh_hash_bytes(parent ? parent->hash : RH_HASH_SEED, word, strlen(word));
}

rh_known_node *rh_known_node_get(const rh_actions_catalog *catalog, const rh_known_node *parent,
                                 const char *word)
{
    uint64_t hash = rh_known_node_hash(parent, word);
    rh_known_node *node = catalog->nodes[hash & (RH_KNOWN_SLOTS - 1)];
    while (node && (node->hash != hash || node->parent != parent || strcmp(node->word, word) != 0))
        node = node->next;
    return node;
}

uint64_t rh_known_spelling_hash(const char *spelling, size_t length)
{
    return rh_hash_bytes(RH_HASH_SEED, spelling, length);
}

const rh_known_option *rh_known_option_get(const rh_known_command *command, uint64_t hash,
                                           const char *spelling, size_t length)
{
    uint64_t own = rh_hash_mix(hash, command->node->hash);
    const rh_known_spelling *known = command->catalog->spellings[own & (RH_KNOWN_SLOTS - 1)];
    while (known && (known->hash != own || known->command != command ||
                     strncmp(known->text, spelling, length) != 0 || known->text[length]))
        known = known->next;
    return known ? known->option : NULL;
}

void rh_known_option_put(rh_actions_catalog *catalog, const rh_known_command *command,
                         const char *spelling, const rh_known_option *option)
{
    size_t length = strlen(spelling);
    uint64_t hash = rh_known_spelling_hash(spelling, length);
    if (rh_known_option_get(command, hash, spelling, length))
        return;
    uint64_t own = rh_hash_mix(hash, command->node->hash);
    rh_known_spelling **slot = &catalog->spellings[own & (RH_KNOWN_SLOTS - 1)];
    rh_known_spelling *known = RH_NEW(catalog->arena, rh_known_spelling);
    *known = (rh_known_spelling){command, spelling, own, option, *slot};
    *slot = known;
}

rh_actions_catalog *rh_actions_catalog_read(rh_arena *arena, const char *const *texts,
                                            const char *const *files, size_t count, rh_error *error)
{
    rh_actions_catalog *catalog = RH_NEW(arena, rh_actions_catalog);
    catalog->arena = arena;
    for (const rh_catalog_text *part = rh_catalog_texts; part->name; part++)
        if (rh_known_read(catalog, part->text, part->length, part->name, error) < 0)
            return NULL;
    for (size_t i = 0; i < count; i++)
        if (rh_known_read(catalog, texts[i], strlen(texts[i]), files[i], error) < 0)
            return NULL;
    return catalog;
}

static void offer_effects(const rh_known_doing *doing, rh_nearest *nearest)
{
    for (size_t i = 0; i < doing->effect_count; i++)
        rh_nearest_offer(nearest, doing->effects[i].kind);
}

void rh_catalog_offer_effects(const rh_actions_catalog *catalog, rh_nearest *nearest)
{
    for (size_t i = 0; i < RH_KNOWN_SLOTS; i++) {
        for (const rh_known_action *action = catalog->actions[i]; action; action = action->next)
            offer_effects(&action->doing, nearest);
        for (const rh_known_node *node = catalog->nodes[i]; node; node = node->next)
            if (node->command)
                offer_effects(&node->command->doing, nearest);
    }
}

const rh_catalog_action *rh_catalog_action_find(const rh_actions_catalog *catalog, const char *name)
{
    const rh_known_action *action = rh_known_action_get(catalog, name);
    return action ? &action->shown : NULL;
}

const rh_catalog_command *rh_catalog_command_find(const rh_actions_catalog *catalog,
                                                  const rh_value *const *words, size_t count,
                                                  size_t *begin)
{
    const rh_known_match match = rh_known_match_words(catalog, words, count);
    *begin = match.begin;
    return match.command ? &match.command->shown : NULL;
}

/* ---- playing --------------------------------------------------------------------------------- */

/* A scope with other `inputs`. */
typedef struct inner {
    const rh_expression_scope *outer; /* NULL: nothing else is known */
    const rh_value *inputs;
    rh_expression_scope scope;
    /* Of a command: its words, which are taken apart when `inputs` are first asked for. */
    rh_arena *arena;
    const rh_known_command *command;
    const rh_value *const *words; /* from the program's name on */
    size_t word_count;
} inner;

static const rh_value *inner_context(void *data, rh_expression_context context)
{
    inner *own = data;
    if (context == RH_CONTEXT_INPUTS) {
        if (!own->inputs && own->command)
            own->inputs =
                rh_known_take_apart(own->arena, own->command, own->words, own->word_count);
        return own->inputs;
    }
    return own->outer && own->outer->context ? own->outer->context(own->outer->data, context)
                                             : NULL;
}

static void inner_begin(inner *own, const rh_expression_scope *outer, const rh_value *inputs)
{
    *own = (inner){.outer = outer, .inputs = inputs};
    own->scope = (rh_expression_scope){.data = own, .context = inner_context};
}

/* What a function refuses is not known. */
static const rh_value *evaluate(rh_arena *arena, const rh_expression *expression, const inner *own)
{
    rh_expression_error error;
    const rh_value *value = rh_expression_evaluate(arena, expression, &own->scope, &error);
    return value ? value : rh_value_unknown(arena, "", 0);
}

static bool is_tainted(const rh_value *value)
{
    return value && (value->flags & RH_TAINTED);
}

/* What reports show of a key. */
static const char *key_text(rh_arena *arena, const rh_value *value)
{
    if (value->flags & RH_SECRET)
        return "***";
    if (rh_kind_of(value) == RH_UNKNOWN)
        return rh_format(arena, "<%s>", rh_value_origin(value)[0] ? rh_value_origin(value) : "?");
    return rh_text_of(rh_value_as_string(arena, value));
}

typedef struct effects {
    rh_arena *arena;
    rh_script_effect *items;
    size_t count, capacity;
    bool is_tainted; /* all of them */
} effects;

static void add_effect(effects *all, const rh_known_effect *effect, const rh_value *key)
{
    all->items = rh_arena_reserve(all->arena, all->items, sizeof *all->items, all->count + 1,
                                  &all->capacity);
    all->items[all->count++] = (rh_script_effect){
        .kind = effect->kind,
        .key = key ? key_text(all->arena, key) : "",
        .once = effect->is_repeatable ? rh_hash_string(effect->kind) | 1 : 0,
        .is_tainted = all->is_tainted || is_tainted(key),
    };
}

static const rh_value *part_of(rh_arena *arena, const rh_value *whole, const char *text,
                               size_t length)
{
    return rh_value_flagged(arena, rh_value_string(arena, text, length),
                            whole->flags & (RH_SECRET | RH_TAINTED));
}

/* One effect for each line of a text, commas being as good as ends of lines. */
static void add_effects_of_lines(effects *all, const rh_known_effect *effect, const rh_value *lines)
{
    const char *at = rh_text_of(lines);
    for (;;) {
        at += strspn(at, "\n\r, \t");
        size_t length = strcspn(at, "\n\r,");
        if (!length)
            return;
        size_t shown = length;
        while (at[shown - 1] == ' ' || at[shown - 1] == '\t')
            shown--;
        add_effect(all, effect, part_of(all->arena, lines, at, shown));
        at += length;
    }
}

static void add_effects_of_keys(effects *all, const rh_known_effect *effect, const inner *own)
{
    const rh_value *keys = evaluate(all->arena, effect->keys, own);
    if (rh_kind_of(keys) == RH_LIST)
        for (size_t i = 0; i < rh_count_of(keys); i++)
            add_effect(all, effect, rh_at(keys, i));
    else if (rh_kind_of(keys) == RH_UNKNOWN)
        add_effect(all, effect, keys);
    else
        add_effects_of_lines(all, effect, rh_value_as_string(all->arena, keys));
}

static void play_effects(rh_arena *arena, const rh_known_doing *doing, const inner *own,
                         bool all_tainted, rh_script *script)
{
    effects all = {.arena = arena, .is_tainted = all_tainted};
    for (size_t i = 0; i < doing->effect_count; i++) {
        const rh_known_effect *effect = &doing->effects[i];
        rh_expression_error error;
        if (effect->condition &&
            rh_expression_truth(arena, effect->condition, &own->scope, &error) == RH_FALSY)
            continue;
        if (effect->keys)
            add_effects_of_keys(&all, effect, own);
        else
            add_effect(&all, effect, effect->key ? evaluate(arena, effect->key, own) : NULL);
    }
    script->effects = all.items;
    script->effect_count = all.count;
}

static rh_duration time_of(rh_arena *arena, const rh_known_doing *doing, const inner *own)
{
    if (!doing->takes_text)
        return doing->takes;
    const rh_value *value = rh_value_as_string(arena, evaluate(arena, doing->takes_text, own));
    const char *text = rh_text_of(value);
    rh_duration takes;
    if (!strcmp(text, "infinity"))
        return RH_FOREVER;
    if (rh_duration_read(text, strlen(text), &takes))
        return takes < 0 ? 0 : takes;
    text = rh_format(arena, "%ss", text);
    return rh_duration_read(text, strlen(text), &takes) && takes > 0 ? takes : 0;
}

/* As text, or unknown. */
static const rh_value *output_value(rh_arena *arena, const rh_known_output *output,
                                    const inner *own)
{
    rh_expression_error error;
    const rh_value *value = NULL;
    if (output->value &&
        (!output->condition ||
         rh_expression_truth(arena, output->condition, &own->scope, &error) == RH_TRUTHY))
        value = rh_value_as_string(arena, evaluate(arena, output->value, own));
    if (!value)
        value = rh_value_unknown(arena, "", 0);
    return output->flags ? rh_value_flagged(arena, value, output->flags) : value;
}

/* What is unknown comes from there, unless it says where it comes from. */
static bool lacks_origin(const rh_value *value)
{
    return rh_kind_of(value) == RH_UNKNOWN && !rh_value_origin(value)[0];
}

static const rh_value *with_origin(rh_arena *arena, const rh_value *value, const char *origin)
{
    return rh_value_unknown(arena, origin, value->flags & (RH_SECRET | RH_TAINTED));
}

/* ---- actions --------------------------------------------------------------------------------- */

/* Actions see text, whatever stands in the file; and the defaults of what is not there. */
static const rh_value *inputs_of(rh_arena *arena, const rh_known_action *action,
                                 const rh_expression_scope *scope, bool *any_tainted)
{
    const rh_value *with =
        scope && scope->context ? scope->context(scope->data, RH_CONTEXT_INPUTS) : NULL;
    size_t given = rh_kind_of(with) == RH_OBJECT ? rh_count_of(with) : 0, count = 0;
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, given + action->input_count + 1);
    for (size_t i = 0; i < given; i++) {
        const rh_value *value = with->as.fields[i].value;
        fields[count++] = (rh_field){with->as.fields[i].key, rh_value_as_string(arena, value)};
        *any_tainted = *any_tainted || is_tainted(value);
    }
    for (size_t i = 0; i < action->input_count; i++)
        if (!rh_value_property(with, action->inputs[i].key, strlen(action->inputs[i].key)))
            fields[count++] = action->inputs[i];
    return rh_value_object_unhashed(arena, fields, count);
}

static const rh_value *outputs_of(rh_arena *arena, const rh_known_action *action, const char *step,
                                  const inner *own)
{
    if (action->has_other_outputs)
        return rh_value_unknown(arena, rh_format(arena, "steps.%s.outputs", step), 0);
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, action->output_count + 1);
    for (size_t i = 0; i < action->output_count; i++) {
        const rh_known_output *output = &action->outputs[i];
        const rh_value *value = output_value(arena, output, own);
        if (lacks_origin(value))
            value = with_origin(arena, value,
                                rh_format(arena, "steps.%s.outputs.%s", step, output->name));
        fields[i] = (rh_field){output->name, value};
    }
    return rh_value_object_borrowing(arena, fields, action->output_count);
}

void rh_catalog_action_script(rh_arena *arena, const rh_catalog_action *action, const char *step,
                              const rh_expression_scope *scope, rh_script *script,
                              const rh_value **outputs)
{
    const rh_known_action *known = action->more;
    bool any_tainted = false;
    inner own;
    inner_begin(&own, scope, inputs_of(arena, known, scope, &any_tainted));
    script->takes = time_of(arena, &known->doing, &own);
    play_effects(arena, &known->doing, &own, any_tainted, script);
    *outputs = outputs_of(arena, known, step, &own);
}

/* ---- commands -------------------------------------------------------------------------------- */

static bool is_any_tainted(const rh_value *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_tainted(words[i]))
            return true;
    return false;
}

/* What a command makes of tainted words is tainted; of secrets it is not taken to print any. */
static const rh_value *printed_by(rh_arena *arena, const rh_known_command *command,
                                  const inner *own, bool tainted)
{
    if (!command->output)
        return NULL;
    const rh_value *value = output_value(arena, command->output, own);
    if (lacks_origin(value))
        value = with_origin(arena, value, command->origin);
    return tainted ? rh_value_flagged(arena, value, RH_TAINTED) : value;
}

void rh_catalog_command_script(rh_arena *arena, const rh_catalog_command *command,
                               const rh_value *const *words, size_t count, size_t begin,
                               const rh_expression_scope *scope, rh_script *script,
                               const rh_value **output)
{
    const rh_known_command *known = command->more;
    bool tainted = is_any_tainted(words, count);
    inner own;
    inner_begin(&own, scope, NULL);
    own.arena = arena;
    own.command = known;
    own.words = words + begin;
    own.word_count = count - begin;
    script->takes = time_of(arena, &known->doing, &own);
    play_effects(arena, &known->doing, &own, tainted, script);
    *output = printed_by(arena, known, &own, tainted);
}
