#include "suites/scenario/reference.h"

#include <stdlib.h>

typedef struct writer {
    const rh_value *root;
    rh_text *text;
} writer;

static const struct {
    const char *title, *definition; /* NULL: the file */
} sections[] = {
    {"A file", NULL},
    {"A scenario", "scenario"},
    {"A row", "row"},
    {"An event", "event"},
    {"An environment", "environments"},
    {"A mock", "mock"},
    {"An effect", "effect"},
    {"A run", "runs"},
    {"A host", "hosts"},
    {"Settings", "settings"},
    {"Limits", "limits"},
    {"What happens from outside", "at"},
    {"What is expected", "expect"},
};

/* How values of a definition are called in the tables. */
static const char *const words[][2] = {
    {"text", "text"},      {"texts", "text, or a list"},        {"duration", "duration"},
    {"path", "call"},      {"paths", "call, or a list"},        {"times", "number from 1"},
    {"count", "number"},   {"counts", "call: number"},          {"conclusions", "call: conclusion"},
    {"usd", "US dollars"}, {"limit", "number from 1, or none"},
};

static const rh_value *follow(const writer *w, const rh_value *schema)
{
    const char *reference = rh_text_of(rh_get(schema, "$ref"));
    if (!*reference)
        return schema;
    const rh_value *at = w->root;
    for (const char *step = reference + 1; *step == '/';) {
        size_t length = strcspn(step + 1, "/");
        at = rh_get(at, rh_arena_text(w->text->arena, step + 1, length));
        step += 1 + length;
    }
    if (!at)
        abort();
    return at;
}

/* ---- the kind of a value --------------------------------------------------------------------- */

static void write_kind(const writer *w, const rh_value *schema);

/* NULL: it has no word of its own. */
static const char *word_of(const char *reference)
{
    const char *name = strrchr(reference, '/');
    for (size_t i = 0; name && i < sizeof words / sizeof *words; i++)
        if (!strcmp(name + 1, words[i][0]))
            return words[i][1];
    return NULL;
}

static void write_constant(const writer *w, const rh_value *value)
{
    if (rh_kind_of(value) == RH_BOOLEAN)
        rh_text_puts(w->text, rh_is_true(value) ? "`true`" : "`false`");
    else if (rh_kind_of(value) == RH_STRING)
        rh_text_printf(w->text, "`%s`", rh_text_of(value));
    else
        rh_text_puts(w->text, "`0`");
}

/* Numbers in an enumeration are those that YAML makes of text. */
static void write_choices(const writer *w, const rh_value *list)
{
    for (size_t i = 0; i < rh_count_of(list); i++)
        if (rh_kind_of(rh_at(list, i)) == RH_STRING) {
            rh_text_puts(w->text, i ? ", " : "");
            write_constant(w, rh_at(list, i));
        }
}

static void write_alternatives(const writer *w, const rh_value *list)
{
    for (size_t i = 0; i < rh_count_of(list); i++) {
        rh_text_puts(w->text, i ? " or " : "");
        write_kind(w, rh_at(list, i));
    }
}

static void write_kind(const writer *w, const rh_value *schema)
{
    const char *word = word_of(rh_text_of(rh_get(schema, "$ref")));
    if (word) {
        rh_text_puts(w->text, word);
        return;
    }
    schema = follow(w, schema);
    const char *type = rh_text_of(rh_get(schema, "type"));
    if (rh_get(schema, "$ref"))
        write_kind(w, schema);
    else if (rh_get(schema, "const"))
        write_constant(w, rh_get(schema, "const"));
    else if (rh_get(schema, "enum"))
        write_choices(w, rh_get(schema, "enum"));
    else if (rh_get(schema, "anyOf"))
        write_alternatives(w, rh_get(schema, "anyOf"));
    else if (!strcmp(type, "boolean"))
        rh_text_puts(w->text, "`true`, `false`");
    else if (!strcmp(type, "string"))
        rh_text_puts(w->text, "text");
    else if (!strcmp(type, "integer"))
        rh_text_puts(w->text, "number");
    else if (!strcmp(type, "null"))
        rh_text_puts(w->text, "nothing");
    else if (!strcmp(type, "array"))
        rh_text_puts(w->text, "list");
    else if (!strcmp(type, "object"))
        rh_text_puts(w->text, "mapping");
    else
        rh_text_puts(w->text, "any value");
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void write_keys(const writer *w, const rh_value *schema, const char *prefix);

/* The keys of mappings inside a value, which have no section of their own. */
static void write_inner(const writer *w, const rh_value *schema, const char *prefix)
{
    static const char *const inside[] = {"items", "additionalProperties"};
    if (rh_get(schema, "$ref") && !strstr(rh_text_of(rh_get(schema, "$ref")), "/properties/"))
        return;
    schema = follow(w, schema);
    if (rh_get(schema, "properties"))
        write_keys(w, schema, prefix);
    for (size_t i = 0; i < rh_count_of(rh_get(schema, "anyOf")); i++)
        write_inner(w, rh_at(rh_get(schema, "anyOf"), i), prefix);
    for (size_t i = 0; i < 2; i++)
        if (rh_kind_of(rh_get(schema, inside[i])) == RH_OBJECT)
            write_inner(w, rh_get(schema, inside[i]), prefix);
}

static void write_keys(const writer *w, const rh_value *schema, const char *prefix)
{
    const rh_value *keys = rh_get(schema, "properties");
    const rh_value *required = rh_get(schema, "required");
    for (size_t i = 0; i < rh_count_of(keys); i++) {
        const char *key = keys->as.fields[i].key;
        const rh_value *value = rh_at(keys, i);
        const rh_value *meaning = rh_get(value, "description");
        bool is_needed = false;
        for (size_t j = 0; j < rh_count_of(required); j++)
            is_needed = is_needed || !strcmp(rh_text_of(rh_at(required, j)), key);
        if (!meaning && !word_of(rh_text_of(rh_get(value, "$ref"))))
            meaning = rh_get(follow(w, value), "description");
        rh_text_printf(w->text, "| `%s%s`%s | ", prefix, key, is_needed ? " (needed)" : "");
        write_kind(w, value);
        rh_text_printf(w->text, " | %s |\n", rh_text_of(meaning));
        write_inner(w, value, rh_format(w->text->arena, "%s%s.", prefix, key));
    }
}

void reference_write(rh_text *text, const rh_value *schema)
{
    const writer w = {schema, text};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        rh_text_printf(text, "\n### %s\n\n| key | value | what it says |\n| --- | --- | --- |\n",
                       sections[i].title);
        const rh_value *part = sections[i].definition
                                   ? rh_get(rh_get(schema, "$defs"), sections[i].definition)
                                   : schema;
        write_inner(&w, part, "");
    }
}
