#include "sim/base/uuid.h"

const char *rh_uuid_text(rh_arena *arena, uint64_t high, uint64_t low)
{
    static const char digits[] = "0123456789abcdef";
    char *text = rh_arena_alloc(arena, 37);
    high = (high & ~UINT64_C(0xf000)) | 0x4000;
    low = low >> 2 | UINT64_C(0x8000000000000000);
    for (int i = 0, bit = 124; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            text[i] = '-';
            continue;
        }
        text[i] = digits[(bit >= 64 ? high >> (bit - 64) : low >> bit) & 15];
        bit -= 4;
    }
    text[36] = '\0';
    return text;
}
