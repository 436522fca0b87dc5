/* docs/faults.md holds the catalog and the classes as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/fault.h"
#include "sim/base/text.h"
#include "sim/base/timetext.h"
#include "suites/docs/manual.h"

/* As a cell of a table: on one line, without a bar of its own. */
static void write_cell(rh_text *text, const char *cell)
{
    for (; *cell; cell++) {
        if (*cell == '\n')
            rh_text_puts(text, "\\n");
        else if (*cell == '|')
            rh_text_puts(text, "\\|");
        else
            rh_text_putc(text, *cell);
    }
}

static void write_duration(rh_text *text, const rh_fault *fault)
{
    if (fault->class == RH_FAULT_SLOW)
        rh_text_printf(text, "%u times as long", fault->times);
    else if (fault->typical_duration)
        rh_duration_write(text, fault->typical_duration);
    else
        rh_text_puts(text, "as its mock");
}

static void write_fault(rh_text *text, const rh_fault *fault)
{
    rh_text_printf(text, "| `%s` | %s | `%s` | `", fault->name, rh_fault_class_name(fault->class),
                   fault->failure_type);
    write_cell(text, fault->message);
    rh_text_printf(text, "` | %s | ",
                   !rh_fault_class_fails(fault->class) ? "-"
                   : fault->retryable                  ? "yes"
                                                       : "no");
    write_duration(text, fault);
    rh_text_puts(text, " | ");
    write_cell(text, fault->source);
    rh_text_puts(text, " |\n");
}

static void the_catalog(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    rh_text table = rh_text_in(&arena);
    rh_text_puts(&table, "| name | class | type | message | retryable | takes | source |\n"
                         "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < rh_fault_count(); i++)
        write_fault(&table, rh_fault_at_index(i));
    assert_in_manual(&arena, "faults.md", rh_text_string(&table));
    rh_arena_free(&arena);
}

static void the_classes(void **state)
{
    rh_arena arena;
    (void)state;
    rh_arena_init(&arena, NULL, NULL);
    for (int class = RH_FAULT_TRANSIENT; class <= RH_FAULT_SLOW; class ++)
        assert_in_manual(&arena, "faults.md",
                         rh_format(&arena, "| %s | %s |",
                                   rh_fault_class_name((rh_fault_class) class),
                                   rh_fault_class_meaning((rh_fault_class) class)));
    rh_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_catalog),
        cmocka_unit_test(the_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
