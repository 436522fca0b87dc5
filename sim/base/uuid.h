/* UUIDs of drawn bits. */
#ifndef RH_BASE_UUID_H
#define RH_BASE_UUID_H

#include "sim/base/arena.h"

/* A version 4 UUID of 128 bits, owned by the arena. */
const char *rh_uuid_text(rh_arena *arena, uint64_t high, uint64_t low);

#endif
