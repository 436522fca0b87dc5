#include "reports/lcov.h"

#include <inttypes.h>

typedef struct tally {
    size_t found, hit;
} tally;

static void add(tally *to, bool is_hit)
{
    to->found++;
    to->hit += is_hit;
}

static void write_jobs(rh_text *text, const rh_line_file *file)
{
    tally jobs = {0};
    for (const rh_line_unit *job = file->jobs; job; job = job->next_job)
        rh_text_printf(text, "FN:%u,%s\n", job->line, job->job);
    for (const rh_line_unit *job = file->jobs; job; job = job->next_job) {
        rh_text_printf(text, "FNDA:%" PRId64 ",%s\n", job->played, job->job);
        add(&jobs, job->played > 0);
    }
    rh_text_printf(text, "FNF:%zu\nFNH:%zu\n", jobs.found, jobs.hit);
}

static void write_branches(rh_text *text, const rh_line_file *file)
{
    tally branches = {0};
    for (uint32_t line = 1; line < file->row_count; line++) {
        int64_t count;
        size_t number = 0;
        rh_line_count(&file->rows[line], &count);
        for (const rh_line_block *block = file->rows[line].blocks; block; block = block->next) {
            for (size_t i = 0; i < block->count; i++) {
                int64_t taken = block->branches[i].count;
                rh_text_printf(text, "BRDA:%u,%zu,%zu,", line, number, i);
                rh_text_printf(text, count ? "%" PRId64 "\n" : "-\n", taken);
                add(&branches, taken > 0);
            }
            number++;
        }
    }
    rh_text_printf(text, "BRF:%zu\nBRH:%zu\n", branches.found, branches.hit);
}

static void write_lines(rh_text *text, const rh_line_file *file)
{
    tally lines = {0};
    for (uint32_t line = 1; line < file->row_count; line++) {
        int64_t count;
        if (!rh_line_count(&file->rows[line], &count))
            continue;
        rh_text_printf(text, "DA:%u,%" PRId64 "\n", line, count);
        add(&lines, count > 0);
    }
    rh_text_printf(text, "LF:%zu\nLH:%zu\n", lines.found, lines.hit);
}

void rh_report_lcov(rh_text *text, const rh_lines *lines)
{
    for (const rh_line_file *file = lines->files; file; file = file->next) {
        rh_text_printf(text, "TN:\nSF:%s\n", file->path);
        write_jobs(text, file);
        write_branches(text, file);
        write_lines(text, file);
        rh_text_puts(text, "end_of_record\n");
    }
}
