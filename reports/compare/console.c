#include "reports/compare/console.h"

enum { LABEL = 26, INDENT = 2, MOST_ROWS = 10, MOST_OTHERS = 3 };

static void paragraph(rh_canvas *canvas, rh_ink ink, const char *string)
{
    rh_canvas_wrap(canvas, INDENT, 12, ink, string);
}

/* Each line of a text by itself. */
static void lines(rh_canvas *canvas, rh_ink ink, rh_text *text)
{
    char *line = rh_arena_string(text->arena, rh_text_string(text));
    while (*line) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (*line)
            paragraph(canvas, ink, line);
        if (!end)
            return;
        line = end + 1;
    }
}

static void heading(rh_canvas *canvas, const char *string)
{
    rh_canvas_newline(canvas);
    rh_canvas_put(canvas, 0, canvas->width, RH_INK_BOLD, string);
    rh_canvas_newline(canvas);
}

static size_t column_width(const rh_canvas *canvas, size_t engines)
{
    size_t width = (canvas->width - INDENT - LABEL) / engines;
    return width < 14 ? width : 14;
}

static void figure_row(rh_canvas *canvas, const rh_compare_page *page, const rh_figure *figure)
{
    size_t count = page->comparison->engine_count, width = column_width(canvas, count);
    rh_canvas_put(canvas, INDENT, INDENT + LABEL, RH_INK_PLAIN, figure->name);
    for (size_t i = 0; i < count; i++) {
        rh_text text = rh_text_in(canvas->text->arena);
        rh_figure_write(&text, figure, rh_figure_of(figure, page->comparison, i).value);
        rh_ink ink = RH_INK_PLAIN;
        if (i > 0 && rh_figure_other_is_better(figure, page->comparison, i))
            ink = RH_INK_GOOD;
        else if (i > 0 && rh_figure_first_is_better(figure, page->comparison, i))
            ink = RH_INK_WARN;
        rh_canvas_put_right(canvas, INDENT + LABEL + (i + 1) * width, ink, rh_text_string(&text));
    }
    rh_canvas_newline(canvas);
}

static void figures(rh_canvas *canvas, const rh_compare_page *page)
{
    size_t count = page->comparison->engine_count, width = column_width(canvas, count);
    rh_canvas_newline(canvas);
    for (size_t i = 0; i < count; i++)
        rh_canvas_put_right(canvas, INDENT + LABEL + (i + 1) * width, RH_INK_BOLD,
                            page->comparison->engines[i].subject->name);
    rh_canvas_newline(canvas);
    for (size_t i = 0; i < rh_figure_count; i++)
        figure_row(canvas, page, &rh_figures[i]);
}

static void fault(rh_canvas *canvas, const rh_compare_page *page, const rh_compared *compared)
{
    const rh_comparison *comparison = page->comparison;
    rh_arena *arena = canvas->text->arena;
    rh_text text = rh_text_in(arena);
    rh_plan_write(&text, compared->plan);
    rh_text percent = rh_text_in(arena);
    rh_text_percent(&percent, compared->plan->weights[0]);
    rh_canvas_put_middle(canvas, INDENT, canvas->width - 10, RH_INK_BOLD, rh_text_string(&text));
    rh_canvas_put_right(canvas, canvas->width, RH_INK_DIM, rh_text_string(&percent));
    rh_canvas_newline(canvas);
    for (size_t i = 0; i < comparison->engine_count; i++) {
        const rh_outcome *outcome = &compared->outcomes[i];
        unsigned harm = rh_outcome_harm(outcome);
        rh_canvas_put(canvas, INDENT + 2, INDENT + 18, RH_INK_DIM,
                      comparison->engines[i].subject->name);
        rh_canvas_wrap(canvas, INDENT + 18, 2,
                       harm > 2   ? RH_INK_BAD
                       : harm > 1 ? RH_INK_WARN
                                  : RH_INK_GOOD,
                       rh_outcome_words(arena, comparison, compared, i));
    }
}

static void faults(rh_canvas *canvas, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    size_t harmful = 0;
    while (harmful < comparison->worst_count &&
           rh_outcome_harm(&comparison->worst[harmful]->outcomes[0]) > 1)
        harmful++;
    heading(canvas, harmful ? "What one fault does, the worst first" : "No single fault does harm");
    for (size_t i = 0; i < harmful && i < MOST_ROWS; i++)
        fault(canvas, page, comparison->worst[i]);
    if (harmful > MOST_ROWS)
        paragraph(canvas, RH_INK_DIM,
                  rh_format(canvas->text->arena,
                            "... and %zu more; --report html=PATH has them all",
                            harmful - MOST_ROWS));
    if (harmful && comparison->worst[0]->replay) {
        paragraph(canvas, RH_INK_DIM, "the worst of them again:");
        rh_canvas_wrap(canvas, INDENT, 6, RH_INK_NOTE, comparison->worst[0]->replay);
    }
}

/* What the first engine does not meet. */
static void others(rh_canvas *canvas, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    if (!comparison->other_count)
        return;
    heading(canvas, rh_format(canvas->text->arena, "What one fault does where %s is not",
                              comparison->engines[0].subject->name));
    for (size_t i = 0; i < comparison->other_count && i < MOST_OTHERS; i++)
        fault(canvas, page, comparison->others[i]);
    if (comparison->other_count > MOST_OTHERS)
        paragraph(canvas, RH_INK_DIM,
                  rh_format(canvas->text->arena, "... and %zu more",
                            comparison->other_count - MOST_OTHERS));
}

static void twice(rh_canvas *canvas, const rh_compare_page *page)
{
    if (!page->twice || !*page->twice)
        return;
    heading(canvas, "While both run for the same event, this is published twice");
    for (const char *const *effect = page->twice; *effect; effect++)
        paragraph(canvas, RH_INK_WARN, *effect);
}

void rh_compare_console(rh_canvas *canvas, const rh_compare_page *page)
{
    rh_arena *arena = canvas->text->arena;
    rh_text text = rh_text_in(arena);
    rh_canvas_put(canvas, 0, canvas->width, RH_INK_BOLD,
                  rh_format(arena, "%s, %s", page->file, page->event));
    rh_canvas_newline(canvas);
    rh_compare_headline(&text, page);
    lines(canvas, RH_INK_PLAIN, &text);
    figures(canvas, page);
    rh_text other = rh_text_in(arena);
    rh_compare_other_side(&other, page);
    if (other.length) {
        heading(canvas, rh_format(arena, "Where %s does better",
                                  page->comparison->engines[0].subject->name));
        lines(canvas, RH_INK_PLAIN, &other);
    }
    faults(canvas, page);
    others(canvas, page);
    twice(canvas, page);
    rh_text assumptions = rh_text_in(arena);
    rh_compare_assumptions(&assumptions, page);
    heading(canvas, "What this rests on");
    lines(canvas, RH_INK_DIM, &assumptions);
    if (page->comparison->problem)
        paragraph(canvas, RH_INK_WARN,
                  rh_format(arena, "not everything could be played: %s",
                            page->comparison->problem));
}
