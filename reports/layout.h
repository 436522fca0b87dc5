/* How the lines of a run's timeline are divided:
 *
 *       start    took  call                           0:00                  22:31
 *        0:00   12:00  + BuildLinux *                 ################
 *
 * and how notes flow in what is left of a line and, if need be, of the next.
 */
#ifndef RH_REPORTS_LAYOUT_H
#define RH_REPORTS_LAYOUT_H

#include "reports/canvas.h"
#include "reports/scale.h"

typedef struct rh_layout {
    rh_canvas *canvas;
    rh_scale scale;
    const char *what; /* heads the labels; NULL: "call" */
    rh_time zero;     /* the start of the run */
    int decimals;     /* of clock times */
    size_t clock_end; /* columns: the clock ends before this one, */
    size_t took_end;  /* and the duration before this one; */
    size_t sign;      /* the sign that says how it went, */
    size_t label;     /* what it is, */
    size_t bar;       /* and the bar, to the end of the line */
} rh_layout;

/* Notes, one after the other with dots between them. */
typedef struct rh_flow {
    const rh_layout *layout;
    size_t indent; /* where the next lines begin */
    size_t column;
    bool begun; /* a note stands on this line already */
} rh_flow;

void rh_layout_clock(const rh_layout *layout, rh_time time);
void rh_layout_took(const rh_layout *layout, rh_ink ink, rh_duration duration);
const char *rh_layout_clock_text(const rh_layout *layout, rh_time time);

/* Fills the bar between two times, at least one column. */
void rh_layout_bar(const rh_layout *layout, rh_time from, rh_time to, rh_ink ink, rh_glyph glyph);
/* The last column of a bar that ends at this time. */
size_t rh_layout_bar_end(const rh_layout *layout, rh_time from, rh_time to);
/* Marks in a line with a bar where the scale is cut. */
void rh_layout_cuts(const rh_layout *layout);
/* The line with the names of the columns and the ends of the scale. */
void rh_layout_heading(const rh_layout *layout);

/* Notes from `column` of the current line on. */
rh_flow rh_flow_begin(const rh_layout *layout, size_t column, size_t indent);
void rh_flow_note(rh_flow *flow, rh_ink ink, const char *note);
void rh_flow_end(rh_flow *flow);

#endif
