#include "suites/lifecycle/case.h"

typedef struct reader {
    rh_arena *arena;
    const char *file;
    lifecycle_file *cases;
    lifecycle_case *current;
    section *into;   /* where lines go; NULL: the text of a type */
    case_type *type; /* that one; NULL: none yet */
    rh_error *error;
} reader;

static int finish_case(reader *r)
{
    if (!r->current)
        return 0;
    if (!r->current->type_count)
        return rh_error_set(r->error, r->file, r->current->number, 1,
                            "case '%s' has no workflow section", r->current->name);
    for (size_t i = 0; i < r->current->type_count; i++) {
        case_type *type = &r->current->types[i];
        type->script =
            rh_scripted_read(r->arena, type->text, type->length, r->file, type->line, r->error);
        if (!type->script)
            return -1;
    }
    return 0;
}

static int begin_case(reader *r, const char *name, size_t length, uint32_t number)
{
    lifecycle_file *cases = r->cases;
    if (finish_case(r) < 0)
        return -1;
    cases->cases = rh_arena_reserve(r->arena, cases->cases, sizeof *cases->cases, cases->count + 1,
                                    &cases->capacity);
    r->current = &cases->cases[cases->count++];
    memset(r->current, 0, sizeof *r->current);
    r->current->name = rh_arena_text(r->arena, name, length);
    r->current->file = r->file;
    r->current->number = number;
    r->into = NULL;
    r->type = NULL;
    return 0;
}

static int begin_type(reader *r, const char *name, const char *next, uint32_t number)
{
    if (r->current->type_count == CASE_MOST_TYPES)
        return rh_error_set(r->error, r->file, number, 1, "more than %d workflow types",
                            CASE_MOST_TYPES);
    r->into = NULL;
    r->type = &r->current->types[r->current->type_count++];
    *r->type = (case_type){.name = name, .text = next, .line = number + 1};
    return 0;
}

static int begin_section(reader *r, const char *word, size_t length, const char *next,
                         uint32_t number)
{
    static const char *const names[] = {"workflow", "world", "stage", "expect"};
    size_t which = 0;
    if (r->current && length > 6 && !memcmp(word, "child ", 6) && r->current->type_count)
        return begin_type(r, rh_arena_text(r->arena, word + 6, length - 6), next, number);
    while (which < 4 && (strlen(names[which]) != length || memcmp(names[which], word, length)))
        which++;
    if (which == 4 || !r->current)
        return rh_error_set(r->error, r->file, number, 1,
                            "expected 'test NAME', 'workflow', 'world', 'stage' or 'expect'");
    if (which == 0)
        return begin_type(r, "Case", next, number);
    section *sections[] = {NULL, &r->current->world, &r->current->stage, &r->current->expect};
    r->into = sections[which];
    return 0;
}

static int add_line(reader *r, const char *text, size_t length, uint32_t number)
{
    if (!r->current)
        return rh_error_set(r->error, r->file, number, 1, "expected 'test NAME' first");
    if (!r->into) {
        if (!r->type)
            return rh_error_set(r->error, r->file, number, 1,
                                "expected a section such as 'workflow' first");
        r->type->length = (size_t)(text + length - r->type->text);
        return 0;
    }
    section *list = r->into;
    list->lines = rh_arena_reserve(r->arena, list->lines, sizeof *list->lines, list->count + 1,
                                   &list->capacity);
    case_line *line = &list->lines[list->count];
    line->number = number;
    line->count = rh_words_split(r->arena, text, length, r->file, number, line->words, r->error);
    list->count += line->count > 0;
    return line->count < 0 ? -1 : 0;
}

static int read_line(reader *r, const char *text, size_t length, const char *next, uint32_t number)
{
    if (length == 0 || text[0] == '#')
        return 0;
    if (text[0] == ' ')
        return add_line(r, text, length, number);
    if (length > 5 && !memcmp(text, "test ", 5))
        return begin_case(r, text + 5, length - 5, number);
    return begin_section(r, text, length, next, number);
}

int lifecycle_read(rh_arena *arena, const char *text, size_t length, const char *file,
                   lifecycle_file *cases, rh_error *error)
{
    reader r = {.arena = arena, .file = file, .cases = cases, .error = error};
    const char *end = text + length;
    uint32_t number = 1;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline ? newline + 1 : end;
        size_t line = (size_t)((newline ? newline : end) - text);
        if (read_line(&r, text, line, next, number++) < 0)
            return -1;
        text = next;
    }
    return finish_case(&r);
}
