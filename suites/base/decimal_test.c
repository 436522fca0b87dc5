/* Every number here also goes through the C library, in the C locale: an independent opinion. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/decimal.h"
#include "sim/base/random.h"

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void check_read(const char *text, double expected)
{
    double number = -1;
    if (!rh_decimal_read(text, strlen(text), &number))
        fail_msg("'%.40s' is not read", text);
    if (bits_of(number) != bits_of(expected))
        fail_msg("'%.40s' reads as %.17g, not %.17g", text, number, expected);
}

static void check_shortest(double number)
{
    char digits[18], text[40], printed[40];
    int exponent;
    memset(digits, '!', sizeof digits);
    int count = rh_decimal_shortest(number, digits, &exponent);
    assert_in_range(count, 1, 17);
    assert_int_equal(digits[17], '!');
    assert_true(digits[0] != '0' && digits[count - 1] != '0');
    snprintf(text, sizeof text, "0.%.*se%d", count, digits, exponent);
    if (bits_of(strtod(text, NULL)) != bits_of(number))
        fail_msg("%.17g is written as %s", number, text);

    /* With one digit less none reads back; with as many, the library prints the closest. */
    if (count > 1) {
        snprintf(printed, sizeof printed, "%.*e", count - 2, number);
        if (bits_of(strtod(printed, NULL)) == bits_of(number))
            fail_msg("%s is longer than %s", text, printed);
    }
    snprintf(printed, sizeof printed, "%.*e", count - 1, number);
    if (bits_of(strtod(printed, NULL)) != bits_of(number))
        return; /* just below a power of two the closest may not read back */
    assert_int_equal(digits[0], printed[0]);
    assert_memory_equal(digits + 1, printed + 2, (size_t)count - 1);
}

static const double hard[] = {
    5e-324,
    1e-323,
    2.2250738585072011e-308, /* the largest below the normal ones */
    2.2250738585072014e-308,
    1.7976931348623157e308,
    9007199254740992.0,
    9007199254740994.0,
    0.1,
    0.30000000000000004,
    1.0 / 3.0,
    2.0 / 3.0,
    1e21,
    1e22,
    1e23,
    9.5367431640625e-7,    /* 2^-20 */
    5.684341886080802e-14, /* 2^-44: below it doubles are twice as dense */
    9.007199254740991e15,
    1270391719269881.25, /* a tie in the 17th digit */
    4.35,
    0.000001,
    123456789012345680000.0,
    6.631236846766476e-316,
    7.038531e-26,
    1.0e-5,
    299792.458,
};

static void hard_numbers_are_written_shortest(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++)
        check_shortest(hard[i]);
    for (int exponent = -1074; exponent < 1024; exponent++) {
        uint64_t power =
            exponent < -1022 ? UINT64_C(1) << (exponent + 1074) : (uint64_t)(exponent + 1023) << 52;
        check_shortest(from_bits(power));
        check_shortest(from_bits(power + 1));
        if (power > 1)
            check_shortest(from_bits(power - 1));
    }
    for (int exponent = -323; exponent <= 308; exponent++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", exponent);
        check_shortest(strtod(text, NULL));
    }
}

static void ties_are_written_even(void **state)
{
    (void)state;
    char digits[17];
    int exponent;
    assert_int_equal(rh_decimal_shortest(1270391719269881.25, digits, &exponent), 17);
    assert_memory_equal(digits, "12703917192698812", 17);
    assert_int_equal(exponent, 16);
    assert_int_equal(rh_decimal_shortest(5e-324, digits, &exponent), 1);
    assert_memory_equal(digits, "5", 1);
    assert_int_equal(exponent, -323);
}

static double random_double(uint64_t purpose, uint64_t count)
{
    uint64_t bits = rh_random_draw(1, purpose, 0, count) & (UINT64_MAX >> 1);
    return bits >> 52 == 0x7ff ? 1.5 : bits ? from_bits(bits) : 1.0;
}

static void random_doubles_are_written_shortest(void **state)
{
    (void)state;
    for (uint64_t count = 0; count < 100000; count++)
        check_shortest(random_double(1, count));
}

static void random_doubles_are_read(void **state)
{
    (void)state;
    for (uint64_t count = 0; count < 300000; count++) {
        char text[64];
        double number = random_double(2, count);
        snprintf(text, sizeof text, "%.17g", number);
        check_read(text, number);
        /* Any digits, not those of a double. */
        snprintf(text, sizeof text, "-%.*e", (int)(count % 30), number);
        check_read(text, strtod(text, NULL));
    }
}

static void short_decimals_are_read(void **state)
{
    (void)state;
    for (uint64_t count = 0; count < 100000; count++) {
        char text[64];
        uint64_t draw = rh_random_draw(1, 3, 0, count);
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)(draw >> (draw % 64)),
                 (int)(draw >> 8 & 63) - 32);
        check_read(text, strtod(text, NULL));
        snprintf(text, sizeof text, "%u.%02u", (unsigned)(draw & 0xffff), (unsigned)(draw >> 57));
        check_read(text, strtod(text, NULL));
    }
}

/* sum += other, both with as many decimals; other is the smaller one. */
static void add_decimal(char *sum, const char *other)
{
    size_t end = strlen(sum), other_end = strlen(other);
    for (int carry = 0; end > 0; end--) {
        char digit = other_end ? other[--other_end] : '0';
        if (digit == '.')
            continue;
        int total = sum[end - 1] - '0' + digit - '0' + carry;
        carry = total > 9;
        sum[end - 1] = (char)('0' + total % 10);
    }
}

