/* Reading profiles. */
#include "harness/node.h"
#include "harness/profile.h"
#include "sim/base/hash.h"

#define LONGEST_OUTAGE RH_DAYS(7)

/* Items of a list, of any number from 1 on; NULL with an error. */
static const rh_yaml *const *items_of(rh_reader *reader, const rh_yaml *node, const char *what)
{
    if (node->kind != RH_YAML_SEQUENCE || node->count == 0) {
        rh_refuse_kind(reader, node, what);
        return NULL;
    }
    return node->as.items;
}

/* A rising list of durations, or of numbers inside 1 ... 1,000,000; NULL with an error. */
static const int64_t *read_quantiles(rh_reader *reader, const rh_yaml *node, bool durations)
{
    const rh_yaml *const *items = items_of(reader, node, "a list of quantiles");
    if (!items)
        return NULL;
    int64_t *table = RH_NEW_ARRAY(reader->arena, int64_t, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        bool fits = durations ? rh_read_duration(reader, items[i], &table[i])
                              : rh_read_count(reader, items[i], 1, 1000000, &table[i]);
        if (!fits)
            return NULL;
        if (i > 0 && table[i] < table[i - 1]) {
            rh_refuse(reader, items[i], "quantiles stand in rising order; '%s' is less than '%s'",
                      items[i]->text, items[i - 1]->text);
            return NULL;
        }
    }
    return table;
}

static const rh_fault *read_fault(rh_reader *reader, const rh_yaml *node)
{
    rh_error inner;
    const char *name;
    if (!rh_read_text(reader, node, &name))
        return NULL;
    const rh_fault *fault = rh_catalog_need(reader->catalog, name, &inner);
    if (!fault)
        rh_refuse(reader, node, "%s", inner.message);
    return fault;
}

/* ---- classes --------------------------------------------------------------------------------- */

static bool read_types(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_step_class_record *class = into;
    (void)key;
    return rh_read_texts(reader, node, &class->types, &class->type_count);
}

static bool read_takes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_step_class_record *class = into;
    (void)key;
    class->takes = read_quantiles(reader, node, true);
    class->takes_count = node->count;
    return class->takes;
}

static bool read_spread(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_step_class_record *class = into;
    (void)key;
    class->spread = read_quantiles(reader, node, false);
    class->spread_count = node->count;
    return class->spread;
}

static bool read_rates(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_step_class_record *class = into;
    (void)key;
    if (node->kind != RH_YAML_MAPPING)
        return rh_refuse_kind(reader, node, "faults, and how many of a million attempts each hits");
    rh_rate *rates = RH_NEW_ARRAY(reader->arena, rh_rate, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        int64_t rate;
        rates[i].fault = read_fault(reader, node->as.pairs[i].key);
        if (!rates[i].fault || !rh_read_count(reader, node->as.pairs[i].value, 0, 1000000, &rate))
            return false;
        rates[i].per_million = (uint32_t)rate;
    }
    class->rates = rates;
    class->rate_count = node->count;
    return true;
}

static const rh_key class_keys[] = {
    {"name", rh_read_text_field, offsetof(rh_step_class_record, name), .required = true},
    {"types", read_types, 0, .required = true},
    {"takes", read_takes, 0},
    {"spread_per_mille", read_spread, 0},
    {"faults_per_million", read_rates, 0},
    {"source", rh_read_text_field, offsetof(rh_step_class_record, source), .required = true},
    {0},
};

static bool read_classes(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_profile_record *profile = into;
    const rh_yaml *const *items = items_of(reader, node, "a list of classes");
    (void)key;
    if (!items)
        return false;
    rh_step_class_record *classes = RH_NEW_ARRAY(reader->arena, rh_step_class_record, node->count);
    profile->classes = classes;
    for (uint32_t i = 0; i < node->count; i++) {
        if (!rh_read_mapping(reader, items[i], "a class", class_keys, &classes[i]))
            return false;
        if (rh_profile_class(profile, classes[i].name))
            return rh_refuse(reader, items[i], "there is a class '%s' already", classes[i].name);
        profile->class_count = i + 1;
    }
    return true;
}

/* ---- outages --------------------------------------------------------------------------------- */

/* What outages are read into: their classes are known only when all has been read. */
typedef struct outage_entry {
    rh_outage outage;
    const rh_yaml *classes;
} outage_entry;

static bool read_outage_fault(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)key;
    return (((outage_entry *)into)->outage.fault = read_fault(reader, node));
}

