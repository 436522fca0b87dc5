/* Characters as the runner's .NET sees them: which are white space, and which differ only by case.
 *
 * Texts are UTF-8. Comparison is .NET's OrdinalIgnoreCase: character by character in upper case, by
 * simple mappings of Unicode 14 and without any language's rules, in the order of UTF-16 units. A
 * byte that is not UTF-8 is a character of its own.
 */
#ifndef RH_EXPRESSION_LETTERS_H
#define RH_EXPRESSION_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the white space character that `text` begins with; 0 if it begins with another. */
size_t rh_letters_space(const char *text, size_t length);
/* Takes white space off both ends. */
void rh_letters_trim(const char **text, size_t *length);
/* How many UTF-16 units a text has: the runner counts positions and lengths in them. */
size_t rh_letters_units(const char *text, size_t length);

/* Equal without regard to case. */
bool rh_letters_equal(const char *left, size_t left_length, const char *right, size_t right_length);
/* Whether `text` begins or ends with `part`, or has it somewhere, without regard to case. */
bool rh_letters_begin(const char *text, size_t length, const char *part, size_t part_length);
bool rh_letters_end(const char *text, size_t length, const char *part, size_t part_length);
bool rh_letters_contain(const char *text, size_t length, const char *part, size_t part_length);

static inline char rh_letters_upper_ascii(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

#endif
