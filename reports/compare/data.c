#include "reports/compare/data.h"

#include <string.h>

#include "reports/json_out.h"
#include "reports/junit.h"

static const char *plan_text(rh_arena *arena, const rh_plan *plan)
{
    rh_text text = rh_text_in(arena);
    rh_plan_write(&text, plan);
    return rh_text_string(&text);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_figure(rh_out *out, const rh_compare_page *page, const rh_figure *figure,
                        size_t engine)
{
    rh_interval value = rh_figure_of(figure, page->comparison, engine);
    if (!figure->is_sampled) {
        rh_out_number(out, figure->key, value.value);
        return;
    }
    rh_out_object(out, figure->key);
    rh_out_integer(out, "value", (int64_t)value.value);
    rh_out_integer(out, "low", (int64_t)value.low);
    rh_out_integer(out, "high", (int64_t)value.high);
    rh_out_end_object(out);
}

static void json_interval(rh_out *out, const char *key, const rh_interval *interval)
{
    rh_out_object(out, key);
    rh_out_number(out, "value", interval->value);
    rh_out_number(out, "low", interval->low);
    rh_out_number(out, "high", interval->high);
    rh_out_end_object(out);
}

static void json_observability(rh_out *out, const rh_engine *engine)
{
    rh_out_object(out, "observability");
    for (size_t kind = RH_RECORD_NOTHING; kind < RH_RECORD_KINDS; kind++)
        rh_out_number(out, rh_record_kind_name((rh_record_kind)kind), engine->records[kind]);
    rh_out_number(out, "cause", engine->causes);
    rh_out_number(out, "attempts", engine->attempts);
    rh_out_end_object(out);
}

static void json_engine(rh_out *out, const rh_compare_page *page, size_t at)
{
    const rh_engine *engine = &page->comparison->engines[at];
    rh_out_object(out, NULL);
    rh_out_string(out, "name", engine->subject->name);
    rh_out_string(out, "about", engine->about);
    rh_out_object(out, "figures");
    for (size_t i = 0; i < rh_figure_count; i++)
        json_figure(out, page, &rh_figures[i], at);
    rh_out_end_object(out);
    rh_out_object(out, "success_at_other_rates");
    rh_out_number(out, "0.1", engine->success[1]);
    rh_out_number(out, "10", engine->success[2]);
    rh_out_end_object(out);
    json_observability(out, engine);
    json_interval(out, "sampled_success", &engine->sampled_success);
    if (at > 0)
        json_interval(out, "sampled_difference", &engine->success_difference);
    rh_out_end_object(out);
}

static void json_outcome(rh_out *out, const rh_compare_page *page, const rh_compared *compared,
                         size_t at)
{
    const rh_outcome *outcome = &compared->outcomes[at];
    rh_out_object(out, NULL);
    rh_out_string(out, "engine", page->comparison->engines[at].subject->name);
    rh_out_string(out, "first", rh_ending_name((rh_ending)outcome->first));
    rh_out_string(out, "last", rh_ending_name((rh_ending)outcome->last));
    rh_out_integer(out, "interventions", outcome->interventions);
    rh_out_integer(out, "faults", outcome->faults);
    rh_out_integer(out, "missing", outcome->missing);
    rh_out_integer(out, "duplicates", outcome->duplicates);
    rh_out_integer(out, "tainted", outcome->tainted);
    rh_out_boolean(out, "half_published", outcome->was_half);
    rh_out_boolean(out, "stays_half_published", outcome->is_half);
    rh_out_boolean(out, "silent", outcome->is_silent);
    rh_out_integer(out, "makespan_ns", outcome->makespan);
    rh_out_integer(out, "work_ns", outcome->work);
    rh_out_integer(out, "wasted_ns", outcome->wasted);
    rh_out_integer(out, "micro_usd", outcome->micro_usd);
    if (outcome->noticed >= 0)
        rh_out_integer(out, "noticed_ns", outcome->noticed);
    const rh_record *record = &compared->records[at];
    rh_out_object(out, "record");
    rh_out_string(out, "in", rh_record_kind_name((rh_record_kind)record->kind));
    rh_out_string(out, "where", record->text);
    rh_out_boolean(out, "cause", record->has_cause);
    rh_out_integer(out, "attempts", record->attempts);
    rh_out_end_object(out);
    rh_out_string(out, "failure", compared->what_failed[at]);
    rh_out_end_object(out);
}

static void json_plan(rh_out *out, const rh_compare_page *page, const rh_compared *compared)
{
    rh_arena *arena = out->text->arena;
    rh_out_object(out, NULL);
    rh_out_number(out, "probability", compared->plan->weights[0]);
    rh_out_list(out, "faults");
    for (size_t i = 0; i < compared->plan->count; i++) {
        const rh_strike *strike = &compared->plan->strikes[i];
        rh_text point = rh_text_in(arena);
        rh_point_write(&point, strike->point);
        rh_out_object(out, NULL);
        rh_out_string(out, "point", rh_text_string(&point));
        rh_out_string(out, "fault", strike->risk->fault->name);
        rh_out_string(out, "file", strike->point->file);
        if (strike->point->file)
            rh_out_integer(out, "line", strike->point->line);
        rh_out_end_object(out);
    }
    rh_out_end_list(out);
    rh_out_list(out, "outcomes");
    for (size_t i = 0; i < page->comparison->engine_count; i++)
        json_outcome(out, page, compared, i);
    rh_out_end_list(out);
    const char *advice = rh_outcome_advice(compared);
    rh_out_string(out, "change", *advice ? advice : NULL);
    rh_out_string(out, "replay", compared->replay);
    rh_out_end_object(out);
}

void rh_compare_json(rh_text *text, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    rh_out_string(&out, "workflow", page->title);
    rh_out_string(&out, "file", page->file);
    rh_out_string(&out, "event", page->event);
    rh_out_string(&out, "profile", page->profile);
    rh_out_string(&out, "command", page->command);
    rh_out_integer(&out, "most_faults", comparison->most_faults);
    rh_out_integer(&out, "plans", (int64_t)comparison->plan_count);
    if (comparison->left_out)
        rh_out_integer(&out, "plans_left_out", (int64_t)comparison->left_out);
    rh_out_integer(&out, "fault_points", (int64_t)comparison->point_count);
    rh_out_number(&out, "not_looked_at", comparison->rest[0]);
    rh_out_integer(&out, "worlds", (int64_t)comparison->worlds);
    rh_out_integer(&out, "seed", (int64_t)comparison->seed);
    rh_out_list(&out, "engines");
    for (size_t i = 0; i < comparison->engine_count; i++)
        json_engine(&out, page, i);
    rh_out_end_list(&out);
    rh_out_list(&out, "published_twice_while_both_run");
    for (const char *const *effect = page->twice; effect && *effect; effect++)
        rh_out_string(&out, NULL, *effect);
    rh_out_end_list(&out);
    rh_out_list(&out, "faults");
    json_plan(&out, page, &comparison->plans[0]);
    for (size_t i = 0; i < comparison->worst_count; i++)
        json_plan(&out, page, comparison->worst[i]);
    for (size_t i = 0; i < comparison->other_count; i++)
        json_plan(&out, page, comparison->others[i]);
    rh_out_end_list(&out);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static void csv_field(rh_text *out, const char *field)
{
    if (!field[strcspn(field, ",\"\r\n")]) {
        rh_text_puts(out, field);
        return;
    }
    rh_text_putc(out, '"');
    for (; *field; field++)
        rh_text_printf(out, *field == '"' ? "\"%c" : "%c", *field);
    rh_text_putc(out, '"');
}

static void csv_line(rh_text *out, const rh_compare_page *page, const rh_compared *compared,
                     size_t at)
{
    const rh_outcome *outcome = &compared->outcomes[at];
    rh_text_printf(out, "%zu,", compared->plan->count);
    csv_field(out, plan_text(out->arena, compared->plan));
    rh_text_putc(out, ',');
    rh_text_fixed(out, compared->plan->weights[0], 9);
    rh_text_putc(out, ',');
    csv_field(out, page->comparison->engines[at].subject->name);
    rh_text_printf(out, ",%s,%s,%u,%u,%u,%u,%d,%d,%d,", rh_ending_name((rh_ending)outcome->first),
                   rh_ending_name((rh_ending)outcome->last), outcome->interventions,
                   outcome->missing, outcome->duplicates, outcome->tainted, outcome->was_half,
                   outcome->is_half, outcome->is_silent);
    rh_text_fixed(out, (double)outcome->makespan / 1e9, 3);
    rh_text_putc(out, ',');
    rh_text_fixed(out, (double)outcome->work / 1e9, 3);
    rh_text_putc(out, ',');
    rh_text_fixed(out, (double)outcome->wasted / 1e9, 3);
    rh_text_putc(out, ',');
    rh_text_fixed(out, (double)outcome->micro_usd / 1e6, 6);
    rh_text_putc(out, ',');
    if (outcome->noticed >= 0)
        rh_text_fixed(out, (double)outcome->noticed / 1e9, 3);
    const rh_record *record = compared->records ? &compared->records[at] : NULL;
    if (record)
        rh_text_printf(out, ",%s,%d,%u\r\n", rh_record_kind_name((rh_record_kind)record->kind),
                       record->has_cause, record->attempts);
    else
        rh_text_puts(out, ",,,\r\n");
}

void rh_compare_csv(rh_text *out, const rh_compare_page *page)
{
    const rh_comparison *comparison = page->comparison;
    rh_text_puts(out, "faults,plan,probability,engine,first,last,interventions,missing,duplicates,"
                      "tainted,half_published,stays_half_published,silent,makespan_s,work_s,"
                      "wasted_s,usd,noticed_s,record,cause,attempts\r\n");
    for (size_t i = 0; i < comparison->plan_count; i++)
        for (size_t k = 0; comparison->plans[i].outcomes && k < comparison->engine_count; k++)
            csv_line(out, page, &comparison->plans[i], k);
}

/* ---- JUnit ----------------------------------------------------------------------------------- */

static rh_test_result test_of(rh_arena *arena, const rh_compare_page *page,
                              const rh_compared *compared, size_t at)
{
    const rh_outcome *outcome = &compared->outcomes[at];
    const rh_point *point = compared->plan->count ? compared->plan->strikes[0].point : NULL;
    bool is_good = rh_outcome_harm(outcome) < 2;
    const char *words = rh_outcome_words(arena, page->comparison, compared, at),
               *advice = rh_outcome_advice(compared);
    rh_text report = rh_text_in(arena);
    if (!is_good && compared->what_failed[at])
        rh_text_printf(&report, "%s\n", compared->what_failed[at]);
    if (!is_good && compared->records[at].kind != RH_RECORD_NONE)
        rh_text_printf(&report, "one reads of it in: %s\n", compared->records[at].text);
    if (!is_good && *advice)
        rh_text_printf(&report, "what to change: %s\n", advice);
    return (rh_test_result){
        .module =
            rh_format(arena, "%s@%s", page->title, page->comparison->engines[at].subject->name),
        .name = plan_text(arena, compared->plan),
        .file = point && point->file ? point->file : page->file,
        .line = point ? (int)point->line : 1,
        .verdict = is_good ? RH_PASSED : RH_FAILED_TEST,
        .message = is_good ? "" : words,
        .report = rh_text_string(&report),
        .output = "",
        .replay = compared->replay ? compared->replay : "",
        .virtual_ns = outcome->makespan,
        .runs = 1 + outcome->interventions,
    };
}

int rh_compare_junit(rh_text *out, const rh_compare_page *page, rh_error *error)
{
    const rh_comparison *comparison = page->comparison;
    size_t each = comparison->worst_count + comparison->other_count + 1, count = 0;
    rh_test_result *tests =
        RH_NEW_ARRAY(out->arena, rh_test_result, each * comparison->engine_count);
    for (size_t at = 0; at < comparison->engine_count; at++) {
        tests[count++] = test_of(out->arena, page, &comparison->plans[0], at);
        for (size_t i = 0; i < comparison->worst_count; i++)
            tests[count++] = test_of(out->arena, page, comparison->worst[i], at);
        for (size_t i = 0; i < comparison->other_count; i++)
            tests[count++] = test_of(out->arena, page, comparison->others[i], at);
    }
    for (size_t i = 0; i < count; i++)
        tests[i].index = i;
    const rh_junit_options options = {.name = "rehearse compare", .stable = true};
    return rh_report_junit(out, tests, count, &options, error);
}
