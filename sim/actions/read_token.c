/* Nodes against the schema: collections, and what is in them. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

/* ---- collections ----------------------------------------------------------------------------- */

static void refuse_node(rh_reading *r, const rh_yaml *node, const char *message)
{
    rh_reading_refuse(r, node->line, node->column, "%s", message);
}

static const rh_token *read_node(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                                 uint32_t around);

static const rh_schema anything = {.takes = RH_TAKES_ANYTHING};

static const rh_value *list_of(rh_reading *r, const rh_token *const *items, uint32_t count)
{
    const rh_value **values = RH_NEW_ARRAY(r->arena, const rh_value *, count);
    for (uint32_t i = 0; i < count; i++)
        if (!(values[i] = items[i]->constant))
            return NULL;
    return rh_value_list(r->arena, values, count);
}

static const rh_token *read_sequence(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                                     uint32_t allowed)
{
    rh_token *token = rh_token_new(r, node);
    const rh_schema *item = schema->takes & RH_TAKES_ANYTHING ? &anything : schema->items;
    if (!item) {
        refuse_node(r, node, "A sequence was not expected");
        return token;
    }
    const rh_token **items = RH_NEW_ARRAY(r->arena, const rh_token *, node->count);
    for (uint32_t i = 0; i < node->count; i++)
        items[i] = read_node(r, node->as.items[i], item, allowed);
    token->as.items = items;
    token->count = node->count;
    if (!(schema->takes & RH_IS_PARTS))
        token->constant = list_of(r, items, token->count);
    return token;
}

/* A mapping that is being read: which variants its keys leave. */
typedef struct open_mapping {
    const rh_yaml *node;
    const rh_schema *schema;
    uint32_t allowed;
    uint32_t variants;
    uint64_t seen;          /* keys of the schema, by their position */
    const rh_yaml *decider; /* the key that last excluded a variant */
    bool has_expression_key;
    rh_token_pair *pairs;
    uint32_t count;
} open_mapping;

static uint32_t variants_of(const open_mapping *m, const rh_schema_key *key)
{
    uint32_t all = m->schema->variants ? m->schema->variants : 1;
    return key->variants ? key->variants : all;
}

static const rh_schema_key *find_key(const rh_schema *schema, const char *name)
{
    const rh_schema_key *key = schema->keys;
    while (key && key->name && strcmp(key->name, name))
        key++;
    return key && key->name ? key : NULL;
}

static void take_key(open_mapping *m, const rh_schema_key *known, const rh_yaml *written)
{
    m->seen |= UINT64_C(1) << (known - m->schema->keys);
    if (!(m->variants & ~variants_of(m, known)))
        return;
    m->variants &= variants_of(m, known);
    m->decider = written;
}

/* The key that a mistyped one is near to; it then counts as written, so that it is not also told to
 * be missing. */
static void take_for(open_mapping *m, const char *name, const rh_yaml *written)
{
    const rh_schema_key *known = name ? find_key(m->schema, name) : NULL;
    if (known)
        take_key(m, known, written);
}

static void refuse_key(rh_reading *r, open_mapping *m, const rh_yaml *key)
{
    const rh_schema_key *known = find_key(m->schema, key->text);
    if (known && m->decider) {
        rh_reading_refuse(r, key->line, key->column,
                          "Unexpected value '%s'; it does not go with '%s' in line %u", key->text,
                          m->decider->text, m->decider->line);
        return;
    }
    char hint[96];
    rh_nearest nearest = rh_nearest_begin(key->text);
    for (known = m->schema->keys; known && known->name; known++)
        if (variants_of(m, known) & m->variants)
            rh_nearest_offer(&nearest, known->name);
    const char *near = rh_nearest_hint(&nearest, hint, sizeof hint);
    if (!*near && !strcmp(key->text, "<<"))
        near = "; merge keys are not supported";
    rh_reading_refuse(r, key->line, key->column, "Unexpected value '%s'%s",
                      rh_read_shown(r->arena, key->text), near);
    take_for(m, nearest.best, key);
}

static void add_pair(open_mapping *m, const rh_token *key, const rh_token *value)
{
    m->pairs[m->count++] = (rh_token_pair){key, value};
}

/* A key that is an expression, or `${{ insert }}`. What stands behind one that is refused is left
 * out: which contexts it may use hangs on the key. */
static void read_expression_key(rh_reading *r, open_mapping *m, const rh_yaml_pair *pair)
{
    rh_token *key = rh_token_new(r, pair->key);
    key->is_text = true;
    m->has_expression_key = true;
    key->is_insert = rh_read_is_insert(pair->key);
    if (!key->is_insert)
        rh_read_template(r, pair->key, m->allowed, key);
    else if (!m->allowed)
        refuse_node(r, pair->key, "A template expression is not allowed in this context");
    bool is_refused = key->is_insert ? !m->allowed : !key->expression && !key->constant;
    if (is_refused)
        return;
    if (m->schema->takes & RH_HAS_PLAIN_KEYS)
        refuse_node(r, pair->key, "Unexpected expression; keys are text here");
    bool is_loose = m->schema->others && !m->schema->keys && !key->is_insert;
    add_pair(m, key,
             read_node(r, pair->value, is_loose ? m->schema->others : &anything, m->allowed));
}

