#include "sim/base/json.h"

#include <inttypes.h>

static void write_value(rh_text *text, const rh_value *value, unsigned flags, unsigned level);

void rh_base64_write(rh_text *text, const void *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = bytes;
    for (; length >= 3; length -= 3, at += 3) {
        char four[] = {digits[at[0] >> 2], digits[(at[0] & 3) << 4 | at[1] >> 4],
                       digits[(at[1] & 15) << 2 | at[2] >> 6], digits[at[2] & 63]};
        rh_text_add(text, four, sizeof four);
    }
    if (length) {
        unsigned second = length == 2 ? at[1] : 0;
        char four[] = {digits[at[0] >> 2], digits[(at[0] & 3) << 4 | second >> 4],
                       length == 2 ? digits[(second & 15) << 2] : '=', '='};
        rh_text_add(text, four, sizeof four);
    }
}

/* ---- strings -------------------------------------------------------------------------------- */

static void write_escaped(rh_text *text, unsigned char c)
{
    static const char short_forms[32] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    if (c >= 0x20 || short_forms[c]) {
        rh_text_putc(text, '\\');
        rh_text_putc(text, c >= 0x20 ? (char)c : short_forms[c]);
    } else {
        rh_text_printf(text, "\\u%04x", (unsigned)c);
    }
}

void rh_json_write_string(rh_text *text, const char *string, size_t length)
{
    const char *end = string + length, *run = string, *at = string;
    rh_text_putc(text, '"');
    while (at < end) {
        unsigned char c = (unsigned char)*at;
        size_t character = rh_utf8_length(at, (size_t)(end - at));
        if (character && c >= 0x20 && c != '"' && c != '\\') {
            at += character;
            continue;
        }
        rh_text_add(text, run, (size_t)(at - run));
        if (character)
            write_escaped(text, c);
        else
            rh_text_puts(text, "\xef\xbf\xbd"); /* U+FFFD for each byte that is wrong */
        run = ++at;
    }
    rh_text_add(text, run, (size_t)(at - run));
    rh_text_putc(text, '"');
}

static void write_quoted(rh_text *text, const char *string)
{
    rh_json_write_string(text, string, strlen(string));
}

/* ---- values --------------------------------------------------------------------------------- */

static void write_number(rh_text *text, double number)
{
    bool finite = number - number == 0;
    if (!finite)
        rh_text_putc(text, '"');
    rh_text_number(text, number);
    if (!finite)
        rh_text_putc(text, '"');
}

static void new_line(rh_text *text, unsigned flags, unsigned level)
{
    if (flags & RH_JSON_PRETTY) {
        rh_text_putc(text, '\n');
        rh_text_fill(text, ' ', (size_t)2 * level);
    }
}

/* A list or object; `level` is that of its parts. */
static void write_parts(rh_text *text, const rh_value *value, unsigned flags, unsigned level)
{
    bool object = value->kind == RH_OBJECT;
    rh_text_putc(text, object ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            rh_text_putc(text, ',');
        new_line(text, flags, level);
        if (object) {
            write_quoted(text, value->as.fields[i].key);
            rh_text_puts(text, flags & RH_JSON_PRETTY ? ": " : ":");
        }
        write_value(text, rh_at(value, i), flags, level);
    }
    if (value->count)
        new_line(text, flags, level - 1);
    rh_text_putc(text, object ? '}' : ']');
}

static void write_matcher(rh_text *text, const rh_matcher *matcher)
{
    const char *description = matcher ? matcher->description : rh_match_any.description;
    rh_text_puts(text, "{\"$matcher\":");
    write_quoted(text, description ? description : "");
    rh_text_putc(text, '}');
}

static void write_value(rh_text *text, const rh_value *value, unsigned flags, unsigned level)
{
    if (value && (value->flags & RH_SECRET) && !(flags & RH_JSON_SHOW_SECRETS)) {
        rh_text_puts(text, "\"***\"");
        return;
    }
    switch (rh_kind_of(value)) {
    case RH_NULL:
        rh_text_puts(text, "null");
        return;
    case RH_BOOLEAN:
        rh_text_puts(text, value->as.boolean ? "true" : "false");
        return;
    case RH_INTEGER:
        rh_text_printf(text, "%" PRId64, value->as.integer);
        return;
    case RH_NUMBER:
        write_number(text, value->as.number);
        return;
    case RH_STRING:
        rh_json_write_string(text, value->as.text, value->count);
        return;
    case RH_BYTES:
        rh_text_puts(text, "{\"$bytes\":\"");
        rh_base64_write(text, value->as.text, value->count);
        rh_text_puts(text, "\"}");
        return;
    case RH_LIST:
    case RH_OBJECT:
        if (level < RH_DEPTH_LIMIT) {
            write_parts(text, value, flags, level + 1);
            return;
        }
        break;
    case RH_MATCHER:
        write_matcher(text, value->as.matcher);
        return;
    case RH_UNKNOWN:
        break;
    }
    rh_text_puts(text, "{\"$unknown\":true}");
}

void rh_json_write(rh_text *text, const rh_value *value, unsigned flags)
{
    write_value(text, value, flags, 0);
}

/* ---- how long it would be -------------------------------------------------------------------- */

static size_t string_size(const char *string, size_t length)
{
    size_t size = length + 2;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)string[i];
        if (c >= 0x80) {
            size_t character = rh_utf8_length(string + i, length - i);
            size += character ? 0 : 2; /* U+FFFD has three bytes */
            i += character ? character - 1 : 0;
        } else if (c < 0x20) {
            bool is_short = c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t';
            size += is_short ? 1 : 5;
        } else if (c == '"' || c == '\\') {
            size++;
        }
    }
    return size;
}

/* What has no short form of its own is written for once, where there is room for it. */
static size_t written_size(const rh_value *value)
{
    char room[64];
    rh_text text = {.data = room, .capacity = sizeof room};
    write_value(&text, value, RH_JSON_SHOW_SECRETS, 0);
    return text.length;
}

static size_t value_size(const rh_value *value, unsigned level)
{
    size_t size;
    switch (rh_kind_of(value)) {
    case RH_STRING:
        return string_size(value->as.text, value->count);
    case RH_BYTES:
        return sizeof "{\"$bytes\":\"\"}" - 1 + ((size_t)value->count + 2) / 3 * 4;
    case RH_LIST:
    case RH_OBJECT:
        if (level >= RH_DEPTH_LIMIT)
            return sizeof "{\"$unknown\":true}" - 1;
        size = value->count ? value->count + 1 : 2; /* brackets and commas */
        for (size_t i = 0; i < value->count; i++) {
            if (value->kind == RH_OBJECT) {
                const char *key = value->as.fields[i].key;
                size += string_size(key, strlen(key)) + 1;
            }
            size += value_size(rh_at(value, i), level + 1);
        }
        return size;
    default:
        return written_size(value);
    }
}

size_t rh_json_size(const rh_value *value)
{
    return value_size(value, 0);
}
