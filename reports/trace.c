#include "reports/trace.h"

#include <string.h>

#include "reports/json_out.h"
#include "reports/slices.h"
#include "sim/base/value.h"

enum { WORLD = 1, FIRST_RUN = 2 };      /* processes */
enum { WORKFLOW = 1, FIRST_TRACK = 2 }; /* threads */

typedef struct tracer {
    rh_out out;
    rh_arena *arena;
    const rh_journal *journal;
    rh_slices slices;
    bool has_begun;
    int64_t flows;
} tracer;

/* ---- events ---------------------------------------------------------------------------------- */

static void begin(tracer *t, const char *name, const char *phase, const char *category)
{
    t->out.comma = false;
    rh_text_puts(t->out.text, t->has_begun ? ",\n" : "\n");
    t->has_begun = true;
    rh_out_object(&t->out, NULL);
    rh_out_string(&t->out, "name", name);
    rh_out_string(&t->out, "ph", phase);
    rh_out_string(&t->out, "cat", category);
}

static int64_t microseconds(const tracer *t, rh_time time)
{
    return (time - t->journal->start) / 1000;
}

static void at(tracer *t, uint32_t process, uint32_t thread, rh_time time)
{
    rh_out_integer(&t->out, "pid", process);
    rh_out_integer(&t->out, "tid", thread);
    rh_out_integer(&t->out, "ts", microseconds(t, time));
}

static void finish(tracer *t)
{
    rh_out_end_object(&t->out);
}

static void name(tracer *t, const char *what, uint32_t process, uint32_t thread, const char *text)
{
    begin(t, what, "M", NULL);
    rh_out_integer(&t->out, "pid", process);
    if (thread)
        rh_out_integer(&t->out, "tid", thread);
    rh_out_object(&t->out, "args");
    rh_out_string(&t->out, "name", text);
    rh_out_end_object(&t->out);
    finish(t);
}

static void sort_index(tracer *t, const char *what, uint32_t process, uint32_t thread)
{
    begin(t, what, "M", NULL);
    rh_out_integer(&t->out, "pid", process);
    if (thread)
        rh_out_integer(&t->out, "tid", thread);
    rh_out_object(&t->out, "args");
    rh_out_integer(&t->out, "sort_index", thread ? thread : process);
    rh_out_end_object(&t->out);
    finish(t);
}

/* ---- names ----------------------------------------------------------------------------------- */

static uint32_t process_of(const rh_call *call)
{
    return FIRST_RUN + call->run;
}

static uint32_t thread_of(uint32_t track)
{
    return FIRST_TRACK + track;
}

static const char *title_of(const tracer *t, const rh_call *call)
{
    if (call->about.level == RH_CALL_COMMAND) {
        const char *key = call->key;
        return key ? rh_format(t->arena, "%s %s", call->type->text, key) : call->type->text;
    }
    return call->about.title ? call->about.title : rh_call_path_text(t->arena, call);
}

static void write_names(tracer *t)
{
    const rh_journal *journal = t->journal;
    name(t, "process_name", WORLD, 0, "world");
    for (uint32_t run = 0; run < journal->run_count; run++) {
        const rh_run_record *record = journal->runs[run];
        name(t, "process_name", FIRST_RUN + run, 0,
             rh_format(t->arena, "%s (%s, %s)", record->workflow_type->text, record->dialect,
                       record->workflow_id));
        sort_index(t, "process_sort_index", FIRST_RUN + run, 0);
        name(t, "thread_name", FIRST_RUN + run, WORKFLOW, "workflow");
        sort_index(t, "thread_sort_index", FIRST_RUN + run, WORKFLOW);
    }
    for (uint32_t i = 0; i < t->slices.track_count; i++) {
        const rh_track *track = &t->slices.tracks[i];
        const rh_call *call = journal->calls[track->call - 1];
        const char *title = title_of(t, call);
        if (track->number > 1)
            title = rh_format(t->arena, "%s, beside it %u", title, track->number - 1);
        name(t, "thread_name", process_of(call), thread_of(i), title);
        sort_index(t, "thread_sort_index", process_of(call), thread_of(i));
    }
}

/* ---- slices ---------------------------------------------------------------------------------- */

static void write_runs(tracer *t)
{
    for (uint32_t i = 0; i < t->journal->run_count; i++) {
        const rh_run_record *run = t->journal->runs[i];
        bool is_open = run->status == RH_RUN_RUNNING;
        rh_time end = is_open ? t->journal->end : run->closed;
        begin(t, run->workflow_type->text, "X", "run");
        at(t, FIRST_RUN + i, WORKFLOW, run->started);
        rh_out_integer(&t->out, "dur", microseconds(t, end) - microseconds(t, run->started));
        rh_out_object(&t->out, "args");
        rh_out_string(&t->out, "status", rh_run_status_name((rh_run_status)run->status));
        if (run->failure)
            rh_out_string(&t->out, "failure", run->failure->message);
        rh_out_end_object(&t->out);
        finish(t);
    }
}

