/* Findings for code review: SARIF 2.1.0 (OASIS), as far as GitHub's code scanning reads it. */
#include "reports/findings.h"

#include "rehearse/rehearse.h"
#include "reports/json_out.h"

static void message(rh_out *out, const char *key, const char *text)
{
    rh_out_object(out, key);
    rh_out_string(out, "text", text);
    rh_out_end_object(out);
}

/* SARIF calls ours by other names only for the lowest: it has "note", too. */
static void rule(rh_out *out, rh_finding_kind kind)
{
    const rh_finding_rule *of = rh_finding_rule_of(kind);
    rh_out_object(out, NULL);
    rh_out_string(out, "id", of->id);
    message(out, "shortDescription", of->title);
    message(out, "fullDescription", of->meaning);
    rh_out_object(out, "defaultConfiguration");
    rh_out_string(out, "level", rh_finding_level_name((rh_finding_level)of->level));
    rh_out_end_object(out);
    rh_out_end_object(out);
}

static void tool(rh_out *out)
{
    rh_out_object(out, "tool");
    rh_out_object(out, "driver");
    rh_out_string(out, "name", "rehearse");
    rh_out_string(out, "version", rh_version());
    rh_out_list(out, "rules");
    for (int kind = 0; kind < RH_FINDING_KINDS; kind++)
        rule(out, (rh_finding_kind)kind);
    rh_out_end_list(out);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

static void location(rh_out *out, const rh_finding_place *place, int64_t id, const char *words)
{
    rh_out_object(out, NULL);
    if (id)
        rh_out_integer(out, "id", id);
    if (place->file) {
        rh_out_object(out, "physicalLocation");
        rh_out_object(out, "artifactLocation");
        rh_out_string(out, "uri", place->file);
        rh_out_end_object(out);
        rh_out_object(out, "region");
        rh_out_integer(out, "startLine", place->line ? place->line : 1);
        rh_out_integer(out, "startColumn", place->column ? place->column : 1);
        rh_out_end_object(out);
        rh_out_end_object(out);
    }
    if (place->call) {
        rh_out_list(out, "logicalLocations");
        rh_out_object(out, NULL);
        rh_out_string(out, "fullyQualifiedName", place->call);
        rh_out_end_object(out);
        rh_out_end_list(out);
    }
    if (words)
        message(out, "message", words);
    rh_out_end_object(out);
}

static const char *whole_message(rh_arena *arena, const rh_finding *finding)
{
    rh_text text = rh_text_in(arena);
    rh_text_printf(&text, "%s.", finding->message);
    if (finding->when)
        rh_text_printf(&text, "\nWhen: %s.", finding->when);
    rh_text_printf(&text, "\nHappened: %s.\nExpected: %s.", finding->happened, finding->expected);
    if (finding->change)
        rh_text_printf(&text, "\nChange: %s", finding->change);
    rh_text_printf(&text, "\nReplay: %s", finding->replay);
    return rh_text_string(&text);
}

static void result(rh_out *out, const rh_finding *finding)
{
    rh_arena *arena = out->text->arena;
    rh_out_object(out, NULL);
    rh_out_string(out, "ruleId", rh_finding_rule_of((rh_finding_kind)finding->kind)->id);
    rh_out_integer(out, "ruleIndex", finding->kind);
    rh_out_string(out, "level", rh_finding_level_name((rh_finding_level)finding->level));
    message(out, "message", whole_message(arena, finding));
    rh_out_list(out, "locations");
    location(out, &finding->at, 0, NULL);
    rh_out_end_list(out);
    if (finding->other.call) {
        rh_out_list(out, "relatedLocations");
        location(out, &finding->other, 1, "where it shows, or what else has to do with it");
        rh_out_end_list(out);
    }
    rh_out_object(out, "partialFingerprints");
    rh_out_string(out, "rehearse/v1", rh_format(arena, "%016jx", (uintmax_t)finding->fingerprint));
    rh_out_end_object(out);
    rh_out_end_object(out);
}

void rh_findings_sarif(rh_text *text, const rh_checked_list *list)
{
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_string(&out, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    rh_out_string(&out, "version", "2.1.0");
    rh_out_list(&out, "runs");
    rh_out_object(&out, NULL);
    tool(&out);
    rh_out_string(&out, "columnKind", "utf16CodeUnits");
    rh_out_list(&out, "results");
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].findings.count; k++)
            result(&out, &list->items[i].findings.items[k]);
    rh_out_end_list(&out);
    rh_out_end_object(&out);
    rh_out_end_list(&out);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}
