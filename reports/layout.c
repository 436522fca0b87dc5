#include "reports/layout.h"

#include "reports/words.h"

const char *rh_layout_clock_text(const rh_layout *layout, rh_time time)
{
    rh_text text = rh_text_in(layout->canvas->text->arena);
    rh_words_clock(&text, time - layout->zero, layout->decimals);
    return rh_text_string(&text);
}

void rh_layout_clock(const rh_layout *layout, rh_time time)
{
    rh_canvas_put_right(layout->canvas, layout->clock_end, RH_INK_DIM,
                        rh_layout_clock_text(layout, time));
}

void rh_layout_took(const rh_layout *layout, rh_ink ink, rh_duration duration)
{
    rh_text text = rh_text_in(layout->canvas->text->arena);
    rh_words_span(&text, duration);
    rh_canvas_put_right(layout->canvas, layout->took_end, ink, rh_text_string(&text));
}

/* ---- the bar --------------------------------------------------------------------------------- */

static size_t column_of(const rh_layout *layout, rh_time time)
{
    size_t column = rh_scale_column(&layout->scale, time);
    return layout->bar + (column < layout->scale.columns ? column : layout->scale.columns - 1);
}

size_t rh_layout_bar_end(const rh_layout *layout, rh_time from, rh_time to)
{
    size_t first = column_of(layout, from);
    size_t end = layout->bar + rh_scale_column(&layout->scale, to);
    return end > first ? end - 1 : first;
}

void rh_layout_bar(const rh_layout *layout, rh_time from, rh_time to, rh_ink ink, rh_glyph glyph)
{
    size_t last = rh_layout_bar_end(layout, from, to);
    for (size_t column = column_of(layout, from); column <= last; column++)
        rh_canvas_glyph(layout->canvas, column, ink, glyph);
}

void rh_layout_cuts(const rh_layout *layout)
{
    rh_canvas *canvas = layout->canvas;
    for (size_t i = 0; i < layout->scale.cut_count; i++) {
        size_t column = layout->bar + layout->scale.cuts[i].column + layout->scale.cut_columns / 2;
        if (rh_canvas_is_blank(canvas, column))
            rh_canvas_glyph(canvas, column, RH_INK_DIM, RH_GLYPH_CUT);
        else
            rh_canvas_glyph(canvas, column, (rh_ink)canvas->inks[column], RH_GLYPH_CUT_BAR);
    }
}

void rh_layout_heading(const rh_layout *layout)
{
    rh_canvas *canvas = layout->canvas;
    const rh_scale *scale = &layout->scale;
    const char *end = rh_layout_clock_text(layout, scale->end);
    size_t free_from = layout->bar + 5;
    size_t free_to = layout->bar + scale->columns - rh_canvas_columns(end) - 1;

    rh_canvas_put_right(canvas, layout->clock_end, RH_INK_DIM, "start");
    rh_canvas_put_right(canvas, layout->took_end, RH_INK_DIM, "took");
    rh_canvas_put(canvas, layout->label, layout->bar, RH_INK_DIM,
                  layout->what ? layout->what : "call");
    rh_canvas_put(canvas, layout->bar, canvas->width, RH_INK_DIM, "0:00");
    rh_canvas_put_right(canvas, layout->bar + scale->columns, RH_INK_DIM, end);
    for (size_t i = 0; i < scale->cut_count; i++) {
        const rh_scale_cut *cut = &scale->cuts[i];
        rh_text text = rh_text_in(canvas->text->arena);
        rh_words_span(&text, cut->to - cut->from);
        const char *span = rh_text_string(&text);
        size_t middle = layout->bar + cut->column + scale->cut_columns / 2;
        size_t columns = rh_canvas_columns(span), at = middle - columns / 2;
        if (at >= free_from && at + columns <= free_to) {
            rh_canvas_put(canvas, at, free_to, RH_INK_DIM, span);
            free_from = at + columns + 1;
        } else if (middle + 1 >= free_from && middle < free_to) {
            rh_canvas_glyph(canvas, middle, RH_INK_DIM, RH_GLYPH_CUT);
            free_from = middle + 2;
        }
    }
    rh_canvas_newline(canvas);
}

/* ---- notes ----------------------------------------------------------------------------------- */

rh_flow rh_flow_begin(const rh_layout *layout, size_t column, size_t indent)
{
    return (rh_flow){.layout = layout, .indent = indent, .column = column};
}

/* A note that is longer than a line goes on in a second one. */
static void long_note(rh_flow *flow, rh_ink ink, const char *note)
{
    rh_canvas *canvas = flow->layout->canvas;
    const char *rest = rh_canvas_break(note, canvas->width - flow->column);
    const char *line = rh_arena_text(canvas->text->arena, note, (size_t)(rest - note));
    rh_canvas_put(canvas, flow->column, canvas->width, ink, line);
    rh_canvas_newline(canvas);
    while (*rest == ' ')
        rest++;
    flow->column = rh_canvas_put(canvas, flow->indent, canvas->width, ink, rest);
}

void rh_flow_note(rh_flow *flow, rh_ink ink, const char *note)
{
    rh_canvas *canvas = flow->layout->canvas;
    size_t columns = rh_canvas_columns(note);
    if (flow->begun && flow->column + 3 + columns > canvas->width) {
        rh_canvas_newline(canvas);
        flow->column = flow->indent;
    } else if (flow->begun) {
        rh_canvas_glyph(canvas, flow->column + 1, RH_INK_DIM, RH_GLYPH_DOT);
        flow->column += 3;
    }
    if (flow->column + columns > canvas->width)
        long_note(flow, ink, note);
    else
        flow->column = rh_canvas_put(canvas, flow->column, canvas->width, ink, note);
    flow->begun = true;
}

void rh_flow_end(rh_flow *flow)
{
    rh_canvas_newline(flow->layout->canvas);
}
