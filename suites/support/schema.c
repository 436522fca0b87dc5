#include "suites/support/schema.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct checker {
    const rh_value *root;
    rh_text *why;
} checker;

static bool accepts(checker *c, const rh_value *schema, const rh_value *value, const char *path);

static bool refuse(checker *c, const char *path, const char *what)
{
    rh_text_printf(c->why, "%s: %s\n", path[0] ? path : "/", what);
    return false;
}

/* ---- references ------------------------------------------------------------------------------ */

/* "#/$defs/answer/properties/result" */
static const rh_value *resolve(const rh_value *root, const char *reference)
{
    const rh_value *at = root;
    const char *step = reference + 1;
    while (*step == '/') {
        char name[64];
        size_t length = strcspn(step + 1, "/");
        snprintf(name, sizeof name, "%.*s", (int)length, step + 1);
        at = rh_get(at, name);
        step += 1 + length;
    }
    if (!at || reference[0] != '#') {
        fprintf(stderr, "schema: nothing at %s\n", reference);
        abort();
    }
    return at;
}

/* ---- single keywords ------------------------------------------------------------------------- */

static bool is_of_type(const rh_value *value, const char *type)
{
    rh_kind kind = rh_kind_of(value);
    if (!strcmp(type, "array"))
        return kind == RH_LIST;
    if (!strcmp(type, "number"))
        return kind == RH_INTEGER || kind == RH_NUMBER;
    return !strcmp(type, rh_kind_name(kind));
}

static bool check_type(checker *c, const rh_value *types, const rh_value *value, const char *path)
{
    bool fits = rh_kind_of(types) == RH_STRING && is_of_type(value, rh_text_of(types));
    for (size_t i = 0; i < rh_count_of(types); i++)
        fits = fits || is_of_type(value, rh_text_of(rh_at(types, i)));
    return fits || refuse(c, path, "has another type");
}

static bool check_enum(checker *c, const rh_value *list, const rh_value *value, const char *path)
{
    for (size_t i = 0; i < rh_count_of(list); i++)
        if (rh_equal(rh_at(list, i), value))
            return true;
    return refuse(c, path, "is none of the values");
}

static bool check_any_of(checker *c, const rh_value *list, const rh_value *value, const char *path)
{
    rh_text *why = c->why;
    rh_text unheard = rh_text_in(why->arena);
    c->why = &unheard;
    bool fits = false;
    for (size_t i = 0; i < rh_count_of(list); i++)
        fits = fits || accepts(c, rh_at(list, i), value, path);
    c->why = why;
    return fits || refuse(c, path, "fits no alternative");
}

static bool check_pattern(checker *c, const rh_value *pattern, const rh_value *value,
                          const char *path)
{
    regex_t compiled;
    if (rh_kind_of(value) != RH_STRING)
        return true;
    if (regcomp(&compiled, rh_text_of(pattern), REG_EXTENDED | REG_NOSUB) != 0)
        abort();
    bool fits = regexec(&compiled, rh_text_of(value), 0, NULL, 0) == 0;
    regfree(&compiled);
    return fits || refuse(c, path, "does not match the pattern");
}

static bool check_bound(checker *c, const char *keyword, const rh_value *bound,
                        const rh_value *value, const char *path)
{
    rh_kind kind = rh_kind_of(value);
    int64_t limit = rh_integer_of(bound);
    int64_t count = (int64_t)rh_count_of(value);
    bool fits = true;
    if (!strcmp(keyword, "minimum"))
        fits = !is_of_type(value, "number") || rh_number_of(value) >= (double)limit;
    else if (!strcmp(keyword, "maximum"))
        fits = !is_of_type(value, "number") || rh_number_of(value) <= (double)limit;
    else if (!strcmp(keyword, "minItems"))
        fits = kind != RH_LIST || count >= limit;
    else if (!strcmp(keyword, "minProperties"))
        fits = kind != RH_OBJECT || count >= limit;
    else
        fits = kind != RH_STRING || (int64_t)value->count >= limit;
    return fits || refuse(c, path, "is too small or too large");
}

