/* Where something stands in a file. */
#ifndef RH_HARNESS_PLACE_H
#define RH_HARNESS_PLACE_H

typedef struct rh_place {
    const char *file; /* NULL: unknown */
    int line;         /* from 1 */
    int column;       /* from 1; 0: unknown */
} rh_place;

#endif
