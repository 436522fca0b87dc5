#include <string.h>

#include "cli/actions_files.h"
#include "cli/show.h"
#include "reports/words.h"

enum { WIDTH = 80, LABEL = 18 };

/* ---- lines ----------------------------------------------------------------------------------- */

/* A line: an indented label, then what is to be said of it, cut at the width. */
static void line(rh_text *to, size_t indent, const char *label, const char *text)
{
    rh_text begin = rh_text_in(to->arena);
    rh_text_fill(&begin, ' ', indent);
    cli_write_clean(&begin, label, *text ? 40 : WIDTH - indent);
    size_t columns = rh_text_columns(begin.data ? begin.data : "", begin.length);
    if (*text)
        rh_text_fill(&begin, ' ', columns < LABEL + 2 ? LABEL + 2 - columns : 2);
    columns = rh_text_columns(begin.data ? begin.data : "", begin.length);
    rh_text_add(to, begin.data, begin.length);
    cli_write_clean(to, text, columns < WIDTH ? WIDTH - columns : 1);
    rh_text_putc(to, '\n');
}

/* ---- tokens in one line ---------------------------------------------------------------------- */

static void write_token(rh_text *to, const rh_token *token, bool nested)
{
    if (token->kind == RH_TOKEN_SCALAR) {
        rh_text_puts(to, token->text);
        return;
    }
    bool is_list = token->kind == RH_TOKEN_SEQUENCE;
    rh_text_puts(to, !nested ? "" : is_list ? "[" : "{");
    for (uint32_t i = 0; i < token->count; i++) {
        rh_text_puts(to, i ? ", " : "");
        if (is_list) {
            write_token(to, token->as.items[i], true);
            continue;
        }
        rh_text_printf(to, "%s: ", token->as.pairs[i].key->text);
        write_token(to, token->as.pairs[i].value, true);
    }
    rh_text_puts(to, !nested ? "" : is_list ? "]" : "}");
}

static const char *one_line(rh_arena *arena, const rh_token *token)
{
    rh_text text = rh_text_in(arena);
    write_token(&text, token, false);
    return rh_text_string(&text);
}

static void token_line(rh_text *to, size_t indent, const char *label, const rh_token *token)
{
    if (token)
        line(to, indent, label, one_line(to->arena, token));
}

/* ---- on -------------------------------------------------------------------------------------- */

static void add_patterns(rh_text *to, const char *name, const rh_actions_patterns *patterns)
{
    if (!patterns->items)
        return;
    rh_text_printf(to, "%s%s ", to->length ? "; " : "", name);
    for (size_t i = 0; i < patterns->count; i++)
        rh_text_printf(to, "%s%s", i ? ", " : "", patterns->items[i]);
}

static void add_inputs(rh_text *to, const rh_actions_trigger *trigger)
{
    for (size_t i = 0; i < trigger->input_count; i++)
        rh_text_printf(to, "%s%s (%s%s)", to->length ? ", " : "", trigger->inputs[i].name,
                       trigger->inputs[i].type, trigger->inputs[i].required ? ", required" : "");
}

