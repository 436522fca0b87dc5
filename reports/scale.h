/* A time axis in a few columns, on which long gaps are shortened.
 *
 * Three virtual days may hold two minutes of work. A gap in which nothing starts or ends, and that
 * is long compared with all the rest, gets a fixed few columns; one in which nothing runs at all is
 * shortened sooner. What is left is linear.
 *
 * Feed the instants in order: begin, add ..., finish.
 */
#ifndef RH_REPORTS_SCALE_H
#define RH_REPORTS_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearse/time.h"

enum { RH_SCALE_CUTS = 6 };

typedef struct rh_scale_cut {
    rh_time from, to;
    bool busy;
    size_t column; /* its first */
} rh_scale_cut;

typedef struct rh_scale {
    rh_time start, end;
    size_t columns;
    size_t cut_columns; /* that each cut takes */
    rh_scale_cut
        cuts[RH_SCALE_CUTS]; /* after finish: in order of time; before: the longest first */
    size_t cut_count;
    uint64_t linear; /* ns outside of cuts */
    uint64_t busy;   /* ns in which something runs */
} rh_scale;

void rh_scale_begin(rh_scale *scale, rh_time start);
/* Something starts or ends; `busy`: something was running since the instant before. */
void rh_scale_add(rh_scale *scale, rh_time instant, bool busy);
void rh_scale_finish(rh_scale *scale, size_t columns);
/* 0 at the start, `columns` at the end; times outside are taken for the nearer end. */
size_t rh_scale_column(const rh_scale *scale, rh_time time);

#endif