/* "attempt-failed" is "failed". */
static const char *outcome_of(const rh_slice *slice)
{
    if (slice->outcome)
        return rh_conclusion_name((rh_conclusion)slice->outcome);
    if (!slice->how)
        return "open";
    const char *kind = rh_entry_kind_name((rh_entry_kind)slice->how);
    const char *dash = strchr(kind, '-');
    return dash ? dash + 1 : kind;
}

static void write_attempt(tracer *t, const rh_slice *slice, const rh_call *call)
{
    rh_out *out = &t->out;
    rh_out_object(out, "args");
    rh_out_string(out, "path", rh_call_path_text(t->arena, call));
    if (!call->parent || slice->attempt > 1)
        rh_out_integer(out, "attempt", slice->attempt);
    rh_out_string(out, "outcome", outcome_of(slice));
    if (slice->outcome != slice->conclusion)
        rh_out_string(out, "conclusion", rh_conclusion_name((rh_conclusion)slice->conclusion));
    if (slice->exit_status)
        rh_out_integer(out, "exit_status", slice->exit_status);
    if (slice->failure)
        rh_out_string(out, "failure", slice->failure->message);
    if (!call->parent)
        rh_out_string(out, "host", slice->host);
    if (call->about.line)
        rh_out_string(out, "place",
                      rh_format(t->arena, "%s:%u", call->about.file, call->about.line));
    rh_out_end_object(out);
}

static void write_slice(tracer *t, const rh_slice *slice)
{
    static const char *const categories[] = {
        [RH_CALL_ACTIVITY] = "activity",
        [RH_CALL_JOB] = "job",
        [RH_CALL_STEP] = "step",
        [RH_CALL_COMMAND] = "command",
    };
    const rh_call *call = t->journal->calls[slice->call - 1];
    bool is_retry = slice->kind == RH_SLICE_ATTEMPT && slice->attempt > 1;
    const char *title = title_of(t, call);
    if (slice->kind == RH_SLICE_QUEUED)
        begin(t, "waits for a host", "X", "wait");
    else if (slice->kind == RH_SLICE_BACK_OFF)
        begin(t, "back-off", "X", "wait");
    else
        begin(t, is_retry ? rh_format(t->arena, "%s, attempt %d", title, slice->attempt) : title,
              "X", categories[call->about.level]);
    at(t, process_of(call), thread_of(slice->track), slice->start);
    rh_out_integer(&t->out, "dur", microseconds(t, slice->end) - microseconds(t, slice->start));
    if (slice->kind == RH_SLICE_ATTEMPT)
        write_attempt(t, slice, call);
    finish(t);
}

/* ---- instants -------------------------------------------------------------------------------- */

static void instant(tracer *t, const rh_entry *entry, const char *text, const char *category,
                    const char *detail)
{
    uint32_t track =
        entry->call ? rh_slices_track(&t->slices, t->journal, entry->call) : UINT32_MAX;
    bool has_run = entry->run < t->journal->run_count;
    begin(t, text, "i", category);
    at(t, has_run ? FIRST_RUN + entry->run : WORLD,
       track == UINT32_MAX ? WORKFLOW : thread_of(track), entry->time);
    rh_out_string(&t->out, "s", has_run ? "t" : "g");
    if (detail) {
        rh_out_object(&t->out, "args");
        rh_out_string(&t->out, "detail", detail);
        rh_out_end_object(&t->out);
    }
    finish(t);
}

static const char *effect_of(const tracer *t, const rh_entry *entry)
{
    const char *tainted = entry->code ? ", tainted" : "";
    if (entry->number > 1)
        return rh_format(t->arena, "%s %s (%u times%s)", entry->name->text, entry->text,
                         (unsigned)entry->number, tainted);
    return rh_format(t->arena, "%s %s%s", entry->name->text, entry->text, tainted);
}

static const char *skipped_of(const tracer *t, const rh_entry *entry)
{
    const char *what = entry->call   ? title_of(t, t->journal->calls[entry->call - 1])
                       : entry->name ? entry->name->text
                                     : "";
    return rh_format(t->arena, "skipped: %s", what);
}

