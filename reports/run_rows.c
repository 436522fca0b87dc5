#include "reports/run_rows.h"

#include "reports/call_rows.h"
#include "reports/event_rows.h"
#include "reports/run_items.h"
#include "reports/words.h"

enum { LEAST_LABEL = 16, MOST_LABEL = 30 };

typedef struct rows {
    rh_canvas *canvas;
    rh_arena *arena;
    const rh_index *index;
    const rh_run_record *run;
    uint32_t number; /* of the run */
    rh_run_items items;
    rh_layout layout;
} rows;

/* ---- heading --------------------------------------------------------------------------------- */

/* Type, id, verdict, virtual duration. */
static void run_heading(rh_canvas *canvas, const rh_journal *journal, uint32_t number)
{
    const rh_run_record *run = journal->runs[number];
    const char *type = run->workflow_type->text;
    rh_ink ink;
    rh_glyph sign = rh_event_run_sign(run, &ink);
    rh_text verdict = rh_text_in(canvas->text->arena);
    rh_text_printf(&verdict, "%s %s %s ", rh_canvas_glyph_text(canvas, sign),
                   rh_run_status_name((rh_run_status)run->status),
                   run->status == RH_RUN_RUNNING ? "for" : "after");
    rh_words_span(&verdict, rh_index_run_end(journal, number) - run->started);
    const char *right = rh_text_string(&verdict);
    size_t room = canvas->width - rh_canvas_columns(right) - 2;

    size_t column = rh_canvas_put(canvas, 0, room, RH_INK_BOLD, type);
    if (run->workflow_id && strcmp(run->workflow_id, type) != 0)
        column = rh_canvas_put(canvas, column + 2, room, RH_INK_PLAIN, run->workflow_id);
    if (run->attempt > 1)
        rh_canvas_put(canvas, column + 2, room, RH_INK_DIM,
                      rh_format(canvas->text->arena, "attempt %d", run->attempt));
    rh_canvas_put_right(canvas, canvas->width, ink, right);
    rh_canvas_newline(canvas);
}

/* ---- timers ---------------------------------------------------------------------------------- */

/* A timer, and when it fired or was canceled (NULL: neither). */
static const rh_entry *timer_end(const rows *r, const rh_entry *entry)
{
    uint32_t end = entry->event_id < r->items.timer_end_count ? r->items.timer_ends[entry->event_id]
                                                              : RH_NO_ENTRY;
    return end == RH_NO_ENTRY ? NULL : &r->index->journal->entries[end];
}

static rh_time timer_until(const rows *r, const rh_entry *entry)
{
    const rh_entry *end = timer_end(r, entry);
    return end ? end->time : rh_index_run_end(r->index->journal, r->number);
}

static const char *timer_label(const rows *r, const rh_entry *entry)
{
    const rh_entry *end = timer_end(r, entry);
    rh_text text = rh_text_in(r->arena);
    rh_text_puts(&text, entry->value ? rh_text_of(entry->value) : "timer");
    if (!end || end->kind == RH_ENTRY_TIMER_CANCELED) {
        rh_text_puts(&text, " of ");
        rh_words_span(&text, entry->span);
        rh_text_puts(&text, end ? ", canceled" : ", open");
    }
    return rh_text_string(&text);
}

static void timer_row(const rows *r, const rh_entry *entry)
{
    const rh_layout *layout = &r->layout;
    rh_time until = timer_until(r, entry);
    rh_layout_clock(layout, entry->time);
    rh_layout_took(layout, RH_INK_PLAIN, until - entry->time);
    rh_canvas_glyph(r->canvas, layout->sign, RH_INK_NOTE, RH_GLYPH_TIMER);
    rh_canvas_put(r->canvas, layout->label, layout->bar - 1, RH_INK_PLAIN, timer_label(r, entry));
    rh_layout_bar(layout, entry->time, until, RH_INK_NOTE, RH_GLYPH_BAR_TIMER);
    rh_layout_cuts(layout);
    rh_canvas_newline(r->canvas);
}

/* ---- children -------------------------------------------------------------------------------- */

/* How a child closed, for the run that asked for it; NULL: it has not. */
static const rh_entry *child_end(const rows *r, const rh_entry *entry)
{
    const rh_index *index = r->index;
    for (uint32_t i = index->runs[r->number]; i != RH_NO_ENTRY; i = index->next_of_run[i]) {
        const rh_entry *end = &index->journal->entries[i];
        bool closes =
            end->kind == RH_ENTRY_CHILD_START_FAILED ||
            (end->kind >= RH_ENTRY_CHILD_COMPLETED && end->kind <= RH_ENTRY_CHILD_TERMINATED);
        if (closes && end->number == entry->number)
            return end;
    }
    return NULL;
}

