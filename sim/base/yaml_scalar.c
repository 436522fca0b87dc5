/* The core schema of YAML 1.2, chapter 10.3: what a plain scalar is. */
#include <math.h>

#include "sim/base/decimal.h"
#include "sim/base/yaml.h"

static bool is_one_of(const rh_yaml *scalar, const char *const *words)
{
    for (; *words; words++)
        if (scalar->count == strlen(*words) && !memcmp(scalar->text, *words, scalar->count))
            return true;
    return false;
}

#define ONE_OF(scalar, ...) is_one_of((scalar), (const char *const[]){__VA_ARGS__, NULL})

static size_t digits(const char *text)
{
    size_t count = 0;
    while (text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

/* Digits of a base that is a power of two. False if one is none of it, or it is too large. */
static bool read_bits(const char *text, size_t length, unsigned bits, int64_t *integer)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                : 16;
        if (digit >= 1u << bits || number > (uint64_t)INT64_MAX >> bits)
            return false;
        number = number << bits | digit;
    }
    *integer = (int64_t)number;
    return length > 0;
}

static void set_number(rh_yaml *scalar, double number)
{
    scalar->type = RH_NUMBER;
    scalar->as.number = number;
}

/* The form [-+]? ( . digits | digits ( . digits? )? ) ( e [-+]? digits )?, rewritten as JSON has
 * it. NULL if the text has another form. */
static const char *as_json(rh_arena *arena, const char *text)
{
    rh_text json = rh_text_in(arena);
    if (*text == '-')
        rh_text_putc(&json, '-');
    text += *text == '-' || *text == '+';
    size_t whole = digits(text);
    size_t zeros = strspn(text, "0");
    if (zeros >= whole)
        rh_text_putc(&json, '0');
    else
        rh_text_add(&json, text + zeros, whole - zeros);
    text += whole;
    if (*text == '.') {
        size_t fraction = digits(text + 1);
        if (!whole && !fraction)
            return NULL;
        if (fraction)
            rh_text_add(&json, text, fraction + 1);
        text += fraction + 1;
    } else if (!whole) {
        return NULL;
    }
    if (*text == 'e' || *text == 'E') {
        size_t sign = text[1] == '-' || text[1] == '+';
        size_t exponent = digits(text + 1 + sign);
        if (!exponent)
            return NULL;
        rh_text_add(&json, text, 1 + sign + exponent);
        text += 1 + sign + exponent;
    }
    return *text ? NULL : rh_text_string(&json);
}

static void resolve_number(rh_arena *arena, rh_yaml *scalar)
{
    int64_t integer;
    double number;
    const char *text = scalar->text;
    if (ONE_OF(scalar, ".nan", ".NaN", ".NAN")) {
        set_number(scalar, (double)NAN);
    } else if (ONE_OF(scalar, ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")) {
        set_number(scalar, (double)INFINITY);
    } else if (ONE_OF(scalar, "-.inf", "-.Inf", "-.INF")) {
        set_number(scalar, (double)-INFINITY);
    } else if (text[0] == '0' && (text[1] == 'o' || text[1] == 'x')) {
        if (read_bits(text + 2, scalar->count - 2, text[1] == 'o' ? 3 : 4, &integer)) {
            scalar->type = RH_INTEGER;
            scalar->as.integer = integer;
        }
    } else if (strlen(text) == scalar->count && scalar->count < RH_DECIMAL_LIMIT) {
        const char *json = as_json(arena, text);
        if (!json)
            return;
        if (!strpbrk(json, ".eE") && rh_decimal_whole(json, strlen(json), &integer)) {
            scalar->type = RH_INTEGER;
            scalar->as.integer = integer;
        } else if (rh_decimal_read(json, strlen(json), &number)) {
            set_number(scalar, number);
        }
    }
}

void rh_yaml_resolve(rh_arena *arena, rh_yaml *scalar)
{
    scalar->type = RH_STRING;
    if (scalar->count == 0 || ONE_OF(scalar, "null", "Null", "NULL", "~")) {
        scalar->type = RH_NULL;
    } else if (ONE_OF(scalar, "true", "True", "TRUE")) {
        scalar->type = RH_BOOLEAN;
        scalar->as.boolean = true;
    } else if (ONE_OF(scalar, "false", "False", "FALSE")) {
        scalar->type = RH_BOOLEAN;
        scalar->as.boolean = false;
    } else if (strchr("+-.0123456789", scalar->text[0])) {
        resolve_number(arena, scalar);
    }
}

/* ---- reading nodes --------------------------------------------------------------------------- */

const rh_yaml *rh_yaml_get(const rh_yaml *node, const char *key)
{
    if (!node || node->kind != RH_YAML_MAPPING)
        return NULL;
    for (uint32_t i = 0; i < node->count; i++)
        if (!strcmp(node->as.pairs[i].key->text, key))
            return node->as.pairs[i].value;
    return NULL;
}

bool rh_yaml_is_plain(const rh_yaml *node, const char *text)
{
    return node->kind == RH_YAML_SCALAR && node->style == RH_YAML_PLAIN &&
           !strcmp(node->text, text);
}

const char *rh_yaml_describe(const rh_yaml *node)
{
    if (node->kind == RH_YAML_MAPPING)
        return node->count ? "a mapping" : "an empty mapping";
    if (node->kind == RH_YAML_SEQUENCE)
        return node->count ? "a list" : "an empty list";
    switch ((rh_kind)node->type) {
    case RH_NULL:
        return "nothing";
    case RH_BOOLEAN:
        return "true or false";
    case RH_INTEGER:
    case RH_NUMBER:
        return "a number";
    default:
        return "text";
    }
}

static const rh_value *scalar_value(rh_arena *arena, const rh_yaml *node)
{
    switch ((rh_kind)node->type) {
    case RH_NULL:
        return rh_value_null();
    case RH_BOOLEAN:
        return rh_value_boolean(arena, node->as.boolean);
    case RH_INTEGER:
        return rh_value_integer(arena, node->as.integer);
    case RH_NUMBER:
        return rh_value_number(arena, node->as.number);
    default:
        return rh_value_string(arena, node->text, node->count);
    }
}

const rh_value *rh_yaml_value(rh_arena *arena, const rh_yaml *node)
{
    if (node->kind == RH_YAML_SCALAR)
        return scalar_value(arena, node);
    if (node->kind == RH_YAML_SEQUENCE) {
        const rh_value **items = RH_NEW_ARRAY(arena, const rh_value *, node->count);
        for (uint32_t i = 0; i < node->count; i++)
            items[i] = rh_yaml_value(arena, node->as.items[i]);
        return rh_value_list(arena, items, node->count);
    }
    rh_field *fields = RH_NEW_ARRAY(arena, rh_field, node->count);
    for (uint32_t i = 0; i < node->count; i++) {
        fields[i].key = node->as.pairs[i].key->text;
        fields[i].value = rh_yaml_value(arena, node->as.pairs[i].value);
    }
    return rh_value_object(arena, fields, node->count);
}
