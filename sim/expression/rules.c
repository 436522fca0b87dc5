#include "sim/expression/rules.h"

#include <assert.h>

#include "sim/expression/letters.h"
#include "sim/expression/node.h"

/* ---- unknown values and flags ---------------------------------------------------------------- */

const rh_value *rh_value_flagged(rh_arena *arena, const rh_value *value, uint8_t flags)
{
    if (!value)
        value = rh_value_null();
    flags &= RH_CARRIED_FLAGS;
    if ((value->flags & flags) == flags)
        return value;
    rh_value *flagged = rh_arena_alloc(arena, sizeof *flagged);
    *flagged = *value;
    flagged->flags |= flags;
    return flagged;
}

uint8_t rh_expression_flags(const rh_value *value)
{
    uint8_t flags = value ? value->flags & RH_CARRIED_FLAGS : 0;
    for (size_t i = 0; i < rh_count_of(value); i++)
        flags |= rh_expression_flags(rh_at(value, i));
    return flags;
}

const rh_value *rh_expression_find_unknown(const rh_value *value)
{
    if (rh_kind_of(value) == RH_UNKNOWN)
        return value;
    for (size_t i = 0; i < rh_count_of(value); i++) {
        const rh_value *unknown = rh_expression_find_unknown(rh_at(value, i));
        if (unknown)
            return unknown;
    }
    return NULL;
}

const rh_value *rh_expression_list(rh_arena *arena, const rh_value *const *items, size_t count,
                                   uint8_t flags)
{
    rh_value *list = RH_NEW(arena, rh_value);
    bool kept = true;
    list->kind = RH_LIST;
    list->count = (uint32_t)count;
    list->depth = 1;
    list->as.items = items;
    for (size_t i = 0; i < count; i++) {
        kept = kept && items[i]->flags & RH_KEPT;
        rh_value_adopt(list, items[i]);
    }
    list->hash = rh_value_hash(list);
    list->flags |= (uint8_t)(flags | (kept ? RH_KEPT : 0));
    return list;
}

/* ---- truth and text -------------------------------------------------------------------------- */

rh_truth rh_value_truth(const rh_value *value)
{
    switch (rh_kind_of(value)) {
    case RH_NULL:
        return RH_FALSY;
    case RH_BOOLEAN:
        return value->as.boolean ? RH_TRUTHY : RH_FALSY;
    case RH_INTEGER:
        return value->as.integer ? RH_TRUTHY : RH_FALSY;
    case RH_NUMBER:
        return value->as.number < 0 || value->as.number > 0 ? RH_TRUTHY : RH_FALSY;
    case RH_STRING:
        return value->count ? RH_TRUTHY : RH_FALSY;
    case RH_UNKNOWN:
        return RH_TRUTH_UNKNOWN;
    default:
        return RH_TRUTHY;
    }
}

bool rh_expression_is_primitive(const rh_value *value)
{
    return rh_kind_of(value) <= RH_STRING;
}

double rh_expression_to_number(const rh_value *value)
{
    switch (rh_kind_of(value)) {
    case RH_NULL:
        return 0;
    case RH_BOOLEAN:
        return value->as.boolean ? 1 : 0;
    case RH_INTEGER:
    case RH_NUMBER:
        return rh_number_of(value);
    case RH_STRING:
        return rh_number_parse(value->as.text, value->count);
    default:
        return rh_number_nan();
    }
}

static void view_text(rh_view *view, const char *text)
{
    view->text = text;
    view->length = strlen(text);
}

void rh_expression_view(const rh_value *value, rh_view *view)
{
    switch (rh_kind_of(value)) {
    case RH_STRING:
        view->text = value->as.text;
        view->length = value->count;
        return;
    case RH_BOOLEAN:
        view_text(view, value->as.boolean ? "true" : "false");
        return;
    case RH_INTEGER:
    case RH_NUMBER:
        view->text = view->room;
        view->length = rh_number_write(rh_number_of(value), view->room);
        return;
    case RH_LIST:
        view_text(view, "Array");
        return;
    case RH_NULL:
    case RH_UNKNOWN:
        view_text(view, "");
        return;
    default:
        view_text(view, "Object");
    }
}

