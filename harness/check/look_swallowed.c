/* Failures that the run does not fail for: tainted-effect, swallowed-failure. */
#include <string.h>

#include "harness/check/look.h"
#include "sim/base/value.h"
#include "sim/shell/shell.h"

static const rh_base_effect *base_effect(const rh_glance *l, uint64_t hash)
{
    const rh_base *base = &l->all->base;
    for (size_t i = 0; i < base->count; i++)
        if (base->effects[i].hash == hash)
            return &base->effects[i];
    return NULL;
}

/* Whether the step or job of the struck call failed, and what counts says otherwise. */
static bool is_masked(const rh_glance *l)
{
    for (uint32_t at = l->view.struck; at; at = l->view.journal->calls[at - 1]->parent_index) {
        const rh_seen_call *call = &l->view.calls[at - 1];
        if (call->is_concluded && call->outcome == RH_CONCLUSION_FAILURE)
            return true;
    }
    return false;
}

/* How often its step has tried the same, all in vain; 0: one of the tries succeeded. */
static uint32_t vain_tries(const rh_glance *l)
{
    const rh_view *view = &l->view;
    const rh_call *struck = view->journal->calls[view->struck - 1];
    uint32_t count = 1;
    for (uint32_t i = view->struck + 1; i <= view->journal->call_count; i++) {
        const rh_call *call = view->journal->calls[i - 1];
        bool is_same = call->parent_index == struck->parent_index && call->type == struck->type &&
                       rh_value_hash(call->args) == rh_value_hash(struck->args);
        if (!is_same || !view->calls[i - 1].has_ended)
            continue;
        if (!view->calls[i - 1].has_failed)
            return 0;
        count++;
    }
    return count;
}

/* A loop that has tried it for the last time, and lets the script go on. */
static bool gives_up(const rh_glance *l)
{
    return l->view.journal->calls[l->view.struck - 1]->about.level == RH_CALL_COMMAND &&
           vain_tries(l) > 1;
}

/* An activity of a workflow in C: what becomes of its failure is up to the code. */
static bool is_activity(const rh_glance *l)
{
    return l->view.journal->calls[l->view.struck - 1]->about.level == RH_CALL_ACTIVITY;
}

static const char *why_ignored(const rh_glance *l)
{
    const rh_seen_call *call = &l->view.calls[l->view.struck - 1];
    if (is_activity(l))
        return "the workflow goes on and does not say so";
    if (is_masked(l))
        return "continue-on-error lets it pass";
    if (gives_up(l))
        return rh_say(l, "all %u times that it is tried, and the script goes on",
                      (unsigned)vain_tries(l));
    if (!call->is_ignored)
        return "nothing looks at its status";
    switch ((rh_shell_fate)call->fate) {
    case RH_SHELL_PIPED:
        return "only the last command of a pipe counts";
    case RH_SHELL_SUBSTITUTED:
        return "inside $( ) its status is lost";
    default:
        return "the script goes on behind it";
    }
}

static const char *how_to_fail(const rh_glance *l)
{
    const rh_seen_call *call = &l->view.calls[l->view.struck - 1];
    if (is_activity(l))
        return "Return its failure, so that the run fails; or tell of it, if it may fail:\n"
               "rh_warn(wf, \"... (non-fatal): %s\", rh_failure_message(failed));";
    if (!call->is_ignored)
        return "Do not let the step go on: remove continue-on-error, or ask for its outcome "
               "before its results are used:\n"
               "if: steps.ID.outcome == 'success'";
    if (gives_up(l))
        return "Let the step fail when the last try has:\n"
               "done=\n"
               "for i in 1 2 3; do COMMAND && done=yes && break; sleep 5; done\n"
               "test \"$done\"";
    switch ((rh_shell_fate)call->fate) {
    case RH_SHELL_PIPED:
        return "Let every command of a pipe count (bash by name has -o pipefail); and let curl "
               "fail on errors of the server (-f):\n"
               "shell: bash";
    case RH_SHELL_SUBSTITUTED:
        return "Give it a line of its own, whose status counts:\n"
               "value=$(command)\n"
               "export value";
    default:
        return "Remove what catches the failure (|| true and the like), or handle it: tell, and "
               "do not use the result.";
    }
}

/* An effect of the first run that is not what it would have been. */
static bool is_wrong(const rh_glance *l, const rh_seen_effect *effect)
{
    const rh_base_effect *good = base_effect(l, effect->hash);
    return effect->is_first && effect->is_tainted && !(good && good->is_tainted);
}

