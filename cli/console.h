/* The terminal: colors, width, progress; and the real clock. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include "cli/cli.h"
#include "harness/suite.h"

/* Fills in what `cli` knows of its surroundings. `color` is what --color says, or NULL. */
void cli_look_around(cli_context *cli, const char *color);

/* `when` is what --annotations says, or NULL. */
bool cli_wants_annotations(const char *when);

typedef enum cli_style { CLI_PLAIN, CLI_GOOD, CLI_WRONG, CLI_FAINT, CLI_STRONG } cli_style;
/* The escape sequence, or "" without color. CLI_PLAIN ends a style. */
const char *cli_paint(bool color, cli_style style);

/* How many threads: as many as were asked for, or one for each processor. */
uint32_t cli_threads(const cli_number *given);

/* Real time that only grows, in nanoseconds. */
int64_t cli_clock_now(void);
/* Nanoseconds since the epoch. */
int64_t cli_clock_epoch(void);
/* "3 d 02:14 virtual in 0.41 s"; without the real time if it is to be hidden. */
const char *cli_signature(cli_context *cli, rh_duration virtual_ns, int64_t real_ns);

#endif
