#include "reports/timeline.h"

#include "reports/effects.h"
#include "reports/job_rows.h"
#include "reports/run_rows.h"
#include "reports/words.h"

enum {
    DEFAULT_WIDTH = 80,
    LEAST_WIDTH = 60,
    DEFAULT_LINES = 400,
    BRIEF_LINES = 30,
    LINES_OF_A_RUN = 20, /* with fewer, a run is not worth showing */
    MOST_ROWS = 12       /* of a table below the runs */
};

typedef struct timeline {
    rh_canvas canvas;
    rh_arena *arena;
    const rh_journal *journal;
    rh_index index;
    size_t lines;
    bool brief;
    int64_t wall_ns;
} timeline;

/* ---- runs ------------------------------------------------------------------------------------ */

/* Shows up to `room` runs: those that did not succeed first, then the others, in order. */
static bool *choose_runs(const timeline *t, size_t room)
{
    const rh_journal *journal = t->journal;
    bool *shown = RH_NEW_ARRAY(t->arena, bool, journal->run_count);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < journal->run_count && room > 0; i++) {
            bool succeeded = journal->runs[i]->status == RH_RUN_SUCCEEDED;
            if (shown[i] || succeeded != (pass == 1))
                continue;
            shown[i] = true;
            room--;
        }
    }
    return shown;
}

static void dim_line(timeline *t, const char *text)
{
    rh_canvas_put(&t->canvas, 0, t->canvas.width, RH_INK_DIM, text);
    rh_canvas_newline(&t->canvas);
}

static size_t left_out_runs(timeline *t, const bool *shown, size_t i)
{
    uint64_t count = 0, failed = 0;
    for (; i < t->journal->run_count && !shown[i]; i++) {
        count++;
        failed += t->journal->runs[i]->status != RH_RUN_SUCCEEDED;
    }
    rh_text text = rh_text_in(t->arena);
    rh_text_printf(&text, "%s ", rh_canvas_glyph_text(&t->canvas, RH_GLYPH_ELLIPSIS));
    rh_words_count(&text, count, "more run");
    if (failed) {
        rh_text_puts(&text, ", ");
        rh_words_number(&text, failed);
        rh_text_puts(&text, " of them not successful");
    }
    dim_line(t, rh_text_string(&text));
    return i;
}

static void runs(timeline *t)
{
    size_t count = t->journal->run_count;
    size_t most = t->lines / LINES_OF_A_RUN;
    size_t room = count < most ? count : most;
    const bool *shown = choose_runs(t, room);
    for (size_t i = 0; i < count;) {
        if (i > 0)
            rh_canvas_newline(&t->canvas);
        if (shown[i] && rh_job_tree_is_of(t->journal, (uint32_t)i))
            rh_job_rows(&t->canvas, t->journal, (uint32_t)i++, t->brief);
        else if (shown[i])
            rh_run_rows(&t->canvas, &t->index, (uint32_t)i++, t->lines / room);
        else
            i = left_out_runs(t, shown, i);
    }
}

/* ---- below the runs -------------------------------------------------------------------------- */

static void heading(timeline *t, const char *text)
{
    rh_canvas_newline(&t->canvas);
    rh_canvas_put(&t->canvas, 0, t->canvas.width, RH_INK_BOLD, text);
    rh_canvas_newline(&t->canvas);
}

static void left_out_rows(timeline *t, size_t count, const char *noun)
{
    rh_text text = rh_text_in(t->arena);
    rh_text_printf(&text, " %s ", rh_canvas_glyph_text(&t->canvas, RH_GLYPH_ELLIPSIS));
    rh_words_count(&text, count, noun);
    dim_line(t, rh_text_string(&text));
}

/* Where the columns of the table of effects begin. */
typedef struct effect_columns {
    size_t key, times_end;
} effect_columns;

static effect_columns measure_effects(const timeline *t, const rh_effect_table *table)
{
    size_t kind = 4, key = 0, width = t->canvas.width;
    for (size_t i = 0; i < table->count; i++) {
        const rh_effect_row *row = &table->rows[i];
        size_t kind_columns = row->kind ? rh_canvas_columns(row->kind->text) : 0;
        size_t key_columns = row->key ? rh_canvas_columns(row->key) : 0;
        kind = kind_columns > kind ? kind_columns : kind;
        key = key_columns > key ? key_columns : key;
    }
    effect_columns columns = {.key = 3 + (kind < width / 3 ? kind : width / 3) + 2};
    size_t most = width - columns.key - 20;
    columns.times_end = columns.key + (key < most ? key : most) + 9;
    return columns;
}

