/* A checker for the part of JSON Schema that schemas/ uses. */
#ifndef SUITES_SUPPORT_SCHEMA_H
#define SUITES_SUPPORT_SCHEMA_H

#include "sim/base/value.h"

/* Whether `value` fits the schema; `root` is where "#/..." leads. Appends what does not fit to
 * `why`, one line each. A keyword that is not known ends the process: then this file is to grow. */
bool schema_accepts(const rh_value *root, const rh_value *schema, const rh_value *value,
                    const char *path, rh_text *why);

#endif
