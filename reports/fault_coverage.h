/* Fault coverage: of all pairs of a call and a class of faults that can strike it, which were
 * rehearsed, for each definition.
 *
 * Any fault of the catalog can be planned at any call, but a lost reply and a partial effect differ
 * from a plain failure only where there is an effect; where none was ever seen they do not count.
 * A pair is rehearsed when a fault of the class, of the catalog or a test's own, has struck an
 * attempt of the call in any test. A test whose process did not come to its end counts nothing.
 */
#ifndef RH_REPORTS_FAULT_COVERAGE_H
#define RH_REPORTS_FAULT_COVERAGE_H

#include "harness/suite.h"

/* A table: calls, classes, in each cell how many faults of the class struck. */
void rh_report_fault_coverage(rh_text *text, const rh_test_result *tests, size_t count);
/* {"schema":1,"kind":"fault-coverage",...}: also every fault, with how many attempts it struck. */
void rh_report_fault_coverage_json(rh_text *text, const rh_test_result *tests, size_t count);

#endif
