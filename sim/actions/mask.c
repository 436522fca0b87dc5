#include "sim/actions/mask.h"

#include "sim/base/json.h"

void rh_mask_init(rh_mask *mask, rh_arena *arena)
{
    *mask = (rh_mask){.arena = arena};
}

static rh_mask_entry *find(const rh_mask *mask, const char *text, size_t length)
{
    for (uint32_t at = mask->first[(unsigned char)text[0]]; at; at = mask->entries[at - 1].next) {
        rh_mask_entry *entry = &mask->entries[at - 1];
        if (entry->length == length && memcmp(entry->text, text, length) == 0)
            return entry;
    }
    return NULL;
}

static void add_text(rh_mask *mask, const char *text, size_t length)
{
    if (!length || find(mask, text, length))
        return;
    mask->entries = rh_arena_reserve(mask->arena, mask->entries, sizeof *mask->entries,
                                     mask->count + 1, &mask->capacity);
    uint32_t *first = &mask->first[(unsigned char)text[0]];
    mask->entries[mask->count++] = (rh_mask_entry){.text = rh_arena_text(mask->arena, text, length),
                                                   .length = length,
                                                   .next = *first};
    *first = (uint32_t)mask->count;
}

/* ---- encodings ------------------------------------------------------------------------------- */

static void add_base64(rh_mask *mask, const char *text, size_t length)
{
    for (size_t offset = 0; offset < 3; offset++) {
        size_t skipped = length > offset ? offset : 0;
        rh_text encoded = rh_text_in(mask->arena);
        rh_base64_write(&encoded, text + skipped, length - skipped);
        add_text(mask, encoded.data, encoded.length);
    }
}

typedef struct replacement {
    char of;
    const char *by;
} replacement;

static const replacement command_line[] = {{'"', "\\\""}, {0, NULL}};
static const replacement expression_string[] = {{'\'', "''"}, {0, NULL}};
static const replacement xml[] = {{'<', "&lt;"},    {'>', "&gt;"},  {'"', "&quot;"},
                                  {'\'', "&apos;"}, {'&', "&amp;"}, {0, NULL}};

static void add_replaced(rh_mask *mask, const char *text, size_t length, const replacement *table)
{
    rh_text encoded = rh_text_in(mask->arena);
    for (size_t i = 0; i < length; i++) {
        const replacement *row = table;
        while (row->by && row->of != text[i])
            row++;
        if (row->by)
            rh_text_puts(&encoded, row->by);
        else
            rh_text_putc(&encoded, text[i]);
    }
    add_text(mask, encoded.data, encoded.length);
}

/* The line ends that are escaped beyond ASCII: U+0085, U+2028, U+2029. */
static size_t wide_line_end(const char *text, size_t length, const char **escaped)
{
    if (length >= 2 && memcmp(text, "\xc2\x85", 2) == 0) {
        *escaped = "\\u0085";
        return 2;
    }
    if (length >= 3 && memcmp(text, "\xe2\x80", 2) == 0 && (text[2] & 0xfe) == 0xa8) {
        *escaped = (text[2] & 1) ? "\\u2029" : "\\u2028";
        return 3;
    }
    return 0;
}

/* As Newtonsoft writes the inside of a string. */
static void add_json(rh_mask *mask, const char *text, size_t length)
{
    static const char short_names[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    rh_text encoded = rh_text_in(mask->arena);
    for (size_t i = 0; i < length; i++) {
        const char *escaped;
        const char *short_name = text[i] ? strchr(short_names, text[i]) : NULL;
        size_t wide = wide_line_end(text + i, length - i, &escaped);
        if (short_name)
            rh_text_printf(&encoded, "\\%c", letters[short_name - short_names]);
        else if ((unsigned char)text[i] < 0x20)
            rh_text_printf(&encoded, "\\u00%c%c", '0' + (text[i] >> 4),
                           "0123456789abcdef"[text[i] & 15]);
        else if (wide)
            rh_text_puts(&encoded, escaped);
        else
            rh_text_putc(&encoded, text[i]);
        i += wide ? wide - 1 : 0;
    }
    add_text(mask, encoded.data, encoded.length);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static void add_uri(rh_mask *mask, const char *text, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    rh_text encoded = rh_text_in(mask->arena);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (is_unreserved(text[i]))
            rh_text_putc(&encoded, text[i]);
        else
            rh_text_printf(&encoded, "%%%c%c", digits[byte >> 4], digits[byte & 15]);
    }
    add_text(mask, encoded.data, encoded.length);
}

enum { LONG_ENOUGH = 6 }; /* parts shorter than this are not masked */

/* PowerShell's errors colour one character behind `&+`, or break at the last `&`. */
static void add_powershell(rh_mask *mask, const char *text, size_t length)
{
    size_t before = 0, after = length;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '&')
            before = after = i + 1;
    for (size_t i = 0; i + 1 < length; i++)
        if (text[i] == '&' && text[i + 1] == '+') {
            before = i + 2;
            after = i + 3 < length ? i + 3 : length;
            break;
        }
    if (before >= LONG_ENOUGH)
        add_text(mask, text, before);
    if (length - after >= LONG_ENOUGH)
        add_text(mask, text + after, length - after);
}

