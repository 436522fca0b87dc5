/* Inside of a play. Everything is in the arena of the play; nothing needs releasing.
 *
 * There are no processes: a subshell is played in place and what it changed is put back afterwards
 * (an undo list of variables, copies of the rest). The parts of a pipe are played one after the
 * other, each reading what the one before has written.
 *
 * Nothing jumps: what leaves the normal course (exit, return, break, an error that ends a command)
 * is `flow`, which everybody who plays something looks at afterwards.
 */
#ifndef RH_SHELL_PLAY_H
#define RH_SHELL_PLAY_H

#include "sim/base/text.h"
#include "sim/shell/tree.h"

enum {
    RH_SH_FILES = 10,        /* descriptors */
    RH_SH_DEPTH = 60,        /* commands in commands, functions in functions */
    RH_SH_ROUNDS = 10,       /* of a loop over something unknown */
    RH_SH_LONGEST = 1 << 20, /* bytes of a value; beyond it is unknown */
    RH_SH_STEPS = 1000000    /* whatever is played: loops of builtins end, too */
};

typedef enum rh_sh_flow {
    RH_SH_GOES_ON,
    RH_SH_BREAKS,
    RH_SH_CONTINUES,
    RH_SH_RETURNS,
    RH_SH_DISCARDS, /* an error that ends the complete command (division by zero) */
    RH_SH_EXITS,
    RH_SH_STOPS /* the player said so, or a guard */
} rh_sh_flow;

/* ---- variables ------------------------------------------------------------------------------- */

enum {
    RH_SH_EXPORTED = 1,
    RH_SH_READONLY = 2,
    RH_SH_INTEGER = 4,
    RH_SH_LOWERS = 8,
    RH_SH_UPPERS = 16,
    RH_SH_ARRAY = 32,
    RH_SH_MAP = 64, /* declare -A */
    RH_SH_REFERENCE = 128,
    RH_SH_DECLARED = 256 /* known, perhaps without a value */
};

typedef struct rh_sh_element {
    int64_t index;   /* of an array */
    const char *key; /* of a map */
    const rh_value *value;
} rh_sh_element;

/* Sorted by index; a map keeps the order of insertion. Changed in place only by the subshell that
 * made it; others copy it. */
typedef struct rh_sh_array {
    rh_sh_element *elements;
    size_t count, capacity;
    uint32_t owner; /* serial of a subshell */
} rh_sh_array;

typedef struct rh_sh_content {
    const rh_value *value; /* NULL: unset */
    rh_sh_array *array;
    uint32_t flags;
} rh_sh_content;

typedef struct rh_sh_variable {
    uint32_t name;
    uint32_t stamp; /* the subshell that has saved it */
    uint32_t from;  /* in the environment at the beginning, + 1 */
    bool imported;  /* was looked for there */
    bool touched;   /* is in shell->touched */
    bool dynamic;   /* LINENO and others, until assigned to */
    rh_sh_content now;
    const rh_sh_node *function;
} rh_sh_variable;

typedef struct rh_sh_saved {
    rh_sh_variable *variable;
    rh_sh_content content;
    const rh_sh_node *function;
    uint32_t stamp;
    struct rh_sh_saved *next;
} rh_sh_saved;

/* ---- files ----------------------------------------------------------------------------------- */

typedef enum rh_sh_file_kind {
    RH_SH_NOTHING, /* /dev/null, closed */
    RH_SH_PRINTS,
    RH_SH_CAPTURES,
    RH_SH_WRITES, /* to a path */
    RH_SH_READS
} rh_sh_file_kind;

typedef struct rh_sh_file {
    uint8_t kind;
    bool error;  /* prints to standard error */
    bool append; /* of the next write */
    bool written;
    uint8_t flags;           /* of what was captured; of what is read */
    const rh_value *unknown; /* captured: the first unknown thing that is in it; NULL: none */
    uint32_t rounds;         /* reads from something unknown */
    rh_text text;
    const rh_value *path;
    const rh_value *content; /* reads */
    size_t offset;
    rh_shell_place place;
    struct rh_sh_file *next; /* of those that were opened for writing */
} rh_sh_file;

