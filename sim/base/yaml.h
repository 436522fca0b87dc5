/* YAML 1.2 text as a tree in which every node knows where it stands.
 *
 * Read by libyaml's event parser, so that what it refuses is refused here. Plain scalars are typed
 * by the core schema of YAML 1.2 (`yes` and `on` are strings), quoted ones are strings. A text is
 * one document. Tags are those of the core schema. An alias is the node of its anchor, with the
 * place of the anchor; merge keys (`<<`) are keys like others.
 *
 * Nodes are immutable and live as long as the arena. Nothing here knows what a file means.
 */
#ifndef RH_BASE_YAML_H
#define RH_BASE_YAML_H

#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/base/value.h"

typedef enum rh_yaml_kind { RH_YAML_SCALAR, RH_YAML_SEQUENCE, RH_YAML_MAPPING } rh_yaml_kind;

typedef enum rh_yaml_style {
    RH_YAML_PLAIN,
    RH_YAML_SINGLE_QUOTED,
    RH_YAML_DOUBLE_QUOTED,
    RH_YAML_LITERAL, /* | */
    RH_YAML_FOLDED,  /* > */
    RH_YAML_BLOCK,   /* collections: by indentation, */
    RH_YAML_FLOW     /* or in brackets */
} rh_yaml_style;

typedef struct rh_yaml rh_yaml;

typedef struct rh_yaml_pair {
    const rh_yaml *key; /* a scalar */
    const rh_yaml *value;
} rh_yaml_pair;

struct rh_yaml {
    uint8_t kind;          /* rh_yaml_kind */
    uint8_t style;         /* rh_yaml_style */
    uint8_t type;          /* rh_kind of a scalar: null, boolean, integer, number, string */
    uint8_t depth;         /* levels of collections in it */
    uint32_t line, column; /* from 1; columns in bytes */
    uint32_t count;        /* items, pairs, bytes of a scalar */
    uint32_t size;         /* nodes in it and itself, aliases counted as often as they are used */
    size_t begin, end;     /* bytes of the text; of an alias those of its anchor */
    const char *text;      /* scalars: NUL-terminated, may hold NUL */
    union {
        const rh_yaml *const *items;
        const rh_yaml_pair *pairs;
        bool boolean;
        int64_t integer;
        double number;
    } as;
};

/* What was wrong with a text. */
typedef struct rh_yaml_trouble {
    enum {
        RH_YAML_SYNTAX,  /* it is no YAML */
        RH_YAML_ANCHOR,  /* an alias of an anchor that is not there */
        RH_YAML_CONTENT, /* something that is not taken here: a tag, a list as a key, too deep */
        RH_YAML_FINAL    /* it is too large, has too many nodes, or is two documents */
    } kind;
    uint32_t line; /* where what is broken begins */
} rh_yaml_trouble;

typedef struct rh_yaml_options {
    bool fold_keys;     /* keys that differ only in the case of ASCII letters are duplicates */
    uint32_t max_nodes; /* default 50,000, aliases counted as often as they are used */
    uint32_t max_depth; /* default 50, at most 250 */
    size_t max_bytes;   /* default 4 MiB */
    /* Told of a key that stands in its mapping already; that pair is left out and reading goes on.
     * NULL: it is an error. */
    void (*on_duplicate)(void *data, const rh_yaml *key, const rh_yaml *first);
    void *data;
    rh_yaml_trouble *trouble; /* filled in with an error; may be NULL */
} rh_yaml_options;

/* Reads a text; `options` may be NULL. `file` is for errors. A text without content is a null
 * scalar. NULL with an error (file, line, column, what is wrong and what to do). */
const rh_yaml *rh_yaml_read(rh_arena *arena, const char *text, size_t length, const char *file,
                            const rh_yaml_options *options, rh_error *error);

/* The value of a key's first pair; NULL if there is none or this is no mapping. */
const rh_yaml *rh_yaml_get(const rh_yaml *node, const char *key);
/* Whether it is a plain scalar with exactly this text. */
bool rh_yaml_is_plain(const rh_yaml *node, const char *text);
/* "a mapping", "an empty list", "text", "a number", "true or false", "nothing" */
const char *rh_yaml_describe(const rh_yaml *node);
/* The node as a value: mappings become objects (keys by their text), sequences lists. */
const rh_value *rh_yaml_value(rh_arena *arena, const rh_yaml *node);

/* ---- parts of the reader --------------------------------------------------------------------- */

/* Types a plain scalar by the core schema. */
void rh_yaml_resolve(rh_arena *arena, rh_yaml *scalar);
/* What libyaml says, in words that help; `at` is the rest of the text from where it says so. */
const char *rh_yaml_explain(const char *problem, const char *at);

#endif
