#include <string.h>

#include "cli/show.h"
#include "sim/base/json.h"

/* An object that is being made. */
typedef struct object {
    rh_arena *arena;
    rh_field *fields;
    size_t count, capacity;
} object;

static void put(object *to, const char *key, const rh_value *value)
{
    if (!value)
        return;
    to->fields =
        rh_arena_reserve(to->arena, to->fields, sizeof *to->fields, to->count + 1, &to->capacity);
    to->fields[to->count++] = (rh_field){key, value};
}

static const rh_value *done(const object *made)
{
    return rh_value_object_borrowing(made->arena, made->fields, made->count);
}

static const rh_value *string(rh_arena *arena, const char *text)
{
    return text ? rh_value_string(arena, text, strlen(text)) : NULL;
}

static void put_text(object *to, const char *key, const char *text)
{
    put(to, key, string(to->arena, text));
}

static void put_place(object *to, rh_actions_place place)
{
    put(to, "line", rh_value_integer(to->arena, place.line));
    put(to, "column", rh_value_integer(to->arena, place.column));
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static const rh_value *value_of(rh_arena *arena, const rh_token *token)
{
    if (!token)
        return NULL;
    if (token->constant)
        return token->constant;
    if (token->kind == RH_TOKEN_SCALAR)
        return string(arena, token->text);
    object made = {.arena = arena};
    if (token->kind == RH_TOKEN_MAPPING) {
        for (uint32_t i = 0; i < token->count; i++)
            put(&made, token->as.pairs[i].key->text, value_of(arena, token->as.pairs[i].value));
        return done(&made);
    }
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, token->count);
    for (uint32_t i = 0; i < token->count; i++)
        items[i] = value_of(arena, token->as.items[i]);
    return rh_value_list(arena, items, token->count);
}

static void put_token(object *to, const char *key, const rh_token *token)
{
    put(to, key, value_of(to->arena, token));
}

static const rh_value *texts(rh_arena *arena, const char *const *items)
{
    size_t count = 0;
    while (items && items[count])
        count++;
    const rh_value **list = RH_NEW_ARRAY(arena, const rh_value *, count);
    for (size_t i = 0; i < count; i++)
        list[i] = string(arena, items[i]);
    return items ? rh_value_list(arena, list, count) : NULL;
}

/* ---- on -------------------------------------------------------------------------------------- */

static const rh_value *inputs_of(rh_arena *arena, const rh_actions_input *inputs, size_t count)
{
    object all = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const rh_actions_input *input = &inputs[i];
        object one = {.arena = arena};
        put_text(&one, "type", input->type);
        put(&one, "required", rh_value_boolean(arena, input->required));
        put_token(&one, "default", input->fallback);
        put(&one, "options", texts(arena, input->options));
        put(&all, input->name, done(&one));
    }
    return count ? done(&all) : NULL;
}

static const rh_value *outputs_of(rh_arena *arena, const rh_actions_output *outputs, size_t count)
{
    object all = {.arena = arena};
    for (size_t i = 0; i < count; i++) {
        const rh_value *value = value_of(arena, outputs[i].value);
        put(&all, outputs[i].name, value ? value : rh_null());
    }
    return count ? done(&all) : NULL;
}

static const rh_value *secrets_of(rh_arena *arena, const rh_actions_trigger *trigger)
{
    object all = {.arena = arena};
    for (size_t i = 0; i < trigger->secret_count; i++) {
        object one = {.arena = arena};
        put(&one, "required", rh_value_boolean(arena, trigger->secrets[i].required));
        put(&all, trigger->secrets[i].name, done(&one));
    }
    return trigger->secret_count ? done(&all) : NULL;
}

static const rh_value *schedules_of(rh_arena *arena, const rh_actions_trigger *trigger)
{
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, trigger->schedule_count);
    for (size_t i = 0; i < trigger->schedule_count; i++) {
        object one = {.arena = arena};
        put_text(&one, "cron", trigger->schedules[i].cron);
        put_text(&one, "timezone", trigger->schedules[i].timezone);
        items[i] = done(&one);
    }
    return trigger->schedule_count ? rh_value_list(arena, items, trigger->schedule_count) : NULL;
}

