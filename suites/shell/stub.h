/* A player for tests: commands c0 to c9 whose status and output are given by their name and words,
 * the same as the functions of stub_prelude in real bash. It keeps a log of what was run, what was
 * printed, and files in memory. */
#ifndef SUITES_SHELL_STUB_H
#define SUITES_SHELL_STUB_H

#include "sim/base/text.h"
#include "sim/shell/shell.h"

enum { STUB_FILES = 8 };

typedef struct stub {
    rh_arena *arena;
    rh_text log;    /* "<c0><word>\n" for each command */
    rh_text output; /* what was printed to standard output */
    rh_text notes;  /* one a line */
    struct {
        const rh_value *path, *text;
    } files[STUB_FILES];
    bool brief; /* log words without brackets, as the case files write them */
} stub;

/* The functions that stand for the commands in bash; they log to descriptor 9. */
extern const char stub_prelude[];

/* Plays `text` with a fresh stub. */
rh_shell_result stub_play(stub *with, const char *text, size_t length,
                          const rh_shell_options *options);

#endif
