#include "reports/compare/page.h"

#include "reports/compare/chart.h"
#include "reports/compare/html.h"
#include "reports/compare/style.h"
#include "sim/base/timetext.h"

enum { MOST_FAULTS = 12, MOST_OTHERS = 3, MOST_MORE = 100 };

static const char *name_of(const rh_compare_page *page, size_t engine)
{
    return page->comparison->engines[engine].subject->name;
}

static const char *figure_text(rh_arena *arena, const rh_figure *figure, double value)
{
    rh_text text = rh_text_in(arena);
    rh_figure_write(&text, figure, value);
    return rh_text_string(&text);
}

static const char *plan_text(rh_arena *arena, const rh_plan *plan)
{
    rh_text text = rh_text_in(arena);
    rh_plan_write(&text, plan);
    return rh_text_string(&text);
}

static const char *percent_text(rh_arena *arena, double value)
{
    rh_text text = rh_text_in(arena);
    rh_text_percent(&text, value);
    return rh_text_string(&text);
}

/* Each line of what `write` says as an element of its own. */
static void each_line(rh_text *out, const rh_compare_page *page, const char *tag,
                      void (*write)(rh_text *text, const rh_compare_page *page))
{
    rh_text text = rh_text_in(out->arena);
    write(&text, page);
    char *line = rh_arena_string(out->arena, rh_text_string(&text));
    for (char *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        rh_html_element(out, tag, strcmp(tag, "p") ? NULL : "lead", line);
    }
}

/* ---- the top --------------------------------------------------------------------------------- */

static void head(rh_text *out, const rh_compare_page *page)
{
    rh_html(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                 "<title>");
    rh_html_text(out, rh_format(out->arena, "%s, compared", page->title));
    rh_html(out, "</title>\n<style>");
    for (size_t i = 0; i < sizeof style / sizeof *style; i++)
        rh_text_puts(out, style[i]);
    rh_html(out, "</style></head>\n<body><main>\n");
    rh_html_element(out, "h1", NULL, page->title);
    rh_html_element(out, "p", "sub",
                    rh_format(out->arena, "%s, started by a %s; profile %s", page->file,
                              page->event, page->profile));
    each_line(out, page, "p", rh_compare_headline);
}