/* ---- the shell ------------------------------------------------------------------------------- */

typedef struct rh_sh_frame {
    rh_sh_saved *locals;
    struct rh_sh_frame *outer;
} rh_sh_frame;

/* What a subshell gets a copy of. */
typedef struct rh_sh_state {
    bool errexit, pipefail, nounset, xtrace, inherit_errexit, extglob, nocasematch, posix;
    bool lastpipe, nullglob, allexport, errtrace, noexec;
    bool ignoring;    /* -e does not count here */
    bool in_pipe;     /* for `fate` */
    uint8_t fate;     /* rh_shell_fate */
    bool inner_error; /* an ERR trap runs */
    uint32_t loops;
    uint32_t functions; /* calls we are in */
    const rh_value *const *arguments;
    size_t argument_count;
    const rh_value *name; /* $0 */
    const char *exit_trap, *error_trap;
    rh_sh_saved *undo;
    uint32_t serial; /* of the subshell; 0: the script itself */
    rh_sh_frame *frame;
    rh_sh_file *files[RH_SH_FILES];
    unsigned taint; /* flags that all output gets: something failed upstream */
} rh_sh_state;

typedef struct rh_sh_shell {
    rh_sh_state state;
    rh_arena *arena;
    const rh_shell_player *player;
    const rh_shell_options *options;
    rh_sh_names names; /* on top of those of the script */
    rh_sh_variable *fixed;
    uint32_t fixed_count;
    rh_sh_variable **added;
    size_t added_capacity;
    rh_sh_variable **touched;
    size_t touched_count, touched_capacity;
    bool *masked;                /* fields of the environment at the beginning that count no more */
    const rh_value *environment; /* NULL: to be made */
    const rh_value *unknown[4];  /* by flags */
    const rh_value *empty;
    uint8_t flow; /* rh_sh_flow */
    bool ran_away;
    bool is_assumed; /* the status is: that of the last command that was run */
    int status;      /* $? */
    int substituted; /* status of the last command substitution of this expansion; -1: none */
    uint32_t levels; /* of breaks and continues to leave */
    uint32_t depth;
    uint32_t commands, steps, serials, decisions;
    uint8_t inner_fate;            /* of commands in substitutions, rh_shell_fate */
    rh_shell_place at;             /* of the command that gave `status` */
    rh_shell_place current;        /* of the command being played */
    const rh_value *last_argument; /* $_ */
    rh_sh_file *opened;            /* for writing, and nothing written yet */
    rh_text notes;                 /* those said */
    rh_sh_array *pipe_status;
} rh_sh_shell;

/* A list of words. */
typedef struct rh_sh_fields {
    const rh_value **items;
    size_t count, capacity;
} rh_sh_fields;

/* ---- playing (play.c, compound.c, simple.c) -------------------------------------------------- */

