#include "reports/compare/figures.h"

#include "sim/base/timetext.h"

const rh_figure rh_figures[] = {
    {"success_without_human", "succeeds without a human",
     "the run is green, and nobody did anything", RH_FIGURE_PROBABILITY, true, false},
    {"success_in_the_end", "succeeds in the end",
     "the last run is green, after people have run again what failed", RH_FIGURE_PROBABILITY, true,
     false},
    {"silently_wrong", "green, but wrong",
     "it succeeds, and something is missing or was made from what came of a failed command",
     RH_FIGURE_PROBABILITY, false, false},
    {"half_published", "half published for a while",
     "some of it is out and some is not, until a human comes", RH_FIGURE_PROBABILITY, false, false},
    {"stays_half_published", "stays half published", "the same, for good", RH_FIGURE_PROBABILITY,
     false, false},
    {"published_twice", "published twice", "an effect happened more than once",
     RH_FIGURE_PROBABILITY, false, false},
    {"interventions", "interventions", "how often a human has to act, a release", RH_FIGURE_COUNT,
     false, false},
    {"makespan_p50_ns", "duration, half of all", "from the event to the last run's end, median",
     RH_FIGURE_TIME, false, true},
    {"makespan_p95_ns", "duration, 95 %", "95th percentile", RH_FIGURE_TIME, false, true},
    {"makespan_p99_ns", "duration, 99 %", "99th percentile", RH_FIGURE_TIME, false, true},
    {"time_to_notice_minutes", "time to notice",
     "from a fault to the red run, of those that turn red", RH_FIGURE_MINUTES, false, false, true},
    {"wasted_minutes", "wasted host time",
     "of what failed, was lost, waited for another try, or was done again; a release",
     RH_FIGURE_MINUTES, false, false},
    {"work_minutes", "host time", "of all jobs and activities, a release", RH_FIGURE_MINUTES, false,
     false},
    {"hosted_runners_usd", "hosted runners",
     "each begun minute of a job, by GitHub's list; hosts of one's own have no price here",
     RH_FIGURE_USD, false, false},
    {"faults_recorded", "faults that leave a trace",
     "of faults that come alone: an annotation or an event of the history tells of it",
     RH_FIGURE_SHARE, true, false},
    {"causes_recorded", "... that says why", "the same, with the message or type of what failed",
     RH_FIGURE_SHARE, true, false},
};
const size_t rh_figure_count = sizeof rh_figures / sizeof *rh_figures;

/* ---- values ---------------------------------------------------------------------------------- */

static rh_interval exactly(double value)
{
    return (rh_interval){value, value, value};
}

static rh_interval sampled(const rh_percentile *percentile)
{
    return (rh_interval){(double)percentile->value, (double)percentile->low,
                         (double)percentile->high};
}

rh_interval rh_figure_of(const rh_figure *figure, const rh_comparison *comparison, size_t engine)
{
    const rh_engine *e = &comparison->engines[engine];
    const double exact[] = {e->success[0],
                            e->eventual[0],
                            e->silent,
                            e->was_half,
                            e->stays_half,
                            e->duplicates,
                            e->interventions,
                            0,
                            0,
                            0,
                            e->noticed_minutes,
                            e->wasted_minutes,
                            e->work_minutes,
                            e->usd,
                            e->records[RH_RECORD_ANNOTATION] + e->records[RH_RECORD_HISTORY],
                            e->causes};
    size_t at = (size_t)(figure - rh_figures);
    return figure->kind == RH_FIGURE_TIME ? sampled(&e->makespan[at - 7]) : exactly(exact[at]);
}

/* How much better the first one is, at least; negative: perhaps not at all. */
static double lead(const rh_figure *figure, const rh_comparison *comparison, size_t first,
                   size_t other)
{
    rh_interval mine = rh_figure_of(figure, comparison, first);
    rh_interval theirs = rh_figure_of(figure, comparison, other);
    double open = figure->kind == RH_FIGURE_PROBABILITY ? comparison->rest[0] : 0;
    return figure->more_is_better ? mine.low - theirs.high - open : theirs.low - mine.high - open;
}

