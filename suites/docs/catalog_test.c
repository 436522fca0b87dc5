/* docs/catalog.md holds the action catalog as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/actions/catalog.h"
#include "sim/base/json.h"
#include "suites/docs/manual.h"

/* As a cell of a table: without a bar of its own. */
static void write_code(rh_text *text, const char *code)
{
    rh_text_putc(text, '`');
    for (; *code; code++)
        rh_text_puts(text, *code == '|' ? "\\|" : (const char[]){*code, '\0'});
    rh_text_putc(text, '`');
}

/* Kinds of effects, each once. */
static void write_effects(rh_text *text, const rh_value *effects)
{
    size_t written = 0;
    for (size_t i = 0; i < rh_count_of(effects); i++) {
        const rh_value *kind = rh_get(rh_at(effects, i), "kind");
        bool is_new = true;
        for (size_t j = 0; j < i; j++)
            is_new = is_new && !rh_equal(rh_get(rh_at(effects, j), "kind"), kind);
        if (!is_new)
            continue;
        rh_text_puts(text, written++ ? ", " : "");
        write_code(text, rh_text_of(kind));
    }
}

static void write_entry(rh_text *text, const rh_value *entry)
{
    const rh_value *faults = rh_get(entry, "faults");
    const char *takes = rh_text_of(rh_get(entry, "takes"));
    rh_text_puts(text, "| ");
    write_code(text, rh_text_of(rh_get(entry, "name")));
    rh_text_puts(text, " | ");
    if (strstr(takes, "${{"))
        rh_text_puts(text, "as it says");
    else
        rh_text_puts(text, takes[0] ? takes : "0s");
    if (rh_get(entry, "post"))
        rh_text_printf(text, " + %s", rh_text_of(rh_get(entry, "post")));
    rh_text_puts(text, " | ");
    write_effects(text, rh_get(entry, "effects"));
    rh_text_puts(text, " | ");
    for (size_t i = 0; i < rh_count_of(faults); i++)
        rh_text_printf(text, "%s%s", i ? ", " : "", rh_text_of(rh_at(faults, i)));
    rh_text_puts(text, " |\n");
}

static void check_list(const char *list, const char *title)
{
    rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    rh_text table = rh_text_in(&arena);
    rh_text_printf(&table, "| %s | takes | effects | typical faults |\n| --- | --- | --- | --- |\n",
                   title);
    for (const rh_catalog_text *part = rh_catalog_texts; part->name; part++) {
        const rh_value *root = rh_json_read(&arena, part->text, part->length, part->name, NULL);
        const rh_value *entries = rh_get(root, list);
        for (size_t i = 0; i < rh_count_of(entries); i++)
            write_entry(&table, rh_at(entries, i));
    }
    assert_in_manual(&arena, "catalog.md", rh_text_string(&table));
    rh_arena_free(&arena);
}

static void actions(void **state)
{
    (void)state;
    check_list("actions", "action");
}

static void commands(void **state)
{
    (void)state;
    check_list("commands", "command");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions),
        cmocka_unit_test(commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
