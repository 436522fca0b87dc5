#include "harness/catalog.h"

#include "sim/base/nearest.h"
#include "sim/base/value.h"

enum { NAME_LIMIT = 63, CATALOG_LIMIT = 2000, DEFAULT_TIMES = 3 };

size_t rh_catalog_count(const rh_catalog *catalog)
{
    return catalog && catalog->faults ? catalog->count : rh_fault_count();
}

const rh_fault *rh_catalog_at(const rh_catalog *catalog, size_t index)
{
    if (!catalog || !catalog->faults)
        return rh_fault_at_index(index);
    return index < catalog->count ? catalog->faults[index] : NULL;
}

const rh_fault *rh_catalog_find(const rh_catalog *catalog, const char *name)
{
    for (size_t i = 0; i < rh_catalog_count(catalog); i++)
        if (!strcmp(rh_catalog_at(catalog, i)->name, name))
            return rh_catalog_at(catalog, i);
    return NULL;
}

static const char *hint_of(const rh_catalog *catalog, const char *name, char *buffer, size_t size)
{
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < rh_catalog_count(catalog); i++)
        rh_nearest_offer(&nearest, rh_catalog_at(catalog, i)->name);
    return rh_nearest_hint(&nearest, buffer, size);
}

const rh_fault *rh_catalog_need(const rh_catalog *catalog, const char *name, rh_error *error)
{
    char hint[128];
    const rh_fault *fault = rh_catalog_find(catalog, name);
    if (!fault)
        rh_error_set(error, NULL, 0, 0, "unknown fault '%s'%s", name,
                     hint_of(catalog, name, hint, sizeof hint));
    return fault;
}

/* ---- defining -------------------------------------------------------------------------------- */

static bool name_valid(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LIMIT || name[0] == '-' || name[0] == '.')
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
           length;
}

static int check_name(const rh_catalog *catalog, const rh_fault_definition *definition,
                      rh_error *error)
{
    const char *name = definition->name;
    char hint[128];
    if (!name || !name_valid(name))
        return rh_error_set(error, NULL, 0, 0,
                            "a fault's name is made of 1 to %d letters, digits, '-', '_' and '.', "
                            "got '%s'",
                            NAME_LIMIT, name ? name : "");
    bool is_there = rh_catalog_find(catalog, name) != NULL;
    if (is_there && !definition->override)
        return rh_error_set(error, NULL, 0, 0,
                            "fault '%s' is there already; if this one is meant instead, it must "
                            "say so: override",
                            name);
    if (!is_there && definition->override)
        return rh_error_set(error, NULL, 0, 0, "fault '%s' overrides nothing%s", name,
                            hint_of(catalog, name, hint, sizeof hint));
    return 0;
}

static int refuse(const char *name, const char *what, rh_error *error)
{
    return rh_error_set(error, NULL, 0, 0, "fault '%s': %s", name, what);
}

static int check_fields(const rh_fault_definition *definition, rh_error *error)
{
    const char *name = definition->name;
    if ((unsigned)definition->strikes > RH_FAULT_SLOW)
        return refuse(name, "there is no such class", error);
    if (definition->typical_duration < 0)
        return refuse(name, "its duration is negative", error);
    if (definition->exit_code < 0 || definition->exit_code > 255)
        return refuse(name, "an exit code is a number from 0 to 255", error);
    if (definition->times == 1 || (definition->times && definition->strikes != RH_FAULT_SLOW))
        return refuse(name, "only a slow fault has a number of times, from 2 on", error);
    if (definition->typical_duration && definition->strikes == RH_FAULT_SLOW)
        return refuse(name, "a slow fault has no duration of its own", error);
    if (definition->result && definition->strikes != RH_FAULT_CORRUPTED)
        return refuse(name, "only a corrupted fault has a result", error);
    if (definition->retryable && definition->strikes == RH_FAULT_PERMANENT)
        return refuse(name, "a permanent fault is not retryable; a transient one is", error);
    return 0;
}

static int32_t exit_code_of(const rh_fault_definition *definition)
{
    if (definition->exit_code)
        return definition->exit_code;
    switch (definition->strikes) {
    case RH_FAULT_HANG:
    case RH_FAULT_CRASH:
    case RH_FAULT_HOST_LOST:
    case RH_FAULT_HOST_STOPPED:
        return RH_NO_EXIT;
    default:
        return rh_fault_class_fails(definition->strikes);
    }
}

static bool is_retryable(const rh_fault_definition *definition)
{
    if (definition->strikes == RH_FAULT_PARTIAL)
        return definition->retryable;
    return definition->strikes != RH_FAULT_PERMANENT;
}

static const char *copy_or(rh_arena *arena, const char *text, const char *otherwise)
{
    return rh_arena_string(arena, text && text[0] ? text : otherwise);
}

/* `before` is what it overrides, or NULL. */
static const rh_fault *make_fault(rh_arena *arena, const rh_fault_definition *definition,
                                  const rh_fault *before)
{
    rh_fault *fault = RH_NEW(arena, rh_fault);
    const char *name = definition->name;
    bool is_slow = definition->strikes == RH_FAULT_SLOW;
    *fault = (rh_fault){
        .name = rh_arena_string(arena, name),
        .class = definition->strikes,
        .group = copy_or(arena, definition->group, before ? before->group : "own"),
        .failure_type = copy_or(arena, definition->failure_type, name),
        .message = copy_or(arena, definition->message, name),
        .retryable = is_retryable(definition),
        .exit_code = exit_code_of(definition),
        .times = !is_slow            ? 0
                 : definition->times ? definition->times
                                     : DEFAULT_TIMES,
        .typical_duration = definition->typical_duration,
        .result = definition->result ? rh_value_clone(arena, definition->result) : NULL,
        .summary = copy_or(arena, definition->summary, rh_fault_class_meaning(definition->strikes)),
        .source = copy_or(arena, definition->source, "own"),
    };
    return fault;
}

int rh_catalog_define(rh_arena *arena, rh_catalog *catalog, const rh_fault_definition *definition,
                      rh_error *error)
{
    if (check_name(catalog, definition, error) != 0 || check_fields(definition, error) != 0)
        return -1;
    if (rh_catalog_count(catalog) >= CATALOG_LIMIT)
        return refuse(definition->name, "there are too many faults", error);
    /* A new list each time: the old one may be another catalog's. There are few definitions. */
    size_t count = rh_catalog_count(catalog);
    const rh_fault **faults = RH_NEW_ARRAY(arena, const rh_fault *, count + 1);
    const rh_fault *before = rh_catalog_find(catalog, definition->name);
    const rh_fault *fault = make_fault(arena, definition, before);
    size_t place = count;
    for (size_t i = 0; i < count; i++) {
        faults[i] = rh_catalog_at(catalog, i);
        if (faults[i] == before)
            place = i;
    }
    faults[place] = fault;
    *catalog = (rh_catalog){faults, place == count ? count + 1 : count};
    return 0;
}