/* What nobody would care about. */
static double least(const rh_figure *figure)
{
    static const double least_of[] = {
        [RH_FIGURE_PROBABILITY] = 0.00005, [RH_FIGURE_SHARE] = 0.005,  [RH_FIGURE_MINUTES] = 0.05,
        [RH_FIGURE_USD] = 0.0005,          [RH_FIGURE_COUNT] = 0.0005, [RH_FIGURE_TIME] = 1e9};
    return least_of[figure->kind];
}

bool rh_figure_first_is_better(const rh_figure *figure, const rh_comparison *comparison,
                               size_t other)
{
    return !figure->has_no_winner && lead(figure, comparison, 0, other) > least(figure);
}

bool rh_figure_other_is_better(const rh_figure *figure, const rh_comparison *comparison,
                               size_t other)
{
    if (figure->has_no_winner || figure->kind == RH_FIGURE_USD) /* its own hosts have no price */
        return false;
    return lead(figure, comparison, other, 0) > least(figure);
}

/* ---- texts ----------------------------------------------------------------------------------- */

void rh_text_fixed(rh_text *text, double value, int decimals)
{
    int64_t scale = 1;
    for (int i = 0; i < decimals; i++)
        scale *= 10;
    double scaled = (value < 0 ? -value : value) * (double)scale + 0.5;
    if (scaled >= 9e18) {
        rh_text_puts(text, value < 0 ? "-inf" : "inf");
        return;
    }
    int64_t rounded = (int64_t)scaled;
    if (value < 0 && rounded)
        rh_text_putc(text, '-');
    rh_text_printf(text, "%lld", (long long)(rounded / scale));
    if (decimals)
        rh_text_printf(text, ".%0*lld", decimals, (long long)(rounded % scale));
}

void rh_text_percent(rh_text *text, double value)
{
    double distance = value < 0.5 ? value : 1 - value;
    int decimals = 2;
    if (distance > 0 && distance < 0.0001)
        decimals = distance < 0.000001 ? 6 : 4;
    if (distance <= 0)
        decimals = 0;
    rh_text_fixed(text, 100 * value, decimals);
    rh_text_puts(text, " %");
}

void rh_figure_write(rh_text *text, const rh_figure *figure, double value)
{
    switch ((rh_figure_kind)figure->kind) {
    case RH_FIGURE_PROBABILITY:
        rh_text_percent(text, value);
        break;
    case RH_FIGURE_SHARE:
        rh_text_fixed(text, 100 * value, 0);
        rh_text_puts(text, " %");
        break;
    case RH_FIGURE_MINUTES:
        rh_text_fixed(text, value, value < 10 ? 2 : 1);
        rh_text_puts(text, " min");
        break;
    case RH_FIGURE_USD:
        rh_text_puts(text, "$");
        rh_text_fixed(text, value, 4);
        break;
    case RH_FIGURE_COUNT:
        rh_text_fixed(text, value, 4);
        break;
    case RH_FIGURE_TIME:
        if (value < 59.5e9 && value >= 0)
            rh_text_printf(text, "%lld s", (long long)(value / 1e9 + 0.5));
        else
            rh_duration_brief(text, (rh_duration)(value / 1e9 + 0.5) * RH_SECONDS(1));
        break;
    }
}

/* Beyond what is lost in any noise of seconds. */
static bool is_late(const rh_comparison *comparison, const rh_compared *compared, size_t engine,
                    rh_duration *by)
{
    *by = compared->outcomes[engine].makespan - comparison->plans[0].outcomes[engine].makespan;
    return compared->outcomes[engine].faults && *by >= RH_MINUTES(1);
}

