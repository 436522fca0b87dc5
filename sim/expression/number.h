/* Numbers as the runner's .NET reads and writes them. */
#ifndef RH_EXPRESSION_NUMBER_H
#define RH_EXPRESSION_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/value.h"

enum { RH_NUMBER_TEXT = 32 }; /* bytes that any number's text fits in */

/* A string as a number: trimmed; '' is 0; decimal with an optional sign, 0x (as a 32-bit pattern),
 * 0o, Infinity; NaN for all else. */
double rh_number_parse(const char *text, size_t length);
/* .NET's Double.Parse without white space, hexadecimal and thousands: "+.5e3", "5.", "infinity".
 * False if the text is none. */
bool rh_number_parse_decimal(const char *text, size_t length, double *number);
/* .NET's "G15" ("0.1", "1E+21", "-Infinity"); returns the length. No NUL. */
size_t rh_number_write(double number, char text[RH_NUMBER_TEXT]);
double rh_number_infinity(void);
double rh_number_nan(void);

#endif
