/* SHA-256 (FIPS 180-4): what hashFiles() of workflow files is made of. */
#ifndef RH_BASE_SHA256_H
#define RH_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { RH_SHA256_BYTES = 32 };

typedef struct rh_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    uint8_t block[64];
} rh_sha256;

void rh_sha256_begin(rh_sha256 *hash);
void rh_sha256_add(rh_sha256 *hash, const void *bytes, size_t length);
void rh_sha256_end(rh_sha256 *hash, uint8_t digest[RH_SHA256_BYTES]);

#endif
