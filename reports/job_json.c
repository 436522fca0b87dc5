#include "reports/job_json.h"

#include "harness/job_cost.h"
#include "harness/job_tree.h"
#include "reports/effects.h"
#include "reports/json_out.h"
#include "sim/base/value.h"

typedef struct writer {
    rh_out *out;
    rh_arena *arena;
    const rh_job_tree *tree;
    rh_time zero;
} writer;

static void milliseconds(const writer *w, const char *key, rh_time time)
{
    rh_out_integer(w->out, key, (time - w->zero) / RH_MILLISECONDS(1));
}

static void times(const writer *w, const rh_job_node *node)
{
    if (node->outcome == RH_CONCLUSION_SKIPPED)
        return;
    milliseconds(w, "started_ms", node->started);
    if (node->is_over)
        milliseconds(w, "completed_ms", node->ended);
}

static void place(const writer *w, const rh_job_node *node)
{
    if (!node->call || !node->call->about.line)
        return;
    rh_out_string(w->out, "file", node->call->about.file);
    rh_out_integer(w->out, "line", node->call->about.line);
    rh_out_integer(w->out, "column", node->call->about.column);
}

static void outputs(const writer *w, const rh_job_node *node)
{
    rh_out_object(w->out, "outputs");
    for (const rh_job_output *output = node->outputs; output; output = output->next)
        rh_out_value(w->out, output->name, output->value ? output->value : rh_null());
    rh_out_end_object(w->out);
}

static const char *path_of(const writer *w, const rh_job_node *node)
{
    return node->call ? rh_call_path_text(w->arena, node->call) : node->name;
}

static void failure(const writer *w, const rh_job_node *node)
{
    rh_out_string(w->out, "fault", node->fault);
    if (node->failure)
        rh_out_string(w->out, "message", node->failure->message);
}

static const char *name_of_end(const rh_job_try *tried)
{
    switch (tried->is_over ? tried->how : RH_ENTRY_ATTEMPT_STARTED) {
    case RH_ENTRY_ATTEMPT_COMPLETED:
        return "completed";
    case RH_ENTRY_ATTEMPT_FAILED:
        return "failed";
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        return "timed-out";
    case RH_ENTRY_ATTEMPT_LOST:
        return "lost";
    case RH_ENTRY_ATTEMPT_STARTED:
        return "open";
    default:
        return "canceled";
    }
}

/* Only of what was tried several times. */
static void attempts(const writer *w, const rh_job_node *node)
{
    if (node->try_count < 2)
        return;
    rh_out_list(w->out, "attempts");
    for (const rh_job_try *tried = node->tries; tried; tried = tried->next) {
        rh_out_object(w->out, NULL);
        rh_out_integer(w->out, "attempt", tried->number);
        rh_out_string(w->out, "end", name_of_end(tried));
        milliseconds(w, "started_ms", tried->started);
        if (tried->is_over)
            milliseconds(w, "completed_ms", tried->ended);
        rh_out_string(w->out, "runner", node->level == RH_CALL_JOB ? tried->host : NULL);
        rh_out_string(w->out, "fault", tried->fault);
        if (tried->failure)
            rh_out_string(w->out, "message", tried->failure->message);
        if (tried->back_off)
            rh_out_integer(w->out, "back_off_ms", tried->back_off / RH_MILLISECONDS(1));
        rh_out_end_object(w->out);
    }
    rh_out_end_list(w->out);
}

/* ---- commands, steps, jobs ------------------------------------------------------------------- */

static void command(const writer *w, const rh_job_node *node)
{
    rh_out_object(w->out, NULL);
    rh_out_string(w->out, "path", path_of(w, node));
    rh_out_string(w->out, "name", node->name);
    rh_out_value(w->out, "words", node->call->args);
    rh_out_integer(w->out, "exit_status", node->exit_status);
    times(w, node);
    failure(w, node);
    attempts(w, node);
    if (node->has_tainted_effect)
        rh_out_boolean(w->out, "tainted_effect", true);
    place(w, node);
    rh_out_end_object(w->out);
}

