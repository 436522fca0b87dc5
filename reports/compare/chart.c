#include "reports/compare/chart.h"

#include "reports/compare/html.h"
#include "reports/scale.h"
#include "sim/base/timetext.h"

enum {
    LEFT = 178, /* of the bars: before it stand names */
    WIDE = 640, /* the bars */
    RIGHT = 12,
    ROW = 24,
    BAR = 15,
    AXIS = 22,
    TICKS = 6,
    NARROW = 13, /* a bar that is narrower has no glyph */
    MOST_NAME = 24,
    MOST_ROWS = 24
};

/* ---- the scale ------------------------------------------------------------------------------- */

static bool is_work(const rh_bar *bar)
{
    return bar->kind != RH_BAR_QUEUED && bar->kind != RH_BAR_BACK_OFF;
}

static bool anything_runs(const rh_comparison *comparison, const rh_drawn_plan *drawn,
                          rh_duration from, rh_duration to)
{
    for (size_t i = 0; i < comparison->engine_count; i++) {
        const rh_gantt *gantt = &drawn->gantts[i];
        for (const rh_row *row = gantt->rows; row; row = row->next)
            for (size_t k = 0; k < row->count; k++)
                if (is_work(&row->bars[k]) && row->bars[k].from - gantt->start < to &&
                    row->bars[k].to - gantt->start > from)
                    return true;
    }
    return false;
}

static size_t collect_instants(const rh_comparison *comparison, const rh_drawn_plan *drawn,
                               rh_arena *arena, int64_t **instants)
{
    size_t count = 0, capacity = 0;
    *instants = NULL;
    for (size_t i = 0; i < comparison->engine_count; i++) {
        const rh_gantt *gantt = &drawn->gantts[i];
        for (const rh_row *row = gantt->rows; row; row = row->next)
            for (size_t k = 0; k < row->count; k++) {
                *instants =
                    rh_arena_reserve(arena, *instants, sizeof **instants, count + 2, &capacity);
                (*instants)[count++] = row->bars[k].from - gantt->start;
                (*instants)[count++] = row->bars[k].to - gantt->start;
            }
    }
    rh_sort(arena, *instants, count);
    return count;
}

static rh_scale scale_of(const rh_comparison *comparison, const rh_drawn_plan *drawn,
                         rh_arena *arena)
{
    rh_scale scale;
    int64_t *instants, before = 0;
    size_t count = collect_instants(comparison, drawn, arena, &instants);
    rh_scale_begin(&scale, 0);
    for (size_t i = 0; i < count; i++) {
        if (instants[i] > before)
            rh_scale_add(&scale, instants[i],
                         anything_runs(comparison, drawn, before, instants[i]));
        before = instants[i];
    }
    rh_scale_finish(&scale, WIDE);
    return scale;
}

static long x_of(const rh_scale *scale, rh_duration at)
{
    return LEFT + (long)rh_scale_column(scale, at);
}

/* ---- bars ------------------------------------------------------------------------------------ */

typedef struct picture {
    rh_text *out;
    const rh_scale *scale;
    const rh_gantt *gantt;
    long y; /* the top of the row */
} picture;

static const char *duration_text(rh_arena *arena, rh_duration duration)
{
    rh_text text = rh_text_in(arena);
    rh_duration_brief(&text, duration);
    return rh_text_string(&text);
}

static void name(const picture *p, const rh_row *row)
{
    rh_arena *arena = p->out->arena;
    size_t length = strlen(row->name), most = MOST_NAME - 2u * row->depth;
    bool is_cut = length > most;
    while (is_cut && most > 0 && ((unsigned char)row->name[most] & 0xc0) == 0x80)
        most--; /* not in the middle of a character */
    rh_html(p->out, "<text class=\"%s\" x=\"%d\" y=\"%ld\">", row->depth ? "step" : "name",
            row->depth ? 14 : 0, p->y + 16);
    if (is_cut)
        rh_html(p->out, "<title>");
    if (is_cut)
        rh_html_text(p->out, row->name);
    if (is_cut)
        rh_html(p->out, "</title>");
    rh_html_text(p->out, is_cut ? rh_format(arena, "%.*s…", (int)most - 1, row->name) : row->name);
    rh_html(p->out, "</text>");
}

