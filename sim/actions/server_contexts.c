/* What expressions see where the server evaluates them. */
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- objects --------------------------------------------------------------------------------- */

void rh_server_field(rh_server *server, rh_server_fields *fields, const char *key,
                     const rh_value *value)
{
    fields->items = rh_arena_reserve(server->arena, fields->items, sizeof *fields->items,
                                     fields->count + 1, &fields->capacity);
    fields->items[fields->count++] = (rh_field){key, value};
}

const rh_value *rh_server_text(rh_server *server, const char *text)
{
    return rh_value_string(server->arena, text, strlen(text));
}

void rh_server_field_text(rh_server *server, rh_server_fields *fields, const char *key,
                          const char *text)
{
    rh_server_field(server, fields, key, rh_server_text(server, text));
}

const rh_value *rh_server_object(rh_server *server, const rh_server_fields *fields)
{
    return rh_value_object_borrowing(server->arena, fields->items, fields->count);
}

const rh_value *rh_server_get(const rh_value *object, const char *key)
{
    return rh_kind_of(object) == RH_OBJECT ? rh_value_property(object, key, strlen(key)) : NULL;
}

/* ---- unknown values read as '' --------------------------------------------------------------- */

static const rh_value *emptied(rh_arena *arena, const rh_value *value)
{
    size_t count = rh_count_of(value);
    switch (rh_kind_of(value)) {
    case RH_UNKNOWN:
        return rh_value_flagged(arena, rh_value_string(arena, "", 0), value->flags);
    case RH_LIST: {
        const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, count);
        for (size_t i = 0; i < count; i++)
            items[i] = emptied(arena, rh_at(value, i));
        return rh_value_list(arena, items, count);
    }
    case RH_OBJECT: {
        rh_field *fields = RH_NEW_ARRAY(arena, rh_field, count);
        for (size_t i = 0; i < count; i++)
            fields[i] = (rh_field){value->as.fields[i].key, emptied(arena, rh_at(value, i))};
        return rh_value_object_borrowing(arena, fields, count);
    }
    default:
        return value;
    }
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static const rh_value *value_of(const rh_server_scope *scope, rh_expression_context context)
{
    const rh_actions_run *run = scope->graph ? scope->graph->run : NULL;
    switch (context) {
    case RH_CONTEXT_GITHUB:
        return run ? run->github : NULL;
    case RH_CONTEXT_INPUTS:
        return run ? run->inputs : NULL;
    case RH_CONTEXT_VARS:
        return run ? run->vars : NULL;
    case RH_CONTEXT_SECRETS:
        return run && scope->has_secrets ? run->secrets : NULL;
    case RH_CONTEXT_NEEDS:
        return scope->job ? scope->job->needs : NULL;
    case RH_CONTEXT_STRATEGY:
        return scope->leg ? scope->leg->strategy : NULL;
    case RH_CONTEXT_MATRIX:
        return scope->leg ? scope->leg->matrix : NULL;
    case RH_CONTEXT_JOBS:
        return scope->jobs;
    default:
        return NULL;
    }
}

static const rh_value *context_of(void *data, rh_expression_context context)
{
    const rh_server_scope *scope = data;
    const rh_value *value = value_of(scope, context);
    return scope->reads_empty ? emptied(scope->server->arena, value) : value;
}

rh_expression_scope rh_server_scope_of(rh_server_scope *scope)
{
    return (rh_expression_scope){.data = scope, .context = context_of, .status = rh_server_status};
}

/* ---- evaluating ------------------------------------------------------------------------------ */

static const char *label_of(const rh_server_scope *scope)
{
    if (scope->leg)
        return rh_server_leg_label(scope->server, scope->leg);
    if (scope->job)
        return scope->job->label;
    return scope->graph->caller ? rh_server_leg_label(scope->server, scope->graph->caller) : "";
}

static const char *file_of(const rh_server_scope *scope)
{
    return scope->graph->run->file->path;
}

const char *rh_server_error(const rh_server_scope *scope, const char *what, uint32_t line,
                            uint32_t column, const char *message)
{
    rh_arena *arena = scope->server->arena;
    const char *where =
        rh_format(arena, "%s (Line: %u, Col: %u): %s", file_of(scope), line, column, message);
    if (!scope->job)
        return rh_format(arena, "Error when evaluating '%s'. %s", what, where);
    return rh_format(arena, "Error when evaluating '%s' for job '%s'. %s", what,
                     scope->job->model->id, where);
}

