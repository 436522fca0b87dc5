#include "reports/journal_lines.h"

#include <inttypes.h>

#include "reports/json_out.h"
#include "sim/chain.h"

/* Where a field comes from, and how it is written. */
typedef enum source {
    NOTHING,
    NAME,
    TEXT,
    VALUE,
    FAILURE,
    NUMBER,
    SEED,
    ID,          /* entry.number; 0: none */
    SPAN,        /* ns */
    BOUND,       /* entry.span as a plain number */
    STARTED,     /* entry.span as a point in time; with entry.number 0, or written later: none */
    RETRY_STATE, /* UNSPECIFIED: none */
    RUN,         /* the fields of the run record */
    SENDER,      /* entry.number - 1 as a run; 0: none */
    CHILD,       /* the fields of the child record */
    CHILD_RUN,   /* its run id */
    CAUSE,       /* entry.code as why a child does not start */
    CALL,        /* the fields of the call */
    ABOUT,       /* those of a call of a workflow file */
    STATUS,      /* entry.number of a command; 0: none */
    OUTCOME,     /* entry.code as a conclusion */
    CONCLUSION,  /* entry.number as a conclusion */
    FLAG,        /* entry.code as a boolean; false: none */
    WAY,         /* entry.code as a boolean */
    MODE,        /* entry.number as a mode of unknowns */
    VERDICT,     /* entry.number as what comes of a job */
    COUNT,       /* entry.number of a marker that has one */
    ENDED,       /* entry.number of the marker of a local activity, since the start */
    WAIT         /* entry.span; 0: none */
} source;

typedef struct field {
    source from;
    const char *name;
} field;

enum { MOST_FIELDS = 7 };

