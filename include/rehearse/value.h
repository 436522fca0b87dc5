/* Values: what workflows, activities and tests pass to each other.
 *
 * A value is immutable. It has the kinds of JSON, plus bytes and `unknown` (a value that a
 * rehearsal cannot know). Two flags travel with it: secret, and tainted (it came from something
 * that failed).
 *
 * Ownership: nobody frees a value. The constructors below are literals: like a C compound literal
 * they live as long as the block they stand in, and cost nothing. Every function of this library
 * copies what it keeps. To return a value from a function, or to keep it longer than its block,
 * copy it: rh_copy (in a workflow) or rh_env_copy (in a test).
 */
#ifndef REHEARSE_VALUE_H
#define REHEARSE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rehearse/export.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rh_kind {
    RH_NULL,
    RH_BOOLEAN,
    RH_INTEGER, /* a number that is a whole int64 */
    RH_NUMBER,  /* any other number */
    RH_STRING,  /* UTF-8, may hold NUL */
    RH_BYTES,
    RH_LIST,
    RH_OBJECT,
    RH_UNKNOWN,
    RH_MATCHER /* only in the arguments of a mock: matches, has no text */
} rh_kind;

enum {
    RH_SECRET = 1,  /* must not reach logs, histories or failure texts */
    RH_TAINTED = 2, /* came from a command or activity that failed */
    RH_KEPT = 4 /* owned by an arena, hash computed; only the library sets it, and higher ones */
};

typedef struct rh_value rh_value;
typedef struct rh_field rh_field;
typedef struct rh_matcher rh_matcher;

/* The fields are public so that literals can be made without a call; read them through the
 * functions below. */
struct rh_value {
    uint8_t kind; /* rh_kind */
    uint8_t flags;
    unsigned depth : 10; /* levels of lists and objects in it; set with RH_KEPT */
    unsigned weight : 6; /* its JSON text has at most 2^weight bytes; 0: not known */
    uint32_t count;      /* bytes of a string, items of a list, fields of an object */
    uint64_t hash;       /* 0 until computed */
    union {
        int64_t integer;
        double number;
        bool boolean;
        const char *text;
        const rh_value *const *items;
        const rh_field *fields;
        const rh_matcher *matcher;
    } as;
};

struct rh_field {
    const char *key; /* NUL-terminated */
    const rh_value *value;
};

/* ---- literals (C only) --------------------------------------------------------------------- */

#ifndef __cplusplus
#define RH_LITERAL_(...) ((const rh_value *)(const rh_value[1]){__VA_ARGS__})
#define RH_COUNT_(type, ...) ((uint32_t)(sizeof((type[]){__VA_ARGS__}) / sizeof(type)))

#define rh_null() RH_LITERAL_({.kind = RH_NULL})
#define rh_boolean(b) RH_LITERAL_({.kind = RH_BOOLEAN, .as = {.boolean = (b)}})
#define rh_integer(i) RH_LITERAL_({.kind = RH_INTEGER, .as = {.integer = (i)}})
#define rh_number(d) RH_LITERAL_(rh_number_value(d))
#define rh_string(s) RH_LITERAL_(rh_string_value(s))
#define rh_unknown() RH_LITERAL_({.kind = RH_UNKNOWN})

/* RH_LIST_OF(rh_integer(1), rh_string("two")) */
#define RH_LIST_OF(...)                                                                            \
    RH_LITERAL_({.kind = RH_LIST,                                                                  \
                 .count = RH_COUNT_(const rh_value *, __VA_ARGS__),                                \
                 .as = {.items = (const rh_value *const[]){__VA_ARGS__}}})

/* RH_OBJECT_OF({"Version", rh_string("1.2.0")}, {"Draft", rh_boolean(false)}) */
#define RH_OBJECT_OF(...)                                                                          \
    RH_LITERAL_({.kind = RH_OBJECT,                                                                \
                 .count = RH_COUNT_(const rh_field, __VA_ARGS__),                                  \
                 .as = {.fields = (const rh_field[]){__VA_ARGS__}}})

/* A list of `n` values that stand in an array, which must live as long as the list is used. */
#define RH_LIST_FROM(array, n)                                                                     \
    RH_LITERAL_({.kind = RH_LIST, .count = (uint32_t)(n), .as = {.items = (array)}})

