/* Strict reading of YAML: every key of a mapping is known, every value is what its key wants, and
 * what is not is refused with its place, the nearest name and what was expected.
 *
 * Readers return false after an error; the first one ends the reading.
 */
#ifndef RH_HARNESS_NODE_H
#define RH_HARNESS_NODE_H

#include "harness/env.h"
#include "sim/base/nearest.h"
#include "sim/base/yaml.h"

typedef struct rh_reader {
    rh_arena *arena;
    const char *file;
    const rh_catalog *catalog; /* of faults; NULL: the library's */
    rh_error *error;
    /* Which keys there are, of those that are there for some files only: rh_key.only */
    uint8_t subject;
    const char *why_not; /* behind "the key 'x' ...": why one of the others is refused */
} rh_reader;

typedef struct rh_key rh_key;
/* Reads the value of a key into the struct `into`. */
typedef bool rh_read(rh_reader *reader, const rh_yaml *node, const rh_key *key, void *into);

/* One key of a mapping. Tables of them end with an all-zero entry. */
struct rh_key {
    const char *name;
    rh_read *read;
    size_t offset; /* of the field it fills, for the readers below */
    bool required;
    uint8_t only; /* 0: always there; else a reader's subject for which it is */
};

/* Writes the error; returns false. */
bool rh_refuse(rh_reader *reader, const rh_yaml *node, const char *format, ...) RH_PRINTF(3, 4);
/* "expected <what>, found a list" */
bool rh_refuse_kind(rh_reader *reader, const rh_yaml *node, const char *what);
/* "unknown <what> 'x'; did you mean 'y'?" or, if nothing is near, the list of all. */
bool rh_refuse_name(rh_reader *reader, const rh_yaml *node, const char *what,
                    const char *const *known);

rh_place rh_place_of(const rh_reader *reader, const rh_yaml *node);

/* A mapping with these keys; `what` names it: "a mock". */
bool rh_read_mapping(rh_reader *reader, const rh_yaml *node, const char *what, const rh_key *keys,
                     void *into);
/* The position of a text in a list of names that ends with NULL. */
bool rh_read_choice(rh_reader *reader, const rh_yaml *node, const char *what,
                    const char *const *known, size_t *which);
/* Text that is not empty; numbers count as their text where it is their own. */
bool rh_read_text(rh_reader *reader, const rh_yaml *node, const char **text);
bool rh_read_duration(rh_reader *reader, const rh_yaml *node, rh_duration *duration);
bool rh_read_count(rh_reader *reader, const rh_yaml *node, int64_t least, int64_t most,
                   int64_t *count);
/* A list of text, or one text alone. */
bool rh_read_texts(rh_reader *reader, const rh_yaml *node, const char *const **texts,
                   size_t *count);

/* For tables of keys: fields const char *, rh_duration, bool, int32_t (from 1) and
 * const rh_value *. A true field has no other value: what is not so is left out. */
rh_read rh_read_text_field, rh_read_duration_field, rh_read_flag_field, rh_read_true_field,
    rh_read_times_field, rh_read_value_field;

#endif
