/* Random scripts for comparing with bash: deterministic by number, and such that bash itself plays
 * them always the same way (whoever reads a pipe reads it to its end before it does anything). */
#ifndef SUITES_SHELL_GENERATE_H
#define SUITES_SHELL_GENERATE_H

#include "sim/base/text.h"

void generate_script(rh_text *script, uint64_t number);

#endif
