/* Coverage of workflow files as Cobertura's XML, which GitLab, Azure and others read: a class for
 * each file, a method for each job. The same counts as in a tracefile of lcov (reports/lcov.h).
 */
#ifndef RH_REPORTS_COBERTURA_H
#define RH_REPORTS_COBERTURA_H

#include "reports/lines.h"

/* 0, or -1 with an error if there is no memory; nothing is written then. */
int rh_report_cobertura(rh_text *text, const rh_lines *lines, rh_error *error);

#endif
