/* Coverage of workflow files: the cases of lines.test; what readers of tracefiles want holds for
 * every file and every single fault. */
#include "reports/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "reports/cobertura.h"
#include "reports/lcov.h"
#include "sim/base/json.h"
#include "suites/reports/played.h"

/* As it comes from the process of a test. */
static void add_as_json(rh_lines *lines, const rh_journal *journal)
{
    rh_plays *all = rh_plays_create(lines->arena), *plays = rh_plays_create(lines->arena);
    rh_text text = rh_text_in(lines->arena);
    rh_plays_add_journal(plays, journal);
    rh_plays_add(all, plays);
    rh_plays_write(&text, all);
    const rh_value *read = rh_json_read(lines->arena, text.data, text.length, NULL, NULL);
    rh_plays *back = rh_plays_read(lines->arena, read);
    assert_non_null(back);
    rh_lines_add_plays(lines, back);
}

static rh_lines *play_all(rh_arena *arena, const played_case *test)
{
    rh_lines *lines = rh_lines_create(arena);
    const rh_actions_file *file = played_workflow(arena, test);
    rh_lines_add_file(lines, file, NULL);
    for (size_t i = 0; i < test->run_count; i++) {
        rh_env *env = played_run(arena, test, file, i);
        if (i % 2)
            add_as_json(lines, rh_env_journal(env));
        else
            rh_lines_add_journal(lines, rh_env_journal(env));
        rh_env_destroy(env);
    }
    return lines;
}

static const char *lcov_of(rh_arena *arena, const rh_lines *lines)
{
    rh_text text = rh_text_in(arena);
    rh_report_lcov(&text, lines);
    return rh_text_string(&text);
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void play_case(void **state)
{
    const played_case *test = *state;
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    const char *actual = lcov_of(&arena, play_all(&arena, test));
    const char *expected = rh_text_string((rh_text *)(uintptr_t)&test->reports[0].text);
    size_t length = strlen(expected);
    while (length > 1 && expected[length - 2] == '\n')
        length--; /* blank lines between cases */
    if (strlen(actual) != length || memcmp(actual, expected, length) != 0)
        fail_msg("lines.test:%u: is\n%s", test->line, actual);
    rh_arena_free(&arena);
}

/* ---- what readers want ----------------------------------------------------------------------- */

typedef struct record {
    long count[1000]; /* of lines, by number; -1: none */
    long best[1000];  /* of branches; -2: no branch, -1: "-" */
    long last;
} record;

static void read_line(record *to, const char *at)
{
    long line, block, branch, count;
    char taken[32];
    if (sscanf(at, "FN:%ld,", &line) == 1) {
        assert_in_range(line, 1, 999);
        to->best[0] = line;
    } else if (sscanf(at, "BRDA:%ld,%ld,%ld,%31[0-9-]\n", &line, &block, &branch, taken) == 4) {
        count = strcmp(taken, "-") ? strtol(taken, NULL, 10) : -1;
        assert_true(count >= -1);
        if (count > to->best[line])
            to->best[line] = count;
    } else if (sscanf(at, "DA:%ld,%ld\n", &line, &count) == 2) {
        assert_true(line > to->last);
        assert_true(count >= 0);
        to->last = line;
        to->count[line] = count;
    }
}

/* Branches stand in lines with a count; they are "-" if, and only if, that is 0; else one was
 * taken. */
static void check_record(const record *read)
{
    for (int line = 1; line < 1000; line++) {
        if (read->best[line] == -2)
            continue;
        assert_true(read->count[line] >= 0);
        if (read->count[line] == 0)
            assert_int_equal(read->best[line], -1);
        else
            assert_true(read->best[line] > 0);
    }
}

static void clear_record(record *read)
{
    for (int line = 0; line < 1000; line++) {
        read->count[line] = -1;
        read->best[line] = -2;
    }
    read->last = 0;
}

static void check_lcov(const char *text)
{
    static record read;
    static long functions[64];
    size_t function_count = 0;
    clear_record(&read);
    for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
        read_line(&read, at);
        if (!strncmp(at, "FN:", 3))
            functions[function_count++] = read.best[0];
        if (strncmp(at, "end_of_record", 13) != 0)
            continue;
        check_record(&read);
        for (size_t i = 0; i < function_count; i++)
            assert_true(read.count[functions[i]] >= 0);
        function_count = 0;
        clear_record(&read);
    }
}

