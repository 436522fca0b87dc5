/* fromJSON, with the reader that the runner has (Newtonsoft's), which takes more than JSON: what
 * follows the first value is not read, strings may stand in single quotes and hold line ends, keys
 * need no quotes, commas may be too many, comments are skipped, 010 is octal. Of keys that differ
 * only by case the first gives the name and the last the value.
 */
#include "sim/expression/evaluate.h"

enum { DEPTH_LIMIT = 64, LONGEST_INTEGER = 380, FEW_KEYS = 16 };

struct level {
    bool object;
    bool started;     /* something has been read in it */
    const char *key;  /* of an object: the last */
    int64_t position; /* of a list: the last */
};

struct reader {
    rh_evaluation *evaluation;
    const char *text, *at, *end;
    struct level levels[DEPTH_LIMIT];
    size_t depth;
    const char *root; /* "JObject" or "JArray" */
};

static bool read_value(struct reader *r, const rh_value **value);

/* ---- errors ---------------------------------------------------------------------------------- */

static void write_key(rh_text *path, const char *key)
{
    if (key[strcspn(key, " .'/\"[]()\t\n\r\f\b\\")]) {
        rh_text_printf(path, "['%s']", key);
        return;
    }
    rh_text_puts(path, path->length ? "." : "");
    rh_text_puts(path, key);
}

static const char *path_text(struct reader *r)
{
    rh_text path = rh_text_in(r->evaluation->arena);
    for (size_t i = 0; i < r->depth; i++) {
        const struct level *level = &r->levels[i];
        if (!level->started)
            continue;
        if (level->object)
            write_key(&path, level->key);
        else
            rh_text_printf(&path, "[%jd]", (intmax_t)level->position);
    }
    return rh_text_string(&path);
}

RH_PRINTF(2, 3) static bool fail(struct reader *r, const char *format, ...)
{
    int line = 1;
    const char *line_start = r->text;
    for (const char *at = r->text; at < r->at; at++)
        if (*at == '\n' || (*at == '\r' && (at + 1 == r->end || at[1] != '\n'))) {
            line++;
            line_start = at + 1;
        }
    size_t position = rh_letters_units(line_start, (size_t)(r->at - line_start));
    if (r->at == r->text)
        line = 0;
    va_list arguments;
    va_start(arguments, format);
    const char *message = rh_vformat(r->evaluation->arena, format, arguments);
    va_end(arguments);
    rh_evaluation_fail(r->evaluation,
                       "Error parsing fromJson: %s Path '%s', line %d, position %zu.", message,
                       path_text(r), line, position);
    return false;
}

/* "...: x." about the character at hand. */
static bool fail_character(struct reader *r, const char *what)
{
    size_t left = (size_t)(r->end - r->at), length = left ? rh_utf8_length(r->at, left) : 0;
    return fail(r, "%s%.*s.", what, (int)(left && !length ? 1 : length), r->at);
}

static bool fail_end(struct reader *r)
{
    return fail(r, "Unexpected end of content while loading %s.", r->root);
}

/* ---- space and comments ---------------------------------------------------------------------- */

