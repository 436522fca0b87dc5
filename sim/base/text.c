#include "sim/base/text.h"

#include "sim/base/decimal.h"

#define GATHERED ((size_t)32 << 10)
enum {
    FORMATTED = 256, /* bytes: most of what is formatted is shorter */
    MOST_DIGITS = 21 /* of 64 bits, with a sign */
};

rh_text rh_text_in(rh_arena *arena)
{
    return (rh_text){.arena = arena};
}

rh_text rh_text_to(rh_arena *arena, FILE *file)
{
    return (rh_text){.arena = arena, .file = file};
}

static void write_out(rh_text *text, const char *bytes, size_t length)
{
    if (length && fwrite(bytes, 1, length, text->file) != length)
        text->failed = true;
}

static char *make_room(rh_text *text, size_t length)
{
    if (text->file && text->length + length > GATHERED) {
        write_out(text, text->data, text->length);
        text->length = 0;
    }
    if (length > text->capacity - text->length)
        text->data =
            rh_arena_reserve(text->arena, text->data, 1, text->length + length, &text->capacity);
    return text->data + text->length;
}

/* Room for `length` more bytes behind the text; the caller adds them to text->length. */
static inline char *room_for(rh_text *text, size_t length)
{
    bool has_room = !text->file && length <= text->capacity - text->length;
    return has_room ? text->data + text->length : make_room(text, length);
}

void rh_text_add(rh_text *text, const char *bytes, size_t length)
{
    if (!length)
        return;
    if (text->file && length >= GATHERED) {
        write_out(text, text->data, text->length);
        write_out(text, bytes, length);
        text->length = 0;
        return;
    }
    memcpy(room_for(text, length), bytes, length);
    text->length += length;
}

void rh_text_puts(rh_text *text, const char *string)
{
    rh_text_add(text, string, strlen(string));
}

void rh_text_putc(rh_text *text, char c)
{
    *room_for(text, 1) = c;
    text->length++;
}

void rh_text_fill(rh_text *text, char c, size_t count)
{
    while (count) {
        size_t part = text->file && count > GATHERED ? GATHERED : count;
        memset(room_for(text, part), c, part);
        text->length += part;
        count -= part;
    }
}

/* How long a conversion behind its '%' is, if it is one of %s, %.*s, %c, and %d, %u with l, ll or
 * z: those that nearly all formats have, and that need no printf. 0: it is another. */
static size_t plain_length(const char *at)
{
    size_t length = 0;
    if (at[0] == 's' || at[0] == 'c')
        return 1;
    if (at[0] == '.')
        return at[1] == '*' && at[2] == 's' ? 3 : 0;
    while (at[length] == 'l' && length < 2)
        length++;
    if (at[length] == 'z' && !length)
        length++;
    return at[length] == 'd' || at[length] == 'u' ? length + 1 : 0;
}

/* Writes to the end of `digits`; returns how many bytes. */
static size_t write_decimal(char digits[MOST_DIGITS], uint64_t number, bool is_negative)
{
    size_t at = MOST_DIGITS;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    if (is_negative)
        digits[--at] = '-';
    return MOST_DIGITS - at;
}

static void add_decimal(rh_text *text, uint64_t number, bool is_negative)
{
    char digits[MOST_DIGITS];
    size_t length = write_decimal(digits, number, is_negative);
    rh_text_add(text, digits + sizeof digits - length, length);
}

static int64_t signed_argument(va_list *arguments, char size, bool is_double)
{
    if (size == 'z')
        return (int64_t)va_arg(*arguments, size_t);
    if (size == 'l')
        return is_double ? va_arg(*arguments, long long) : va_arg(*arguments, long);
    return va_arg(*arguments, int);
}

static uint64_t unsigned_argument(va_list *arguments, char size, bool is_double)
{
    if (size == 'z')
        return va_arg(*arguments, size_t);
    if (size == 'l')
        return is_double ? va_arg(*arguments, unsigned long long)
                         : va_arg(*arguments, unsigned long);
    return va_arg(*arguments, unsigned);
}

static void add_part(rh_text *text, int most, const char *part)
{
    const char *nul = most < 0 ? NULL : memchr(part, '\0', (size_t)most);
    size_t length = most < 0 ? strlen(part) : nul ? (size_t)(nul - part) : (size_t)most;
    rh_text_add(text, part, length);
}

