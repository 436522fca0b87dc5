#include "harness/node.h"

#include "sim/base/timetext.h"

bool rh_refuse(rh_reader *reader, const rh_yaml *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_error_vset(reader->error, reader->file, node->line, node->column, format, arguments);
    va_end(arguments);
    return false;
}

bool rh_refuse_kind(rh_reader *reader, const rh_yaml *node, const char *what)
{
    bool has_text = node->kind == RH_YAML_SCALAR && node->type != RH_NULL && node->count < 60;
    return rh_refuse(reader, node, "expected %s, found %s%s%s", what,
                     has_text ? "'" : rh_yaml_describe(node), has_text ? node->text : "",
                     has_text ? "'" : "");
}

/* "unknown key 'tkaes' of a mock; did you mean 'takes'?" */
static bool refuse_name(rh_reader *reader, const rh_yaml *node, const char *what, const char *of,
                        const char *const *known)
{
    char hint[128];
    rh_text list = rh_text_in(reader->arena);
    rh_nearest nearest = rh_nearest_begin(node->text);
    for (size_t i = 0; known[i]; i++) {
        rh_nearest_offer(&nearest, known[i]);
        rh_text_printf(&list, "%s%s", i ? ", " : "", known[i]);
    }
    if (nearest.best)
        return rh_refuse(reader, node, "unknown %s '%s'%s%s", what, node->text, of,
                         rh_nearest_hint(&nearest, hint, sizeof hint));
    return rh_refuse(reader, node, "unknown %s '%s'%s (known: %s)", what, node->text, of,
                     rh_text_string(&list));
}

bool rh_refuse_name(rh_reader *reader, const rh_yaml *node, const char *what,
                    const char *const *known)
{
    return refuse_name(reader, node, what, "", known);
}

rh_place rh_place_of(const rh_reader *reader, const rh_yaml *node)
{
    return (rh_place){reader->file, (int)node->line, (int)node->column};
}

/* ---- mappings -------------------------------------------------------------------------------- */

static const rh_key *find_key(const rh_key *keys, const char *name)
{
    for (; keys->name; keys++)
        if (!strcmp(keys->name, name))
            return keys;
    return NULL;
}

static bool is_there(const rh_reader *reader, const rh_key *key)
{
    return !key->only || key->only == reader->subject;
}

