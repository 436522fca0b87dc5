/* Patterns: what arguments, results and details are to look like.
 *
 * A plain `any` and a mapping with one plain key of the table are matchers; in quotes they are
 * data.
 */
#include "harness/scenario_parts.h"
#include "sim/base/value.h"

static bool contains(const rh_value *value, const void *data)
{
    return rh_kind_of(value) == RH_STRING && strstr(rh_text_of(value), data);
}

static bool is_not(const rh_value *value, const void *data)
{
    return !rh_match(data, value);
}

static bool each_matches(const rh_value *value, const void *data)
{
    for (size_t i = 0; i < rh_count_of(value); i++)
        if (!rh_match(data, rh_at(value, i)))
            return false;
    return rh_kind_of(value) == RH_LIST && rh_count_of(value) > 0;
}

static bool has_count(const rh_value *value, const void *data)
{
    return (rh_kind_of(value) == RH_LIST || rh_kind_of(value) == RH_OBJECT) &&
           rh_count_of(value) == *(const size_t *)data;
}

static bool is_of_kind(const rh_value *value, const void *data)
{
    rh_kind kind = rh_kind_of(value);
    return !strcmp(rh_kind_name(kind), data) || (kind == RH_INTEGER && !strcmp(data, "number"));
}

static const rh_value *matcher(rh_reader *reader, rh_predicate *accepts, const void *data,
                               const char *description)
{
    rh_matcher *made = RH_NEW(reader->arena, rh_matcher);
    *made = (rh_matcher){.accepts = accepts, .data = data, .description = description};
    rh_value value = {.kind = RH_MATCHER, .as = {.matcher = made}};
    return rh_value_clone(reader->arena, &value);
}

static const rh_value *subset_of(rh_reader *reader, const rh_value *fields)
{
    rh_matcher *made = RH_NEW(reader->arena, rh_matcher);
    *made = (rh_matcher){.subset = fields, .description = "an object with"};
    rh_value value = {.kind = RH_MATCHER, .as = {.matcher = made}};
    return rh_value_clone(reader->arena, &value);
}

static const rh_value *read_fields(rh_reader *reader, const rh_yaml *node, bool subset)
{
    rh_field *fields = RH_NEW_ARRAY(reader->arena, rh_field, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        fields[i].key = node->as.pairs[i].key->text;
        fields[i].value = rh_read_pattern(reader, node->as.pairs[i].value, subset);
        if (!fields[i].value)
            return NULL;
    }
    return rh_value_object(reader->arena, fields, node->count);
}

/* ---- the matchers ---------------------------------------------------------------------------- */

typedef const rh_value *read_matcher(rh_reader *reader, const rh_yaml *node);

static const rh_value *read_subset(rh_reader *reader, const rh_yaml *node)
{
    if (node->kind != RH_YAML_MAPPING || !node->count) {
        rh_refuse_kind(reader, node, "the fields that must be there behind 'subset'");
        return NULL;
    }
    const rh_value *fields = read_fields(reader, node, true);
    return fields ? subset_of(reader, fields) : NULL;
}

static const rh_value *read_exactly(rh_reader *reader, const rh_yaml *node)
{
    return rh_read_pattern(reader, node, false);
}

static const rh_value *read_contains(rh_reader *reader, const rh_yaml *node)
{
    const char *text;
    if (!rh_read_text(reader, node, &text))
        return NULL;
    return matcher(reader, contains, text, rh_format(reader->arena, "text with '%s'", text));
}

static const rh_value *read_not(rh_reader *reader, const rh_yaml *node)
{
    const rh_value *pattern = rh_read_pattern(reader, node, false);
    return pattern ? matcher(reader, is_not, pattern, "something else") : NULL;
}

static const rh_value *read_each_item(rh_reader *reader, const rh_yaml *node)
{
    const rh_value *pattern = rh_read_pattern(reader, node, true);
    return pattern ? matcher(reader, each_matches, pattern, "a list whose items all match") : NULL;
}

static const rh_value *read_has_items(rh_reader *reader, const rh_yaml *node)
{
    int64_t count;
    if (!rh_read_count(reader, node, 0, INT32_MAX, &count))
        return NULL;
    size_t *kept = RH_NEW(reader->arena, size_t);
    *kept = (size_t)count;
    return matcher(reader, has_count, kept, rh_format(reader->arena, "%zu items", *kept));
}

static const rh_value *read_of_kind(rh_reader *reader, const rh_yaml *node)
{
    static const char *const kinds[] = {"null",   "boolean", "integer", "number",
                                        "string", "list",    "object",  NULL};
    size_t which;
    if (!rh_read_choice(reader, node, "kind of value", kinds, &which))
        return NULL;
    return matcher(reader, is_of_kind, kinds[which],
                   rh_format(reader->arena, "of kind %s", kinds[which]));
}

static const struct {
    const char *name;
    read_matcher *read;
} matchers[] = {
    {"subset", read_subset},   {"exactly", read_exactly},     {"contains", read_contains},
    {"not", read_not},         {"each-item", read_each_item}, {"has-items", read_has_items},
    {"of-kind", read_of_kind},
};

static read_matcher *find_matcher(const rh_yaml *node)
{
    if (node->kind != RH_YAML_MAPPING || node->count != 1)
        return NULL;
    for (size_t i = 0; i < sizeof matchers / sizeof *matchers; i++)
        if (rh_yaml_is_plain(node->as.pairs[0].key, matchers[i].name))
            return matchers[i].read;
    return NULL;
}

const rh_value *rh_read_pattern(rh_reader *reader, const rh_yaml *node, bool subset)
{
    if (rh_yaml_is_plain(node, "any"))
        return rh_value_clone(reader->arena, RH_ANY);
    read_matcher *read = find_matcher(node);
    if (read)
        return read(reader, node->as.pairs[0].value);
    if (node->kind == RH_YAML_SCALAR)
        return rh_yaml_value(reader->arena, node);
    if (node->kind == RH_YAML_MAPPING) {
        const rh_value *fields = read_fields(reader, node, subset);
        return fields && subset && node->count ? subset_of(reader, fields) : fields;
    }
    const rh_value **items = RH_NEW_ARRAY(reader->arena, const rh_value *, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        items[i] = rh_read_pattern(reader, node->as.items[i], subset);
        if (!items[i])
            return NULL;
    }
    return rh_value_list(reader->arena, items, node->count);
}
