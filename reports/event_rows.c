#include "reports/event_rows.h"

#include "reports/words.h"
#include "sim/base/json.h"

enum { MOST_WAITING = 12, MOST_LINES = 3 };

typedef struct rows {
    const rh_layout *layout;
    const rh_index *index;
    rh_canvas *canvas;
    rh_arena *arena;
    const rh_run_record *run;
    uint32_t number; /* of the run */
} rows;

rh_glyph rh_event_run_sign(const rh_run_record *run, rh_ink *ink)
{
    static const struct {
        rh_glyph glyph;
        rh_ink ink;
    } signs[] = {
        [RH_RUN_RUNNING] = {RH_GLYPH_OPEN, RH_INK_WARN},
        [RH_RUN_SUCCEEDED] = {RH_GLYPH_GOOD, RH_INK_GOOD},
        [RH_RUN_FAILED] = {RH_GLYPH_BAD, RH_INK_BAD},
        [RH_RUN_CANCELED] = {RH_GLYPH_CANCELED, RH_INK_WARN},
        [RH_RUN_TERMINATED] = {RH_GLYPH_BAD, RH_INK_BAD},
        [RH_RUN_TIMED_OUT] = {RH_GLYPH_TIMEOUT, RH_INK_BAD},
        [RH_RUN_CONTINUED_AS_NEW] = {RH_GLYPH_GOOD, RH_INK_NOTE},
        [RH_RUN_STUCK] = {RH_GLYPH_STUCK, RH_INK_BAD},
    };
    *ink = signs[run->status].ink;
    return signs[run->status].glyph;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static const char *join(const rows *r, const char *first, const char *between, const char *second)
{
    return second && *second ? rh_format(r->arena, "%s%s%s", first, between, second) : first;
}

static const char *with_value(const rows *r, const char *before, const rh_value *value)
{
    rh_text text = rh_text_in(r->arena);
    rh_text_puts(&text, before);
    if (value) {
        rh_text_putc(&text, ' ');
        rh_json_write(&text, value, RH_JSON_COMPACT);
    }
    return rh_text_string(&text);
}

static const char *with_failure(const rows *r, const char *before, const rh_failure *failure)
{
    rh_text text = rh_text_in(r->arena);
    rh_text_printf(&text, "%s: ", before);
    rh_words_failure(&text, failure);
    return rh_text_string(&text);
}

static void row(const rows *r, const rh_entry *entry, rh_glyph sign, rh_ink ink, const char *text)
{
    rh_layout_clock(r->layout, entry->time);
    rh_canvas_glyph(r->canvas, r->layout->sign, ink, sign);
    rh_canvas_wrap(r->canvas, r->layout->label, MOST_LINES, ink == RH_INK_GOOD ? RH_INK_PLAIN : ink,
                   text);
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* Whether the reason says already what a coroutine waits for. */
static bool is_told(const char *reason, const rh_entry *waiting)
{
    return reason && waiting->text && strstr(reason, waiting->text) != NULL;
}

/* Why the run cannot go on, and what each of its coroutines waits for. */
static void stuck_rows(const rows *r, const rh_entry *entry)
{
    size_t count = 0;
    row(r, entry, RH_GLYPH_STUCK, RH_INK_BAD, join(r, "stuck", ": ", entry->text));
    for (uint32_t i = r->index->runs[r->number]; i != RH_NO_ENTRY; i = r->index->next_of_run[i]) {
        const rh_entry *waiting = &r->index->journal->entries[i];
        if (waiting->kind != RH_ENTRY_WAITING || is_told(entry->text, waiting))
            continue;
        if (count++ >= MOST_WAITING)
            continue;
        size_t column = rh_canvas_put(r->canvas, r->layout->label, r->canvas->width, RH_INK_BOLD,
                                      waiting->name ? waiting->name->text : "");
        rh_canvas_wrap(r->canvas, column + 1, 2, RH_INK_PLAIN,
                       join(r, "waits for", " ", waiting->text));
    }
    if (count > MOST_WAITING) {
        rh_text text = rh_text_in(r->arena);
        rh_text_puts(&text, "and ");
        rh_words_count(&text, count - MOST_WAITING, "more coroutine");
        rh_canvas_put(r->canvas, r->layout->label, r->canvas->width, RH_INK_DIM,
                      rh_text_string(&text));
        rh_canvas_newline(r->canvas);
    }
}

/* How the run closed, and whether another one follows. */
static void close_rows(const rows *r, const rh_entry *entry)
{
    rh_ink ink;
    rh_glyph sign = rh_event_run_sign(r->run, &ink);
    const char *word = rh_run_status_name((rh_run_status)r->run->status);
    if (entry->failure)
        row(r, entry, sign, ink, with_failure(r, word, entry->failure));
    else if (entry->kind == RH_ENTRY_RUN_TERMINATED)
        row(r, entry, sign, ink, join(r, word, ": ", entry->text));
    else
        row(r, entry, sign, ink, with_value(r, word, entry->value));
    if (r->run->next == RH_NO_RUN)
        return;
    const rh_run_record *next = r->index->journal->runs[r->run->next];
    rh_text again = rh_text_in(r->arena);
    if (next->initiator == RH_INITIATOR_WORKFLOW)
        rh_text_puts(&again, "goes on as a new run");
    else if (next->initiator == RH_INITIATOR_CRON_SCHEDULE)
        rh_text_printf(&again, "runs again by its schedule, %s", next->cron);
    else
        rh_text_printf(&again, "tried again as attempt %d", next->attempt);
    if (next->first_task_backoff) {
        rh_text_puts(&again, ", in ");
        rh_words_span(&again, next->first_task_backoff);
    }
    row(r, entry, RH_GLYPH_LOG, RH_INK_NOTE, rh_text_string(&again));
}

/* ---- what happens in between ----------------------------------------------------------------- */

/* Events that are told by a word and their text. */
static const struct plain {
    rh_entry_kind kind;
    rh_glyph sign;
    rh_ink ink;
    const char *word;
} plain[] = {
    {RH_ENTRY_HOST_LOST, RH_GLYPH_HOST, RH_INK_BAD, "host lost"},
    {RH_ENTRY_HOST_STOPPED, RH_GLYPH_HOST, RH_INK_BAD, "host told to stop"},
    {RH_ENTRY_HOST_DRAINED, RH_GLYPH_HOST, RH_INK_WARN, "host drained"},
    {RH_ENTRY_HOST_RESTARTED, RH_GLYPH_HOST, RH_INK_NOTE, "host restarted"},
    {RH_ENTRY_RUN_CANCEL_REQUESTED, RH_GLYPH_SIGNAL, RH_INK_WARN, "cancel requested"},
    {RH_ENTRY_START_REFUSED, RH_GLYPH_SIGNAL, RH_INK_WARN, "another start is refused"},
    {RH_ENTRY_CRASHED, RH_GLYPH_BAD, RH_INK_BAD, "crashed"},
    {RH_ENTRY_TEST_ERROR, RH_GLYPH_STUCK, RH_INK_BAD, "the rehearsal cannot go on"},
};

/* What the run asked another one. */
static void request_row(const rows *r, const rh_entry *entry, const char *what, bool failed)
{
    row(r, entry, RH_GLYPH_SIGNAL, failed ? RH_INK_BAD : RH_INK_NOTE,
        rh_format(r->arena, "%s to %s%s", what, entry->text,
                  failed ? ": no such run is open" : ""));
}

static const char *outage_words(const rows *r, const rh_entry *entry)
{
    rh_text text = rh_text_in(r->arena);
    rh_words_outage(&text, entry);
    return rh_text_string(&text);
}

static const char *timeout_words(const rows *r, const rh_entry *entry)
{
    rh_text text = rh_text_in(r->arena);
    rh_text_puts(&text, "workflow task timed out after ");
    rh_words_span(&text, entry->span);
    return rh_text_string(&text);
}

static void other_row(const rows *r, const rh_entry *entry)
{
    const char *name = entry->name ? entry->name->text : "";
    const char *text = entry->text ? entry->text : "";
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (plain[i].kind == entry->kind) {
            row(r, entry, plain[i].sign, plain[i].ink, join(r, plain[i].word, ": ", text));
            return;
        }
    }
    if (entry->kind == RH_ENTRY_OUTAGE || entry->kind == RH_ENTRY_OUTAGE_OVER)
        row(r, entry, RH_GLYPH_HOST, entry->kind == RH_ENTRY_OUTAGE ? RH_INK_BAD : RH_INK_NOTE,
            outage_words(r, entry));
    else if (entry->kind == RH_ENTRY_SIGNALED)
        row(r, entry, RH_GLYPH_SIGNAL, RH_INK_NOTE,
            with_value(r, join(r, "signal", " ", name), entry->value));
    else if (entry->kind == RH_ENTRY_SIGNAL_DELIVERED || entry->kind == RH_ENTRY_SIGNAL_FAILED)
        request_row(r, entry, join(r, "signal", " ", name), entry->kind == RH_ENTRY_SIGNAL_FAILED);
    else if (entry->kind == RH_ENTRY_CANCEL_DELIVERED || entry->kind == RH_ENTRY_CANCEL_FAILED)
        request_row(r, entry, "cancel", entry->kind == RH_ENTRY_CANCEL_FAILED);
    else if (entry->kind == RH_ENTRY_SIGNAL_UNHANDLED)
        row(r, entry, RH_GLYPH_WARNING, RH_INK_WARN,
            rh_format(r->arena, "signal %s was never received", name));
    else if (entry->kind == RH_ENTRY_TASK_FAILED)
        row(r, entry, RH_GLYPH_BAD, RH_INK_BAD,
            join(r, join(r, "workflow task failed", ": ", name), ": ",
                 strcmp(name, text) != 0 ? text : ""));
    else if (entry->kind == RH_ENTRY_TASK_TIMED_OUT)
        row(r, entry, RH_GLYPH_BAD, RH_INK_WARN, timeout_words(r, entry));
    else if (entry->kind == RH_ENTRY_WARNING)
        row(r, entry, RH_GLYPH_WARNING, RH_INK_WARN, text);
    else
        row(r, entry, RH_GLYPH_LOG, RH_INK_DIM, text);
}

static void backoff_row(const rows *r, const rh_entry *entry)
{
    rh_text text = rh_text_in(r->arena);
    rh_text_puts(&text, "first task after a back-off of ");
    rh_words_span(&text, entry->span);
    row(r, entry, RH_GLYPH_LOG, RH_INK_DIM, rh_text_string(&text));
}

void rh_event_rows(const rh_layout *layout, const rh_index *index, uint32_t run,
                   const rh_entry *entry)
{
    rows r = {.layout = layout,
              .index = index,
              .canvas = layout->canvas,
              .arena = layout->canvas->text->arena,
              .run = index->journal->runs[run],
              .number = run};
    switch (entry->kind) {
    case RH_ENTRY_RUN_STARTED:
        backoff_row(&r, entry);
        return;
    case RH_ENTRY_RUN_STUCK:
        stuck_rows(&r, entry);
        return;
    case RH_ENTRY_RUN_COMPLETED:
    case RH_ENTRY_RUN_FAILED:
    case RH_ENTRY_RUN_CANCELED:
    case RH_ENTRY_RUN_TERMINATED:
    case RH_ENTRY_RUN_TIMED_OUT:
    case RH_ENTRY_RUN_CONTINUED:
        close_rows(&r, entry);
        return;
    default:
        other_row(&r, entry);
    }
}
