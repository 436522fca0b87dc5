/* Steps that use actions: composite ones are played, others are as the catalog knows them. */
#include "sim/actions/runner.h"

#include "sim/base/decimal.h"
#include "sim/base/value.h"
#include "sim/world.h"

static rh_runner *runner_of(const rh_played *played)
{
    return played->scope->runner;
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static bool evaluate_with(rh_played *played, const char **error)
{
    rh_runner *runner = runner_of(played);
    const rh_value *with;
    if (!rh_runner_value(played->scope, played->step->with.token, played->step->file, &with, error))
        return false;
    played->inputs = with;
    if (rh_kind_of(with) == RH_OBJECT)
        played->args = rh_value_list(runner->arena, &with, 1);
    if ((rh_runner_flags(with) | rh_runner_flags(played->env_own)) & RH_TAINTED)
        played->script_is_tainted = true;
    return true;
}

/* What a composite action sees as `inputs`: texts, with the defaults of its action.yml, which are
 * evaluated where the action is used. */
static bool complete_inputs(rh_played *played, const rh_actions_action *action, const char **error)
{
    rh_runner *runner = runner_of(played);
    rh_arena *arena = runner->arena;
    const rh_value *inputs = NULL;
    for (size_t i = 0; i < action->input_count; i++) {
        const rh_actions_input *input = &action->inputs[i];
        const rh_value *value =
            rh_kind_of(played->inputs) == RH_OBJECT
                ? rh_value_property(played->inputs, input->name, strlen(input->name))
                : NULL;
        if (!value && !rh_runner_value(played->scope, input->fallback, action->file, &value, error))
            return false;
        if (rh_kind_of(played->inputs) == RH_UNKNOWN)
            value = played->inputs;
        value = value ? rh_value_as_string(arena, value) : rh_runner_string(arena, "", 0);
        inputs = rh_runner_with(arena, inputs, input->name, value);
    }
    played->inputs = inputs;
    return true;
}

/* ---- composite actions ----------------------------------------------------------------------- */

/* Evaluated whatever the steps came to; empty for what cannot be. */
static void evaluate_outputs(rh_steps *scope, rh_played *played)
{
    const rh_actions_action *action = scope->action;
    rh_arena *arena = scope->runner->arena;
    const rh_value *outputs = NULL;
    for (size_t i = 0; i < action->output_count; i++) {
        const rh_value *value = NULL;
        const char *error = NULL;
        if (!rh_runner_text(scope, action->outputs[i].value, action->file, &value, &error))
            rh_runner_annotate(scope->runner, played->call, "error", error);
        if (value)
            outputs = rh_runner_with(arena, outputs, action->outputs[i].name, value);
    }
    played->outputs = outputs;
}

static void composite_body(rh_inside *inside, void *data)
{
    rh_played *played = data;
    rh_runner *runner = runner_of(played);
    rh_steps *scope = rh_arena_alloc(runner->arena, sizeof *scope);
    played->was_inside = played->is_composite = true;
    played->call = rh_inside_call(inside);
    rh_steps_init(scope, runner, inside, played->step->action->step_count);
    scope->owner = played;
    scope->action = played->step->action;
    scope->inputs = played->inputs ? played->inputs : rh_value_object(runner->arena, NULL, 0);
    rh_steps_play(scope, scope->action->steps, scope->action->step_count);
    scope->env = rh_runner_overlay_env(runner, runner->env, played->env_own);
    evaluate_outputs(scope, played);
    if (scope->status == RH_CONCLUSION_CANCELLED)
        rh_inside_cancel(inside, NULL);
    else if (scope->status == RH_CONCLUSION_FAILURE)
        rh_inside_fail(inside, rh_played_failure(played, scope->error ? scope->error : "failed", 0,
                                                 scope->failure));
}

/* ---- retry wrappers -------------------------------------------------------------------------- */

static const rh_value *input_of(const rh_played *played, const char *name)
{
    return name && rh_kind_of(played->inputs) == RH_OBJECT
               ? rh_value_property(played->inputs, name, strlen(name))
               : NULL;
}

static int64_t number_of(const rh_played *played, const char *name, int64_t otherwise)
{
    const rh_value *value = input_of(played, name);
    double number;
    if (rh_kind_of(value) == RH_INTEGER || rh_kind_of(value) == RH_NUMBER)
        return rh_integer_of(value);
    if (rh_kind_of(value) != RH_STRING || !value->count ||
        !rh_decimal_read(value->as.text, value->count, &number) || !(number < 1e9))
        return otherwise;
    return (int64_t)number;
}

static bool is_set(const rh_played *played, const char *name)
{
    const rh_value *value = input_of(played, name);
    return rh_is_true(value) || strcmp(rh_text_of(value), "true") == 0;
}

static void wait_until(rh_played *played, rh_time until)
{
    while (rh_inside_now(played->inside) < until && !rh_inside_is_told(played->inside))
        rh_inside_wait(played->inside, until);
}

/* One attempt after the other, until one succeeds. */
static int play_attempts(rh_played *played, const rh_catalog_retry *retry, const rh_value *command)
{
    int64_t attempts = number_of(played, retry->attempts, retry->default_attempts);
    int64_t pause = number_of(played, retry->wait_seconds, retry->default_wait_seconds);
    int64_t limit = number_of(played, retry->timeout_seconds, 0) +
                    60 * number_of(played, retry->timeout_minutes, 0);
    const char *shell = rh_text_of(input_of(played, retry->shell));
    const char *retry_on = rh_text_of(input_of(played, retry->retry_on));
    int status = 0;
    for (int64_t i = 1; i <= attempts || i == 1; i++) {
        if (i > 1)
            wait_until(played, rh_time_add(rh_inside_now(played->inside), RH_SECONDS(pause)));
        played->command_deadline =
            limit > 0 ? rh_time_add(rh_inside_now(played->inside), RH_SECONDS(limit)) : RH_FOREVER;
        played->command_timed_out = false;
        played->attempts = i;
        status = rh_script_play(played, *shell ? shell : NULL, command);
        if (played->command_timed_out)
            status = 124;
        if (status <= 0)
            break;
        bool is_other = strcmp(retry_on, played->command_timed_out ? "error" : "timeout") == 0;
        if (is_other)
            break;
        rh_runner_log(played,
                      rh_format(runner_of(played)->arena, "Attempt %lld failed. Reason: %s %d",
                                (long long)i, played->command_timed_out ? "timeout" : "exit code",
                                status));
    }
    return status;
}

static void set_number(rh_played *played, const char *output, int64_t number)
{
    rh_arena *arena = runner_of(played)->arena;
    const char *text = rh_format(arena, "%lld", (long long)number);
    rh_files_set_output(played, output, rh_runner_string(arena, text, 0));
}

static void retry_body(rh_inside *inside, void *data)
{
    rh_played *played = data;
    rh_runner *runner = runner_of(played);
    const rh_catalog_retry *retry = played->known->retry;
    const rh_value *command = input_of(played, retry->command);
    played->was_inside = true;
    played->inside = inside;
    played->call = rh_inside_call(inside);
    if (!command)
        command = rh_runner_string(runner->arena, "", 0);
    int status = play_attempts(played, retry, command);
    if (status < 0) {
        rh_inside_cancel(inside, NULL);
        return;
    }
    bool is_forgiven = is_set(played, retry->continue_on_error);
    set_number(played, "exit_code", status);
    set_number(played, "total_attempts", played->attempts);
    if (status > 0 && !is_forgiven) {
        const char *text = rh_format(runner->arena,
                                     "Final attempt failed. Child_process exited with error code "
                                     "%d",
                                     status);
        rh_inside_fail(inside,
                       rh_played_failure(played, text, status, rh_script_cause(played, status)));
    }
}

/* ---- known and unknown actions --------------------------------------------------------------- */

static const rh_value *answer_of(rh_arena *arena, const rh_value *outputs)
{
    const rh_field field = {"outputs", outputs};
    return rh_value_object_borrowing(arena, &field, 1);
}

static void prepare_known(rh_played *played, rh_child_request *request)
{
    rh_runner *runner = runner_of(played);
    rh_steps *scope = played->scope;
    rh_script *script = RH_NEW(runner->arena, rh_script);
    const rh_value *outputs = NULL;
    const rh_value *job_inputs = scope->inputs;
    scope->inputs = played->inputs ? played->inputs : rh_value_object(runner->arena, NULL, 0);
    rh_catalog_action_script(runner->arena, played->known, played->step->id, &scope->expressions,
                             script, &outputs);
    scope->inputs = job_inputs;
    if (played->script_is_tainted && played->known->writes_files)
        rh_runner_taint(played, NULL);
    script->result = answer_of(runner->arena, outputs);
    request->fallback = script;
}

static void prepare_unknown(rh_played *played, rh_child_request *request)
{
    rh_runner *runner = runner_of(played);
    rh_script *script = RH_NEW(runner->arena, rh_script);
    const char *origin = rh_format(runner->arena, "steps.%s.outputs", played->step->id);
    script->result =
        answer_of(runner->arena, rh_value_unknown(runner->arena, origin,
                                                  played->script_is_tainted ? RH_TAINTED : 0));
    script->takes_is_unknown = true;
    played->assumed = script->result;
    request->fallback = script;
}

void rh_uses_tell_assumed(rh_played *played)
{
    rh_runner *runner = runner_of(played);
    if (played->assumed && played->child->value == played->assumed)
        rh_runner_note_unknown(runner, "action",
                               rh_names_intern(&runner->world->names, played->step->uses.name),
                               "and its outputs are unknown");
}

bool rh_uses_prepare(rh_played *played, rh_child_request *request, const char **error)
{
    rh_runner *runner = runner_of(played);
    const rh_actions_definition *definition = runner->run->definition;
    const rh_actions_step *step = played->step;
    const rh_actions_catalog *catalog = definition->settings ? definition->settings->catalog : NULL;
    const rh_actions_action *action = step->action;
    if (!evaluate_with(played, error))
        return false;
    request->args = played->args;
    request->about.does = step->uses.name;
    if (action && action->using == RH_USING_COMPOSITE) {
        request->body = composite_body;
        return complete_inputs(played, action, error);
    }
    if (catalog && step->uses.kind != RH_USES_LOCAL && step->uses.kind != RH_USES_SELF)
        played->known = rh_catalog_action_find(catalog, step->uses.name);
    request->about.faults =
        rh_runner_faults(played->known != NULL, played->known ? played->known->faults : NULL);
    rh_played_does(played, request->about.faults);
    if (!played->known)
        prepare_unknown(played, request);
    else if (played->known->retry)
        request->body = retry_body;
    else
        prepare_known(played, request);
    return true;
}

/* ---- post steps ------------------------------------------------------------------------------ */

void rh_uses_register_post(rh_played *played)
{
    rh_runner *runner = runner_of(played);
    const rh_actions_action *action = played->step->action;
    bool has_post = (played->known && played->known->has_post) || (action && action->post);
    if (!has_post)
        return;
    rh_post *post = RH_NEW(runner->arena, rh_post);
    post->played = played;
    post->next = runner->posts;
    runner->posts = post;
}

const rh_script *rh_uses_post_script(const rh_played *played)
{
    rh_script *script = RH_NEW(runner_of(played)->arena, rh_script);
    if (played->known)
        script->takes = played->known->post_takes;
    return script;
}
