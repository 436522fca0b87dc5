/* The model, one fact a line. */
#include <string.h>

#include "sim/base/json.h"
#include "suites/actions/read_case.h"

/* ---- tokens ---------------------------------------------------------------------------------- */

static void write_token(rh_text *to, const rh_token *token)
{
    if (token->constant) {
        rh_json_write(to, token->constant, RH_JSON_COMPACT);
        return;
    }
    if (token->kind == RH_TOKEN_SCALAR) {
        rh_text_putc(to, '<');
        if (token->expression)
            rh_expression_write(to, token->expression);
        rh_text_putc(to, '>');
        return;
    }
    bool is_list = token->kind == RH_TOKEN_SEQUENCE;
    rh_text_putc(to, is_list ? '[' : '{');
    for (uint32_t i = 0; i < token->count; i++) {
        rh_text_puts(to, i ? "," : "");
        if (!is_list) {
            const rh_token *key = token->as.pairs[i].key;
            if (key->is_insert)
                rh_text_puts(to, "insert");
            else
                write_token(to, key);
            rh_text_putc(to, ':');
        }
        write_token(to, is_list ? token->as.items[i] : token->as.pairs[i].value);
    }
    rh_text_putc(to, is_list ? ']' : '}');
}

static void field(rh_text *to, const char *name, const rh_token *token)
{
    if (!token)
        return;
    rh_text_printf(to, " %s=", name);
    write_token(to, token);
}

static void condition(rh_text *to, const rh_actions_condition *if_, const char *name)
{
    rh_text_printf(to, " %s=<", name);
    rh_expression_write(to, if_->expression);
    rh_text_putc(to, '>');
}

static void patterns(rh_text *to, const char *name, const rh_actions_patterns *list)
{
    if (!list->items)
        return;
    rh_text_printf(to, " %s=", name);
    for (size_t i = 0; i < list->count; i++)
        rh_text_printf(to, "%s%s@%u:%u", i ? "," : "", list->items[i], list->places[i].line,
                       list->places[i].column);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void write_uses(rh_text *to, const rh_actions_uses *uses)
{
    static const char *const kinds[] = {"", "repository", "local", "self", "docker"};
    if (uses->kind)
        rh_text_printf(to, " uses=%s name=%s ref=%s", kinds[uses->kind], uses->name, uses->ref);
}

static void write_steps(rh_text *to, const rh_actions_step *steps, size_t count)
{
    static const char *const kinds[] = {"run", "uses", "wait", "wait-all", "cancel", "parallel"};
    for (size_t i = 0; i < count; i++) {
        const rh_actions_step *step = &steps[i];
        rh_text_printf(to, "  step %s%s %s %u:%u-%u '%s'", step->id,
                       step->id_is_generated ? "*" : "", kinds[step->kind], step->place.line,
                       step->place.column, step->last_line, rh_actions_step_title(step));
        condition(to, &step->condition, "if");
        write_uses(to, &step->uses);
        rh_text_puts(to, step->background ? " background" : "");
        rh_text_puts(to, step->action ? " action" : "");
        for (size_t j = 0; step->targets && step->targets[j]; j++)
            rh_text_printf(to, " target=%s", step->targets[j]);
        field(to, "run", step->run);
        field(to, "shell", step->shell);
        field(to, "directory", step->working_directory);
        field(to, "with", step->with.token);
        field(to, "env", step->env.token);
        field(to, "continue", step->continue_on_error);
        field(to, "timeout", step->timeout_minutes);
        rh_text_putc(to, '\n');
        write_steps(to, step->steps, step->step_count);
    }
}

/* ---- inputs, outputs ------------------------------------------------------------------------- */

static void write_inputs(rh_text *to, const rh_actions_input *inputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rh_text_printf(to, "  input %s %s%s", inputs[i].name, inputs[i].type,
                       inputs[i].required ? " required" : "");
        field(to, "default", inputs[i].fallback);
        for (size_t j = 0; inputs[i].options && inputs[i].options[j]; j++)
            rh_text_printf(to, " option=%s", inputs[i].options[j]);
        rh_text_putc(to, '\n');
    }
}

static void write_outputs(rh_text *to, const rh_actions_output *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rh_text_printf(to, "  output %s", outputs[i].name);
        field(to, "value", outputs[i].value);
        rh_text_putc(to, '\n');
    }
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void write_permissions(rh_text *to, const rh_actions_permissions *permissions)
{
    static const char *const names[] = {"none", "read", "write"};
    if (!permissions->is_given)
        return;
    rh_text_puts(to, " permissions=");
    if (permissions->all >= 0)
        rh_text_printf(to, "all:%s", names[permissions->all]);
    for (size_t i = 0; i < permissions->count; i++)
        rh_text_printf(to, "%s%s:%s", i ? "," : "", permissions->items[i].scope,
                       names[permissions->items[i].access]);
}

