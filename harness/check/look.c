#include "harness/check/look.h"

#include <string.h>

#include "sim/base/hash.h"

enum { MOST_NAME = 40, MOST_KEY = 44 }; /* bytes of what is shown */

/* ---- for predicates -------------------------------------------------------------------------- */

const char *rh_say(const rh_glance *l, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *said = rh_vformat(l->played->arena, format, arguments);
    va_end(arguments);
    return said;
}

uint64_t rh_raw_key(rh_finding_kind kind, const rh_finding_place *at)
{
    uint64_t hash = rh_hash_mix((uint64_t)kind + 1, ((uint64_t)at->line << 32) | at->column);
    const char *where = at->file ? at->file : at->call;
    return where ? rh_hash_mix(hash, rh_hash_string(where)) : hash;
}

rh_finding_place rh_place_of_call(const rh_glance *l, uint32_t call)
{
    rh_arena *arena = l->played->arena;
    const rh_call *of = l->view.journal->calls[call - 1];
    const rh_call_about *about = &of->about;
    return (rh_finding_place){about->file ? rh_arena_string(arena, about->file) : NULL, about->line,
                              about->column, rh_call_path_text(arena, of)};
}

/* The first line of a text, not too long. */
static const char *brief(const rh_glance *l, const char *title, size_t most)
{
    size_t length = strcspn(title, "\r\n");
    if (length <= most)
        return rh_say(l, "%.*s", (int)length, title);
    length = most - 3;
    while (length && ((unsigned char)title[length] & 0xC0) == 0x80)
        length--;
    return rh_say(l, "%.*s...", (int)length, title);
}

const char *rh_what(const rh_glance *l, const rh_seen_effect *effect)
{
    return *effect->key ? rh_say(l, "%s %s", effect->kind, brief(l, effect->key, MOST_KEY))
                        : rh_say(l, "%s", effect->kind);
}

const char *rh_name_of_call(const rh_glance *l, uint32_t call)
{
    const rh_call *of = l->view.journal->calls[call - 1];
    if (of->about.level == RH_CALL_COMMAND)
        return brief(l, of->key ? rh_say(l, "%s %s", of->type->text, of->key) : of->type->text,
                     MOST_NAME);
    if (of->about.title)
        return brief(l, of->about.title, MOST_NAME);
    return brief(l, rh_call_path_text(l->played->arena, of), MOST_NAME);
}

uint64_t rh_path_hash(const rh_glance *l, uint32_t call)
{
    return call ? rh_hash_string(
                      rh_call_path_text(l->played->scratch, l->view.journal->calls[call - 1]))
                : 0;
}

const rh_actions_step *rh_step_of_call(const rh_glance *l, uint32_t call)
{
    const rh_actions_file *file = l->all->file;
    const rh_call_about *about = call ? &l->view.journal->calls[call - 1]->about : NULL;
    if (!about || !about->file || !file)
        return NULL;
    for (size_t i = 0; i < file->job_count; i++)
        for (size_t k = 0; k < file->jobs[i].step_count; k++) {
            const rh_actions_step *step = &file->jobs[i].steps[k];
            if (step->place.line == about->line && step->place.column == about->column &&
                !strcmp(step->file, about->file))
                return step;
        }
    return NULL;
}

bool rh_is_failure(const rh_view *view)
{
    if (!view->struck || !view->calls[view->struck - 1].has_failed)
        return false;
    switch ((rh_fault_class)view->class) {
    case RH_FAULT_TRANSIENT:
    case RH_FAULT_PERMANENT:
    case RH_FAULT_PARTIAL:
    case RH_FAULT_CRASH:
        return true;
    default:
        return false;
    }
}

static const char *when(const rh_glance *l)
{
    const rh_plan *plan = l->played->plan;
    if (!plan->count || !l->view.struck)
        return NULL;
    const rh_fault *fault = plan->strikes[0].risk->fault;
    rh_finding_place at = rh_place_of_call(l, l->view.struck);
    const char *name = rh_name_of_call(l, l->view.struck);
    const char *also = plan->count > 1 ? ", and more goes wrong" : "";
    if (at.line)
        return rh_say(l, "`%s` in line %u: %s%s", name, at.line, fault->summary, also);
    return rh_say(l, "%s: %s%s", name, fault->summary, also);
}

