#include "harness/check/view.h"

#include <string.h>

#include "sim/base/hash.h"

/* ---- effects --------------------------------------------------------------------------------- */

/* Kinds that tell of what was published elsewhere, or keep a record of the run. */
bool rh_effect_kind_tells(const char *kind)
{
    static const char *const kinds[] = {
        "attestation",
        "cache-delete",
        "chat-message",
        "check",
        "code-scanning",
        "comment",
        "email",
        "coverage-report",
        "formula",
        "homebrew-formula",
        "http-post",
        "issue",
        "issue-close",
        "labels",
        "pull-request",
        "review",
        "pull-request-close",
        "pull-request-edit",
        "pull-request-merge",
        "signature",
        "repository-dispatch",
        "workflow-dispatch",
        "workflow-start",
        "cloudfront-invalidation",
        "homebrew",
        "notification",
        "message",
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kind, kinds[i]))
            return true;
    return false;
}

bool rh_effect_kind_removes(const char *kind)
{
    size_t length = strlen(kind);
    return length > 7 && !strcmp(kind + length - 7, "-delete");
}

/* What a run keeps for itself is no effect on anything outside. */
static bool is_published(const rh_entry *entry)
{
    return strcmp(entry->name->text, "artifact") != 0;
}

static void add_effect(rh_arena *arena, rh_view *view, const rh_entry *entry)
{
    const char *key = entry->text ? entry->text : "";
    if (!is_published(entry))
        return;
    view->effects = rh_arena_reserve(arena, view->effects, sizeof *view->effects,
                                     view->effect_count + 1, &view->effect_capacity);
    view->effects[view->effect_count++] = (rh_seen_effect){
        .hash = rh_hash_bytes(entry->name->hash, key, strlen(key)),
        .kind = entry->name->text,
        .key = key,
        .call = entry->call,
        .times = (uint32_t)entry->number,
        .time = entry->time,
        .is_tainted = entry->code != 0,
        .is_main = !rh_effect_kind_tells(entry->name->text),
    };
}

/* A push to a branch behind a publication tells of it: a formula, a site, a version file. */
static void weigh_pushes(rh_view *view)
{
    bool has_main = false;
    for (size_t i = 0; i < view->effect_count; i++) {
        rh_seen_effect *effect = &view->effects[i];
        if (!strcmp(effect->kind, "git-push"))
            effect->is_main = !has_main;
        else
            has_main |= effect->is_main;
    }
}

const rh_seen_effect *rh_view_effect(const rh_view *view, uint64_t hash, uint32_t times)
{
    for (size_t i = 0; i < view->effect_count; i++)
        if (view->effects[i].hash == hash && view->effects[i].times == times)
            return &view->effects[i];
    return NULL;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void read_calls(rh_arena *arena, rh_view *view)
{
    const rh_journal *journal = view->journal;
    view->calls = RH_NEW_ARRAY(arena, rh_seen_call, journal->call_count + 1);
    for (uint32_t i = 0; i < journal->call_count; i++) {
        const rh_call *call = journal->calls[i];
        const rh_seen_call *parent = call->parent ? &view->calls[call->parent_index - 1] : NULL;
        rh_seen_call *seen = &view->calls[i];
        seen->job = parent ? parent->job : i + 1;
        seen->step = parent && parent->step                            ? parent->step
                     : parent || call->about.level == RH_CALL_ACTIVITY ? i + 1
                                                                       : 0;
    }
}

uint32_t rh_view_undecided(const rh_view *view, uint32_t call)
{
    while (call && !view->calls[call - 1].condition)
        call = view->journal->calls[call - 1]->parent_index;
    return call;
}

static void end(rh_seen_call *call, const rh_entry *entry)
{
    call->has_ended = true;
    call->ended = entry->time;
    call->has_failed = entry->kind == RH_ENTRY_ATTEMPT_FAILED ||
                       entry->kind == RH_ENTRY_ATTEMPT_TIMED_OUT ||
                       entry->kind == RH_ENTRY_ATTEMPT_LOST;
    call->was_canceled = entry->kind == RH_ENTRY_ATTEMPT_CANCELED;
}

static void strike(rh_view *view, const rh_entry *entry)
{
    rh_fault_class class;
    view->calls[entry->call - 1].is_struck = true;
    if (view->struck || !entry->text || !rh_fault_class_find(entry->text, &class))
        return;
    view->struck = entry->call;
    view->class = (uint8_t) class;
    view->fault = entry->name->text;
    view->struck_at = entry->time;
}

static void read_end_of_call(rh_seen_call *call, const rh_entry *entry)
{
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        call->timed_out = true;
        call->timeout = entry->failure ? (uint8_t)entry->failure->timeout_type : 0;
        end(call, entry);
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_CANCELED:
    case RH_ENTRY_ATTEMPT_LOST:
        end(call, entry);
        break;
    case RH_ENTRY_BACK_OFF:
        call->was_retried = true;
        break;
    case RH_ENTRY_CONCLUDED:
        call->is_concluded = true;
        call->outcome = entry->code;
        call->conclusion = (uint8_t)entry->number;
        call->ended = entry->time;
        break;
    case RH_ENTRY_SKIPPED:
        call->is_skipped = true;
        call->reason = entry->text;
        break;
    case RH_ENTRY_IGNORED:
        call->is_ignored = true;
        call->fate = entry->code;
        break;
    case RH_ENTRY_TIME_LIMIT:
        call->limit = entry->span;
        break;
    case RH_ENTRY_UNKNOWN:
        call->condition = entry->text;
        break;
    default:
        break;
    }
}

