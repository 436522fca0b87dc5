/* docs/github-actions.md names the file of tests that holds each rule: those files are there, cases
 * that it names are in them, and each says how near the rule is. */
#include "suites/docs/manual.h"

static int set_up(void **state)
{
    static rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    return 0;
}

/* A path below suites/, or a file beside the one that was named before. */
static const char *find_file(rh_arena *arena, const char *name, const char **folder)
{
    const char *slash = strrchr(name, '/');
    const char *path = slash ? name : rh_format(arena, "%s%s", *folder, name);
    if (slash)
        *folder = rh_arena_text(arena, name, (size_t)(slash - name) + 1);
    return project_file(arena, rh_format(arena, "suites/%s", path));
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), size = strlen(end);
    return length > size && !strcmp(text + length - size, end);
}

/* `file.test`, or `file.test`: "a case", in the last column of a row. Returns how many files. */
static size_t check_cell(rh_arena *arena, const char *cell)
{
    const char *folder = "", *text = NULL;
    size_t files = 0;
    for (const char *at = cell; *at; at++) {
        if (*at != '`' && *at != '"')
            continue;
        const char *end = strchr(at + 1, *at);
        if (!end)
            break;
        const char *name = rh_arena_text(arena, at + 1, (size_t)(end - at) - 1);
        if (*at == '"') {
            if (!text || !strstr(text, name))
                fail_msg("no case \"%s\" in what stands before it: %s", name, cell);
        } else if (ends_with(name, ".test") || ends_with(name, ".c")) {
            text = find_file(arena, name, &folder);
            files++;
            if (!text)
                fail_msg("docs/github-actions.md names suites/%s, which is not there: %s", name,
                         cell);
        }
        at = end;
    }
    return files;
}

/* The cell that ends at `end`; its own end is where it begins. */
static const char *last_cell(const char *line, const char *end, const char **begin)
{
    while (end > line && *end != '|')
        end--;
    const char *before = end > line ? end - 1 : end;
    while (before > line && *before != '|')
        before--;
    *begin = before;
    return end;
}

static void tests_that_are_named_are_there(void **state)
{
    rh_arena *arena = *state;
    const char *page = project_file(arena, "docs/github-actions.md");
    size_t rows = 0, files = 0;
    assert_non_null(page);
    for (const char *line = page; *line;) {
        size_t length = strcspn(line, "\n");
        if (*line == '|' && length > 3 && strncmp(line, "| ---", 5) != 0) {
            const char *begin, *end = last_cell(line, line + length - 1, &begin);
            files += check_cell(arena, rh_arena_text(arena, begin + 1, (size_t)(end - begin) - 1));
            rows++;
        }
        line += length + (line[length] == '\n');
    }
    assert_true(rows > 60 && files > 60);
}

/* A rule without a test is one that is not modelled. */
static void rules_without_a_test_say_why(void **state)
{
    rh_arena *arena = *state;
    const char *page = project_file(arena, "docs/github-actions.md");
    const char *tables = strstr(page, "## The file");
    assert_non_null(tables);
    for (const char *line = tables; *line;) {
        size_t length = strcspn(line, "\n");
        const char *row = rh_arena_text(arena, line, length);
        if (*row == '|' && ends_with(row, "| |") && !strstr(row, "not modelled"))
            fail_msg("no test is named, and it is not said that it is not modelled: %s", row);
        line += length + (line[length] == '\n');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tests_that_are_named_are_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_without_a_test_say_why, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