static bool read_lasts(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    rh_outage *outage = &((outage_entry *)into)->outage;
    (void)key;
    outage->lasts = read_quantiles(reader, node, true);
    outage->lasts_count = node->count;
    if (outage->lasts && outage->lasts[node->count - 1] > LONGEST_OUTAGE)
        return rh_refuse(reader, node, "an outage lasts at most 7 days");
    return outage->lasts;
}

static bool read_outage_classes(rh_reader *reader, const rh_yaml *node, const rh_key *key,
                                void *into)
{
    (void)reader, (void)key;
    ((outage_entry *)into)->classes = node;
    return true;
}

static bool read_how_often(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t often;
    (void)key;
    if (!rh_read_count(reader, node, 0, 720, &often))
        return false;
    ((outage_entry *)into)->outage.per_30_days = (uint32_t)often;
    return true;
}

static bool read_share(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    int64_t share;
    (void)key;
    if (!rh_read_count(reader, node, 0, 1000, &share))
        return false;
    ((outage_entry *)into)->outage.per_mille = (uint32_t)share;
    return true;
}

static const rh_key outage_keys[] = {
    {"name", rh_read_text_field, offsetof(outage_entry, outage.name), .required = true},
    {"fault", read_outage_fault, 0, .required = true},
    {"classes", read_outage_classes, 0},
    {"per_30_days", read_how_often, 0, .required = true},
    {"lasts", read_lasts, 0, .required = true},
    {"fails_per_mille", read_share, 0, .required = true},
    {"source", rh_read_text_field, offsetof(outage_entry, outage.source), .required = true},
    {0},
};

static bool find_classes(rh_reader *reader, const rh_profile_record *profile, const rh_yaml *node,
                         rh_outage *outage)
{
    const char **known = RH_NEW_ARRAY(reader->arena, const char *, profile->class_count + 1);
    for (size_t i = 0; i < profile->class_count; i++)
        known[i] = profile->classes[i].name;
    const rh_yaml *const *items = items_of(reader, node, "a list of classes");
    if (!items)
        return false;
    const rh_step_class_record **classes =
        RH_NEW_ARRAY(reader->arena, const rh_step_class_record *, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        size_t which = 0;
        if (!rh_read_choice(reader, items[i], "class", known, &which))
            return false;
        classes[i] = &profile->classes[which];
    }
    outage->classes = classes;
    outage->class_count = node->count;
    return true;
}

static bool read_outages(rh_reader *reader, const rh_yaml *node, rh_profile_record *profile)
{
    const rh_yaml *const *items = items_of(reader, node, "a list of outages");
    if (!items)
        return false;
    rh_outage *outages = RH_NEW_ARRAY(reader->arena, rh_outage, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        outage_entry entry = {0};
        if (!rh_read_mapping(reader, items[i], "an outage", outage_keys, &entry) ||
            (entry.classes && !find_classes(reader, profile, entry.classes, &entry.outage)))
            return false;
        outages[i] = entry.outage;
        outages[i].identity = rh_hash_string(outages[i].name);
        for (uint32_t j = 0; j < i; j++)
            if (!strcmp(outages[j].name, outages[i].name))
                return rh_refuse(reader, items[i], "there is an outage '%s' already",
                                 outages[i].name);
    }
    profile->outages = outages;
    profile->outage_count = node->count;
    return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* Outages wait until the classes are read, sources are for people, the schema for editors. */
static bool pass_over(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into)
{
    (void)reader, (void)node, (void)key, (void)into;
    return true;
}

static const rh_key profile_keys[] = {
    {"profile", rh_read_text_field, offsetof(rh_profile_record, name), .required = true},
    {"summary", rh_read_text_field, offsetof(rh_profile_record, summary), .required = true},
    {"classes", read_classes, 0, .required = true},
    {"outages", pass_over, 0},
    {"sources", pass_over, 0},
    {"$schema", pass_over, 0},
    {0},
};

int rh_profile_read(rh_arena *arena, const rh_catalog *catalog, const char *text, size_t length,
                    const char *file, rh_profile_record *profile, rh_error *error)
{
    rh_reader reader = {.arena = arena, .file = file, .catalog = catalog, .error = error};
    *profile = (rh_profile_record){0};
    const rh_yaml *root = rh_yaml_read(arena, text, length, file, NULL, error);
    if (!root || !rh_read_mapping(&reader, root, "a profile", profile_keys, profile))
        return -1;
    const rh_yaml *outages = rh_yaml_get(root, "outages");
    return !outages || read_outages(&reader, outages, profile) ? 0 : -1;
}