static void tell_faults(const rh_glance *l, rh_finding *finding)
{
    rh_arena *arena = l->played->arena;
    const rh_plan *plan = l->played->plan;
    rh_finding_fault *faults = RH_NEW_ARRAY(arena, rh_finding_fault, plan->count + 1);
    for (size_t i = 0; i < plan->count; i++) {
        rh_text point = rh_text_in(arena);
        rh_point_write(&point, plan->strikes[i].point);
        faults[i].point = rh_text_string(&point);
        faults[i].fault = plan->strikes[i].risk->fault->name;
    }
    finding->faults = faults;
    finding->fault_count = plan->count;
}

rh_raw_finding *rh_raw_add(rh_glance *l, rh_finding_kind kind, rh_finding_place at)
{
    rh_raw_finding *raw = RH_NEW(l->played->arena, rh_raw_finding);
    raw->key = rh_raw_key(kind, &at);
    raw->point = l->played->plan->count ? l->played->plan->strikes[0].point->identity : 0;
    raw->finding = (rh_finding){.kind = (uint8_t)kind,
                                .level = rh_finding_rule_of(kind)->level,
                                .at = at,
                                .when = when(l),
                                .event = l->all->event,
                                .holds = l->all->holds};
    tell_faults(l, &raw->finding);
    *l->last = raw;
    l->last = &raw->next;
    return raw;
}

/* ---- the world without faults ---------------------------------------------------------------- */

static bool is_versioned(const char *kind)
{
    return strstr(kind, "release") || strstr(kind, "package") || !strcmp(kind, "crate") ||
           !strcmp(kind, "gem") || !strcmp(kind, "maven-artifact");
}

static void add_base_effect(rh_glance *l, const rh_seen_effect *effect)
{
    rh_arena *arena = l->played->arena;
    rh_base *base = &l->all->base;
    const rh_seen_call *call = &l->view.calls[effect->call - 1];
    base->effects[base->count++] = (rh_base_effect){
        .hash = effect->hash,
        .kind = rh_arena_string(arena, effect->kind),
        .key = rh_arena_string(arena, effect->key),
        .is_main = effect->is_main,
        .is_tainted = effect->is_tainted,
        .step = rh_path_hash(l, call->step),
        .job = rh_path_hash(l, call->job),
        .what = rh_what(l, effect),
        .by = rh_name_of_call(l, effect->call),
        .at = rh_place_of_call(l, effect->call),
    };
    base->main_count += effect->is_main;
    base->is_release |= is_versioned(effect->kind);
}

static void read_base(rh_glance *l)
{
    const rh_view *view = &l->view;
    rh_base *base = &l->all->base;
    *base = (rh_base){.is_green = view->is_green, .is_stuck = view->is_stuck, .told = view->told};
    base->effects = RH_NEW_ARRAY(l->played->arena, rh_base_effect, view->effect_count + 1);
    for (size_t i = 0; i < view->effect_count; i++) {
        const rh_seen_effect *effect = &view->effects[i];
        if (effect->times == 1)
            add_base_effect(l, effect);
        for (size_t k = 0; k < base->count; k++)
            if (base->effects[k].hash == effect->hash)
                base->effects[k].times = effect->times;
    }
}

/* ---- looking --------------------------------------------------------------------------------- */

static void compare_effects(rh_glance *l)
{
    const rh_base *base = &l->all->base;
    l->happened = RH_NEW_ARRAY(l->played->scratch, bool, base->count + 1);
    l->ended = RH_NEW_ARRAY(l->played->scratch, bool, base->count + 1);
    for (size_t i = 0; i < base->count; i++) {
        const rh_seen_effect *effect = rh_view_effect(&l->view, base->effects[i].hash, 1);
        l->ended[i] = effect != NULL;
        l->happened[i] = effect && effect->is_first;
    }
}

void rh_check_look(void *data, const rh_played_plan *played, void *slot)
{
    rh_looking *all = data;
    rh_glance l = {.all = all, .played = played, .last = slot};
    if (!played->journals[0]->run_count)
        return;
    rh_view_read(played->scratch, played->journals[0], &l.view);
    if (played->number == 0) {
        read_base(&l);
        rh_look_at_start(&l);
        rh_look_at_time(&l);
        return;
    }
    compare_effects(&l);
    rh_look_at_reach(&l);
    rh_look_at_time(&l);
    rh_look_at_tries(&l);
    if (!all->base.is_green)
        return;
    rh_look_at_publication(&l);
    rh_look_at_swallowed(&l);
    rh_look_at_order(&l);
}
