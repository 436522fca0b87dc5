#include "harness/draw.h"

uint64_t rh_call_identity(const rh_call *call)
{
    uint64_t hash = rh_hash_mix(call->type->hash, (uint64_t)call->run << 32 | call->number);
    if (call->parent)
        hash = rh_hash_mix(hash, rh_call_identity(call->parent));
    return call->key ? rh_hash_bytes(hash, call->key, strlen(call->key)) : hash;
}

int64_t rh_draw_quantile(const int64_t *table, size_t count, uint64_t bits)
{
    if (count == 1)
        return table[0];
    uint64_t position = rh_random_below(bits, (uint64_t)(count - 1) << 20);
    size_t below = (size_t)(position >> 20);
    uint64_t share = position & 0xfffff;
    uint64_t span = (uint64_t)(table[below + 1] - table[below]);
    return table[below] + (int64_t)(((span >> 20) * share) + ((span & 0xfffff) * share >> 20));
}
