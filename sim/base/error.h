/* Errors of the tool itself: bad input, bad usage, no memory. A failure inside the simulated world
 * is not an error; see rehearse/failure.h. */
#ifndef RH_BASE_ERROR_H
#define RH_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rehearse/export.h"

typedef struct rh_error {
    char message[512]; /* what is wrong, what was expected, and the fix if there is one */
    char file[256];    /* "" if there is no file */
    uint32_t line;     /* from 1; 0: none */
    uint32_t column;   /* from 1, in bytes; 0: none */
} rh_error;

/* Fills in an error (which may be NULL) and returns -1, so that a function can
 * `return rh_error_set(error, ...)`. Text that does not fit ends in "...". */
int rh_error_set(rh_error *error, const char *file, uint32_t line, uint32_t column,
                 const char *format, ...) RH_PRINTF(5, 6);
int rh_error_vset(rh_error *error, const char *file, uint32_t line, uint32_t column,
                  const char *format, va_list arguments) RH_PRINTF(5, 0);
/* Writes "file:line:column: message" (parts that are there) into `buffer`; returns it. */
const char *rh_error_text(const rh_error *error, char *buffer, size_t size);

#endif
