#include "harness/explore/record.h"

#include "sim/base/timetext.h"
#include "sim/failure.h"
#include "sim/outage.h"

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

/* Tries of a call. */
static uint32_t count_tries(const reader *r, uint32_t call)
{
    uint32_t tries = 0;
    for (size_t i = 0; i < r->journal->count; i++)
        tries += r->journal->entries[i].call == call &&
                 r->journal->entries[i].kind == RH_ENTRY_ATTEMPT_STARTED;
    return tries;
}

static bool is_bad_end(const rh_entry *entry)
{
    return entry->kind == RH_ENTRY_ATTEMPT_FAILED || entry->kind == RH_ENTRY_ATTEMPT_TIMED_OUT ||
           entry->kind == RH_ENTRY_ATTEMPT_LOST || entry->kind == RH_ENTRY_ATTEMPT_CANCELED;
}

/* The first try of the call that ended badly, since the fault; NULL: none did. */
static const rh_entry *find_bad_end(const reader *r, uint32_t call)
{
    for (size_t i = r->from; i < r->journal->count; i++)
        if (r->journal->entries[i].call == call && is_bad_end(&r->journal->entries[i]))
            return &r->journal->entries[i];
    return NULL;
}

/* Whether who reads this text, or failure, knows what has failed: an exit code does not say it. */
static bool says_cause(const reader *r, const char *text, const rh_failure *failure)
{
    const rh_entry *end = find_bad_end(r, r->call);
    const rh_failure *cause = end ? end->failure : NULL;
    if (!cause) /* a host or process that died: that it is said is all there is to say */
        return end != NULL;
    if (failure && failure->kind == cause->kind && cause->kind == RH_FAILURE_APPLICATION &&
        *cause->type && !strcmp(failure->type, cause->type))
        return true;
    const char *message = rh_failure_message(cause);
    return *message && strstr(text, message) != NULL;
}

/* ---- workflow files -------------------------------------------------------------------------- */

/* Errors of the job; of warnings those of a wrapper, on its step. */
static const rh_entry *find_annotation(const reader *r, uint32_t top, uint32_t unit)
{
    for (size_t i = r->from; i < r->journal->count; i++) {
        const rh_entry *entry = &r->journal->entries[i];
        if (entry->kind != RH_ENTRY_ANNOTATION)
            continue;
        bool is_error = !strcmp(entry->name->text, "error");
        if ((is_error && (!entry->call || is_below(r, entry->call, top))) ||
            (!is_error && entry->call == unit))
            return entry;
    }
    return NULL;
}

static rh_record annotated(const reader *r, const rh_entry *annotation, uint32_t unit)
{
    const char *where = annotation->call ? rh_format(r->arena, "an annotation on '%s'",
                                                     title_of(r, annotation->call))
                                         : "an annotation on the run";
    return (rh_record){.kind = RH_RECORD_ANNOTATION,
                       .has_cause = says_cause(r, annotation->text, NULL),
                       .attempts = count_tries(r, unit),
                       .text = rh_format(r->arena, "%s: %s", where, annotation->text)};
}

/* What no annotation and no event tells of. */
static rh_record untold(const reader *r, uint32_t unit)
{
    if (unit == r->call && !find_bad_end(r, r->call))
        return (rh_record){.kind = RH_RECORD_NOTHING, .text = "nothing"};
    return (rh_record){.kind = RH_RECORD_LOG,
                       .attempts = 1,
                       .text = rh_format(r->arena,
                                         "at most a line in the log of '%s', which is "
                                         "green",
                                         title_of(r, unit))};
}

static rh_record of_workflow_file(const reader *r)
{
    uint32_t unit = unit_of(r, r->call);
    const rh_entry *annotation = find_annotation(r, top_of(r, r->call), unit);
    return annotation ? annotated(r, annotation, unit) : untold(r, unit);
}

