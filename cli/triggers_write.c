#include "cli/triggers.h"

#include <string.h>

#include "cli/actions_files.h"
#include "cli/console.h"
#include "reports/words.h"
#include "sim/base/json.h"

enum { MOST_NAME = 28, VERDICT = 7 };

/* ---- text ------------------------------------------------------------------------------------ */

static const char *clean(rh_arena *arena, const char *text)
{
    rh_text cleaned = rh_text_in(arena);
    /* A condition may be written on several lines. */
    char *line = rh_arena_string(arena, text);
    for (char *c = line; *c; c++)
        *c = *c == '\n' || *c == '\r' ? ' ' : *c;
    cli_write_clean(&cleaned, line, 0);
    return rh_text_string(&cleaned);
}

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void write_name(rh_text *to, const char *name, size_t width)
{
    size_t columns = rh_text_columns(name, strlen(name));
    rh_text_puts(to, name);
    if (columns > width) {
        rh_text_putc(to, '\n');
        columns = 0;
    }
    rh_text_fill(to, ' ', width + 2 - columns);
}

static void write_job(rh_text *to, const char *id, const char *what, const char *why)
{
    const char *line = rh_format(to->arena, "job %s%s: %s", id, what, why);
    rh_text_puts(to, "  ");
    rh_words_wrapped(to, clean(to->arena, line), 2, 6);
}

static void write_jobs(rh_text *to, const cli_triggers_row *row)
{
    for (size_t i = 0; row->jobs && i < row->file->job_count; i++)
        if (row->jobs[i].why && row->reach.jobs[i].is_reached)
            write_job(to, row->jobs[i].job->id, " does not run", row->jobs[i].why);
    for (size_t i = 0; i < row->reach.count; i++) {
        const rh_reach_job *job = &row->reach.jobs[i];
        if (!job->is_reached)
            write_job(to, job->job->id, " is never reached", job->why);
    }
    for (size_t i = 0; i < row->reach.count; i++) {
        const rh_reach_job *job = &row->reach.jobs[i];
        if (job->is_reached && job->why)
            write_job(to, job->job->id, "", job->why);
    }
}

static const char *starts(rh_arena *arena, const rh_reach *reach)
{
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; reach->starts[i]; i++)
        rh_text_printf(&text, "%s%s", i ? ", " : "", reach->starts[i]);
    return text.length ? rh_text_string(&text) : "nothing starts it";
}

/* Whether two files differ only in their folders. */
static bool are_ambiguous(const cli_triggers_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(last_name(rows[i].file->path), last_name(rows[k].file->path)))
                return true;
    return false;
}

void cli_triggers_text(rh_text *to, const rh_actions_event *event, const cli_triggers_row *rows,
                       size_t count)
{
    size_t width = 0;
    bool whole = are_ambiguous(rows, count);
    for (size_t i = 0; i < count; i++) {
        const char *name = whole ? rows[i].file->path : last_name(rows[i].file->path);
        size_t columns = rh_text_columns(name, strlen(name));
        width = columns > width && columns <= MOST_NAME ? columns : width;
    }
    for (size_t i = 0; i < count; i++) {
        const cli_triggers_row *row = &rows[i];
        const char *name = whole ? row->file->path : last_name(row->file->path);
        write_name(to, clean(to->arena, name), width);
        size_t column = width + 2;
        const char *why = starts(to->arena, &row->reach);
        if (event) {
            const char *verdict = !row->answer.runs        ? "-"
                                  : row->answer.is_assumed ? "runs?"
                                                           : "runs";
            rh_text_puts(to, verdict);
            rh_text_fill(to, ' ', VERDICT - strlen(verdict));
            column += VERDICT;
            why = row->answer.why;
        }
        rh_words_wrapped(to, clean(to->arena, why), column, column);
        write_jobs(to, row);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_string(rh_text *to, const char *text)
{
    rh_json_write_string(to, text, strlen(text));
}

typedef struct list {
    rh_text *to;
    const char *key;
    size_t count;
} list;

static void add_job(list *jobs, const char *id, const char *why)
{
    if (jobs->count++)
        rh_text_puts(jobs->to, ",\n    ");
    else
        rh_text_printf(jobs->to, ",\n   \"%s\":[\n    ", jobs->key);
    rh_text_puts(jobs->to, "{\"job\":");
    write_string(jobs->to, id);
    rh_text_puts(jobs->to, ",\"why\":");
    write_string(jobs->to, why);
    rh_text_putc(jobs->to, '}');
}

static void end_list(const list *jobs)
{
    if (jobs->count)
        rh_text_putc(jobs->to, ']');
}

static void write_row(rh_text *to, const rh_actions_event *event, const cli_triggers_row *row)
{
    rh_text_puts(to, "{\"file\":");
    write_string(to, row->file->path);
    if (event) {
        rh_text_printf(to, ",\"runs\":%s,", row->answer.runs ? "true" : "false");
        rh_text_puts(to, row->answer.is_assumed ? "\"assumed\":true,\"why\":" : "\"why\":");
        write_string(to, row->answer.why);
    } else {
        rh_text_puts(to, ",\"starts\":[");
        for (size_t i = 0; row->reach.starts[i]; i++) {
            rh_text_puts(to, i ? "," : "");
            write_string(to, row->reach.starts[i]);
        }
        rh_text_putc(to, ']');
    }
    list skipped = {.to = to, .key = "skipped"}, only = {.to = to, .key = "only"};
    list unreachable = {.to = to, .key = "unreachable"};
    for (size_t i = 0; row->jobs && i < row->file->job_count; i++)
        if (row->jobs[i].why)
            add_job(&skipped, row->jobs[i].job->id, row->jobs[i].why);
    end_list(&skipped);
    for (size_t i = 0; i < row->reach.count; i++)
        if (row->reach.jobs[i].is_reached && row->reach.jobs[i].why)
            add_job(&only, row->reach.jobs[i].job->id, row->reach.jobs[i].why);
    end_list(&only);
    for (size_t i = 0; i < row->reach.count; i++)
        if (!row->reach.jobs[i].is_reached)
            add_job(&unreachable, row->reach.jobs[i].job->id, row->reach.jobs[i].why);
    end_list(&unreachable);
    rh_text_putc(to, '}');
}

void cli_triggers_json(rh_text *to, const rh_actions_event *event, const cli_triggers_row *rows,
                       size_t count)
{
    rh_text_puts(to, "[");
    for (size_t i = 0; i < count; i++) {
        rh_text_puts(to, i ? ",\n " : "");
        write_row(to, event, &rows[i]);
    }
    rh_text_puts(to, "]\n");
}
