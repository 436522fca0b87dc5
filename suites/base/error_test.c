#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/error.h"

static void set_fills_in_everything(void **state)
{
    (void)state;
    rh_error error;
    memset(&error, 0xff, sizeof error);
    assert_int_equal(rh_error_set(&error, "a.json", 3, 7, "expected %s, found %d", "x", 1), -1);
    assert_string_equal(error.message, "expected x, found 1");
    assert_string_equal(error.file, "a.json");
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 7);
    assert_int_equal(rh_error_set(&error, NULL, 0, 0, "bad"), -1);
    assert_string_equal(error.file, "");
    assert_int_equal(rh_error_set(NULL, "a.json", 1, 1, "nobody wants to know"), -1);
}

static void long_texts_end_in_dots(void **state)
{
    (void)state;
    rh_error error;
    char long_text[1000];
    memset(long_text, 'x', sizeof long_text);
    rh_error_set(&error, NULL, 0, 0, "%.511s", long_text);
    assert_int_equal(strlen(error.message), 511);
    assert_null(strchr(error.message, '.'));
    rh_error_set(&error, NULL, 0, 0, "%.512s", long_text);
    assert_int_equal(strlen(error.message), 511);
    assert_string_equal(error.message + 507, "x...");

    memset(long_text, 'f', 300);
    long_text[300] = '\0';
    rh_error_set(&error, long_text, 1, 1, "short");
    assert_int_equal(strlen(error.file), 255);
    assert_string_equal(error.file + 251, "f...");
}

static void no_character_is_cut_in_half(void **state)
{
    (void)state;
    rh_error error;
    for (int before = 500; before < 512; before++) {
        char long_text[600];
        memset(long_text, 'x', sizeof long_text);
        memcpy(long_text + before, "\xf0\x9f\x98\x80", 4);
        rh_error_set(&error, NULL, 0, 0, "%.600s", long_text);
        const char *dots = strstr(error.message, "...");
        assert_non_null(dots);
        assert_string_equal(dots, "...");
        assert_in_range(dots - error.message, 505, 508);
        assert_true(dots[-1] == 'x' || memcmp(dots - 4, "\xf0\x9f\x98\x80", 4) == 0);
    }
}

static void an_error_can_be_wrapped_in_itself(void **state)
{
    (void)state;
    rh_error error;
    rh_error_set(&error, "a.json", 3, 7, "expected a value");
    rh_error_set(&error, error.file, error.line, error.column, "params: %s", error.message);
    assert_string_equal(error.message, "params: expected a value");
    assert_string_equal(error.file, "a.json");
    assert_int_equal(error.line, 3);
}

static void text_has_the_parts_that_are_there(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        uint32_t line;
        uint32_t column;
        const char *text;
    } cases[] = {
        {"a.json", 3, 7, "a.json:3:7: bad"},
        {"a.json", 3, 0, "a.json:3: bad"},
        {"a.json", 0, 0, "a.json: bad"},
        {"", 0, 0, "bad"},
        {NULL, 0, 0, "bad"},
        {"", 3, 7, "3:7: bad"},
        {"", 3, 0, "3: bad"},
        {"a.json", 0, 7, "a.json: bad"},
    };
    char buffer[100];
    rh_error error;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_error_set(&error, cases[i].file, cases[i].line, cases[i].column, "bad");
        assert_ptr_equal(rh_error_text(&error, buffer, sizeof buffer), buffer);
        assert_string_equal(buffer, cases[i].text);
    }
}

static void text_fits_its_buffer(void **state)
{
    (void)state;
    char buffer[16];
    rh_error error;
    rh_error_set(&error, "a.json", 3, 7, "much too long");
    for (size_t size = 0; size <= 12; size++) {
        memset(buffer, '!', sizeof buffer);
        rh_error_text(&error, buffer, size);
        assert_int_equal(buffer[size], '!');
        if (size)
            assert_int_equal(strlen(buffer), size - 1);
    }
    assert_string_equal(rh_error_text(&error, buffer, 12), "a.json:3...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_fills_in_everything),
        cmocka_unit_test(long_texts_end_in_dots),
        cmocka_unit_test(no_character_is_cut_in_half),
        cmocka_unit_test(an_error_can_be_wrapped_in_itself),
        cmocka_unit_test(text_has_the_parts_that_are_there),
        cmocka_unit_test(text_fits_its_buffer),
    };
    int failed = cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
    return failed != 0;
}
