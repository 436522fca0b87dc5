#include "reports/call_rows.h"

#include "reports/notes.h"
#include "reports/words.h"

/* How something ended, as a sign, an ink and a bar. */
typedef struct look {
    rh_glyph sign;
    rh_ink ink;
    rh_glyph bar;
} look;

static look look_of(rh_entry_kind kind)
{
    switch (kind) {
    case RH_ENTRY_ACTIVITY_COMPLETED:
    case RH_ENTRY_ATTEMPT_COMPLETED:
        return (look){RH_GLYPH_GOOD, RH_INK_GOOD, RH_GLYPH_BAR};
    case RH_ENTRY_ACTIVITY_FAILED:
    case RH_ENTRY_ATTEMPT_FAILED:
        return (look){RH_GLYPH_BAD, RH_INK_BAD, RH_GLYPH_BAR_BAD};
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        return (look){RH_GLYPH_TIMEOUT, RH_INK_BAD, RH_GLYPH_BAR_BAD};
    case RH_ENTRY_ACTIVITY_CANCELED:
    case RH_ENTRY_ATTEMPT_CANCELED:
        return (look){RH_GLYPH_CANCELED, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    default:
        return (look){RH_GLYPH_OPEN, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    }
}

static look look_of_attempt(const rh_call_attempt *attempt)
{
    return look_of(attempt->ended ? attempt->how : RH_ENTRY_CALL_LEFT_OPEN);
}

static look look_of_call(const rh_call_view *view)
{
    return look_of(view->closed ? (rh_entry_kind)view->closed->kind : RH_ENTRY_CALL_LEFT_OPEN);
}

/* ---- the line of the call -------------------------------------------------------------------- */

/* Its path, and a mark for each effect up to three. */
static const char *label_of(const rh_canvas *canvas, const rh_call_view *view)
{
    rh_text text = rh_text_in(canvas->text->arena);
    rh_call_path(&text, view->call);
    if (view->effects) {
        rh_text_printf(&text, " %s", rh_canvas_glyph_text(canvas, RH_GLYPH_EFFECT));
        if (view->effects > 1)
            rh_text_printf(&text, "%u", view->effects);
    }
    return rh_text_string(&text);
}

size_t rh_call_rows_label(const rh_canvas *canvas, const rh_call_view *view)
{
    return rh_canvas_columns(label_of(canvas, view));
}

size_t rh_call_rows_took(const rh_canvas *canvas, const rh_call_view *view)
{
    rh_text text = rh_text_in(canvas->text->arena);
    rh_words_span(&text, view->end - view->call->scheduled);
    size_t columns = text.length;
    for (uint32_t i = 0; view->attempts > 1 && i < rh_call_view_count(view); i++) {
        const rh_call_attempt *attempt = rh_call_view_attempt(view, i);
        text.length = 0;
        rh_words_span(&text, (attempt->ended ? attempt->end : view->end) - attempt->started);
        columns = text.length > columns ? text.length : columns;
    }
    return columns;
}

/* Paints the call's life: waiting, attempts, back-offs, and what went on unheard. */
typedef struct painter {
    const rh_layout *layout;
    rh_time cursor; /* painted up to here */
    bool backing_off;
    bool running;
    int32_t attempt;
    rh_time started;
    rh_time lost; /* 0: not */
} painter;

static void paint_wait(painter *p, rh_time until)
{
    if (until > p->cursor)
        rh_layout_bar(p->layout, p->cursor, until, RH_INK_DIM,
                      p->backing_off ? RH_GLYPH_BAR_BACK_OFF : RH_GLYPH_BAR_WAIT);
}

static void paint_attempt(painter *p, const rh_entry *entry)
{
    look how = look_of((rh_entry_kind)entry->kind);
    rh_time seen = p->lost ? p->lost : entry->time;
    rh_layout_bar(p->layout, p->started, entry->time, RH_INK_DIM, RH_GLYPH_BAR_GONE);
    rh_layout_bar(p->layout, p->started, seen, how.ink, how.bar);
    if (entry->kind != RH_ENTRY_ATTEMPT_COMPLETED)
        rh_canvas_glyph(p->layout->canvas, rh_layout_bar_end(p->layout, p->started, entry->time),
                        how.ink, how.sign);
    p->running = false;
    p->cursor = entry->time;
}

/* The call closes, or is left, while no attempt runs. */
static void paint_close(painter *p, const rh_entry *entry)
{
    look how = look_of((rh_entry_kind)entry->kind);
    paint_wait(p, entry->time);
    rh_canvas_glyph(p->layout->canvas, rh_layout_bar_end(p->layout, p->cursor, entry->time),
                    how.ink, how.sign);
}

/* An answer that nobody waits for any more: behind all that is painted already. */
static void paint_late(const rh_layout *layout, rh_time from, rh_time to)
{
    size_t first = rh_layout_bar_end(layout, from, from);
    for (size_t column = first; column <= rh_layout_bar_end(layout, from, to); column++)
        if (rh_canvas_is_blank(layout->canvas, column))
            rh_canvas_glyph(layout->canvas, column, RH_INK_DIM, RH_GLYPH_BAR_GONE);
}

static void paint_entry(painter *p, const rh_entry *entry)
{
    switch (entry->kind) {
    case RH_ENTRY_ATTEMPT_STARTED:
        paint_wait(p, entry->time);
        p->running = true;
        p->backing_off = false;
        p->attempt = entry->attempt;
        p->started = entry->time;
        p->lost = 0;
        break;
    case RH_ENTRY_ATTEMPT_LOST:
        if (p->running && entry->attempt == p->attempt)
            p->lost = entry->time;
        break;
    case RH_ENTRY_BACK_OFF:
        p->backing_off = true;
        break;
    case RH_ENTRY_ATTEMPT_COMPLETED:
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
    case RH_ENTRY_ATTEMPT_CANCELED:
        paint_attempt(p, entry);
        break;
    case RH_ENTRY_CALL_LEFT_OPEN:
        if (p->running)
            paint_attempt(p, entry);
        else
            paint_close(p, entry);
        break;
    case RH_ENTRY_ACTIVITY_TIMED_OUT:
    case RH_ENTRY_ACTIVITY_CANCELED:
        if (entry->time > p->cursor || entry->number == 0)
            paint_close(p, entry);
        break;
    default:
        break;
    }
}

static void paint(const rh_layout *layout, const rh_index *index, const rh_call_view *view)
{
    painter p = {.layout = layout, .cursor = view->call->scheduled};
    uint32_t last = RH_NO_ENTRY;
    for (uint32_t i = index->calls[view->index]; i != RH_NO_ENTRY; i = index->next_of_call[i]) {
        paint_entry(&p, &index->journal->entries[i]);
        last = i;
    }
    if (!view->closed && last != RH_NO_ENTRY) {
        rh_entry open = {.kind = RH_ENTRY_CALL_LEFT_OPEN, .time = view->end};
        paint_entry(&p, &open);
    }
    for (uint32_t i = 0; i < rh_call_view_count(view); i++) {
        const rh_call_attempt *attempt = rh_call_view_attempt(view, i);
        if (attempt->answered_late)
            paint_late(layout, attempt->end, attempt->late_at);
    }
    rh_layout_cuts(layout);
}

/* ---- putting it together --------------------------------------------------------------------- */

static void attempt_row(const rh_layout *layout, const rh_index *index, const rh_call_view *view,
                        const rh_call_attempt *attempt, bool is_last)
{
    rh_canvas *canvas = layout->canvas;
    look how = look_of_attempt(attempt);
    rh_notes notes = rh_notes_begin(layout);
    size_t digits = 1;
    for (uint32_t rest = view->attempts; rest >= 10; rest /= 10)
        digits++;
    size_t sign = layout->label + digits + 1;

    rh_layout_clock(layout, attempt->started);
    rh_layout_took(layout, RH_INK_DIM,
                   (attempt->ended ? attempt->end : view->end) - attempt->started);
    rh_canvas_put_right(canvas, layout->label + digits, RH_INK_DIM,
                        rh_format(notes.arena, "%d", attempt->number));
    rh_canvas_glyph(canvas, sign, how.ink, how.sign);
    rh_notes_of_attempt(&notes, index, attempt);
    if (is_last)
        rh_notes_of_call(&notes, view);
    rh_notes_put(&notes, sign + 2, sign + 2);
}

static void left_out_attempts(const rh_layout *layout, uint32_t count)
{
    rh_canvas *canvas = layout->canvas;
    rh_text text = rh_text_in(canvas->text->arena);
    rh_text_printf(&text, "%s ", rh_canvas_glyph_text(canvas, RH_GLYPH_ELLIPSIS));
    rh_words_count(&text, count, "more attempt");
    rh_canvas_put(canvas, layout->label, canvas->width, RH_INK_DIM, rh_text_string(&text));
    rh_canvas_newline(canvas);
}

static void attempt_rows(const rh_layout *layout, const rh_index *index, const rh_call_view *view)
{
    uint32_t count = rh_call_view_count(view);
    for (uint32_t i = 0; i < count; i++) {
        if (i == RH_FIRST_ATTEMPTS && view->attempts > count)
            left_out_attempts(layout, view->attempts - count);
        attempt_row(layout, index, view, rh_call_view_attempt(view, i), i + 1 == count);
    }
}

void rh_call_rows(const rh_layout *layout, const rh_index *index, const rh_call_view *view)
{
    rh_canvas *canvas = layout->canvas;
    look how = look_of_call(view);
    rh_layout_clock(layout, view->call->scheduled);
    rh_layout_took(layout, RH_INK_PLAIN, view->end - view->call->scheduled);
    rh_canvas_glyph(canvas, layout->sign, how.ink, how.sign);
    rh_canvas_put_middle(canvas, layout->label, layout->bar - 1, RH_INK_PLAIN,
                         label_of(canvas, view));
    paint(layout, index, view);
    if (view->attempts > 1) {
        rh_canvas_newline(canvas);
        attempt_rows(layout, index, view);
        return;
    }
    rh_notes notes = rh_notes_begin(layout);
    if (view->attempts == 1)
        rh_notes_of_attempt(&notes, index, rh_call_view_attempt(view, 0));
    rh_notes_of_call(&notes, view);
    if (notes.count == 0) {
        rh_canvas_newline(canvas);
    } else if (!rh_notes_put_beside_bar(&notes, view->call->scheduled, view->end)) {
        rh_canvas_newline(canvas);
        rh_notes_put(&notes, layout->label + 2, layout->label + 2);
    }
}
