/* Faults of one's own: defined in C and read from files. */
#include "suites/support/playing.h"

#define S(n) RH_SECONDS(n)

static const rh_failure *works(rh_workflow *wf, const rh_value *input, const rh_value **result)
{
    static const rh_activity_options options = {
        .start_to_close = S(100), .retry = {.initial_interval = S(1), .maximum_attempts = 2}};
    return rh_await(wf, rh_activity(wf, "Work", RH_ARGS(input), &options), result);
}

static const rh_workflow_definition workflows[] = {{.name = "works", .run = works}, {0}};
static const rh_module module = {RH_ABI_VERSION, sizeof(rh_module), "catalog", workflows, NULL};
DEFINE_ENVS(module)

static const rh_value a_result = {.kind = RH_NULL};
static rh_arena arena;

static int open_arena(void **state)
{
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    rh_arena_free(&arena);
    return 0;
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

/* ---- in C ------------------------------------------------------------------------------------ */

static void a_defined_fault_strikes(void **state)
{
    rh_env *env = *state;
    rh_fault_define(env, &(rh_fault_definition){.name = "proxy-down",
                                                .failure_type = "ProxyError",
                                                .message = "407 Proxy Authentication Required",
                                                .typical_duration = S(4)});
    rh_mock(env, "Work", .takes = S(9));
    rh_fault_at(env, "Work", "proxy-down");
    rh_run(env, "works", NULL);
    const rh_failure *failure = nth_entry(env, RH_ENTRY_ATTEMPT_FAILED, 0)->failure;
    assert_string_equal(failure->type, "ProxyError");
    assert_string_equal(failure->message, "407 Proxy Authentication Required");
    rh_assert_starts(env, "Work", 0, S(5));
    assert_null(rh_fault_find("proxy-down")); /* the env's, not everybody's */
    assert_clean(env);
}

static void mocks_name_it_too(void **state)
{
    rh_env *env = *state;
    rh_fault_define(env, &(rh_fault_definition){.name = "wrong-sum",
                                                .strikes = RH_FAULT_CORRUPTED,
                                                .result = RH_OBJECT_OF(
                                                    {"sha256", rh_string("e3b0c442")})});
    rh_mock(env, "Work", .fault = "wrong-sum");
    rh_run(env, "works", NULL);
    rh_assert_result(env, RH_OBJECT_OF({"sha256", rh_string("e3b0c442")}));
    assert_int_equal(rh_result_of(env)->flags & RH_TAINTED, RH_TAINTED);
    rh_assert_effects(env, "Work", 1);
    assert_clean(env);
}

static void only_some_of_several_effects(void **state)
{
    rh_env *env = *state;
    rh_mock(env, "Work",
            RH_EFFECTS({.kind = "tag", .key = "v1"}, {.kind = "asset", .key = "a"},
                       {.kind = "asset", .key = "b"}));
    rh_fault_at(env, "Work", "half-done");
    rh_run(env, "works", NULL);
    rh_assert_status(env, RH_FAILED);
    rh_assert_effects(env, "tag", 1);
    rh_assert_effects(env, "asset", 0);
    assert_clean(env);
}

static void defaults_depend_on_the_class(void **state)
{
    static const struct {
        rh_fault_class class;
        bool retryable;
        int exit_code;
        uint32_t times;
    } cases[] = {
        {RH_FAULT_TRANSIENT, true, 1, 0},
        {RH_FAULT_PERMANENT, false, 1, 0},
        {RH_FAULT_REPLY_LOST, true, 1, 0},
        {RH_FAULT_HANG, true, RH_NO_EXIT, 0},
        {RH_FAULT_CRASH, true, RH_NO_EXIT, 0},
        {RH_FAULT_HOST_LOST, true, RH_NO_EXIT, 0},
        {RH_FAULT_HOST_STOPPED, true, RH_NO_EXIT, 0},
        {RH_FAULT_PARTIAL, false, 1, 0},
        {RH_FAULT_CORRUPTED, true, 0, 0},
        {RH_FAULT_SILENT, true, 0, 0},
        {RH_FAULT_SLOW, true, 0, 3},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_catalog catalog = {0};
        rh_error error;
        const rh_fault_definition definition = {.name = "mine", .strikes = cases[i].class};
        assert_int_equal(rh_catalog_define(&arena, &catalog, &definition, &error), 0);
        assert_int_equal(rh_catalog_count(&catalog), rh_fault_count() + 1);
        const rh_fault *fault = rh_catalog_find(&catalog, "mine");
        assert_int_equal(fault->class, cases[i].class);
        assert_int_equal(fault->retryable, cases[i].retryable);
        assert_int_equal(fault->exit_code, cases[i].exit_code);
        assert_int_equal(fault->times, cases[i].times);
        assert_string_equal(fault->failure_type, "mine");
        assert_string_equal(fault->message, "mine");
        assert_string_equal(fault->group, "own");
    }
}

static void definitions_that_make_no_sense(void **state)
{
    static const struct {
        rh_fault_definition definition;
        const char *message;
    } cases[] = {
        {{.name = NULL}, "a fault's name is made of"},
        {{.name = ""}, "a fault's name is made of"},
        {{.name = "with space"}, "got 'with space'"},
        {{.name = "a=b"}, "a fault's name is made of"},
        {{.name = "dns"}, "fault 'dns' is there already; if this one is meant instead"},
        {{.name = "dnss", .override = true}, "fault 'dnss' overrides nothing; did you mean 'dns'?"},
        {{.name = "x", .strikes = (rh_fault_class)99}, "no such class"},
        {{.name = "x", .typical_duration = -1}, "its duration is negative"},
        {{.name = "x", .exit_code = 256}, "a number from 0 to 255"},
        {{.name = "x", .times = 3}, "only a slow fault has a number of times"},
        {{.name = "x", .strikes = RH_FAULT_SLOW, .times = 1}, "from 2 on"},
        {{.name = "x", .strikes = RH_FAULT_SLOW, .typical_duration = 1}, "no duration of its own"},
        {{.name = "x", .result = &a_result}, "only a corrupted fault"},
        {{.name = "x", .strikes = RH_FAULT_PERMANENT, .retryable = true}, "is not retryable"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_env *env = rh_env_create(&module);
        rh_fault_define(env, &cases[i].definition);
        assert_one_error(env, cases[i].message);
        rh_env_destroy(env);
    }
}

static void an_override_takes_the_place(void **state)
{
    rh_catalog catalog = {0};
    rh_error error;
    (void)state;
    const rh_fault_definition first = {.name = "dns", .message = "own", .override = true};
    assert_int_equal(rh_catalog_define(&arena, &catalog, &first, &error), 0);
    assert_int_equal(rh_catalog_count(&catalog), rh_fault_count());
    assert_string_equal(rh_catalog_find(&catalog, "dns")->message, "own");
    assert_string_equal(rh_catalog_find(&catalog, "dns")->group, "network");

    rh_catalog copy = catalog; /* what the one learns, the other does not */
    const rh_fault_definition second = {.name = "more"};
    assert_int_equal(rh_catalog_define(&arena, &copy, &second, &error), 0);
    assert_non_null(rh_catalog_find(&copy, "more"));
    assert_null(rh_catalog_find(&catalog, "more"));
    assert_null(rh_catalog_at(&copy, rh_catalog_count(&copy)));
    assert_null(rh_catalog_need(&copy, "mroe", &error));
    assert_string_equal(error.message, "unknown fault 'mroe'; did you mean 'more'?");
}

/* ---- files ----------------------------------------------------------------------------------- */

static int read(rh_catalog *catalog, const char *json, rh_error *error)
{
    return rh_catalog_read(&arena, catalog, json, strlen(json), "own.yml", error);
}

static void a_yaml_file_does_the_same(void **state)
{
    static const char text[] = "faults:\n"
                               "  - name: proxy-down # since the move\n"
                               "    class: reply-lost\n"
                               "    message: |-\n"
                               "      407 Proxy Authentication Required\n"
                               "      second line\n"
                               "    takes: 1m30s\n";
    rh_catalog catalog = {0};
    rh_error error;
    (void)state;
    assert_int_equal(read(&catalog, text, &error), 0);
    const rh_fault *fault = rh_catalog_find(&catalog, "proxy-down");
    assert_int_equal(fault->class, RH_FAULT_REPLY_LOST);
    assert_string_equal(fault->message, "407 Proxy Authentication Required\nsecond line");
    assert_int_equal(fault->typical_duration, S(90));
}

static void a_file_defines_faults(void **state)
{
    static const char json[] =
        "{\"$schema\": \"x\", \"faults\": [\n"
        " {\"name\": \"audit\", \"class\": \"permanent\", \"type\": \"AuditFailed\",\n"
        "  \"message\": \"found <n> vulnerabilities\", \"exit_code\": 2, \"takes\": \"3s\",\n"
        "  \"group\": \"npm\", \"summary\": \"s\", \"source\": \"t\"},\n"
        " {\"name\": \"crawl\", \"class\": \"slow\", \"times\": 12},\n"
        " {\"name\": \"half\", \"class\": \"partial\", \"retryable\": true},\n"
        " {\"name\": \"empty\", \"class\": \"corrupted\", \"result\": {\"n\": 0}},\n"
        " {\"name\": \"dns\", \"class\": \"hang\", \"override\": true}]}";
    rh_catalog catalog = {0};
    rh_error error;
    (void)state;
    assert_int_equal(read(&catalog, json, &error), 0);
    assert_int_equal(rh_catalog_count(&catalog), rh_fault_count() + 4);
    const rh_fault *audit = rh_catalog_find(&catalog, "audit");
    assert_string_equal(audit->failure_type, "AuditFailed");
    assert_string_equal(audit->message, "found <n> vulnerabilities");
    assert_string_equal(audit->group, "npm");
    assert_string_equal(audit->summary, "s");
    assert_string_equal(audit->source, "t");
    assert_int_equal(audit->exit_code, 2);
    assert_int_equal(audit->typical_duration, S(3));
    assert_int_equal(rh_catalog_find(&catalog, "crawl")->times, 12);
    assert_true(rh_catalog_find(&catalog, "half")->retryable);
    assert_int_equal(rh_integer_of(rh_get(rh_catalog_find(&catalog, "empty")->result, "n")), 0);
    assert_int_equal(rh_catalog_find(&catalog, "dns")->class, RH_FAULT_HANG);
}

static void bad_files(void **state)
{
#define ONE(fields) "faults:\n  - name: x\n    class: slow\n    " fields "\n"
    static const struct {
        const char *text, *message;
        unsigned line, column;
    } cases[] = {
        {"faults: [", "the file ends inside a list in brackets", 1, 10},
        {"[1]", "expected a fault file with its keys, found a list", 1, 1},
        {"{}", "a fault file needs the key 'faults'", 1, 1},
        {"fautls: []", "did you mean 'faults'?", 1, 1},
        {"faults: {a: 1}", "expected a list of faults, found a mapping", 1, 9},
        {"faults: [1]", "expected a fault with its keys, found '1'", 1, 10},
        {"faults: [class: hang]", "a fault needs the key 'name'", 1, 10},
        {"faults: [name: x]", "a fault needs the key 'class'", 1, 10},
        {"faults: [name: '']", "expected text, found nothing between the quotes", 1, 16},
        {"faults:\n  - name: x\n    class: hnag\n", "unknown class 'hnag'; did you mean 'hang'?", 3,
         12},
        {"faults:\n  - name: x\n    class: sudden\n",
         "unknown class 'sudden' (known: transient, permanent, reply-lost, hang, crash, host-lost, "
         "host-stopped, partial, corrupted, silent, slow)",
         3, 12},
        {ONE("mesage: m"), "did you mean 'message'?", 4, 5},
        {ONE("takes: 3"), "a duration without a unit; did you mean '3s' or '3m'?", 4, 12},
        {ONE("takes: -3s"), "the duration -3s is negative", 4, 12},
        {ONE("exit_code: 300"), "expected a whole number from 0 to 255, found '300'", 4, 16},
        {ONE("times: 1"), "expected a whole number from 2 to 1000000, found '1'", 4, 12},
        {ONE("override: yes"), "expected true or false, found 'yes'", 4, 15},
        {ONE("override: true"), "fault 'x' overrides nothing", 2, 5},
        {ONE("result: 1"), "fault 'x': only a corrupted fault has a result", 2, 5},
        {ONE("takes: 3s"), "fault 'x': a slow fault has no duration of its own", 2, 5},
        {"faults:\n  - {name: x, class: hang, times: 2}\n",
         "fault 'x': only a slow fault has a number of times, from 2 on", 2, 5},
        {"faults:\n  - {name: x, class: transient, retryable: false}\n",
         "fault 'x': a transient fault is retryable; a permanent one is not", 2, 44},
        {"faults:\n  - {name: dns, class: hang}\n",
         "fault 'dns' is there already; if this one is meant instead, it must say so: override", 2,
         5},
        {"faults:\n  - {name: x, class: hang}\n  - {name: x, class: hang}\n",
         "fault 'x' is there already", 3, 5},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rh_catalog catalog = {0};
        rh_error error = {.message = ""};
        assert_int_equal(read(&catalog, cases[i].text, &error), -1);
        assert_contains(error.message, cases[i].message);
        assert_string_equal(error.file, "own.yml");
        assert_int_equal(error.line, cases[i].line);
        assert_int_equal(error.column, cases[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_defined_fault_strikes),
        PLAYED(mocks_name_it_too),
        PLAYED(only_some_of_several_effects),
        IN_ARENA(defaults_depend_on_the_class),
        cmocka_unit_test(definitions_that_make_no_sense),
        IN_ARENA(an_override_takes_the_place),
        IN_ARENA(a_file_defines_faults),
        IN_ARENA(a_yaml_file_does_the_same),
        IN_ARENA(bad_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
