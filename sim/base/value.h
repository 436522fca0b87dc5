/* Values inside the library: copies, hashes, builders. The public face is rehearse/value.h. */
#ifndef RH_BASE_VALUE_H
#define RH_BASE_VALUE_H

#include "rehearse/value.h"
#include "sim/base/arena.h"
#include "sim/base/text.h"

enum {
    RH_DEPTH_LIMIT = 512, /* levels of lists and objects; what is deeper reads as unknown */
    RH_MATCHING = 8,      /* a flag of kept values: a matcher is in it */
    RH_EXACT_KEYS = 32    /* a flag of objects: expressions find keys only as they are written */
};

/* A list or object gets this part: it is deeper, and matching if the part is. */
static inline void rh_value_adopt(rh_value *parent, const rh_value *part)
{
    enum { MOST = 1023 };
    if (parent->depth <= part->depth)
        parent->depth = (part->depth + 1u) & MOST;
    parent->flags |= part->flags & RH_MATCHING;
}

/* A copy owned by `arena`, hash computed, RH_KEPT set, strings NUL-terminated. Parts that are
 * RH_KEPT already are shared, not copied: they must live at least as long as the arena. NULL stays
 * NULL, inside a list or object it becomes null. Of fields with the same key the first is kept.
 * Values nested deeper than 512 are cut: the deep part becomes `unknown`. */
const rh_value *rh_value_copy(rh_arena *arena, const rh_value *value);
/* As rh_value_copy, but shares nothing. */
const rh_value *rh_value_clone(rh_arena *arena, const rh_value *value);
/* Equal values have equal hashes, never 0; NULL hashes as null. A matcher hashes by address. */
uint64_t rh_value_hash(const rh_value *value);

/* Kept values, owned by `arena`. Texts are copied. */
const rh_value *rh_value_null(void);
const rh_value *rh_value_boolean(rh_arena *arena, bool boolean);
const rh_value *rh_value_integer(rh_arena *arena, int64_t integer);
const rh_value *rh_value_number(rh_arena *arena, double number);
const rh_value *rh_value_string(rh_arena *arena, const char *text, size_t length);
const rh_value *rh_value_bytes(rh_arena *arena, const void *bytes, size_t length);
/* An unknown value that knows where it came from ("steps.build.outputs.digest"); `origin` is
 * copied. rh_unknown() has none. */
const rh_value *rh_value_unknown(rh_arena *arena, const char *origin, uint8_t flags);
/* "" if it is not known. */
const char *rh_value_origin(const rh_value *unknown);
/* Items and fields (keys and values) are copied as by rh_value_copy. */
const rh_value *rh_value_list(rh_arena *arena, const rh_value *const *items, size_t count);
const rh_value *rh_value_object(rh_arena *arena, const rh_field *fields, size_t count);
/* As rh_value_object, but the keys are borrowed: they must live as long as the arena. */
const rh_value *rh_value_object_borrowing(rh_arena *arena, const rh_field *fields, size_t count);
/* Not kept, and so without a hash: for what only expressions look at. Borrows `fields`, no two of
 * which have the same key. */
rh_value *rh_value_object_unhashed(rh_arena *arena, const rh_field *fields, size_t count);

/* The first field with this key; NULL if there is none or `object` is not an object. Borrowed. */
const rh_field *rh_value_field(const rh_value *object, const char *key);

/* The value a path leads to: fields and list positions joined by dots, "0.TagName"; the empty path
 * is the value itself. NULL if it leads nowhere. */
const rh_value *rh_value_at_path(const rh_value *value, const char *path);

/* For people: appends where two values differ, one line each ("$.Version: expected \"1\", got 2"),
 * `pattern` may hold matchers; at most `limit` lines, then "... and n more". Returns the number of
 * differences. Each line begins with `indent` and ends with a newline. Behind "$." stands a path as
 * rh_value_at_path reads it; keys that it cannot hold stand in brackets: $["a.b"]. A part that is
 * not there is "nothing"; secrets are "***". */
size_t rh_value_diff(rh_text *text, const rh_value *pattern, const rh_value *value,
                     const char *indent, size_t limit);

#endif
