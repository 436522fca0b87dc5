/* Conditions of jobs, without running any. */
#include <string.h>

#include "sim/actions/reach_parts.h"
#include "sim/actions/trigger.h"
#include "sim/base/text.h"

typedef struct jobs {
    rh_arena *arena;
    const rh_actions_file *file;
    const rh_value *github, *inputs, *vars;
    rh_reach_truths truths;
    bool *is_done;
    bool *loses;               /* a job before it is not run */
    bool *may_fail;            /* a job before it may run */
    const rh_actions_job *job; /* whose condition is evaluated, */
    bool is_forced;            /* as if all it needs had succeeded */
} jobs;

static rh_truth status_of_named(const jobs *js, rh_status_function function,
                                const rh_value *const *names, size_t count)
{
    bool may_run = false, is_lost = false;
    for (size_t i = 0; i < count; i++) {
        int index = rh_actions_job_index(js->file, rh_text_of(names[i]));
        if (index < 0 || !js->is_done[index])
            return RH_TRUTH_UNKNOWN;
        may_run |= js->truths.runs[index] != RH_FALSY;
        is_lost |= js->truths.runs[index] == RH_FALSY;
    }
    if (function == RH_STATUS_SUCCESS)
        return is_lost ? RH_FALSY : RH_TRUTH_UNKNOWN;
    return may_run ? RH_TRUTH_UNKNOWN : RH_FALSY;
}

static rh_truth status(void *data, rh_status_function function, const rh_value *const *arguments,
                       size_t count)
{
    const jobs *js = data;
    size_t index = js->job->index;
    switch (function) {
    case RH_STATUS_ALWAYS:
        return RH_TRUTHY;
    case RH_STATUS_CANCELLED:
        return RH_TRUTH_UNKNOWN;
    case RH_STATUS_SUCCESS:
        if (js->is_forced)
            return RH_TRUTHY;
        if (count)
            return status_of_named(js, function, arguments, count);
        return js->loses[index] ? RH_FALSY : js->job->need_count ? RH_TRUTH_UNKNOWN : RH_TRUTHY;
    case RH_STATUS_FAILURE:
        if (js->is_forced)
            return js->job->need_count ? RH_TRUTH_UNKNOWN : RH_FALSY;
        if (count)
            return status_of_named(js, function, arguments, count);
        return js->may_fail[index] ? RH_TRUTH_UNKNOWN : RH_FALSY;
    }
    return RH_TRUTH_UNKNOWN;
}

static const rh_value *needs_context(jobs *js)
{
    const rh_actions_job *job = js->job;
    rh_field *fields = RH_NEW_ARRAY(js->arena, rh_field, job->need_count + 1);
    for (size_t i = 0; i < job->need_count; i++) {
        const char *id = js->file->jobs[job->needs[i]].id;
        bool is_lost = !js->is_forced && js->truths.runs[job->needs[i]] == RH_FALSY;
        const char *path = rh_format(js->arena, "needs.%s.result", id);
        const char *outputs = rh_format(js->arena, "needs.%s.outputs", id);
        rh_field parts[] = {{"result", is_lost ? rh_value_string(js->arena, "skipped", 7)
                                               : rh_value_unknown(js->arena, path, 0)},
                            {"outputs", is_lost ? rh_value_object(js->arena, NULL, 0)
                                                : rh_value_unknown(js->arena, outputs, 0)}};
        fields[i] = (rh_field){id, rh_value_object(js->arena, parts, 2)};
    }
    return rh_value_object(js->arena, fields, job->need_count);
}

static const rh_value *context(void *data, rh_expression_context which)
{
    jobs *js = data;
    switch (which) {
    case RH_CONTEXT_GITHUB:
        return js->github;
    case RH_CONTEXT_INPUTS:
        return js->inputs;
    case RH_CONTEXT_NEEDS:
        return needs_context(js);
    default:
        return js->vars;
    }
}

static rh_truth evaluate(jobs *js, bool is_forced)
{
    rh_expression_scope scope = {.data = js, .context = context, .status = status};
    rh_expression_error error;
    js->is_forced = is_forced;
    return rh_expression_truth(js->arena, js->job->condition.expression, &scope, &error);
}

/* Needs make no circle, so this ends. */
static void evaluate_job(jobs *js, size_t index)
{
    const rh_actions_job *job = &js->file->jobs[index];
    if (js->is_done[index])
        return;
    js->is_done[index] = true;
    for (size_t i = 0; i < job->need_count; i++) {
        size_t need = job->needs[i];
        evaluate_job(js, need);
        js->loses[index] |= js->loses[need] || js->truths.runs[need] == RH_FALSY;
        js->may_fail[index] |= js->may_fail[need] || js->truths.runs[need] != RH_FALSY;
    }
    js->job = job;
    js->truths.own[index] = (uint8_t)evaluate(js, true);
    js->truths.runs[index] = (uint8_t)evaluate(js, false);
}

rh_reach_truths rh_reach_evaluate(rh_arena *arena, const rh_actions_file *file,
                                  const rh_value *github, const rh_value *inputs)
{
    size_t count = file->job_count;
    jobs js = {.arena = arena,
               .file = file,
               .github = github,
               .inputs = inputs,
               .vars = rh_value_unknown(arena, "vars", 0),
               .truths = {RH_NEW_ARRAY(arena, uint8_t, count + 1),
                          RH_NEW_ARRAY(arena, uint8_t, count + 1)},
               .is_done = RH_NEW_ARRAY(arena, bool, count + 1),
               .loses = RH_NEW_ARRAY(arena, bool, count + 1),
               .may_fail = RH_NEW_ARRAY(arena, bool, count + 1)};
    for (size_t i = 0; i < count; i++)
        evaluate_job(&js, i);
    return js.truths;
}

/* ---- for one run ----------------------------------------------------------------------------- */

static const char *why_not(rh_arena *arena, const rh_actions_file *file,
                           const rh_reach_truths *truths, const rh_actions_job *job)
{
    const char *where = rh_actions_where(arena, file, job->condition.place.line);
    if (truths->own[job->index] == RH_FALSY && job->condition.text)
        return rh_format(arena, "its if is false: %s (%s)", job->condition.text, where);
    bool wants_success =
        !job->condition.text || rh_expression_implies_success(job->condition.expression);
    for (size_t i = 0; i < job->need_count && wants_success; i++)
        if (truths->runs[job->needs[i]] == RH_FALSY)
            return rh_format(arena, "it needs '%s', which does not run",
                             file->jobs[job->needs[i]].id);
    return job->condition.text ? rh_format(arena, "a job before it does not run: %s (%s)",
                                           job->condition.text, where)
                               : "a job before it does not run";
}

const rh_job_answer *rh_actions_jobs_started(rh_arena *arena, const rh_actions_file *file,
                                             const rh_value *github, const rh_value *inputs)
{
    rh_reach_truths truths = rh_reach_evaluate(arena, file, github, inputs);
    rh_job_answer *answers = RH_NEW_ARRAY(arena, rh_job_answer, file->job_count + 1);
    for (size_t i = 0; i < file->job_count; i++) {
        const rh_actions_job *job = &file->jobs[i];
        answers[i] = (rh_job_answer){.job = job, .runs = truths.runs[i]};
        if (truths.runs[i] == RH_FALSY)
            answers[i].why = why_not(arena, file, &truths, job);
    }
    return answers;
}
