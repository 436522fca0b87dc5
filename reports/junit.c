#include "reports/junit.h"

#include <inttypes.h>

#include "reports/xml_out.h"
#include "sim/base/timetext.h"

typedef struct junit {
    rh_xml *xml;
    rh_arena *arena;
    const rh_junit_options *options;
} junit;

/* ---- elements -------------------------------------------------------------------------------- */

static void open(junit *j, const char *element)
{
    rh_xml_open(j->xml, element);
}

static void close(junit *j)
{
    rh_xml_close(j->xml);
}

static void attribute(junit *j, const char *name, const char *value)
{
    rh_xml_attribute(j->xml, name, value);
}

static void attribute_number(junit *j, const char *name, uint64_t number)
{
    rh_xml_number(j->xml, name, number);
}

static void content(junit *j, const char *text)
{
    rh_xml_text(j->xml, text);
}

/* "12.345": seconds with three decimals, the most that schemas allow. */
static const char *seconds(const junit *j, int64_t ns)
{
    int64_t ms = ns > 0 ? ns / 1000000 + (ns % 1000000 >= 500000) : 0;
    return rh_format(j->arena, "%" PRId64 ".%03d", ms / 1000, (int)(ms % 1000));
}

static void attribute_time(junit *j, int64_t ns)
{
    attribute(j, "time", seconds(j, j->options->stable ? 0 : ns));
}

/* ---- test cases ------------------------------------------------------------------------------ */

static bool is_failure(const rh_test_result *test)
{
    return test->verdict == RH_FAILED_TEST;
}

static bool is_error(const rh_test_result *test)
{
    return test->verdict == RH_ERROR_TEST || test->verdict == RH_CRASHED_TEST ||
           test->verdict == RH_TIMED_OUT_TEST;
}

static void property(junit *j, const char *name, const char *value)
{
    open(j, "property");
    attribute(j, "name", name);
    attribute(j, "value", value);
    close(j);
}

/* With the seed all that makes one run differ from another; as JSON. */
static void plan_property(junit *j, const rh_test_result *test)
{
    const rh_evidence *plan = &test->evidence;
    if (plan->faults && plan->choices)
        property(j, "rehearse.plan",
                 rh_format(j->arena, "{\"seed\":\"%" PRIu64 "\",\"faults\":%s,\"choices\":%s}",
                           test->seed, plan->faults, plan->choices));
}

static void properties(junit *j, const rh_test_result *test)
{
    open(j, "properties");
    property(j, "rehearse.virtual_time_s", seconds(j, test->virtual_ns));
    property(j, "rehearse.seed", rh_format(j->arena, "%" PRIu64, test->seed));
    property(j, "rehearse.runs", rh_format(j->arena, "%" PRIu64, test->runs));
    plan_property(j, test);
    if (test->replay && test->replay[0])
        property(j, "rehearse.replay", test->replay);
    close(j);
}

static void problem(junit *j, const rh_test_result *test, const char *element)
{
    static const char *const types[] = {
        [RH_FAILED_TEST] = "expectation",
        [RH_ERROR_TEST] = "error",
        [RH_CRASHED_TEST] = "crash",
        [RH_TIMED_OUT_TEST] = "timeout",
    };
    rh_text body = rh_text_in(j->arena);
    if (test->report && test->report[0])
        rh_text_printf(&body, "%s%s", test->report,
                       test->report[strlen(test->report) - 1] == '\n' ? "" : "\n");
    if (test->replay && test->replay[0])
        rh_text_printf(&body, "replay: %s\n", test->replay);
    open(j, element);
    attribute(j, "message", test->message);
    attribute(j, "type", types[test->verdict]);
    content(j, rh_text_string(&body));
    close(j);
}

/* Jenkins takes dots for borders of packages. */
static const char *class_name(const junit *j, const char *module)
{
    char *name = rh_arena_string(j->arena, module);
    for (char *at = strchr(name, '.'); at; at = strchr(at, '.'))
        *at = '_';
    return name;
}

