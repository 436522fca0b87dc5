#include "reports/fault_coverage.h"

#include <string.h>

#include "harness/fault.h"
#include "reports/json_out.h"

#define ONE(...) +1
enum { CLASS_COUNT = 0 RH_FAULT_CLASSES(ONE) };
#undef ONE

enum { PATH_COLUMNS = 20, CELL_COLUMNS = 6, HEAD_COLUMNS = 5 };

/* Of one row and class. */
typedef struct pair {
    bool possible;
    size_t faults; /* different ones that struck */
} pair;

static pair pair_of(const rh_coverage_row *row, rh_fault_class class)
{
    const char *name = rh_fault_class_name(class);
    bool needs_effect = !strcmp(name, "reply-lost") || !strcmp(name, "partial");
    pair found = {.possible = row->has_effect || !needs_effect};
    for (size_t i = 0; i < row->fault_count; i++)
        found.faults += !strcmp(row->faults[i].class, name);
    found.possible = found.possible || found.faults;
    return found;
}

typedef struct totals {
    size_t possible, rehearsed;
} totals;

static void count_row(const rh_coverage_row *row, totals *sum)
{
    for (int i = 0; i < CLASS_COUNT; i++) {
        pair found = pair_of(row, (rh_fault_class)i);
        sum->possible += found.possible;
        sum->rehearsed += found.faults > 0;
    }
}

/* How many rows from `first` on are of the same definition, and what they come to. */
static size_t count_definition(const rh_coverage *coverage, size_t first, totals *sum)
{
    size_t end = first;
    while (end < coverage->count &&
           !strcmp(coverage->rows[end].definition, coverage->rows[first].definition))
        count_row(&coverage->rows[end++], sum);
    return end - first;
}

static rh_coverage *gather(rh_arena *arena, const rh_test_result *tests, size_t count)
{
    rh_coverage *all = rh_coverage_create(arena);
    for (size_t i = 0; i < count; i++)
        if (tests[i].evidence.coverage)
            rh_coverage_add(all, tests[i].evidence.coverage);
    return all;
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Blanks are written when something follows, so that no line ends in them. */
static void write_cell(rh_text *text, size_t *pending, const char *cell, size_t length)
{
    rh_text_fill(text, ' ', *pending);
    rh_text_add(text, cell, length);
    *pending = CELL_COLUMNS - length;
}

/* Its first word; the second if the class before it begins with the same: host, stopped. */
static const char *short_name(rh_fault_class class)
{
    const char *name = rh_fault_class_name(class);
    size_t length = strcspn(name, "-");
    bool is_new = !class || strncmp(rh_fault_class_name(class - 1), name, length + 1) != 0;
    return is_new || !name[length] ? name : name + length + 1;
}

static void write_head(rh_text *text)
{
    size_t pending = 2 + PATH_COLUMNS;
    for (int i = 0; i < CLASS_COUNT; i++) {
        const char *name = short_name((rh_fault_class)i);
        size_t length = strcspn(name, "-");
        write_cell(text, &pending, name, length < HEAD_COLUMNS ? length : HEAD_COLUMNS);
    }
    rh_text_putc(text, '\n');
}

static void write_row(rh_text *text, const rh_coverage_row *row)
{
    size_t columns = rh_text_columns(row->path, strlen(row->path));
    size_t pending = columns < PATH_COLUMNS ? PATH_COLUMNS - columns : 1;
    rh_text_printf(text, "  %s", row->path);
    if (columns >= PATH_COLUMNS) {
        rh_text_putc(text, '\n');
        pending = 2 + PATH_COLUMNS;
    }
    for (int i = 0; i < CLASS_COUNT; i++) {
        pair found = pair_of(row, (rh_fault_class)i);
        char digits[8];
        int length = 1;
        digits[0] = found.possible ? '.' : '-';
        if (found.faults)
            length = snprintf(digits, sizeof digits, "%zu", found.faults % 10000);
        write_cell(text, &pending, digits, (size_t)length);
    }
    rh_text_putc(text, '\n');
}

void rh_report_fault_coverage(rh_text *text, const rh_test_result *tests, size_t count)
{
    const rh_coverage *coverage = gather(text->arena, tests, count);
    if (!coverage->count)
        rh_text_puts(text, "no calls were seen\n");
    for (size_t first = 0; first < coverage->count;) {
        totals sum = {0};
        size_t rows = count_definition(coverage, first, &sum);
        rh_text_printf(text, "%s: %zu of %zu pairs of call and fault class rehearsed\n",
                       coverage->rows[first].definition, sum.rehearsed, sum.possible);
        write_head(text);
        for (size_t i = 0; i < rows; i++)
            write_row(text, &coverage->rows[first + i]);
        rh_text_putc(text, '\n');
        first += rows;
    }
    if (coverage->left_out)
        rh_text_printf(text, "more than %d calls; %ju were left out\n", (int)RH_COVERAGE_ROWS,
                       (uintmax_t)coverage->left_out);
    if (coverage->count)
        rh_text_puts(text, "number: so many faults of the class struck the call; . none did;\n"
                           "- differs from a plain failure only where there is an effect\n");
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_json_class(rh_out *out, const rh_coverage_row *row, rh_fault_class class)
{
    const char *name = rh_fault_class_name(class);
    pair found = pair_of(row, class);
    if (!found.possible)
        return;
    rh_out_object(out, name);
    for (size_t i = 0; i < row->fault_count; i++)
        if (!strcmp(row->faults[i].class, name))
            rh_out_integer(out, row->faults[i].name, (int64_t)row->faults[i].count);
    rh_out_end_object(out);
}

static void write_json_row(rh_out *out, const rh_coverage_row *row)
{
    rh_out_object(out, NULL);
    rh_out_string(out, "call", row->path);
    rh_out_boolean(out, "effect", row->has_effect);
    rh_out_object(out, "classes");
    for (int i = 0; i < CLASS_COUNT; i++)
        write_json_class(out, row, (rh_fault_class)i);
    rh_out_end_object(out);
    rh_out_end_object(out);
}

static void write_json_definition(rh_out *out, const rh_coverage *coverage, size_t first,
                                  size_t rows, const totals *sum)
{
    rh_out_object(out, NULL);
    rh_out_string(out, "definition", coverage->rows[first].definition);
    rh_out_integer(out, "pairs", (int64_t)sum->possible);
    rh_out_integer(out, "rehearsed", (int64_t)sum->rehearsed);
    rh_out_list(out, "calls");
    for (size_t i = 0; i < rows; i++)
        write_json_row(out, &coverage->rows[first + i]);
    rh_out_end_list(out);
    rh_out_end_object(out);
}

void rh_report_fault_coverage_json(rh_text *text, const rh_test_result *tests, size_t count)
{
    const rh_coverage *coverage = gather(text->arena, tests, count);
    rh_out out = rh_out_begin(text);
    rh_out_object(&out, NULL);
    rh_out_integer(&out, "schema", 1);
    rh_out_string(&out, "kind", "fault-coverage");
    rh_out_list(&out, "definitions");
    for (size_t first = 0; first < coverage->count;) {
        totals sum = {0};
        size_t rows = count_definition(coverage, first, &sum);
        write_json_definition(&out, coverage, first, rows, &sum);
        first += rows;
    }
    rh_out_end_list(&out);
    rh_out_integer(&out, "left_out", (int64_t)coverage->left_out);
    rh_out_end_object(&out);
    rh_text_putc(text, '\n');
}
