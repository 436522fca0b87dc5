/* Findings as GitHub shows them: beside the lines, and in the summary of a step. */
#include "reports/findings.h"

#include <string.h>

#include "reports/annotations.h"

/* A summary of more than 1 MiB is refused as a whole (actions/runner, FileCommandManager.cs). */
enum { LONGEST_SUMMARY = 1 << 20 };

static void annotate(rh_annotations *to, const rh_finding *finding)
{
    static const uint8_t levels[] = {RH_ANNOTATE_NOTICE, RH_ANNOTATE_WARNING, RH_ANNOTATE_ERROR};
    rh_text message = rh_text_in(to->arena);
    rh_text_printf(&message, "%s: %s", finding->message, finding->happened);
    if (finding->change)
        rh_text_printf(&message, "\n%s", finding->change);
    rh_text_printf(&message, "\n%s", finding->replay);
    rh_annotate(to, &(rh_annotation){
                        .level = levels[finding->level],
                        .file = finding->at.file,
                        .line = finding->at.line,
                        .column = finding->at.column,
                        .title = rh_finding_rule_of((rh_finding_kind)finding->kind)->id,
                        .message = rh_text_string(&message),
                    });
}

void rh_findings_annotations(rh_text *text, const rh_checked_list *list)
{
    rh_annotations all = {.arena = text->arena};
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].findings.count; k++)
            annotate(&all, &list->items[i].findings.items[k]);
    rh_annotations_write(text, &all);
}

/* ---- the summary ----------------------------------------------------------------------------- */

/* What Markdown or HTML would take for its own. */
static void put_markdown(rh_text *text, const char *words)
{
    for (; *words; words++)
        if (*words == '<')
            rh_text_puts(text, "&lt;");
        else if (*words == '&')
            rh_text_puts(text, "&amp;");
        else if (*words == '\n')
            rh_text_putc(text, ' ');
        else if (strchr("|*_[]", *words))
            rh_text_printf(text, "\\%c", *words);
        else
            rh_text_putc(text, *words);
}

static void put_block(rh_text *text, const char *language, const char *lines)
{
    rh_text_printf(text, "\n```%s\n%s\n```\n", language, lines);
}

static void put_details(rh_text *text, const rh_finding *finding)
{
    static const char *const marks[] = {"note", "warning", "error"};
    rh_text_printf(text, "\n<details><summary><b>%s</b> ", marks[finding->level]);
    put_markdown(text, finding->message);
    rh_text_puts(text, "</summary>\n\n");
    if (finding->when) {
        rh_text_puts(text, "- when: ");
        put_markdown(text, finding->when);
        rh_text_putc(text, '\n');
    }
    rh_text_puts(text, "- happened: ");
    put_markdown(text, finding->happened);
    rh_text_puts(text, "\n- expected: ");
    put_markdown(text, finding->expected);
    rh_text_putc(text, '\n');
    if (finding->change) {
        size_t length = strcspn(finding->change, "\n");
        rh_text_puts(text, "- change: ");
        put_markdown(text, rh_format(text->arena, "%.*s", (int)length, finding->change));
        rh_text_putc(text, '\n');
        if (finding->change[length])
            put_block(text, "yaml", finding->change + length + 1);
    }
    put_block(text, "sh", finding->replay);
    rh_text_puts(text, "\n</details>\n");
}

static void put_row(rh_text *text, const rh_finding *finding)
{
    rh_text_printf(text, "| %s | %s | ", rh_finding_level_name((rh_finding_level)finding->level),
                   rh_finding_rule_of((rh_finding_kind)finding->kind)->id);
    if (finding->at.file)
        rh_text_printf(text, "`%s:%u`", finding->at.file, finding->at.line);
    else
        put_markdown(text, finding->at.call ? finding->at.call : "");
    rh_text_puts(text, " | ");
    put_markdown(text, finding->message);
    rh_text_puts(text, " |\n");
}

void rh_findings_markdown(rh_text *text, const rh_checked_list *list)
{
    size_t left_out = 0, used = 0;
    rh_text_puts(text, "## rehearse check\n\n");
    if (!rh_checked_count(list, RH_LEVEL_NOTE)) {
        rh_text_puts(text, "Nothing was found.\n");
        return;
    }
    rh_text all = rh_text_in(text->arena);
    rh_text_puts(&all, "| level | kind | where | what |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].findings.count; k++)
            put_row(&all, &list->items[i].findings.items[k]);
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->items[i].findings.count; k++) {
            used = all.length;
            put_details(&all, &list->items[i].findings.items[k]);
            if (all.length > LONGEST_SUMMARY - 4096) {
                all.length = used;
                left_out++;
            }
        }
    if (left_out)
        rh_text_printf(&all, "\nThe details of %zu findings are left out: GitHub takes 1 MiB.\n",
                       left_out);
    rh_text_add(text, all.data, all.length);
}
