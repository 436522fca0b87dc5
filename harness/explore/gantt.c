#include "harness/explore/gantt.h"

#include "sim/base/hash.h"
#include "sim/failure.h"

typedef struct reader {
    rh_arena *arena;
    const rh_journal *journal;
    rh_gantt *gantt;
    rh_row **rows; /* by call; NULL: it has none so far */
    rh_row *last;
} reader;

static const rh_call *call_of(const reader *r, uint32_t index)
{
    return r->journal->calls[index - 1];
}

/* Jobs and activities, and the steps of jobs. */
static bool is_shown(const rh_call *call)
{
    return !call->parent || call->about.level == RH_CALL_STEP;
}

static const char *name_of(reader *r, const rh_call *call)
{
    const char *title = call->about.title;
    return title ? rh_arena_string(r->arena, title) : rh_call_path_text(r->arena, call);
}

static rh_row *find_row(const reader *r, const char *name, const rh_row *parent)
{
    rh_row *row = parent ? parent->next : r->gantt->rows;
    for (; row && (!parent || row->depth > parent->depth); row = row->next)
        if (!strcmp(row->name, name) && row->depth == (parent ? parent->depth + 1 : 0))
            return row;
    return NULL;
}

/* Behind its parent and the rows below that; at the end if it has none. */
static void insert(reader *r, rh_row *row, rh_row *parent)
{
    rh_row *before = parent ? parent : r->last;
    while (parent && before->next && before->next->depth > parent->depth)
        before = before->next;
    if (!before) {
        r->gantt->rows = row;
    } else {
        row->next = before->next;
        before->next = row;
    }
    if (!row->next)
        r->last = row;
    r->gantt->row_count++;
}

static rh_row *add_row(reader *r, const char *name, rh_row *parent)
{
    rh_row *row = find_row(r, name, parent);
    if (row)
        return row;
    row = RH_NEW(r->arena, rh_row);
    row->name = name;
    row->depth = parent ? (uint8_t)(parent->depth + 1) : 0;
    insert(r, row, parent);
    return row;
}

static rh_row *row_of(reader *r, uint32_t index)
{
    const rh_call *call = index ? call_of(r, index) : NULL;
    if (!call || !is_shown(call))
        return NULL;
    if (!r->rows[index - 1]) {
        rh_row *parent = call->parent_index ? row_of(r, call->parent_index) : NULL;
        if (call->parent_index && (!parent || parent->depth > 0))
            return NULL; /* a step of a composite action */
        r->rows[index - 1] = add_row(r, name_of(r, call), parent);
    }
    return r->rows[index - 1];
}

/* ---- bars ------------------------------------------------------------------------------------ */

static rh_bar *add_bar(reader *r, rh_row *row, rh_time from, rh_bar_kind kind, int32_t attempt)
{
    row->bars =
        rh_arena_reserve(r->arena, row->bars, sizeof *row->bars, row->count + 1, &row->capacity);
    row->bars[row->count] =
        (rh_bar){.from = from, .to = r->journal->end, .kind = (uint8_t)kind, .attempt = attempt};
    return &row->bars[row->count++];
}

static rh_bar *open_bar(rh_row *row)
{
    return row && row->count && row->bars[row->count - 1].kind == RH_BAR_OPEN
               ? &row->bars[row->count - 1]
               : NULL;
}

static void begin(reader *r, rh_row *row, const rh_entry *entry)
{
    const rh_call *call = call_of(r, entry->call);
    if (!call->parent && entry->attempt == 1 && entry->time > call->scheduled) {
        rh_bar *queued = add_bar(r, row, call->scheduled, RH_BAR_QUEUED, 0);
        queued->to = entry->time;
    }
    add_bar(r, row, entry->time, RH_BAR_OPEN, entry->attempt);
}

static void finish(reader *r, rh_row *row, const rh_entry *entry, rh_bar_kind kind)
{
    rh_bar *bar = open_bar(row);
    if (!bar)
        return;
    bar->to = entry->time;
    bar->kind = (uint8_t)kind;
    if (entry->failure)
        bar->text = rh_arena_string(r->arena, rh_failure_message(entry->failure));
}