const rh_value *rh_value_as_string(rh_arena *arena, const rh_value *value)
{
    rh_view view;
    if (rh_kind_of(value) == RH_STRING || rh_kind_of(value) == RH_UNKNOWN)
        return value;
    rh_expression_view(value, &view);
    const rh_value *text = rh_value_string(arena, view.text, view.length);
    return value ? rh_value_flagged(arena, text, value->flags) : text;
}

/* ---- comparison ------------------------------------------------------------------------------ */

static bool is_number(rh_kind kind)
{
    return kind == RH_INTEGER || kind == RH_NUMBER;
}

static rh_order order_numbers(double left, double right)
{
    return left < right    ? RH_ORDER_LESS
           : left > right  ? RH_ORDER_GREATER
           : left == right ? RH_ORDER_EQUAL
                           : RH_ORDER_NONE;
}

static rh_order order_of(int difference)
{
    return difference < 0 ? RH_ORDER_LESS : difference > 0 ? RH_ORDER_GREATER : RH_ORDER_EQUAL;
}

/* The same object: a copy with other flags still has the parts of the first. */
static bool is_same(const rh_value *left, const rh_value *right)
{
    if (left == right)
        return true;
    if (left->kind != right->kind || left->count != right->count || !left->count)
        return false;
    return left->kind == RH_OBJECT ? left->as.fields == right->as.fields
                                   : left->kind == RH_LIST && left->as.items == right->as.items;
}

rh_order rh_expression_order(const rh_value *left, const rh_value *right)
{
    rh_kind l = rh_kind_of(left), r = rh_kind_of(right);
    if (l == RH_UNKNOWN || r == RH_UNKNOWN)
        return RH_ORDER_UNKNOWN;
    if (l == RH_STRING && r == RH_STRING) {
        if (left->count == right->count && memcmp(left->as.text, right->as.text, left->count) == 0)
            return RH_ORDER_EQUAL;
        return order_of(
            rh_compare_ignoring_case(left->as.text, left->count, right->as.text, right->count));
    }
    if (l == RH_NULL && r == RH_NULL)
        return RH_ORDER_EQUAL;
    if (is_number(l) && is_number(r))
        return order_numbers(rh_number_of(left), rh_number_of(right));
    if (l <= RH_STRING && r <= RH_STRING)
        return order_numbers(rh_expression_to_number(left), rh_expression_to_number(right));
    if (l <= RH_STRING || r <= RH_STRING)
        return RH_ORDER_NONE;
    return is_same(left, right) ? RH_ORDER_EQUAL : RH_ORDER_NONE;
}

rh_truth rh_value_loosely_equal(const rh_value *left, const rh_value *right)
{
    rh_order order = rh_expression_order(left, right);
    if (order == RH_ORDER_UNKNOWN)
        return RH_TRUTH_UNKNOWN;
    return order == RH_ORDER_EQUAL ? RH_TRUTHY : RH_FALSY;
}

/* ---- properties ------------------------------------------------------------------------------ */

/* Keys are compared in most cases without calling anything. */
static bool is_key(const char *key, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char a = key[i], b = name[i];
        if ((a | b) & 0x80)
            return rh_letters_equal(key + i, strlen(key + i), name + i, length - i);
        if (a != b && (!a || rh_letters_upper_ascii(a) != rh_letters_upper_ascii(b)))
            return false;
    }
    return !key[length];
}

/* Most keys are told apart by their first character. */
static bool may_begin(const char *key, char first)
{
    bool is_other_in_any_case = (key[0] ^ first) & ~0x20;
    return !is_other_in_any_case || ((key[0] | first) & 0x80);
}

const rh_value *rh_value_property(const rh_value *object, const char *name, size_t length)
{
    if (rh_kind_of(object) != RH_OBJECT || memchr(name, '\0', length))
        return NULL;
    const rh_field *fields = object->as.fields;
    bool is_exact = object->flags & RH_EXACT_KEYS;
    char first = length ? name[0] : '\0';
    for (size_t i = 0; i < object->count; i++) {
        const char *key = fields[i].key;
        if (!may_begin(key, first))
            continue;
        if (is_exact ? !strncmp(key, name, length) && !key[length] : is_key(key, name, length))
            return fields[i].value;
    }
    return NULL;
}
