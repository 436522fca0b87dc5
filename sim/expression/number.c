#include "sim/expression/number.h"

#include "sim/base/decimal.h"
#include "sim/expression/letters.h"

/* 2048 bits: the largest numbers here are 2^1074 times 17 digits, or 10^340 times 53 bits. */
enum { LIMBS = 64, DIGITS = 15 };
#define SMALLEST_NORMAL 0x1p-1022

double rh_number_infinity(void)
{
    const uint64_t bits = UINT64_C(0x7ff) << 52;
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

double rh_number_nan(void)
{
    const uint64_t bits = UINT64_C(0x7ff8) << 48;
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (is_digit(at, end))
        at++;
    return at;
}

/* "Infinity" and "NaN" are words of .NET's parser, in any case, with or without a sign. */
static bool parse_word(const char *text, size_t length, double *number)
{
    bool negative = length && *text == '-';
    if (length && (*text == '-' || *text == '+')) {
        text++;
        length--;
    }
    if (rh_letters_equal(text, length, "Infinity", 8))
        *number = negative ? -rh_number_infinity() : rh_number_infinity();
    else if (rh_letters_equal(text, length, "NaN", 3))
        *number = rh_number_nan();
    else
        return false;
    return true;
}

/* Reads ".5", "5." and "5.e3", which JSON does not have: as JSON has them. Absurdly long ones are
 * refused. */
static bool read_bare_point(const char *text, size_t length, const char *point, double *number)
{
    char json[1024];
    size_t before = (size_t)(point - text), behind = length - before - 1;
    if (length + 2 > sizeof json)
        return false;
    memcpy(json, text, before);
    size_t count = before;
    if (!count)
        json[count++] = '0';
    json[count++] = '.';
    if (!is_digit(point + 1, text + length))
        json[count++] = '0';
    memcpy(json + count, point + 1, behind);
    return rh_decimal_read(json, count + behind, number);
}

bool rh_number_parse_decimal(const char *text, size_t length, double *number)
{
    const char *end = text + length, *at = text;
    bool negative = length && *text == '-', read;
    if (length && (*text == '-' || *text == '+'))
        at++;
    const char *whole_end = skip_digits(at, end), *rest = whole_end;
    if (rest < end && *rest == '.')
        rest = skip_digits(rest + 1, end);
    if (rest == at || (rest == whole_end + 1 && whole_end == at))
        return parse_word(text, length, number);
    while (whole_end - at > 1 && *at == '0')
        at++;
    if (rest > whole_end && (whole_end == at || rest == whole_end + 1))
        read = read_bare_point(at, (size_t)(end - at), whole_end, number);
    else
        read = rh_decimal_read(at, (size_t)(end - at), number);
    if (read && negative)
        *number = -*number;
    return read;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = rh_letters_upper_ascii(c);
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* The digits as a pattern of 32 bits, which .NET reads as a signed number: 0xFFFFFFFF is -1. */
static double parse_pattern(const char *digits, size_t length, int base)
{
    uint64_t pattern = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_value(digits[i]);
        if (digit >= base)
            return rh_number_nan();
        pattern = pattern * (uint64_t)base + (uint64_t)digit;
        if (pattern > UINT32_MAX)
            return rh_number_nan();
    }
    return pattern > INT32_MAX ? (double)pattern - 4294967296.0 : (double)pattern;
}

double rh_number_parse(const char *text, size_t length)
{
    double number;
    rh_letters_trim(&text, &length);
    if (!length)
        return 0;
    if (length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o'))
        return parse_pattern(text + 2, length - 2, text[1] == 'x' ? 16 : 8);
    return rh_number_parse_decimal(text, length, &number) ? number : rh_number_nan();
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A whole number, lowest limb first. */
struct whole {
    int used;
    uint32_t limbs[LIMBS];
};

static void multiply(struct whole *n, uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < n->used; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        n->limbs[n->used++] = (uint32_t)carry;
}

/* value * 2^twos * 10^tens; negative powers count as 0. */
static void make(struct whole *n, uint64_t value, int twos, int tens)
{
    n->used = 2;
    n->limbs[0] = (uint32_t)value;
    n->limbs[1] = (uint32_t)(value >> 32);
    for (; twos > 0; twos -= 31)
        multiply(n, UINT32_C(1) << (twos > 31 ? 31 : twos));
    for (; tens > 0; tens--)
        multiply(n, 10);
    while (n->used && !n->limbs[n->used - 1])
        n->used--;
}

static int compare(const struct whole *a, const struct whole *b)
{
    if (a->used != b->used)
        return a->used < b->used ? -1 : 1;
    for (int i = a->used - 1; i >= 0; i--)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

/* Compares a number (> 0) with digits * 10^exponent. */
static int compare_with_decimal(double number, uint64_t digits, int exponent)
{
    struct whole left, right;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    int biased = (int)(bits >> 52);
    uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | (biased ? UINT64_C(1) << 52 : 0);
    int twos = (biased ? biased : 1) - 1075;
    make(&left, mantissa, twos, -exponent);
    make(&right, digits, -twos, exponent);
    return compare(&left, &right);
}

/* Whether 15 digits must be rounded up, given the shortest ones. Only a lone 5 behind them needs a
 * look at the number itself: the shortest digits may have been rounded to it. */
static bool rounds_up(double number, const char *shortest, int count, int exponent)
{
    if (shortest[DIGITS] != '5' || count > DIGITS + 1)
        return shortest[DIGITS] >= '5';
    uint64_t digits = 0;
    for (int i = 0; i < count; i++)
        digits = digits * 10 + (uint64_t)(shortest[i] - '0');
    int order = compare_with_decimal(number, digits, exponent - count);
    return order > 0 || (order == 0 && (shortest[DIGITS - 1] - '0') % 2);
}

/* The 15 digits of a number so small that the doubles around it are further apart than they: its
 * shortest digits are fewer. They are searched for. */
static int search_digits(double number, char digits[18], int *exponent)
{
    uint64_t low = UINT64_C(100000000000000), high = 10 * low; /* low <= number < high */
    if (compare_with_decimal(number, low, *exponent - DIGITS) < 0)
        --*exponent;
    int place = *exponent - DIGITS;
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (compare_with_decimal(number, middle, place) < 0)
            high = middle;
        else
            low = middle;
    }
    int order = compare_with_decimal(number, 10 * low + 5, place - 1);
    low += order > 0 || (order == 0 && low % 2);
    for (int i = DIGITS; i--; low /= 10)
        digits[i] = (char)('0' + low % 10);
    return DIGITS;
}

/* At most 15 digits; value = 0.d1d2... * 10^exponent. */
static int significant(double number, char digits[18], int *exponent)
{
    int count = rh_decimal_shortest(number, digits, exponent);
    if (number < SMALLEST_NORMAL) {
        count = search_digits(number, digits, exponent);
    } else if (count > DIGITS) {
        bool up = rounds_up(number, digits, count, *exponent);
        count = DIGITS;
        while (up && count && digits[count - 1] == '9')
            count--;
        if (up && count) {
            digits[count - 1]++;
        } else if (up) {
            digits[count++] = '1';
            ++*exponent;
        }
    }
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

static size_t put(char *text, size_t at, const char *bytes, size_t length)
{
    memcpy(text + at, bytes, length);
    return at + length;
}

static size_t write_scientific(char *text, size_t at, const char *digits, int count, int power)
{
    text[at++] = digits[0];
    if (count > 1) {
        text[at++] = '.';
        at = put(text, at, digits + 1, (size_t)count - 1);
    }
    text[at++] = 'E';
    text[at++] = power < 0 ? '-' : '+';
    power = power < 0 ? -power : power;
    if (power >= 100)
        text[at++] = (char)('0' + power / 100);
    text[at++] = (char)('0' + power / 10 % 10);
    text[at++] = (char)('0' + power % 10);
    return at;
}

static size_t write_whole(uint64_t number, char *text, size_t at)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        text[at++] = digits[--count];
    return at;
}

size_t rh_number_write(double number, char text[RH_NUMBER_TEXT])
{
    char digits[18];
    int exponent;
    size_t at = 0;
    if (number != number)
        return put(text, 0, "NaN", 3);
    if (number < 0) {
        text[at++] = '-';
        number = -number;
    }
    if (number - number != 0)
        return put(text, at, "Infinity", 8);
    if (number < 1e15 && (double)(uint64_t)number == number)
        return write_whole((uint64_t)number, text, at);
    int count = significant(number, digits, &exponent);
    if (exponent > DIGITS || exponent < -3)
        return write_scientific(text, at, digits, count, exponent - 1);
    if (exponent <= 0) {
        at = put(text, at, "0.000", 2 + (size_t)-exponent);
        return put(text, at, digits, (size_t)count);
    }
    size_t whole = (size_t)(count < exponent ? count : exponent);
    at = put(text, at, digits, whole);
    for (int i = count; i < exponent; i++)
        text[at++] = '0';
    if (count > exponent) {
        text[at++] = '.';
        at = put(text, at, digits + exponent, (size_t)(count - exponent));
    }
    return at;
}
