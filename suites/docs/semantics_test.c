/* docs/semantics.md names the tests that pin each rule, as `suites/...`: "name", "name". They and
 * the files it names must be there, and no rule may go without a test or a reason. */
#include "suites/docs/manual.h"

enum { LEAST_NAMES = 150, MOST_CELLS = 8 };

static rh_arena arena;

static int set_up(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

static bool starts_with(const char *text, const char *part)
{
    return strncmp(text, part, strlen(part)) == 0;
}

static bool ends_with(const char *text, const char *part)
{
    size_t length = strlen(text), tail = strlen(part);
    return length >= tail && strcmp(text + length - tail, part) == 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static bool has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = text; (at = strstr(at, line)); at++)
        if ((at == text || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
            return true;
    return false;
}

/* A case of a .test file is a line of its own. A function is defined, and listed somewhere. */
static bool has_test(const char *path, const char *text, const char *name)
{
    if (ends_with(path, ".test"))
        return has_line(text, rh_format(&arena, "test %s", name));
    const char *defined = strstr(text, rh_format(&arena, "static void %s(", name));
    return defined && (strstr(defined + 1, rh_format(&arena, "(%s)", name)) ||
                       strstr(defined + 1, rh_format(&arena, "(%s,", name)));
}

/* The tests that one cell of a table names; how many. */
static size_t check_tests(const char *cell, size_t line)
{
    const char *path = NULL, *text = NULL;
    size_t count = 0;
    while (*cell) {
        char quote = *cell++;
        if (quote != '`' && quote != '"')
            continue;
        const char *end = strchr(cell, quote);
        if (!end)
            fail_msg("docs/semantics.md:%zu: a quote without its other half", line);
        char *word = rh_arena_text(&arena, cell, (size_t)(end - cell));
        cell = end + 1;
        if (quote == '`') {
            path = starts_with(word, "suites/") ? word : NULL;
            text = path ? project_file(&arena, path) : NULL;
            if (path && !text)
                fail_msg("docs/semantics.md:%zu: there is no %s", line, path);
        } else if (path) {
            count++;
            if (!has_test(path, text, word))
                fail_msg("docs/semantics.md:%zu: %s has no test \"%s\"", line, path, word);
        }
    }
    return count;
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Splits "| a | b |" in place; how many cells. */
static size_t split_row(char *row, char *cells[MOST_CELLS])
{
    size_t count = 0;
    char *at = row + 1;
    for (char *bar; (bar = strstr(at, " |")) && count < MOST_CELLS; at = bar + 2) {
        *bar = '\0';
        cells[count++] = at + (*at == ' ');
    }
    return count;
}

static bool says_why_not(const char *cell)
{
    return starts_with(cell, "later") || starts_with(cell, "not modelled");
}

typedef void row_function(char *cells[], size_t count, size_t line, void *data);

/* Every row of the tables whose last column has that heading. */
static void each_row(const char *heading, row_function *function, void *data)
{
    const char *page = project_file(&arena, "docs/semantics.md");
    size_t line = 0;
    bool wanted = false;
    assert_non_null(page);
    for (const char *at = page, *end; *at; at = end + (*end == '\n')) {
        end = at + strcspn(at, "\n");
        char *text = rh_arena_text(&arena, at, (size_t)(end - at));
        char *cells[MOST_CELLS];
        line++;
        if (text[0] != '|') {
            wanted = false;
            continue;
        }
        size_t count = split_row(text, cells);
        if (count == 0)
            fail_msg("docs/semantics.md:%zu: a row without cells", line);
        if (strcmp(cells[count - 1], heading) == 0)
            wanted = true;
        else if (wanted && !starts_with(cells[0], "---"))
            function(cells, count, line, data);
    }
}

static void check_row(char *cells[], size_t count, size_t line, void *data)
{
    size_t names = check_tests(cells[count - 1], line);
    *(size_t *)data += names;
    if (names == 0 && !says_why_not(cells[count - 1]))
        fail_msg("docs/semantics.md:%zu: no test pins this, and nothing says why: %s", line,
                 cells[0]);
}

static void every_rule_is_pinned(void **state)
{
    size_t names = 0;
    (void)state;
    each_row("pinned by", check_row, &names);
    if (names < LEAST_NAMES)
        fail_msg("only %zu tests were found in docs/semantics.md; is it read as it is written?",
                 names);
}

static void check_place(char *cells[], size_t count, size_t line, void *data)
{
    const char *place = count == 3 ? cells[1] : "";
    (void)data;
    if (place[0] != '`' || !strchr(place, '/'))
        return;
    char *path = rh_arena_text(&arena, place + 1, strcspn(place + 1, "`"));
    if (!project_file(&arena, path))
        fail_msg("docs/semantics.md:%zu: there is no %s", line, path);
}

static void every_place_exists(void **state)
{
    (void)state;
    each_row("pinned by", check_place, NULL);
}

/* The reader of the page itself: what it must not let through. */
static void what_is_not_there_is_found(void **state)
{
    (void)state;
    const char *cases = "# x\n\ntest one two\nworkflow\ntest three";
    assert_true(has_test("a.test", cases, "one two"));
    assert_true(has_test("a.test", cases, "three"));
    assert_false(has_test("a.test", cases, "one"));
    assert_false(has_test("a.test", cases, "two"));
    const char *code = "static void one(void **state)\n{\n}\nPLAYED(one),\nstatic void two(";
    assert_true(has_test("a.c", code, "one"));
    assert_false(has_test("a.c", code, "two")); /* not listed */
    assert_false(has_test("a.c", code, "on"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_rule_is_pinned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_place_exists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_found, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
