/* The world in which nothing goes wrong: fails-without-fault, secret-leaves-job, hangs-on-unknown,
 * and steps that nothing reaches. */
#include <string.h>

#include "harness/check/look.h"

/* ---- failure --------------------------------------------------------------------------------- */

/* The first call whose failure counts: of a job, its step. 0: none. */
static uint32_t failed_call(const rh_view *view)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i <= view->journal->call_count; i++) {
        if (!view->calls[i - 1].has_failed || view->calls[i - 1].is_ignored)
            continue;
        first = first ? first : i;
        if (view->journal->calls[i - 1]->about.level != RH_CALL_JOB)
            return i;
    }
    return first;
}

/* ": and why", as the first error in the log says. */
static const char *reason_of(const rh_glance *l)
{
    const rh_journal *journal = l->view.journal;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ANNOTATION && !strcmp(entry->name->text, "error"))
            return rh_say(l, ": %s", entry->text);
    }
    return "";
}

static void look_for_failure(rh_glance *l)
{
    const rh_view *view = &l->view;
    uint32_t failed = failed_call(view);
    const rh_run_record *run = view->journal->runs[0];
    rh_finding_place at = {.call = run->workflow_type->text};
    if (failed)
        at = rh_place_of_call(l, failed);
    else if (l->all->file)
        at = (rh_finding_place){l->all->file->path, 1, 1, l->all->file->name};
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_FAILS_WITHOUT_FAULT, at);
    raw->finding.message = "the run fails without any fault, so that nothing behind it was checked";
    raw->finding.happened =
        view->is_stuck ? rh_say(l, "the run waits for ever: %s", run->stuck ? run->stuck : "")
        : failed       ? rh_say(l, "`%s` fails%s", rh_name_of_call(l, failed), reason_of(l))
                       : rh_say(l, "the run fails%s", reason_of(l));
    raw->finding.expected = "it succeeds when nothing goes wrong";
    raw->finding.change = "Say what it needs: --mock, --var, --secret, --event, or the input.";
}

/* ---- secrets --------------------------------------------------------------------------------- */

static void drops_secret(rh_glance *l, const rh_entry *entry)
{
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_SECRET_LEAVES_JOB, rh_place_of_call(l, entry->call));
    raw->finding.message =
        rh_say(l, "an output of job '%s' has a secret in it, and arrives empty",
               l->view.journal->calls[l->view.calls[entry->call - 1].job - 1]->type->text);
    raw->finding.happened = rh_say(l, "GitHub says: %s", entry->text);
    raw->finding.expected = "the jobs that need it get the value";
    raw->finding.change = "Hand on what is not secret, and let each job read the secret itself:\n"
                          "env:\n"
                          "  TOKEN: ${{ secrets.TOKEN }}";
}

static void look_for_secrets(rh_glance *l)
{
    const rh_journal *journal = l->view.journal;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_ANNOTATION && entry->call && entry->text &&
            !strncmp(entry->text, "Skip output", 11))
            drops_secret(l, entry);
    }
}

/* ---- what is not known ----------------------------------------------------------------------- */

/* Whether a condition with this text hung on something unknown. */
static bool is_undecided(const rh_glance *l, const rh_actions_condition *condition)
{
    const rh_journal *journal = l->view.journal;
    for (size_t i = 0; condition->text && i < journal->count; i++)
        if (journal->entries[i].kind == RH_ENTRY_UNKNOWN && journal->entries[i].text &&
            !strcmp(journal->entries[i].text, condition->text))
            return true;
    return false;
}

static const char *at_condition(const rh_glance *l, const rh_actions_condition *condition,
                                const char *call, rh_finding_place *at)
{
    *at = (rh_finding_place){rh_say(l, "%s", l->all->file->path), condition->place.line,
                             condition->place.column, rh_say(l, "%s", call)};
    return condition->text;
}

/* The condition that lets the effect happen: of its step or job, or in its script; NULL: none hangs
 * on something unknown. */
static const char *condition_of(const rh_glance *l, const rh_seen_effect *effect,
                                rh_finding_place *at)
{
    const rh_seen_call *by = &l->view.calls[effect->call - 1];
    const rh_actions_file *file = l->all->file;
    const rh_actions_step *step = rh_step_of_call(l, by->step);
    const char *job = l->view.journal->calls[by->job - 1]->type->text;
    int index = file ? rh_actions_job_index(file, job) : -1;
    if (step && is_undecided(l, &step->condition))
        return at_condition(l, &step->condition, rh_place_of_call(l, by->step).call, at);
    if (index >= 0 && is_undecided(l, &file->jobs[index].condition))
        return at_condition(l, &file->jobs[index].condition, job, at);
    uint32_t call = rh_view_undecided(&l->view, by->step);
    if (call != by->step)
        return NULL;
    *at = rh_place_of_call(l, call);
    return l->view.calls[call - 1].condition;
}

