/* Layers of env, the variables that scripts begin with, and objects made of others. */
#include "sim/actions/runner.h"

/* ---- objects --------------------------------------------------------------------------------- */

const rh_value *rh_runner_string(rh_arena *arena, const char *text, uint8_t flags)
{
    rh_value *value = rh_arena_alloc(arena, sizeof *value);
    *value = rh_string_value(text);
    value->flags = flags;
    return value;
}

uint8_t rh_runner_flags(const rh_value *value)
{
    if (!value)
        return 0;
    unsigned flags = value->flags & (RH_SECRET | RH_TAINTED);
    for (size_t i = 0; i < rh_count_of(value); i++)
        flags |= rh_runner_flags(rh_at(value, i));
    return (uint8_t)flags;
}

const rh_value *rh_runner_flagged(rh_arena *arena, const rh_value *value, uint8_t flags)
{
    if (!value || (value->flags & flags) == flags)
        return value;
    rh_value *copy = rh_arena_alloc(arena, sizeof *copy);
    *copy = *value;
    copy->flags |= flags;
    return copy;
}

const rh_value *rh_runner_object(rh_arena *arena, const rh_field *fields, size_t count)
{
    rh_field *kept = rh_arena_alloc(arena, count * sizeof *kept);
    memcpy(kept, fields, count * sizeof *kept);
    return rh_value_object_unhashed(arena, kept, count);
}

static rh_value *object_with_room(rh_arena *arena, const rh_value *below, size_t more)
{
    size_t count = rh_count_of(below);
    rh_field *fields = rh_arena_alloc(arena, (count + more) * sizeof *fields);
    if (count)
        memcpy(fields, below->as.fields, count * sizeof *fields);
    return rh_value_object_unhashed(arena, fields, count);
}

static void set(rh_value *object, const char *key, const rh_value *value)
{
    rh_field *fields = (rh_field *)(void *)object->as.fields;
    for (uint32_t i = 0; i < object->count; i++)
        if (fields[i].key[0] == key[0] && strcmp(fields[i].key, key) == 0) {
            fields[i].value = value;
            return;
        }
    fields[object->count++] = (rh_field){key, value};
}

static void set_in_any_case(rh_value *object, const char *key, const rh_value *value)
{
    rh_field *fields = (rh_field *)(void *)object->as.fields;
    for (uint32_t i = 0; i < object->count; i++)
        if (rh_same_ignoring_case(fields[i].key, key)) {
            fields[i].value = value;
            return;
        }
    fields[object->count++] = (rh_field){key, value};
}

typedef void set_field(rh_value *object, const char *key, const rh_value *value);

static const rh_value *overlay(rh_arena *arena, const rh_value *below, const rh_value *above,
                               set_field *set_one)
{
    size_t more = rh_kind_of(above) == RH_OBJECT ? above->count : 0;
    if (!more)
        return below;
    if (!rh_count_of(below))
        return above;
    rh_value *object = object_with_room(arena, below, more);
    for (size_t i = 0; i < more; i++)
        set_one(object, above->as.fields[i].key, above->as.fields[i].value);
    return object;
}

const rh_value *rh_runner_overlay(rh_arena *arena, const rh_value *below, const rh_value *above)
{
    return overlay(arena, below, above, set);
}

const rh_value *rh_runner_overlay_env(const rh_runner *runner, const rh_value *below,
                                      const rh_value *above)
{
    return overlay(runner->arena, below, above, runner->on_windows ? set_in_any_case : set);
}

const rh_value *rh_runner_with(rh_arena *arena, const rh_value *object, const char *key,
                               const rh_value *value)
{
    rh_value *made = object_with_room(arena, object, 1);
    set(made, key, value);
    return made;
}

/* ---- env ------------------------------------------------------------------------------------- */

static bool all_are_text(const rh_value *env)
{
    for (size_t i = 0; i < rh_count_of(env); i++) {
        rh_kind kind = rh_kind_of(rh_at(env, i));
        if (kind != RH_STRING && kind != RH_UNKNOWN)
            return false;
    }
    return true;
}

