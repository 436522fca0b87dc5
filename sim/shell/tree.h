/* The tree of a parsed script. Made by the parser (parse.h), walked by the play (play.h); owned by
 * the arena of the parser, never changed afterwards. */
#ifndef RH_SHELL_TREE_H
#define RH_SHELL_TREE_H

#include "sim/shell/names.h"
#include "sim/shell/shell.h"

typedef struct rh_sh_node rh_sh_node;
typedef struct rh_sh_word rh_sh_word;

/* A piece of the text of a script. */
typedef struct rh_sh_slice {
    const char *text;
    uint32_t length;
} rh_sh_slice;

typedef enum rh_sh_operation {
    RH_SH_PLAIN,
    RH_SH_DEFAULT,   /* ${x-word}, ${x:-word} */
    RH_SH_ASSIGN,    /* ${x=word} */
    RH_SH_REQUIRE,   /* ${x?word} */
    RH_SH_ALTERNATE, /* ${x+word} */
    RH_SH_CUT_HEAD,  /* ${x#pattern}; twice: the longest */
    RH_SH_CUT_TAIL,  /* ${x%pattern} */
    RH_SH_REPLACE,   /* ${x/pattern/second}; twice: all */
    RH_SH_SLICE,     /* ${x:word:second} */
    RH_SH_UPPER,     /* ${x^pattern} */
    RH_SH_LOWER,     /* ${x,pattern} */
    RH_SH_TRANSFORM, /* ${x@Q}: the letter is in `anchor` */
    RH_SH_LENGTH,    /* ${#x} */
    RH_SH_KEYS,      /* ${!a[@]} */
    RH_SH_NAMES,     /* ${!prefix*} */
    RH_SH_BAD        /* bad substitution */
} rh_sh_operation;

typedef struct rh_sh_parameter {
    uint32_t name;     /* of a variable, if special is 0 */
    uint32_t position; /* if special is '1' */
    char special;      /* 0, '1' for positions, or one of @ * # ? - $ ! 0 */
    char all;          /* the subscript is @ or * */
    char anchor;       /* ${x/#..} and ${x/%..}; the letter of ${x@Q} */
    uint8_t operation; /* rh_sh_operation */
    bool colon;        /* unset or empty */
    bool twice;        /* ##, %%, //, ^^, ,, */
    bool indirect;     /* ${!x} */
    rh_sh_word *subscript;
    rh_sh_word *word, *second;
} rh_sh_parameter;

typedef enum rh_sh_part_kind {
    RH_SH_LITERAL,
    RH_SH_PARAMETER,
    RH_SH_COMMANDS, /* $( ) and backquotes */
    RH_SH_SUM,      /* $(( )) */
    RH_SH_PROCESS,  /* <( ) and >( ) */
    RH_SH_TILDE
} rh_sh_part_kind;

typedef struct rh_sh_part {
    uint8_t kind; /* rh_sh_part_kind */
    bool quoted;
    bool reads;       /* of a process substitution: <( ) */
    rh_sh_slice text; /* of a literal and behind a tilde; else the source */
    union {
        const rh_sh_parameter *parameter;
        const rh_sh_node *commands; /* NULL: none */
        const rh_sh_word *sum;
    } as;
} rh_sh_part;

typedef struct rh_sh_assignment rh_sh_assignment;

struct rh_sh_word {
    const rh_sh_part *parts;
    uint32_t count;
    bool glob;                          /* an unquoted * ? or [ in a literal */
    const rh_value *literal;            /* not NULL: all that it can be */
    const rh_sh_assignment *assignment; /* of an argument of declare and its kin */
    rh_sh_slice source;
};

/* name=word, name+=word, name[subscript]=word, name=(elements). */
struct rh_sh_assignment {
    uint32_t name;
    bool append;
    bool is_array;
    const rh_sh_word *subscript;
    const rh_sh_word *value; /* NULL: nothing behind the = */
    const rh_sh_assignment *const *elements;
    uint32_t element_count; /* elements have a value, perhaps a subscript; their name is unused */
};

