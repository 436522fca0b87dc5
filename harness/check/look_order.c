/* Publications that happen although something before them failed: published-after-failure. */
#include <string.h>

#include "harness/check/look.h"

/* What is published for good, not an upload of logs or a notice. */
static bool is_publication(const rh_seen_effect *effect)
{
    static const char *const others[] = {"gcs-object",  "remote-files",   "http-put", "http-patch",
                                         "http-delete", "remote-command", "git-push"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(effect->kind, others[i]))
            return false;
    return effect->is_main;
}

/* Whether the world without faults has it, from the same call: it is no answer to the failure. */
static bool is_expected(const rh_glance *l, const rh_seen_effect *effect)
{
    const rh_base *base = &l->all->base;
    for (size_t i = 0; i < base->count; i++)
        if (base->effects[i].hash == effect->hash)
            return true;
    return false;
}

static const char *id_of(const rh_glance *l, uint32_t call)
{
    return l->view.journal->calls[call - 1]->type->text;
}

/* Whether the job `from` of the file needs `to`, through others if need be. Each job is asked once,
 * as a workflow whose needs go round in a circle is refused. */
static bool needs(const rh_actions_file *file, uint32_t from, uint32_t to)
{
    const rh_actions_job *job = &file->jobs[from];
    for (size_t i = 0; i < job->need_count; i++)
        if (job->needs[i] == to || needs(file, job->needs[i], to))
            return true;
    return false;
}

static bool job_needs(const rh_glance *l, uint32_t from, uint32_t to)
{
    const rh_actions_file *file = l->all->file;
    int a = file ? rh_actions_job_index(file, id_of(l, from)) : -1;
    int b = file ? rh_actions_job_index(file, id_of(l, to)) : -1;
    return a >= 0 && b >= 0 && needs(file, (uint32_t)a, (uint32_t)b);
}

/* Whether the job of the call ran although something it needs had not succeeded. */
static bool ran_regardless(const rh_glance *l, uint32_t job)
{
    const rh_name *name = l->view.journal->calls[job - 1]->type;
    for (size_t i = 0; i < l->view.verdict_count; i++) {
        const rh_seen_verdict *verdict = &l->view.verdicts[i];
        if (verdict->job == name && verdict->time <= l->view.first_over)
            return verdict->runs && !verdict->needs_succeeded;
    }
    return false;
}

static bool has_effect(const rh_glance *l, uint32_t step)
{
    uint64_t path = rh_path_hash(l, step);
    for (size_t i = 0; i < l->all->base.count; i++)
        if (l->all->base.effects[i].step == path)
            return true;
    return false;
}

typedef enum how {
    NOT_AFTER,
    SAME_JOB,  /* a step of the job whose step failed */
    OTHER_JOB, /* a job whose needs did not succeed */
    MASKED     /* continue-on-error of a job hides the failure */
} how;

static how how_after(const rh_glance *l, const rh_seen_effect *effect)
{
    const rh_view *view = &l->view;
    const rh_seen_call *struck = &view->calls[view->struck - 1];
    const rh_seen_call *by = &view->calls[effect->call - 1];
    if (!struck->step || !by->step || struck->step == by->step)
        return NOT_AFTER;
    const rh_seen_call *step = &view->calls[struck->step - 1];
    const rh_seen_call *job = &view->calls[struck->job - 1];
    const rh_seen_call *other = &view->calls[by->step - 1];
    if (!step->is_concluded || step->conclusion != RH_CONCLUSION_FAILURE)
        return NOT_AFTER;
    if (struck->job == by->job)
        return other->started >= step->ended ? SAME_JOB : NOT_AFTER;
    if (!job->is_concluded || view->calls[by->job - 1].started < job->ended)
        return NOT_AFTER;
    if (job->conclusion == RH_CONCLUSION_FAILURE)
        return ran_regardless(l, by->job) && job_needs(l, by->job, struck->job) ? OTHER_JOB
                                                                                : NOT_AFTER;
    bool is_masked = job->outcome == RH_CONCLUSION_FAILURE;
    return is_masked && job_needs(l, by->job, struck->job) ? MASKED : NOT_AFTER;
}

static void found(rh_glance *l, const rh_seen_effect *effect, how after)
{
    const rh_view *view = &l->view;
    const rh_seen_call *by = &view->calls[effect->call - 1];
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_PUBLISHED_AFTER_FAILURE, rh_place_of_call(l, by->step));
    rh_finding *finding = &raw->finding;
    const char *failed = rh_name_of_call(l, view->calls[view->struck - 1].step);
    finding->other = rh_place_of_call(l, view->calls[view->struck - 1].step);
    finding->message =
        rh_say(l, "%s is published although `%s` failed", rh_what(l, effect), failed);
    finding->expected = rh_say(l, "no %s", effect->kind);
    if (after == MASKED) {
        finding->level = RH_LEVEL_WARNING;
        finding->happened = rh_say(l,
                                   "`%s` fails, continue-on-error of job '%s' says it succeeded, "
                                   "and `%s` publishes",
                                   failed, id_of(l, view->calls[view->struck - 1].job),
                                   rh_name_of_call(l, effect->call));
        finding->change = "Let the job fail; with fail-fast: false the other legs go on all the "
                          "same:\n"
                          "strategy:\n"
                          "  fail-fast: false";
        return;
    }
    finding->happened =
        rh_say(l, "`%s` fails, and the condition of %s lets `%s` publish", failed,
               after == SAME_JOB ? "the step" : "the job", rh_name_of_call(l, effect->call));
    finding->change = after == SAME_JOB
                          ? "Publish only if everything before has succeeded (which is the rule "
                            "without an if):\n"
                            "if: success()"
                          : "Publish only if what the job needs has succeeded, whatever its "
                            "condition asks beside:\n"
                            "if: ${{ !cancelled() && !failure() }}";
}

void rh_look_at_order(rh_glance *l)
{
    const rh_view *view = &l->view;
    if (!rh_is_failure(view) || has_effect(l, view->calls[view->struck - 1].step) ||
        view->journal->calls[view->calls[view->struck - 1].step - 1]->about.is_runners)
        return;
    for (size_t i = 0; i < view->effect_count; i++) {
        const rh_seen_effect *effect = &view->effects[i];
        how after = NOT_AFTER;
        if (effect->is_first && is_publication(effect) && is_expected(l, effect))
            after = how_after(l, effect);
        if (after != NOT_AFTER) {
            found(l, effect, after);
            return;
        }
    }
}
