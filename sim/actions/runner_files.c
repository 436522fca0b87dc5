/* Files as scripts see them: those that a step hands things over by (GITHUB_OUTPUT and the like),
 * and those that scripts of the job have written. What else is on the disk is not known. */
#include "sim/actions/runner.h"

#include "sim/base/value.h"

static const char *const step_files[RH_STEP_FILE_COUNT] = {"set_output", "set_env", "add_path",
                                                           "save_state", "step_summary"};

/* -1: not one of them. */
static int step_file_of(const rh_value *path)
{
    size_t length = strlen(RH_RUNNER_FILES);
    const char *text = rh_text_of(path);
    if (strncmp(text, RH_RUNNER_FILES, length) != 0)
        return -1;
    for (int i = 0; i < RH_STEP_FILE_COUNT; i++)
        if (strcmp(text + length, step_files[i]) == 0)
            return i;
    return -1;
}

/* ---- names in the text of a script ----------------------------------------------------------- */

/* Of `echo "version=$V" >> "$GITHUB_OUTPUT"` the shell knows that the text is not known; what
 * stands in the script says which name it is for. */

static bool is_name(char c)
{
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* The first NAME= behind a quote or blank in [*at, end); NULL: none. Moves *at behind it. */
static const char *next_name(rh_arena *arena, const char **at, const char *end)
{
    for (const char *c = *at; c < end; c++) {
        bool begins = is_name(*c) && (c == *at || c[-1] == '"' || c[-1] == '\'' || c[-1] == ' ');
        if (!begins)
            continue;
        const char *stop = c;
        while (stop < end && is_name(*stop))
            stop++;
        if (stop < end && *stop == '=' && *c != '-') {
            *at = stop + 1;
            return rh_arena_text(arena, c, (size_t)(stop - c));
        }
        c = stop;
    }
    *at = end;
    return NULL;
}

/* The part of the script whose output goes to a redirection: its line, or the group it closes. */
static const char *begin_of_source(const char *text, const char *redirection)
{
    const char *at = redirection;
    while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
        at--;
    if (at > text && at[-1] == '}') {
        int depth = 0;
        for (const char *c = at - 1; c >= text; c--) {
            depth += *c == '}' ? 1 : *c == '{' ? -1 : 0;
            if (!depth)
                return c;
        }
    }
    while (at > text && (at[-1] != '\n' || (at - 1 > text && at[-2] == '\\')))
        at--;
    return at;
}

static bool was_written(const rh_step_pieces *pieces, const char *name)
{
    for (size_t i = 0; i < pieces->name_count; i++)
        if (strcmp(pieces->names[i], name) == 0)
            return true;
    return false;
}

static const char *name_at(rh_played *played, const rh_step_pieces *pieces,
                           const rh_shell_place *place)
{
    const rh_value *script = played->script;
    if (rh_kind_of(script) != RH_STRING || place->begin > script->count)
        return NULL;
    const char *end = script->as.text + place->begin;
    const char *at = begin_of_source(script->as.text, end);
    bool is_group = at < end && *at == '{';
    rh_arena *arena = played->scope->runner->arena;
    const char *name;
    while ((name = next_name(arena, &at, end)))
        if (!is_group || !was_written(pieces, name))
            return name;
    return NULL;
}

/* ---- writing for the runner ------------------------------------------------------------------ */

static void push(rh_arena *arena, rh_step_pieces *pieces, const rh_value *value)
{
    pieces->items = rh_arena_reserve(arena, pieces->items, sizeof *pieces->items, pieces->count + 1,
                                     &pieces->capacity);
    pieces->items[pieces->count++] = value;
}

static void push_text(rh_arena *arena, rh_step_pieces *pieces, const char *text)
{
    push(arena, pieces, rh_runner_string(arena, text, 0));
}

static void remember_name(rh_arena *arena, rh_step_pieces *pieces, const char *name)
{
    pieces->names = rh_arena_reserve(arena, pieces->names, sizeof *pieces->names,
                                     pieces->name_count + 1, &pieces->name_capacity);
    pieces->names[pieces->name_count++] = name;
}

/* Names and heredocs, line by line: the reader behind this is rh_file_command_read. */
static void follow(rh_arena *arena, rh_step_pieces *pieces, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *line = rh_arena_text(arena, text, length);
        const char *equals = strchr(line, '='), *heredoc = strstr(line, "<<");
        if (pieces->delimiter) {
            if (strcmp(line, pieces->delimiter) == 0)
                pieces->delimiter = NULL;
        } else if (heredoc && (!equals || heredoc < equals)) {
            pieces->delimiter = heredoc + 2;
        } else if (equals) {
            remember_name(arena, pieces, rh_arena_text(arena, line, (size_t)(equals - line)));
        }
        text += length + (text[length] == '\n');
    }
}