static void write_instant(tracer *t, const rh_entry *entry)
{
    const char *kind = rh_entry_kind_name((rh_entry_kind)entry->kind);
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_FAULT:
        instant(t, entry, entry->name->text, "fault", entry->text);
        break;
    case RH_ENTRY_EFFECT:
        instant(t, entry, effect_of(t, entry), "effect", NULL);
        break;
    case RH_ENTRY_EFFECT_SKIPPED:
        instant(t, entry, effect_of(t, entry), "effect-skipped", NULL);
        break;
    case RH_ENTRY_SKIPPED:
        instant(t, entry, skipped_of(t, entry), "skipped", entry->text);
        break;
    case RH_ENTRY_HOST_LOST:
    case RH_ENTRY_HOST_STOPPED:
    case RH_ENTRY_HOST_DRAINED:
    case RH_ENTRY_HOST_RESTARTED:
        instant(t, entry, rh_format(t->arena, "%s: %s", kind, entry->text), "host", NULL);
        break;
    case RH_ENTRY_OUTAGE:
    case RH_ENTRY_OUTAGE_OVER:
        instant(t, entry, rh_format(t->arena, "%s: %s", kind, entry->text), "outage", NULL);
        break;
    case RH_ENTRY_SIGNALED:
        instant(t, entry, rh_format(t->arena, "signal %s", entry->name->text), "signal", NULL);
        break;
    case RH_ENTRY_LATE_ANSWER:
    case RH_ENTRY_TIME_LIMIT:
    case RH_ENTRY_RUN_CANCEL_REQUESTED:
        instant(t, entry, kind, "notice", NULL);
        break;
    default:
        break;
    }
}

/* Timers of a workflow may overlap: they are no slices, but spans with a beginning and an end. */
static void write_timer(tracer *t, const rh_entry *entry)
{
    bool begins = entry->kind == RH_ENTRY_TIMER_STARTED;
    if (!begins && entry->kind != RH_ENTRY_TIMER_FIRED && entry->kind != RH_ENTRY_TIMER_CANCELED)
        return;
    begin(t, "timer", begins ? "b" : "e", "timer");
    rh_out_string(&t->out, "id", rh_format(t->arena, "%u:%s", entry->run, entry->text));
    at(t, FIRST_RUN + entry->run, WORKFLOW, entry->time);
    finish(t);
}

/* ---- flows ----------------------------------------------------------------------------------- */

/* An end of an arrow lies in the slice that it belongs to: one that leaves, just before its end. */
static void flow_end(tracer *t, const rh_slice *slice, const char *what, bool leaves)
{
    const rh_call *call = t->journal->calls[slice->call - 1];
    int64_t start = microseconds(t, slice->start), end = microseconds(t, slice->end);
    begin(t, what, leaves ? "s" : "f", "flow");
    rh_out_integer(&t->out, "id", t->flows);
    if (!leaves)
        rh_out_string(&t->out, "bp", "e");
    rh_out_integer(&t->out, "pid", process_of(call));
    rh_out_integer(&t->out, "tid", thread_of(slice->track));
    rh_out_integer(&t->out, "ts", leaves && end > start ? end - 1 : start);
    finish(t);
}

static void flow(tracer *t, const rh_slice *from, const rh_slice *to, const char *what)
{
    t->flows++;
    flow_end(t, from, what, true);
    flow_end(t, to, what, false);
}

/* Whether a job's call belongs to the job of a label, "deploy/build[prod]": is it, one of its legs,
 * or something in the workflow that it calls. */
static bool belongs(const rh_call *call, const char *label)
{
    size_t length = strcspn(label, "[");
    const char *path = call->type->text, *key = label + length;
    if (strncmp(path, label, length) != 0 || (path[length] && path[length] != '/'))
        return false;
    size_t inner = strlen(key);
    return inner < 2 || (call->key && !strncmp(call->key, key + 1, inner - 2) &&
                         (!call->key[inner - 2] || call->key[inner - 2] == ','));
}

/* What the job of this call was told when it was considered; one that needs nothing in a called
 * workflow began when its caller did. NULL: nothing was needed. */
static const rh_entry *considered(const tracer *t, const rh_call *call)
{
    const rh_entry *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < t->journal->count; i++) {
        const rh_entry *entry = &t->journal->entries[i];
        if (entry->kind != RH_ENTRY_CONSIDERED || entry->run != call->run || !entry->value ||
            !belongs(call, entry->name->text))
            continue;
        size_t length = strcspn(entry->name->text, "[");
        if (length > longest) {
            longest = length;
            found = entry;
        }
    }
    return found;
}

