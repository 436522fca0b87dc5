/* Test results as JSON Lines, for programs; written piece by piece, as results come in.
 *
 * The first line: {"schema":1,"kind":"suite","tests":n}
 * One for each test, in table order: {"kind":"test","module":...,"name":...,"verdict":...}
 * The last line:  {"kind":"end","passed":n,"failed":n,"skipped":n,"virtual_ns":n,"real_ns":n}
 *
 * Numbers that may be large (seeds, hashes) are strings; what is not there is left out. Within one
 * schema number fields and kinds are only added.
 */
#ifndef RH_REPORTS_RESULT_LINES_H
#define RH_REPORTS_RESULT_LINES_H

#include "harness/suite.h"

/* `real_times` false leaves out what differs from one time to the next. */
void rh_report_results_begin(rh_text *text, size_t total);
void rh_report_results_result(rh_text *text, const rh_test_result *result, bool real_times);
void rh_report_results_end(rh_text *text, const rh_suite_result *result, bool real_times);

#endif
