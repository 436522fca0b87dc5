#include "reports/canvas.h"

enum { REPLACEMENT = 0xfffd };

void rh_canvas_init(rh_canvas *canvas, rh_text *text, size_t width, bool color, bool ascii)
{
    *canvas = (rh_canvas){.text = text, .width = width, .color = color, .ascii = ascii};
    canvas->cells = RH_NEW_ARRAY(text->arena, uint32_t, width);
    canvas->inks = RH_NEW_ARRAY(text->arena, uint8_t, width);
}

/* ---- reading text ---------------------------------------------------------------------------- */

static uint32_t decode(const char *at, size_t length)
{
    static const uint8_t lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code_point = (uint8_t)at[0] & lead[length];
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | ((uint8_t)at[i] & 0x3fu);
    return code_point;
}

/* Controls, and the marks that turn the direction of what follows. */
static bool is_harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* The next code point to show, or 0 at the end. White space becomes a blank. */
static uint32_t next(const char **at)
{
    const char *from = *at;
    if (!*from)
        return 0;
    size_t length = rh_utf8_length(from, strlen(from) < 4 ? strlen(from) : 4);
    if (!length) {
        ++*at;
        return REPLACEMENT;
    }
    *at += length;
    uint32_t c = decode(from, length);
    if (c == '\t' || c == '\n' || c == '\r')
        return ' ';
    return is_harmful(c) ? REPLACEMENT : c;
}