/* The slice that the job of a label ended with before `time`; NULL: it was not played. */
static const rh_slice *last_of(const tracer *t, uint32_t run, const char *label, rh_time time)
{
    const rh_slice *last = NULL;
    for (size_t i = 0; i < t->slices.count; i++) {
        const rh_slice *slice = &t->slices.items[i];
        const rh_call *call = t->journal->calls[slice->call - 1];
        if (slice->kind == RH_SLICE_ATTEMPT && call->about.level == RH_CALL_JOB &&
            call->run == run && slice->end <= time && belongs(call, label) &&
            (!last || slice->end > last->end))
            last = slice;
    }
    return last;
}

static void write_needs(tracer *t, const rh_slice *slice, const rh_call *call)
{
    const rh_entry *entry = considered(t, call);
    for (size_t i = 0; entry && i < rh_count_of(entry->value); i++) {
        const rh_slice *from =
            last_of(t, call->run, rh_text_of(rh_at(entry->value, i)), slice->start);
        if (from)
            flow(t, from, slice, "needs");
    }
}

static void write_flows(tracer *t)
{
    uint32_t *before = RH_NEW_ARRAY(t->arena, uint32_t, t->journal->call_count + 1);
    for (uint32_t i = 0; i < t->slices.count; i++) {
        const rh_slice *slice = &t->slices.items[i];
        const rh_call *call = t->journal->calls[slice->call - 1];
        if (slice->kind != RH_SLICE_ATTEMPT || call->about.level == RH_CALL_COMMAND)
            continue;
        if (before[slice->call])
            flow(t, &t->slices.items[before[slice->call] - 1], slice, "retry");
        else if (call->about.level == RH_CALL_JOB)
            write_needs(t, slice, call);
        before[slice->call] = i + 1;
    }
}

/* ---- counters -------------------------------------------------------------------------------- */

typedef struct change {
    rh_time time;
    int32_t running, queued;
} change;

static void counter(tracer *t, const char *what, rh_time time, int64_t value)
{
    begin(t, what, "C", NULL);
    at(t, WORLD, 0, time);
    rh_out_object(&t->out, "args");
    rh_out_integer(&t->out, "value", value);
    rh_out_end_object(&t->out);
    finish(t);
}

/* Of calls at the top: what is inside runs on their hosts. Ends are put in order by insertion, from
 * the end: they mostly are. */
static void write_counters(tracer *t)
{
    size_t count = 0;
    change *changes = RH_NEW_ARRAY(t->arena, change, 2 * t->slices.count);
    for (size_t i = 0; i < 2 * t->slices.count; i++) {
        const rh_slice *slice = &t->slices.items[i / 2];
        int32_t sign = i % 2 ? -1 : 1;
        change next = {i % 2 ? slice->end : slice->start, 0, 0};
        if (t->journal->calls[slice->call - 1]->parent || slice->kind == RH_SLICE_BACK_OFF)
            continue;
        *(slice->kind == RH_SLICE_ATTEMPT ? &next.running : &next.queued) = sign;
        size_t place = count++;
        for (; place && changes[place - 1].time > next.time; place--)
            changes[place] = changes[place - 1];
        changes[place] = next;
    }
    int64_t running = 0, queued = 0, told_running = -1, told_queued = -1;
    for (size_t i = 0; i < count; i++) {
        running += changes[i].running;
        queued += changes[i].queued;
        if (i + 1 < count &&
            microseconds(t, changes[i + 1].time) == microseconds(t, changes[i].time))
            continue;
        if (running != told_running)
            counter(t, "attempts that run", changes[i].time, told_running = running);
        if (queued != told_queued)
            counter(t, "calls that wait for a host", changes[i].time, told_queued = queued);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

void rh_report_trace(rh_text *text, const rh_journal *journal)
{
    tracer t = {.out = rh_out_begin(text), .arena = text->arena, .journal = journal};
    t.slices = rh_slices_read(text->arena, journal);
    rh_out_object(&t.out, NULL);
    rh_out_string(&t.out, "displayTimeUnit", "ms");
    rh_out_object(&t.out, "otherData");
    rh_out_string(&t.out, "generator", "rehearse");
    rh_out_time(&t.out, "start", journal->start);
    rh_out_long(&t.out, "seed", journal->seed);
    rh_out_end_object(&t.out);
    rh_out_list(&t.out, "traceEvents");
    write_names(&t);
    write_runs(&t);
    for (size_t i = 0; i < t.slices.count; i++)
        if (t.slices.items[i].track != UINT32_MAX)
            write_slice(&t, &t.slices.items[i]);
    for (size_t i = 0; i < journal->count; i++) {
        write_instant(&t, &journal->entries[i]);
        write_timer(&t, &journal->entries[i]);
    }
    write_flows(&t);
    write_counters(&t);
    rh_text_puts(text, "\n");
    rh_out_end_list(&t.out);
    rh_out_end_object(&t.out);
    rh_text_putc(text, '\n');
}