static bool look_for_tainted(rh_glance *l)
{
    const rh_view *view = &l->view;
    const rh_seen_effect *wrong = NULL;
    size_t count = 0;
    for (size_t i = 0; i < view->effect_count; i++)
        if (is_wrong(l, &view->effects[i])) {
            wrong = wrong ? wrong : &view->effects[i];
            count++;
        }
    if (!wrong)
        return false;
    const char *name = rh_name_of_call(l, view->struck), *by = rh_name_of_call(l, wrong->call);
    const rh_seen_call *call = &view->calls[view->struck - 1];
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_TAINTED_EFFECT, rh_place_of_call(l, view->struck));
    rh_finding *finding = &raw->finding;
    finding->other = rh_place_of_call(l, wrong->call);
    finding->message = rh_say(l, "`%s` can publish what came of a failed `%s`", by, name);
    finding->happened =
        rh_say(l, "`%s` fails, %s, and %s is made from what is left%s; the run is %s", name,
               why_ignored(l), rh_what(l, wrong), count > 1 ? " (and more)" : "",
               view->is_green ? "green" : "red");
    finding->expected = "the step fails, and nothing is published";
    finding->change = how_to_fail(l);
    if (call->is_ignored && call->fate == RH_SHELL_CONDITION)
        finding->level = RH_LEVEL_WARNING;
    return true;
}

/* What is missing of the publications; NULL: nothing. */
static const rh_base_effect *gap_of(const rh_glance *l)
{
    const rh_base *base = &l->all->base;
    for (size_t i = 0; i < base->count; i++)
        if (base->effects[i].is_main && !l->happened[i] &&
            !rh_effect_kind_removes(base->effects[i].kind))
            return &base->effects[i];
    return NULL;
}

static const rh_seen_effect *published_behind(const rh_glance *l)
{
    const rh_view *view = &l->view;
    rh_time failed = view->calls[view->struck - 1].ended;
    for (size_t i = 0; i < view->effect_count; i++)
        if (view->effects[i].is_main && view->effects[i].time > failed)
            return &view->effects[i];
    return NULL;
}

static void swallowed(rh_glance *l, const rh_base_effect *gap, rh_finding_level level)
{
    const rh_view *view = &l->view;
    const rh_seen_call *call = &view->calls[view->struck - 1];
    const char *name = rh_name_of_call(l, view->struck);
    const rh_seen_effect *behind = published_behind(l);
    /* What is allowed to fail is told of once, whatever of it fails. */
    bool at_gap = gap && is_masked(l);
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_SWALLOWED_FAILURE,
                                     at_gap ? gap->at : rh_place_of_call(l, view->struck));
    rh_finding *finding = &raw->finding;
    finding->level = (uint8_t)level;
    raw->rank = at_gap && rh_path_hash(l, call->step) != gap->step;
    finding->message = rh_say(l, "a failure of `%s` does not fail the run", name);
    finding->happened = gap ? rh_say(l, "`%s` fails, %s; the run is green, without %s", name,
                                     why_ignored(l), gap->what)
                            : rh_say(l, "`%s` fails, %s; the run is green", name, why_ignored(l));
    finding->expected = is_activity(l) ? "the run fails, or tells of it" : "the step fails";
    if (!gap && behind) {
        finding->other = rh_place_of_call(l, behind->call);
        finding->happened = rh_say(l, "`%s` fails, %s; %s is published, and the run is green", name,
                                   why_ignored(l), rh_what(l, behind));
        finding->expected = is_activity(l)
                                ? "the run fails, or tells of it, and nothing is published"
                                : "the step fails, and nothing is published";
    }
    finding->change = how_to_fail(l);
}

/* Commands whose status is an answer ("they differ", "there is none"), not a failure. */
static bool answers_by_status(const char *command)
{
    static const char *const commands[] = {"diff", "cmp",   "grep",  "egrep", "fgrep", "rg",
                                           "comm", "which", "pgrep", "find",  "expr",  "wait"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(command, commands[i]))
            return true;
    return false;
}

void rh_look_at_swallowed(rh_glance *l)
{
    const rh_view *view = &l->view;
    /* That the kernel kills a command is too far-fetched to ask for a change of the script. */
    if (!rh_is_failure(view) || view->class == RH_FAULT_CRASH || !vain_tries(l) ||
        look_for_tainted(l) || !view->is_green)
        return;
    const rh_seen_call *call = &view->calls[view->struck - 1];
    const rh_call *struck = view->journal->calls[view->struck - 1];
    const rh_base_effect *gap = gap_of(l);
    if (struck->about.level == RH_CALL_COMMAND && !is_masked(l)) {
        bool by_accident = call->is_ignored && (call->fate != RH_SHELL_CONDITION || gives_up(l));
        if (by_accident && !answers_by_status(struck->type->text))
            swallowed(l, gap, published_behind(l) && !gap ? RH_LEVEL_ERROR : RH_LEVEL_WARNING);
        else if (gap)
            swallowed(l, gap, RH_LEVEL_WARNING);
        return;
    }
    if (gap && view->told <= l->all->base.told)
        swallowed(l, gap, RH_LEVEL_WARNING);
    else if (gap && is_masked(l))
        swallowed(l, gap, RH_LEVEL_NOTE);
}
