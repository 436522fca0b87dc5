#include "suites/actions/runner_cases.h"

#include <stdio.h>
#include <string.h>

static void add_line(rh_arena *arena, runner_lines *lines, const char *line)
{
    lines->items = rh_arena_reserve(arena, lines->items, sizeof *lines->items, lines->count + 1,
                                    &lines->capacity);
    lines->items[lines->count++] = line;
}

static runner_lines *part_of(runner_case *test, const char *header)
{
    static const char *const names[RUNNER_PARTS] = {"steps", "job",    "file", "world",
                                                    "stage", "expect", "never"};
    for (int i = 0; i < RUNNER_PARTS; i++)
        if (strcmp(header, names[i]) == 0)
            return &test->parts[i];
    if (strncmp(header, "action ", 7) != 0 || test->action_count == 8)
        return NULL;
    runner_action *action = &test->actions[test->action_count++];
    action->path = header + 7;
    return &action->lines;
}

static char *next_line(rh_arena *arena, FILE *file)
{
    rh_text text = rh_text_in(arena);
    int c;
    while ((c = getc(file)) != EOF && c != '\n')
        rh_text_putc(&text, (char)c);
    if (c == EOF && !text.length)
        return NULL;
    rh_text_putc(&text, '\0');
    return text.data;
}

int runner_read_cases(rh_arena *arena, const char *path, runner_cases *cases, rh_error *error)
{
    FILE *file = fopen(path, "rb");
    runner_lines *part = NULL;
    unsigned number = 0;
    if (!file)
        return rh_error_set(error, path, 0, 0, "the file is not there");
    for (char *line; (line = next_line(arena, file));) {
        number++;
        if (strncmp(line, "test ", 5) == 0) {
            cases->items = rh_arena_reserve(arena, cases->items, sizeof *cases->items,
                                            cases->count + 1, &cases->capacity);
            runner_case *test = &cases->items[cases->count++];
            memset(test, 0, sizeof *test);
            test->name = line + 5;
            test->line = number;
            part = NULL;
        } else if (strncmp(line, "  ", 2) == 0 && part) {
            add_line(arena, part, line + 2);
        } else if (*line && *line != '#') {
            part = cases->count ? part_of(&cases->items[cases->count - 1], line) : NULL;
            if (!part) {
                fclose(file);
                return rh_error_set(error, path, number, 1, "no part of a case: '%s'", line);
            }
        } else if (!*line && part) {
            add_line(arena, part, "");
        }
    }
    fclose(file);
    return 0;
}

const char *runner_join(rh_arena *arena, const runner_lines *lines, size_t indent)
{
    rh_text text = rh_text_in(arena);
    for (size_t i = 0; i < lines->count; i++) {
        if (*lines->items[i])
            rh_text_fill(&text, ' ', indent);
        rh_text_printf(&text, "%s\n", lines->items[i]);
    }
    return rh_text_string(&text);
}