static const rh_value *trigger_of(rh_arena *arena, const rh_actions_trigger *trigger)
{
    object made = {.arena = arena};
    put(&made, "branches", texts(arena, trigger->branches.items));
    put(&made, "branches_ignore", texts(arena, trigger->branches_ignore.items));
    put(&made, "tags", texts(arena, trigger->tags.items));
    put(&made, "tags_ignore", texts(arena, trigger->tags_ignore.items));
    put(&made, "paths", texts(arena, trigger->paths.items));
    put(&made, "paths_ignore", texts(arena, trigger->paths_ignore.items));
    put(&made, "types", texts(arena, trigger->types.items));
    put(&made, "workflows", texts(arena, trigger->workflows.items));
    put(&made, "schedules", schedules_of(arena, trigger));
    put(&made, "inputs", inputs_of(arena, trigger->inputs, trigger->input_count));
    put(&made, "outputs", outputs_of(arena, trigger->outputs, trigger->output_count));
    put(&made, "secrets", secrets_of(arena, trigger));
    return done(&made);
}

static const rh_value *triggers_of(rh_arena *arena, const rh_actions_file *file)
{
    object made = {.arena = arena};
    for (size_t i = 0; i < file->trigger_count; i++)
        put(&made, file->triggers[i].event, trigger_of(arena, &file->triggers[i]));
    return done(&made);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static const rh_value *steps_of(rh_arena *arena, const rh_actions_step *steps, size_t count);

static const rh_value *step_of(rh_arena *arena, const rh_actions_step *step)
{
    object made = {.arena = arena};
    bool uses = step->kind == RH_STEP_USES;
    put_text(&made, "id", step->id);
    put_text(&made, "name", rh_actions_step_title(step));
    put_text(&made, "if", cli_show_condition(arena, &step->condition));
    put_text(&made, "uses", uses ? step->uses.text : NULL);
    put_token(&made, "with", step->with.token);
    put_token(&made, "run", step->run);
    put_token(&made, "shell", step->shell);
    put_token(&made, "env", step->env.token);
    put_token(&made, "working_directory", step->working_directory);
    put_token(&made, "timeout_minutes", step->timeout_minutes);
    put_token(&made, "continue_on_error", step->continue_on_error);
    if (step->background)
        put(&made, "background", rh_value_boolean(arena, true));
    put_text(&made, "action", step->action ? step->action->file : NULL);
    if (step->kind == RH_STEP_WAIT_ALL)
        put(&made, "wait_all", rh_value_boolean(arena, true));
    put(&made, step->kind == RH_STEP_CANCEL ? "cancel" : "wait", texts(arena, step->targets));
    if (step->kind == RH_STEP_PARALLEL)
        put(&made, "parallel", steps_of(arena, step->steps, step->step_count));
    put_place(&made, step->place);
    return done(&made);
}

static const rh_value *steps_of(rh_arena *arena, const rh_actions_step *steps, size_t count)
{
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, count);
    for (size_t i = 0; i < count; i++)
        items[i] = step_of(arena, &steps[i]);
    return rh_value_list(arena, items, count);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static const rh_value *permissions_of(rh_arena *arena, const rh_actions_permissions *permissions)
{
    static const char *const names[] = {"none", "read", "write"};
    object made = {.arena = arena};
    if (!permissions->is_given)
        return NULL;
    if (permissions->all > RH_ACCESS_NONE)
        return string(arena, permissions->all == RH_ACCESS_WRITE ? "write-all" : "read-all");
    for (size_t i = 0; i < permissions->count; i++)
        put_text(&made, permissions->items[i].scope, names[permissions->items[i].access]);
    return done(&made);
}

static const rh_value *concurrency_of(rh_arena *arena, const rh_actions_concurrency *concurrency)
{
    object made = {.arena = arena};
    if (!concurrency->group)
        return NULL;
    put_token(&made, "group", concurrency->group);
    put_token(&made, "cancel_in_progress", concurrency->cancel_in_progress);
    put_text(&made, "queue", concurrency->queue_max ? "max" : "single");
    return done(&made);
}

static const rh_value *strategy_of(rh_arena *arena, const rh_actions_strategy *strategy)
{
    object made = {.arena = arena};
    if (!strategy->is_given)
        return NULL;
    put_token(&made, "matrix", strategy->matrix);
    put_token(&made, "fail_fast", strategy->fail_fast);
    put_token(&made, "max_parallel", strategy->max_parallel);
    return done(&made);
}

static const rh_value *environment_of(rh_arena *arena, const rh_actions_environment *environment)
{
    object made = {.arena = arena};
    if (!environment->name)
        return NULL;
    put_token(&made, "name", environment->name);
    put_token(&made, "url", environment->url);
    put_token(&made, "deployment", environment->deployment);
    return done(&made);
}

static const rh_value *defaults_of(rh_arena *arena, const rh_actions_defaults *defaults)
{
    object made = {.arena = arena};
    put_token(&made, "shell", defaults->shell);
    put_token(&made, "working_directory", defaults->working_directory);
    return made.count ? done(&made) : NULL;
}

static const rh_value *needs_of(rh_arena *arena, const rh_actions_file *file,
                                const rh_actions_job *job)
{
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, job->need_count);
    for (size_t i = 0; i < job->need_count; i++)
        items[i] = string(arena, file->jobs[job->needs[i]].id);
    return rh_value_list(arena, items, job->need_count);
}

