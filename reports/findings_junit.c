/* Findings as JUnit XML. */
#include "reports/findings.h"

#include "reports/xml_out.h"

static size_t count_of(const rh_findings *findings, int kind, uint8_t from)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->items[i].kind == kind && findings->items[i].level >= from;
    return count;
}

static void put_finding(rh_xml *xml, const rh_finding *finding)
{
    rh_arena *arena = rh_xml_arena(xml);
    rh_text text = rh_text_in(arena);
    if (finding->at.file)
        rh_text_printf(&text, "%s:%u:%u\n", finding->at.file, finding->at.line, finding->at.column);
    if (finding->when)
        rh_text_printf(&text, "when: %s\n", finding->when);
    rh_text_printf(&text, "happened: %s\nexpected: %s\n", finding->happened, finding->expected);
    if (finding->change)
        rh_text_printf(&text, "change: %s\n", finding->change);
    rh_text_printf(&text, "replay: %s\n", finding->replay);
    rh_xml_open(xml, "failure");
    rh_xml_attribute(xml, "message", finding->message);
    rh_xml_attribute(xml, "type", rh_finding_rule_of((rh_finding_kind)finding->kind)->id);
    rh_xml_text(xml, rh_text_string(&text));
    rh_xml_close(xml);
}

/* One case for a kind; what does not fail the check is no failure. */
static void put_case(rh_xml *xml, const rh_checked *checked, int kind, uint8_t fail_on)
{
    const rh_finding_rule *rule = rh_finding_rule_of((rh_finding_kind)kind);
    rh_xml_open(xml, "testcase");
    rh_xml_attribute(xml, "name", rule->title);
    rh_xml_attribute(xml, "classname", checked->name);
    for (size_t i = 0; i < checked->findings.count; i++)
        if (checked->findings.items[i].kind == kind && checked->findings.items[i].level >= fail_on)
            put_finding(xml, &checked->findings.items[i]);
    rh_xml_close(xml);
}

static void put_suites(rh_xml *xml, const void *data)
{
    const rh_checked_list *list = data;
    rh_xml_open(xml, "testsuites");
    rh_xml_attribute(xml, "name", "rehearse check");
    for (size_t i = 0; i < list->count; i++) {
        const rh_checked *checked = &list->items[i];
        size_t failures = 0;
        for (int kind = 0; kind < RH_FINDING_KINDS; kind++)
            failures += count_of(&checked->findings, kind, list->fail_on) > 0;
        rh_xml_open(xml, "testsuite");
        rh_xml_attribute(xml, "name", checked->name);
        rh_xml_number(xml, "tests", RH_FINDING_KINDS);
        rh_xml_number(xml, "failures", failures);
        for (int kind = 0; kind < RH_FINDING_KINDS; kind++)
            put_case(xml, checked, kind, list->fail_on);
        rh_xml_close(xml);
    }
    rh_xml_close(xml);
}

int rh_findings_junit(rh_text *text, const rh_checked_list *list, rh_error *error)
{
    return rh_xml_document(text, "JUnit", NULL, NULL, put_suites, list, error);
}