const char *rh_outcome_words(rh_arena *arena, const rh_comparison *comparison,
                             const rh_compared *compared, size_t engine)
{
    const rh_outcome *outcome = &compared->outcomes[engine];
    rh_text text = rh_text_in(arena);
    bool is_red = outcome->first != RH_ENDING_SUCCESS;
    if (outcome->last == RH_ENDING_STUCK)
        rh_text_puts(&text, "stuck");
    else
        rh_text_puts(&text, is_red ? outcome->first == RH_ENDING_CANCELLED ? "cancelled" : "red"
                                   : "green");
    if (compared->plan->count && !outcome->faults)
        rh_text_puts(&text, ", not touched");
    if (outcome->is_silent)
        rh_text_puts(&text, outcome->tainted ? ", wrong content" : ", incomplete");
    if (outcome->is_half && !outcome->is_silent)
        rh_text_puts(&text, ", stays half published");
    else if (outcome->was_half && !outcome->is_silent)
        rh_text_puts(&text, ", half published");
    if (outcome->duplicates)
        rh_text_puts(&text, ", published twice");
    if (outcome->interventions)
        rh_text_printf(&text, ", %u by hand", outcome->interventions);
    rh_duration by;
    if (is_late(comparison, compared, engine, &by)) {
        rh_text_puts(&text, ", ");
        rh_duration_brief(&text, by);
        rh_text_puts(&text, " late");
    }
    return rh_text_string(&text);
}

const char *rh_outcome_advice(const rh_compared *compared)
{
    const rh_outcome *outcome = &compared->outcomes[0];
    const rh_fault *fault = compared->plan->count ? compared->plan->strikes[0].risk->fault : NULL;
    if (!fault || !rh_outcome_harm(outcome))
        return "";
    if (outcome->is_silent)
        return "let the step fail with its commands: shell: bash (which sets pipefail), and no "
               "command whose failure is swallowed";
    if (outcome->duplicates)
        return "make the effect idempotent (ask first whether it is there, or give it a key), so "
               "that doing it again changes nothing";
    if (fault->class == RH_FAULT_HANG || fault->class == RH_FAULT_CRASH)
        return "set timeout-minutes on the step or job, so that a hang does not cost six hours";
    if (outcome->is_half)
        return "put what must come out together behind one step, or let a last job clean up "
               "(if: failure())";
    if (outcome->was_half)
        return "try the step again by itself (a retry in the script or a retry wrapper), or let it "
               "not turn the run red (continue-on-error), with an alert";
    return fault->retryable
               ? "try the step again by itself: a retry in the script or a retry wrapper"
               : "nothing a retry mends: check the precondition before anything is "
                 "published";
}

/* ---- sentences ------------------------------------------------------------------------------- */

static const rh_figure *figure_named(const char *key)
{
    for (size_t i = 0; i < rh_figure_count; i++)
        if (!strcmp(rh_figures[i].key, key))
            return &rh_figures[i];
    return rh_figures;
}

static void write_value(rh_text *text, const rh_compare_page *page, const char *key, size_t engine)
{
    const rh_figure *figure = figure_named(key);
    rh_figure_write(text, figure, rh_figure_of(figure, page->comparison, engine).value);
}

/* Of a list with one item for each engine: before this one. */
static void put_between(rh_text *text, const rh_compare_page *page, size_t engine)
{
    if (engine)
        rh_text_puts(text, engine + 1 < page->comparison->engine_count ? ", " : " and ");
}