static const char *class_of(const rh_bar *bar)
{
    static const char *const classes[] = {
        [RH_BAR_GOOD] = "good",     [RH_BAR_BAD] = "bad",
        [RH_BAR_LOST] = "lost",     [RH_BAR_CANCELLED] = "cancelled",
        [RH_BAR_BACK_OFF] = "back", [RH_BAR_QUEUED] = "queued",
        [RH_BAR_OPEN] = "lost"};
    return classes[bar->kind];
}

static const char *glyph_of(const rh_bar *bar)
{
    static const char *const glyphs[] = {
        [RH_BAR_GOOD] = "✓",    [RH_BAR_BAD] = "✗",   [RH_BAR_LOST] = "?", [RH_BAR_CANCELLED] = "⊘",
        [RH_BAR_BACK_OFF] = "", [RH_BAR_QUEUED] = "", [RH_BAR_OPEN] = "?"};
    return glyphs[bar->kind];
}

static const char *said_of(const rh_bar *bar)
{
    static const char *const words[] = {[RH_BAR_GOOD] = "succeeded",
                                        [RH_BAR_BAD] = "failed",
                                        [RH_BAR_LOST] = "lost",
                                        [RH_BAR_CANCELLED] = "cancelled",
                                        [RH_BAR_BACK_OFF] = "waits before the next try",
                                        [RH_BAR_QUEUED] = "waits for a host",
                                        [RH_BAR_OPEN] = "never ended"};
    return words[bar->kind];
}

static void bar(const picture *p, const rh_row *row, const rh_bar *bar)
{
    rh_arena *arena = p->out->arena;
    rh_duration from = bar->from - p->gantt->start, to = bar->to - p->gantt->start;
    long x = x_of(p->scale, from), width = x_of(p->scale, to) - x;
    bool is_thin = bar->kind == RH_BAR_QUEUED || bar->kind == RH_BAR_BACK_OFF;
    bool is_tainted = row->is_tainted && bar->kind == RH_BAR_GOOD;
    width = width < 2 ? 2 : width;
    rh_html(p->out, "<g><title>");
    rh_html_text(p->out,
                 rh_format(arena, "%s: %s, %s, after %s%s%s", row->name, said_of(bar),
                           duration_text(arena, bar->to - bar->from), duration_text(arena, from),
                           bar->text ? ": " : "", bar->text ? bar->text : ""));
    rh_html(p->out,
            "</title><rect class=\"%s\" x=\"%ld\" y=\"%ld\" width=\"%ld\" height=\"%d\" "
            "rx=\"2\"/>",
            is_tainted ? "tainted" : class_of(bar), x, p->y + (is_thin ? 9 : 4), width,
            is_thin ? 5 : BAR);
    if (width >= NARROW && !is_thin)
        rh_html(p->out, "<text class=\"glyph\" x=\"%ld\" y=\"%ld\">%s</text>", x + width / 2,
                p->y + 16, is_tainted ? "!" : glyph_of(bar));
    rh_html(p->out, "</g>");
}

static void skipped(const picture *p, const rh_row *row)
{
    long x = x_of(p->scale, row->at - p->gantt->start);
    bool is_right = x > LEFT + WIDE * 2 / 3;
    rh_html(p->out,
            "<rect class=\"skip\" x=\"%ld\" y=\"%ld\" width=\"10\" height=\"%d\" rx=\"2\"/>"
            "<text class=\"why\" x=\"%ld\" y=\"%ld\"%s>",
            is_right ? x - 10 : x, p->y + 4, BAR, is_right ? x - 16 : x + 16, p->y + 16,
            is_right ? " text-anchor=\"end\"" : "");
    rh_html_text(p->out, rh_format(p->out->arena, "skipped: %.60s", row->skip));
    rh_html(p->out, "</text>");
}

static void human_band(const picture *p, long height)
{
    const rh_gantt *gantt = p->gantt;
    if (gantt->looked == RH_FOREVER || gantt->went_on == RH_FOREVER)
        return;
    long x = x_of(p->scale, gantt->looked - gantt->start);
    long width = x_of(p->scale, gantt->went_on - gantt->start) - x;
    rh_html(p->out,
            "<rect class=\"human\" x=\"%ld\" y=\"0\" width=\"%ld\" height=\"%ld\"/>"
            "<text class=\"band\" x=\"%ld\" y=\"11\">a human, ",
            x, width < 2 ? 2 : width, height, x + width / 2);
    rh_html_text(p->out, duration_text(p->out->arena, gantt->went_on - gantt->looked));
    rh_html(p->out, "</text>");
}