static const rh_value *unknown_of(rh_played *played, const char *name, const rh_value *text)
{
    rh_arena *arena = played->scope->runner->arena;
    if (*rh_value_origin(text) || !played->step)
        return text;
    const char *origin = rh_format(arena, "steps.%s.outputs.%s", played->step->id, name);
    return rh_value_unknown(arena, origin, text->flags & (RH_SECRET | RH_TAINTED));
}

static rh_step_pieces *pieces_of(rh_played *played, int file)
{
    if (!played->files)
        played->files =
            RH_NEW_ARRAY(played->scope->runner->arena, rh_step_pieces, RH_STEP_FILE_COUNT);
    return &played->files[file];
}

/* Whether the last line has no end yet: what comes then goes on with it. */
static bool is_in_line(const rh_step_pieces *pieces)
{
    const rh_value *last = pieces->count ? pieces->items[pieces->count - 1] : NULL;
    return rh_kind_of(last) == RH_STRING && last->count && last->as.text[last->count - 1] != '\n';
}

static void write_step_file(rh_played *played, int file, const rh_value *text, bool append,
                            const rh_shell_place *place)
{
    rh_arena *arena = played->scope->runner->arena;
    rh_step_pieces *pieces = pieces_of(played, file);
    if (!append)
        *pieces = (rh_step_pieces){0};
    if (rh_kind_of(text) == RH_STRING) {
        push(arena, pieces, text);
        if (file == RH_STEP_OUTPUT || file == RH_STEP_ENV)
            follow(arena, pieces, text->as.text);
        return;
    }
    bool has_names = file == RH_STEP_OUTPUT || file == RH_STEP_ENV || file == RH_STEP_STATE;
    bool goes_on = has_names && (pieces->delimiter || is_in_line(pieces));
    const char *name = has_names && !goes_on ? name_at(played, pieces, place) : NULL;
    if (!name) {
        push(arena, pieces, text);
        if (goes_on)
            push_text(arena, pieces, "\n");
        return;
    }
    remember_name(arena, pieces, name);
    push_text(arena, pieces, rh_format(arena, "%s=", name));
    push(arena, pieces, unknown_of(played, name, text));
    push_text(arena, pieces, "\n");
}

void rh_files_set_output(rh_played *played, const char *name, const rh_value *value)
{
    rh_arena *arena = played->scope->runner->arena;
    rh_step_pieces *pieces = pieces_of(played, RH_STEP_OUTPUT);
    bool has_lines = rh_kind_of(value) == RH_STRING && strchr(rh_text_of(value), '\n');
    push_text(arena, pieces, rh_format(arena, has_lines ? "%s<<ghadelimiter\n" : "%s=", name));
    push(arena, pieces, value);
    push_text(arena, pieces, has_lines ? "\nghadelimiter\n" : "\n");
}

void rh_files_add_path(rh_played *played, const rh_value *path)
{
    rh_arena *arena = played->scope->runner->arena;
    rh_step_pieces *pieces = pieces_of(played, RH_STEP_PATH);
    push(arena, pieces, path);
    push_text(arena, pieces, "\n");
}

/* ---- reading what a step handed over --------------------------------------------------------- */

static rh_file_pairs read_pairs(rh_played *played, rh_step_file file, rh_file_command command)
{
    rh_runner *runner = played->scope->runner;
    const rh_step_pieces *pieces = &played->files[file];
    return rh_file_command_read(runner->arena, command, pieces->items, pieces->count,
                                strcmp(runner->os, "Windows") == 0);
}

