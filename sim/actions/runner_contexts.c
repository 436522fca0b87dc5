/* What expressions of a job see. Contexts are made when they are first asked for. */
#include "sim/actions/runner.h"

#include "sim/actions/hash_files.h"
#include "sim/base/hash.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- github, runner, job, secrets ------------------------------------------------------------ */

static const rh_value *token_of(rh_runner *runner)
{
    const rh_value *given = rh_get(runner->leg->secrets, "GITHUB_TOKEN");
    if (!given)
        given = rh_get(runner->run->github, "token");
    if (given)
        return rh_runner_flagged(runner->arena, given, RH_SECRET);
    return rh_runner_string(runner->arena, RH_ACTIONS_TOKEN, RH_SECRET);
}

/* The runner's own fields of the github context; the first three change with the step. */
enum { OWN_JOB = 3, OWN_TOKEN, OWN_FIELDS = 11 };

/* What the server says counts. Its own names are each there once. */
static const rh_value *github_over(rh_arena *arena, const rh_field *own, const rh_value *given)
{
    rh_field *fields = rh_arena_alloc(arena, (OWN_FIELDS + rh_count_of(given)) * sizeof *fields);
    size_t count = OWN_FIELDS;
    memcpy(fields, own, OWN_FIELDS * sizeof *fields);
    for (size_t i = 0; i < rh_count_of(given); i++) {
        const rh_field *field = &given->as.fields[i];
        size_t at = 0;
        while (at < OWN_FIELDS &&
               (own[at].key[0] != field->key[0] || strcmp(own[at].key, field->key)))
            at++;
        fields[at < OWN_FIELDS ? at : count++] = *field;
    }
    return rh_value_object_unhashed(arena, fields, count);
}

/* What is the same in all jobs; `job` and `token` are NULL unless the server says them. */
static const rh_value *github_of_run(rh_arena *arena, rh_actions_run *run)
{
    if (run->runner_github)
        return run->runner_github;
    const rh_field own[OWN_FIELDS] = {
        {"action", rh_runner_string(arena, "__run", 0)},
        {"action_path", rh_runner_string(arena, "", 0)},
        {"action_status", rh_runner_string(arena, "success", 0)},
        [OWN_JOB] = {"job", NULL},
        [OWN_TOKEN] = {"token", NULL},
        {"workspace", rh_runner_string(arena, RH_RUNNER_WORKSPACE, 0)},
        {"env", rh_runner_string(arena, RH_RUNNER_FILES "set_env", 0)},
        {"output", rh_runner_string(arena, RH_RUNNER_FILES "set_output", 0)},
        {"path", rh_runner_string(arena, RH_RUNNER_FILES "add_path", 0)},
        {"state", rh_runner_string(arena, RH_RUNNER_FILES "save_state", 0)},
        {"step_summary", rh_runner_string(arena, RH_RUNNER_FILES "step_summary", 0)},
    };
    run->runner_github = github_over(arena, own, run->github);
    return run->runner_github;
}

const rh_value *rh_runner_github(rh_runner *runner)
{
    if (runner->github)
        return runner->github;
    rh_arena *arena = runner->arena;
    const rh_value *of_run = github_of_run(arena, runner->run);
    rh_field *fields = rh_arena_alloc(arena, of_run->count * sizeof *fields);
    memcpy(fields, of_run->as.fields, of_run->count * sizeof *fields);
    if (!fields[OWN_JOB].value)
        fields[OWN_JOB].value = rh_runner_string(arena, runner->leg->job->id, 0);
    if (!fields[OWN_TOKEN].value)
        fields[OWN_TOKEN].value = token_of(runner);
    runner->github = rh_value_object_unhashed(arena, fields, of_run->count);
    return runner->github;
}

static const rh_value *folder_of(rh_runner *runner, const rh_actions_action *action)
{
    const char *file = action->file ? action->file : "";
    const char *slash = strrchr(file, '/');
    int length = slash ? (int)(slash - file) : 0;
    const char *path = rh_format(runner->arena, RH_RUNNER_WORKSPACE "/%.*s", length, file);
    return rh_runner_string(runner->arena, path, 0);
}

