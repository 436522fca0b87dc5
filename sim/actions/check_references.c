/* What expressions read must be there: otherwise it is null, which is rarely meant. GitHub says
 * nothing of it; here it is noted. */
#include <string.h>

#include "sim/actions/read.h"
#include "sim/base/nearest.h"

/* Where an expression stands: what it can read. */
typedef struct looking {
    rh_reading *r;
    const rh_actions_file *file;
    const rh_actions_job *job; /* NULL: outside jobs */
    const rh_token *matrix;    /* NULL: none, or not known before it runs */
    const rh_ids *steps;       /* NULL: any */
    const rh_token *token;     /* that is looked at */
} looking;

static void note(const looking *at, size_t offset, const char *text, const rh_nearest *nearest)
{
    char hint[96];
    rh_actions_place place = rh_reading_place_in(at->r, at->token->yaml, offset);
    rh_reading_note(at->r, place.line, place.column, "%s%s", text,
                    rh_nearest_hint(nearest, hint, sizeof hint));
}

/* ---- what is there --------------------------------------------------------------------------- */

static void check_needs(const looking *at, const char *const *path, size_t count, size_t offset)
{
    rh_nearest nearest = rh_nearest_begin(path[0]);
    const rh_actions_job *needed = NULL;
    for (size_t i = 0; i < at->job->need_count; i++) {
        const rh_actions_job *job = &at->file->jobs[at->job->needs[i]];
        rh_nearest_offer(&nearest, job->id);
        if (rh_same_ignoring_case(job->id, path[0]))
            needed = job;
    }
    if (!needed) {
        int index = rh_actions_job_index(at->file, path[0]);
        const char *text =
            rh_format(at->r->arena, "needs.%s is null: '%s' is not among the needs of '%s'%s",
                      path[0], path[0], at->job->id, index >= 0 ? "; only direct needs are" : "");
        note(at, offset, text, &nearest);
        return;
    }
    const rh_token *outputs = needed->outputs.token;
    bool is_known =
        needed->uses.kind != RH_USES_NOTHING || (outputs && outputs->kind != RH_TOKEN_MAPPING);
    if (count < 3 || !rh_same_ignoring_case(path[1], "outputs") || is_known)
        return;
    nearest = rh_nearest_begin(path[2]);
    for (uint32_t i = 0; outputs && i < outputs->count; i++) {
        const rh_token *key = outputs->as.pairs[i].key;
        is_known = is_known || key->expression || key->is_insert ||
                   rh_same_ignoring_case(key->text, path[2]);
        rh_nearest_offer(&nearest, key->text);
    }
    if (!is_known)
        note(at, offset,
             rh_format(at->r->arena, "needs.%s.outputs.%s is null: the job '%s' has no such output",
                       path[0], path[2], needed->id),
             &nearest);
}

static void check_step(const looking *at, const char *const *path, size_t offset)
{
    if (rh_ids_have(at->steps, path[0]))
        return;
    rh_nearest nearest = rh_nearest_begin(path[0]);
    for (size_t i = 0; i < at->steps->capacity; i++)
        if (at->steps->slots[i].text)
            rh_nearest_offer(&nearest, at->steps->slots[i].text);
    note(at, offset,
         rh_format(at->r->arena, "steps.%s is null: no step before this has the id '%s'", path[0],
                   path[0]),
         &nearest);
}

static void check_input(const looking *at, const char *name, size_t offset)
{
    static const char *const events[] = {"workflow_dispatch", "workflow_call"};
    rh_nearest nearest = rh_nearest_begin(name);
    for (size_t i = 0; i < 2; i++) {
        const rh_actions_trigger *trigger = rh_actions_trigger_of(at->file, events[i]);
        for (size_t j = 0; trigger && j < trigger->input_count; j++) {
            if (rh_same_ignoring_case(trigger->inputs[j].name, name))
                return;
            rh_nearest_offer(&nearest, trigger->inputs[j].name);
        }
    }
    note(at, offset,
         rh_format(at->r->arena, "inputs.%s is null: the workflow has no input of that name", name),
         &nearest);
}

static bool is_key_of(const rh_token *mapping, const char *name, rh_nearest *nearest)
{
    for (uint32_t i = 0; i < mapping->count; i++) {
        const rh_token *key = mapping->as.pairs[i].key;
        if (key->expression || key->is_insert || rh_same_ignoring_case(key->text, name))
            return true;
        rh_nearest_offer(nearest, key->text);
    }
    return false;
}

