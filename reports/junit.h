/* Test results as JUnit XML, for CI servers.
 *
 * One <testsuite> for each module. `time` is real time: three virtual days would wreck every
 * dashboard. Virtual time, seed, number of runs and the replay command are properties of the test
 * case. A <failure> is a broken expectation; an <error> says that the rehearsal could not go on,
 * crashed, or had to be killed. Text is cleaned first: what XML cannot hold becomes U+FFFD,
 * terminal colours are dropped.
 */
#ifndef RH_REPORTS_JUNIT_H
#define RH_REPORTS_JUNIT_H

#include "harness/suite.h"
#include "sim/base/text.h"

typedef struct rh_junit_options {
    const char *name;   /* of the whole; default "rehearse" */
    bool stable;        /* the same bytes each time: no timestamps, all times 0 */
    bool strict;        /* nothing that Jenkins' schema junit-10 does not know: no file and line, no
                          * properties of test cases */
    int64_t started_ns; /* real time since the epoch; 0: unknown */
} rh_junit_options;

/* `options` may be NULL. 0, or -1 with an error if there is no memory; nothing is written then. */
int rh_report_junit(rh_text *text, const rh_test_result *tests, size_t count,
                    const rh_junit_options *options, rh_error *error);

#endif
