/* Shell scripts as a runner would run them: parsed, then played with commands that somebody else
 * answers for.
 *
 * A script is parsed once into a tree with positions. Playing it follows the rules of bash: lists,
 * pipes, conditions, loops, functions, expansions, redirections, `set -e/-u/-o pipefail`. Builtins
 * of the shell are its own; every other command is handed to a player, which says its exit status
 * and output. No command has a special case here.
 *
 * A word is a value: a string, or *unknown* (not known in a rehearsal), with the flags RH_SECRET
 * and RH_TAINTED: it was made from the output of a command that failed, or of a pipeline in which
 * one failed. Flags travel through variables, substitutions, pipes and files.
 *
 * What is not understood becomes an opaque command: it is listed, and the player answers for it.
 */
#ifndef RH_SHELL_H
#define RH_SHELL_H

#include "sim/base/arena.h"
#include "sim/base/value.h"

typedef struct rh_shell_script rh_shell_script;

typedef struct rh_shell_place {
    uint32_t line, column; /* in the script, from 1; columns in bytes */
    uint32_t begin, end;   /* bytes of the script */
} rh_shell_place;

/* Something the parser did not understand. */
typedef struct rh_shell_opaque {
    rh_shell_place place;
    const char *why; /* "coproc is not modelled" */
} rh_shell_opaque;

/* Parses a script; never fails: what cannot be parsed is opaque. A script that bash would refuse as
 * a whole (an unclosed quote) has a syntax error, and playing it ends with status 2 as in bash,
 * after the complete commands before it. `posix`: as the sh of Debian and Ubuntu (dash) reads it:
 * no [[ ]], no arrays, no <<< and <( ), no braces. Lives in `arena`; `text` is borrowed. */
const rh_shell_script *rh_shell_parse(rh_arena *arena, const char *text, size_t length, bool posix);
size_t rh_shell_opaque_count(const rh_shell_script *script);
const rh_shell_opaque *rh_shell_opaque_at(const rh_shell_script *script, size_t index);
/* "syntax error near unexpected token `fi'", with its place; NULL if there is none. */
const char *rh_shell_syntax_error(const rh_shell_script *script, rh_shell_place *place);

/* Every simple command whose name is known without running anything, in order of text, for listing
 * and coverage: also those in functions, substitutions and branches not taken. Only what a player
 * may be asked to run: no builtins, no functions of the script. */
typedef void rh_shell_tell(void *data, const char *name, const rh_shell_place *place);
void rh_shell_commands(const rh_shell_script *script, rh_shell_tell *tell, void *data);

/* Whether the shell answers for a command of this name itself. */
bool rh_shell_is_builtin(const char *name);

/* ---- playing --------------------------------------------------------------------------------- */

/* Why the status of a command does not matter for what goes on. */
typedef enum rh_shell_fate {
    RH_SHELL_DECIDES,    /* under -e its failure ends the script */
    RH_SHELL_CONDITION,  /* tested by if, while, until, && or || (not last), or ! */
    RH_SHELL_PIPED,      /* not the last of a pipe, without pipefail */
    RH_SHELL_SUBSTITUTED /* inside $( ) of a command or of local/export, whose own status counts */
} rh_shell_fate;

/* A command that the shell wants run. Borrowed; lives until the play is over. */
typedef struct rh_shell_command {
    const char *name;             /* the first word; "" if it is not known */
    const rh_value *const *words; /* all words, expanded; strings or unknown, with flags */
    size_t word_count;
    /* What is left on its standard input; NULL: nothing is connected. Commands use up nothing of
     * it, because whether they read is not known: only the builtins read and mapfile do. */
    const rh_value *input;
    /* Object of its exported variables; not RH_KEPT, so copy it to keep it beyond the play. */
    const rh_value *environment;
    rh_shell_place place;
    const rh_shell_opaque *opaque; /* not NULL: stands for something not understood */
    rh_shell_fate fate;
} rh_shell_command;

typedef struct rh_shell_outcome {
    int status;             /* 0 to 255 */
    const rh_value *output; /* standard output; NULL: nothing. Unknown is fine */
    bool stopped;           /* play no further: the script is being killed */
    bool is_assumed;        /* nobody said the status: 0 is what goes well as a rule */
} rh_shell_outcome;

/* All functions but `run` may be NULL. Pointers are borrowed and live until the play is over. */
typedef struct rh_shell_player {
    void *data;
    /* Runs a command. May suspend the coroutine the play runs on. */
    void (*run)(void *data, const rh_shell_command *command, rh_shell_outcome *outcome);
    /* A redirection writes to a file. `path` may be unknown; so may `text`. Each write through the
     * same opened file but the first appends; an opened file that gets nothing is written once,
     * empty. */
    void (*write)(void *data, const rh_value *path, const rh_value *text, bool append,
                  const rh_shell_place *place);
    /* The text of a file; NULL: there is none (the redirection or builtin fails). */
    const rh_value *(*read)(void *data, const rh_value *path);
    /* What the script itself prints: echo and output of commands that nobody captures. `error`:
     * to standard error. */
    void (*print)(void *data, const rh_value *text, bool error);
    /* A condition depends on something unknown: which way? `what` is the text of the condition.
     * True: it holds (of `exit $unknown`: the status is 0; of `read`: there is a line). May
     * suspend. */
    bool (*decide)(void *data, const rh_value *unknown, const char *what,
                   const rh_shell_place *place);
    /* Whether a file test ([ -f x ], [ -d x ], ...) holds: unknown is asked of decide. */
    const rh_value *(*test_file)(void *data, char operator, const rh_value * path);
    /* Something is played in a way that bash would not quite: said once each. */
    void (*note)(void *data, const char *what, const rh_shell_place *place);
} rh_shell_player;

typedef struct rh_shell_options {
    bool errexit;                 /* -e */
    bool pipefail;                /* -o pipefail */
    bool nounset;                 /* -u */
    bool posix;                   /* dash; the script must have been parsed so. Otherwise bash */
    const rh_value *variables;    /* object: the environment the script begins with (exported) */
    const char *const *arguments; /* $1...; NULL-terminated, may be NULL */
    uint32_t max_commands;        /* runaway guard; default 10,000 */
} rh_shell_options;

typedef struct rh_shell_result {
    int status;        /* of the script */
    bool stopped;      /* a command's outcome said so */
    bool ran_away;     /* the guard ended it */
    rh_shell_place at; /* of the command whose status it is */
} rh_shell_result;

/* Plays a script. Allocates in `arena`; may be suspended by the player's functions, and abandoned
 * then: it holds nothing that needs releasing. Stack use is bounded (64 KiB must do). */
rh_shell_result rh_shell_play(rh_arena *arena, const rh_shell_script *script,
                              const rh_shell_options *options, const rh_shell_player *player);

#endif