const rh_value *rh_server_evaluate(rh_server_scope *scope, const rh_token *token, const char *what,
                                   const char **message)
{
    rh_error error;
    rh_expression_scope around = rh_server_scope_of(scope);
    const rh_value *value =
        rh_token_evaluate(scope->server->arena, token, &around, file_of(scope), &error);
    if (!value)
        *message = rh_server_error(scope, what, error.line, error.column, error.message);
    return value;
}

static rh_server_unknown question(const rh_server_scope *scope, const rh_token *token,
                                  const char *what, const rh_value *value)
{
    const char *origin = rh_kind_of(value) == RH_UNKNOWN ? rh_value_origin(value) : "";
    return (rh_server_unknown){
        .label = label_of(scope),
        .what = what,
        .text = token->text && *token->text ? token->text : what,
        .file = file_of(scope),
        .line = token->line,
        .column = token->column,
        .origin = *origin ? origin : "a value",
    };
}

bool rh_server_value_unknown(rh_server_scope *scope, const rh_token *token, const char *what,
                             const rh_value *value)
{
    rh_server_unknown unknown = question(scope, token, what, value);
    return rh_server_decide(scope->server, &unknown);
}

bool rh_server_is_true(rh_server_scope *scope, const rh_token *token, const char *what,
                       const char **message)
{
    const rh_value *value = rh_server_evaluate(scope, token, what, message);
    rh_truth truth = value ? rh_value_truth(value) : RH_FALSY;
    if (truth != RH_TRUTH_UNKNOWN)
        return truth == RH_TRUTHY;
    rh_server_scope empty = *scope;
    empty.reads_empty = true;
    const char *ignored;
    const rh_value *if_empty = rh_server_evaluate(&empty, token, what, &ignored);
    rh_server_unknown unknown = question(scope, token, what, value);
    unknown.may_vary = true;
    unknown.fallback = if_empty && rh_value_truth(if_empty) == RH_TRUTHY;
    return rh_server_decide(scope->server, &unknown);
}

/* ---- the github context ---------------------------------------------------------------------- */

enum { FIRST_RUN_ID = 1000000001, MOST_FILLED = 16 /* fields */ };

static bool starts_with(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

/* `text` is borrowed: of the definition, of the input, of the run, or a constant. */
static void fill(rh_server *server, rh_server_fields *fields, const rh_value *given,
                 const char *key, const char *text)
{
    if (rh_server_get(given, key))
        return;
    rh_value *value = rh_arena_alloc(server->arena, sizeof *value);
    *value = rh_string_value(text);
    rh_server_field(server, fields, key, value);
}

/* "refs/heads/main": "main", branch; refs/tags/v1: "v1", tag; of a pull request
 * "1/merge". */
static void fill_ref(rh_server *server, rh_server_fields *fields, const rh_value *given)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/", "refs/pull/"};
    static const char *const types[] = {"branch", "tag", "branch"};
    const char *ref = rh_text_of(rh_server_get(given, "ref"));
    for (size_t i = 0; i < 3; i++)
        if (starts_with(ref, prefixes[i])) {
            fill(server, fields, given, "ref_name", ref + strlen(prefixes[i]));
            fill(server, fields, given, "ref_type", types[i]);
            return;
        }
}

static void fill_numbers(rh_server *server, rh_server_fields *fields, const rh_value *given)
{
    rh_arena *arena = server->arena;
    int64_t attempt =
        rh_integer_of(rh_server_get(rh_server_get(server->input, "rerun"), "attempt"));
    fill(server, fields, given, "run_id",
         rh_format_number(arena, FIRST_RUN_ID + server->execution->index));
    fill(server, fields, given, "run_number",
         rh_format_number(arena, rh_server_run_number(server)));
    fill(server, fields, given, "run_attempt",
         rh_format_number(arena, attempt > 0 ? (uint64_t)attempt : 1));
}