static void add_conversion(rh_text *text, const char *at, size_t length, va_list *arguments)
{
    bool is_double = length > 2;
    if (at[length - 1] == 'c') {
        rh_text_putc(text, (char)va_arg(*arguments, int));
    } else if (at[length - 1] == 'u') {
        add_decimal(text, unsigned_argument(arguments, at[0], is_double), false);
    } else if (at[length - 1] == 'd') {
        int64_t number = signed_argument(arguments, at[0], is_double);
        add_decimal(text, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
    } else if (at[0] == '.') {
        int most = va_arg(*arguments, int);
        add_part(text, most, va_arg(*arguments, const char *));
    } else {
        rh_text_puts(text, va_arg(*arguments, const char *));
    }
}

/* Writes what comes before the first conversion that needs printf; returns that one, NULL: there is
 * none. */
static const char *add_plain(rh_text *text, const char *format, va_list *arguments)
{
    for (;;) {
        const char *end = strchr(format, '%');
        rh_text_add(text, format, end ? (size_t)(end - format) : strlen(format));
        size_t length = end ? plain_length(end + 1) : 0;
        if (!length)
            return end;
        add_conversion(text, end + 1, length, arguments);
        format = end + 1 + length;
    }
}

static void add_printed(rh_text *text, const char *format, va_list *arguments)
{
    char small[FORMATTED];
    va_list again;
    va_copy(again, *arguments);
    int printed = vsnprintf(small, sizeof small, format, *arguments);
    size_t length = printed < 0 ? 0 : (size_t)printed;
    if (length < sizeof small) {
        rh_text_add(text, small, length);
    } else {
        vsnprintf(room_for(text, length + 1), length + 1, format, again);
        text->length += length;
    }
    va_end(again);
}

void rh_text_vprintf(rh_text *text, const char *format, va_list arguments)
{
    va_list left; /* a copy: what is a parameter may be an array and has no address of its own */
    va_copy(left, arguments);
    const char *rest = add_plain(text, format, &left);
    if (rest)
        add_printed(text, rest, &left);
    va_end(left);
}

void rh_text_printf(rh_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rh_text_vprintf(text, format, arguments);
    va_end(arguments);
}

/* The digits of 0.d1d2d3... * 10^point as ECMAScript arranges them. */
static void add_digits(rh_text *text, const char *digits, int count, int point)
{
    if (point > 21 || point < -5) {
        rh_text_putc(text, digits[0]);
        if (count > 1) {
            rh_text_putc(text, '.');
            rh_text_add(text, digits + 1, (size_t)count - 1);
        }
        rh_text_printf(text, "e%c%d", point > 0 ? '+' : '-', point > 0 ? point - 1 : 1 - point);
    } else if (point <= 0) {
        rh_text_puts(text, "0.");
        rh_text_fill(text, '0', (size_t)-point);
        rh_text_add(text, digits, (size_t)count);
    } else if (point >= count) {
        rh_text_add(text, digits, (size_t)count);
        rh_text_fill(text, '0', (size_t)(point - count));
    } else {
        rh_text_add(text, digits, (size_t)point);
        rh_text_putc(text, '.');
        rh_text_add(text, digits + point, (size_t)(count - point));
    }
}

void rh_text_number(rh_text *text, double number)
{
    if (number != number) {
        rh_text_puts(text, "NaN");
        return;
    }
    if (number < 0) {
        rh_text_putc(text, '-');
        number = -number;
    }
    if (number == 0) {
        rh_text_putc(text, '0'); /* -0, too */
    } else if (number - number != 0) {
        rh_text_puts(text, "Infinity");
    } else {
        char digits[17];
        int point;
        int count = rh_decimal_shortest(number, digits, &point);
        add_digits(text, digits, count, point);
    }
}

const char *rh_text_string(rh_text *text)
{
    *room_for(text, 1) = '\0';
    return text->data;
}

bool rh_text_flush(rh_text *text)
{
    if (text->file) {
        write_out(text, text->data, text->length);
        text->length = 0;
        if (fflush(text->file) != 0)
            text->failed = true;
    }
    return !text->failed;
}

/* Written on the stack first, so that the arena is asked once, for no more than the text. */
const char *rh_vformat(rh_arena *arena, const char *format, va_list arguments)
{
    char room[FORMATTED];
    rh_text text = {.arena = arena, .data = room, .capacity = sizeof room};
    rh_text_vprintf(&text, format, arguments);
    return text.data == room ? rh_arena_text(arena, room, text.length) : rh_text_string(&text);
}

const char *rh_format(rh_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *formatted = rh_vformat(arena, format, arguments);
    va_end(arguments);
    return formatted;
}

size_t rh_text_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

size_t rh_utf8_length(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    if (!length)
        return 0;
    if (at[0] < 0x80)
        return 1;
    size_t expected = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4 || length < expected)
        return 0;
    /* The second byte rules out longer forms than needed, surrogates, and what is past U+10FFFF. */
    unsigned low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
    unsigned high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < expected; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return expected;
}

const char *rh_format_number(rh_arena *arena, uint64_t number)
{
    char digits[MOST_DIGITS];
    size_t length = write_decimal(digits, number, false);
    return rh_arena_text(arena, digits + sizeof digits - length, length);
}