static void add_verdict(rh_arena *arena, rh_view *view, const rh_entry *entry)
{
    view->verdicts = rh_arena_reserve(arena, view->verdicts, sizeof *view->verdicts,
                                      view->verdict_count + 1, &view->verdict_capacity);
    view->verdicts[view->verdict_count++] =
        (rh_seen_verdict){entry->name, entry->time, entry->code != 0,
                          entry->number == RH_VERDICT_RUNS};
}

static void read_entry(rh_arena *arena, rh_view *view, const rh_entry *entry)
{
    if (entry->kind == RH_ENTRY_WARNING || (entry->kind == RH_ENTRY_ANNOTATION && entry->name &&
                                            strcmp(entry->name->text, "notice") != 0))
        view->told++;
    if (entry->kind == RH_ENTRY_CONSIDERED)
        add_verdict(arena, view, entry);
    if (!entry->call)
        return;
    rh_seen_call *call = &view->calls[entry->call - 1];
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        if (!call->has_started)
            call->started = entry->time;
        call->has_started = true;
        break;
    case RH_ENTRY_EFFECT:
        add_effect(arena, view, entry);
        break;
    case RH_ENTRY_FAULT:
        strike(view, entry);
        break;
    default:
        read_end_of_call(call, entry);
        break;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_stuck(const rh_run_record *run)
{
    return run->status == RH_RUN_STUCK || run->status == RH_RUN_RUNNING;
}

void rh_view_read(rh_arena *arena, const rh_journal *journal, rh_view *view)
{
    *view = (rh_view){.journal = journal};
    read_calls(arena, view);
    uint32_t first = 0;
    while (journal->runs[first]->next != RH_NO_RUN)
        first = journal->runs[first]->next;
    const rh_run_record *last = journal->runs[journal->run_count - 1];
    /* Attempts that nobody waits for go on behind the end of their run. */
    bool has_more = journal->runs[journal->run_count - 1] != journal->runs[first];
    view->first_over = has_more ? journal->runs[first]->closed : INT64_MAX;
    view->is_green = journal->runs[first]->status == RH_RUN_SUCCEEDED;
    view->ends_green = last->status == RH_RUN_SUCCEEDED;
    view->is_stuck = is_stuck(journal->runs[first]);
    for (size_t i = 0; i < journal->count; i++)
        read_entry(arena, view, &journal->entries[i]);
    weigh_pushes(view);
    for (size_t i = 0; i < view->effect_count; i++)
        view->effects[i].is_first = view->effects[i].time <= view->first_over;
}
