#include "reports/job_rows.h"

#include <string.h>

#include "harness/job_cost.h"
#include "harness/rerun.h"
#include "reports/layout.h"
#include "reports/words.h"
#include "sim/actions/price.h"

enum { MOST_REMARKS = 12, REASON_LINES = 5 };

typedef struct rows {
    rh_canvas *canvas;
    rh_arena *arena;
    rh_job_tree tree;
    rh_layout layout;
    bool brief;
} rows;

/* How something ended, as a sign, an ink and a bar. */
typedef struct look {
    rh_glyph sign;
    rh_ink ink;
    rh_glyph bar;
} look;

/* A command, an attempt, or what was lost with its host. */
static look look_of_end(rh_entry_kind how)
{
    switch (how) {
    case RH_ENTRY_ATTEMPT_COMPLETED:
        return (look){RH_GLYPH_GOOD, RH_INK_GOOD, RH_GLYPH_BAR};
    case RH_ENTRY_ATTEMPT_FAILED:
    case RH_ENTRY_ATTEMPT_LOST:
        return (look){RH_GLYPH_BAD, RH_INK_BAD, RH_GLYPH_BAR_BAD};
    case RH_ENTRY_ATTEMPT_TIMED_OUT:
        return (look){RH_GLYPH_TIMEOUT, RH_INK_BAD, RH_GLYPH_BAR_BAD};
    default:
        return (look){RH_GLYPH_CANCELED, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    }
}

static look look_of(const rh_job_node *node)
{
    if (!node->is_over)
        return (look){RH_GLYPH_OPEN, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    if (rh_job_node_is_masked(node))
        return (look){RH_GLYPH_BAD, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    switch ((rh_conclusion)node->outcome) {
    case RH_CONCLUSION_SUCCESS:
        return (look){RH_GLYPH_GOOD, RH_INK_GOOD, RH_GLYPH_BAR};
    case RH_CONCLUSION_FAILURE:
        return (look){RH_GLYPH_BAD, RH_INK_BAD, RH_GLYPH_BAR_BAD};
    case RH_CONCLUSION_CANCELLED:
        return (look){RH_GLYPH_CANCELED, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    case RH_CONCLUSION_SKIPPED:
        return (look){RH_GLYPH_OPEN, RH_INK_DIM, RH_GLYPH_BAR_GONE};
    case RH_CONCLUSION_NONE:
        break;
    }
    return look_of_end(node->how);
}

/* ---- heading --------------------------------------------------------------------------------- */

static const char *ref_of(const rows *r)
{
    const rh_value *github = rh_get(r->tree.record->input, "github");
    int32_t attempt = rh_rerun_attempt(r->tree.record);
    return rh_format(r->arena, "%s %s%s", rh_text_of(rh_get(github, "event_name")),
                     rh_text_of(rh_get(github, "ref")),
                     attempt > 1 ? rh_format(r->arena, ", attempt %d", (int)attempt) : "");
}

static void heading(const rows *r)
{
    rh_canvas *canvas = r->canvas;
    const rh_run_record *run = r->tree.record;
    rh_conclusion conclusion = rh_job_tree_conclusion(&r->tree);
    const look verdict_look = look_of(&(rh_job_node){.outcome = (uint8_t)conclusion,
                                                     .conclusion = (uint8_t)conclusion,
                                                     .is_over = conclusion != RH_CONCLUSION_NONE});
    rh_time end = run->status == RH_RUN_RUNNING ? r->tree.journal->end : run->closed;
    rh_text verdict = rh_text_in(r->arena);
    rh_text_printf(&verdict, "%s %s %s ", rh_canvas_glyph_text(canvas, verdict_look.sign),
                   conclusion ? rh_conclusion_name(conclusion)
                              : rh_run_status_name((rh_run_status)run->status),
                   conclusion ? "after" : "for");
    rh_words_span(&verdict, end - run->started);
    const char *right = rh_text_string(&verdict);
    size_t room = canvas->width - rh_canvas_columns(right) - 2;
    size_t column = rh_canvas_put(canvas, 0, room, RH_INK_BOLD, run->workflow_type->text);
    rh_canvas_put(canvas, column + 2, room, RH_INK_PLAIN, ref_of(r));
    rh_canvas_put_right(canvas, canvas->width, verdict_look.ink, right);
    rh_canvas_newline(canvas);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static size_t depth_of(const rh_job_node *node)
{
    size_t depth = 0;
    for (; node->parent; node = node->parent)
        depth++;
    return depth;
}

/* One of several did not do what it should. Those of a job that began again on another host did. */
static bool has_failed_try(const rh_job_node *node)
{
    for (const rh_job_try *tried = node->tries; tried; tried = tried->next)
        if (tried->fault || !tried->is_over || tried->how != RH_ENTRY_ATTEMPT_COMPLETED)
            return true;
    return false;
}

/* Commands are shown if they tell something: they failed, were struck, or did something. */
static bool is_shown(const rows *r, const rh_job_node *node)
{
    bool is_plain = node->outcome == RH_CONCLUSION_SUCCESS && !rh_job_node_is_masked(node);
    if (r->brief && node->level != RH_CALL_JOB && is_plain)
        return false;
    if (node->level != RH_CALL_COMMAND)
        return true;
    if (has_failed_try(node))
        return true;
    return node->exit_status || node->failure || node->fault || node->effects || !node->is_over ||
           node->how != RH_ENTRY_ATTEMPT_COMPLETED;
}

static const char *label_of(const rows *r, const rh_job_node *node)
{
    rh_text text = rh_text_in(r->arena);
    rh_text_fill(&text, ' ', 2 * depth_of(node));
    rh_text_puts(&text, node->level == RH_CALL_COMMAND ? node->name : rh_job_node_title(node));
    if (node->level == RH_CALL_COMMAND && node->call->key)
        rh_text_printf(&text, " %s", node->call->key);
    if (node->effects)
        rh_text_printf(&text, " %s", rh_canvas_glyph_text(r->canvas, RH_GLYPH_EFFECT));
    return rh_text_string(&text);
}

static void put_place(rh_text *text, const rh_job_node *node)
{
    const char *file = node->call ? node->call->about.file : NULL;
    const char *slash = file ? strrchr(file, '/') : NULL;
    if (file && node->call->about.line)
        rh_text_printf(text, " (%s:%u)", slash ? slash + 1 : file, node->call->about.line);
}

static const char masked_words[] = "the run goes on: continue-on-error";

/* A sentence that goes on loses its full stop. */
static void add_part(rh_text *text, const char *sign, const char *part)
{
    bool is_sentence = text->length && text->data[text->length - 1] == '.';
    if (is_sentence)
        text->length--;
    rh_text_printf(text, "%s%s", text->length ? sign : "", part);
}

/* What stands below a row: why it was skipped, or how it failed; "" if there is nothing to say. */
static const char *detail_of(const rows *r, const rh_job_node *node)
{
    rh_text text = rh_text_in(r->arena);
    if (node->outcome == RH_CONCLUSION_SKIPPED) {
        rh_text_printf(&text, "skipped: %s", node->reason ? node->reason : "");
        return rh_text_string(&text);
    }
    bool has_tries = node->try_count > 1; /* which have said it */
    if (has_tries && rh_job_node_is_masked(node))
        return masked_words;
    if (has_tries)
        return "";
    if (node->fault)
        add_part(&text, "", node->fault);
    if (node->exit_status)
        add_part(&text, ": ", rh_format(r->arena, "exit %d", node->exit_status));
    if (node->failure && node->failure->message[0] && !node->first)
        add_part(&text, node->exit_status ? ", " : ": ", node->failure->message);
    else if (node->reason)
        add_part(&text, node->exit_status ? ", " : ": ", node->reason);
    if (rh_job_node_is_masked(node))
        add_part(&text, "; ", masked_words);
    if (text.length && node->level == RH_CALL_COMMAND)
        put_place(&text, node);
    return rh_text_string(&text);
}

/* ---- attempts, if there are several ---------------------------------------------------------- */

static rh_time end_of_try(const rows *r, const rh_job_try *tried)
{
    return tried->is_over ? tried->ended : r->tree.journal->end;
}

static look look_of_try(const rh_job_try *tried)
{
    if (!tried->is_over)
        return (look){RH_GLYPH_OPEN, RH_INK_WARN, RH_GLYPH_BAR_BAD};
    return look_of_end(tried->how);
}

static void notes_of_try(const rows *r, const rh_job_node *node, const rh_job_try *tried,
                         rh_flow *flow)
{
    if (tried->exit_status)
        rh_flow_note(flow, RH_INK_PLAIN, rh_format(r->arena, "exit %d", tried->exit_status));
    if (tried->failure && tried->failure->message[0])
        rh_flow_note(flow, RH_INK_PLAIN, tried->failure->message);
    if (tried->is_over && tried->how == RH_ENTRY_ATTEMPT_LOST)
        rh_flow_note(flow, RH_INK_PLAIN, "lost");
    if (tried->fault)
        rh_flow_note(flow, RH_INK_NOTE, rh_format(r->arena, "fault %s", tried->fault));
    if (node->level == RH_CALL_JOB && tried->host)
        rh_flow_note(flow, RH_INK_DIM, tried->host);
    if (tried->back_off) {
        rh_text span = rh_text_in(r->arena);
        rh_words_span(&span, tried->back_off);
        rh_flow_note(flow, RH_INK_DIM, rh_format(r->arena, "back-off %s", rh_text_string(&span)));
    }
}

static void try_row(const rows *r, const rh_job_node *node, const rh_job_try *tried)
{
    const rh_layout *layout = &r->layout;
    look shown = look_of_try(tried);
    size_t digits = 1;
    for (int32_t rest = node->last_try->number; rest >= 10; rest /= 10)
        digits++;
    size_t number = layout->label + 2 * depth_of(node) + digits;
    rh_flow flow = rh_flow_begin(layout, number + 3, number + 3);
    rh_layout_clock(layout, tried->started);
    rh_layout_took(layout, RH_INK_DIM, end_of_try(r, tried) - tried->started);
    rh_canvas_put_right(r->canvas, number, RH_INK_DIM, rh_format(r->arena, "%d", tried->number));
    rh_canvas_glyph(r->canvas, number + 1, shown.ink, shown.sign);
    notes_of_try(r, node, tried, &flow);
    rh_flow_end(&flow);
}

static void try_rows(const rows *r, const rh_job_node *node)
{
    if (node->try_count < 2 || !has_failed_try(node))
        return;
    for (const rh_job_try *tried = node->tries; tried; tried = tried->next)
        try_row(r, node, tried);
}

static void bars(const rows *r, const rh_job_node *node, const look *shown)
{
    const rh_layout *layout = &r->layout;
    bool is_job = node->level == RH_CALL_JOB;
    rh_time end = node->is_over ? node->ended : r->tree.journal->end;
    if (node->started > node->scheduled)
        rh_layout_bar(layout, node->scheduled, node->started, RH_INK_DIM, RH_GLYPH_BAR_WAIT);
    if (node->try_count < 2) {
        rh_layout_bar(layout, node->started, end, is_job ? shown->ink : RH_INK_DIM, shown->bar);
    } else {
        rh_layout_bar(layout, node->started, end, RH_INK_DIM, RH_GLYPH_BAR_BACK_OFF);
        for (const rh_job_try *tried = node->tries; tried; tried = tried->next)
            rh_layout_bar(layout, tried->started, end_of_try(r, tried),
                          is_job ? look_of_try(tried).ink : RH_INK_DIM, look_of_try(tried).bar);
    }
    rh_layout_cuts(layout);
}

static void row(const rows *r, const rh_job_node *node)
{
    const rh_layout *layout = &r->layout;
    rh_canvas *canvas = r->canvas;
    look shown = look_of(node);
    bool is_job = node->level == RH_CALL_JOB;
    bool is_skipped = node->outcome == RH_CONCLUSION_SKIPPED;
    rh_ink ink = is_skipped ? RH_INK_DIM : is_job ? RH_INK_BOLD : RH_INK_PLAIN;
    rh_time end = node->is_over ? node->ended : r->tree.journal->end;
    if (!is_skipped) {
        rh_layout_clock(layout, node->started);
        rh_layout_took(layout, RH_INK_PLAIN, end - node->started);
    }
    rh_canvas_glyph(canvas, layout->sign, shown.ink, shown.sign);
    size_t label_end = is_skipped || end == node->started ? canvas->width : layout->bar - 1;
    rh_canvas_put(canvas, layout->label, label_end, ink, label_of(r, node));
    if (!is_skipped && end > node->started)
        bars(r, node, &shown);
    rh_canvas_newline(canvas);
    const char *detail = detail_of(r, node);
    if (detail[0])
        rh_canvas_wrap(canvas, layout->label + 2 * depth_of(node) + 2, REASON_LINES,
                       is_skipped ? RH_INK_DIM : shown.ink, detail);
    if (!is_skipped)
        try_rows(r, node);
}

/* ---- below the rows -------------------------------------------------------------------------- */

static void title(const rows *r, const char *text)
{
    rh_canvas_newline(r->canvas);
    rh_canvas_put(r->canvas, 0, r->canvas->width, RH_INK_BOLD, text);
    rh_canvas_newline(r->canvas);
}

static const char *path_of(const rows *r, const rh_job_node *node)
{
    return node->call ? rh_call_path_text(r->arena, node->call) : node->name;
}

static void masked(const rows *r)
{
    bool any = false;
    for (const rh_job_node *node = r->tree.first; node; node = rh_job_node_after(node)) {
        if (!rh_job_node_is_masked(node))
            continue;
        if (!any)
            title(r, "failed, and the run does not show it");
        any = true;
        rh_canvas_glyph(r->canvas, 1, RH_INK_WARN, RH_GLYPH_BAD);
        rh_text text = rh_text_in(r->arena);
        rh_text_puts(&text, path_of(r, node));
        put_place(&text, node);
        rh_canvas_wrap(r->canvas, 3, REASON_LINES, RH_INK_PLAIN, rh_text_string(&text));
    }
}

static const char *remark_text(const rows *r, const rh_entry *entry)
{
    static const char *const modes[] = {"taken for empty", "", "chosen", "assumed"};
    if (entry->kind != RH_ENTRY_UNKNOWN)
        return entry->text ? entry->text : "";
    return rh_format(r->arena, "`%s` hangs on %s, which is not known: %s, so it is %s",
                     entry->text ? entry->text : "", entry->name ? entry->name->text : "a value",
                     modes[entry->number % 4], entry->code ? "true" : "false");
}

/* Annotations are what GitHub shows; the others are the rehearsal's own. */
static void remarks(const rows *r, bool of_github, const char *heading_text)
{
    size_t count = 0;
    for (const rh_job_remark *remark = r->tree.remarks; remark; remark = remark->next) {
        const rh_entry *entry = remark->entry;
        bool is_annotation = entry->kind == RH_ENTRY_ANNOTATION;
        if (is_annotation != of_github || entry->kind == RH_ENTRY_WARNING || ++count > MOST_REMARKS)
            continue;
        if (count == 1)
            title(r, heading_text);
        bool is_error = is_annotation && entry->name && !strcmp(entry->name->text, "error");
        rh_canvas_glyph(r->canvas, 1, is_error ? RH_INK_BAD : RH_INK_WARN,
                        is_error                       ? RH_GLYPH_BAD
                        : entry->kind == RH_ENTRY_NOTE ? RH_GLYPH_LOG
                                                       : RH_GLYPH_WARNING);
        rh_text text = rh_text_in(r->arena);
        if (remark->node)
            rh_text_printf(&text, "%s: ", path_of(r, remark->node));
        rh_text_puts(&text, remark_text(r, entry));
        rh_canvas_wrap(r->canvas, 3, REASON_LINES, RH_INK_PLAIN, rh_text_string(&text));
    }
    if (count > MOST_REMARKS) {
        rh_canvas_put(r->canvas, 1, r->canvas->width, RH_INK_DIM,
                      rh_format(r->arena, "%zu more", count - MOST_REMARKS));
        rh_canvas_newline(r->canvas);
    }
}

static bool is_of_outage(const rh_entry *entry)
{
    return entry->kind == RH_ENTRY_OUTAGE || entry->kind == RH_ENTRY_OUTAGE_OVER;
}

static void outages(const rows *r)
{
    const rh_journal *journal = r->tree.journal;
    bool any = false;
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        if (!is_of_outage(entry))
            continue;
        if (!any)
            title(r, "outages");
        any = true;
        rh_text text = rh_text_in(r->arena);
        rh_words_outage(&text, entry);
        rh_layout_clock(&r->layout, entry->time);
        rh_canvas_put(r->canvas, r->layout.clock_end + 2, r->canvas->width, RH_INK_PLAIN,
                      rh_text_string(&text));
        rh_canvas_newline(r->canvas);
    }
}

static void cost(const rows *r)
{
    const rh_job_cost sum = rh_job_cost_of(r->arena, &r->tree);
    rh_text text = rh_text_in(r->arena);
    if (!sum.minutes)
        return;
    rh_words_count(&text, (uint64_t)sum.minutes, "billed minute");
    rh_text_printf(&text, ", %lld.%03lld USD (prices since %s)",
                   (long long)(sum.micro_usd / 1000000), (long long)(sum.micro_usd / 1000 % 1000),
                   rh_price_since());
    if (sum.unpriced)
        rh_text_printf(&text, ", without jobs on '%s'", sum.unpriced_label);
    rh_canvas_newline(r->canvas);
    rh_canvas_wrap(r->canvas, 0, REASON_LINES, RH_INK_DIM, rh_text_string(&text));
}

/* ---- layout ---------------------------------------------------------------------------------- */

static size_t greater(size_t left, size_t right)
{
    return left > right ? left : right;
}

/* Instants in order: journals are, and nodes start and end by entries. */
static void build_scale(rows *r)
{
    const rh_journal *journal = r->tree.journal;
    rh_scale *scale = &r->layout.scale;
    uint64_t running = 0;
    rh_scale_begin(scale, r->tree.record->started);
    for (size_t i = 0; i < journal->count; i++) {
        const rh_entry *entry = &journal->entries[i];
        bool starts = entry->kind == RH_ENTRY_ATTEMPT_STARTED;
        if (entry->run != r->tree.run || !entry->call)
            continue;
        rh_scale_add(scale, entry->time, running > 0);
        running += starts;
        if (!starts && running &&
            (entry->kind == RH_ENTRY_ATTEMPT_COMPLETED || entry->kind == RH_ENTRY_ATTEMPT_FAILED ||
             entry->kind == RH_ENTRY_ATTEMPT_CANCELED || entry->kind == RH_ENTRY_ATTEMPT_LOST))
            running--;
    }
    rh_time end = r->tree.record->status == RH_RUN_RUNNING ? journal->end : r->tree.record->closed;
    rh_scale_add(scale, end > scale->end ? end : scale->end, running > 0);
}

static void lay_out(rows *r)
{
    rh_layout *layout = &r->layout;
    size_t width = r->canvas->width, clock = 5, took = 5, label = 20;
    layout->canvas = r->canvas;
    layout->what = "job / step";
    layout->zero = r->tree.record->started;
    build_scale(r);
    for (size_t i = 0; i < r->tree.journal->count; i++)
        if (is_of_outage(&r->tree.journal->entries[i]))
            clock = greater(clock,
                            strlen(rh_layout_clock_text(layout, r->tree.journal->entries[i].time)));
    for (const rh_job_node *node = r->tree.first; node; node = rh_job_node_after(node)) {
        rh_text text = rh_text_in(r->arena);
        if (!is_shown(r, node) || node->outcome == RH_CONCLUSION_SKIPPED)
            continue;
        clock = greater(clock, strlen(rh_layout_clock_text(layout, node->started)));
        rh_words_span(&text, (node->is_over ? node->ended : r->tree.journal->end) - node->started);
        took = greater(took, text.length);
        label = greater(label, rh_canvas_columns(label_of(r, node)));
    }
    layout->clock_end = 1 + clock;
    layout->took_end = layout->clock_end + 2 + took;
    layout->sign = layout->took_end + 2;
    layout->label = layout->sign + 2;
    size_t most = width * 11 / 20;
    layout->bar = layout->label + (label + 1 < most ? label + 1 : most);
    if (layout->bar + 12 > width)
        layout->bar = width - 12;
    rh_scale_finish(&layout->scale, width - layout->bar);
}

void rh_job_rows(rh_canvas *canvas, const rh_journal *journal, uint32_t run, bool brief)
{
    rows r = {.canvas = canvas, .arena = canvas->text->arena, .brief = brief};
    r.tree = rh_job_tree_read(r.arena, journal, run);
    lay_out(&r);
    heading(&r);
    rh_layout_heading(&r.layout);
    for (const rh_job_node *node = r.tree.first; node; node = rh_job_node_after(node))
        if (is_shown(&r, node))
            row(&r, node);
    outages(&r);
    masked(&r);
    remarks(&r, true, "annotations");
    if (!brief)
        remarks(&r, false, "assumed, or not known");
    if (!brief)
        cost(&r);
}