static const rh_value *object_of(rh_arena *arena, const rh_file_pairs *pairs)
{
    rh_field *fields = rh_arena_alloc(arena, (pairs->count + 1) * sizeof *fields);
    size_t count = 0;
    for (size_t i = 0; i < pairs->count; i++) {
        size_t same = 0;
        while (same < count && strcmp(fields[same].key, pairs->items[i].key) != 0)
            same++;
        fields[same] = (rh_field){pairs->items[i].key, pairs->items[i].value};
        count += same == count;
    }
    return rh_value_object_borrowing(arena, fields, count);
}

static const char *error_of(rh_played *played, const rh_file_pairs *pairs, rh_file_command command)
{
    rh_runner *runner = played->scope->runner;
    if (!pairs->error)
        return NULL;
    const char *text = rh_format(runner->arena, "%s %s", rh_file_command_failed_text(command),
                                 pairs->error_flags & RH_SECRET ? "***" : pairs->error);
    return text;
}

static const char *read_outputs(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    if (!played->files[RH_STEP_OUTPUT].count)
        return NULL;
    rh_file_pairs pairs = read_pairs(played, RH_STEP_OUTPUT, RH_FILE_OUTPUT);
    if (pairs.unknown) {
        const char *id = played->step ? played->step->id : "";
        const char *origin = rh_format(runner->arena, "steps.%s.outputs", id);
        played->outputs =
            rh_value_unknown(runner->arena, origin, pairs.unknown->flags & RH_TAINTED);
    } else {
        played->outputs = object_of(runner->arena, &pairs);
    }
    return error_of(played, &pairs, RH_FILE_OUTPUT);
}

static const char *read_env(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    if (!played->files[RH_STEP_ENV].count)
        return NULL;
    rh_file_pairs pairs = read_pairs(played, RH_STEP_ENV, RH_FILE_ENV);
    played->env_made = object_of(runner->arena, &pairs);
    for (uint32_t i = 0; i < pairs.blocked; i++)
        rh_runner_annotate(runner, played->call, "error", rh_file_blocked_text());
    if (pairs.unknown)
        rh_runner_note(runner, "a name written to GITHUB_ENV is not known: no variable is set");
    return error_of(played, &pairs, RH_FILE_ENV);
}

static uint64_t size_of_pieces(const rh_step_pieces *pieces)
{
    uint64_t size = 0;
    for (size_t i = 0; i < pieces->count; i++)
        if (rh_kind_of(pieces->items[i]) == RH_STRING)
            size += pieces->items[i]->count;
    return size;
}

const char *rh_files_read_step(rh_played *played)
{
    rh_runner *runner = played->scope->runner;
    if (played->files_are_read || !played->files)
        return NULL;
    played->files_are_read = true;
    const char *error = read_outputs(played);
    const char *env_error = read_env(played);
    if (played->files[RH_STEP_STATE].count) {
        rh_file_pairs pairs = read_pairs(played, RH_STEP_STATE, RH_FILE_STATE);
        const char *state_error = error_of(played, &pairs, RH_FILE_STATE);
        error = error ? error : state_error;
    }
    const char *too_long =
        rh_step_summary_error(runner->arena, size_of_pieces(&played->files[RH_STEP_SUMMARY]));
    if (too_long)
        rh_runner_annotate(runner, played->call, "error", too_long);
    return error ? error : env_error;
}

/* ---- other files ----------------------------------------------------------------------------- */

static const char *plain_path(const char *path)
{
    size_t workspace = strlen(RH_RUNNER_WORKSPACE);
    if (strncmp(path, RH_RUNNER_WORKSPACE "/", workspace + 1) == 0)
        path += workspace + 1;
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    return path;
}

static rh_job_file *file_of(rh_runner *runner, const char *path)
{
    path = plain_path(path);
    for (rh_job_file *file = runner->files; file; file = file->next)
        if (file->text && strcmp(file->path, path) == 0)
            return file;
    return NULL;
}

static const rh_value *unknown_file(rh_runner *runner, const char *path)
{
    const char *origin = *path ? rh_format(runner->arena, "the file %s", plain_path(path)) : "";
    return rh_value_unknown(runner->arena, origin, runner->files_are_tainted ? RH_TAINTED : 0);
}

