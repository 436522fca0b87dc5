#include "reports/junit.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "suites/reports/golden.h"

#define REPLAY "rehearse test --workflows librelease.so --filter release/"

static const rh_test_result results[] = {
    {.module = "release",
     .name = "the_happy_path",
     .file = "fixtures/release_test.c",
     .line = 12,
     .verdict = RH_PASSED,
     .message = "",
     .output = "",
     .replay = REPLAY "the_happy_path",
     .real_ns = 1499999,
     .virtual_ns = 1620000000000,
     .runs = 1,
     .seed = 7},
    {.module = "release",
     .name = "homebrew <is> \"not\" fatal & more",
     .file = "fixtures/release_test.c",
     .line = 40,
     .verdict = RH_FAILED_TEST,
     .message = "expected 1 effect \"github-release\", got 2 ]]>",
     .report = "fixtures/release_test.c:40: expected 1 effect\n"
               "  \033[31mred\033[0m, bell \a, bad \xff\xc0 bytes, \xef\xbf\xbf, tab\there ]]>\n",
     .output = "line 1\r\nline 2 \x01 ]]> &amp; <![CDATA[\n",
     .replay = REPLAY "homebrew",
     .real_ns = 2500000000,
     .virtual_ns = 187540000000000,
     .runs = 12,
     .seed = UINT64_MAX},
    {.module = "integration.yml",
     .name = "no mock",
     .file = "",
     .verdict = RH_ERROR_TEST,
     .message = "no mock answers BuildMacOS[arm64]",
     .report = "no mock answers BuildMacOS[arm64]\nnearest: BuildMacOS[amd64]",
     .replay = ""},
    {.module = "integration.yml",
     .name = "crashes",
     .verdict = RH_CRASHED_TEST,
     .message = "killed by SIGSEGV",
     .real_ns = 500000},
    {.module = "integration.yml",
     .name = "never ends",
     .verdict = RH_TIMED_OUT_TEST,
     .message = "took longer than 10 s",
     .real_ns = 10000000000},
    {.module = "integration.yml",
     .name = "left out",
     .verdict = RH_SKIPPED_TEST,
     .message = "an earlier test failed"},
};
enum { COUNT = sizeof results / sizeof *results };

static rh_text written(rh_arena *arena, const rh_junit_options *options)
{
    rh_text text = rh_text_in(arena);
    assert_int_equal(rh_report_junit(&text, results, COUNT, options, NULL), 0);
    return text;
}

static void is_as_expected(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = written(&arena, &(rh_junit_options){.started_ns = 1767225600123456789});
    assert_golden(&text, "junit.xml");
    text = written(&arena, &(rh_junit_options){.stable = true, .started_ns = 1767225600123456789});
    assert_golden(&text, "junit-stable.xml");
    text = written(&arena, &(rh_junit_options){.name = "all", .strict = true});
    assert_golden(&text, "junit-strict.xml");
    rh_arena_free(&arena);
}

static const char *value_at(rh_arena *arena, xmlXPathContextPtr context, const char *path)
{
    xmlXPathObjectPtr found = xmlXPathEvalExpression(BAD_CAST path, context);
    assert_non_null(found);
    xmlChar *string = xmlXPathCastToString(found);
    const char *copy = rh_arena_string(arena, (const char *)string);
    xmlFree(string);
    xmlXPathFreeObject(found);
    return copy;
}

/* What a parser reads back is what was put in, cleaned. */
static void reads_back(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text text = written(&arena, NULL);
    xmlDocPtr document = xmlReadMemory(text.data, (int)text.length, "junit.xml", NULL,
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_PEDANTIC);
    assert_non_null(document);
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    assert_string_equal(value_at(&arena, context, "count(//testsuite)"), "2");
    assert_string_equal(value_at(&arena, context, "/testsuites/@tests"), "6");
    assert_string_equal(value_at(&arena, context, "/testsuites/@failures"), "1");
    assert_string_equal(value_at(&arena, context, "/testsuites/@errors"), "3");
    assert_string_equal(value_at(&arena, context, "//testsuite[2]/@skipped"), "1");
    assert_string_equal(value_at(&arena, context, "//testsuite[1]/testcase[1]/@time"), "0.001");
    assert_string_equal(value_at(&arena, context, "//testsuite[2]/testcase[2]/@classname"),
                        "integration_yml");
    assert_string_equal(value_at(&arena, context, "//testsuite[1]/testcase[2]/@name"),
                        results[1].name);
    assert_string_equal(value_at(&arena, context, "//failure/@message"), results[1].message);
    assert_string_equal(value_at(&arena, context, "//failure"),
                        "fixtures/release_test.c:40: expected 1 effect\n"
                        "  red, bell \ufffd, bad \ufffd\ufffd bytes, \ufffd\ufffd\ufffd, "
                        "tab\there ]]>\nreplay: " REPLAY "homebrew\n");
    assert_string_equal(value_at(&arena, context, "//system-out"),
                        "line 1\r\nline 2 \ufffd ]]> &amp; <![CDATA[\n");
    assert_string_equal(value_at(&arena, context,
                                 "//testcase[2]//property[@name='rehearse.virtual_time_s']/@value"),
                        "187540.000");
    assert_string_equal(value_at(&arena, context,
                                 "//testcase[2]//property[@name='rehearse.seed']/@value"),
                        "18446744073709551615");
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_as_expected),
        cmocka_unit_test(reads_back),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed != 0;
}