static void check_fixture(const char *path, const char *ref)
{
    static const char *const faults[] = {NULL, "disk-full", "runner-lost", "hangs"};
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const rh_actions_file *file;
        rh_lines *lines = rh_lines_create(&arena);
        rh_env *env =
            played_fixture(&arena, path, ref, i % 2 ? "*/*/*" : "*", faults[i], i % 3 == 1, &file);
        rh_lines_add_file(lines, file, NULL);
        check_lcov(lcov_of(&arena, lines)); /* nothing was played */
        rh_lines_add_journal(lines, rh_env_journal(env));
        check_lcov(lcov_of(&arena, lines));
        rh_env_destroy(env);
        for (const rh_line_file *of = lines->files; of; of = of->next)
            if (!strcmp(of->path, file->path))
                for (uint32_t line = file->line_count + 1; line < of->row_count; line++)
                    assert_false(of->rows[line].units || of->rows[line].blocks);
    }
    rh_arena_free(&arena);
}

static void lines_of_fixtures_are_consistent(void **state)
{
    (void)state;
    for (const char *const *path = played_fixtures(); *path; path++) {
        check_fixture(*path, "refs/tags/v1.2.0");
        check_fixture(*path, "refs/heads/main");
    }
}

/* ---- Cobertura ------------------------------------------------------------------------------- */

static long number_at(xmlDocPtr document, const char *path)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr found = xmlXPathEval(BAD_CAST path, context);
    double number = found ? xmlXPathCastToNumber(found) : -1;
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return (long)(number * 10000 + 0.5);
}

/* The counts are those of the tracefile. */
static void cobertura_tells_the_same(void **state)
{
    const played_case *test = *state;
    rh_arena arena;
    rh_error error;
    rh_arena_init(&arena, NULL, NULL);
    const rh_lines *lines = play_all(&arena, test);
    rh_text text = rh_text_in(&arena);
    assert_int_equal(rh_report_cobertura(&text, lines, &error), 0);
    xmlDocPtr document = xmlReadMemory(text.data, (int)text.length, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    long hit = 0, all = 0, branches = 0, taken = 0, line, count, block, branch;
    const char *lcov = lcov_of(&arena, lines);
    for (const char *at = lcov; *at; at = strchr(at, '\n') + 1) {
        if (sscanf(at, "DA:%ld,%ld\n", &line, &count) == 2) {
            all++;
            hit += count > 0;
            assert_true(number_at(document, rh_format(&arena,
                                                      "count(//class/lines/line[@number=%ld and "
                                                      "@hits=%ld])",
                                                      line, count)) >= 10000);
        }
        if (sscanf(at, "BRDA:%ld,%ld,%ld,", &line, &block, &branch) == 3) {
            branches++;
            taken += sscanf(at, "BRDA:%ld,%ld,%ld,%ld", &line, &block, &branch, &count) == 4 &&
                     count > 0;
        }
    }
    assert_int_equal(number_at(document, "/coverage/@lines-valid"), all * 10000);
    assert_int_equal(number_at(document, "/coverage/@lines-covered"), hit * 10000);
    assert_int_equal(number_at(document, "count(//class/lines/line)"), all * 10000);
    assert_int_equal(number_at(document, "/coverage/@branches-valid"), branches * 10000);
    assert_int_equal(number_at(document, "/coverage/@branches-covered"), taken * 10000);
    if (all)
        assert_int_equal(number_at(document, "/coverage/@line-rate"),
                         (hit * 10000 + all / 2) / all);
    xmlFreeDoc(document);
    rh_arena_free(&arena);
}

int main(void)
{
    static struct CMUnitTest tests[160];
    rh_arena arena;
    size_t count, n = 0;
    rh_arena_init(&arena, NULL, NULL);
    played_case *cases = played_read(&arena, "lines.test", &count);
    for (size_t i = 0; i < count; i++) {
        tests[n++] = (struct CMUnitTest){.name = cases[i].name,
                                         .test_func = play_case,
                                         .initial_state = &cases[i]};
        tests[n++] = (struct CMUnitTest){.name = rh_format(&arena, "%s: Cobertura", cases[i].name),
                                         .test_func = cobertura_tells_the_same,
                                         .initial_state = &cases[i]};
    }
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(lines_of_fixtures_are_consistent);
    int failed = _cmocka_run_group_tests("reports/lines", tests, n, NULL, NULL);
    rh_arena_free(&arena);
    xmlCleanupParser();
    return failed != 0;
}