static void card(rh_text *out, const rh_compare_page *page, size_t at)
{
    const rh_engine *engine = &page->comparison->engines[at];
    rh_arena *arena = out->arena;
    rh_text text = rh_text_in(arena);
    rh_html(out, "<div class=\"card c%zu\">", at);
    rh_html_element(out, "h3", NULL, engine->subject->name);
    rh_html_element(out, "b", NULL, percent_text(arena, engine->success[0]));
    rh_html(out, "<p>go through without a human</p>");
    rh_text_puts(&text, "95 % are through after ");
    rh_figure_write(&text, &rh_figures[8],
                    rh_figure_of(&rh_figures[8], page->comparison, at).value);
    rh_html_element(out, "p", NULL, rh_text_string(&text));
    rh_html_element(out, "p", NULL, engine->about);
    rh_html(out, "</div>\n");
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void heads(rh_text *out, const rh_compare_page *page, const char *first)
{
    rh_html(out, "<div class=\"scroll\"><table><thead><tr>");
    rh_html_element(out, "th", NULL, first);
    for (size_t i = 0; i < page->comparison->engine_count; i++) {
        rh_html(out, "<th><span class=\"dot e%zu\"></span>", i);
        rh_html_text(out, name_of(page, i));
        rh_html(out, "</th>");
    }
    rh_html(out, "</tr></thead><tbody>\n");
}

static void figure_cell(rh_text *out, const rh_compare_page *page, const rh_figure *figure,
                        size_t at)
{
    const rh_comparison *comparison = page->comparison;
    rh_interval value = rh_figure_of(figure, comparison, at);
    bool is_better = at > 0 && rh_figure_other_is_better(figure, comparison, at);
    bool is_worse = at > 0 && rh_figure_first_is_better(figure, comparison, at);
    rh_html(out, "<td%s>%s",
            is_better  ? " class=\"better\""
            : is_worse ? " class=\"worse\""
                       : "",
            is_better  ? "▲ "
            : is_worse ? "▼ "
                       : "");
    rh_html_text(out, figure_text(out->arena, figure, value.value));
    if (figure->is_sampled)
        rh_html_element(out, "small", NULL,
                        rh_format(out->arena, "%s to %s",
                                  figure_text(out->arena, figure, value.low),
                                  figure_text(out->arena, figure, value.high)));
    rh_html(out, "</td>");
}

static void verdict(rh_text *out, const rh_compare_page *page)
{
    rh_html(out, "<h2>All figures</h2>\n");
    rh_html_element(
        out, "p", "small",
        rh_format(out->arena,
                  "Compared with %s: ▲ better, ▼ worse, by more than what is not known. "
                  "Probabilities are exact up to %s; durations have intervals of 95 %%.",
                  name_of(page, 0), percent_text(out->arena, page->comparison->rest[0])));
    heads(out, page, "a release");
    for (size_t k = 0; k < rh_figure_count; k++) {
        rh_html(out, "<tr><td>");
        rh_html_text(out, rh_figures[k].name);
        rh_html_element(out, "small", NULL, rh_figures[k].what);
        rh_html(out, "</td>");
        for (size_t i = 0; i < page->comparison->engine_count; i++)
            figure_cell(out, page, &rh_figures[k], i);
        rh_html(out, "</tr>\n");
    }
    rh_html(out, "</tbody></table></div>\n");
}

static void sensitivity(rh_text *out, const rh_compare_page *page)
{
    static const char *const names[RH_WEIGHTS] = {"as assumed", "a tenth", "ten times"};
    static const size_t order[RH_WEIGHTS] = {1, 0, 2};
    const rh_comparison *comparison = page->comparison;
    rh_html(out, "<h2>If the rates are wrong</h2>\n<p class=\"small\">Success without a human when "
                 "faults come less or more often than assumed.</p>\n");
    heads(out, page, "rates of faults");
    for (size_t k = 0; k < RH_WEIGHTS; k++) {
        size_t at = order[k];
        rh_html(out, "<tr><td>%s", names[at]);
        rh_html_element(out, "small", NULL,
                        rh_format(out->arena, "not looked at: %s",
                                  percent_text(out->arena, comparison->rest[at])));
        rh_html(out, "</td>");
        for (size_t i = 0; i < comparison->engine_count; i++)
            rh_html_element(out, "td", NULL,
                            percent_text(out->arena, comparison->engines[i].success[at]));
        rh_html(out, "</tr>\n");
    }
    rh_html(out, "</tbody></table></div>\n");
}

static void other_side(rh_text *out, const rh_compare_page *page)
{
    rh_text text = rh_text_in(out->arena);
    rh_compare_other_side(&text, page);
    rh_html(out, "<div class=\"box\">");
    rh_html_element(out, "h3", NULL,
                    rh_format(out->arena,
                              text.length ? "Where %s does better" : "%s does better nowhere",
                              name_of(page, 0)));
    rh_html(out, "<ul>");
    each_line(out, page, "li", rh_compare_other_side);
    rh_html(out, "</ul><p class=\"small\">Not in these figures: what a server and workers cost to "
                 "run, and what moving costs.</p></div>\n");
}

/* ---- what fails ------------------------------------------------------------------------------ */

static void place(rh_text *out, const rh_point *point)
{
    if (point->file)
        rh_html_element(out, "p", "small",
                        rh_format(out->arena, "%s:%u:%u", point->file, point->line, point->column));
}

static void outcome(rh_text *out, const rh_compare_page *page, const rh_compared *compared,
                    size_t at)
{
    const rh_outcome *how = &compared->outcomes[at];
    unsigned harm = rh_outcome_harm(how);
    rh_html_element(out, "span", NULL, name_of(page, at));
    rh_html(out, "<div>");
    rh_html_element(out, "b",
                    harm > 2   ? "bad"
                    : harm > 1 ? "warn"
                               : "good",
                    rh_outcome_words(out->arena, page->comparison, compared, at));
    if (compared->records[at].kind != RH_RECORD_NONE)
        rh_html_element(out, "p", "small",
                        rh_format(out->arena, "one reads of it in: %s",
                                  compared->records[at].text));
    rh_html(out, "</div>");
}

static void fault(rh_text *out, const rh_compare_page *page, const rh_compared *compared)
{
    const rh_strike *strike = &compared->plan->strikes[0];
    const char *advice = rh_outcome_advice(compared);
    rh_text point = rh_text_in(out->arena);
    rh_point_write(&point, strike->point);
    rh_html(out, "<article>");
    rh_html_element(out, "h3", NULL,
                    rh_format(out->arena, "%s: %s", rh_text_string(&point),
                              strike->risk->fault->name));
    rh_html_element(out, "p", "small",
                    rh_format(out->arena, "%s; %s of all releases",
                              strike->risk->fault->summary ? strike->risk->fault->summary
                                                           : strike->risk->fault->message,
                              percent_text(out->arena, compared->plan->weights[0])));
    place(out, strike->point);
    rh_html(out, "<div class=\"which\">");
    for (size_t i = 0; i < page->comparison->engine_count; i++)
        outcome(out, page, compared, i);
    rh_html(out, "</div>");
    if (*advice)
        rh_html_element(out, "p", NULL, rh_format(out->arena, "What to change: %s.", advice));
    if (compared->replay)
        rh_html_element(out, "pre", NULL, compared->replay);
    rh_html(out, "</article>\n");
}

/* The first `shown` of them at length, the others in a table. */
static void list_faults(rh_text *out, const rh_compare_page *page, const rh_compared *const *list,
                        size_t count, size_t shown)
{
    size_t end = count < shown + MOST_MORE ? count : shown + MOST_MORE;
    for (size_t i = 0; i < count && i < shown; i++)
        fault(out, page, list[i]);
    if (end <= shown)
        return;
    rh_html(out, "<details><summary>%zu more faults, one at a time</summary>\n", end - shown);
    heads(out, page, "fault");
    for (size_t k = shown; k < end; k++) {
        const rh_compared *compared = list[k];
        rh_html(out, "<tr><td>");
        rh_html_element(out, "code", NULL, plan_text(out->arena, compared->plan));
        rh_html_element(out, "small", NULL, percent_text(out->arena, compared->plan->weights[0]));
        rh_html(out, "</td>");
        for (size_t i = 0; i < page->comparison->engine_count; i++)
            rh_html_element(out, "td", NULL,
                            rh_outcome_words(out->arena, page->comparison, compared, i));
        rh_html(out, "</tr>\n");
    }
    rh_html(out, "</tbody></table></div></details>\n");
}

static void faults(rh_text *out, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_html(out, "<h2>What fails, what each does, what to change</h2>\n");
    list_faults(out, page, comparison->worst, comparison->worst_count, MOST_FAULTS);
    if (!comparison->other_count)
        return;
    rh_html_element(out, "h2", NULL,
                    rh_format(out->arena, "What fails only where %s is not", name_of(page, 0)));
    list_faults(out, page, comparison->others, comparison->other_count, MOST_OTHERS);
}

/* Where one reads of faults afterwards. */
static void observability(rh_text *out, const rh_compare_page *page)
{
    static const char *const names[RH_RECORD_KINDS] = {
        [RH_RECORD_NOTHING] = "nothing tells of it",
        [RH_RECORD_LOG] = "at most times, or a line in the log of something green",
        [RH_RECORD_ANNOTATION] = "an annotation of the run",
        [RH_RECORD_HISTORY] = "an event of the history"};
    const rh_comparison *comparison = page->comparison;
    rh_html(out, "<h2>What one reads of it afterwards</h2>\n<p class=\"small\">Of faults that come "
                 "alone and that the engine meets, each by its probability.</p>\n");
    heads(out, page, "where");
    for (size_t kind = RH_RECORD_NOTHING; kind < RH_RECORD_KINDS; kind++) {
        rh_html(out, "<tr>");
        rh_html_element(out, "td", NULL, names[kind]);
        for (size_t i = 0; i < comparison->engine_count; i++)
            rh_html_element(out, "td", NULL,
                            percent_text(out->arena, comparison->engines[i].records[kind]));
        rh_html(out, "</tr>\n");
    }
    rh_html(out, "<tr><td>why is written there<small>the message or type of what failed, not an "
                 "exit code alone</small></td>");
    for (size_t i = 0; i < comparison->engine_count; i++)
        rh_html_element(out, "td", NULL, percent_text(out->arena, comparison->engines[i].causes));
    rh_html(out, "</tr>\n<tr><td>attempts that one can count there</td>");
    for (size_t i = 0; i < comparison->engine_count; i++) {
        rh_text number = rh_text_in(out->arena);
        rh_text_fixed(&number, comparison->engines[i].attempts, 2);
        rh_html_element(out, "td", NULL, rh_text_string(&number));
    }
    rh_html(out, "</tr>\n</tbody></table></div>\n");
}

static void timelines(rh_text *out, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_html(out,
            "<h2>Timelines</h2>\n<p class=\"small\">✓ succeeded, ✗ failed, ? lost, ⊘ cancelled, "
            "! made from what came of a failed command; dashed: waits for the next try. All "
            "engines of one fault share a scale; long waits are shortened.</p>\n");
    for (size_t i = 0; i < comparison->drawn_count; i++) {
        const rh_drawn_plan *drawn = &comparison->drawn[i];
        rh_html_element(out, "h3", NULL,
                        drawn->compared->plan->count ? plan_text(out->arena, drawn->compared->plan)
                                                     : "Nothing fails");
        rh_chart_bars(out, comparison, drawn);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

static void twice(rh_text *out, const rh_compare_page *page)
{
    if (!page->twice || !*page->twice)
        return;
    rh_html(out, "<h2>While both run for the same event</h2>\n<p>This is published twice:</p><ul>");
    for (const char *const *effect = page->twice; *effect; effect++)
        rh_html_element(out, "li", NULL, *effect);
    rh_html(out, "</ul>\n");
}

void rh_compare_html(rh_text *out, const rh_compare_page *page)
{
    head(out, page);
    rh_html(out, "<div class=\"cards\">\n");
    for (size_t i = 0; i < page->comparison->engine_count; i++)
        card(out, page, i);
    rh_html(out, "</div>\n");
    other_side(out, page);
    verdict(out, page);
    rh_html(out, "<h2>How long it takes</h2>\n<p class=\"small\">The part of all releases that is "
                 "through after which time, people's waits included.</p>\n");
    rh_chart_durations(out, page->comparison);
    timelines(out, page);
    faults(out, page);
    observability(out, page);
    twice(out, page);
    sensitivity(out, page);
    rh_html(out, "<h2>What this rests on</h2>\n<ul>");
    each_line(out, page, "li", rh_compare_assumptions);
    rh_html(out, "</ul>\n");
    if (page->command)
        rh_html_element(out, "pre", NULL, page->command);
    rh_html(out, "</main></body></html>\n");
}
