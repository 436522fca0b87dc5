/* Reading values and comparing them; declared in rehearse/value.h and sim/base/value.h. */
#include "sim/base/value.h"

const rh_matcher rh_match_any = {.description = "anything"};

/* ---- reading -------------------------------------------------------------------------------- */

/* Inline in the header, and functions here for those who call them as such. */
extern inline rh_kind rh_kind_of(const rh_value *value);
extern inline size_t rh_count_of(const rh_value *value);
extern inline const rh_value *rh_at(const rh_value *value, size_t index);

rh_value rh_number_value(double number)
{
    if (number >= -0x1p63 && number < 0x1p63) {
        int64_t integer = (int64_t)number;
        if ((double)integer == number)
            return (rh_value){.kind = RH_INTEGER, .as = {.integer = integer}};
    }
    return (rh_value){.kind = RH_NUMBER, .as = {.number = number}};
}

const char *rh_kind_name(rh_kind kind)
{
    static const char *const names[] = {
        [RH_NULL] = "null",      [RH_BOOLEAN] = "boolean", [RH_INTEGER] = "integer",
        [RH_NUMBER] = "number",  [RH_STRING] = "string",   [RH_BYTES] = "bytes",
        [RH_LIST] = "list",      [RH_OBJECT] = "object",   [RH_UNKNOWN] = "unknown",
        [RH_MATCHER] = "matcher"};
    return (unsigned)kind <= RH_MATCHER ? names[kind] : "unknown";
}

const char *rh_text_of(const rh_value *value)
{
    return rh_kind_of(value) == RH_STRING && value->as.text ? value->as.text : "";
}

int64_t rh_integer_of(const rh_value *value)
{
    if (rh_kind_of(value) == RH_INTEGER)
        return value->as.integer;
    if (rh_kind_of(value) != RH_NUMBER || value->as.number != value->as.number)
        return 0;
    if (value->as.number >= 0x1p63)
        return INT64_MAX;
    return value->as.number < -0x1p63 ? INT64_MIN : (int64_t)value->as.number;
}

double rh_number_of(const rh_value *value)
{
    if (rh_kind_of(value) == RH_INTEGER)
        return (double)value->as.integer;
    return rh_kind_of(value) == RH_NUMBER ? value->as.number : 0.0;
}

bool rh_is_true(const rh_value *value)
{
    return rh_kind_of(value) == RH_BOOLEAN && value->as.boolean;
}

/* Most keys are told apart by their first two characters. */
static bool is_key(const char *key, const char *sought)
{
    return key[0] == sought[0] &&
           (!key[0] || (key[1] == sought[1] && strcmp(key + 1, sought + 1) == 0));
}

const rh_field *rh_value_field(const rh_value *object, const char *key)
{
    if (rh_kind_of(object) != RH_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->count; i++)
        if (is_key(object->as.fields[i].key, key))
            return &object->as.fields[i];
    return NULL;
}

const rh_value *rh_get(const rh_value *value, const char *key)
{
    const rh_field *field = rh_value_field(value, key);
    return field ? field->value : NULL;
}

/* As rh_value_field; the key does not end in NUL. */
static const rh_field *field_at(const rh_value *object, const char *key, size_t length)
{
    for (size_t i = 0; rh_kind_of(object) == RH_OBJECT && i < object->count; i++) {
        const rh_field *field = &object->as.fields[i];
        if (strncmp(field->key, key, length) == 0 && !field->key[length])
            return field;
    }
    return NULL;
}

/* A list position as a path writes it; past every list if it is none. */
static size_t position(const char *digits, size_t length)
{
    uint64_t index = 0;
    for (size_t i = 0; i < length; i++) {
        if (digits[i] < '0' || digits[i] > '9' || index > UINT32_MAX)
            return SIZE_MAX;
        index = index * 10 + (uint64_t)(digits[i] - '0');
    }
    return length ? (size_t)index : SIZE_MAX;
}

const rh_value *rh_value_at_path(const rh_value *value, const char *path)
{
    if (!path[0])
        return value;
    for (;;) {
        size_t length = strcspn(path, ".");
        const rh_field *field = field_at(value, path, length);
        if (field)
            value = field->value;
        else if (rh_kind_of(value) == RH_LIST)
            value = rh_at(value, position(path, length));
        else
            return NULL;
        if (!path[length])
            return value;
        path += length + 1;
    }
}

/* ---- comparing ------------------------------------------------------------------------------ */

static bool same(const rh_value *left, const rh_value *right, bool matching, unsigned levels);

static bool is_kept(const rh_value *value)
{
    return value && (value->flags & RH_KEPT);
}

