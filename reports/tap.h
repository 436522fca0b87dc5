/* Test results in the Test Anything Protocol, version 14 (testanything.org): for `prove` and other
 * harnesses. Written piece by piece, as results come in.
 *
 * What did not pass is followed by a YAML block: what, where, the plan, how to run it again.
 */
#ifndef RH_REPORTS_TAP_H
#define RH_REPORTS_TAP_H

#include "harness/suite.h"

/* `real_times` false leaves out what differs from one time to the next. */
void rh_report_tap_begin(rh_text *text, size_t total);
void rh_report_tap_result(rh_text *text, const rh_test_result *result, bool real_times);

#endif
