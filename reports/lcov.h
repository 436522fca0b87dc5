/* A tracefile of lcov: which jobs, steps and branches of workflow files were played. It keeps to
 * what lcov 1 and 2 both read: branches are numbered, every function and branch stands in a line
 * with a count, the branches of a line that was never hit are "-".
 */
#ifndef RH_REPORTS_LCOV_H
#define RH_REPORTS_LCOV_H

#include "reports/lines.h"

void rh_report_lcov(rh_text *text, const rh_lines *lines);

#endif