static void show_trigger(rh_text *to, const rh_actions_trigger *trigger)
{
    rh_text text = rh_text_in(to->arena);
    add_patterns(&text, "branches", &trigger->branches);
    add_patterns(&text, "branches-ignore", &trigger->branches_ignore);
    add_patterns(&text, "tags", &trigger->tags);
    add_patterns(&text, "tags-ignore", &trigger->tags_ignore);
    add_patterns(&text, "paths", &trigger->paths);
    add_patterns(&text, "paths-ignore", &trigger->paths_ignore);
    add_patterns(&text, "types", &trigger->types);
    add_patterns(&text, "workflows", &trigger->workflows);
    add_inputs(&text, trigger);
    for (size_t i = 0; i < trigger->schedule_count; i++)
        rh_text_printf(&text, "%s%s%s%s", i ? "; " : "", trigger->schedules[i].cron,
                       trigger->schedules[i].timezone ? " " : "",
                       trigger->schedules[i].timezone ? trigger->schedules[i].timezone : "");
    line(to, 2, trigger->event, rh_text_string(&text));
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void show_steps(rh_text *to, const rh_actions_step *steps, size_t count, size_t indent);

static void step_line(rh_text *to, size_t indent, const char *label, const char *text)
{
    rh_text whole = rh_text_in(to->arena);
    rh_text_printf(&whole, "%s: %s", label, text);
    line(to, indent, rh_text_string(&whole), "");
}

static void show_step(rh_text *to, const rh_actions_step *step, size_t indent)
{
    rh_text title = rh_text_in(to->arena);
    rh_text_printf(&title, "%u. %s", step->index + 1, rh_actions_step_title(step));
    for (size_t i = 0; step->targets && step->targets[i]; i++)
        rh_text_printf(&title, "%s%s", i ? ", " : ": ", step->targets[i]);
    line(to, indent, rh_text_string(&title), "");
    if (step->name && step->kind == RH_STEP_USES)
        step_line(to, indent + 4, "uses", step->uses.text);
    if (!step->id_is_generated)
        step_line(to, indent + 4, "id", step->id);
    if (step->condition.text)
        step_line(to, indent + 4, "if", cli_show_condition(to->arena, &step->condition));
    if (step->shell)
        step_line(to, indent + 4, "shell", step->shell->text);
    if (step->continue_on_error)
        step_line(to, indent + 4, "continue-on-error", step->continue_on_error->text);
    if (step->timeout_minutes)
        step_line(to, indent + 4, "timeout-minutes", step->timeout_minutes->text);
    if (step->background && step->kind != RH_STEP_PARALLEL && indent == 4)
        step_line(to, indent + 4, "background", "true");
    show_steps(to, step->steps, step->step_count, indent + 4);
}

static void show_steps(rh_text *to, const rh_actions_step *steps, size_t count, size_t indent)
{
    for (size_t i = 0; i < count; i++)
        show_step(to, &steps[i], indent);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void show_needs(rh_text *to, const rh_actions_file *file, const rh_actions_job *job)
{
    rh_text text = rh_text_in(to->arena);
    for (size_t i = 0; i < job->need_count; i++)
        rh_text_printf(&text, "%s%s", i ? ", " : "", file->jobs[job->needs[i]].id);
    if (job->need_count)
        line(to, 4, "needs", rh_text_string(&text));
}

static void show_job(rh_text *to, const rh_actions_file *file, const rh_actions_job *job)
{
    line(to, 2, job->id, job->name ? job->name->text : "");
    show_needs(to, file, job);
    if (job->condition.text)
        line(to, 4, "if", cli_show_condition(to->arena, &job->condition));
    token_line(to, 4, "runs-on", job->runs_on);
    token_line(to, 4, "matrix", job->strategy.matrix);
    token_line(to, 4, "fail-fast", job->strategy.fail_fast);
    token_line(to, 4, "max-parallel", job->strategy.max_parallel);
    token_line(to, 4, "environment", job->environment.name);
    token_line(to, 4, "concurrency", job->concurrency.group);
    token_line(to, 4, "timeout-minutes", job->timeout_minutes);
    token_line(to, 4, "continue-on-error", job->continue_on_error);
    token_line(to, 4, "container", job->container);
    token_line(to, 4, "services", job->services);
    token_line(to, 4, "outputs", job->outputs.token);
    if (job->uses.kind != RH_USES_NOTHING)
        line(to, 4, "calls", job->uses.text);
    token_line(to, 4, "with", job->with.token);
    show_steps(to, job->steps, job->step_count, 4);
}

void cli_show_text(rh_text *to, const rh_actions_file *file)
{
    rh_text title = rh_text_in(to->arena);
    rh_text_printf(&title, "%s%s%s", file->path, file->name_is_given ? ": " : "",
                   file->name_is_given ? file->name : "");
    line(to, 0, rh_text_string(&title), "");
    rh_text_puts(to, "\non\n");
    for (size_t i = 0; i < file->trigger_count; i++)
        show_trigger(to, &file->triggers[i]);
    if (file->concurrency.group) {
        rh_text_putc(to, '\n');
        token_line(to, 0, "concurrency", file->concurrency.group);
    }
    rh_text_puts(to, "\njobs\n");
    for (size_t i = 0; i < file->job_count; i++) {
        rh_text_puts(to, i ? "\n" : "");
        show_job(to, file, &file->jobs[i]);
    }
    if (file->note_count)
        rh_text_puts(to, "\nnotes\n");
    for (size_t i = 0; i < file->note_count; i++) {
        const rh_actions_note *note = &file->notes[i];
        rh_text line = rh_text_in(to->arena);
        rh_text_printf(&line, "%u:%u: ", note->place.line, note->place.column);
        cli_write_clean(&line, note->text, 0);
        rh_text_puts(to, "  ");
        rh_words_wrapped(to, rh_text_string(&line), 2, 6);
    }
}

/* ---- actions --------------------------------------------------------------------------------- */

static void show_input(rh_text *to, const rh_actions_input *input)
{
    rh_text text = rh_text_in(to->arena);
    rh_text_puts(&text, input->required ? "required" : "");
    if (input->fallback)
        rh_text_printf(&text, "%sdefault: %s", text.length ? ", " : "",
                       one_line(to->arena, input->fallback));
    if (input->deprecation)
        rh_text_printf(&text, "%sdeprecated: %s", text.length ? ", " : "", input->deprecation);
    line(to, 2, input->name, rh_text_string(&text));
}

static void show_entries(rh_text *to, const rh_actions_action *action)
{
    if (action->image)
        line(to, 2, "image", action->image);
    if (action->pre)
        line(to, 2, "pre", action->pre);
    if (action->pre && action->pre_if.text)
        line(to, 2, "pre-if", cli_show_condition(to->arena, &action->pre_if));
    if (action->main)
        line(to, 2, "main", action->main);
    if (action->post)
        line(to, 2, "post", action->post);
    if (action->post && action->post_if.text)
        line(to, 2, "post-if", cli_show_condition(to->arena, &action->post_if));
    token_line(to, 2, "env", action->env.token);
}

void cli_show_action_text(rh_text *to, const rh_actions_action *action)
{
    rh_text title = rh_text_in(to->arena);
    rh_text_printf(&title, "%s: %s", action->file, action->name);
    line(to, 0, rh_text_string(&title), "");
    rh_text_puts(to, action->input_count ? "\ninputs\n" : "");
    for (size_t i = 0; i < action->input_count; i++)
        show_input(to, &action->inputs[i]);
    rh_text_puts(to, action->output_count ? "\noutputs\n" : "");
    for (size_t i = 0; i < action->output_count; i++)
        line(to, 2, action->outputs[i].name,
             action->outputs[i].value ? one_line(to->arena, action->outputs[i].value) : "");
    rh_text_printf(to, "\nruns as %s\n", action->using_text);
    show_entries(to, action);
    show_steps(to, action->steps, action->step_count, 2);
}

/* ---- the graph ------------------------------------------------------------------------------- */

static void quote(rh_text *to, const char *text)
{
    rh_text_putc(to, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            rh_text_putc(to, '\\');
        rh_text_putc(to, (unsigned char)*text < ' ' ? ' ' : *text);
    }
    rh_text_putc(to, '"');
}

void cli_show_dot(rh_text *to, const rh_actions_file *file)
{
    rh_text_puts(to, "digraph ");
    quote(to, file->name);
    rh_text_puts(to, " {\n    rankdir=LR;\n    node [shape=box];\n");
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        rh_text_puts(to, "    ");
        quote(to, job->id);
        rh_text_puts(to, " [label=");
        quote(to, job->name ? job->name->text : job->id);
        if (job->uses.kind != RH_USES_NOTHING)
            rh_text_puts(to, ", shape=component");
        if (job->strategy.matrix)
            rh_text_puts(to, ", peripheries=2");
        if (job->condition.text)
            rh_text_puts(to, ", style=dashed");
        rh_text_puts(to, "];\n");
    }
    for (size_t i = 0; i < file->job_count; i++)
        for (size_t j = 0; j < file->jobs[i].need_count; j++) {
            rh_text_puts(to, "    ");
            quote(to, file->jobs[file->jobs[i].needs[j]].id);
            rh_text_puts(to, " -> ");
            quote(to, file->jobs[i].id);
            rh_text_puts(to, ";\n");
        }
    rh_text_puts(to, "}\n");
}