static void axis(const picture *p, long y)
{
    const rh_scale *scale = p->scale;
    long last = -100;
    for (int i = 0; i <= TICKS; i++) {
        /* The instant at a column: found by halving, as cuts bend the scale. */
        size_t column = (size_t)WIDE * (size_t)i / TICKS;
        rh_time low = 0, high = scale->end;
        while (high - low > RH_MILLISECONDS(1)) {
            rh_time middle = low + (high - low) / 2;
            if (rh_scale_column(scale, middle) < column)
                low = middle;
            else
                high = middle;
        }
        rh_duration at = (high + RH_MILLISECONDS(500)) / RH_SECONDS(1) * RH_SECONDS(1);
        long x = LEFT + (long)column;
        if (x - last < 52 && i)
            continue;
        last = x;
        rh_html(p->out,
                "<line class=\"tick\" x1=\"%ld\" x2=\"%ld\" y1=\"0\" y2=\"%ld\"/>"
                "<text class=\"axis\" x=\"%ld\" y=\"%ld\"%s>",
                x, x, y, x, y + 13,
                i == TICKS ? " text-anchor=\"end\""
                : i        ? " text-anchor=\"middle\""
                           : "");
        rh_html_text(p->out, duration_text(p->out->arena, at));
        rh_html(p->out, "</text>");
    }
    for (size_t i = 0; i < scale->cut_count; i++)
        rh_html(p->out, "<path class=\"cut\" d=\"M%ld 0V%ld\"/>",
                LEFT + (long)(scale->cuts[i].column + scale->cut_columns / 2), y);
}

static void picture_of(rh_text *out, const rh_scale *scale, const rh_gantt *gantt,
                       const char *label)
{
    size_t rows = gantt->row_count < MOST_ROWS ? gantt->row_count : MOST_ROWS, at = 0;
    long height = 16 + (long)rows * ROW;
    picture p = {out, scale, gantt, 16};
    rh_html(out, "<div class=\"scroll\"><svg viewBox=\"0 0 %d %ld\" role=\"img\" aria-label=\"",
            LEFT + WIDE + RIGHT, height + AXIS);
    rh_html_text(out, label);
    rh_html(out, "\">");
    axis(&p, height);
    human_band(&p, height);
    for (const rh_row *row = gantt->rows; row && at < rows; row = row->next, at++) {
        name(&p, row);
        for (size_t i = 0; i < row->count; i++)
            bar(&p, row, &row->bars[i]);
        if (row->skip)
            skipped(&p, row);
        p.y += ROW;
    }
    rh_html(out, "</svg></div>\n");
    if (gantt->row_count > rows)
        rh_html_element(out, "p", "small",
                        rh_format(out->arena, "... and %zu more rows", gantt->row_count - rows));
}

void rh_chart_bars(rh_text *out, const rh_comparison *comparison, const rh_drawn_plan *drawn)
{
    rh_scale scale = scale_of(comparison, drawn, out->arena);
    for (size_t i = 0; i < comparison->engine_count; i++) {
        const char *label = comparison->engines[i].subject->name;
        const rh_outcome *outcome = &drawn->compared->outcomes[i];
        bool is_untouched = drawn->compared->plan->count && !outcome->faults;
        rh_html(out, "<h4><span class=\"dot e%zu\"></span>", i);
        rh_html_text(out, label);
        rh_html_element(out, "small", rh_outcome_harm(outcome) > 1 ? "bad" : "good",
                        rh_format(out->arena, "%s, %s",
                                  rh_outcome_words(out->arena, comparison, drawn->compared, i),
                                  duration_text(out->arena, outcome->makespan)));
        rh_html(out, "</h4>");
        if (is_untouched)
            rh_html(out, "<p class=\"small\">It never comes to this point, and goes as if nothing "
                         "had failed.</p>");
        else
            picture_of(out, &scale, &drawn->gantts[i], label);
    }
}

/* ---- durations ------------------------------------------------------------------------------- */

enum { TALL = 220, POINTS = 120 };