/* A key as the text it becomes: `1.50` is '1.5', null is ''. */
static const rh_yaml *name_of(rh_reading *r, const rh_yaml *key)
{
    if (key->type == RH_STRING)
        return key;
    const rh_value *text = rh_value_as_string(r->arena, rh_yaml_value(r->arena, key));
    rh_yaml *named = RH_NEW(r->arena, rh_yaml);
    *named = *key;
    named->type = RH_STRING;
    named->text = rh_text_of(text);
    named->count = text->count;
    return named;
}

static void read_pair(rh_reading *r, open_mapping *m, const rh_yaml_pair *pair)
{
    if (rh_read_holds_expression(pair->key)) {
        read_expression_key(r, m, pair);
        return;
    }
    const rh_yaml *name = name_of(r, pair->key);
    const rh_schema_key *known = find_key(m->schema, name->text);
    const rh_schema *value = NULL;
    if (known && variants_of(m, known) & m->variants) {
        value = known->value;
        take_key(m, known, name);
    } else if (!known) {
        value = m->schema->others;
    }
    if (!value) {
        refuse_key(r, m, name);
        return;
    }
    rh_token *key = rh_token_new(r, name);
    key->constant = rh_value_string(r->arena, name->text, name->count);
    bool is_any = m->schema->takes & RH_TAKES_ANYTHING;
    if (!known && name->count == 0 && !is_any)
        refuse_node(r, name, "Unexpected value ''; a name is missing");
    add_pair(m, key, read_node(r, pair->value, value, m->allowed));
}

static bool is_one(uint32_t bits)
{
    return bits && !(bits & (bits - 1));
}

/* The keys that only one of the possible variants has, in alphabetical order. */
static void refuse_ambiguous(rh_reading *r, const open_mapping *m)
{
    const char *names[32];
    size_t count = 0;
    for (const rh_schema_key *key = m->schema->keys; key->name && count < 32; key++) {
        if (!is_one(variants_of(m, key) & m->variants))
            continue;
        size_t at = count++;
        for (; at > 0 && strcmp(names[at - 1], key->name) > 0; at--)
            names[at] = names[at - 1];
        names[at] = key->name;
    }
    rh_text list = rh_text_in(r->arena);
    for (size_t i = 0; i < count; i++)
        rh_text_printf(&list, "%s%s", i ? ", " : "", names[i]);
    rh_reading_refuse(
        r, m->node->line, m->node->column,
        "There's not enough info to determine what you meant. Add one of these properties: %s",
        rh_text_string(&list));
}

static void check_keys(rh_reading *r, const open_mapping *m)
{
    if (m->schema->keys && m->schema->variants && !is_one(m->variants)) {
        refuse_ambiguous(r, m);
        return;
    }
    bool is_cut = r->is_partial && m->node == r->root;
    if (m->has_expression_key || is_cut)
        return;
    for (const rh_schema_key *key = m->schema->keys; key && key->name; key++)
        if (key->required & m->variants && !(m->seen & UINT64_C(1) << (key - m->schema->keys)))
            rh_reading_refuse(r, m->node->line, m->node->column, "Required property is missing: %s",
                              key->name);
}

static const rh_value *object_of(rh_reading *r, const open_mapping *m)
{
    rh_field *fields = RH_NEW_ARRAY(r->arena, rh_field, m->count);
    for (uint32_t i = 0; i < m->count; i++) {
        const rh_token_pair *pair = &m->pairs[i];
        if (!pair->key->constant || !pair->value->constant)
            return NULL;
        fields[i] = (rh_field){rh_text_of(pair->key->constant), pair->value->constant};
    }
    return rh_value_object_borrowing(r->arena, fields, m->count);
}

static const rh_token *read_mapping(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                                    uint32_t allowed)
{
    static const rh_schema any_mapping = {.takes = RH_TAKES_ANYTHING, .others = &anything};
    rh_token *token = rh_token_new(r, node);
    if (schema->takes & RH_TAKES_ANYTHING)
        schema = &any_mapping;
    if (!schema->keys && !schema->others) {
        refuse_node(r, node, "A mapping was not expected");
        return token;
    }
    open_mapping m = {.node = node,
                      .schema = schema,
                      .allowed = allowed,
                      .variants = schema->variants ? schema->variants : 1,
                      .pairs = RH_NEW_ARRAY(r->arena, rh_token_pair, node->count)};
    for (uint32_t i = 0; i < node->count; i++)
        read_pair(r, &m, &node->as.pairs[i]);
    check_keys(r, &m);
    token->as.pairs = m.pairs;
    token->count = m.count;
    if (!(schema->takes & RH_IS_PARTS))
        token->constant = object_of(r, &m);
    return token;
}

static const rh_token *read_node(rh_reading *r, const rh_yaml *node, const rh_schema *schema,
                                 uint32_t around)
{
    uint32_t allowed = schema->allowed ? schema->allowed : around;
    switch ((rh_yaml_kind)node->kind) {
    case RH_YAML_SEQUENCE:
        return read_sequence(r, node, schema, allowed);
    case RH_YAML_MAPPING:
        return read_mapping(r, node, schema, allowed);
    default:
        return rh_read_scalar(r, node, schema, allowed);
    }
}

const rh_token *rh_read_token(rh_reading *r, const rh_yaml *node, const rh_schema *schema)
{
    r->root = node;
    return read_node(r, node, schema, 0);
}
