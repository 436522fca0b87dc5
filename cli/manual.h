/* What is said about the verbs and their options: help for the terminal, and the manual page. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "cli/cli.h"

/* About one verb, or all of them (NULL). Lines have at most 80 columns. */
void cli_write_help(rh_text *text, const cli_verb *verb);
/* rehearse(1), in roff with the man macros. */
void cli_write_man(rh_text *text);

#endif
