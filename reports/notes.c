#include "reports/notes.h"

#include <inttypes.h>

#include "reports/words.h"

rh_notes rh_notes_begin(const rh_layout *layout)
{
    return (rh_notes){.layout = layout, .arena = layout->canvas->text->arena};
}

static void add(rh_notes *n, rh_ink ink, const char *text)
{
    if (n->count < RH_NOTES && *text) {
        n->notes[n->count].ink = ink;
        n->notes[n->count++].text = text;
    }
}

/* "back-off 1 s", "result came 7:00 later, dropped" */
static void add_span(rh_notes *n, rh_ink ink, const char *before, rh_duration span,
                     const char *after)
{
    rh_text text = rh_text_in(n->arena);
    rh_text_puts(&text, before);
    rh_words_span(&text, span);
    rh_text_puts(&text, after);
    add(n, ink, rh_text_string(&text));
}

static void add_failure(rh_notes *n, const rh_failure *failure)
{
    rh_text text = rh_text_in(n->arena);
    rh_words_failure(&text, failure);
    add(n, RH_INK_BAD, rh_text_string(&text));
}

/* ---- of an attempt --------------------------------------------------------------------------- */

static void add_heartbeats(rh_notes *n, const rh_call_attempt *attempt)
{
    if (!attempt->heartbeats)
        return;
    rh_text text = rh_text_in(n->arena);
    rh_words_count(&text, attempt->heartbeats, "heartbeat");
    if (attempt->how != RH_ENTRY_ATTEMPT_COMPLETED)
        rh_text_printf(&text, "%s at %s", attempt->heartbeats > 1 ? ", last" : "",
                       rh_layout_clock_text(n->layout, attempt->last_heartbeat));
    add(n, RH_INK_DIM, rh_text_string(&text));
}

/* Effects need words only where they surprise: of an attempt that failed, or done before. */
static void add_effects(rh_notes *n, const rh_call_attempt *attempt)
{
    bool failed = attempt->how != RH_ENTRY_ATTEMPT_COMPLETED;
    const char *sign = rh_canvas_glyph_text(n->layout->canvas, RH_GLYPH_EFFECT);
    const rh_entry *effect = attempt->effect;
    if (attempt->effects_skipped)
        add(n, RH_INK_NOTE, "effect kept from happening again");
    if (!effect || (!failed && !attempt->effect_repeated))
        return;
    rh_text text = rh_text_in(n->arena);
    rh_text_printf(&text, "%s %s %s%s", sign, effect->name ? effect->name->text : "",
                   effect->text ? effect->text : "", effect->text ? " " : "");
    if (attempt->effect_repeated)
        rh_text_printf(&text, "done %" PRIu64 " times", effect->number);
    else
        rh_text_puts(&text, "happened all the same");
    add(n, attempt->effect_repeated ? RH_INK_BAD : RH_INK_WARN, rh_text_string(&text));
}

void rh_notes_of_attempt(rh_notes *n, const rh_index *index, const rh_call_attempt *attempt)
{
    const char *host = attempt->host ? attempt->host : "its host";
    if (attempt->ended && attempt->how == RH_ENTRY_CALL_LEFT_OPEN)
        add(n, RH_INK_WARN, "left running");
    else if (attempt->ended && attempt->how == RH_ENTRY_ATTEMPT_CANCELED)
        add(n, RH_INK_WARN, "canceled");
    else if (attempt->ended && attempt->failure)
        add_failure(n, attempt->failure);
    if (attempt->fault)
        add(n, RH_INK_NOTE, rh_format(n->arena, "fault %s", attempt->fault));
    add_effects(n, attempt);
    add_heartbeats(n, attempt);
    if (attempt->lost)
        add(n, RH_INK_BAD,
            rh_format(n->arena, "%s lost at %s", host,
                      rh_layout_clock_text(n->layout, attempt->lost_at)));
    else if (index->many_hosts && attempt->host)
        add(n, RH_INK_DIM, rh_format(n->arena, "on %s", host));
    if (attempt->answered_late)
        add_span(n, RH_INK_WARN,
                 rh_format(n->arena, "%s came ",
                           attempt->late_answer ? attempt->late_answer : "answer"),
                 attempt->late_at - attempt->end, " later, dropped");
    if (attempt->backed_off)
        add_span(n, RH_INK_DIM, "back-off ", attempt->back_off, "");
}

/* ---- of a call ------------------------------------------------------------------------------- */

/* Whether the call's failure says something that its last attempt's has not said. A timeout only
 * gains details and a cause when it becomes the call's. */
static bool says_more(const rh_failure *failure, const rh_call_attempt *last)
{
    if (!last || !last->failure)
        return true;
    if (failure->kind == RH_FAILURE_TIMEOUT && last->failure->kind == RH_FAILURE_TIMEOUT)
        return failure->timeout_type != last->failure->timeout_type;
    return failure != last->failure;
}

void rh_notes_of_call(rh_notes *n, const rh_call_view *view)
{
    const rh_entry *closed = view->closed;
    uint32_t kept = rh_call_view_count(view);
    const rh_call_attempt *last = kept ? rh_call_view_attempt(view, kept - 1) : NULL;
    if (last && last->started > view->call->scheduled && view->attempts == 1)
        add_span(n, RH_INK_DIM, "waited ", last->started - view->call->scheduled, " for a host");
    if (view->cancel_requested)
        add(n, RH_INK_WARN,
            rh_format(n->arena, "cancel requested at %s",
                      rh_layout_clock_text(n->layout, view->cancel_requested->time)));
    if (!closed)
        add(n, RH_INK_WARN, "still open when the journal ends");
    else if (closed->kind == RH_ENTRY_ACTIVITY_CANCELED && !closed->number)
        add(n, RH_INK_WARN, kept ? "canceled in its back-off" : "canceled before it started");
    else if (closed->kind == RH_ENTRY_CALL_LEFT_OPEN && !(last && last->end == closed->time))
        add(n, RH_INK_WARN, rh_format(n->arena, "left %s", closed->text ? closed->text : "open"));
    else if (closed->failure && says_more(closed->failure, last))
        add_failure(n, closed->failure);
    if (closed &&
        (closed->kind == RH_ENTRY_ACTIVITY_FAILED || closed->kind == RH_ENTRY_ACTIVITY_TIMED_OUT))
        add(n, RH_INK_BAD, rh_words_retry_state((rh_retry_state)closed->code));
}

/* ---- writing --------------------------------------------------------------------------------- */

void rh_notes_put(const rh_notes *n, size_t column, size_t indent)
{
    rh_flow flow = rh_flow_begin(n->layout, column, indent);
    for (size_t i = 0; i < n->count; i++)
        rh_flow_note(&flow, n->notes[i].ink, n->notes[i].text);
    rh_flow_end(&flow);
}

bool rh_notes_put_beside_bar(const rh_notes *n, rh_time from, rh_time to)
{
    const rh_layout *layout = n->layout;
    size_t columns = 0, bar = rh_layout_bar_end(layout, from, from);
    size_t at = rh_layout_bar_end(layout, from, to) + 2;
    for (size_t i = 0; i < n->count; i++)
        columns += rh_canvas_columns(n->notes[i].text) + (i ? 3 : 0);
    if (at + columns > layout->canvas->width) {
        if (layout->bar + columns + 1 > bar)
            return false;
        at = bar - 1 - columns;
    }
    rh_notes_put(n, at, at);
    return true;
}
