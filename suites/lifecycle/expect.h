/* Compares what happened with what a case expects. */
#ifndef SUITES_LIFECYCLE_EXPECT_H
#define SUITES_LIFECYCLE_EXPECT_H

#include "suites/lifecycle/case.h"

/* NULL if all is as expected. */
const char *lifecycle_compare(rh_arena *arena, const lifecycle_case *test,
                              const rh_journal *journal);

#endif
