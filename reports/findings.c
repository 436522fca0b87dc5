#include "reports/findings.h"

#include <string.h>

#include "reports/json_out.h"
#include "reports/words.h"

enum { LABEL = 4, WORDS = 14 }; /* columns */

size_t rh_checked_count(const rh_checked_list *list, rh_finding_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].findings.count; k++)
            count += list->items[i].findings.items[k].level >= level;
    return count;
}

/* ---- text ------------------------------------------------------------------------------------ */

static const char *paint(bool color, const char *escape)
{
    return color ? escape : "";
}

static const char *paint_level(bool color, uint8_t level)
{
    static const char *const escapes[] = {"\033[36m", "\033[33m", "\033[31m"};
    return paint(color, escapes[level]);
}

static void put_place(rh_text *text, const rh_finding_place *place)
{
    if (place->file)
        rh_text_printf(text, "%s:%u:%u", place->file, place->line, place->column);
    else
        rh_text_puts(text, place->call ? place->call : "");
}

static void put_row(rh_text *text, const char *label, const char *words)
{
    rh_text_fill(text, ' ', LABEL);
    rh_text_printf(text, "%-*s", WORDS - LABEL, label);
    rh_words_wrapped(text, words, WORDS, WORDS);
}

/* The sentence is wrapped; the lines of the file behind it are not. */
static void put_change(rh_text *text, const char *change)
{
    size_t length = strcspn(change, "\n");
    put_row(text, "change", rh_format(text->arena, "%.*s", (int)length, change));
    for (const char *line = change + length; *line; line += length) {
        line++;
        length = strcspn(line, "\n");
        rh_text_fill(text, ' ', WORDS + 2);
        rh_text_add(text, line, length);
        rh_text_putc(text, '\n');
    }
}

/* Other ways to see the same. */
static const char *also(rh_arena *arena, const rh_finding *finding)
{
    enum { MOST = 3 };
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < finding->other_count && i < MOST; i++)
        rh_text_printf(&text, "%s%s", i ? ", " : "also under ", finding->others[i]);
    if (finding->other_count > MOST)
        rh_text_printf(&text, " and %zu more", finding->other_count - MOST);
    if (finding->more_points) {
        rh_text_puts(&text, text.length ? "; at " : "also at ");
        rh_words_count(&text, finding->more_points, "other point");
    }
    return rh_text_string(&text);
}

static bool is_same_text(const char *left, const char *right)
{
    return left && right && !strcmp(left, right);
}

/* Whether one that stands before it asks for the same. */
static bool is_said_above(const rh_findings *findings, size_t at)
{
    const rh_finding *finding = &findings->items[at];
    for (size_t i = 0; i < at; i++)
        if (findings->items[i].kind == finding->kind &&
            is_same_text(findings->items[i].expected, finding->expected) &&
            is_same_text(findings->items[i].change, finding->change))
            return true;
    return false;
}

static void put_finding(rh_text *text, const rh_findings *findings, size_t at, bool color)
{
    const rh_finding *finding = &findings->items[at];
    bool is_repeated = is_said_above(findings, at);
    const rh_finding_rule *rule = rh_finding_rule_of((rh_finding_kind)finding->kind);
    const char *level = rh_finding_level_name((rh_finding_level)finding->level);
    rh_text_printf(text, "\n%s%s%s %s  ", paint_level(color, finding->level), level,
                   paint(color, "\033[0m"), rule->id);
    put_place(text, &finding->at);
    rh_text_puts(text, "\n  ");
    rh_text_puts(text, paint(color, "\033[1m"));
    rh_words_wrapped(text, finding->message, 2, 2);
    rh_text_puts(text, paint(color, "\033[0m"));
    if (finding->when)
        put_row(text, "when", finding->when);
    put_row(text, "happened", finding->happened);
    if (!is_repeated)
        put_row(text, "expected", finding->expected);
    if (finding->other.call) {
        rh_text other = rh_text_in(text->arena);
        put_place(&other, &finding->other);
        put_row(text, "see", rh_text_string(&other));
    }
    const char *more = also(text->arena, finding);
    if (*more)
        put_row(text, "and", more);
    if (finding->change)
        put_change(text, is_repeated ? "As above." : finding->change);
    if (finding->fault_count || finding->holds)
        rh_text_printf(text, "    %-*s%s\n", WORDS - LABEL, "replay", finding->replay);
}

static void put_file(rh_text *text, const rh_checked *checked, bool color)
{
    rh_text events = rh_text_in(text->arena);
    for (size_t i = 0; i < checked->event_count; i++)
        rh_text_printf(&events, "%s%s", i ? ", " : "", checked->events[i]);
    rh_text_printf(text, "%s%s%s", paint(color, "\033[1m"), checked->name, paint(color, "\033[0m"));
    if (checked->event_count) {
        rh_text_puts(text, "\n  played by ");
        rh_words_wrapped(text, rh_text_string(&events), 12, 12);
    } else {
        rh_text_putc(text, '\n');
    }
    for (size_t i = 0; i < checked->findings.count; i++)
        put_finding(text, &checked->findings, i, color);
    rh_text_putc(text, '\n');
}

static void put_level(rh_text *text, const rh_checked_list *list, rh_finding_level level,
                      const char *separator)
{
    size_t above =
        level == RH_LEVEL_ERROR ? 0 : rh_checked_count(list, (rh_finding_level)(level + 1));
    rh_text_puts(text, separator);
    rh_words_count(text, rh_checked_count(list, level) - above, rh_finding_level_name(level));
}