void rh_compare_headline(rh_text *text, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    const rh_engine *first = &comparison->engines[0];
    rh_text_printf(text, "%s goes through without a human in ", page->title);
    write_value(text, page, "success_without_human", 0);
    rh_text_printf(text, " of all releases %s", first->phrase);
    for (size_t i = 1; i < comparison->engine_count; i++) {
        put_between(text, page, i);
        write_value(text, page, "success_without_human", i);
        rh_text_printf(text, " %s", comparison->engines[i].phrase);
    }
    rh_text_puts(text, ".\n");
    if (comparison->engine_count < 2)
        return;
    rh_text_puts(text, "In the same order, 19 of 20 are through after ");
    for (size_t i = 0; i < comparison->engine_count; i++) {
        put_between(text, page, i);
        write_value(text, page, "makespan_p95_ns", i);
    }
    rh_text_puts(text, ", and people act in ");
    for (size_t i = 0; i < comparison->engine_count; i++) {
        put_between(text, page, i);
        rh_text_fixed(text, 100 * comparison->engines[i].interventions, 1);
    }
    rh_text_puts(text, " of 100.\n");
}

void rh_compare_other_side(rh_text *text, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    for (size_t k = 0; k < rh_figure_count; k++) {
        const rh_figure *figure = &rh_figures[k];
        bool is_first = true;
        for (size_t i = 1; i < comparison->engine_count; i++) {
            if (!rh_figure_first_is_better(figure, comparison, i))
                continue;
            if (is_first) {
                rh_text_printf(text, "%s: ", figure->name);
                rh_figure_write(text, figure, rh_figure_of(figure, comparison, 0).value);
            }
            rh_text_puts(text, is_first ? " against " : ", ");
            rh_figure_write(text, figure, rh_figure_of(figure, comparison, i).value);
            rh_text_printf(text, " %s", comparison->engines[i].phrase);
            is_first = false;
        }
        if (!is_first)
            rh_text_putc(text, '\n');
    }
}

/* What was not played because there would be too much of it. */
static void put_limits(rh_text *text, const rh_comparison *comparison)
{
    size_t all = comparison->left_out + comparison->likeliest_count;
    if (comparison->likeliest_count)
        rh_text_printf(text,
                       "The file is large: of the %zu plans of %u faults only the %zu likeliest "
                       "were played; --plans %zu plays all.\n",
                       all, comparison->most_faults + 1, comparison->likeliest_count,
                       comparison->plan_count + comparison->left_out);
    else if (comparison->left_out)
        rh_text_printf(text,
                       "Plans of %u faults were left out: there are %zu of them; --plans %zu plays "
                       "them.\n",
                       comparison->most_faults + 1, comparison->left_out,
                       comparison->plan_count + comparison->left_out);
    if (comparison->fewer_than)
        rh_text_printf(text,
                       "The file is large: %zu worlds were drawn instead of %zu, and intervals are "
                       "wider; --worlds %zu draws them.\n",
                       comparison->worlds, comparison->fewer_than, comparison->fewer_than);
}

void rh_compare_assumptions(rh_text *text, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_text_printf(text,
                   "Rates of faults and spreads of durations: profile '%s' (rehearse faults "
                   "--profile %s); they are assumptions, not measurements of your pipeline.\n",
                   page->profile, page->profile);
    rh_text_printf(
        text,
        "Exact figures: all %zu plans of up to %u faults at %zu fault points that are "
        "likelier than one in ten million (%zu are not), each with its probability; what "
        "was not looked at has ",
        comparison->plan_count - comparison->likeliest_count, comparison->most_faults,
        comparison->point_count, comparison->unlikely_count);
    rh_text_percent(text, comparison->rest[0]);
    rh_text_puts(text, ". Faults strike independently of each other there.\n");
    put_limits(text, comparison);
    rh_text_printf(
        text,
        "Durations: %zu worlds drawn from seed %llu, in which outages come by time, too; "
        "all engines meet the same draws. Intervals are of 95 %%.\n",
        comparison->worlds, (unsigned long long)comparison->seed);
    rh_text_puts(text, "A human runs again what failed, at most three times, usually after ");
    rh_duration_brief(text, page->human);
    rh_text_puts(text, ".\n");
    for (const char *const *note = page->notes; note && *note; note++)
        rh_text_printf(text, "%s\n", *note);
}
