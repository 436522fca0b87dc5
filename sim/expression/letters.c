#include "sim/expression/letters.h"

#include "sim/base/text.h"
#include "sim/expression/expression.h"

/* first, last, step, distance to the upper case */
struct range {
    uint32_t first, last;
    int32_t step, delta;
};

static const struct range ranges[] = {
#include "sim/expression/upper_case.h"
};

/* ---- characters ------------------------------------------------------------------------------ */

/* Reads the character at *at and steps behind it. */
static uint32_t next_character(const char **at, const char *end)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    size_t length = bytes[0] < 0x80 ? 1 : rh_utf8_length(*at, (size_t)(end - *at));
    *at += length ? length : 1;
    switch (length) {
    case 1:
        return bytes[0];
    case 2:
        return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
    case 3:
        return (bytes[0] & 0x0fu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    case 4:
        return (bytes[0] & 0x07u) << 18 | (bytes[1] & 0x3fu) << 12 | (bytes[2] & 0x3fu) << 6 |
               (bytes[3] & 0x3fu);
    default: /* where no character is: among the surrogates */
        return 0xdf00u + bytes[0];
    }
}

static uint32_t upper(uint32_t character)
{
    if (character < 0x80)
        return (unsigned char)rh_letters_upper_ascii((char)character);
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].last < character)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sizeof ranges / sizeof ranges[0])
        return character;
    const struct range *range = &ranges[low];
    if (character < range->first || (character - range->first) % (uint32_t)range->step)
        return character;
    return (uint32_t)((int32_t)character + range->delta);
}

/* In the order of UTF-16 all characters beyond U+FFFF stand before U+E000. */
static uint32_t place(uint32_t character)
{
    if (character >= 0x10000)
        return character;
    return character < 0xe000 ? character : character + 0x110000;
}

static bool is_space(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

size_t rh_letters_space(const char *text, size_t length)
{
    const char *at = text;
    if (!length || !is_space(next_character(&at, text + length)))
        return 0;
    return (size_t)(at - text);
}

void rh_letters_trim(const char **text, size_t *length)
{
    size_t space;
    while ((space = rh_letters_space(*text, *length)) != 0) {
        *text += space;
        *length -= space;
    }
    const char *end = *text;
    for (const char *at = *text; at < *text + *length;) {
        space = rh_letters_space(at, (size_t)(*text + *length - at));
        at += space ? space : 1;
        if (!space)
            end = at;
    }
    *length = (size_t)(end - *text);
}

size_t rh_letters_units(const char *text, size_t length)
{
    size_t units = 0;
    for (const char *at = text; at < text + length;)
        units += next_character(&at, text + length) >= 0x10000 ? 2 : 1;
    return units;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static int compare(const char *left, const char *left_end, const char *right, const char *right_end)
{
    while (left < left_end && right < right_end) {
        uint32_t a = upper(next_character(&left, left_end));
        uint32_t b = upper(next_character(&right, right_end));
        if (a != b)
            return place(a) < place(b) ? -1 : 1;
    }
    return left < left_end ? 1 : right < right_end ? -1 : 0;
}

int rh_compare_ignoring_case(const char *left, size_t left_length, const char *right,
                             size_t right_length)
{
    size_t least = left_length < right_length ? left_length : right_length;
    for (size_t i = 0; i < least; i++) {
        if ((left[i] | right[i]) & 0x80)
            return compare(left + i, left + left_length, right + i, right + right_length);
        unsigned char a = (unsigned char)rh_letters_upper_ascii(left[i]);
        unsigned char b = (unsigned char)rh_letters_upper_ascii(right[i]);
        if (a != b)
            return a < b ? -1 : 1;
    }
    return left_length > least ? 1 : right_length > least ? -1 : 0;
}

bool rh_same_ignoring_case(const char *left, const char *right)
{
    return rh_compare_ignoring_case(left, strlen(left), right, strlen(right)) == 0;
}

bool rh_letters_equal(const char *left, size_t left_length, const char *right, size_t right_length)
{
    if (left_length == right_length && memcmp(left, right, left_length) == 0)
        return true;
    return rh_compare_ignoring_case(left, left_length, right, right_length) == 0;
}

/* Where `text` goes on behind `part`; NULL if it does not begin with it. */
static const char *behind(const char *text, const char *end, const char *part, const char *part_end)
{
    while (part < part_end) {
        if (text == end)
            return NULL;
        if (!((*text | *part) & 0x80)) {
            if (rh_letters_upper_ascii(*text++) != rh_letters_upper_ascii(*part++))
                return NULL;
        } else if (upper(next_character(&text, end)) != upper(next_character(&part, part_end))) {
            return NULL;
        }
    }
    return text;
}

bool rh_letters_begin(const char *text, size_t length, const char *part, size_t part_length)
{
    return behind(text, text + length, part, part + part_length) != NULL;
}

bool rh_letters_end(const char *text, size_t length, const char *part, size_t part_length)
{
    const char *end = text + length;
    size_t characters = 0, left = 0;
    for (const char *at = part; at < part + part_length; left++)
        next_character(&at, part + part_length);
    for (const char *at = text; at < end; characters++)
        next_character(&at, end);
    if (left > characters)
        return false;
    for (; characters > left; characters--)
        next_character(&text, end);
    return behind(text, end, part, part + part_length) == end;
}

bool rh_letters_contain(const char *text, size_t length, const char *part, size_t part_length)
{
    const char *end = text + length;
    if (!part_length)
        return true;
    const char *behind_first = part;
    uint32_t first = upper(next_character(&behind_first, part + part_length));
    for (const char *at = text; at < end;) {
        if (upper(next_character(&at, end)) == first &&
            behind(at, end, behind_first, part + part_length))
            return true;
    }
    return false;
}
