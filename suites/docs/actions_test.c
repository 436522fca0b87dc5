/* docs/github-actions.md has a row for each key of workflow files and actions, and names the cases
 * that hold each rule: they are there. */
#include "sim/actions/schema.h"
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

static bool begins_with(const char *text, const char *begin)
{
    return !strncmp(text, begin, strlen(begin));
}

/* How cases are marked: "test NAME"; "# NAME" and "# ---- NAME ---" above a table of them; "== 3:
 * SCRIPT -e"; "$ COMMAND", "uses ACTION"; an expression has what it gives behind it. */
static bool is_case(const char *line, const char *name)
{
    static const char *const marks[] = {"test ", "# ---- ", "# ", "$ ", "uses ", "== "};
    const char *at = line;
    for (size_t i = 0; i < sizeof marks / sizeof *marks && at == line; i++)
        at += begins_with(line, marks[i]) ? strlen(marks[i]) : 0;
    bool is_marked = at > line;
    if (begins_with(line, "== "))
        at += strspn(at, "0123456789") + strlen(": ");
    if (!begins_with(at, name))
        return false;
    at += strlen(name);
    if (begins_with(at, " => ") || begins_with(at, " -> ") || begins_with(at, " ?> "))
        return true;
    return is_marked && (*at == '\n' || !*at || begins_with(at, " -") ||
                         begins_with(at, " posix") || begins_with(at, " \n"));
}

/* In a .c file it is a test function. */
static bool has_case(rh_arena *arena, const char *text, bool is_code, const char *name)
{
    if (is_code)
        return strstr(text, rh_format(arena, "static void %s(void **state)", name));
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (is_case(line, name))
            return true;
    return false;
}

/* `file.test`: "a case", "another", `file.c`: "a_function", in the last column of a row. Returns
 * how many cases; each file has one. */
static size_t check_cell(rh_arena *arena, const char *cell)
{
    const char *folder = "", *text = NULL, *file = "";
    size_t cases = 0, of_file = 1;
    for (const char *at = cell; *at; at++) {
        if (*at != '`' && *at != '"')
            continue;
        const char *end = strchr(at + 1, *at);
        if (!end)
            break;
        const char *name = rh_arena_text(arena, at + 1, (size_t)(end - at) - 1);
        if (*at == '"') {
            if (!text || !has_case(arena, text, ends_with(file, ".c"), name))
                fail_msg("suites/%s has no case \"%s\": %s", file, name, cell);
            cases++;
            of_file++;
        } else if (ends_with(name, ".test") || ends_with(name, ".c")) {
            if (!of_file)
                fail_msg("no case of suites/%s is named: %s", file, cell);
            file = name;
            of_file = 0;
            text = find_file(arena, name, &folder);
            if (!text)
                fail_msg("docs/github-actions.md names suites/%s, which is not there: %s", name,
                         cell);
        }
        at = end;
    }
    if (!of_file)
        fail_msg("no case of suites/%s is named: %s", file, cell);
    return cases;
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
    size_t rows = 0, cases = 0;
    assert_non_null(page);
    for (const char *line = page; *line;) {
        size_t length = strcspn(line, "\n");
        if (*line == '|' && length > 3 && strncmp(line, "| ---", 5) != 0) {
            const char *begin, *end = last_cell(line, line + length - 1, &begin);
            cases += check_cell(arena, rh_arena_text(arena, begin + 1, (size_t)(end - begin) - 1));
            rows++;
        }
        line += length + (line[length] == '\n');
    }
    assert_true(rows > 80 && cases > 120);
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

/* Whether the word stands in a first cell, between back ticks. */
static bool is_told(const char *page, const char *word)
{
    size_t length = strlen(word);
    for (const char *line = page; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (!begins_with(line, "| "))
            continue;
        const char *end = strstr(line + 1, " | ");
        bool is_quoted = false;
        for (const char *at = line; end && at < end; at++) {
            is_quoted ^= *at == '`';
            bool is_word = is_quoted && strchr("`. ", at[0]) && !strncmp(at + 1, word, length);
            if (is_word && strchr("`.:", at[1 + length]))
                return true;
        }
    }
    return false;
}

static void keys_are_told(const char *page, const rh_schema *schema, int depth)
{
    if (!schema || depth > 12)
        return;
    for (const rh_schema_key *key = schema->keys; key && key->name; key++) {
        if (!is_told(page, key->name))
            fail_msg("docs/github-actions.md has no row for the key `%s`", key->name);
        keys_are_told(page, key->value, depth + 1);
    }
    keys_are_told(page, schema->items, depth + 1);
    keys_are_told(page, schema->others, depth + 1);
}

static void every_key_has_a_row(void **state)
{
    const char *page = project_file(*state, "docs/github-actions.md");
    assert_non_null(page);
    keys_are_told(page, &rh_schema_workflow, 0);
    keys_are_told(page, &rh_schema_action, 0);
    assert_false(is_told(page, "runs-in"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tests_that_are_named_are_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rules_without_a_test_say_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_key_has_a_row, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