static void effect_row(timeline *t, const rh_effect_row *row, const effect_columns *columns)
{
    rh_canvas *canvas = &t->canvas;
    rh_ink ink = row->times > 1 || row->tainted ? RH_INK_BAD : RH_INK_PLAIN;
    rh_text times = rh_text_in(t->arena);
    rh_words_number(&times, row->times);
    rh_text_printf(&times, " %s", rh_canvas_glyph_text(canvas, RH_GLYPH_TIMES));
    rh_canvas_glyph(canvas, 1, ink == RH_INK_BAD ? ink : RH_INK_NOTE, RH_GLYPH_EFFECT);
    rh_canvas_put_middle(canvas, 3, columns->key - 2, ink, row->kind ? row->kind->text : "");
    rh_canvas_put_middle(canvas, columns->key, columns->times_end - 9, ink,
                         row->key ? row->key : "");
    rh_canvas_put_right(canvas, columns->times_end, ink, rh_text_string(&times));
    if (row->times > 1)
        rh_canvas_put(canvas, columns->times_end + 2, canvas->width, RH_INK_BAD, "DUPLICATE");
    else if (row->tainted)
        rh_canvas_put(canvas, columns->times_end + 2, canvas->width, RH_INK_BAD, "TAINTED");
    else if (row->skipped)
        rh_canvas_put(canvas, columns->times_end + 2, canvas->width, RH_INK_DIM,
                      rh_format(t->arena, "%ju kept", (uintmax_t)row->skipped));
    rh_canvas_newline(canvas);
}

/* All effects, the repeated ones first where there are too many; in brief only those. */
static void effects(timeline *t)
{
    rh_effect_table table;
    size_t shown = 0, repeated = 0;
    rh_effect_table_build(&table, t->arena, t->journal);
    for (size_t i = 0; i < table.count; i++)
        repeated += table.rows[i].times > 1;
    size_t most = t->brief ? 3 : MOST_ROWS;
    if (table.count == 0 || (t->brief && !repeated))
        return;
    heading(t, "effects");
    effect_columns columns = measure_effects(t, &table);
    bool repeated_first = t->brief || table.count > most;
    for (int pass = 0; pass < (t->brief ? 1 : 2); pass++) {
        for (size_t i = 0; i < table.count && shown < most; i++) {
            bool first = !repeated_first || table.rows[i].times > 1;
            if (first != (pass == 0))
                continue;
            effect_row(t, &table.rows[i], &columns);
            shown++;
        }
    }
    if (shown < table.count && !t->brief)
        left_out_rows(t, table.count - shown, "more effect");
}

static const char *warning_text(const timeline *t, const rh_entry *entry)
{
    if (entry->kind == RH_ENTRY_SIGNAL_UNHANDLED)
        return rh_format(t->arena, "signal %s was never received",
                         entry->name ? entry->name->text : "");
    return entry->text ? entry->text : "";
}

static void warnings(timeline *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->journal->count; i++) {
        const rh_entry *entry = &t->journal->entries[i];
        if (entry->kind != RH_ENTRY_WARNING && entry->kind != RH_ENTRY_SIGNAL_UNHANDLED)
            continue;
        if (count++ >= MOST_ROWS)
            continue;
        if (count == 1)
            heading(t, "warnings");
        rh_canvas_glyph(&t->canvas, 1, RH_INK_WARN, RH_GLYPH_WARNING);
        rh_canvas_wrap(&t->canvas, 3, 3, RH_INK_PLAIN, warning_text(t, entry));
    }
    if (count > MOST_ROWS)
        left_out_rows(t, count - MOST_ROWS, "more warning");
}