/* The first three fields are the scope's own; see rh_runner_github. */
static const rh_value *github_of(rh_steps *scope)
{
    rh_runner *runner = scope->runner;
    if (!scope->github_fields) {
        const rh_value *github = rh_runner_github(runner);
        scope->github = *github;
        scope->github_fields = rh_arena_alloc(runner->arena, github->count * sizeof(rh_field));
        memcpy(scope->github_fields, github->as.fields, github->count * sizeof(rh_field));
        scope->github.as.fields = scope->github_fields;
        scope->github.hash = 0;
        if (scope->action)
            scope->github_fields[1].value = folder_of(runner, scope->action);
    }
    if (scope->action_id)
        scope->github_fields[0].value = rh_runner_string(runner->arena, scope->action_id, 0);
    if (scope->owner)
        scope->github_fields[2].value =
            rh_runner_string(runner->arena, rh_conclusion_name(scope->status), 0);
    return &scope->github;
}

static const rh_value *runner_of(rh_runner *runner)
{
    if (!runner->runner_context) {
        rh_arena *arena = runner->arena;
        const rh_field fields[] = {
            {"os", rh_runner_string(arena, runner->os, 0)},
            {"arch", rh_runner_string(arena, runner->arch, 0)},
            {"name", rh_runner_string(arena, rh_inside_host(runner->inside), 0)},
            {"environment", rh_runner_string(arena, "github-hosted", 0)},
            {"temp", rh_runner_string(arena, RH_RUNNER_TEMP, 0)},
            {"tool_cache", rh_runner_string(arena, "/opt/hostedtoolcache", 0)},
            {"workspace", rh_runner_string(arena, "/home/runner/work/repository", 0)},
        };
        runner->runner_context = rh_runner_object(arena, fields, sizeof fields / sizeof *fields);
    }
    return runner->runner_context;
}

static const rh_value *job_of(rh_runner *runner)
{
    rh_arena *arena = runner->arena;
    const rh_value *status = rh_runner_string(arena, rh_conclusion_name(runner->status), 0);
    const rh_value *container = rh_value_unknown(arena, "job.container", 0);
    const rh_value *services = rh_value_unknown(arena, "job.services", 0);
    const rh_field fields[] = {{"status", status},
                               {"container", container},
                               {"services", services}};
    size_t count = runner->leg->job->services ? 3 : runner->in_container ? 2 : 1;
    return rh_runner_object(arena, fields, count);
}

/* Every job has a GITHUB_TOKEN. */
static const rh_value *secrets_of(rh_runner *runner)
{
    const rh_value *given = runner->leg->secrets;
    if (rh_kind_of(given) == RH_UNKNOWN || rh_get(given, "GITHUB_TOKEN"))
        return given;
    if (!runner->secrets)
        runner->secrets = rh_runner_with(runner->arena, given, "GITHUB_TOKEN",
                                         rh_get(rh_runner_github(runner), "token"));
    return runner->secrets;
}

/* Variables are found in any case only where the system finds them so (StepsRunner.cs). */
static const rh_value *env_of(rh_steps *scope)
{
    if (!scope->env || scope->runner->on_windows)
        return scope->env;
    if (scope->env_context_of != scope->env) {
        rh_value *context = rh_arena_alloc(scope->runner->arena, sizeof *context);
        *context = *scope->env;
        context->flags |= RH_EXACT_KEYS;
        scope->env_context = context;
        scope->env_context_of = scope->env;
    }
    return scope->env_context;
}

/* ---- the scope of expressions ---------------------------------------------------------------- */

static const rh_value *context_of(void *data, rh_expression_context context)
{
    rh_steps *scope = data;
    rh_runner *runner = scope->runner;
    switch (context) {
    case RH_CONTEXT_GITHUB:
        return github_of(scope);
    case RH_CONTEXT_INPUTS:
        return scope->inputs;
    case RH_CONTEXT_VARS:
        return runner->leg->vars;
    case RH_CONTEXT_NEEDS:
        return runner->leg->needs;
    case RH_CONTEXT_STRATEGY:
        return runner->leg->strategy;
    case RH_CONTEXT_MATRIX:
        return runner->leg->matrix;
    case RH_CONTEXT_SECRETS:
        return secrets_of(runner);
    case RH_CONTEXT_ENV:
        return env_of(scope);
    case RH_CONTEXT_STEPS:
        return &scope->steps;
    case RH_CONTEXT_JOB:
        return job_of(runner);
    case RH_CONTEXT_RUNNER:
        return runner_of(runner);
    case RH_CONTEXT_JOBS:
    case RH_CONTEXT_COUNT:
        break;
    }
    return NULL;
}