static rh_time child_until(const rows *r, const rh_entry *entry)
{
    const rh_entry *end = child_end(r, entry);
    return end ? end->time : rh_index_run_end(r->index->journal, r->number);
}

static const char *child_label(const rows *r, const rh_entry *entry)
{
    return rh_format(r->arena, "child %s", entry->name->text);
}

static rh_glyph child_sign(const rh_entry *end, rh_ink *ink)
{
    *ink = RH_INK_BAD;
    switch (end ? end->kind : RH_ENTRY_CHILD_INITIATED) {
    case RH_ENTRY_CHILD_COMPLETED:
        *ink = RH_INK_GOOD;
        return RH_GLYPH_GOOD;
    case RH_ENTRY_CHILD_CANCELED:
        *ink = RH_INK_WARN;
        return RH_GLYPH_CANCELED;
    case RH_ENTRY_CHILD_TIMED_OUT:
        return RH_GLYPH_TIMEOUT;
    case RH_ENTRY_CHILD_INITIATED:
        *ink = RH_INK_WARN;
        return RH_GLYPH_OPEN;
    default:
        return RH_GLYPH_BAD;
    }
}

/* Why it did not succeed, if that needs a line. */
static const char *child_note(const rows *r, const rh_entry *end)
{
    rh_text text = rh_text_in(r->arena);
    if (end && end->kind == RH_ENTRY_CHILD_START_FAILED)
        rh_text_puts(&text, "could not start: its workflow id is taken");
    else if (end && end->failure)
        rh_words_failure(&text, end->failure);
    return rh_text_string(&text);
}

static void child_row(const rows *r, const rh_entry *entry)
{
    const rh_layout *layout = &r->layout;
    const rh_entry *end = child_end(r, entry);
    rh_time until = child_until(r, entry);
    rh_ink ink;
    rh_glyph sign = child_sign(end, &ink);
    rh_layout_clock(layout, entry->time);
    rh_layout_took(layout, RH_INK_PLAIN, until - entry->time);
    rh_canvas_glyph(r->canvas, layout->sign, ink, sign);
    rh_canvas_put(r->canvas, layout->label, layout->bar - 1, RH_INK_PLAIN, child_label(r, entry));
    rh_layout_bar(layout, entry->time, until, ink,
                  ink == RH_INK_GOOD ? RH_GLYPH_BAR : RH_GLYPH_BAR_BAD);
    rh_layout_cuts(layout);
    rh_canvas_newline(r->canvas);
    const char *note = child_note(r, end);
    if (*note)
        rh_canvas_wrap(r->canvas, layout->label + 2, 2, ink, note);
}

/* ---- the scale ------------------------------------------------------------------------------- */

/* Whether an instant divides time for the reader; heartbeats and effects happen inside attempts. */
static bool is_instant(rh_entry_kind kind)
{
    return kind != RH_ENTRY_HEARTBEAT && kind != RH_ENTRY_EFFECT &&
           kind != RH_ENTRY_EFFECT_SKIPPED && kind != RH_ENTRY_CHOICE && kind != RH_ENTRY_FAULT;
}