static void put_call(object *to, const rh_actions_job *job)
{
    put_text(to, "uses", job->uses.text);
    put_token(to, "with", job->with.token);
    if (job->inherits_secrets)
        put_text(to, "secrets", "inherit");
    put_token(to, "secrets", job->secrets.token);
    put_text(to, "called", job->called ? job->called->path : NULL);
}

static const rh_value *job_of(rh_arena *arena, const rh_actions_file *file,
                              const rh_actions_job *job)
{
    object made = {.arena = arena};
    put_text(&made, "id", job->id);
    put_text(&made, "name", job->name ? job->name->text : job->id);
    put(&made, "needs", needs_of(arena, file, job));
    put_text(&made, "if", cli_show_condition(arena, &job->condition));
    put_token(&made, "runs_on", job->runs_on);
    put(&made, "strategy", strategy_of(arena, &job->strategy));
    put(&made, "environment", environment_of(arena, &job->environment));
    put(&made, "concurrency", concurrency_of(arena, &job->concurrency));
    put(&made, "permissions", permissions_of(arena, &job->permissions));
    put_token(&made, "timeout_minutes", job->timeout_minutes);
    put_token(&made, "continue_on_error", job->continue_on_error);
    put_token(&made, "container", job->container);
    put_token(&made, "services", job->services);
    put_token(&made, "outputs", job->outputs.token);
    put_token(&made, "env", job->env.token);
    put(&made, "defaults", defaults_of(arena, &job->defaults));
    if (job->uses.kind != RH_USES_NOTHING)
        put_call(&made, job);
    else
        put(&made, "steps", steps_of(arena, job->steps, job->step_count));
    put_place(&made, job->place);
    return done(&made);
}

/* ---- the file -------------------------------------------------------------------------------- */

static const rh_value *notes_of(rh_arena *arena, const rh_actions_file *file)
{
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, file->note_count);
    for (size_t i = 0; i < file->note_count; i++) {
        object one = {.arena = arena};
        put_place(&one, file->notes[i].place);
        put_text(&one, "text", file->notes[i].text);
        items[i] = done(&one);
    }
    return rh_value_list(arena, items, file->note_count);
}

void cli_show_json(rh_text *to, const rh_actions_file *file)
{
    rh_arena *arena = to->arena;
    object made = {.arena = arena};
    const rh_value **jobs = RH_NEW_ARRAY(arena, const rh_value *, file->job_count);
    for (size_t i = 0; i < file->job_count; i++)
        jobs[i] = job_of(arena, file, &file->jobs[i]);
    put(&made, "schema", rh_value_integer(arena, 1));
    put_text(&made, "file", file->path);
    put_text(&made, "name", file->name);
    put_token(&made, "run_name", file->run_name);
    put(&made, "on", triggers_of(arena, file));
    put_token(&made, "env", file->env.token);
    put(&made, "defaults", defaults_of(arena, &file->defaults));
    put(&made, "concurrency", concurrency_of(arena, &file->concurrency));
    put(&made, "permissions", permissions_of(arena, &file->permissions));
    put(&made, "jobs", rh_value_list(arena, jobs, file->job_count));
    put(&made, "notes", notes_of(arena, file));
    rh_json_write(to, done(&made), RH_JSON_PRETTY);
    rh_text_putc(to, '\n');
}

void cli_show_action_json(rh_text *to, const rh_actions_action *action)
{
    rh_arena *arena = to->arena;
    object made = {.arena = arena};
    put(&made, "schema", rh_value_integer(arena, 1));
    put_text(&made, "file", action->file);
    put_text(&made, "name", action->name);
    put_text(&made, "using", action->using_text);
    put(&made, "inputs", inputs_of(arena, action->inputs, action->input_count));
    put(&made, "outputs", outputs_of(arena, action->outputs, action->output_count));
    put_text(&made, "image", action->image);
    put_text(&made, "main", action->main);
    put_text(&made, "pre", action->pre);
    put_text(&made, "pre_if", action->pre ? cli_show_condition(arena, &action->pre_if) : NULL);
    put_text(&made, "post", action->post);
    put_text(&made, "post_if", action->post ? cli_show_condition(arena, &action->post_if) : NULL);
    put_token(&made, "env", action->env.token);
    if (action->using == RH_USING_COMPOSITE)
        put(&made, "steps", steps_of(arena, action->steps, action->step_count));
    rh_json_write(to, done(&made), RH_JSON_PRETTY);
    rh_text_putc(to, '\n');
}
