/* Bytes as text (RFC 4648). Writing: rh_base64_write in sim/base/json.h. */
#ifndef RH_BASE_BASE64_H
#define RH_BASE_BASE64_H

#include "sim/base/text.h"

/* Appends the bytes that base64 text stands for, in the usual or the URL-safe alphabet, with or
 * without padding at its end. False if it is none; what was read until there has been appended. */
bool rh_base64_read(rh_text *bytes, const char *text, size_t length);

#endif
