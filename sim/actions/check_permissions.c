/* Called workflows may not ask for more than their caller has. What a caller has is known only if
 * permissions are written: the default is a setting of the repository. Source: PermissionsHelper of
 * GitHub's parser. */
#include <string.h>

#include "sim/actions/read.h"

enum { MOST_VISITS = 2000 };

/* In the order in which GitHub names them. */
static const char *const scopes[] = {"actions",       "artifact-metadata",
                                     "attestations",  "checks",
                                     "contents",      "deployments",
                                     "discussions",   "issues",
                                     "packages",      "pages",
                                     "pull-requests", "repository-projects",
                                     "statuses",      "security-events",
                                     "id-token",      "models",
                                     "workflows"};

enum { SCOPE_COUNT = sizeof scopes / sizeof *scopes };

typedef struct grants {
    bool are_known;
    uint8_t access[SCOPE_COUNT];
} grants;

typedef struct visit {
    rh_reading *reading;
    uint32_t count;
    bool good;
} visit;

static grants grants_of(const rh_actions_permissions *permissions)
{
    grants made = {.are_known = permissions->is_given};
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        if (permissions->all > RH_ACCESS_NONE)
            made.access[i] = (uint8_t)permissions->all;
        for (size_t j = 0; j < permissions->count; j++)
            if (!strcmp(permissions->items[j].scope, scopes[i]))
                made.access[i] = permissions->items[j].access;
    }
    return made;
}

static void add_grant(rh_text *text, size_t scope, uint8_t access)
{
    static const char *const names[] = {"none", "read", "write"};
    rh_text_printf(text, "%s%s: %s", text->length ? ", " : "", scopes[scope], names[access]);
}

static void check_request(visit *v, const rh_actions_file *caller, const rh_actions_job *call,
                          const rh_actions_job *nested, const grants *wanted, const grants *most)
{
    rh_arena *arena = v->reading->arena;
    rh_text requested = rh_text_in(arena), allowed = rh_text_in(arena);
    for (size_t i = 0; i < SCOPE_COUNT && wanted->are_known && most->are_known; i++) {
        if (wanted->access[i] <= most->access[i])
            continue;
        add_grant(&requested, i, wanted->access[i]);
        add_grant(&allowed, i, most->access[i]);
    }
    if (!requested.length)
        return;
    const char *who = nested ? rh_format(arena, "nested job '%s'", nested->id) : "workflow";
    rh_actions_errors *errors = v->reading->loading->errors;
    v->good = false;
    if (errors->count == RH_ACTIONS_MAX_ERRORS)
        errors->left_out++;
    else
        rh_error_set(&errors->items[errors->count++], caller->path, call->place.line,
                     call->place.column,
                     "Error calling workflow '%s'. The %s is requesting '%s', but is only allowed "
                     "'%s'.",
                     call->uses.text, who, rh_text_string(&requested), rh_text_string(&allowed));
}

/* `has` is what the file may do: its own permissions, or those it was called with. */
static void visit_file(visit *v, const rh_actions_file *file, grants has)
{
    if (++v->count > MOST_VISITS)
        return;
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *call = &file->jobs[i];
        if (!call->called)
            continue;
        const rh_actions_file *called = call->called;
        grants most = call->permissions.is_given ? grants_of(&call->permissions) : has;
        grants root = grants_of(&called->permissions);
        check_request(v, file, call, NULL, &root, &most);
        for (size_t j = 0; j < called->job_count; j++) {
            grants wanted = grants_of(&called->jobs[j].permissions);
            check_request(v, file, call, &called->jobs[j], &wanted, &most);
        }
        visit_file(v, called, root.are_known ? root : most);
    }
}

bool rh_check_permissions(rh_reading *r, const rh_actions_file *file)
{
    visit v = {.reading = r, .good = true};
    visit_file(&v, file, grants_of(&file->permissions));
    return v.good;
}