static void add_value(rh_mask *mask, const char *text, size_t length)
{
    if (!length)
        return;
    add_text(mask, text, length);
    rh_mask_entry *entry = find(mask, text, length);
    if (entry->is_value)
        return;
    entry->is_value = true;
    add_base64(mask, text, length);
    add_replaced(mask, text, length, command_line);
    add_replaced(mask, text, length, expression_string);
    add_json(mask, text, length);
    add_uri(mask, text, length);
    add_replaced(mask, text, length, xml);
    if (length > 8 && text[0] == '"' && text[length - 1] == '"')
        add_text(mask, text + 1, length - 2);
    add_powershell(mask, text, length);
}

/* ---- secrets --------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void trim(const char **text, size_t *length)
{
    while (*length && is_blank(**text)) {
        ++*text;
        --*length;
    }
    while (*length && is_blank((*text)[*length - 1]))
        --*length;
}

static void add_lines(rh_mask *mask, const char *text, size_t length, bool trims)
{
    for (size_t begin = 0; begin < length;) {
        size_t end = begin;
        while (end < length && text[end] != '\n' && text[end] != '\r')
            end++;
        const char *line = text + begin;
        size_t line_length = end - begin;
        if (trims)
            trim(&line, &line_length);
        add_value(mask, line, line_length);
        begin = end + 1;
    }
}

void rh_mask_add_secret(rh_mask *mask, const char *text, size_t length)
{
    trim(&text, &length);
    add_value(mask, text, length);
    add_lines(mask, text, length, true);
}

void rh_mask_add(rh_mask *mask, const char *text, size_t length)
{
    add_value(mask, text, length);
    add_lines(mask, text, length, false);
}

/* ---- masking --------------------------------------------------------------------------------- */

/* The length of the longest secret that begins here, of those from `at` on; 0: none does. */
static size_t longest_of(const rh_mask *mask, uint32_t at, const char *text, size_t length)
{
    size_t found = 0;
    for (; at; at = mask->entries[at - 1].next) {
        const rh_mask_entry *entry = &mask->entries[at - 1];
        if (entry->length > found && entry->length <= length &&
            memcmp(entry->text, text, entry->length) == 0)
            found = entry->length;
    }
    return found;
}

/* With most characters no secret begins. */
static inline size_t longest(const rh_mask *mask, const char *text, size_t length)
{
    uint32_t first = mask->first[(unsigned char)text[0]];
    return first ? longest_of(mask, first, text, length) : 0;
}

bool rh_mask_finds(const rh_mask *mask, const char *text, size_t length)
{
    for (size_t at = 0; mask->count && at < length; at++)
        if (longest(mask, text + at, length - at))
            return true;
    return false;
}

void rh_mask_text(const rh_mask *mask, rh_text *out, const char *text, size_t length)
{
    if (!mask->count) {
        rh_text_add(out, text, length);
        return;
    }
    size_t shown = 0; /* up to here everything is written */
    for (size_t at = 0; at < length; at++) {
        size_t found = longest(mask, text + at, length - at);
        if (!found)
            continue;
        size_t end = at + found;
        for (size_t next = at + 1; next <= end && next < length; next++) {
            size_t more = longest(mask, text + next, length - next);
            end = more && next + more > end ? next + more : end;
        }
        rh_text_add(out, text + shown, at - shown);
        rh_text_puts(out, "***");
        shown = end;
        at = end - 1;
    }
    rh_text_add(out, text + shown, length - shown);
}

const rh_value *rh_mask_value(const rh_mask *mask, rh_arena *arena, const rh_value *value)
{
    if (rh_kind_of(value) != RH_STRING || !rh_mask_finds(mask, value->as.text, value->count))
        return value;
    rh_text text = rh_text_in(arena);
    rh_mask_text(mask, &text, value->as.text, value->count);
    rh_value masked = *rh_value_string(arena, text.data, text.length);
    masked.flags |= value->flags & RH_TAINTED;
    rh_value *kept = rh_arena_alloc(arena, sizeof *kept);
    *kept = masked;
    return kept;
}

bool rh_mask_holds(const rh_mask *mask, const rh_value *value)
{
    if (!value)
        return false;
    if (value->flags & RH_SECRET)
        return true;
    if (value->kind == RH_STRING)
        return rh_mask_finds(mask, value->as.text, value->count);
    for (size_t i = 0; i < rh_count_of(value); i++)
        if (rh_mask_holds(mask, rh_at(value, i)))
            return true;
    return false;
}
