/* What is published and what is not when a run fails: half-published, optional-step-blocks,
 * optional-step-fails-run. */
#include <string.h>

#include "harness/check/look.h"

/* What is there when the first run is over, and what is not. */
typedef struct state {
    const rh_base_effect *done;    /* the last publication that is there */
    const rh_base_effect *missing; /* the first effect that is not, */
    const rh_base_effect *gap;     /* and the first publication that is not */
    size_t missing_count;
    bool is_mended; /* by re-runs */
} state;

static state state_of(const rh_glance *l)
{
    const rh_base *base = &l->all->base;
    state s = {.is_mended = l->view.ends_green && l->played->humans[0].interventions > 0};
    for (size_t i = 0; i < base->count; i++) {
        const rh_base_effect *effect = &base->effects[i];
        s.is_mended &= l->ended[i];
        if (l->happened[i]) {
            s.done = effect->is_main ? effect : s.done;
            continue;
        }
        s.missing_count++;
        s.missing = s.missing ? s.missing : effect;
        if (effect->is_main && !s.gap)
            s.gap = effect;
    }
    return s;
}

typedef enum part { HAS_NO_EFFECT, TELLS, PUBLISHES } part;

/* What the struck step has to do with the publication. */
static part part_of_struck(const rh_glance *l)
{
    const rh_base *base = &l->all->base;
    uint64_t step = rh_path_hash(l, l->view.calls[l->view.struck - 1].step);
    part found = HAS_NO_EFFECT;
    for (size_t i = 0; i < base->count; i++)
        if (base->effects[i].step == step) {
            if (base->effects[i].is_main)
                return PUBLISHES;
            found = TELLS;
        }
    return found;
}

/* Whether the fault struck on the way to what is missing, in its own job. */
static bool strikes_job_of(const rh_glance *l, const rh_base_effect *effect)
{
    return rh_path_hash(l, l->view.calls[l->view.struck - 1].job) == effect->job;
}

/* What a re-run comes to; the replay of the finding then has it. */
static const char *mending(const rh_glance *l, const state *s, rh_finding *finding)
{
    finding->again = l->played->humans[0].interventions > 0;
    if (!finding->again)
        return "";
    return s->is_mended ? "; a re-run of what failed mends it"
                        : "; a re-run of what failed does not mend it";
}

static const char *how_to_publish(const rh_glance *l, const state *s)
{
    if (!l->all->file)
        return "Take back what was published when what belongs to it fails (a compensation), or "
               "try it for longer: .retry.maximum_attempts.";
    if (rh_effect_kind_removes(s->done->kind))
        return "Put the new one in place before the old one is removed, or replace its files:\n"
               "gh release upload \"$TAG\" dist/* --clobber";
    if (!strcmp(s->done->kind, "github-release"))
        return "Make the release a draft, and publish it in a last step behind everything else:\n"
               "- run: gh release edit \"$GITHUB_REF_NAME\" --draft=false\n"
               "  env:\n"
               "    GH_TOKEN: ${{ github.token }}";
    return "Build and check everything first, publish last; what others look at (the release) at "
           "the very end.";
}

static void half(rh_glance *l, const state *s)
{
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_HALF_PUBLISHED, s->gap->at);
    rh_finding *finding = &raw->finding;
    bool is_own = rh_path_hash(l, l->view.calls[l->view.struck - 1].step) == s->gap->step;
    finding->other = s->done->at;
    finding->message = rh_say(l, "%s can be out without %s", s->done->what, s->gap->what);
    finding->happened = rh_say(l, "the run fails; %s is there, %s is not%s", s->done->what,
                               s->gap->what, mending(l, s, finding));
    finding->expected = "all of it is published, or nothing";
    finding->change = how_to_publish(l, s);
    if (finding->again && !s->is_mended)
        finding->level = RH_LEVEL_ERROR;
    else if (!l->all->base.is_release)
        finding->level = RH_LEVEL_NOTE;
    raw->rank = is_own ? 0 : 1;
}

static void blocks(rh_glance *l, const state *s)
{
    rh_finding_place at = rh_place_of_call(l, l->view.calls[l->view.struck - 1].step);
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_OPTIONAL_STEP_BLOCKS, at);
    rh_finding *finding = &raw->finding;
    const char *name = rh_name_of_call(l, l->view.calls[l->view.struck - 1].step);
    finding->other = s->gap->at;
    finding->message = rh_say(l, "when `%s` fails, %s is not published", name, s->gap->what);
    finding->happened = rh_say(l, "the run fails before `%s`: no %s%s", s->gap->by, s->gap->what,
                               mending(l, s, finding));
    finding->expected = rh_say(l, "only what `%s` itself does is missing", name);
    finding->change = "Let the step fail without the others, or move it behind them:\n"
                      "continue-on-error: true";
}

static void fails_run(rh_glance *l, const state *s)
{
    rh_raw_finding *raw = rh_raw_add(l, RH_FINDING_OPTIONAL_STEP_FAILS_RUN, s->missing->at);
    rh_finding *finding = &raw->finding;
    bool is_own = rh_path_hash(l, l->view.calls[l->view.struck - 1].step) == s->missing->step;
    finding->other = s->done->at;
    finding->message =
        rh_say(l, "the run fails for %s alone, when %s is out", s->missing->what, s->done->what);
    finding->happened = rh_say(l, "everything is published but %s, and the run is red%s",
                               s->missing->what, mending(l, s, finding));
    finding->expected = "the run succeeds, with a warning";
    finding->change = "Let the step (or a job of its own for it) fail without failing the run:\n"
                      "continue-on-error: true";
    raw->rank = is_own ? 0 : 1;
}

/* Parts of a version, or several of a kind; an image and where it is deployed to are stages. */
static bool belong_together(const rh_glance *l, const state *s)
{
    return l->all->base.is_release || !strcmp(s->done->kind, s->gap->kind);
}

void rh_look_at_publication(rh_glance *l)
{
    if (l->view.is_green || l->view.is_stuck || !l->view.struck)
        return;
    const state s = state_of(l);
    if (!s.done || !s.missing)
        return;
    part struck = part_of_struck(l);
    /* A hang is ended, which is no failure that continue-on-error would forgive. */
    bool is_failure = l->view.class != RH_FAULT_HANG;
    if (!s.gap) {
        if (is_failure && struck != PUBLISHES && strikes_job_of(l, s.missing))
            fails_run(l, &s);
    } else if (struck == TELLS)
        blocks(l, &s);
    else if (belong_together(l, &s))
        half(l, &s);
}