/* Plays a node; its status is shell->status. */
void rh_sh_play(rh_sh_shell *shell, const rh_sh_node *node);
void rh_sh_play_compound(rh_sh_shell *shell, const rh_sh_node *node);
void rh_sh_play_simple(rh_sh_shell *shell, const rh_sh_node *node);
void rh_sh_play_opaque(rh_sh_shell *shell, const rh_sh_node *node);
/* Plays with -e not counting. */
void rh_sh_play_condition(rh_sh_shell *shell, const rh_sh_node *node);
/* A command has ended with shell->status: ERR trap (if there was one when it began), -e. */
void rh_sh_settle(rh_sh_shell *shell, bool trapped);
/* The units of a script, up to a syntax error. */
void rh_sh_play_units(rh_sh_shell *shell, const rh_shell_script *script);
/* eval: parses and plays. */
void rh_sh_play_text(rh_sh_shell *shell, const char *text, size_t length);
/* A subshell: what it changes is undone; `output` (may be NULL) becomes its standard output. */
rh_sh_state *rh_sh_begin_subshell(rh_sh_shell *shell);
void rh_sh_end_subshell(rh_sh_shell *shell, rh_sh_state *saved);
/* The output of commands in a subshell; trailing newlines stay. The status is shell->status. */
const rh_value *rh_sh_capture(rh_sh_shell *shell, const rh_sh_node *node, uint8_t fate);
void rh_sh_call_function(rh_sh_shell *shell, const rh_sh_node *body, const rh_sh_fields *words);
/* Hands a command to the player. `opaque` may be NULL. */
void rh_sh_run(rh_sh_shell *shell, const rh_sh_fields *words, const rh_shell_opaque *opaque);
bool rh_sh_step(rh_sh_shell *shell, size_t cost);
void rh_sh_stop(rh_sh_shell *shell);
void rh_sh_run_exit_trap(rh_sh_shell *shell);

/* ---- telling (play.c) ------------------------------------------------------------------------ */

/* Says once that something is played differently; `what` is a constant. */
void rh_sh_note(rh_sh_shell *shell, const char *what);
/* An error message of the shell, on its standard error. */
void rh_sh_complain(rh_sh_shell *shell, const char *format, ...) RH_PRINTF(2, 3);
/* An error that ends the script under -e even where failures do not count; then flow is set. */
void rh_sh_report(rh_sh_shell *shell, const char *what, const char *message);
bool rh_sh_decide(rh_sh_shell *shell, const rh_value *unknown, rh_sh_slice what);
/* An error that ends the complete command (status 1), or the script. */
void rh_sh_fail(rh_sh_shell *shell, rh_sh_flow flow, int status);

/* ---- values ---------------------------------------------------------------------------------- */

const rh_value *rh_sh_string(rh_sh_shell *shell, const char *text, size_t length, unsigned flags);
const rh_value *rh_sh_unknown(rh_sh_shell *shell, unsigned flags);
/* What was made from `from`, which may be known or NULL: unknown, and it says where from. */
const rh_value *rh_sh_unknown_from(rh_sh_shell *shell, const rh_value *from, unsigned flags);
/* The same, with the flags of both, of which at least one is unknown. */
const rh_value *rh_sh_unknown_of(rh_sh_shell *shell, const rh_value *left, const rh_value *right);
static inline unsigned rh_sh_flags(const rh_value *value)
{
    return value ? value->flags & (RH_SECRET | RH_TAINTED) : 0;
}
static inline bool rh_sh_is_unknown(const rh_value *value)
{
    return value && value->kind == RH_UNKNOWN;
}
void rh_sh_push(rh_sh_shell *shell, rh_sh_fields *fields, const rh_value *value);
/* $'...' for a text with control bytes in it; false, and nothing is appended: there are none. */
bool rh_sh_quote_controls(rh_text *out, const char *text);
bool rh_sh_is_name(const char *text, size_t length);

/* ---- variables (variables.c) ----------------------------------------------------------------- */

