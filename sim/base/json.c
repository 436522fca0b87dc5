/* The reader. It keeps its own stack, so that deep texts cost no C stack; json_write.c writes. */
#include "sim/base/json.h"

#include "sim/base/decimal.h"
#include "sim/base/hash.h"

#define SIZE_LIMIT ((size_t)1 << 30)
#define KEYS_REMEMBERED 64

/* A list or object that is not closed yet. */
struct frame {
    size_t start; /* its first part in reader.items or reader.fields */
    bool object;
};

struct reader {
    rh_arena *arena;
    const char *text;
    const char *at;
    const char *end;
    const char *file;
    rh_error *error;
    struct frame *frames;
    const rh_value **items;
    rh_field *fields; /* the last one of an open object waits for its value */
    size_t frame_count, frame_room;
    size_t item_count, item_room;
    size_t field_count, field_room;
    rh_text decoded;                   /* the last string with escapes */
    const char *keys[KEYS_REMEMBERED]; /* by hash: the same keys come again and again */
};

/* ---- errors --------------------------------------------------------------------------------- */

RH_PRINTF(3, 4) static bool fail(struct reader *r, const char *where, const char *format, ...)
{
    uint32_t line = 1;
    const char *line_start = r->text;
    for (const char *at = r->text; at < where; at++) {
        if (*at == '\n') {
            line++;
            line_start = at + 1;
        }
    }
    va_list arguments;
    va_start(arguments, format);
    rh_error_vset(r->error, r->file, line, (uint32_t)(where - line_start) + 1, format, arguments);
    va_end(arguments);
    return false;
}

static bool in_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '+' || c == '-' || c == '.';
}

static size_t word_length(const struct reader *r)
{
    const char *end = r->at;
    while (end < r->end && in_word(*end))
        end++;
    return (size_t)(end - r->at);
}

/* Fails with what was expected and what stands there instead. */
static bool fail_expected(struct reader *r, const char *expected)
{
    size_t left = (size_t)(r->end - r->at), length = word_length(r);
    if (!left)
        return fail(r, r->at, "expected %s, found end of text", expected);
    if (left >= 3 && memcmp(r->at, "\xef\xbb\xbf", 3) == 0)
        return fail(r, r->at, "expected %s, found a byte order mark; save the text without one",
                    expected);
    if (length > 40)
        return fail(r, r->at, "expected %s, found '%.40s...'", expected, r->at);
    if (!length)
        length = rh_utf8_length(r->at, left);
    if (!length)
        return fail(r, r->at, "expected %s, found the byte 0x%02x, which is not UTF-8", expected,
                    (unsigned)(unsigned char)*r->at);
    if ((unsigned char)*r->at < 0x20 || *r->at == 0x7f)
        return fail(r, r->at, "expected %s, found the control character 0x%02x", expected,
                    (unsigned)*r->at);
    return fail(r, r->at, "expected %s, found '%.*s'", expected, (int)length, r->at);
}

static void skip_space(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
}

