/* Hashing: the same on every machine. Not for adversaries; for identity, journals and tables. */
#ifndef RH_BASE_HASH_H
#define RH_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define RH_HASH_SEED UINT64_C(0x9e3779b97f4a7c15)

/* Folds one 64-bit word into a hash: the two halves of the 128-bit product, xored. */
static inline uint64_t rh_hash_mix(uint64_t hash, uint64_t word)
{
    uint64_t a = hash ^ word ^ UINT64_C(0xa0761d6478bd642f);
    uint64_t b = (hash >> 32 | hash << 32) ^ UINT64_C(0xe7037ed1a0b428db);
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64) ^ word * RH_HASH_SEED;
}

/* Of bytes, read as little-endian words; the length counts. */
uint64_t rh_hash_bytes(uint64_t hash, const void *bytes, size_t length);

static inline uint64_t rh_hash_string(const char *text)
{
    return rh_hash_bytes(RH_HASH_SEED, text, strlen(text));
}

#endif
