#include "sim/base/base64.h"

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool rh_base64_read(rh_text *bytes, const char *text, size_t length)
{
    uint32_t bits = 0, held = 0;
    for (size_t padding = 0; length && text[length - 1] == '=' && padding < 2; padding++)
        length--;
    for (size_t i = 0; i < length; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            rh_text_putc(bytes, (char)(bits >> held & 0xff));
        }
    }
    return held < 6; /* six bits left over are half a byte */
}
