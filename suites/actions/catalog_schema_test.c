/* schemas/catalog.schema.json and the catalog's reader agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/actions/catalog.h"
#include "sim/base/json.h"
#include "suites/support/schema.h"

static const rh_value *read_schema(rh_arena *arena)
{
    FILE *file = fopen(RH_SUITES_DIR "/../schemas/catalog.schema.json", "rb");
    assert_non_null(file);
    rh_text text = rh_text_in(arena);
    for (int c; (c = getc(file)) != EOF;)
        rh_text_putc(&text, (char)c);
    fclose(file);
    const rh_value *schema = rh_json_read(arena, text.data, text.length, NULL, NULL);
    assert_non_null(schema);
    return schema;
}

static void the_library_fits(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena);
    for (const rh_catalog_text *part = rh_catalog_texts; part->name; part++) {
        rh_text why = rh_text_in(&arena);
        const rh_value *root = rh_json_read(&arena, part->text, part->length, part->name, NULL);
        if (!schema_accepts(schema, schema, root, "", &why))
            fail_msg("%s: %s", part->name, rh_text_string(&why));
    }
    rh_arena_free(&arena);
}

#define ACTION(fields) "{\"actions\": [{\"name\": \"a/b\", " fields "}]}"
#define COMMAND(fields) "{\"commands\": [{\"name\": \"x y\", " fields "}]}"

/* Good ones, then bad ones. */
static const struct {
    bool fits;
    const char *text;
} texts[] = {
    {true, "{}"},
    {true, "{\"actions\": [], \"commands\": [], \"summary\": \"x\", \"sources\": [\"y\"]}"},
    {true, ACTION("\"takes\": \"${{ inputs.wait }}\", \"post\": \"0\"")},
    {true, ACTION("\"takes\": \"1h30m\", \"post\": \"1.5s\", \"post_on_success\": true")},
    {true, ACTION("\"outputs\": {\"*\": {\"unknown\": true}, \"x\": \"\", "
                  "\"y\": {\"value\": \"z\", \"if\": \"inputs.a\", \"secret\": true}}")},
    {true, ACTION("\"effects\": [{\"kind\": \"k\", \"keys\": \"${{ inputs.x }}\"}]")},
    {true, ACTION("\"retry\": {\"command\": \"c\", \"default_wait_seconds\": 0}")},
    {true, COMMAND("\"valued\": [\"-t --tag\", \"-C\"], \"flags\": [\"-q --quiet\"]")},
    {true, COMMAND("\"wraps\": 1, \"single_dash\": true, \"prints\": {\"unknown\": true}")},
    {false, "[]"},
    {false, "{\"action\": []}"},
    {false, "{\"actions\": [{}]}"},
    {false, "{\"actions\": [{\"name\": \"a\"}]}"},
    {false, "{\"actions\": [{\"name\": \"a/b@v1\"}]}"},
    {false, "{\"commands\": [{\"name\": \"git  push\"}]}"},
    {false, "{\"commands\": [{\"name\": \"git -C\"}]}"},
    {false, ACTION("\"tkaes\": \"1s\"")},
    {false, ACTION("\"takes\": 5")},
    {false, ACTION("\"takes\": \"5\"")},
    {false, ACTION("\"post\": \"-1s\"")},
    {false, ACTION("\"outputs\": {\"x\": {}}")},
    {false, ACTION("\"outputs\": {\"x\": {\"unknown\": true, \"value\": \"y\"}}")},
    {false, ACTION("\"effects\": [{\"key\": \"x\"}]")},
    {false, ACTION("\"effects\": [{\"kind\": \"\"}]")},
    {false, ACTION("\"inputs\": {\"x\": 1}")},
    {false, ACTION("\"faults\": [1]")},
    {false, ACTION("\"retry\": {}")},
    {false, ACTION("\"retry\": {\"command\": \"c\", \"default_attempts\": 0}")},
    {false, COMMAND("\"valued\": [\"t\"]")},
    {false, COMMAND("\"valued\": [\" \"]")},
    {false, COMMAND("\"wraps\": -1")},
};

static void both_agree(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    const rh_value *schema = read_schema(&arena);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = texts[i].text;
        rh_text why = rh_text_in(&arena);
        rh_error error = {.message = ""};
        const rh_value *root = rh_json_read(&arena, text, strlen(text), NULL, NULL);
        assert_non_null(root);
        if (schema_accepts(schema, schema, root, "", &why) != texts[i].fits)
            fail_msg("the schema: %s %s", text, rh_text_string(&why));
        bool is_read =
            rh_actions_catalog_read(&arena, &text, (const char *[]){"own.json"}, 1, &error) != NULL;
        if (is_read != texts[i].fits)
            fail_msg("the reader: %s %s", text, error.message);
    }
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_fits),
        cmocka_unit_test(both_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