static void write_concurrency(rh_text *to, const rh_actions_concurrency *concurrency)
{
    field(to, "group", concurrency->group);
    field(to, "cancel", concurrency->cancel_in_progress);
    rh_text_puts(to, concurrency->queue_max ? " queue=max" : "");
}

static void write_job(rh_text *to, const rh_actions_file *file, const rh_actions_job *job)
{
    rh_text_printf(to, "  job %s %u:%u-%u", job->id, job->place.line, job->place.column,
                   job->last_line);
    for (size_t i = 0; i < job->need_count; i++)
        rh_text_printf(to, " needs=%s", file->jobs[job->needs[i]].id);
    condition(to, &job->condition, "if");
    field(to, "name", job->name);
    field(to, "runs-on", job->runs_on);
    field(to, "environment", job->environment.name);
    field(to, "url", job->environment.url);
    write_concurrency(to, &job->concurrency);
    write_permissions(to, &job->permissions);
    field(to, "outputs", job->outputs.token);
    field(to, "env", job->env.token);
    field(to, "shell", job->defaults.shell);
    field(to, "matrix", job->strategy.matrix);
    field(to, "fail-fast", job->strategy.fail_fast);
    field(to, "max-parallel", job->strategy.max_parallel);
    field(to, "timeout", job->timeout_minutes);
    field(to, "continue", job->continue_on_error);
    field(to, "container", job->container);
    field(to, "services", job->services);
    field(to, "snapshot", job->snapshot);
    write_uses(to, &job->uses);
    field(to, "with", job->with.token);
    field(to, "secrets", job->secrets.token);
    rh_text_printf(to, "%s%s%s\n", job->inherits_secrets ? " secrets=inherit" : "",
                   job->called ? " called=" : "", job->called ? job->called->path : "");
    write_steps(to, job->steps, job->step_count);
}

static void write_trigger(rh_text *to, const rh_actions_trigger *trigger)
{
    rh_text_printf(to, "  on %s %u:%u", trigger->event, trigger->place.line, trigger->place.column);
    patterns(to, "branches", &trigger->branches);
    patterns(to, "branches-ignore", &trigger->branches_ignore);
    patterns(to, "tags", &trigger->tags);
    patterns(to, "tags-ignore", &trigger->tags_ignore);
    patterns(to, "paths", &trigger->paths);
    patterns(to, "paths-ignore", &trigger->paths_ignore);
    patterns(to, "types", &trigger->types);
    patterns(to, "workflows", &trigger->workflows);
    for (size_t i = 0; i < trigger->schedule_count; i++)
        rh_text_printf(to, " cron='%s' timezone=%s", trigger->schedules[i].cron,
                       trigger->schedules[i].timezone ? trigger->schedules[i].timezone : "UTC");
    rh_text_putc(to, '\n');
    write_inputs(to, trigger->inputs, trigger->input_count);
    write_outputs(to, trigger->outputs, trigger->output_count);
    for (size_t i = 0; i < trigger->secret_count; i++)
        rh_text_printf(to, "  secret %s%s\n", trigger->secrets[i].name,
                       trigger->secrets[i].required ? " required" : "");
}

void dump_workflow(rh_text *to, const rh_actions_file *file)
{
    rh_text_printf(to, "  file %s%s lines=%u", file->name, file->name_is_given ? "" : "*",
                   file->line_count);
    field(to, "run-name", file->run_name);
    field(to, "env", file->env.token);
    field(to, "shell", file->defaults.shell);
    field(to, "directory", file->defaults.working_directory);
    write_concurrency(to, &file->concurrency);
    write_permissions(to, &file->permissions);
    rh_text_putc(to, '\n');
    for (size_t i = 0; i < file->trigger_count; i++)
        write_trigger(to, &file->triggers[i]);
    for (size_t i = 0; i < file->job_count; i++)
        write_job(to, file, &file->jobs[i]);
}

void dump_action(rh_text *to, const rh_actions_action *action)
{
    static const char *const kinds[] = {"composite", "node", "docker"};
    rh_text_printf(to, "  action '%s' %s %s", action->name, kinds[action->using],
                   action->using_text);
    rh_text_printf(to, " main=%s pre=%s post=%s image=%s", action->main ? action->main : "-",
                   action->pre ? action->pre : "-", action->post ? action->post : "-",
                   action->image ? action->image : "-");
    condition(to, &action->pre_if, "pre-if");
    condition(to, &action->post_if, "post-if");
    field(to, "env", action->env.token);
    rh_text_putc(to, '\n');
    write_inputs(to, action->inputs, action->input_count);
    write_outputs(to, action->outputs, action->output_count);
    write_steps(to, action->steps, action->step_count);
}