/* A step that is an activity, or the job whose host was lost. */
static rh_record of_lifted(const reader *r)
{
    uint32_t unit = unit_of(r, r->call);
    const rh_entry *end = find_bad_end(r, unit);
    if (!end)
        end = find_bad_end(r, unit = top_of(r, r->call));
    if (!end)
        return untold(r, unit_of(r, r->call));
    uint32_t tries = count_tries(r, unit);
    return (rh_record){
        .kind = RH_RECORD_HISTORY,
        .has_cause =
            says_cause(r, end->failure ? rh_failure_message(end->failure) : "", end->failure),
        .attempts = tries,
        .text = rh_format(r->arena, "the history of '%s': %u attempt%s, each with its failure",
                          title_of(r, unit), tries, tries == 1 ? "" : "s")};
}

/* ---- durable runs ---------------------------------------------------------------------------- */

static rh_record of_history(const reader *r)
{
    rh_record record = {.kind = RH_RECORD_HISTORY, .attempts = count_tries(r, r->call)};
    const rh_entry *end = find_bad_end(r, r->call);
    record.has_cause = end && says_cause(r, "", end->failure);
    for (size_t i = r->from; i < r->journal->count; i++) {
        const rh_entry *entry = &r->journal->entries[i];
        if (entry->call != r->call || !entry->event_id)
            continue;
        if (entry->kind == RH_ENTRY_ACTIVITY_COMPLETED && record.attempts > 1)
            record.text = rh_format(r->arena,
                                    "event %u, ACTIVITY_TASK_STARTED: attempt %u, with the failure "
                                    "of the one before",
                                    (unsigned)entry->number, record.attempts);
        else if (entry->kind == RH_ENTRY_ACTIVITY_FAILED ||
                 entry->kind == RH_ENTRY_ACTIVITY_TIMED_OUT)
            record.text =
                rh_format(r->arena, "event %u, %s: after %u attempt%s, with the failure",
                          entry->event_id, rh_entry_kind_event((rh_entry_kind)entry->kind),
                          record.attempts, record.attempts == 1 ? "" : "s");
        if (record.text)
            return record;
    }
    return (rh_record){.kind = RH_RECORD_NOTHING, .text = "nothing: the activity reports success"};
}

/* Of servers and workers that were down there are only times. */
static rh_record of_outage(rh_arena *arena, const rh_entry *outage)
{
    static const char deploy[] = "WORKFLOW_TASK_FAILED, NonDeterministicError, again and again";
    if (!strcmp(outage->text, rh_outage_name(RH_OUTAGE_DEPLOY)))
        return (rh_record){.kind = RH_RECORD_HISTORY, .has_cause = true, .text = deploy};
    rh_text text = rh_text_in(arena);
    bool is_elsewhere = !strcmp(outage->text, rh_outage_name(RH_OUTAGE_ELSEWHERE));
    rh_text_puts(&text, is_elsewhere ? "a job was queued for " : "WORKFLOW_TASK_STARTED comes ");
    rh_duration_brief(&text, outage->span);
    rh_text_puts(&text, is_elsewhere ? "; why, the run does not say"
                                     : " behind WORKFLOW_TASK_SCHEDULED; why, no event says");
    return (rh_record){.kind = RH_RECORD_LOG, .text = rh_text_string(&text)};
}

rh_record rh_record_of(rh_arena *arena, const rh_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (entry->kind == RH_ENTRY_OUTAGE)
            return of_outage(arena, entry);
        if (entry->kind != RH_ENTRY_FAULT || !entry->call)
            continue;
        const reader r = {arena, journal, entry->call, i};
        bool is_activity = journal->calls[entry->call - 1]->about.level == RH_CALL_ACTIVITY;
        bool is_elsewhere = journal->runs[entry->run]->is_elsewhere;
        return is_activity ? of_history(&r) : is_elsewhere ? of_workflow_file(&r) : of_lifted(&r);
    }
    return (rh_record){.kind = RH_RECORD_NONE, .text = "it does not come to this point"};
}

const char *rh_record_kind_name(rh_record_kind kind)
{
    static const char *const names[RH_RECORD_KINDS] = {"none", "nothing", "log", "annotation",
                                                       "history"};
    return names[kind];
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