typedef enum rh_sh_redirection_kind {
    RH_SH_FROM,
    RH_SH_TO,
    RH_SH_APPEND,
    RH_SH_BOTH, /* &> and >&word */
    RH_SH_BOTH_APPEND,
    RH_SH_DUPLICATE, /* 2>&1, <&3, >&- */
    RH_SH_HERE       /* << and <<< */
} rh_sh_redirection_kind;

typedef struct rh_sh_redirection {
    uint8_t kind;
    bool here_string; /* a newline follows */
    int fd;
    const rh_sh_word *word; /* target, or content */
    rh_shell_place place;
} rh_sh_redirection;

typedef enum rh_sh_kind {
    RH_SH_SIMPLE,
    RH_SH_PIPE,
    RH_SH_AND_OR,
    RH_SH_LIST,
    RH_SH_IF,
    RH_SH_FOR,
    RH_SH_FOR_SUM, /* for (( ; ; )) */
    RH_SH_WHILE,
    RH_SH_CASE,
    RH_SH_FUNCTION,
    RH_SH_GROUP,
    RH_SH_SUBSHELL,
    RH_SH_TEST,    /* [[ ]] */
    RH_SH_COMPUTE, /* (( )) */
    RH_SH_OPAQUE
} rh_sh_kind;

/* What stands behind a part of a list. */
enum { RH_SH_THEN = 0, RH_SH_ASYNC = 1, RH_SH_AND = 2, RH_SH_OR = 3, RH_SH_PIPE_BOTH = 4 };

typedef struct rh_sh_case {
    const rh_sh_word *const *patterns;
    uint32_t count;
    uint8_t end; /* 0: ;;  1: ;&  2: ;;& */
    const rh_sh_node *body;
} rh_sh_case;

/* [[ ]] as a tree. */
typedef struct rh_sh_condition {
    char operator[4]; /* "!", "&&", "||", "(", "=~", "==", "!=", "<", ">", "-f", "-eq"..., "" */
    const struct rh_sh_condition *left, *right;
    const rh_sh_word *first, *second;
    rh_sh_slice source;
} rh_sh_condition;

struct rh_sh_node {
    uint8_t kind; /* rh_sh_kind */
    bool negated; /* ! before it */
    bool until;
    uint32_t count; /* of items, words, cases */
    uint32_t assignment_count;
    uint32_t redirection_count;
    const rh_sh_redirection *const *redirections;
    rh_sh_slice source;
    rh_shell_place place;
    union {
        struct {
            const rh_sh_word *const *words;
            const rh_sh_assignment *const *assignments;
            uint32_t builtin; /* of the first word, + 1; 0: none */
            uint32_t name;    /* of the first word, as a function; UINT32_MAX: not literal */
        } simple;
        /* PIPE, AND_OR, LIST; IF: condition, body, condition, body, ..., and an odd one is else. */
        struct {
            const rh_sh_node *const *items;
            const uint8_t *joints; /* what is behind each */
        } list;
        struct {
            uint32_t name;
            bool over_arguments; /* no `in` */
            const rh_sh_word *const *words;
            const rh_sh_node *body;
        } loop;
        struct {
            const rh_sh_word *sums[3];
            const rh_sh_node *body;
        } sums;
        struct {
            const rh_sh_node *condition, *body;
        } during;
        struct {
            const rh_sh_word *word;
            const rh_sh_case *cases;
        } select;
        struct {
            uint32_t name;
            const rh_sh_node *body;
        } function;
        const rh_sh_node *body; /* GROUP, SUBSHELL */
        const rh_sh_condition *test;
        const rh_sh_word *sum;
        const rh_shell_opaque *opaque;
    } as;
};

typedef struct rh_sh_listed {
    const char *name;
    const rh_sh_node *node;
} rh_sh_listed;

struct rh_shell_script {
    rh_sh_names *names;
    uint32_t *functions; /* names of those that it defines */
    size_t function_count, function_capacity;
    rh_sh_slice text;
    const rh_sh_node **units; /* complete commands: what bash reads before it plays */
    size_t unit_count, unit_capacity;
    const rh_shell_opaque **opaques;
    size_t opaque_count, opaque_capacity;
    rh_sh_listed *commands;
    size_t command_count, command_capacity;
    const char *error; /* a syntax error; NULL: none */
    rh_shell_place error_place;
    bool error_keeps_status; /* inside of [[ ]] */
};

#endif
