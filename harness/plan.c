#include "harness/plan.h"

#include "sim/base/nearest.h"

static int unknown_fault(const char *name, rh_error *error)
{
    char hint[128];
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < rh_fault_count(); i++)
        rh_nearest_offer(&nearest, rh_fault_at_index(i)->name);
    return rh_error_set(error, NULL, 0, 0, "unknown fault '%s'%s", name,
                        rh_nearest_hint(&nearest, hint, sizeof hint));
}

/* Reads the part behind '@'. */
static bool read_attempt(const char *text, int32_t *attempt)
{
    int32_t number = 0;
    if (!strcmp(text, "*")) {
        *attempt = 0;
        return true;
    }
    for (; *text >= '0' && *text <= '9' && number < 1000000; text++)
        number = number * 10 + (*text - '0');
    *attempt = number;
    return *text == '\0' && number > 0;
}

bool rh_plan_path_valid(const char *path)
{
    const char *bracket = strchr(path, '[');
    if (!path[0] || path[0] == '[' || path[0] == '#')
        return false;
    return !bracket || strchr(bracket, ']');
}

int rh_plan_read(rh_arena *arena, const char *point, const char *fault, rh_planned_fault *planned,
                 rh_error *error)
{
    char *path = rh_arena_string(arena, point);
    char *key_end = strrchr(path, ']'); /* a key may hold an '@' */
    char *at = strrchr(key_end ? key_end : path, '@');
    *planned = (rh_planned_fault){.point = rh_arena_string(arena, point), .attempt = 1};
    if (at && !read_attempt(at + 1, &planned->attempt))
        return rh_error_set(error, NULL, 0, 0,
                            "fault point '%s': expected an attempt from 1 or '*' behind '@', "
                            "found '%s'",
                            point, at + 1);
    if (at)
        *at = '\0';
    if (!rh_plan_path_valid(path))
        return rh_error_set(error, NULL, 0, 0,
                            "fault point '%s': expected TYPE, TYPE[KEY] or TYPE#N, and "
                            "optionally @ATTEMPT",
                            point);
    planned->path = path;
    planned->fault = rh_fault_find(fault);
    return planned->fault ? 0 : unknown_fault(fault, error);
}

bool rh_plan_strikes(const rh_planned_fault *planned, const rh_attempt_view *attempt)
{
    return (!planned->attempt || planned->attempt == attempt->attempt) &&
           rh_call_matches(attempt->call, planned->path);
}
