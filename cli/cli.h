/* What all verbs of the command share: where they write, how they say what is wrong, how they end.
 *
 * stdout is the result, stderr what is to be said about it. Exit codes: 0 all is well, 1 something
 * that was rehearsed failed, 2 bad usage or bad input.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/options.h"
#include "harness/module.h"
#include "reports/annotations.h"
#include "sim/base/text.h"

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_BAD = 2 };

typedef struct cli_context {
    rh_arena arena;
    FILE *out, *err;
    const char *verb;             /* NULL outside verbs */
    const char *const *arguments; /* of the verb, as they were typed */
    size_t argument_count;
    bool color_out, color_err;
    bool ascii;     /* the locale's character set is not UTF-8 */
    unsigned width; /* of stdout, in columns */
    bool hide_wall; /* SOURCE_DATE_EPOCH is set: no real times in what is written */
    bool progress;  /* stderr is a terminal that somebody looks at */
    rh_annotations
        *annotations; /* for GitHub, written to stderr at the end; NULL: none are wanted */
} cli_context;

typedef struct cli_verb {
    const char *name;
    const char *arguments;     /* "NAME"; "" if it takes none */
    size_t least, most;        /* how many arguments */
    const char *summary;       /* one line */
    const char *about;         /* paragraphs, for help and the manual */
    const cli_option *options; /* ends with an all-zero entry */
    size_t settings_size;      /* of the struct the options are read into; begins with cli_common */
    int (*run)(cli_context *cli, const void *settings, const char *const *arguments, size_t count);
} cli_verb;

/* What every settings struct begins with. */
typedef struct cli_common {
    bool help;
    const char *color, *annotations;
} cli_common;

extern const cli_option cli_common_options[];
extern const cli_verb cli_run, cli_check, cli_test, cli_compare, cli_replay, cli_init, cli_list,
    cli_show, cli_triggers, cli_history, cli_faults, cli_expr, cli_version, cli_help;
/* All of them, then NULL. */
extern const cli_verb *const cli_verbs[];

/* The verb of that name; NULL after saying that there is none, and what is nearest. */
const cli_verb *cli_find_verb(cli_context *cli, const char *name);

/* "rehearse run: ..." on stderr. Returns CLI_BAD, so that a verb can return it. */
int cli_bad(cli_context *cli, const char *format, ...) RH_PRINTF(2, 3);
int cli_bad_error(cli_context *cli, const rh_error *error);
/* An annotation at the place of an error, if they are wanted. */
void cli_annotate_error(cli_context *cli, const rh_error *error);

/* Loads the shared objects; NULL after saying what is wrong. */
const rh_loaded_module *cli_load(cli_context *cli, const cli_texts *paths);

#endif
