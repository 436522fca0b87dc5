#include "sim/base/value.h"

#include <assert.h>

#include "sim/base/hash.h"

/* Where keys come from, and whether parts that are kept already may be shared. */
enum { SHARE = 1, BORROW_KEYS = 2 };

#define NULL_HASH UINT64_C(0x8a5cd789635d2dff)
#define TRUE_HASH UINT64_C(0x121fd2155c472f96)
#define FALSE_HASH UINT64_C(0x3f5b9d2a6e0c7841)
#define UNKNOWN_HASH UINT64_C(0xd6e8feb86659fd93)
/* Objects of up to so many fields are searched for equal keys pair by pair. */
#define FEW_FIELDS 16

/* Of weights, which are exponents of 2. */
enum {
    WEIGHT_OF_WORD = 3,          /* null, true, false */
    WEIGHT_OF_NUMBER = 5,        /* a number, or what is unknown */
    UNKNOWN_WEIGHT = 48,         /* more than there is memory for */
    MOST_BYTES_OF_CHARACTER = 6, /* a control character; bytes have 4 for 3 */
    AROUND_TEXT = 16             /* quotes, or {"$bytes":""} */
};

static const rh_value kept_null = {
    .kind = RH_NULL, .flags = RH_KEPT, .weight = WEIGHT_OF_WORD, .hash = NULL_HASH};
static const rh_value kept_true = {.kind = RH_BOOLEAN,
                                   .flags = RH_KEPT,
                                   .weight = WEIGHT_OF_WORD,
                                   .hash = TRUE_HASH,
                                   .as = {.boolean = true}};
static const rh_value kept_false = {
    .kind = RH_BOOLEAN, .flags = RH_KEPT, .weight = WEIGHT_OF_WORD, .hash = FALSE_HASH};

static const rh_value *copy(rh_arena *arena, const rh_value *value, unsigned levels, int how);

/* ---- hashes --------------------------------------------------------------------------------- */

static uint64_t hash_at(const rh_value *value, unsigned levels);

static uint64_t number_hash(double number)
{
    rh_value value = rh_number_value(number);
    uint64_t bits;
    if (value.kind == RH_INTEGER)
        return rh_hash_mix(RH_HASH_SEED ^ RH_INTEGER, (uint64_t)value.as.integer);
    if (number != number)
        return rh_hash_mix(RH_HASH_SEED ^ RH_NUMBER, 0);
    memcpy(&bits, &number, sizeof bits);
    return rh_hash_mix(RH_HASH_SEED ^ RH_NUMBER, bits);
}

static uint64_t list_hash(const rh_value *list, unsigned levels)
{
    uint64_t hash = rh_hash_mix(RH_HASH_SEED ^ RH_LIST, list->count);
    for (size_t i = 0; i < list->count; i++)
        hash = rh_hash_mix(hash, hash_at(list->as.items[i], levels - 1));
    return hash;
}

static bool first_of_key(const rh_field *fields, size_t index)
{
    const char *key = fields[index].key;
    for (size_t i = 0; i < index; i++)
        if (fields[i].key[0] == key[0] && strcmp(fields[i].key, key) == 0)
            return false;
    return true;
}

/* The order of the fields must not matter: a sum. */
static uint64_t object_hash(const rh_value *object, unsigned levels)
{
    const rh_field *fields = object->as.fields;
    uint64_t sum = 0;
    for (size_t i = 0; i < object->count; i++) {
        if ((object->flags & RH_KEPT) || first_of_key(fields, i))
            sum += rh_hash_mix(rh_hash_string(fields[i].key), hash_at(fields[i].value, levels - 1));
    }
    return rh_hash_mix(RH_HASH_SEED ^ RH_OBJECT, sum);
}