static void build_scale(rows *r)
{
    const rh_index *index = r->index;
    rh_scale *scale = &r->layout.scale;
    uint64_t running = 0;
    rh_duration finest = 0;
    rh_scale_begin(scale, r->run->started);
    for (uint32_t i = index->runs[r->number]; i != RH_NO_ENTRY; i = index->next_of_run[i]) {
        const rh_entry *entry = &index->journal->entries[i];
        if (!is_instant((rh_entry_kind)entry->kind))
            continue;
        rh_scale_add(scale, entry->time, running > 0);
        rh_duration since = entry->time - r->run->started;
        if (since % RH_MILLISECONDS(1) != 0)
            finest = 6;
        else if (since % RH_SECONDS(1) != 0 && !finest)
            finest = 3;
        running += entry->kind == RH_ENTRY_ATTEMPT_STARTED;
        if (running &&
            (entry->kind == RH_ENTRY_ATTEMPT_COMPLETED || entry->kind == RH_ENTRY_ATTEMPT_FAILED ||
             entry->kind == RH_ENTRY_ATTEMPT_TIMED_OUT || entry->kind == RH_ENTRY_ATTEMPT_CANCELED))
            running--;
    }
    rh_scale_add(scale, rh_index_run_end(index->journal, r->number), running > 0);
    rh_duration length = scale->end - scale->start;
    if (length < RH_SECONDS(1))
        r->layout.decimals = (int)finest;
    else if (length < RH_MINUTES(10) && finest)
        r->layout.decimals = 3;
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* How many columns an item's duration and its label ask for. */
static void measure_item(const rows *r, const rh_entry *entry, size_t *took, size_t *label)
{
    if (entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED) {
        rh_call_view view;
        rh_call_view_read(&view, r->index, entry->call - 1);
        *took = greater(*took, rh_call_rows_took(r->canvas, &view));
        *label = greater(*label, rh_call_rows_label(r->canvas, &view));
    } else if (entry->kind == RH_ENTRY_TIMER_STARTED) {
        rh_text span = rh_text_in(r->arena);
        rh_words_span(&span, timer_until(r, entry) - entry->time);
        *took = greater(*took, span.length);
        *label = greater(*label, rh_canvas_columns(timer_label(r, entry)));
    } else if (entry->kind == RH_ENTRY_CHILD_INITIATED) {
        rh_text span = rh_text_in(r->arena);
        rh_words_span(&span, child_until(r, entry) - entry->time);
        *took = greater(*took, span.length);
        *label = greater(*label, rh_canvas_columns(child_label(r, entry)));
    }
}

/* The columns are as wide as what is shown asks for. */
static void lay_out(rows *r)
{
    rh_layout *layout = &r->layout;
    size_t clock, took = 5, label = LEAST_LABEL;
    layout->canvas = r->canvas;
    layout->zero = r->run->started;
    build_scale(r);
    clock = rh_canvas_columns(rh_layout_clock_text(layout, layout->scale.end));
    for (size_t i = 0; i < r->items.count; i++)
        if (r->items.items[i].is_shown)
            measure_item(r, &r->index->journal->entries[r->items.items[i].entry], &took, &label);
    layout->clock_end = 1 + greater(clock, 5);
    layout->took_end = layout->clock_end + 2 + took;
    layout->sign = layout->took_end + 2;
    layout->label = layout->sign + 2;
    layout->bar = layout->label + (label < MOST_LABEL ? label : MOST_LABEL) + 2;
    rh_scale_finish(&layout->scale, r->canvas->width - layout->bar);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void item_rows(const rows *r, const rh_entry *entry)
{
    if (entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED) {
        rh_call_view view;
        rh_call_view_read(&view, r->index, entry->call - 1);
        rh_call_rows(&r->layout, r->index, &view);
    } else if (entry->kind == RH_ENTRY_TIMER_STARTED) {
        timer_row(r, entry);
    } else if (entry->kind == RH_ENTRY_CHILD_INITIATED) {
        child_row(r, entry);
    } else {
        rh_event_rows(&r->layout, r->index, r->number, entry);
    }
}

/* What stands in the place of items from `i` on that are not shown; returns the next one shown. */
static size_t left_out_row(const rows *r, size_t i)
{
    uint64_t calls = 0, notable = 0, others = 0;
    for (; i < r->items.count && !r->items.items[i].is_shown; i++) {
        const rh_run_item *item = &r->items.items[i];
        bool is_call = r->index->journal->entries[item->entry].kind == RH_ENTRY_ACTIVITY_SCHEDULED;
        calls += is_call;
        notable += is_call && item->is_notable;
        others += !is_call;
    }
    rh_text text = rh_text_in(r->arena);
    rh_text_printf(&text, "%s ", rh_canvas_glyph_text(r->canvas, RH_GLYPH_ELLIPSIS));
    if (calls)
        rh_words_count(&text, calls, "more call");
    if (calls && notable) {
        rh_text_puts(&text, ", ");
        rh_words_number(&text, notable);
        rh_text_puts(&text, " of them not successful at once");
    }
    if (others) {
        rh_text_puts(&text, calls ? ", " : "");
        rh_words_count(&text, others, calls ? "other event" : "more event");
    }
    rh_canvas_put(r->canvas, r->layout.label, r->canvas->width, RH_INK_DIM, rh_text_string(&text));
    rh_canvas_newline(r->canvas);
    return i;
}

void rh_run_rows(rh_canvas *canvas, const rh_index *index, uint32_t run, size_t lines)
{
    rows r = {.canvas = canvas,
              .arena = canvas->text->arena,
              .index = index,
              .run = index->journal->runs[run],
              .number = run};
    rh_run_items_build(&r.items, r.arena, index, run);
    rh_run_items_choose(&r.items, lines);
    lay_out(&r);
    run_heading(canvas, index->journal, run);
    rh_layout_heading(&r.layout);
    for (size_t i = 0; i < r.items.count;) {
        if (r.items.items[i].is_shown)
            item_rows(&r, &index->journal->entries[r.items.items[i++].entry]);
        else
            i = left_out_row(&r, i);
    }
}