/* The arguments of an activity: a list. RH_NO_ARGS where there are none. */
#define RH_ARGS(...) RH_LIST_OF(__VA_ARGS__)
#define RH_NO_ARGS ((const rh_value *)NULL)
#endif

static inline rh_value rh_string_value(const char *text)
{
    rh_value value;
    memset(&value, 0, sizeof value);
    value.kind = text ? RH_STRING : RH_NULL;
    value.count = text ? (uint32_t)strlen(text) : 0;
    value.as.text = text;
    return value;
}

/* A number; whole ones that fit become RH_INTEGER, so that 1 and 1.0 are one value. */
RH_API rh_value rh_number_value(double number);

/* ---- matchers: in the arguments of a mock --------------------------------------------------- */

/* How a matcher decides; `data` is the caller's. It must depend on nothing but its arguments. */
typedef bool rh_predicate(const rh_value *value, const void *data);

struct rh_matcher {
    rh_predicate *accepts; /* NULL: anything matches, or `subset` decides */
    const void *data;
    const rh_value *subset;  /* an object: the fields that must be there and match */
    const char *description; /* for messages: "a semantic version" */
};

#ifndef __cplusplus
/* Matches any value. */
#define RH_ANY RH_LITERAL_({.kind = RH_MATCHER, .as = {.matcher = &rh_match_any}})
/* Matches an object that has at least these fields (each compared by these same rules). */
#define RH_SUBSET(...)                                                                             \
    RH_LITERAL_({.kind = RH_MATCHER,                                                               \
                 .as = {.matcher = (const rh_matcher[1]){{.subset = RH_OBJECT_OF(__VA_ARGS__),     \
                                                          .description = "an object with"}}}})
/* Matches what the C function accepts; `what` describes it in messages. */
#define RH_WHERE(function, argument, what)                                                         \
    RH_LITERAL_({.kind = RH_MATCHER,                                                               \
                 .as = {.matcher = (const rh_matcher[1]){                                          \
                            {.accepts = (function), .data = (argument), .description = (what)}}}})
#endif
RH_API extern const rh_matcher rh_match_any;

/* ---- reading -------------------------------------------------------------------------------- */

/* All of these accept NULL, which reads as null. None of them can fail: a value of another kind
 * reads as the empty answer named with each. */

RH_API inline rh_kind rh_kind_of(const rh_value *value)
{
    return value ? (rh_kind)value->kind : RH_NULL;
}
/* "null", "boolean", "integer", "number", "string", "bytes", "list", "object", "unknown",
 * "matcher" */
RH_API const char *rh_kind_name(rh_kind kind);
/* The NUL-terminated text of a string, borrowed; "" for any other kind. */
RH_API const char *rh_text_of(const rh_value *value);
/* An integer, or a number truncated towards zero and saturated; 0 otherwise. */
RH_API int64_t rh_integer_of(const rh_value *value);
/* An integer or number; 0.0 otherwise. */
RH_API double rh_number_of(const rh_value *value);
/* True only for the boolean true. */
RH_API bool rh_is_true(const rh_value *value);
/* Items of a list or fields of an object; 0 otherwise. */
RH_API inline size_t rh_count_of(const rh_value *value)
{
    rh_kind kind = rh_kind_of(value);
    return kind == RH_LIST || kind == RH_OBJECT ? value->count : 0;
}
/* The i-th item of a list, or the value of the i-th field; NULL beyond the end. Borrowed. */
RH_API inline const rh_value *rh_at(const rh_value *value, size_t index)
{
    if (index >= rh_count_of(value))
        return NULL;
    return value->kind == RH_LIST ? value->as.items[index] : value->as.fields[index].value;
}
/* The field of an object (first of that key); NULL if absent or not an object. Borrowed. */
RH_API const rh_value *rh_get(const rh_value *value, const char *key);
/* Same kind and content; objects compare without regard to the order of fields, 1 equals 1.0,
 * unknown equals only unknown. Flags do not count. */
RH_API bool rh_equal(const rh_value *left, const rh_value *right);
/* As rh_equal, but a matcher anywhere in `pattern` decides for itself. */
RH_API bool rh_match(const rh_value *pattern, const rh_value *value);

#ifdef __cplusplus
}
#endif
#endif
