/* A terminal, line by line: cells with an ink, cut at the width.
 *
 * Whatever comes from outside (names, messages, log lines) is made harmless here: control
 * characters, escape sequences and broken UTF-8 never reach the terminal. One code point counts as
 * one column.
 */
#ifndef RH_REPORTS_CANVAS_H
#define RH_REPORTS_CANVAS_H

#include "sim/base/text.h"

typedef enum rh_ink {
    RH_INK_PLAIN,
    RH_INK_DIM,
    RH_INK_BOLD,
    RH_INK_GOOD,
    RH_INK_BAD,
    RH_INK_WARN,
    RH_INK_NOTE
} rh_ink;

/* name, code point, what stands for it in ASCII. All are one column wide in every terminal; the
 * stopwatch of the emoji blocks is not, so a clock face stands for a timeout. */
#define RH_GLYPHS(X)                                                                               \
    X(GOOD, 0x2713, '+')                                                                           \
    X(BAD, 0x2717, 'x')                                                                            \
    X(TIMEOUT, 0x25f7, 'o')                                                                        \
    X(CANCELED, 0x2298, '/')                                                                       \
    X(OPEN, 0x25cb, '?')                                                                           \
    X(STUCK, 0x25a0, '!')                                                                          \
    X(WARNING, 0x25b2, '!')                                                                        \
    X(LOG, 0x00b7, '-')                                                                            \
    X(SIGNAL, 0x00bb, '>')                                                                         \
    X(TIMER, 0x25d4, '@')                                                                          \
    X(EFFECT, 0x25c6, '*')                                                                         \
    X(HOST, 0x25aa, '=')                                                                           \
    X(TIMES, 0x00d7, 'x')                                                                          \
    X(DOT, 0x00b7, ';')                                                                            \
    X(ELLIPSIS, 0x2026, '~')                                                                       \
    X(BAR, 0x2588, '#')                                                                            \
    X(BAR_BAD, 0x2592, '%')                                                                        \
    X(BAR_GONE, 0x2591, ':')                                                                       \
    X(BAR_WAIT, 0x2504, '-')                                                                       \
    X(BAR_BACK_OFF, 0x00b7, '.')                                                                   \
    X(BAR_TIMER, 0x2500, '-')                                                                      \
    X(CUT, 0x254e, ':')                                                                            \
    X(CUT_BAR, 0x2571, '/')

typedef enum rh_glyph {
#define X(name, code_point, ascii) RH_GLYPH_##name,
    RH_GLYPHS(X)
#undef X
} rh_glyph;

typedef struct rh_canvas {
    rh_text *text;
    uint32_t *cells; /* code points; 0: blank */
    uint8_t *inks;
    size_t width;
    size_t used; /* columns of this line */
    bool color;
    bool ascii;
} rh_canvas;

/* Lines go to `text`, whose arena also holds the cells. */
void rh_canvas_init(rh_canvas *canvas, rh_text *text, size_t width, bool color, bool ascii);
/* Writes from `column` to before `end`; what does not fit is cut and marked. Returns the column
 * behind it. */
size_t rh_canvas_put(rh_canvas *canvas, size_t column, size_t end, rh_ink ink, const char *string);
/* The same, but cut in the middle: of a call path both ends tell something. */
size_t rh_canvas_put_middle(rh_canvas *canvas, size_t column, size_t end, rh_ink ink,
                            const char *string);
/* Writes so that it ends before `end`. */
void rh_canvas_put_right(rh_canvas *canvas, size_t end, rh_ink ink, const char *string);
void rh_canvas_glyph(rh_canvas *canvas, size_t column, rh_ink ink, rh_glyph glyph);
bool rh_canvas_is_blank(const rh_canvas *canvas, size_t column);
/* Ends the line. */
void rh_canvas_newline(rh_canvas *canvas);
/* Writes text from `column` on over at most `lines` lines, broken between words, and ends the last
 * one; the first begins on the current line. */
void rh_canvas_wrap(rh_canvas *canvas, size_t column, size_t lines, rh_ink ink, const char *string);

/* Where a line of so many columns ends: at a blank, or in the middle of a longer word. */
const char *rh_canvas_break(const char *string, size_t columns);
/* Columns that the text takes. */
size_t rh_canvas_columns(const char *string);
/* What stands for a glyph in running text. Borrowed from `arena`. */
const char *rh_canvas_glyph_text(const rh_canvas *canvas, rh_glyph glyph);

#endif