/* In a composite action success() and failure() read its own status, cancelled() the job's
 * (SuccessFunction.cs, CancelledFunction.cs). */
static rh_truth status_of(void *data, rh_status_function function, const rh_value *const *arguments,
                          size_t count)
{
    rh_steps *scope = data;
    rh_conclusion status = scope->owner ? scope->status : scope->runner->status;
    (void)arguments, (void)count;
    switch (function) {
    case RH_STATUS_SUCCESS:
        return status == RH_CONCLUSION_SUCCESS ? RH_TRUTHY : RH_FALSY;
    case RH_STATUS_FAILURE:
        return status == RH_CONCLUSION_FAILURE ? RH_TRUTHY : RH_FALSY;
    case RH_STATUS_CANCELLED:
        return scope->runner->status == RH_CONCLUSION_CANCELLED ? RH_TRUTHY : RH_FALSY;
    case RH_STATUS_ALWAYS:
        break;
    }
    return RH_TRUTHY;
}

/* Patterns may name the workspace, where the repository is. */
static const rh_value *below_workspace(rh_arena *arena, const rh_value *pattern)
{
    static const char root[] = RH_RUNNER_WORKSPACE "/";
    const char *text = rh_text_of(pattern);
    bool takes_out = *text == '!';
    if (strncmp(text + takes_out, root, sizeof root - 1) != 0)
        return pattern;
    text = rh_format(arena, "%s%s", takes_out ? "!" : "", text + takes_out + sizeof root - 1);
    return rh_runner_string(arena, text, 0);
}

/* Whether a file that a script of the job has written may be among those that are found. */
static bool any_was_written(const rh_runner *runner, const rh_value *const *patterns, size_t count)
{
    static const char root[] = RH_RUNNER_WORKSPACE "/";
    for (const rh_job_file *file = runner->files; file; file = file->next) {
        bool is_there = strncmp(file->path, root, sizeof root - 1) == 0;
        const char *path = file->path + (is_there ? sizeof root - 1 : 0);
        for (size_t i = 0; i < count; i++)
            if (rh_hash_files_finds(rh_text_of(patterns[i]), path))
                return true;
    }
    return false;
}

/* Of the files as they are in the repository; what other commands make there is not known of. */
static const rh_value *hash_of_files(void *data, const rh_value *const *patterns, size_t count)
{
    rh_steps *scope = data;
    rh_arena *arena = scope->runner->arena;
    const rh_value **own = RH_NEW_ARRAY(arena, const rh_value *, count);
    for (size_t i = 0; i < count; i++)
        own[i] = below_workspace(arena, patterns[i]);
    const rh_actions_files *files = scope->runner->run->definition->files;
    const char *hash = NULL;
    if (!any_was_written(scope->runner, own, count))
        hash = files && files->hash ? files->hash(files->data, own, count)
                                    : rh_hash_files(arena, files, own, count);
    if (hash)
        return rh_runner_string(arena, hash, 0);
    const char *first = count ? rh_text_of(patterns[0]) : "";
    return rh_value_unknown(arena, rh_format(arena, "hashFiles('%s')", first), 0);
}

void rh_steps_init(rh_steps *scope, rh_runner *runner, rh_inside *inside, size_t step_count)
{
    memset(scope, 0, sizeof *scope);
    scope->runner = runner;
    scope->inside = inside;
    scope->status = RH_CONCLUSION_SUCCESS;
    scope->inputs = runner->run->inputs;
    scope->env = runner->env;
    scope->steps.kind = RH_OBJECT;
    scope->steps_capacity = step_count;
    if (step_count)
        scope->steps.as.fields = RH_NEW_ARRAY(runner->arena, rh_field, step_count);
    scope->expressions = (rh_expression_scope){
        .data = scope, .context = context_of, .status = status_of, .hash_files = hash_of_files};
}

void rh_steps_look(rh_steps *scope, const rh_played *played)
{
    scope->env = played->env;
    scope->action_id = played->step ? played->step->id : NULL;
}