size_t rh_canvas_columns(const char *string)
{
    size_t columns = 0;
    while (next(&string))
        columns++;
    return columns;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static uint32_t glyph_cell(const rh_canvas *canvas, rh_glyph glyph)
{
    static const struct {
        uint32_t code_point;
        char ascii;
    } glyphs[] = {
#define X(name, code_point, ascii) {code_point, ascii},
        RH_GLYPHS(X)
#undef X
    };
    return canvas->ascii ? (uint32_t)glyphs[glyph].ascii : glyphs[glyph].code_point;
}

static void set(rh_canvas *canvas, size_t column, rh_ink ink, uint32_t code_point)
{
    if (column >= canvas->width)
        return;
    if (canvas->ascii && code_point > 0x7e)
        code_point = '?';
    canvas->cells[column] = code_point;
    canvas->inks[column] = (uint8_t)ink;
    if (column >= canvas->used)
        canvas->used = column + 1;
}

void rh_canvas_glyph(rh_canvas *canvas, size_t column, rh_ink ink, rh_glyph glyph)
{
    set(canvas, column, ink, glyph_cell(canvas, glyph));
}

bool rh_canvas_is_blank(const rh_canvas *canvas, size_t column)
{
    return column >= canvas->width || !canvas->cells[column] || canvas->cells[column] == ' ';
}

size_t rh_canvas_put(rh_canvas *canvas, size_t column, size_t end, rh_ink ink, const char *string)
{
    if (end > canvas->width)
        end = canvas->width;
    uint32_t c;
    while (column < end && (c = next(&string)) != 0)
        set(canvas, column++, ink, c);
    if (column == end && column > 0 && *string)
        set(canvas, column - 1, ink, glyph_cell(canvas, RH_GLYPH_ELLIPSIS));
    return column;
}

size_t rh_canvas_put_middle(rh_canvas *canvas, size_t column, size_t end, rh_ink ink,
                            const char *string)
{
    size_t columns = rh_canvas_columns(string);
    if (end > canvas->width)
        end = canvas->width;
    if (column >= end || columns <= end - column)
        return rh_canvas_put(canvas, column, end, ink, string);
    size_t room = end - column - 1, head = room - room / 3, skip = columns - (room - head);
    for (size_t i = 0; i < head; i++)
        set(canvas, column + i, ink, next(&string));
    set(canvas, column + head, ink, glyph_cell(canvas, RH_GLYPH_ELLIPSIS));
    for (size_t i = head; i < skip; i++)
        next(&string);
    return rh_canvas_put(canvas, column + head + 1, end, ink, string);
}

void rh_canvas_put_right(rh_canvas *canvas, size_t end, rh_ink ink, const char *string)
{
    size_t columns = rh_canvas_columns(string);
    rh_canvas_put(canvas, columns < end ? end - columns : 0, end, ink, string);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void encode(rh_text *text, uint32_t c)
{
    if (c < 0x80) {
        rh_text_putc(text, (char)c);
    } else if (c < 0x800) {
        rh_text_putc(text, (char)(0xc0 | c >> 6));
        rh_text_putc(text, (char)(0x80 | (c & 0x3f)));
    } else {
        if (c >= 0x10000) {
            rh_text_putc(text, (char)(0xf0 | c >> 18));
            rh_text_putc(text, (char)(0x80 | (c >> 12 & 0x3f)));
        } else {
            rh_text_putc(text, (char)(0xe0 | c >> 12));
        }
        rh_text_putc(text, (char)(0x80 | (c >> 6 & 0x3f)));
        rh_text_putc(text, (char)(0x80 | (c & 0x3f)));
    }
}

const char *rh_canvas_glyph_text(const rh_canvas *canvas, rh_glyph glyph)
{
    rh_text text = rh_text_in(canvas->text->arena);
    encode(&text, glyph_cell(canvas, glyph));
    return rh_text_string(&text);
}

void rh_canvas_newline(rh_canvas *canvas)
{
    static const char *const inks[] = {
        [RH_INK_PLAIN] = "\033[0m", [RH_INK_DIM] = "\033[2m",  [RH_INK_BOLD] = "\033[1m",
        [RH_INK_GOOD] = "\033[32m", [RH_INK_BAD] = "\033[31m", [RH_INK_WARN] = "\033[33m",
        [RH_INK_NOTE] = "\033[36m",
    };
    rh_text *text = canvas->text;
    uint8_t ink = RH_INK_PLAIN;
    while (canvas->used > 0 && rh_canvas_is_blank(canvas, canvas->used - 1))
        canvas->used--;
    for (size_t i = 0; i < canvas->used; i++) {
        bool blank = rh_canvas_is_blank(canvas, i);
        if (canvas->color && !blank && canvas->inks[i] != ink) {
            if (ink != RH_INK_PLAIN)
                rh_text_puts(text, inks[RH_INK_PLAIN]);
            ink = canvas->inks[i];
            if (ink != RH_INK_PLAIN)
                rh_text_puts(text, inks[ink]);
        }
        encode(text, blank ? ' ' : canvas->cells[i]);
    }
    if (ink != RH_INK_PLAIN)
        rh_text_puts(text, inks[RH_INK_PLAIN]);
    rh_text_putc(text, '\n');
    memset(canvas->cells, 0, canvas->width * sizeof *canvas->cells);
    memset(canvas->inks, 0, canvas->width);
    canvas->used = 0;
}

/* Whether a word takes more than a line. */
static bool is_long_word(const char *word, size_t columns)
{
    uint32_t c;
    for (size_t i = 0; (c = next(&word)) != 0 && c != ' '; i++)
        if (i == columns)
            return true;
    return false;
}

const char *rh_canvas_break(const char *string, size_t columns)
{
    const char *at = string, *blank = NULL;
    for (size_t i = 0; i <= columns; i++) {
        const char *before = at;
        uint32_t c = next(&at);
        if (c == 0)
            return before;
        if (c == ' ' && before > string)
            blank = before;
        if (i == columns)
            return blank && !is_long_word(blank + 1, columns) ? blank : before;
    }
    return at;
}

void rh_canvas_wrap(rh_canvas *canvas, size_t column, size_t lines, rh_ink ink, const char *string)
{
    size_t room = canvas->width > column ? canvas->width - column : 1;
    for (;;) {
        const char *end = lines > 1 ? rh_canvas_break(string, room) : string + strlen(string);
        const char *line = rh_arena_text(canvas->text->arena, string, (size_t)(end - string));
        rh_canvas_put(canvas, column, canvas->width, ink, line);
        rh_canvas_newline(canvas);
        while (*end == ' ' || *end == '\n')
            end++;
        if (!*end)
            return;
        string = end;
        lines--;
    }
}
