/* Reading the faults that users define in files. */
#include "harness/node.h"

#define EXIT_CODE_LIMIT 255
#define TIMES_LIMIT 1000000

static const char *const class_names[] = {
#define X(name, text, meaning) text,
    RH_FAULT_CLASSES(X)
#undef X
        NULL,
};

/* ---- one fault ------------------------------------------------------------------------------- */

typedef struct entry {
    rh_fault_definition definition;
    bool retryable_is_given;
} entry;

static bool read_class(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    size_t which = 0;
    (void)key;
    if (!rh_read_choice(reader, node, "class", class_names, &which))
        return false;
    ((entry *)into)->definition.strikes = (rh_fault_class)which;
    return true;
}

static bool read_retryable(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    ((entry *)into)->retryable_is_given = true;
    return rh_read_flag_field(reader, node, key, into);
}

static bool read_exit_code(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t code = 0;
    (void)key;
    if (!rh_read_count(reader, node, 0, EXIT_CODE_LIMIT, &code))
        return false;
    ((entry *)into)->definition.exit_code = (int32_t)code;
    return true;
}

static bool read_times(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t times = 0;
    (void)key;
    if (!rh_read_count(reader, node, 2, TIMES_LIMIT, &times))
        return false;
    ((entry *)into)->definition.times = (uint32_t)times;
    return true;
}

#define AT(field) offsetof(entry, definition.field)

static const rh_key entry_keys[] = {
    {"name", rh_read_text_field, AT(name), .required = true},
    {"class", read_class, 0, .required = true},
    {"group", rh_read_text_field, AT(group)},
    {"type", rh_read_text_field, AT(failure_type)},
    {"message", rh_read_text_field, AT(message)},
    {"retryable", read_retryable, AT(retryable)},
    {"exit_code", read_exit_code, 0},
    {"takes", rh_read_duration_field, AT(typical_duration)},
    {"times", read_times, 0},
    {"result", rh_read_value_field, AT(result)},
    {"summary", rh_read_text_field, AT(summary)},
    {"source", rh_read_text_field, AT(source)},
    {"override", rh_read_flag_field, AT(override)},
    {0},
};

/* ---- the file -------------------------------------------------------------------------------- */

static bool read_entry(rh_reader *reader, const rh_yaml *node, rh_catalog *catalog)
{
    entry read = {0};
    rh_error inner;
    if (!rh_read_mapping(reader, node, "a fault", entry_keys, &read))
        return false;
    const rh_fault_definition *definition = &read.definition;
    if (read.retryable_is_given && !definition->retryable &&
        (definition->strikes == RH_FAULT_TRANSIENT || definition->strikes == RH_FAULT_REPLY_LOST))
        return rh_refuse(reader, rh_yaml_get(node, "retryable"),
                         "fault '%s': a %s fault is retryable; a permanent one is not",
                         definition->name, rh_fault_class_name(definition->strikes));
    if (rh_catalog_define(reader->arena, catalog, definition, &inner) != 0)
        return rh_refuse(reader, node, "%s", inner.message);
    return true;
}

static bool read_entries(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *catalog)
{
    (void)key;
    if (node->kind != RH_YAML_SEQUENCE)
        return rh_refuse_kind(reader, node, "a list of faults");
    for (uint32_t i = 0; i < node->count; i++)
        if (!read_entry(reader, node->as.items[i], catalog))
            return false;
    return true;
}

static bool ignore(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)reader, (void)node, (void)key, (void)into;
    return true;
}

static const rh_key file_keys[] = {
    {"faults", read_entries, 0, .required = true},
    {"$schema", ignore, 0}, /* for editors */
    {0},
};

int rh_catalog_read(rh_arena *arena, rh_catalog *catalog, const char *text, size_t length,
                    const char *file, rh_error *error)
{
    rh_reader reader = {.arena = arena, .file = file, .error = error};
    const rh_yaml *root = rh_yaml_read(arena, text, length, file, NULL, error);
    return root && rh_read_mapping(&reader, root, "a fault file", file_keys, catalog) ? 0 : -1;
}
