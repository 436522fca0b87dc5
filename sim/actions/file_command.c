#include "sim/actions/file_command.h"

#include <inttypes.h>

#include "sim/expression/expression.h"

/* ---- texts ----------------------------------------------------------------------------------- */

const char *rh_file_command_name(rh_file_command command)
{
    static const char *const names[] = {"output", "env", "state"};
    return names[command];
}

const char *rh_file_command_failed_text(rh_file_command command)
{
    static const char *const texts[] = {"Unable to process file command 'output' successfully.",
                                        "Unable to process file command 'env' successfully.",
                                        "Unable to process file command 'state' successfully."};
    return texts[command];
}

const char *rh_file_blocked_text(void)
{
    return "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.";
}

const char *rh_step_summary_error(rh_arena *arena, uint64_t bytes)
{
    if (bytes <= RH_STEP_SUMMARY_LIMIT)
        return NULL;
    return rh_format(arena,
                     "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of %dk, "
                     "got %" PRIu64 "k. For more information see: "
                     "https://docs.github.com/actions/using-workflows/"
                     "workflow-commands-for-github-actions#adding-a-markdown-summary",
                     RH_STEP_SUMMARY_LIMIT / 1024, bytes / 1024);
}

/* ---- lines ----------------------------------------------------------------------------------- */

typedef struct line {
    size_t begin, end; /* without its newline */
    size_t next;       /* where the next one begins */
    bool has_newline;
} line;

typedef struct reader {
    rh_arena *arena;
    rh_file_command command;
    bool with_crlf;
    rh_written written;
    size_t at;
    rh_file_pair *items;
    size_t capacity;
    rh_file_pairs pairs;
} reader;

/* False at the end of the file. A hole behind the last newline is a line, too. */
static bool next_line(reader *r, line *read)
{
    const rh_written *w = &r->written;
    if (r->at > w->length || (r->at == w->length && !rh_written_hole(w, r->at, r->at)))
        return false;
    const char *newline = memchr(w->text + r->at, '\n', w->length - r->at);
    *read = (line){.begin = r->at, .end = w->length, .next = w->length + 1};
    if (newline) {
        read->end = (size_t)(newline - w->text);
        read->next = read->end + 1;
        read->has_newline = true;
        if (r->with_crlf && read->end > read->begin && newline[-1] == '\r')
            read->end--;
    }
    r->at = read->next;
    return true;
}

static bool is_empty(const reader *r, const line *read)
{
    return read->begin == read->end && !rh_written_hole(&r->written, read->begin, read->end);
}