static uint64_t content_hash(const rh_value *value, unsigned levels)
{
    switch (value->kind) {
    case RH_NULL:
        return NULL_HASH;
    case RH_BOOLEAN:
        return value->as.boolean ? TRUE_HASH : FALSE_HASH;
    case RH_INTEGER:
        return rh_hash_mix(RH_HASH_SEED ^ RH_INTEGER, (uint64_t)value->as.integer);
    case RH_NUMBER:
        return number_hash(value->as.number);
    case RH_STRING:
    case RH_BYTES:
        return rh_hash_bytes(RH_HASH_SEED ^ value->kind, value->as.text, value->count);
    case RH_LIST:
        return levels ? list_hash(value, levels) : UNKNOWN_HASH;
    case RH_OBJECT:
        return levels ? object_hash(value, levels) : UNKNOWN_HASH;
    case RH_MATCHER:
        return rh_hash_mix(RH_HASH_SEED ^ RH_MATCHER, (uint64_t)(uintptr_t)value->as.matcher);
    default:
        return UNKNOWN_HASH;
    }
}

static uint64_t hash_at(const rh_value *value, unsigned levels)
{
    if (!value)
        return NULL_HASH;
    if ((value->flags & RH_KEPT) && value->depth <= levels)
        return value->hash;
    uint64_t hash = content_hash(value, levels);
    return hash ? hash : 1;
}

uint64_t rh_value_hash(const rh_value *value)
{
    return hash_at(value, RH_DEPTH_LIMIT);
}

/* ---- copies --------------------------------------------------------------------------------- */

/* A new kept value of the kind and flags of `like`, with `extra` bytes behind it. */
static rh_value *begin(rh_arena *arena, const rh_value *like, size_t extra)
{
    rh_value *value = rh_arena_alloc(arena, sizeof *value + extra);
    *value = (rh_value){.kind = like->kind,
                        .flags = (uint8_t)((like->flags & (RH_SECRET | RH_TAINTED)) | RH_KEPT)};
    return value;
}

static const rh_value *finish(rh_value *value)
{
    value->hash = content_hash(value, RH_DEPTH_LIMIT);
    if (!value->hash)
        value->hash = 1;
    return value;
}

/* Its text has at most so many bytes (> 1). */
static void weigh(rh_value *value, uint64_t most)
{
    enum { BITS = 64, MOST = 63 };
    value->weight = (unsigned)(BITS - __builtin_clzll(most - 1)) & MOST;
}

/* What a list or object is known to have at most, with its brackets. */
typedef struct measure {
    uint64_t most;
    bool is_known;
} measure;

static void adopt(rh_value *parent, const rh_value *part, measure *measured)
{
    rh_value_adopt(parent, part);
    measured->most += 1 + (UINT64_C(1) << part->weight);
    measured->is_known = measured->is_known && part->weight && part->weight < UNKNOWN_WEIGHT;
}

static const rh_value *finish_measured(rh_value *value, measure measured)
{
    if (measured.is_known)
        weigh(value, measured.most);
    return finish(value);
}

static const rh_value *copy_text(rh_arena *arena, const rh_value *value)
{
    rh_value *kept = begin(arena, value, (size_t)value->count + 1);
    char *text = (char *)(kept + 1);
    if (value->count)
        memcpy(text, value->as.text, value->count);
    text[value->count] = '\0';
    kept->count = value->count;
    kept->as.text = text;
    weigh(kept, (uint64_t)value->count * MOST_BYTES_OF_CHARACTER + AROUND_TEXT);
    return finish(kept);
}

static const rh_value *copy_list(rh_arena *arena, const rh_value *list, unsigned levels, int how)
{
    rh_value *kept = begin(arena, list, list->count * sizeof(rh_value *));
    const rh_value **items = (const rh_value **)(void *)(kept + 1);
    kept->depth = 1;
    kept->count = list->count;
    kept->as.items = items;
    measure measured = {.most = 2, .is_known = true};
    for (size_t i = 0; i < list->count; i++) {
        items[i] = copy(arena, list->as.items[i], levels - 1, how);
        adopt(kept, items[i], &measured);
    }
    return finish_measured(kept, measured);
}

