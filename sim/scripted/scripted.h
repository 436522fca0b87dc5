/* The second dialect: a run whose commands stand in a text.
 *
 *     on start
 *       activity A start-to-close=5s retry=1s,x2,max=1m,attempts=3
 *       timer T 10s
 *     on timer T
 *       cancel A
 *     on A
 *       complete "done"
 *
 * A rule says what the run does when something happens: `start`, the close of a call, child or
 * request (its name, any way it closes), `started NAME` (a child), `timer NAME`, `signal NAME`,
 * `cancel`. Commands:
 *
 *     activity NAME [type=T] [schedule-to-close=D] [schedule-to-start=D] [start-to-close=D]
 *              [heartbeat=D] [retry=D,xC,max=D,attempts=N,never=TYPE,...] [queue=Q] [key=K]
 *     local NAME [type=T] [schedule-to-close=D] [start-to-close=D] [retry=...] [key=K]
 *     timer NAME D
 *     child NAME [type=T] [id=ID] [input=JSON] [close=terminate|abandon|request-cancel]
 *           [reuse=allow|failed-only|reject|terminate] [run-timeout=D] [execution-timeout=D]
 *           [retry=...] [cron=SCHEDULE] [queue=Q]
 *     signal NAME to=ID name=SIGNAL [value=JSON]     a request to another run, of this name
 *     stop NAME to=ID                                the same: to cancel
 *     cancel NAME
 *     continue-as-new [times=N] [input=JSON] [type=T] [run-timeout=D] [queue=Q] [retry=...]
 *     complete [JSON]
 *     fail TYPE [MESSAGE]
 *     close-canceled
 *
 * With times=N only the first N runs of a chain continue; the others go on with the next command.
 * Durations as in sim/base/timetext.h; a value with blanks stands in double quotes (\" and \\
 * inside); `#` at the start of a line is a comment. This is also the workflow part of lifecycle
 * tests (suites/lifecycle).
 */
#ifndef RH_SCRIPTED_SCRIPTED_H
#define RH_SCRIPTED_SCRIPTED_H

#include "sim/base/error.h"
#include "sim/dialect.h"

/* Its definition is an `rh_scripted *`. */
extern const rh_dialect rh_scripted_dialect;

typedef enum rh_scripted_trigger {
    RH_ON_START,
    RH_ON_CLOSE,
    RH_ON_STARTED,
    RH_ON_TIMER,
    RH_ON_SIGNAL,
    RH_ON_CANCEL
} rh_scripted_trigger;

typedef enum rh_scripted_verb {
    RH_DO_ACTIVITY,
    RH_DO_LOCAL,
    RH_DO_TIMER,
    RH_DO_CHILD,
    RH_DO_REQUEST,
    RH_DO_CANCEL,
    RH_DO_COMPLETE, /* this and the next ones close the run */
    RH_DO_FAIL,
    RH_DO_CLOSE_CANCELED,
    RH_DO_CONTINUE_AS_NEW
} rh_scripted_verb;

typedef struct rh_scripted_command {
    rh_scripted_verb verb;
    uint32_t subject;      /* ACTIVITY to CANCEL: index of what is made */
    const rh_value *value; /* COMPLETE; CONTINUE_AS_NEW: its input */
    const char *type;      /* FAIL */
    const char *message;
    rh_continue_options continuation; /* CONTINUE_AS_NEW */
    int32_t times;
} rh_scripted_command;

typedef enum rh_scripted_kind {
    RH_SCRIPTED_ACTIVITY,
    RH_SCRIPTED_LOCAL,
    RH_SCRIPTED_TIMER,
    RH_SCRIPTED_CHILD,
    RH_SCRIPTED_REQUEST,
    RH_SCRIPTED_KINDS
} rh_scripted_kind;

/* What a text makes, in the order of first appearance. */
typedef struct rh_scripted_subject {
    const char *name;
    rh_scripted_kind kind;
    const char *type;                /* ACTIVITY, LOCAL, CHILD */
    rh_activity_options options;     /* ACTIVITY */
    rh_local_activity_options local; /* LOCAL */
    rh_duration duration;            /* TIMER */
    rh_run_options run;              /* CHILD */
    rh_parent_close close;           /* CHILD */
    const char *workflow_id;         /* REQUEST */
    const char *signal;              /* REQUEST; NULL: to cancel */
    const rh_value *value;           /* CHILD: input; REQUEST: of the signal */
    uint32_t line;                   /* where it is made */
} rh_scripted_subject;

typedef struct rh_scripted_rule {
    rh_scripted_trigger trigger;
    const char *name; /* SIGNAL */
    uint32_t subject; /* CLOSE, STARTED, TIMER */
    rh_scripted_command *commands;
    size_t count, capacity;
} rh_scripted_rule;

typedef struct rh_scripted {
    rh_scripted_rule *rules;
    size_t rule_count, rule_capacity;
    rh_scripted_subject *subjects;
    size_t subject_count, subject_capacity;
} rh_scripted;

/* Reads a text; everything lives in `arena`. `first_line` is the number of its first line in
 * `file`. On error NULL, with line and column and what was expected. */
const rh_scripted *rh_scripted_read(rh_arena *arena, const char *text, size_t length,
                                    const char *file, uint32_t first_line, rh_error *error);

/* ---- words of a line, for readers of texts like this one ------------------------------------- */

typedef struct rh_word {
    const char *text;  /* unquoted, NUL-terminated */
    const char *value; /* behind the first '=' outside quotes; NULL: none. `text` is then the key */
    uint32_t column;   /* from 1 */
} rh_word;

enum { RH_WORDS_MAX = 32 };

/* Splits a line into words: their number, or -1 (an open quote, too many words). */
int rh_words_split(rh_arena *arena, const char *line, size_t length, const char *file,
                   uint32_t number, rh_word words[RH_WORDS_MAX], rh_error *error);

#endif
