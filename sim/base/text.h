/* Growing text. It grows in an arena, or passes what it has on to a file.
 *
 * No locale and no floating point: numbers other than integers are written by rh_text_number.
 */
#ifndef RH_BASE_TEXT_H
#define RH_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "rehearse/export.h"
#include "sim/base/arena.h"

typedef struct rh_text {
    rh_arena *arena;
    char *data; /* not NUL-terminated; see rh_text_string */
    size_t length;
    size_t capacity;
    FILE *file;  /* not NULL: written out whenever 32 KiB have gathered */
    bool failed; /* a write to the file failed */
} rh_text;

/* A text in memory. Nothing to free: the arena owns it. */
rh_text rh_text_in(rh_arena *arena);
/* A text that goes to `file` (borrowed); rh_text_flush when done. */
rh_text rh_text_to(rh_arena *arena, FILE *file);

void rh_text_add(rh_text *text, const char *bytes, size_t length);
void rh_text_puts(rh_text *text, const char *string);
void rh_text_putc(rh_text *text, char c);
/* Appends `count` times c. */
void rh_text_fill(rh_text *text, char c, size_t count);
/* As printf; only %s %.*s %c %d %i %u %x %X with l, ll, z, j; no floating point. */
void rh_text_printf(rh_text *text, const char *format, ...) RH_PRINTF(2, 3);
void rh_text_vprintf(rh_text *text, const char *format, va_list arguments) RH_PRINTF(2, 0);
/* The shortest digits that read back as the same double, in the form ECMAScript's Number::toString
 * gives ("0.1", "1e+21", "NaN", "Infinity"). */
void rh_text_number(rh_text *text, double number);
/* The text so far with a NUL behind it; borrowed from the arena, valid until the next append. */
const char *rh_text_string(rh_text *text);
/* Writes what has gathered. False if any write failed. */
bool rh_text_flush(rh_text *text);

/* printf into an arena. */
const char *rh_format(rh_arena *arena, const char *format, ...) RH_PRINTF(2, 3);
const char *rh_vformat(rh_arena *arena, const char *format, va_list arguments) RH_PRINTF(2, 0);

/* The decimal digits of a number, in an arena; much faster than rh_format. */
const char *rh_format_number(rh_arena *arena, uint64_t number);

/* Length in terminal columns of UTF-8 text, one column a code point. */
size_t rh_text_columns(const char *text, size_t length);
/* Bytes of the UTF-8 character that `text` begins with; 0 if it does not begin with a valid one. */
size_t rh_utf8_length(const char *text, size_t length);

#endif
