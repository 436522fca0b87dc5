/* The timeline of one run: a heading, then what happened in the order in which it began. */
#ifndef RH_REPORTS_RUN_ROWS_H
#define RH_REPORTS_RUN_ROWS_H

#include "reports/canvas.h"
#include "reports/index.h"

/* About `lines` lines; of more the notable things and the first and last ones are shown, and how
 * many are not. */
void rh_run_rows(rh_canvas *canvas, const rh_index *index, uint32_t run, size_t lines);

#endif
