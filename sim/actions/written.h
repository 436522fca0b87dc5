/* Text as a script wrote it: known strings and unknown values, one after the other.
 *
 * A rehearsal often knows a line but for one word in it (`version=` and then what a tool printed).
 * Here such text is one string with holes in it; a part of it without a hole is a string, any other
 * part is unknown and keeps the origin of the hole. The flags of the pieces travel into the parts
 * they stand in. An unknown value is one hole, whatever may be in it: it holds no end of a line.
 */
#ifndef RH_ACTIONS_WRITTEN_H
#define RH_ACTIONS_WRITTEN_H

#include "sim/base/value.h"

/* A piece: where it stands in the text. */
typedef struct rh_mark {
    size_t begin, end;       /* equal for a hole */
    const rh_value *unknown; /* the hole; NULL: a string */
    uint8_t flags;
} rh_mark;

typedef struct rh_written {
    const char *text; /* the known parts, NUL-terminated */
    size_t length;
    const rh_mark *marks;
    size_t mark_count;
} rh_written;

/* The pieces in a row: strings, unknown values; others as text, NULL as nothing. */
rh_written rh_written_join(rh_arena *arena, const rh_value *const *pieces, size_t count);
/* The first hole from `begin` to `end`, both included; NULL if there is none. */
const rh_value *rh_written_hole(const rh_written *written, size_t begin, size_t end);
/* The flags of what stands there. */
uint8_t rh_written_flags(const rh_written *written, size_t begin, size_t end);
/* The part as a value: a string, or unknown. Holes at both ends belong to it. */
const rh_value *rh_written_part(rh_arena *arena, const rh_written *written, size_t begin,
                                size_t end);
/* The same part, with another text than what stands there (unescaped, say). */
const rh_value *rh_written_part_as(rh_arena *arena, const rh_written *written, size_t begin,
                                   size_t end, const char *text, size_t length);
/* For messages: the part with "<unknown>" for each hole. */
const char *rh_written_show(rh_arena *arena, const rh_written *written, size_t begin, size_t end);
/* Whether two parts are the same text with the same holes, of one origin. */
bool rh_written_same(const rh_written *written, size_t begin, size_t end, size_t other_begin,
                     size_t other_end);

#endif
