/* A job from its set-up to its outputs (JobRunner.cs, JobExtension.cs). */
#include "sim/actions/runner.h"

#include "sim/base/ascii.h"
#include "sim/base/value.h"
#include "sim/failure.h"
#include "sim/world.h"

/* ---- the machine ----------------------------------------------------------------------------- */

/* A part of a label, in any case; `part` is in lower case. */
static bool label_has(const char *label, const char *part)
{
    size_t length = strlen(part), size = strlen(label);
    for (size_t i = 0; i + length <= size; i++) {
        bool may_begin = (label[i] & 0x80) || rh_ascii_lower(label[i]) == part[0];
        if (may_begin && rh_compare_ignoring_case(label + i, length, part, length) == 0)
            return true;
    }
    return false;
}

static bool has_label(const rh_value *labels, const char *part)
{
    for (size_t i = 0; i < rh_count_of(labels); i++)
        if (label_has(rh_text_of(rh_at(labels, i)), part))
            return true;
    return false;
}

/* Hosted macOS is on ARM from version 14 on, but for the large Intel ones. */
static bool is_arm(const rh_value *labels)
{
    if (has_label(labels, "arm"))
        return true;
    return has_label(labels, "macos") && !has_label(labels, "macos-13") &&
           !has_label(labels, "intel") && !has_label(labels, "large");
}

static void look_at_labels(rh_runner *runner)
{
    const rh_value *labels = runner->leg->labels;
    runner->os = "Linux";
    if (has_label(labels, "windows"))
        runner->os = "Windows";
    else if (has_label(labels, "macos"))
        runner->os = "macOS";
    runner->on_windows = strcmp(runner->os, "Windows") == 0;
    runner->arch = is_arm(labels) ? "ARM64" : "X64";
    runner->in_container = runner->leg->job->container != NULL;
}

/* Whether there are none but the token that was made up: its text never comes without its flag. */
static bool has_no_secrets(const rh_value *secrets)
{
    const rh_value *token = rh_get(secrets, "GITHUB_TOKEN");
    bool is_made_up = token && strcmp(rh_text_of(token), RH_ACTIONS_TOKEN) == 0;
    return rh_kind_of(secrets) != RH_UNKNOWN && rh_count_of(secrets) == is_made_up;
}

/* From when its time counts: under the lift it is that of the job, whichever host plays it. */
static rh_time first_begin(const rh_inside *inside, const rh_actions_leg *leg)
{
    const rh_actions_settings *settings = leg->run->definition->settings;
    if (!settings || !settings->lift)
        return rh_inside_now(inside);
    return rh_inside_world(inside)->journal.calls[rh_inside_call(inside) - 1]->scheduled;
}

