/* The lines of one activity call in a timeline: the call with its bar, and below it its attempts
 * if there was more than one, or whatever is to be told of the only one. */
#ifndef RH_REPORTS_CALL_ROWS_H
#define RH_REPORTS_CALL_ROWS_H

#include "reports/call_view.h"
#include "reports/layout.h"

/* How many columns the call's label and its duration ask for. */
size_t rh_call_rows_label(const rh_canvas *canvas, const rh_call_view *view);
size_t rh_call_rows_took(const rh_canvas *canvas, const rh_call_view *view);

void rh_call_rows(const rh_layout *layout, const rh_index *index, const rh_call_view *view);

#endif