static const rh_value *as_texts(rh_arena *arena, const rh_value *env)
{
    if (all_are_text(env))
        return env;
    rh_value *texts = object_with_room(arena, env, 0);
    rh_field *fields = (rh_field *)(void *)texts->as.fields;
    for (uint32_t i = 0; i < texts->count; i++)
        fields[i].value = rh_value_as_string(arena, fields[i].value);
    return texts;
}

bool rh_runner_env(rh_steps *scope, const rh_actions_map *map, const char *file,
                   const rh_value **own, const char **error)
{
    const rh_value *env = NULL;
    *own = NULL;
    if (!map->token)
        return true;
    if (!rh_runner_value(scope, map->token, file, &env, error))
        return false;
    if (rh_kind_of(env) == RH_UNKNOWN)
        rh_runner_note(scope->runner, "an env that is one unknown expression adds no variables");
    if (rh_kind_of(env) == RH_OBJECT)
        *own = as_texts(scope->runner->arena, env);
    return true;
}

/* ---- variables of scripts -------------------------------------------------------------------- */

#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

typedef struct variable {
    const char *name;
    const char *from; /* the field of the github context, or NULL */
    rh_value value;   /* what it is, if it has no field */
} variable;

#define FIXED(n, t)                                                                                \
    {                                                                                              \
        .name = (n), .value = {.kind = RH_STRING, .count = sizeof(t) - 1, .as = {.text = (t)} }    \
    }
#define GIVEN(n, f)                                                                                \
    {                                                                                              \
        .name = (n), .from = (f)                                                                   \
    }

/* What the runner sets for every script. GITHUB_ACTION must stay the first: it changes with the
 * step, as GITHUB_JOB does with the job. */
static const variable variables[] = {
    FIXED("GITHUB_ACTION", "__run"),
    FIXED("CI", "true"),
    FIXED("GITHUB_ACTIONS", "true"),
    GIVEN("GITHUB_ACTOR", "actor"),
    GIVEN("GITHUB_ACTOR_ID", "actor_id"),
    GIVEN("GITHUB_API_URL", "api_url"),
    GIVEN("GITHUB_BASE_REF", "base_ref"),
    FIXED("GITHUB_ENV", RH_RUNNER_FILES "set_env"),
    GIVEN("GITHUB_EVENT_NAME", "event_name"),
    FIXED("GITHUB_EVENT_PATH", RH_RUNNER_TEMP "/_github_workflow/event.json"),
    GIVEN("GITHUB_GRAPHQL_URL", "graphql_url"),
    GIVEN("GITHUB_HEAD_REF", "head_ref"),
    FIXED("GITHUB_JOB", ""),
    FIXED("GITHUB_OUTPUT", RH_RUNNER_FILES "set_output"),
    FIXED("GITHUB_PATH", RH_RUNNER_FILES "add_path"),
    GIVEN("GITHUB_REF", "ref"),
    GIVEN("GITHUB_REF_NAME", "ref_name"),
    GIVEN("GITHUB_REF_PROTECTED", "ref_protected"),
    GIVEN("GITHUB_REF_TYPE", "ref_type"),
    GIVEN("GITHUB_REPOSITORY", "repository"),
    GIVEN("GITHUB_REPOSITORY_ID", "repository_id"),
    GIVEN("GITHUB_REPOSITORY_OWNER", "repository_owner"),
    GIVEN("GITHUB_REPOSITORY_OWNER_ID", "repository_owner_id"),
    GIVEN("GITHUB_RETENTION_DAYS", "retention_days"),
    GIVEN("GITHUB_RUN_ATTEMPT", "run_attempt"),
    GIVEN("GITHUB_RUN_ID", "run_id"),
    GIVEN("GITHUB_RUN_NUMBER", "run_number"),
    GIVEN("GITHUB_SERVER_URL", "server_url"),
    GIVEN("GITHUB_SHA", "sha"),
    FIXED("GITHUB_STATE", RH_RUNNER_FILES "save_state"),
    FIXED("GITHUB_STEP_SUMMARY", RH_RUNNER_FILES "step_summary"),
    GIVEN("GITHUB_TRIGGERING_ACTOR", "triggering_actor"),
    GIVEN("GITHUB_WORKFLOW", "workflow"),
    GIVEN("GITHUB_WORKFLOW_REF", "workflow_ref"),
    GIVEN("GITHUB_WORKFLOW_SHA", "workflow_sha"),
    FIXED("GITHUB_WORKSPACE", RH_RUNNER_WORKSPACE),
    FIXED("HOME", "/home/runner"),
    FIXED("RUNNER_ENVIRONMENT", "github-hosted"),
    FIXED("RUNNER_TEMP", RH_RUNNER_TEMP),
    FIXED("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache"),
    FIXED("RUNNER_WORKSPACE", "/home/runner/work/repository"),
    FIXED("SHELL", "/bin/bash"),
    FIXED("USER", "runner"),
};

