#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"

static int set_up(void **state)
{
    static rh_arena arena;
    rh_arena_init(&arena, NULL, NULL);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    rh_arena_free(*state);
    return 0;
}

static void appending(void **state)
{
    rh_text text = rh_text_in(*state);
    assert_string_equal(rh_text_string(&text), "");
    rh_text_add(&text, "a\0b", 3);
    rh_text_add(&text, NULL, 0);
    rh_text_puts(&text, "cd");
    rh_text_putc(&text, 'e');
    rh_text_fill(&text, '-', 3);
    rh_text_fill(&text, '!', 0);
    rh_text_printf(&text, "%d", 42);
    assert_int_equal(text.length, 11);
    assert_memory_equal(rh_text_string(&text), "a\0bcde---42", 12);
    assert_int_equal(text.length, 11); /* the NUL is no part of it */
    rh_text_putc(&text, 'f');
    assert_memory_equal(rh_text_string(&text), "a\0bcde---42f", 13);
    assert_true(rh_text_flush(&text));
}

static void growing(void **state)
{
    rh_text text = rh_text_in(*state);
    for (int i = 0; i < 10000; i++) {
        rh_text_printf(&text, "%07d", i);
        rh_arena_alloc(*state, 16);
    }
    const char *string = rh_text_string(&text);
    assert_int_equal(strlen(string), 70000);
    for (int i = 0; i < 10000; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%07d", i);
        assert_memory_equal(string + 7 * i, expected, 7);
    }
}

static void printing(void **state)
{
    rh_text text = rh_text_in(*state);
    rh_text_printf(&text, "%s|%.*s|%c|%d|%i|%u|%x|%X", "s", 2, "abc", 'c', -1, 2, 3u, 0xabu, 0xcdu);
    rh_text_printf(&text, "|%ld|%llu|%zu|%jd", -1L, 18446744073709551615ULL, (size_t)7,
                   (intmax_t)INT64_MIN);
    assert_string_equal(rh_text_string(&text), "s|ab|c|-1|2|3|ab|CD|-1|18446744073709551615|7|"
                                               "-9223372036854775808");
}

/* Formats that need no printf give what printf gives. */
static void printing_plainly(void **state)
{
    const char *plain = rh_format(*state, "%s,%.*s,%.*s,%.*s,%c,%d,%d,%u,%zu%s", "a", 2, "bcd", 9,
                                  "e", -1, "fg", 'h', INT_MIN, INT_MAX, UINT_MAX, SIZE_MAX, "");
    assert_string_equal(plain, "a,bc,e,fg,h,-2147483648,2147483647,4294967295,"
                               "18446744073709551615");
    assert_string_equal(rh_format(*state, "%ld,%lu,%lld,%llu,%zd", LONG_MIN, ULONG_MAX, LLONG_MIN,
                                  ULLONG_MAX, (ssize_t)-1),
                        "-9223372036854775808,18446744073709551615,-9223372036854775808,"
                        "18446744073709551615,-1");
    assert_string_equal(rh_format(*state, "100%% of %s", "it"), "100% of it");
    assert_string_equal(rh_format(*state, "%5s|%-3d|", "ab", 1), "   ab|1  |");
}

/* Around the size up to which no second pass is needed. */
static void printing_long_texts(void **state)
{
    char source[1001];
    memset(source, 'x', sizeof source);
    for (int length = 250; length < 260; length++) {
        rh_text text = rh_text_in(*state);
        rh_text_printf(&text, "<%.*s>", length, source);
        assert_int_equal(text.length, length + 2);
        assert_int_equal(strlen(rh_text_string(&text)), length + 2);
        assert_int_equal(text.data[length + 1], '>');
        const char *formatted = rh_format(*state, "<%.*s>", length, source);
        assert_int_equal(strlen(formatted), length + 2);
        assert_int_equal(formatted[length + 1], '>');
    }
    assert_int_equal(strlen(rh_format(*state, "%.*s%d", 1000, source, 5)), 1001);
    const char *padded = rh_format(*state, "%s%300x%s", "ab", 1u, "c"); /* the rest by printf */
    assert_int_equal(strlen(padded), 303);
    assert_memory_equal(padded, "ab  ", 4);
    assert_string_equal(padded + 300, " 1c");
}

static void formatting(void **state)
{
    const char *first = rh_format(*state, "%s-%d", "a", 1);
    const char *second = rh_format(*state, "%s", "");
    assert_string_equal(first, "a-1");
    assert_string_equal(second, "");
}

static void numbers(void **state)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "0"},
        {1.0, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123.456, "123.456"},
        {100.0, "100"},
        {1e20, "100000000000000000000"},
        {123456789012345680000.0, "123456789012345680000"},
        {1e21, "1e+21"},
        {1.5e21, "1.5e+21"},
        {1e-6, "0.000001"},
        {1.25e-6, "0.00000125"},
        {1e-7, "1e-7"},
        {-1.25e-7, "-1.25e-7"},
        {1e100, "1e+100"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992"},
        {(double)INFINITY, "Infinity"},
        {-(double)INFINITY, "-Infinity"},
        {(double)NAN, "NaN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rh_text text = rh_text_in(*state);
        rh_text_number(&text, cases[i].number);
        assert_string_equal(rh_text_string(&text), cases[i].text);
    }
}