static bool next_is(const struct reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static void skip_space(struct reader *r)
{
    size_t space;
    while (r->at < r->end &&
           ((space = rh_letters_space(r->at, (size_t)(r->end - r->at))) != 0 || !*r->at))
        r->at += space ? space : 1;
}

/* From the slash to behind the comment. */
static bool read_comment(struct reader *r, const char **text, size_t *length)
{
    bool line;
    r->at++;
    if (r->at == r->end)
        return fail(r, "Unexpected end while parsing comment.");
    line = *r->at == '/';
    if (!line && *r->at != '*')
        return fail_character(r, "Error parsing comment. Expected: *, got ");
    *text = ++r->at;
    while (r->at < r->end && (line ? *r->at != '\n' && *r->at != '\r'
                                   : *r->at != '*' || r->end - r->at < 2 || r->at[1] != '/'))
        r->at++;
    *length = (size_t)(r->at - *text);
    if (!line && r->at == r->end)
        return fail(r, "Unexpected end while parsing comment.");
    r->at += line ? 0 : 2;
    return true;
}

static bool skip(struct reader *r)
{
    const char *text;
    size_t length;
    skip_space(r);
    while (next_is(r, '/')) {
        if (!read_comment(r, &text, &length))
            return false;
        skip_space(r);
    }
    return true;
}

/* ---- strings --------------------------------------------------------------------------------- */

static void add_character(rh_text *text, uint32_t c)
{
    if (c < 0x80) {
        rh_text_putc(text, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    rh_text_putc(text, (char)(leads[more] | c >> (6 * more)));
    while (more--)
        rh_text_putc(text, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

static bool read_unit(struct reader *r, uint32_t *unit)
{
    *unit = 0;
    if (r->end - r->at < 4)
        return fail(r, "Unexpected end while parsing unicode character.");
    for (int i = 0; i < 4; i++, r->at++) {
        char c = rh_letters_upper_ascii(*r->at);
        bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'A' || c > 'F'))
            return fail_character(r, "Invalid hex character: ");
        *unit = *unit << 4 | (uint32_t)(digit ? c - '0' : c - 'A' + 10);
    }
    return true;
}

/* Behind "\u". Halves of surrogate pairs that stand alone become U+FFFD. */
static bool read_unicode(struct reader *r, rh_text *text)
{
    uint32_t unit, low;
    if (!read_unit(r, &unit))
        return false;
    while (unit >= 0xd800 && unit <= 0xdbff) {
        if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u') {
            unit = 0xfffd;
            break;
        }
        r->at += 2;
        if (!read_unit(r, &low))
            return false;
        if (low >= 0xdc00 && low <= 0xdfff) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            break;
        }
        add_character(text, 0xfffd);
        unit = low;
    }
    add_character(text, unit >= 0xdc00 && unit <= 0xdfff ? 0xfffd : unit);
    return true;
}

static bool read_escape(struct reader *r, rh_text *text)
{
    static const char names[] = "btnfr\\\"'/", characters[] = "\b\t\n\f\r\\\"'/";
    const char *name = *r->at ? strchr(names, *r->at) : NULL;
    if (*r->at == 'u') {
        r->at++;
        return read_unicode(r, text);
    }
    if (!name)
        return fail_character(r, "Bad JSON escape sequence: \\");
    rh_text_putc(text, characters[name - names]);
    r->at++;
    return true;
}

static bool read_string(struct reader *r, rh_text *text)
{
    char quote = *r->at++;
    for (;;) {
        const char *run = r->at;
        while (r->at < r->end && *r->at != quote && *r->at != '\\')
            r->at++;
        rh_text_add(text, run, (size_t)(r->at - run));
        if (r->at < r->end && *r->at++ == quote)
            return true;
        if (r->at == r->end)
            return fail(r, "Unterminated string. Expected delimiter: %c.", quote);
        if (!read_escape(r, text))
            return false;
    }
}

/* ---- numbers and words ----------------------------------------------------------------------- */

static bool fail_number(struct reader *r, const char *text, size_t length)
{
    return fail(r, "Input string '%.*s' is not a valid number.", (int)length, text);
}

/* "0x1F" and octal "017", as patterns of 64 bits. */
static bool read_pattern(const char *text, size_t length, double *number)
{
    bool hex = rh_letters_upper_ascii(text[1]) == 'X';
    uint64_t pattern = 0, base = hex ? 16 : 8;
    size_t i = hex ? 2 : 0;
    if (i == length)
        return false;
    for (; i < length; i++) {
        char c = rh_letters_upper_ascii(text[i]);
        uint64_t digit = c >= '0' && c <= '9'   ? (uint64_t)(c - '0')
                         : c >= 'A' && c <= 'F' ? (uint64_t)(c - 'A' + 10)
                                                : 16;
        if (digit >= base || pattern > (UINT64_MAX - digit) / base)
            return false;
        pattern = pattern * base + digit;
    }
    *number = pattern > INT64_MAX ? -(double)(~pattern + 1) : (double)pattern;
    return true;
}

static bool read_number(struct reader *r, const rh_value **value)
{
    const char *text = r->at;
    double number;
    while (r->at < r->end && *r->at && strchr("-+.0123456789abcdefABCDEFxX", *r->at))
        r->at++;
    size_t length = (size_t)(r->at - text);
    if (r->at < r->end && *r->at && !strchr(",}])/", *r->at) &&
        !rh_letters_space(r->at, (size_t)(r->end - r->at)))
        return fail_character(r, "Unexpected character encountered while parsing number: ");
    bool pattern = length > 1 && text[0] == '0' && !strchr(".eE", text[1]);
    if (pattern ? !read_pattern(text, length, &number)
                : !rh_number_parse_decimal(text, length, &number))
        return fail_number(r, text, length);
    if (!memchr(text, '.', length) && !memchr(text, 'e', length) && !memchr(text, 'E', length) &&
        length > LONGEST_INTEGER)
        return fail(r, "JSON integer %.*s is too large to parse.", (int)length, text);
    *value = rh_value_number(r->evaluation->arena, number);
    return true;
}

static bool read_word(struct reader *r, const char *word, const char *name)
{
    size_t length = strlen(word), left = (size_t)(r->end - r->at);
    if (left < length && memcmp(r->at, word, left) == 0) {
        r->at = r->end;
        return fail(r, "Unexpected end when reading JSON.");
    }
    if (left < length || memcmp(r->at, word, length) != 0)
        return fail(r, "Error parsing %s value.", name);
    r->at += length;
    if (r->at < r->end && *r->at && !strchr(",}]/", *r->at) &&
        !rh_letters_space(r->at, (size_t)(r->end - r->at)))
        return fail(r, "Error parsing %s value.", name);
    return true;
}

/* ---- lists and objects ----------------------------------------------------------------------- */

struct parts {
    const rh_value **items;
    rh_field *fields;
    uint32_t *table; /* positions + 1 of fields by key; NULL while they are few */
    size_t count, room, field_room, table_size;
};

static size_t key_hash(const char *key)
{
    uint64_t hash = 1469598103934665603u;
    for (; *key; key++)
        if (!(*key & 0x80)) /* what differs by case beyond ASCII must have one hash */
            hash = (hash ^ (unsigned char)rh_letters_upper_ascii(*key)) * 1099511628211u;
    return (size_t)(hash ^ hash >> 32);
}

static bool is_same_key(const char *left, const char *right)
{
    return rh_letters_equal(left, strlen(left), right, strlen(right));
}

/* The slot of a key: its own, or the free one where it belongs. */
static uint32_t *find_slot(const struct parts *parts, const char *key)
{
    size_t slot = key_hash(key) & (parts->table_size - 1);
    while (parts->table[slot] && !is_same_key(parts->fields[parts->table[slot] - 1].key, key))
        slot = (slot + 1) & (parts->table_size - 1);
    return &parts->table[slot];
}

static void grow_table(rh_arena *arena, struct parts *parts)
{
    parts->table_size = parts->table_size ? 2 * parts->table_size : 8 * FEW_KEYS;
    parts->table = RH_NEW_ARRAY(arena, uint32_t, parts->table_size);
    for (size_t i = 0; i < parts->count; i++)
        *find_slot(parts, parts->fields[i].key) = (uint32_t)i + 1;
}

/* The field of that key, or a new one. */
static rh_field *field_of(rh_arena *arena, struct parts *parts, const char *key)
{
    uint32_t *slot = NULL;
    if (parts->count >= FEW_KEYS && 2 * parts->count >= parts->table_size)
        grow_table(arena, parts);
    if (parts->table) {
        slot = find_slot(parts, key);
        if (*slot)
            return &parts->fields[*slot - 1];
        *slot = (uint32_t)parts->count + 1;
    }
    for (size_t i = 0; !slot && i < parts->count; i++)
        if (is_same_key(parts->fields[i].key, key))
            return &parts->fields[i];
    parts->fields = rh_arena_reserve(arena, parts->fields, sizeof *parts->fields, parts->count + 1,
                                     &parts->field_room);
    parts->fields[parts->count] = (rh_field){.key = key};
    return &parts->fields[parts->count++];
}

static bool is_identifier(const char *at, const char *end)
{
    char c = at < end ? *at : '\0';
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$' || (c & 0x80 && !rh_letters_space(at, (size_t)(end - at)));
}

static bool read_key(struct reader *r, const char **key)
{
    rh_text text = rh_text_in(r->evaluation->arena);
    if (next_is(r, '"') || next_is(r, '\'')) {
        if (!read_string(r, &text))
            return false;
    } else {
        if (!is_identifier(r->at, r->end))
            return fail_character(r, "Invalid property identifier character: ");
        while (is_identifier(r->at, r->end))
            rh_text_putc(&text, *r->at++);
        if (r->at == r->end)
            return fail(r, "Unexpected end while parsing unquoted property name.");
        if (*r->at != ':' && *r->at && !rh_letters_space(r->at, (size_t)(r->end - r->at)))
            return fail_character(r, "Invalid JavaScript property identifier character: ");
    }
    *key = rh_text_string(&text);
    skip_space(r);
    if (!next_is(r, ':'))
        return fail_character(
            r, "Invalid character after parsing property name. Expected ':' but got: ");
    r->at++;
    return true;
}

/* Whether the list or object at hand ends here; steps over its bracket. */
static bool closes(struct reader *r)
{
    if (!next_is(r, r->levels[r->depth - 1].object ? '}' : ']'))
        return false;
    r->at++;
    r->depth--;
    return true;
}

/* Behind a part: its comma or the end. */
static bool read_end_of_part(struct reader *r, bool *closed)
{
    const struct level *level = &r->levels[r->depth - 1];
    if (!skip(r))
        return false;
    *closed = closes(r);
    if (*closed)
        return true;
    if (r->at == r->end)
        return fail_end(r);
    if (next_is(r, ',')) {
        r->at++;
        return true;
    }
    if (next_is(r, '}') || next_is(r, ']'))
        return fail(r, "JsonToken %s is not valid for closing JsonType %s.",
                    *r->at == '}' ? "EndObject" : "EndArray", level->object ? "Object" : "Array");
    return fail_character(r, "After parsing a value an unexpected character was encountered: ");
}

static bool read_part(struct reader *r, struct parts *parts)
{
    rh_arena *arena = r->evaluation->arena;
    struct level *level = &r->levels[r->depth - 1];
    const rh_value *value;
    if (level->object) {
        if (!read_key(r, &level->key))
            return false;
        level->started = true;
        if (!skip(r))
            return false;
        if (r->at == r->end)
            return fail_end(r);
        if (!read_value(r, &value))
            return false;
        field_of(arena, parts, level->key)->value = value;
        return true;
    }
    if (!read_value(r, &value))
        return false;
    parts->items = rh_arena_reserve(arena, (void *)parts->items, sizeof *parts->items,
                                    parts->count + 1, &parts->room);
    parts->items[parts->count++] = value;
    return true;
}

static bool read_parts(struct reader *r, const rh_value **value)
{
    struct parts parts = {0};
    bool object = *r->at == '{', closed = false;
    if (r->depth == DEPTH_LIMIT)
        return fail(r, "The reader's MaxDepth of %d has been exceeded.", DEPTH_LIMIT);
    r->levels[r->depth++] = (struct level){.object = object, .position = -1};
    r->at++;
    while (!closed) {
        if (!skip(r))
            return false;
        if (closes(r))
            break;
        if (r->at == r->end)
            return fail_end(r);
        if (!read_part(r, &parts) || !read_end_of_part(r, &closed))
            return false;
    }
    *value = object ? rh_value_object_borrowing(r->evaluation->arena, parts.fields, parts.count)
                    : rh_value_list(r->evaluation->arena, parts.items, parts.count);
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_text(struct reader *r, const rh_value **value)
{
    rh_text text = rh_text_in(r->evaluation->arena);
    if (!read_string(r, &text))
        return false;
    *value = rh_value_string(r->evaluation->arena, text.data, text.length);
    return true;
}

static bool read_named(struct reader *r, const rh_value **value)
{
    rh_arena *arena = r->evaluation->arena;
    switch (*r->at) {
    case 't':
        *value = rh_value_boolean(arena, true);
        return read_word(r, "true", "boolean");
    case 'f':
        *value = rh_value_boolean(arena, false);
        return read_word(r, "false", "boolean");
    case 'N':
        *value = rh_value_number(arena, rh_number_nan());
        return read_word(r, "NaN", "NaN");
    case 'I':
        *value = rh_value_number(arena, rh_number_infinity());
        return read_word(r, "Infinity", "Infinity");
    case 'u':
        *value = rh_value_string(arena, "", 0);
        return read_word(r, "undefined", "undefined");
    default:
        if (r->end - r->at > 1 && r->at[1] != 'u')
            return fail_character(r, "Unexpected character encountered while parsing value: ");
        *value = rh_value_null();
        return read_word(r, "null", "null");
    }
}

/* Where no space is. A comma stands for a value that is missing, which reads as ''. */
static bool read_value(struct reader *r, const rh_value **value)
{
    char c = *r->at;
    if (r->depth && !r->levels[r->depth - 1].object) {
        r->levels[r->depth - 1].started = true;
        r->levels[r->depth - 1].position++;
    }
    if (c == '{' || c == '[')
        return read_parts(r, value);
    if (c == '"' || c == '\'')
        return read_text(r, value);
    if (c == ',') {
        *value = rh_value_string(r->evaluation->arena, "", 0);
        return true;
    }
    if (c == '-' && r->end - r->at > 1 && r->at[1] == 'I') {
        *value = rh_value_number(r->evaluation->arena, -rh_number_infinity());
        return read_word(r, "-Infinity", "-Infinity");
    }
    if ((c >= '0' && c <= '9') || c == '-' || c == '.')
        return read_number(r, value);
    if (c && strchr("tfnNIu", c))
        return read_named(r, value);
    if (c == ']' && r->depth)
        return fail(r, "JsonToken EndArray is not valid for closing JsonType Object.");
    return fail_character(r, "Unexpected character encountered while parsing value: ");
}

/* A comment in front of everything is taken for the value, as a string. */
static bool read_root(struct reader *r, const rh_value **value)
{
    const char *text;
    size_t length;
    skip_space(r);
    if (r->at == r->end)
        return fail(r, "Error reading JToken from JsonReader.");
    if (next_is(r, '/')) {
        if (!read_comment(r, &text, &length))
            return false;
        *value = rh_value_string(r->evaluation->arena, text, length);
        return true;
    }
    r->root = *r->at == '{' ? "JObject" : "JArray";
    return read_value(r, value);
}

const rh_value *rh_evaluate_from_json(rh_evaluation *evaluation, const rh_node *node)
{
    const rh_value *source = rh_evaluate(evaluation, node->operands[0]), *value;
    if (!source || source->kind == RH_UNKNOWN)
        return source;
    rh_view view;
    rh_expression_view(source, &view);
    struct reader r = {.evaluation = evaluation,
                       .text = view.text,
                       .at = view.text,
                       .end = view.text + view.length};
    if (!read_root(&r, &value))
        return NULL;
    return rh_evaluation_flagged(evaluation, value, source->flags);
}
