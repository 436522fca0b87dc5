#include "harness/coverage.h"

#include <string.h>

#include "sim/base/json.h"

rh_coverage *rh_coverage_create(rh_arena *arena)
{
    rh_coverage *coverage = RH_NEW(arena, rh_coverage);
    coverage->arena = arena;
    return coverage;
}

/* ---- rows and faults, found or made ---------------------------------------------------------- */

static int compare(const rh_coverage_row *row, const char *definition, const char *path)
{
    int order = strcmp(row->definition, definition);
    return order ? order : strcmp(row->path, path);
}

/* Where the row is or belongs. */
static size_t find_row(const rh_coverage *coverage, const char *definition, const char *path)
{
    size_t low = 0, high = coverage->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&coverage->rows[middle], definition, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* NULL if there is no more room. Valid until the next row is made. */
static rh_coverage_row *row_of(rh_coverage *coverage, const char *definition, const char *path)
{
    size_t at = find_row(coverage, definition, path);
    if (at < coverage->count && compare(&coverage->rows[at], definition, path) == 0)
        return &coverage->rows[at];
    if (coverage->count == RH_COVERAGE_ROWS) {
        coverage->left_out++;
        return NULL;
    }
    coverage->rows = rh_arena_reserve(coverage->arena, coverage->rows, sizeof *coverage->rows,
                                      coverage->count + 1, &coverage->capacity);
    rh_coverage_row *row = &coverage->rows[at];
    memmove(row + 1, row, (coverage->count++ - at) * sizeof *row);
    *row = (rh_coverage_row){.definition = rh_arena_string(coverage->arena, definition),
                             .path = rh_arena_string(coverage->arena, path)};
    return row;
}

static void strike(rh_coverage *coverage, rh_coverage_row *row, const char *name, const char *class,
                   uint64_t count)
{
    size_t at = 0;
    while (at < row->fault_count && strcmp(row->faults[at].name, name) < 0)
        at++;
    if (at < row->fault_count && strcmp(row->faults[at].name, name) == 0) {
        row->faults[at].count += count;
        return;
    }
    if (row->fault_count == RH_COVERAGE_FAULTS) {
        coverage->left_out++;
        return;
    }
    row->faults = rh_arena_reserve(coverage->arena, row->faults, sizeof *row->faults,
                                   row->fault_count + 1, &row->fault_capacity);
    memmove(&row->faults[at + 1], &row->faults[at],
            (row->fault_count++ - at) * sizeof *row->faults);
    row->faults[at] = (rh_struck_fault){.name = rh_arena_string(coverage->arena, name),
                                        .class = rh_arena_string(coverage->arena, class),
                                        .count = count};
}

/* ---- from journals --------------------------------------------------------------------------- */

/* "type[key]", without the number of the call. */
static const char *path_of(rh_text *text, const rh_call *call)
{
    rh_call first = *call;
    first.number = 1;
    text->length = 0;
    rh_call_path(text, &first);
    return rh_text_string(text);
}

static void add_entry(rh_coverage *coverage, const rh_journal *journal, const rh_entry *entry,
                      rh_text *path)
{
    bool struck = entry->kind == RH_ENTRY_FAULT;
    bool has_effect = entry->kind == RH_ENTRY_EFFECT || entry->kind == RH_ENTRY_EFFECT_SKIPPED;
    if (!entry->call || !(struck || has_effect || entry->kind == RH_ENTRY_ACTIVITY_SCHEDULED))
        return;
    const rh_call *call = journal->calls[entry->call - 1];
    if (call->session)
        return; /* no fault strikes what workers do themselves */
    const char *definition = journal->runs[call->run]->workflow_type->text;
    rh_coverage_row *row = row_of(coverage, definition, path_of(path, call));
    if (!row)
        return;
    row->has_effect = row->has_effect || has_effect;
    if (struck && entry->name)
        strike(coverage, row, entry->name->text, entry->text ? entry->text : "", 1);
}

void rh_coverage_add_journal(rh_coverage *coverage, const rh_journal *journal)
{
    rh_text path = rh_text_in(coverage->arena);
    for (size_t i = 0; i < journal->count; i++)
        add_entry(coverage, journal, &journal->entries[i], &path);
}

void rh_coverage_add(rh_coverage *coverage, const rh_coverage *other)
{
    coverage->left_out += other->left_out;
    for (size_t i = 0; i < other->count; i++) {
        const rh_coverage_row *from = &other->rows[i];
        rh_coverage_row *row = row_of(coverage, from->definition, from->path);
        if (!row)
            continue;
        row->has_effect = row->has_effect || from->has_effect;
        for (size_t j = 0; j < from->fault_count; j++)
            strike(coverage, row, from->faults[j].name, from->faults[j].class,
                   from->faults[j].count);
    }
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void write_string(rh_text *text, const char *string)
{
    rh_json_write_string(text, string, strlen(string));
}

/* [left out, ["Release","Build",effects,"dns","transient",1, ...], ...] */
void rh_coverage_write(rh_text *text, const rh_coverage *coverage)
{
    rh_text_printf(text, "[%jd", (intmax_t)coverage->left_out);
    for (size_t i = 0; i < coverage->count; i++) {
        const rh_coverage_row *row = &coverage->rows[i];
        rh_text_puts(text, ",[");
        write_string(text, row->definition);
        rh_text_putc(text, ',');
        write_string(text, row->path);
        rh_text_printf(text, ",%d", (int)row->has_effect);
        for (size_t j = 0; j < row->fault_count; j++) {
            rh_text_putc(text, ',');
            write_string(text, row->faults[j].name);
            rh_text_putc(text, ',');
            write_string(text, row->faults[j].class);
            rh_text_printf(text, ",%jd", (intmax_t)row->faults[j].count);
        }
        rh_text_putc(text, ']');
    }
    rh_text_putc(text, ']');
}

static void read_row(rh_coverage *coverage, const rh_value *list)
{
    size_t count = rh_count_of(list);
    if (count < 3)
        return;
    rh_coverage_row *row = row_of(coverage, rh_text_of(rh_at(list, 0)), rh_text_of(rh_at(list, 1)));
    if (!row)
        return;
    row->has_effect = rh_integer_of(rh_at(list, 2)) != 0;
    for (size_t i = 3; i + 2 < count; i += 3)
        strike(coverage, row, rh_text_of(rh_at(list, i)), rh_text_of(rh_at(list, i + 1)),
               (uint64_t)rh_integer_of(rh_at(list, i + 2)));
}

rh_coverage *rh_coverage_read(rh_arena *arena, const rh_value *value)
{
    if (rh_count_of(value) < 1)
        return NULL;
    rh_coverage *coverage = rh_coverage_create(arena);
    coverage->left_out = (uint64_t)rh_integer_of(rh_at(value, 0));
    for (size_t i = 1; i < rh_count_of(value); i++)
        read_row(coverage, rh_at(value, i));
    return coverage;
}
