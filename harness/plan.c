#include "harness/plan.h"

#include "sim/base/timetext.h"

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

/* TYPE, TYPE[KEY] or TYPE#N. */
static bool type_valid(const char *path)
{
    const char *bracket = strchr(path, '[');
    const char *end = bracket ? strrchr(bracket, ']') : path + strcspn(path, "#");
    if (!path[0] || path[0] == '[' || path[0] == '#' || !end)
        return false;
    if (bracket)
        end++;
    return !*end || (*end == '#' && end[1] && !end[1 + strspn(end + 1, "0123456789")]);
}

/* Names of steps may hold anything, so that behind a '/' nothing can be told to be wrong but that
 * a segment or a number is missing. */
bool rh_plan_path_valid(const char *path)
{
    size_t length = strlen(path);
    if (!strchr(path, '/'))
        return type_valid(path);
    return path[0] != '/' && path[0] != '[' && path[0] != '#' && path[length - 1] != '/' &&
           path[length - 1] != '#';
}

static const char host_prefix[] = "host:";

/* "host:macos-1 at 3m": the host is gone, or told to stop, at that time. */
static int read_host_point(rh_arena *arena, const rh_catalog *catalog, const char *point,
                           const char *fault, rh_planned_fault *planned, rh_error *error)
{
    const char *name = point + sizeof host_prefix - 1;
    const char *at = strstr(name, " at ");
    if (!at || at == name || !rh_duration_read(at + 4, strlen(at + 4), &planned->at) ||
        planned->at < 0)
        return rh_error_set(error, NULL, 0, 0,
                            "fault point '%s': expected 'host:NAME at TIME' with a time like 90s "
                            "or 1h30m",
                            point);
    planned->path = planned->host = rh_arena_text(arena, name, (size_t)(at - name));
    planned->fault = rh_catalog_need(catalog, fault, error);
    if (!planned->fault)
        return -1;
    if (!rh_fault_class_strikes_host(planned->fault->class))
        return rh_error_set(error, NULL, 0, 0,
                            "fault '%s' strikes calls; a host is struck by one of class host-lost, "
                            "like runner-lost, or host-stopped, like runner-shutdown",
                            fault);
    return 0;
}

int rh_plan_read(rh_arena *arena, const rh_catalog *catalog, const char *point, const char *fault,
                 rh_planned_fault *planned, rh_error *error)
{
    if (!strncmp(point, host_prefix, sizeof host_prefix - 1)) {
        *planned = (rh_planned_fault){.point = rh_arena_string(arena, point)};
        return read_host_point(arena, catalog, point, fault, planned, error);
    }
    char *path = rh_arena_string(arena, point);
    char *key_end = strrchr(path, ']'); /* a key may hold an '@' */
    char *at = strrchr(key_end ? key_end : path, '@');
    *planned = (rh_planned_fault){.point = rh_arena_string(arena, point), .attempt = 1};
    /* Steps are named as they are: "release/Run actions/checkout@v4". */
    if (at && strchr(path, '/') && at[1] != '*' && (at[1] < '0' || at[1] > '9'))
        at = NULL;
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
    planned->fault = rh_catalog_need(catalog, fault, error);
    return planned->fault ? 0 : -1;
}

bool rh_plan_strikes(const rh_planned_fault *planned, const rh_attempt_view *attempt)
{
    return !planned->host && (!planned->attempt || planned->attempt == attempt->attempt) &&
           rh_call_matches(attempt->call, planned->path);
}
