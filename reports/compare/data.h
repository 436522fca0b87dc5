/* A comparison for programs: JSON, CSV, and JUnit for CI pages. */
#ifndef RH_REPORTS_COMPARE_DATA_H
#define RH_REPORTS_COMPARE_DATA_H

#include "reports/compare/figures.h"
#include "sim/base/error.h"

/* {"schema": 1, ...}: figures of each engine, then all plans of at most one fault. */
void rh_compare_json(rh_text *out, const rh_compare_page *page);
/* One line for each plan and engine, all plans that were played; RFC 4180, with a head. */
void rh_compare_csv(rh_text *out, const rh_compare_page *page);
/* A suite for each engine, a test for each plan of at most one fault: it fails where the run does,
 * or where what it published is wrong, missing or there twice. 0, or -1 with an error. */
int rh_compare_junit(rh_text *out, const rh_compare_page *page, rh_error *error);

#endif
