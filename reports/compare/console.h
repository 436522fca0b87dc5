/* A comparison as people read it in a terminal. */
#ifndef RH_REPORTS_COMPARE_CONSOLE_H
#define RH_REPORTS_COMPARE_CONSOLE_H

#include "reports/canvas.h"
#include "reports/compare/figures.h"

void rh_compare_console(rh_canvas *canvas, const rh_compare_page *page);

#endif