/* Exactly between two doubles, and a little beside: with all of the up to 767 digits. */
static void half_way_cases_are_read(void **state)
{
    (void)state;
    enum { DECIMALS = 1080 };
    for (uint64_t count = 0; count < 20000; count++) {
        static char middle[1500], half[1500];
        double low = random_double(4, count);
        uint64_t bits = bits_of(low), exponent = bits >> 52;
        if (exponent < 2)
            continue;
        uint64_t half_bits = exponent > 53 ? (exponent - 53) << 52 : UINT64_C(1) << (exponent - 2);
        middle[0] = '0';
        snprintf(middle + 1, sizeof middle - 1, "%.*f", DECIMALS, low);
        snprintf(half, sizeof half, "%.*f", DECIMALS, from_bits(half_bits));
        add_decimal(middle, half);
        const char *text = middle + (middle[0] == '0');
        double high = from_bits(bits + 1);
        check_read(text, bits % 2 ? high : low);
        strcat(middle, "1");
        check_read(text, high);
    }
}

static void known_texts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number;
    } cases[] = {
        {"0", 0.0},
        {"-0", -0.0},
        {"-0.0e5", -0.0},
        {"0e999999999999", 0.0},
        {"1", 1.0},
        {"-12.5e3", -12500.0},
        {"1E2", 100.0},
        {"1e+2", 100.0},
        {"1e-2", 0.01},
        {"0.1", 0.1},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740993.0000000000000000000000001", 9007199254740994.0},
        {"9007199254740995", 9007199254740996.0},
        {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
        {"1.7976931348623158e308", 0x1.fffffffffffffp1023},
        {"1.797693134862315807e308", 0x1.fffffffffffffp1023},
        {"1.797693134862315808e308", INFINITY},
        {"1e309", INFINITY},
        {"-1e400", -INFINITY},
        {"1e99999999999999999999", INFINITY},
        {"5e-324", 0x1p-1074},
        {"4.9e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0.0},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"7.4e-324", 0x1p-1074},
        {"7.5e-324", 0x1p-1073},
        {"1e-400", 0.0},
        {"-1e-400", -0.0},
        {"1e-99999999999999999999", 0.0},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        {"2.2250738585072012e-308", 0x1p-1022},
        {"0.000000000000000000000000000000000000000000000001e48", 1.0},
        {"100000000000000000000000000000000000000000000000000e-50", 1.0},
        {"1e23", 1e23},
        {"8.5e22", 8.5e22},
        {"6.02214076e23", 6.02214076e23},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_read(cases[i].text, cases[i].number);
}

/* Digits far behind decide, and no digit is too far. */
static void many_digits_are_read(void **state)
{
    (void)state;
    static char text[100002];
    memset(text, '0', sizeof text);
    memcpy(text, "9007199254740993.", 17);
    text[100000] = '\0';
    check_read(text, 9007199254740992.0);
    text[99999] = '1';
    check_read(text, 9007199254740994.0);
    double number = 7;
    assert_false(rh_decimal_read(text, 100001, &number));
    assert_true(number == 7);

    memset(text, '0', sizeof text);
    memcpy(text, "0.", 2);
    memcpy(text + 99990, "1e99989", 8);
    check_read(text, 1.0);
    memset(text, '0', sizeof text);
    memcpy(text + 99900, "e-99899", 8);
    text[0] = '1';
    check_read(text, 1.0);
}

static void malformed_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",    "-",    "+1",    "01", "-01",   "1.",  ".5",  "1.e5", "1e",       "1e+",
        "1e-", "1e5.", "1 ",    " 1", "1,5",   "0x1", "NaN", "inf",  "Infinity", "1_0",
        "--1", "1e5e", "1.2.3", "e5", "1e1.5", "00",  "-.5", "1-",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double number = 7;
        int64_t integer = 7;
        if (rh_decimal_read(texts[i], strlen(texts[i]), &number) ||
            rh_decimal_whole(texts[i], strlen(texts[i]), &integer))
            fail_msg("'%s' is read", texts[i]);
        assert_true(number == 7 && integer == 7);
    }
    double number;
    assert_true(rh_decimal_read("12x", 2, &number) && number == 12.0); /* the length counts */
}

static void whole_numbers_are_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool whole;
        int64_t integer;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-0.000e7", true, 0},
        {"12", true, 12},
        {"1.0", true, 1},
        {"1.5", false, 0},
        {"1.5e1", true, 15},
        {"-2.50e1", true, -25},
        {"1e3", true, 1000},
        {"1000e-3", true, 1},
        {"1e-1", false, 0},
        {"9007199254740993", true, 9007199254740993},
        {"9007199254740993.0", true, 9007199254740993},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775807.00", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"9.223372036854775807e18", true, INT64_MAX},
        {"1e18", true, 1000000000000000000},
        {"1e19", false, 0},
        {"18446744073709551616", false, 0},
        {"99999999999999999999", false, 0},
        {"1e999999999999", false, 0},
        {"0e999999999999", true, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t integer = 0;
        if (rh_decimal_whole(cases[i].text, strlen(cases[i].text), &integer) != cases[i].whole)
            fail_msg("%s", cases[i].text);
        assert_true(integer == cases[i].integer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hard_numbers_are_written_shortest),
        cmocka_unit_test(ties_are_written_even),
        cmocka_unit_test(random_doubles_are_written_shortest),
        cmocka_unit_test(random_doubles_are_read),
        cmocka_unit_test(short_decimals_are_read),
        cmocka_unit_test(half_way_cases_are_read),
        cmocka_unit_test(known_texts_are_read),
        cmocka_unit_test(many_digits_are_read),
        cmocka_unit_test(malformed_texts_are_refused),
        cmocka_unit_test(whole_numbers_are_read_exactly),
    };
    int failed = cmocka_run_group_tests_name("base/decimal", tests, NULL, NULL);
    return failed != 0;
}
