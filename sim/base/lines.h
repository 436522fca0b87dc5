/* Where the lines of a text begin, to find the place of a byte. What ends a line is the matter of
 * each format: whoever reads it fills in the table. */
#ifndef RH_BASE_LINES_H
#define RH_BASE_LINES_H

#include <stddef.h>
#include <stdint.h>

typedef struct rh_lines {
    const size_t *begins; /* of each line, in rising order; the first is 0 */
    size_t count;         /* at least 1 */
} rh_lines;

/* Line and column (in bytes) of a byte, both from 1. */
void rh_lines_place(const rh_lines *lines, size_t byte, uint32_t *line, uint32_t *column);

#endif