void rh_steps_add_step(rh_steps *scope, const char *id, const rh_value *step)
{
    rh_field *fields = (rh_field *)(void *)scope->steps.as.fields;
    for (uint32_t i = 0; i < scope->steps.count; i++)
        if (strcmp(fields[i].key, id) == 0) {
            fields[i].value = step;
            return;
        }
    if (scope->steps.count == scope->steps_capacity) {
        fields = rh_arena_reserve(scope->runner->arena, fields, sizeof *fields,
                                  scope->steps_capacity + 1, &scope->steps_capacity);
        scope->steps.as.fields = fields;
    }
    fields[scope->steps.count++] = (rh_field){id, step};
}

/* ---- evaluating ------------------------------------------------------------------------------ */

bool rh_runner_value(rh_steps *scope, const rh_token *token, const char *file,
                     const rh_value **value, const char **error)
{
    rh_error why;
    *value = NULL;
    if (!token)
        return true;
    if (token->constant) {
        *value = token->constant;
        return true;
    }
    why.message[0] = '\0';
    *value = rh_token_evaluate(scope->runner->arena, token, &scope->expressions, file, &why);
    if (!*value && why.message[0]) {
        *error = rh_arena_string(scope->runner->arena, why.message);
        return false;
    }
    return true;
}

bool rh_runner_text(rh_steps *scope, const rh_token *token, const char *file,
                    const rh_value **value, const char **error)
{
    if (!rh_runner_value(scope, token, file, value, error))
        return false;
    rh_kind kind = rh_kind_of(*value);
    if (*value && kind != RH_STRING && kind != RH_UNKNOWN)
        *value = rh_value_as_string(scope->runner->arena, *value);
    return true;
}

/* ---- what is unknown ------------------------------------------------------------------------- */

bool rh_runner_decide(rh_runner *runner, rh_inside *inside, uint32_t call, const rh_value *unknown,
                      const char *what, const char *file, uint32_t line)
{
    const rh_actions_settings *settings = runner->run->definition->settings;
    rh_unknown_mode mode = settings ? settings->unknown : RH_UNKNOWN_EMPTY;
    const char *origin = rh_value_origin(unknown);
    const char *text = rh_runner_masked(runner, what);
    bool holds = mode == RH_UNKNOWN_HOLDS;
    if (mode == RH_UNKNOWN_ERROR)
        rh_world_stop(runner->world, RH_STOP_STAGE,
                      "%s:%u: the condition `%s` hangs on %s, which is not known: say what it is, "
                      "or what becomes of unknown conditions",
                      file ? file : "?", line, text, *origin ? origin : "something");
    if (mode == RH_UNKNOWN_EXPLORE)
        holds = rh_world_choose(runner->world, "unknown", 2,
                                rh_hash_mix(rh_hash_string(what), call)) == 1;
    rh_inside_journal(inside, &(rh_entry){.kind = RH_ENTRY_UNKNOWN,
                                          .call = call,
                                          .name = rh_names_intern(&runner->world->names, origin),
                                          .text = text,
                                          .code = holds,
                                          .number = (uint64_t)mode});
    return holds;
}

bool rh_runner_condition(rh_steps *scope, const rh_actions_condition *condition, uint32_t call,
                         bool *holds, const char **error)
{
    rh_runner *runner = scope->runner;
    rh_expression_error why;
    if (!condition->expression) {
        *holds = status_of(scope, RH_STATUS_SUCCESS, NULL, 0) == RH_TRUTHY;
        return true;
    }
    why.message[0] = '\0';
    rh_truth truth =
        rh_expression_truth(runner->arena, condition->expression, &scope->expressions, &why);
    *holds = truth == RH_TRUTHY;
    if (truth != RH_TRUTH_UNKNOWN)
        return true;
    if (why.message[0]) {
        *error = rh_arena_string(runner->arena, why.message);
        return false;
    }
    const rh_value *value =
        rh_expression_evaluate(runner->arena, condition->expression, &scope->expressions, &why);
    *holds = rh_runner_decide(runner, scope->inside, call, value,
                              condition->text ? condition->text : "success()",
                              runner->run->file->path, condition->place.line);
    return true;
}
