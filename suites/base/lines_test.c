#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/base/lines.h"

/* "ab\n\ncd": lines at 0, 3 and 4. */
static void each_byte_has_its_place(void **state)
{
    static const size_t begins[] = {0, 3, 4};
    static const uint32_t places[][2] = {{1, 1}, {1, 2}, {1, 3}, {2, 1}, {3, 1}, {3, 2}, {3, 3}};
    const rh_lines lines = {begins, 3};
    (void)state;
    for (size_t byte = 0; byte < sizeof places / sizeof *places; byte++) {
        uint32_t line, column;
        rh_lines_place(&lines, byte, &line, &column);
        assert_int_equal(line, places[byte][0]);
        assert_int_equal(column, places[byte][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_byte_has_its_place)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
