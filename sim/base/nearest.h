/* "did you mean": the known name nearest to a mistyped one. */
#ifndef RH_BASE_NEAREST_H
#define RH_BASE_NEAREST_H

#include <stddef.h>

typedef struct rh_nearest {
    const char *wanted;
    const char *best; /* NULL while nothing is near enough */
    size_t distance;
} rh_nearest;

/* Begin with a name, offer every known one, read `best`. Near enough: at most a third of the
 * longer name's length (at least 1, at most 4) edits (insert, delete, replace, swap of neighbours),
 * case ignored; the first offered of equals wins. Names over 63 bytes are near only when equal. */
rh_nearest rh_nearest_begin(const char *wanted);
void rh_nearest_offer(rh_nearest *nearest, const char *known);
/* Writes "; did you mean 'X'?" or "" into `buffer`; returns it. */
const char *rh_nearest_hint(const rh_nearest *nearest, char *buffer, size_t size);

#endif