enum { VARIABLES = sizeof variables / sizeof *variables, OWN_VARIABLES = 5 };

/* Those that are the same in all jobs of a run. */
static const rh_field *variables_of_run(rh_arena *arena, rh_actions_run *run)
{
    if (run->variables)
        return run->variables;
    rh_field *fields = rh_arena_alloc(arena, VARIABLES * sizeof *fields);
    for (size_t i = 0; i < VARIABLES; i++) {
        const variable *v = &variables[i];
        fields[i].key = v->name;
        fields[i].value =
            v->from ? rh_value_as_string(arena, rh_get(run->github, v->from)) : &v->value;
    }
    run->variables = fields;
    return fields;
}

static const rh_value *path_of(rh_runner *runner)
{
    rh_text text = rh_text_in(runner->arena);
    unsigned flags = 0;
    for (size_t i = runner->paths.count; i-- > 0;) {
        const rh_value *path = runner->paths.items[i];
        if (rh_kind_of(path) == RH_UNKNOWN)
            return path;
        flags |= path->flags & (RH_SECRET | RH_TAINTED);
        rh_text_printf(&text, "%s:", rh_text_of(path));
    }
    rh_text_puts(&text, SYSTEM_PATH);
    return rh_runner_string(runner->arena, rh_text_string(&text), (uint8_t)flags);
}

static const rh_value *make_defaults(rh_runner *runner)
{
    rh_arena *arena = runner->arena;
    const rh_field own[OWN_VARIABLES] = {
        {"RUNNER_OS", rh_runner_string(arena, runner->os, 0)},
        {"RUNNER_ARCH", rh_runner_string(arena, runner->arch, 0)},
        {"RUNNER_NAME", rh_runner_string(arena, rh_inside_host(runner->inside), 0)},
        {"PATH", path_of(runner)},
        {"PWD", rh_runner_string(arena, RH_RUNNER_WORKSPACE, 0)},
    };
    rh_value *object = object_with_room(arena, NULL, VARIABLES + OWN_VARIABLES);
    rh_field *fields = (rh_field *)(void *)object->as.fields;
    memcpy(fields, variables_of_run(arena, runner->run), VARIABLES * sizeof *fields);
    memcpy(fields + VARIABLES, own, sizeof own);
    object->count = VARIABLES + OWN_VARIABLES;
    set(object, "GITHUB_JOB", rh_value_as_string(arena, rh_get(rh_runner_github(runner), "job")));
    return object;
}

/* The runner's variables under an env; the last one is kept, because most steps have the job's. */
static const rh_value *with_env(rh_runner *runner, const rh_value *env)
{
    if (!runner->defaults) {
        runner->defaults = make_defaults(runner);
        runner->variables = NULL;
    }
    if (!runner->variables || runner->variables_env != env) {
        runner->variables_env = env;
        runner->variables = rh_runner_overlay(runner->arena, runner->defaults, env);
    }
    return runner->variables;
}

const rh_value *rh_runner_variables(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    rh_arena *arena = runner->arena;
    const rh_value *extra = played->replacements;
    rh_value *object = object_with_room(arena, with_env(runner, played->env), rh_count_of(extra));
    rh_field *fields = (rh_field *)(void *)object->as.fields;
    if (played->step && played->step->id)
        fields[0].value = rh_runner_string(arena, played->step->id, 0);
    for (size_t i = 0; i < rh_count_of(extra); i++)
        fields[object->count++] = extra->as.fields[i];
    if (played->directory)
        set(object, "PWD", rh_runner_string(arena, played->directory, 0));
    return object;
}