rh_sh_variable *rh_sh_variable_at(rh_sh_shell *shell, uint32_t name);
/* The body of the function of that name; NULL: there is none. */
const rh_sh_node *rh_sh_function_at(const rh_sh_shell *shell, uint32_t name);
rh_sh_variable *rh_sh_variable_named(rh_sh_shell *shell, const char *name, size_t length);
/* Before a change of variable->now or ->function. */
void rh_sh_change(rh_sh_shell *shell, rh_sh_variable *variable);
/* The value as $x reads it; NULL: unset. */
const rh_value *rh_sh_get(rh_sh_shell *shell, rh_sh_variable *variable);
/* False, with a message, if it is readonly. */
bool rh_sh_set(rh_sh_shell *shell, rh_sh_variable *variable, const rh_value *value, bool append);
bool rh_sh_set_text(rh_sh_shell *shell, const char *name, const char *text);
void rh_sh_export(rh_sh_shell *shell, rh_sh_variable *variable, bool exported);
void rh_sh_save_local(rh_sh_shell *shell, rh_sh_variable *variable);
void rh_sh_restore(rh_sh_shell *shell, rh_sh_saved *saved);
/* Saves a variable in front of `saved`, to be put back by rh_sh_restore. */
rh_sh_saved *rh_sh_save(rh_sh_shell *shell, rh_sh_variable *variable, rh_sh_saved *saved);
const rh_value *rh_sh_environment(rh_sh_shell *shell);
/* Every variable of the environment is there from now on. */
void rh_sh_import_all(rh_sh_shell *shell);
size_t rh_sh_variable_count(const rh_sh_shell *shell);
rh_sh_variable *rh_sh_variable_by_index(rh_sh_shell *shell, size_t index);
const char *rh_sh_variable_name(const rh_sh_shell *shell, const rh_sh_variable *variable);

/* One assignment of a script, with its value expanded. False: refused (readonly) or failed. */
bool rh_sh_assign(rh_sh_shell *shell, const rh_sh_assignment *assignment, uint32_t as_flags);
/* The element that a subscript names; `make`: it is added if absent. NULL: absent, or an error. */
rh_sh_element *rh_sh_element_at(rh_sh_shell *shell, rh_sh_variable *variable,
                                const rh_value *subscript, bool make);
rh_sh_array *rh_sh_own_array(rh_sh_shell *shell, rh_sh_variable *variable);
void rh_sh_append_element(rh_sh_shell *shell, rh_sh_array *array, const rh_value *value);
void rh_sh_remove_element(rh_sh_shell *shell, rh_sh_variable *variable, const rh_value *subscript);

/* ---- words (expand.c, parameter.c) ----------------------------------------------------------- */

typedef enum rh_sh_expansion {
    RH_SH_AS_FIELDS,  /* split, several */
    RH_SH_AS_STRING,  /* one, as it is */
    RH_SH_AS_PATTERN, /* one; what was quoted is escaped for the matcher */
    RH_SH_AS_REGEX
} rh_sh_expansion;

typedef struct rh_sh_expander {
    rh_sh_shell *shell;
    uint8_t mode;            /* rh_sh_expansion */
    bool open;               /* there is a field, even if it is empty */
    const rh_value *unknown; /* the first unknown piece; NULL: none */
    bool glob;
    uint8_t flags;
    rh_text text;
    rh_sh_fields *fields;
} rh_sh_expander;

void rh_sh_expand_fields(rh_sh_shell *shell, const rh_sh_word *word, rh_sh_fields *fields);
/* Never NULL. Look at shell->flow behind each. */
const rh_value *rh_sh_expand(rh_sh_shell *shell, const rh_sh_word *word, rh_sh_expansion mode);
/* `inner`: of ${x:-word}, where unquoted text is split as well. */
void rh_sh_expand_parts(rh_sh_expander *expander, const rh_sh_word *word, bool inner);
void rh_sh_expand_parameter(rh_sh_expander *expander, const rh_sh_part *part, bool quoted);
/* The result of an expansion: split if it is not quoted. */
void rh_sh_put(rh_sh_expander *expander, const rh_value *value, bool quoted);
void rh_sh_end_field(rh_sh_expander *expander);
const char *rh_sh_separators(rh_sh_shell *shell);

/* ---- matching (pattern.c, regex.c) ----------------------------------------------------------- */

/* Whether a glob pattern matches the whole text. */
bool rh_sh_matches(rh_sh_shell *shell, const char *pattern, size_t pattern_length, const char *text,
                   size_t length);
/* POSIX extended regular expressions: 1 match, 0 none, -1 not one. `groups` gets begin and end of
 * up to 10 groups (SIZE_MAX: not taken part). */
int rh_sh_regex(rh_arena *arena, const char *pattern, const char *text, size_t length,
                bool any_case, size_t groups[20]);

