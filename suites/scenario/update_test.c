/* Rewriting what files record: which values, and that nothing else changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/scenario_shown.h"
#include "suites/scenario/files.h"

static rh_arena arena;
static rh_loaded_module module;

static int load_release(void **state)
{
    (void)state;
    rh_error error;
    return rh_module_load(&arena, RH_BUILD_DIR "/fixtures/librelease.so", &module, &error);
}

static int bind(rh_scenario_file *file, rh_error *error)
{
    return file->is_of_files ? files_bind(&arena, file, error)
                             : rh_scenario_bind(&arena, file, &module, 1, error);
}

static rh_scenario_edits compare_all(const char *text, const rh_scenario_file **read)
{
    rh_error error = {.message = ""};
    rh_scenario_edits edits = {0};
    rh_scenario_file *file = rh_scenario_read(&arena, NULL, RH_SUITES_DIR "/scenario/good/f.yml",
                                              text, strlen(text), &error);
    if (!file || bind(file, &error) != 0)
        fail_msg("%u:%u: %s", error.line, error.column, error.message);
    for (size_t i = 0; i < file->scenario_count; i++) {
        rh_env *env = rh_env_create(module.module);
        rh_scenario_play(env, &file->scenarios[i]);
        rh_scenario_compare(&arena, env, &file->scenarios[i], &edits);
        rh_env_destroy(env);
    }
    *read = file;
    return edits;
}

#define HEAD "definition: ReleaseWorkflow\ngiven: true\nscenarios:\n"
#define FILE_HEAD                                                                                  \
    "definition: ../repository/.github/workflows/publish.yml\n"                                    \
    "event: {name: push, ref: refs/tags/v1.2.0}\nscenarios:\n"

/* What stands behind `expect:` before and after. */
static void assert_rewritten(const char *head, const char *before, const char *after)
{
    const rh_scenario_file *file;
    size_t length;
    const char *text = rh_format(&arena, "%s  - name: one\n    expect:%s", head, before);
    rh_scenario_edits edits = compare_all(text, &file);
    const char *edited = rh_scenario_edited(&arena, file, &edits, &length);
    assert_string_equal(edited, rh_format(&arena, "%s  - name: one\n    expect:%s", head, after));
    assert_int_equal(length, strlen(edited));
}

