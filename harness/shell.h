/* Commands to be given to a shell. */
#ifndef RH_HARNESS_SHELL_H
#define RH_HARNESS_SHELL_H

#include "sim/base/text.h"

/* A word as a shell reads it back; quoted only where it has to be. */
void rh_shell_word(rh_text *text, const char *word);

#endif
