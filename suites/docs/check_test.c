/* docs/check.md has a section for each kind of finding, and no other. */
#include "harness/check/finding.h"
#include "suites/docs/manual.h"

static void kinds_are_explained(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const char *page = project_file(&arena, "docs/check.md");
    assert_non_null(page);
    size_t sections = 0;
    for (const char *at = page; (at = strstr(at, "\n### ")); at += 5)
        sections++;
    assert_int_equal(sections, RH_FINDING_KINDS);
    for (int kind = 0; kind < RH_FINDING_KINDS; kind++) {
        const char *id = rh_finding_rule_of((rh_finding_kind)kind)->id;
        if (!strstr(page, rh_format(&arena, "\n### %s\n", id)))
            fail_msg("docs/check.md has no section '%s'", id);
    }
    rh_arena_free(&arena);
}

static void the_schema_has_all_kinds(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const char *schema = project_file(&arena, "schemas/findings.schema.json");
    assert_non_null(schema);
    for (int kind = 0; kind < RH_FINDING_KINDS; kind++) {
        const char *id = rh_finding_rule_of((rh_finding_kind)kind)->id;
        if (!strstr(schema, rh_format(&arena, "\"%s\"", id)))
            fail_msg("schemas/findings.schema.json does not know '%s'", id);
    }
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_explained),
        cmocka_unit_test(the_schema_has_all_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