static rh_runner *make_runner(rh_inside *inside, const rh_actions_leg *leg)
{
    rh_runner *runner = RH_NEW(rh_inside_arena(inside), rh_runner);
    runner->leg = leg;
    runner->run = leg->run;
    runner->world = rh_inside_world(inside);
    runner->arena = rh_inside_arena(inside);
    runner->inside = inside;
    runner->status = RH_CONCLUSION_SUCCESS;
    runner->begun = rh_inside_now(inside);
    runner->deadline =
        rh_time_add(first_begin(inside, leg), leg->timeout > 0 ? leg->timeout : RH_HOURS(6));
    runner->told = RH_FOREVER;
    runner->has_no_secrets = has_no_secrets(leg->secrets);
    look_at_labels(runner);
    rh_runner_set_policy(runner);
    return runner;
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* The layers of env below those of steps. */
static bool evaluate_env(rh_runner *runner, rh_steps *scope)
{
    const rh_actions_file *file = runner->run->file;
    const rh_actions_map *const layers[] = {&file->env, &runner->leg->job->env};
    for (size_t i = 0; i < 2; i++) {
        const rh_value *own;
        const char *error;
        scope->env = runner->env;
        if (!rh_runner_env(scope, layers[i], file->path, &own, &error)) {
            runner->first_error = rh_runner_masked(runner, error);
            rh_runner_annotate(runner, 0, "error", error);
            return false;
        }
        runner->env = rh_runner_overlay_env(runner, runner->env, own);
    }
    runner->first_env = runner->env;
    return true;
}

/* Actions are downloaded here: if that fails, no step is looked at. */
static bool set_up(rh_runner *runner, rh_steps *scope)
{
    static const char *const aliases[] = {"Set up job", "setup", NULL};
    rh_conclusion conclusion = rh_runner_play_own(scope, "setup", aliases);
    if (conclusion == RH_CONCLUSION_SUCCESS && evaluate_env(runner, scope))
        return true;
    if (runner->is_shut_down) /* a job that is cancelled while it is set up (JobRunner.cs) */
        runner->status = RH_CONCLUSION_CANCELLED;
    if (runner->status == RH_CONCLUSION_SUCCESS)
        runner->status = RH_CONCLUSION_FAILURE;
    return false;
}

static void start_containers(rh_runner *runner, rh_steps *scope)
{
    static const char *const aliases[] = {"Initialize containers", "containers", "services", NULL};
    const rh_actions_job *job = runner->leg->job;
    if ((job->container || job->services) && runner->status == RH_CONCLUSION_SUCCESS)
        rh_runner_play_own(scope, "containers", aliases);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void take_output(rh_runner *runner, const char *name, const rh_value *value,
                        const rh_value **outputs)
{
    if (!value || (rh_kind_of(value) == RH_STRING && !value->count))
        return;
    if (rh_runner_holds_secret(runner, value)) {
        rh_runner_annotate(runner, 0, "warning",
                           rh_format(runner->arena, "Skip output '%s' since it may contain secret.",
                                     name));
        return;
    }
    *outputs = rh_runner_with(runner->arena, *outputs, name, value);
}

/* Also of a job that failed. */
static const rh_value *evaluate_outputs(rh_runner *runner, rh_steps *scope)
{
    const rh_token *map = runner->leg->job->outputs.token;
    const rh_value *outputs = NULL, *value;
    const char *error;
    scope->env = runner->env;
    if (!map)
        return NULL;
    if (map->kind != RH_TOKEN_MAPPING) {
        if (rh_runner_value(scope, map, runner->run->file->path, &value, &error))
            for (size_t i = 0; i < rh_count_of(value) && value->kind == RH_OBJECT; i++)
                take_output(runner, value->as.fields[i].key,
                            rh_value_as_string(runner->arena, rh_at(value, i)), &outputs);
        return outputs;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        const rh_token_pair *pair = &map->as.pairs[i];
        if (rh_runner_text(scope, pair->value, runner->run->file->path, &value, &error)) {
            take_output(runner, pair->key->text, value, &outputs);
            continue;
        }
        rh_runner_annotate(runner, 0, "error", error);
        runner->first_error = runner->first_error ? runner->first_error : error;
        if (runner->status == RH_CONCLUSION_SUCCESS)
            runner->status = RH_CONCLUSION_FAILURE;
    }
    return outputs;
}

static const rh_value *result_of(rh_runner *runner, const rh_value *outputs)
{
    rh_field fields[2] = {{"outputs", outputs ? outputs : rh_value_object(runner->arena, NULL, 0)}};
    bool is_cancelled = runner->status == RH_CONCLUSION_CANCELLED && !runner->is_asked;
    if (runner->timed_out || is_cancelled)
        fields[1] = (rh_field){runner->timed_out ? "timed_out" : "cancelled",
                               rh_value_boolean(runner->arena, true)};
    return rh_value_object(runner->arena, fields, fields[1].key ? 2 : 1);
}

static void end(rh_runner *runner, const rh_value *outputs)
{
    const rh_value *result = result_of(runner, outputs);
    const char *message = runner->first_error ? runner->first_error : "failed";
    const rh_failure_options failure = {.type = "failure", .message = message, .details = result};
    if (runner->status == RH_CONCLUSION_SUCCESS)
        rh_inside_complete(runner->inside, result);
    else if (runner->status == RH_CONCLUSION_CANCELLED && runner->is_asked)
        rh_inside_cancel(runner->inside, result);
    else /* also if its time was over, or its runner was shut down: nobody asked */
        rh_inside_fail(runner->inside, rh_failure_application(runner->arena, &failure));
}

void rh_actions_play_leg(rh_inside *inside, void *data)
{
    const rh_actions_leg *leg = data;
    rh_runner *runner = make_runner(inside, leg);
    rh_steps *scope = rh_arena_alloc(runner->arena, sizeof *scope);
    const rh_value *outputs = NULL;
    rh_steps_init(scope, runner, inside, leg->job->step_count);
    if (set_up(runner, scope)) {
        start_containers(runner, scope);
        rh_runner_play_pres(runner, scope);
        rh_steps_play(scope, leg->job->steps, leg->job->step_count);
        rh_runner_play_posts(runner, scope);
        if (!runner->is_over)
            outputs = evaluate_outputs(runner, scope);
    }
    rh_runner_tell_taint(runner);
    end(runner, outputs);
}