static void fill_names(rh_server *server, rh_server_fields *fields, const rh_value *given)
{
    rh_arena *arena = server->arena;
    const rh_actions_file *file = server->definition->file;
    const char *repository = rh_text_of(rh_server_get(given, "repository"));
    const char *slash = strchr(repository, '/');
    fill(server, fields, given, "workflow", file->name);
    if (slash)
        fill(server, fields, given, "repository_owner",
             rh_arena_text(arena, repository, (size_t)(slash - repository)));
    fill(server, fields, given, "workflow_ref",
         rh_format(arena, "%s/%s@%s", repository, file->path,
                   rh_text_of(rh_server_get(given, "ref"))));
    fill(server, fields, given, "workflow_sha", rh_text_of(rh_server_get(given, "sha")));
    fill(server, fields, given, "triggering_actor", rh_text_of(rh_server_get(given, "actor")));
    fill(server, fields, given, "server_url", "https://github.com");
    fill(server, fields, given, "api_url", "https://api.github.com");
    fill(server, fields, given, "graphql_url", "https://api.github.com/graphql");
    fill(server, fields, given, "retention_days", "90");
}

/* The token of the run, which nobody has to pass. */
static const rh_value *own_token(rh_server *server)
{
    return rh_value_flagged(server->arena, rh_server_text(server, RH_ACTIONS_TOKEN), RH_SECRET);
}

const rh_value *rh_server_github(rh_server *server)
{
    if (server->memory->github)
        return server->memory->github;
    rh_server_fields fields = {0};
    const rh_value *given = rh_server_get(server->input, "github");
    fields.items = rh_arena_reserve(server->arena, NULL, sizeof *fields.items,
                                    rh_count_of(given) + MOST_FILLED, &fields.capacity);
    for (size_t i = 0; i < rh_count_of(given); i++)
        rh_server_field(server, &fields, given->as.fields[i].key, rh_at(given, i));
    fill_ref(server, &fields, given);
    fill_names(server, &fields, given);
    fill_numbers(server, &fields, given);
    if (!rh_server_get(given, "token"))
        rh_server_field(server, &fields, "token", own_token(server));
    server->memory->github = /* it is large */
        rh_value_object_unhashed(server->arena, fields.items, fields.count);
    return server->memory->github;
}

/* ---- the run's own jobs ---------------------------------------------------------------------- */

static const rh_value *object_or_empty(rh_server *server, const rh_value *value)
{
    return rh_kind_of(value) == RH_OBJECT ? value : rh_value_object(server->arena, NULL, 0);
}

static const rh_value *own_secrets(rh_server *server)
{
    const rh_value *given = rh_server_get(server->input, "secrets");
    rh_server_fields fields = {0};
    for (size_t i = 0; i < rh_count_of(given); i++)
        rh_server_field(server, &fields, given->as.fields[i].key,
                        rh_value_flagged(server->arena, rh_at(given, i), RH_SECRET));
    if (!rh_server_get(given, "GITHUB_TOKEN"))
        rh_server_field(server, &fields, "GITHUB_TOKEN",
                        rh_server_get(rh_server_github(server), "token"));
    return rh_server_object(server, &fields);
}

/* Those that were left out have their defaults. What does not fit its type was
 * the caller's to refuse. */
static const rh_value *own_inputs(rh_server *server, rh_actions_run *run)
{
    const rh_value *given = object_or_empty(server, rh_server_get(server->input, "inputs"));
    const char *event = rh_text_of(rh_server_get(run->github, "event_name"));
    const rh_actions_trigger *trigger = rh_actions_trigger_of(run->file, event);
    rh_server_graph graph = {.run = run};
    rh_server_scope scope = {.server = server, .graph = &graph};
    const char *message;
    const rh_value *inputs =
        trigger && trigger->input_count ? rh_server_inputs(&scope, trigger, given, &message) : NULL;
    return inputs ? inputs : given;
}

rh_actions_run *rh_server_top_run(rh_server *server)
{
    bool is_new;
    rh_actions_run *run = rh_server_run_of(server, NULL, &is_new);
    if (!is_new)
        return run;
    run->world = server->world;
    run->index = server->execution->index;
    run->definition = server->definition;
    run->file = server->definition->file;
    run->github = rh_server_github(server);
    run->inputs = own_inputs(server, run);
    run->vars = rh_server_get(server->input, "vars");
    if (rh_kind_of(run->vars) != RH_UNKNOWN)
        run->vars = object_or_empty(server, run->vars);
    run->secrets = own_secrets(server);
    return run;
}