/* ---- arithmetic, tests, redirections --------------------------------------------------------- */

typedef struct rh_sh_number {
    int64_t value;
    bool unknown;
    bool failed; /* a message was given */
    uint8_t flags;
} rh_sh_number;

rh_sh_number rh_sh_compute(rh_sh_shell *shell, const rh_value *expression, const char *what);
const rh_value *rh_sh_number_value(rh_sh_shell *shell, const rh_sh_number *number);
bool rh_sh_integer(const char *text, int64_t *number);

/* [[ ]] and test: 0 true, 1 false, 2 error. */
int rh_sh_test_condition(rh_sh_shell *shell, const rh_sh_condition *condition);
int rh_sh_test_words(rh_sh_shell *shell, const rh_value *const *words, size_t count,
                     rh_sh_slice source);
int rh_sh_test_unary(rh_sh_shell *shell, char operator, const rh_value * value, rh_sh_slice source);
int rh_sh_compare_numbers(rh_sh_shell *shell, const char *operator, int64_t left, int64_t right);

/* Applies the redirections; false: one failed (a message was given, status 1). Copies of the files
 * before go to `saved` (not to be freed). */
bool rh_sh_redirect(rh_sh_shell *shell, const rh_sh_node *node);
void rh_sh_close_written(rh_sh_shell *shell, rh_sh_file *const *before);
rh_sh_file *rh_sh_new_file(rh_sh_shell *shell, rh_sh_file_kind kind);
rh_sh_file *rh_sh_reader(rh_sh_shell *shell, const rh_value *content);
void rh_sh_write(rh_sh_shell *shell, int fd, const rh_value *text);
void rh_sh_write_text(rh_sh_shell *shell, int fd, const char *text, size_t length, unsigned flags);
/* The commands of >( ), played at once with an unknown input. */
void rh_sh_play_writer(rh_sh_shell *shell, const rh_sh_node *node);
/* What was captured so far. */
const rh_value *rh_sh_captured(rh_sh_shell *shell, const rh_sh_file *file);
/* What is left to read on descriptor 0; NULL: nothing is connected. */
const rh_value *rh_sh_input(rh_sh_shell *shell);

/* ---- builtins -------------------------------------------------------------------------------- */

typedef struct rh_sh_call {
    const rh_sh_node *node;
    const rh_value *const *words; /* words[0] is the name */
    size_t count;
    const rh_sh_assignment *const *assignments; /* by word; NULL: a plain word. May be NULL */
    const rh_value *const *assigned;            /* the expanded value of each assignment */
} rh_sh_call;

typedef int rh_sh_builtin_function(rh_sh_shell *shell, const rh_sh_call *call);
int rh_sh_call_builtin(rh_sh_shell *shell, uint32_t builtin, const rh_sh_call *call);
bool rh_sh_builtin_is_special(uint32_t builtin);
/* For command, builtin and exec: plays words as a command, without functions. */
void rh_sh_play_words(rh_sh_shell *shell, const rh_sh_node *node, const rh_sh_fields *words,
                      bool functions);

rh_sh_builtin_function rh_sh_do_echo, rh_sh_do_printf, rh_sh_do_read, rh_sh_do_mapfile,
    rh_sh_do_test, rh_sh_do_exit, rh_sh_do_return, rh_sh_do_break, rh_sh_do_continue, rh_sh_do_set,
    rh_sh_do_unset, rh_sh_do_declare, rh_sh_do_shift, rh_sh_do_cd, rh_sh_do_pwd, rh_sh_do_eval,
    rh_sh_do_source, rh_sh_do_trap, rh_sh_do_exec, rh_sh_do_command, rh_sh_do_type, rh_sh_do_shopt,
    rh_sh_do_getopts, rh_sh_do_let, rh_sh_do_true, rh_sh_do_false, rh_sh_do_nothing, rh_sh_do_wait;

#endif
