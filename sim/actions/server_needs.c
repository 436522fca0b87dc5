/* Needs: what a job's ancestors came to, its condition, and why it is skipped.
 */
#include "sim/actions/server.h"
#include "sim/base/value.h"
#include "sim/world.h"

bool rh_server_is_ready(const rh_server_job *job)
{
    if (job->is_open || job->is_done)
        return false;
    for (size_t i = 0; i < job->model->need_count; i++)
        if (!job->graph->jobs[job->model->needs[i]].is_done)
            return false;
    return true;
}

const rh_value *rh_server_job_value(rh_server *server, const rh_server_job *job)
{
    const rh_value *outputs = job->outputs ? job->outputs : rh_value_object(server->arena, NULL, 0);
    rh_field fields[] = {
        {"result", rh_server_text(server, rh_conclusion_name((rh_conclusion)job->result))},
        {"outputs", outputs},
    };
    return rh_value_object_borrowing(server->arena, fields, 2);
}

void rh_server_look_up(rh_server *server, rh_server_job *job)
{
    rh_server_fields fields = {0};
    for (size_t i = 0; i < job->model->need_count; i++) {
        const rh_server_job *need = &job->graph->jobs[job->model->needs[i]];
        job->above |= need->seen;
        rh_server_field(server, &fields, need->model->id, rh_server_job_value(server, need));
    }
    job->needs = rh_server_object(server, &fields);
}

/* ---- status functions ------------------------------------------------------------------------ */

/* What the named jobs came to. */
static uint8_t seen_by(const rh_server_graph *graph, const rh_value *const *names, size_t count)
{
    uint8_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        int index = rh_actions_job_index(graph->run->file, rh_text_of(names[i]));
        if (index < 0)
            continue;
        switch (graph->jobs[index].result) {
        case RH_CONCLUSION_FAILURE:
            seen |= RH_SAW_FAILURE;
            break;
        case RH_CONCLUSION_CANCELLED:
            seen |= RH_SAW_CANCEL;
            break;
        case RH_CONCLUSION_SUCCESS:
            break;
        default: /* skipped, or not over */
            seen |= RH_SAW_SKIP;
        }
    }
    return seen;
}

rh_truth rh_server_status(void *data, rh_status_function function, const rh_value *const *arguments,
                          size_t count)
{
    const rh_server_scope *scope = data;
    const rh_server_graph *graph = scope->graph;
    uint8_t seen = scope->job ? scope->job->above : 0;
    bool holds = true;
    if (count)
        seen = seen_by(graph, arguments, count);
    switch (function) {
    case RH_STATUS_ALWAYS:
        break;
    case RH_STATUS_SUCCESS:
        holds = !seen && !graph->is_cancelled;
        break;
    case RH_STATUS_FAILURE:
        holds = (seen & RH_SAW_FAILURE) && !graph->is_cancelled;
        break;
    case RH_STATUS_CANCELLED:
        holds = graph->is_cancelled || scope->server->is_cancelled;
        break;
    }
    return holds ? RH_TRUTHY : RH_FALSY;
}

/* ---- why success() is false ------------------------------------------------------------------ */

static const char *verb_of(const rh_server_job *job)
{
    switch (job->result) {
    case RH_CONCLUSION_FAILURE:
        return "failed";
    case RH_CONCLUSION_CANCELLED:
        return "was cancelled";
    case RH_CONCLUSION_SKIPPED:
        return "was skipped";
    default:
        return "succeeded";
    }
}

/* "needs `c`, which needs `b`, which was skipped": the nearest that did not
 * succeed. */
static void write_chain(rh_text *text, const rh_server_job *job)
{
    const rh_server_job *next = NULL;
    for (size_t i = 0; i < job->model->need_count; i++) {
        const rh_server_job *need = &job->graph->jobs[job->model->needs[i]];
        if (need->result != RH_CONCLUSION_SUCCESS) {
            rh_text_printf(text, "needs `%s`, which %s", need->model->id, verb_of(need));
            return;
        }
        if (!next && need->seen)
            next = need;
    }
    if (!next)
        return;
    rh_text_printf(text, "needs `%s`, which ", next->model->id);
    write_chain(text, next);
}

static const char *why_no_success(rh_server *server, const rh_server_job *job)
{
    const rh_server_graph *graph = job->graph;
    rh_text text = rh_text_in(server->arena);
    if (job->above)
        write_chain(&text, job);
    else
        rh_text_puts(&text, graph->why);
    if (job->model->condition.text)
        rh_text_puts(&text, "; `success()` is implied because the `if` calls no status function");
    return rh_text_string(&text);
}

/* ---- why a condition is false ---------------------------------------------------------------- */

enum { MOST_VALUES = 4, LONGEST_VALUE = 60 };

typedef struct explanation {
    rh_server_scope *scope;
    rh_text text;
    const char *told[MOST_VALUES];
    size_t count;
    const char *unknown; /* the first value that is not known */
} explanation;

static const rh_value *follow(const rh_value *value, const char *const *path, size_t count)
{
    for (size_t i = 0; i < count && value && rh_kind_of(value) != RH_UNKNOWN; i++)
        value = rh_server_get(value, path[i]);
    return value;
}

static const char *chain_text(rh_arena *arena, rh_expression_context context,
                              const char *const *path, size_t count)
{
#define X(name, text) text,
    static const char *const names[] = {RH_EXPRESSION_CONTEXTS(X)};
#undef X
    rh_text text = rh_text_in(arena);
    rh_text_puts(&text, names[context]);
    for (size_t i = 0; i < count; i++)
        rh_text_printf(&text, ".%s", path[i]);
    return rh_text_string(&text);
}