static void testcase(junit *j, const rh_test_result *test)
{
    open(j, "testcase");
    attribute(j, "classname", class_name(j, test->module));
    attribute(j, "name", test->name);
    attribute_time(j, test->real_ns);
    if (!j->options->strict) {
        if (test->file && test->file[0]) {
            attribute(j, "file", test->file);
            if (test->line > 0)
                attribute_number(j, "line", (uint64_t)test->line);
        }
        properties(j, test);
    }
    if (is_failure(test)) {
        problem(j, test, "failure");
    } else if (is_error(test)) {
        problem(j, test, "error");
    } else if (test->verdict == RH_SKIPPED_TEST) {
        open(j, "skipped");
        attribute(j, "message", test->message);
        close(j);
    }
    if (test->output && test->output[0]) {
        open(j, "system-out");
        content(j, test->output);
        close(j);
    }
    close(j);
}

/* ---- suites ---------------------------------------------------------------------------------- */

typedef struct totals {
    uint64_t tests, failures, errors, skipped;
    int64_t real_ns;
} totals;

static bool in_module(const rh_test_result *test, const char *module)
{
    return !module || test->module == module || strcmp(test->module, module) == 0;
}

/* Over one module, or all of them for NULL. */
static totals count_tests(const rh_test_result *tests, size_t count, const char *module)
{
    totals sum = {0};
    for (size_t i = 0; i < count; i++) {
        if (!in_module(&tests[i], module))
            continue;
        sum.tests++;
        sum.failures += is_failure(&tests[i]);
        sum.errors += is_error(&tests[i]);
        sum.skipped += tests[i].verdict == RH_SKIPPED_TEST;
        sum.real_ns += tests[i].real_ns;
    }
    return sum;
}

static void attribute_totals(junit *j, const totals *sum)
{
    attribute_number(j, "tests", sum->tests);
    attribute_number(j, "failures", sum->failures);
    attribute_number(j, "errors", sum->errors);
    attribute_time(j, sum->real_ns);
}

static void timestamp(junit *j)
{
    rh_text time = rh_text_in(j->arena);
    int64_t second = 1000000000;
    rh_time_write(&time, j->options->started_ns / second * second);
    time.length--; /* the schema has no time zone; it is UTC */
    attribute(j, "timestamp", rh_text_string(&time));
}

static void testsuite(junit *j, const rh_test_result *tests, size_t count, const char *module)
{
    totals sum = count_tests(tests, count, module);
    open(j, "testsuite");
    attribute(j, "name", module);
    attribute_totals(j, &sum);
    attribute_number(j, "skipped", sum.skipped);
    if (j->options->started_ns > 0 && !j->options->stable)
        timestamp(j);
    attribute(j, "hostname", "virtual");
    for (size_t i = 0; i < count; i++)
        if (in_module(&tests[i], module))
            testcase(j, &tests[i]);
    close(j);
}

typedef struct results {
    const rh_test_result *tests;
    size_t count;
    const rh_junit_options *options;
} results;

static void document(rh_xml *xml, const void *data)
{
    const results *of = data;
    junit made = {xml, rh_xml_arena(xml), of->options}, *j = &made;
    totals sum = count_tests(of->tests, of->count, NULL);
    const char **modules = RH_NEW_ARRAY(j->arena, const char *, of->count);
    size_t module_count = 0;
    open(j, "testsuites");
    attribute(j, "name", j->options->name ? j->options->name : "rehearse");
    attribute_totals(j, &sum);
    for (size_t i = 0; i < of->count; i++) {
        const rh_test_result *test = &of->tests[i];
        size_t seen = module_count;
        while (seen > 0 && !in_module(test, modules[seen - 1]))
            seen--;
        if (seen > 0)
            continue;
        modules[module_count++] = test->module;
        testsuite(j, of->tests, of->count, test->module);
    }
    close(j);
}

int rh_report_junit(rh_text *text, const rh_test_result *tests, size_t count,
                    const rh_junit_options *options, rh_error *error)
{
    const rh_junit_options none = {0};
    const results of = {tests, count, options ? options : &none};
    return rh_xml_document(text, "JUnit", NULL, NULL, document, &of, error);
}