/* clang-format off */
static const field fields[RH_ENTRY_KIND_COUNT][MOST_FIELDS] = {
    [RH_ENTRY_WORLD_STARTED] = {{SEED, "seed"}},
    [RH_ENTRY_HOST_LOST] = {{TEXT, "host"}},
    [RH_ENTRY_HOST_STOPPED] = {{TEXT, "host"}},
    [RH_ENTRY_HOST_DRAINED] = {{TEXT, "host"}},
    [RH_ENTRY_HOST_RESTARTED] = {{TEXT, "host"}},
    [RH_ENTRY_OUTAGE] = {{TEXT, "of"}, {SPAN, "lasts_ns"}},
    [RH_ENTRY_OUTAGE_OVER] = {{TEXT, "of"}},
    [RH_ENTRY_CHOICE] = {{NAME, "label"}, {NUMBER, "value"}, {BOUND, "bound"}},
    [RH_ENTRY_RUN_STARTED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"}, {VALUE, "input"},
                              {RUN, NULL}},
    [RH_ENTRY_SIGNALED] = {{NAME, "signal"}, {VALUE, "value"}, {SENDER, "from_run"}},
    [RH_ENTRY_RUN_CANCEL_REQUESTED] = {{SENDER, "from_run"}},
    [RH_ENTRY_RUN_CONTINUED] = {{VALUE, "input"}},
    [RH_ENTRY_START_REFUSED] = {{NAME, "workflow_type"}, {TEXT, "message"}},
    [RH_ENTRY_RUN_COMPLETED] = {{VALUE, "result"}},
    [RH_ENTRY_RUN_FAILED] = {{FAILURE, "failure"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_RUN_CANCELED] = {{VALUE, "details"}},
    [RH_ENTRY_RUN_TERMINATED] = {{TEXT, "reason"}},
    [RH_ENTRY_RUN_TIMED_OUT] = {{FAILURE, "failure"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_TASK_SCHEDULED] = {{NUMBER, "task"}},
    [RH_ENTRY_TASK_STARTED] = {{NUMBER, "task"}},
    [RH_ENTRY_TASK_COMPLETED] = {{NUMBER, "task"}},
    [RH_ENTRY_TASK_FAILED] = {{NUMBER, "task"}, {NAME, "cause"}, {TEXT, "message"}},
    [RH_ENTRY_ACTIVITY_SCHEDULED] = {{NAME, "activity_type"}, {VALUE, "args"}, {CALL, NULL}},
    [RH_ENTRY_ACTIVITY_CANCEL_REQUESTED] = {{ID, "scheduled_event_id"}},
    [RH_ENTRY_ACTIVITY_COMPLETED] = {{ID, "started_event_id"}, {STARTED, "started_at_ns"},
                                     {VALUE, "result"}},
    [RH_ENTRY_ACTIVITY_FAILED] = {{ID, "started_event_id"}, {STARTED, "started_at_ns"},
                                  {FAILURE, "failure"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_ACTIVITY_TIMED_OUT] = {{ID, "started_event_id"}, {STARTED, "started_at_ns"},
                                     {FAILURE, "failure"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_ACTIVITY_CANCELED] = {{ID, "started_event_id"}, {STARTED, "started_at_ns"},
                                    {VALUE, "details"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_TIMER_STARTED] = {{TEXT, "timer_id"}, {SPAN, "duration_ns"}, {VALUE, "summary"}},
    [RH_ENTRY_TIMER_FIRED] = {{TEXT, "timer_id"}, {ID, "started_event_id"}},
    [RH_ENTRY_TIMER_CANCELED] = {{TEXT, "timer_id"}, {ID, "started_event_id"}},
    [RH_ENTRY_CHILD_INITIATED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                  {VALUE, "input"}, {CHILD, NULL}},
    [RH_ENTRY_CHILD_START_FAILED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                     {CAUSE, "cause"}},
    [RH_ENTRY_CHILD_STARTED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                {CHILD_RUN, "child_run"}},
    [RH_ENTRY_CHILD_COMPLETED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                  {VALUE, "result"}},
    [RH_ENTRY_CHILD_FAILED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                               {FAILURE, "failure"}, {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_CHILD_CANCELED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                 {VALUE, "details"}},
    [RH_ENTRY_CHILD_TIMED_OUT] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"},
                                  {RETRY_STATE, "retry_state"}},
    [RH_ENTRY_CHILD_TERMINATED] = {{NAME, "workflow_type"}, {TEXT, "workflow_id"}},
    [RH_ENTRY_SIGNAL_INITIATED] = {{NAME, "signal"}, {TEXT, "workflow_id"}, {VALUE, "value"}},
    [RH_ENTRY_SIGNAL_DELIVERED] = {{NAME, "signal"}, {TEXT, "workflow_id"}, {VALUE, "value"}},
    [RH_ENTRY_SIGNAL_FAILED] = {{NAME, "signal"}, {TEXT, "workflow_id"}, {VALUE, "value"}},
    [RH_ENTRY_CANCEL_INITIATED] = {{TEXT, "workflow_id"}},
    [RH_ENTRY_CANCEL_DELIVERED] = {{TEXT, "workflow_id"}},
    [RH_ENTRY_CANCEL_FAILED] = {{TEXT, "workflow_id"}},
    [RH_ENTRY_ATTEMPT_STARTED] = {{TEXT, "host"}, {VALUE, "args"}, {ABOUT, NULL}},
    [RH_ENTRY_HEARTBEAT] = {{VALUE, "details"}, {TEXT, "note"}},
    [RH_ENTRY_FAULT] = {{NAME, "fault"}, {TEXT, "class"}},
    [RH_ENTRY_ATTEMPT_COMPLETED] = {{VALUE, "result"}, {STATUS, "exit_status"}},
    [RH_ENTRY_ATTEMPT_FAILED] = {{FAILURE, "failure"}, {STATUS, "exit_status"}},
    [RH_ENTRY_ATTEMPT_TIMED_OUT] = {{FAILURE, "failure"}},
    [RH_ENTRY_ATTEMPT_CANCELED] = {{VALUE, "details"}},
    [RH_ENTRY_ATTEMPT_LOST] = {{TEXT, "host"}},
    [RH_ENTRY_BACK_OFF] = {{SPAN, "interval_ns"}},
    [RH_ENTRY_LATE_ANSWER] = {{TEXT, "answer"}, {VALUE, "result"}, {FAILURE, "failure"}},
    [RH_ENTRY_CALL_LEFT_OPEN] = {{TEXT, "state"}},
    [RH_ENTRY_EFFECT] = {{NAME, "effect"}, {TEXT, "key"}, {NUMBER, "count"}, {FLAG, "tainted"}},
    [RH_ENTRY_EFFECT_SKIPPED] = {{NAME, "effect"}, {TEXT, "key"}, {NUMBER, "count"},
                                 {FLAG, "tainted"}},
    [RH_ENTRY_LOG] = {{TEXT, "text"}},
    [RH_ENTRY_WARNING] = {{TEXT, "text"}},
    [RH_ENTRY_SIGNAL_UNHANDLED] = {{NAME, "signal"}},
    [RH_ENTRY_CRASHED] = {{TEXT, "text"}},
    [RH_ENTRY_WAITING] = {{NAME, "coroutine"}, {TEXT, "waits_for"}},
    [RH_ENTRY_RUN_STUCK] = {{TEXT, "reason"}},
    [RH_ENTRY_TEST_ERROR] = {{TEXT, "message"}},
    [RH_ENTRY_CONCLUDED] = {{NAME, "job"}, {OUTCOME, "outcome"}, {CONCLUSION, "conclusion"},
                            {TEXT, "reason"}},
    [RH_ENTRY_SKIPPED] = {{NAME, "job"}, {TEXT, "reason"}, {ABOUT, NULL}},
    [RH_ENTRY_OUTPUT] = {{NAME, "output"}, {VALUE, "value"}},
    [RH_ENTRY_ANNOTATION] = {{NAME, "level"}, {TEXT, "text"}},
    [RH_ENTRY_UNKNOWN] = {{NAME, "what"}, {TEXT, "condition"}, {WAY, "taken"}, {MODE, "by"}},
    [RH_ENTRY_NOTE] = {{TEXT, "text"}},
    [RH_ENTRY_CONSIDERED] = {{NAME, "job"}, {TEXT, "file"}, {VALUE, "needs"},
                             {WAY, "needs_succeeded"}, {VERDICT, "verdict"}},
    [RH_ENTRY_CALLED] = {{NAME, "job"}, {TEXT, "file"}, {VALUE, "calls"}},
    [RH_ENTRY_TIME_LIMIT] = {{SPAN, "limit_ns"}},
    [RH_ENTRY_REFUSED] = {{TEXT, "reason"}},
    [RH_ENTRY_MARKER_RECORDED] = {{NAME, "marker"}, {TEXT, "id"}, {COUNT, "number"},
                                  {VALUE, "value"}, {FAILURE, "failure"}, {ENDED, "ended_at_ns"},
                                  {WAIT, "backoff_ns"}},
    [RH_ENTRY_ATTRIBUTES_UPSERTED] = {{VALUE, "attributes"}},
    [RH_ENTRY_MEMO_UPSERTED] = {{VALUE, "fields"}},
    [RH_ENTRY_UPDATE_REQUESTED] = {{NAME, "update"}, {TEXT, "id"}, {VALUE, "args"}},
    [RH_ENTRY_UPDATE_ACCEPTED] = {{NAME, "update"}, {TEXT, "id"}, {VALUE, "args"},
                                  {ID, "task_scheduled_event_id"}},
    [RH_ENTRY_UPDATE_REJECTED] = {{NAME, "update"}, {TEXT, "id"}, {FAILURE, "failure"}},
    [RH_ENTRY_UPDATE_ABORTED] = {{NAME, "update"}, {TEXT, "id"}, {FAILURE, "failure"}},
    [RH_ENTRY_UPDATE_COMPLETED] = {{NAME, "update"}, {TEXT, "id"}, {VALUE, "result"},
                                   {FAILURE, "failure"}, {ID, "accepted_event_id"}},
    [RH_ENTRY_QUERIED] = {{NAME, "query"}, {VALUE, "args"}},
    [RH_ENTRY_QUERY_ANSWERED] = {{NAME, "query"}, {VALUE, "answer"}, {FAILURE, "failure"}},
    [RH_ENTRY_IGNORED] = {{TEXT, "reason"}},
    [RH_ENTRY_TASK_TIMED_OUT] = {{NUMBER, "task"}, {SPAN, "timeout_ns"}},
};
/* clang-format on */

/* ---- parts ----------------------------------------------------------------------------------- */

static void write_failure(rh_out *out, const char *key, const rh_failure *failure)
{
    if (!failure)
        return;
    rh_out_object(out, key);
    rh_out_string(out, "kind", rh_failure_kind_name((rh_failure_kind)failure->kind));
    rh_out_string(out, "message", failure->message);
    if (failure->type[0])
        rh_out_string(out, "type", failure->type);
    if (failure->non_retryable)
        rh_out_boolean(out, "non_retryable", true);
    if (failure->kind == RH_FAILURE_TIMEOUT)
        rh_out_string(out, "timeout_type",
                      rh_timeout_type_name((rh_timeout_type)failure->timeout_type));
    if (failure->kind == RH_FAILURE_CHILD) {
        rh_out_string(out, "workflow_type", failure->workflow_type);
        rh_out_string(out, "workflow_id", failure->workflow_id);
        if (failure->run_id[0])
            rh_out_string(out, "run", failure->run_id);
        rh_out_integer(out, "initiated_event_id", failure->scheduled_event_id);
        if (failure->started_event_id)
            rh_out_integer(out, "started_event_id", failure->started_event_id);
        rh_out_string(out, "retry_state",
                      rh_retry_state_name((rh_retry_state)failure->retry_state));
    }
    if (failure->kind == RH_FAILURE_ACTIVITY) {
        rh_out_string(out, "activity_type", failure->activity_type);
        rh_out_string(out, "activity_id", failure->activity_id);
        rh_out_string(out, "host", failure->identity);
        rh_out_integer(out, "scheduled_event_id", failure->scheduled_event_id);
        rh_out_integer(out, "started_event_id", failure->started_event_id);
        rh_out_string(out, "retry_state",
                      rh_retry_state_name((rh_retry_state)failure->retry_state));
    }
    rh_out_value(out, "details", failure->details);
    if (failure->next_retry_delay)
        rh_out_integer(out, "next_retry_delay_ns",
                       failure->next_retry_delay == RH_ZERO ? 0 : failure->next_retry_delay);
    write_failure(out, "cause", failure->cause);
    rh_out_end_object(out);
}

static void write_policy(rh_out *out, const rh_retry_policy_filled *policy)
{
    if (!policy)
        return;
    rh_out_object(out, "retry");
    rh_out_integer(out, "initial_interval_ns", policy->initial_interval);
    rh_out_number(out, "backoff_coefficient", policy->backoff_coefficient);
    rh_out_integer(out, "maximum_interval_ns", policy->maximum_interval);
    rh_out_integer(out, "maximum_attempts", policy->maximum_attempts);
    if (policy->non_retryable_types) {
        rh_out_list(out, "non_retryable_types");
        for (const char *const *type = policy->non_retryable_types; *type; type++)
            rh_out_string(out, NULL, *type);
        rh_out_end_list(out);
    }
    rh_out_end_object(out);
}

static void write_span(rh_out *out, const char *key, rh_duration span)
{
    if (span)
        rh_out_integer(out, key, span);
}

static void write_child(rh_out *out, const rh_child_record *child)
{
    static const char *const closes[] = {"terminate", "abandon", "request-cancel"};
    rh_out_string(out, "parent_close", closes[child->parent_close]);
    rh_out_string(out, "reuse", rh_reuse_names[child->reuse]);
    rh_out_string(out, "cron", child->cron);
    rh_out_string(out, "summary", child->summary);
    rh_out_string(out, "details_text", child->details);
    rh_out_value(out, "memo", child->memo);
    rh_out_value(out, "search_attributes", child->search_attributes);
    rh_out_string(out, "task_queue", child->task_queue);
    write_span(out, "run_timeout_ns", child->run_timeout);
    write_span(out, "execution_timeout_ns", child->execution_timeout);
    write_policy(out, child->retry);
}

static void write_run(rh_out *out, const rh_journal *journal, const rh_run_record *run)
{
    static const char *const initiators[] = {"", "continue-as-new", "retry", "cron"};
    rh_out_string(out, "dialect", run->dialect);
    rh_out_string(out, "first_run", run->first_run_id);
    if (run->previous != RH_NO_RUN)
        rh_out_string(out, "previous_run", journal->runs[run->previous]->run_id);
    if (run->initiator)
        rh_out_string(out, "initiator", initiators[run->initiator]);
    if (run->child)
        rh_out_string(out, "parent_run",
                      journal->runs[journal->children[run->child - 1]->parent]->run_id);
    rh_out_string(out, "cron", run->cron);
    rh_out_string(out, "summary", run->summary);
    rh_out_string(out, "details_text", run->details);
    rh_out_string(out, "root_workflow_id", run->root_workflow_id);
    rh_out_string(out, "root_run", run->root_run_id);
    rh_out_value(out, "memo", run->memo);
    rh_out_value(out, "search_attributes", run->search_attributes);
    rh_out_value(out, "last_result", run->last_result);
    rh_out_string(out, "task_queue", run->task_queue);
    write_span(out, "run_timeout_ns", run->run_timeout);
    write_span(out, "execution_timeout_ns", run->execution_timeout);
    write_span(out, "first_task_backoff_ns", run->first_task_backoff);
    write_policy(out, run->retry);
}

static void write_call(rh_out *out, const rh_call *call)
{
    if (call->is_local)
        rh_out_boolean(out, "local", true);
    rh_out_string(out, "activity_id", call->activity_id);
    rh_out_string(out, "key", call->key);
    rh_out_string(out, "summary", call->summary);
    rh_out_integer(out, "number", call->number);
    rh_out_string(out, "task_queue", call->task_queue ? call->task_queue->text : NULL);
    write_span(out, "schedule_to_close_ns", call->schedule_to_close);
    write_span(out, "schedule_to_start_ns", call->schedule_to_start);
    write_span(out, "start_to_close_ns", call->start_to_close);
    write_span(out, "heartbeat_timeout_ns", call->heartbeat_timeout);
    write_policy(out, call->retry);
}

static void write_about(rh_out *out, const rh_call *call)
{
    static const char *const levels[] = {"activity", "job", "step", "command"};
    if (call->about.level == RH_CALL_ACTIVITY)
        return;
    rh_out_string(out, "level", levels[call->about.level]);
    rh_out_string(out, "title", call->about.title);
    rh_out_string(out, "file", call->about.file);
    if (call->about.line) {
        rh_out_integer(out, "line", call->about.line);
        rh_out_integer(out, "column", call->about.column);
    }
    if (call->about.is_runners)
        rh_out_boolean(out, "runners_own", true);
}

/* ---- entries --------------------------------------------------------------------------------- */

static void write_field_of_marker(rh_out *out, const rh_journal *journal, const rh_entry *entry,
                                  const field *f)
{
    bool is_local = entry->code == RH_MARKER_LOCAL_ACTIVITY;
    if (f->from == COUNT && !is_local)
        rh_out_integer(out, f->name, (int64_t)entry->number);
    else if (f->from == ENDED && is_local)
        rh_out_integer(out, f->name, (rh_time)entry->number - journal->start);
    else if (f->from == WAIT && entry->span)
        rh_out_integer(out, f->name, entry->span);
}

/* Fields of entries that only workflow files have. */
static void write_field_of_file(rh_out *out, const rh_journal *journal, const rh_entry *entry,
                                const field *f)
{
    static const char *const modes[] = {"empty", "error", "explore", "holds"};
    switch (f->from) {
    case ABOUT:
        if (entry->call && journal->calls[entry->call - 1]->parent)
            write_about(out, journal->calls[entry->call - 1]);
        return;
    case STATUS:
        if (entry->number)
            rh_out_integer(out, f->name, (int64_t)entry->number);
        return;
    case OUTCOME:
        rh_out_string(out, f->name, rh_conclusion_name((rh_conclusion)entry->code));
        return;
    case CONCLUSION:
        rh_out_string(out, f->name, rh_conclusion_name((rh_conclusion)entry->number));
        return;
    case VERDICT:
        rh_out_string(out, f->name, rh_job_verdict_name((rh_job_verdict)entry->number));
        return;
    case FLAG:
        if (entry->code)
            rh_out_boolean(out, f->name, true);
        return;
    case WAY:
        rh_out_boolean(out, f->name, entry->code != 0);
        return;
    case MODE:
        rh_out_string(out, f->name, modes[entry->number % 4]);
        return;
    default:
        write_field_of_marker(out, journal, entry, f);
        return;
    }
}

/* The fields of what runs do to each other. */
static void write_field_of_runs(rh_out *out, const rh_journal *journal, const rh_entry *entry,
                                const field *f)
{
    uint64_t at = entry->number - 1;
    const rh_child_record *child = at < journal->child_count ? journal->children[at] : NULL;
    switch (f->from) {
    case SENDER:
        if (at < journal->run_count)
            rh_out_string(out, f->name, journal->runs[at]->run_id);
        return;
    case CHILD:
        if (child)
            write_child(out, child);
        return;
    case CHILD_RUN:
        if (child && child->run != RH_NO_RUN)
            rh_out_string(out, f->name, journal->runs[child->run]->run_id);
        return;
    case CAUSE:
        rh_out_string(out, f->name, rh_start_cause_name((rh_start_cause)entry->code));
        return;
    default:
        write_field_of_file(out, journal, entry, f);
        return;
    }
}

static void write_field(rh_out *out, const rh_journal *journal, const rh_entry *entry,
                        const field *f)
{
    switch (f->from) {
    case NOTHING:
        return;
    case NAME:
        rh_out_string(out, f->name, entry->name ? entry->name->text : NULL);
        return;
    case TEXT:
        rh_out_string(out, f->name, entry->text);
        return;
    case VALUE:
        rh_out_value(out, f->name, entry->value);
        return;
    case FAILURE:
        write_failure(out, f->name, entry->failure);
        return;
    case NUMBER:
        rh_out_integer(out, f->name, (int64_t)entry->number);
        return;
    case SEED:
        rh_out_long(out, f->name, entry->number);
        return;
    case ID:
        if (entry->number)
            rh_out_integer(out, f->name, (int64_t)entry->number);
        return;
    case SPAN:
    case BOUND:
        rh_out_integer(out, f->name, entry->span);
        return;
    case STARTED:
        if (entry->number && !entry->written_later)
            rh_out_integer(out, f->name, entry->span - journal->start);
        return;
    case RETRY_STATE:
        if (entry->code)
            rh_out_string(out, f->name, rh_retry_state_name((rh_retry_state)entry->code));
        return;
    case RUN:
        if (entry->run < journal->run_count)
            write_run(out, journal, journal->runs[entry->run]);
        return;
    case CALL:
        if (entry->call) {
            write_call(out, journal->calls[entry->call - 1]);
            write_about(out, journal->calls[entry->call - 1]);
        }
        return;
    default:
        write_field_of_runs(out, journal, entry, f);
        return;
    }
}

static void write_entry(rh_text *text, const rh_journal *journal, const rh_entry *entry,
                        rh_text *path)
{
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "at_ns", entry->time - journal->start);
    rh_out_time(&out, "time", entry->time);
    rh_out_string(&out, "kind", rh_entry_kind_name((rh_entry_kind)entry->kind));
    if (entry->run < journal->run_count)
        rh_out_string(&out, "run", journal->runs[entry->run]->run_id);
    if (entry->call) {
        path->length = 0;
        rh_call_path(path, journal->calls[entry->call - 1]);
        rh_out_string(&out, "call", rh_text_string(path));
    }
    if (entry->attempt)
        rh_out_integer(&out, "attempt", entry->attempt);
    if (entry->event_id)
        rh_out_integer(&out, "event_id", entry->event_id);
    if (entry->written_later)
        rh_out_integer(&out, "happened_at_ns", entry->span - journal->start);
    for (size_t i = 0; i < MOST_FIELDS; i++)
        write_field(&out, journal, entry, &fields[entry->kind][i]);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}

void rh_report_journal(rh_text *text, const rh_journal *journal)
{
    rh_text path = rh_text_in(text->arena);
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    rh_out_string(&out, "kind", "journal");
    rh_out_time(&out, "start", journal->start);
    rh_out_long(&out, "seed", journal->seed);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');

    for (size_t i = 0; i < journal->count; i++)
        write_entry(text, journal, &journal->entries[i], &path);

    out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_string(&out, "kind", "end");
    rh_out_integer(&out, "at_ns", journal->end - journal->start);
    rh_out_time(&out, "time", journal->end);
    rh_out_integer(&out, "entries", (int64_t)journal->count);
    rh_out_string(&out, "hash", rh_format(text->arena, "%016" PRIx64, journal->hash));
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}

/* ---- documentation --------------------------------------------------------------------------- */

void rh_report_journal_kinds(rh_text *text)
{
    rh_text_puts(text, "| kind | history event | fields |\n| --- | --- | --- |\n");
    for (int kind = 0; kind < RH_ENTRY_KIND_COUNT; kind++) {
        const char *event = rh_entry_kind_event((rh_entry_kind)kind);
        rh_text_printf(text, "| `%s` | %s |", rh_entry_kind_name((rh_entry_kind)kind),
                       event ? event : "");
        for (size_t i = 0; i < MOST_FIELDS && fields[kind][i].from != NOTHING; i++) {
            const field *f = &fields[kind][i];
            const char *name = f->name           ? f->name
                               : f->from == RUN  ? "those of the run, below"
                               : f->from == CALL ? "those of the call, below"
                                                 : "where it is written, below";
            rh_text_printf(text, f->name ? "%s `%s`" : "%s %s", i ? "," : "", name);
        }
        rh_text_puts(text, " |\n");
    }
}