static void note_fault(reader *r, const rh_entry *entry)
{
    for (uint32_t index = entry->call; index; index = call_of(r, index)->parent_index) {
        rh_bar *bar = open_bar(row_of(r, index));
        if (bar) {
            bar->is_struck = true;
            return;
        }
    }
}

/* The engine's own outages have a row of their own. */
static void note_outage(reader *r, const rh_entry *entry)
{
    rh_row *row = add_row(r, rh_format(r->arena, "(%s)", entry->text), NULL);
    rh_bar *bar = add_bar(r, row, entry->time, RH_BAR_LOST, 0);
    bar->to = entry->time + entry->span;
    bar->is_struck = true;
    bar->text = "down; what waits for it goes on behind it";
}

static void note_effect(reader *r, const rh_entry *entry)
{
    for (uint32_t index = entry->code ? entry->call : 0; index;
         index = call_of(r, index)->parent_index) {
        rh_row *row = row_of(r, index);
        if (row)
            row->is_tainted = true;
    }
}

static void skip(reader *r, rh_row *row, const rh_entry *entry)
{
    if (!row && !entry->call)
        row = add_row(r, rh_arena_string(r->arena, entry->name ? entry->name->text : ""), NULL);
    if (!row || row->count)
        return;
    row->skip = rh_arena_string(r->arena, entry->text ? entry->text : "skipped");
    row->at = entry->time;
}

static void read_entry(reader *r, const rh_entry *entry)
{
    rh_row *row = row_of(r, entry->call);
    if (entry->kind == RH_ENTRY_SKIPPED)
        skip(r, row, entry);
    else if (entry->kind == RH_ENTRY_FAULT)
        note_fault(r, entry);
    else if (entry->kind == RH_ENTRY_OUTAGE)
        note_outage(r, entry);
    else if (entry->kind == RH_ENTRY_EFFECT)
        note_effect(r, entry);
    if (!row)
        return;
    switch ((rh_entry_kind)entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        row->skip = NULL;
        begin(r, row, entry);
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
        finish(r, row, entry, RH_BAR_GOOD);
        break;
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        finish(r, row, entry, RH_BAR_BAD);
        break;
    case RH_ENTRY_ATTEMPT_CANCELED:
        finish(r, row, entry, RH_BAR_CANCELLED);
        break;
    case RH_ENTRY_ATTEMPT_LOST:
        finish(r, row, entry, RH_BAR_LOST);
        break;
    case RH_ENTRY_BACK_OFF:
        add_bar(r, row, entry->time, RH_BAR_BACK_OFF, entry->attempt)->to =
            entry->time + entry->span;
        break;
    default:
        break;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Whether something of a step is worth a row. */
static bool is_notable(const rh_row *row)
{
    if (!row->depth || row->is_tainted)
        return true;
    for (size_t i = 0; i < row->count; i++)
        if (row->bars[i].kind != RH_BAR_GOOD || row->bars[i].is_struck)
            return true;
    return false;
}

static void drop_dull_rows(rh_gantt *gantt)
{
    for (rh_row **at = &gantt->rows; *at;) {
        if (is_notable(*at)) {
            at = &(*at)->next;
        } else {
            *at = (*at)->next;
            gantt->row_count--;
        }
    }
}

rh_gantt rh_gantt_read(rh_arena *arena, rh_arena *scratch, const rh_journal *journal,
                       const rh_human *human)
{
    rh_gantt gantt = {.start = journal->start,
                      .end = journal->start,
                      .looked = human->looked,
                      .went_on = RH_FOREVER};
    reader r = {.arena = arena,
                .journal = journal,
                .gantt = &gantt,
                .rows = RH_NEW_ARRAY(scratch, rh_row *, journal->call_count + 1)};
    for (size_t i = 0; i < journal->count; i++)
        read_entry(&r, &journal->entries[i]);
    for (size_t i = 0; i < journal->run_count; i++) {
        const rh_run_record *run = journal->runs[i];
        gantt.end = run->closed > gantt.end ? run->closed : gantt.end;
        if (run->started > human->looked && run->started < gantt.went_on)
            gantt.went_on = run->started;
    }
    drop_dull_rows(&gantt);
    return gantt;
}