/* Through a file, by appends of many sizes; what arrives must be the same as in memory. */
static void a_file_gets_everything(void **state)
{
    static char block[100000];
    FILE *file = tmpfile();
    rh_text text = rh_text_to(*state, file);
    rh_text expected = rh_text_in(*state);
    memset(block, 'b', sizeof block);
    static const size_t sizes[] = {1, 1000, 32767, 32768, 5, 32769, 100000, 0, 7, 31000, 31000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int both = 0; both < 2; both++) {
            rh_text *one = both ? &text : &expected;
            rh_text_add(one, block, sizes[i]);
            rh_text_fill(one, 'f', sizes[i]);
            rh_text_printf(one, "%.*s%zu", (int)sizes[i], block, sizes[i]);
            rh_text_putc(one, '\n');
        }
        assert_true(text.capacity <= 256 << 10);
    }
    assert_true(rh_text_flush(&text));

    char *read = rh_arena_alloc(*state, expected.length + 1);
    rewind(file);
    assert_int_equal(fread(read, 1, expected.length + 1, file), expected.length);
    assert_memory_equal(read, expected.data, expected.length);
    fclose(file);
}

static void a_file_is_written_in_large_pieces(void **state)
{
    FILE *file = tmpfile();
    setvbuf(file, NULL, _IONBF, 0);
    rh_text text = rh_text_to(*state, file);
    rh_text_fill(&text, 'x', 32767);
    assert_int_equal(ftell(file), 0);
    rh_text_puts(&text, "yy");
    assert_int_equal(ftell(file), 32767);
    assert_true(rh_text_flush(&text));
    assert_int_equal(ftell(file), 32769);
    assert_true(text.capacity <= 32768);
    fclose(file);
}

static void a_failed_write_is_not_forgotten(void **state)
{
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    rh_text text = rh_text_to(*state, full);
    rh_text_puts(&text, "lost");
    assert_false(text.failed);
    assert_false(rh_text_flush(&text));
    assert_true(text.failed);
    assert_false(rh_text_flush(&text));
    fclose(full);
}

static void columns(void **state)
{
    (void)state;
    assert_int_equal(rh_text_columns("", 0), 0);
    assert_int_equal(rh_text_columns("abc", 3), 3);
    assert_int_equal(rh_text_columns("abc", 2), 2);
    assert_int_equal(rh_text_columns("gr\xc3\xbc\xc3\x9f", 6), 4);
    assert_int_equal(rh_text_columns("\xe2\x82\xac\xf0\x9f\x98\x80", 7), 2);
}

static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length; /* of the text */
        size_t expected;
    } cases[] = {
        {"", 0, 0},
        {"a", 1, 1},
        {"\0", 1, 1},
        {"\x7f", 1, 1},
        {"\x80", 1, 0},
        {"\xc1\xbf", 2, 0}, /* longer than needed */
        {"\xc2\x80", 2, 2},
        {"\xc3\xbcrest", 6, 2},
        {"\xc3", 1, 0},
        {"\xc3(", 2, 0},
        {"\xdf\xbf", 2, 2},
        {"\xe0\x9f\xbf", 3, 0}, /* longer than needed */
        {"\xe0\xa0\x80", 3, 3},
        {"\xe2\x82\xac", 3, 3},
        {"\xe2\x82", 2, 0},
        {"\xe2\x82(", 3, 0},
        {"\xed\x9f\xbf", 3, 3},
        {"\xed\xa0\x80", 3, 0}, /* a surrogate */
        {"\xee\x80\x80", 3, 3},
        {"\xef\xbf\xbf", 3, 3},
        {"\xf0\x8f\xbf\xbf", 4, 0}, /* longer than needed */
        {"\xf0\x90\x80\x80", 4, 4},
        {"\xf0\x9f\x98\x80", 4, 4},
        {"\xf0\x9f\x98", 3, 0},
        {"\xf0\x9f\x98(", 4, 0},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xf4\x90\x80\x80", 4, 0}, /* past U+10FFFF */
        {"\xf5\x80\x80\x80", 4, 0},
        {"\xff", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (rh_utf8_length(cases[i].text, cases[i].length) != cases[i].expected)
            fail_msg("case %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appending),
        cmocka_unit_test(growing),
        cmocka_unit_test(printing),
        cmocka_unit_test(printing_plainly),
        cmocka_unit_test(printing_long_texts),
        cmocka_unit_test(formatting),
        cmocka_unit_test(numbers),
        cmocka_unit_test(a_file_gets_everything),
        cmocka_unit_test(a_file_is_written_in_large_pieces),
        cmocka_unit_test(a_failed_write_is_not_forgotten),
        cmocka_unit_test(columns),
        cmocka_unit_test(utf8),
    };
    int failed = cmocka_run_group_tests_name("base/text", tests, set_up, tear_down);
    return failed != 0;
}