static bool is_in_other(const rh_glance *l, uint64_t hash)
{
    for (size_t i = 0; i < l->all->other_count; i++)
        if (l->all->others[i] == hash)
            return true;
    return false;
}

/* Effects that are only there if conditions on what is not known hold. */
static void look_for_unknown(rh_glance *l)
{
    for (size_t i = 0; l->all->others && i < l->view.effect_count; i++) {
        const rh_seen_effect *effect = &l->view.effects[i];
        rh_finding_place at;
        if (!effect->is_main || is_in_other(l, effect->hash))
            continue;
        const char *condition = condition_of(l, effect, &at);
        if (!condition)
            continue;
        rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_HANGS_ON_UNKNOWN, at);
        raw->finding.other = rh_place_of_call(l, effect->call);
        raw->finding.message = rh_say(l, "%s hangs on `%.*s`, which is not known from the file",
                                      rh_what(l, effect), (int)strcspn(condition, "\n"), condition);
        raw->finding.happened = "it is published if the condition holds, and not otherwise";
        raw->finding.expected = "that is as it was meant";
        raw->finding.change = "Nothing, if it was meant; say the value to rehearse with it: --var, "
                              "--input or --mock.";
    }
}

/* ---- steps that nothing reaches -------------------------------------------------------------- */

/* Whether only what steps did before decides; the event, settings and a cancel do not. */
static bool hangs_on_steps(const char *reason)
{
    static const char *const others[] = {"github.",   "inputs.",   "matrix.",  "env.",
                                         "runner.",   "vars.",     "secrets.", "needs.",
                                         "cancelled", "hashFiles", "outputs."};
    if (strncmp(reason, "`if` is false", 13) != 0 || !strstr(reason, "steps."))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strstr(reason, others[i]))
            return false;
    return true;
}

static bool is_step(const rh_glance *l, uint32_t call)
{
    const rh_call_about *about = &l->view.journal->calls[call - 1]->about;
    return about->level == RH_CALL_STEP && !about->is_runners;
}

static void look_for_idle_steps(rh_glance *l)
{
    for (uint32_t i = 1; i <= l->view.journal->call_count; i++) {
        const rh_seen_call *call = &l->view.calls[i - 1];
        if (!is_step(l, i) || !call->is_skipped || call->condition || !call->reason ||
            !hangs_on_steps(call->reason))
            continue;
        rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_UNREACHED, rh_place_of_call(l, i));
        rh_idle_step *idle = RH_NEW(l->played->arena, rh_idle_step);
        *idle = (rh_idle_step){raw->key, l->all->idle};
        l->all->idle = idle;
        raw->finding.message =
            rh_say(l, "no fault that was tried reaches step '%s'", rh_name_of_call(l, i));
        raw->finding.happened = rh_say(l, "whatever fails, %s", call->reason);
        raw->finding.expected = "something makes its condition true";
        raw->finding.change =
            "With continue-on-error the conclusion of a step is always success: ask for its "
            "outcome. Without it, success() stands in front of every condition: ask for "
            "failure(), too.\n"
            "if: steps.ID.outcome == 'failure'";
    }
}

static bool is_idle(const rh_glance *l, uint64_t key)
{
    for (const rh_idle_step *idle = l->all->idle; idle; idle = idle->next)
        if (idle->key == key)
            return true;
    return false;
}

void rh_look_at_reach(rh_glance *l)
{
    for (uint32_t i = 1; l->all->idle && i <= l->view.journal->call_count; i++) {
        if (!is_step(l, i) || !l->view.calls[i - 1].has_started)
            continue;
        const rh_finding_place at = rh_place_of_call(l, i);
        if (is_idle(l, rh_raw_key(RH_FINDING_UNREACHED, &at)))
            rh_raw_add(l, RH_FINDING_UNREACHED, at)->is_veto = true;
    }
}

void rh_look_at_start(rh_glance *l)
{
    if (!l->view.is_green)
        look_for_failure(l);
    look_for_secrets(l);
    look_for_unknown(l);
    look_for_idle_steps(l);
}