/* What stopped the world without belonging to a run. */
static void errors(timeline *t)
{
    const rh_index *index = &t->index;
    bool begun = false;
    for (uint32_t i = index->runs[t->journal->run_count]; i != RH_NO_ENTRY;
         i = index->next_of_run[i]) {
        const rh_entry *entry = &t->journal->entries[i];
        if (entry->kind != RH_ENTRY_TEST_ERROR)
            continue;
        if (!begun)
            heading(t, "the rehearsal cannot go on");
        begun = true;
        rh_canvas_glyph(&t->canvas, 1, RH_INK_BAD, RH_GLYPH_BAD);
        rh_canvas_wrap(&t->canvas, 3, 6, RH_INK_BAD, entry->text ? entry->text : "");
    }
}

static void signature(timeline *t)
{
    rh_text text = rh_text_in(t->arena);
    rh_words_span(&text, t->journal->end - t->journal->start);
    rh_text_puts(&text, " virtual");
    if (t->wall_ns > 0) {
        rh_text wall = rh_text_in(t->arena);
        rh_words_span(&wall, t->wall_ns);
        const char *span = rh_text_string(&wall);
        const char *micro = strstr(span, " us");
        rh_text_printf(&text, " in %.*s%s", (int)(micro ? micro - span : (long)strlen(span)), span,
                       !micro            ? ""
                       : t->canvas.ascii ? " us"
                                         : " \u00b5s");
    }
    rh_text_puts(&text, ", ");
    rh_words_count(&text, t->index.attempts, "attempt");
    rh_text_puts(&text, ", ");
    rh_words_count(&text, t->index.effects, "effect");
    if (t->journal->run_count > 1) {
        rh_text_puts(&text, ", ");
        rh_words_count(&text, t->journal->run_count, "run");
    }
    rh_canvas_newline(&t->canvas);
    rh_canvas_put(&t->canvas, 0, t->canvas.width, RH_INK_BOLD, rh_text_string(&text));
    rh_canvas_newline(&t->canvas);
}

/* ---- the two reports ------------------------------------------------------------------------- */

static void begin(timeline *t, rh_text *text, const rh_journal *journal)
{
    t->arena = text->arena;
    t->journal = journal;
    rh_index_build(&t->index, t->arena, journal);
}

void rh_report_timeline(rh_text *text, const rh_journal *journal,
                        const rh_timeline_options *options)
{
    rh_timeline_options o = options ? *options : (rh_timeline_options){.wall_ns = -1};
    timeline t = {.lines = o.lines ? o.lines : DEFAULT_LINES, .wall_ns = o.wall_ns};
    uint32_t width = o.width ? o.width : DEFAULT_WIDTH;
    if (t.lines < LINES_OF_A_RUN)
        t.lines = LINES_OF_A_RUN;
    begin(&t, text, journal);
    rh_canvas_init(&t.canvas, text, width < LEAST_WIDTH ? LEAST_WIDTH : width, o.color, o.ascii);
    runs(&t);
    errors(&t);
    effects(&t);
    warnings(&t);
    signature(&t);
}

/* Copies text line by line, without those in the middle if there are too many. */
static void write_elided(rh_text *text, const rh_text *full, size_t most)
{
    size_t lines = 0, line = 0;
    for (size_t i = 0; i < full->length; i++)
        lines += full->data[i] == '\n';
    if (lines <= most) {
        rh_text_add(text, full->data, full->length);
        return;
    }
    size_t head = most / 2, tail = most - head - 1, begin = 0;
    for (size_t i = 0; i < full->length; i++) {
        if (full->data[i] != '\n')
            continue;
        if (line < head || line >= lines - tail)
            rh_text_add(text, full->data + begin, i + 1 - begin);
        else if (line == head)
            rh_text_printf(text, "   \u2026 %zu lines left out\n", lines - head - tail);
        begin = i + 1;
        line++;
    }
}

void rh_report_timeline_brief(rh_text *text, const rh_journal *journal)
{
    rh_text full = rh_text_in(text->arena);
    timeline t = {.lines = LINES_OF_A_RUN, .brief = true, .wall_ns = -1};
    begin(&t, &full, journal);
    rh_canvas_init(&t.canvas, &full, DEFAULT_WIDTH, false, false);
    runs(&t);
    errors(&t);
    effects(&t);
    signature(&t);
    write_elided(text, &full, BRIEF_LINES);
}
