#include "sim/base/hash.h"

static uint64_t word_at(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static uint64_t half_word_at(const unsigned char *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* All of 1 to 7 bytes, without a loop: the reads overlap, the length tells how. */
static uint64_t short_word_at(const unsigned char *bytes, size_t length)
{
    if (length >= 4)
        return half_word_at(bytes) | half_word_at(bytes + length - 4) << 32;
    return bytes[0] | (uint64_t)bytes[length >> 1] << 8 | (uint64_t)bytes[length - 1] << 16;
}

uint64_t rh_hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    hash = rh_hash_mix(hash, length);
    for (size_t left = length; left; left -= 8) {
        if (left < 8)
            return rh_hash_mix(hash, length > 8 ? word_at(at + left - 8) : short_word_at(at, left));
        hash = rh_hash_mix(hash, word_at(at));
        at += 8;
    }
    return hash;
}
