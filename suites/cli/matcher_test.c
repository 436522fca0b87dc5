/* ci/rehearse-matcher.json finds file, line and column in what the command says of bad files. Its
 * expressions are such that those of POSIX and of JavaScript read them alike. */
#define _XOPEN_SOURCE 700
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

static rh_arena arena;

static const char *read_all(FILE *file)
{
    rh_text text = rh_text_in(&arena);
    char part[4096];
    size_t length;
    assert_non_null(file);
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        rh_text_add(&text, part, length);
    return rh_text_string(&text);
}

static const rh_value *matchers(void)
{
    rh_error error = {.message = ""};
    FILE *file = fopen(RH_SUITES_DIR "/../ci/rehearse-matcher.json", "rb");
    const char *text = read_all(file);
    fclose(file);
    const rh_value *read = rh_json_read(&arena, text, strlen(text), NULL, &error);
    if (!read)
        fail_msg("%s", error.message);
    return rh_get(read, "problemMatcher");
}

static const char *group(const char *line, const regmatch_t *matches, const rh_value *pattern,
                         const char *name)
{
    const rh_value *number = rh_get(pattern, name);
    if (!number)
        return "";
    const regmatch_t *match = &matches[rh_integer_of(number)];
    return rh_arena_text(&arena, line + match->rm_so, (size_t)(match->rm_eo - match->rm_so));
}

/* "FILE|LINE|COLUMN|MESSAGE", once for each matcher that takes the line. */
static const char *found(const char *line)
{
    const rh_value *all = matchers();
    rh_text text = rh_text_in(&arena);
    for (size_t i = 0; i < rh_count_of(all); i++) {
        const rh_value *pattern = rh_at(rh_get(rh_at(all, i), "pattern"), 0);
        regex_t expression;
        regmatch_t matches[10];
        assert_int_equal(regcomp(&expression, rh_text_of(rh_get(pattern, "regexp")), REG_EXTENDED),
                         0);
        if (regexec(&expression, line, 10, matches, 0) == 0)
            rh_text_printf(&text, "%s|%s|%s|%s", group(line, matches, pattern, "file"),
                           group(line, matches, pattern, "line"),
                           group(line, matches, pattern, "column"),
                           group(line, matches, pattern, "message"));
        regfree(&expression);
    }
    return rh_text_string(&text);
}

/* What a command says on stderr about a file with this text. */
static const char *said_of(const char *verb, const char *name, const char *text)
{
    char folder[] = "/tmp/rehearse-matcher-XXXXXX";
    assert_non_null(mkdtemp(folder));
    FILE *file = fopen(rh_format(&arena, "%s/%s", folder, name), "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    FILE *pipe =
        popen(rh_format(&arena, "cd %s; %s/rehearse %s %s --annotations never 2>&1 >/dev/null",
                        folder, RH_BUILD_DIR, verb, name),
              "r");
    const char *said = read_all(pipe);
    pclose(pipe);
    remove(rh_format(&arena, "%s/%s", folder, name));
    remove(folder);
    return said;
}

static void begins(const char *text, const char *with)
{
    if (strncmp(text, with, strlen(with)) != 0)
        fail_msg("'%s' does not begin with '%s'", text, with);
}

static void errors_of_workflow_files_are_found(void **state)
{
    (void)state;
    const char *said = said_of("run", "bad.yml",
                               "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
                               "      - run: make\n        nonsense: 1\n      - uses: 3\n"
                               "  b:\n    needs: c\n    runs-on: x\n    steps: [{run: x}]\n");
    size_t lines = 0;
    for (const char *at = said; *at; lines++) {
        size_t length = strcspn(at, "\n");
        begins(found(rh_arena_text(&arena, at, length)), "bad.yml|");
        at += length + 1;
    }
    assert_true(lines >= 2);
    begins(found(rh_arena_text(&arena, said, strcspn(said, "\n"))), "bad.yml|7|9|");
}

static void errors_behind_the_name_of_the_command_are_found(void **state)
{
    (void)state;
    const char *said = said_of("test", "bad.rehearse.yml", "definition: x\nnonsense: 1\n");
    begins(said, "rehearse test: bad.rehearse.yml:2:");
    begins(found(rh_arena_text(&arena, said, strcspn(said, "\n"))), "bad.rehearse.yml|2|");
}

static void lines_without_a_column(void **state)
{
    (void)state;
    assert_string_equal(found("rehearse run: fixtures/a.c:12: mock 'X' was never called"),
                        "fixtures/a.c|12||mock 'X' was never called");
    assert_string_equal(found("fixtures/a.c:12: 3:4: x"), "fixtures/a.c|12||3:4: x");
}

static void other_lines_are_none(void **state)
{
    (void)state;
    assert_string_equal(found("rehearse run: no workflows; pass --workflows FILE"), "");
    assert_string_equal(found("  0:00   1:30  build (ubuntu-latest)"), "");
    assert_string_equal(found("1:33 virtual, 20 attempts, 1 effect"), "");
    assert_string_equal(found("    replay: rehearse run a.yml --cancel-at 5m"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_workflow_files_are_found),
        cmocka_unit_test(errors_behind_the_name_of_the_command_are_found),
        cmocka_unit_test(lines_without_a_column),
        cmocka_unit_test(other_lines_are_none),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("cli/matcher", tests, NULL, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