/* Where the scale of durations has its marks: each step about twice the one before. */
static const rh_duration marks[] = {RH_SECONDS(1),  RH_SECONDS(5),  RH_SECONDS(15), RH_SECONDS(30),
                                    RH_MINUTES(1),  RH_MINUTES(2),  RH_MINUTES(5),  RH_MINUTES(10),
                                    RH_MINUTES(20), RH_MINUTES(45), RH_MINUTES(90), RH_HOURS(3),
                                    RH_HOURS(6),    RH_HOURS(12),   RH_HOURS(24),   RH_HOURS(48),
                                    RH_HOURS(96),   RH_HOURS(240)};
enum { MARKS = sizeof marks / sizeof *marks };

typedef struct span {
    size_t first, last; /* marks */
} span;

static span span_of(const rh_comparison *comparison)
{
    int64_t least = INT64_MAX, most = 0;
    for (size_t i = 0; i < comparison->engine_count; i++) {
        const rh_engine *engine = &comparison->engines[i];
        int64_t end = rh_percentile_of(engine->makespans, comparison->worlds, 998).value;
        least = engine->makespans[0] < least ? engine->makespans[0] : least;
        most = end > most ? end : most;
    }
    span s = {0, MARKS - 1};
    while (s.first + 2 < MARKS && marks[s.first + 1] <= least)
        s.first++;
    while (s.last > s.first + 1 && marks[s.last - 1] >= most)
        s.last--;
    return s;
}

static long place_of(span s, rh_duration at)
{
    size_t i = s.first;
    if (at <= marks[s.first])
        return LEFT;
    if (at >= marks[s.last])
        return LEFT + WIDE;
    while (marks[i + 1] <= at)
        i++;
    int64_t inside = (at - marks[i]) / 1000, length = (marks[i + 1] - marks[i]) / 1000;
    long step = WIDE / (long)(s.last - s.first);
    return LEFT + (long)(i - s.first) * step + (long)(inside * step / length);
}

static void curve(rh_text *out, const rh_comparison *comparison, span s, size_t at)
{
    const rh_engine *engine = &comparison->engines[at];
    rh_html(out, "<path class=\"curve c%zu\" d=\"", at);
    for (uint32_t i = 0; i <= POINTS; i++) {
        uint32_t per_mille = i == 0 ? 1 : i * 1000 / POINTS;
        rh_percentile value = rh_percentile_of(engine->makespans, comparison->worlds, per_mille);
        rh_html(out, "%s%ld %ld", i ? "L" : "M", place_of(s, value.value),
                (long)TALL - (long)per_mille * (TALL - 14) / 1000);
    }
    rh_html(out, "\"/>");
}

void rh_chart_durations(rh_text *out, const rh_comparison *comparison)
{
    span s = span_of(comparison);
    rh_html(out,
            "<div class=\"scroll\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-label=\"How many are through after which time\">",
            LEFT + WIDE + RIGHT + 24, TALL + AXIS);
    for (int percent = 0; percent <= 100; percent += 25) {
        long y = TALL - (long)percent * (TALL - 14) / 100;
        rh_html(out,
                "<line class=\"tick\" x1=\"%d\" x2=\"%d\" y1=\"%ld\" y2=\"%ld\"/>"
                "<text class=\"axis\" x=\"%d\" y=\"%ld\" text-anchor=\"end\">%d %%</text>",
                LEFT, LEFT + WIDE, y, y, LEFT - 8, y + 4, percent);
    }
    for (size_t i = s.first; i <= s.last; i++) {
        long x = place_of(s, marks[i]);
        rh_html(out,
                "<line class=\"tick\" x1=\"%ld\" x2=\"%ld\" y1=\"14\" y2=\"%d\"/>"
                "<text class=\"axis\" x=\"%ld\" y=\"%d\" text-anchor=\"middle\">",
                x, x, TALL, x, TALL + 15);
        rh_html_text(out, rh_duration_text(out->arena, marks[i]));
        rh_html(out, "</text>");
    }
    for (size_t i = 0; i < comparison->engine_count; i++) {
        curve(out, comparison, s, i);
        rh_html(out,
                "<path class=\"curve c%zu\" d=\"M0 %zuH26\"/><text class=\"name\" x=\"34\" "
                "y=\"%zu\">",
                i, 22 + 22 * i, 26 + 22 * i);
        rh_html_text(out, comparison->engines[i].subject->name);
        rh_html(out, "</text>");
    }
    rh_html(out, "</svg></div>\n");
}
