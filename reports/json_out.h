/* Writing JSON field by field, with the commas where they belong.
 *
 * Every function takes the key of the field; NULL inside a list.
 */
#ifndef RH_REPORTS_JSON_OUT_H
#define RH_REPORTS_JSON_OUT_H

#include "rehearse/time.h"
#include "rehearse/value.h"
#include "sim/base/text.h"

typedef struct rh_out {
    rh_text *text;
    bool comma; /* the next field needs one before it */
} rh_out;

rh_out rh_out_begin(rh_text *text);
void rh_out_object(rh_out *out, const char *key);
void rh_out_end_object(rh_out *out);
void rh_out_list(rh_out *out, const char *key);
void rh_out_end_list(rh_out *out);
/* NULL writes nothing, not even the key. */
void rh_out_string(rh_out *out, const char *key, const char *string);
void rh_out_integer(rh_out *out, const char *key, int64_t integer);
/* As a string, as proto3 JSON has 64-bit integers. */
void rh_out_long(rh_out *out, const char *key, uint64_t integer);
void rh_out_number(rh_out *out, const char *key, double number);
void rh_out_boolean(rh_out *out, const char *key, bool boolean);
/* Secrets become "***"; NULL writes nothing. */
void rh_out_value(rh_out *out, const char *key, const rh_value *value);
/* RFC 3339. */
void rh_out_time(rh_out *out, const char *key, rh_time time);
/* Seconds with up to nine decimals, as proto3 JSON has durations: "1.5s". */
void rh_out_duration(rh_out *out, const char *key, rh_duration duration);
void rh_out_base64(rh_out *out, const char *key, const void *bytes, size_t length);

#endif