static const char *find(const reader *r, const line *read, const char *wanted, size_t size)
{
    const char *text = r->written.text;
    for (size_t at = read->begin; at + size <= read->end; at++)
        if (memcmp(text + at, wanted, size) == 0)
            return text + at;
    return NULL;
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static bool fail_line(reader *r, const line *quoted, const char *error)
{
    r->pairs.error = error;
    if (quoted)
        r->pairs.error_flags = rh_written_flags(&r->written, quoted->begin, quoted->end);
    return false;
}

static bool fail_format(reader *r, const line *read, const char *more)
{
    const char *shown = rh_written_show(r->arena, &r->written, read->begin, read->end);
    return fail_line(r, read, rh_format(r->arena, "Invalid format '%s'%s", shown, more));
}

static bool add_pair(reader *r, const line *key, const rh_value *value)
{
    size_t length = key->end - key->begin;
    const char *text = rh_arena_text(r->arena, r->written.text + key->begin, length);
    /* The runner means to refuse empty names and only does so where an output is set. */
    if (!length && r->command == RH_FILE_OUTPUT)
        return fail_line(r, NULL, "Value cannot be null. (Parameter 'name')");
    if (r->command == RH_FILE_ENV &&
        rh_compare_ignoring_case(text, length, "NODE_OPTIONS", 12) == 0) {
        r->pairs.blocked++;
        return true;
    }
    r->items =
        rh_arena_reserve(r->arena, r->items, sizeof *r->items, r->pairs.count + 1, &r->capacity);
    r->items[r->pairs.count++] = (rh_file_pair){.key = text, .value = value};
    return true;
}

/* KEY<<DELIMITER and what follows; `key` ends at the <<. */
static bool read_heredoc(reader *r, const line *first, const line *key)
{
    size_t delimiter = key->end + 2;
    if (key->begin == key->end ||
        (delimiter == first->end && !rh_written_hole(&r->written, delimiter, first->end)))
        return fail_format(r, first, ". Name must not be empty and delimiter must not be empty");
    size_t begin = r->at, end = begin;
    bool is_empty_body = true;
    for (line read;; is_empty_body = false) {
        if (!next_line(r, &read)) {
            const char *shown = rh_written_show(r->arena, &r->written, delimiter, first->end);
            return fail_line(r, first,
                             rh_format(r->arena, "Invalid value. Matching delimiter not found '%s'",
                                       shown));
        }
        if (rh_written_same(&r->written, read.begin, read.end, delimiter, first->end))
            break;
        if (!read.has_newline)
            return fail_line(r, NULL, "Invalid value. EOF marker missing new line.");
        end = read.end;
    }
    const rh_value *value = is_empty_body ? rh_value_string(r->arena, "", 0)
                                          : rh_written_part(r->arena, &r->written, begin, end);
    return add_pair(r, key, value);
}

static bool read_pair(reader *r, const line *read)
{
    const char *equals = find(r, read, "=", 1), *heredoc = find(r, read, "<<", 2);
    const char *split = equals && (!heredoc || equals < heredoc) ? equals : heredoc;
    line key = {.begin = read->begin, .end = split ? (size_t)(split - r->written.text) : read->end};
    const rh_value *hole = rh_written_hole(&r->written, key.begin, key.end);
    if (hole) {
        if (!r->pairs.unknown)
            r->pairs.unknown = rh_written_part(r->arena, &r->written, key.begin, key.end);
        return true;
    }
    if (!split)
        return fail_format(r, read, "");
    if (split == heredoc)
        return read_heredoc(r, read, &key);
    return add_pair(r, &key, rh_written_part(r->arena, &r->written, key.end + 1, read->end));
}

static void skip_byte_order_mark(reader *r)
{
    if (r->written.length >= 3 && memcmp(r->written.text, "\xef\xbb\xbf", 3) == 0)
        r->at = 3;
}

rh_file_pairs rh_file_command_read(rh_arena *arena, rh_file_command command,
                                   const rh_value *const *pieces, size_t count, bool with_crlf)
{
    reader r = {.arena = arena, .command = command, .with_crlf = with_crlf};
    r.written = rh_written_join(arena, pieces, count);
    skip_byte_order_mark(&r);
    for (line read; next_line(&r, &read);)
        if (!is_empty(&r, &read) && !read_pair(&r, &read))
            break;
    r.pairs.items = r.items;
    return r.pairs;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static bool is_same_path(const rh_value *left, const rh_value *right)
{
    if (rh_kind_of(left) == RH_UNKNOWN && rh_kind_of(right) == RH_UNKNOWN)
        return strcmp(rh_value_origin(left), rh_value_origin(right)) == 0;
    return rh_equal(left, right);
}

static void add_path(const rh_value **items, size_t *count, const rh_value *path)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (!is_same_path(items[i], path))
            items[kept++] = items[i];
    items[kept++] = path;
    *count = kept;
}

rh_file_paths rh_file_command_paths(rh_arena *arena, const rh_file_paths *before,
                                    const rh_value *const *pieces, size_t count)
{
    reader r = {.arena = arena};
    r.written = rh_written_join(arena, pieces, count);
    skip_byte_order_mark(&r);
    size_t path_count = before ? before->count : 0, capacity = path_count;
    const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, path_count);
    for (size_t i = 0; i < path_count; i++)
        items[i] = before->items[i];
    for (line read; next_line(&r, &read);) {
        /* Here a CR ends a line, too, by itself or before LF. */
        for (size_t begin = read.begin; begin <= read.end;) {
            const char *cr = memchr(r.written.text + begin, '\r', read.end - begin);
            line part = {.begin = begin, .end = cr ? (size_t)(cr - r.written.text) : read.end};
            begin = part.end + 1;
            if (is_empty(&r, &part))
                continue;
            items = rh_arena_reserve(arena, items, sizeof *items, path_count + 1, &capacity);
            add_path(items, &path_count, rh_written_part(arena, &r.written, part.begin, part.end));
        }
    }
    return (rh_file_paths){.items = items, .count = path_count};
}
