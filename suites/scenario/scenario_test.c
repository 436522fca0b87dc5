/* Every file of good/ is accepted, by loader and schema, and passes. Every file of bad/ has one
 * mistake; what is said about it stands in its first line, "# LINE:COLUMN: message", and in the
 * second whether the schema refuses it, too, or cannot know: "# schema: refuses". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/base/json.h"
#include "suites/scenario/files.h"
#include "suites/scenario/reference.h"
#include "suites/support/schema.h"

static rh_arena arena;
static const rh_value *schema;

static int load_schema(void **state)
{
    (void)state;
    size_t length;
    rh_error error;
    const char *text =
        files_load(&arena, RH_SUITES_DIR "/../schemas/scenario.schema.json", &length);
    schema = rh_json_read(&arena, text, length, "scenario.schema.json", &error);
    if (!schema)
        print_error("%u:%u: %s\n", error.line, error.column, error.message);
    return schema ? 0 : -1;
}

/* By the schema alone; text that is no YAML is refused by its reader. */
static bool fits_schema(const char *text, size_t length, rh_text *why)
{
    const rh_yaml *root = rh_yaml_read(&arena, text, length, NULL, NULL, NULL);
    return root && schema_accepts(schema, schema, rh_yaml_value(&arena, root), "", why);
}

static void good_files_are_accepted_and_pass(void **state)
{
    (void)state;
    const char *const *files = files_list(&arena, "good");
    int wrong = 0;
    assert_non_null(files[0]);
    for (; *files; files++) {
        size_t length;
        const char *text = files_load(&arena, *files, &length);
        rh_text why = rh_text_in(&arena);
        const char *mistake = files_first_mistake(&arena, *files, text, length);
        if (mistake)
            print_error("%s:%s\n", *files, mistake);
        bool fits = fits_schema(text, length, &why);
        if (!fits)
            print_error("%s: the schema refuses it:\n%s", *files, rh_text_string(&why));
        wrong += mistake || !fits;
    }
    assert_int_equal(wrong, 0);
}

/* The text of a line behind "# ". */
static const char *comment(const char **text)
{
    size_t length = strcspn(*text, "\n");
    const char *line = length > 2 ? rh_arena_text(&arena, *text + 2, length - 2) : "";
    *text += length + 1;
    return line;
}

static bool is_as_said(const char *file)
{
    size_t length;
    const char *text = files_load(&arena, file, &length);
    const char *rest = text;
    const char *expected = comment(&rest);
    bool refuses = !strcmp(comment(&rest), "schema: refuses");
    rh_text why = rh_text_in(&arena);
    const char *mistake = files_first_mistake(&arena, file, text, length);
    const char *name = strrchr(file, '/') + 1;
    bool as_said = mistake && !strcmp(mistake, expected);
    if (!as_said)
        print_error("%s: expected\n  %s\ngot\n  %s\n", name, expected,
                    mistake ? mistake : "no mistake at all");
    if (fits_schema(text, length, &why) != refuses)
        return as_said;
    print_error("%s: the schema %s it\n", name, refuses ? "accepts" : "refuses");
    return false;
}

static void mistakes_are_told_with_their_place_and_cure(void **state)
{
    (void)state;
    const char *const *files = files_list(&arena, "bad");
    size_t count = 0, wrong = 0;
    for (; *files; files++, count++)
        wrong += !is_as_said(*files);
    assert_int_equal(wrong, 0);
    assert_true(count >= 60);
}

/* ---- what is documented ---------------------------------------------------------------------- */

/* The reference in the manual is made from the schema; what it should be is left in the build. */
static void the_manual_has_the_reference(void **state)
{
    (void)state;
    static const char mark[] = "<!-- made from schemas/scenario.schema.json -->\n";
    size_t length;
    rh_text text = rh_text_in(&arena);
    const char *manual = files_load(&arena, RH_SUITES_DIR "/../docs/scenarios.md", &length);
    const char *at = strstr(manual, mark);
    reference_write(&text, schema);
    const char *reference = rh_text_string(&text);
    if (at && !strcmp(at + strlen(mark), reference))
        return;
    FILE *file = fopen(RH_BUILD_DIR "/suites/scenarios-reference.md", "w");
    assert_non_null(file);
    fputs(reference, file);
    fclose(file);
    fail_msg("docs/scenarios.md is to end with " RH_BUILD_DIR "/suites/scenarios-reference.md");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_accepted_and_pass),
        cmocka_unit_test(mistakes_are_told_with_their_place_and_cure),
        cmocka_unit_test(the_manual_has_the_reference),
    };
    rh_arena_init(&arena, NULL, NULL);
    int failed = cmocka_run_group_tests_name("scenario", tests, load_schema, NULL);
    rh_arena_free(&arena);
    return failed != 0;
}