/* ---- objects and lists ----------------------------------------------------------------------- */

static bool check_required(checker *c, const rh_value *names, const rh_value *value,
                           const char *path)
{
    for (size_t i = 0; i < rh_count_of(names); i++)
        if (rh_kind_of(value) == RH_OBJECT && !rh_get(value, rh_text_of(rh_at(names, i))))
            return refuse(c, path, "lacks a key");
    return true;
}

static bool check_fields(checker *c, const rh_value *schema, const rh_value *value,
                         const char *path)
{
    const rh_value *others = rh_get(schema, "additionalProperties");
    const rh_value *names = rh_get(schema, "propertyNames");
    bool fits = true;
    for (size_t i = 0; rh_kind_of(value) == RH_OBJECT && i < rh_count_of(value); i++) {
        const char *key = value->as.fields[i].key;
        const char *inner = rh_format(c->why->arena, "%s/%s", path, key);
        const rh_value *own = rh_get(rh_get(schema, "properties"), key);
        rh_value name = rh_string_value(key);
        if (names)
            fits = accepts(c, names, &name, inner) && fits;
        if (own)
            fits = accepts(c, own, rh_at(value, i), inner) && fits;
        else if (rh_kind_of(others) == RH_BOOLEAN && !rh_is_true(others))
            fits = refuse(c, inner, "is not known");
        else if (rh_kind_of(others) == RH_OBJECT)
            fits = accepts(c, others, rh_at(value, i), inner) && fits;
    }
    return fits;
}

static bool check_items(checker *c, const rh_value *items, const rh_value *value, const char *path)
{
    bool fits = true;
    for (size_t i = 0; rh_kind_of(value) == RH_LIST && i < rh_count_of(value); i++)
        fits =
            accepts(c, items, rh_at(value, i), rh_format(c->why->arena, "%s/%zu", path, i)) && fits;
    return fits;
}

/* ---- all ------------------------------------------------------------------------------------- */

static bool is_one_of(const char *keyword, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(keyword, *names))
            return true;
    return false;
}

static bool check_keyword(checker *c, const char *keyword, const rh_value *argument,
                          const rh_value *value, const char *path)
{
    static const char *const bounds[] = {"minimum",       "maximum",   "minItems",
                                         "minProperties", "minLength", NULL};
    static const char *const silent[] = {"$schema",
                                         "$id",
                                         "$defs",
                                         "title",
                                         "properties",
                                         "propertyNames",
                                         "additionalProperties",
                                         "description",
                                         NULL};
    if (!strcmp(keyword, "$ref"))
        return accepts(c, resolve(c->root, rh_text_of(argument)), value, path);
    if (!strcmp(keyword, "type"))
        return check_type(c, argument, value, path);
    if (!strcmp(keyword, "enum"))
        return check_enum(c, argument, value, path);
    if (!strcmp(keyword, "const"))
        return rh_equal(argument, value) || refuse(c, path, "is not the value");
    if (!strcmp(keyword, "anyOf"))
        return check_any_of(c, argument, value, path);
    if (!strcmp(keyword, "pattern"))
        return check_pattern(c, argument, value, path);
    if (!strcmp(keyword, "required"))
        return check_required(c, argument, value, path);
    if (!strcmp(keyword, "items"))
        return check_items(c, argument, value, path);
    if (is_one_of(keyword, bounds))
        return check_bound(c, keyword, argument, value, path);
    if (!is_one_of(keyword, silent)) {
        fprintf(stderr, "schema: unknown keyword %s\n", keyword);
        abort();
    }
    return true;
}

static bool accepts(checker *c, const rh_value *schema, const rh_value *value, const char *path)
{
    bool fits = check_fields(c, schema, value, path);
    for (size_t i = 0; i < rh_count_of(schema); i++)
        fits = check_keyword(c, schema->as.fields[i].key, rh_at(schema, i), value, path) && fits;
    return fits;
}

bool schema_accepts(const rh_value *root, const rh_value *schema, const rh_value *value,
                    const char *path, rh_text *why)
{
    checker c = {root, why};
    return accepts(&c, schema, value, path);
}
