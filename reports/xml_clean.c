#include "reports/xml_clean.h"

#include "sim/base/text.h"

/* Bytes of the escape sequence at `at`: ESC [ parameters letter, or ESC ] ... BEL; 0 if none. */
static size_t escape_length(const char *at)
{
    size_t length = 2;
    if (at[0] != '\033' || (at[1] != '[' && at[1] != ']'))
        return 0;
    if (at[1] == '[') {
        while (at[length] >= 0x20 && at[length] <= 0x3f)
            length++;
        return at[length] >= 0x40 && at[length] <= 0x7e ? length + 1 : 0;
    }
    while (at[length] && at[length] != '\a')
        length++;
    return at[length] ? length + 1 : 0;
}

/* Bytes of a character that XML can hold; 0 if it cannot. */
static size_t good_length(const char *at, size_t rest)
{
    unsigned char c = (unsigned char)*at;
    size_t length = rh_utf8_length(at, rest);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
        return 0;
    if (length == 3 && c == 0xef && (unsigned char)at[1] == 0xbf && (unsigned char)at[2] >= 0xbe)
        return 0; /* U+FFFE, U+FFFF */
    return length;
}

const char *rh_xml_clean(rh_arena *arena, const char *text)
{
    if (!text)
        return "";
    size_t rest = strlen(text), good = 0, length;
    while (rest > good && (length = good_length(text + good, rest - good)) != 0)
        good += length;
    if (good == rest)
        return text;
    rh_text clean = rh_text_in(arena);
    while (rest > 0) {
        if ((length = good_length(text, rest)) != 0) {
            rh_text_add(&clean, text, length);
        } else if ((length = escape_length(text)) == 0) {
            rh_text_puts(&clean, "\xef\xbf\xbd");
            length = 1;
        }
        text += length;
        rest -= length;
    }
    return rh_text_string(&clean);
}