static const rh_value *joined(rh_runner *runner, const rh_value *left, const rh_value *right)
{
    uint8_t flags = (uint8_t)((left->flags | right->flags) & (RH_SECRET | RH_TAINTED));
    if (left->kind != RH_STRING || right->kind != RH_STRING)
        return rh_value_unknown(runner->arena, "", flags);
    rh_text text = rh_text_in(runner->arena);
    rh_text_add(&text, left->as.text, left->count);
    rh_text_add(&text, right->as.text, right->count);
    const rh_value *value = rh_value_string(runner->arena, text.data, text.length);
    return rh_runner_flagged(runner->arena, value, flags);
}

void rh_file_write(void *data, const rh_value *path, const rh_value *text, bool append,
                   const rh_shell_place *place)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    int step_file = step_file_of(path);
    if (step_file >= 0) {
        write_step_file(played, step_file, text, append, place);
        return;
    }
    if ((text->flags | path->flags) & RH_TAINTED)
        rh_runner_taint(played, NULL);
    if (rh_kind_of(path) != RH_STRING)
        return;
    rh_job_file *file = file_of(runner, rh_text_of(path));
    if (!file) {
        file = RH_NEW(runner->arena, rh_job_file);
        file->path = rh_arena_string(runner->arena, plain_path(rh_text_of(path)));
        file->next = runner->files;
        runner->files = file;
        rh_runner_changes_file(played, file);
        if (append) /* to something that may have been there */
            text = rh_value_unknown(runner->arena, "", text->flags & (RH_SECRET | RH_TAINTED));
        file->text = text;
        return;
    }
    rh_runner_changes_file(played, file);
    file->text = append ? joined(runner, file->text, text) : text;
}

const rh_value *rh_file_read(void *data, const rh_value *path)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    int step_file = step_file_of(path);
    if (step_file < 0) {
        rh_job_file *file = file_of(runner, rh_text_of(path));
        return file ? file->text : unknown_file(runner, rh_text_of(path));
    }
    const rh_value *all = rh_runner_string(runner->arena, "", 0);
    for (size_t i = 0; played->files && i < played->files[step_file].count; i++)
        all = joined(runner, all, played->files[step_file].items[i]);
    return all;
}

const rh_value *rh_file_test(void *data, char operator, const rh_value * path)
{
    rh_played *played = data;
    rh_runner *runner = played->scope->runner;
    rh_job_file *file = file_of(runner, rh_text_of(path));
    if (rh_kind_of(path) == RH_STRING && !path->count)
        return rh_value_boolean(runner->arena, false);
    if (step_file_of(path) < 0 && !file)
        return unknown_file(runner, rh_text_of(path));
    switch (operator) {
    case 'e':
    case 'f':
    case 'r':
    case 'w':
        return rh_value_boolean(runner->arena, true);
    case 's':
        if (file && file->text->kind != RH_STRING)
            return unknown_file(runner, rh_text_of(path));
        return rh_value_boolean(runner->arena, rh_text_of(rh_file_read(data, path))[0] != '\0');
    case 'd':
    case 'L':
    case 'h':
    case 'p':
    case 'S':
    case 'b':
    case 'c':
        return rh_value_boolean(runner->arena, false);
    default:
        return unknown_file(runner, rh_text_of(path));
    }
}

static void touch(rh_played *played, rh_job_file *file)
{
    rh_arena *arena = played->scope->runner->arena;
    rh_runner_changes_file(played, file);
    file->text = rh_value_unknown(arena, rh_format(arena, "the file %s", file->path),
                                  file->text->flags & (RH_SECRET | RH_TAINTED));
}

void rh_files_touch(rh_played *played, const rh_shell_command *command)
{
    for (rh_job_file *file = played->scope->runner->files; file; file = file->next)
        for (size_t i = 1; file->text && i < command->word_count; i++)
            if (rh_kind_of(command->words[i]) == RH_STRING &&
                strcmp(plain_path(rh_text_of(command->words[i])), file->path) == 0)
                touch(played, file);
}