/* What was not played, and why. */
static void put_limits(rh_text *text, const rh_checked *checked)
{
    const rh_findings *findings = &checked->findings;
    if (findings->passed_over) {
        rh_text_printf(text, "%s: ", checked->name);
        rh_words_count(text, findings->passed_over, "fault point");
        rh_text_printf(text, " in further legs of a matrix passed over: the first");
        if (findings->most_of_place > 1)
            rh_text_printf(text, " %u", findings->most_of_place);
        rh_text_puts(text, findings->mixes_variants ? " at a place, whatever its leg"
                                                    : " at a place, of legs that are alike");
        rh_text_puts(text, findings->most_of_place > 1 ? ", stand for the others\n"
                                                       : ", stands for the others\n");
    }
    if (findings->left_out) {
        rh_text_printf(text, "%s: ", checked->name);
        rh_words_count(text, findings->left_out, "run");
        rh_text_puts(text, " NOT played\n");
    }
    if (findings->all_plans)
        rh_text_printf(text, "%s: the file is large; --plans %zu plays more\n", checked->name,
                       findings->all_plans);
}

static void put_summary(rh_text *text, const rh_checked_list *list)
{
    size_t plans = 0, events = 0;
    uint32_t most = 1;
    for (size_t i = 0; i < list->count; i++) {
        plans += list->items[i].findings.plans;
        events += list->items[i].event_count;
        if (list->items[i].findings.most_faults > most)
            most = list->items[i].findings.most_faults;
    }
    put_level(text, list, RH_LEVEL_ERROR, "");
    put_level(text, list, RH_LEVEL_WARNING, ", ");
    put_level(text, list, RH_LEVEL_NOTE, ", ");
    rh_text_puts(text, " in ");
    rh_words_count(text, list->count, "definition");
    rh_text_putc(text, '\n');
    rh_words_count(text, plans, "run");
    if (events) {
        rh_text_puts(text, " by ");
        rh_words_count(text, events, "event");
    }
    rh_text_puts(text, ", with up to ");
    rh_words_count(text, most, "fault");
    rh_text_puts(text, " in each\n");
    for (size_t i = 0; i < list->count; i++)
        put_limits(text, &list->items[i]);
}

void rh_findings_text(rh_text *text, const rh_checked_list *list, bool color)
{
    for (size_t i = 0; i < list->count; i++)
        put_file(text, &list->items[i], color);
    put_summary(text, list);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void place_json(rh_out *out, const char *key, const rh_finding_place *place)
{
    if (!place->file && !place->call)
        return;
    rh_out_object(out, key);
    rh_out_string(out, "file", place->file);
    if (place->line) {
        rh_out_integer(out, "line", place->line);
        rh_out_integer(out, "column", place->column);
    }
    rh_out_string(out, "call", place->call);
    rh_out_end_object(out);
}

static void finding_json(rh_out *out, const rh_finding *finding)
{
    rh_out_object(out, NULL);
    rh_out_string(out, "kind", rh_finding_rule_of((rh_finding_kind)finding->kind)->id);
    rh_out_string(out, "level", rh_finding_level_name((rh_finding_level)finding->level));
    rh_out_string(out, "message", finding->message);
    place_json(out, "at", &finding->at);
    place_json(out, "see", &finding->other);
    rh_out_string(out, "when", finding->when);
    rh_out_string(out, "happened", finding->happened);
    rh_out_string(out, "expected", finding->expected);
    rh_out_string(out, "change", finding->change);
    rh_out_list(out, "faults");
    for (size_t i = 0; i < finding->fault_count; i++) {
        rh_out_object(out, NULL);
        rh_out_string(out, "point", finding->faults[i].point);
        rh_out_string(out, "fault", finding->faults[i].fault);
        rh_out_end_object(out);
    }
    rh_out_end_list(out);
    rh_out_list(out, "other_faults");
    for (size_t i = 0; i < finding->other_count; i++)
        rh_out_string(out, NULL, finding->others[i]);
    rh_out_end_list(out);
    rh_out_integer(out, "other_points", (int64_t)finding->more_points);
    rh_out_string(out, "replay", finding->replay);
    rh_out_string(out, "fingerprint",
                  rh_format(out->text->arena, "%016jx", (uintmax_t)finding->fingerprint));
    rh_out_end_object(out);
}

void rh_findings_json(rh_text *text, const rh_checked_list *list)
{
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    rh_out_list(&out, "files");
    for (size_t i = 0; i < list->count; i++) {
        const rh_checked *checked = &list->items[i];
        rh_out_object(&out, NULL);
        rh_out_string(&out, "name", checked->name);
        rh_out_list(&out, "events");
        for (size_t k = 0; k < checked->event_count; k++)
            rh_out_string(&out, NULL, checked->events[k]);
        rh_out_end_list(&out);
        rh_out_integer(&out, "runs", (int64_t)checked->findings.plans);
        rh_out_integer(&out, "most_faults", checked->findings.most_faults);
        if (checked->findings.left_out)
            rh_out_integer(&out, "runs_left_out", (int64_t)checked->findings.left_out);
        if (checked->findings.passed_over)
            rh_out_integer(&out, "points_passed_over", (int64_t)checked->findings.passed_over);
        rh_out_list(&out, "findings");
        for (size_t k = 0; k < checked->findings.count; k++)
            finding_json(&out, &checked->findings.items[k]);
        rh_out_end_list(&out);
        rh_out_end_object(&out);
    }
    rh_out_end_list(&out);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}
