/* Command-line options: one const table for each verb drives reading, help and the manual. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearse/time.h"
#include "sim/base/arena.h"
#include "sim/base/error.h"

/* How the text of an option is read, and what stands in the settings struct for it. */
typedef enum cli_option_kind {
    CLI_FLAG,    /* bool; takes no value */
    CLI_TEXT,    /* const char *, NULL if not given */
    CLI_LIST,    /* cli_texts: may be given again and again */
    CLI_CHOICE,  /* const char *, one of `choices` */
    CLI_NUMBER,  /* cli_number, inside least...most */
    CLI_DURATION /* cli_duration, "1h30m" */
} cli_option_kind;

typedef struct cli_texts {
    const char **items;
    size_t count, capacity;
} cli_texts;

typedef struct cli_number {
    bool given;
    uint64_t value;
} cli_number;

typedef struct cli_duration {
    bool given;
    rh_duration value;
} cli_duration;

typedef struct cli_option {
    const char *name;     /* with its dashes: "--seed" */
    const char *argument; /* how help names the value: "N"; NULL for a flag */
    cli_option_kind kind;
    size_t offset;       /* in the settings struct */
    const char *help;    /* a sentence without its full stop */
    const char *choices; /* "auto|always|never" */
    uint64_t least, most;
} cli_option;

/* Reads arguments into `settings`. What is no option goes to `rest`, in order; after "--" all does.
 * "--name=value" and "--name value" are the same; "-h" is "--help"; a later value replaces an
 * earlier one. `tables` is a list of option tables that ends with NULL. 0, or -1 with an error. */
int cli_read_options(rh_arena *arena, const cli_option *const *tables, void *settings,
                     const char *const *arguments, size_t count, cli_texts *rest, rh_error *error);

void cli_texts_add(rh_arena *arena, cli_texts *list, const char *item);

#endif
