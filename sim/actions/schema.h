/* What may stand where in a workflow file or an action.yml: the schema, as data.
 *
 * A schema says of one place which kinds of nodes it takes and which contexts expressions may use
 * there. Where forms of a mapping exclude each other (a step runs or uses), each key names the
 * variants that have it; the keys that are written decide which variant is meant.
 * Source: GitHub's workflow-v1.0.json and action-v1.0.json; the union of what the server and the
 * editor support take.
 */
#ifndef RH_ACTIONS_SCHEMA_H
#define RH_ACTIONS_SCHEMA_H

#include <stdint.h>

/* What a place takes: a set of these. Scalars of other types are taken as text. */
enum {
    RH_TAKES_NULL = 1 << 0,
    RH_TAKES_BOOLEAN = 1 << 1,
    RH_TAKES_NUMBER = 1 << 2,
    RH_TAKES_TEXT = 1 << 3,      /* any, also '' */
    RH_TAKES_SOME_TEXT = 1 << 4, /* not '' */
    RH_TAKES_WORDS = 1 << 5,     /* one of `words` */
    RH_TAKES_ANYTHING = 1 << 6,
    RH_IS_CONDITION = 1 << 7,   /* text that is an expression, with or without ${{ }} */
    RH_IS_AS_WRITTEN = 1 << 8,  /* 1.10 is '1.10', not '1.1' */
    RH_IS_PARTS = 1 << 9,       /* the reader takes it apart: its value as a whole is never asked */
    RH_HAS_PLAIN_KEYS = 1 << 10 /* keys are no expressions, though values may be */
};

typedef struct rh_schema rh_schema;

typedef struct rh_schema_key {
    const char *name; /* NULL ends a list */
    const rh_schema *value;
    uint16_t variants; /* that have it; 0: all */
    uint16_t required; /* in these */
} rh_schema_key;

struct rh_schema {
    uint16_t takes;
    uint16_t variants;        /* a bit each; 0: there is only one form (bit 0) */
    uint32_t allowed;         /* RH_USES_ bits; 0: as around it */
    const char *const *words; /* ends with NULL */
    const rh_schema *items;   /* NULL: no sequence */
    const rh_schema_key *keys;
    const rh_schema *others; /* of keys that are not listed; NULL: there are none */
};

enum { RH_JOB_RUNS = 1, RH_JOB_CALLS = 2 };
/* Variants of a step: 1 << rh_actions_step_kind. Variants of `runs:`. */
enum { RH_RUNS_DOCKER = 1, RH_RUNS_NODE = 2, RH_RUNS_COMPOSITE = 4 };

extern const rh_schema rh_schema_workflow;
extern const rh_schema rh_schema_action;
/* Of `on`. */
extern const rh_schema rh_schema_triggers;

#endif
