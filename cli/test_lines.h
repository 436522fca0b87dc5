/* Which lines of workflow files the scenarios of a suite have played: --report lcov and cobertura
 * of `rehearse test`. */
#ifndef CLI_TEST_LINES_H
#define CLI_TEST_LINES_H

#include "harness/suite.h"
#include "reports/lines.h"

/* Whether one of the tests is a scenario of a workflow file. */
bool cli_tests_have_files(const rh_suite_tests *tests);

/* All workflow files that the tests rehearse, with what of them was played in those that have left
 * evidence: a test that crashed or was killed counts nowhere. Paths are those from the root of the
 * repository; of files of several repositories, those from the repository around the working
 * directory. Lives in `arena`. */
const rh_lines *cli_test_lines(rh_arena *arena, const rh_suite_tests *tests,
                               const rh_suite_result *result);

#endif