static void write_value(explanation *to, const char *chain, const rh_value *value)
{
    rh_arena *arena = to->scope->server->arena;
    rh_kind kind = rh_kind_of(value);
    const rh_value *shown = rh_value_as_string(arena, value);
    bool is_short = shown->count <= LONGEST_VALUE;
    rh_text_printf(&to->text, "%s%s is ", to->count ? ", " : " (", chain);
    if (value && value->flags & RH_SECRET)
        rh_text_puts(&to->text, "***");
    else if (kind == RH_UNKNOWN)
        rh_text_puts(&to->text, "not known");
    else if (kind == RH_STRING && is_short)
        rh_text_printf(&to->text, "'%s'", rh_text_of(value));
    else if (kind == RH_STRING)
        rh_text_puts(&to->text, "a long text");
    else
        rh_text_puts(&to->text, kind == RH_NULL ? "null" : rh_text_of(shown));
    to->told[to->count++] = chain;
}

static void explain_chain(void *data, rh_expression_context context, const char *const *path,
                          size_t count, size_t offset)
{
    explanation *to = data;
    rh_expression_scope around = rh_server_scope_of(to->scope);
    const rh_value *value = follow(around.context(to->scope, context), path, count);
    const char *chain = chain_text(to->scope->server->arena, context, path, count);
    (void)offset;
    if (rh_kind_of(value) == RH_UNKNOWN && !to->unknown) {
        const char *origin = rh_value_origin(value);
        to->unknown = *origin ? origin : chain;
    }
    if (rh_kind_of(value) == RH_LIST || rh_kind_of(value) == RH_OBJECT || to->count == MOST_VALUES)
        return;
    for (size_t i = 0; i < to->count; i++)
        if (!strcmp(to->told[i], chain))
            return;
    write_value(to, chain, value);
}

/* What is behind a status function: what it needs directly, or what stands
 * behind that. */
static void explain_status(explanation *to)
{
    const rh_server_job *job = to->scope->job;
    const rh_server_graph *graph = job->graph;
    bool all_succeeded = true;
    if (graph->is_cancelled) {
        rh_text_printf(&to->text, "; %s", graph->why);
        return;
    }
    if (!job->model->need_count)
        rh_text_puts(&to->text, "; it needs no other job");
    for (size_t i = 0; i < job->model->need_count; i++) {
        const rh_server_job *need = &graph->jobs[job->model->needs[i]];
        rh_text_printf(&to->text, "%s `%s` %s", i ? "," : ";", need->model->id, verb_of(need));
        all_succeeded = all_succeeded && need->result == RH_CONCLUSION_SUCCESS;
    }
    if (all_succeeded && job->above) {
        rh_text_puts(&to->text, ", but it ");
        write_chain(&to->text, job);
    }
}

static const char *why_false(rh_server_scope *scope)
{
    const rh_actions_condition *condition = &scope->job->model->condition;
    explanation to = {.scope = scope, .text = rh_text_in(scope->server->arena)};
    rh_text_printf(&to.text, "`if` is false: %s", condition->text);
    rh_expression_references(condition->expression, explain_chain, &to);
    if (to.count)
        rh_text_putc(&to.text, ')');
    if (rh_expression_calls_status(condition->expression))
        explain_status(&to);
    return rh_text_string(&to.text);
}

/* ---- the condition --------------------------------------------------------------------------- */

static rh_truth decide(rh_server_scope *scope)
{
    const rh_actions_condition *condition = &scope->job->model->condition;
    explanation look = {.scope = scope, .text = rh_text_in(scope->server->arena)};
    rh_expression_references(condition->expression, explain_chain, &look);
    rh_server_scope empty = *scope;
    empty.reads_empty = true;
    rh_expression_scope around = rh_server_scope_of(&empty);
    rh_expression_error error;
    rh_truth if_empty =
        rh_expression_truth(scope->server->arena, condition->expression, &around, &error);
    bool goes =
        rh_server_decide(scope->server, &(rh_server_unknown){
                                            .label = scope->job->label,
                                            .what = "if",
                                            .text = condition->text ? condition->text : "success()",
                                            .file = scope->graph->run->file->path,
                                            .line = condition->place.line,
                                            .column = condition->place.column,
                                            .origin = look.unknown ? look.unknown : "a value",
                                            .may_vary = true,
                                            .fallback = if_empty == RH_TRUTHY,
                                        });
    return goes ? RH_TRUTHY : RH_FALSY;
}

rh_job_verdict rh_server_condition(rh_server *server, rh_server_job *job, const char **text)
{
    const rh_actions_condition *condition = &job->model->condition;
    rh_server_scope scope = {.server = server, .graph = job->graph, .job = job};
    rh_expression_scope around = rh_server_scope_of(&scope);
    rh_expression_error error = {.message = ""};
    rh_truth truth = rh_expression_truth(server->arena, condition->expression, &around, &error);
    if (truth == RH_TRUTH_UNKNOWN && *error.message) {
        *text = rh_server_error(&scope, "if", condition->place.line, condition->place.column,
                                error.message);
        return RH_VERDICT_REFUSED;
    }
    if (truth == RH_TRUTH_UNKNOWN)
        truth = decide(&scope);
    if (truth == RH_TRUTHY)
        return RH_VERDICT_RUNS;
    bool implied = !condition->text || rh_expression_implies_success(condition->expression);
    *text = implied && (job->above || job->graph->is_cancelled) ? why_no_success(server, job)
                                                                : why_false(&scope);
    return RH_VERDICT_SKIPPED;
}
