/* Legs: what the matrix of a job unfolds to. */
#include "sim/actions/matrix.h"
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- the matrix ------------------------------------------------------------------------------ */

/* A vector that is not known becomes one value that is not known; an include or exclude that is
 * not known is left out. If nothing is left then, nothing is known of the matrix. */
static const rh_value *without_unknown_parts(rh_server_scope *scope, const rh_value *matrix)
{
    rh_server *server = scope->server;
    const rh_token *token = scope->job->model->strategy.matrix;
    rh_server_fields fields = {0};
    bool changed = false, has_vector = false;
    const rh_value *include = NULL;
    for (size_t i = 0; i < rh_count_of(matrix); i++) {
        const rh_field *field = &matrix->as.fields[i];
        bool is_include = !strcmp(field->key, "include");
        bool is_vector = !is_include && strcmp(field->key, "exclude");
        has_vector = has_vector || is_vector;
        include = is_include ? field->value : include;
        if (rh_kind_of(field->value) != RH_UNKNOWN) {
            rh_server_field(server, &fields, field->key, field->value);
            continue;
        }
        changed = true;
        rh_server_value_unknown(scope, token,
                                rh_format(server->arena, "strategy.matrix.%s", field->key),
                                field->value);
        if (is_vector)
            rh_server_field(server, &fields, field->key,
                            rh_value_list(server->arena, &field->value, 1));
    }
    if (!has_vector && rh_kind_of(include) == RH_UNKNOWN)
        return include;
    return changed ? rh_server_object(server, &fields) : matrix;
}

/* One leg that stands for all: nothing is known of its matrix. */
static void one_unknown(rh_server *server, rh_server_job *job, const rh_value *matrix)
{
    job->leg_count = 1;
    job->legs = RH_NEW(server->arena, rh_server_leg);
    job->legs[0].matrix = matrix;
}

static void one_leg(rh_server *server, rh_server_job *job)
{
    one_unknown(server, job, NULL);
}

static bool fill_legs(rh_server_scope *scope, const rh_value *matrix, const char **message)
{
    rh_server *server = scope->server;
    rh_server_job *job = scope->job;
    rh_matrix built;
    rh_error error;
    const rh_token *token = job->model->strategy.matrix;
    if (rh_matrix_build(server->arena, matrix, 0, &built, &error) < 0) {
        *message = rh_server_error(scope, "strategy", token->line, token->column, error.message);
        return false;
    }
    if (built.undecided)
        rh_server_value_unknown(scope, token, "strategy.matrix (a filter)", built.undecided);
    job->leg_count = (uint32_t)built.count;
    job->legs = RH_NEW_ARRAY(server->arena, rh_server_leg, built.count);
    for (uint32_t i = 0; i < job->leg_count; i++) {
        job->legs[i].source = &built.legs[i];
        job->legs[i].matrix = built.legs[i].row;
        job->legs[i].key = *built.legs[i].suffix ? built.legs[i].suffix : NULL;
    }
    return true;
}

static bool expand(rh_server_scope *scope, const char **message)
{
    rh_server *server = scope->server;
    const rh_token *token = scope->job->model->strategy.matrix;
    if (!token) {
        one_leg(server, scope->job);
        return true;
    }
    const rh_value *matrix = rh_server_evaluate(scope, token, "strategy", message);
    if (!matrix)
        return false;
    if (rh_kind_of(matrix) == RH_UNKNOWN)
        rh_server_value_unknown(scope, token, "strategy.matrix", matrix);
    else
        matrix = without_unknown_parts(scope, matrix);
    if (rh_kind_of(matrix) != RH_UNKNOWN)
        return fill_legs(scope, matrix, message);
    one_unknown(server, scope->job, matrix);
    return true;
}

/* ---- what tells legs apart ------------------------------------------------------------------- */

const char *rh_server_leg_key(rh_server *server, const rh_server_leg *leg)
{
    const rh_server_leg *caller = leg->job->graph->caller;
    const char *above = caller ? rh_server_leg_key(server, caller) : NULL;
    if (above && leg->key)
        return rh_format(server->arena, "%s, %s", above, leg->key);
    return above ? above : leg->key;
}

const char *rh_server_leg_label(rh_server *server, const rh_server_leg *leg)
{
    const char *key = rh_server_leg_key(server, leg);
    return key ? rh_format(server->arena, "%s[%s]", leg->job->path, key) : leg->job->path;
}

/* ---- strategy and names ---------------------------------------------------------------------- */

/* *most is max-parallel as it is set; 0: it is not. */
static bool read_strategy(rh_server_scope *scope, int64_t *most, const char **message)
{
    rh_server_job *job = scope->job;
    const rh_actions_strategy *strategy = &job->model->strategy;
    job->fail_fast = true;
    job->max_parallel = job->leg_count;
    if (strategy->fail_fast) {
        job->fail_fast = rh_server_is_true(scope, strategy->fail_fast, "fail-fast", message);
        if (*message)
            return false;
    }
    if (!strategy->max_parallel)
        return true;
    const rh_value *value = rh_server_evaluate(scope, strategy->max_parallel, "strategy", message);
    if (!value)
        return false;
    if (rh_kind_of(value) == RH_UNKNOWN)
        rh_server_value_unknown(scope, strategy->max_parallel, "max-parallel", value);
    *most = rh_integer_of(value) > 0 ? rh_integer_of(value) : 0;
    if (*most > 0 && *most < job->leg_count)
        job->max_parallel = (uint32_t)*most;
    return true;
}

/* What it is called without what stands around it: a name that is constant, or
 * its id, gets the values of the matrix. */
static const char *own_name(rh_server_scope *scope)
{
    rh_arena *arena = scope->server->arena;
    const rh_server_leg *leg = scope->leg;
    const rh_token *token = leg->job->model->name;
    const char *base = leg->job->model->id;
    const char *message;
    if (token) {
        const rh_value *value = rh_server_evaluate(scope, token, "name", &message);
        const char *text = value ? rh_text_of(rh_value_as_string(arena, value)) : "";
        if (*text && token->expression)
            return text;
        if (*text)
            base = text;
    }
    return leg->source ? rh_matrix_leg_name(arena, base, leg->source) : base;
}

static const char *shown_name(rh_server_scope *scope)
{
    const rh_server_leg *caller = scope->graph->caller;
    const char *name = own_name(scope);
    return caller ? rh_format(scope->server->arena, "%s / %s", caller->name, name) : name;
}

bool rh_server_make_legs(rh_server *server, rh_server_job *job, const char **message)
{
    rh_server_scope scope = {.server = server, .graph = job->graph, .job = job};
    int64_t most_at_once = 0;
    if (!expand(&scope, message) || !read_strategy(&scope, &most_at_once, message))
        return false;
    for (uint32_t i = 0; i < job->leg_count; i++) {
        rh_server_leg *leg = &job->legs[i];
        leg->job = job;
        leg->index = i;
        leg->activity = leg->approval_timer = leg->wait_timer = RH_NO_TICKET;
        leg->strategy =
            rh_matrix_strategy(server->arena, job->fail_fast, most_at_once, i, job->leg_count);
        scope.leg = leg;
        leg->name = shown_name(&scope);
        if (job->model->continue_on_error)
            leg->continue_on_error = rh_server_is_true(&scope, job->model->continue_on_error,
                                                       "continue-on-error", message);
        if (*message)
            return false;
    }
    return true;
}
