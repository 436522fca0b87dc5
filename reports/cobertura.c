#include "reports/cobertura.h"

#include <inttypes.h>
#include <string.h>

#include "reports/xml_out.h"

static const char dtd[] = "http://cobertura.sourceforge.net/xml/coverage-04.dtd";

typedef struct sums {
    uint64_t lines, lines_hit, branches, branches_hit;
} sums;

static void add_branches(const rh_line_row *row, sums *to)
{
    for (const rh_line_block *block = row->blocks; block; block = block->next)
        for (size_t i = 0; i < block->count; i++) {
            to->branches++;
            to->branches_hit += block->branches[i].count > 0;
        }
}

static void add_row(const rh_line_row *row, sums *to)
{
    int64_t count;
    if (!rh_line_count(row, &count))
        return;
    to->lines++;
    to->lines_hit += count > 0;
    add_branches(row, to);
}

static sums sums_of(const rh_line_file *file)
{
    sums sum = {0};
    for (uint32_t line = 1; line < file->row_count; line++)
        add_row(&file->rows[line], &sum);
    return sum;
}

/* "0.6667"; of nothing all is covered. */
static void write_rate(rh_xml *xml, const char *name, uint64_t hit, uint64_t all)
{
    uint64_t rate = all ? (hit * 10000 + all / 2) / all : 10000;
    rh_xml_attribute(xml, name,
                     rh_format(rh_xml_arena(xml), "%" PRIu64 ".%04" PRIu64, rate / 10000,
                               rate % 10000));
}

static void write_rates(rh_xml *xml, const sums *sum)
{
    write_rate(xml, "line-rate", sum->lines_hit, sum->lines);
    write_rate(xml, "branch-rate", sum->branches_hit, sum->branches);
}

static void write_conditions(rh_xml *xml, const rh_line_row *row)
{
    uint64_t number = 0;
    rh_xml_open(xml, "conditions");
    for (const rh_line_block *block = row->blocks; block; block = block->next) {
        uint64_t hit = 0;
        for (size_t i = 0; i < block->count; i++)
            hit += block->branches[i].count > 0;
        rh_xml_open(xml, "condition");
        rh_xml_number(xml, "number", number++);
        rh_xml_attribute(xml, "type", block->count == 2 ? "jump" : "switch");
        rh_xml_attribute(xml, "coverage",
                         rh_format(rh_xml_arena(xml), "%" PRIu64 "%%",
                                   block->count ? hit * 100 / block->count : 0));
        rh_xml_close(xml);
    }
    rh_xml_close(xml);
}

static void write_line(rh_xml *xml, uint32_t number, const rh_line_row *row)
{
    int64_t count;
    sums sum = {0};
    if (!rh_line_count(row, &count))
        return;
    add_branches(row, &sum);
    rh_xml_open(xml, "line");
    rh_xml_number(xml, "number", number);
    rh_xml_number(xml, "hits", (uint64_t)count);
    rh_xml_attribute(xml, "branch", sum.branches ? "true" : "false");
    if (sum.branches) {
        rh_xml_attribute(xml, "condition-coverage",
                         rh_format(rh_xml_arena(xml), "%" PRIu64 "%% (%" PRIu64 "/%" PRIu64 ")",
                                   sum.branches_hit * 100 / sum.branches, sum.branches_hit,
                                   sum.branches));
        write_conditions(xml, row);
    }
    rh_xml_close(xml);
}

static void write_job(rh_xml *xml, const rh_line_file *file, const rh_line_unit *job)
{
    sums sum = {0};
    add_row(&file->rows[job->line], &sum);
    rh_xml_open(xml, "method");
    rh_xml_attribute(xml, "name", job->job);
    rh_xml_attribute(xml, "signature", "");
    write_rates(xml, &sum);
    rh_xml_open(xml, "lines");
    write_line(xml, job->line, &file->rows[job->line]);
    rh_xml_close(xml);
    rh_xml_close(xml);
}

static void write_file(rh_xml *xml, const rh_line_file *file)
{
    const char *slash = strrchr(file->path, '/');
    const sums sum = sums_of(file);
    rh_xml_open(xml, "class");
    rh_xml_attribute(xml, "name", slash ? slash + 1 : file->path);
    rh_xml_attribute(xml, "filename", file->path);
    write_rates(xml, &sum);
    rh_xml_attribute(xml, "complexity", "0");
    rh_xml_open(xml, "methods");
    for (const rh_line_unit *job = file->jobs; job; job = job->next_job)
        write_job(xml, file, job);
    rh_xml_close(xml);
    rh_xml_open(xml, "lines");
    for (uint32_t line = 1; line < file->row_count; line++)
        write_line(xml, line, &file->rows[line]);
    rh_xml_close(xml);
    rh_xml_close(xml);
}

static void write_sums(rh_xml *xml, const sums *all)
{
    write_rates(xml, all);
    rh_xml_number(xml, "lines-covered", all->lines_hit);
    rh_xml_number(xml, "lines-valid", all->lines);
    rh_xml_number(xml, "branches-covered", all->branches_hit);
    rh_xml_number(xml, "branches-valid", all->branches);
    rh_xml_attribute(xml, "complexity", "0");
    rh_xml_attribute(xml, "version", "rehearse");
    rh_xml_attribute(xml, "timestamp", "0"); /* the same bytes each time */
}

static void document(rh_xml *xml, const void *data)
{
    const rh_lines *lines = data;
    sums all = {0};
    for (const rh_line_file *file = lines->files; file; file = file->next)
        for (uint32_t line = 1; line < file->row_count; line++)
            add_row(&file->rows[line], &all);
    rh_xml_open(xml, "coverage");
    write_sums(xml, &all);
    rh_xml_open(xml, "sources");
    rh_xml_open(xml, "source");
    rh_xml_text(xml, ".");
    rh_xml_close(xml);
    rh_xml_close(xml);
    rh_xml_open(xml, "packages");
    rh_xml_open(xml, "package");
    rh_xml_attribute(xml, "name", "workflows");
    write_rates(xml, &all);
    rh_xml_attribute(xml, "complexity", "0");
    rh_xml_open(xml, "classes");
    for (const rh_line_file *file = lines->files; file; file = file->next)
        write_file(xml, file);
    rh_xml_close(xml);
    rh_xml_close(xml);
    rh_xml_close(xml);
    rh_xml_close(xml);
}

int rh_report_cobertura(rh_text *text, const rh_lines *lines, rh_error *error)
{
    return rh_xml_document(text, "Cobertura", "coverage", dtd, document, lines, error);
}