static void records_are_rewritten(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {" {status: failed}\n", " {status: succeeded}\n"},
        {" {status: succeeded}\n", " {status: succeeded}\n"},
        {"\n      status: \"failed\"   # why\n", "\n      status: succeeded   # why\n"},
        {" {duration: 1h}\n", " {duration: 8m5s}\n"},
        {" {duration: {at-most: 1h}, status: failed}",
         " {duration: {at-most: 1h}, status: succeeded}"},
        {" {duration: {at-most: 1m}}", " {duration: {at-most: 1m}}"},
        {" {calls: {BuildMacOS: 9, BuildLinux: 1}}", " {calls: {BuildMacOS: 2, BuildLinux: 1}}"},
        {" {attempts: {BuildLinus: 9}}", " {attempts: {BuildLinus: 9}}"},
        {" {heartbeats: {BuildLinux: 0}}", " {heartbeats: {BuildLinux: 2}}"},
        {"\n      starts:\n        BuildMacOS:\n          - 1s\n          - 2s\n\n      masked: "
         "none",
         "\n      starts:\n        BuildMacOS:\n          [0s, 0s]\n\n      masked: none"},
        {" {starts: {UpdateHomebrew: 0s}}", " {starts: {UpdateHomebrew: [7m50s]}}"},
        {" {effects: {github-release v1.2.0: 3, docker-image: 0}}",
         " {effects: {github-release v1.2.0: 1, docker-image: 1}}"},
        {" {effects: {github-relaese: 0}}", " {effects: {github-relaese: 0}}"},
        {" {masked: [UpdateHomebrew]}", " {masked: none}"},
        {" {warning: never said, order: [UpdateHomebrew, BuildLinux]}",
         " {warning: never said, order: [UpdateHomebrew, BuildLinux]}"},
        {" {runs: {ReleaseWorkflow: {status: failed}}}",
         " {runs: {ReleaseWorkflow: {status: succeeded}}}"},
        {"\n      result:\n", "\n      result: https://github.com/acme/app/releases/v1.2.0\n"},
        {"\n      result: |\n        a\n        b\n      status: succeeded\n",
         "\n      result: https://github.com/acme/app/releases/v1.2.0\n      status: succeeded\n"},
        {"\n      result:\n        a: 1\n        b:\n          - 2\n",
         "\n      result:\n        https://github.com/acme/app/releases/v1.2.0\n"},
        {" {result: {not: any}}", " {result: {not: any}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_rewritten(HEAD, cases[i][0], cases[i][1]);
}

static void records_of_workflow_files_are_rewritten(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {" {conclusion: failure}\n", " {conclusion: success}\n"},
        {" {status: failed}\n", " {status: succeeded}\n"},
        {" {conclusions: {version: failure, notify/Say: success, build: success}}",
         " {conclusions: {version: success, notify/Say: skipped, build: success}}"},
        {" {conclusions: {nobody: failure}}", " {conclusions: {nobody: failure}}"},
        {" {outcomes: {build/lint: failure}}", " {outcomes: {build/lint: success}}"},
        {" {outputs: {version: {number: 1.2}}}", " {outputs: {version: {number: 1.2.0}}}"},
        {" {outputs: {version: {number: {contains: x}}}}",
         " {outputs: {version: {number: {contains: x}}}}"},
        {" {outputs: {version: {nummer: 1}}}", " {outputs: {version: {nummer: 1}}}"},
        {" {cost: 1}", " {cost: 0.142}"},
        {" {cost: {at-most: 0.01}}", " {cost: {at-most: 0.01}}"},
        {" {costs: {publish: 1, version: 1}}", " {costs: {publish: 0.006, version: 0.0}}"},
        {" {minutes: {build: 1}}", " {minutes: {build: 4}}"},
        {" {calls: {publish/Push/git: 7}, attempts: {build: 1}}",
         " {calls: {publish/Push/git: 2}, attempts: {build: 2}}"},
        {" {masked: [build/lint]}", " {masked: none}"},
        {" {skipped: {publish: x}, notes: x, annotations: x, tainted: git-push, exit-codes: "
         "{publish/Push/curl: 1}}",
         " {skipped: {publish: x}, notes: x, annotations: x, tainted: git-push, exit-codes: "
         "{publish/Push/curl: 1}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_rewritten(FILE_HEAD, cases[i][0], cases[i][1]);
}

/* The expectations of a scenario with a second attempt are about that one. */
static void what_is_run_once_more_is_rewritten(void **state)
{
    (void)state;
    assert_rewritten(FILE_HEAD "  - name: two\n    faults: {\"publish/Push/git[push]\": "
                               "homebrew-auth}\n    re-run: failed\n    expect: {conclusion: "
                               "success, runs: {Publish: {conclusion: failure}}}\n",
                     " {conclusion: success}", " {conclusion: success}");
    const rh_scenario_file *file;
    size_t length;
    rh_scenario_edits edits = compare_all(
        FILE_HEAD "  - name: one\n    faults: {\"build[macos-latest]/lint\": exit-code, "
                  "\"publish/Push/git[push]\": homebrew-auth}\n    re-run: failed\n"
                  "    expect: {conclusion: failure, masked: x, runs: {Publish: {masked: none}}}\n",
        &file);
    assert_non_null(strstr(rh_scenario_edited(&arena, file, &edits, &length),
                           "expect: {conclusion: success, masked: none, runs: {Publish: {masked: "
                           "[\"build[macos-latest]/lint\"]}}}"));
}

/* What rows share is rewritten where all of them show the same. */
static void rows_that_differ_dispute(void **state)
{
    (void)state;
    static const char text[] = HEAD "  - name: shared\n"
                                    "    rows:\n"
                                    "      - faults: {UpdateHomebrew: dns}\n"
                                    "      - faults: {CreateGitHubRelease: dns}\n"
                                    "    expect:\n"
                                    "      status: failed\n"
                                    "      attempts: {UpdateHomebrew: 2, CreateGitHubRelease: 7}\n";
    const rh_scenario_file *file;
    size_t length;
    rh_scenario_edits edits = compare_all(text, &file);
    assert_int_equal(edits.count, 3);
    assert_false(edits.items[0].is_disputed);
    assert_true(edits.items[1].is_disputed); /* 2 holds for one, 1 is shown by the other */
    assert_true(edits.items[2].is_disputed); /* 1 and 2 are shown */
    assert_non_null(strstr(rh_scenario_edited(&arena, file, &edits, &length),
                           "      status: succeeded\n"
                           "      attempts: {UpdateHomebrew: 2, CreateGitHubRelease: 7}\n"));
}

static void nothing_outside_expect_changes(void **state)
{
    (void)state;
    static const char text[] = "definition: ReleaseWorkflow\ngiven: true\n"
                               "input: {TagName: &tag v1.2.0, Version: 1.2.0}\n"
                               "scenarios:\n  - {name: one, expect: {result: *tag}}\n";
    const rh_scenario_file *file;
    rh_scenario_edits edits = compare_all(text, &file);
    assert_int_equal(edits.count, 0);
}

static void a_rehearsal_that_stops_shows_nothing(void **state)
{
    (void)state;
    static const char text[] = "definition: ReleaseWorkflow\n"
                               "scenarios:\n  - {name: one, expect: {status: failed}}\n";
    const rh_scenario_file *file;
    rh_scenario_edits edits = compare_all(text, &file);
    assert_int_equal(edits.count, 0);
}

/* ---- writing YAML ---------------------------------------------------------------------------- */

static void texts_are_quoted_where_they_must_be(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a text", "a text"},
        {"v1.2.0", "v1.2.0"},
        {"https://example.org/a?b", "\"https://example.org/a?b\""},
        {"https://example.org/a", "https://example.org/a"},
        {"", "\"\""},
        {" a", "\" a\""},
        {"a ", "\"a \""},
        {"a: b", "\"a: b\""},
        {"a:", "\"a:\""},
        {"a #b", "\"a #b\""},
        {"a, b", "\"a, b\""},
        {"[a]", "\"[a]\""},
        {"- a", "\"- a\""},
        {"*a", "\"*a\""},
        {"1", "\"1\""},
        {"1e3", "\"1e3\""},
        {"true", "\"true\""},
        {"null", "\"null\""},
        {"any", "\"any\""},
        {"none", "\"none\""},
        {"yes", "yes"},
        {"a\nb", "\"a\\nb\""},
        {"\xc3\xa4", "\"\xc3\xa4\""},
        {"a\xc3\xa4", "a\xc3\xa4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rh_text text = rh_text_in(&arena);
        rh_yaml_write_text(&text, cases[i][0]);
        assert_string_equal(rh_text_string(&text), cases[i][1]);
        const char *list = rh_format(&arena, "[%s]", cases[i][1]);
        const rh_yaml *root = rh_yaml_read(&arena, list, strlen(list), NULL, NULL, NULL);
        assert_non_null(root);
        assert_string_equal(root->as.items[0]->text, cases[i][0]);
        assert_int_equal(root->as.items[0]->type, RH_STRING);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_rewritten),
        cmocka_unit_test(records_of_workflow_files_are_rewritten),
        cmocka_unit_test(what_is_run_once_more_is_rewritten),
        cmocka_unit_test(rows_that_differ_dispute),
        cmocka_unit_test(nothing_outside_expect_changes),
        cmocka_unit_test(a_rehearsal_that_stops_shows_nothing),
        cmocka_unit_test(texts_are_quoted_where_they_must_be),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("update", tests, load_release, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
