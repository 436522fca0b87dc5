/* Both directions work with whole numbers of a fixed size and no rounding: simple and right rather
 * than fast. Writing is the free-format algorithm of Steele and White as Burger and Dybvig give
 * it; reading divides two whole numbers and rounds by the remainder. */
#include "sim/base/decimal.h"

#include <float.h>
#include <string.h>

/* A double and the middle between two have at most 767 significant digits; what stands behind them
 * can only tell "exactly the middle" from "above it". */
#define DIGITS_KEPT 770
#define EXPONENT_LIMIT 1000000
/* 4096 bits: the largest number here is 10^1101, or DIGITS_KEPT + 1 digits shifted by 1074. */
#define LIMBS 128
#define LOWEST_EXPONENT (-1074)
#define HIDDEN_BIT (UINT64_C(1) << 52)

/* A whole number, lowest limb first; limbs at and above `used` are not initialised. */
struct whole {
    int used;
    uint32_t limbs[LIMBS];
};

static void set(struct whole *n, uint64_t value)
{
    n->limbs[0] = (uint32_t)value;
    n->limbs[1] = (uint32_t)(value >> 32);
    n->used = n->limbs[1] ? 2 : n->limbs[0] ? 1 : 0;
}

/* n = n * factor + addend */
static void multiply_add(struct whole *n, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (int i = 0; i < n->used; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        n->limbs[n->used++] = (uint32_t)carry;
}

static void multiply_by_power_of_10(struct whole *n, int exponent)
{
    for (; exponent >= 9; exponent -= 9)
        multiply_add(n, 1000000000, 0);
    for (; exponent > 0; exponent--)
        multiply_add(n, 10, 0);
}

static void shift_left(struct whole *n, int bits)
{
    int limbs = bits / 32;
    if (n->used && limbs) {
        memmove(n->limbs + limbs, n->limbs, (size_t)n->used * sizeof n->limbs[0]);
        memset(n->limbs, 0, (size_t)limbs * sizeof n->limbs[0]);
        n->used += limbs;
    }
    if (bits % 32)
        multiply_add(n, UINT32_C(1) << bits % 32, 0);
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

static void add(struct whole *sum, const struct whole *a, const struct whole *b)
{
    uint64_t carry = 0;
    int used = a->used > b->used ? a->used : b->used;
    for (int i = 0; i < used; i++) {
        carry += (i < a->used ? (uint64_t)a->limbs[i] : 0) + (i < b->used ? b->limbs[i] : 0);
        sum->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    sum->used = used;
    if (carry)
        sum->limbs[sum->used++] = (uint32_t)carry;
}

/* a -= b, where a >= b */
static void subtract(struct whole *a, const struct whole *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < a->used; i++) {
        uint64_t taken = (i < b->used ? b->limbs[i] : 0) + borrow;
        borrow = a->limbs[i] < taken;
        a->limbs[i] = (uint32_t)(a->limbs[i] - taken);
    }
    while (a->used && !a->limbs[a->used - 1])
        a->used--;
}

static int bit_length(const struct whole *n)
{
    return n->used ? n->used * 32 - __builtin_clz(n->limbs[n->used - 1]) : 0;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* The number is rest / unit; half-way to its neighbours it is (rest - below) / unit and
 * (rest + above) / unit. */
struct spelling {
    struct whole rest, unit, below, above;
    bool ends_belong; /* the half-way points read back as the number: its mantissa is even */
};

static void times_10(struct spelling *s)
{
    multiply_add(&s->rest, 10, 0);
    multiply_add(&s->below, 10, 0);
    multiply_add(&s->above, 10, 0);
}

static bool reaches_above(const struct spelling *s)
{
    struct whole sum;
    add(&sum, &s->rest, &s->above);
    int order = compare(&sum, &s->unit);
    return order > 0 || (order == 0 && s->ends_belong);
}

static bool reaches_below(const struct spelling *s)
{
    int order = compare(&s->rest, &s->below);
    return order < 0 || (order == 0 && s->ends_belong);
}

/* number = mantissa * 2^exponent */
static void split(double number, uint64_t *mantissa, int *exponent)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    int biased = (int)(bits >> 52 & 0x7ff);
    *mantissa = (bits & (HIDDEN_BIT - 1)) | (biased ? HIDDEN_BIT : 0);
    *exponent = (biased ? biased : 1) - 1075;
}

static void begin_spelling(struct spelling *s, uint64_t mantissa, int exponent)
{
    /* Below a power of two the doubles are twice as dense. */
    int uneven = mantissa == HIDDEN_BIT && exponent > LOWEST_EXPONENT;
    int up = exponent > 0 ? exponent : 0;
    int down = exponent < 0 ? -exponent : 0;
    s->ends_belong = mantissa % 2 == 0;
    set(&s->rest, mantissa);
    shift_left(&s->rest, up + 1 + uneven);
    set(&s->unit, 1);
    shift_left(&s->unit, down + 1 + uneven);
    set(&s->below, 1);
    shift_left(&s->below, up);
    set(&s->above, 1);
    shift_left(&s->above, up + uneven);
}

/* Scales by a power of ten so that rest + above lies between unit / 10 and unit: the first digit
 * stands right behind the point. The number is at least 2^binary. Returns the power. */
static int scale(struct spelling *s, int binary)
{
    /* A guess from below: log10(2) is about 1233/4096, rounded down. */
    int exponent = (binary * 1233 - (binary < 0 ? 4095 : 0)) / 4096;
    if (exponent > 0)
        multiply_by_power_of_10(&s->unit, exponent);
    for (int i = 0; i > exponent; i--)
        times_10(s);
    while (reaches_above(s)) {
        multiply_add(&s->unit, 10, 0);
        exponent++;
    }
    return exponent;
}

static bool rounds_up(struct spelling *s, char digit)
{
    multiply_add(&s->rest, 2, 0);
    int order = compare(&s->rest, &s->unit);
    return order > 0 || (order == 0 && digit % 2);
}

int rh_decimal_shortest(double number, char digits[17], int *exponent)
{
    uint64_t mantissa;
    int binary;
    struct spelling s;
    split(number, &mantissa, &binary);
    begin_spelling(&s, mantissa, binary);
    *exponent = scale(&s, binary + 63 - __builtin_clzll(mantissa));

    for (int count = 0;;) {
        char digit = '0';
        times_10(&s);
        while (compare(&s.rest, &s.unit) >= 0) {
            subtract(&s.rest, &s.unit);
            digit++;
        }
        bool low = reaches_below(&s), high = reaches_above(&s);
        bool up = low && high ? rounds_up(&s, digit) : high;
        digits[count++] = (char)(digit + up);
        if (low || high)
            return count;
    }
}

/* ---- reading -------------------------------------------------------------------------------- */

/* A decimal as it stands in a text: its digits, without zeros in front, times 10^exponent. */
struct spelled {
    bool negative;
    int exponent;
    int count;
    char digits[DIGITS_KEPT + 1];
};

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

/* One digit more, standing for digit * 10^place. */
static void take_digit(struct spelled *s, char digit, int place)
{
    if (s->count == 0 && digit == '0')
        return;
    if (s->count < DIGITS_KEPT) {
        s->digits[s->count++] = digit;
        s->exponent = place;
    } else if (digit != '0' && s->count == DIGITS_KEPT) {
        s->digits[s->count++] = '1';
        s->exponent--;
    }
}

static const char *read_exponent(const char *at, const char *end, int *exponent)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (!is_digit(at, end))
        return NULL;
    for (; is_digit(at, end); at++)
        if (*exponent < EXPONENT_LIMIT)
            *exponent = *exponent * 10 + (*at - '0');
    if (negative)
        *exponent = -*exponent;
    return at;
}

/* The grammar of RFC 8259. */
static bool read_spelled(const char *at, const char *end, struct spelled *s)
{
    s->negative = at < end && *at == '-';
    at += s->negative;
    const char *whole = at;
    while (is_digit(at, end))
        at++;
    if (at == whole || (*whole == '0' && at - whole > 1))
        return false;
    for (const char *digit = whole; digit < at; digit++)
        take_digit(s, *digit, (int)(at - digit) - 1);

    if (at < end && *at == '.') {
        const char *point = at++;
        if (!is_digit(at, end))
            return false;
        for (; is_digit(at, end); at++)
            take_digit(s, *at, (int)(point - at));
    }
    int exponent = 0;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = read_exponent(at + 1, end, &exponent);
    s->exponent += exponent;
    return at == end;
}

/* Where every step is exact in doubles but the last, which rounds as it should. */
static bool read_exactly(const struct spelled *s, double *number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t mantissa = 0;
    if (FLT_EVAL_METHOD != 0 || s->count > 16 || s->exponent > 22 || s->exponent < -22)
        return false;
    for (int i = 0; i < s->count; i++)
        mantissa = mantissa * 10 + (uint64_t)(s->digits[i] - '0');
    if (mantissa > UINT64_C(1) << 53)
        return false;
    *number = s->exponent < 0 ? (double)mantissa / powers[-s->exponent]
                              : (double)mantissa * powers[s->exponent];
    return true;
}

/* The bits of the double next to above / below * 2^exponent, which is in [2^52, 2^53) * 2^exponent
 * or less if exponent is the lowest. */
static uint64_t divide(struct whole *above, struct whole *below, int exponent)
{
    uint64_t quotient = 0;
    shift_left(below, 53);
    for (int bit = 0; bit < 54; bit++) {
        quotient <<= 1;
        if (compare(above, below) >= 0) {
            subtract(above, below);
            quotient |= 1;
        }
        multiply_add(above, 2, 0);
    }
    /* `above` is now the remainder, doubled as often as the divisor was, and once more. */
    int half = compare(above, below);
    quotient += half > 0 || (half == 0 && quotient % 2);
    if (quotient < HIDDEN_BIT)
        return quotient;
    /* A carry into the exponent is right, also the one to infinity. */
    return ((uint64_t)(exponent - LOWEST_EXPONENT + 1) << 52) + (quotient - HIDDEN_BIT);
}

static uint64_t round_to_bits(const struct spelled *s)
{
    const uint64_t infinity = UINT64_C(0x7ff) << 52;
    if (s->count == 0 || s->count + s->exponent < -330)
        return 0;
    if (s->count + s->exponent > 310)
        return infinity;

    struct whole above, below;
    set(&above, 0);
    for (int i = 0; i < s->count; i++)
        multiply_add(&above, 10, (uint32_t)(s->digits[i] - '0'));
    set(&below, 1);
    multiply_by_power_of_10(s->exponent > 0 ? &above : &below,
                            s->exponent > 0 ? s->exponent : -s->exponent);

    int exponent = bit_length(&above) - bit_length(&below) - 53;
    if (exponent < LOWEST_EXPONENT)
        exponent = LOWEST_EXPONENT;
    shift_left(exponent > 0 ? &below : &above, exponent > 0 ? exponent : -exponent);
    struct whole limit = below;
    shift_left(&limit, 53);
    if (compare(&above, &limit) >= 0) {
        exponent++;
        multiply_add(&below, 2, 0);
    }
    if (exponent > 971)
        return infinity;
    return divide(&above, &below, exponent);
}

static bool read_text(const char *text, size_t length, struct spelled *s)
{
    s->exponent = 0;
    s->count = 0;
    return length <= RH_DECIMAL_LIMIT && read_spelled(text, text + length, s);
}

bool rh_decimal_read(const char *text, size_t length, double *number)
{
    struct spelled s;
    if (!read_text(text, length, &s))
        return false;
    if (!read_exactly(&s, number)) {
        uint64_t bits = round_to_bits(&s);
        memcpy(number, &bits, sizeof bits);
    }
    if (s.negative)
        *number = -*number;
    return true;
}

bool rh_decimal_whole(const char *text, size_t length, int64_t *integer)
{
    struct spelled s;
    uint64_t magnitude = 0;
    if (!read_text(text, length, &s))
        return false;
    for (; s.count && s.digits[s.count - 1] == '0'; s.count--)
        s.exponent++;
    if (s.count && (s.exponent < 0 || s.count + s.exponent > 19))
        return false;
    for (int i = 0; s.count && i < s.count + s.exponent; i++)
        magnitude = magnitude * 10 + (uint64_t)(i < s.count ? s.digits[i] - '0' : 0);
    if (magnitude > (uint64_t)INT64_MAX + s.negative)
        return false;
    *integer = s.negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}
