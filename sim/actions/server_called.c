/* Called workflows: what is passed to them, and what they give back. */
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/world.h"

/* ---- inputs ---------------------------------------------------------------------------------- */

static const rh_value *default_of(rh_server *server, const rh_actions_input *input)
{
    if (!strcmp(input->type, "boolean"))
        return rh_value_boolean(server->arena, false);
    if (!strcmp(input->type, "number"))
        return rh_value_integer(server->arena, 0);
    return rh_server_text(server, "");
}

/* Booleans and numbers are not made of strings; strings are made of any scalar.
 */
static const rh_value *fitted(rh_server *server, const rh_actions_input *input,
                              const rh_value *value)
{
    rh_kind kind = rh_kind_of(value);
    if (kind == RH_UNKNOWN)
        return value;
    if (!strcmp(input->type, "boolean"))
        return kind == RH_BOOLEAN ? value : NULL;
    if (!strcmp(input->type, "number"))
        return kind == RH_INTEGER || kind == RH_NUMBER ? value : NULL;
    if (kind == RH_LIST || kind == RH_OBJECT)
        return NULL;
    return rh_value_as_string(server->arena, value);
}

static const rh_value *input_value(rh_server_scope *scope, const rh_actions_input *input,
                                   const rh_value *given, const char **message)
{
    rh_server *server = scope->server;
    const rh_value *value = rh_server_get(given, input->name);
    if (!value && input->fallback) {
        value = rh_server_evaluate(scope, input->fallback, "inputs", message);
        if (!value)
            return NULL;
    }
    if (!value)
        return default_of(server, input);
    const rh_value *fits = fitted(server, input, value);
    if (!fits)
        *message =
            rh_format(server->arena, "The value '%s' does not fit input '%s' of %s, which is a %s",
                      rh_text_of(rh_value_as_string(server->arena, value)), input->name,
                      scope->graph->run->file->path, input->type);
    return fits;
}

const rh_value *rh_server_inputs(rh_server_scope *scope, const rh_actions_trigger *trigger,
                                 const rh_value *given, const char **message)
{
    rh_server_fields fields = {0};
    for (size_t i = 0; i < trigger->input_count; i++) {
        const rh_actions_input *input = &trigger->inputs[i];
        const rh_value *value = input_value(scope, input, given, message);
        if (!value)
            return NULL;
        rh_server_field(scope->server, &fields, input->name, value);
    }
    return rh_server_object(scope->server, &fields);
}

/* ---- secrets --------------------------------------------------------------------------------- */

/* NULL with a *message. The token of the run is always there. */
static const rh_value *passed_secrets(rh_server *server, rh_server_leg *leg, const char **message)
{
    const rh_actions_job *job = leg->job->model;
    const rh_value *above = leg->job->graph->run->secrets;
    if (job->inherits_secrets)
        return above;
    rh_server_scope scope = {.server = server,
                             .graph = leg->job->graph,
                             .job = leg->job,
                             .leg = leg,
                             .has_secrets = true};
    rh_server_fields fields = {0};
    if (job->secrets.token) {
        const rh_value *given = rh_server_evaluate(&scope, job->secrets.token, "secrets", message);
        if (!given)
            return NULL;
        for (size_t i = 0; rh_kind_of(given) == RH_OBJECT && i < given->count; i++)
            rh_server_field(server, &fields, given->as.fields[i].key,
                            rh_value_flagged(server->arena, rh_at(given, i), RH_SECRET));
    }
    const rh_value *token = rh_server_get(above, "GITHUB_TOKEN");
    if (token)
        rh_server_field(server, &fields, "GITHUB_TOKEN", token);
    return rh_server_object(server, &fields);
}

/* ---- the call -------------------------------------------------------------------------------- */

static bool fill(rh_server *server, rh_server_leg *leg, rh_actions_run *run, const char **message)
{
    const rh_actions_job *job = leg->job->model;
    const rh_actions_run *above = leg->job->graph->run;
    *run = *above;
    run->shared = NULL;
    run->file = job->called;
    rh_server_scope outside = {
        .server = server, .graph = leg->job->graph, .job = leg->job, .leg = leg};
    const rh_value *given = rh_server_evaluate(&outside, job->with.token, "with", message);
    run->secrets = given ? passed_secrets(server, leg, message) : NULL;
    if (!run->secrets)
        return false;
    rh_server_graph graph = {.run = run, .caller = leg};
    rh_server_scope inside = {.server = server, .graph = &graph};
    const rh_actions_trigger *trigger = rh_actions_trigger_of(job->called, "workflow_call");
    run->inputs = trigger ? rh_server_inputs(&inside, trigger, given, message)
                          : rh_value_object(server->arena, NULL, 0);
    return run->inputs != NULL;
}

rh_actions_run *rh_server_called_run(rh_server *server, rh_server_leg *leg, const char **message)
{
    bool is_new;
    rh_actions_run *run = rh_server_run_of(server, leg, &is_new);
    /* A record whose filling was refused has no inputs: it is refused again on
   * replay. */
    if ((is_new || !run->inputs) && !fill(server, leg, run, message)) {
        run->inputs = NULL;
        return NULL;
    }
    return run;
}

/* ---- outputs --------------------------------------------------------------------------------- */

static const rh_value *jobs_context(rh_server *server, const rh_server_graph *graph)
{
    rh_server_fields fields = {0};
    for (uint32_t i = 0; i < graph->job_count; i++)
        rh_server_field(server, &fields, graph->jobs[i].model->id,
                        rh_server_job_value(server, &graph->jobs[i]));
    return rh_server_object(server, &fields);
}

const rh_value *rh_server_called_outputs(rh_server *server, rh_server_graph *graph,
                                         const char **message)
{
    const rh_actions_trigger *trigger = rh_actions_trigger_of(graph->run->file, "workflow_call");
    rh_server_scope scope = {.server = server, .graph = graph, .jobs = jobs_context(server, graph)};
    rh_server_fields fields = {0};
    for (size_t i = 0; trigger && i < trigger->output_count; i++) {
        const rh_actions_output *output = &trigger->outputs[i];
        const rh_value *value = rh_server_evaluate(&scope, output->value, "outputs", message);
        if (!value)
            return NULL;
        rh_server_field(server, &fields, output->name, rh_value_as_string(server->arena, value));
    }
    return rh_server_object(server, &fields);
}
