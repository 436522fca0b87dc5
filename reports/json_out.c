#include "reports/json_out.h"

#include <inttypes.h>

#include "sim/base/json.h"
#include "sim/base/timetext.h"

rh_out rh_out_begin(rh_text *text)
{
    return (rh_out){.text = text};
}

static void key_of(rh_out *out, const char *key)
{
    if (out->comma)
        rh_text_putc(out->text, ',');
    out->comma = true;
    if (key)
        rh_text_printf(out->text, "\"%s\":", key);
}

static void open(rh_out *out, const char *key, char bracket)
{
    key_of(out, key);
    rh_text_putc(out->text, bracket);
    out->comma = false;
}

static void close(rh_out *out, char bracket)
{
    rh_text_putc(out->text, bracket);
    out->comma = true;
}

void rh_out_object(rh_out *out, const char *key)
{
    open(out, key, '{');
}

void rh_out_end_object(rh_out *out)
{
    close(out, '}');
}

void rh_out_list(rh_out *out, const char *key)
{
    open(out, key, '[');
}

void rh_out_end_list(rh_out *out)
{
    close(out, ']');
}

void rh_out_string(rh_out *out, const char *key, const char *string)
{
    if (!string)
        return;
    key_of(out, key);
    rh_json_write_string(out->text, string, strlen(string));
}

void rh_out_integer(rh_out *out, const char *key, int64_t integer)
{
    key_of(out, key);
    rh_text_printf(out->text, "%" PRId64, integer);
}

void rh_out_long(rh_out *out, const char *key, uint64_t integer)
{
    key_of(out, key);
    rh_text_printf(out->text, "\"%" PRIu64 "\"", integer);
}

void rh_out_number(rh_out *out, const char *key, double number)
{
    key_of(out, key);
    rh_text_number(out->text, number);
}

void rh_out_boolean(rh_out *out, const char *key, bool boolean)
{
    key_of(out, key);
    rh_text_puts(out->text, boolean ? "true" : "false");
}

void rh_out_value(rh_out *out, const char *key, const rh_value *value)
{
    if (!value)
        return;
    key_of(out, key);
    rh_json_write(out->text, value, RH_JSON_COMPACT);
}

void rh_out_time(rh_out *out, const char *key, rh_time time)
{
    key_of(out, key);
    rh_text_putc(out->text, '"');
    rh_time_write(out->text, time);
    rh_text_putc(out->text, '"');
}

void rh_out_duration(rh_out *out, const char *key, rh_duration duration)
{
    int64_t second = RH_SECONDS(1);
    uint64_t seconds = duration < 0 ? 0 : (uint64_t)(duration / second);
    char decimals[16];
    int length =
        snprintf(decimals, sizeof decimals, ".%09d", duration < 0 ? 0 : (int)(duration % second));
    while (length > 1 && decimals[length - 1] == '0')
        length--;
    key_of(out, key);
    rh_text_printf(out->text, "\"%" PRIu64 "%.*ss\"", seconds, length > 1 ? length : 0, decimals);
}

void rh_out_base64(rh_out *out, const char *key, const void *bytes, size_t length)
{
    key_of(out, key);
    rh_text_putc(out->text, '"');
    rh_base64_write(out->text, bytes, length);
    rh_text_putc(out->text, '"');
}