/* True if the hashes tell already that the two differ. */
static bool differ_by_hash(const rh_value *left, const rh_value *right, bool matching,
                           unsigned levels)
{
    return is_kept(left) && is_kept(right) && left->hash != right->hash && left->depth <= levels &&
           right->depth <= levels && !(matching && (left->flags & RH_MATCHING));
}

static bool same_number(const rh_value *left, const rh_value *right)
{
    rh_value a = left->kind == RH_NUMBER ? rh_number_value(left->as.number) : *left;
    rh_value b = right->kind == RH_NUMBER ? rh_number_value(right->as.number) : *right;
    if (a.kind != b.kind)
        return false;
    if (a.kind == RH_INTEGER)
        return a.as.integer == b.as.integer;
    return a.as.number == b.as.number || (a.as.number != a.as.number && b.as.number != b.as.number);
}

static bool same_text(const rh_value *left, const rh_value *right)
{
    return left->count == right->count &&
           (!left->count || memcmp(left->as.text, right->as.text, left->count) == 0);
}

static bool same_items(const rh_value *left, const rh_value *right, bool matching, unsigned levels)
{
    if (left->count != right->count)
        return false;
    for (size_t i = 0; i < left->count; i++)
        if (!same(left->as.items[i], right->as.items[i], matching, levels - 1))
            return false;
    return true;
}

/* Kept objects have each key once; for literals the first of a key counts. */
static bool counts(const rh_value *object, size_t index)
{
    const rh_field *field = &object->as.fields[index];
    return is_kept(object) || rh_value_field(object, field->key) == field;
}

static size_t distinct_fields(const rh_value *object)
{
    if (is_kept(object))
        return object->count;
    size_t distinct = 0;
    for (size_t i = 0; i < object->count; i++)
        distinct += counts(object, i);
    return distinct;
}

/* All fields of `left` are in `right` and the same. */
static bool has_fields(const rh_value *left, const rh_value *right, bool matching, unsigned levels)
{
    for (size_t i = 0; i < left->count; i++) {
        const rh_field *field = &left->as.fields[i];
        if (!counts(left, i))
            continue;
        /* Mostly the order is the same. */
        const rh_field *other = is_kept(right) && i < right->count ? &right->as.fields[i] : NULL;
        if (!other || strcmp(other->key, field->key) != 0)
            other = rh_value_field(right, field->key);
        if (!other || !same(field->value, other->value, matching, levels - 1))
            return false;
    }
    return true;
}

static bool accepted(const rh_matcher *matcher, const rh_value *value, unsigned levels)
{
    if (!matcher)
        return true;
    if (matcher->accepts)
        return matcher->accepts(value, matcher->data);
    const rh_value *subset = matcher->subset;
    if (!subset || !levels)
        return !subset;
    if (rh_kind_of(subset) != RH_OBJECT)
        return same(subset, value, true, levels - 1);
    return rh_kind_of(value) == RH_OBJECT && has_fields(subset, value, true, levels);
}

static rh_kind kind_at(const rh_value *value, unsigned levels)
{
    rh_kind kind = rh_kind_of(value);
    return !levels && (kind == RH_LIST || kind == RH_OBJECT) ? RH_UNKNOWN : kind;
}

static bool same(const rh_value *left, const rh_value *right, bool matching, unsigned levels)
{
    rh_kind kind = kind_at(left, levels), other = kind_at(right, levels);
    if (matching && kind == RH_MATCHER)
        return accepted(left->as.matcher, right, levels);
    if (differ_by_hash(left, right, matching, levels))
        return false;
    if (kind != other)
        return (kind == RH_INTEGER || kind == RH_NUMBER) &&
               (other == RH_INTEGER || other == RH_NUMBER) && same_number(left, right);
    if (left == right && (!matching || (is_kept(left) && !(left->flags & RH_MATCHING))))
        return true;
    switch (kind) {
    case RH_BOOLEAN:
        return left->as.boolean == right->as.boolean;
    case RH_INTEGER:
    case RH_NUMBER:
        return same_number(left, right);
    case RH_STRING:
    case RH_BYTES:
        return same_text(left, right);
    case RH_LIST:
        return same_items(left, right, matching, levels);
    case RH_OBJECT:
        return distinct_fields(left) == distinct_fields(right) &&
               has_fields(left, right, matching, levels);
    case RH_MATCHER:
        return left->as.matcher == right->as.matcher;
    default:
        return true;
    }
}

bool rh_equal(const rh_value *left, const rh_value *right)
{
    return same(left, right, false, RH_DEPTH_LIMIT);
}

bool rh_match(const rh_value *pattern, const rh_value *value)
{
    return same(pattern, value, true, RH_DEPTH_LIMIT);
}
