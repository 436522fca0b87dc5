/* What is tried again, by a policy or by a human: repeated-effect, retry-never-fires. */
#include <string.h>

#include "harness/check/look.h"

static bool is_among(const char *kind, const char *const *kinds)
{
    for (; *kinds; kinds++)
        if (!strcmp(kind, *kinds))
            return true;
    return false;
}

/* What a second time changes nothing of. */
static bool is_harmless(const char *kind)
{
    static const char *const kinds[] = {"attestation",
                                        "cache-delete",
                                        "check",
                                        "cloudfront-invalidation",
                                        "code-scanning",
                                        "coverage-report",
                                        "gcs-object",
                                        "git-push",
                                        "labels",
                                        "pages",
                                        "remote-files",
                                        "release-asset",
                                        "signature",
                                        "kubernetes",
                                        "terraform",
                                        "helm-release",
                                        NULL};
    return is_among(kind, kinds) || rh_effect_kind_removes(kind);
}

/* What is only seen twice, or replaced by the same. */
static bool is_bearable(const char *kind)
{
    static const char *const kinds[] = {"docker-image", "oci-artifact", NULL};
    return is_among(kind, kinds) || rh_effect_kind_tells(kind);
}

static const char *how_to_repeat(const rh_glance *l, const rh_seen_effect *effect, bool is_own)
{
    if (!l->all->file)
        return "Give what is done an idempotency key (rh_effect with `once`), or ask first whether "
               "it is there.";
    if (!strcmp(effect->kind, "github-release"))
        return "Ask first whether it is there:\n"
               "gh release view \"$GITHUB_REF_NAME\" || gh release create \"$GITHUB_REF_NAME\"";
    return is_own ? "Ask first whether it is there, or do it in a way that may be repeated."
                  : "Give the step that comes behind it a job of its own, so that a re-run of what "
                    "failed does not repeat it:\n"
                    "needs: the job that publishes";
}

static void repeated(rh_glance *l, const rh_seen_effect *effect)
{
    const rh_view *view = &l->view;
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_REPEATED_EFFECT, rh_place_of_call(l, effect->call));
    rh_finding *finding = &raw->finding;
    bool is_own = rh_path_hash(l, view->calls[view->struck - 1].step) ==
                  rh_path_hash(l, view->calls[effect->call - 1].step);
    const char *what = rh_what(l, effect);
    bool is_lost = view->class == RH_FAULT_REPLY_LOST;
    const char *who = effect->is_first ? "a retry" : "a re-run of what failed";
    const char *name = rh_name_of_call(l, view->struck);
    const char *by = rh_name_of_call(l, effect->call);
    finding->again = !effect->is_first;
    if (!is_own)
        finding->other = rh_place_of_call(l, view->struck);
    finding->message = rh_say(l, "%s does `%s` (%s) once more", who, by, what);
    finding->happened =
        is_lost && is_own
            ? rh_say(l, "`%s` does its work, the reply is lost; %s does it %u times in all", name,
                     who, effect->times)
            : rh_say(l, "`%s` fails; %s does %s %u times in all", name, who, what, effect->times);
    finding->expected = "it is done once";
    finding->change = how_to_repeat(l, effect, is_own);
    bool is_runners = view->journal->calls[view->struck - 1]->about.is_runners;
    finding->level = is_runners || is_bearable(effect->kind) || (is_own && !effect->is_first)
                         ? RH_LEVEL_NOTE
                         : RH_LEVEL_WARNING;
    raw->rank = is_runners ? 2 : is_own ? 1 : 0;
}

static uint32_t times_in_base(const rh_glance *l, const rh_seen_effect *effect)
{
    const rh_base *base = &l->all->base;
    for (size_t i = 0; i < base->count; i++)
        if (base->effects[i].hash == effect->hash)
            return base->effects[i].times;
    return 1;
}

static void look_for_repeated(rh_glance *l)
{
    for (size_t i = 0; i < l->view.effect_count; i++) {
        const rh_seen_effect *effect = &l->view.effects[i];
        uint32_t expected = times_in_base(l, effect);
        if (!is_harmless(effect->kind) && effect->times == (expected > 1 ? expected : 1) + 1)
            repeated(l, effect);
    }
}

/* A policy that says there are several attempts. */
static bool has_policy(const rh_call *call)
{
    return call->retry && call->about.level == RH_CALL_ACTIVITY &&
           call->retry->maximum_attempts != 1;
}

static void look_for_retries(rh_glance *l)
{
    const rh_view *view = &l->view;
    const rh_call *struck = view->journal->calls[view->struck - 1];
    const rh_seen_call *call = &view->calls[view->struck - 1];
    bool may_be_mended = view->class == RH_FAULT_TRANSIENT || view->class == RH_FAULT_REPLY_LOST;
    if (!has_policy(struck) || !may_be_mended)
        return;
    rh_raw_finding *raw =
        rh_raw_add(l, RH_FINDING_RETRY_NEVER_FIRES, rh_place_of_call(l, view->struck));
    raw->is_veto = call->was_retried;
    if (raw->is_veto)
        return;
    const char *name = rh_name_of_call(l, view->struck);
    raw->finding.message = rh_say(l, "no failure makes %s try again", name);
    raw->finding.happened =
        rh_say(l, "%s fails once and is over, though its policy has %d attempts", name,
               (int)struck->retry->maximum_attempts);
    raw->finding.expected = "what a second attempt can mend is tried again";
    raw->finding.change = "Take the failure out of non_retryable_types, and give schedule_to_close "
                          "room for more than one attempt.";
}

/* ---- retry wrappers -------------------------------------------------------------------------- */

static bool is_wrapper(const rh_glance *l, uint32_t step)
{
    const rh_actions_step *of = rh_step_of_call(l, step);
    if (!of || of->kind != RH_STEP_USES || !of->uses.name || !l->all->catalog)
        return false;
    const rh_catalog_action *action = rh_catalog_action_find(l->all->catalog, of->uses.name);
    return action && action->retry;
}

/* Whether the script was begun once more: the same command as the first of the step. */
static bool was_tried_again(const rh_glance *l, uint32_t step)
{
    const rh_journal *journal = l->view.journal;
    const rh_call *first = NULL;
    for (uint32_t i = step + 1; i <= journal->call_count; i++) {
        const rh_call *call = journal->calls[i - 1];
        if (call->parent_index != step)
            continue;
        if (first && call->about.line == first->about.line &&
            call->about.column == first->about.column && call->type == first->type)
            return true;
        first = first ? first : call;
    }
    return false;
}

static void look_for_wrappers(rh_glance *l)
{
    const rh_view *view = &l->view;
    uint32_t step = view->calls[view->struck - 1].step;
    if (!is_wrapper(l, step) || !rh_is_failure(view))
        return;
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_RETRY_NEVER_FIRES, rh_place_of_call(l, step));
    raw->is_veto = was_tried_again(l, step);
    if (raw->is_veto)
        return;
    const char *name = rh_name_of_call(l, step);
    raw->finding.message = rh_say(l, "no failure makes `%s` try again", name);
    raw->finding.happened =
        rh_say(l, "`%s` fails, and `%s` gives up at once", rh_name_of_call(l, view->struck), name);
    raw->finding.expected = "what a second attempt can mend is tried again";
    raw->finding.change = "Give it more than one attempt, and leave retry_on at any:\n"
                          "with:\n"
                          "  max_attempts: 3";
}

void rh_look_at_tries(rh_glance *l)
{
    if (!l->view.struck)
        return;
    look_for_repeated(l);
    look_for_retries(l);
    look_for_wrappers(l);
}