static bool next_is(const struct reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

/* ---- strings -------------------------------------------------------------------------------- */

static bool read_hex(struct reader *r, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        char c = r->at < r->end ? *r->at : '\0';
        if (c >= '0' && c <= '9')
            *unit = *unit << 4 | (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            *unit = *unit << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return fail_expected(r, "four hexadecimal digits after \\u");
    }
    return true;
}

static void add_character(rh_text *text, uint32_t character)
{
    if (character < 0x80) {
        rh_text_putc(text, (char)character);
        return;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    rh_text_putc(text, (char)(leads[more] | character >> (6 * more)));
    while (more--)
        rh_text_putc(text, (char)(0x80 | (character >> (6 * more) & 0x3f)));
}

static bool read_unicode_escape(struct reader *r)
{
    const char *start = r->at;
    uint32_t unit, low;
    r->at += 2;
    if (!read_hex(r, &unit))
        return false;
    if (unit >= 0xd800 && unit <= 0xdbff && r->end - r->at >= 2 && memcmp(r->at, "\\u", 2) == 0) {
        r->at += 2;
        if (!read_hex(r, &low))
            return false;
        if (low >= 0xdc00 && low <= 0xdfff) {
            add_character(&r->decoded, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
            return true;
        }
    }
    if (unit >= 0xd800 && unit <= 0xdfff)
        return fail(r, start, "expected a pair of surrogates, found a lone \\u%04x",
                    (unsigned)unit);
    add_character(&r->decoded, unit);
    return true;
}

static bool read_escape(struct reader *r)
{
    static const char names[] = "\"\\/bfnrt", characters[] = "\"\\/\b\f\n\r\t";
    char name = r->end - r->at >= 2 ? r->at[1] : '\0';
    if (name == 'u')
        return read_unicode_escape(r);
    const char *known = name ? strchr(names, name) : NULL;
    if (!known) {
        r->at++;
        return fail_expected(r, "one of \"\\/bfnrtu after a backslash");
    }
    rh_text_putc(&r->decoded, characters[known - names]);
    r->at += 2;
    return true;
}

/* To the closing quote, or to what is not just copied. */
static const char *skip_plain(const char *at, const char *end)
{
    while (at < end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\') {
        size_t length = (unsigned char)*at < 0x80 ? 1 : rh_utf8_length(at, (size_t)(end - at));
        if (!length)
            break;
        at += length;
    }
    return at;
}

/* Reads a string from its opening quote on. The text is a part of the input, or r->decoded. */
static bool read_string(struct reader *r, const char **text, size_t *length)
{
    const char *run = ++r->at;
    bool escaped = false;
    r->decoded.length = 0;
    for (;;) {
        r->at = skip_plain(r->at, r->end);
        if (escaped)
            rh_text_add(&r->decoded, run, (size_t)(r->at - run));
        if (next_is(r, '"'))
            break;
        if (!next_is(r, '\\')) {
            bool control = r->at < r->end && (unsigned char)*r->at < 0x20;
            return fail_expected(r, control ? "control characters in a string to be escaped"
                                            : "'\"' at the end of the string");
        }
        if (!escaped)
            rh_text_add(&r->decoded, run, (size_t)(r->at - run));
        escaped = true;
        if (!read_escape(r))
            return false;
        run = r->at;
    }
    *text = escaped ? r->decoded.data : run;
    *length = escaped ? r->decoded.length : (size_t)(r->at - run);
    r->at++;
    return true;
}

static const char *remember_key(struct reader *r, const char *text, size_t length)
{
    const char **known = &r->keys[rh_hash_bytes(0, text, length) % KEYS_REMEMBERED];
    if (!*known || strncmp(*known, text, length) != 0 || (*known)[length])
        *known = rh_arena_text(r->arena, text, length);
    return *known;
}

static bool read_key(struct reader *r)
{
    const char *text, *start = r->at;
    size_t length;
    if (!next_is(r, '"'))
        return fail_expected(r, "a key in double quotes");
    if (!read_string(r, &text, &length))
        return false;
    if (memchr(text, '\0', length))
        return fail(r, start, "expected a key without \\u0000, found one");
    r->fields = rh_arena_reserve(r->arena, r->fields, sizeof *r->fields, r->field_count + 1,
                                 &r->field_room);
    r->fields[r->field_count++] = (rh_field){.key = remember_key(r, text, length)};
    skip_space(r);
    if (!next_is(r, ':'))
        return fail_expected(r, "':' after a key");
    r->at++;
    return true;
}

/* ---- values --------------------------------------------------------------------------------- */

static bool read_word(struct reader *r, const rh_value **value)
{
    size_t length = word_length(r);
    if (length == 4 && memcmp(r->at, "null", 4) == 0)
        *value = rh_value_null();
    else if (length == 4 && memcmp(r->at, "true", 4) == 0)
        *value = rh_value_boolean(r->arena, true);
    else if (length == 5 && memcmp(r->at, "false", 5) == 0)
        *value = rh_value_boolean(r->arena, false);
    else
        return fail_expected(r, "a value");
    r->at += length;
    return true;
}

static bool read_number(struct reader *r, const rh_value **value)
{
    size_t length = word_length(r);
    int64_t integer;
    double number;
    if (rh_decimal_whole(r->at, length, &integer)) {
        *value = rh_value_integer(r->arena, integer);
    } else if (rh_decimal_read(r->at, length, &number)) {
        if (number - number != 0)
            return fail_expected(r, "a number that fits in a double");
        *value = rh_value_number(r->arena, number);
    } else {
        return fail_expected(r, length > RH_DECIMAL_LIMIT ? "a number of at most 100,000 characters"
                                                          : "a number like -1, 0.5 or 2e10");
    }
    r->at += length;
    return true;
}

/* Closes the innermost list or object. */
static const rh_value *close_frame(struct reader *r)
{
    struct frame frame = r->frames[--r->frame_count];
    size_t *count = frame.object ? &r->field_count : &r->item_count;
    size_t parts = *count - frame.start;
    r->at++;
    *count = frame.start;
    if (!parts) /* there may be no array yet */
        return frame.object ? rh_value_object_borrowing(r->arena, NULL, 0)
                            : rh_value_list(r->arena, NULL, 0);
    return frame.object ? rh_value_object_borrowing(r->arena, r->fields + frame.start, parts)
                        : rh_value_list(r->arena, r->items + frame.start, parts);
}

/* From the opening bracket to the first part, or to the end if there is none. */
static bool open_frame(struct reader *r, const rh_value **value)
{
    bool object = *r->at == '{';
    if (r->frame_count == RH_DEPTH_LIMIT)
        return fail(r, r->at, "expected at most %d levels of lists and objects, found more",
                    RH_DEPTH_LIMIT);
    r->frames = rh_arena_reserve(r->arena, r->frames, sizeof *r->frames, r->frame_count + 1,
                                 &r->frame_room);
    r->frames[r->frame_count++] =
        (struct frame){.start = object ? r->field_count : r->item_count, .object = object};
    r->at++;
    skip_space(r);
    if (next_is(r, object ? '}' : ']')) {
        *value = close_frame(r);
        return true;
    }
    return object ? read_key(r) : true;
}

/* Reads a scalar or an empty list or object, or opens one; *value stays NULL then. */
static bool read_value(struct reader *r, const rh_value **value)
{
    const char *text;
    size_t length;
    skip_space(r);
    char c = r->at < r->end ? *r->at : '\0';
    if (c == '{' || c == '[')
        return open_frame(r, value);
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(r, value);
    if (c != '"')
        return read_word(r, value);
    if (!read_string(r, &text, &length))
        return false;
    *value = rh_value_string(r->arena, text, length);
    return true;
}

/* Puts a value into the innermost list or object and goes on to the next part (*value is NULL
 * then) or to the end (*value is the list or object). */
static bool place(struct reader *r, const rh_value **value)
{
    bool object = r->frames[r->frame_count - 1].object;
    if (object) {
        r->fields[r->field_count - 1].value = *value;
    } else {
        r->items = rh_arena_reserve(r->arena, r->items, sizeof *r->items, r->item_count + 1,
                                    &r->item_room);
        r->items[r->item_count++] = *value;
    }
    skip_space(r);
    if (next_is(r, object ? '}' : ']')) {
        *value = close_frame(r);
        return true;
    }
    if (!next_is(r, ','))
        return fail_expected(r, object ? "',' or '}' after a field" : "',' or ']' after an item");
    r->at++;
    skip_space(r);
    *value = NULL;
    return object ? read_key(r) : true;
}

const rh_value *rh_json_read(rh_arena *arena, const char *text, size_t length, const char *file,
                             rh_error *error)
{
    if (length > SIZE_LIMIT) {
        rh_error_set(error, file, 0, 0, "expected at most 1 GiB of JSON, found %zu bytes", length);
        return NULL;
    }
    struct reader r = {.arena = arena,
                       .text = text,
                       .at = text,
                       .end = text + length,
                       .file = file,
                       .error = error,
                       .decoded = rh_text_in(arena)};
    const rh_value *value;
    do {
        value = NULL;
        if (!read_value(&r, &value))
            return NULL;
        while (value && r.frame_count)
            if (!place(&r, &value))
                return NULL;
    } while (!value);

    skip_space(&r);
    if (r.at < r.end) {
        fail_expected(&r, "end of text");
        return NULL;
    }
    return value;
}