static bool unknown_key(rh_reader *reader, const rh_yaml *key, const char *what, const rh_key *keys)
{
    size_t count = 0, known = 0;
    while (keys[count].name)
        count++;
    const char **names = RH_NEW_ARRAY(reader->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        if (is_there(reader, &keys[i]))
            names[known++] = keys[i].name;
    if (!strcmp(key->text, "<<"))
        return rh_refuse(reader, key, "merge keys are not part of YAML 1.2; write the keys out");
    return refuse_name(reader, key, "key", rh_format(reader->arena, " of %s", what), names);
}

bool rh_read_mapping(rh_reader *reader, const rh_yaml *node, const char *what, const rh_key *keys,
                     void *into)
{
    if (node->kind != RH_YAML_MAPPING)
        return rh_refuse_kind(reader, node, rh_format(reader->arena, "%s with its keys", what));
    for (uint32_t i = 0; i < node->count; i++) {
        const rh_yaml_pair *pair = &node->as.pairs[i];
        const rh_key *key = find_key(keys, pair->key->text);
        if (!key)
            return unknown_key(reader, pair->key, what, keys);
        if (!is_there(reader, key))
            return rh_refuse(reader, pair->key, "the key '%s' %s", key->name, reader->why_not);
        if (!key->read(reader, pair->value, key, into))
            return false;
    }
    for (const rh_key *key = keys; key->name; key++)
        if (key->required && !rh_yaml_get(node, key->name))
            return rh_refuse(reader, node, "%s needs the key '%s'", what, key->name);
    return true;
}

/* ---- scalars --------------------------------------------------------------------------------- */

bool rh_read_choice(rh_reader *reader, const rh_yaml *node, const char *what,
                    const char *const *known, size_t *which)
{
    if (node->kind != RH_YAML_SCALAR || node->type == RH_NULL)
        return rh_refuse_kind(reader, node, rh_format(reader->arena, "a %s", what));
    for (size_t i = 0; known[i]; i++)
        if (!strcmp(known[i], node->text)) {
            *which = i;
            return true;
        }
    return rh_refuse_name(reader, node, what, known);
}

bool rh_read_text(rh_reader *reader, const rh_yaml *node, const char **text)
{
    if (node->kind != RH_YAML_SCALAR || node->type == RH_NULL || node->type == RH_BOOLEAN)
        return rh_refuse_kind(reader, node, "text");
    if (!node->count || strlen(node->text) != node->count)
        return rh_refuse(reader, node, "expected text, found %s",
                         node->count ? "the character NUL" : "nothing between the quotes");
    *text = node->text;
    return true;
}

bool rh_read_duration(rh_reader *reader, const rh_yaml *node, rh_duration *duration)
{
    if (node->kind == RH_YAML_SCALAR && node->type == RH_INTEGER && node->as.integer > 0)
        return rh_refuse(reader, node, "a duration without a unit; did you mean '%ss' or '%sm'?",
                         node->text, node->text);
    if (node->kind != RH_YAML_SCALAR || !rh_duration_read(node->text, node->count, duration))
        return rh_refuse_kind(reader, node, "a duration like 90s, 5m or 1h30m");
    if (*duration < 0)
        return rh_refuse(reader, node, "the duration %s is negative", node->text);
    return true;
}

bool rh_read_count(rh_reader *reader, const rh_yaml *node, int64_t least, int64_t most,
                   int64_t *count)
{
    const char *what = most == INT64_MAX || most == INT32_MAX
                           ? rh_format(reader->arena, "a whole number from %jd", (intmax_t)least)
                           : rh_format(reader->arena, "a whole number from %jd to %jd",
                                       (intmax_t)least, (intmax_t)most);
    if (node->kind != RH_YAML_SCALAR || node->type != RH_INTEGER || node->as.integer < least ||
        node->as.integer > most)
        return rh_refuse_kind(reader, node, what);
    *count = node->as.integer;
    return true;
}

bool rh_read_texts(rh_reader *reader, const rh_yaml *node, const char *const **texts, size_t *count)
{
    bool is_list = node->kind == RH_YAML_SEQUENCE;
    *count = is_list ? node->count : 1;
    const char **read = RH_NEW_ARRAY(reader->arena, const char *, *count + 1);
    for (size_t i = 0; i < *count; i++)
        if (!rh_read_text(reader, is_list ? node->as.items[i] : node, &read[i]))
            return false;
    *texts = read;
    return *count > 0 || rh_refuse(reader, node, "the list is empty");
}

/* ---- fields ---------------------------------------------------------------------------------- */

#define FIELD(type, into, key) ((type *)(void *)((char *)(into) + (key)->offset))

bool rh_read_text_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    return rh_read_text(reader, node, FIELD(const char *, into, key));
}

bool rh_read_duration_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    return rh_read_duration(reader, node, FIELD(rh_duration, into, key));
}

bool rh_read_flag_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    if (node->kind != RH_YAML_SCALAR || node->type != RH_BOOLEAN)
        return rh_refuse_kind(reader, node, "true or false");
    *FIELD(bool, into, key) = node->as.boolean;
    return true;
}

bool rh_read_true_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    if (node->kind != RH_YAML_SCALAR || node->type != RH_BOOLEAN || !node->as.boolean)
        return rh_refuse_kind(reader, node, "true (leave the key out if it is not so)");
    *FIELD(bool, into, key) = true;
    return true;
}

bool rh_read_times_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t times = 0;
    if (!rh_read_count(reader, node, 1, INT32_MAX, &times))
        return false;
    *FIELD(int32_t, into, key) = (int32_t)times;
    return true;
}

bool rh_read_value_field(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    *FIELD(const rh_value *, into, key) = rh_yaml_value(reader->arena, node);
    return true;
}
