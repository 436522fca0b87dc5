/* The reference of scenario files, made from their schema. */
#ifndef SUITES_SCENARIO_REFERENCE_H
#define SUITES_SCENARIO_REFERENCE_H

#include "sim/base/value.h"

/* Markdown: a table of keys for each part of a file. */
void reference_write(rh_text *text, const rh_value *schema);

#endif
