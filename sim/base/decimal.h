/* Exact conversion between doubles and decimal text, without locale and without libm. */
#ifndef RH_BASE_DECIMAL_H
#define RH_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RH_DECIMAL_LIMIT 100000 /* characters of a number's text */

/* The shortest decimal that reads back as `number` (finite, > 0), and of those the closest (of two
 * equally close the even one): value = 0.d1d2d3... * 10^exponent. Writes up to 17 digits (no NUL)
 * and returns how many. */
int rh_decimal_shortest(double number, char digits[17], int *exponent);

/* Reads a JSON number's text ("-12.5e3"), correctly rounded (ties to even), overflow to infinity.
 * The text must be well formed: false if it is not, or is longer than 100,000 characters. */
bool rh_decimal_read(const char *text, size_t length, double *number);
/* As rh_decimal_read, but exactly: true only for a whole number that fits ("1e3", "-2.50e1"). */
bool rh_decimal_whole(const char *text, size_t length, int64_t *integer);

#endif