static void steps(const writer *w, const rh_job_node *parent);

static void step(const writer *w, const rh_job_node *node)
{
    rh_out_object(w->out, NULL);
    rh_out_string(w->out, "id", node->name);
    rh_out_string(w->out, "name", rh_job_node_title(node));
    rh_out_string(w->out, "path", path_of(w, node));
    rh_out_string(w->out, "outcome", rh_conclusion_name((rh_conclusion)node->outcome));
    rh_out_string(w->out, "conclusion", rh_conclusion_name((rh_conclusion)node->conclusion));
    times(w, node);
    rh_out_string(w->out, "reason", node->reason);
    failure(w, node);
    attempts(w, node);
    outputs(w, node);
    place(w, node);
    steps(w, node);
    rh_out_end_object(w->out);
}

static void children(const writer *w, const rh_job_node *parent, const char *key,
                     rh_call_level level)
{
    rh_out_list(w->out, key);
    for (const rh_job_node *node = parent->first; node; node = node->next) {
        if (node->level != level)
            continue;
        if (level == RH_CALL_STEP)
            step(w, node);
        else
            command(w, node);
    }
    rh_out_end_list(w->out);
}

static bool has_steps(const rh_job_node *parent)
{
    for (const rh_job_node *node = parent->first; node; node = node->next)
        if (node->level == RH_CALL_STEP)
            return true;
    return false;
}

/* A step has commands; a composite action has steps. */
static void steps(const writer *w, const rh_job_node *parent)
{
    if (parent->level == RH_CALL_JOB || has_steps(parent))
        children(w, parent, "steps", RH_CALL_STEP);
    if (parent->level == RH_CALL_STEP)
        children(w, parent, "commands", RH_CALL_COMMAND);
}

static void job(const writer *w, const rh_job_node *node)
{
    rh_out_object(w->out, NULL);
    rh_out_string(w->out, "id", node->name);
    rh_out_string(w->out, "name", rh_job_node_title(node));
    rh_out_string(w->out, "leg", node->call ? node->call->key : NULL);
    rh_out_string(w->out, "result", rh_conclusion_name((rh_conclusion)node->conclusion));
    rh_out_string(w->out, "outcome", rh_conclusion_name((rh_conclusion)node->outcome));
    times(w, node);
    rh_out_string(w->out, "runner", node->host);
    rh_out_string(w->out, "reason", node->reason);
    failure(w, node);
    attempts(w, node);
    const rh_value *given = rh_get(node->result, "outputs");
    rh_out_value(w->out, "outputs", given ? given : rh_value_object(w->arena, NULL, 0));
    place(w, node);
    steps(w, node);
    rh_out_end_object(w->out);
}

/* ---- what is said of the run ----------------------------------------------------------------- */

static void masked(const writer *w)
{
    rh_out_list(w->out, "masked_failures");
    for (const rh_job_node *node = w->tree->first; node; node = rh_job_node_after(node)) {
        if (!rh_job_node_is_masked(node))
            continue;
        rh_out_object(w->out, NULL);
        rh_out_string(w->out, "path", path_of(w, node));
        rh_out_string(w->out, "name", rh_job_node_title(node));
        place(w, node);
        rh_out_end_object(w->out);
    }
    rh_out_end_list(w->out);
}

/* The next remark of a kind, from this one on; NULL: there is none. */
static const rh_job_remark *find_remark(const rh_job_remark *remark, rh_entry_kind kind)
{
    while (remark && remark->entry->kind != kind)
        remark = remark->next;
    return remark;
}

static void remark_path(const writer *w, const rh_job_remark *remark)
{
    rh_out_string(w->out, "path", remark->node ? path_of(w, remark->node) : NULL);
}