/* Drops every field whose key stands further left, too; returns how many are left. */
static size_t drop_repeated(rh_arena *arena, rh_field *fields, size_t count)
{
    size_t left = 0, size = 1;
    while (size < 2 * count)
        size *= 2;
    uint32_t *table = count > FEW_FIELDS ? RH_NEW_ARRAY(arena, uint32_t, size) : NULL;

    for (size_t i = 0; i < count; i++) {
        fields[left] = fields[i];
        if (table) {
            size_t slot = (size_t)rh_hash_string(fields[left].key) & (size - 1);
            while (table[slot] && strcmp(fields[table[slot] - 1].key, fields[left].key) != 0)
                slot = (slot + 1) & (size - 1);
            if (table[slot])
                continue;
            table[slot] = (uint32_t)left + 1;
        } else if (!first_of_key(fields, left)) {
            continue;
        }
        left++;
    }
    return left;
}

static size_t keys_size(const rh_value *object)
{
    size_t size = 0;
    for (size_t i = 0; i < object->count; i++)
        size += strlen(object->as.fields[i].key) + 1;
    return size;
}

static void copy_keys(rh_field *fields, size_t count, char *room)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(fields[i].key) + 1;
        fields[i].key = memcpy(room, fields[i].key, size);
        room += size;
    }
}

static const rh_value *copy_object(rh_arena *arena, const rh_value *object, unsigned levels,
                                   int how)
{
    size_t count = object->count, fields_size = count * sizeof(rh_field);
    size_t key_bytes = keys_size(object);
    rh_value *kept = begin(arena, object, fields_size + (how & BORROW_KEYS ? 0 : key_bytes));
    rh_field *fields = (rh_field *)(void *)(kept + 1);
    if (count)
        memcpy(fields, object->as.fields, fields_size);
    if (!(object->flags & RH_KEPT))
        count = drop_repeated(arena, fields, count);
    if (!(how & BORROW_KEYS))
        copy_keys(fields, count, (char *)fields + fields_size);

    kept->depth = 1;
    kept->count = (uint32_t)count;
    kept->as.fields = fields;
    /* A key is counted with its NUL; two quotes and a colon stand around it. */
    measure measured = {.most = 2 + MOST_BYTES_OF_CHARACTER * (uint64_t)key_bytes,
                        .is_known = true};
    for (size_t i = 0; i < count; i++) {
        fields[i].value = copy(arena, fields[i].value, levels - 1, how & SHARE);
        adopt(kept, fields[i].value, &measured);
    }
    return finish_measured(kept, measured);
}

static const rh_value *copy_matcher(rh_arena *arena, const rh_value *value, unsigned levels,
                                    int how)
{
    const rh_matcher *matcher = value->as.matcher;
    rh_value *kept = begin(arena, value, 0);
    kept->flags |= RH_MATCHING;
    if (!matcher || matcher == &rh_match_any) {
        kept->as.matcher = &rh_match_any;
        return finish(kept);
    }
    rh_matcher *own = RH_NEW(arena, rh_matcher);
    own->accepts = matcher->accepts;
    own->data = matcher->data;
    own->description = rh_arena_string(arena, matcher->description);
    kept->as.matcher = own;
    if (matcher->subset) {
        own->subset = copy(arena, matcher->subset, levels - 1, how);
        rh_value_adopt(kept, own->subset);
    }
    return finish(kept);
}

static bool has_levels(const rh_value *value)
{
    return value->kind == RH_LIST || value->kind == RH_OBJECT || value->kind == RH_MATCHER;
}

/* `levels`: how many levels of lists and objects may still come. */
static const rh_value *copy(rh_arena *arena, const rh_value *value, unsigned levels, int how)
{
    if (!value)
        return &kept_null;
    if ((how & SHARE) && (value->flags & RH_KEPT) && value->depth <= levels)
        return value;
    if (!levels && has_levels(value)) {
        rh_value cut = {.kind = RH_UNKNOWN, .flags = value->flags};
        rh_value *kept = begin(arena, &cut, 0);
        kept->weight = WEIGHT_OF_NUMBER;
        return finish(kept);
    }
    switch (value->kind) {
    case RH_STRING:
    case RH_BYTES:
        return copy_text(arena, value);
    case RH_LIST:
        return copy_list(arena, value, levels, how);
    case RH_OBJECT:
        return copy_object(arena, value, levels, how);
    case RH_MATCHER:
        return copy_matcher(arena, value, levels, how);
    default:
        break;
    }
    rh_value *kept = begin(arena, value, 0);
    kept->as = value->as;
    kept->weight = WEIGHT_OF_NUMBER;
    if (value->kind == RH_UNKNOWN) /* where it came from, if it knows */
        kept->as.text = rh_arena_string(arena, value->as.text);
    return finish(kept);
}

