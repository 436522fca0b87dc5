/* Commands in the output of a step: `::name key=value,key=value::data`, and the older
 * `##[name key=value;key=value]data`, read as the runner reads them (ActionCommand.cs,
 * ActionCommandManager.cs). A line with another name in it is output like any other.
 */
#ifndef RH_ACTIONS_WORKFLOW_COMMAND_H
#define RH_ACTIONS_WORKFLOW_COMMAND_H

#include "sim/actions/written.h"

/* X(NAME, "name", the line itself goes to the log after `echo on`) */
#define RH_WORKFLOW_COMMANDS(X)                                                                    \
    X(STOP_COMMANDS, "stop-commands", false)                                                       \
    X(SET_ENV, "set-env", true)                                                                    \
    X(SET_OUTPUT, "set-output", true)                                                              \
    X(SAVE_STATE, "save-state", true)                                                              \
    X(ADD_MASK, "add-mask", false)                                                                 \
    X(ADD_PATH, "add-path", true)                                                                  \
    X(ADD_MATCHER, "add-matcher", true)                                                            \
    X(REMOVE_MATCHER, "remove-matcher", true)                                                      \
    X(DEBUG, "debug", false)                                                                       \
    X(NOTICE, "notice", false)                                                                     \
    X(WARNING, "warning", false)                                                                   \
    X(ERROR, "error", false)                                                                       \
    X(GROUP, "group", true)                                                                        \
    X(ENDGROUP, "endgroup", true)                                                                  \
    X(ECHO, "echo", true)

typedef enum rh_workflow_command_kind {
#define X(name, text, echoed) RH_COMMAND_##name,
    RH_WORKFLOW_COMMANDS(X)
#undef X
        RH_COMMAND_RESUME, /* the token of stop-commands */
    RH_COMMAND_COUNT
} rh_workflow_command_kind;

typedef struct rh_command_property {
    const char *key;       /* compared without regard to case */
    const rh_value *value; /* a string, or unknown */
} rh_command_property;

typedef struct rh_workflow_command {
    uint8_t kind; /* rh_workflow_command_kind */
    /* Whether it does what it is for. If not, one of the texts below says why. */
    bool is_done;
    const rh_value *data; /* a string, or unknown */
    rh_command_property *properties;
    size_t property_count;
    /* What the log has instead of the line: the line itself, or "##[group]Title"; NULL: nothing. */
    const rh_value *logged;
    const char *warning; /* an annotation; NULL: none */
    const char *error;   /* an annotation; the step goes on */
    /* The step fails, even with exit code 0: first this annotation, then the next. */
    const char *failed_first, *failed_then;
} rh_workflow_command;

/* What a step's output has said so far; one for each step, begun with zeroes and the first two
 * fields. */
typedef struct rh_command_reader {
    bool allows_unsecure_commands;    /* ACTIONS_ALLOW_UNSECURE_COMMANDS is "true" */
    bool allows_unsecure_stop_tokens; /* ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS is "true" */
    bool echoes;
    bool is_stopped;
    const rh_value *token; /* that ends the stop; lives in the arena of the call that stopped */
} rh_command_reader;

/* "set-output" */
const char *rh_workflow_command_name(rh_workflow_command_kind kind);

/* Reads a line of output, given as the pieces that were printed (without the newline). False: it is
 * no command, and goes to the log as it is. */
bool rh_workflow_command_read(rh_arena *arena, rh_command_reader *reader,
                              const rh_value *const *pieces, size_t count,
                              rh_workflow_command *command);
/* The value of a property, without regard to case; NULL if there is none. */
const rh_value *rh_workflow_command_get(const rh_workflow_command *command, const char *key);

#endif
