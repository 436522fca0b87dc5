#include "harness/explore/record.h"

#include "sim/failure.h"

typedef struct reader {
    rh_arena *arena;
    const rh_journal *journal;
    uint32_t call; /* that was struck */
    size_t from;   /* the entry that says so */
} reader;

static bool is_below(const reader *r, uint32_t call, uint32_t top)
{
    for (; call; call = r->journal->calls[call - 1]->parent_index)
        if (call == top)
            return true;
    return false;
}

/* The step or job that the call is a part of, or itself. */
static uint32_t unit_of(const reader *r, uint32_t call)
{
    while (r->journal->calls[call - 1]->about.level == RH_CALL_COMMAND &&
           r->journal->calls[call - 1]->parent_index)
        call = r->journal->calls[call - 1]->parent_index;
    return call;
}

static uint32_t top_of(const reader *r, uint32_t call)
{
    while (r->journal->calls[call - 1]->parent_index)
        call = r->journal->calls[call - 1]->parent_index;
    return call;
}

static const char *title_of(const reader *r, uint32_t call)
{
    const rh_call *record = r->journal->calls[call - 1];
    return record->about.title ? record->about.title : rh_call_path_text(r->arena, record);
}

/* ---- workflow files -------------------------------------------------------------------------- */

static const rh_entry *find_annotation(const reader *r, uint32_t top)
{
    for (size_t i = r->from; i < r->journal->count; i++) {
        const rh_entry *entry = &r->journal->entries[i];
        if (entry->kind == RH_ENTRY_ANNOTATION && !strcmp(entry->name->text, "error") &&
            (!entry->call || is_below(r, entry->call, top)))
            return entry;
    }
    return NULL;
}

/* Tries of a call, and the ids of what the history has of them. */
static uint32_t count_tries(const reader *r, uint32_t call)
{
    uint32_t tries = 0;
    for (size_t i = 0; i < r->journal->count; i++)
        tries += r->journal->entries[i].call == call &&
                 r->journal->entries[i].kind == RH_ENTRY_ATTEMPT_STARTED;
    return tries;
}

static const char *of_workflow_file(const reader *r)
{
    uint32_t unit = unit_of(r, r->call), top = top_of(r, r->call);
    const rh_entry *annotation = find_annotation(r, top);
    uint32_t tries = count_tries(r, unit);
    if (annotation && annotation->call)
        return rh_format(r->arena, "an annotation on '%s': %s", title_of(r, annotation->call),
                         annotation->text);
    if (annotation)
        return rh_format(r->arena, "an annotation on the run: %s", annotation->text);
    if (tries > 1)
        return rh_format(r->arena, "'%s' shows %u tries, the first with its failure",
                         title_of(r, unit), tries);
    if (unit != r->call)
        return rh_format(r->arena, "at most a line in the log of '%s', which is green",
                         title_of(r, unit));
    return "nothing";
}

/* ---- durable runs ---------------------------------------------------------------------------- */

static const char *of_history(const reader *r)
{
    uint32_t tries = count_tries(r, r->call);
    for (size_t i = r->from; i < r->journal->count; i++) {
        const rh_entry *entry = &r->journal->entries[i];
        if (entry->call != r->call || !entry->event_id)
            continue;
        if (entry->kind == RH_ENTRY_ACTIVITY_COMPLETED && tries > 1)
            return rh_format(r->arena,
                             "event %u, ACTIVITY_TASK_STARTED: attempt %u, with the failure "
                             "of the one before",
                             (unsigned)entry->number, tries);
        if (entry->kind == RH_ENTRY_ACTIVITY_FAILED || entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT)
            return rh_format(r->arena, "event %u, %s: after %u attempt%s, with the failure",
                             entry->event_id, rh_entry_kind_event((rh_entry_kind)entry->kind),
                             tries, tries == 1 ? "" : "s");
    }
    return "nothing: the activity reports success";
}

const char *rh_record_of(rh_arena *arena, const rh_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind != RH_ENTRY_FAULT || !entry->call)
            continue;
        const reader r = {arena, journal, entry->call, i};
        bool is_durable = journal->calls[entry->call - 1]->about.level == RH_CALL_ACTIVITY;
        return is_durable ? of_history(&r) : of_workflow_file(&r);
    }
    return "it does not come to this point";
}

const char *rh_ending_text(rh_arena *arena, const rh_journal *journal)
{
    for (size_t i = 0; i < journal->run_count; i++) {
        const rh_run_record *run = journal->runs[i];
        if (run->status == RH_RUN_SUCCEEDED || run->next != RH_NO_RUN)
            continue;
        if (run->failure)
            return rh_arena_string(arena, rh_failure_message(run->failure));
        return run->stuck ? rh_arena_string(arena, run->stuck) : "cancelled";
    }
    return NULL;
}