const rh_value *rh_value_copy(rh_arena *arena, const rh_value *value)
{
    return value ? copy(arena, value, RH_DEPTH_LIMIT, SHARE) : NULL;
}

const rh_value *rh_value_clone(rh_arena *arena, const rh_value *value)
{
    return value ? copy(arena, value, RH_DEPTH_LIMIT, 0) : NULL;
}

/* ---- builders ------------------------------------------------------------------------------- */

static const rh_value *keep(rh_arena *arena, rh_value value, size_t count, int how)
{
    assert(count <= UINT32_MAX);
    value.count = (uint32_t)count;
    return copy(arena, &value, RH_DEPTH_LIMIT, how);
}

const rh_value *rh_value_null(void)
{
    return &kept_null;
}

const rh_value *rh_value_boolean(rh_arena *arena, bool boolean)
{
    (void)arena;
    return boolean ? &kept_true : &kept_false;
}

const rh_value *rh_value_integer(rh_arena *arena, int64_t integer)
{
    return keep(arena, (rh_value){.kind = RH_INTEGER, .as = {.integer = integer}}, 0, SHARE);
}

const rh_value *rh_value_number(rh_arena *arena, double number)
{
    return keep(arena, rh_number_value(number), 0, SHARE);
}

const rh_value *rh_value_string(rh_arena *arena, const char *text, size_t length)
{
    return keep(arena, (rh_value){.kind = RH_STRING, .as = {.text = text}}, length, SHARE);
}

const rh_value *rh_value_unknown(rh_arena *arena, const char *origin, uint8_t flags)
{
    rh_value *value = RH_NEW(arena, rh_value);
    value->kind = RH_UNKNOWN;
    value->hash = rh_value_hash(value);
    value->flags = (uint8_t)((flags & (RH_SECRET | RH_TAINTED)) | RH_KEPT);
    if (origin && *origin)
        value->as.text = rh_arena_string(arena, origin);
    return value;
}

const char *rh_value_origin(const rh_value *unknown)
{
    return unknown && unknown->kind == RH_UNKNOWN && unknown->as.text ? unknown->as.text : "";
}

const rh_value *rh_value_bytes(rh_arena *arena, const void *bytes, size_t length)
{
    return keep(arena, (rh_value){.kind = RH_BYTES, .as = {.text = bytes}}, length, SHARE);
}

const rh_value *rh_value_list(rh_arena *arena, const rh_value *const *items, size_t count)
{
    return keep(arena, (rh_value){.kind = RH_LIST, .as = {.items = items}}, count, SHARE);
}

const rh_value *rh_value_object(rh_arena *arena, const rh_field *fields, size_t count)
{
    return keep(arena, (rh_value){.kind = RH_OBJECT, .as = {.fields = fields}}, count, SHARE);
}

const rh_value *rh_value_object_borrowing(rh_arena *arena, const rh_field *fields, size_t count)
{
    return keep(arena, (rh_value){.kind = RH_OBJECT, .as = {.fields = fields}}, count,
                SHARE | BORROW_KEYS);
}

rh_value *rh_value_object_unhashed(rh_arena *arena, const rh_field *fields, size_t count)
{
    assert(count <= UINT32_MAX);
    rh_value *object = rh_arena_alloc(arena, sizeof *object);
    *object = (rh_value){.kind = RH_OBJECT, .count = (uint32_t)count, .as = {.fields = fields}};
    return object;
}
