/* Inside the action catalog: what an entry is once it has been read (catalog_read.c), and how a
 * command line is taken apart (catalog_words.c). Everything lives in the catalog's arena and does
 * not change after reading.
 */
#ifndef RH_ACTIONS_CATALOG_PARTS_H
#define RH_ACTIONS_CATALOG_PARTS_H

#include "sim/actions/catalog.h"

typedef struct rh_known_effect {
    const char *kind;
    const rh_expression *key;       /* NULL: "" */
    const rh_expression *keys;      /* one effect a line or item; NULL: `key` */
    const rh_expression *condition; /* NULL: always */
    bool is_repeatable;             /* doing it again changes nothing */
} rh_known_effect;

typedef struct rh_known_output {
    const char *name;
    const rh_expression *value;     /* NULL: unknown */
    const rh_expression *condition; /* NULL: always; where it does not hold, it is unknown */
    uint8_t flags;                  /* added: RH_SECRET */
} rh_known_output;

/* What actions and commands have in common. */
typedef struct rh_known_doing {
    rh_duration takes;
    const rh_expression *takes_text; /* not NULL: a duration, or seconds */
    const rh_known_effect *effects;
    size_t effect_count;
} rh_known_doing;

typedef struct rh_known_action {
    rh_catalog_action shown; /* first */
    rh_known_doing doing;
    const rh_field *inputs; /* defaults */
    size_t input_count;
    const rh_known_output *outputs;
    size_t output_count;
    bool has_other_outputs;       /* named by its inputs: "*" */
    struct rh_known_action *next; /* of the same slot */
    uint64_t hash;
    const char *text; /* that it was read from */
} rh_known_action;

/* An option of a command. */
typedef struct rh_known_option {
    const char *name; /* the last of its spellings, without dashes */
    bool has_value;
} rh_known_option;

typedef struct rh_known_command rh_known_command;

/* A spelling of an option, with its dashes, by which it is found. */
typedef struct rh_known_spelling {
    const rh_known_command *command; /* whose option it is */
    const char *text;
    uint64_t hash;
    const rh_known_option *option;
    struct rh_known_spelling *next; /* of the same slot */
} rh_known_spelling;

/* A word of a command's name and what comes before it: a node of a tree. */
typedef struct rh_known_node {
    struct rh_known_node *parent; /* NULL: the word is the program's name */
    const char *word;
    uint64_t hash;
    uint32_t depth;                  /* words from the program's name, from 1 */
    bool has_below;                  /* longer names begin so */
    const rh_known_command *command; /* NULL: only longer names are known */
    struct rh_known_node *next;      /* of the same slot */
} rh_known_node;

struct rh_known_command {
    rh_catalog_command shown; /* first */
    rh_known_doing doing;
    const rh_actions_catalog *catalog;
    const rh_known_node *node;
    const rh_known_command *older; /* the entry that this one replaces; its options stay known */
    bool has_long_options_with_one_dash;
    bool wraps;                    /* runs the command that its operands are */
    int32_t wrapped_operands;      /* operands of its own before that */
    const rh_known_output *output; /* NULL: it prints nothing */
    const char *origin;            /* of what it prints, if that is unknown: "$(git log)" */
    const char *text;              /* that it was read from */
};

enum { RH_KNOWN_SLOTS = 512 }; /* a power of two */

struct rh_actions_catalog {
    rh_arena *arena;
    rh_known_action *actions[RH_KNOWN_SLOTS];
    rh_known_node *nodes[RH_KNOWN_SLOTS];
    rh_known_spelling *spellings[RH_KNOWN_SLOTS];
};

/* Names of actions are the same in any case; 0 if it is too long to be one. */
uint64_t rh_known_action_hash(const char *name);
rh_known_action *rh_known_action_get(const rh_actions_catalog *catalog, const char *name);
/* The node below `parent` (NULL: the root) with that word; NULL if there is none. */
rh_known_node *rh_known_node_get(const rh_actions_catalog *catalog, const rh_known_node *parent,
                                 const char *word);
uint64_t rh_known_node_hash(const rh_known_node *parent, const char *word);

/* What rh_known_option_get takes; length bytes of `spelling`. */
uint64_t rh_known_spelling_hash(const char *spelling, size_t length);
/* The option of the command itself that is spelled so; NULL if there is none. */
const rh_known_option *rh_known_option_get(const rh_known_command *command, uint64_t hash,
                                           const char *spelling, size_t length);
/* Has an option found by a spelling, unless an earlier one of the command is. */
void rh_known_option_put(rh_actions_catalog *catalog, const rh_known_command *command,
                         const char *spelling, const rh_known_option *option);

/* Reads one text into the catalog. 0, or -1 with an error. */
int rh_known_read(rh_actions_catalog *catalog, const char *text, size_t length, const char *file,
                  rh_error *error);

/* Where the command proper begins, behind sudo, env, timeout and the like, and what it is. */
typedef struct rh_known_match {
    const rh_known_command *command;
    size_t begin; /* the word that is the program's name */
} rh_known_match;
rh_known_match rh_known_match_words(const rh_actions_catalog *catalog, const rh_value *const *words,
                                    size_t count);
/* What templates see as `inputs`: {"operands": [...], "options": {...}, "line": "..."}, without
 * hashes. The words from the program's name on. */
const rh_value *rh_known_take_apart(rh_arena *arena, const rh_known_command *command,
                                    const rh_value *const *words, size_t count);

#endif