static void annotations(const writer *w)
{
    rh_out_list(w->out, "annotations");
    for (const rh_job_remark *remark = find_remark(w->tree->remarks, RH_ENTRY_ANNOTATION); remark;
         remark = find_remark(remark->next, RH_ENTRY_ANNOTATION)) {
        rh_out_object(w->out, NULL);
        rh_out_string(w->out, "level", remark->entry->name ? remark->entry->name->text : "notice");
        remark_path(w, remark);
        rh_out_string(w->out, "message", remark->entry->text);
        rh_out_end_object(w->out);
    }
    rh_out_end_list(w->out);
}

static void unknowns(const writer *w)
{
    rh_out_list(w->out, "unknown");
    for (const rh_job_remark *remark = find_remark(w->tree->remarks, RH_ENTRY_UNKNOWN); remark;
         remark = find_remark(remark->next, RH_ENTRY_UNKNOWN)) {
        rh_out_object(w->out, NULL);
        remark_path(w, remark);
        rh_out_string(w->out, "what", remark->entry->name ? remark->entry->name->text : "");
        rh_out_string(w->out, "condition", remark->entry->text);
        rh_out_boolean(w->out, "taken", remark->entry->code != 0);
        rh_out_end_object(w->out);
    }
    rh_out_end_list(w->out);
}

static void notes(const writer *w)
{
    rh_out_list(w->out, "notes");
    for (const rh_job_remark *remark = find_remark(w->tree->remarks, RH_ENTRY_NOTE); remark;
         remark = find_remark(remark->next, RH_ENTRY_NOTE))
        rh_out_string(w->out, NULL, remark->entry->text);
    rh_out_end_list(w->out);
}

static void effects(const writer *w)
{
    rh_effect_table table;
    rh_effect_table_build(&table, w->arena, w->tree->journal);
    rh_out_list(w->out, "effects");
    for (size_t i = 0; i < table.count; i++) {
        const rh_effect_row *row = &table.rows[i];
        rh_out_object(w->out, NULL);
        rh_out_string(w->out, "kind", row->kind ? row->kind->text : "");
        rh_out_string(w->out, "key", row->key);
        rh_out_integer(w->out, "count", (int64_t)row->times);
        rh_out_boolean(w->out, "tainted", row->tainted > 0);
        rh_out_end_object(w->out);
    }
    rh_out_end_list(w->out);
}

static void run(rh_out *out, rh_arena *arena, const rh_job_tree *tree)
{
    writer w = {out, arena, tree, tree->record->started};
    rh_conclusion conclusion = rh_job_tree_conclusion(tree);
    rh_out_string(out, "workflow", tree->record->workflow_type->text);
    rh_out_string(out, "conclusion",
                  conclusion ? rh_conclusion_name(conclusion)
                             : rh_run_status_name((rh_run_status)tree->record->status));
    rh_out_list(out, "jobs");
    for (const rh_job_node *node = tree->first; node; node = node->next)
        job(&w, node);
    rh_out_end_list(out);
    masked(&w);
    annotations(&w);
    unknowns(&w);
    notes(&w);
    rh_job_cost cost = rh_job_cost_of(arena, tree);
    if (cost.unpriced == 0)
        rh_out_number(out, "cost_usd", (double)cost.micro_usd / 1e6);
    else
        rh_out_value(out, "cost_usd", rh_null());
}

void rh_report_jobs_json(rh_text *text, const rh_journal *journal)
{
    rh_out out = rh_out_begin(text);
    bool any = false;
    uint32_t others = 0;
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    for (uint32_t i = 0; i < journal->run_count; i++) {
        if (!rh_job_tree_is_of(journal, i))
            continue;
        rh_job_tree tree = rh_job_tree_read(text->arena, journal, i);
        if (!any) {
            any = true;
            run(&out, text->arena, &tree);
            effects(&(writer){&out, text->arena, &tree, 0});
            continue;
        }
        if (others++ == 0)
            rh_out_list(&out, "other_runs");
        rh_out_object(&out, NULL);
        run(&out, text->arena, &tree);
        rh_out_end_object(&out);
    }
    if (others)
        rh_out_end_list(&out);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}