static void check_matrix(const looking *at, const char *name, size_t offset)
{
    rh_nearest nearest = rh_nearest_begin(name);
    const rh_token *include = rh_token_get(at->matrix, "include");
    if (is_key_of(at->matrix, name, &nearest) || (include && include->kind != RH_TOKEN_SEQUENCE))
        return;
    for (uint32_t i = 0; include && i < include->count; i++)
        if (include->as.items[i]->kind != RH_TOKEN_MAPPING ||
            is_key_of(include->as.items[i], name, &nearest))
            return;
    note(at, offset, rh_format(at->r->arena, "matrix.%s is null: the matrix has no such key", name),
         &nearest);
}

/* Of `on.workflow_call.outputs`. */
static void check_job(const looking *at, const char *const *path, size_t offset)
{
    rh_nearest nearest = rh_nearest_begin(path[0]);
    if (rh_actions_job_index(at->file, path[0]) >= 0)
        return;
    for (size_t i = 0; i < at->file->job_count; i++)
        rh_nearest_offer(&nearest, at->file->jobs[i].id);
    note(at, offset, rh_format(at->r->arena, "jobs.%s is null: there is no such job", path[0]),
         &nearest);
}

/* ---- expressions ----------------------------------------------------------------------------- */

static void look(void *data, rh_expression_context context, const char *const *path, size_t count,
                 size_t offset)
{
    const looking *at = data;
    if (count < 1 || rh_reading_is_full(at->r))
        return;
    if (context == RH_CONTEXT_NEEDS && at->job)
        check_needs(at, path, count, offset);
    else if (context == RH_CONTEXT_STEPS && at->steps)
        check_step(at, path, offset);
    else if (context == RH_CONTEXT_INPUTS)
        check_input(at, path[0], offset);
    else if (context == RH_CONTEXT_MATRIX && at->matrix)
        check_matrix(at, path[0], offset);
    else if (context == RH_CONTEXT_JOBS)
        check_job(at, path, offset);
}

static void walk(looking *at, const rh_token *token)
{
    if (!token)
        return;
    if (token->expression) {
        at->token = token;
        rh_expression_references(token->expression, look, at);
    }
    if (token->constant || token->kind == RH_TOKEN_SCALAR)
        return;
    for (uint32_t i = 0; i < token->count; i++) {
        if (token->kind == RH_TOKEN_SEQUENCE) {
            walk(at, token->as.items[i]);
            continue;
        }
        walk(at, token->as.pairs[i].key);
        walk(at, token->as.pairs[i].value);
    }
}

static void remember(rh_ids *ids, const rh_token *step)
{
    const char *id = rh_token_text(rh_token_get(step, "id"));
    if (*id)
        rh_ids_add(ids, id);
}

/* A step sees those before it; steps side by side do not see each other. */
static void walk_steps(looking *at, rh_ids *ids, const rh_token *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        const rh_token *step = steps->as.items[i];
        const rh_token *group = rh_token_get(step, "parallel");
        at->steps = ids;
        walk(at, step);
        remember(ids, step);
        for (uint32_t j = 0; group && group->kind == RH_TOKEN_SEQUENCE && j < group->count; j++)
            remember(ids, group->as.items[j]);
    }
}

static void walk_job(looking *at, const rh_token *job)
{
    rh_ids ids = {.arena = at->r->arena};
    const rh_token *steps = rh_token_get(job, "steps");
    at->steps = &ids;
    if (steps && steps->kind == RH_TOKEN_SEQUENCE)
        walk_steps(at, &ids, steps);
    for (uint32_t i = 0; i < job->count; i++) {
        const rh_token *value = job->as.pairs[i].value;
        if (value != steps)
            walk(at, value);
    }
    at->steps = NULL;
}

void rh_check_references(rh_reading *r, const rh_token *root, const rh_actions_file *file)
{
    looking at = {.r = r, .file = file};
    const rh_token *jobs = rh_token_get(root, "jobs");
    for (uint32_t i = 0; root->kind == RH_TOKEN_MAPPING && i < root->count; i++)
        if (root->as.pairs[i].value != jobs)
            walk(&at, root->as.pairs[i].value);
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        const rh_token *matrix = job->strategy.matrix;
        at.job = job;
        at.matrix = matrix && matrix->kind == RH_TOKEN_MAPPING ? matrix : NULL;
        walk_job(&at, jobs->as.pairs[i].value);
    }
}
