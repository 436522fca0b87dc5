#include "suites/actions/read_case.h"

#include <string.h>

/* ---- reading cases --------------------------------------------------------------------------- */

typedef struct parsing {
    rh_arena *arena;
    read_cases *cases;
    read_case *current;
    rh_text document; /* that lines are added to */
    const char **text;
    size_t *length; /* where it goes */
    bool expects;
} parsing;

static void end_document(parsing *p)
{
    if (!p->text)
        return;
    *p->text = rh_arena_string(p->arena, rh_text_string(&p->document));
    *p->length = p->document.length;
    p->text = NULL;
}

static void begin_document(parsing *p, const char **text, size_t *length)
{
    p->document = rh_text_in(p->arena);
    p->text = text;
    p->length = length;
}

static void begin_case(parsing *p, const char *file, const char *name, uint32_t number)
{
    read_cases *cases = p->cases;
    cases->items = rh_arena_reserve(p->arena, cases->items, sizeof *cases->items, cases->count + 1,
                                    &cases->capacity);
    p->current = &cases->items[cases->count++];
    *p->current = (read_case){.name = name, .data = file, .number = number, .text = ""};
}

static void begin_file(parsing *p, const char *path)
{
    read_file *file = RH_NEW(p->arena, read_file);
    file->path = path;
    file->next = p->current->files;
    p->current->files = file;
    begin_document(p, &file->text, &file->length);
}

static bool add_include(parsing *p, char *line)
{
    char *equals = strchr(line, '=');
    if (!equals || p->current->include_count == 8)
        return false;
    *equals = '\0';
    const char **include = p->current->includes[p->current->include_count++];
    include[0] = line;
    include[1] = equals + 1;
    return true;
}

/* A line without indentation. False if it is none. */
static bool take_heading(parsing *p, const char *file, char *line, uint32_t number)
{
    end_document(p);
    p->expects = false;
    if (!strncmp(line, "test ", 5))
        begin_case(p, file, line + 5, number);
    else if (!p->current)
        return false;
    else if (!strcmp(line, "workflow") || !strcmp(line, "action"))
        begin_document(p, &p->current->text, &p->current->length);
    else if (!strncmp(line, "file ", 5))
        begin_file(p, line + 5);
    else if (!strcmp(line, "expect"))
        p->expects = true;
    else
        return !strncmp(line, "include ", 8) && add_include(p, line + 8);
    p->current->is_action = p->current->is_action || !strcmp(line, "action");
    return true;
}

static bool take_line(parsing *p, const char *line)
{
    if (p->text) {
        rh_text_puts(&p->document, line);
        rh_text_putc(&p->document, '\n');
        return true;
    }
    if (!p->expects || p->current->expected_count == 64)
        return !*line;
    if (*line)
        p->current->expected[p->current->expected_count++] = line;
    return true;
}

const char *read_cases_add(rh_arena *arena, read_cases *cases, const char *file, const char *text)
{
    parsing p = {.arena = arena, .cases = cases};
    uint32_t number = 0;
    for (char *line = rh_arena_string(arena, text); *line;) {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n');
        line[length] = '\0';
        number++;
        bool good = *line == '#'                  ? true
                    : *line == '\0'               ? take_line(&p, "")
                    : strncmp(line, "  ", 2) == 0 ? take_line(&p, line + 2)
                                                  : take_heading(&p, file, line, number);
        if (!good)
            return rh_format(arena, "%s:%u: what is this? %s", file, number, line);
        line = next;
    }
    end_document(&p);
    return NULL;
}

/* ---- playing one ----------------------------------------------------------------------------- */

static const char *read_path(void *data, const char *path, size_t *length)
{
    const read_case *test = data;
    for (const read_file *file = test->files; file; file = file->next)
        if (!strcmp(file->path, path)) {
            *length = file->length;
            return file->text;
        }
    return NULL;
}

static const char *find_include(void *data, const char *uses)
{
    const read_case *test = data;
    for (size_t i = 0; i < test->include_count; i++)
        if (!strcmp(test->includes[i][0], uses))
            return test->includes[i][1];
    return NULL;
}

static void write_errors(rh_text *to, const rh_actions_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        char line[1024];
        const char *text = rh_error_text(&errors->items[i], line, sizeof line);
        bool is_own = !strncmp(text, "test.yml:", 9);
        rh_text_printf(to, "  %s\n", is_own ? text + 9 : text);
    }
    if (errors->left_out)
        rh_text_printf(to, "  and %zu more\n", errors->left_out);
}

static bool fits(const char *line, size_t length, const char *expected)
{
    size_t size = strlen(expected);
    if (size >= 3 && !strcmp(expected + size - 3, "..."))
        return length >= size - 3 && !strncmp(line, expected, size - 3);
    return length == size && !strncmp(line, expected, size);
}

/* Whether a text has a line, each indented by two blanks. */
static bool has_line(const char *text, const char *expected)
{
    for (; *text; text += strcspn(text, "\n") + 1)
        if (fits(text + 2, strcspn(text, "\n") - 2, expected))
            return true;
    return false;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* NULL if every expected line is there and what is said has no other. */
static const char *compare(rh_arena *arena, const read_case *test, const char *said,
                           const char *model)
{
    size_t count = 0;
    for (size_t i = 0; i < test->expected_count; i++) {
        const char *line = test->expected[i];
        bool of_model = !strncmp(line, "model ", 6);
        count += !of_model;
        if (!(of_model ? has_line(model, line + 6) : has_line(said, line)))
            return rh_format(arena, "%s:%u: not said: %s\nsaid:\n%smodel:\n%s", test->data,
                             test->number, line, said, model);
    }
    if (count != count_lines(said))
        return rh_format(arena, "%s:%u: more is said than expected:\n%smodel:\n%s", test->data,
                         test->number, said, model);
    return NULL;
}

const char *read_case_play(rh_arena *arena, const read_case *test)
{
    rh_actions_files files = {(void *)test, read_path, find_include};
    rh_actions_read_options options = {.files = &files, .max_files = 3};
    rh_actions_errors *errors = RH_NEW(arena, rh_actions_errors);
    rh_text said = rh_text_in(arena), model = rh_text_in(arena);
    if (test->is_action) {
        const rh_actions_action *action =
            rh_actions_read_action(arena, test->text, test->length, "test.yml", &options, errors);
        if (action)
            dump_action(&model, action);
    } else {
        const rh_actions_file *file =
            rh_actions_read(arena, test->text, test->length, "test.yml", &options, errors);
        if (file)
            dump_workflow(&model, file);
        for (size_t i = 0; file && i < file->note_count; i++)
            rh_text_printf(&said, "  note %u:%u: %s\n", file->notes[i].place.line,
                           file->notes[i].place.column, file->notes[i].text);
    }
    write_errors(&said, errors);
    if (!errors->count == !model.length)
        return rh_format(arena, "%s:%u: errors and a model, or neither", test->data, test->number);
    return compare(arena, test, rh_text_string(&said), rh_text_string(&model));
}
