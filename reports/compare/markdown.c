#include "reports/compare/page.h"

#include <string.h>

enum { MOST_FAULTS = 12 };

/* Text inside a cell: what Markdown or HTML would read is made harmless. */
static void cell(rh_text *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n' || *text == '\r')
            rh_text_putc(out, ' ');
        else if (*text == '<')
            rh_text_puts(out, "&lt;");
        else if (*text == '&')
            rh_text_puts(out, "&amp;");
        else if (strchr("|\\`*_[]#>", *text))
            rh_text_printf(out, "\\%c", *text);
        else
            rh_text_putc(out, *text);
    }
}

static void heads(rh_text *out, const rh_compare_page *page, const char *first)
{
    const rh_comparison *comparison = page->comparison;
    rh_text_printf(out, "\n| %s |", first);
    for (size_t i = 0; i < comparison->engine_count; i++) {
        rh_text_putc(out, ' ');
        cell(out, comparison->engines[i].subject->name);
        rh_text_puts(out, " |");
    }
    rh_text_puts(out, "\n| --- |");
    for (size_t i = 0; i < comparison->engine_count; i++)
        rh_text_puts(out, " ---: |");
    rh_text_putc(out, '\n');
}

static void figures(rh_text *out, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    heads(out, page, "a release");
    for (size_t k = 0; k < rh_figure_count; k++) {
        rh_text_printf(out, "| %s |", rh_figures[k].name);
        for (size_t i = 0; i < comparison->engine_count; i++) {
            bool is_better = i > 0 && rh_figure_other_is_better(&rh_figures[k], comparison, i);
            bool is_worse = i > 0 && rh_figure_first_is_better(&rh_figures[k], comparison, i);
            rh_text_puts(out, is_better ? " ▲ " : is_worse ? " ▼ " : " ");
            rh_figure_write(out, &rh_figures[k], rh_figure_of(&rh_figures[k], comparison, i).value);
            rh_text_puts(out, " |");
        }
        rh_text_putc(out, '\n');
    }
}

static void faults(rh_text *out, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_text_puts(out, "\n<details><summary>What one fault does, the worst first</summary>\n");
    heads(out, page, "fault");
    for (size_t k = 0; k < comparison->worst_count && k < MOST_FAULTS; k++) {
        rh_text plan = rh_text_in(out->arena);
        rh_plan_write(&plan, comparison->worst[k]->plan);
        rh_text_puts(out, "| ");
        cell(out, rh_text_string(&plan));
        rh_text_puts(out, " |");
        for (size_t i = 0; i < comparison->engine_count; i++) {
            rh_text_putc(out, ' ');
            cell(out, rh_outcome_words(out->arena, comparison, comparison->worst[k], i));
            rh_text_puts(out, " |");
        }
        rh_text_putc(out, '\n');
    }
    rh_text_puts(out, "\n</details>\n");
}

void rh_compare_markdown(rh_text *out, const rh_compare_page *page)
{
    rh_text text = rh_text_in(out->arena);
    rh_text_puts(out, "## ");
    cell(out, page->title);
    rh_text_puts(out, ", compared\n\n");
    rh_compare_headline(&text, page);
    cell(out, rh_text_string(&text));
    rh_text_putc(out, '\n');
    figures(out, page);
    faults(out, page);
    rh_text other = rh_text_in(out->arena);
    rh_compare_other_side(&other, page);
    if (other.length) {
        rh_text_printf(out, "\n**Where %s does better:** ",
                       page->comparison->engines[0].subject->name);
        cell(out, rh_text_string(&other));
        rh_text_putc(out, '\n');
    }
    if (page->command)
        rh_text_printf(out, "\n```\n%s\n```\n", page->command);
}
