/* JSON text (RFC 8259), read and written at the edges. */
#ifndef RH_BASE_JSON_H
#define RH_BASE_JSON_H

#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/base/text.h"
#include "sim/base/value.h"

/* Reads one JSON text. The order of fields is kept; of duplicate keys the first wins. Depth at most
 * 512, size at most 1 GiB, valid UTF-8 only; \u0000 is allowed in strings and refused in keys; lone
 * surrogates are refused. Whole numbers in int64 become integers, others numbers; a number too
 * large for a double is refused. On error: NULL, with line and column, what was expected, what was
 * found. */
const rh_value *rh_json_read(rh_arena *arena, const char *text, size_t length, const char *file,
                             rh_error *error);

enum {
    RH_JSON_COMPACT = 0,
    RH_JSON_PRETTY = 1,      /* two spaces, one field a line */
    RH_JSON_SHOW_SECRETS = 2 /* otherwise a secret value is "***" */
};

/* Writes a value. Bytes become {"$bytes":"<base64>"}, unknown {"$unknown":true}, a matcher
 * {"$matcher":"<description>"}; NaN and infinities become strings. NULL is null. Control
 * characters, '"' and '\' are escaped; other text goes out as it is, invalid UTF-8 as U+FFFD. */
void rh_json_write(rh_text *text, const rh_value *value, unsigned flags);
/* The bytes that rh_json_write would write of a value without a matcher in it: compact, secrets
 * shown. */
size_t rh_json_size(const rh_value *value);
/* A JSON string with quotes. */
void rh_json_write_string(rh_text *text, const char *string, size_t length);
void rh_base64_write(rh_text *text, const void *bytes, size_t length);

#endif
